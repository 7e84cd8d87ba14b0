// References of one action: whether what they name exists in this instance
// (flow-language.md 3.1, 3.5, 5.1).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "simulator/content_parts.h"
#include "simulator/stock.h"

namespace flowferry::simulator {
namespace json = boost::json;
namespace {

using K = ResourceKind;

/// A parameter that holds references. In `path`, `*` is every member of an object, `[]` every item
/// of a list,
/// `**` any depth.
struct ReferenceRow {
  std::string_view type;  ///< Empty: every type.
  std::string_view path;
  K kind;
  bool optional = false;  ///< The action does without it.
};

constexpr std::array k_rows = {
    ReferenceRow{"TransferToFlow", "ContactFlowId", K::contact_flow},
    ReferenceRow{"CreateTask", "ContactFlowId", K::contact_flow},
    ReferenceRow{"CreateTask", "TaskTemplateId", K::task_template, true},
    ReferenceRow{"CreateCallbackContact", "ContactFlowId", K::contact_flow, true},
    ReferenceRow{"CreateCallbackContact", "QueueId", K::queue, true},
    ReferenceRow{"CreateCallbackContact", "AgentId", K::user, true},
    ReferenceRow{"CreateCallbackContact", "CallerId", K::phone_number, true},
    ReferenceRow{"StartOutboundChatContact", "ContactFlowArn", K::contact_flow},
    ReferenceRow{"StartOutboundChatContact", "SourceEndpoint.Address", K::phone_number},
    ReferenceRow{"UpdateContactEventHooks", "EventHooks.*", K::contact_flow, true},
    ReferenceRow{"UpdateContactTargetQueue", "QueueId", K::queue},
    ReferenceRow{"UpdateContactTargetQueue", "AgentId", K::user},
    ReferenceRow{"DequeueContactAndTransferToQueue", "QueueId", K::queue},
    ReferenceRow{"DequeueContactAndTransferToQueue", "AgentId", K::user},
    ReferenceRow{"CheckMetricData", "QueueId", K::queue, true},
    ReferenceRow{"CheckMetricData", "AgentId", K::user, true},
    ReferenceRow{"GetMetricData", "QueueId", K::queue, true},
    ReferenceRow{"GetMetricData", "AgentId", K::user, true},
    ReferenceRow{"UpdateContactRoutingCriteria", "RoutingCriteria.**.AgentIds.[]", K::user},
    ReferenceRow{"CheckHoursOfOperation", "HoursOfOperationId", K::hours_of_operation, true},
    ReferenceRow{"MessageParticipant", "PromptId", K::prompt},
    ReferenceRow{"MessageParticipantIteratively", "Messages.[].PromptId", K::prompt},
    ReferenceRow{"GetParticipantInput", "PromptId", K::prompt},
    ReferenceRow{"GetParticipantInput", "InputEncryption.EncryptionKeyId", K::security_key},
    ReferenceRow{"ConnectParticipantWithLexBot", "PromptId", K::prompt},
    ReferenceRow{"ConnectParticipantWithLexBot", "LexV2Bot.AliasArn", K::lex_v2_bot_alias},
    ReferenceRow{"ConnectParticipantWithLexBot",
                 "LexSessionAttributes.x-amz-lex:q-in-connect:ai-agent-arn", K::ai_agent, true},
    ReferenceRow{"ShowView", "ViewResource.Id", K::view},
    ReferenceRow{"InvokeFlowModule", "FlowModuleId", K::flow_module},
    ReferenceRow{"InvokeLambdaFunction", "LambdaFunctionARN", K::lambda_function},
    ReferenceRow{"UpdateContactMediaProcessing", "ChatProcessor.LambdaProcessorARN",
                 K::lambda_function},
    ReferenceRow{"CreateWisdomSession", "WisdomAssistantArn", K::assistant},
    ReferenceRow{"CreateWisdomSession",
                 "OrchestrationAIAgentConfiguration.AgentAssistanceAgentVersionArn", K::ai_agent,
                 true},
    ReferenceRow{"CreateCase", "CaseTemplateId", K::case_template},
    ReferenceRow{"EvaluateDataTableValues", "DataTableId", K::data_table},
    ReferenceRow{"ListDataTableValues", "DataTableId", K::data_table},
    ReferenceRow{"UpsertDataTableValues", "DataTableId", K::data_table},
    ReferenceRow{"AuthenticateParticipant", "CognitoConfiguration.UserPoolArn",
                 K::cognito_user_pool},
    ReferenceRow{"AuthenticateParticipant", "CognitoConfiguration.AppClientId", K::cognito_client},
    ReferenceRow{"CompleteOutboundCall", "CallerId.Number", K::phone_number, true},
    ReferenceRow{"CompleteOutboundCall", "VoiceConnector.VoiceConnectorArn", K::voice_connector,
                 true},
    ReferenceRow{"TransferParticipantToThirdParty", "CallerId.Number", K::phone_number, true},
    ReferenceRow{"StartOutboundEmailContact", "FromEmailAddress.EmailAddress", K::email_address},
    ReferenceRow{"UpdateContactData", "WatchlistId", K::watchlist, true},
};

/// The kinds that the service itself checks when it publishes (flow-language.md 5.1).
bool checked_by_service(K kind) {
  return kind == K::contact_flow || kind == K::queue || kind == K::prompt;
}

struct Arn {
  std::string_view partition, service, region, account, resource;
};

std::optional<Arn> read_arn(std::string_view text) {
  std::array<std::string_view, 5> fields;
  for (auto& field : fields) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    field = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (fields[0] != "arn") return std::nullopt;
  return Arn{fields[1], fields[2], fields[3], fields[4], text};
}

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

/// Moves `text` past `start`; false when it does not begin so.
bool skip(std::string_view& text, std::string_view start) {
  if (!starts_with(text, start)) return false;
  text.remove_prefix(start.size());
  return true;
}

struct Qualified {
  std::string_view id;
  std::string_view qualifier;
};

Qualified cut_qualifier(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

/// "$.AwsRegion" in an ARN stands for the Region in which the contact is handled.
std::string with_region(std::string_view text, std::string_view region) {
  constexpr std::string_view k_path = "$.AwsRegion";
  std::string out(text);
  for (std::size_t at = out.find(k_path); at != std::string::npos; at = out.find(k_path, at)) {
    out.replace(at, k_path.size(), region);
  }
  return out;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Answers for one value whether it names something usable.
class Resolver {
 public:
  explicit Resolver(const CheckRequest& request)
      : request_(request), instance_(*request.instance) {}

  bool resolves(K kind, const std::string& value) const;

 private:
  bool own(const Arn& arn, std::string_view service) const;
  std::optional<std::string_view> own_connect_id(K kind, std::string_view value) const;
  bool usable(K kind, const std::optional<Target>& target, std::string_view qualifier) const;
  bool connect_resource(K kind, std::string_view value) const;
  bool module(std::string_view value) const;
  bool view(std::string_view value) const;
  bool managed_view(std::string_view id, std::string_view version) const;
  bool phone_number(std::string_view value) const;
  bool lambda(std::string_view value) const;
  bool lex_alias(std::string_view value) const;
  bool foreign_resource(K kind, std::string_view value, std::string_view service,
                        std::string_view start) const;
  bool ai_agent(std::string_view value) const;
  bool named(K kind, std::string_view id) const { return instance_.by_id(kind, id).has_value(); }

  const CheckRequest& request_;
  const InstanceView& instance_;
};

bool Resolver::own(const Arn& arn, std::string_view service) const {
  return arn.partition == instance_.partition() && arn.service == service &&
         arn.region == instance_.region() && arn.account == instance_.account();
}

/// The id (with its qualifier) behind an ARN of this instance and kind, or the value itself when it
/// is bare.
std::optional<std::string_view> Resolver::own_connect_id(K kind, std::string_view value) const {
  const auto arn = read_arn(value);
  if (!arn) return starts_with(value, "arn:") ? std::nullopt : std::optional(value);
  if (!own(*arn, "connect")) return std::nullopt;
  std::string_view rest = arn->resource;
  if (!skip(rest, "instance/") || !skip(rest, instance_.instance_id()) || !skip(rest, "/") ||
      !skip(rest, arn_keyword(kind)) || !skip(rest, "/")) {
    return std::nullopt;
  }
  return rest;
}

bool Resolver::usable(K kind, const std::optional<Target>& target,
                      std::string_view qualifier) const {
  if (!target) return false;
  if (request_.references == ReferenceCheck::service) {
    return !(request_.published_target && kind == K::contact_flow && !target->published);
  }
  if (target->archived) return false;
  if (kind == K::contact_flow) return target->published || !request_.published_target;
  return kind != K::view || target->published || qualifier == "$SAVED";
}

bool Resolver::connect_resource(K kind, std::string_view value) const {
  const auto id = own_connect_id(kind, value);
  if (!id) return false;
  if (usable(kind, instance_.by_id(kind, *id), {})) return true;
  const Qualified parts = cut_qualifier(*id);
  return !parts.qualifier.empty() && usable(kind, instance_.by_id(kind, parts.id), parts.qualifier);
}

bool Resolver::module(std::string_view value) const {
  const auto id = own_connect_id(K::flow_module, value);
  if (!id) return false;
  const Qualified parts = cut_qualifier(*id);
  const auto target = instance_.module(parts.id, parts.qualifier);
  return target && !target->archived;
}

bool Resolver::managed_view(std::string_view id, std::string_view version) const {
  const auto& all = managed_views();
  const bool known =
      std::any_of(all.begin(), all.end(), [&](const ManagedView& v) { return v.id == id; });
  return known && (version.empty() || version == "$LATEST" || is_digits(version));
}

bool Resolver::view(std::string_view value) const {
  const auto arn = read_arn(value);
  if (arn && arn->account == "aws") {
    std::string_view rest = arn->resource;
    if (arn->partition != instance_.partition() || arn->service != "connect" ||
        arn->region != instance_.region() || !skip(rest, "view/")) {
      return false;
    }
    const Qualified parts = cut_qualifier(rest);
    return managed_view(parts.id, parts.qualifier);
  }
  if (connect_resource(K::view, value)) return true;
  const Qualified parts = cut_qualifier(value);
  return !arn && managed_view(parts.id, parts.qualifier);
}

bool Resolver::phone_number(std::string_view value) const {
  const auto arn = read_arn(value);
  if (!arn) {
    return usable(K::phone_number, instance_.by_name(K::phone_number, value), {}) ||
           usable(K::phone_number, instance_.by_id(K::phone_number, value), {});
  }
  std::string_view rest = arn->resource;
  if (!own(*arn, "connect")) return false;
  if (starts_with(rest, "instance/")) {  // the older form
    return connect_resource(K::phone_number, value);
  }
  return skip(rest, "phone-number/") && named(K::phone_number, rest);
}

bool Resolver::lambda(std::string_view value) const {
  const std::string text = with_region(value, instance_.region());
  const auto arn = read_arn(text);
  if (!arn || arn->partition != instance_.partition() || arn->service != "lambda" ||
      !starts_with(arn->resource, "function:")) {
    return false;
  }
  return arn->account == k_sample_lambda_account || instance_.lambda_associated(text);
}

bool Resolver::lex_alias(std::string_view value) const {
  const std::string text = with_region(value, instance_.region());
  const auto arn = read_arn(text);
  return arn && arn->service == "lex" && instance_.lex_v2_alias_associated(text);
}

/// A resource of another service that the world declares for this instance: ARN or bare id.
bool Resolver::foreign_resource(K kind, std::string_view value, std::string_view service,
                                std::string_view start) const {
  const auto arn = read_arn(value);
  if (!arn) return named(kind, value);
  std::string_view rest = arn->resource;
  if (arn->partition != instance_.partition() || arn->service != service ||
      arn->account != instance_.account() ||
      (arn->region != instance_.region() && arn->region != "$.AwsRegion") || !skip(rest, start)) {
    return false;
  }
  return named(kind, rest) || named(kind, cut_qualifier(rest).id);
}

/// People put assistants where AI agents belong; that publishes (flow-language.md 3.2).
bool Resolver::ai_agent(std::string_view value) const {
  const auto arn = read_arn(value);
  if (arn && starts_with(arn->resource, "assistant/")) {
    return foreign_resource(K::assistant, value, "wisdom", "assistant/");
  }
  return foreign_resource(K::ai_agent, value, "wisdom", "ai-agent/");
}

bool Resolver::resolves(K kind, const std::string& value) const {
  switch (kind) {
    case K::flow_module:
      return module(value);
    case K::view:
      return view(value);
    case K::phone_number:
      return phone_number(value);
    case K::lambda_function:
      return lambda(value);
    case K::lex_v2_bot_alias:
      return lex_alias(value);
    case K::assistant:
      return foreign_resource(kind, value, "wisdom", "assistant/");
    case K::ai_agent:
      return ai_agent(value);
    case K::cognito_user_pool:
      return foreign_resource(kind, value, "cognito-idp", "userpool/");
    case K::voice_connector:
      return foreign_resource(kind, value, "chime", "vc/");
    case K::case_template: {
      const auto arn = read_arn(value);
      if (!arn) return named(kind, value);
      const std::size_t slash = arn->resource.rfind('/');
      return own(*arn, "cases") && slash != std::string_view::npos &&
             named(kind, arn->resource.substr(slash + 1));
    }
    case K::email_address:
      return usable(kind, instance_.by_name(kind, value), {});
    case K::security_key:
    case K::cognito_client:
    case K::watchlist:
      return named(kind, value);
    default:
      return connect_resource(kind, value);
  }
}

/// A reference that stands in a parameter.
struct Found {
  std::string_view value;
  std::string path;     ///< "QueueId", "Messages[0].PromptId"
  std::string pointer;  ///< Below Parameters: "/Messages/0/PromptId"
};

std::string escape_pointer(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// Follows a row's path through a value and collects the texts at its ends.
class Walk {
 public:
  explicit Walk(std::string_view path) : parts_(split(path, '.')) {}

  std::vector<Found> run(const json::object& parameters) {
    follow(parameters, 0, "", "");
    return std::move(found_);
  }

 private:
  void follow(const json::value& value, std::size_t part, const std::string& path,
              const std::string& pointer) {
    if (part == parts_.size()) {
      if (value.is_string()) {
        found_.push_back({{value.get_string().data(), value.get_string().size()}, path, pointer});
      }
      return;
    }
    if (parts_[part] == "**") follow(value, part + 1, path, pointer);
    if (const json::object* members = value.if_object())
      follow_members(*members, part, path, pointer);
    if (const json::array* items = value.if_array()) follow_items(*items, part, path, pointer);
  }
  void follow(const json::object& members, std::size_t part, const std::string& path,
              const std::string& pointer) {
    follow_members(members, part, path, pointer);
  }
  void follow_members(const json::object& members, std::size_t part, const std::string& path,
                      const std::string& pointer) {
    for (const auto& member : members) {
      const std::string_view key(member.key().data(), member.key().size());
      const std::string below = path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
      const std::string at = pointer + "/" + escape_pointer(key);
      if (parts_[part] == "**") {
        follow(member.value(), part, below, at);
      } else if (parts_[part] == "*" || parts_[part] == key) {
        follow(member.value(), part + 1, below, at);
      }
    }
  }
  void follow_items(const json::array& items, std::size_t part, const std::string& path,
                    const std::string& pointer) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string below = fmt::format("{}[{}]", path, i);
      const std::string at = fmt::format("{}/{}", pointer, i);
      if (parts_[part] == "**") {
        follow(items[i], part, below, at);
      } else if (parts_[part] == "[]") {
        follow(items[i], part + 1, below, at);
      }
    }
  }

  std::vector<std::string_view> parts_;
  std::vector<Found> found_;
};

/// Anything with a path in it is put together while the contact is handled.
bool is_decided_later(std::string_view value, const InstanceView& instance) {
  const std::string text = with_region(value, instance.region());
  return text.find("$.") != std::string::npos || text.find("$[") != std::string::npos;
}

/// "8-4-4-4-12" in either case, with or without qualifier.
bool looks_like_id(std::string_view value) {
  return is_uuid(ascii_lower(cut_qualifier(value).id)) || is_uuid(ascii_lower(value));
}

std::string problem_text(const ActionView& action, K kind, const Found& found) {
  const bool by_id = !arn_keyword(kind).empty() && kind != K::view && kind != K::phone_number &&
                     kind != K::email_address;
  if (by_id && !starts_with(found.value, "arn:") && !looks_like_id(found.value)) {
    return fmt::format("Failed to convert id: {}", found.value);
  }
  return fmt::format("{} Path: {}", k_bad_value, action.parameter_path(found.path));
}

void check_row(const ActionView& action, const ReferenceRow& row, const CheckRequest& request,
               Problems& problems, std::vector<std::string>& dropped) {
  if (request.references == ReferenceCheck::service && !checked_by_service(row.kind)) return;
  const Resolver resolver(request);
  for (const Found& found : Walk(row.path).run(*action.parameters)) {
    if (found.value.empty() || is_decided_later(found.value, *request.instance)) continue;
    if (resolver.resolves(row.kind, std::string(found.value))) continue;
    if (row.optional && request.drop_unresolved_optional) {
      dropped.push_back(fmt::format("/Actions/{}/Parameters{}", action.index, found.pointer));
    } else {
      problems.add(problem_text(action, row.kind, found));
    }
  }
}

void check_lex_v1(const ActionView& action, const CheckRequest& request, Problems& problems) {
  if (request.references == ReferenceCheck::service) return;
  const json::object* bot = object_of(*action.parameters, "LexBot");
  if (bot == nullptr) return;
  const std::string_view name = text_of(*bot, "Name");
  const std::string_view region = text_of(*bot, "Region");
  const std::string_view alias = text_of(*bot, "Alias");
  if (is_dynamic(name) || is_dynamic(region) || is_dynamic(alias)) return;
  if (!request.instance->lex_v1_bot_associated(name, region, alias)) {
    problems.add(k_bad_value, action.parameter_path("LexBot.Name"));
  }
}

/// A session exists only while a contact is handled: no literal is one (flow-language.md 3.1).
void check_session(const ActionView& action, Problems& problems) {
  const std::string_view session = action.text("WisdomSessionArn");
  if (!session.empty() && !is_dynamic(session)) {
    problems.add(k_bad_value, action.parameter_path("WisdomSessionArn"));
  }
}

}  // namespace

void check_references(const ActionView& action, const CheckRequest& request, Problems& problems,
                      std::vector<std::string>& dropped) {
  for (const ReferenceRow& row : k_rows) {
    if (row.type == action.spec->type) check_row(action, row, request, problems, dropped);
  }
  if (action.spec->type == "ConnectParticipantWithLexBot") check_lex_v1(action, request, problems);
  if (action.spec->type == "UpdateContactData") check_session(action, problems);
}

}  // namespace flowferry::simulator
