#include "plan/alias_wishes.h"

#include <algorithm>

#include "flow/document.h"
#include "plan/difference.h"

namespace flowferry::plan {
namespace {

/// What aliases of a bundle stand for has none.
bool has_number(const std::string& version) {
  return flow::version_number(version) > 0;
}

std::string version_words(const std::string& version) {
  return has_number(version) ? "version " + version : "a version of the bundle";
}

}  // namespace

void AliasWishes::decide(const FlowRewriter& rewriter, const std::set<std::string>& carried) {
  const bool follow = request_.rules->module_versions == mapping::ModuleVersions::follow;
  for (const NamedAlias& alias : request_.aliases) {
    const RewrittenFlow wanted = rewriter.rewrite(alias.source, {});
    const bool whole = !has_errors(wanted.findings) && wanted.content.texts.size() == 1;
    const auto same = [&](const Flow& there) {
      return whole && flow::same_meaning(wanted.content.texts.front(), there.content) &&
             same_settings(alias.source.settings, there.settings);
    };
    const bool is_there = !alias.target_id.empty();
    if (is_there && same(alias.target)) continue;
    const auto choice = std::find_if(alias.choices.begin(), alias.choices.end(),
                                     [&](const auto& entry) { return same(entry.second); });
    const bool exists = choice != alias.choices.end();
    const bool possible =
        exists || is_current_version(*request_.source, alias.module_id, alias.source);
    const bool is_carried = carried.contains(alias.module_id);
    if (is_carried && possible && (follow || !is_there)) {
      AliasWish wish{alias.name, alias.target_id, alias.target_version};
      if (exists) wish.version = std::to_string(choice->first);
      decided_.emplace(std::pair(alias.module_id, alias.name), Decided{alias.id, std::move(wish)});
      if (!is_there) made_.emplace(alias.module_id, alias.id);
    } else if (is_there) {
      const bool refused = follow && is_carried;
      left_.push_back({alias.module_id, alias.id,
                       AliasWish{alias.name, alias.target_id, alias.target_version},
                       difference(alias, refused ? Severity::error : Severity::warning)});
    }
  }
}

/// The reference is carried by the alias' name all the same: what it runs differs.
Finding AliasWishes::difference(const NamedAlias& alias, Severity severity) const {
  Finding finding;
  finding.severity = severity;
  finding.id = "alias-differs";
  finding.where.kind = finding.kind = to_string(ResourceKind::flow_module);
  finding.where.name = finding.name = alias.module;
  finding.text = "alias \"" + alias.name + "\" of module \"" + alias.module + "\" stands for ";
  if (!has_number(alias.target_version)) {
    finding.text += "other content in the target than in the source";
  } else if (!has_number(alias.source_version)) {
    finding.text += "version " + alias.target_version +
                    " in the target, whose content is not that for which it stands in the source";
  } else {
    finding.text += "version " + alias.target_version +
                    " in the target, whose content is not that of version " + alias.source_version +
                    ", for which it stands in the source";
  }
  const std::string module = " --instance-id " + request_.target->instance.id +
                             " --contact-flow-module-id " + alias.target_module_id;
  const std::string by_hand =
      "publish a version with that content once the module is carried "
      "(aws connect create-contact-flow-module-version" +
      module +
      "), and move the alias to it (aws connect "
      "update-contact-flow-module-alias" +
      module + " --alias-id " + alias.target_id + " --contact-flow-module-version N)";
  if (severity == Severity::error) {
    finding.text +=
        "; no version of the target has that content, and it is not what the module "
        "is carried with, so that none can be published";
    finding.help =
        "move the alias in the source to the newest content, or say module_versions: "
        "keep; or " +
        by_hand;
  } else {
    finding.help =
        "should it run the same, let aliases follow (module_versions: follow), or " + by_hand;
  }
  return finding;
}

void AliasWishes::add_to(Plan& plan, const std::vector<const Flow*>& flows) const {
  std::map<std::pair<std::size_t, std::string>, AliasWish> wanted;
  for (const Node& node : plan.nodes) {
    if (node.action == Action::skip) continue;
    for (const Content::Hole& hole : node.content.holes) {
      if (hole.alias.empty()) continue;
      AliasWish wish{hole.alias};
      const auto found = decided_.find(std::pair(flows[hole.node]->id, hole.alias));
      if (found != decided_.end()) wish = found->second.wish;
      wanted.emplace(std::pair(hole.node, hole.alias), std::move(wish));
    }
  }
  // Those to be moved, of which the callers have the id already.
  for (const auto& [key, decided] : decided_) {
    if (decided.wish.id.empty()) continue;
    for (std::size_t n = 0; n < flows.size(); ++n) {
      if (flows[n]->id != key.first || plan.nodes[n].action == Action::skip) continue;
      for (std::size_t caller = 0; caller < flows.size(); ++caller) {
        const Node& node = plan.nodes[caller];
        if (node.action == Action::skip ||
            !std::binary_search(node.refers_to.begin(), node.refers_to.end(), n) ||
            flows[caller]->content.find(decided.id) == std::string::npos) {
          continue;
        }
        wanted.emplace(std::pair(n, key.second), decided.wish);
      }
    }
  }
  for (const Left& left : left_) {
    bool named = false;
    for (std::size_t n = 0; n < flows.size() && !named; ++n) {
      named = plan.nodes[n].action != Action::skip &&
              flows[n]->content.find(left.id) != std::string::npos;
    }
    if (!named) continue;
    plan.findings.push_back(left.finding);
    for (std::size_t n = 0; n < flows.size(); ++n) {
      if (flows[n]->id == left.module_id) plan.nodes[n].left_aliases.push_back(left.wish);
    }
  }
  for (const auto& [key, wish] : wanted) {
    if (plan.nodes[key.first].action != Action::skip) add(plan.nodes[key.first], wish);
  }
}

void AliasWishes::add(Node& node, const AliasWish& wish) const {
  const bool only_version = wish.name == k_only_version;
  node.aliases.push_back(wish);
  node.changes.push_back(
      Change{only_version ? "version" : "alias " + wish.name,
             wish.was.empty() ? "none" : version_words(wish.was),
             wish.version.empty() ? "a new version" : version_words(wish.version)});
  if (node.action == Action::unchanged) {
    node.action = Action::update;
    node.reason.clear();
    node.seen = request_.target->flows.at(node.target_id);
    node.expected = change_mark(*node.seen);
  }
  if (!node.reason.empty()) node.reason += "; ";
  node.reason += only_version ? "no version in the target has this content"
                 : wish.id.empty()
                     ? "alias \"" + wish.name + "\" is not in the target"
                     : "alias \"" + wish.name + "\" stands for other content in the target";
}

Findings check_alias_order(const Plan& plan) {
  std::set<std::pair<std::size_t, std::string>> made;
  std::set<std::size_t> stuck;
  std::vector<char> complete(plan.nodes.size(), 1);
  const auto completes = [](const Operation& operation) {
    return operation.type == OperationType::update_content ||
           operation.type == OperationType::create;
  };
  for (const Operation& operation : plan.operations) {
    if (completes(operation)) complete[operation.node] = 0;
  }
  for (const Operation& operation : plan.operations) {
    const Node& node = plan.nodes[operation.node];
    if (operation.type == OperationType::publish_alias) {
      const AliasWish& wish = node.aliases[operation.alias];
      if (!complete[operation.node] && wish.version.empty()) stuck.insert(operation.node);
      made.emplace(operation.node, wish.name);
    } else if (completes(operation)) {
      complete[operation.node] = 1;
      for (const Content::Hole& hole : node.content.holes) {
        const bool missing = !hole.alias.empty() && !made.contains({hole.node, hole.alias});
        if (missing) stuck.insert(operation.node);
      }
    }
  }
  Findings out;
  for (const std::size_t n : stuck) {
    Finding finding;
    finding.id = "alias-circle";
    finding.where.kind = finding.kind = to_string(plan.nodes[n].kind);
    finding.where.name = finding.name = plan.nodes[n].source_name;
    finding.text =
        "refers in a circle to a module by an alias or a version that the target does not have: "
        "there is no order in which each is there before it is named";
    finding.help =
        "carry the module first with a content that closes no circle, make the alias in the "
        "target, then run again";
    out.push_back(std::move(finding));
  }
  return out;
}

}  // namespace flowferry::plan
