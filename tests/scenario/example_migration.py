#!/usr/bin/env python3
"""The example contact centre, development to production, checked by a comparer that shares nothing with the product."""

import re

import yaml

from lib import harness, simulated
from lib.calls import Expected
from lib.comparer import Migration, content_of
from lib.json_strings import same_meaning
from lib.stubs import fewest_stubs, is_open, references_among

EXAMPLE = harness.EXAMPLES / "sakura-travel"


def table_of_readme():
    """What the example's README says has to be done: row -> (flows, modules)."""
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \| (\d+) \|$", (EXAMPLE / "README.md").read_text(), re.M)
    return {name: (int(flows), int(modules)) for name, flows, modules in rows}


class Stage(harness.ScenarioTest):
    """Does the migration once."""

    def setUp(self):
        super().setUp()
        simulator = simulated.start(self, EXAMPLE / "world.yaml")
        self.variables["AWS_SHARED_CREDENTIALS_FILE"] = str(EXAMPLE / "aws" / "credentials")
        self.config = yaml.safe_load((EXAMPLE / "flowferry.yaml").read_text())
        self.configure(**self.config)
        before = simulator.dump()
        self.outcome = self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes", "--json"))
        self.migrated = self.outcome.json()
        self.after, self.log = simulator.dump(), simulator.log()
        self.migration = Migration(before, self.after, "sakura-dev", "sakura-prod", self.config)
        second = self.run_program("plan", "--from", "dev", "--to", "prod", "--json")
        calls = {name: count - self.log["calls"].get(name, 0) for name, count in simulator.log()["calls"].items()}
        self.second = second.status, second.json(), {name: count for name, count in calls.items() if count}


