// The schedule: which operation when, and what becomes of the others when one ends.
#include "apply/executor.h"

#include <algorithm>

#include "apply/executor_impl.h"
#include "flow/stub.h"

namespace flowferry::apply {

using plan::is_on_alias;
using plan::OperationType;

namespace {

/// So many operations lost the connection, and none got through between: the rest would fare alike.
constexpr std::size_t k_lost_connection = 5;

}  // namespace

bool RunOutcome::complete() const {
  const auto all_done = std::all_of(
      operations.begin(), operations.end(),
      [](const OperationOutcome& o) { return o.state == OperationState::done || o.left; });
  const auto all_verified = std::all_of(nodes.begin(), nodes.end(), [](const NodeOutcome& n) {
    return !n.touched || n.verified || n.left;
  });
  return all_done && all_verified && !cancelled && !journal_error && !stopped;
}

std::string subject_of(const plan::Node& node) {
  return std::string(label(node.kind)) + " \"" + node.name + "\"";
}

Executor::Impl::Impl(const plan::Plan& plan_in, connect::Client& target_in, Journal& journal,
                     net::Transport& transport_in, Clock& clock_in, Random& random_in,
                     Observer& observer_in, ExecuteOptions options_in)
    : plan(plan_in),
      target(target_in),
      transport(transport_in),
      clock(clock_in),
      random(random_in),
      observer(observer_in),
      options(std::move(options_in)),
      log(journal, transport_in, options.run) {}

Task<RunOutcome> Executor::Impl::run(Earlier earlier) {
  prepare(std::move(earlier));
  std::size_t done = 0;
  for (const auto& o : outcome.operations) done += o.state == OperationState::done ? 1 : 0;
  observer.run_started(plan, plan.operations.size(), done);
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    if (outcome.operations[i].state != OperationState::done && waiting[i] == 0) enqueue(i);
  }
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const bool to_verify = outcome.nodes[n].touched && !outcome.nodes[n].verified;
    if (nodes[n].left == 0 && to_verify) to_read_back.push_back(n);
  }
  pump();
  if (!finished.is_set()) co_await finished;
  co_await log.close();
  outcome.cancelled = transport.cancelled();
  outcome.journal_error = log.error();
  observer.run_finished();
  co_return std::move(outcome);
}

void Executor::Impl::prepare(Earlier earlier) {
  const std::size_t n = plan.operations.size();
  outcome.operations.resize(n);
  outcome.nodes.resize(plan.nodes.size());
  nodes.resize(plan.nodes.size());
  records.resize(n);
  doubtful.assign(n, 0);
  waiting.assign(n, 0);
  next.assign(n, {});
  resumed = earlier.attempted;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    nodes[i].id = plan.nodes[i].target_id;
    nodes[i].arn = plan.nodes[i].target_arn;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const plan::Operation& operation = plan.operations[i];
    const plan::Node& node = plan.nodes[operation.node];
    records[i].sequence = i;
    records[i].type = to_string(operation.type);
    records[i].kind = to_string(node.kind);
    records[i].name = node.name;
    records[i].flow_type = node.type;
    records[i].target_id = node.target_id;
    records[i].target_arn = node.target_arn;
  }
  for (OperationRecord& record : earlier.operations) take_over(std::move(record));
  for (std::size_t i = 0; i < n; ++i) {
    const bool done = outcome.operations[i].state == OperationState::done;
    if (!done) ++nodes[plan.operations[i].node].left;
    for (const std::size_t before : plan.operations[i].after) {
      if (outcome.operations[before].state == OperationState::done) continue;
      ++waiting[i];
      next[before].push_back(i);
    }
  }
  for (const NodeResult& result : earlier.results) {
    if (result.node < nodes.size() && !result.mark.empty() && nodes[result.node].left == 0) {
      outcome.nodes[result.node].verified = true;
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    outcome.nodes[i].id = nodes[i].id;
    outcome.nodes[i].arn = nodes[i].arn;
    if (nodes[i].left == 0) nodes[i].before.reset();  // Not needed any more, and large.
  }
}

