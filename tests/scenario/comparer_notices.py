#!/usr/bin/env python3
"""The comparer itself: damage done to a migrated target on purpose must not escape it."""

import copy
import json

import yaml

from lib import harness, simulated
from lib.comparer import Migration
from lib.json_strings import same_meaning, strings_of
from lib.stubs import fewest_stubs

EXAMPLE = harness.EXAMPLES / "sakura-travel"


class Stage(harness.ScenarioTest):
    """The example, migrated."""

    def setUp(self):
        super().setUp()
        simulator = simulated.start(self, EXAMPLE / "world.yaml")
        self.variables["AWS_SHARED_CREDENTIALS_FILE"] = str(EXAMPLE / "aws" / "credentials")
        self.config = yaml.safe_load((EXAMPLE / "flowferry.yaml").read_text())
        self.configure(**self.config)
        self.before = simulator.dump()
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes"))
        self.after = simulator.dump()


class ComparerNotices(harness.StagedTest):
    Stage = Stage

    def complaints(self, damage):
        """What the comparer says after `damage(source instance, target instance)` was done to the dump."""
        after = copy.deepcopy(self.stage.after)
        dev, prod = (simulated.instance_of(after, alias) for alias in ("sakura-dev", "sakura-prod"))
        damage(dev, prod)
        return Migration(self.stage.before, after, "sakura-dev", "sakura-prod", self.stage.config).complaints()

    def flow(self, instance, name):
        return next(row for row in instance["flows"] + instance["modules"] if row["name"] == name)

    def check_content(self, name, old, new, count=1):
        def damage(_, prod):
            row = self.flow(prod, name)
            self.assertIn(old, row["content"])
            row["content"] = row["content"].replace(old, new, count)

        complaints = self.complaints(damage)
        self.assertEqual(1, len(complaints), complaints)
        self.assertIn(repr(name), complaints[0])

    def test_nothing_where_there_is_nothing(self):
        self.assertEqual([], self.complaints(lambda dev, prod: None))

    def test_white_space(self):
        self.check_content("さくらクラブ会員窓口", "{", "{ ")

    def test_a_number_written_otherwise(self):
        self.check_content("待ち呼 国内ツアー", '"x":', '"x":0')

    def test_a_text(self):
        self.check_content("代表電話受付", '"Text": "', '"Text": " ')

    def test_a_reference_to_another_resource_of_the_target(self):
        prod = simulated.instance_of(self.stage.after, "sakura-prod")
        content = self.flow(prod, "国内ツアー デスク")["content"]
        used = next(row for row in prod["resources"]["queue"] if row["arn"] in content)
        other = next(row for row in prod["resources"]["queue"] if row["arn"] not in content)
        self.check_content("国内ツアー デスク", used["arn"], other["arn"])

    def test_a_reference_left_as_it_was_in_the_source(self):
        dev = simulated.instance_of(self.stage.after, "sakura-dev")
        prod = simulated.instance_of(self.stage.after, "sakura-prod")
        for name in ("国内ツアー デスク", "本人確認", "内線・ARN 対応表", "画面ガイド起動"):
            with self.subTest(name):
                source, content = self.flow(dev, name)["content"], self.flow(prod, name)["content"]
                pairs = [(s.value, t.value) for s, t in zip(strings_of(source), strings_of(content)) if s.value != t.value]
                self.assertTrue(pairs)
                old, new = (json.dumps(text, ensure_ascii=False) for text in pairs[0])
                self.assertIn(new, content)
                self.check_content(name, new, old)

    def test_description_tags_status_and_settings(self):
        def change(name, member, value):
            def damage(_, prod):
                self.flow(prod, name)[member] = value
            return damage

        for name, member, value in (("代表電話受付", "description", "x"), ("代表電話受付", "tags", {"team": "front"}),
                                    ("海外緊急サポート 24h", "tags", {}), ("本人確認", "settings", "{}"),
                                    ("テスト受付", "status", "SAVED")):
            with self.subTest(name + " " + member):
                complaints = self.complaints(change(name, member, value))
                self.assertTrue(complaints)
                self.assertIn(repr(name), complaints[0])

    def test_a_flow_too_many_and_one_too_few(self):
        def add(_, prod):
            prod["flows"].append({**copy.deepcopy(prod["flows"][-1]), "id": "x", "name": "stub"})

        self.assertEqual(1, len(self.complaints(add)))

        def remove(_, prod):
            prod["flows"].remove(self.flow(prod, "English Desk"))

        self.assertIn("'English Desk' is gone from the target", self.complaints(remove))

    def test_what_is_the_targets_own_and_what_is_the_sources(self):
        def own(_, prod):
            self.flow(prod, "本番 障害時アナウンス")["modified"] += 1

        self.assertIn("own, has changed", "".join(self.complaints(own)))

        def queue(_, prod):
            prod["resources"]["queue"][0]["members"]["Status"] = "DISABLED"

        self.assertIn("the target's resources have changed", self.complaints(queue))

        def source(dev, _):
            dev["flows"][0]["modified"] += 1

        self.assertIn("the source instance has changed", self.complaints(source))

    def test_an_equal_flow_that_was_written_again(self):
        def touch(_, prod):
            self.flow(prod, "保留音 標準")["modified"] += 1

        self.assertIn("has been touched all the same", "".join(self.complaints(touch)))


class OwnTools(harness.unittest.TestCase):
    def test_strings_have_their_place_and_bytes(self):
        text = ' { "a" : [ "b\\u0063" , 1.50, {"d":"","e\\/":null} ], "\\"": "x" }\n'
        found = [(s.path, s.is_key, s.value, text[s.begin:s.end]) for s in strings_of(text)]
        self.assertEqual([(("a",), True, "a", '"a"'), (("a", 0), False, "bc", '"b\\u0063"'), (("a", 2, "d"), True, "d", '"d"'),
                          (("a", 2, "d"), False, "", '""'), (("a", 2, "e/"), True, "e/", '"e\\/"'),
                          (('"',), True, '"', '"\\""'), (('"',), False, "x", '"x"')], found)

    def test_numbers_count_as_they_are_written_and_white_space_does_not(self):
        self.assertTrue(same_meaning('{"a":1.50,"b":[1,2]}', '{ "b" : [ 1, 2 ],\n"a": 1.50 }'))
        self.assertFalse(same_meaning('{"a":1.50}', '{"a":1.5}'))
        self.assertFalse(same_meaning('{"a":[1,2]}', '{"a":[2,1]}'))
        self.assertFalse(same_meaning('{"a":1}', '{"a":"1"}'))

    def test_fewest_stubs(self):
        ring = {0: {1}, 1: {2}, 2: {0}}
        self.assertEqual(1, fewest_stubs(ring))
        self.assertEqual(2, fewest_stubs({0: {0}, 1: {1}, 2: {0}}))
        self.assertEqual(0, fewest_stubs({0: {1, 2}, 1: {2}, 2: set()}))
        complete = {n: {m for m in range(4) if m != n} for n in range(4)}
        self.assertEqual(3, fewest_stubs(complete))


if __name__ == "__main__":
    harness.main()
