#include "apply/executor.h"

#include <algorithm>
#include <queue>
#include <set>

#include "flow/document.h"
#include "flow/stub.h"

namespace flowferry::apply {

using plan::OperationType;

bool RunOutcome::complete() const {
  const auto all_done =
      std::all_of(operations.begin(), operations.end(),
                  [](const OperationOutcome& o) { return o.state == OperationState::done; });
  const auto all_verified = std::all_of(
      nodes.begin(), nodes.end(), [](const NodeOutcome& n) { return !n.touched || n.verified; });
  return all_done && all_verified && !cancelled && !journal_error;
}

namespace {

bool creates(OperationType type) {
  return type == OperationType::create || type == OperationType::create_stub;
}

/// How a flow or module is called in messages.
std::string subject_of(const plan::Node& node) {
  return std::string(label(node.kind)) + " \"" + node.name + "\"";
}

bool is_invalid_content(const Error& error) {
  return error.code == "InvalidContactFlowException" ||
         error.code == "InvalidContactFlowModuleException" ||
         error.code == "InvalidRequestException";
}

/// What differs between what a node is to be and what the target has; empty: nothing.
std::string difference(const plan::Node& node, const std::string& content, const Flow& there) {
  std::vector<std::string> out;
  if (!flow::same_meaning(content, there.content)) out.emplace_back("content");
  if (there.status != node.status) out.emplace_back("status");
  if (there.state != node.state) out.emplace_back("state");
  if (there.name != node.name) out.emplace_back("name");
  const bool clearable = node.kind == ResourceKind::contact_flow || !node.description.empty();
  if (there.description != node.description && clearable) out.emplace_back("description");
  if (node.kind == ResourceKind::flow_module &&
      !flow::same_meaning(node.settings.empty() ? "{}" : node.settings,
                          there.settings.empty() ? "{}" : there.settings)) {
    out.emplace_back("settings");
  }
  for (const auto& [key, value] : node.tags) {
    const auto found = there.tags.find(key);
    if (found == there.tags.end() || found->second != value) {
      out.emplace_back("tags");
      break;
    }
  }
  for (const auto& key : node.untag) {
    if (there.tags.contains(key)) {
      out.emplace_back("tags");
      break;
    }
  }
  std::string text;
  for (const auto& part : out) text += (text.empty() ? "" : ", ") + part;
  return text;
}

}  // namespace

struct Executor::Impl {
  Impl(const plan::Plan& plan_in, connect::Client& target_in, Journal& journal_in,
       net::Transport& transport_in, Clock& clock_in, Random& random_in, Observer& observer_in,
       ExecuteOptions options_in)
      : plan(plan_in),
        target(target_in),
        journal(journal_in),
        transport(transport_in),
        clock(clock_in),
        random(random_in),
        observer(observer_in),
        options(std::move(options_in)) {}

  const plan::Plan& plan;
  connect::Client& target;
  Journal& journal;
  net::Transport& transport;
  Clock& clock;
  Random& random;
  Observer& observer;
  ExecuteOptions options;

  /// Where a node stands while the run goes on.
  struct NodeState {
    std::string id;
    std::string arn;
    std::size_t left = 0;           ///< Operations not finished yet.
    bool failed = false;            ///< One of them failed or was skipped.
    bool created = false;           ///< By this run.
    bool unpublished_stub = false;  ///< Created SAVED, its content still to come.
    SteadyTime created_at{};
    std::shared_ptr<Event> checked;  ///< Set when `current` was read; null: nobody asked yet.
    std::optional<Flow> current;     ///< What the target had before this run's first write.
    std::optional<Error> refusal;    ///< Why it must not be written.
    bool as_desired = false;         ///< It was already what it is to be.
    bool publishing = false;
  };

  RunOutcome outcome;
  std::vector<NodeState> nodes;
  std::vector<OperationRecord> records;
  std::vector<std::size_t> waiting;            ///< Per operation: how many of `after` are not done.
  std::vector<std::vector<std::size_t>> next;  ///< Per operation: who waits for it.
  std::size_t helpers = 0;                     ///< Writes beyond the plan's (publish-stub).

  /// Ready operations of one API operation, the longest chain first.
  struct Lane {
    std::priority_queue<std::pair<std::size_t, std::int64_t>> ready;  ///< chain, -operation
    std::size_t under_way = 0;
  };
  std::map<std::pair<int, ResourceKind>, Lane> lanes;
  std::size_t active = 0;  ///< Operations and read-backs under way or queued.
  Event finished;

