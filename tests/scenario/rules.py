#!/usr/bin/env python3
"""What flowferry.yaml says beside names: replacements, rules per pair, dependencies, rules without use, collisions."""

import json

from lib import harness, simulated, worlds
from lib.refusals import BadInputTest
from lib.worlds import Document

MIGRATE = ("migrate", "--from", "dev", "--to", "prod", "--yes", "--json")
PLAN = ("plan", "--from", "dev", "--to", "prod", "--json")


def contents(simulator, alias="acme-prod"):
    """Name -> content of the flows and modules of an instance."""
    instance = simulated.instance_of(simulator.dump(), alias)
    return {row["name"]: row["content"] for row in instance["flows"] + instance["modules"]}


def texts_of(content):
    return [action["Parameters"]["Text"] for action in json.loads(content)["Actions"] if "Text" in action["Parameters"]]


class Replace(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        self.world, self.dev, self.prod = worlds.pair(self)

    def migrate(self, **config):
        self.simulator = simulated.start(self, self.world.save())
        self.configure(worlds.environments(), **config)
        document = self.expect(0, self.run_program(*MIGRATE)).json()
        second = self.expect(0, self.run_program(*PLAN)).json()
        self.assertEqual([], second["updated"], "planning again finds nothing")
        self.expect(0, self.run_program("verify", "--from", "dev", "--to", "prod"))
        return document

    def test_texts_and_numbers_get_the_targets_values_and_nothing_else_changes(self):
        source = Document().say("電話 0120-1, または 0120-1。").say("See https://dev.example.com/a").block(
            "TransferParticipantToThirdParty", {"ThirdPartyPhoneNumber": "+81311112222",
                                                "ThirdPartyConnectionTimeLimitSeconds": "30", "ContinueFlowExecution": "True"},
            errors=("NoMatchingError", "CallFailed", "ConnectionTimeLimitExceeded")).text()
        source = source.replace("https://dev.", "https:\\/\\/dev.")
        self.dev.flow("Main", source).flow("Other", worlds.greeting("0120-1"))
        self.dev.module("Greet", worlds.module("0120-1"))
        self.migrate(replace=[
            {"name": "hotline", "flows": ["Main", "kind:flow-module"], "values": {"dev": "0120-1", "prod": "0800-999"}},
            {"name": "site", "values": {"dev": "https://dev.example.com", "prod": "https://example.co.jp"}},
            {"parameter": "ThirdPartyPhoneNumber", "values": {"prod": "+81344445555"}}])
        there = contents(self.simulator)
        self.assertEqual(source.replace("0120-1", "0800-999").replace("https:\\/\\/dev.example.com", "https:\\/\\/example.co.jp")
                         .replace("+81311112222", "+81344445555"), there["Main"])
        self.assertEqual(["0120-1"], texts_of(there["Other"]), "only where the rule says")
        self.assertEqual(["0800-999"], texts_of(there["Greet"]))

    def test_values_that_contain_each_other_or_trade_places_are_replaced_once(self):
        self.dev.flow("Main", worlds.greeting("12 and 1212, a b ab"))
        self.migrate(replace=[{"values": {"dev": "12", "prod": "012120"}}, {"values": {"dev": "a", "prod": "b"}},
                              {"values": {"dev": "b", "prod": "a"}}])
        self.assertEqual(["012120 bnd 012120012120, b a ba"], texts_of(contents(self.simulator)["Main"]))

    def test_a_number_that_is_replaced_needs_no_pin(self):
        self.dev.resource("phone-number", "+81311112222")
        self.prod.resource("phone-number", "+81344445555")
        parameters = {"CallerId": {"Number": "+81311112222"}}
        self.dev.flow("Calls", Document().block("TransferParticipantToThirdParty", {
            "ThirdPartyPhoneNumber": "+81399990000", "ThirdPartyConnectionTimeLimitSeconds": "30", "ContinueFlowExecution": "True", **parameters},
            errors=("NoMatchingError", "CallFailed", "ConnectionTimeLimitExceeded")).text())
        self.migrate(replace=[{"values": {"dev": "+81311112222", "prod": "+81344445555"}}])
        self.assertIn("+81344445555", contents(self.simulator)["Calls"])
        self.assertNotIn("+81311112222", contents(self.simulator)["Calls"])

    def test_paths_say_where(self):
        self.dev.flow("Main", Document().say("x").block("MessageParticipant", {"SSML": "<speak>x</speak>"}).text())
        self.migrate(replace=[{"path": "$.Actions[*].Parameters.SSML", "values": {"dev": "x", "prod": "y"}}])
        there = contents(self.simulator)["Main"]
        self.assertEqual(["x"], texts_of(there))
        self.assertIn("<speak>y</speak>", there)

    def test_what_holds_the_document_together_is_never_replaced(self):
        content = json.loads(worlds.greeting("MessageParticipant"))
        identifier = content["StartAction"]
        self.dev.flow("Main", json.dumps(content))
        self.migrate(replace=[{"path": "$..*", "values": {"dev": identifier, "prod": "broken"}},
                              {"path": "$..*", "values": {"dev": "MessageParticipant", "prod": "said"}}])
        there = json.loads(contents(self.simulator)["Main"])
        self.assertEqual(identifier, there["StartAction"])
        self.assertEqual("MessageParticipant", there["Actions"][0]["Type"])
        self.assertEqual("said", there["Actions"][0]["Parameters"]["Text"])

    def test_the_way_back_uses_the_other_values(self):
        self.dev.flow("Main", worlds.greeting("dev: 0120-1"))
        rules = [{"values": {"dev": "0120-1", "prod": "0800-999"}}]
        self.migrate(replace=rules)
        outcome = self.expect(0, self.run_program("plan", "--from", "prod", "--to", "dev", "--json"))
        self.assertEqual([], outcome.json()["updated"])


class Pairs(harness.ScenarioTest):
    def test_rules_of_the_pair_go_over_the_general_ones(self):
        world, dev, prod = worlds.pair(self)
        world.instance("acme-stg", worlds.PROD).resource("queue", "stg-Sales")
        dev.resource("queue", "dev-Sales").flow("Main", Document().queue("dev-Sales").say("dev").text())
        prod.resource("queue", "prod-Sales")
        simulator = simulated.start(self, world.save())
        environments = worlds.environments()
        environments["stg"] = {**environments["prod"], "instance": "acme-stg"}
        rename = {"kind": "queue", "from": "^dev-(.*)$"}
        self.configure(environments, mapping={"rename": [{**rename, "to": "stg-$1"}]},
                       replace=[{"values": {"dev": "dev", "stg": "staging", "prod": "production"}}],
                       pairs=[{"from": "dev", "to": "prod", "mapping": {"rename": [{**rename, "to": "prod-$1"}]},
                               "limits": {"creates": 0}}])
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "stg", "--yes"))
        self.assertEqual(["staging"], texts_of(contents(simulator, "acme-stg")["Main"]))
        outcome = self.expect(1, self.run_program(*MIGRATE))
        self.assertEqual(["limit-creates"], [problem["id"] for problem in outcome.json()["problems"]])
        outcome = self.expect(0, self.run_program(*MIGRATE, "--ignore-limits"))
        self.assertEqual([], outcome.json()["warnings"], "the rule that the pair replaces is not idle")
        self.assertEqual(["production"], texts_of(contents(simulator)["Main"]))


