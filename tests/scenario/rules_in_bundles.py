#!/usr/bin/env python3
"""Rules the other way round: a bundle pulled from a target with other names, numbers and functions is the one of the source."""

import json

from lib import harness, simulated, worlds
from lib.worlds import Document


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class RulesInBundles(harness.ScenarioTest):
    RENAMES = [{"kind": "queue", "from": "^dev-(.*)$", "to": "prod-$1"},
               {"kind": "lambda-function", "from": "^(.*)-dev$", "to": "$1-prod"},
               {"kind": "contact-flow", "from": "^\\[dev\\] (.*)$", "to": "[live] $1"}]

    def start(self, **more):
        world, dev, prod = worlds.pair(self)
        for instance, side in ((dev, "dev"), (prod, "prod")):
            instance.resource("queue", f"{side}-Sales", "Care").resource("lambda-function", {"name": f"crm-{side}", "qualifiers": ["live"]})
        dev.flow("[dev] Main", Document().queue("dev-Sales").queue("Care").call("crm-dev", ":live").say("Call 0120-1.").text())
        self.simulator = simulated.start(self, world.save())
        environments = {**worlds.environments(), "repo": {"bundle": "./connect"}}
        self.configure(environments, **more)

    def bundle(self, environment, folder="connect"):
        self.expect(0, self.run_program("pull", environment, folder))
        files = files_of(self.folder / folder)
        del files["flowferry-bundle.json"]
        return files

    def test_pulled_from_either_side_it_is_the_same(self):
        replace = [{"name": "hotline", "values": {"dev": "0120-1", "prod": "0800-9", "repo": "{HOTLINE}"}}]
        self.start(mapping={"rename": self.RENAMES}, replace=replace)
        first = self.bundle("dev")
        self.assertIn(b"{HOTLINE}", b"".join(first.values()))
        self.expect(0, self.run_program("migrate", "--from", "repo", "--to", "prod", "--yes"))
        prod = simulated.instance_of(self.simulator.dump(), "acme-prod")
        self.assertEqual(["[live] Main"], [flow["name"] for flow in prod["flows"]])
        for text in ("0800-9", "function:crm-prod:live"):
            self.assertIn(text, prod["flows"][0]["content"])
        self.assertEqual(first, self.bundle("prod"))
        self.expect(0, self.run_program("verify", "--from", "repo", "--to", "prod"))

    def same(self, left, right):
        """Nothing differs, whichever command is asked."""
        self.expect(0, self.run_program("diff", left, right))
        outcome = self.expect(0, self.run_program("verify", "--from", left, "--to", right, "--json"))
        self.assertEqual(([], []), (outcome.json()["problems"], outcome.json()["warnings"]))

    def test_a_bundle_and_the_instance_it_was_pulled_from_have_the_same_names(self):
        """What the rules say of dev and prod does not concern dev and a bundle of dev."""
        pin = {"kind": "queue", "from": "Care", "to": "prod-Sales"}
        renamed = {"kind": "contact-flow", "from": "Former", "to": "[dev] Main"}
        self.start(mapping={"rename": self.RENAMES, "pin": [pin], "renamed": [renamed]})
        self.bundle("dev")
        self.expect(0, self.run_program("pull", "repo", "copy"))
        for left, right in (("dev", "repo"), ("repo", "dev"), ("repo", "copy"), ("copy", "dev"), ("copy", "repo")):
            self.same(left, right)
        self.expect(0, self.run_program("plan", "--from", "repo", "--to", "dev"))
        self.expect(2, self.run_program("plan", "--from", "repo", "--to", "prod"))
        # What really differs is told, in the names of this instance.
        path, = (self.folder / "connect/flows").glob("*Main*.flow.json")
        path.write_text(path.read_text().replace("{{arn:queue:dev-Sales}}", "{{arn:queue:Care}}"))
        text = self.expect(2, self.run_program("diff", "repo", "dev")).out
        self.assertIn('"Care"', text)
        self.assertIn('"dev-Sales"', text)
        self.assertNotIn("prod-Sales", text)
        self.expect(2, self.run_program("diff", "repo", "dev", "--no-mapping"))
        self.expect(2, self.run_program("verify", "--from", "repo", "--to", "dev"))

    def test_so_have_one_in_the_words_of_the_rules_and_its_instance(self):
        """Pulled from prod, in the words of dev: the manifest says what prod calls otherwise."""
        self.start(mapping={"rename": self.RENAMES})
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes"))
        self.bundle("prod")
        manifest = json.loads((self.folder / "connect/flowferry-bundle.json").read_text())
        self.assertIn({"kind": "queue", "here": "dev-Sales", "there": "prod-Sales"}, manifest["names"])
        self.assertNotIn("Care", [name["here"] for name in manifest["names"]])
        self.expect(0, self.run_program("pull", "repo", "copy"))
        for left, right in (("prod", "repo"), ("repo", "prod"), ("repo", "copy"), ("copy", "prod"), ("prod", "copy")):
            self.same(left, right)
        self.expect(0, self.run_program("plan", "--from", "repo", "--to", "prod"))
        # The manifest is enough: rules that are gone are not missed.
        self.configure({**worlds.environments(), "repo": {"bundle": "./connect"}})
        for left, right in (("prod", "repo"), ("repo", "prod"), ("copy", "prod")):
            self.same(left, right)
        path = self.folder / "connect/flowferry-bundle.json"
        path.write_text(path.read_text().replace('"kind": "queue"', '"kind": "quene"'))
        self.assertIn('unknown kind "quene"', self.expect(1, self.run_program("diff", "prod", "repo")).err)

    def test_what_pairs_say_of_the_two_holds(self):
        """Somebody who wants other names in the bundle than in its instance says so."""
        pair = {"from": "repo", "to": "dev", "mapping": {"rename": [{"kind": "queue", "from": "^(.*)$", "to": "dev-$1"}],
                                                         "pin": [{"kind": "queue", "from": "Care", "to": "Care"}]}}
        self.start(pairs=[pair])
        files = self.bundle("dev")
        self.assertIn(b'"name": "Sales"', files["inventory/queue.json"])
        self.same("repo", "dev")
        self.same("dev", "repo")

    def test_what_has_no_way_back_is_told_and_can_be_said(self):
        one_way = {"kind": "queue", "from": "^dev-(.*)$", "to": "$1"}
        self.start(mapping={"rename": [one_way]})
        # dev has the names that the rename is for: it speaks the bundle's words already.
        outcome = self.expect(0, self.run_program("pull", "dev", "of-dev"))
        self.assertNotIn("rename-one-way", outcome.out + outcome.err)
        outcome = self.expect(0, self.run_program("pull", "prod", "connect"))
        self.assertIn("rename-one-way", outcome.out + outcome.err)
        self.assertIn("pairs:", outcome.out + outcome.err)


if __name__ == "__main__":
    harness.main()
