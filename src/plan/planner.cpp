#include "plan/planner.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "base/hash.h"
#include "base/json/value.h"
#include "base/parallel.h"
#include "base/text.h"
#include "flow/document.h"
#include "mapping/resolver.h"
#include "plan/alias_wishes.h"
#include "plan/difference.h"
#include "plan/flow_rewriter.h"

namespace flowferry::plan {
namespace {

using mapping::Carried;

/// A flow or module that is carried.
struct Item {
  const Flow* flow = nullptr;
  const KnownRename* rename = nullptr;  ///< It gets its name in the target by this run.
  Findings of_name;                     ///< What is wrong with its place in the target.
  RewrittenFlow rewritten;
  bool left_alone = false;  ///< The target has it, and it is not touched whatever it refers to.
  std::string fingerprint;  ///< Of what it is in the source, and what becomes of it.
};

class Planner {
 public:
  explicit Planner(const PlanRequest& request)
      : request_(request),
        source_(*request.source),
        target_(*request.target),
        rules_(*request.rules),
        substitutions_(mapping::substitutions_for(rules_.variables, request.from, request.to)) {}

  Plan run() {
    plan_.from = request_.from;
    plan_.to = request_.to;
    plan_.source = source_.instance;
    plan_.target = target_.instance;
    take();
    rewrite();
    plan_.nodes.resize(items_.size());
    parallel_for(items_.size(), [this](std::size_t i) {
      plan_.nodes[i] = decide(i);
      items_[i].fingerprint = fingerprint(items_[i], plan_.nodes[i]);
    });
    refuse_shared_names();
    report();
    mark_skipped();
    std::vector<const Flow*> flows;
    for (const Item& item : items_) flows.push_back(item.flow);
    aliases_.add_to(plan_, flows);
    choose_stubs(plan_);
    add_operations();
    order_operations(plan_);
    const Findings circles = check_alias_order(plan_);
    plan_.findings.insert(plan_.findings.end(), circles.begin(), circles.end());
    plan_.digest = digest();
    return std::move(plan_);
  }

 private:
  // --- what is taken, and what it meets in the target

  void take() {
    items_.reserve(request_.selected.size());
    carried_.reserve(request_.selected.size());
    for (const Selected& selected : request_.selected) {
      if (!selected.carried) continue;
      const auto found = source_.flows.find(selected.source_id);
      if (found == source_.flows.end()) continue;
      const Flow& flow = found->second;
      Item item;
      item.flow = &flow;
      Carried carried{flow.kind, flow.id, rules_.target_name(flow.kind, flow.name, &use_),
                      flow.type, nullptr};
      carried.existing = meet(item, carried);
      carried_.push_back(std::move(carried));
      items_.push_back(std::move(item));
    }
  }

  /// The target's flow or module of the same name and type; problems where it is not what it should
  /// be.
  const Resource* meet(Item& item, const Carried& carried) {
    const Flow& flow = *item.flow;
    const Inventory* there = target_.inventory(flow.kind);
    if (there == nullptr) return nullptr;
    const std::string what(label(flow.kind));
    const auto same = there->by_name(carried.name, flow.type);
    if (same.empty()) {
      if (const Resource* renamed = renamed_in_target(item)) return renamed;
      const auto others = there->by_name(carried.name);
      if (!others.empty()) {
        problem(item, "name-collision",
                "the target has a " + what + " of this name with type " + others.front()->type +
                    ", not " + flow.type,
                "rename one of the two: a flow's type cannot be changed", others.front());
      }
      return nullptr;
    }
    if (same.size() > 1) {
      problem(
          item, "ref-ambiguous",
          "the target has " + std::to_string(same.size()) + " times a " + what + " of this name",
          "rename them in the target so that one is left", same.front());
    }
    if (same.front()->state == "ARCHIVED") {
      problem(item, "ref-archived", "the target's " + what + " of this name is archived",
              "restore it in the target, or rename or delete it there", same.front());
    }
    return same.front();
  }

  /// What the target has under an earlier name of the source's flow; nothing: it was not renamed.
  const Resource* renamed_in_target(Item& item) const {
    for (const KnownRename& rename : request_.renames) {
      if (rename.source_id != item.flow->id || rename.kind != item.flow->kind) continue;
      const Resource* there = target_.inventory(rename.kind)->by_id(rename.target_id);
      if (there == nullptr || there->type != item.flow->type) continue;
      item.rename = &rename;
      return there;
    }
    return nullptr;
  }

