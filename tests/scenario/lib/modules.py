"""A flow that runs a module by version or by alias: what the tests of versions and aliases share."""

import json

from lib import journals, simulated, worlds
from lib.refusals import BadInputTest
from lib.worlds import Document

ENDS = ("--from", "dev", "--to", "prod")


class ModuleTest(BadInputTest):
    def setUp(self):
        super().setUp()
        world, dev, prod = worlds.pair(self)
        for instance in (dev, prod):
            instance.resource("lambda-function", "crm", "crm-dev", "crm-prod")
        self.module = Document(module=True).call("crm").say("One.").text()
        dev.module("Greet", self.module, versions=1).flow("Main", worlds.greeting())
        prod.module("Greet", worlds.module("Zero."), versions=1)
        self.serve(world)
        self.dev, self.prod = (simulated.instance_of(self.before, alias) for alias in ("acme-dev", "acme-prod"))
        self.greet = {"dev": self.dev["modules"][0], "prod": self.prod["modules"][0]}

    def call(self, operation, instance, **input):
        return self.simulator.admin("call", {"operation": operation, "input": {"InstanceId": instance["id"], **input}})

    def refer(self, qualifier):
        """The flow Main of dev runs this version of the module."""
        document = Document().run("Greet").value()
        document["Actions"][0]["Parameters"]["FlowModuleId"] = self.greet["dev"]["arn"] + qualifier
        self.call("UpdateContactFlowContent", self.dev, ContactFlowId=self.dev["flows"][0]["id"], Content=json.dumps(document))
        self.before = self.simulator.dump()

    def publish(self, side, content):
        """A new version of the module with this content; its number."""
        instance = getattr(self, side)
        self.call("UpdateContactFlowModuleContent", instance, ContactFlowModuleId=self.greet[side]["id"], Content=content)
        self.call("CreateContactFlowModuleVersion", instance, ContactFlowModuleId=self.greet[side]["id"])

    def main_in_prod(self):
        flows = simulated.instance_of(self.simulator.dump(), "acme-prod")["flows"]
        return json.loads(next(flow["content"] for flow in flows if flow["name"] == "Main"))["Actions"][0]["Parameters"]["FlowModuleId"]

    def published_content(self, side):
        instance = simulated.instance_of(self.simulator.dump(), "acme-" + side)
        return instance["modules"][0]["content"]

    def alias(self, side, version=1, name="live"):
        instance = getattr(self, side)
        answer = self.call("CreateContactFlowModuleAlias", instance, ContactFlowModuleId=self.greet[side]["id"], AliasName=name,
                           ContactFlowModuleVersion=version)
        return answer["Id"]

    def refer_to_alias(self):
        self.refer(":" + self.alias("dev"))

    def warnings(self, code=2):
        document = self.expect(code, self.run_program("plan", *ENDS, "--json")).json()
        return [w for w in document["warnings"] if w["id"] == "alias-differs"]

    def follow(self, **more):
        self.configure(worlds.environments(), pairs=[{"from": "dev", "to": "prod", "module_versions": "follow"}], **more)

    def stands_for(self, name="live"):
        module = self.prod_now()["modules"][0]
        return {alias["name"]: alias["version"] for alias in module["aliases"]}[name]

    def prod_now(self):
        """The target without times and with aliases by name and what they stand for."""
        return without_times(simulated.instance_of(self.simulator.dump(), "acme-prod"))

    def newest_run(self):
        return json.loads(self.run_program("runs", "--json").out)["runs"][0]["run"]

    def undo_to_the_end(self, run):
        """Takes back a run that was killed a moment ago: well only when it is known what became of its last call."""
        undone = self.run_program("undo", run, "--yes")
        if undone.status == 0:
            return
        self.assertIn("may still appear", undone.out)
        self.assertNotIn("--exclude", undone.err, "undo has no such option")
        journals.age(self.folder / ".flowferry" / "journal.db", 150)
        self.expect(0, self.run_program("undo", run, "--yes"))


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(v) for key, v in value.items() if key not in ("modified", "lastModified", "created")}
    return [without_times(v) for v in value] if isinstance(value, list) else value
