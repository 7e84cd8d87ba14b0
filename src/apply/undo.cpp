#include "apply/undo.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "apply/traces.h"
#include "apply/undo_aliases.h"
#include "base/group.h"
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

/// Where texts hold ids: offsets of everything shaped like a UUID, in their order.
std::vector<std::size_t> places_of_ids(const std::string& text) {
  constexpr std::size_t k_first_dash = 8, k_length = 36;
  std::vector<std::size_t> out;
  for (std::size_t dash = text.find('-'); dash != std::string::npos;
       dash = text.find('-', dash + 1)) {
    if (dash < k_first_dash) continue;
    const std::size_t begin = dash - k_first_dash;
    if (!is_uuid(std::string_view(text).substr(begin, k_length))) continue;
    if (out.empty() || begin >= out.back() + k_length) out.push_back(begin);
  }
  return out;
}

/// What stands behind an id that ends at `end`: a colon, and an alias' id or a version.
std::string qualifier_at(const std::string& text, std::size_t end) {
  if (end >= text.size() || text[end] != ':') return {};
  const auto ends = [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_'; };
  const auto begin = text.begin() + static_cast<std::ptrdiff_t>(end) + 1;
  return {begin, std::find_if(begin, text.end(), ends)};
}

class UndoPlanner {
 public:
  UndoPlanner(const RecordedRun& recorded, connect::Client& target, net::Transport& transport,
              Clock& clock, Force force, Progress& progress)
      : recorded_(recorded),
        target_(target),
        transport_(transport),
        clock_(clock),
        force_(force),
        progress_(progress) {}

  Task<Result<plan::Plan>> run() {
    auto traces = traces_of(recorded_);
    if (!traces) co_return fail(std::move(traces).error());
    traces_ = std::move(*traces);
    current_.resize(traces_.size());
    plan_.from = recorded_.plan.from;
    plan_.to = recorded_.plan.to;
    plan_.source = recorded_.plan.source;
    plan_.target = recorded_.plan.target;
    plan_.callers_first = true;
    const auto to_read = std::count_if(traces_.begin(), traces_.end(), [](const Trace& trace) {
      return trace.touched != Touched::no || !trace.aliases.empty();
    });
    progress_.begin("Reading what the run wrote", static_cast<std::size_t>(to_read));
    auto read = co_await read_target();
    if (read && ended_lately(recorded_, clock_.now())) read = co_await wait_until_seen();
    if (!read) co_return fail(std::move(read).error());
    AliasUndo aliases(recorded_, traces_, target_);
    aliases_ = &aliases;
    read = co_await aliases.read();
    if (!read) co_return fail(std::move(read).error());
    progress_.end();
    for (std::size_t n = 0; n < traces_.size(); ++n) decide(n);
    leave_what_is_in_use();
    read = co_await aliases.decide(plan_, current_);
    if (!read) co_return fail(std::move(read).error());
    plan::choose_stubs(plan_);
    add_operations();
    plan::order_operations(plan_);
    plan_.digest = sha256_hex(recorded_.run.id + recorded_.run.digest);
    co_return std::move(plan_);
  }

 private:
  // --- reading

  Task<Result<bool>> read_target() {
    std::vector<std::size_t> touched;
    for (std::size_t n = 0; n < traces_.size(); ++n) {
      const bool on_alias = !traces_[n].aliases.empty();
      if (traces_[n].touched != Touched::no || on_alias) touched.push_back(n);
    }
    auto read = co_await read_nodes(std::move(touched));
    co_return read;
  }

  Task<Result<bool>> read_nodes(std::vector<std::size_t> which) {
    for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
      const bool needed = std::any_of(which.begin(), which.end(), [&](std::size_t n) {
        return (traces_[n].id.empty() || traces_[n].removed) &&
               recorded_.plan.nodes[n].kind == kind;
      });
      if (!needed) continue;
      auto listed = co_await target_.list_flows(kind);
      if (!listed) co_return fail(std::move(listed).error());
      inventories_[kind] = Inventory(std::move(*listed));
    }
    std::vector<Task<Result<bool>>> reads;
    for (const std::size_t n : which) reads.push_back(read(n));
    co_return co_await gather_results(std::move(reads));
  }

  Task<Result<bool>> read(std::size_t n) {
    Trace& trace = traces_[n];
    const plan::Node& node = recorded_.plan.nodes[n];
    if (trace.id.empty()) {
      const auto found = inventories_[node.kind].by_name(node.name, node.type);
      if (!found.empty()) {
        trace.id = found.front()->id;
        trace.arn = found.front()->arn;
      }
    }
    if (!trace.id.empty()) {
      auto there = co_await target_.describe_flow(node.kind, trace.id);
      current_[n].reset();
      if (there) {
        current_[n] = std::move(*there);
      } else if (there.error().kind != ErrorKind::not_found) {
        co_return fail(std::move(there).error().during("reading what the run wrote"));
      }
    }
    if (!waiting_) progress_.advance();
    co_return true;
  }

  /// Reads again what is late until everything that was sent is seen, or has had its time.
  Task<Result<bool>> wait_until_seen() {
    const auto written = not_read_back(recorded_);
    std::vector<std::size_t> late;
    for (std::size_t n = 0; n < traces_.size(); ++n) {
      if (traces_[n].touched != Touched::no && !written[n].empty()) late.push_back(n);
    }
    waiting_ = true;
    std::chrono::milliseconds waited{0};
    std::chrono::milliseconds pause{500};
    for (;;) {
      std::erase_if(late, [&](std::size_t n) {
        const Flow* there = current_[n] ? &*current_[n] : nullptr;
        return waited >= time_until_seen(recorded_, traces_, n, written[n], there);
      });
      if (late.empty()) co_return true;
      co_await transport_.sleep_until(transport_.now() + pause);
      waited += pause;
      pause *= 2;
      auto read = co_await read_nodes(late);
      if (!read) co_return read;
    }
  }

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
    std::vector<std::string> lines = three_way(&left_by_run, now, wanted);
    for (std::string& line : lines) {
      for (const auto& [from, to] :
           {std::pair("the plan saw", "the run left"),
            std::pair("the plan wants", "the undo wants"),
            std::pair("the plan leaves", "the undo leaves"),
            std::pair("the plan changes", "the undo changes"),
            std::pair("since the plan", "since the run"), std::pair("the plan", "the undo")}) {
        const std::size_t at = line.find(from);
        if (at != std::string::npos) line.replace(at, std::string_view(from).size(), to);
      }
      line = std::string(trim(line));
    }
    return lines;
  }

  void decide_created(std::size_t n, plan::Node& node) {
    const Trace& trace = traces_[n];
    if (!current_[n]) {
      node.reason =
          trace.touched == Touched::maybe ? "was not created" : "is no longer in the target";
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
    node.action = Action::remove;
    node.reason = "created by the run";
    node.expected = plan::change_mark(now);
    node.seen = now;
    node.status = now.status;
    node.settings = now.settings;
    node.content = plan::Content::of(now.kind == ResourceKind::flow_module
                                         ? flow::module_stub_content(now.settings)
                                         : flow::stub_content(now.type));
  }

  void decide_removed(std::size_t n, plan::Node& node) {
    const Flow& before = *traces_[n].before;
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
    node.content = with_holes(before.content);
    std::set<std::size_t> callees(node.refers_to.begin(), node.refers_to.end());
    for (const auto& hole : node.content.holes) callees.insert(hole.node);
    node.refers_to.assign(callees.begin(), callees.end());
  }

  void decide_updated(std::size_t n, plan::Node& node) {
    if (!current_[n]) {
      leave(node, "was deleted after the run");
      return;
    }
    const Flow& now = *current_[n];
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

  /// The content with a hole wherever it names something that is to be created again, under a new
  /// id. The rest of an ARN stays as it is.
  plan::Content with_holes(const std::string& content) const {
    if (recreated_.empty()) {
      for (std::size_t n = 0; n < traces_.size(); ++n) {
        const bool removed = traces_[n].removed && !current_[n];
        if (removed || aliases_->brings_back(n)) recreated_.emplace(traces_[n].id, n);
      }
    }
    plan::Content out;
    out.texts.emplace_back();
    std::size_t copied = 0;
    for (const std::size_t at :
         recreated_.empty() ? std::vector<std::size_t>() : places_of_ids(content)) {
      const auto found = recreated_.find(content.substr(at, 36));
      if (found == recreated_.end()) continue;
      const std::size_t n = found->second;
      std::size_t end = at + 36;
      plan::Content::Hole hole{n, false, {}};
      if (const std::string qualifier = qualifier_at(content, end); !qualifier.empty()) {
        if (const auto name = aliases_->comes_back(n, qualifier)) {
          hole.alias = *name;
          end += 1 + qualifier.size();
        }
      }
      if (hole.alias.empty() && current_[n]) continue;
      out.texts.back() += content.substr(copied, at - copied);
      out.holes.push_back(std::move(hole));
      out.texts.emplace_back();
      copied = end;
    }
    out.texts.back() += content.substr(copied);
    return out;
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
        const auto found = removals.find(content.substr(at, 36));
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
  connect::Client& target_;
  net::Transport& transport_;
  Clock& clock_;
  Force force_;
  Progress& progress_;
  plan::Plan plan_;
  bool waiting_ = false;  ///< Everything has been read once.
  std::vector<Trace> traces_;
  std::vector<std::optional<Flow>> current_;
  std::map<ResourceKind, Inventory> inventories_;
  AliasUndo* aliases_ = nullptr;                          ///< While run() goes on.
  mutable std::map<std::string, std::size_t> recreated_;  ///< Former ids of what comes back.
};

}  // namespace

Task<Result<plan::Plan>> plan_undo(const RecordedRun& recorded, connect::Client& target,
                                   net::Transport& transport, Clock& clock, Force force,
                                   Progress& progress) {
  UndoPlanner planner(recorded, target, transport, clock, force, progress);
  auto plan = co_await planner.run();
  co_return plan;
}

}  // namespace flowferry::apply
