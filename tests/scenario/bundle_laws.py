#!/usr/bin/env python3
"""The laws of bundles on a whole contact centre, the example company.

It is pulled, carried into an instance that has only its resources, and pulled again; and it is pulled from two
instances that have it under different ids."""

import copy
import json

import yaml

from lib import harness, simulated, worlds

EXAMPLE = harness.EXAMPLES / "sakura-travel"


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def without_ids(value):
    """The same things in another instance: what the world file fixes is made anew."""
    if isinstance(value, dict):
        return {key: without_ids(item) for key, item in value.items() if key not in ("id", "bot_id", "alias_id")}
    return [without_ids(item) for item in value] if isinstance(value, list) else value


class Laws(harness.ScenarioTest):
    """Tests for centres; `centre()` gives an instance of a world file."""

    def start(self, centre, folder, **config):
        # In the same Region: a document may name it as a text (Lex V1), and then it is another document elsewhere.
        twin = {**without_ids(centre), "alias": "twin", "account": worlds.PROD}
        # What is archived is nobody's to carry, and aliases of modules are there (of an older edition) before who names them.
        self.write("world/older.json", worlds.module("An older edition."))
        empty = {**copy.deepcopy(twin), "alias": "empty"}
        for rows in ("flows", "modules"):
            empty[rows] = [{**row, "content": "older.json"} if "aliases" in row else row for row in empty.get(rows, [])
                           if row.get("state") == "ARCHIVED" or "aliases" in row]
        instances = [centre, twin, empty]
        accounts = {instance["account"] for instance in instances}
        path = self.write("world/world.yaml", {"version": 1, "instances": instances, "accounts": [
            {"id": account, "access_key_id": worlds.keys_of(account)[0], "secret_access_key": worlds.keys_of(account)[1]}
            for account in sorted(accounts)]})
        for entry in folder.iterdir():
            if entry.is_dir():
                (path.parent / entry.name).symlink_to(entry)
        self.credentials({account: worlds.keys_of(account) for account in accounts})
        self.configure({instance["alias"]: {"profile": instance["account"], "region": instance["region"], "instance": instance["alias"]}
                        for instance in instances}, **config)
        self.simulator = simulated.start(self, path, switches={"reference-check": "service"})

    def pull(self, environment, folder):
        pulled = self.expect(0, self.run_program("pull", environment, folder, "--json")).json()
        files = files_of(self.folder / folder)
        return pulled, files, files.pop("flowferry-bundle.json")

    def check_equal(self, left, right):
        """File by file, so that a failure can be read."""
        self.assertEqual(sorted(left), sorted(right))
        for path in left:
            with self.subTest(path):
                self.assertEqual(left[path].decode(), right[path].decode())

    def same(self, left, right):
        """Nothing differs, and so there is nothing to do."""
        difference = self.run_program("diff", left, right, "--json")
        self.assertEqual((0, [], []), (difference.status, difference.json().get("flows"), difference.json().get("resources")), str(difference))
        self.expect(0, self.run_program("verify", "--from", left, "--to", right))

    def carry(self):
        outcome = self.run_program("migrate", "--from", "first", "--to", "empty", "--yes", "--json")
        self.assertEqual([], outcome.json()["problems"])
        self.expect(0, outcome)

    def check(self, alias, flows):
        pulled, first, manifest = self.pull(alias, "first")
        self.assertEqual([], pulled["problems"])
        self.assertEqual(flows, len([name for name in first if name.endswith(".flow.json")]))
        # The same centre under other ids, in another account.
        _, second, other = self.pull("twin", "second")
        self.check_equal(first, second)
        self.assertNotEqual(manifest, other)
        self.assertEqual(list(json.loads(manifest)["ids"]), list(json.loads(other)["ids"]))
        # Pulling again touches nothing.
        again = self.pull(alias, "first")[0]
        self.assertEqual([[]] * 5, [again[word] for word in ("added", "updated", "renamed", "removed", "left")])
        # There and back.
        self.expect(2, self.run_program("diff", "first", "empty"))
        self.carry()
        _, third, _ = self.pull("empty", "third")
        self.check_equal(first, third)
        for left, right in (("first", "empty"), ("first", "third"), (alias, "first"), ("third", alias), ("second", "twin")):
            self.same(left, right)
        for target in ("empty", "twin"):
            self.expect(0, self.run_program("plan", "--from", "first", "--to", target))


class Example(Laws):
    def test_the_laws_hold_for_the_example_company(self):
        world = yaml.safe_load((EXAMPLE / "world.yaml").read_text())
        centre = world["instances"][0]
        active = [row for rows in ("flows", "modules") for row in centre[rows] if row.get("state") != "ARCHIVED"]
        self.start(centre, EXAMPLE)
        self.check("sakura-dev", len(active))


if __name__ == "__main__":
    harness.main()
