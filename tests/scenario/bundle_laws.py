#!/usr/bin/env python3
"""The laws of bundles on whole contact centres: the example company, and the real flows of the corpus as one centre.

Each is pulled, carried into an instance that has only its resources, and pulled again; and it is pulled from two
instances that have it under different ids."""

import copy
import json
import re

import yaml

from corpus_migration import FLOWS, KINDS, Place, type_of
from lib import harness, simulated, worlds
from lib.comparer import _ARN
from lib.json_strings import strings_of

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
        # What is archived is nobody's to carry.
        empty = {**copy.deepcopy(twin), "alias": "empty"}
        for rows in ("flows", "modules"):
            empty[rows] = [row for row in empty.get(rows, []) if row.get("state") == "ARCHIVED"]
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
        # Of the identities that a bundle makes up nothing arrives.
        dump = self.simulator.dump()
        made_up = [json.dumps(simulated.instance_of(dump, name)).count(":000000000000:") for name in (alias, "empty")]
        self.assertEqual(*made_up)
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
        # Only aliases that somebody names are carried: one of the company's is for the tests of its people.
        self.write("world/canary.json", worlds.Document().block(
            "InvokeFlowModule", {"FlowModuleId": worlds.arn("flow-module", "本人確認") + ":{{alias-id:本人確認:canary}}"}).text())
        centre["flows"].append({"name": "Canary", "type": "CONTACT_FLOW", "content": "canary.json"})
        active = [row for rows in ("flows", "modules") for row in centre[rows] if row.get("state") != "ARCHIVED"]
        self.start(centre, EXAMPLE)
        self.check("sakura-dev", len(active))


