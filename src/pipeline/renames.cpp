#include "pipeline/renames.h"

#include <algorithm>
#include <tuple>

#include "apply/journal.h"
#include "base/text.h"
#include "mapping/rule_unused.h"
#include "pipeline/selection.h"
#include "plan/plan_file.h"
#include "snapshot/synthetic.h"

namespace flowferry::pipeline {
namespace {

/// Runs further back than this are not looked through: a flow that is carried at all is in a newer
/// one.
constexpr std::size_t k_most_runs = 100;

using Counterparts = std::map<std::string, EarlierCounterpart>;

/// What run `id` says of those of `wanted` that no newer run named.
Result<void> look_into(apply::Journal& journal, const std::string& id,
                       const std::set<std::string>& wanted, Counterparts& out) {
  auto run = journal.run(id);
  if (!run) return fail(std::move(run).error());
  if (!*run) return {};
  // Plans can be large: one that names none of them need not be read.
  const std::string& text = (*run)->plan;
  const bool named = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& arn) {
    return !out.contains(arn) && text.find(arn) != std::string::npos;
  });
  if (!named) return {};
  auto plan = plan::read_plan(text);
  if (!plan) return fail(std::move(plan).error().during("reading run " + id + " of the journal"));
  auto results = journal.results(id);
  if (!results) return fail(std::move(results).error());
  std::map<std::size_t, std::string> created;
  for (const apply::NodeResult& result : *results) created[result.node] = result.target_id;
  for (std::size_t n = 0; n < plan->nodes.size(); ++n) {
    const plan::Node& node = plan->nodes[n];
    if (!wanted.contains(node.source_arn)) continue;
    std::string target = node.target_id;
    if (const auto made = created.find(n); made != created.end()) target = made->second;
    if (!target.empty()) out.emplace(node.source_arn, EarlierCounterpart{target, id});
  }
  return {};
}

}  // namespace

Result<Counterparts> earlier_counterparts(const std::filesystem::path& path,
                                          const std::set<std::string>& source_instances,
                                          const std::string& target_instance,
                                          const std::set<std::string>& wanted) {
  Counterparts out;
  std::error_code code;
  if (path.empty() || wanted.empty() || !std::filesystem::exists(path, code)) return out;
  auto journal = apply::Journal::open_existing(path);
  if (!journal) return fail(std::move(journal).error());
  auto runs = (*journal)->runs();
  if (!runs) return fail(std::move(runs).error());
  std::size_t seen = 0;
  for (const apply::RunRecord& run : *runs) {
    if (!source_instances.contains(run.source_arn) || run.target_arn != target_instance) continue;
    if (run.command == "undo") continue;
    if (++seen > k_most_runs || out.size() == wanted.size()) break;
    auto looked = look_into(**journal, run.id, wanted, out);
    if (!looked) return fail(std::move(looked).error());
  }
  return out;
}

namespace {

std::multiset<std::string> blocks_of(const flow::Document& document) {
  std::multiset<std::string> out;
  for (const flow::Action& action : document.actions()) {
    std::string block = action.identifier + "\n" + action.type;
    if (action.parameters != json::k_none) {
      const json::Node& parameters = document.node(action.parameters);
      for (std::uint32_t i = action.parameters + 1; i < parameters.next; ++i) {
        if (document.node(i).kind != json::Kind::string) continue;
        const std::string text = document.text(i);
        if (text.find("arn:") == std::string::npos) block += "\n" + text;
      }
    }
    out.insert(std::move(block));
  }
  return out;
}

}  // namespace

double likeness(const flow::Document& a, const flow::Document& b) {
  const auto left = blocks_of(a);
  const auto right = blocks_of(b);
  std::vector<std::string> shared;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                        std::back_inserter(shared));
  const std::size_t all = left.size() + right.size() - shared.size();
  return all == 0 ? 0 : static_cast<double>(shared.size()) / static_cast<double>(all);
}

namespace {

std::string quoted(const std::string& name) {
  return "\"" + name + "\"";
}

/// Flows and modules are known by kind, type and name.
using Face = std::tuple<ResourceKind, std::string, std::string>;

class RenameSearch {
 public:
  RenameSearch(const RenameQuestion& question, Findings& findings)
      : question_(question), findings_(findings) {}

  Renames run() {
    find_homeless();
    find_orphans();
    by_rule();
    by_id();
    by_journal();
    by_former_name();
    keep_comparable();
    return std::move(out_);
  }

 private:
  const Inventory& there(ResourceKind kind) const { return *question_.target.inventory(kind); }

  Face face_in_target(const Resource& flow) const {
    return {flow.kind, flow.type, question_.rules.target_name(flow.kind, flow.name)};
  }

