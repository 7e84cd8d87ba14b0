#include "plan/planner.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/hash.h"
#include "base/json/value.h"
#include "base/text.h"
#include "flow/document.h"
#include "flow/references.h"
#include "mapping/resolver.h"
#include "plan/difference.h"
#include "plan/hole_writer.h"

namespace flowferry::plan {
namespace {

using mapping::Carried;
using mapping::Resolution;

/// A flow or module that is carried, on its way through the stages.
struct Item {
  const Flow* flow = nullptr;
  std::optional<flow::Document> document;
  flow::ReferenceList references;
  std::vector<Resolution> resolutions;
  Findings findings;   ///< Of the flow itself: void where the rules skip it.
  bool usable = true;  ///< false: its document cannot be read.
  std::string skip_reason;
  std::set<std::string> kept;  ///< Pointers of what stays, and was reported.
};

Place place_of(const Flow& flow) {
  Place place;
  place.kind = to_string(flow.kind);
  place.name = flow.name;
  return place;
}

template <class Spot>
Place place_of(const Flow& flow, const Spot& spot) {
  Place place = place_of(flow);
  place.action = spot.action;
  place.action_type = spot.action_type;
  place.parameter = spot.parameter;
  place.pointer = spot.pointer;
  return place;
}

class Planner {
 public:
  explicit Planner(const PlanRequest& request)
      : request_(request),
        source_(*request.source),
        target_(*request.target),
        rules_(*request.rules) {}

  Plan run() {
    plan_.from = request_.from;
    plan_.to = request_.to;
    plan_.source = source_.instance;
    plan_.target = target_.instance;
    take();
    find_references();
    resolve();
    for (std::size_t i = 0; i < items_.size(); ++i) decide(i);
    refuse_shared_names();
    for (Item& item : items_) {
      std::move(item.findings.begin(), item.findings.end(), std::back_inserter(plan_.findings));
    }
    mark_skipped();
    choose_stubs(plan_);
    add_operations();
    order_operations(plan_);
    plan_.digest = digest();
    return std::move(plan_);
  }

 private:
  // --- what is taken, and what it meets in the target

  void take() {
    for (const Selected& selected : request_.selected) {
      if (!selected.carried) continue;
      const auto found = source_.flows.find(selected.source_id);
      if (found == source_.flows.end()) continue;
      const Flow& flow = found->second;
      Item item;
      item.flow = &flow;
      auto document = flow::Document::parse(flow.content);
      if (document) {
        item.document = std::move(*document);
      } else {
        item.usable = false;
        Finding finding;
        finding.id = "unreadable-content";
        finding.where = place_of(flow);
        finding.text = document.error().message;
        finding.help = document.error().hint.empty()
                           ? "open the flow in the source's designer, mend it and publish it again"
                           : document.error().hint;
        item.findings.push_back(std::move(finding));
      }
      Carried carried{flow.kind, flow.id, rules_.target_name(flow.kind, flow.name), flow.type,
                      nullptr};
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
      const auto others = there->by_name(carried.name);
      if (!others.empty()) {
        problem(item, "name-collision",
                "the target has a " + what + " of this name with type " + others.front()->type +
                    ", not " + flow.type,
                "rename one of the two: a flow's type cannot be changed", others.front()->arn);
      }
      return nullptr;
    }
    if (same.size() > 1) {
      problem(
          item, "ref-ambiguous",
          "the target has " + std::to_string(same.size()) + " times a " + what + " of this name",
          "rename them in the target so that one is left", same.front()->arn);
    }
    if (same.front()->state == "ARCHIVED") {
      problem(item, "ref-archived", "the target's " + what + " of this name is archived",
              "restore it in the target, or rename or delete it there", same.front()->arn);
    }
    return same.front();
  }

  static void problem(Item& item, std::string id, std::string text, std::string help,
                      std::string arn = {}) {
    const Flow& flow = *item.flow;
    Finding finding;
    finding.id = std::move(id);
    finding.where = place_of(flow);
    finding.text = std::move(text);
    finding.help = std::move(help);
    finding.kind = to_string(flow.kind);
    finding.name = flow.name;
    finding.arn = std::move(arn);
    item.findings.push_back(std::move(finding));
  }

  // --- references

