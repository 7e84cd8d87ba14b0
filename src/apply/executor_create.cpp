// Creating flows and modules, and finding out whether a create happened whose answer never came.
#include <algorithm>

#include "apply/executor_impl.h"
#include "apply/visibility.h"
#include "flow/document.h"

namespace flowferry::apply {

using plan::OperationType;

namespace {

/// How often a create without an answer is made again, after a look each time.
constexpr int k_most_unknown = 3;

bool same_name(const Resource& resource, const Flow& wanted) {
  return resource.name == wanted.name &&
         (wanted.kind == ResourceKind::flow_module || resource.type == wanted.type);
}

}  // namespace

Flow Executor::Impl::flow_to_create(std::size_t operation) const {
  const plan::Operation& o = plan.operations[operation];
  const plan::Node& node = plan.nodes[o.node];
  const bool stub = o.type == OperationType::create_stub;
  Flow flow;
  flow.kind = node.kind;
  flow.name = node.name;
  flow.type = node.type;
  flow.description = node.description;
  flow.tags = node.tags;
  flow.settings = node.settings;
  flow.external_invocation = node.external_invocation;
  flow.status = stub && node.kind == ResourceKind::contact_flow ? "SAVED" : node.status;
  flow.content = stub ? stub_of(node) : final_content(o.node);
  return flow;
}

Task<Result<void>> Executor::Impl::create(std::size_t operation) {
  Flow flow = flow_to_create(operation);
  OperationRecord& entry = records[operation];
  if (entry.client_token.empty()) entry.client_token = random.uuid();
  entry.content = flow.content;
  if (resumed) {
    // Whatever the journal says: only what is there counts. One list serves all that come at once.
    const auto doubt = doubtful[operation] ? Doubt::possible : Doubt::unlikely;
    auto settled = co_await settle_create(operation, flow, doubt, transport.now());
    if (!settled) co_return fail(std::move(settled).error());
    if (*settled) co_return Result<void>();
  }
  if (stopping()) co_return fail(stopped_before_sending());
  auto intent = co_await keep_intent(operation);
  if (!intent) co_return intent;
  auto sent = co_await send_create(operation, std::move(flow), resumed);
  co_return sent;
}

Task<Result<void>> Executor::Impl::send_create(std::size_t operation, Flow flow,
                                               bool doubtful_now) {
  Patience patience;
  for (int unknown = 0;;) {
    if (stopping()) co_return fail(co_await keep_failure(operation, stopped_before_sending()));
    auto created = co_await target.create_flow(flow, records[operation].client_token);
    if (created) {
      co_return co_await finish_create(operation, created->id, created->arn, created->request_id);
    }
    Error error = std::move(created).error();
    const bool taken = error.kind == ErrorKind::conflict;
    if (error.outcome_unknown || (taken && doubtful_now)) {
      doubtful_now = true;
      doubtful[operation] = 1;
      const auto doubt = taken ? Doubt::certain : Doubt::possible;
      auto settled = co_await settle_create(operation, flow, doubt, transport.now());
      if (!settled) co_return fail(std::move(settled).error());
      if (*settled) co_return Result<void>();
      if (!taken && ++unknown < k_most_unknown && !stopping()) continue;
      error.outcome_unknown = true;
      error.hint = "run " + resume_command() + ": it looks first whether it exists";
    } else if (co_await try_again(operation, error, patience)) {
      continue;
    } else if (taken) {
      error = co_await name_taken(operation, flow, std::move(error));
    }
    co_return fail(co_await keep_failure(operation, std::move(error)));
  }
}

Task<Result<void>> Executor::Impl::finish_create(std::size_t operation, std::string id,
                                                 std::string arn, std::string request_id) {
  const plan::Operation& o = plan.operations[operation];
  NodeState& state = nodes[o.node];
  state.id = id;
  state.arn = arn;
  state.created = true;
  state.created_at = transport.now();
  state.unpublished_stub =
      o.type == OperationType::create_stub && plan.nodes[o.node].kind == ResourceKind::contact_flow;
  records[operation].target_id = std::move(id);
  records[operation].target_arn = std::move(arn);
  records[operation].request_id = std::move(request_id);
  outcome.operations[operation].written = true;
  co_return co_await keep_done(operation);
}

/// Looks whether the flow or module is there, as often as the doubt is worth. true: it is, and is
/// recorded as done. Errors: conflict (something of that name is there that this run did not make,
/// put to the user with both versions), and those of reading.
Task<Result<bool>> Executor::Impl::settle_create(std::size_t operation, const Flow& wanted,
                                                 Doubt doubt, SteadyTime not_before) {
  std::chrono::milliseconds limit{0};
  if (doubt == Doubt::possible) limit = k_unknown_seen;
  if (doubt == Doubt::certain) limit = options.consistency;
  std::chrono::milliseconds waited{0};
  std::chrono::milliseconds pause{500};
  for (;;) {
    auto found = co_await find_created(operation, wanted, not_before);
    if (!found) co_return fail(std::move(found).error().during("looking whether it was created"));
    if (*found) co_return true;
    if (waited >= limit || stopping()) co_return false;
    co_await transport.sleep_until(transport.now() + pause);
    waited += pause;
    pause *= 2;
    not_before = transport.now();
  }
}

Task<Result<bool>> Executor::Impl::find_created(std::size_t operation, const Flow& wanted,
                                                SteadyTime not_before) {
  auto listed = co_await refresh_listing(wanted.kind, not_before);
  if (!listed) co_return fail(std::move(listed).error());
  std::vector<Resource> same;
  for (const Resource& resource : **listings[wanted.kind].result) {
    if (same_name(resource, wanted)) same.push_back(resource);
  }
  for (const Resource& resource : same) {
    auto there = co_await target.describe_flow(wanted.kind, resource.id);
    if (!there && there.error().kind == ErrorKind::not_found) continue;  // Not seen everywhere yet.
    if (!there) co_return fail(std::move(there).error());
    if (flow::same_meaning(there->content, wanted.content) &&
        there->description == wanted.description) {
      auto kept = co_await finish_create(operation, resource.id, resource.arn, std::string());
      if (!kept) co_return fail(std::move(kept).error());
      co_return true;
    }
    there->id = resource.id;
    there->arn = resource.arn;
    co_return co_await settle_other(operation, wanted, std::move(*there));
  }
  co_return false;
}

/// Something of that name is there that this run did not make, or that somebody changed since: the
/// user decides.
Task<Result<bool>> Executor::Impl::settle_other(std::size_t operation, const Flow& wanted,
                                                Flow there) {
  const std::size_t n = plan.operations[operation].node;
  const Decision decided = decision(n);
  if (decided == Decision::leave) {
    nodes[n].id = there.id;
    nodes[n].arn = there.arn;
    nodes[n].let_be = true;
    auto kept = co_await keep_left(operation);
    if (!kept) co_return fail(std::move(kept).error());
    co_return true;
  }
  if (decided == Decision::overwrite) {
    auto adopted = co_await adopt(operation, wanted, std::move(there));
    if (!adopted) co_return fail(std::move(adopted).error());
    co_return true;
  }
  Desired desired_now = desired(n);
  desired_now.flow.content = wanted.content;
  Error error;
  error.kind = ErrorKind::conflict;
  error.code = "exists-with-other-content";
  error.subject = subject_of(plan.nodes[n]);
  error.message = "exists in the target with other content than this run was creating";
  error.hint = "compare the two, and decide: " + how_to_decide(n) + "; or make a new plan";
  error.details = three_way(nullptr, there, desired_now);
  error.details.insert(error.details.begin(), "in the target: " + there.arn);
  records[operation].error = one_line(error);
  if (doubtful[operation]) log.note(records[operation]);
  co_return fail(std::move(error));
}

/// Makes what is there into what was to be created. What there was goes to the journal first: an
/// undo brings it back.
Task<Result<void>> Executor::Impl::adopt(std::size_t operation, const Flow& wanted, Flow there) {
  const plan::Operation& o = plan.operations[operation];
  const bool stub = o.type == OperationType::create_stub;
  if (stopping()) co_return fail(stopped_before_sending());
  if (records[operation].before.empty()) records[operation].before = flow_to_json(there);
  records[operation].target_id = there.id;
  records[operation].target_arn = there.arn;
  auto intent = co_await keep_intent(operation);
  if (!intent) co_return intent;
  Result<connect::Acknowledged> sent = connect::Acknowledged{};
  // A stub's content is written by the operation that follows.
  if (!stub && !flow::same_meaning(there.content, wanted.content)) {
    std::optional<std::string> settings;
    const bool module = wanted.kind == ResourceKind::flow_module;
    if (module && !same_settings(wanted.settings, there.settings)) settings = wanted.settings;
    const auto draft = wanted.status == "SAVED" ? connect::Draft::yes : connect::Draft::no;
    std::string content = wanted.content;
    sent =
        co_await target.update_content(wanted.kind, there.id, std::move(content), settings, draft);
  }
  if (sent && there.description != wanted.description &&
      (wanted.kind == ResourceKind::contact_flow || !wanted.description.empty())) {
    connect::MetadataChange change;
    change.description = wanted.description;
    sent = co_await target.update_metadata(wanted.kind, there.id, change);
  }
  if (sent) sent = co_await target.tag(there.arn, wanted.tags);
  if (!sent) co_return fail(co_await keep_failure(operation, std::move(sent).error()));
  co_return co_await finish_create(operation, there.id, there.arn, sent->request_id);
}

/// Lists all flows or modules, unless a list begun at `not_before` or later is there already.
Task<Result<void>> Executor::Impl::refresh_listing(ResourceKind kind, SteadyTime not_before) {
  Listing& listing = listings[kind];
  for (;;) {
    const bool new_enough = listing.begun >= not_before;
    if (listing.reading) {
      auto reading = listing.reading;
      co_await *reading;
    } else if (!listing.result || !*listing.result || !new_enough) {
      listing.reading = std::make_shared<Event>();
      auto mine = listing.reading;
      listing.begun = transport.now();
      auto result = co_await target.list_flows(kind);
      listing.result = std::move(result);
      listing.reading.reset();
      mine->set();
      if (!*listing.result) co_return fail(listing.result->error());
      co_return Result<void>();
    } else {
      co_return Result<void>();
    }
  }
}

/// The name was taken since the plan was made: by what, if a list shows it.
Task<Error> Executor::Impl::name_taken(std::size_t operation, const Flow& wanted, Error error) {
  error.hint = "somebody made it since the plan was made: make a new plan; or decide: " +
               how_to_decide(plan.operations[operation].node);
  auto listed = co_await refresh_listing(wanted.kind, transport.now());
  if (!listed) co_return error;
  std::optional<Resource> other;
  for (const Resource& resource : **listings[wanted.kind].result) {
    if (resource.name == wanted.name) other = resource;
  }
  if (!other) co_return error;
  error.details.push_back("in the target: " + other->arn);
  auto there = co_await target.describe_flow(wanted.kind, other->id);
  if (!there) co_return error;
  Desired desired_now = desired(plan.operations[operation].node);
  desired_now.flow.content = wanted.content;
  for (std::string& line : three_way(nullptr, *there, desired_now)) {
    error.details.push_back(std::move(line));
  }
  co_return error;
}

}  // namespace flowferry::apply
