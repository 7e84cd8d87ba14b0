// Rules about flows together: circles, chains, what nobody uses.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "flow/lint/facts.h"
#include "flow/lint/links.h"

namespace flowferry::flow::lint {
namespace {

constexpr std::size_t k_longest_chain = 8;  ///< Flows in a row; more is hard to follow.
/// Amazon Connect administrator guide, "Flow modules": modules within modules.
constexpr std::size_t k_deepest_modules = 5;
constexpr std::size_t k_named = 6;  ///< Names that a text lists.

class Together {
 public:
  Together(const std::vector<FlowFacts>& facts, bool whole, Findings& out)
      : facts_(facts), whole_(whole), out_(out) {
    for (std::size_t i = 0; i < facts.size(); ++i) by_id_.emplace(facts[i].flow->id, i);
    transfers_.resize(facts.size());
    invokes_.resize(facts.size());
    for (std::size_t i = 0; i < facts.size(); ++i) {
      for (const Link& link : facts[i].links) {
        const auto target = by_id_.find(link.id);
        if (target == by_id_.end()) continue;
        if (link.transfers) transfers_[i].push_back(target->second);
        if (link.invokes && facts[i].flow->kind == ResourceKind::flow_module) {
          invokes_[i].push_back(target->second);
        }
      }
    }
  }

  void run() {
    soften();
    transfer_circles();
    chains();
    modules();
    if (whole_) unused();
  }

 private:
  void tell(std::string_view rule, std::size_t i, std::string text,
            std::optional<Severity> severity = {}) {
    Finding finding = finding_of(rule, place_of(*facts_[i].flow), std::move(text));
    if (severity) finding.severity = *severity;
    out_.push_back(std::move(finding));
  }

  std::string named(const std::vector<std::size_t>& members) const {
    std::vector<std::string> names;
    for (const std::size_t i : members) {
      if (names.size() == k_named) break;
      names.push_back(json::quoted(facts_[i].flow->name));
    }
    const std::size_t more = members.size() - names.size();
    return join(names, ", ") + (more > 0 ? " and " + std::to_string(more) + " more" : "");
  }

  /// A flow that others lead to has a caller who may have spoken, set a queue and switched logging
  /// on; one that runs beside the call has nobody to speak to.
  void soften() {
    using Name = std::pair<std::string_view, std::string_view>;
    std::set<Name> led_to;
    std::set<Name> called;
    std::set<Name> unheard;
    for (const FlowFacts& facts : facts_) {
      for (const Link& link : facts.links) {
        const auto target = by_id_.find(link.id);
        if (target == by_id_.end() || facts_[target->second].flow == facts.flow) continue;
        const Flow& flow = *facts_[target->second].flow;
        const Name name{to_string(flow.kind), flow.name};
        led_to.insert(name);
        if (link.unheard) unheard.insert(name);
        // A callback comes with its queue.
        if (link.transfers || link.where.action_type == "CreateCallbackContact") {
          called.insert(name);
        }
      }
    }
    const auto drop = [&](Finding& f) {
      const Name name{f.where.kind, f.where.name};
      const bool silent = f.id == "disconnect-silent";
      if ((silent || f.id == "queue-unset") && called.count(name) > 0) f.severity = Severity::info;
      return (silent && unheard.count(name) > 0) ||
             (f.id == "logging-unset" && led_to.count(name) > 0);
    };
    out_.erase(std::remove_if(out_.begin(), out_.end(), drop), out_.end());
  }

  void transfer_circles() {
    // Backwards from what ends; a transfer out of what was read may end there.
    std::vector<char> ends(facts_.size(), 0);
    std::vector<std::vector<std::size_t>> back(facts_.size());
    std::vector<std::size_t> work;
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      for (const std::size_t to : transfers_[i]) back[to].push_back(i);
      const bool out = std::any_of(
          facts_[i].links.begin(), facts_[i].links.end(),
          [&](const Link& link) { return link.transfers && by_id_.count(link.id) == 0; });
      if (!facts_[i].ends && !out) continue;
      ends[i] = 1;
      work.push_back(i);
    }
    while (!work.empty()) {
      const std::size_t i = work.back();
      work.pop_back();
      for (const std::size_t before : back[i]) {
        if (ends[before] != 0) continue;
        ends[before] = 1;
        work.push_back(before);
      }
    }
    for (const auto& members : circles(transfers_)) {
      if (ends[members.front()] != 0) continue;
      tell("transfer-circle", members.front(),
           members.size() == 1
               ? "the flow transfers to itself, and has no other end"
               : "these flows transfer to each other without an end: " + named(members));
    }
  }

  /// The nodes whose chain is longer than `most`, but for those within the chain of another.
  std::vector<std::size_t> heads(const Links& links, std::size_t most,
                                 const std::vector<std::size_t>& lengths) const {
    std::vector<char> inside(links.size(), 0);
    for (std::size_t i = 0; i < links.size(); ++i) {
      for (const std::size_t to : links[i]) {
        if (lengths[i] > lengths[to]) inside[to] = 1;
      }
    }
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (lengths[i] > most && inside[i] == 0) out.push_back(i);
    }
    return out;
  }

  void chains() {
    const auto lengths = chain_lengths(transfers_);
    for (const std::size_t i : heads(transfers_, k_longest_chain, lengths)) {
      tell("transfer-chain", i,
           "from here contacts can pass through " + std::to_string(lengths[i]) + " flows in a row");
    }
  }

  void modules() {
    for (const auto& members : circles(invokes_)) {
      tell("module-circle", members.front(),
           members.size() == 1 ? "the module invokes itself"
                               : "these modules invoke each other: " + named(members));
    }
    const auto lengths = chain_lengths(invokes_);
    for (const std::size_t i : heads(invokes_, k_deepest_modules, lengths)) {
      tell("module-nesting", i,
           "from here modules are nested " + std::to_string(lengths[i]) + " levels deep");
    }
  }

  void unused() {
    std::set<std::string_view> used;
    bool dynamic_flows = false;
    bool dynamic_modules = false;
    for (const FlowFacts& facts : facts_) {
      dynamic_flows = dynamic_flows || facts.dynamic_flows;
      dynamic_modules = dynamic_modules || facts.dynamic_modules;
      for (const Link& link : facts.links) {
        if (link.id != facts.flow->id) used.insert(link.id);
      }
    }
    static const std::set<std::string_view> k_set_by_flows = {
        "CUSTOMER_QUEUE", "CUSTOMER_HOLD", "CUSTOMER_WHISPER", "AGENT_HOLD", "AGENT_WHISPER"};
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      const Flow& flow = *facts_[i].flow;
      if (used.count(flow.id) > 0) continue;
      if (flow.kind == ResourceKind::flow_module) {
        if (flow.external_invocation) continue;
        tell("unused-module", i,
             std::string("no flow or module invokes it") +
                 (dynamic_modules ? " by its id; some invoke modules by a dynamic value" : ""),
             dynamic_modules ? std::optional(Severity::info) : std::nullopt);
      } else if (k_set_by_flows.count(flow.type) > 0) {
        tell("unused-flow", i,
             std::string("no flow sets it") +
                 (dynamic_flows ? " by its id; some set flows by a dynamic value" : ""));
      }
    }
  }

  const std::vector<FlowFacts>& facts_;
  bool whole_;
  Findings& out_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  Links transfers_;
  Links invokes_;
};

}  // namespace

void check_together(const std::vector<FlowFacts>& facts, bool whole, Findings& findings) {
  Together(facts, whole, findings).run();
}

}  // namespace flowferry::flow::lint