class Dependencies(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        world, dev, prod = worlds.pair(self)
        dev.module("Deep", worlds.module()).module("Greet", Document(module=True).run("Deep").say("x").text())
        dev.module("Unused", worlds.module())
        dev.flow("Main", Document().run("Greet").go("Tours").text())
        dev.flow("Tours", Document().go("Main").task("Excluded").text())
        dev.flow("Excluded", worlds.greeting()).flow("Alone", worlds.greeting())
        prod.flow("Excluded", worlds.greeting("Another.")).flow("Tours", worlds.greeting("Old."))
        self.simulator = simulated.start(self, world.save())

    def created(self, *arguments, **config):
        self.configure(worlds.environments(), **config)
        document = self.expect(2, self.run_program(*PLAN, *arguments)).json()
        return sorted(entry["name"] for entry in document["created"]), sorted(entry["name"] for entry in document["updated"])

    def test_bring_what_the_selected_ones_refer_to_and_so_on(self):
        expected = (["Deep", "Greet", "Main"], ["Tours"])
        self.assertEqual(expected, self.created("--include", "Main", "--exclude", "Excluded", "--with-dependencies"))
        self.assertEqual(expected, self.created(select={"include": ["Main"], "exclude": ["Excluded"], "with_dependencies": True}))
        self.assertEqual((["Deep", "Greet", "Main"], ["Excluded", "Tours"]), self.created("--include", "Main", "--with-dependencies"))
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes", "--include", "Main",
                                        "--exclude", "Excluded", "--with-dependencies"))
        self.expect(0, self.run_program("verify", "--from", "dev", "--to", "prod", "--include", "Main",
                                        "--exclude", "Excluded", "--with-dependencies"))
        self.assertNotIn("Alone", contents(self.simulator))
        self.assertEqual(["Another."], texts_of(contents(self.simulator)["Excluded"]))

    def test_regular_expressions_and_states_select(self):
        self.assertEqual((["Alone"], ["Excluded"]), self.created("--include", "regex:^(Al|Exc)", "--include", "state:PUBLISHED",
                                                                  "--exclude", "regex:^[^AE]"))


