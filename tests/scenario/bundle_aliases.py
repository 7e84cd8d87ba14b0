#!/usr/bin/env python3
"""Aliases and versions of modules in bundles: what a bundle says that they stand for, and that a migration from a bundle does
what one from its instance does."""

import json
import re

from lib import harness, simulated, worlds
from lib.modules import ENDS, ModuleTest

FROM_BUNDLE = ("--from", "repo", "--to", "prod")


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class BundleTest(ModuleTest):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "connect"
        self.environments()

    def environments(self, **config):
        self.configure({**worlds.environments(), "repo": {"bundle": "connect"}}, **config)

    def pull(self, environment="dev", folder="connect", *more):
        return self.expect(0, self.run_program("pull", environment, folder, *more))

    def metadata(self, folder="connect"):
        return json.loads((self.folder / folder / "modules/Greet.meta.json").read_text())

    def versions(self, folder="connect"):
        return {path: bytes for path, bytes in files_of(self.folder / folder).items() if path.startswith("versions/")}


class WhatIsWritten(BundleTest):
    def test_an_alias_stands_for_the_content_of_the_module(self):
        self.refer_to_alias()
        self.pull()
        self.assertEqual({"live": "current"}, self.metadata()["aliases"])
        self.assertNotIn("versions", self.metadata())
        self.assertEqual({}, self.versions())
        self.assertEqual(2, json.loads((self.root / "flowferry-bundle.json").read_text())["version"])

    def test_or_for_other_content_which_has_a_file(self):
        self.refer_to_alias()
        self.publish("dev", worlds.module("Newer."))
        self.alias("dev", 2, "newest")
        self.pull()
        self.assertEqual({"live": "other", "newest": "current"}, self.metadata()["aliases"])
        self.assertEqual(["versions/Greet/alias-live.json"], list(self.versions()))
        self.assertIn(b"{{arn:lambda-function:crm}}", self.versions()["versions/Greet/alias-live.json"])
        # It is no file any more when the alias is moved.
        before = files_of(self.root)
        self.call("UpdateContactFlowModuleAlias", self.dev, ContactFlowModuleId=self.greet["dev"]["id"], AliasId=self.alias_id("live"),
                  ContactFlowModuleVersion=2)
        self.pull()
        after = files_of(self.root)
        self.assertEqual({"versions/Greet/alias-live.json", "modules/Greet.meta.json"},
                         {path for path in {*before, *after} if before.get(path) != after.get(path)})
        self.assertFalse((self.root / "versions").exists())

    def alias_id(self, name):
        module = simulated.instance_of(self.simulator.dump(), "acme-dev")["modules"][0]
        return next(alias["id"] for alias in module["aliases"] if alias["name"] == name)

    def test_a_version_that_a_flow_names_by_number(self):
        self.publish("dev", worlds.module("Newer."))
        self.refer(":1")
        self.pull()
        self.assertEqual({"1": "other"}, self.metadata()["versions"])
        self.assertEqual(["versions/Greet/version-1.json"], list(self.versions()))
        self.refer(":2")
        self.pull()
        self.assertEqual({"2": "current"}, self.metadata()["versions"])

    def test_two_instances_number_otherwise_and_give_the_same(self):
        for side in ("dev", "prod"):
            content = self.module if side == "dev" else self.published_content("dev").replace(self.dev["account"], self.prod["account"])
            for text in (() if side == "dev" else (worlds.module("Two."), content)):
                self.publish(side, text)
        self.alias("dev", 1)
        self.alias("prod", 3)
        for side in ("dev", "prod"):
            self.publish(side, worlds.module("Newest."))
        self.pull("dev", "a", "--include", "Greet")
        self.pull("prod", "b", "--include", "Greet")
        for folder in ("a", "b"):
            self.assertEqual({"live": "other"}, self.metadata(folder)["aliases"])
        self.assertEqual(self.versions("a"), self.versions("b"))

    def test_a_module_that_goes_takes_its_versions_along(self):
        self.refer_to_alias()
        self.publish("dev", worlds.module("Newer."))
        self.pull()
        self.refer("")
        self.call("UpdateContactFlowModuleMetadata", self.dev, ContactFlowModuleId=self.greet["dev"]["id"], Name="Hello")
        self.pull()
        self.assertEqual(["versions/Hello/alias-live.json"], list(self.versions()))
        self.pull("prod", "connect", "--prune")
        self.assertEqual({}, self.versions())
        self.assertFalse((self.root / "versions").exists())

    def test_a_flow_without_its_module(self):
        self.refer_to_alias()
        self.pull("dev", "connect", "--include", "Main")
        self.expect(0, self.run_program("inventory", "connect"))
        modules = json.loads((self.root / "inventory/flow-module.json").read_text())["resources"]
        self.assertEqual([{"name": "Greet", "aliases": ["live"]}], modules)
        self.expect(0, self.run_program("diff", "repo", "dev", "--include", "Main"))
        self.pull("dev", "connect")
        self.assertEqual({"live": "current"}, self.metadata()["aliases"])
        self.refer(":" + self.alias("dev", 1, "second"))
        outcome = self.pull("dev", "connect", "--include", "Main")
        self.assertIn('do not have the alias "second"', outcome.out + outcome.err)
        self.assertEqual({"live": "current"}, self.metadata()["aliases"])

    def test_a_flow_that_stays_names_an_alias_of_a_module_that_goes(self):
        self.refer_to_alias()
        self.pull()
        self.refer("")
        self.call("DeleteContactFlowModule", self.dev, ContactFlowModuleId=self.greet["dev"]["id"])
        self.pull("dev", "connect", "--prune", "--exclude", "Main")
        self.assertFalse((self.root / "modules/Greet.meta.json").exists())
        self.expect(0, self.run_program("inventory", "connect"))

    def test_a_flow_that_stays_names_an_alias_that_is_no_more(self):
        self.refer_to_alias()
        self.pull()
        self.refer("")
        self.call("DeleteContactFlowModuleAlias", self.dev, ContactFlowModuleId=self.greet["dev"]["id"], AliasId=self.alias_id("live"))
        for _ in range(2):
            outcome = self.pull("dev", "connect", "--include", "Greet")
            self.assertIn('files that were left name the alias "live"', outcome.out + outcome.err)
            self.assertEqual({"live": "unknown"}, self.metadata()["aliases"])
            self.expect(0, self.run_program("inventory", "connect"))
        self.pull()
        self.assertNotIn("aliases", self.metadata())

    def test_a_flow_that_stays_names_a_version_by_number(self):
        self.refer(":1")
        self.publish("dev", worlds.module("Newer."))
        self.pull()
        before = files_of(self.root)
        self.pull("dev", "connect", "--include", "Greet")
        self.assertEqual(before, files_of(self.root))