  // --- group commit: everything recorded in one turn of the loop becomes durable at once

  struct Batch {
    Event done;
    bool scheduled = false;
    std::optional<Error> error;
  };
  std::shared_ptr<Batch> batch = std::make_shared<Batch>();

  Task<void> flush_soon() {
    co_await transport.sleep_until(transport.now());
    auto current = std::exchange(batch, std::make_shared<Batch>());
    auto committed = journal.commit();
    if (!committed) current->error = committed.error();
    current->done.set();
  }

  /// Returns when everything put into the journal so far is on disk.
  Task<Result<bool>> durable() {
    if (outcome.journal_error) co_return fail(*outcome.journal_error);
    auto mine = batch;
    if (!mine->scheduled) {
      mine->scheduled = true;
      start(flush_soon());
    }
    co_await mine->done;
    if (mine->error) {
      note_journal_error(*mine->error);
      co_return fail(*mine->error);
    }
    co_return true;
  }

  void note_journal_error(const Error& error) {
    if (!outcome.journal_error) outcome.journal_error = error;
  }

  Task<Result<bool>> record(std::size_t operation, OperationState state) {
    OperationRecord& entry = records[operation];
    entry.state = state;
    if (state == OperationState::started) entry.started = iso8601(clock.now());
    if (state == OperationState::done || state == OperationState::failed) {
      entry.finished = iso8601(clock.now());
    }
    auto put = journal.put_operation(options.run, entry);
    if (!put) {
      note_journal_error(put.error());
      co_return fail(put.error());
    }
    auto kept = co_await durable();
    co_return kept;
  }

  // --- the schedule

  Task<RunOutcome> run(Earlier earlier) {
    prepare(earlier);
    std::size_t done = 0;
    for (const auto& o : outcome.operations) done += o.state == OperationState::done ? 1 : 0;
    observer.run_started(plan, plan.operations.size(), done);
    ++active;
    for (std::size_t i = 0; i < plan.operations.size(); ++i) {
      if (outcome.operations[i].state != OperationState::done && waiting[i] == 0) enqueue(i);
    }
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      if (nodes[n].left == 0 && outcome.nodes[n].touched && !nodes[n].failed) verify_soon(n);
    }
    pump_all();
    leave();
    if (active > 0) co_await finished;
    outcome.cancelled = transport.cancelled();
    auto committed = journal.commit();
    if (!committed) note_journal_error(committed.error());
    observer.run_finished();
    co_return std::move(outcome);
  }

