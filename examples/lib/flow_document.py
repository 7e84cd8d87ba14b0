"""Composes contact flow documents block by block, as the console's designer leaves them.

A document is a list of blocks in the order in which a caller meets them; a block goes on to the one below it
unless it says otherwise. Blocks are named by short labels; the document gives them their identifiers.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field

from .json_text import HANDS, Num, write

BELOW = object()  # the next block in the list

KEY_ORDERS = {
    "console": ("Parameters", "Identifier", "Type", "Transitions"),
    "api": ("Identifier", "Parameters", "Transitions", "Type"),
    "written": ("Identifier", "Type", "Parameters", "Transitions"),
}


@dataclass(frozen=True)
class Ref:
    """A resource, named as the world file names it, in one of the forms in which a flow can hold it."""

    kind: str
    name: str
    form: str = "arn"  # or "id"
    qualifier: str = ""

    def __str__(self) -> str:
        tail = ":" + self.qualifier if self.qualifier else ""
        return "{{" + self.form + ":" + self.kind + ":" + self.name + "}}" + tail

    def bare(self) -> "Ref":
        return Ref(self.kind, self.name, "id", self.qualifier)

    def at(self, qualifier: str) -> "Ref":
        return Ref(self.kind, self.name, self.form, qualifier)

    def by_alias(self, alias: str) -> "Ref":
        """A module by the alias: only the alias's id works in a flow, never its name."""
        return self.at("{{alias-id:" + self.name + ":" + alias + "}}")


def flow(name): return Ref("contact-flow", name)
def module(name): return Ref("flow-module", name)
def queue(name): return Ref("queue", name)
def hours(name): return Ref("hours-of-operation", name)
def prompt(name): return Ref("prompt", name)
def function(name): return Ref("lambda-function", name)
def bot(name): return Ref("lex-v2-bot-alias", name)
def view(name): return Ref("view", name)
def user(name): return Ref("user", name)