class AsFromTheInstance(BundleTest):
    """Plans from the bundle and from its instance, for each state of the target."""

    def plan(self, ends):
        document = self.run_program("plan", *ends, "--json").json()
        for word in ("from", "to", "source", "digest", "calls", "cost", "seconds"):
            document.pop(word, None)
        # A bundle does not know accounts, ids and numbers of versions of the instance.
        text = json.dumps(document, ensure_ascii=False).replace("that of version 1, for which", "that for which")
        return re.sub(r"arn:aws:connect:ap-northeast-1:(?:111122223333|000000000000):[^\"]*", "ARN", text)

    def check_same(self, *words):
        """The same plan from both, with these words in it."""
        self.pull()
        for follow in (False, True):
            self.environments(**({"pairs": [{"from": end, "to": "prod", "module_versions": "follow"} for end in ("dev", "repo")]}
                                 if follow else {}))
            with self.subTest(follow=follow):
                left, right = self.plan(ENDS), self.plan(FROM_BUNDLE)
                self.assertEqual(json.loads(left), json.loads(right))
                self.assertIn(words[follow], right)

    def test_the_target_lacks_the_alias(self):
        self.refer_to_alias()
        self.check_same('alias \\"live\\" is not in the target', 'alias \\"live\\" is not in the target')

    def test_it_stands_for_other_content_there(self):
        self.alias("prod")
        self.refer_to_alias()
        self.check_same("alias-differs", 'alias \\"live\\" stands for other content in the target')

    def test_it_stands_for_older_content_that_the_target_has(self):
        self.publish("prod", self.published_content("dev").replace(self.dev["account"], self.prod["account"]))
        self.publish("prod", worlds.module("Three."))
        self.refer_to_alias()
        self.publish("dev", worlds.module("Newer."))
        self.check_same('alias \\"live\\" is not in the target', 'alias \\"live\\" is not in the target')

    def test_it_stands_for_older_content_that_the_target_lacks(self):
        self.refer_to_alias()
        self.publish("dev", worlds.module("Newer."))
        self.check_same("unresolved-reference", "unresolved-reference")

    def test_versions_by_number(self):
        self.refer(":1")
        self.check_same("unresolved-reference", "no version in the target has this content")

    def test_a_version_by_number_that_the_target_has(self):
        self.publish("prod", self.published_content("dev").replace(self.dev["account"], self.prod["account"]))
        self.refer(":1")
        self.check_same('"problems": []', '"problems": []')

    def test_it_is_carried(self):
        self.refer_to_alias()
        self.pull()
        before = self.prod_now()
        self.expect(0, self.run_program("rehearse", *FROM_BUNDLE))
        self.expect(0, self.run_program("migrate", *FROM_BUNDLE, "--yes"))
        alias, = self.prod_now()["modules"][0]["aliases"]
        self.assertEqual(f"{self.greet['prod']['arn']}:{alias['id']}", self.main_in_prod())
        for ends in (ENDS, FROM_BUNDLE):
            self.expect(0, self.run_program("plan", *ends))
            self.expect(0, self.run_program("verify", *ends))
        self.expect(0, self.run_program("undo", "--yes"))
        self.assertEqual(before, self.prod_now())

    def test_it_is_moved(self):
        self.alias("prod")
        self.refer_to_alias()
        self.pull()
        self.environments(module_versions="follow")
        self.expect(0, self.run_program("migrate", *FROM_BUNDLE, "--yes"))
        self.assertEqual(2, self.stands_for())
        for ends in (ENDS, FROM_BUNDLE):
            self.expect(0, self.run_program("plan", *ends))

    def test_the_module_is_new_there(self):
        self.call("DeleteContactFlowModule", self.prod, ContactFlowModuleId=self.greet["prod"]["id"])
        self.refer_to_alias()
        self.pull()
        self.expect(0, self.run_program("migrate", *FROM_BUNDLE, "--yes"))
        self.pull("prod", "second")
        left, right = (files_of(self.folder / name) for name in ("connect", "second"))
        for files in (left, right):
            files.pop("flowferry-bundle.json")
        self.assertEqual(left, right)