class ExampleMigration(harness.StagedTest):
    """One migration, looked at from many sides."""

    Stage = Stage

    def test_it_ends_with_status_0_and_a_document_with_every_member(self):
        document = self.stage.migrated
        for member in ("created", "updated", "stubbed", "unchanged", "skipped", "problems"):
            self.assertIsInstance(document[member], list, member)
            for entry in document[member]:
                self.assertIn(entry["kind"], ("contact-flow", "flow-module"))
                self.assertTrue(entry["name"])
                if entry["kind"] == "contact-flow":
                    self.assertTrue(entry["type"], entry)
        self.assertTrue(document["run"])
        self.assertEqual([], document["problems"])
        self.assertIsInstance(document["calls"], dict)
        self.assertEqual(0, document["throttled"])
        self.assertGreater(document["seconds"], 0)
        for entry in document["created"] + document["updated"]:
            self.assertTrue(entry["arn"].startswith("arn:aws:connect:ap-northeast-1:444455556666:instance/"), entry)
            self.assertTrue(entry["reason"], entry)
            self.assertTrue(entry["verified"], entry)
        for entry in document["skipped"]:
            self.assertTrue(entry["reason"], entry)

    def test_every_flow_is_as_in_the_source_wired_to_the_targets_resources_and_nothing_else_changed(self):
        self.assertEqual([], self.stage.migration.complaints())

    def test_what_was_done_is_what_the_readme_says(self):
        readme, of = table_of_readme(), self.stage.migration.of

        def both(condition):
            return len(of("contact-flow", condition)), len(of("flow-module", condition))

        mapping = self.stage.migration.mapping
        self.assertEqual(readme["to be created"], both(lambda one: one.created))
        self.assertEqual(readme["to be updated: content"], both(lambda one: one.updated and one.content_differs))
        self.assertEqual(readme["to be updated: description or tags alone"],
                         both(lambda one: one.updated and not one.content_differs))

        def same_bytes(one):
            return not mapping.differences(content_of(one.source), content_of(one.before))

        def equal(one):
            return not one.created and not one.updated

        self.assertEqual(readme["equal: the same bytes"], both(lambda one: equal(one) and same_bytes(one)))
        self.assertEqual(readme["equal: the same meaning in other bytes"],
                         both(lambda one: equal(one) and not same_bytes(one)))
        source = self.stage.migration.source_before
        stock = [flow for flow in source["flows"] if flow["name"].startswith(("Default ", "Sample "))]
        self.assertEqual(readme["in development"], (len(source["flows"]) - len(stock), len(source["modules"])))
        archived = tuple(sum(row["state"] == "ARCHIVED" for row in source[rows]) for rows in ("flows", "modules"))
        self.assertEqual(readme["skipped: archived"], archived)

    def test_the_document_names_what_was_created_updated_unchanged_and_skipped(self):
        document, migration = self.stage.migrated, self.stage.migration

        def listed(member):
            return sorted((entry["kind"], entry.get("type", ""), entry["name"]) for entry in document[member])

        def really(condition):
            return sorted((one.kind, one.source["type"], migration.rules.name(one.kind, one.source["name"]))
                          for one in migration.carried if condition(one))

        self.assertEqual(really(lambda one: one.created), listed("created"))
        self.assertEqual(really(lambda one: one.updated), listed("updated"))
        self.assertEqual(really(lambda one: not one.created and not one.updated), listed("unchanged"))
        self.assertEqual(sorted((kind, flow["type"], flow["name"]) for kind, flow in migration.skipped), listed("skipped"))
        for entry in document["created"]:
            rows = migration.target_after["flows"] + migration.target_after["modules"]
            row = next(row for row in rows if row["arn"] == entry["arn"])
            self.assertEqual(entry["name"], row["name"])

    def test_stubs_are_the_fewest_open_every_circle_and_none_is_left(self):
        created = [one.source for one in self.stage.migration.carried if one.created]
        graph = references_among(created)
        stubbed = {(entry.get("type", ""), entry["name"]) for entry in self.stage.migrated["stubbed"]}
        numbers = {n for n, flow in enumerate(created) if (flow["type"], flow["name"]) in stubbed}
        self.assertTrue(is_open(graph, numbers), "a circle of new flows without a stub in it")
        self.assertEqual(8, fewest_stubs(graph))
        self.assertEqual(8, len(numbers))
        for entry in self.stage.migrated["stubbed"]:
            self.assertTrue(entry["circle"], entry)
        for row in self.stage.migration.target_after["flows"] + self.stage.migration.target_after["modules"]:
            self.assertNotIn("flowferry", content_of(row).lower(), f"a stub is left: {row['name']}")

    def test_calls_are_those_that_the_documentation_derives_and_that_the_service_counted(self):
        document = self.stage.migrated
        stubs = {kind: sum(entry["kind"] == kind for entry in document["stubbed"])
                 for kind in ("contact-flow", "flow-module")}
        self.assertEqual(Expected(self.stage.migration, stubs).calls, document["calls"])
        self.assertEqual(self.stage.log["calls"], document["calls"])
        self.assertEqual({}, self.stage.log["unknownMembers"])
        self.assertEqual(0, self.stage.log["refusedSignatures"])
        self.assertEqual([], self.stage.log["mistakes"])

    def test_a_second_plan_has_nothing_to_do_and_makes_the_reading_calls_only(self):
        status, document, calls = self.stage.second
        self.assertEqual(0, status)
        for member in ("created", "updated", "stubbed", "problems"):
            self.assertEqual([], document[member])
        self.assertEqual(148, len(document["unchanged"]))
        after = Migration(self.stage.after, self.stage.after, "sakura-dev", "sakura-prod", self.stage.config)
        expected = Expected(after, {"contact-flow": 0, "flow-module": 0}).calls
        self.assertEqual(expected, document["calls"])
        self.assertEqual(expected, calls)

    def test_a_drafts_content_stays_behind(self):
        rows = {row["name"]: row for row in self.stage.migration.source_before["flows"]}
        shops = rows["店舗のご案内"]
        self.assertFalse(same_meaning(shops["content"], shops["draft"]), "the example has lost its draft")
        there = {row["name"]: row for row in self.stage.migration.target_after["flows"]}["店舗のご案内"]
        self.assertEqual([], self.stage.migration.mapping.differences(shops["content"], there["content"]))


if __name__ == "__main__":
    harness.main()
