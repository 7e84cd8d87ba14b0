#include "apply/undo.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/hash.h"
#include "flow/document.h"
#include "flow/stub.h"
#include "plan/graph.h"
#include "plan/plan_file.h"

namespace flowferry::apply {

using plan::Action;
using plan::OperationType;

Result<RecordedRun> read_run(Journal& journal, const std::string& id) {
  auto run = journal.run(id);
  if (!run) return fail(std::move(run).error());
  if (!*run) {
    return fail(ErrorKind::not_found, "the journal has no run \"" + id + "\"", "look at them with flowferry runs");
  }
  RecordedRun out;
  out.run = std::move(**run);
  auto plan = plan::read_plan(out.run.plan);
  if (!plan) return fail(std::move(plan).error().during("reading run " + id + " from the journal"));
  out.plan = std::move(*plan);
  auto operations = journal.operations(id);
  if (!operations) return fail(std::move(operations).error());
  out.operations = std::move(*operations);
  auto results = journal.results(id);
  if (!results) return fail(std::move(results).error());
  out.results = std::move(*results);
  for (const OperationRecord& operation : out.operations) {
    if (operation.sequence < out.plan.operations.size()) continue;
    if (operation.type == "publish-stub") continue;
    return fail(ErrorKind::malformed, "the journal has an operation that the plan of run " + id + " does not have",
                "keep the journal for inspection");
  }
  return out;
}

namespace {

/// What the journal says of one node of the run.
struct Touched {
  std::string id;
  std::string arn;
  std::optional<Flow> before;      ///< Empty for what the run created.
  bool created = false;
  bool maybe_created = false;      ///< The create has no outcome.
  bool removed = false;
  bool touched = false;
  std::string mark;                ///< As read back at the end of the run.
  std::vector<std::string> sent;   ///< Contents that the run wrote.
};

class UndoPlanner {
 public:
  UndoPlanner(const RecordedRun& recorded, connect::Client& target, Force force, Progress& progress)
      : recorded_(recorded), target_(target), force_(force), progress_(progress) {}

  Task<Result<plan::Plan>> run() {
    auto collected = collect();
    if (!collected) co_return fail(std::move(collected).error());
    plan_.from = recorded_.plan.from;
    plan_.to = recorded_.plan.to;
    plan_.source = recorded_.plan.source;
    plan_.target = recorded_.plan.target;
    plan_.callers_first = true;
    progress_.begin("Reading what the run wrote", static_cast<std::size_t>(std::count_if(
        touched_.begin(), touched_.end(), [](const Touched& t) { return t.touched; })));
    auto listed = co_await list_target();
    if (!listed) co_return fail(std::move(listed).error());
    std::vector<Task<Result<bool>>> reads;
    current_.resize(touched_.size());
    for (std::size_t n = 0; n < touched_.size(); ++n) {
      if (touched_[n].touched) reads.push_back(read(n));
    }
    auto results = co_await gather(std::move(reads));
    for (auto& result : results) {
      if (!result) co_return fail(std::move(result).error());
    }
    progress_.end();
    for (std::size_t n = 0; n < touched_.size(); ++n) decide(n);
    plan::choose_stubs(plan_);
    add_operations();
    plan::order_operations(plan_);
    plan_.digest = sha256_hex(recorded_.run.id + recorded_.run.digest);
    co_return std::move(plan_);
  }

 private:
  Result<bool> collect() {
    touched_.resize(recorded_.plan.nodes.size());
    for (const OperationRecord& record : recorded_.operations) {
      if (record.state == OperationState::planned || record.state == OperationState::skipped) continue;
      if (record.state == OperationState::failed && record.type != "delete") {
        // Refused: nothing was written. (A failed delete neither.)
        continue;
      }
      if (record.sequence >= recorded_.plan.operations.size()) continue;
      const plan::Operation& operation = recorded_.plan.operations[record.sequence];
      Touched& t = touched_[operation.node];
      t.touched = true;
      if (!record.target_id.empty()) {
        t.id = record.target_id;
        t.arn = record.target_arn;
      }
      if (!record.content.empty()) t.sent.push_back(record.content);
      switch (operation.type) {
        case OperationType::create:
        case OperationType::create_stub:
          t.created = record.state == OperationState::done;
          t.maybe_created = !t.created;
          break;
        case OperationType::remove:
          t.removed = true;
          break;
        default:
          break;
      }
      const bool creation = operation.type == OperationType::create || operation.type == OperationType::create_stub;
      if (!record.before.empty() && !t.before && !creation) {
        auto before = flow_from_json(record.before);
        if (!before) return fail(std::move(before).error());
        t.before = std::move(*before);
      }
    }
    for (std::size_t n = 0; n < touched_.size(); ++n) {
      Touched& t = touched_[n];
      // A stub that was created by this run and then filled has a "before" of its own making.
      if (recorded_.plan.nodes[n].action == Action::create) t.before.reset();
    }
    for (const NodeResult& result : recorded_.results) {
      if (result.node < touched_.size()) touched_[result.node].mark = result.mark;
    }
    return true;
  }