class AnyTwo(BundleTest):
    """Bundles as targets: of diff, plan and verify."""

    def same(self, left, right, status=0):
        outcomes = {command: self.run_program(command, *ends) for command, ends in (
            ("diff", (left, right)), ("plan", ("--from", left, "--to", right)), ("verify", ("--from", left, "--to", right)))}
        self.assertEqual([status] * 3, [outcome.status for outcome in outcomes.values()], "\n".join(map(str, outcomes.values())))
        return outcomes

    def test_a_bundle_and_its_instance_are_the_same(self):
        self.refer_to_alias()
        for newer in (False, True):
            if newer:
                self.publish("dev", worlds.module("Newer."))
            self.pull()
            self.pull("repo", "copy")
            self.assertEqual(files_of(self.root), files_of(self.folder / "copy"))
            for left, right in (("dev", "repo"), ("repo", "dev"), ("repo", "copy")):
                for way in ("keep", "follow"):
                    self.environments(module_versions=way)
                    self.same(left, right)
        self.refer(":1")
        self.pull()
        for left, right in (("dev", "repo"), ("repo", "dev")):
            self.same(left, right)

    def test_an_alias_of_other_content_differs_where_it_would_follow(self):
        self.refer_to_alias()
        self.pull()
        # The alias stands for something else now, and the module has what it had.
        self.publish("dev", worlds.module("Newer."))
        self.call("UpdateContactFlowModuleAlias", self.dev, ContactFlowModuleId=self.greet["dev"]["id"],
                  AliasId=simulated.instance_of(self.simulator.dump(), "acme-dev")["modules"][0]["aliases"][0]["id"],
                  ContactFlowModuleVersion=2)
        self.call("UpdateContactFlowModuleContent", self.dev, ContactFlowModuleId=self.greet["dev"]["id"],
                  Content=self.greet["dev"]["content"])
        self.same("repo", "dev")
        self.same("dev", "repo")
        self.environments(module_versions="follow")
        outcome = self.same("repo", "dev", 2)["diff"]
        self.assertIn("alias live: the module's content → version 2 (other content)", outcome.out)
        self.publish("dev", worlds.module("Newest."))
        self.pull("dev", "now")
        self.assertIn("alias live: the module's content → a version of its own (other content)", self.same("repo", "now", 2)["diff"].out)

    def test_a_bundle_without_the_alias(self):
        self.pull()
        self.refer_to_alias()
        self.same("dev", "repo", 2)


