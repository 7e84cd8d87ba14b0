#include "apply/undo.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "apply/traces.h"
#include "apply/undo_aliases.h"
#include "apply/undo_contents.h"
#include "apply/undo_reading.h"
#include "base/hash.h"
#include "base/text.h"
#include "flow/document.h"
#include "flow/stub.h"
#include "plan/difference.h"
#include "plan/graph.h"

namespace flowferry::apply {

using plan::Action;
using plan::OperationType;
using Touched = Trace::Touched;

namespace {

class UndoPlanner {
 public:
  UndoPlanner(const RecordedRun& recorded, connect::Client& target, net::Transport& transport,
              Clock& clock, Force force, Wait wait, Progress& progress)
      : recorded_(recorded),
        force_(force),
        reading_(recorded, target, transport, clock, wait, progress),
        aliases_(recorded, reading_, target, transport, clock, wait, progress) {}

  Task<Result<plan::Plan>> run() {
    plan_.from = recorded_.plan.from;
    plan_.to = recorded_.plan.to;
    plan_.source = recorded_.plan.source;
    plan_.target = recorded_.plan.target;
    plan_.callers_first = true;
    auto read = co_await reading_.run();
    if (read) read = co_await aliases_.read();
    if (!read) co_return fail(std::move(read).error());
    contents_.emplace(traces_, current_, aliases_);
    for (std::size_t n = 0; n < traces_.size(); ++n) decide(n);
    leave_what_is_in_use();
    read = co_await aliases_.decide(plan_);
    if (!read) co_return fail(std::move(read).error());
    plan::choose_stubs(plan_);
    add_operations();
    plan::order_operations(plan_);
    plan_.digest = sha256_hex(recorded_.run.id + recorded_.run.digest);
    co_return std::move(plan_);
  }

 private:
  // --- what becomes of each

  void decide(std::size_t n) {
    const Trace& trace = traces_[n];
    const plan::Node& original = recorded_.plan.nodes[n];
    plan::Node node;
    node.kind = original.kind;
    node.name = original.name;
    node.type = original.type;
    node.source_name = original.source_name;
    node.source_arn = original.source_arn;
    node.target_id = trace.id;
    node.target_arn = trace.arn;
    node.refers_to = original.refers_to;
    node.action = Action::unchanged;
    node.reason = "not written by the run";
    const Unseen& unseen = reading_.unseen[n];
    if (!unseen.records.empty()) node.unsettled_until = iso8601(unseen.until);
    if (trace.touched == Touched::no) {
      if (original.action == Action::skip) node.action = Action::skip;
    } else if (original.action == Action::create && !trace.adopted) {
      decide_created(n, node);
    } else if (trace.removed && !current_[n]) {
      decide_removed(n, node);
    } else {
      decide_updated(n, node);
    }
    plan_.nodes.push_back(std::move(node));
  }

  /// Stays as it is, and the user is told why.
  void leave(plan::Node& node, std::string reason, std::vector<std::string> versions = {}) {
    node.action = Action::skip;
    node.reason = std::move(reason);
    tell(node, "left-as-it-is", node.reason + (versions.empty() ? "" : ": " + join(versions, "; ")),
         "look at it in the target; --force takes back what somebody changed after the run");
  }

  void tell(const plan::Node& node, const char* id, std::string text, std::string help) {
    Finding finding;
    finding.severity = Severity::warning;
    finding.id = id;
    finding.where.kind = to_string(node.kind);
    finding.where.name = node.name;
    finding.text = std::move(text);
    finding.arn = node.target_arn;
    finding.in_target = true;
    finding.help = std::move(help);
    plan_.findings.push_back(std::move(finding));
  }

  /// What somebody changed since the run left it: each part with what the run left, what is there,
  /// and what the undo would make of it.
  static std::vector<std::string> versions(const Flow& left_by_run, const Flow& now,
                                           const Desired& wanted) {
    constexpr Parties k_undo{"the run left", "since the run", "the undo"};
    std::vector<std::string> lines = three_way(&left_by_run, now, wanted, k_undo);
    for (std::string& line : lines) line = std::string(trim(line));
    return lines;
  }

