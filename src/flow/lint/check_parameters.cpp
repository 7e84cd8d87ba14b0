#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "flow/lint/flow_check.h"

namespace flowferry::flow::lint {

using json::k_none;
using json::Kind;

namespace {

constexpr std::size_t k_most_tags = 6;
constexpr std::array<std::string_view, 10> k_hooks = {
    "AgentHold",       "AgentWhisper",   "CustomerHold",      "CustomerQueue", "CustomerRemaining",
    "CustomerWhisper", "DefaultAgentUI", "DisconnectAgentUI", "PauseContact",  "ResumeContact"};

/// The parameters of one block whose type is known.
class BlockParameters {
 public:
  BlockParameters(const FlowCheck& check, const Block& block)
      : check_(check), document_(check.document), block_(block), spec_(*block.spec) {}

  void run() const {
    required();
    choice(block_.action->parameters, spec_.one_of, spec_.one_of_required);
    members();
    if (block_.is("GetParticipantInput")) participant_input();
    if (block_.is("MessageParticipantIteratively")) messages();
    if (block_.is("ConnectParticipantWithLexBot")) bot();
    if (block_.is("CreateTask")) task();
    if (block_.is("TagContact")) tags();
    if (block_.is("UpdateContactEventHooks")) hooks();
  }

 private:
  std::uint32_t member(std::string_view name) const {
    return document_.member(block_.action->parameters, name);
  }
  bool has(std::string_view name) const { return member(name) != k_none; }
  std::uint32_t size(std::uint32_t container) const {
    std::uint32_t count = 0;
    for (std::uint32_t i = container + 1; i < document_.node(container).next;
         i = document_.node(i).next) {
      ++count;
    }
    return document_.node(container).kind == Kind::object ? count / 2 : count;
  }
  std::uint32_t whole() const {
    return block_.action->parameters == k_none ? block_.action->node : block_.action->parameters;
  }

  void missing(std::string_view name) const {
    check_.report("parameter-missing", &block_, whole(),
                  block_.action->type + " needs the parameter " + std::string(name));
  }

  void required() const {
    for (const ParameterSpec& parameter : spec_.parameters) {
      if (!parameter.required || has(parameter.name)) continue;
      if (parameter.name == "EventHooks" && has("EventHooksConfiguration")) continue;
      missing(parameter.name);
    }
  }

  void choice(std::uint32_t object, const std::vector<std::string_view>& names, bool needed) const {
    if (names.empty()) return;
    std::vector<std::string> given;
    for (const std::string_view name : names) {
      if (document_.member(object, name) != k_none) given.emplace_back(name);
    }
    const std::vector<std::string> all(names.begin(), names.end());
    const std::uint32_t where = object == k_none ? whole() : object;
    if (given.size() > 1) {
      check_.report("parameter-choice", &block_, where,
                    "only one of these may be there: " + join(given, ", "));
    } else if (given.empty() && needed) {
      check_.report("parameter-choice", &block_, where,
                    "one of these must be there: " + join(all, ", "));
    }
  }

  void members() const {
    const std::uint32_t parameters = block_.action->parameters;
    if (parameters == k_none || spec_.open) return;
    for (std::uint32_t key = parameters + 1; key < document_.node(parameters).next;
         key = document_.node(key + 1).next) {
      const std::string name = document_.text(key);
      if (const ParameterSpec* known = spec_.parameter(name)) {
        value(*known, key + 1);
      } else if (spec_.parameter("*") == nullptr) {
        unknown(name, key);
      }
    }
  }

  void unknown(const std::string& name, std::uint32_t key) const {
    const std::string_view instead = instead_of_parameter(block_.action->type, name);
    std::string help(instead);
    if (help.empty()) {
      std::vector<std::string> names;
      for (const ParameterSpec& parameter : spec_.parameters) names.emplace_back(parameter.name);
      const auto closest = closest_names(name, names, 1);
      if (!closest.empty()) help = "did you mean " + closest.front() + "?";
    }
    check_.report("parameter-unknown", &block_, key,
                  block_.action->type + " has no parameter " + json::quoted(name),
                  instead.empty() ? std::optional(Severity::warning) : std::nullopt,
                  std::move(help));
  }

