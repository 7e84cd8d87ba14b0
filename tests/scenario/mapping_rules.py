#!/usr/bin/env python3
"""Renames, pins and what a missing resource means, as flowferry.yaml says."""

import json

from lib import harness, simulated, worlds
from lib.comparer import Migration
from lib.json_strings import strings_of
from lib.worlds import Document

MIGRATE = ("migrate", "--from", "dev", "--to", "prod", "--yes", "--json")
ASSISTANT = "arn:aws:wisdom:ap-northeast-1:111122223333:assistant/7e3a1b52-0c4f-4f60-9a52-7f6b1f2f9e01"
OTHER_ASSISTANT = "arn:aws:wisdom:ap-northeast-1:444455556666:assistant/0d9b6f0e-7a55-4b0c-8f43-0c1f6f3f7a02"


class MappingRules(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        self.world, self.dev, self.prod = worlds.pair(self)

    def migrate(self, status=0, **config):
        """Serves the world, migrates with this configuration, and returns the document and the comparison."""
        self.simulator = simulated.start(self, self.world.save())
        before = self.simulator.dump()
        self.configure(worlds.environments(), **config)
        outcome = self.expect(status, self.run_program(*MIGRATE))
        if status:
            self.assertEqual(before, self.simulator.dump())
            return outcome.json(), None
        after = self.simulator.dump()
        self.second = self.expect(0, self.run_program("plan", "--from", "dev", "--to", "prod", "--json")).json()
        return outcome.json(), Migration(before, after, "acme-dev", "acme-prod", config)

    def values(self, migration, name):
        row = next(row for row in migration.target_after["flows"] if row["name"] == name)
        return {s.value for s in strings_of(row["content"])}

    def test_renames_and_pins_apply_to_resources_and_to_flows_themselves(self):
        self.dev.resource("queue", "dev-Sales", "dev-Care", "Odd").resource("lambda-function", "acme-dev-crm")
        self.prod.resource("queue", "Sales (prod)", "Care (prod)", "Even").resource("lambda-function", "acme-prod-crm")
        self.dev.module("dev greeting", worlds.module())
        self.dev.flow("[dev] Main", Document().run("dev greeting").queue("dev-Sales").queue("Odd").call("acme-dev-crm").text())
        self.dev.flow("[dev] Care", Document().queue("dev-Care").go("[dev] Main").text())
        self.prod.flow("Main", worlds.greeting("Old."))
        rename = [{"kind": "queue", "from": "^dev-(.*)$", "to": "$1 (prod)"},
                  {"kind": "lambda-function", "from": "-dev-", "to": "-prod-"},
                  {"kind": "contact-flow", "from": "^\\[dev\\] ", "to": ""},
                  {"kind": "flow-module", "from": "^dev (.*)$", "to": "$1"}]
        document, migration = self.migrate(mapping={"rename": rename, "pin": [{"kind": "queue", "from": "Odd", "to": "Even"}]})
        self.assertEqual([], migration.complaints())
        self.assertEqual({"greeting", "Care"}, {entry["name"] for entry in document["created"]})
        self.assertEqual(["Main"], [entry["name"] for entry in document["updated"]])
        self.assertEqual({"Main", "Care"}, {flow["name"] for flow in migration.target_after["flows"]})

    def test_display_names_follow_the_targets_names(self):
        document = Document().queue("Sales").value()
        action = document["Actions"][0]["Identifier"]
        document["Metadata"]["ActionMetadata"][action] = {
            "position": {"x": 1.50, "y": 2}, "parameters": {"QueueId": {"displayName": "Sales"}},
            "queue": {"id": worlds.arn("queue", "Sales"), "text": "Sales"}}
        self.dev.resource("queue", "Sales")
        self.prod.resource("queue", '営業 "JP"')
        self.dev.flow("Main", json.dumps(document, ensure_ascii=False))
        _, migration = self.migrate(mapping={"pin": [{"kind": "queue", "from": "Sales", "to": '営業 "JP"'}]})
        self.assertEqual([], migration.complaints())
        self.assertIn('営業 "JP"', self.values(migration, "Main"))
        self.assertNotIn("Sales", self.values(migration, "Main"))

    def test_kinds_without_a_look_up_are_pinned_by_arn(self):
        self.dev.flow("Wisdom", Document().block("CreateWisdomSession", {"WisdomAssistantArn": ASSISTANT}).text(), grandfathered=True)
        self.simulator = simulated.start(self, self.world.save(), switches={"reference-check": "service"})
        self.configure(worlds.environments(), mapping={"pin": [{"kind": "assistant", "from": ASSISTANT, "to": OTHER_ASSISTANT}]})
        self.expect(0, self.run_program(*MIGRATE))
        prod = simulated.instance_of(self.simulator.dump(), "acme-prod")
        values = {s.value for s in strings_of(prod["flows"][0]["content"])}
        self.assertIn(OTHER_ASSISTANT, values)
        self.assertNotIn(ASSISTANT, values)
        self.expect(0, self.run_program("plan", "--from", "dev", "--to", "prod"))

    def missing_world(self):
        for instance in (self.dev, self.prod):
            instance.resource("queue", "Sales")
        self.dev.resource("prompt", "new.wav")
        self.dev.flow("Needs it", Document().block("MessageParticipant", {"PromptId": worlds.arn("prompt", "new.wav")}).text())
        self.dev.flow("Needs that one", Document().go("Needs it").text())
        self.dev.flow("Does not", Document().queue("Sales").text())

    def test_what_is_missing_fails_unless_the_rules_say_otherwise(self):
        self.missing_world()
        document, _ = self.migrate(status=1)
        self.assertEqual(["Needs it"], [problem["name"] for problem in document["problems"]])

    def test_skip_flow_leaves_out_the_flow_and_what_then_has_no_target(self):
        self.missing_world()
        document, migration = self.migrate(missing={"prompt": "skip-flow"})
        self.assertEqual(["Does not"], [entry["name"] for entry in document["created"]])
        skipped = {entry["name"]: entry["reason"] for entry in document["skipped"]}
        self.assertEqual({"Needs it", "Needs that one"}, set(skipped))
        self.assertIn("new.wav", skipped["Needs it"])
        self.assertIn("Needs it", skipped["Needs that one"])
        self.assertEqual(["Does not"], [flow["name"] for flow in migration.target_after["flows"]])

    def test_keep_leaves_the_reference_as_it_is_and_says_so(self):
        self.dev.resource("lambda-function", "crm")
        self.dev.flow("Calls", Document().call("crm").text())
        self.simulator = simulated.start(self, self.world.save(), switches={"reference-check": "service"})
        self.configure(worlds.environments(), missing={"lambda-function": "keep"})
        document = self.expect(0, self.run_program(*MIGRATE)).json()
        self.assertIn("crm", " ".join(warning["reason"] for warning in document["warnings"]))
        prod = simulated.instance_of(self.simulator.dump(), "acme-prod")
        self.assertIn("arn:aws:lambda:ap-northeast-1:111122223333:function:crm", prod["flows"][0]["content"])
        self.expect(0, self.run_program("plan", "--from", "dev", "--to", "prod"))


if __name__ == "__main__":
    harness.main()
