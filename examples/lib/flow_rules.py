"""What the service refuses when a document is published, as far as the examples use the flow language.

Written from the documentation, apart from the product's own validator: the two have to agree on the examples.
"""

from __future__ import annotations

INBOUND, TRANSFERS, MODULE = {"CONTACT_FLOW"}, {"AGENT_TRANSFER", "QUEUE_TRANSFER"}, {"MODULE"}
WHISPERS = {"CUSTOMER_WHISPER", "AGENT_WHISPER", "OUTBOUND_WHISPER"}
QUEUE, HOLDS = {"CUSTOMER_QUEUE"}, {"CUSTOMER_HOLD", "AGENT_HOLD"}
ALL = INBOUND | TRANSFERS | MODULE | WHISPERS | QUEUE | HOLDS | {"CAMPAIGN"}

NME, NMC, TIMEOUT = "NoMatchingError", "NoMatchingCondition", "InputTimeLimitExceeded"

# type: (flow types, required parameters, required errors, optional errors, has conditions)
TYPES = {
    "MessageParticipant": (INBOUND | TRANSFERS | QUEUE | WHISPERS | MODULE | {"CAMPAIGN"}, (), (), (NME,), False),
    "MessageParticipantIteratively": (QUEUE | HOLDS, ("Messages",), (), (NME,), True),
    "GetParticipantInput": (INBOUND | TRANSFERS | QUEUE | MODULE, ("StoreInput", "InputTimeLimitSeconds"), (NME,),
                            (NMC, TIMEOUT, "InvalidPhoneNumber"), True),
    "ConnectParticipantWithLexBot": (INBOUND | TRANSFERS | QUEUE | MODULE, (), (NMC, NME), (TIMEOUT,), True),
    "ShowView": (INBOUND | MODULE, ("ViewResource", "InvocationTimeLimitSeconds"), (NMC, NME, "TimeLimitExceeded"), (), True),
    "DisconnectParticipant": (INBOUND | TRANSFERS | QUEUE, (), (), (), False),
    "TransferParticipantToThirdParty": (INBOUND | TRANSFERS | QUEUE, (
        "ThirdPartyPhoneNumber", "ThirdPartyConnectionTimeLimitSeconds", "ContinueFlowExecution"), (),
        (NME, "CallFailed", "ConnectionTimeLimitExceeded"), False),
    "UpdateContactTargetQueue": (INBOUND | TRANSFERS, (), (NME,), (), False),
    "TransferContactToQueue": (INBOUND | TRANSFERS, (), ("QueueAtCapacity", NME), (), False),
    "DequeueContactAndTransferToQueue": (QUEUE, (), ("QueueAtCapacity", NME), (), False),
    "UpdateContactEventHooks": (ALL, ("EventHooks",), (NME,), (), False),
    "UpdateContactAttributes": (ALL, ("Attributes",), (NME,), (), False),
    "UpdateContactData": (ALL, (), (NME,), (), False),
    "CreateTask": (ALL, ("Name",), (NME,), (), False),
    "CreateCase": (ALL, ("CaseTemplateId",), (NME,), ("ContactNotLinked",), False),
    "UpdateCase": (ALL, ("CaseId", "LinkContactToCase"), (), (NME, "ContactNotLinked"), False),
    "InvokeFlowModule": (INBOUND | MODULE, ("FlowModuleId",), (NME,), (NMC,), True),
    "StartOutboundChatContact": (ALL, ("SourceEndpoint", "DestinationEndpoint", "ContactFlowArn"), (), (NME,), False),
    "CompleteOutboundCall": ({"OUTBOUND_WHISPER"}, (), (), (), False),
    "UpdateContactCallbackNumber": (INBOUND | TRANSFERS | QUEUE | MODULE, ("CallbackNumber",),
                                    ("InvalidCallbackNumber", "CallbackNumberNotDialable"), (), False),
    "UpdateContactRoutingBehavior": (INBOUND, (), (), (), False),
    "UpdateContactRecordingBehavior": (INBOUND | TRANSFERS | QUEUE | MODULE | {"OUTBOUND_WHISPER"},
                                       ("RecordingBehavior",), (), (), False),
    "UpdateContactMediaProcessing": (INBOUND, ("ChatProcessor",), (NME, "ChannelMismatch"), (), False),
    "UpdateContactTextToSpeechVoice": (ALL, ("TextToSpeechVoice",), (), (NME,), False),
    "TagContact": (ALL, ("Tags",), (NME,), (), False),
    "CheckHoursOfOperation": (INBOUND | TRANSFERS | QUEUE | MODULE, (), (NME,), (), True),
    "CheckMetricData": (INBOUND | TRANSFERS | QUEUE, ("MetricType",), (NMC, NME), (), True),
    "TransferToFlow": (INBOUND | TRANSFERS, ("ContactFlowId",), (NME,), (), False),
    "Compare": (ALL, ("ComparisonValue",), (NMC,), (), True),
    "DistributeByPercentage": (INBOUND | TRANSFERS | QUEUE, (), (NMC,), (), True),
    "Loop": (ALL, ("LoopCount",), (), (NME,), True),
    "Wait": (ALL, ("TimeLimitSeconds",), (), (NME, "ParticipantNotFound"), True),
    "UpdateFlowAttributes": (ALL, ("FlowAttributes",), (NME,), (), False),
    "UpdateFlowLoggingBehavior": (ALL, ("FlowLoggingBehavior",), (), (), False),
    "UpdateContactRoutingCriteria": (INBOUND | TRANSFERS | QUEUE, ("RoutingCriteria",), (), (NME,), False),
    "CheckOutboundCallStatus": ({"CAMPAIGN", "OUTBOUND_WHISPER"}, (), (), (NME,), True),
    "InvokeLambdaFunction": (ALL, ("LambdaFunctionARN", "InvocationTimeLimitSeconds"), (NME,), (), False),
    "CreateCallbackContact": (INBOUND | TRANSFERS | QUEUE, (
        "InitialCallDelaySeconds", "MaximumConnectionAttempts", "RetryDelaySeconds"), (), (NME,), False),
    "GetCustomerProfile": (ALL, ("ProfileRequestData",), ("MultipleFoundError", "NoneFoundError", NME), (), False),
    "EvaluateDataTableValues": (ALL, ("DataTableId",), (), (NME,), False),
    "EndFlowExecution": (WHISPERS | QUEUE | INBOUND | {"CAMPAIGN"}, (), (), (), False),
    "EndFlowModuleExecution": (MODULE, (), (), (), False),
}
TERMINAL = {"DisconnectParticipant", "EndFlowExecution", "EndFlowModuleExecution"}
TYPED_VALUES = {"ViewData", "Input", "ResultData"}  # JSON types count here; elsewhere scalars are strings

