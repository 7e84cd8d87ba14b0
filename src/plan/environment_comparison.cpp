#include "plan/environment_comparison.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/parallel.h"
#include "plan/alias_changes.h"
#include "plan/difference.h"
#include "plan/likeness.h"
#include "plan/resource_names.h"

namespace flowferry::plan {
namespace {

using What = FlowDifference::What;

/// Stands for the id of a flow that the right side does not have.
std::string absent_id(std::size_t node) {
  char text[37];
  std::snprintf(text, sizeof text, "ffffffff-ffff-4fff-8fff-%012zx", node);
  return text;
}

std::string status_of(const std::string& status) {
  return status == "SAVED" ? "SAVED" : "PUBLISHED";
}

class EnvironmentComparer {
 public:
  explicit EnvironmentComparer(const ComparisonRequest& request)
      : request_(request), plan_(*request.plan), left_(*request.left), right_(*request.right) {}

  EnvironmentComparison run() {
    out_.left = plan_.from;
    out_.right = plan_.to;
    out_.left_instance = plan_.source;
    out_.right_instance = plan_.target;
    sort_findings();
    entries_.resize(plan_.nodes.size());
    parallel_for(plan_.nodes.size(), [this](std::size_t n) { entries_[n] = node(n); });
    right_only();
    renamed();
    collect();
    resources();
    return std::move(out_);
  }

 private:
  struct Entry {
    std::optional<FlowDifference> difference;
    bool compared = false;  ///< Both sides have it.
  };

  // --- findings of the plan

  void sort_findings() {
    for (const Finding& finding : plan_.findings) {
      const auto key = std::pair(finding.where.kind, finding.where.name);
      if (finding.id == "name-collision" || finding.id == "ref-ambiguous" ||
          finding.id == "ref-archived") {
        if (finding.where.pointer.empty()) of_name_.emplace(key, &finding);
      } else if (finding.id == "unresolved-reference") {
        if (!finding.name.empty()) missed_[{finding.kind, finding.name}].insert(finding.where.name);
      } else if (finding.id == "unreadable-content" || finding.id == "unreadable-flow") {
        unreadable_.emplace(key, finding.text);
        out_.warnings.push_back(finding);
      } else if (finding.where.name.empty()) {
        out_.warnings.push_back(finding);
      }
    }
  }

  const Finding* of_name(const Node& node, std::string_view id) const {
    const auto found = of_name_.find({std::string(to_string(node.kind)), node.source_name});
    return found == of_name_.end() || found->second->id != id ? nullptr : found->second;
  }

  // --- one flow of the left side

  /// "the target has 2 times ..." with the environment's name.
  std::string in_words_of_sides(const std::string& text) const {
    constexpr std::string_view k_target = "the target";
    return text.starts_with(k_target) ? plan_.to + text.substr(k_target.size()) : text;
  }

  static FlowDifference difference_of(const Node& node) {
    FlowDifference out;
    out.kind = node.kind;
    out.type = node.type;
    out.left_name = node.source_name.empty() ? node.name : node.source_name;
    out.right_name = node.name;
    return out;
  }

  Entry node(std::size_t n) const {
    const Node& node = plan_.nodes[n];
    FlowDifference difference = difference_of(node);
    Entry out;
    if (const Finding* ambiguous = of_name(node, "ref-ambiguous")) {
      difference.what = What::unclear;
      difference.problem = in_words_of_sides(ambiguous->text);
      out.difference = std::move(difference);
      return out;
    }
    if (of_name(node, "ref-archived") != nullptr) {
      difference.metadata.push_back({"state", "ACTIVE", "ARCHIVED"});
      out.compared = true;
      out.difference = std::move(difference);
      return out;
    }
    switch (node.action) {
      case Action::create:
        only_left(node, difference);
        out.compared = difference.what == What::changed;
        out.difference = std::move(difference);
        return out;
      case Action::update:
      case Action::unchanged:
        out.compared = true;
        both(n, difference);
        break;
      default:
        if (!skipped(node, difference)) return out;
        out.compared = difference.what == What::changed;
    }
    const bool any = difference.counts() || !difference.left_alone.empty();
    if (any) out.difference = std::move(difference);
    return out;
  }

  void only_left(const Node& node, FlowDifference& out) const {
    if (const Finding* collision = of_name(node, "name-collision")) {
      const Inventory* there = right_.inventory(node.kind);
      const Resource* other = there == nullptr ? nullptr : there->by_arn(collision->arn);
      if (other != nullptr) {
        out.metadata.push_back({"type", node.type, other->type});
        return;
      }
    }
    out.what = What::left_only;
    out.blocks = blocks_in(node.content.texts.empty() ? std::string() : readable(node));
  }

