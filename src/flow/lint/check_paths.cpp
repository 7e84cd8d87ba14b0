// Ways through a flow: loops without an exit, silent ends, transfers without a queue.
#include <algorithm>

#include "flow/lint/flow_check.h"

namespace flowferry::flow::lint {

using json::k_none;

namespace {

using Kind = Branch::Kind;

/// Where contacts stay until somebody takes them out: loops are their purpose.
constexpr FlowTypes k_waiting = k_customer_queue | k_customer_hold | k_agent_hold;
constexpr FlowTypes k_talking =
    k_inbound | k_customer_queue | k_agent_transfer | k_queue_transfer | k_campaign;

bool leaves(const Block& block) {
  if (block.open() || block.spec->ending == Ending::ends) return true;
  for (const char* type :
       {"TransferContactToQueue", "DequeueContactAndTransferToQueue", "TransferToFlow",
        "TransferParticipantToThirdParty", "InvokeFlowModule"}) {
    if (block.is(type)) return true;
  }
  // A dead end ends the flow too.
  return std::none_of(block.branches.begin(), block.branches.end(),
                      [](const Branch& b) { return b.target != k_no_block; });
}

void check_exit(const FlowCheck& check) {
  if ((check.type & k_waiting) != 0) return;
  const auto& blocks = check.blocks.all();
  const auto can_leave = check.blocks.leading_to(leaves);
  std::vector<char> told(blocks.size(), 0);
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    if (!blocks[i].reachable || can_leave[i] != 0 || told[i] != 0) continue;
    // One finding for each set of blocks that hang together.
    const auto inside = check.blocks.reached({i}, [](const Block&, const Branch&) { return true; });
    std::size_t size = 0;
    bool leads_into_one = false;
    for (std::uint32_t k = 0; k < blocks.size(); ++k) {
      if (inside[k] == 0) continue;
      leads_into_one = leads_into_one || told[k] != 0;
      told[k] = 1;
      ++size;
    }
    if (leads_into_one) continue;
    check.report("no-exit", &blocks[i], blocks[i].action->node,
                 "no way leads from here to an end, a transfer or a return (" +
                     std::to_string(size) + (size == 1 ? " block)" : " blocks)"));
  }
}

bool speaks(const Block& block) {
  if (block.open()) return true;
  for (const char* type : {"MessageParticipant", "MessageParticipantIteratively",
                           "GetParticipantInput", "ConnectParticipantWithLexBot", "ShowView",
                           "InvokeFlowModule", "TransferParticipantToThirdParty", "Wait"}) {
    if (block.is(type)) return true;
  }
  return false;
}

void check_silence(const FlowCheck& check) {
  if ((check.type & k_talking) == 0 || check.blocks.start() == k_no_block) return;
  const auto silent = check.blocks.reached(
      {check.blocks.start()}, [](const Block& block, const Branch&) { return !speaks(block); });
  for (std::uint32_t i = 0; i < silent.size(); ++i) {
    const Block& block = check.blocks.all()[i];
    if (silent[i] == 0 || !block.is("DisconnectParticipant")) continue;
    check.report("disconnect-silent", &block, block.action->node,
                 "a way leads here on which the customer heard nothing");
  }
}

/// A module may set the queue; so may what is not known.
bool sets_queue(const Block& block, const Branch& branch) {
  if (block.is("UpdateContactTargetQueue")) return branch.kind == Kind::next;
  return block.open() || block.is("InvokeFlowModule");
}

void check_queue(const FlowCheck& check) {
  if (check.type != k_inbound || check.blocks.start() == k_no_block) return;
  const auto unset = check.blocks.reached(
      {check.blocks.start()},
      [](const Block& block, const Branch& branch) { return !sets_queue(block, branch); });
  for (std::uint32_t i = 0; i < unset.size(); ++i) {
    const Block& block = check.blocks.all()[i];
    if (unset[i] == 0 || !block.is("TransferContactToQueue")) continue;
    check.report("queue-unset", &block, block.action->node,
                 "a way leads here on which no queue was set");
  }
}

bool switches_logging(const FlowCheck& check, const Block& block, bool on) {
  return block.is("UpdateFlowLoggingBehavior") &&
         check.blocks.text(block, "FlowLoggingBehavior") == (on ? "Enabled" : "Disabled");
}

void check_logging(const FlowCheck& check) {
  const auto& blocks = check.blocks.all();
  bool set = false;
  for (const Block& block : blocks) {
    if (!block.reachable) continue;
    set = set || block.is("UpdateFlowLoggingBehavior") || block.is("InvokeFlowModule");
    if (switches_logging(check, block, false)) {
      check.report("logging-off", &block, check.blocks.parameter(block, "FlowLoggingBehavior"),
                   "flow logs are switched off here");
    }
  }
  if (!set && check.type == k_inbound && check.blocks.start() != k_no_block) {
    check.report("logging-unset", nullptr, k_none, "no block sets the logging behaviour");
  }
}

void check_stored_input(const FlowCheck& check) {
  const auto& blocks = check.blocks.all();
  std::vector<std::uint32_t> logging;
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].reachable && switches_logging(check, blocks[i], true)) logging.push_back(i);
  }
  if (logging.empty()) return;
  const auto logged = check.blocks.reached(logging, [&](const Block& block, const Branch&) {
    return !switches_logging(check, block, false);
  });
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    const Block& block = blocks[i];
    if (logged[i] == 0 || !block.is("GetParticipantInput") ||
        !is_true(check.blocks.text(block, "StoreInput"))) {
      continue;
    }
    const std::uint32_t validation = check.blocks.parameter(block, "InputValidation");
    if (check.document.member(validation, "CustomValidation") == k_none ||
        check.blocks.parameter(block, "InputEncryption") != k_none) {
      continue;
    }
    check.report("store-plain", &block, block.action->node,
                 "what the customer keys in is stored unencrypted, and logged");
  }
}