  void prepare(const Earlier& earlier) {
    const std::size_t n = plan.operations.size();
    outcome.operations.resize(n);
    outcome.nodes.resize(plan.nodes.size());
    nodes.resize(plan.nodes.size());
    records.resize(n);
    waiting.assign(n, 0);
    next.assign(n, {});
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
    for (const OperationRecord& record : earlier.operations) {
      if (record.sequence >= n) {
        helpers = std::max(helpers, record.sequence - n + 1);
        continue;
      }
      take_over(record);
    }
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
      if (result.node < nodes.size() && !result.mark.empty())
        outcome.nodes[result.node].verified = true;
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      outcome.nodes[i].id = nodes[i].id;
      outcome.nodes[i].arn = nodes[i].arn;
    }
  }

  /// What an earlier attempt recorded of an operation.
  void take_over(const OperationRecord& record) {
    const std::size_t i = record.sequence;
    NodeState& node = nodes[plan.operations[i].node];
    records[i].client_token = record.client_token;
    records[i].before = record.before;
    records[i].content = record.content;
    records[i].started = record.started;
    if (record.state == OperationState::done) {
      records[i] = record;
      outcome.operations[i].state = OperationState::done;
      outcome.operations[i].written = true;
      outcome.nodes[plan.operations[i].node].touched = true;
      if (creates(plan.operations[i].type)) {
        node.id = record.target_id;
        node.arn = record.target_arn;
        node.created = true;
        node.unpublished_stub =
            plan.operations[i].type == OperationType::create_stub &&
            plan.nodes[plan.operations[i].node].kind == ResourceKind::contact_flow;
      } else if (plan.operations[i].type == OperationType::update_content) {
        node.unpublished_stub = false;
      }
    } else if (record.state == OperationState::started) {
      records[i].state = OperationState::started;  // to be settled before anything is sent
    }
    if (!record.before.empty() && !node.current) {
      if (auto before = flow_from_json(record.before)) node.current = std::move(*before);
    }
  }

  Lane& lane_of(std::size_t operation) {
    const plan::Operation& o = plan.operations[operation];
    return lanes[{static_cast<int>(o.type), plan.nodes[o.node].kind}];
  }

  void enqueue(std::size_t operation) {
    ++active;
    lane_of(operation).ready.emplace(plan.operations[operation].chain,
                                     -static_cast<std::int64_t>(operation));
  }

  void pump_all() {
    for (auto& [key, lane] : lanes) pump(lane);
  }

  void pump(Lane& lane) {
    while (!lane.ready.empty() && lane.under_way < options.in_flight) {
      const auto operation = static_cast<std::size_t>(-lane.ready.top().second);
      lane.ready.pop();
      ++lane.under_way;
      start(drive(operation, lane));
    }
  }

  void leave() {
    if (--active == 0) finished.set();
  }

  Task<void> drive(std::size_t operation, Lane& lane) {
    // Let the caller finish its turn first: a chain of operations that need no call must not nest.
    co_await transport.sleep_until(transport.now());
    if (transport.cancelled() || outcome.journal_error) {
      --lane.under_way;
      pump(lane);
      leave();
      co_return;
    }
    observer.operation_started(operation);
    auto result = co_await perform(operation);
    --lane.under_way;
    if (result) {
      succeed(operation);
    } else {
      give_up(operation, std::move(result).error());
    }
    pump_all();
    leave();
  }

  void succeed(std::size_t operation) {
    OperationOutcome& o = outcome.operations[operation];
    o.state = OperationState::done;
    const std::size_t n = plan.operations[operation].node;
    outcome.nodes[n].touched = true;
    outcome.nodes[n].id = nodes[n].id;
    outcome.nodes[n].arn = nodes[n].arn;
    observer.operation_finished(operation, o.state, nullptr);
    for (const std::size_t waiter : next[operation]) {
      if (--waiting[waiter] == 0 && outcome.operations[waiter].state == OperationState::planned) {
        enqueue(waiter);
      }
    }
    if (--nodes[n].left == 0 && !nodes[n].failed) verify_soon(n);
  }

  void give_up(std::size_t operation, Error error) {
    OperationOutcome& o = outcome.operations[operation];
    nodes[plan.operations[operation].node].failed = true;
    if (error.kind == ErrorKind::cancelled || outcome.journal_error) return;
    o.state = OperationState::failed;
    if (error.subject.empty())
      error.subject = subject_of(plan.nodes[plan.operations[operation].node]);
    o.error = std::move(error);
    observer.operation_finished(operation, o.state, &*o.error);
    skip_dependents(operation);
  }

  void skip_dependents(std::size_t root) {
    std::vector<std::size_t> work = next[root];
    while (!work.empty()) {
      const std::size_t i = work.back();
      work.pop_back();
      OperationOutcome& o = outcome.operations[i];
      if (o.state != OperationState::planned) continue;
      o.state = OperationState::skipped;
      o.cause = root;
      nodes[plan.operations[i].node].failed = true;
      observer.operation_finished(i, o.state, nullptr);
      work.insert(work.end(), next[i].begin(), next[i].end());
    }
  }

  // --- one operation

  plan::Content::Identity identity(std::size_t node) const {
    return {nodes[node].id, nodes[node].arn};
  }

  std::string final_content(std::size_t node) const {
    return plan.nodes[node].content.fill([this](std::size_t other) { return identity(other); });
  }

  std::string stub_of(const plan::Node& node) const {
    return node.kind == ResourceKind::flow_module ? flow::module_stub_content(node.settings)
                                                  : flow::stub_content(node.type);
  }

  Task<Result<bool>> perform(std::size_t operation) {
    const plan::Operation& o = plan.operations[operation];
    if (creates(o.type)) {
      auto created = co_await perform_create(operation);
      co_return created;
    }
    auto changed = co_await perform_change(operation);
    co_return changed;
  }

  Task<Result<bool>> perform_create(std::size_t operation) {
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
    const bool unsettled = records[operation].state == OperationState::started;
    if (records[operation].client_token.empty()) records[operation].client_token = random.uuid();
    records[operation].content = flow.content;
    if (unsettled) {
      auto settled = co_await settle_create(operation, flow, true);
      if (!settled) co_return fail(std::move(settled).error());
      if (*settled) co_return true;
    }
    auto intent = co_await record(operation, OperationState::started);
    if (!intent) co_return fail(std::move(intent).error());
    if (transport.cancelled()) {
      auto taken_back = co_await forget_intent(operation);
      co_return taken_back;
    }
    auto sent = co_await send_create(operation, flow);
    co_return sent;
  }

  /// Nothing was sent after all: the journal says "planned" again.
  Task<Result<bool>> forget_intent(std::size_t operation) {
    auto recorded = co_await record(operation, OperationState::planned);
    if (!recorded) co_return fail(std::move(recorded).error());
    co_return fail(ErrorKind::cancelled, "stopped before it was sent");
  }

  Task<Result<bool>> send_create(std::size_t operation, Flow flow) {
    const plan::Operation& o = plan.operations[operation];
    NodeState& state = nodes[o.node];
    Patience patience = begin_patience(o.node);
    for (int unknown = 0;;) {
      auto created = co_await target.create_flow(flow, records[operation].client_token);
      if (created) {
        auto kept =
            co_await finish_create(operation, created->id, created->arn, created->request_id);
        co_return kept;
      }
      Error error = std::move(created).error();
      if (error.outcome_unknown || (unknown > 0 && error.kind == ErrorKind::conflict)) {
        auto settled = co_await settle_create(operation, flow, false);
        if (!settled) co_return fail(std::move(settled).error());
        if (*settled) co_return true;
        if (++unknown >= 3 || transport.cancelled()) {
          auto kept = co_await record(operation, OperationState::started);
          if (!kept) co_return fail(std::move(kept).error());
          co_return fail(
              std::move(error).with_hint("run flowferry resume: it looks first whether it exists"));
        }
        continue;
      }
      auto again = co_await try_again(o.node, error, patience);
      if (again) continue;
      auto kept = co_await fail_operation(operation, error);
      if (!kept) co_return fail(std::move(kept).error());
      (void)state;
      co_return fail(std::move(error));
    }
  }

  Task<Result<bool>> finish_create(std::size_t operation, std::string id, std::string arn,
                                   std::string request_id) {
    const plan::Operation& o = plan.operations[operation];
    NodeState& state = nodes[o.node];
    state.id = id;
    state.arn = arn;
    state.created = true;
    state.created_at = transport.now();
    state.unpublished_stub = o.type == OperationType::create_stub &&
                             plan.nodes[o.node].kind == ResourceKind::contact_flow;
    records[operation].target_id = std::move(id);
    records[operation].target_arn = std::move(arn);
    records[operation].request_id = std::move(request_id);
    outcome.operations[operation].written = true;
    auto kept = co_await record(operation, OperationState::done);
    co_return kept;
  }

  Task<Result<bool>> fail_operation(std::size_t operation, const Error& error) {
    records[operation].error = one_line(error);
    records[operation].request_id = error.request_id;
    // A write whose effect is not known stays "started": resume settles it by reading.
    const auto state = error.outcome_unknown ? OperationState::started : OperationState::failed;
    auto kept = co_await record(operation, state);
    co_return kept;
  }

  /// Looks whether a create whose answer never came was processed after all: by name and type, then
  /// by content. true: it was, and is recorded as done; false: it was not. An error where something
  /// of that name is there that this run did not make.
  Task<Result<bool>> settle_create(std::size_t operation, const Flow& wanted, bool resumed) {
    const plan::Operation& o = plan.operations[operation];
    std::chrono::milliseconds waited{0};
    std::chrono::milliseconds pause{500};
    for (;;) {
      auto listed = co_await target.list_flows(wanted.kind);
      if (!listed)
        co_return fail(std::move(listed).error().during("looking whether it was created"));
      const auto same = std::find_if(listed->begin(), listed->end(), [&](const Resource& r) {
        return r.name == wanted.name &&
               (wanted.kind == ResourceKind::flow_module || r.type == wanted.type);
      });
      if (same != listed->end()) {
        auto there = co_await target.describe_flow(wanted.kind, same->id);
        if (!there)
          co_return fail(std::move(there).error().during("looking whether it was created"));
        if (flow::same_meaning(there->content, wanted.content) &&
            there->description == wanted.description) {
          auto kept = co_await finish_create(operation, same->id, same->arn, {});
          co_return kept;
        }
        Error error;
        error.kind = ErrorKind::conflict;
        error.subject = subject_of(plan.nodes[o.node]);
        error.message = "exists in the target with other content than this run was creating";
        error.hint =
            "compare the two: rename or delete the one in the target, then resume; or make a new "
            "plan";
        error.details.push_back("in the target: " + same->arn);
        records[operation].error = one_line(error);
        co_return fail(std::move(error));
      }
      // What was made a moment ago may not be listed yet; an old intent has had its time.
      const auto limit =
          resumed ? std::chrono::milliseconds{3000} : std::chrono::milliseconds{8000};
      if (waited >= limit || transport.cancelled()) co_return false;
      co_await transport.sleep_until(transport.now() + pause);
      waited += pause;
      pause *= 2;
    }
  }

  /// Reads what the target has, once per node, and decides whether it may be written.
  Task<void> check(std::size_t n) {
    NodeState& state = nodes[n];
    if (state.checked) {
      auto checked = state.checked;
      co_await *checked;
      co_return;
    }
    state.checked = std::make_shared<Event>();
    auto checked = state.checked;
    const plan::Node& node = plan.nodes[n];
    if (!state.created || state.current) {
      auto there = co_await target.describe_flow(node.kind, state.id);
      if (!there) {
        if (there.error().kind == ErrorKind::not_found && node.action == plan::Action::remove) {
          state.as_desired = true;
        } else {
          state.refusal =
              std::move(there).error().during("reading what the target has before it is changed");
          if (state.refusal->kind == ErrorKind::not_found) {
            state.refusal->message = "is no longer in the target";
            state.refusal->hint = "somebody deleted it since the plan was made: make a new plan";
          }
        }
      } else {
        judge(n, std::move(*there));
      }
    }
    checked->set();
  }

  void judge(std::size_t n, Flow there) {
    NodeState& state = nodes[n];
    const plan::Node& node = plan.nodes[n];
    const bool resumed = state.current.has_value();
    const std::string mark = plan::change_mark(there);
    if (!node.expected.empty() && mark != node.expected && !options.force) {
      if (node.action != plan::Action::remove &&
          node.content.texts.size() == node.content.holes.size() + 1 &&
          difference(node, final_content(n), there).empty()) {
        state.as_desired = true;
      } else if (!(resumed && between(n, there))) {
        state.refusal = conflict(n, there);
      }
    }
    if (!resumed) state.current = std::move(there);
  }

  /// Whether every part of `there` is either what it was before this run or what it is to be: an
  /// earlier attempt of this run got half-way.
  bool between(std::size_t n, const Flow& there) const {
    const plan::Node& node = plan.nodes[n];
    const Flow& before = *nodes[n].current;
    const bool content = flow::same_meaning(there.content, before.content) ||
                         flow::same_meaning(there.content, final_content(n)) ||
                         flow::is_stub(there.content);
    const bool description =
        there.description == before.description || there.description == node.description;
    const bool name = there.name == before.name || there.name == node.name;
    const bool state = there.state == before.state || there.state == node.state;
    bool tags = true;
    for (const auto& [key, value] : there.tags) {
      const auto old = before.tags.find(key);
      const auto wanted = node.tags.find(key);
      tags = tags &&
             ((old != before.tags.end() && old->second == value) ||
              (wanted != node.tags.end() && wanted->second == value) || key.starts_with("aws:"));
    }
    return content && description && name && state && tags;
  }

  Error conflict(std::size_t n, const Flow& there) const {
    const plan::Node& node = plan.nodes[n];
    Error error;
    error.kind = ErrorKind::conflict;
    error.code = "changed-since-plan";
    error.subject = subject_of(node);
    error.message = "was changed in the target since the plan was made; it is left as it is";
    error.hint = "look at it with flowferry plan; a new plan takes the change into account";
    error.details.push_back("in the target now: " + plan::change_mark(there).substr(0, 12) +
                            ", status " + there.status + ", description \"" + there.description +
                            "\", " + std::to_string(there.content.size()) + " bytes of content");
    error.details.push_back("when the plan was made: " + node.expected.substr(0, 12));
    if (node.action != plan::Action::remove) {
      error.details.push_back("differs from what the plan wants in: " +
                              difference(node, final_content(n), there));
    }
    return error;
  }

  Task<Result<bool>> perform_change(std::size_t operation) {
    const plan::Operation& o = plan.operations[operation];
    const plan::Node& node = plan.nodes[o.node];
    NodeState& state = nodes[o.node];
    co_await check(o.node);
    if (state.refusal) {
      auto kept = co_await fail_operation(operation, *state.refusal);
      if (!kept) co_return fail(std::move(kept).error());
      co_return fail(*state.refusal);
    }
    records[operation].target_id = state.id;
    records[operation].target_arn = state.arn;
    if (state.current) records[operation].before = flow_to_json(*state.current);
    if (state.as_desired) {
      auto kept = co_await record(operation, OperationState::done);
      co_return kept;
    }
    std::string content;
    if (o.type == OperationType::update_content) content = final_content(o.node);
    records[operation].content = content;
    auto intent = co_await record(operation, OperationState::started);
    if (!intent) co_return fail(std::move(intent).error());
    if (transport.cancelled()) {
      auto taken_back = co_await forget_intent(operation);
      co_return taken_back;
    }
    Patience patience = begin_patience(o.node);
    for (;;) {
      auto answer = co_await send_change(operation, content);
      if (answer) {
        records[operation].request_id = answer->request_id;
        outcome.operations[operation].written = true;
        if (o.type == OperationType::update_content) state.unpublished_stub = false;
        auto kept = co_await record(operation, OperationState::done);
        co_return kept;
      }
      Error error = std::move(answer).error();
      auto again = co_await try_again(o.node, error, patience);
      if (again) continue;
      auto kept = co_await fail_operation(operation, error);
      if (!kept) co_return fail(std::move(kept).error());
      (void)node;
      co_return fail(std::move(error));
    }
  }

  Task<Result<connect::Acknowledged>> send_change(std::size_t operation, std::string content) {
    const plan::Operation& o = plan.operations[operation];
    const plan::Node& node = plan.nodes[o.node];
    const NodeState& state = nodes[o.node];
    std::string id = state.id;
    std::string arn = state.arn;
    switch (o.type) {
      case OperationType::update_content: {
        const bool draft = node.status == "SAVED" && node.kind == ResourceKind::contact_flow;
        std::optional<std::string> settings;
        if (node.kind == ResourceKind::flow_module && sends_settings(o.node))
          settings = node.settings;
        auto answer =
            co_await target.update_content(node.kind, id, std::move(content), settings,
                                           draft ? connect::Draft::yes : connect::Draft::no);
        co_return answer;
      }
      case OperationType::update_metadata: {
        connect::MetadataChange change = metadata_change(o.node);
        auto answer = co_await target.update_metadata(node.kind, id, change);
        co_return answer;
      }
      case OperationType::tag: {
        auto answer = co_await target.tag(arn, node.tags);
        co_return answer;
      }
      case OperationType::untag: {
        auto answer = co_await target.untag(arn, node.untag);
        co_return answer;
      }
      case OperationType::remove: {
        auto answer = co_await target.delete_flow(node.kind, id);
        co_return answer;
      }
      default:
        co_return fail(ErrorKind::refused, "not a change");
    }
  }

  /// Settings are sent only where they differ from what is there: most modules have none.
  bool sends_settings(std::size_t n) const {
    const plan::Node& node = plan.nodes[n];
    const NodeState& state = nodes[n];
    if (!state.current) return false;  // made by this run, with its settings
    const std::string there = state.current->settings.empty() ? "{}" : state.current->settings;
    return !flow::same_meaning(node.settings.empty() ? "{}" : node.settings, there);
  }

  connect::MetadataChange metadata_change(std::size_t n) const {
    const plan::Node& node = plan.nodes[n];
    const NodeState& state = nodes[n];
    connect::MetadataChange change;
    if (!state.current || state.current->description != node.description) {
      change.description = node.description;
    }
    if (state.current && state.current->name != node.name) change.name = node.name;
    if (state.current && state.current->state != node.state) change.state = node.state;
    return change;
  }

  // --- refusals that may pass

  /// How often a refusal is met again before it is believed.
  struct Patience {
    std::chrono::milliseconds waited{0};
    std::chrono::milliseconds pause{1000};
    bool stubs_published = false;
    int invalid = 0;
  };

  Patience begin_patience(std::size_t) const { return {}; }

  /// Whether the call should be made once more: after unpublished stubs that it refers to were
  /// published, or after a pause because what it refers to was made a moment ago and may not be
  /// seen everywhere yet (connect-api.md 4.9).
  Task<bool> try_again(std::size_t n, const Error& error, Patience& patience) {
    const bool invalid = is_invalid_content(error);
    const bool missing = error.kind == ErrorKind::not_found;
    if (!invalid && !missing) co_return false;
    if (transport.cancelled()) co_return false;
    if (invalid && !patience.stubs_published) {
      patience.stubs_published = true;
      auto published = co_await publish_stubs(n);
      if (published) co_return true;
    }
    if (!recently_created(n)) co_return false;
    // A real refusal looks the same as a late one: content gets two more chances, a missing id
    // more.
    if (invalid && ++patience.invalid > 2) co_return false;
    if (patience.waited >= options.consistency) co_return false;
    const auto pause = patience.pause;
    co_await transport.sleep_until(transport.now() + pause);
    patience.waited += pause;
    patience.pause *= 2;
    co_return !transport.cancelled();
  }

  bool recently_created(std::size_t n) const {
    const auto recent = [this](const NodeState& state) {
      return state.created && transport.now() - state.created_at < std::chrono::minutes(2);
    };
    if (recent(nodes[n])) return true;
    const auto& callees = plan.nodes[n].refers_to;
    return std::any_of(callees.begin(), callees.end(),
                       [&](std::size_t callee) { return recent(nodes[callee]); });
  }

  /// Publishes minimal content in stubs that `n` refers to and that are only SAVED. false: there is
  /// none.
  Task<bool> publish_stubs(std::size_t n) {
    bool any = false;
    for (const std::size_t callee : plan.nodes[n].refers_to) {
      NodeState& state = nodes[callee];
      if (!state.unpublished_stub || state.publishing || plan.nodes[callee].status != "PUBLISHED")
        continue;
      state.publishing = true;
      auto published = co_await publish_stub(callee);
      state.publishing = false;
      any = any || published;
    }
    co_return any;
  }

  Task<bool> publish_stub(std::size_t n) {
    const plan::Node& node = plan.nodes[n];
    OperationRecord entry;
    entry.sequence = plan.operations.size() + helpers++;
    entry.type = "publish-stub";
    entry.kind = to_string(node.kind);
    entry.name = node.name;
    entry.flow_type = node.type;
    entry.target_id = nodes[n].id;
    entry.target_arn = nodes[n].arn;
    entry.content = stub_of(node);
    entry.state = OperationState::started;
    entry.started = iso8601(clock.now());
    auto put = journal.put_operation(options.run, entry);
    if (!put) {
      note_journal_error(put.error());
      co_return false;
    }
    auto kept = co_await durable();
    if (!kept) co_return false;
    auto answer = co_await target.update_content(node.kind, nodes[n].id, entry.content,
                                                 std::nullopt, connect::Draft::no);
    entry.state = answer ? OperationState::done : OperationState::failed;
    if (answer) {
      entry.request_id = answer->request_id;
      nodes[n].unpublished_stub = false;
    } else {
      entry.error = one_line(answer.error());
    }
    entry.finished = iso8601(clock.now());
    auto done = journal.put_operation(options.run, entry);
    if (!done) note_journal_error(done.error());
    auto flushed = co_await durable();
    co_return answer.has_value() && flushed.has_value();
  }

  // --- reading back

  void verify_soon(std::size_t n) {
    if (plan.nodes[n].action == plan::Action::remove) {
      outcome.nodes[n].verified = true;
      return;
    }
    ++active;
    start(verify(n));
  }

  Task<void> verify(std::size_t n) {
    const plan::Node& node = plan.nodes[n];
    const std::string wanted = final_content(n);
    NodeOutcome& result = outcome.nodes[n];
    std::chrono::milliseconds waited{0};
    std::chrono::milliseconds pause{500};
    for (;;) {
      auto there = co_await target.describe_flow(node.kind, nodes[n].id);
      if (there) {
        result.difference = difference(node, wanted, *there);
        result.verified = result.difference.empty();
        if (result.verified) {
          auto put = journal.put_result(
              options.run, NodeResult{n, nodes[n].id, nodes[n].arn, plan::change_mark(*there)});
          if (!put) note_journal_error(put.error());
        }
      } else {
        result.difference = "could not be read back: " + one_line(there.error());
      }
      const bool hopeless = !there && there.error().kind != ErrorKind::not_found;
      if (result.verified || hopeless || waited >= options.consistency || transport.cancelled())
        break;
      co_await transport.sleep_until(transport.now() + pause);
      waited += pause;
      pause *= 2;
    }
    observer.node_verified(n, result.verified);
    leave();
  }
};

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
