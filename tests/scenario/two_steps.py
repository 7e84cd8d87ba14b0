#!/usr/bin/env python3
"""plan -o and apply: the same as migrate, with a file between that can be looked at; and --dry-run."""

import json

from lib import harness, simulated, worlds
from lib.comparer import Migration
from lib.worlds import Document

MINIMAL = harness.EXAMPLES / "minimal"


class TwoSteps(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        self.world, dev, prod = worlds.pair(self)
        for instance in (dev, prod):
            instance.resource("queue", "Sales", "予約").resource("lambda-function", "crm-lookup")
        dev.module("Greet", Document(module=True).call("crm-lookup").text())
        dev.flow("Main line", Document().run("Greet").queue("予約").go("Callback").text())
        dev.flow("Callback", Document().go("Main line").text(), description="日本語")
        dev.flow("Same", worlds.greeting())
        prod.flow("Main line", Document().queue("Sales").text())
        prod.flow("Same", worlds.greeting())
        prod.flow("Own", worlds.greeting("Mine."))
        self.world.instance("acme-test", worlds.PROD).resource("queue", "Sales", "予約").resource("lambda-function", "crm-lookup")
        self.simulator = simulated.start(self, self.world.save())
        self.before = self.simulator.dump()

    def plan(self, *more):
        return self.run_program("plan", "--from", "dev", "--to", "prod", *more)

    def make_plan_file(self):
        self.expect(2, self.plan("-o", "release.plan"))
        return self.folder / "release.plan"

    def check_nothing_written(self):
        self.assertEqual(self.before, self.simulator.dump())
        self.assertEqual(0, self.simulator.log()["writes"])

    def check_done(self):
        migration = Migration(self.before, self.simulator.dump(), "acme-dev", "acme-prod")
        self.assertEqual([], migration.complaints())
        return migration

    def check_refused(self, *words, file="release.plan", **variables):
        for more in ((), ("--json",)):
            outcome = self.expect(1, self.run_program("apply", file, "--yes", *more, **variables))
            self.assertEqual(1, outcome.err.count("Error:"), str(outcome))
            for word in words:
                self.assertIn(word, outcome.err, str(outcome))
            if more:
                self.assertEqual("command-failed", outcome.json()["problems"][0]["id"])
        self.check_nothing_written()

    def test_a_plan_says_what_it_would_do_and_writes_nothing(self):
        outcome = self.expect(2, self.plan())
        self.assertIn("Main line", outcome.out)
        self.assertIn("3 to create" if "3 to create" in outcome.out else "2 to create", outcome.out)
        self.check_nothing_written()
        document = self.expect(2, self.plan("--json")).json()
        self.assertEqual(["Greet", "Callback"], sorted((e["name"] for e in document["created"]), reverse=True))
        self.assertEqual(["Main line"], [e["name"] for e in document["updated"]])
        self.assertEqual(["Same"], [e["name"] for e in document["unchanged"]])
        self.assertEqual([], document["problems"])
        self.assertIsNone(document["run"])
        self.assertGreater(document["pending"], 0)
        self.assertNotIn("verified", document["updated"][0])
        # How much of the content changes, from what was read; against a flow that does not exist yet, too.
        change, = [change for change in document["updated"][0]["changes"] if change["what"] == "content"]
        self.assertRegex(change["summary"], r"^\d+ blocks? \w+")
        self.assertIn("Main line  content differs: " + change["summary"], outcome.out)

    def test_a_plan_is_not_written_where_there_is_no_folder(self):
        outcome = self.expect(1, self.plan("-o", "nowhere/release.plan", "--json"))
        self.assertEqual("not-found", outcome.json()["error"]["kind"])
        self.assertIn("there is no folder nowhere", outcome.err)
        self.assertFalse((self.folder / "nowhere").exists())
        self.assertEqual({}, outcome.json()["calls"], "it is said before anything is read")

    def test_a_saved_plan_applied_does_what_migrate_does(self):
        self.make_plan_file()
        self.check_nothing_written()
        outcome = self.expect(0, self.run_program("apply", "release.plan", "--yes", "--json"))
        document = outcome.json()
        self.assertEqual(2, len(document["created"]))
        self.assertEqual(1, len(document["updated"]))
        self.check_done()
        self.expect(0, self.plan())

    def test_a_plan_with_nothing_to_do_is_applied_with_nothing_done(self):
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes"))
        self.expect(0, self.plan("-o", "empty.plan"))
        before = self.simulator.dump()
        self.expect(0, self.run_program("apply", "empty.plan", "--yes"))
        self.assertEqual(before, self.simulator.dump())

    def test_a_saved_plan_is_held_to_the_limits_that_hold_when_it_is_applied(self):
        self.make_plan_file()
        for limits, problem in (({"creates": 1}, "limit-creates"), ({"updates": 0}, "limit-updates"),
                                ({"share": 0.01}, "limit-share"), ({"modules_per_instance": 0}, "quota-modules")):
            self.configure(worlds.environments(), limits=limits)
            outcome = self.expect(1, self.run_program("apply", "release.plan", "--yes", "--json"))
            self.assertEqual([problem], [p["id"] for p in outcome.json()["problems"]])
        self.check_nothing_written()
        self.configure(worlds.environments(), limits={"creates": 0, "updates": 0, "share": 0})
        self.expect(2, self.plan("-o", "over.plan", "--ignore-limits"))
        self.expect(0, self.run_program("apply", "over.plan", "--yes"))
        self.check_done()

    def test_a_saved_plan_goes_over_the_limits_when_it_is_applied_so(self):
        self.make_plan_file()
        self.configure(worlds.environments(), limits={"creates": 0})
        outcome = self.expect(1, self.run_program("apply", "release.plan", "--yes"))
        self.assertIn("limits.creates allows 0", outcome.out)
        self.check_nothing_written()
        self.expect(0, self.run_program("apply", "release.plan", "--yes", "--ignore-limits"))
        self.check_done()

    def test_a_plan_is_applied_once(self):
        self.make_plan_file()
        self.expect(0, self.run_program("apply", "release.plan", "--yes"))
        after = self.simulator.dump()
        outcome = self.run_program("apply", "release.plan", "--yes")
        self.assertIn(outcome.status, (0, 1), str(outcome))
        self.assertEqual(after, self.simulator.dump())

    def test_without_a_terminal_nothing_is_written_unless_yes_is_given(self):
        self.make_plan_file()
        for command in (("apply", "release.plan"), ("migrate", "--from", "dev", "--to", "prod")):
            outcome = self.expect(1, self.run_program(*command, stdin="yes\n"))
            self.assertIn("--yes", outcome.err)
            self.check_nothing_written()

    def test_dry_run_ends_with_2_and_after_the_migration_with_0(self):
        dry = ("migrate", "--from", "dev", "--to", "prod", "--dry-run")
        self.expect(2, self.run_program(*dry))
        self.assertGreater(self.expect(2, self.run_program(*dry, "--json", "--yes")).json()["pending"], 0)
        self.check_nothing_written()
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes"))
        self.expect(0, self.run_program(*dry))
        self.assertEqual(0, self.expect(0, self.run_program(*dry, "--json")).json()["pending"])
        self.check_done()

    def test_a_plan_file_that_is_cut_off_is_refused(self):
        path = self.make_plan_file()
        text = path.read_bytes()
        for size in (0, 1, 100, len(text) // 2, len(text) - 3):
            with self.subTest(size):
                path.write_bytes(text[:size])
                self.check_refused("release.plan", "plan", "What to do:")

    def test_a_plan_file_that_was_edited_is_refused(self):
        path = self.make_plan_file()
        plan = json.loads(path.read_text())

        def edit(change):
            copy = json.loads(json.dumps(plan))
            change(copy)
            path.write_text(json.dumps(copy))
            self.check_refused("release.plan", "edited", "checksum", "What to do:")

        edit(lambda p: p["nodes"][0].update(name="Other"))
        edit(lambda p: p["nodes"][0]["content"].__setitem__(0, p["nodes"][0]["content"][0] + " "))
        edit(lambda p: p["operations"].pop())
        edit(lambda p: p["target"].update(arn=p["source"]["arn"]))
        edit(lambda p: p.pop("checksum"))
        edit(lambda p: p.update(checksum="0" * 64))

    def test_a_plan_file_only_printed_otherwise_is_still_the_same_plan(self):
        path = self.make_plan_file()
        path.write_text(json.dumps(json.loads(path.read_text()), ensure_ascii=True))
        self.expect(0, self.run_program("apply", "release.plan", "--yes"))
        self.check_done()

    def test_a_plan_file_with_a_flipped_byte_is_refused(self):
        path = self.make_plan_file()
        text = path.read_bytes()
        for number in range(12):
            at = len(text) * (2 * number + 1) // 24
            with self.subTest(at):
                damaged = bytes([text[at] ^ 1])
                if text[at:at + 1].isspace() or damaged.isspace():
                    continue
                path.write_bytes(text[:at] + damaged + text[at + 1:])
                self.check_refused("release.plan", "What to do:")

    def test_a_plan_of_another_version_is_refused(self):
        path = self.make_plan_file()
        plan = json.loads(path.read_text())
        for version in (0, 2, "1", None):
            with self.subTest(version):
                path.write_text(json.dumps({**plan, "version": version}))
                self.check_refused("release.plan", "version", "What to do:")

    def test_a_file_that_is_no_plan_is_refused(self):
        self.write("release.plan", {"created": [], "updated": []})
        self.check_refused("release.plan", "not a flowferry plan", "What to do:")
        self.write("release.plan", b"\xff\xfe\x00binary")
        self.check_refused("release.plan", "What to do:")
        self.check_refused("missing.plan", "What to do:", file="missing.plan")
        self.check_refused("What to do:", file=".")

    def test_a_plan_for_another_target_is_refused(self):
        self.make_plan_file()
        environments = worlds.environments(target="acme-test")
        self.configure(environments)
        self.check_refused("instance", "prod", "What to do:")
        del environments["prod"]
        self.configure(environments)
        self.check_refused('"prod"', "What to do:")

    def test_what_somebody_changed_after_the_plan_is_not_overwritten(self):
        self.make_plan_file()
        prod = simulated.instance_of(self.before, "acme-prod")
        row = next(flow for flow in prod["flows"] if flow["name"] == "Main line")
        theirs = worlds.greeting("Changed by hand.")
        self.simulator.admin("call", {"operation": "UpdateContactFlowContent",
                                      "input": {"InstanceId": prod["id"], "ContactFlowId": row["id"], "Content": theirs}})
        outcome = self.expect(1, self.run_program("apply", "release.plan", "--yes", "--json"))
        document = outcome.json()
        self.assertFalse(document["complete"])
        self.assertEqual(["Main line"], [problem["name"] for problem in document["problems"]])
        after = simulated.instance_of(self.simulator.dump(), "acme-prod")
        self.assertEqual(theirs, next(flow for flow in after["flows"] if flow["name"] == "Main line")["content"])


if __name__ == "__main__":
    harness.main()
