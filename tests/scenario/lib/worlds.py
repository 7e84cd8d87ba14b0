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


def pair(test, source="acme-dev", target="acme-prod", **environment):
    """A world of two instances, in two accounts, and the configuration that names them `dev` and `prod`."""
    world = World(test)
    dev, prod = world.instance(source, DEV), world.instance(target, PROD)
    test.credentials({"dev": keys_of(DEV), "prod": keys_of(PROD)})
    test.configure(environments(source, target), **environment)
    return world, dev, prod


def environments(source="acme-dev", target="acme-prod"):
    return {"dev": {"profile": "dev", "region": REGION, "instance": source},
            "prod": {"profile": "prod", "region": REGION, "instance": target}}


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