  void find_references() {
    flow::Scope scope;
    scope.instance = source_.instance;
    std::map<std::string, ResourceKind, std::less<>> ids;
    for (const auto& [kind, inventory] : source_.inventories) {
      if (kind == ResourceKind::lambda_function || kind == ResourceKind::lex_v1_bot ||
          kind == ResourceKind::lex_v2_bot_alias) {
        continue;
      }
      for (const Resource& resource : inventory.all()) {
        ids.emplace(kind == ResourceKind::phone_number ? resource.name : resource.id, kind);
        if (kind == ResourceKind::phone_number) ids.emplace(resource.id, kind);
      }
    }
    scope.known_id = [&ids](std::string_view id) -> std::optional<ResourceKind> {
      const auto found = ids.find(id);
      if (found == ids.end()) return std::nullopt;
      return found->second;
    };
    for (Item& item : items_) {
      if (!item.usable) continue;
      for (Finding& finding :
           flow::examine(*item.document, item.flow->kind == ResourceKind::flow_module)) {
        if (finding.id == "too-long") continue;  // The guards measure what is written.
        finding.where.kind = to_string(item.flow->kind);
        finding.where.name = item.flow->name;
        // A flow that was never published may be half-built; the service stores it as it is.
        const bool structural = finding.id != "json-duplicate-key";
        if (item.flow->status == "SAVED" && structural && finding.severity == Severity::error) {
          finding.severity = Severity::warning;
        }
        item.findings.push_back(std::move(finding));
      }
      item.references = flow::find_references(*item.document, scope);
      report_unmapped(item);
    }
  }

  static void report_unmapped(Item& item) {
    for (const flow::Unmapped& spot : item.references.unmapped) {
      Finding finding;
      finding.severity = Severity::info;
      finding.where = place_of(*item.flow, spot);
      finding.arn = spot.text;
      if (spot.kind != ResourceKind::unknown) finding.kind = to_string(spot.kind);
      switch (spot.why) {
        case flow::Unmapped::Why::dynamic:
          finding.id = "ref-dynamic";
          finding.text = "is decided while the contact runs (" + spot.text + "): left as it is";
          break;
        case flow::Unmapped::Why::foreign:
          finding.severity = Severity::warning;
          finding.id = "ref-foreign";
          item.kept.insert(spot.pointer);
          finding.text = "names a resource of another account or instance: left as it is";
          finding.help = "check that the target may use it";
          break;
        case flow::Unmapped::Why::empty:
          finding.id = "ref-empty";
          finding.text = "is empty or a placeholder: left as it is";
          break;
        case flow::Unmapped::Why::unreadable:
          finding.severity = Severity::warning;
          finding.id = "ref-unreadable";
          finding.text = "looks like a reference but cannot be taken apart: left as it is";
          finding.help = "check it in the source";
          break;
      }
      item.findings.push_back(std::move(finding));
    }
  }

  /// The designer's notes do not decide what a flow does, and old ones name what is long gone: what
  /// cannot be resolved there is told, and stays.
  static Resolution settled(Resolution resolution, const flow::Reference& reference) {
    const bool open = resolution.state == Resolution::State::unresolved ||
                      resolution.state == Resolution::State::skip_flow;
    if (!open || !reference.in_metadata) return resolution;
    resolution.state = Resolution::State::keep;
    for (Finding& finding : resolution.findings) {
      finding.severity = Severity::warning;
      finding.id = "stale-note";
      finding.text += "; it stands in the designer's notes only, and stays as it is";
      finding.help = "open the flow in the designer and save it again to refresh its notes";
    }
    return resolution;
  }

  /// Resolves everything; leaves out flows that the rules skip, and with them what then has no
  /// target, until nothing changes any more.
  void resolve() {
    const mapping::Resolver resolver(source_, target_, rules_, carried_);
    std::vector<std::vector<std::size_t>> callers(items_.size());
    std::set<std::size_t> excluded;
    std::vector<std::size_t> work;
    const auto look_at = [&](std::size_t i) {
      Item& item = items_[i];
      if (!item.usable || excluded.contains(i)) return;
      item.resolutions.clear();
      for (const flow::Reference& reference : item.references.references) {
        item.resolutions.push_back(settled(resolver.resolve(reference, excluded), reference));
      }
      const auto skip =
          std::find_if(item.resolutions.begin(), item.resolutions.end(),
                       [](const Resolution& r) { return r.state == Resolution::State::skip_flow; });
      if (skip == item.resolutions.end()) return;
      item.skip_reason = skip->findings.empty() ? "a resource is missing in the target"
                                                : skip->findings.front().text;
      excluded.insert(i);
      work.push_back(i);
    };
    for (std::size_t i = 0; i < items_.size(); ++i) {
      look_at(i);
      for (const Resolution& resolution : items_[i].resolutions) {
        if (resolution.carried != k_none) callers[resolution.carried].push_back(i);
      }
    }
    while (!work.empty()) {
      const std::size_t gone = work.back();
      work.pop_back();
      for (const std::size_t caller : callers[gone]) look_at(caller);
    }
    for (Item& item : items_) report_references(item);
  }

