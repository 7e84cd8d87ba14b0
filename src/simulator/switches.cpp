#include "simulator/switches.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace flowferry::simulator {
namespace {

using S = Switch;

const std::vector<SwitchRow> k_table = {
    // Who may call, and how errors look.
    {S::signatures, "signatures", "verify|ignore", "verify",
     "Whether request signatures are verified. With `ignore` a request still needs an "
     "Authorization header "
     "that names account, Region and service."},
    {S::credentials, "credentials", "valid|expired", "valid",
     "With `expired` every call is refused with ExpiredTokenException (403)."},
    {S::clock_ahead, "clock-ahead", "number", "0",
     "Seconds by which the service's clock is ahead of the machine's. A request that is signed "
     "with "
     "a time more than 15 minutes off is refused with InvalidSignatureException (403)."},
    {S::deny, "deny", "text", "",
     "Operations, separated by commas, that are refused with AccessDeniedException (403)."},
    {S::error_code, "error-code", "header|header-uri|header-namespace|body|body-namespace",
     "header",
     "Where the error code stands: in x-amzn-ErrorType, there with a `:http://...` suffix, there "
     "behind a "
     "`namespace#`, or in the body's `__type`."},
    {S::error_message, "error-message", "model|lower|none", "model",
     "The error's message member: as modelled (mostly `Message`), always `message`, or none."},
    {S::problems_member, "problems-member", "model|problems|Problems|problemDetails", "model",
     "The member that lists validation problems: by the model `problems` for flows, `Problems` for "
     "modules."},
    {S::fault_body, "fault-body", "json|html|empty", "json",
     "The body of simulated 500 and 503 answers: an API error, a proxy's HTML page, or nothing."},
    {S::throttle_code, "throttle-code", "TooManyRequestsException|ThrottlingException",
     "TooManyRequestsException", "The code of a 429 for too high a rate."},
    {S::refused_requests, "refused-requests", "free|charged", "free",
     "Whether a throttled request takes a token from its bucket all the same."},
    {S::retry_after, "retry-after", "number", "0",
     "Seconds in a Retry-After header of throttled answers; 0: no such header."},
    {S::unknown_members, "unknown-members", "ignore|refuse", "ignore",
     "Body and query members that the operation does not have: ignored and counted, or refused."},
    {S::broken, "broken", "text", "",
     "Ids or names of flows and modules, separated by commas, whose Describe always fails with "
     "InternalServiceException (500)."},
    // Reading.
    {S::pages, "pages", "full|short|ragged", "full",
     "Pages of lists: as full as asked for, at most half, or of seeded sizes including empty ones "
     "that "
     "still have a token."},
    {S::default_page, "default-page", "number", "100",
     "Items on a page when the request does not say (never above the operation's maximum)."},
    {S::consistency_ms, "consistency-ms", "number", "0",
     "Longest time, in milliseconds, until a create, rename or delete is seen by lists, describes "
     "and "
     "validation; each takes a seeded part of it."},
    {S::unpublished_describe, "unpublished-describe", "saved|refuse", "saved",
     "Describing a never-published flow without `:$SAVED`: answered with Status SAVED, or refused "
     "with "
     "ContactFlowNotPublishedException (404)."},
    {S::unchanged_draft, "unchanged-draft", "published|not-found", "published",
     "Describing `:$SAVED` of a published flow that has no newer draft: the published content, or "
     "404."},
    {S::undocumented_members, "undocumented-members", "no|yes", "no",
     "Whether answers hold members that are not in the model (`IsDefault` as a string), and null "
     "for "
     "empty lists."},
    {S::optional_members, "optional-members", "sometimes|always|never", "sometimes",
     "Optional members without need (empty Description and Tags, FlowContentSha256, Version, "
     "LastModified...): by resource, on every answer, or on none."},
    {S::times, "times", "number|exponent|iso", "number",
     "How times are written in JSON: 1768478400.25, 1.76847840025E9, or ISO 8601 strings."},
    {S::search_content, "search-content", "no|yes", "no",
     "Whether SearchContactFlows and SearchContactFlowModules fill Content."},
    {S::list_archived, "list-archived", "yes|no", "yes",
     "Whether ListContactFlows returns archived flows."},
    {S::agent_queues, "agent-queues", "yes|no", "yes",
     "Whether ListQueues without a filter also returns each user's own queue, which has no name."},
    {S::managed_views, "managed-views", "described|not-found", "described",
     "Describing an AWS-managed view that ListViews returned."},
    {S::module_words, "module-words", "lower|upper", "lower",
     "State and Status of modules: `active`/`published` as the service has been seen to answer, or "
     "as "
     "modelled."},
    {S::module_content, "module-content", "as-sent|reformat", "as-sent",
     "Whether a module's content comes back byte for byte or pretty-printed."},
    // Writing.
    {S::duplicate_scope, "duplicate-scope", "kind|type", "kind",
     "Whether a flow's name is unique among all flows of the instance or among those of its type."},
    {S::archived_names, "archived-names", "taken|free", "taken",
     "Whether an archived flow or module keeps its name."},
    {S::name_case, "name-case", "exact|ignore", "exact",
     "Whether names that differ only in ASCII case are different."},
    {S::flow_quota, "flow-quota", "number", "10000",
     "Flows per instance, stock and archived ones included; above it LimitExceededException (429). "
     "The "
     "service's default is 100, raised on request."},
    {S::module_quota, "module-quota", "number", "10000", "Flow modules per instance, likewise."},
    {S::resource_quota, "resource-quota", "number", "10000",
     "Resources of each other kind per instance; LimitExceededException (429) or "
     "ServiceQuotaExceededException (402), as the operation models it."},
    {S::reference_check, "reference-check", "strict|service", "strict",
     "References checked at publish: everything that can be, or only what the service is known to "
     "check (flows, queues, prompts, module contracts)."},
    {S::published_target, "published-target", "optional|required", "optional",
     "Whether a flow that is published may refer to one that was never published, or must not."},
    {S::archived_target, "archived-target", "refuse|accept", "refuse",
     "Whether a flow that is published may refer to an archived one."},
    {S::unresolved_optional, "unresolved-optional", "refuse|drop", "refuse",
     "A reference that does not resolve in an optional parameter: a problem, or accepted and "
     "dropped."},
    {S::module_error, "module-error", "InvalidContactFlowModuleException|InvalidRequestException",
     "InvalidContactFlowModuleException", "The code when a module's content is refused."},
    {S::delete_in_use, "delete-in-use", "allow|refuse", "allow",
     "Deleting a flow that a phone number, queue or quick connect uses."},
};

bool allows(const SwitchRow& row, std::string_view value) {
  if (row.values == "text") return true;
  if (row.values == "number") {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    return error == std::errc() && end == value.data() + value.size() && number >= 0;
  }
  const auto words = split(row.values, '|');
  return std::find(words.begin(), words.end(), value) != words.end();
}

}  // namespace

