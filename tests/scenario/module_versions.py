#!/usr/bin/env python3
"""References to versions and aliases of modules: a version is what has the same content there, whatever its number, an alias
what has the same name; else it is refused. An alias that stands for other content is told."""

import json
import signal
import subprocess
import time

from lib import harness, worlds
from lib.modules import ENDS, ModuleTest, without_times


class ModuleVersions(ModuleTest):
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

    def test_an_alias_that_follows_is_moved_to_a_new_version_and_back(self):
        there = self.alias("prod")
        self.refer_to_alias()
        self.follow()
        before = self.prod_now()
        plan = self.expect(2, self.run_program("plan", *ENDS)).out
        self.assertIn('alias "live" stands for other content in the target', plan)
        self.expect(0, self.run_program("rehearse", *ENDS))
        self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
        self.assertEqual(f"{self.greet['prod']['arn']}:{there}", self.main_in_prod())
        self.assertEqual(2, self.stands_for())
        self.expect(0, self.run_program("verify", *ENDS))
        self.expect(0, self.run_program("plan", *ENDS))
        for version in (3, 4):
            self.expect(0, self.run_program("undo", self.newest_run(), "--yes"))
            self.assertEqual(before, self.prod_now())
            self.expect(0, self.run_program("undo", self.newest_run(), "--yes"))
            self.assertEqual(version, self.stands_for())
            self.expect(0, self.run_program("plan", *ENDS))

    def test_it_goes_to_the_version_that_has_the_content(self):
        content = self.published_content("dev").replace(self.dev["account"], self.prod["account"])
        self.publish("prod", content)
        self.publish("prod", worlds.module("Three."))
        self.alias("prod")
        self.refer_to_alias()
        self.publish("dev", worlds.module("Newer than what the alias stands for."))
        self.follow()
        self.expect(0, self.run_program("rehearse", *ENDS))
        self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
        self.assertEqual((2, 3), (self.stands_for(), len(self.prod_now()["modules"][0]["versions"])))
        self.expect(0, self.run_program("plan", *ENDS))
        self.expect(0, self.run_program("undo", "--yes"))
        self.assertEqual(1, self.stands_for())

    def test_what_cannot_follow_is_refused(self):
        self.alias("prod")
        self.refer_to_alias()
        self.publish("dev", worlds.module("Newer than what the alias stands for."))
        self.follow()
        self.before = self.simulator.dump()
        self.check_problems(("alias-differs", "Greet", "none can be published", "module_versions: keep"))

    def diff(self, status, *more):
        """What diff shows, in each form: of Greet in JSON, and the texts."""
        document = self.expect(status, self.run_program("diff", "dev", "prod", "--json", *more)).json()
        greet = next(flow for flow in document["flows"] if flow["left_name"] == "Greet")
        texts = [self.expect(status, self.run_program("diff", "dev", "prod", "--format", form, *more)).out for form in ("text", "markdown", "html")]
        return greet, texts

    def test_diff_shows_what_would_be_made(self):
        self.refer_to_alias()
        greet, texts = self.diff(2)
        self.assertIn({"what": "alias live", "left": "version 1", "right": ""}, greet["metadata"])
        for text in texts:
            self.assertIn("alias live", text)
            self.assertIn("version 1", text)

    def test_diff_shows_what_would_be_moved_and_what_stays(self):
        self.alias("prod")
        self.refer_to_alias()
        self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
        line = {"what": "alias live", "left": "version 1", "right": "version 1 (other content)"}
        greet, texts = self.diff(0)
        self.assertEqual(([], [line], False), (greet["metadata"], greet["left_alone"], greet["counts"]))
        self.assertIn("alias live (stays): version 1 → version 1 (other content)", texts[0])
        greet, texts = self.diff(2, "--module-versions", "follow")
        self.assertEqual(([line], [], True), (greet["metadata"], greet["left_alone"], greet["counts"]))
        self.assertIn("alias live: version 1 → version 1 (other content)", texts[0])
        for text in texts:
            self.assertIn("alias live", text)
            self.assertIn("(other content)", text)

    def test_the_command_line_is_over_the_configuration(self):
        self.alias("prod")
        self.refer_to_alias()
        self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
        follow = ("--module-versions", "follow")
        self.expect(0, self.run_program("plan", *ENDS))
        self.expect(2, self.run_program("plan", *ENDS, *follow))
        self.expect(2, self.run_program("verify", *ENDS, *follow))
        self.follow()
        self.expect(2, self.run_program("plan", *ENDS))
        self.expect(0, self.run_program("plan", *ENDS, "--module-versions", "keep"))
        outcome = self.expect(1, self.run_program("plan", *ENDS, "--module-versions", "never"))
        self.assertIn("--module-versions", outcome.err)
        self.configure(worlds.environments())
        self.expect(0, self.run_program("rehearse", *ENDS, *follow))
        self.expect(0, self.run_program("migrate", *ENDS, "--yes", *follow))
        self.assertEqual(2, self.stands_for())
        self.expect(0, self.run_program("diff", "dev", "prod", *follow))

    def test_somebody_moves_the_alias_before_the_plan_is_applied(self):
        there = self.alias("prod")
        self.publish("prod", worlds.module("Theirs."))
        self.publish("prod", worlds.module("Zero."))
        self.refer_to_alias()
        self.follow()
        self.expect(2, self.run_program("plan", *ENDS, "-o", "it.plan"))
        self.call("UpdateContactFlowModuleAlias", self.prod, ContactFlowModuleId=self.greet["prod"]["id"], AliasId=there,
                  ContactFlowModuleVersion=2)
        outcome = self.expect(1, self.run_program("apply", "it.plan", "--yes"))
        self.assertIn("stands for version 2 by now", outcome.out + outcome.err)
        self.assertEqual(2, self.stands_for())

    def test_a_version_that_follows_is_published(self):
        self.refer(":1")
        self.follow()
        before = self.prod_now()
        self.expect(0, self.run_program("rehearse", *ENDS))
        for _ in range(2):
            self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
            newest = max(version["version"] for version in self.prod_now()["modules"][0]["versions"])
            self.assertEqual(f"{self.greet['prod']['arn']}:{newest}", self.main_in_prod())
            self.expect(0, self.run_program("plan", *ENDS))
            self.expect(0, self.run_program("undo", self.newest_run(), "--yes"))
            self.assertEqual(before, self.prod_now())
        self.expect(0, self.run_program("undo", self.newest_run(), "--yes"))
        self.expect(0, self.run_program("plan", *ENDS))

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

    def test_a_missing_alias_of_older_content_is_refused_with_the_calls_that_make_it(self):
        alias = self.alias("dev")
        self.publish("dev", worlds.module("Newer than what the alias stands for."))
        self.refer(":" + alias)
        self.check_problems(("unresolved-reference", "Main", "has no alias", "create-contact-flow-module-version",
                             f"create-contact-flow-module-alias --instance-id {self.prod['id']} --contact-flow-module-id "
                             f"{self.greet['prod']['id']} --alias-name live"))
        self.check_nothing_written_but_by_the_test()

    def check_alias_is_made(self):
        module = self.prod_now()["modules"][0]
        alias, = module["aliases"]
        self.assertEqual("live", alias["name"])
        self.assertEqual(max(version["version"] for version in module["versions"]), alias["version"])
        self.assertEqual(2, len(module["versions"]))
        self.assertEqual(f"{module['arn']}:{alias['id']}", self.main_in_prod())
        self.expect(0, self.run_program("plan", *ENDS))
        self.assertEqual([], self.warnings(0))

    def test_a_missing_alias_is_made_and_taken_back_and_made_again(self):
        self.refer_to_alias()
        before = self.prod_now()
        self.run_program("plan", *ENDS, "-o", "it.plan")
        outcome = self.expect(0, self.run_program("apply", "it.plan", "--yes"))
        self.check_alias_is_made()
        self.expect(0, self.run_program("verify", *ENDS))
        for _ in range(2):
            self.expect(0, self.run_program("undo", self.newest_run(), "--yes"))
            self.assertEqual(before, self.prod_now(), str(outcome))
            self.expect(0, self.run_program("undo", self.newest_run(), "--yes"))
            self.check_alias_is_made()

    def test_a_module_that_is_new_there_gets_its_alias(self):
        self.call("DeleteContactFlowModule", self.prod, ContactFlowModuleId=self.greet["prod"]["id"])
        self.refer_to_alias()
        before = self.prod_now()
        self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
        self.assertEqual([("live", 1)], [(a["name"], a["version"]) for a in self.prod_now()["modules"][0]["aliases"]])
        self.expect(0, self.run_program("plan", *ENDS))
        self.expect(0, self.run_program("undo", "--yes"))
        self.assertEqual(before, self.prod_now())

    def test_a_write_whose_answer_never_came_is_not_made_twice(self):
        self.refer_to_alias()
        before = self.prod_now()
        for after in ("resume", "undo"):
            for write in range(1, 5):
                for moment in ("before", "after"):
                    with self.subTest(after=after, write=write, moment=moment):
                        made = self.simulator.log()["writes"]
                        self.simulator.admin("faults", {"hold_write": made + write, "hold_moment": moment})
                        held = self.simulator.log()["held"]
                        process = subprocess.Popen([harness.PROGRAM, "migrate", *ENDS, "--yes", "--new-run"], cwd=self.folder, env=self.environment(),
                                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                        while self.simulator.log()["held"] == held and process.poll() is None:
                            time.sleep(0.02)
                        self.assertIsNone(process.poll())
                        process.kill()
                        process.wait()
                        self.simulator.admin("faults", {})
                        if after == "resume":
                            self.expect(0, self.run_program("resume", "--yes"))
                            self.check_alias_is_made()
                        self.undo_to_the_end(self.newest_run())
                        self.assertEqual(before, self.prod_now())

    def test_what_was_refused_is_taken_back_at_once(self):
        self.refer_to_alias()
        before = self.prod_now()
        for refused in ("CreateContactFlowModuleVersion", "CreateContactFlowModuleAlias"):
            with self.subTest(refused=refused):
                self.simulator.switch({"deny": refused})
                self.assertIn("AccessDenied", self.expect(1, self.run_program("migrate", *ENDS, "--yes", "--new-run")).out)
                self.simulator.switch({"deny": ""})
                self.expect(0, self.run_program("undo", self.newest_run(), "--yes"))
                self.assertEqual(before, self.prod_now())

    def test_an_undo_whose_alias_stayed_is_taken_back_at_once(self):
        self.undo_refused_and_back("DeleteContactFlowModuleAlias")

    def test_an_undo_whose_version_stayed_is_taken_back_at_once(self):
        self.undo_refused_and_back("DeleteContactFlowModuleVersion")

    def undo_refused_and_back(self, refused):
        self.refer_to_alias()
        self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
        self.simulator.switch({"deny": refused})
        self.assertIn("AccessDenied", self.expect(1, self.run_program("undo", self.newest_run(), "--yes")).out)
        self.expect(0, self.run_program("undo", self.newest_run(), "--yes"))
        self.check_alias_is_made()
        self.expect(0, self.run_program("plan", *ENDS))

    def test_a_stopped_run_does_not_call_unwritten_what_was_sent(self):
        self.call("UpdateContactFlowModuleMetadata", self.dev, ContactFlowModuleId=self.greet["dev"]["id"], Description="Greets")
        self.simulator.admin("faults", {"error_503": 1.0, "operation": "UpdateContactFlowModuleContent"})
        process = subprocess.Popen([harness.PROGRAM, "migrate", *ENDS, "--yes", "--json"], cwd=self.folder, env=self.environment(),
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        sent = {"UpdateContactFlowModuleContent", "UpdateContactFlowModuleMetadata"}
        while not sent <= {name for name, calls in self.simulator.log()["calls"].items() if calls} and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        greet, = json.loads(process.communicate()[0])["updated"]
        self.assertEqual((["content"], None), (greet.get("not_known"), greet.get("not_written")))

    def test_killed_at_any_point_it_goes_on_or_back(self):
        self.refer_to_alias()
        start, before = self.simulator.dump(), self.prod_now()
        killed = 0
        for after in ("resume", "undo"):
            for point in ("before-send", "before-commit"):
                for k in range(1, 7):
                    with self.subTest(after=after, point=point, k=k):
                        status = subprocess.run([harness.PROGRAM, "migrate", *ENDS, "--yes", "--new-run"], cwd=self.folder, capture_output=True,
                                                env=self.environment(FLOWFERRY_TEST_KILL=f"{point}:{k}")).returncode
                        killed += status == -9
                        if after == "resume":
                            if status == -9:
                                self.expect(0, self.run_program("resume", "--yes"))
                            self.check_alias_is_made()
                        self.undo_to_the_end(self.newest_run())
                        self.assertEqual(before, self.prod_now())
        self.assertGreaterEqual(killed, 12)
        self.assertEqual(without_times(start), without_times(self.simulator.dump()))

    def test_an_alias_that_only_a_draft_names_which_is_not_written(self):
        self.alias("prod")
        draft = worlds.Document().run("Greet").value()
        draft["Actions"][0]["Parameters"]["FlowModuleId"] = self.greet["dev"]["arn"] + ":" + self.alias("dev")
        flow = {"Name": "Draft", "Type": "CONTACT_FLOW"}
        self.call("CreateContactFlow", self.dev, Status="SAVED", Content=json.dumps(draft), **flow)
        self.call("CreateContactFlow", self.prod, Content=worlds.greeting(), **flow)
        self.publish("dev", worlds.module("Newer."))
        self.assertEqual([], self.warnings())
        self.follow()
        self.assertEqual([], self.expect(2, self.run_program("plan", *ENDS, "--json")).json()["problems"])


if __name__ == "__main__":
    harness.main()