  void report_references(Item& item) {
    const bool skipped = !item.skip_reason.empty();
    if (skipped) item.findings.clear();
    for (std::size_t r = 0; r < item.resolutions.size(); ++r) {
      const flow::Reference& reference = item.references.references[r];
      const Resolution& resolution = item.resolutions[r];
      if (resolution.state == Resolution::State::keep ||
          resolution.state == Resolution::State::unresolved) {
        item.kept.insert(reference.pointer);
      }
      if (skipped && resolution.state != Resolution::State::skip_flow) continue;
      for (Finding finding : resolution.findings) {
        finding.where = place_of(*item.flow, reference);
        item.findings.push_back(std::move(finding));
      }
    }
  }

  // --- contents

  Content write_content(Item& item) {
    auto written = write_with_holes(*item.document, item.references, item.resolutions);
    if (!written) {
      item.usable = false;
      problem(item, "unreadable-content", written.error().message, written.error().hint);
      return {};
    }
    check_leftovers(item, written->text);
    return std::move(written->content);
  }

  /// Whether nothing of the source's identity can stand in `text`, spelled out or in escapes.
  bool surely_clean(const std::string& text) const {
    const auto has = [&](const std::string& what) {
      return !what.empty() && text.find(what) != std::string::npos;
    };
    const bool other_account = source_.instance.account != target_.instance.account;
    return !has(source_.instance.id) && !(other_account && has(source_.instance.account)) &&
           !has("\\u00");
  }

  void check_leftovers(Item& item, const std::string& text) const {
    if (surely_clean(text)) return;
    const auto rewritten = flow::Document::parse(text);
    if (!rewritten) return;
    for (Finding& finding : flow::find_leftovers(*rewritten, source_.instance, target_.instance)) {
      finding.where.kind = to_string(item.flow->kind);
      finding.where.name = item.flow->name;
      if (item.kept.contains(finding.where.pointer)) continue;
      item.findings.push_back(std::move(finding));
    }
  }

  // --- decisions

  void decide(std::size_t index) {
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
    if (item.usable && item.skip_reason.empty()) node.content = write_content(item);
    if (!item.usable || !item.skip_reason.empty()) {
      node.action = Action::skip;
      node.reason = item.usable ? item.skip_reason : "its content cannot be read";
      plan_.nodes.push_back(std::move(node));
      return;
    }
    std::set<std::size_t> callees;
    for (const Resolution& resolution : item.resolutions) {
      if (resolution.carried != k_none) callees.insert(resolution.carried);
    }
    node.refers_to.assign(callees.begin(), callees.end());
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
      compare(flow, there->second, node, item.findings);
    }
    plan_.nodes.push_back(std::move(node));
  }

  /// CreateContactFlowModule knows no status: it publishes.
  static void publish_module(Item& item, Node& node) {
    if (node.kind != ResourceKind::flow_module || node.status != "SAVED") return;
    node.status = "PUBLISHED";
    Finding finding;
    finding.severity = Severity::warning;
    finding.id = "module-published";
    finding.where = place_of(*item.flow);
    finding.text =
        "was never published in the source, and is published in the target, because "
        "modules cannot be created without";
    finding.help = "publish it in the source first, or exclude it";
    item.findings.push_back(std::move(finding));
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
      node.reason = selected.carried ? "could not be read in the source" : selected.reason;
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
          description = description || change.what == "description";
        }
        if (content) add(OperationType::update_content, i);
        if (description) add(OperationType::update_metadata, i);
        if (!node.tags.empty()) add(OperationType::tag, i);
      }
    }
  }

  std::string digest() const {
    json::Value parts = json::Value::array();
    parts.push(plan_.source.arn).push(plan_.target.arn).push(rules_.canonical());
    for (const Item& item : items_) {
      const Flow& flow = *item.flow;
      parts.push(flow.arn).push(sha256_hex(flow.content)).push(sha256_hex(flow.settings));
      parts.push(flow.name).push(flow.description).push(flow.status).push(tags_text(flow.tags));
    }
    for (const Node& node : plan_.nodes) {
      parts.push(std::string(to_string(node.action))).push(node.name).push(node.expected);
    }
    return sha256_hex(parts.dump());
  }

  const PlanRequest& request_;
  const Snapshot& source_;
  const Snapshot& target_;
  const mapping::Rules& rules_;
  Plan plan_;
  std::vector<Item> items_;
  std::vector<Carried> carried_;  ///< Parallel to items_, and to the first of plan_.nodes.
};

}  // namespace

Plan make_plan(const PlanRequest& request) {
  return Planner(request).run();
}

}  // namespace flowferry::plan