  static std::size_t blocks_in(const std::string& content) {
    const auto document = flow::Document::parse(content);
    return document ? document->actions().size() : 0;
  }

  void both(std::size_t n, FlowDifference& out) const {
    const Node& node = plan_.nodes[n];
    const auto here = flow_of(left_, node.source_arn, node.kind);
    const auto there = right_.flows.find(node.target_id);
    if (there == right_.flows.end()) return;
    for (const Change& change : node.changes) {
      if (change.what == "content") {
        content(readable(node), there->second.content, out);
      } else if (change.what == "name") {
        out.what = What::renamed;
        out.right_name = change.from;
      } else if (!is_of_alias(change)) {
        // The plan says from what in the target to what; here it goes from left to right.
        out.metadata.push_back({change.what, change.to, change.from});
      }
    }
    if (here != nullptr) left_alone(*here, there->second, node, out);
    const bool follow = request_.rules->module_versions == mapping::ModuleVersions::follow;
    for (const AliasWish& wish : node.aliases) out.metadata.push_back(alias_change(node, wish));
    for (const AliasWish& wish : node.left_aliases) {
      (follow ? out.metadata : out.left_alone).push_back(alias_change(node, wish));
    }
  }

  Change alias_change(const Node& node, const AliasWish& wish) const {
    const Resource* module = listed(left_, node.source_arn, node.kind);
    return plan::alias_change(wish, left_, module == nullptr ? std::string() : module->id, right_,
                              node.target_id);
  }

  /// What differs and yet is no change of the plan.
  static void left_alone(const Flow& here, const Flow& there, const Node& node,
                         FlowDifference& out) {
    const auto add = [&](std::string what, std::string from, std::string to) {
      out.left_alone.push_back({std::move(what), std::move(from), std::move(to)});
    };
    const auto planned = [&](std::string_view what) {
      return std::any_of(node.changes.begin(), node.changes.end(),
                         [&](const Change& change) { return change.what == what; });
    };
    if (here.description != there.description && !planned("description")) {
      add("description", here.description, there.description);
    }
    Tags more;
    for (const auto& [key, value] : own_tags(there.tags)) {
      if (!here.tags.contains(key)) more.emplace(key, value);
    }
    if (!more.empty()) add("tags", {}, tags_text(more));
    if (node.kind == ResourceKind::flow_module &&
        here.external_invocation != there.external_invocation) {
      const auto word = [](bool yes) { return yes ? "true" : "false"; };
      add("external_invocation", word(here.external_invocation), word(there.external_invocation));
    }
  }

  /// What the plan does not carry; false: it is not looked at on the left side either.
  bool skipped(const Node& node, FlowDifference& out) const {
    const Resource* here = listed(left_, node.source_arn, node.kind);
    const Flow* read = flow_of(left_, node.source_arn, node.kind);
    const Resource* there = counterpart(node);
    if (here != nullptr && here->state == "ARCHIVED") {
      if (there == nullptr || there->state == "ARCHIVED") return false;
      out.left_alone.push_back({"state", here->state, there->state});
      return true;
    }
    if (read != nullptr && there != nullptr && right_.flows.contains(there->id) &&
        status_of(read->status) != status_of(right_.flows.at(there->id).status)) {
      out.left_alone.push_back(
          {"status", status_of(read->status), status_of(right_.flows.at(there->id).status)});
      return true;
    }
    const auto text = unreadable_.find({std::string(to_string(node.kind)), node.source_name});
    if (text != unreadable_.end() || node.reason.starts_with("could not be read") ||
        node.reason == "its content cannot be read") {
      out.what = What::unclear;
      out.problem = node.reason + (text == unreadable_.end() ? "" : ": " + text->second);
      return true;
    }
    return false;
  }

  const Resource* counterpart(const Node& node) const {
    const Inventory* there = right_.inventory(node.kind);
    if (there == nullptr) return nullptr;
    const auto same =
        there->by_name(request_.rules->target_name(node.kind, node.source_name), node.type);
    return same.empty() ? nullptr : same.front();
  }

  static const Resource* listed(const Snapshot& snapshot, const std::string& arn,
                                ResourceKind kind) {
    const Inventory* inventory = snapshot.inventory(kind);
    return inventory == nullptr ? nullptr : inventory->by_arn(arn);
  }

  static const Flow* flow_of(const Snapshot& snapshot, const std::string& arn, ResourceKind kind) {
    const Resource* resource = listed(snapshot, arn, kind);
    if (resource == nullptr) return nullptr;
    const auto found = snapshot.flows.find(resource->id);
    return found == snapshot.flows.end() ? nullptr : &found->second;
  }

  // --- contents

