#include "flow/display_names.h"

#include <algorithm>

namespace flowferry::flow {
namespace {

using json::k_none;
using json::Kind;
using Part = DisplayName::Part;

class Collector {
 public:
  Collector(const Document& document, const Reference& reference, const TokenPlace& place,
            const std::vector<Step>& steps)
      : document_(document), reference_(reference), place_(place), steps_(steps) {}

  std::vector<DisplayName> run() {
    if (!reference_.whole) return {};
    if (place_.in_metadata) {
      beside();
    } else if (place_.in_parameters && place_.entry != k_none) {
      mirrored();
      old_style();
    }
    return std::move(out_);
  }

 private:
  std::uint32_t member(std::uint32_t object, std::string_view name) const {
    return document_.member(object, name);
  }

  bool is_text(std::uint32_t node) const {
    return node != k_none && document_.node(node).kind == Kind::string &&
           !json::raw_string(document_.bytes(), document_.node(node)).empty();
  }

  void add(std::uint32_t node, Part part = Part::whole) {
    if (!is_text(node)) return;
    const bool known =
        std::any_of(out_.begin(), out_.end(), [&](const DisplayName& d) { return d.node == node; });
    if (!known) out_.push_back({node, part});
  }

  bool is_lex() const { return reference_.kind == ResourceKind::lex_v2_bot_alias; }

  /// A reference in the metadata itself: `text` beside `id`.
  void beside() {
    if (steps_.empty() || steps_.back().key == k_none) return;
    const std::uint32_t parent = steps_.back().container;
    const json::Node& key = document_.node(steps_.back().key);
    if (reference_.is_key) {  // requestFieldsOptions: {"<field id>": "field name"}
      add(steps_.back().value);
    } else if (json::string_equals(document_.bytes(), key, "id")) {
      if (is_lex()) {
        lex_text(member(parent, "text"));
      } else {
        add(member(parent, "text"));
      }
    } else if (json::string_equals(document_.bytes(), key, "aiAgentVersionArn")) {
      add(member(parent, "aiAgentName"));
    }
  }

  /// `text` beside the `id` of a Lex bot alias shows the bot or the alias: the names that other
  /// members give tell which.
  void lex_text(std::uint32_t node) {
    if (!is_text(node)) return;
    const std::string text = document_.text(node);
    for (const auto& [name, part] : {std::pair{"lexV2BotAliasName", Part::after_slash},
                                     std::pair{"lexV2BotName", Part::before_slash}}) {
      const std::uint32_t known = member(place_.entry, name);
      if (is_text(known) && document_.text(known) == text) return add(node, part);
    }
  }

  /// displayName at the parameter's own path below `parameters` of the action's entry.
  void mirrored() {
    std::uint32_t at = member(place_.entry, "parameters");
    for (std::size_t i = place_.parameter_step; i < steps_.size() && at != k_none; ++i) {
      at = child(at, steps_[i]);
    }
    if (reference_.is_key) return;  // The name there is the value's, not the field's.
    add(member(at, "displayName"), is_lex() ? Part::after_slash : Part::whole);
    if (is_lex()) add(member(at, "lexV2BotName"), Part::before_slash);
    if (reference_.kind == ResourceKind::ai_agent) add(member(at, "aiAgentName"));
  }

  std::uint32_t child(std::uint32_t node, const Step& step) const {
    if (step.key != k_none) return member(node, document_.text(step.key));
    return item(node, step.index);
  }

  std::uint32_t item(std::uint32_t node, std::size_t index) const {
    if (node == k_none || document_.node(node).kind != Kind::array) return k_none;
    std::uint32_t i = node + 1;
    for (; i < document_.node(node).next; i = document_.node(i).next) {
      if (index-- == 0) return i;
    }
    return k_none;
  }

  /// The old designer's members, by what is referred to.
  void old_style() {
    if (!reference_.typed) return;  // In free places they would be another reference's.
    const std::uint32_t entry = place_.entry;
    switch (reference_.kind) {
      case ResourceKind::queue:
      case ResourceKind::user:
        named(member(entry, "queue"));
        break;
      case ResourceKind::contact_flow:
        named(member(entry, "ContactFlow"));
        named(member(entry, "contactFlow"));
        break;
      case ResourceKind::hours_of_operation:
        named(member(entry, "Hours"));
        break;
      case ResourceKind::flow_module:
        add(member(entry, "contactFlowModuleName"));
        break;
      case ResourceKind::case_template:
        add(member(entry, "templateName"));
        break;
      case ResourceKind::ai_agent:
        add(member(entry, "aiAgentName"));
        break;
      case ResourceKind::prompt:
        prompt();
        break;
      case ResourceKind::lex_v2_bot_alias:
        add(member(entry, "lexV2BotName"), Part::before_slash);
        add(member(entry, "lexV2BotAliasName"), Part::after_slash);
        break;
      default:
        break;
    }
  }

  /// {"id": ..., "text": name}, or the name alone. With an id, `text` is that id's name.
  void named(std::uint32_t node) {
    if (node == k_none) return;
    if (document_.node(node).kind == Kind::object) {
      if (!is_text(member(node, "id"))) add(member(node, "text"));
      return;
    }
    if (!is_text(node)) return;
    const std::string text = document_.text(node);
    if (!text.starts_with('$') && !text.starts_with("arn:")) add(node);
  }

  void prompt() {
    const std::uint32_t entry = place_.entry;
    const std::uint32_t audio = member(entry, "audio");
    const bool of_list = steps_.size() > place_.parameter_step + 1 &&
                         steps_[place_.parameter_step + 1].key == k_none;
    const std::size_t index = of_list ? steps_[place_.parameter_step + 1].index : 0;
    if (!of_list) add(member(entry, "promptName"));
    const std::uint32_t sound = item(audio, index);
    named_object(sound);
    named_object(member(sound, "prompt"));
  }

  void named_object(std::uint32_t node) {
    if (node != k_none && document_.node(node).kind == Kind::object) named(node);
  }

  const Document& document_;
  const Reference& reference_;
  const TokenPlace& place_;
  const std::vector<Step>& steps_;
  std::vector<DisplayName> out_;
};

}  // namespace

std::vector<DisplayName> display_names(const Document& document, const Reference& reference,
                                       const TokenPlace& place, const std::vector<Step>& steps) {
  return Collector(document, reference, place, steps).run();
}

bool is_claimed_number(const Document& document, const TokenPlace& place,
                       const std::vector<Step>& steps) {
  const auto is = [&](std::uint32_t node, std::string_view word) {
    return node != k_none && json::string_equals(document.bytes(), document.node(node), word);
  };
  if (place.entry == k_none) return false;
  if (is(document.member(place.entry, "callerIdSource"), "claimed")) return true;
  std::uint32_t at = document.member(place.entry, "parameters");
  for (std::size_t i = place.parameter_step; i < steps.size(); ++i) {
    if (steps[i].key == k_none) return false;
    at = document.member(at, document.text(steps[i].key));
  }
  return is(document.member(at, "inputOption"), "claimed");
}

}  // namespace flowferry::flow
