#include "plan/planner.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/json/value.h"
#include "base/text.h"
#include "flow/document.h"
#include "flow/references.h"
#include "mapping/resolver.h"

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
  Content content;
  bool usable = true;  ///< false: its document cannot be read.
  std::string skip_reason;
  bool kept_reference = false;
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

Tags own_tags(const Tags& tags) {
  Tags out;
  for (const auto& [key, value] : tags) {
    if (!key.starts_with("aws:")) out.emplace(key, value);
  }
  return out;
}

std::string describe_tags(const Tags& tags) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : tags) parts.push_back(key + "=" + value);
  return join(parts, ", ");
}

bool same_settings(const std::string& a, const std::string& b) {
  return flow::same_meaning(a.empty() ? "{}" : a, b.empty() ? "{}" : b);
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
        plan_.findings.push_back(std::move(finding));
      }
      Carried carried{flow.kind, flow.id, rules_.target_name(flow.kind, flow.name), flow.type,
                      nullptr};
      carried.existing = meet(flow, carried);
      carried_.push_back(std::move(carried));
      items_.push_back(std::move(item));
    }
  }

  /// The target's flow or module of the same name and type; problems where it is not what it should
  /// be.
  const Resource* meet(const Flow& flow, const Carried& carried) {
    const Inventory* there = target_.inventory(flow.kind);
    if (there == nullptr) return nullptr;
    const std::string what(label(flow.kind));
    const auto same = there->by_name(carried.name, flow.type);
    if (same.empty()) {
      const auto others = there->by_name(carried.name);
      if (!others.empty()) {
        problem(flow, "name-collision",
                "the target has a " + what + " of this name with type " + others.front()->type +
                    ", not " + flow.type,
                "rename one of the two: a flow's type cannot be changed", others.front()->arn);
      }
      return nullptr;
    }
    if (same.size() > 1) {
      problem(flow, "ref-ambiguous",
              "the target has " + std::to_string(same.size()) + " times a " + what + " of this name",
              "rename them in the target so that one is left", same.front()->arn);
    }
    if (same.front()->state == "ARCHIVED") {
      problem(flow, "ref-archived", "the target's " + what + " of this name is archived",
              "restore it in the target, or rename or delete it there", same.front()->arn);
    }
    return same.front();
  }

  void problem(const Flow& flow, std::string id, std::string text, std::string help,
               std::string arn = {}) {
    Finding finding;
    finding.id = std::move(id);
    finding.where = place_of(flow);
    finding.text = std::move(text);
    finding.help = std::move(help);
    finding.kind = to_string(flow.kind);
    finding.name = flow.name;
    finding.arn = std::move(arn);
    plan_.findings.push_back(std::move(finding));
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
        finding.where.kind = to_string(item.flow->kind);
        finding.where.name = item.flow->name;
        // A flow that was never published may be half-built; the service stores it as it is.
        const bool structural = finding.id != "json-duplicate-key" && finding.id != "too-long";
        if (item.flow->status == "SAVED" && structural && finding.severity == Severity::error) {
          finding.severity = Severity::warning;
        }
        plan_.findings.push_back(std::move(finding));
      }
      item.references = flow::find_references(*item.document, scope);
      report_unmapped(item);
    }
  }

  void report_unmapped(const Item& item) {
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
      plan_.findings.push_back(std::move(finding));
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
    std::set<std::size_t> excluded;
    for (bool again = true; again;) {
      again = false;
      for (std::size_t i = 0; i < items_.size(); ++i) {
        if (!items_[i].usable || excluded.contains(i)) continue;
        items_[i].resolutions.clear();
        for (const flow::Reference& reference : items_[i].references.references) {
          items_[i].resolutions.push_back(
              settled(resolver.resolve(reference, excluded), reference));
        }
        const auto skip = std::find_if(
            items_[i].resolutions.begin(), items_[i].resolutions.end(),
            [](const Resolution& r) { return r.state == Resolution::State::skip_flow; });
        if (skip == items_[i].resolutions.end()) continue;
        items_[i].skip_reason = skip->findings.empty() ? "a resource is missing in the target"
                                                       : skip->findings.front().text;
        excluded.insert(i);
        again = true;
      }
    }
    for (Item& item : items_) {
      if (!item.usable) continue;
      for (std::size_t r = 0; r < item.resolutions.size(); ++r) {
        const flow::Reference& reference = item.references.references[r];
        if (item.resolutions[r].state == Resolution::State::keep) item.kept_reference = true;
        if (!item.skip_reason.empty() &&
            item.resolutions[r].state != Resolution::State::skip_flow) {
          continue;
        }
        for (Finding finding : item.resolutions[r].findings) {
          finding.where = place_of(*item.flow, reference);
          plan_.findings.push_back(std::move(finding));
        }
      }
    }
  }

  // --- contents

  /// A text that stands for a hole while the document is rewritten; no source content can contain
  /// it, because it carries the digest of that content.
  static std::string marker(const std::string& salt, std::size_t node, bool arn) {
    return "@" + salt + ":" + std::to_string(node) + (arn ? ":arn@" : ":id@");
  }

  void write_content(Item& item) {
    const std::string salt = sha256_hex(item.flow->content).substr(0, 24);
    std::vector<flow::Replacement> replacements;
    std::vector<Content::Hole> holes;
    std::vector<std::string> markers;
    for (std::size_t r = 0; r < item.resolutions.size(); ++r) {
      const Resolution& resolution = item.resolutions[r];
      const flow::Reference& reference = item.references.references[r];
      flow::Replacement replacement{r, reference.text, resolution.name, resolution.region};
      if (resolution.state == Resolution::State::replace) {
        replacement.text = resolution.text;
      } else if (resolution.state == Resolution::State::pending) {
        const bool arn = reference.form == flow::Form::arn;
        holes.push_back(Content::Hole{resolution.carried, arn, resolution.qualifier});
        markers.push_back(marker(salt, holes.size() - 1, arn));
        replacement.text = markers.back();
      } else {
        continue;
      }
      replacements.push_back(std::move(replacement));
    }
    auto rewritten = flow::rewrite(*item.document, item.references, replacements);
    if (!rewritten) {
      item.usable = false;
      problem(*item.flow, "unreadable-content", rewritten.error().message, rewritten.error().hint);
      return;
    }
    cut_at_markers(item, *rewritten, salt, holes);
  }

  static void cut_at_markers(Item& item, const std::string& text, const std::string& salt,
                             const std::vector<Content::Hole>& holes) {
    Content& content = item.content;
    const std::string begin = "@" + salt + ":";
    std::size_t at = 0;
    for (;;) {
      const std::size_t found = holes.empty() ? std::string::npos : text.find(begin, at);
      content.texts.push_back(text.substr(at, found == std::string::npos ? found : found - at));
      if (found == std::string::npos) return;
      const std::size_t digits = found + begin.size();
      content.holes.push_back(holes[std::stoul(text.substr(digits, 20))]);
      at = text.find('@', digits) + 1;
    }
  }

  void check_leftovers(const Item& item) {
    if (!item.content.complete()) return;
    const auto rewritten = flow::Document::parse(item.content.texts.front());
    if (!rewritten) return;
    for (Finding& finding : flow::find_leftovers(*rewritten, source_.instance, target_.instance)) {
      finding.where.kind = to_string(item.flow->kind);
      finding.where.name = item.flow->name;
      if (item.kept_reference) finding.severity = Severity::warning;
      plan_.findings.push_back(std::move(finding));
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
    if (item.usable && item.skip_reason.empty()) write_content(item);
    if (!item.usable || !item.skip_reason.empty()) {
      node.action = Action::skip;
      node.reason = item.usable ? item.skip_reason : "its content cannot be read";
      plan_.nodes.push_back(std::move(node));
      return;
    }
    check_leftovers(item);
    node.content = std::move(item.content);
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
    } else if (there == target_.flows.end()) {
      node.action = Action::skip;
      node.reason = "could not be read in the target";
    } else {
      node.target_id = existing->id;
      node.target_arn = existing->arn;
      compare(node, flow, there->second);
    }
    plan_.nodes.push_back(std::move(node));
  }

  void compare(Node& node, const Flow& flow, const Flow& there) {
    node.expected = change_mark(there);
    if (node.status == "SAVED" && there.status == "PUBLISHED") {
      node.action = Action::skip;
      node.reason = "never published in the source, published in the target";
      return;
    }
    std::vector<std::string> reasons;
    const auto change = [&](std::string what, std::string from, std::string to) {
      reasons.push_back(what);
      node.changes.push_back(Change{std::move(what), std::move(from), std::move(to)});
    };
    if (!node.content.complete() ||
        !flow::same_meaning(node.content.texts.front(), there.content)) {
      change("content", {}, {});
    }
    if (node.status != there.status) change("status", there.status, node.status);
    if (node.kind == ResourceKind::flow_module) {
      if (!same_settings(node.settings, there.settings))
        change("settings", there.settings, node.settings);
      if (node.external_invocation != there.external_invocation) {
        Finding finding;
        finding.severity = Severity::warning;
        finding.id = "external-invocation";
        finding.where = place_of(flow);
        finding.text =
            "may be used as a tool in one instance and not in the other, which can only be "
            "chosen when a module is created";
        finding.help = "delete the target's module if that is what you want, and run again";
        plan_.findings.push_back(std::move(finding));
      }
    }
    // The service takes no empty description for a module: one that is there stays.
    const bool clearable = node.kind == ResourceKind::contact_flow || !node.description.empty();
    if (node.description != there.description && clearable) {
      change("description", there.description, node.description);
    }
    Tags changed;
    for (const auto& [key, value] : own_tags(flow.tags)) {
      const auto found = there.tags.find(key);
      if (found == there.tags.end() || found->second != value) changed.emplace(key, value);
    }
    if (!changed.empty()) {
      Tags before;
      for (const auto& [key, value] : changed) {
        const auto found = there.tags.find(key);
        if (found != there.tags.end()) before.insert(*found);
      }
      change("tags", describe_tags(before), describe_tags(changed));
    }
    node.tags = std::move(changed);
    node.action = node.changes.empty() ? Action::unchanged : Action::update;
    node.reason = node.changes.empty()
                      ? "the same"
                      : join(reasons, ", ") + (reasons.size() > 1 ? " differ" : " differs");
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
      problem(*items_[i].flow, "name-collision",
              "would get the same name in the target as \"" +
                  plan_.nodes[first->second].source_name + "\": \"" + node.name + "\"",
              "change the names in the source, or the rules (mapping.rename, mapping.pin)");
    }
  }

  /// Flows of the source that are not carried, so that the plan says why.
  void mark_skipped() {
    for (const Selected& selected : request_.selected) {
      if (selected.carried) continue;
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
      node.reason = selected.reason;
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
      parts.push(flow.name).push(flow.description).push(flow.status).push(describe_tags(flow.tags));
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