def stable_uuid(*parts: str) -> str:
    """A version 4 UUID which depends on nothing but `parts`."""
    digest = bytearray(hashlib.sha256("\0".join(parts).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x40
    digest[8] = digest[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(digest)))


def pick(choices, *parts: str):
    """One of `choices`, the same for the same `parts`."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return choices[int.from_bytes(digest[:4], "big") % len(choices)]


@dataclass
class Block:
    label: str
    type: str
    parameters: dict
    next: object
    conditions: list
    errors: list
    notes: dict
    old_notes: dict
    friendly: str | None
    omit_parameters: bool = False


@dataclass
class Document:
    """A contact flow or module under construction.

    slug: seeds the identifiers. look: what the designer left in Metadata ("new": names at the mirrored
    path; "old": queue {id, text}, promptName and their like; "plain": positions only; "none": no Metadata).
    hand: a key of HANDS. keys: a key of KEY_ORDERS. shuffled: the actions stand in another order than the
    caller meets them, as the console leaves them.
    """

    slug: str
    is_module: bool = False
    look: str = "new"
    hand: str = "compact"
    keys: str = "console"
    friendly_names: bool = False
    shuffled: bool = False
    metadata_extra: dict = field(default_factory=dict)
    annotations: list = field(default_factory=list)
    settings: dict | None = None

    def __post_init__(self):
        self.blocks: list[Block] = []
        self.on_error: str | None = None  # where an error goes when a block does not say

    # -- blocks ------------------------------------------------------------------------------------------

    def add(self, type, parameters=None, *, label=None, next=BELOW, when=(), errors=(), error=None,
            error_to=None, notes=None, old_notes=None, name=None):
        """Adds a block. when: [(operator, operand, label)]. errors: error types, which go to `error`;
        error_to: {error type: label} for those that go elsewhere. name: a friendly identifier."""
        label = label or f"b{len(self.blocks) + 1}"
        assert all(block.label != label for block in self.blocks), (self.slug, label)
        goes = error_to or {}
        self.blocks.append(Block(
            label, type, parameters or {}, next, list(when),
            [(kind, goes.get(kind, error)) for kind in errors], notes or {}, old_notes or {}, name))
        return self

    def log(self, state="Enabled", **kw):
        return self.add("UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": state}, **kw)

    def voice(self, voice="Kazuha", engine="Neural", **kw):
        return self.add("UpdateContactTextToSpeechVoice",
                        {"TextToSpeechVoice": voice, "TextToSpeechEngine": engine, "TextToSpeechStyle": "None"},
                        old_notes={"overrideConsoleVoice": True, "defaultVoice": "None"}, **kw)

    def language(self, code, **kw):
        return self.add("UpdateContactData", {"LanguageCode": code}, errors=["NoMatchingError"],
                        notes={"dynamicParams": [], "isSplitModule": True}, **kw)

    def record(self, participants=("Agent", "Customer"), **kw):
        return self.add("UpdateContactRecordingBehavior",
                        {"RecordingBehavior": {"RecordedParticipants": list(participants)}}, **kw)

    def say(self, text, **kw):
        kind = "SSML" if text.startswith("<speak>") else "Text"
        parameters = {kind: text}
        if self.look == "new":
            parameters["SkipWhenDTMFBufferEnabled"] = "false"
        return self.add("MessageParticipant", parameters, errors=["NoMatchingError"],
                        old_notes={"useDynamic": False}, **kw)

    def play(self, ref, **kw):
        return self.add("MessageParticipant", {"PromptId": str(ref)}, errors=["NoMatchingError"],
                        notes=_mirror({"PromptId": {"displayName": ref.name}}),
                        old_notes={"useDynamic": False, "promptName": ref.name}, **kw)

    def play_s3(self, uri, **kw):
        return self.add("MessageParticipant",
                        {"Media": {"Uri": uri, "SourceType": "S3", "MediaType": "Audio"}},
                        errors=["NoMatchingError"], **kw)

    def loop_prompts(self, messages, *, every=None, then=None, next=BELOW, **kw):
        """Texts, SSML and prompts by turns; `every` seconds the loop is left for the block `then`."""
        items, mirror, audio = [], [], []
        for message in messages:
            if isinstance(message, Ref):
                items.append({"PromptId": str(message)})
                mirror.append({"PromptId": {"displayName": message.name}})
                audio.append({"type": "Prompt", "id": str(message), "text": message.name,
                              "prompt": {"id": str(message), "text": message.name}})
            else:
                items.append({"SSML" if message.startswith("<speak>") else "Text": message})
                mirror.append({})
                audio.append({"type": "Text", "text": message, "tts": "text",
                              "$$hashKey": f"object:{1000 + len(self.slug) * 7 + len(audio)}"})
        parameters, when, errors = {"Messages": items}, [], []
        if every:
            parameters["InterruptFrequencySeconds"] = str(every)
            when, errors = [("Equals", "MessagesInterrupted", then)], ["NoMatchingError"]
        return self.add("MessageParticipantIteratively", parameters, when=when, errors=errors,
                        next=next if every else None, notes=_mirror({"Messages": mirror}),
                        old_notes={"audio": audio}, **kw)

    def menu(self, text, options, *, wait=5, timeout=None, other=None, error=None, **kw):
        """Plays `text` (or a prompt) and takes one key. options: {key: label}."""
        parameters, notes, old = self._spoken(text)
        parameters.update({"StoreInput": "False", "InputTimeLimitSeconds": str(wait)})
        return self.add(
            "GetParticipantInput", parameters,
            when=[("Equals", key, to) for key, to in options.items()], error=error,
            errors=["InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError"],
            error_to={"InputTimeLimitExceeded": timeout or error, "NoMatchingCondition": other or timeout or error},
            notes=notes, old_notes={**old, "useDynamic": False, "useLexBotDropdown": True}, **kw)

    def keys_in(self, text, *, length=8, wait=8, secret=False, **kw):
        """Stores what the caller keys in."""
        parameters, notes, old = self._spoken(text)
        parameters.update({"StoreInput": "True", "InputTimeLimitSeconds": str(wait),
                           "InputValidation": {"CustomValidation": {"MaximumLength": str(length)}},
                           "DTMFConfiguration": {"InputTerminationSequence": "#", "DisableCancelKey": "False"}})
        if secret:
            parameters["InputEncryption"] = {"EncryptionKeyId": "$.FlowAttributes.cardKeyId",
                                             "Key": "$.FlowAttributes.cardKeyPem"}
        return self.add("GetParticipantInput", parameters, errors=["NoMatchingError"], notes=notes,
                        old_notes={**old, "useDynamicForEncryptionKeys": True}, **kw)

    def phone_in(self, text, *, invalid=None, **kw):
        """Stores a phone number."""
        parameters, notes, old = self._spoken(text)
        parameters.update({"StoreInput": "True", "InputTimeLimitSeconds": "12",
                           "InputValidation": {"PhoneNumberValidation": {"NumberFormat": "Local",
                                                                         "CountryCode": "JP"}}})
        return self.add("GetParticipantInput", parameters, errors=["NoMatchingError", "InvalidPhoneNumber"],
                        error_to={"InvalidPhoneNumber": invalid} if invalid else None, notes=notes,
                        old_notes={**old, "countryCodePrefix": "+81"}, **kw)

    def lex(self, text, ref, intents, *, session=None, timeout=None, other=None, error=None, **kw):
        """Asks a Lex V2 bot ("bot/alias"). intents: {intent: label}."""
        bot_name, _, alias_name = ref.name.partition("/")
        parameters, notes, old = self._spoken(text)
        parameters["LexV2Bot"] = {"AliasArn": str(ref)}
        if session:
            parameters["LexSessionAttributes"] = {key: str(value) for key, value in session.items()}
        notes = {"parameters": {**notes.get("parameters", {}), "LexV2Bot": {"AliasArn": {
            "displayName": alias_name, "useLexBotDropdown": True, "lexV2BotName": bot_name}}},
            "useLexBotDropdown": True, "lexV2BotName": bot_name, "lexV2BotAliasName": alias_name}
        old = {**old, "LexV2Bot": {"id": str(ref), "text": bot_name}, "lexV2BotName": bot_name}
        return self._ask_lex(parameters, intents, timeout, other, error, notes, old, kw)

    def lex_v1(self, text, name, region, alias, intents, *, timeout=None, other=None, error=None, **kw):
        parameters, notes, old = self._spoken(text)
        parameters["LexBot"] = {"Name": name, "Region": region, "Alias": alias}
        return self._ask_lex(parameters, intents, timeout, other, error, notes, old, kw)

    def _ask_lex(self, parameters, intents, timeout, other, error, notes, old, kw):
        return self.add(
            "ConnectParticipantWithLexBot", parameters,
            when=[("Equals", intent, to) for intent, to in intents.items()], error=error,
            errors=["InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError"],
            error_to={"InputTimeLimitExceeded": timeout or error, "NoMatchingCondition": other or error},
            notes=notes, old_notes=old, **kw)

    def _spoken(self, what):
        if isinstance(what, Ref):
            return ({"PromptId": str(what)}, _mirror({"PromptId": {"displayName": what.name}}),
                    {"promptName": what.name, "audio": [{"id": str(what), "text": what.name, "type": "Prompt"}]})
        return {"SSML" if what.startswith("<speak>") else "Text": what}, {}, {}

    def show(self, ref, data, actions, *, seconds=900, version=None, error=None, timeout=None, other=None, **kw):
        """Shows a view to the agent. ref: a Ref, or the word of an AWS-managed view, or its ARN."""
        resource = {"Id": str(ref)}
        if version:
            resource["Version"] = version
        name = ref.name if isinstance(ref, Ref) else str(ref).rsplit("/", 1)[-1].split(":")[0].capitalize()
        mirror = {"ViewResource": {"Id": {"displayName": name}}, "InvocationTimeLimitSeconds": {"unit": 1}}
        structured = {key: {"useJson": True} for key, value in data.items() if isinstance(value, (list, dict))}
        if structured:
            mirror["ViewData"] = structured
        return self.add(
            "ShowView", {"ViewResource": resource, "InvocationTimeLimitSeconds": str(seconds), "ViewData": data},
            when=[("Equals", action, to) for action, to in actions.items()], error=error,
            errors=["NoMatchingCondition", "NoMatchingError", "TimeLimitExceeded"],
            error_to={"TimeLimitExceeded": timeout or error, "NoMatchingCondition": other or error},
            notes=_mirror(mirror), **kw)

    def set_queue(self, ref, **kw):
        if not isinstance(ref, Ref):
            return self.add("UpdateContactTargetQueue", {"QueueId": ref}, errors=["NoMatchingError"],
                            notes=_mirror({"QueueId": {"useDynamic": True}}), old_notes={"useDynamic": True}, **kw)
        return self.add("UpdateContactTargetQueue", {"QueueId": str(ref)}, errors=["NoMatchingError"],
                        notes=_mirror({"QueueId": {"displayName": ref.name}}) | {"queue": {"text": ref.name}},
                        old_notes={"queue": {"id": str(ref), "text": ref.name}, "useDynamic": False}, **kw)

    def set_agent(self, ref, **kw):
        value = str(ref)
        notes = {"displayName": ref.name} if isinstance(ref, Ref) else {"useDynamic": True}
        return self.add("UpdateContactTargetQueue", {"AgentId": value}, errors=["NoMatchingError"],
                        notes=_mirror({"AgentId": notes}),
                        old_notes={"queue": {"id": value, "text": notes.get("displayName", "")}}
                        if isinstance(ref, Ref) else {"useDynamic": True}, **kw)

    def to_queue(self, *, full=None, **kw):
        return self.add("TransferContactToQueue", {}, errors=["QueueAtCapacity", "NoMatchingError"],
                        error_to={"QueueAtCapacity": full} if full else None, **kw)

    def move_to_queue(self, ref=None, *, full=None, **kw):
        """In a customer queue flow: leaves this queue for another."""
        parameters = {"QueueId": str(ref)} if ref else {}
        return self.add("DequeueContactAndTransferToQueue", parameters,
                        errors=["QueueAtCapacity", "NoMatchingError"],
                        error_to={"QueueAtCapacity": full} if full else None,
                        notes=_mirror({"QueueId": {"displayName": ref.name}}) if ref else None,
                        old_notes={"queue": {"id": str(ref), "text": ref.name}} if ref else None, **kw)

    def goto(self, ref, **kw):
        """Transfers to another flow. The block's error branch is also where it goes on."""
        name = ref.name if isinstance(ref, Ref) else ""
        mirror = {"displayName": name} if name else {"useDynamic": True}
        kw.setdefault("next", kw.get("error") or self.on_error or BELOW)
        return self.add("TransferToFlow", {"ContactFlowId": str(ref)}, errors=["NoMatchingError"],
                        notes=_mirror({"ContactFlowId": mirror}) | ({"ContactFlow": {"text": name}} if name else {}),
                        old_notes={"useDynamic": not name,
                                   "ContactFlow": {"id": str(ref) if name else "", "text": name}}, **kw)

    def open_hours(self, ref, *, open="open", closed="closed", error=None, **kw):
        parameters = {"HoursOfOperationId": str(ref)} if ref else {}
        return self.add("CheckHoursOfOperation", parameters,
                        when=[("Equals", "True", open), ("Equals", "False", closed)],
                        errors=["NoMatchingError"], next=error or closed, error=error or closed,
                        notes=_mirror({"HoursOfOperationId": {"displayName": ref.name}}) if ref else None,
                        old_notes={"Hours": {"id": str(ref), "text": ref.name}} if ref else None, **kw)

    def metric(self, kind, ref=None, *, operator="NumberGreaterThan", operand="0", yes=None, no=None,
               agent=None, **kw):
        parameters = {"MetricType": kind}
        mirror = {}
        if ref:
            parameters["QueueId"] = str(ref)
            mirror["QueueId"] = {"displayName": ref.name}
        if agent:
            parameters["AgentId"] = str(agent)
            mirror["AgentId"] = {"displayName": agent.name}
        return self.add("CheckMetricData", parameters, when=[(operator, operand, yes)],
                        errors=["NoMatchingCondition", "NoMatchingError"], error=no, next=no,
                        notes=_mirror(mirror) if mirror else None,
                        old_notes={"queue": {"id": str(ref), "text": ref.name}} if ref else None, **kw)

    def call(self, ref, inputs=None, *, seconds=5, **kw):
        """Invokes a Lambda function. ref: a Ref, or an ARN as text."""
        shown = ref.name if isinstance(ref, Ref) else None
        parameters = {"LambdaFunctionARN": str(ref), "InvocationTimeLimitSeconds": str(seconds),
                      "InvocationType": "SYNCHRONOUS", "ResponseValidation": {"ResponseType": "STRING_MAP"}}
        if inputs:
            parameters["LambdaInvocationAttributes"] = {key: str(value) for key, value in inputs.items()}
        return self.add("InvokeLambdaFunction", parameters, errors=["NoMatchingError"],
                        notes=_mirror({"LambdaFunctionARN": {"displayName": shown} if shown else {"useDynamic": True}})
                        | {"dynamicMetadata": {key: str(value).startswith("$.") for key, value in (inputs or {}).items()}},
                        **kw)

    def compare(self, value, cases, *, other=None, operator="Equals", **kw):
        """cases: {operand: label}, or [(operator, operand, label)]."""
        when = cases if isinstance(cases, list) else [(operator, key, to) for key, to in cases.items()]
        return self.add("Compare", {"ComparisonValue": value}, when=when, errors=["NoMatchingCondition"],
                        error=other, next=other or BELOW, **kw)

    def attributes(self, values, *, related=False, **kw):
        return self.add("UpdateContactAttributes",
                        {"Attributes": {key: str(value) for key, value in values.items()},
                         "TargetContact": "Related" if related else "Current"},
                        errors=["NoMatchingError"], notes={"dynamicParams": [
                            key for key, value in values.items() if str(value).startswith("$.")]}, **kw)

    def flow_attributes(self, values, **kw):
        return self.add("UpdateFlowAttributes",
                        {"FlowAttributes": {key: {"Value": str(value)} for key, value in values.items()}},
                        errors=["NoMatchingError"], **kw)

    def hook(self, event, ref, **kw):
        """Sets the flow for an event: CustomerQueue, CustomerHold, AgentWhisper, CustomerRemaining ..."""
        return self.add("UpdateContactEventHooks", {"EventHooks": {event: str(ref)}}, errors=["NoMatchingError"],
                        notes=_mirror({"EventHooks": {event: {"displayName": ref.name}}})
                        | {"contactFlow": {"text": ref.name}, "customerOrAgent": event.startswith("Customer")},
                        old_notes={"contactFlow": {"id": str(ref), "text": ref.name},
                                   "customerOrAgent": event.startswith("Customer"), "useDynamic": False}, **kw)

    def task(self, name, ref, *, description=None, inputs=None, links=None, delay=None, template=None, **kw):
        parameters = {"Name": name}
        mirror = {}
        if ref:
            parameters["ContactFlowId"] = str(ref)
            mirror["ContactFlowId"] = {"displayName": ref.name}
        if template:
            parameters["TaskTemplateId"] = str(template)
            mirror["TaskTemplateId"] = {"displayName": template.name}
        if description:
            parameters["Description"] = description
        if inputs:
            parameters["Attributes"] = {key: str(value) for key, value in inputs.items()}
        if links:
            parameters["References"] = {key: {"Value": str(value), "Type": "URL"} for key, value in links.items()}
        if delay:
            parameters["DelaySeconds"] = str(delay)
        return self.add("CreateTask", parameters, errors=["NoMatchingError"],
                        notes=_mirror(mirror) | ({"ContactFlow": {"text": ref.name}} if ref else {}),
                        old_notes={"ContactFlow": {"id": str(ref), "text": ref.name}} if ref else {}, **kw)

    def callback_number(self, value="$.StoredCustomerInput", *, invalid=None, **kw):
        return self.add("UpdateContactCallbackNumber", {"CallbackNumber": value}, error=invalid,
                        errors=["InvalidCallbackNumber", "CallbackNumberNotDialable"], **kw)

    def callback(self, ref=None, *, entry=None, caller=None, delay=60, attempts=2, retry=600, **kw):
        parameters, mirror = {}, {}
        if ref:
            parameters["QueueId"], mirror["QueueId"] = str(ref), {"displayName": ref.name}
        parameters.update({"InitialCallDelaySeconds": str(delay), "MaximumConnectionAttempts": str(attempts),
                           "RetryDelaySeconds": str(retry)})
        if entry:
            parameters["ContactFlowId"], mirror["ContactFlowId"] = str(entry), {"displayName": entry.name}
        if caller:
            parameters["CallerId"] = caller
        return self.add("CreateCallbackContact", parameters, errors=["NoMatchingError"], notes=_mirror(mirror),
                        old_notes={"queue": {"id": str(ref), "text": ref.name}} if ref else {}, **kw)

    def run(self, ref, *, results=None, inputs=None, other=None, error=None, **kw):
        """Invokes a module. results: {branch: label}, inputs: by the module's contract."""
        parameters = {"FlowModuleId": str(ref)}
        if inputs:
            parameters["Input"] = inputs
        errors = ["NoMatchingError"] + (["NoMatchingCondition"] if results else [])
        return self.add("InvokeFlowModule", parameters,
                        when=[("Equals", key, to) for key, to in (results or {}).items()], errors=errors,
                        error=error, error_to={"NoMatchingCondition": other or error},
                        notes=_mirror({"FlowModuleId": {"displayName": ref.name}})
                        | {"contactFlowModuleName": ref.name},
                        old_notes={"contactFlowModuleName": ref.name}, **kw)

    def back(self, result=None, data=None, **kw):
        """Returns from a module."""
        parameters = {}
        if result:
            parameters["Result"] = result
        if data:
            parameters["ResultData"] = data
        return self.add("EndFlowModuleExecution", parameters, next=None, **kw)

    def third_party(self, number, *, caller=None, resume=True, failed=None, seconds=30, **kw):
        parameters = {"ThirdPartyPhoneNumber": number, "ThirdPartyConnectionTimeLimitSeconds": str(seconds),
                      "ContinueFlowExecution": "True" if resume else "False"}
        mirror = {"ThirdPartyPhoneNumber": {"useDynamic": True} if number.startswith("$.") else {"countryCode": "JP"}}
        if caller:
            parameters["CallerId"] = {"Number": caller}
            mirror["CallerId"] = {"Number": {"inputOption": "claimed"}}
        errors = ["NoMatchingError"] + (["CallFailed", "ConnectionTimeLimitExceeded"] if resume else [])
        return self.add("TransferParticipantToThirdParty", parameters, errors=errors, error=failed,
                        notes=_mirror(mirror), old_notes={"callerIdSource": "claimed"} if caller else {}, **kw)

    def wait(self, seconds, *, done=None, returned=None, **kw):
        parameters, when = {"TimeLimitSeconds": str(seconds)}, [("Equals", "WaitCompleted", done)]
        if returned:
            parameters["Events"] = ["CustomerReturned"]
            when.insert(0, ("Equals", "CustomerReturned", returned))
        return self.add("Wait", parameters, when=when, errors=["NoMatchingError"], error=done, next=done,
                        notes=_mirror({"TimeLimitSeconds": {"unit": 1}}),
                        old_notes={"timeoutUnit": {"display": "Seconds", "value": "second"}}, **kw)

    def loop(self, count, *, again, done, **kw):
        return self.add("Loop", {"LoopCount": str(count)}, next=done,
                        when=[("Equals", "ContinueLooping", again), ("Equals", "DoneLooping", done)], **kw)

    def split(self, shares, *, rest, **kw):
        """shares: [(percent, label)], the rest goes to `rest`."""
        when, total = [], 0
        for percent, to in shares:
            total += percent
            when.append(("NumberLessThan", str(total + 1), to))
        return self.add("DistributeByPercentage", {}, when=when, errors=["NoMatchingCondition"], error=rest,
                        next=rest, **kw)

    def tag(self, tags, **kw):
        return self.add("TagContact", {"Tags": tags}, errors=["NoMatchingError"], **kw)

    def priority(self, value, **kw):
        return self.add("UpdateContactRoutingBehavior", {"QueuePriority": str(value)}, **kw)

    def table(self, ref, query, attributes, keys, **kw):
        """Evaluates a data table."""
        return self.add("EvaluateDataTableValues", {
            "DataTableId": str(ref),
            "Queries": [{"QueryName": query, "Attributes": attributes,
                         "PrimaryValues": [{"AttributeName": key, "Value": value} for key, value in keys.items()]}]},
            errors=["NoMatchingError"], **kw)

    def hangup(self, **kw):
        return self.add("DisconnectParticipant", {}, next=None, **kw)

    def end(self, **kw):
        return self.add("EndFlowExecution", {}, next=None, **kw)

    # -- the document ------------------------------------------------------------------------------------

    def identifier(self, block: Block) -> str:
        if block.friendly:
            return block.friendly
        if self.friendly_names:
            return block.label
        return stable_uuid(self.slug, block.label)

    def value(self) -> dict:
        """The document as a value, ready to be written."""
        known = {block.label: self.identifier(block) for block in self.blocks}
        assert len(set(known.values())) == len(known), self.slug

        def at(label, index):
            if label is BELOW or label is None:
                label = self.blocks[index + 1].label
            assert label in known, f"{self.slug}: no block {label}"
            return known[label]

        actions = [self._action(block, index, at) for index, block in enumerate(self.blocks)]
        if self.shuffled:
            actions.sort(key=lambda action: stable_uuid(self.slug, "order", action["Identifier"]))
        parts = {"Version": "2019-10-30", "StartAction": known[self.blocks[0].label]}
        if self.look != "none":
            parts["Metadata"] = self._metadata(known)
        parts["Actions"] = actions
        if self.keys == "api" and self.look != "none":  # as DescribeContactFlow gives stock flows back
            parts = {key: parts[key] for key in ("Actions", "Metadata", "StartAction", "Version")}
        if self.is_module:
            parts["Settings"] = self.settings or {
                "InputParameters": [], "OutputParameters": [],
                "Transitions": [{"DisplayName": word, "ReferenceName": word, "Description": ""}
                                for word in ("Success", "Error")]}
        return parts

    def text(self) -> str:
        return write(self.value(), HANDS[self.hand])

    def _action(self, block: Block, index: int, at) -> dict:
        transitions: dict = {}
        if block.next is not None:
            transitions["NextAction"] = at(block.next, index)
        fallback = self.on_error if any(b.label == self.on_error for b in self.blocks) else None
        errors = [{"NextAction": at(to or fallback, index), "ErrorType": kind} for kind, to in block.errors]
        conditions = [{"NextAction": at(to, index), "Condition": {"Operator": operator, "Operands": [operand]}}
                      for operator, operand, to in block.conditions]
        if conditions:
            transitions["Conditions"] = conditions
        if errors:
            transitions["Errors"] = errors
        elif self.look == "old" and transitions:
            transitions["Errors"] = []
            transitions.setdefault("Conditions", [])
        parts = {"Identifier": self.identifier(block), "Type": block.type, "Parameters": block.parameters,
                 "Transitions": transitions}
        order = KEY_ORDERS[self.keys]
        # Content that comes back from the API leaves out Parameters where there are none.
        return {key: parts[key] for key in order if key != "Parameters" or parts[key] or self.keys != "api"}

    def _metadata(self, known: dict) -> dict:
        entries = {}
        for index, block in enumerate(self.blocks):
            entry: dict = {"position": self._position(index)}
            if block.friendly or self.friendly_names:
                entry["isFriendlyName"] = True
            if self.look == "new":
                entry.update(block.notes)
            elif self.look == "old":
                entry.update(block.old_notes)
            if self.look in ("new", "old") and block.type in ("GetParticipantInput", "Compare",
                                                               "ConnectParticipantWithLexBot") and block.conditions:
                entry["conditionMetadata"] = [
                    {"id": stable_uuid(self.slug, block.label, "condition", str(number)),
                     "operator": {"name": operator, "value": operator,
                                  "shortDisplay": "=" if operator == "Equals" else operator}, "value": operand}
                    for number, (operator, operand, _) in enumerate(block.conditions)]
            entries[known[block.label]] = entry
        out: dict = {"entryPointPosition": {"x": Num("40"), "y": Num("40")}, "ActionMetadata": entries}
        if self.look != "plain":
            out["Annotations"] = [self._annotation(number, note, known)
                                  for number, note in enumerate(self.annotations)]
        out.update(self.metadata_extra)
        return out

    def _annotation(self, number: int, note, known: dict) -> dict:
        label, content = note
        return {"type": "default", "id": stable_uuid(self.slug, "annotation", str(number)), "content": content,
                "actionId": known[label], "isFolded": False,
                "position": {"x": Num(f"{310 + 240 * number}.6000000000001"), "y": Num("-180.4")},
                "size": {"height": Num("295"), "width": Num("300")}}

    def _position(self, index: int) -> dict:
        tail_x = pick(("", ".4", ".8", ".2", ".6", ".40000000000003", ".0142822265625"), self.slug, "x", str(index))
        tail_y = pick(("", "", ".4", ".6", ".20000000000002", ".750"), self.slug, "y", str(index))
        x, y = 160 + 232 * (index // 3), 24 + 196 * (index % 3)
        if index and pick(range(37), self.slug, "exponent", str(index)) == 0:
            return {"x": Num("1E3"), "y": Num(f"-{y}{tail_y}")}
        return {"x": Num(f"{x}{tail_x}"), "y": Num(f"{y}{tail_y}")}


def _mirror(parameters: dict) -> dict:
    return {"parameters": parameters} if parameters else {}