class Corpus(Laws):
    """The real flows as one centre: what each mentions of its own instance is a thing of this one, under a name of its own."""

    def setUp(self):
        if not FLOWS.is_dir():
            self.skipTest("no corpus beside the checkout")
        super().setUp()

    def thing(self, kind, name, entry=None):
        self.resources.setdefault(kind, {})[name] = entry or name
        return name

    def template(self, number, text):
        """The document with placeholders for what it names of its instance (docs/formats.md, world files)."""
        strings = strings_of(text)
        place = Place(strings)
        spelled = {}
        for match in (match for s in strings for match in _ARN.finditer(s.value)):
            service, region, account, resource = match.groups()[1:]
            words = re.split("[/:]", resource)
            if service == "connect" and words[:2] == ["instance", place.id] and len(words) > 3:
                whole = match[0].split(words[3])[0] + words[3]
                if words[2] == "contact-flow":
                    name = f"mentioned {number} {words[3][:8]}"
                    self.mentioned.add(name)
                    spelled[whole] = f"{{{{arn:contact-flow:{name}}}}}"
                    spelled[words[3]] = f"{{{{id:contact-flow:{name}}}}}"
                elif words[2] in KINDS:
                    name = self.thing(KINDS[words[2]], f"{KINDS[words[2]]}-{number}-{words[3][:8]}")
                    spelled[whole] = f"{{{{arn:{KINDS[words[2]]}:{name}}}}}"
                    spelled[words[3]] = f"{{{{id:{KINDS[words[2]]}:{name}}}}}"
            elif service == "lambda" and account == place.account and not region.startswith("$"):
                entry = {"name": words[1], "qualifiers": ["$LATEST", "live", "prod", "1"]}
                name = self.thing("lambda-function", words[1], entry)
                spelled[f"arn:{match[1]}:lambda:{region}:{account}:function:{name}"] = f"{{{{arn:lambda-function:{name}}}}}"
            elif service == "lex" and len(words) > 2 and not region.startswith("$"):
                name = f"Bot{number}{words[1][:4]}/alias{words[2][:4]}"
                self.thing("lex-v2-bot-alias", name, dict(zip(("bot", "alias"), name.split("/"))))
                spelled[match[0]] = f"{{{{arn:lex-v2-bot-alias:{name}}}}}"
        for old in sorted(spelled, key=len, reverse=True):
            text = text.replace(old, spelled[old])
        return text

    def aliases_follow(self, modules):
        """In the target every alias is moved to another content, and brought back with what the module has."""
        target = simulated.instance_of(self.simulator.dump(), "empty")
        for module in target["modules"]:
            def call(operation, **input):
                self.simulator.admin("call", {"operation": operation, "input": {
                    "InstanceId": target["id"], "ContactFlowModuleId": module["id"], **input}})

            call("UpdateContactFlowModuleContent", Content=worlds.module("Something else."))
            call("CreateContactFlowModuleVersion")
            call("UpdateContactFlowModuleAlias", AliasId=module["aliases"][0]["id"], ContactFlowModuleVersion=2)
            call("DeleteContactFlowModuleVersion", ContactFlowModuleVersion=1)
        self.expect(2, self.run_program("diff", "first", "empty", "--module-versions", "follow"))
        outcome = self.expect(0, self.run_program("migrate", "--from", "first", "--to", "empty", "--yes", "--json", "--module-versions", "follow"))
        self.assertEqual(modules, len(outcome.json()["updated"]))
        now = simulated.instance_of(self.simulator.dump(), "empty")["modules"]
        self.assertEqual({3}, {module["aliases"][0]["version"] for module in now})
        for way in ("keep", "follow"):
            self.expect(0, self.run_program("plan", "--from", "first", "--to", "empty", "--module-versions", way))
            self.expect(0, self.run_program("diff", "first", "empty", "--module-versions", way))
        before = files_of(self.folder / "third")
        del before["flowferry-bundle.json"]
        self.check_equal(before, self.pull("empty", "fourth")[1])

    def test_the_laws_hold_for_the_real_flows_as_one_centre(self):
        self.resources, self.mentioned, rows = {}, set(), []
        index = [line.split("\t") for line in (harness.CORPUS / "INDEX.tsv").read_text().splitlines()]
        for number, row in enumerate(row for row in index if row[0] == "flows"):
            with open(FLOWS / row[1], newline="") as file:
                text = self.template(number, file.read())
            self.write(f"world/corpus/{number}.json", text.encode())
            rows.append({"name": f"{number:02d} {row[1][-40:]}", "type": type_of(row[8], text), "content": f"corpus/{number}.json",
                         "status": "SAVED"})  # Not all could be published today.
        centre = {"alias": "corpus", "account": worlds.DEV, "region": "us-east-1", "stock": False,
                  "resources": {kind: list(entries.values()) for kind, entries in self.resources.items()}, "flows": [], "modules": []}
        self.write("world/corpus/mentioned.json", worlds.greeting("-"))
        rows += [{"name": name, "type": "CONTACT_FLOW", "content": "corpus/mentioned.json"} for name in sorted(self.mentioned)]
        for row in rows:
            if row["type"] == "MODULE":
                centre["modules"].append({key: value for key, value in row.items() if key != "type"} | {
                    "status": "PUBLISHED", "grandfathered": True, "versions": 1, "aliases": [{"name": "live", "version": 1}]})
                caller = worlds.Document().block("InvokeFlowModule", {
                    "FlowModuleId": f"{worlds.arn('flow-module', row['name'])}:{{{{alias-id:{row['name']}:live}}}}"})
                self.write(f"world/corpus/caller {row['content'][7:]}", caller.text())
                centre["flows"].append({"name": f"Calls {row['name']}", "type": "CONTACT_FLOW", "content": f"corpus/caller {row['content'][7:]}"})
            else:
                centre["flows"].append(row)
        (self.folder / "nothing").mkdir()
        self.start(centre, self.folder / "nothing", missing={"case-template": "keep"})
        self.check("corpus", len(centre["flows"]) + len(centre["modules"]))
        self.aliases_follow(len(centre["modules"]))
        markers = b"".join(files_of(self.folder / "first").values()).count(b"{{arn:")
        self.assertGreater(markers, 30, "what the flows mention was made the centre's own")


if __name__ == "__main__":
    harness.main()