BAD_IN_IDENTIFIER = set("%:(\\/)=$,;[]{}")


def problems(document: dict, flow_type: str) -> list[str]:
    """What would be refused; flow_type is a ContactFlowType or MODULE."""
    out = []
    actions = document["Actions"]
    known = {action["Identifier"] for action in actions}
    if len(known) != len(actions):
        out.append("two actions with one identifier")
    if document["StartAction"] not in known:
        out.append("StartAction names no action")
    if (flow_type == "MODULE") != ("Settings" in document):
        out.append("Settings belong to modules, and to them alone")
    if len(actions) > 250:
        out.append("more than 250 actions")
    for action in actions:
        where = f"{action['Identifier']} ({action['Type']})"
        out += [f"{where}: {text}" for text in _problems_of(action, flow_type, known)]
    return out


def _problems_of(action: dict, flow_type: str, known: set) -> list[str]:
    if action["Type"] not in TYPES:
        return ["unknown type"]
    out = []
    types, required, needs, may, has_conditions = TYPES[action["Type"]]
    parameters, transitions = action.get("Parameters", {}), action["Transitions"]
    identifier = action["Identifier"]
    if len(identifier) > 50 or BAD_IN_IDENTIFIER & set(identifier):
        out.append("identifier not allowed")
    if flow_type not in types:
        out.append(f"not allowed in {flow_type}")
    out += [f"parameter {name} missing" for name in required if name not in parameters]
    out += _bad_values(parameters, ())
    if action["Type"] in TERMINAL:
        return out + (["terminal with transitions"] if transitions else [])
    errors = [error["ErrorType"] for error in transitions.get("Errors", [])]
    needs = set(needs) | _more_needs(action["Type"], parameters)
    out += [f"error {name} missing" for name in needs - set(errors)]
    out += [f"error {name} not allowed" for name in set(errors) - needs - set(may)]
    conditions = transitions.get("Conditions", [])
    if conditions and not has_conditions:
        out.append("conditions not supported")
    targets = [item["NextAction"] for item in transitions.get("Errors", []) + conditions]
    if "NextAction" in transitions:
        targets.append(transitions["NextAction"])
    elif action["Type"] != "MessageParticipantIteratively":
        out.append("NextAction missing")
    out += [f"goes to {target}, which is nowhere" for target in targets if target not in known]
    for condition in conditions:
        operands = condition["Condition"]["Operands"]
        if len(operands) != 1 or operands[0] == "":
            out.append("a condition takes one operand")
    return out


def _more_needs(kind: str, parameters: dict) -> set:
    if kind == "GetParticipantInput" and parameters.get("StoreInput") == "False":
        return {NMC, TIMEOUT}
    if kind == "TransferParticipantToThirdParty" and parameters.get("ContinueFlowExecution") == "True":
        return {"CallFailed", "ConnectionTimeLimitExceeded", NME}
    return set()


def _bad_values(value, path) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in _bad_values(item, path + (key,))]
    if isinstance(value, list):
        return [text for item in value for text in _bad_values(item, path)]
    if value == "":
        return [f"empty string at {'.'.join(path)}"]
    if not isinstance(value, str) and not TYPED_VALUES & set(path):
        return [f"not a string at {'.'.join(path)}"]
    return []