const std::vector<SwitchRow>& switch_table() {
  return k_table;
}

std::string switch_help() {
  std::string out;
  for (const SwitchRow& row : k_table) {
    out += "  " + std::string(row.name) + '=' + std::string(row.values);
    if (!row.default_value.empty()) out += " [" + std::string(row.default_value) + ']';
    out += '\n';
  }
  if (!out.empty()) out.pop_back();
  return out;
}

Switches::Switches() {
  for (const SwitchRow& row : k_table) (void)set(row.name, row.default_value);
}

Result<void> Switches::set(std::string_view name, std::string_view value) {
  const auto row = std::find_if(k_table.begin(), k_table.end(),
                                [&](const SwitchRow& r) { return r.name == name; });
  if (row == k_table.end()) {
    std::vector<std::string> names;
    for (const SwitchRow& r : k_table) names.emplace_back(r.name);
    const auto closest = closest_names(name, names, 1);
    return fail(
        ErrorKind::usage, "the simulator has no switch \"" + std::string(name) + "\"",
        closest.empty() ? "see docs/simulator.md" : "did you mean " + closest.front() + "?");
  }
  if (!allows(*row, value)) {
    return fail(ErrorKind::usage,
                "switch " + std::string(name) + " cannot be \"" + std::string(value) + "\"",
                "it takes " + std::string(row->values));
  }
  const auto index = static_cast<std::size_t>(row->id);
  values_[index] = std::string(value);
  if (row->values == "number") {
    std::from_chars(value.data(), value.data() + value.size(), numbers_[index]);
  }
  return {};
}

Result<void> Switches::set_all(const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    if (auto done = set(name, value); !done) return done;
  }
  return {};
}

bool Switches::lists(Switch id, std::string_view item) const {
  const std::string& value = get(id);
  if (value.empty()) return false;
  const auto items = split(value, ',');
  return std::any_of(items.begin(), items.end(),
                     [&](std::string_view i) { return trim(i) == item; });
}

}  // namespace flowferry::simulator