  void find_homeless() {
    for (const snapshot::FlowKey& key : question_.carried) {
      const Resource* flow = question_.source.inventory(key.kind)->by_id(key.id);
      if (flow == nullptr) continue;
      // One of another type is a problem that no rename solves.
      if (there(key.kind).by_name(std::get<2>(face_in_target(*flow))).empty()) {
        homeless_.emplace(face_in_target(*flow), flow);
      }
    }
  }

  void find_orphans() {
    if (homeless_.empty()) return;
    std::set<Face> faces;
    for (const Resource* flow : listed_flows(question_.source)) faces.insert(face_in_target(*flow));
    for (const Resource* flow : listed_flows(question_.target)) {
      if (flow->state == "ARCHIVED" || is_stock(*flow)) continue;
      const Face face{flow->kind, flow->type, flow->name};
      if (!faces.contains(face)) orphans_.emplace(flow->id, flow);
    }
  }

  void take(const Resource& source, const Resource& target, std::string evidence) {
    out_.known.push_back(plan::KnownRename{source.kind, source.id, target.id, std::move(evidence)});
    orphans_.erase(target.id);
    homeless_.erase(face_in_target(source));
  }

  void by_rule() {
    for (const mapping::Renamed& rule : question_.rules.renamed) {
      const auto source = std::find_if(homeless_.begin(), homeless_.end(), [&](const auto& entry) {
        return entry.second->kind == rule.kind && entry.second->name == rule.to;
      });
      const auto target = std::find_if(orphans_.begin(), orphans_.end(), [&](const auto& entry) {
        return entry.second->kind == rule.kind && entry.second->name == rule.from &&
               (source == homeless_.end() || entry.second->type == source->second->type);
      });
      if (source != homeless_.end() && target != orphans_.end()) {
        take(*source->second, *target->second, "as " + question_.rules.place(rule.line) + " says");
        continue;
      }
      const bool over =
          there(rule.kind).by_name(rule.from).empty() &&
          !there(rule.kind).by_name(question_.rules.target_name(rule.kind, rule.to)).empty();
      findings_.push_back(mapping::rule_unused(
          question_.rules, rule.line,
          over ? "the target's " + quoted(rule.from) + " is called " + quoted(rule.to) + " already"
               : "mapping.renamed from " + quoted(rule.from) + " to " + quoted(rule.to) +
                     " is of no use: the source must carry " + quoted(rule.to) +
                     ", and the target must have " + quoted(rule.from) +
                     ", of the same type and not called like anything in the source",
          over ? "remove the rule" : "correct the names, or remove the rule"));
      if (over) findings_.back().severity = Severity::info;
    }
  }

  void by_journal() {
    if (homeless_.empty() || orphans_.empty()) return;
    // Runs may have carried a flow out of its instance, or out of a bundle pulled from there.
    const std::string& instance = question_.source.real_instance();
    const std::string bundled = snapshot::synthetic_instance_of(instance).arn;
    const auto in = [](const std::string& where, const Resource& flow) {
      return where + "/" + std::string(arn_keyword(flow.kind)) + "/" + flow.id;
    };
    std::set<std::string> wanted;
    for (const auto& [face, flow] : homeless_) {
      wanted.insert({flow->arn, in(instance, *flow), in(bundled, *flow)});
    }
    const auto known =
        earlier_counterparts(question_.journal, {question_.source.instance.arn, instance, bundled},
                             question_.target.instance.arn, wanted);
    if (!known) {
      Finding finding;
      finding.severity = Severity::warning;
      finding.id = "journal-unreadable";
      finding.text =
          "whether flows were renamed in the source is not known: " + one_line(known.error());
      finding.help = known.error().hint;
      findings_.push_back(std::move(finding));
      return;
    }
    std::vector<std::pair<const Resource*, const EarlierCounterpart*>> pairs;
    for (const auto& [face, flow] : homeless_) {
      for (const std::string& arn : {flow->arn, in(instance, *flow), in(bundled, *flow)}) {
        const auto earlier = known->find(arn);
        if (earlier == known->end()) continue;
        pairs.emplace_back(flow, &earlier->second);
        break;
      }
    }
    for (const auto& [flow, earlier] : pairs) {
      const auto target = orphans_.find(earlier->target_id);
      if (target == orphans_.end() || target->second->type != flow->type) continue;
      take(*flow, *target->second, "run " + earlier->run + " carried it");
    }
  }