void check_lambda(const FlowCheck& check) {
  for (const Block& block : check.blocks.all()) {
    if (!block.is("InvokeLambdaFunction")) continue;
    std::uint32_t next = k_no_block;
    for (const Branch& branch : block.branches) {
      if (branch.kind == Kind::next) next = branch.target;
      if (branch.kind == Kind::error && branch.target == next && next != k_no_block) {
        check.report("error-ignored", &block, branch.node,
                     "the function's failure and timeout go on like its success");
        break;
      }
    }
    const std::string text = check.blocks.text(block, "InvocationTimeLimitSeconds");
    const bool waits = check.blocks.text(block, "InvocationType") != "ASYNCHRONOUS";
    const int most = waits ? 8 : 60;
    const bool number = !text.empty() && text.size() < 9 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    if (number && std::stoi(text) > most) {
      check.report(
          "lambda-timeout", &block, check.blocks.parameter(block, "InvocationTimeLimitSeconds"),
          "the function may take " + text + " seconds; the service waits " + std::to_string(most));
    }
  }
}

void check_deprecated(const FlowCheck& check) {
  for (const Block& block : check.blocks.all()) {
    const auto tell = [&](std::uint32_t node, std::string text, std::string help,
                          std::optional<Severity> severity = {}) {
      check.report("deprecated", &block, node, std::move(text), severity, std::move(help));
    };
    if (block.is("CheckVoiceId") || block.is("StartVoiceIdStream")) {
      tell(block.action->node, "Voice ID ended on 2026-05-20", "remove the block");
    } else if (block.is("TransferContactToAgent")) {
      tell(block.action->node, "TransferContactToAgent is a beta",
           "set the agent by UpdateContactTargetQueue, then transfer to queue", Severity::info);
    } else if (const std::uint32_t bot = check.blocks.parameter(block, "LexBot"); bot != k_none) {
      tell(bot, "Lex V1 bots are no longer offered", "use a Lex V2 bot (LexV2Bot)");
    }
  }
}

}  // namespace

void check_paths(const FlowCheck& check) {
  check_exit(check);
  check_silence(check);
  check_queue(check);
  check_logging(check);
  check_stored_input(check);
  check_lambda(check);
  check_deprecated(check);
}

}  // namespace flowferry::flow::lint
