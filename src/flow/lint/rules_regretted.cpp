#include "flow/lint/rule_lists.h"

namespace flowferry::flow::lint {

std::vector<Rule> regretted_rules() {
  constexpr auto W = Severity::warning;
  constexpr auto I = Severity::info;
  constexpr auto R = Family::regretted;
  constexpr auto doc = Needs::document;
  constexpr auto env = Needs::environment;
  return {
      {"account-hard", W, R, doc, "A hard-coded AWS account",
       "An account number in a text, a URL or an attribute is not a reference: it goes to the next "
       "environment unchanged.",
       "Take it from an attribute that a Lambda function sets, or replace it when the flow is "
       "carried (replace in flowferry.yaml)."},
      {"condition-shadowed", W, R, doc, "A branch that is never taken",
       "An earlier condition of the same block has the same operator and operand: the first match "
       "wins.",
       "Remove one of the two, or correct its operand."},
      {"deprecated", W, R, doc, "A block whose service ended or is about to",
       "Voice ID ended on 2026-05-20; Lex V1 is no longer offered; TransferContactToAgent stayed a "
       "beta.",
       "Remove the block; use a Lex V2 bot; transfer by queue."},
      {"disconnect-silent", W, R, doc, "Callers are cut off without a word",
       "There is a way from the start to this disconnect on which nothing was said: often the "
       "error "
       "branch of the first blocks.",
       "Lead the branch over a message such as \"please call again later\"."},
      {"email-hard", I, R, doc, "A hard-coded email address",
       "The address stays the same in every environment: mails of a test go to customers.",
       "Take it from an attribute, or replace it when the flow is carried."},
      {"error-ignored", I, R, doc, "A function's failure goes on like its success",
       "The error branch of the Lambda function (its timeout too) leads to the same block as "
       "success: what follows reads attributes that were never set.",
       "Give the error branch its own way."},
      {"error-loops", W, R, doc, "An error branch that leads back to its own block",
       "If the error persists, the block is tried again without end.",
       "Lead the branch elsewhere, or over a Loop block that counts."},
      {"error-unhandled", I, R, doc, "A block that can fail has no error branch",
       "The service does not require the branch; when the block fails, the contact is dropped.",
       "Connect the error branch."},
      {"exception-unused", I, R, env, "An exception in the configuration that matches nothing",
       "A rule or place under lint.except of flowferry.yaml was not needed: its finding is gone, "
       "or "
       "its pattern is wrong.",
       "Remove the entry."},
      {"lambda-timeout", W, R, doc, "A Lambda function may take longer than the caller waits",
       "A synchronous function has at most 8 seconds, an asynchronous one 60; the caller hears "
       "nothing meanwhile.",
       "Set InvocationTimeLimitSeconds to 8 or less, or invoke it asynchronously with a message "
       "beside."},
      {"logging-off", W, R, doc, "Flow logs are switched off",
       "Without a log nobody can tell why a contact went where it did.",
       "Set UpdateFlowLoggingBehavior to Enabled, except around sensitive input."},
      {"logging-unset", I, R, doc, "An inbound flow never sets its logging",
       "Logging stays as the calling flow left it; for the first flow of a contact that is off. "
       "Not "
       "told of flows that another flow leads to.",
       "Begin the flow with UpdateFlowLoggingBehavior."},
      {"module-circle", W, R, env, "Modules that invoke each other in a circle",
       "A module that comes back to itself fails when it runs: modules nest at most five levels.",
       "Return to the caller instead of invoking it."},
      {"module-nesting", W, R, env, "Modules nested deeper than five levels",
       "The service runs modules within modules up to five levels.",
       "Invoke the inner module from a flow, or merge two of them."},
      {"name-stale", I, R, env, "The designer shows another name than the resource has",
       "A display name in the metadata is not the name of the resource that the block uses: people "
       "believe what they read.",
       "Open the block in the designer and save, or carry the flow: names are written anew."},
      {"no-exit", W, R, doc, "A loop without an exit",
       "From these blocks no way leads to an end, a transfer or a return: contacts stay in them "
       "until they hang up.",
       "Lead one branch out of the loop, or count the rounds with a Loop block."},
      {"phone-hard", W, R, doc, "A hard-coded phone number",
       "The number is the same in every environment: a test in development calls it. A caller id "
       "must be claimed by the instance.",
       "Take it from an attribute, or replace it when the flow is carried (replace in "
       "flowferry.yaml)."},
      {"queue-unset", W, R, doc, "A transfer to queue without a queue",
       "There is a way to this block on which no queue was set. Unless a calling flow set one, the "
       "error branch is taken.",
       "Set the working queue (UpdateContactTargetQueue) before."},
      {"ref-ambiguous", W, R, env, "Several resources of one name",
       "The resource that the block uses has the name of another of its kind: by name, in a bundle "
       "or "
       "another instance, nobody can say which is meant.",
       "Give them different names, or pin the one that is meant (mapping.pin)."},
      {"ref-archived", W, R, env, "A reference to an archived flow or module",
       "What is archived cannot be run: the error branch is taken.",
       "Restore it in the console, or choose another."},
      {"ref-dynamic", I, R, doc, "A reference that is decided while the contact is handled",
       "Its value comes from an attribute, a function or a table: neither the service nor this "
       "program can check that it exists, nor carry it.",
       "Make sure that what sets the value knows each environment."},
      {"ref-foreign", W, R, doc, "A reference into another account or instance",
       "The ARN is neither of this instance nor of its account. It is left as it is when the flow "
       "is "
       "carried.",
       "Choose the resource of this instance; pin it if it is meant."},
      {"ref-stored", I, R, doc, "A reference kept in an attribute or text",
       "An id or ARN stands where any text may stand, for a later block or a function to use. It "
       "is "
       "carried like other references, but the service never checks it.",
       "Prefer a block that names the resource itself."},
      {"ref-testalias", W, R, doc, "A test alias in use",
       "TSTALIASID of a Lex bot and $LATEST of a Lex bot or a Lambda function change with every "
       "save "
       "of their developers.",
       "Use a published alias."},
      {"ref-unpublished", W, R, env, "A reference to a flow that was never published",
       "Contacts cannot be led into a flow that is only saved.", "Publish it."},
      {"ref-version", W, R, doc, "A reference to a fixed version",
       "Version numbers are given by the service, each instance counts its own: the same number is "
       "another content elsewhere.",
       "Use an alias, which each instance has under the same name."},
      {"region-cross", W, R, doc, "A function or bot of another Region",
       "Lex bots have to be in the Region of the instance; a function elsewhere costs time in "
       "every "
       "call.",
       "Choose the one of this Region."},
      {"region-hard", I, R, doc, "A hard-coded Region",
       "A Region in a text or URL is not a reference: it goes to the next environment unchanged.",
       "Use $.AwsRegion, or replace it when the flow is carried."},
      {"secret", W, R, doc, "A secret in the flow",
       "Keys and passwords in attributes or parameters can be read by everybody who can read "
       "flows, "
       "and stand in logs and contact records.",
       "Keep it in AWS Secrets Manager and read it in the Lambda function."},
      {"store-plain", W, R, doc, "Customer input is stored unencrypted while logging is on",
       "What callers key in (card numbers, PINs) stands in the flow log.",
       "Encrypt it (InputEncryption), or switch logging off before this block."},
      {"transfer-chain", W, R, env, "A long chain of transfers from flow to flow",
       "A contact passes through more than 8 flows in a row: nobody can follow it, and each "
       "transfer "
       "is a point of failure.",
       "Use modules for what is shared, and merge flows that always follow each other."},
      {"transfer-circle", W, R, env, "Flows that transfer to each other without an exit",
       "None of the flows in this circle ends, queues or returns anywhere: contacts go round until "
       "they hang up.",
       "Give one of them an end."},
      {"unreachable", W, R, doc, "A block that nothing leads to",
       "It never runs. Its references are still checked and carried like all others.",
       "Connect it or delete it."},
      {"unused-flow", I, R, env, "No flow sets this queue, hold or whisper flow",
       "Customer queue, hold and whisper flows take part only when another flow sets them "
       "(UpdateContactEventHooks).",
       "Archive it, unless something outside of the flows sets it."},
      {"unused-module", W, R, env, "No flow invokes this module",
       "Modules run only where a flow invokes them (or where external invocation is enabled). An "
       "information where some flow invokes modules by a dynamic value.",
       "Archive it."},
      {"url-hard", I, R, doc, "A hard-coded URL or bucket",
       "The address stays the same in every environment.",
       "Take it from an attribute, or replace it when the flow is carried."},
  };
}

}  // namespace flowferry::flow::lint