  /// The content that the plan wants on the right side, with ids of our own for flows that are not
  /// there.
  std::string readable(const Node& node) const {
    return node.content.fill([&](std::size_t other) {
      const Node& callee = plan_.nodes[other];
      if (!callee.target_id.empty()) {
        return Content::Identity{callee.target_id, callee.target_arn};
      }
      const std::string id = absent_id(other);
      return Content::Identity{
          id, plan_.target.arn + "/" + std::string(arn_keyword(callee.kind)) + "/" + id};
    });
  }

  flow::Naming absent_names() const {
    flow::Naming out;
    out.scope.instance = plan_.target;
    out.name = [this](const flow::Reference& reference) -> std::optional<flow::ResourceName> {
      std::size_t node = 0;
      if (std::sscanf(reference.id.c_str(), "ffffffff-ffff-4fff-8fff-%12zx", &node) != 1 ||
          node >= plan_.nodes.size()) {
        return std::nullopt;
      }
      return flow::ResourceName{plan_.nodes[node].kind, plan_.nodes[node].name,
                                reference.qualifier};
    };
    return out;
  }

  void content(const std::string& left, const std::string& right, FlowDifference& out) const {
    const auto a = flow::Document::parse(left);
    const auto b = flow::Document::parse(right);
    if (!a || !b) {
      out.what = What::unclear;
      out.problem = "its content cannot be read in " + (a ? plan_.to : plan_.from) + ": " +
                    (a ? b.error() : a.error()).message;
      return;
    }
    out.content = flow::compare(*a, *b, {absent_names(), naming_of(right_), naming_of(left_)},
                                {naming_of(right_)});
  }

  // --- the right side alone

  void right_only() {
    for (const Resource* resource : only_on_right(request_)) {
      FlowDifference out;
      out.what = What::right_only;
      out.kind = resource->kind;
      out.type = resource->type;
      out.right_name = resource->name;
      const auto read = right_.flows.find(resource->id);
      if (read != right_.flows.end()) out.blocks = blocks_in(read->second.content);
      rights_.push_back({std::move(out), resource});
    }
  }

  void renamed() {
    std::vector<std::size_t> nodes;
    std::vector<flow::Document> documents;
    std::vector<std::pair<bool, std::size_t>> of;  // Left or not; index of the node or of rights_.
    const auto take = [&](const std::string& content, bool on_left, std::size_t index) {
      auto document = flow::Document::parse(content);
      if (!document) return;
      documents.push_back(*std::move(document));
      of.emplace_back(on_left, index);
    };
    for (std::size_t r = 0; r < rights_.size(); ++r) {
      const auto read = right_.flows.find(rights_[r].second->id);
      if (read != right_.flows.end()) take(read->second.content, false, r);
    }
    if (documents.empty()) return;
    for (std::size_t n = 0; n < entries_.size(); ++n) {
      const auto& difference = entries_[n].difference;
      if (difference && difference->what == What::left_only) {
        take(readable(plan_.nodes[n]), true, n);
      }
    }
    const auto group = [](const FlowDifference& flow) {
      return std::string(to_string(flow.kind)) + "\n" + flow.type;
    };
    std::vector<Nameless> left, right;
    std::vector<std::size_t> left_index, right_index;
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const auto [on_left, index] = of[i];
      const FlowDifference& flow = on_left ? *entries_[index].difference : rights_[index].first;
      (on_left ? left : right).push_back({group(flow), &documents[i]});
      (on_left ? left_index : right_index).push_back(index);
    }
    for (const auto& [l, r] : find_renamed(left, right)) join(left_index[l], right_index[r]);
  }

  /// The flow of the left side that only it has, and the one of the right side, are one.
  void join(std::size_t n, std::size_t r) {
    const Node& node = plan_.nodes[n];
    const Resource* resource = rights_[r].second;
    const Flow& there = right_.flows.at(resource->id);
    FlowDifference& out = *entries_[n].difference;
    out.what = What::renamed;
    out.right_name = resource->name;
    const std::string wanted = readable(node);
    if (!flow::same_meaning(wanted, there.content)) content(wanted, there.content, out);
    // The planner says what else would have to change.
    Node other = node;
    other.changes.clear();
    Findings ignored;
    const Flow* here = flow_of(left_, node.source_arn, node.kind);
    if (here != nullptr) {
      compare(*here, there, other, ignored);
      for (const Change& change : other.changes) {
        if (change.what != "content" && change.what != "name") {
          out.metadata.push_back({change.what, change.to, change.from});
        }
      }
      left_alone(*here, there, other, out);
    }
    entries_[n].compared = true;
    rights_[r].second = nullptr;
  }

