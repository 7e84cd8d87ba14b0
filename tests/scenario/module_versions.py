#!/usr/bin/env python3
"""References to versions and aliases of modules: a version is what has the same content there, whatever its number, an alias
what has the same name; else it is refused. An alias that stands for other content is told."""

import json

from lib import harness, simulated, worlds
from lib.refusals import BadInputTest
from lib.worlds import Document

ENDS = ("--from", "dev", "--to", "prod")


class ModuleVersions(BadInputTest):
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

    def test_the_version_with_the_same_content_is_the_one(self):
        there = self.published_content("dev").replace(self.dev["account"], self.prod["account"])
        self.publish("prod", there)
        self.publish("prod", worlds.module("Three."))
        self.refer(":1")
        document = self.expect(0, self.run_program("migrate", *ENDS, "--yes", "--json")).json()
        self.assertEqual(self.greet["prod"]["arn"] + ":2", self.main_in_prod())
        self.assertEqual([], [w for w in document["warnings"] if w["id"] == "ref-version"])
        self.expect(0, self.run_program("plan", *ENDS))
        self.expect(0, self.run_program("verify", *ENDS))

    def test_without_one_it_is_refused_with_the_choices(self):
        self.publish("prod", worlds.module("Two."))
        self.refer(":1")
        self.check_problems(("unresolved-reference", "Main", "version 1", '"Greet"', "has 2, 1", "$LATEST",
                             "create-contact-flow-module-version"))
        self.check_nothing_written_but_by_the_test()

    def check_nothing_written_but_by_the_test(self):
        self.assertEqual(self.before, self.simulator.dump())

    def test_it_may_be_kept_or_left_out(self):
        self.refer(":1")
        self.configure(worlds.environments(), missing={"flow-module": "skip-flow"})
        document = self.expect(2, self.run_program("plan", *ENDS, "--json")).json()
        self.assertIn("Main", {entry["name"] for entry in document["skipped"]})

    def test_a_module_that_is_not_there_yet_has_no_versions(self):
        self.call("DeleteContactFlowModuleVersion", self.prod, ContactFlowModuleId=self.greet["prod"]["id"], ContactFlowModuleVersion=1)
        self.refer(":1")
        self.check_problems(("unresolved-reference", "Main", "has none"))

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

    def test_an_alias_of_other_content_is_told_until_it_is_moved(self):
        there = self.alias("prod")
        self.refer_to_alias()
        warning, = self.warnings()
        self.assertIn('alias "live" of module "Greet" stands for version 1 in the target', warning["reason"])
        self.assertIn(f"--instance-id {self.prod['id']} --contact-flow-module-id {self.greet['prod']['id']} --alias-id {there}",
                      warning["help"])
        self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
        self.assertEqual(f"{self.greet['prod']['arn']}:{there}", self.main_in_prod())
        self.assertEqual(1, len(self.warnings(0)))
        self.call("CreateContactFlowModuleVersion", self.prod, ContactFlowModuleId=self.greet["prod"]["id"])
        self.call("UpdateContactFlowModuleAlias", self.prod, ContactFlowModuleId=self.greet["prod"]["id"], AliasId=there,
                  ContactFlowModuleVersion=2)
        self.assertEqual([], self.warnings(0))

    def test_content_counts_as_the_rules_carry_it(self):
        for side, name in (("dev", "crm-dev"), ("prod", "crm-prod")):
            content = self.published_content("dev").replace(self.dev["account"], getattr(self, side)["account"])
            self.publish(side, content.replace(":function:crm-dev", ":function:crm").replace(":function:crm", ":function:" + name))
        self.alias("prod", 2)
        self.refer(":" + self.alias("dev", 2))
        self.configure(worlds.environments(), mapping={"rename": [{"kind": "lambda-function", "from": "-dev$", "to": "-prod"}]})
        self.assertEqual([], self.warnings())
        self.configure(worlds.environments(), mapping={"rename": [{"kind": "lambda-function", "from": "-dev$", "to": ""}]})
        self.assertEqual(1, len(self.warnings()))

    def test_a_missing_alias_is_refused_with_the_calls_that_make_it(self):
        self.refer_to_alias()
        self.check_problems(("unresolved-reference", "Main", "has no alias", "create-contact-flow-module-version",
                             f"create-contact-flow-module-alias --instance-id {self.prod['id']} --contact-flow-module-id "
                             f"{self.greet['prod']['id']} --alias-name live"))
        self.check_nothing_written_but_by_the_test()
        self.expect(0, self.run_program("migrate", *ENDS, "--yes", "--include", "Greet"))
        self.call("CreateContactFlowModuleVersion", self.prod, ContactFlowModuleId=self.greet["prod"]["id"])
        self.alias("prod", 2)
        self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
        self.assertEqual([], self.warnings(0))


if __name__ == "__main__":
    harness.main()
