#!/usr/bin/env python3
"""Which flows are carried: names, types, kinds and tags; stock flows; what is left out but needed."""

from lib import harness, simulated, worlds
from lib.comparer import Migration
from lib.worlds import Document


class Selection(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        self.world, dev, prod = worlds.pair(self)
        dev.entry["stock"] = prod.entry["stock"] = True
        waiting = Document(end="EndFlowExecution").say("Please wait.").text()
        dev.module("Greet", worlds.module(), tags={"team": "sales"})
        dev.module("VIP check", worlds.module("VIP?"))
        dev.flow("VIP line", Document().run("Greet").text(), tags={"team": "sales", "stage": "live"})
        dev.flow("VIP wait", waiting, type="CUSTOMER_QUEUE")
        dev.flow("Sales line", worlds.greeting("Sales."), tags={"team": "sales"})
        dev.flow("Support line", worlds.greeting("Support."), tags={"team": "support"})
        dev.flow("vip case", worlds.greeting("Small letters."))
        dev.flow("100% [beta] *star*", worlds.greeting("Odd name."))
        dev.flow("日本語 案内", worlds.greeting("日本語"))
        dev.flow("zz old", worlds.greeting("Old."), state="ARCHIVED")
        self.simulator = simulated.start(self, self.world.save())
        self.before = self.simulator.dump()

    def plan(self, *patterns, status=2, config=None):
        if config is not None:
            self.configure(worlds.environments(), **config)
        return self.expect(status, self.run_program("plan", "--from", "dev", "--to", "prod", "--json", *patterns))

    def chosen(self, *patterns, **more):
        """Names of what would be created or updated; and the reasons for what is not."""
        document = self.plan(*patterns, **more).json()
        self.reasons = {entry["name"]: entry["reason"] for entry in document["skipped"]}
        return sorted(entry["name"] for entry in document["created"] + document["updated"])

    ALL = sorted(["Greet", "VIP check", "VIP line", "VIP wait", "Sales line", "Support line", "vip case",
                  "100% [beta] *star*", "日本語 案内"])

    def test_without_patterns_all_but_stock_and_archived_flows(self):
        self.assertEqual(self.ALL, self.chosen())
        self.assertIn("archived", self.reasons["zz old"])
        self.assertIn("stock", self.reasons["Default customer queue"])
        stock = [name for name in self.reasons if name.startswith(("Default ", "Sample "))]
        self.assertEqual(20, len(stock))
        self.assertEqual(21, len(self.reasons))

    def test_by_name_with_wildcards_and_exactly(self):
        self.assertEqual(["Greet", "VIP check", "VIP line", "VIP wait"],
                         self.chosen("--include", "VIP*", "--include", "Greet"))
        self.assertEqual("not included", self.reasons["Sales line"])
        self.assertEqual("not included", self.reasons["vip case"])
        self.assertEqual(["Sales line"], self.chosen("--include", "?ales line"))
        self.assertEqual(["Sales line", "Support line"], self.chosen("--include", "S[au]* line"))
        self.assertEqual(["日本語 案内"], self.chosen("--include", "日本?*案内"))
        self.assertEqual(["100% [beta] *star*"], self.chosen("--include", "100% *"))

    def test_many_that_are_left_out_are_named_by_the_first(self):
        outcome = self.expect(2, self.run_program("plan", "--from", "dev", "--to", "prod", "--include", "Greet"))
        line = outcome.out.split("skip 28: not included\n")[1].split("\n")[0]
        self.assertTrue(line.endswith("and 20 more (--json names all)"), line)
        self.assertEqual(8, line.count('"') // 2)

    def test_by_type_kind_and_tag(self):
        self.assertEqual(["VIP wait"], self.chosen("--include", "type:CUSTOMER_QUEUE"))
        self.assertIn("stock", self.reasons["Default customer queue"])
        self.assertEqual(["Greet", "VIP check"], self.chosen("--include", "kind:flow-module"))
        self.assertEqual(["Greet", "Sales line", "VIP line"], self.chosen("--include", "tag:team=sales"))
        self.assertEqual(["Greet", "Sales line", "Support line", "VIP line"], self.chosen("--include", "tag:team"))
        self.assertEqual(["Greet", "Sales line", "Support line", "VIP line"], self.chosen("--include", "tag:team=s*"))
        self.assertEqual(["Greet", "VIP line"], self.chosen("--include", "tag:stage=live", "--include", "Greet"))

    def test_only_what_may_be_carried_is_read(self):
        calls = self.plan("--include", "Sales line").json()["calls"]
        self.assertEqual((1, 0), (calls["DescribeContactFlow"], calls.get("DescribeContactFlowModule", 0)))
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes"))
        calls = self.plan("--include", "tag:team=sales", "--exclude", "VIP*", status=0).json()["calls"]
        # Of the source all flows but the stock, archived and excluded ones; of the target what meets the two tagged.
        self.assertEqual((6, 2), (calls["DescribeContactFlow"], calls["DescribeContactFlowModule"]))

    def test_a_tag_that_only_excluded_flows_may_have_is_no_error(self):
        self.assertEqual([], self.chosen("--include", "tag:stage=live", "--exclude", "VIP line", status=0))

    def test_excluded_is_excluded_whatever_includes_it(self):
        self.assertEqual(["VIP check", "VIP wait"], self.chosen("--include", "VIP*", "--exclude", "VIP line"))
        self.assertIn("VIP line", self.reasons["VIP line"])
        self.assertEqual([name for name in self.ALL if name not in ("Sales line", "Support line")],
                         self.chosen("--exclude", "S*", "--exclude", "nothing like this"))
        self.assertEqual([name for name in self.ALL if name not in ("Greet", "Sales line", "VIP line")],
                         self.chosen("--exclude", "tag:team=sales"))
        self.assertEqual(["Sales line", "Support line", "vip case"],
                         self.chosen("--exclude", "kind:flow-module", "--exclude", "VIP *", "--exclude", "type:CUSTOMER_QUEUE",
                                     "--exclude", "1*", "--exclude", "日*"))

    def test_the_configuration_selects_and_the_command_line_overrides_its_includes(self):
        select = {"select": {"include": ["VIP*", "Greet"], "exclude": ["VIP check"]}}
        self.assertEqual(["Greet", "VIP line", "VIP wait"], self.chosen(config=select))
        self.assertEqual(["Sales line"], self.chosen("--include", "Sales*"))
        self.assertEqual(["VIP wait"], self.chosen("--include", "VIP*", "--exclude", "VIP line"))

    def test_stock_flows_are_carried_only_when_a_pattern_spells_them_out(self):
        dev = simulated.instance_of(self.before, "acme-dev")
        row = next(flow for flow in dev["flows"] if flow["name"] == "Default agent hold")
        self.simulator.admin("call", {"operation": "UpdateContactFlowContent",
                                      "input": {"InstanceId": dev["id"], "ContactFlowId": row["id"],
                                                "Content": row["content"].replace("10s", "11s")}})
        self.assertEqual(self.ALL, self.chosen())
        self.assertEqual(self.ALL, self.chosen("--include", "*"))
        self.assertEqual(["Default agent hold"], self.chosen("--include", "Default agent hold"))
        self.assertEqual(["Default agent hold"], self.chosen("--include", "Default *"))

    def test_an_include_that_matches_nothing_is_an_error_with_the_closest_names(self):
        for pattern, closest in (("VIP lin", "VIP line"), ("type:CUSTOMER_QUEU", ""), ("kind:flow-modul", ""),
                                 ("tag:team=marketing", ""), ("tag:nothing", "")):
            with self.subTest(pattern):
                outcome = self.plan("--include", "Greet", "--include", pattern, status=1)
                self.assertEqual(1, outcome.err.count("Error:"), str(outcome))
                self.assertIn(pattern, outcome.err)
                self.assertIn(closest, outcome.err)
                self.assertIn(pattern, outcome.json()["error"]["message"])
                if pattern.startswith("tag:"):
                    self.assertIn("flowferry inventory dev", outcome.err)

    def test_what_is_not_selected_and_not_in_the_target_is_a_problem_of_each_flow_that_needs_it(self):
        document = self.plan("--include", "VIP line", status=1).json()
        self.assertEqual(["VIP line"], [problem["name"] for problem in document["problems"]])
        problem = document["problems"][0]
        self.assertEqual("Greet", problem["resource"]["name"])
        self.assertEqual("FlowModuleId", problem["where"]["parameter"])
        self.assertIn("InvokeFlowModule", problem["where"]["action_type"])
        outcome = self.expect(1, self.run_program("migrate", "--from", "dev", "--to", "prod", "--include", "VIP line", "--yes"))
        self.assertIn("Greet", outcome.out + outcome.err)
        self.assertIn("not", outcome.out)
        self.assertEqual(self.before, self.simulator.dump())

    def test_what_is_not_selected_but_in_the_target_is_referred_to_and_left_alone(self):
        migrate = ("migrate", "--from", "dev", "--to", "prod", "--yes", "--include")
        self.expect(0, self.run_program(*migrate, "Greet"))
        dev = simulated.instance_of(self.simulator.dump(), "acme-dev")
        row = next(module for module in dev["modules"] if module["name"] == "Greet")
        self.simulator.admin("call", {"operation": "UpdateContactFlowModuleContent",
                                      "input": {"InstanceId": dev["id"], "ContactFlowModuleId": row["id"],
                                                "Content": worlds.module("A newer greeting.")}})
        before = self.simulator.dump()
        self.expect(0, self.run_program(*migrate, "VIP line"))
        migration = Migration(before, self.simulator.dump(), "acme-dev", "acme-prod",
                              select=lambda kind, flow: flow["name"] == "VIP line")
        self.assertEqual([], migration.complaints())

    def test_a_selected_migration_writes_what_was_selected_and_no_more(self):
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes", "--include", "tag:team=sales"))
        migration = Migration(self.before, self.simulator.dump(), "acme-dev", "acme-prod",
                              select=lambda kind, flow: flow["tags"].get("team") == "sales")
        self.assertEqual([], migration.complaints())
        self.assertEqual(3, len(migration.carried))


if __name__ == "__main__":
    harness.main()
