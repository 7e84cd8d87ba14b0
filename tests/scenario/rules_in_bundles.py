#!/usr/bin/env python3
"""Rules the other way round: a bundle pulled from a target with other names, numbers and functions is the one of the source."""

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

    def test_what_has_no_way_back_is_told_and_can_be_said(self):
        one_way = {"kind": "queue", "from": "^dev-(.*)$", "to": "$1"}
        self.start(mapping={"rename": [one_way]})
        outcome = self.expect(0, self.run_program("pull", "dev", "connect"))
        self.assertIn("rename-one-way", outcome.out + outcome.err)
        self.assertIn("pairs:", outcome.out + outcome.err)


if __name__ == "__main__":
    harness.main()
