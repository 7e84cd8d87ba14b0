// Texts in parameters and operands: empty ones, and those that belong to one environment.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "flow/lint/flow_check.h"
#include "flow/lint/value_shapes.h"

namespace flowferry::flow::lint {

using json::k_none;
using json::Kind;

namespace {

/// The values of one block.
class BlockValues {
 public:
  BlockValues(const FlowCheck& check, const Block& block, const std::set<std::uint32_t>& references)
      : check_(check), document_(check.document), block_(block), references_(references) {}

  void run() const {
    const std::uint32_t parameters = block_.action->parameters;
    if (parameters != k_none) {
      for (std::uint32_t key = parameters + 1; key < document_.node(parameters).next;
           key = document_.node(key + 1).next) {
        below(document_.text(key), key + 1);
      }
    }
    for (const Branch& branch : block_.branches) {
      for (const std::uint32_t operand : branch.operands) {
        if (is_empty(operand)) {
          check_.report("value-empty", &block_, operand, "the condition's operand is empty");
        }
      }
    }
  }

 private:
  bool is_empty(std::uint32_t node) const {
    const json::Node& token = document_.node(node);
    return token.kind == Kind::string && token.end - token.begin == 2;
  }

  /// Everything in the parameter `name`, whose value is `node`.
  void below(const std::string& name, std::uint32_t node) const {
    // Module contracts and views give their values types; of routing criteria it is not known.
    const bool typed =
        name == "ViewData" || name == "Input" || name == "ResultData" || name == "RoutingCriteria";
    for (std::uint32_t i = node; i < document_.node(node).next; ++i) {
      const json::Node& token = document_.node(i);
      if (token.is_key) continue;
      if (token.kind == Kind::number || token.kind == Kind::boolean) {
        if (typed) continue;
        check_.report("value-type", &block_, i,
                      token.kind == Kind::number ? "a number stands where a text belongs"
                                                 : "a boolean stands where a text belongs",
                      block_.open() ? std::optional(Severity::warning) : std::nullopt);
      } else if (token.kind == Kind::string) {
        if (is_empty(i)) {
          check_.report("value-empty", &block_, i, "the value is empty",
                        block_.open() || name == "ViewData" ? std::optional(Severity::warning)
                                                            : std::nullopt);
        } else {
          // The name before a value is its member's; of an item in a list the parameter's.
          text(i, document_.node(i - 1).is_key ? document_.text(i - 1) : name);
        }
      }
    }
  }

  void text(std::uint32_t node, const std::string& name) const {
    const std::string value = document_.text(node);
    if (is_dynamic(value)) return;
    const auto tell = [&](std::string_view rule, std::string text) {
      check_.report(rule, &block_, node, std::move(text));
    };
    secret(node, name, value);
    if (references_.count(node) > 0 || value.starts_with("arn:")) return;
    if (is_phone_number(value)) return tell("phone-hard", "the phone number " + value);
    if (is_email_address(value)) return tell("email-hard", "the address " + value);
    const std::string url = find_url(value);
    if (!url.empty()) tell("url-hard", "the address " + url);
    if (const std::string region = find_region(value);
        !region.empty() && !(block_.is("ConnectParticipantWithLexBot") && name == "Region")) {
      tell("region-hard", "the Region " + region);
    }
    if (const std::string account = find_account(value, check_.instance.account);
        !account.empty()) {
      tell("account-hard", "the account " + account);
    }
  }

  void secret(std::uint32_t node, const std::string& name, const std::string& value) const {
    // The key of InputEncryption is a public one.
    if (block_.is("GetParticipantInput") && name == "Key") return;
    const std::string_view what = secret_in(name, value);
    if (what.empty()) return;
    // What it is stands there; the secret itself is never repeated.
    check_.report("secret", &block_, node, std::string(what) + " stands in the flow");
  }

  const FlowCheck& check_;
  const Document& document_;
  const Block& block_;
  const std::set<std::uint32_t>& references_;
};

}  // namespace

void check_values(const FlowCheck& check) {
  std::set<std::uint32_t> references;
  for (const Reference& reference : check.references.references) {
    if (reference.whole && reference.form != Form::name) references.insert(reference.node);
  }
  for (const Block& block : check.blocks.all()) BlockValues(check, block, references).run();
}

}  // namespace flowferry::flow::lint
