// Rules that ask the environment about one flow.
#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include "base/json/value.h"
#include "base/text.h"
#include "flow/lint/facts.h"

namespace flowferry::flow::lint {

using json::k_none;

namespace {

/// What a module's Settings declare (connect-api.md 4.6).
struct Contract {
  std::set<std::string> inputs;
  std::set<std::string> results;
  std::set<std::string> data;
};

/// Nothing when the settings are not known (a file without them) or not readable.
std::optional<Contract> contract_of(const std::string& settings) {
  if (settings.empty()) return std::nullopt;
  const auto parsed = json::parse(settings);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  Contract out;
  for (const auto& [name, value] : (*parsed)["input"]["schema"]["properties"].members()) {
    out.inputs.insert(name);
  }
  for (const auto& [name, value] : (*parsed)["resultData"]["schema"]["properties"].members()) {
    out.data.insert(name);
  }
  for (const json::Value& result : (*parsed)["transitions"]["results"].items()) {
    out.results.insert(result["name"].as_string());
  }
  return out;
}

struct Hook {
  std::string_view name;
  std::string_view type;  ///< The ContactFlowType that it takes.
};
constexpr std::array<Hook, 6> k_hooks = {{{"AgentHold", "AGENT_HOLD"},
                                          {"AgentWhisper", "AGENT_WHISPER"},
                                          {"CustomerHold", "CUSTOMER_HOLD"},
                                          {"CustomerQueue", "CUSTOMER_QUEUE"},
                                          {"CustomerWhisper", "CUSTOMER_WHISPER"},
                                          {"CustomerRemaining", "CONTACT_FLOW"}}};

class EnvironmentRules {
 public:
  EnvironmentRules(const FlowCheck& check, const Snapshot& snapshot, bool listed)
      : check_(check), snapshot_(snapshot), listed_(listed) {
    for (const Block& block : check.blocks.all()) {
      blocks_.emplace(block.action->identifier, &block);
    }
  }

  void run() {
    for (const Reference& reference : check_.references.references) {
      if (reference.in_metadata) continue;
      const Inventory* inventory = snapshot_.inventory(reference.kind);
      if (inventory == nullptr || is_managed(reference)) continue;
      const Resource* resource = find(*inventory, reference);
      if (resource == nullptr) {
        if (listed_) unresolved(reference);
        continue;
      }
      states(reference, *resource);
      types(reference, *resource);
      names(reference, *resource);
      ambiguous(reference, *resource, *inventory);
      if (reference.kind == ResourceKind::flow_module && reference.typed) call(reference);
    }
    if (check_.is_module()) returns();
  }

 private:
  void tell(std::string_view rule, const Reference& r, std::string text,
            std::optional<Severity> severity = {}) const {
    Place where = place_of(check_.flow);
    where.action = r.action;
    where.action_type = r.action_type;
    where.parameter = r.parameter;
    where.pointer = r.pointer;
    Finding finding = finding_of(rule, std::move(where), std::move(text));
    if (severity) finding.severity = *severity;
    finding.kind = to_string(r.kind);
    finding.arn = r.text;
    check_.out.push_back(std::move(finding));
  }

  static bool is_managed(const Reference& r) {
    return r.text.find(":aws:") != std::string::npos && r.kind == ResourceKind::view;
  }

  static const Resource* find(const Inventory& inventory, const Reference& r) {
    if (r.form != Form::name) {
      if (const Resource* found = inventory.by_id(r.id)) return found;
    }
    const auto named = inventory.by_name(r.id);
    const bool by_name = r.form == Form::name || r.kind == ResourceKind::lambda_function;
    return by_name && !named.empty() ? named.front() : nullptr;
  }

  void unresolved(const Reference& r) const {
    if (!has_lookup(r.kind)) return;
    const bool checked =
        r.typed && (r.kind == ResourceKind::contact_flow || r.kind == ResourceKind::queue ||
                    r.kind == ResourceKind::prompt);
    const bool associated = r.kind == ResourceKind::lambda_function ||
                            r.kind == ResourceKind::lex_v2_bot_alias ||
                            r.kind == ResourceKind::lex_v1_bot;
    tell("ref-unresolved", r,
         "the environment has no such " + std::string(label(r.kind)) +
             (associated ? ", or it is not associated with the instance" : ""),
         checked ? std::nullopt : std::optional(Severity::warning));
  }

  void states(const Reference& r, const Resource& resource) const {
    if (resource.state == "ARCHIVED") {
      tell(
          "ref-archived", r,
          "the " + std::string(label(r.kind)) + " " + json::quoted(resource.name) + " is archived");
    } else if (resource.status == "SAVED" && r.kind == ResourceKind::contact_flow) {
      tell("ref-unpublished", r,
           "the flow " + json::quoted(resource.name) + " was never published");
    }
  }