/// What an earlier attempt recorded of an operation.
void Executor::Impl::take_over(OperationRecord record) {
  const std::size_t i = record.sequence;
  if (i >= plan.operations.size()) {
    helpers = std::max(helpers, i - plan.operations.size() + 1);
    if (record.type == k_publish_stub) take_over_published(record);
    return;
  }
  const plan::Operation& operation = plan.operations[i];
  NodeState& node = nodes[operation.node];
  if (!record.before.empty() && !node.before) {
    if (auto before = flow_from_json(record.before)) {
      node.before = std::move(*before);
      node.before_kept = true;
    }
  }
  if (record.state != OperationState::done) {
    // To be settled before anything is sent; until then the journal keeps what it has.
    records[i].client_token = std::move(record.client_token);
    records[i].before = std::move(record.before);
    if (is_on_alias(operation.type)) records[i].content = std::move(record.content);
    records[i].started = std::move(record.started);
    doubtful[i] = record.state == OperationState::started ? 1 : 0;
    const bool content = operation.type == OperationType::update_content;
    node.maybe_complete = node.maybe_complete || (content && doubtful[i]);
    return;
  }
  outcome.operations[i].state = OperationState::done;
  outcome.operations[i].written = true;
  if (is_on_alias(operation.type)) {
    const AliasRecord entry = alias_record_from_json(record.content);
    node.aliases[entry.name] = entry.qualifier();
    return;
  }
  outcome.nodes[operation.node].touched = true;
  if (creates(operation.type)) {
    node.id = std::move(record.target_id);
    node.arn = std::move(record.target_arn);
    node.created = true;
    node.unpublished_stub = operation.type == OperationType::create_stub &&
                            plan.nodes[operation.node].kind == ResourceKind::contact_flow;
  } else if (operation.type == OperationType::update_content) {
    node.unpublished_stub = false;
  }
}

/// An earlier attempt published a stub, or tried to. Helpers come after the creates.
void Executor::Impl::take_over_published(const OperationRecord& record) {
  for (NodeState& node : nodes) {
    if (!node.created || node.id != record.target_id) continue;
    node.stub_sent = record.state != OperationState::failed;
    if (record.state == OperationState::done) node.unpublished_stub = false;
  }
}

bool Executor::Impl::stopping() const {
  return transport.cancelled() || log.error() || outcome.stopped;
}

void Executor::Impl::enqueue(std::size_t operation) {
  const plan::Operation& o = plan.operations[operation];
  Lane& lane = lanes[{static_cast<int>(o.type), plan.nodes[o.node].kind}];
  lane.ready.emplace(o.chain, -static_cast<std::int64_t>(operation));
}

/// Starts what may start. The last thing that anybody does here: when nothing is left, run() goes
/// on, and the executor may be gone when this returns.
void Executor::Impl::pump() {
  if (pumping) return;
  pumping = true;
  for (auto& [key, lane] : lanes) {
    while (!stopping() && !lane.ready.empty() && lane.under_way < options.in_flight) {
      const auto operation = static_cast<std::size_t>(-lane.ready.top().second);
      lane.ready.pop();
      ++lane.under_way;
      ++running;
      start(drive(operation, lane));
    }
  }
  while (!stopping() && !to_read_back.empty() && reading_back < options.in_flight) {
    const std::size_t node = to_read_back.front();
    to_read_back.pop_front();
    ++reading_back;
    ++running;
    start(read_back(node));
  }
  if (running == 0 && !stopping()) {
    for (const std::size_t node : std::exchange(to_write_again, {})) {
      ++running;
      start(write_again(node));
    }
  }
  pumping = false;
  if (running == 0) finished.set();
}

Task<void> Executor::Impl::drive(std::size_t operation, Lane& lane) {
  // Let the caller finish its turn first: a chain of operations that need no call must not nest.
  co_await transport.turn();
  if (!stopping()) {
    observer.operation_started(operation);
    if (creates(plan.operations[operation].type)) {
      auto result = co_await create(operation);
      conclude(operation, std::move(result));
    } else if (is_on_alias(plan.operations[operation].type)) {
      auto result = co_await work_on_alias(operation);
      conclude(operation, std::move(result));
    } else {
      auto result = co_await change(operation);
      conclude(operation, std::move(result));
    }
  }
  std::string().swap(records[operation].content);  // To assign an empty one keeps the memory.
  std::string().swap(records[operation].before);
  --lane.under_way;
  --running;
  pump();
}

void Executor::Impl::conclude(std::size_t operation, Result<void> result) {
  if (result) failures_in_a_row = 0;
  if (result && nodes[plan.operations[operation].node].let_be) {
    leave(operation);
  } else if (result) {
    succeed(operation);
  } else {
    give_up(operation, std::move(result).error());
  }
}

