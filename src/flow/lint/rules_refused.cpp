#include "flow/lint/rule_lists.h"

namespace flowferry::flow::lint {

std::vector<Rule> refused_rules() {
  constexpr auto E = Severity::error;
  constexpr auto W = Severity::warning;
  constexpr auto R = Family::refused;
  constexpr auto doc = Needs::document;
  constexpr auto env = Needs::environment;
  return {
      {"action-incomplete", E, R, doc, "A block lacks its identifier, type or transitions",
       "Every action has the members Identifier, Type and Transitions. Without Identifier or Type "
       "publishing is refused; a missing Transitions was refused for DisconnectParticipant "
       "(warning).",
       "Add the member; of a block that ends the flow it is \"Transitions\": {}."},
      {"condition-invalid", E, R, doc, "A condition that the service does not read",
       "A condition has one of the operators Equals, TextStartsWith, TextEndsWith, TextContains, "
       "NumberGreaterThan, NumberGreaterOrEqualTo, NumberLessThan, NumberLessOrEqualTo, KeyExists, "
       "and one operand, which is a string. The service refuses And, Or and Not and a second "
       "operand, although a page documents them. A menu goes on by one key (a warning).",
       "Split the condition into several, each with one operand; their order decides."},
      {"condition-missing", W, R, doc, "A block lacks the branches that its type goes on with",
       "CheckHoursOfOperation goes on with Equals True and Equals False, Loop with ContinueLooping "
       "and DoneLooping. The service refuses a block without them.",
       "Connect both branches in the designer."},
      {"condition-refused", E, R, doc, "Conditions on a block whose type has none",
       "The service answers \"Action does not support conditions\".",
       "Remove the conditions, or check the value in a Compare block behind it."},
      {"error-refused", E, R, doc, "An error branch that the block's type does not have",
       "The service answers \"Invalid Action error\". A warning where only the documentation, and "
       "no refusal, says that the type does not have this error.",
       "Remove the branch: this block cannot fail in that way."},
      {"error-required", E, R, doc, "A required error branch is missing",
       "The service answers \"Action is missing required error\": each type has its own list.",
       "Connect the branch in the designer, to a message and an end at least."},
      {"flow-settings", W, R, doc, "A flow's content has Settings, which only modules have",
       "The member Settings at the top makes content that of a flow module. In a flow it was "
       "refused for one observer.",
       "Remove Settings, or create the content as a flow module."},
      {"hook-config", W, R, doc, "EventHooksConfiguration, which the API has refused",
       "The console saves EventHooksConfiguration in some flows. An observer's call with it was "
       "refused, while products with it are deployed: the service decides.",
       "If it is refused, set the event hook again in the designer and save."},
      {"hook-unknown", W, R, doc, "An event hook that the service does not have, or several in one",
       "The hooks are AgentHold, AgentWhisper, CustomerHold, CustomerQueue, CustomerRemaining, "
       "CustomerWhisper, DefaultAgentUI, DisconnectAgentUI, PauseContact and ResumeContact, one a "
       "block.",
       "Use one of these words, and one block for each hook."},
      {"id-duplicate", E, R, doc, "Two blocks with one identifier",
       "Identifiers name the blocks that transitions lead to; of two equal ones nobody can say "
       "which is meant.",
       "Give one of them another identifier."},
      {"id-illegal", W, R, doc, "An identifier that the service does not allow",
       "The documentation allows 1 to 50 characters without % : ( \\ / ) = $ , ; [ ] { } and none "
       "of "
       "the words that JavaScript objects have.",
       "Rename the block."},
      {"json-duplicate-key", E, R, doc, "The same key twice in one object",
       "Readers of JSON disagree about which of the two counts: what the designer shows need not "
       "be "
       "what runs.",
       "Remove one of the two."},
      {"legacy-export", E, R, doc, "A console export in the format before the flow language",
       "A file with modules, start and version 1 is the export of 2019 and before. The API does "
       "not "
       "accept it.",
       "Import it once in the console, then export it again."},
      {"module-contract", E, R, env, "A call does not fit the module's contract",
       "What a caller gives in Input, the result branches that it waits for, and what the module "
       "returns are checked against the module's Settings (input, resultData, transitions) on both "
       "sides.",
       "Declare the name in the module's settings, or correct the call."},
      {"module-settings", E, R, doc, "A module's content lacks Settings",
       "The service answers \"JSON field is missing or null for field name: settings\".",
       "Add \"Settings\":{\"InputParameters\":[],\"OutputParameters\":[],\"Transitions\":[]}."},
      {"name-too-long", W, R, doc, "A name or description longer than the service takes",
       "A module's name has 1 to 127 characters, a flow's as far as known too; descriptions have "
       "at "
       "most 500.",
       "Shorten it."},
      {"next-dangling", E, R, doc, "A transition to no block",
       "NextAction of the block, of an error or of a condition names an identifier that no block "
       "has.",
       "Connect the branch in the designer."},
      {"next-missing", E, R, doc, "A block does not say what comes next",
       "Every block needs NextAction, except those which end the flow and "
       "MessageParticipantIteratively.",
       "Connect the block's success branch."},
      {"not-a-flow", E, R, doc, "The content is no contact flow",
       "It is not JSON, not UTF-8, or not an object in the Amazon Connect Flow language.",
       "Export the flow again (aws connect describe-contact-flow)."},
      {"parameter-choice", E, R, doc, "None or too many of the parameters of which one is needed",
       "A message has exactly one of Text, SSML, PromptId and Media; a target queue is one of "
       "QueueId and AgentId; and so on.",
       "Keep exactly one."},
      {"parameter-form", W, R, doc,
       "A dynamic value where a fixed one belongs, or the other way round",
       "Some parameters are documented as fixed (a metric's name, a priority, a delay), others as "
       "always dynamic (the value that Compare looks at, a callback number).",
       "Write a fixed value, or a JSONPath such as $.Attributes.name."},
      {"parameter-invalid", E, R, doc, "A value that the parameter does not take",
       "The parameter takes certain words, or a number in a range. A warning where only the "
       "documentation's range is exceeded.",
       "Write one of the values that the finding names."},
      {"parameter-missing", E, R, doc, "A required parameter is missing",
       "The service answers \"Action is missing required property\".", "Set it in the designer."},
      {"parameter-unknown", E, R, doc, "A parameter that the block's type does not have",
       "The service answers \"Invalid Action property name\". An error for names that are known to "
       "be "
       "refused, a warning for those which are only not documented.",
       "Correct the name, or remove the parameter."},
      {"ref-flowtype", E, R, env, "A flow of a type that cannot be used there",
       "TransferToFlow leads to flows of type CONTACT_FLOW, AGENT_TRANSFER and QUEUE_TRANSFER; the "
       "event hooks take flows of their type (CustomerQueue takes CUSTOMER_QUEUE and so on).",
       "Choose a flow of the right type."},
      {"ref-placeholder", E, R, doc, "A reference that nobody filled in",
       "A text such as \"SELECT A QUEUE\", \"${QueueArn}\" or a name stands where an id or ARN "
       "belongs: \"Failed to convert id\". An error for flows, queues and prompts, which the "
       "service "
       "checks; a warning for other kinds.",
       "Choose the resource in the designer."},
      {"ref-unresolved", E, R, env, "A reference to something that does not exist",
       "The instance has no such resource. An error for flows, queues and prompts, which the "
       "service "
       "checks when publishing; a warning for the others: they are published, and fail when a "
       "contact comes.",
       "Choose an existing resource, or create it."},
      {"start-missing", E, R, doc, "StartAction names no block", "Nothing can be run.",
       "Name the block that the flow begins with."},
      {"tags-too-many", E, R, doc, "More than 6 tags in one block",
       "The service answers \"More than 6 tags in Parameters.Tags\".",
       "Use a second block for the rest."},
      {"terminal-transitions", E, R, doc, "A block that ends the flow leads on",
       "DisconnectParticipant, EndFlowExecution, EndFlowModuleExecution and TransferContactToAgent "
       "take no transitions: \"Action does not support transitions\".",
       "Remove its transitions."},
      {"too-long", E, R, doc, "The content is longer than 256,000 characters",
       "The service takes 1 to 256,000 characters.",
       "Move a part of the flow into a flow module or another flow."},
      {"too-many-actions", E, R, doc, "More than 250 blocks",
       "The service takes at most 250 actions.",
       "Move a part of the flow into a flow module or another flow."},
      {"type-flowtype", E, R, doc, "A block that this type of flow does not allow",
       "Each type of flow has its own blocks: a whisper or hold flow refuses "
       "DisconnectParticipant, "
       "an inbound flow CompleteOutboundCall. An error where the refusal was seen, a warning where "
       "only the documentation says so (it is not always right).",
       "Do it in a flow of another type, or use the block of this type of flow."},
      {"type-legacy", E, R, doc, "A block type that the service never had",
       "Names of the old export format, or invented by hand or by a generator: \"Invalid Action "
       "type\".",
       "Use the type that the finding names."},
      {"type-unknown", W, R, doc, "A block type that is not known",
       "The type is neither documented nor known from exports. It is carried as it is; the service "
       "decides. A feature that the instance lacks is refused in the same words as an unknown "
       "type.",
       "Check the spelling; enable the feature in the instance."},
      {"value-empty", E, R, doc, "An empty value",
       "When published, an empty string is refused in parameters and operands anywhere. A warning "
       "in ViewData: one observer was refused, but published flows "
       "have them there.",
       "Set a value, or remove the parameter; one blank passes where nothing is meant."},
      {"value-type", E, R, doc, "A number or boolean where a text belongs",
       "Parameters are strings (\"5\", \"True\"), except in ViewData and in what modules take and "
       "return. The refusal misleads: \"Invalid Action type\".",
       "Put the value in quotes."},
      {"version-unknown", E, R, doc, "Another version of the flow language",
       "The only supported Version is 2019-10-30.", "Write \"Version\": \"2019-10-30\"."},
  };
}

}  // namespace flowferry::flow::lint
