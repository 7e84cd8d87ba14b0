#!/usr/bin/env python3
"""A flow that got another name in the source is renamed in the target: known by its id in the journal, by a rule, or,
when the user agrees, by its content. Never a second flow unasked, never a wrong one."""

import json
import shutil

from lib import harness, simulated, worlds
from lib.worlds import Document

ENDS = ("--from", "dev", "--to", "prod")
MIGRATE = ("migrate", *ENDS, "--yes", "--json")
PLAN = ("plan", *ENDS, "--json")


class Renames(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        world, self.dev, self.prod = worlds.pair(self)
        self.dev.module("Greet", worlds.module("Good day."))
        self.dev.flow("Main", Document().run("Greet").go("Tours").text(), description="the way in")
        self.dev.flow("Tours", Document().say("Welcome.").go("Main").text())
        self.prod.flow("Own", worlds.greeting("Mine."))
        self.simulator = simulated.start(self, world.save())

    def rows(self, alias, kind="flows"):
        """By name, without the time of the last change."""
        rows = simulated.instance_of(self.simulator.dump(), alias)[kind]
        return {row["name"]: {key: value for key, value in row.items() if key != "modified"} for row in rows}

    def call(self, operation, alias="acme-dev", **input):
        instance = simulated.instance_of(self.simulator.dump(), alias)
        return self.simulator.admin("call", {"operation": operation, "input": {"InstanceId": instance["id"], **input}})

    def rename(self, old, new):
        self.call("UpdateContactFlowName", ContactFlowId=self.rows("acme-dev")[old]["id"], Name=new)

    def change(self, name, text):
        self.call("UpdateContactFlowContent", ContactFlowId=self.rows("acme-dev")[name]["id"],
                  Content=self.rows("acme-dev")[name]["content"].replace("Welcome.", text))

    def migrated(self):
        self.expect(0, self.run_program(*MIGRATE))
        return self.rows("acme-prod"), self.rows("acme-prod", "modules")

    def test_by_its_id_in_the_journal_with_everything_that_refers_to_it(self):
        flows, modules = self.migrated()
        self.rename("Tours", "Travel")
        self.change("Travel", "Hello again.")
        module = self.rows("acme-dev", "modules")["Greet"]
        self.call("UpdateContactFlowModuleMetadata", ContactFlowModuleId=module["id"], Name="Salute")
        text = self.expect(2, self.run_program("plan", *ENDS)).out
        self.assertIn('renamed from "Tours"', text)
        self.assertIn('renamed from "Greet"', text)
        document = self.expect(2, self.run_program(*PLAN)).json()
        self.assertEqual([], document["created"])
        self.assertEqual({"Salute", "Travel"}, {entry["name"] for entry in document["updated"]})
        self.assertEqual([], document["warnings"])
        self.expect(0, self.run_program("rehearse", *ENDS))
        run = self.expect(0, self.run_program(*MIGRATE)).json()["run"]
        after, modules_after = self.rows("acme-prod"), self.rows("acme-prod", "modules")
        self.assertEqual({"Main", "Travel", "Own"}, set(after))
        self.assertEqual({"Salute"}, set(modules_after))
        self.assertEqual(flows["Tours"]["id"], after["Travel"]["id"])
        self.assertEqual(modules["Greet"]["id"], modules_after["Salute"]["id"])
        self.assertIn("Hello again.", after["Travel"]["content"])
        self.assertIn(after["Travel"]["id"], after["Main"]["content"])
        self.assertEqual(flows["Main"]["content"], after["Main"]["content"])
        self.expect(0, self.run_program(*PLAN))
        self.expect(0, self.run_program("verify", *ENDS))
        self.expect(0, self.run_program("undo", run, "--yes"))
        self.assertEqual(flows, self.rows("acme-prod"))
        self.assertEqual(modules, self.rows("acme-prod", "modules"))

    # The source is a bundle, pulled before the rename and after it.

    def pull(self, environment="dev"):
        self.expect(0, self.run_program("pull", environment, "connect", "--prune"))

    def in_bundle(self, *command):
        return self.run_program(command[0], "--from", "./connect", "--to", "prod", *command[1:])

    def check_renamed_from_bundle(self, flows, evidence):
        document = self.expect(2, self.in_bundle("plan", "--json")).json()
        self.assertEqual(([], []), (document["created"], document["warnings"]))
        self.assertIn(evidence, self.expect(2, self.in_bundle("plan")).out)
        self.expect(0, self.in_bundle("migrate", "--yes"))
        after = self.rows("acme-prod")
        self.assertEqual({"Main", "Travel", "Own"}, set(after))
        self.assertEqual(flows["Tours"]["id"], after["Travel"]["id"])
        self.expect(0, self.in_bundle("plan"))
        self.expect(0, self.in_bundle("verify"))

    def test_by_the_bundle_alone_as_in_a_pipeline_without_a_journal(self):
        self.pull()
        self.expect(0, self.in_bundle("migrate", "--yes"))
        flows = self.rows("acme-prod")
        self.rename("Tours", "Trips")
        self.pull()
        self.rename("Trips", "Travel")
        self.pull()
        manifest = json.loads((self.folder / "connect/flowferry-bundle.json").read_text())
        self.assertEqual({"flows/Travel.flow.json": ["Tours", "Trips"]}, manifest["former_names"])
        (self.folder / ".flowferry/journal.db").unlink()
        self.check_renamed_from_bundle(flows, "the bundle had it under this name")
        # There and back: a name that it has is no former one.
        self.rename("Travel", "Tours")
        self.pull()
        manifest = json.loads((self.folder / "connect/flowferry-bundle.json").read_text())
        self.assertEqual({"flows/Tours.flow.json": ["Trips", "Travel"]}, manifest["former_names"])
        (self.folder / ".flowferry/journal.db").unlink()
        self.expect(0, self.in_bundle("migrate", "--yes"))
        self.assertEqual({"Main", "Tours", "Own"}, set(self.rows("acme-prod")))

    def test_by_the_journal_of_runs_out_of_the_bundle(self):
        self.pull()
        self.expect(0, self.in_bundle("migrate", "--yes"))
        flows = self.rows("acme-prod")
        self.rename("Tours", "Travel")
        shutil.rmtree(self.folder / "connect")
        self.pull()
        self.check_renamed_from_bundle(flows, "carried it")

    def test_by_the_journal_of_runs_out_of_the_instance_and_the_other_way(self):
        flows, _ = self.migrated()
        self.rename("Tours", "Travel")
        self.pull()
        self.check_renamed_from_bundle(flows, "carried it")
        (self.folder / ".flowferry/journal.db").rename(self.folder / "aside.db")
        self.rename("Travel", "Third")
        self.pull()
        self.expect(0, self.in_bundle("migrate", "--yes"))  # Its journal has the bundle's run only.
        self.rename("Third", "Fourth")
        self.expect(0, self.run_program(*MIGRATE))
        self.assertEqual(flows["Tours"]["id"], self.rows("acme-prod")["Fourth"]["id"])

    def test_two_that_had_one_name_are_not_told_apart_by_it(self):
        self.pull()
        self.expect(0, self.in_bundle("migrate", "--yes"))
        self.rename("Tours", "Travel")
        self.rename("Main", "Tours")
        self.pull()
        self.rename("Tours", "Main line")
        self.pull()
        (self.folder / ".flowferry/journal.db").unlink()
        document = self.expect(2, self.in_bundle("plan", "--json")).json()
        renamed = {entry["name"]: [change["from"] for change in entry["changes"] if change["what"] == "name"]
                   for entry in document["updated"]}
        # "Main line" was "Main" and then "Tours", as "Travel" was: nothing is taken for another by that.
        self.assertEqual([], [name for name, former in renamed.items() if former])
        self.assertEqual({"Travel", "Main line"}, {entry["name"] for entry in document["created"]})
        self.assertEqual({"maybe-renamed"}, {warning["id"] for warning in document["warnings"]})

    def test_a_manifest_with_former_names_that_are_none_is_refused(self):
        self.pull()
        path = self.folder / "connect/flowferry-bundle.json"
        text = path.read_text()
        for wrong, words in (('["Tours"]', "is no object"), ('{ "flows/Main.flow.json": "Tours" }', "no list of names"),
                             ('{ "flows/Main.flow.json": [1] }', "no list of names")):
            path.write_text(text.replace('"ids"', f'"former_names": {wrong},\n  "ids"'))
            outcome = self.expect(1, self.in_bundle("plan"))
            self.assertIn(words, outcome.err)
            self.assertIn("flowferry-bundle.json:5", outcome.err)

    def test_two_pulls_of_one_instance_know_each_other_by_id(self):
        self.pull()
        self.rename("Tours", "Travel")
        text = self.expect(2, self.run_program("diff", "./connect", "dev")).out
        self.assertIn("renamed", text)
        self.assertIn('"Tours"', text)

    def test_a_plan_file_carries_the_rename_and_stops_where_somebody_was_faster(self):
        flows, _ = self.migrated()
        self.rename("Tours", "Travel")
        self.expect(2, self.run_program("plan", *ENDS, "-o", "release.plan"))
        self.call("UpdateContactFlowName", "acme-prod", ContactFlowId=flows["Tours"]["id"], Name="Taken over")
        outcome = self.expect(1, self.run_program("apply", "release.plan", "--yes"))
        self.assertIn("name", outcome.err + outcome.out)
        self.assertIn("Taken over", self.rows("acme-prod"))
        self.call("UpdateContactFlowName", "acme-prod", ContactFlowId=flows["Tours"]["id"], Name="Tours")
        self.expect(2, self.run_program("plan", *ENDS, "-o", "release.plan"))
        self.expect(0, self.run_program("apply", "release.plan", "--yes"))
        self.assertEqual(flows["Tours"]["id"], self.rows("acme-prod")["Travel"]["id"])

    def test_what_only_looks_alike_is_asked_and_renamed_when_agreed_to(self):
        flows, _ = self.migrated()
        (self.folder / ".flowferry/journal.db").unlink()
        self.rename("Tours", "Travel")
        document = self.expect(2, self.run_program(*PLAN)).json()
        self.assertEqual(["Travel"], [entry["name"] for entry in document["created"]])
        warning, = [w for w in document["warnings"] if w["id"] == "maybe-renamed"]
        self.assertEqual("Travel", warning["name"])
        for word in ('"Tours"', "mapping.renamed", "--accept-renames"):
            self.assertIn(word, warning["reason"] + warning["help"])
        self.assertEqual(["Travel"], [entry["name"] for entry in
                                      self.expect(2, self.run_program(*PLAN, "--accept-renames")).json()["updated"]
                                      if any(change["what"] == "name" for change in entry["changes"])])
        self.expect(0, self.run_program(*MIGRATE, "--accept-renames"))
        self.assertEqual(flows["Tours"]["id"], self.rows("acme-prod")["Travel"]["id"])
        self.assertNotIn("Tours", self.rows("acme-prod"))

    def test_a_rule_says_it_and_is_told_when_it_is_over(self):
        flows, _ = self.migrated()
        (self.folder / ".flowferry/journal.db").unlink()
        self.rename("Tours", "旅行")
        renamed = {"mapping": {"renamed": [{"kind": "contact-flow", "from": "Tours", "to": "旅行"}]}}
        self.configure(worlds.environments(), **renamed)
        document = self.expect(0, self.run_program(*MIGRATE)).json()
        self.assertEqual([], document["warnings"])
        self.assertEqual(flows["Tours"]["id"], self.rows("acme-prod")["旅行"]["id"])
        self.assertEqual([], self.expect(0, self.run_program(*PLAN)).json()["warnings"])
        renamed["mapping"]["renamed"][0]["from"] = "Nothing"
        renamed["mapping"]["renamed"][0]["to"] = "Something"
        self.configure(worlds.environments(), **renamed)
        warning, = self.expect(0, self.run_program(*PLAN)).json()["warnings"]
        self.assertEqual("rule-unused", warning["id"])
        self.assertIn("flowferry.yaml:", warning["name"])

    def test_a_new_flow_beside_others_is_a_new_flow(self):
        self.migrated()
        instance = simulated.instance_of(self.simulator.dump(), "acme-dev")
        self.simulator.admin("call", {"operation": "CreateContactFlow", "input": {
            "InstanceId": instance["id"], "Name": "New", "Type": "CONTACT_FLOW", "Content": worlds.greeting("Something else.")}})
        document = self.expect(2, self.run_program(*PLAN)).json()
        self.assertEqual(["New"], [entry["name"] for entry in document["created"]])
        self.assertEqual([], document["warnings"])

    def test_a_name_that_another_one_has_now_goes_by_name(self):
        flows, _ = self.migrated()
        self.rename("Tours", "Travel")
        instance = simulated.instance_of(self.simulator.dump(), "acme-dev")
        self.simulator.admin("call", {"operation": "CreateContactFlow", "input": {
            "InstanceId": instance["id"], "Name": "Tours", "Type": "CONTACT_FLOW", "Content": worlds.greeting("Another.")}})
        self.expect(0, self.run_program(*MIGRATE))
        after = self.rows("acme-prod")
        self.assertEqual(flows["Tours"]["id"], after["Tours"]["id"])
        self.assertIn("Another.", after["Tours"]["content"])
        self.assertIn("Travel", after)
        self.expect(0, self.run_program("verify", *ENDS))

    def test_a_protected_flow_is_protected_under_its_former_name_too(self):
        self.migrated()
        self.rename("Tours", "Travel")
        self.configure(worlds.environments(), protect={"names": ["Tours"]})
        document = self.expect(1, self.run_program(*PLAN)).json()
        self.assertEqual(["protected"], [problem["id"] for problem in document["problems"]])
        self.assertEqual("target", document["problems"][0]["resource"]["in"])

    def test_rules_that_go_round_in_a_circle_or_say_it_twice_are_refused(self):
        def check(rules, *words):
            self.write("flowferry.yaml", "mapping:\n  renamed:\n" + "".join(
                f"    - {json.dumps({'kind': 'contact-flow', 'from': old, 'to': new})}\n" for old, new in rules))
            outcome = self.expect(1, self.run_program("config", "check"))
            for word in (*words, "What to do:"):
                self.assertIn(word, outcome.err)

        check([("A", "B"), ("B", "A")], "flowferry.yaml:3", '"A" to "B" to "A"')
        check([("A", "B"), ("B", "C"), ("C", "A")], "flowferry.yaml:3", "circle")
        check([("A", "A")], "flowferry.yaml:3", "circle")
        check([("A", "B"), ("A", "C")], "flowferry.yaml:4", '"A"', "twice")
        check([("A", "B"), ("C", "B")], "flowferry.yaml:4", '"B"', "twice")


if __name__ == "__main__":
    harness.main()