void Executor::Impl::succeed(std::size_t operation) {
  OperationOutcome& o = outcome.operations[operation];
  o.state = OperationState::done;
  const std::size_t n = plan.operations[operation].node;
  NodeState& node = nodes[n];
  if (o.written && !is_on_alias(plan.operations[operation].type)) outcome.nodes[n].touched = true;
  outcome.nodes[n].id = node.id;
  outcome.nodes[n].arn = node.arn;
  observer.operation_finished(operation, o.state, nullptr);
  if (--node.left > 0) return;
  node.there.reset();
  node.before.reset();
  if (!node.failed && outcome.nodes[n].touched) to_read_back.push_back(n);
}

/// Lets those go on that waited for it. Called when its result is recorded and not on disk yet:
/// their intents go to disk with it, so none of them is sent before.
void Executor::Impl::release(std::size_t operation) {
  for (const std::size_t waiter : next[operation]) {
    if (--waiting[waiter] == 0 && outcome.operations[waiter].state == OperationState::planned) {
      enqueue(waiter);
    }
  }
  pump();
}

/// The user decided to leave what is there: whatever refers to it refers to that.
void Executor::Impl::leave(std::size_t operation) {
  OperationOutcome& o = outcome.operations[operation];
  const std::size_t n = plan.operations[operation].node;
  o.state = OperationState::skipped;
  o.left = true;
  outcome.nodes[n].left = true;
  outcome.nodes[n].id = nodes[n].id;
  outcome.nodes[n].arn = nodes[n].arn;
  observer.operation_finished(operation, o.state, nullptr);
  --nodes[n].left;
}

void Executor::Impl::give_up(std::size_t operation, Error error) {
  OperationOutcome& o = outcome.operations[operation];
  const std::size_t n = plan.operations[operation].node;
  nodes[n].failed = true;
  if (error.kind == ErrorKind::cancelled || log.error()) {
    // For the report: the last thing known of it is that it was sent.
    if (error.outcome_unknown) o.error = std::move(error);
    return;
  }
  if (error.subject.empty()) error.subject = subject_of(plan.nodes[n]);
  if (stops_everything(error)) {
    if (!outcome.stopped) outcome.stopped = error;
    if (!error.outcome_unknown) return;  // As if it had never been tried.
  }
  // Why a node was left alone is told once.
  if (nodes[n].refusal && nodes[n].refused_by != plan::k_none && nodes[n].refused_by != operation) {
    skip(operation, nodes[n].refused_by);
    skip_dependents(operation);
    return;
  }
  if (nodes[n].refusal) nodes[n].refused_by = operation;
  o.state = OperationState::failed;
  o.error = std::move(error);
  observer.operation_finished(operation, o.state, &*o.error);
  skip_dependents(operation);
}

/// Whether the rest would fail for the same reason.
bool Executor::Impl::stops_everything(const Error& error) {
  if (error.kind == ErrorKind::credentials) return true;
  if (error.kind != ErrorKind::network) return false;
  return ++failures_in_a_row >= k_lost_connection;
}

void Executor::Impl::skip(std::size_t operation, std::size_t cause) {
  OperationOutcome& o = outcome.operations[operation];
  o.state = OperationState::skipped;
  o.cause = cause;
  nodes[plan.operations[operation].node].failed = true;
  observer.operation_finished(operation, o.state, nullptr);
}

/// What depends on an operation that did not succeed is not tried, but for our own stubs: an empty
/// one live is worse than one whose content refers to a flow in an older state.
void Executor::Impl::skip_dependents(std::size_t root) {
  std::size_t cause = root;
  if (outcome.operations[root].state == OperationState::skipped) {
    cause = outcome.operations[root].cause;
  }
  std::vector<std::size_t> work{root};
  while (!work.empty()) {
    const std::size_t before = work.back();
    work.pop_back();
    for (const std::size_t i : next[before]) {
      if (outcome.operations[i].state != OperationState::planned) continue;
      if (fills_stub(i) && !needs(i, before)) {
        if (--waiting[i] == 0) enqueue(i);
      } else {
        skip(i, cause);
        work.push_back(i);
      }
    }
  }
}

bool Executor::Impl::fills_stub(std::size_t operation) const {
  const plan::Operation& o = plan.operations[operation];
  return o.type == OperationType::update_content && plan.nodes[o.node].stub;
}

