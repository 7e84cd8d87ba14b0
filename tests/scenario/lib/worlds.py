"""Writes world files for tests: instances with resources, and small flow documents that the service would publish."""

import json
import uuid

ACCOUNTS = {"111122223333": ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            "444455556666": ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY")}
DEV, PROD = "111122223333", "444455556666"
REGION = "ap-northeast-1"


def keys_of(account):
    """Invented credentials, always the same for an account."""
    return ACCOUNTS.get(account) or (f"AKIA{account}TEST", f"secret-of-account-{account}-for-tests-only")


class Instance:
    def __init__(self, world, entry):
        self.world, self.entry = world, entry
        self.entry.update(resources={}, modules=[], flows=[])

    def resource(self, kind, *entries):
        self.entry["resources"].setdefault(kind, []).extend(entries)
        return self

    def _add(self, rows, name, content, draft, more):
        entry = {"name": name, "content": self.world.file(content), **more}
        if draft is not None:
            entry["draft"] = self.world.file(draft)
        self.entry[rows].append(entry)
        return self

    def flow(self, name, content, type="CONTACT_FLOW", draft=None, **more):
        """A flow; `content` is a document (see below), a text or bytes."""
        return self._add("flows", name, content, draft, {"type": type, **more})

    def module(self, name, content, draft=None, settings=None, **more):
        if settings is not None:
            more["settings"] = self.world.file(settings)
        return self._add("modules", name, content, draft, more)


class World:
    """A world in the folder of a ScenarioTest."""

    def __init__(self, test, folder="world"):
        self.test, self.folder = test, folder
        self.instances, self.accounts, self.files = [], {}, 0

    def file(self, content):
        self.files += 1
        name = f"contents/{self.files}.json"
        self.test.write(f"{self.folder}/{name}", content)
        return name

    def instance(self, alias, account=DEV, region=REGION, **more):
        entry = {"alias": alias, "account": account, "region": region, "stock": False, **more}
        self.instances.append(entry)
        self.accounts.setdefault(account, list(keys_of(account)))
        return Instance(self, entry)

    def save(self):
        """Writes world.yaml and returns its path."""
        accounts = []
        for account, keys in self.accounts.items():
            entry = {"id": account, "access_key_id": keys[0], "secret_access_key": keys[1]}
            if len(keys) > 2:
                entry["session_token"] = keys[2]
            accounts.append(entry)
        return self.test.write(f"{self.folder}/world.yaml", {"version": 1, "accounts": accounts, "instances": self.instances})


def pair(test, account=PROD, region=REGION, **config):
    """A world of two instances, in two accounts unless said, and the configuration that names them `dev` and `prod`."""
    world = World(test)
    dev, prod = world.instance("acme-dev", DEV), world.instance("acme-prod", account, region)
    test.credentials({"dev": keys_of(DEV), "prod": keys_of(account)})
    test.configure(environments(region=region), **config)
    return world, dev, prod


def environments(target="acme-prod", region=REGION):
    return {"dev": {"profile": "dev", "region": REGION, "instance": "acme-dev"},
            "prod": {"profile": "prod", "region": region, "instance": target}}


# Documents


def _id(label):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "flowferry-test/" + label))


class Document:
    """A document composed of blocks, one after the other; the last one ends the contact."""

    def __init__(self, end="DisconnectParticipant", module=False):
        self.blocks, self.end, self.module = [], end, module

    def block(self, type, parameters=None, errors=("NoMatchingError",), conditions=()):
        self.blocks.append((type, parameters or {}, errors, conditions))
        return self

    def say(self, text):
        return self.block("MessageParticipant", {"Text": text})

    def go(self, flow):
        """Transfers to a flow of this name."""
        return self.block("TransferToFlow", {"ContactFlowId": arn("contact-flow", flow)})

    def queue(self, name):
        return self.block("UpdateContactTargetQueue", {"QueueId": arn("queue", name)})

    def call(self, name, qualifier=""):
        return self.block("InvokeLambdaFunction", {"LambdaFunctionARN": arn("lambda-function", name) + qualifier,
                                                   "InvocationTimeLimitSeconds": "3"})

    def run(self, module):
        return self.block("InvokeFlowModule", {"FlowModuleId": arn("flow-module", module)})

    def hours(self, name):
        return self.block("CheckHoursOfOperation", {"HoursOfOperationId": arn("hours-of-operation", name)},
                          conditions=("True", "False"))

    def task(self, flow):
        return self.block("CreateTask", {"ContactFlowId": arn("contact-flow", flow), "Name": "A task"})

    def value(self):
        end = _id("end")
        names = [_id(f"block {number}") for number in range(len(self.blocks))]
        actions = []
        for number, (type, parameters, errors, conditions) in enumerate(self.blocks):
            following = (names + [end])[number + 1]
            transitions = {"NextAction": following,
                           "Errors": [{"NextAction": following, "ErrorType": error} for error in errors]}
            if conditions:
                transitions["Conditions"] = [{"NextAction": following, "Condition": {"Operator": "Equals", "Operands": [word]}}
                                             for word in conditions]
            actions.append({"Identifier": names[number], "Type": type, "Parameters": parameters, "Transitions": transitions})
        actions.append({"Identifier": end, "Type": "EndFlowModuleExecution" if self.module else self.end,
                        "Parameters": {}, "Transitions": {}})
        document = {"Version": "2019-10-30", "StartAction": actions[0]["Identifier"], "Actions": actions,
                    "Metadata": {"entryPointPosition": {"x": 20, "y": 20}, "ActionMetadata": {}}}
        if self.module:
            document["Settings"] = {"InputParameters": [], "OutputParameters": [], "Transitions": []}
        return document

    def text(self):
        return json.dumps(self.value(), ensure_ascii=False)


