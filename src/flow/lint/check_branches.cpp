#include <algorithm>
#include <array>
#include <set>

#include "flow/lint/flow_check.h"

namespace flowferry::flow::lint {

using json::k_none;
using json::Kind;

namespace {

constexpr std::array<std::string_view, 9> k_operators = {
    "Equals",         "TextStartsWith",      "TextEndsWith",
    "TextContains",   "NumberGreaterThan",   "NumberGreaterOrEqualTo",
    "NumberLessThan", "NumberLessOrEqualTo", "KeyExists"};

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_key(std::string_view operand) {
  return operand.size() == 1 && operand.find_first_of("0123456789*#") == 0;
}

/// The branches of one block whose type is known.
class BlockBranches {
 public:
  BlockBranches(const FlowCheck& check, const Block& block)
      : check_(check), document_(check.document), block_(block), spec_(*block.spec) {}

  void run() {
    if (spec_.ending == Ending::ends) return terminal();
    if (spec_.open) return;
    next();
    errors();
    conditions();
  }

 private:
  std::uint32_t list(std::string_view name) const {
    const std::uint32_t node = document_.member(block_.transitions, name);
    return node == k_none ? block_.action->node : node;
  }

  void terminal() const {
    if (block_.branches.empty()) return;
    check_.report("terminal-transitions", &block_, block_.transitions,
                  block_.action->type + " ends the flow and takes no transitions");
  }

  void next() const {
    if (spec_.ending != Ending::goes_on || block_.transitions == k_none) return;
    if (document_.member(block_.transitions, "NextAction") != k_none) return;
    check_.report("next-missing", &block_, block_.transitions,
                  block_.action->type + " does not say what comes next");
  }

  /// The table's errors, as this block's parameters change them.
  void expected_errors() {
    required_ = spec_.required_errors;
    allowed_ = spec_.other_errors;
    refused_ = spec_.unlisted == OtherErrors::refused;
    if (block_.is("GetParticipantInput")) {
      if (document_.member(block_.action->parameters, "EnableDTMFBuffer") != k_none) return;
      if (!is_true(text("StoreInput"))) {
        required_ = {"NoMatchingCondition", "InputTimeLimitExceeded", "NoMatchingError"};
        return;
      }
      required_ = {"NoMatchingError"};
      allowed_ = {};
      refused_ = true;
      const std::uint32_t validation =
          document_.member(block_.action->parameters, "InputValidation");
      if (document_.member(validation, "PhoneNumberValidation") != k_none) {
        allowed_ = {"InvalidPhoneNumber"};
      }
    } else if (block_.is("TransferParticipantToThirdParty")) {
      const std::string goes_on = text("ContinueFlowExecution");
      if (is_dynamic(goes_on)) return;
      if (is_true(goes_on) && check_.type != k_agent_transfer) {
        required_ = {"CallFailed", "ConnectionTimeLimitExceeded"};
      } else {
        allowed_ = {"NoMatchingError"};
        refused_ = true;
      }
    } else if (block_.is("UpdateContactRecordingAndAnalyticsBehavior")) {
      if (document_.member(block_.action->parameters, "ChatBehavior") != k_none) {
        required_.push_back("InFlightRedactionConfigurationFailed");
      } else {
        allowed_ = {};
        refused_ = true;
      }
    } else if (block_.is("CreateCase") && is_true(text("LinkContactToCase"))) {
      required_.push_back("ContactNotLinked");
    }
  }

  std::string text(std::string_view name) const { return check_.blocks.text(block_, name); }

  void errors() {
    expected_errors();
    std::set<std::string_view> given;
    for (const Branch& branch : block_.branches) {
      if (branch.kind != Branch::Kind::error) continue;
      given.insert(branch.error);
      if (contains(required_, branch.error) || contains(allowed_, branch.error)) continue;
      check_.report("error-refused", &block_, branch.node,
                    block_.action->type + " has no error " + json::quoted(branch.error),
                    refused_ || !is_error_type(branch.error) ? std::nullopt
                                                             : std::optional(Severity::warning));
    }
    for (const std::string_view error : required_) {
      if (given.count(error) > 0) continue;
      check_.report("error-required", &block_, list("Errors"),
                    block_.action->type + " needs a branch for the error " + std::string(error));
    }
    const bool can_fail = contains(allowed_, "NoMatchingError");
    if (can_fail && given.count("NoMatchingError") == 0) {
      check_.report("error-unhandled", &block_, list("Errors"),
                    "if " + block_.action->type + " fails, nothing catches it");
    }
  }

  void conditions() {
    std::set<std::pair<std::string, std::string>> seen;
    std::set<std::string> operands;
    bool any = false;
    for (const Branch& branch : block_.branches) {
      if (branch.kind != Branch::Kind::condition) continue;
      any = true;
      const auto problem = problem_of(branch);
      if (!problem.empty()) {
        check_.report("condition-invalid", &block_, branch.node, problem);
        continue;
      }
      const std::string operand = document_.text(branch.operands.front());
      operands.insert(operand);
      if (block_.is("GetParticipantInput") && !is_key(operand) && !operand.empty()) {
        check_.report("condition-invalid", &block_, branch.node,
                      "the menu has no key " + json::quoted(operand), Severity::warning,
                      "write one of 0 to 9, * and #");
      }
      if (!seen.emplace(branch.operation, operand).second) {
        check_.report(
            "condition-shadowed", &block_, branch.node,
            "an earlier condition also asks for " + branch.operation + " " + json::quoted(operand));
      }
    }
    const bool stores = block_.is("GetParticipantInput") && is_true(text("StoreInput"));
    if (any && (!spec_.conditions || stores)) {
      check_.report(
          "condition-refused", &block_, list("Conditions"),
          block_.action->type + " has no conditions" + (stores ? " when it stores the input" : ""));
      return;
    }
    if (block_.is("CheckHoursOfOperation")) needs(operands, {"True", "False"});
    if (block_.is("Loop")) needs(operands, {"ContinueLooping", "DoneLooping"});
  }

  std::string problem_of(const Branch& branch) const {
    if (std::find(k_operators.begin(), k_operators.end(), branch.operation) == k_operators.end()) {
      return branch.operation.empty() ? "the condition has no operator"
                                      : "there is no operator " + json::quoted(branch.operation);
    }
    if (branch.operands.size() != 1) {
      return "the condition has " + std::to_string(branch.operands.size()) +
             " operands instead of one";
    }
    if (document_.node(branch.operands.front()).kind != Kind::string) {
      return "the condition's operand is no string";
    }
    return {};
  }

  void needs(const std::set<std::string>& given, std::initializer_list<const char*> wanted) const {
    for (const char* operand : wanted) {
      if (given.count(operand) > 0) continue;
      check_.report("condition-missing", &block_, list("Conditions"),
                    block_.action->type + " has no branch for " + operand);
    }
  }

  const FlowCheck& check_;
  const Document& document_;
  const Block& block_;
  const ActionSpec& spec_;
  std::vector<std::string_view> required_;
  std::vector<std::string_view> allowed_;
  bool refused_ = false;
};

}  // namespace

void check_branches(const FlowCheck& check) {
  for (const Block& block : check.blocks.all()) {
    if (block.spec != nullptr) BlockBranches(check, block).run();
    for (const Branch& branch : block.branches) {
      if (branch.kind == Branch::Kind::error && branch.target != k_no_block &&
          &check.blocks.all()[branch.target] == &block) {
        check.report("error-loops", &block, branch.node,
                     "the error branch leads back to the same block");
      }
    }
  }
}

}  // namespace flowferry::flow::lint