  void types(const Reference& r, const Resource& resource) const {
    if (r.kind != ResourceKind::contact_flow || !r.typed || resource.type.empty()) return;
    if (r.action_type == "TransferToFlow") {
      if (resource.type == "CONTACT_FLOW" || resource.type == "AGENT_TRANSFER" ||
          resource.type == "QUEUE_TRANSFER" || resource.type == "CAMPAIGN") {
        return;
      }
      tell("ref-flowtype", r,
           json::quoted(resource.name) + " is of type " + resource.type +
               ", which no flow can transfer to");
      return;
    }
    for (const Hook& hook : k_hooks) {
      if (r.parameter != "EventHooks." + std::string(hook.name) || resource.type == hook.type) {
        continue;
      }
      tell("ref-flowtype", r,
           json::quoted(resource.name) + " is of type " + resource.type + "; " +
               std::string(hook.name) + " takes " + std::string(hook.type));
    }
  }

  void names(const Reference& r, const Resource& resource) const {
    if (r.kind == ResourceKind::lex_v2_bot_alias) {
      // In a bundle the test alias is known by its name only.
      if (resource.name.ends_with("/TestBotAlias") && !r.id.ends_with("/TSTALIASID")) {
        tell("ref-testalias", r, "the bot's test alias");
      }
      // The designer notes only the alias' name of a bot.
      return;
    }
    if (resource.name.empty()) return;
    for (const DisplayName& shown : r.display_names) {
      const std::string name = check_.document.text(shown.node);
      if (shown.part != DisplayName::Part::whole || name == resource.name) continue;
      tell("name-stale", r,
           "the designer shows " + json::quoted(name) + ", the " + std::string(label(r.kind)) +
               " is called " + json::quoted(resource.name));
      return;
    }
  }

  void ambiguous(const Reference& r, const Resource& resource, const Inventory& inventory) const {
    if (resource.name.empty() || r.form == Form::name) return;
    const auto count = inventory.by_name(resource.name).size();
    if (count < 2) return;
    tell("ref-ambiguous", r,
         "there are " + std::to_string(count) + " resources of kind " +
             std::string(to_string(r.kind)) + " with the name " + json::quoted(resource.name));
  }

  /// An invocation against the module's contract. Versions and aliases may have another one.
  void call(const Reference& r) const {
    if (r.action_type != "InvokeFlowModule") return;
    if (!r.qualifier.empty() && r.qualifier != "$LATEST") return;
    const auto module = snapshot_.flows.find(r.id);
    const auto block = blocks_.find(r.action);
    if (module == snapshot_.flows.end() || block == blocks_.end()) return;
    const auto contract = contract_of(module->second.settings);
    if (!contract) return;
    const std::string name = "module " + json::quoted(module->second.name);
    undeclared(*block->second, check_.blocks.parameter(*block->second, "Input"), contract->inputs,
               "the " + name + " declares no input ");
    for (const Branch& branch : block->second->branches) {
      if (branch.kind != Branch::Kind::condition || branch.operands.size() != 1) continue;
      const json::Node& operand = check_.document.node(branch.operands.front());
      if (operand.kind != json::Kind::string) continue;
      const std::string result = check_.document.text(branch.operands.front());
      if (contract->results.count(result) > 0) continue;
      check_.report("module-contract", block->second, branch.node,
                    "the " + name + " declares no result " + json::quoted(result));
    }
  }

  void undeclared(const Block& block, std::uint32_t object, const std::set<std::string>& declared,
                  const std::string& text) const {
    const Document& document = check_.document;
    if (object == k_none || document.node(object).kind != json::Kind::object) return;
    for (std::uint32_t key = object + 1; key < document.node(object).next;
         key = document.node(key + 1).next) {
      const std::string name = document.text(key);
      if (declared.count(name) > 0) continue;
      check_.report("module-contract", &block, key, text + json::quoted(name));
    }
  }

  /// What a module returns against its own contract.
  void returns() const {
    const auto contract = contract_of(check_.flow.settings);
    if (!contract) return;
    for (const Block& block : check_.blocks.all()) {
      if (!block.is("EndFlowModuleExecution")) continue;
      const std::string result = check_.blocks.text(block, "Result");
      if (!result.empty() && !is_dynamic(result) && contract->results.count(result) == 0) {
        check_.report("module-contract", &block, check_.blocks.parameter(block, "Result"),
                      "the module's settings declare no result " + json::quoted(result));
      }
      undeclared(block, check_.blocks.parameter(block, "ResultData"), contract->data,
                 "the module's settings declare no result data ");
    }
  }

  const FlowCheck& check_;
  const Snapshot& snapshot_;
  bool listed_;
  std::unordered_map<std::string_view, const Block*> blocks_;
};

}  // namespace

void check_environment(const FlowCheck& check, const Snapshot& snapshot, bool listed) {
  EnvironmentRules(check, snapshot, listed).run();
}

}  // namespace flowferry::flow::lint