  void collect() {
    for (std::size_t n = 0; n < entries_.size(); ++n) {
      Entry& entry = entries_[n];
      const bool counts = entry.difference && entry.difference->counts();
      if (entry.compared) {
        ++out_.compared;
        if (!counts) ++out_.same;
      }
      if (entry.difference) out_.flows.push_back(*std::move(entry.difference));
    }
    for (auto& [difference, resource] : rights_) {
      if (resource != nullptr) out_.flows.push_back(std::move(difference));
    }
  }

  // --- resources

  /// The names of Lex V2 bot aliases are asked for only where they are needed.
  static bool all_named(const Inventory& inventory) {
    return std::none_of(inventory.all().begin(), inventory.all().end(),
                        [](const Resource& resource) { return resource.name.empty(); });
  }

  void resources() {
    for (const auto& [kind, here] : left_.inventories) {
      const Inventory* there = right_.inventory(kind);
      if (kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module ||
          there == nullptr || !all_named(here) || !all_named(*there)) {
        continue;
      }
      // A folder lists only those users that its documents name: others are not known to lack.
      const bool partly = kind == ResourceKind::user &&
                          !(left_.instance.origin.empty() && right_.instance.origin.empty());
      std::set<std::string> met;
      std::set<std::string> missing;
      for (const Resource& resource : here.all()) {
        const std::string wanted = wanted_name(*request_.rules, resource, *there);
        if (there->by_name(wanted).empty()) {
          missing.insert(resource.name);
        } else {
          met.insert(wanted);
        }
      }
      for (const std::string& name : missing) {
        ResourceDifference out{kind, name, true, {}};
        const auto users = missed_.find({std::string(to_string(kind)), name});
        if (users != missed_.end()) out.used_by.assign(users->second.begin(), users->second.end());
        if (partly && out.used_by.empty()) continue;
        out_.resources.push_back(std::move(out));
      }
      std::set<std::string> more;
      for (const Resource& resource : there->all()) {
        if (!partly && !met.contains(resource.name)) more.insert(resource.name);
      }
      for (const std::string& name : more) out_.resources.push_back({kind, name, false, {}});
    }
    std::stable_sort(out_.resources.begin(), out_.resources.end(),
                     [](const auto& a, const auto& b) { return a.on_left > b.on_left; });
  }

  const ComparisonRequest& request_;
  const Plan& plan_;
  const Snapshot& left_;
  const Snapshot& right_;
  EnvironmentComparison out_;
  std::vector<Entry> entries_;                                             ///< By node of the plan.
  std::vector<std::pair<FlowDifference, const Resource*>> rights_;         ///< Null: a renamed one.
  std::map<std::pair<std::string, std::string>, const Finding*> of_name_;  ///< By kind and name.
  std::map<std::pair<std::string, std::string>, std::string> unreadable_;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> missed_;
};

}  // namespace

std::vector<const Resource*> only_on_right(const ComparisonRequest& request) {
  std::set<std::tuple<ResourceKind, std::string, std::string>> known;
  for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
    const Inventory* here = request.left->inventory(kind);
    if (here == nullptr) continue;
    for (const Resource& flow : here->all()) {
      known.emplace(kind, request.rules->target_name(kind, flow.name), flow.type);
    }
  }
  // What the plan meets under another name or type.
  std::set<std::string> met;
  for (const Node& node : request.plan->nodes) {
    if (!node.target_id.empty()) met.insert(node.target_id);
  }
  for (const Finding& finding : request.plan->findings) {
    if (finding.id != "name-collision" || finding.arn.empty()) continue;
    for (const auto& [kind, inventory] : request.right->inventories) {
      const Resource* other = inventory.by_arn(finding.arn);
      if (other != nullptr) met.insert(other->id);
    }
  }
  std::vector<const Resource*> out;
  for (const Selected& selected : request.right_selected) {
    const Inventory* there = request.right->inventory(selected.kind);
    const Resource* flow = there == nullptr ? nullptr : there->by_id(selected.source_id);
    if (!selected.carried || flow == nullptr || met.contains(flow->id)) continue;
    if (!known.contains({flow->kind, flow->name, flow->type})) out.push_back(flow);
  }
  return out;
}

EnvironmentComparison compare_environments(const ComparisonRequest& request) {
  return EnvironmentComparer(request).run();
}

bool EnvironmentComparison::differs() const {
  return std::any_of(flows.begin(), flows.end(),
                     [](const FlowDifference& flow) { return flow.counts(); });
}

bool EnvironmentComparison::has_unclear() const {
  return std::any_of(flows.begin(), flows.end(),
                     [](const FlowDifference& flow) { return flow.what == What::unclear; });
}

}  // namespace flowferry::plan