  /// A flow that the bundle had under the name which it still has in the target. Where two had it,
  /// it is not said whose the target's is.
  void by_former_name() {
    std::map<std::string, std::vector<const Resource*>> claims;  // By id of the target's.
    for (const auto& [face, flow] : homeless_) {
      const auto former = question_.source.former_names.find(flow->id);
      if (former == question_.source.former_names.end()) continue;
      for (auto name = former->second.rbegin(); name != former->second.rend(); ++name) {
        const std::string there = question_.rules.target_name(flow->kind, *name);
        const auto target =
            std::find_if(orphans_.begin(), orphans_.end(),
                         [&, kind = flow->kind, type = flow->type](const auto& entry) {
                           return entry.second->kind == kind && entry.second->type == type &&
                                  entry.second->name == there;
                         });
        if (target == orphans_.end()) continue;
        claims[target->first].push_back(flow);
        break;
      }
    }
    for (const auto& [id, flows] : claims) {
      if (flows.size() > 1) continue;
      take(*flows.front(), *orphans_.at(id), "the bundle had it under this name");
    }
  }

  /// Both are one instance, at two times.
  void by_id() {
    if (question_.source.real_instance() != question_.target.real_instance()) return;
    std::vector<const Resource*> flows;
    for (const auto& [face, flow] : homeless_) flows.push_back(flow);
    for (const Resource* flow : flows) {
      const auto target = orphans_.find(flow->id);
      if (target == orphans_.end() || target->second->type != flow->type) continue;
      take(*flow, *target->second, "it has the same id");
    }
  }

  /// What is left, as far as one may be the other.
  void keep_comparable() {
    for (const auto& [face, flow] : homeless_) {
      out_.homeless.push_back(snapshot::FlowKey{flow->kind, flow->id});
    }
    for (const auto& [id, flow] : orphans_) {
      const bool comparable =
          std::any_of(homeless_.begin(), homeless_.end(), [&orphan = *flow](const auto& entry) {
            return entry.second->kind == orphan.kind && entry.second->type == orphan.type;
          });
      if (comparable) out_.orphans.push_back(snapshot::FlowKey{flow->kind, id});
    }
    if (out_.orphans.size() > k_most_read) out_.orphans.clear();
  }

  const RenameQuestion& question_;
  Findings& findings_;
  std::map<Face, const Resource*> homeless_;
  std::map<std::string, const Resource*> orphans_;  ///< By id.
  Renames out_;
};

/// The most alike of `others` to a document; nothing when none is alike enough.
const Flow* most_alike(const Flow& flow, const std::vector<const Flow*>& others) {
  const auto document = flow::Document::parse(flow.content);
  if (!document) return nullptr;
  const Flow* best = nullptr;
  double most = k_alike;
  for (const Flow* other : others) {
    if (other->kind != flow.kind || other->type != flow.type) continue;
    const auto there = flow::Document::parse(other->content);
    if (!there) continue;
    const double alike = likeness(*document, *there);
    if (alike < most || (best != nullptr && alike == most)) continue;
    most = alike;
    best = other;
  }
  return best;
}

std::vector<const Flow*> flows_of(const Snapshot& snapshot,
                                  const std::vector<snapshot::FlowKey>& keys) {
  std::vector<const Flow*> out;
  for (const snapshot::FlowKey& key : keys) {
    const auto flow = snapshot.flows.find(key.id);
    if (flow != snapshot.flows.end()) out.push_back(&flow->second);
  }
  return out;
}

}  // namespace

Renames known_renames(const RenameQuestion& question, Findings& findings) {
  return RenameSearch(question, findings).run();
}

void alike_renames(const RenameQuestion& question, Renames& renames, Findings& findings) {
  const auto homeless = flows_of(question.source, renames.homeless);
  const auto orphans = flows_of(question.target, renames.orphans);
  for (const Flow* flow : homeless) {
    const Flow* former = most_alike(*flow, orphans);
    // Both ways: a template that many flows were made from is nobody's former self.
    if (former == nullptr || most_alike(*former, homeless) != flow) continue;
    if (question.accept_alike) {
      renames.known.push_back(
          plan::KnownRename{flow->kind, flow->id, former->id, "nearly the same content"});
      continue;
    }
    Finding finding;
    finding.severity = Severity::warning;
    finding.id = "maybe-renamed";
    finding.where.kind = to_string(flow->kind);
    finding.where.name = flow->name;
    finding.text = "would be created, and the target's " + quoted(former->name) +
                   ", which nothing in the source is called, is nearly the same: it may be this " +
                   std::string(label(flow->kind)) + " under its former name";
    finding.help = "if it is, rename it there: --accept-renames, or mapping.renamed: [{ kind: " +
                   std::string(to_string(flow->kind)) + ", from: " + json::quoted(former->name) +
                   ", to: " + json::quoted(flow->name) + " }]";
    finding.name = former->name;
    finding.arn = former->arn;
    finding.in_target = true;
    findings.push_back(std::move(finding));
  }
}

}  // namespace flowferry::pipeline
