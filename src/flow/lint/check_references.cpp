#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "flow/lint/flow_check.h"

namespace flowferry::flow::lint {

using json::k_none;

namespace {

/// Kinds whose references the service checks when a flow is published (flow-language.md 5.1).
bool checked_when_published(ResourceKind kind) {
  return kind == ResourceKind::contact_flow || kind == ResourceKind::queue ||
         kind == ResourceKind::prompt;
}

class ReferenceRules {
 public:
  explicit ReferenceRules(const FlowCheck& check) : check_(check) {
    for (const Block& block : check.blocks.all()) {
      by_identifier_.emplace(block.action->identifier, &block);
    }
  }

  void run() const {
    for (const Unmapped& place : check_.references.unmapped) {
      if (!place.in_metadata) unmapped(place);
    }
    for (const Reference& reference : check_.references.references) {
      if (!reference.in_metadata) this->reference(reference);
    }
  }

 private:
  const Block* block(const std::string& identifier) const {
    const auto found = by_identifier_.find(identifier);
    return found == by_identifier_.end() ? nullptr : found->second;
  }

  void tell(std::string_view rule, Place where, ResourceKind kind, const std::string& arn,
            std::string text, std::optional<Severity> severity = {}) const {
    const Place flow = place_of(check_.flow);
    where.kind = flow.kind;
    where.name = flow.name;
    Finding finding = finding_of(rule, std::move(where), std::move(text));
    if (severity) finding.severity = *severity;
    if (kind != ResourceKind::unknown) finding.kind = to_string(kind);
    finding.arn = arn;
    check_.out.push_back(std::move(finding));
  }

  void unmapped(const Unmapped& u) const {
    const auto say = [&](std::string_view rule, std::string text,
                         std::optional<Severity> severity = {}) {
      tell(rule, {{}, {}, u.action, u.action_type, u.parameter, u.pointer}, u.kind, u.text,
           std::move(text), severity);
    };
    const std::string kind(u.kind == ResourceKind::unknown ? "resource" : label(u.kind));
    switch (u.why) {
      case Unmapped::Why::dynamic:
        return say("ref-dynamic", "the " + kind + " is decided while the contact is handled: " +
                                      json::quoted(u.text));
      case Unmapped::Why::foreign:
        return say("ref-foreign", "the " + kind + " belongs to another account or instance");
      case Unmapped::Why::empty:
        if (u.text.empty()) return;  // value-empty
        [[fallthrough]];
      case Unmapped::Why::unreadable:
        return say(
            "ref-placeholder", json::quoted(u.text) + " stands where a " + kind + " belongs",
            checked_when_published(u.kind) ? std::nullopt : std::optional(Severity::warning));
    }
  }

  void reference(const Reference& r) const {
    const auto say = [&](std::string_view rule, std::string text) {
      tell(rule, {{}, {}, r.action, r.action_type, r.parameter, r.pointer}, r.kind, r.text,
           std::move(text));
    };
    const std::string kind(label(r.kind));
    const Block* block = this->block(r.action);
    if (!r.typed && block != nullptr && !block->open() && r.kind != ResourceKind::instance) {
      say("ref-stored", "the " + kind + " stands in " +
                            (r.parameter.empty() ? "a text" : r.parameter) +
                            ", where any text may stand");
    }
    if (is_number(r.qualifier) && r.kind != ResourceKind::lex_v1_bot && !is_managed_view(r)) {
      say("ref-version", "the " + kind + " is pinned to version " + r.qualifier);
    }
    if (r.kind == ResourceKind::lex_v2_bot_alias && r.id.ends_with("/TSTALIASID")) {
      say("ref-testalias", "the bot's test alias");
    } else if (r.kind == ResourceKind::lambda_function && r.qualifier == "$LATEST") {
      say("ref-testalias", "the function's newest code ($LATEST)");
    } else if (r.kind == ResourceKind::lex_v1_bot && lex_v1_alias(block) == "$LATEST") {
      say("ref-testalias", "the bot's newest draft ($LATEST)");
    }
    region(r, kind, say);
  }

  template <class Say>
  void region(const Reference& r, const std::string& kind, Say say) const {
    if (r.form != Form::arn || check_.instance.region.empty()) return;
    if (r.kind != ResourceKind::lambda_function && r.kind != ResourceKind::lex_v2_bot_alias) return;
    const auto arn = split_arn(r.text);
    if (!arn || arn->region.empty() || arn->region.find('$') != std::string_view::npos) return;
    if (arn->region == check_.instance.region) return;
    say("region-cross", "the " + kind + " is in " + std::string(arn->region) +
                            ", the instance in " + check_.instance.region);
  }

  static bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  }
  /// AWS's own views have no other qualifier than a number.
  static bool is_managed_view(const Reference& r) {
    return r.kind == ResourceKind::view && r.form == Form::arn &&
           r.text.find(":aws:view/") != std::string::npos;
  }
  std::string lex_v1_alias(const Block* block) const {
    if (block == nullptr) return {};
    const std::uint32_t alias =
        check_.document.member(check_.blocks.parameter(*block, "LexBot"), "Alias");
    return alias == k_none || check_.document.node(alias).kind != json::Kind::string
               ? std::string()
               : check_.document.text(alias);
  }

  const FlowCheck& check_;
  std::unordered_map<std::string_view, const Block*> by_identifier_;
};

}  // namespace

void check_references(const FlowCheck& check) {
  ReferenceRules(check).run();
}

}  // namespace flowferry::flow::lint
