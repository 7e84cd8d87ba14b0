#!/usr/bin/env python3
"""What is not established about the service must not matter: a migration is right under every switch of the simulator."""

from lib import harness, worlds
from lib.switched import MIGRATE, SwitchTest


class Searching(SwitchTest):
    """Enough flows that a search is tried."""

    def setUp(self):
        super().setUp()
        world, dev, prod = worlds.pair(self)
        for number in range(60):
            tags = {"number": str(number)} if number % 4 == 1 else {}
            more = {"description": f"number {number}"} if number % 3 == 0 else {}
            draft = worlds.greeting("Not yet.") if number % 7 == 3 else None
            dev.flow(f"Flow {number:02d}", worlds.greeting(f"This is {number}."), draft=draft, tags=tags, **more)
            if number % 2:
                prod.flow(f"Flow {number:02d}", worlds.greeting("Before."), tags={"owner": "operations"})
        self.serve(world)

    def test_contents_come_with_searches_or_not(self):
        without = self.check_right()["calls"]
        self.assertEqual((2, 60 + 30 + 30 + 60), (without["SearchContactFlows"], without["DescribeContactFlow"]))
        found = self.check_right({"search-content": "yes"})["calls"]
        # Described are four of each side beside the search, one of which is compared, what is looked at before it is
        # changed, and what was written.
        self.assertEqual((2, 4 + 4 + 30 + 60), (found["SearchContactFlows"], found["DescribeContactFlow"]))

    def test_any_pages_and_forms(self):
        self.check_right({"search-content": "yes", "pages": "ragged"})
        self.check_right({"search-content": "yes", "optional-members": "never", "undocumented-members": "yes"})
        self.check_right({"search-content": "yes", "optional-members": "always", "module-words": "upper"})

    def test_searching_is_not_allowed(self):
        calls = self.check_right({"search-content": "yes", "deny": "SearchContactFlows"})["calls"]
        self.assertEqual(60 + 30 + 30 + 60, calls["DescribeContactFlow"])


class Reading(SwitchTest):
    def setUp(self):
        super().setUp()
        self.serve(worlds.rich(self))

    def check_each(self, name, *values, **more):
        for value in values:
            with self.subTest(f"{name}={value}"):
                self.check_right({name: value}, **more)

    def test_as_it_is(self):
        document = self.check_right()
        self.assertEqual(9, len(document["created"]))
        self.assertEqual(5, len(document["updated"]))
        self.assertEqual(2, len(document["stubbed"]))
        self.assertEqual({}, self.log["unknownMembers"])

    def test_pages_are_short_or_ragged(self):
        full = self.check_right()["calls"]
        ragged = self.check_right({"pages": "ragged"})["calls"]
        self.assertGreater(sum(ragged.values()), sum(full.values()))
        self.check_right({"pages": "short", "default-page": "1"})

    def test_a_flow_that_was_never_published_is_described_or_not(self):
        self.check_each("unpublished-describe", "refuse")
        self.check_each("unchanged-draft", "not-found")
        self.check_right({"unpublished-describe": "refuse", "unchanged-draft": "not-found"})

    def test_modules_speak_in_upper_case_and_print_their_content_again(self):
        self.check_each("module-words", "upper")
        self.check_right({"module-content": "reformat"}, reformatted=("flow-module",))

    def test_members_are_missing_null_or_unknown_and_times_are_written_in_any_way(self):
        self.check_each("optional-members", "always", "never")
        self.check_each("undocumented-members", "yes")
        self.check_each("times", "exponent", "iso")
        self.check_each("search-content", "yes")
        self.check_each("unknown-members", "refuse")
        self.check_right({"optional-members": "never", "undocumented-members": "yes", "times": "iso", "module-words": "upper"})

    def test_lists_hold_more_or_less(self):
        self.check_each("agent-queues", "no")
        self.check_each("managed-views", "not-found")
        self.check_each("list-archived", "no")

    def test_references_are_checked_more_or_less(self):
        self.check_each("reference-check", "service")
        self.check_each("archived-target", "accept")
        self.check_each("unresolved-optional", "drop")

    def test_names_are_unique_in_one_way_or_the_other(self):
        self.check_each("duplicate-scope", "type")
        self.check_each("archived-names", "free")
        self.check_each("name-case", "ignore")

    def test_what_is_published_may_only_refer_to_what_is_published(self):
        document = self.check_right({"published-target": "required"})
        self.assertEqual(2, len(document["stubbed"]))
        for code, message, member in (("header-uri", "model", "Problems"), ("header-namespace", "lower", "problems"),
                                      ("body", "none", "problemDetails"), ("body-namespace", "model", "model")):
            with self.subTest(code):
                self.check_right({"published-target": "required", "error-code": code, "error-message": message,
                                  "problems-member": member, "unpublished-describe": "refuse"})

    def test_errors_are_written_in_any_way(self):
        faults = {"seed": 5, "throttled": 0.05, "error_503": 0.03, "error_500": 0.02}
        for code, message, body in (("header", "none", "empty"), ("header-uri", "model", "json"),
                                    ("header-namespace", "lower", "html"), ("body", "none", "json"),
                                    ("body-namespace", "lower", "empty")):
            with self.subTest(code):
                self.check_right({"error-code": code, "error-message": message, "fault-body": body,
                                  "unpublished-describe": "refuse"}, faults)

    def test_what_was_written_is_seen_late(self):
        self.check_right({"consistency-ms": "1500"})

    def test_the_services_clock_is_another(self):
        self.check_right({"clock-ahead": "1200"})
        self.assertEqual(2, self.log["refusedSignatures"], "once in each environment, and then signed with the service's time")
        self.check_right({"clock-ahead": "240"})
        self.assertEqual(0, self.log["refusedSignatures"], "so much is tolerated")

    def test_answers_are_slow_or_lost(self):
        self.check_right(faults={"seed": 3, "slow": 0.1, "slow_ms": 700})
        self.check_right(faults={"seed": 4, "reset_before": 0.03, "reset_after": 0.03, "cut_body": 0.03})

    def test_one_flow_can_never_be_read(self):
        document = self.refused("Whisper", "DescribeContactFlow", switches={"broken": "Whisper"})
        self.assertEqual(["unreadable-flow"], [problem["id"] for problem in document["problems"]])
        self.assertEqual(0, self.simulator.log()["writes"])
        self.expect(0, self.run_program(*MIGRATE, "--exclude", "Whisper"))
        migration = self.migration(select=lambda kind, flow: flow["name"] != "Whisper")
        self.assertEqual([], migration.complaints())


if __name__ == "__main__":
    harness.main()