  void decide_created(std::size_t n, plan::Node& node) {
    const Trace& trace = traces_[n];
    if (!current_[n]) {
      if (!node.unsettled_until.empty()) {
        remove_when_seen(n, node);
      } else {
        node.reason =
            trace.touched == Touched::maybe ? "was not created" : "is no longer in the target";
      }
      return;
    }
    const Flow& now = *current_[n];
    const Desired wanted = wanted_by_run(recorded_, traces_, n);
    Flow first = first_form(recorded_, traces_, n);
    if (flow::is_stub(now.content)) first.status = now.status;
    const bool ours = strays(first, now, wanted).empty();
    if (!trace.created && !ours) {
      // Somebody else's of that name, or ours and changed: nobody can tell.
      if (trace.touched == Touched::yes) {
        leave(node, "exists with other content than the run was creating");
      }
      return;
    }
    if (force_ == Force::no && !ours) {
      Desired gone = wanted;
      gone.writes_content = gone.writes_metadata = gone.writes_tags = false;
      leave(node, "was changed after the run", versions(wanted.flow, now, gone));
      return;
    }
    node.reason = "created by the run";
    node.seen = now;
    // Its final content may be seen only when its turn comes.
    if (!node.unsettled_until.empty()) node.seen = as_seen_later(n, now);
    node.unsettled_until.clear();  // Whatever may still come of it goes with it.
    remove(node, now);
  }

  /// One that was sent, and that the target does not show: it goes if it appears.
  void remove_when_seen(std::size_t n, plan::Node& node) {
    node.reason = "sent by the run, and not seen yet: may still appear";
    node.refers_to.clear();  // Nothing waits for what may never be there.
    node.seen = as_seen_later(n, first_form(recorded_, traces_, n));
    remove(node, first_form(recorded_, traces_, n));
  }

  static void remove(plan::Node& node, const Flow& now) {
    node.action = Action::remove;
    node.expected = plan::change_mark(*node.seen);
    node.status = now.status;
    node.settings = now.settings;
    node.content = plan::Content::of(now.kind == ResourceKind::flow_module
                                         ? flow::module_stub_content(now.settings)
                                         : flow::stub_content(now.type));
  }

  /// What is there when all that the run sent is seen.
  Flow as_seen_later(std::size_t n, Flow now) const {
    return with_unseen(std::move(now), recorded_.plan, reading_.unseen[n].records,
                       wanted_by_run(recorded_, traces_, n));
  }

  void decide_removed(std::size_t n, plan::Node& node) {
    const Flow& before = *traces_[n].before;
    const auto same = reading_.inventories[node.kind].by_name(before.name, before.type);
    if (!same.empty()) {
      leave(node, "another one of this name was made after the run");
      return;
    }
    node.action = Action::create;
    node.reason = "deleted by the run";
    node.target_id.clear();
    node.target_arn.clear();
    wish(node, before);
    for (const auto& [key, value] : before.tags) {
      if (!key.starts_with("aws:")) node.tags.emplace(key, value);
    }
  }

  void wish(plan::Node& node, const Flow& before) const {
    node.name = before.name;
    node.description = before.description;
    node.status = before.status.empty() ? "PUBLISHED" : before.status;
    node.state = before.state.empty() ? "ACTIVE" : before.state;
    node.settings = before.settings;
    node.external_invocation = before.external_invocation;
    node.content = contents_->with_holes(before.content);
    std::set<std::size_t> callees(node.refers_to.begin(), node.refers_to.end());
    for (const auto& hole : node.content.holes) callees.insert(hole.node);
    node.refers_to.assign(callees.begin(), callees.end());
  }

  void decide_updated(std::size_t n, plan::Node& node) {
    if (!current_[n]) {
      leave(node, "was deleted after the run");
      return;
    }
    if (traces_[n].removed && !node.unsettled_until.empty()) return not_known(node);
    const Flow now = as_seen_later(n, *current_[n]);
    const Flow& before = *traces_[n].before;
    wish(node, before);
    list_changes(node, before, now);
    if (node.changes.empty()) {
      node.reason = "is as it was before the run";
      return;
    }
    const Desired by_run = wanted_by_run(recorded_, traces_, n);
    if (force_ == Force::no && !strays(before, now, by_run).empty()) {
      Flow left = by_run.flow;
      left.tags = tags_after(before, by_run);
      const Desired back = desired_of(plan_with(node), 0, before.content);
      node.changes.clear();
      node.tags.clear();
      node.untag.clear();
      leave(node, "was changed after the run", versions(left, now, back));
      return;
    }
    node.action = Action::update;
    node.reason = "back to what it was before the run";
    node.expected = plan::change_mark(now);
    node.seen = now;
    if (before.status == "SAVED" && now.status == "PUBLISHED") {
      tell(node, "stays-published",
           "had never been published before the run, and the service has no way to take a "
           "publication back: its former content becomes its draft again, and what the run "
           "published stays live",
           "archive or delete it if nobody must reach it");
    }
  }

  static Tags tags_after(const Flow& before, const Desired& by_run) {
    Tags tags = before.tags;
    if (!by_run.writes_tags) return tags;
    for (const auto& [key, value] : by_run.flow.tags) tags[key] = value;
    for (const std::string& key : by_run.untag) tags.erase(key);
    return tags;
  }

  static plan::Plan plan_with(const plan::Node& node) {
    plan::Plan out;
    out.nodes.push_back(node);
    return out;
  }