  void value(const ParameterSpec& parameter, std::uint32_t node) const {
    if (document_.node(node).kind != Kind::string) return;
    const std::string text = document_.text(node);
    if (text.empty()) return;
    form(parameter, node, text);
    if (is_dynamic(text)) return;
    if (!parameter.words.empty()) {
      const bool known = std::any_of(
          parameter.words.begin(), parameter.words.end(),
          [&](std::string_view word) { return equals_ignoring_ascii_case(word, text); });
      if (known) return;
      const std::vector<std::string> words(parameter.words.begin(), parameter.words.end());
      check_.report("parameter-invalid", &block_, node,
                    std::string(parameter.name) + " does not take " + json::quoted(text), {},
                    "write one of " + join(words, ", "));
    } else if (parameter.most >= parameter.least) {
      long long number = 0;
      const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (code == std::errc() && end == text.data() + text.size() && number >= parameter.least &&
          number <= parameter.most) {
        return;
      }
      check_.report("parameter-invalid", &block_, node,
                    std::string(parameter.name) + " does not take " + json::quoted(text),
                    Severity::warning,
                    "write a number from " + std::to_string(parameter.least) + " to " +
                        std::to_string(parameter.most));
    }
  }

  void form(const ParameterSpec& parameter, std::uint32_t node, const std::string& text) const {
    const ValueForm wanted = value_form(block_.action->type, parameter.name);
    if (wanted == ValueForm::any || is_dynamic(text) == (wanted == ValueForm::dynamic)) return;
    check_.report("parameter-form", &block_, node,
                  std::string(parameter.name) + (wanted == ValueForm::fixed
                                                     ? " is dynamic; it takes a fixed value"
                                                     : " is fixed; it takes a JSONPath"));
  }

  void participant_input() const {
    // The block "Set touchtone buffer behavior" is the same type in another form.
    if (has("EnableDTMFBuffer")) return;
    if (!has("StoreInput")) missing("StoreInput");
    if (!has("InputTimeLimitSeconds")) missing("InputTimeLimitSeconds");
    const std::uint32_t validation = member("InputValidation");
    if (is_true(check_.blocks.text(block_, "StoreInput")) && validation == k_none) {
      missing("InputValidation");
    }
    if (const std::uint32_t encryption = member("InputEncryption");
        encryption != k_none && document_.member(validation, "CustomValidation") == k_none) {
      check_.report("parameter-unknown", &block_, encryption,
                    "InputEncryption is only for input with CustomValidation", Severity::warning);
    }
  }

  void messages() const {
    const std::uint32_t list = member("Messages");
    if (list == k_none || document_.node(list).kind != Kind::array) return;
    for (std::uint32_t i = list + 1; i < document_.node(list).next; i = document_.node(i).next) {
      if (document_.node(i).kind == Kind::object) {
        choice(i, {"Text", "SSML", "PromptId", "Media"}, true);
      }
    }
  }

  void bot() const { choice(block_.action->parameters, {"LexV2Bot", "LexBot"}, true); }

  void task() const {
    if (!has("ContactFlowId") && !has("TaskTemplateId")) missing("ContactFlowId");
  }

  void tags() const {
    const std::uint32_t tags = member("Tags");
    if (tags == k_none || document_.node(tags).kind != Kind::object) return;
    if (const std::uint32_t count = size(tags); count > k_most_tags) {
      check_.report("tags-too-many", &block_, tags,
                    "the block sets " + std::to_string(count) + " tags; the service takes " +
                        std::to_string(k_most_tags));
    }
  }

  void hooks() const {
    const std::uint32_t hooks = member("EventHooks");
    if (hooks == k_none || document_.node(hooks).kind != Kind::object) return;
    for (std::uint32_t key = hooks + 1; key < document_.node(hooks).next;
         key = document_.node(key + 1).next) {
      const std::string name = document_.text(key);
      if (std::find(k_hooks.begin(), k_hooks.end(), name) == k_hooks.end()) {
        check_.report("hook-unknown", &block_, key, "there is no event hook " + json::quoted(name));
      }
    }
    if (const std::uint32_t count = size(hooks); count != 1) {
      check_.report("hook-unknown", &block_, hooks,
                    "the block sets " + std::to_string(count) + " event hooks instead of one");
    }
  }

  const FlowCheck& check_;
  const Document& document_;
  const Block& block_;
  const ActionSpec& spec_;
};

}  // namespace

void check_parameters(const FlowCheck& check) {
  for (const Block& block : check.blocks.all()) {
    if (!block.open()) BlockParameters(check, block).run();
  }
}

}  // namespace flowferry::flow::lint