  Task<Result<bool>> list_target() {
    for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
      const bool needed = std::any_of(touched_.begin(), touched_.end(), [](const Touched& t) {
        return t.maybe_created || t.removed;
      });
      if (!needed) break;
      auto listed = co_await target_.list_flows(kind);
      if (!listed) co_return fail(std::move(listed).error());
      inventories_[kind] = Inventory(std::move(*listed));
    }
    co_return true;
  }

  Task<Result<bool>> read(std::size_t n) {
    Touched& t = touched_[n];
    const plan::Node& node = recorded_.plan.nodes[n];
    if (t.maybe_created) {
      const auto found = inventories_[node.kind].by_name(node.name, node.type);
      if (!found.empty()) {
        t.id = found.front()->id;
        t.arn = found.front()->arn;
      }
    }
    if (!t.id.empty()) {
      auto there = co_await target_.describe_flow(node.kind, t.id);
      if (there) {
        current_[n] = std::move(*there);
      } else if (there.error().kind != ErrorKind::not_found) {
        co_return fail(std::move(there).error().during("reading what the run wrote"));
      }
    }
    progress_.advance();
    co_return true;
  }

  /// Whether what is there now is what the run left, whole or half-way.
  bool untouched_since(std::size_t n, const Flow& now) const {
    const Touched& t = touched_[n];
    if (!t.mark.empty()) return plan::change_mark(now) == t.mark;
    const bool sent = std::any_of(t.sent.begin(), t.sent.end(), [&](const std::string& content) {
      return flow::same_meaning(content, now.content);
    });
    if (!t.before) return sent || flow::is_stub(now.content);
    return sent || flow::same_meaning(t.before->content, now.content);
  }

  void decide(std::size_t n) {
    const Touched& t = touched_[n];
    const plan::Node& original = recorded_.plan.nodes[n];
    plan::Node node;
    node.kind = original.kind;
    node.name = original.name;
    node.type = original.type;
    node.source_name = original.source_name;
    node.source_arn = original.source_arn;
    node.target_id = t.id;
    node.target_arn = t.arn;
    node.refers_to = original.refers_to;
    node.action = Action::unchanged;
    node.reason = "not written by the run";
    if (!t.touched) {
      node.action = original.action == Action::skip ? Action::skip : Action::unchanged;
    } else if (original.action == Action::create) {
      decide_created(n, node);
    } else if (t.removed) {
      decide_removed(n, node);
    } else {
      decide_updated(n, node);
    }
    plan_.nodes.push_back(std::move(node));
  }

  void leave(plan::Node& node, std::string reason) {
    node.action = Action::skip;
    node.reason = std::move(reason);
    Finding finding;
    finding.severity = Severity::warning;
    finding.id = "left-as-it-is";
    finding.where.kind = to_string(node.kind);
    finding.where.name = node.name;
    finding.text = node.reason;
    finding.arn = node.target_arn;
    finding.help = "look at it in the target; --force takes back what somebody changed after the run";
    plan_.findings.push_back(std::move(finding));
  }

  void decide_created(std::size_t n, plan::Node& node) {
    if (!current_[n]) {
      node.reason = "is no longer in the target";
      return;
    }
    const Flow& now = *current_[n];
    if (touched_[n].maybe_created && !untouched_since(n, now)) {
      leave(node, "exists with other content than the run was creating");
      return;
    }
    if (force_ == Force::no && !untouched_since(n, now)) {
      leave(node, "was changed after the run");
      return;
    }
    node.action = Action::remove;
    node.reason = "created by the run";
    node.expected = plan::change_mark(now);
    node.status = now.status;
    node.settings = now.settings;
    node.content = plan::Content::of(now.kind == ResourceKind::flow_module
                                         ? flow::module_stub_content(now.settings)
                                         : flow::stub_content(now.type));
  }

  void decide_removed(std::size_t n, plan::Node& node) {
    if (current_[n]) {
      node.reason = "was not deleted";
      return;
    }
    if (!touched_[n].before) return;
    const Flow& before = *touched_[n].before;
    const auto same = inventories_[node.kind].by_name(before.name, before.type);
    if (!same.empty()) {
      leave(node, "another one of this name was made after the run");
      return;
    }
    node.action = Action::create;
    node.reason = "deleted by the run";
    node.target_id.clear();
    node.target_arn.clear();
    wish(node, before);
    node.tags = before.tags;
    for (auto it = node.tags.begin(); it != node.tags.end();) {
      it = it->first.starts_with("aws:") ? node.tags.erase(it) : std::next(it);
    }
  }

  void wish(plan::Node& node, const Flow& before) {
    node.name = before.name;
    node.description = before.description;
    node.status = before.status.empty() ? "PUBLISHED" : before.status;
    node.state = before.state.empty() ? "ACTIVE" : before.state;
    node.settings = before.settings;
    node.external_invocation = before.external_invocation;
    node.content = with_holes(before.content);
  }