  /// What has to change so that `now` is `before` again, byte for byte.
  void list_changes(plan::Node& node, const Flow& before, const Flow& now) {
    const auto change = [&](const char* what, const std::string& from, const std::string& to) {
      node.changes.push_back(plan::Change{what, from, to});
    };
    const bool same_bytes = node.content.complete() && node.content.texts.front() == now.content;
    if (!same_bytes) change("content", {}, {});
    if (before.status != now.status) change("status", now.status, before.status);
    if (now.kind == ResourceKind::flow_module && !same_settings(before.settings, now.settings)) {
      change("settings", now.settings, before.settings);
    }
    const bool emptied = now.kind == ResourceKind::flow_module && before.description.empty();
    if (before.description != now.description && !emptied) {
      change("description", now.description, before.description);
    }
    if (before.description != now.description && emptied) {
      tell(node, "description-stays",
           "had no description before the run, and the service takes no empty description for a "
           "module: it keeps \"" +
               printable(now.description) + "\"",
           "give it another one in the target");
    }
    if (before.name != now.name) change("name", now.name, before.name);
    if (before.state != now.state) change("state", now.state, before.state);
    for (const auto& [key, value] : before.tags) {
      const auto there = now.tags.find(key);
      const bool differs = there == now.tags.end() || there->second != value;
      if (!key.starts_with("aws:") && differs) node.tags[key] = value;
    }
    for (const auto& [key, value] : now.tags) {
      if (!key.starts_with("aws:") && !before.tags.contains(key)) node.untag.push_back(key);
    }
    if (!node.tags.empty() || !node.untag.empty()) {
      change("tags", plan::tags_text(now.tags), plan::tags_text(before.tags));
    }
  }

  /// It is still there, and may be gone in a moment: only then it can be created again.
  void not_known(plan::Node& node) {
    node.action = Action::skip;
    node.reason = "a delete was sent, and it is not known yet whether it is gone";
    tell(node, "not-known-yet", node.reason,
         "undo it again after " + node.unsettled_until + ", or with --wait");
    plan_.findings.back().severity = Severity::error;
  }

  /// What is left as it is may still refer to what would be deleted: then that stays, too, and so
  /// on.
  void leave_what_is_in_use() {
    std::map<std::string, std::size_t> removals;
    for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
      if (plan_.nodes[n].action == Action::remove) removals.emplace(traces_[n].id, n);
    }
    std::vector<std::size_t> work;
    for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
      if (plan_.nodes[n].action == Action::skip && current_[n]) work.push_back(n);
    }
    while (!work.empty()) {
      const std::size_t user = work.back();
      work.pop_back();
      const std::string& content = current_[user]->content;
      for (const std::size_t at : places_of_ids(content)) {
        const auto found = removals.find(content.substr(at, k_id_length));
        if (found == removals.end()) continue;
        plan::Node& node = plan_.nodes[found->second];
        node.seen.reset();
        leave(node, "is still used by \"" + plan_.nodes[user].name + "\", which is left");
        work.push_back(found->second);
        removals.erase(found);
      }
    }
  }

  // --- operations

  void add(OperationType type, std::size_t node) {
    plan::Operation operation;
    operation.type = type;
    operation.node = node;
    plan_.operations.push_back(std::move(operation));
  }

  /// Circles among what is deleted are opened first: then nothing is deleted that something still
  /// refers to.
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
    for (const std::size_t n : circles_to_open()) {
      if (!flow::is_stub(current_[n]->content)) add(OperationType::update_content, n);
    }
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
          if (changed("content") || changed("settings") || changed("status")) {
            add(OperationType::update_content, n);
          }
          if (changed("description") || changed("name") || changed("state")) {
            add(OperationType::update_metadata, n);
          }
          if (!node.tags.empty()) add(OperationType::tag, n);
          if (!node.untag.empty()) add(OperationType::untag, n);
          break;
        default:
          break;
      }
      for (std::size_t a = 0; a < node.aliases.size(); ++a) {
        add(node.aliases[a].gone ? OperationType::retract_alias : OperationType::publish_alias, n);
        plan_.operations.back().alias = a;
      }
    }
  }

  const RecordedRun& recorded_;
  Force force_;
  plan::Plan plan_;
  UndoReading reading_;
  const std::vector<Trace>& traces_ = reading_.traces;
  const std::vector<std::optional<Flow>>& current_ = reading_.current;
  AliasUndo aliases_;
  std::optional<FormerContents> contents_;  ///< When all is read.
};

}  // namespace

Task<Result<plan::Plan>> plan_undo(const RecordedRun& recorded, connect::Client& target,
                                   net::Transport& transport, Clock& clock, Force force, Wait wait,
                                   Progress& progress) {
  UndoPlanner planner(recorded, target, transport, clock, force, wait, progress);
  auto plan = co_await planner.run();
  co_return plan;
}

}  // namespace flowferry::apply
