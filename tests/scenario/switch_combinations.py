#!/usr/bin/env python3
"""What is not established about the service may hold in any combination: a migration is right under each.

    switch_combinations.py          a sample
    switch_combinations.py --all    some hundred combinations
"""

import random
import sys
import unittest

from lib import harness, worlds
from lib.switched import SwitchTest

# Every switch under which a migration can do its work, with the values that are not its default.
SWITCHES = {
    "signatures": ["ignore"],
    "clock-ahead": ["1200"],
    "error-code": ["header-uri", "header-namespace", "body", "body-namespace"],
    "error-message": ["lower", "none"],
    "problems-member": ["problems", "Problems", "problemDetails"],
    "fault-body": ["html", "empty"],
    "throttle-code": ["ThrottlingException"],
    "refused-requests": ["charged"],
    "retry-after": ["1"],
    "unknown-members": ["refuse"],
    "pages": ["short", "ragged"],
    "default-page": ["1", "3", "1000"],
    "consistency-ms": ["300"],
    "unpublished-describe": ["refuse"],
    "unchanged-draft": ["not-found"],
    "undocumented-members": ["yes"],
    "optional-members": ["always", "never"],
    "times": ["exponent", "iso"],
    "search-content": ["yes"],
    "list-archived": ["no"],
    "agent-queues": ["no"],
    "managed-views": ["not-found"],
    "module-words": ["upper"],
    "module-content": ["reformat"],
    "duplicate-scope": ["type"],
    "archived-names": ["free"],
    "name-case": ["ignore"],
    "reference-check": ["service"],
    "published-target": ["required"],
    "archived-target": ["accept"],
    "unresolved-optional": ["drop"],
    "module-error": ["InvalidRequestException"],
    "delete-in-use": ["refuse"],
}
# Under these no migration can be carried out, or not a whole one: they have tests of their own.
STOPPING = {"credentials", "deny", "broken", "flow-quota", "module-quota", "resource-quota"}
FAULTS = [{}, {}, {"throttled": 0.05}, {"error_500": 0.02, "error_503": 0.02}, {"reset_before": 0.02, "cut_body": 0.02}]

combinations = 4


class Combinations(SwitchTest):
    def setUp(self):
        super().setUp()
        self.serve(worlds.rich(self))

    def test_every_switch_is_here(self):
        self.assertEqual(set(self.defaults), set(SWITCHES) | STOPPING)

    def test_any_combination(self):
        for seed in range(combinations):
            choice = random.Random(seed)
            share = choice.choice((0.2, 0.5, 0.9))
            switches = {name: choice.choice(values) for name, values in SWITCHES.items() if choice.random() < share}
            faults = {**choice.choice(FAULTS), "seed": seed}
            more = {"reformatted": ("flow-module",)} if "module-content" in switches else {}
            with self.subTest(seed=seed, switches=switches, faults=faults):
                self.check_right(switches, faults, **more)


if __name__ == "__main__":
    if "--all" in sys.argv:
        sys.argv.remove("--all")
        combinations = 300
    harness.main()