def arn(kind, name):
    """The placeholder of the world file for a resource's ARN (the name is escaped with the document around it)."""
    return "{{arn:" + kind + ":" + name + "}}"


def greeting(text="Hello."):
    """The smallest document."""
    return Document().say(text).text()


def module(text="Hello."):
    return Document(module=True).say(text).text()


def add_aliases(world):
    """Adds to rich() an alias that the target lacks, and one that stands for other content there."""
    for instance, name in zip(world.instances, ("live", "next")):
        greet = next(module for module in instance["modules"] if module["name"] == "Greet")
        greet["aliases"] = [{"name": "next", "version": 1}] + [a for a in greet["aliases"] if name == "live"]
    by_next = Document().block("InvokeFlowModule", {"FlowModuleId": "{{arn:flow-module:Greet}}:{{alias-id:Greet:next}}"})
    world.instances[0]["flows"].append({"name": "By next", "type": "CONTACT_FLOW", "content": world.file(by_next.text())})


def rich(test, **more):
    """A small world with one of everything: circles, a flow of itself, modules with contracts, drafts, what is outdated,
    equal, archived and the target's own. `more` goes to pair()."""
    world, dev, prod = pair(test, **more)
    for instance in (dev, prod):
        instance.resource("queue", *[f"Queue {number:02d}" for number in range(23)], {"name": "予約", "tags": {"team": "tour"}})
        instance.resource("hours-of-operation", "Office hours").resource("prompt", *[f"{n}.wav" for n in range(7)])
        instance.resource("user", "hanako", "taro").resource("view", {"name": "Card", "status": "PUBLISHED"})
        instance.resource("lambda-function", {"name": "crm", "qualifiers": ["live"]}, *[f"function-{n}" for n in range(30)])
        instance.resource("lex-v2-bot-alias", {"bot": "TravelBot", "alias": "live"})
    contract = {"input": {"schema": {"type": "object", "properties": {"phone": {"type": "string"}}}},
                "transitions": {"results": [{"name": "Found", "description": "known"}]}}
    dev.module("Look up", Document(module=True).call("crm", ":live").text(), settings=contract, description="by phone")
    dev.module("Greet", Document(module=True).run("Look up").say("Hello.").text(), tags={"team": "front"}, versions=2,
               aliases=[{"name": "live", "version": 2}])
    prod.module("Greet", module("An older greeting."), versions=1, aliases=[{"name": "live", "version": 1}])
    dev.module("Equal module", module("The same."))
    prod.module("Equal module", module("The same."))
    dev.module("Archived module", module(), state="ARCHIVED")
    alias = "{{arn:flow-module:Greet}}:{{alias-id:Greet:live}}"
    main = Document().block("InvokeFlowModule", {"FlowModuleId": alias}).hours("Office hours").queue("予約").go("Tours")
    dev.flow("Main line", main.text(), description="the way in", tags={"team": "front", "critical": "yes"})
    prod.flow("Main line", Document().queue("Queue 01").text(), description="before", tags={"owner": "operations"})
    dev.flow("Tours", Document().queue("Queue 05").go("Bookings").text())
    dev.flow("Bookings", Document().run("Look up").go("Tours").block("UpdateContactEventHooks", {
        "EventHooks": {"CustomerQueue": arn("contact-flow", "Waiting")}}).text(), description="")
    dev.flow("Waiting", Document(end="EndFlowExecution").block(
        "CreateCallbackContact", {"QueueId": arn("queue", "予約"), "ContactFlowId": arn("contact-flow", "Bookings"),
                                  "InitialCallDelaySeconds": "60", "MaximumConnectionAttempts": "1",
                                  "RetryDelaySeconds": "600"}).text(), type="CUSTOMER_QUEUE")
    dev.flow("Itself", Document().task("Itself").text(), tags={"channel": "task"})
    dev.flow("Equal", greeting("The same."), description="equal")
    prod.flow("Equal", json.dumps(json.loads(greeting("The same.")), indent=2), description="equal")
    dev.flow("Only tags", greeting("Tags."), tags={"a": "1"})
    prod.flow("Only tags", greeting("Tags."), tags={"a": "0", "b": "2"})
    dev.flow("In work", Document().block("TransferToFlow", {"ContactFlowId": ""}).text(), status="SAVED")
    dev.flow("Drafted", greeting("Published."), draft=greeting("Not yet."))
    prod.flow("Drafted", greeting("Old."))
    dev.flow("Published now", greeting("Ready."))
    prod.flow("Published now", greeting("Ready."), status="SAVED")
    dev.flow("Archived", greeting(), state="ARCHIVED")
    dev.flow("Card", Document().block("ShowView", {"ViewResource": {"Id": "arn:aws:connect:{{region}}:aws:view/form:1",
                                                                    "Version": "1"},
                                           "InvocationTimeLimitSeconds": "400", "ViewData": {
        "Heading": "予約 {{arn:queue:予約}} / {{arn:lambda-function:crm}}:live", "table": json.dumps([arn("queue", "Queue 07")]),
        "instance": "{{instance-id}}"}},
        conditions=("ActionSelected",), errors=("NoMatchingCondition", "NoMatchingError",
                                                                                "TimeLimitExceeded")).text())
    dev.flow("VIP", greeting("Large.")).flow("Whisper", Document(end="EndFlowExecution").say("$.Queue.Name").text(),
                                             type="AGENT_WHISPER")
    prod.flow("Own", greeting("Mine."), tags={"owner": "operations"}).flow("Own draft", greeting("Mine."), status="SAVED")
    for number in range(11):
        world.instance(f"another-{number:02d}", DEV if number % 2 else PROD)
    return world