/// Whether without `before`, which did not succeed, the content that `operation` writes would name
/// what the target does not have, or what nobody may refer to.
bool Executor::Impl::needs(std::size_t operation, std::size_t before) const {
  const plan::Operation& o = plan.operations[operation];
  const plan::Operation& other = plan.operations[before];
  if (other.node == o.node || creates(other.type) || nodes[other.node].unusable) return true;
  if (!is_on_alias(other.type)) return false;
  const std::string& alias = plan.nodes[other.node].aliases[other.alias].name;
  const auto& holes = plan.nodes[o.node].content.holes;
  return std::any_of(holes.begin(), holes.end(), [&](const plan::Content::Hole& hole) {
    return hole.node == other.node && hole.alias == alias;
  });
}

// --- shared by all writes

plan::Content::Identity Executor::Impl::identity(std::size_t node) const {
  return {nodes[node].id, nodes[node].arn, nodes[node].aliases};
}

std::string Executor::Impl::final_content(std::size_t node) const {
  return plan.nodes[node].content.fill([this](std::size_t other) { return identity(other); });
}

std::string Executor::Impl::stub_of(const plan::Node& node) const {
  return node.kind == ResourceKind::flow_module ? flow::module_stub_content(node.settings)
                                                : flow::stub_content(node.type);
}

Desired Executor::Impl::desired(std::size_t node) const {
  return desired_of(plan, node, final_content(node));
}

Decision Executor::Impl::decision(std::size_t node) const {
  return options.decide ? options.decide(plan.nodes[node]) : Decision::none;
}

Task<Result<void>> Executor::Impl::keep_intent(std::size_t operation) {
  OperationRecord& entry = records[operation];
  entry.state = OperationState::started;
  entry.started = iso8601(clock.now());
  entry.finished.clear();
  entry.error.clear();
  auto kept = co_await log.keep(entry);
  if (kept) reach("before-send");
  if (kept && options.sending) options.sending(operation);
  co_return kept;
}

Task<Result<void>> Executor::Impl::keep_done(std::size_t operation) {
  OperationRecord& entry = records[operation];
  entry.state = OperationState::done;
  entry.finished = iso8601(clock.now());
  entry.error.clear();
  reach("before-commit");
  log.note(entry);
  release(operation);
  co_return co_await log.noted();
}

/// One whose effect is not known stays "started": resume settles it by reading. One that was never
/// sent is as it was.
Task<Error> Executor::Impl::keep_failure(std::size_t operation, Error error) {
  OperationRecord& entry = records[operation];
  const bool not_sent = error.kind == ErrorKind::cancelled || error.kind == ErrorKind::credentials;
  if (error.outcome_unknown || (not_sent && doubtful[operation])) {
    entry.state = OperationState::started;
    entry.error = one_line(error);
  } else if (not_sent) {
    entry.state = OperationState::planned;
  } else {
    entry.state = OperationState::failed;
    entry.finished = iso8601(clock.now());
    entry.error = one_line(error);
  }
  entry.request_id = error.request_id;
  auto kept = co_await log.keep(entry);
  if (!kept) co_return std::move(kept).error();
  co_return error;
}

/// The user decided so: nothing is sent.
Task<Result<void>> Executor::Impl::keep_left(std::size_t operation) {
  OperationRecord& entry = records[operation];
  entry.state = OperationState::skipped;
  entry.finished = iso8601(clock.now());
  entry.error = "left as it is in the target, as decided";
  log.note(entry);
  release(operation);
  co_return co_await log.noted();
}

Error Executor::Impl::stopped_before_sending() const {
  Error error;
  error.kind = ErrorKind::cancelled;
  error.message = "stopped before it was sent";
  return error;
}

void Executor::Impl::reach(std::string_view point) {
  if (options.at_point) options.at_point(point);
}

Executor::Executor(const plan::Plan& plan, connect::Client& target, Journal& journal,
                   net::Transport& transport, Clock& clock, Random& random, Observer& observer,
                   ExecuteOptions options)
    : impl_(std::make_unique<Impl>(plan, target, journal, transport, clock, random, observer,
                                   std::move(options))) {}
Executor::~Executor() = default;

Task<RunOutcome> Executor::run(Earlier earlier) {
  return impl_->run(std::move(earlier));
}

}  // namespace flowferry::apply