  /// `there`: what of the target it is about; null: the flow itself.
  static void problem(Item& item, std::string id, std::string text, std::string help,
                      const Resource* there = nullptr) {
    Finding finding;
    finding.id = std::move(id);
    finding.where.kind = to_string(item.flow->kind);
    finding.where.name = item.flow->name;
    finding.text = std::move(text);
    finding.help = std::move(help);
    finding.kind = finding.where.kind;
    finding.name = there == nullptr ? item.flow->name : there->name;
    if (there != nullptr) finding.arn = there->arn;
    finding.in_target = there != nullptr;
    item.of_name.push_back(std::move(finding));
  }

  // --- contents

  /// Rewrites everything; leaves out flows that the rules skip, and with them what then has no
  /// target, until nothing changes any more.
  void rewrite() {
    mapping::Resolver resolver(source_, target_, rules_, carried_, &use_);
    resolver.set_module_versions(&request_.module_versions);
    resolver.set_new_aliases(&aliases_.to_be_made());
    const FlowRewriter rewriter(source_, target_, resolver, substitutions_);
    std::set<std::size_t> excluded;
    const auto look_at = [&](std::size_t i) {
      items_[i].rewritten = rewriter.rewrite(*items_[i].flow, excluded);
    };
    resolver.set_suggesting(false);
    std::set<std::string> carried;
    for (const Item& item : items_) carried.insert(item.flow->id);
    aliases_.decide(rewriter, carried);
    parallel_for(items_.size(), look_at);
    resolver.set_suggesting(true);

    std::vector<std::vector<std::size_t>> callers(items_.size());
    std::vector<std::size_t> work;
    const auto exclude = [&](std::size_t i) {
      if (items_[i].rewritten.skip_reason.empty()) return;
      excluded.insert(i);
      work.push_back(i);
    };
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].rewritten.suggestions_due) look_at(i);
      for (const std::size_t callee : items_[i].rewritten.callees) callers[callee].push_back(i);
      exclude(i);
    }
    while (!work.empty()) {
      const std::size_t gone = work.back();
      work.pop_back();
      for (const std::size_t caller : callers[gone]) {
        if (excluded.contains(caller)) continue;
        look_at(caller);
        exclude(caller);
      }
    }
  }

  /// Of a flow that the rules skip, what else is wrong with it does not matter; nor what is wrong
  /// with a content that is not written.
  void report() {
    for (Item& item : items_) {
      const auto add = [&](Findings& findings) {
        std::move(findings.begin(), findings.end(), std::back_inserter(plan_.findings));
      };
      if (item.rewritten.skip_reason.empty()) add(item.of_name);
      if (!item.left_alone) add(item.rewritten.findings);
      for (const std::size_t used : item.rewritten.substituted) use_.substituted(used);
    }
    Findings of_rules = mapping::examine_use(rules_, use_, substitutions_,
                                             request_.partial ? Severity::info : Severity::warning);
    std::move(of_rules.begin(), of_rules.end(), std::back_inserter(plan_.findings));
  }

  // --- decisions

  Node decide(std::size_t index) {
    Item& item = items_[index];
    const Flow& flow = *item.flow;
    Node node;
    node.kind = flow.kind;
    node.name = carried_[index].name;
    node.source_name = flow.name;
    node.type = flow.type;
    node.source_arn = flow.arn;
    node.description = flow.description;
    node.status = flow.status == "SAVED" ? "SAVED" : "PUBLISHED";
    node.settings = flow.settings;
    node.external_invocation = flow.external_invocation;
    RewrittenFlow& rewritten = item.rewritten;
    if (!rewritten.problem.empty() || !rewritten.skip_reason.empty()) {
      node.action = Action::skip;
      node.reason = rewritten.problem.empty() ? rewritten.skip_reason : rewritten.problem;
      return node;
    }
    node.content = std::move(rewritten.content);
    node.refers_to = std::move(rewritten.callees);
    const Resource* existing = carried_[index].existing;
    const auto there = existing == nullptr ? target_.flows.end() : target_.flows.find(existing->id);
    if (existing == nullptr) {
      node.action = Action::create;
      node.reason = "not in the target";
      node.tags = own_tags(flow.tags);
      publish_module(item, node);
    } else if (there == target_.flows.end()) {
      node.action = Action::skip;
      node.reason = "could not be read in the target";
    } else {
      node.target_id = existing->id;
      node.target_arn = existing->arn;
      compare(flow, there->second, node, rewritten.findings);
      item.left_alone = node.action == Action::skip;
      if (item.rename != nullptr && node.action == Action::update) {
        node.reason = "renamed from \"" + there->second.name + "\" (" + item.rename->evidence +
                      ")" + (node.changes.size() > 1 ? "; " + node.reason : "");
      }
    }
    return node;
  }

  /// CreateContactFlowModule knows no status: it publishes.
  static void publish_module(Item& item, Node& node) {
    if (node.kind != ResourceKind::flow_module || node.status != "SAVED") return;
    node.status = "PUBLISHED";
    Finding finding;
    finding.severity = Severity::warning;
    finding.id = "module-published";
    finding.where.kind = to_string(node.kind);
    finding.where.name = item.flow->name;
    finding.text =
        "was never published in the source, and is published in the target, because "
        "modules cannot be created without";
    finding.help = "publish it in the source first, or exclude it";
    item.rewritten.findings.push_back(std::move(finding));
  }

  void refuse_shared_names() {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
      const Node& node = plan_.nodes[i];
      if (node.action == Action::skip) continue;
      const std::string key =
          std::string(to_string(node.kind)) + "\n" + node.type + "\n" + node.name;
      const auto [first, fresh] = seen.emplace(key, i);
      if (fresh) continue;
      problem(items_[i], "name-collision",
              "would get the same name in the target as \"" +
                  plan_.nodes[first->second].source_name + "\": \"" + node.name + "\"",
              "change the names in the source, or the rules (mapping.rename, mapping.pin)");
    }
  }

  /// Flows of the source that are not carried, so that the plan says why.
  void mark_skipped() {
    for (const Selected& selected : request_.selected) {
      if (selected.carried && source_.flows.contains(selected.source_id)) continue;
      const Inventory* inventory = source_.inventory(selected.kind);
      const Resource* resource =
          inventory == nullptr ? nullptr : inventory->by_id(selected.source_id);
      if (resource == nullptr) continue;
      Node node;
      node.kind = selected.kind;
      node.name = node.source_name = resource->name;
      node.type = resource->type;
      node.source_arn = resource->arn;
      node.action = Action::skip;
      node.reason = !selected.carried                 ? selected.reason
                    : source_.instance.origin.empty() ? "could not be read in the source"
                                                      : "its content is not in the folder";
      plan_.nodes.push_back(std::move(node));
    }
  }

  // --- circles and operations

  void add(OperationType type, std::size_t node) {
    Operation operation;
    operation.type = type;
    operation.node = node;
    plan_.operations.push_back(std::move(operation));
  }

  void add_operations() {
    for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
      const Node& node = plan_.nodes[i];
      if (node.action == Action::create) {
        add(node.stub ? OperationType::create_stub : OperationType::create, i);
        if (node.stub) add(OperationType::update_content, i);
      } else if (node.action == Action::update) {
        bool content = false;
        bool description = false;
        for (const Change& change : node.changes) {
          content = content || change.what == "content" || change.what == "status" ||
                    change.what == "settings";
          description = description || change.what == "description" || change.what == "name";
        }
        if (content) add(OperationType::update_content, i);
        if (description) add(OperationType::update_metadata, i);
        if (!node.tags.empty()) add(OperationType::tag, i);
      }
      for (std::size_t a = 0; a < node.aliases.size(); ++a) {
        add(OperationType::publish_alias, i);
        plan_.operations.back().alias = a;
      }
    }
  }

  static std::string fingerprint(const Item& item, const Node& node) {
    const Flow& flow = *item.flow;
    json::Value parts = json::Value::array();
    parts.push(flow.arn).push(item.rewritten.digest).push(flow.settings);
    parts.push(flow.name).push(flow.description).push(flow.status).push(tags_text(flow.tags));
    parts.push(std::string(to_string(node.action))).push(node.name).push(node.expected);
    return sha256_hex(parts.dump());
  }

  std::string digest() const {
    json::Value parts = json::Value::array();
    parts.push(plan_.source.arn).push(plan_.target.arn).push(rules_.canonical());
    for (const Item& item : items_) parts.push(item.fingerprint);
    for (std::size_t i = items_.size(); i < plan_.nodes.size(); ++i) {
      parts.push(plan_.nodes[i].source_arn);
    }
    for (const Node& node : plan_.nodes) {
      for (const AliasWish& wish : node.aliases) {
        parts.push(node.source_arn).push(wish.name).push(wish.was).push(wish.version);
      }
    }
    return sha256_hex(parts.dump());
  }

  const PlanRequest& request_;
  const Snapshot& source_;
  const Snapshot& target_;
  const mapping::Rules& rules_;
  std::vector<mapping::Substitution> substitutions_;
  mapping::RuleUse use_;
  Plan plan_;
  std::vector<Item> items_;
  AliasWishes aliases_{request_};
  std::vector<Carried> carried_;  ///< Parallel to items_, and to the first of plan_.nodes.
};

}  // namespace

Plan make_plan(const PlanRequest& request) {
  return Planner(request).run();
}

}  // namespace flowferry::plan