class Refusals(BundleTest):
    """What is wrong with what a bundle says of versions: file, place, remedy."""

    def setUp(self):
        super().setUp()
        self.refer_to_alias()
        self.publish("dev", worlds.module("Newer."))
        self.pull()
        self.before = self.simulator.dump()

    def edit(self, path, old, new):
        file = self.root / path
        text = file.read_text()
        self.assertIn(old, text)
        file.write_text(text.replace(old, new, 1))

    def bad(self, *words):
        for command in (("plan",), ("migrate", "--yes")):
            self.check_error(self.run_program(*command, *FROM_BUNDLE), *words)
        self.assertEqual(self.before, self.simulator.dump())

    def test_other_words(self):
        for word in ("newest", "-1", "0", ""):
            self.edit("modules/Greet.meta.json", '"other"', json.dumps(word))
            self.bad("modules/Greet.meta.json:", f'alias "live" stands for "{word}"', '"current"', "pull it again")
            self.edit("modules/Greet.meta.json", json.dumps(word), '"other"')
        self.edit("modules/Greet.meta.json", '"other"', "1")
        self.bad("modules/Greet.meta.json:", '"live" is not a text')
        self.edit("modules/Greet.meta.json", '"live": 1', '"live": "other", "live": "current"')
        self.bad("modules/Greet.meta.json:", '"live" stands twice')

    def test_versions_that_are_none(self):
        self.edit("modules/Greet.meta.json", '"aliases"', '"versions": { "one": "current" }, "aliases"')
        self.bad("modules/Greet.meta.json:", '"one" is no number of a version')
        self.edit("modules/Greet.meta.json", '"one": "current"', '"1": "unknown"')
        self.bad("modules/Greet.meta.json:", 'version 1 is "unknown"')
        self.edit("modules/Greet.meta.json", '{ "1": "unknown" }', "[]")
        self.bad("modules/Greet.meta.json:", '"versions" is no object')

    def test_a_missing_file_and_one_too_many(self):
        path = self.root / "versions/Greet/alias-live.json"
        path.rename(path.with_name("alias-live-2.json"))
        self.bad("versions/Greet/alias-live.json: is missing", "modules/Greet.meta.json:", 'says "other"', "restore it with git",
                 "versions/Greet/alias-live-2.json: no alias and no version says")

    def test_contents(self):
        path = "versions/Greet/alias-live.json"
        self.edit(path, "{{arn:lambda-function:crm}}", "{{arn:queue:none}}")
        self.bad(path + ":", 'there is no queue "none"')
        self.edit(path, "{{arn:queue:none}}", "{{arn:lambda-function:crm}}")
        self.edit(path, '"content"', '"contents"')
        self.bad(path + ":", 'unknown member "contents"')
        self.edit(path, '{', '{\n<<<<<<< HEAD')
        self.bad(path + ":", "merge conflict")

    def test_a_bundle_of_version_1_is_read_as_before(self):
        self.edit("flowferry-bundle.json", '"version": 2', '"version": 1')
        self.edit("modules/Greet.meta.json", '"other"', '"1"')
        (self.root / "versions/Greet/alias-live.json").unlink()
        outcome = self.expect(1, self.run_program("plan", *FROM_BUNDLE))
        self.assertIn('has no alias "live" in the target', outcome.out)
        self.assertIn("create-contact-flow-module-alias", outcome.out)
        self.pull()
        self.assertEqual({"live": "other"}, self.metadata()["aliases"])

    def test_exported_files_tell_nothing_of_aliases(self):
        self.before = self.simulator.dump()
        dev = simulated.instance_of(self.before, "acme-dev")
        for member, rows in (("ContactFlow", "flows"), ("ContactFlowModule", "modules")):
            for row in dev[rows]:
                words = {"Arn": "arn", "Id": "id", "Name": "name", "Type": "type", "State": "state", "Status": "status", "Content": "content"}
                self.write(f"exported/{row['id']}.json", {member: {word: row[key] for word, key in words.items() if row.get(key)}})
        outcome = self.expect(1, self.run_program("plan", "--from", "exported", "--to", "prod"))
        self.assertIn("has no alias with the id", outcome.out)


if __name__ == "__main__":
    harness.main()