  void decide_updated(std::size_t n, plan::Node& node) {
    if (!current_[n]) {
      leave(node, "was deleted after the run");
      return;
    }
    if (!touched_[n].before) return;
    const Flow& now = *current_[n];
    const Flow& before = *touched_[n].before;
    if (force_ == Force::no && !untouched_since(n, now)) {
      leave(node, "was changed after the run");
      return;
    }
    node.expected = plan::change_mark(now);
    wish(node, before);
    if (before.status == "SAVED" && now.status == "PUBLISHED") {
      leave(node, "was never published before the run, and the service has no way to take a publication back");
      return;
    }
    const auto change = [&](const char* what, std::string from, std::string to) {
      node.changes.push_back(plan::Change{what, std::move(from), std::move(to)});
    };
    if (!node.content.complete() || node.content.texts.front() != now.content) change("content", {}, {});
    if (node.kind == ResourceKind::flow_module && before.settings != now.settings) {
      change("settings", now.settings, before.settings);
    }
    if (before.description != now.description) change("description", now.description, before.description);
    if (before.name != now.name) change("name", now.name, before.name);
    if (before.state != now.state) change("state", now.state, before.state);
    for (const auto& [key, value] : before.tags) {
      const auto there = now.tags.find(key);
      if (!key.starts_with("aws:") && (there == now.tags.end() || there->second != value)) node.tags[key] = value;
    }
    for (const auto& [key, value] : now.tags) {
      if (!key.starts_with("aws:") && !before.tags.contains(key)) node.untag.push_back(key);
    }
    if (!node.tags.empty() || !node.untag.empty()) change("tags", {}, {});
    node.action = node.changes.empty() ? Action::unchanged : Action::update;
    node.reason = node.changes.empty() ? "is as it was before the run" : "back to what it was before the run";
  }

  /// The content with a hole wherever it names something that is to be created again, under a new id.
  plan::Content with_holes(const std::string& content) const {
    plan::Content out;
    out.texts.emplace_back();
    for (std::size_t at = 0; at < content.size();) {
      std::size_t best = std::string::npos;
      std::size_t node = plan::k_none;
      for (std::size_t n = 0; n < touched_.size(); ++n) {
        if (!touched_[n].removed || touched_[n].id.empty() || current_[n]) continue;
        const std::size_t found = content.find(touched_[n].id, at);
        if (found < best) {
          best = found;
          node = n;
        }
      }
      if (node == plan::k_none) {
        out.texts.back() += content.substr(at);
        break;
      }
      const std::string& arn = touched_[node].arn;
      const std::string& id = touched_[node].id;
      const std::size_t prefix = arn.size() - id.size();
      const bool whole = best >= at + prefix && content.compare(best - prefix, prefix, arn, 0, prefix) == 0;
      out.texts.back() += content.substr(at, best - at - (whole ? prefix : 0));
      out.holes.push_back(plan::Content::Hole{node, whole, {}});
      out.texts.emplace_back();
      at = best + id.size();
    }
    return out;
  }

  void add(OperationType type, std::size_t node) {
    plan::Operation operation;
    operation.type = type;
    operation.node = node;
    plan_.operations.push_back(std::move(operation));
  }

  /// Circles among what is deleted are opened first: then nothing is deleted that something still refers to.
  std::vector<std::size_t> circles_to_open() const {
    plan::Graph graph(plan_.nodes.size());
    for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
      if (plan_.nodes[n].action != Action::remove) continue;
      for (const std::size_t callee : plan_.nodes[n].refers_to) {
        if (callee != n && plan_.nodes[callee].action == Action::remove) graph.add(n, callee);
      }
    }
    return plan::open_circles(graph, std::vector<int>(plan_.nodes.size(), 1)).nodes;
  }

  void add_operations() {
    for (const std::size_t n : circles_to_open()) add(OperationType::update_content, n);
    for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
      const plan::Node& node = plan_.nodes[n];
      const auto changed = [&](std::string_view what) {
        return std::any_of(node.changes.begin(), node.changes.end(),
                           [&](const plan::Change& change) { return change.what == what; });
      };
      switch (node.action) {
        case Action::remove:
          add(OperationType::remove, n);
          break;
        case Action::create:
          add(node.stub ? OperationType::create_stub : OperationType::create, n);
          if (node.stub) add(OperationType::update_content, n);
          break;
        case Action::update:
          if (changed("content") || changed("settings")) add(OperationType::update_content, n);
          if (changed("description") || changed("name") || changed("state")) add(OperationType::update_metadata, n);
          if (!node.tags.empty()) add(OperationType::tag, n);
          if (!node.untag.empty()) add(OperationType::untag, n);
          break;
        default:
          break;
      }
    }
  }

  const RecordedRun& recorded_;
  connect::Client& target_;
  Force force_;
  Progress& progress_;
  plan::Plan plan_;
  std::vector<Touched> touched_;
  std::vector<std::optional<Flow>> current_;
  std::map<ResourceKind, Inventory> inventories_;
};

}  // namespace

Task<Result<plan::Plan>> plan_undo(const RecordedRun& recorded, connect::Client& target, Force force,
                                   Progress& progress) {
  UndoPlanner planner(recorded, target, force, progress);
  auto plan = co_await planner.run();
  co_return plan;
}

}  // namespace flowferry::apply