class Unused(BadInputTest):
    def setUp(self):
        super().setUp()
        world, dev, prod = worlds.pair(self)
        for instance in (dev, prod):
            instance.resource("queue", "Sales")
        dev.resource("queue", "dev-A", "dev_A")
        prod.resource("queue", "A")
        dev.flow("Main", Document().queue("Sales").say("x").text())
        dev.flow("Both", Document().queue("dev-A").queue("dev_A").text())
        self.serve(world)

    def test_rules_that_match_nothing_are_told_with_their_line(self):
        self.write("flowferry.yaml", json.dumps({"environments": worlds.environments(), "pace": {"rate": 0}}) [:-1] + """,
"select": {"exclude": ["Both"]},
"mapping": {"rename": [{"kind": "queue", "from": "^nothing", "to": "x"},
 {"kind": "queue", "from": "^Sal", "to": "Sal"}],
 "pin": [{"kind": "prompt", "from": "gone.wav", "to": "x.wav"}]},
"replace": [{"name": "hotline", "values": {"dev": "0120-1", "prod": "0120-2"}},
 {"values": {"dev": "x", "prod": "y"}}]}""")
        warnings = self.expect(2, self.run_program(*PLAN)).json()["warnings"]
        self.assertEqual(["flowferry.yaml:3", "flowferry.yaml:5", "flowferry.yaml:6"], sorted(w["name"] for w in warnings), warnings)
        self.assertEqual({"rule-unused"}, {w["id"] for w in warnings})
        self.assertTrue(all(w["help"] for w in warnings))
        outcome = self.expect(2, self.run_program("plan", "--from", "dev", "--to", "prod"))
        for word in ("flowferry.yaml:3", "^nothing", "gone.wav", "hotline", "0120-1"):
            self.assertIn(word, outcome.out)
        document = self.expect(2, self.run_program(*PLAN, "--include", "Main")).json()
        self.assertEqual([], document["warnings"], "only a part was asked for")

    def test_two_resources_that_a_rename_makes_one_are_a_problem_with_both_named(self):
        rename = {"mapping": {"rename": [{"kind": "queue", "from": "^dev[-_]", "to": ""}]}}
        self.configure(worlds.environments(), **rename)
        for command in (PLAN, MIGRATE):
            outcome = self.expect(1, self.run_program(*command))
            problem, = outcome.json()["problems"]
            self.assertEqual("name-collision", problem["id"])
            for word in ('"dev-A"', '"dev_A"', '"A"'):
                self.assertIn(word, problem["reason"])
            self.assertIn("mapping.pin", problem["help"])
        self.check_nothing_written()
        rename["mapping"]["pin"] = [{"kind": "queue", "from": "dev-A", "to": "A"}]
        self.configure(worlds.environments(), **rename)
        self.expect(0, self.run_program(*MIGRATE))


if __name__ == "__main__":
    harness.main()
