"""Migrations under switches and faults of one simulator."""

import json

from . import harness, simulated
from .comparer import Migration

MIGRATE = ("migrate", "--from", "dev", "--to", "prod", "--yes", "--json", "--new-run")
PLAN = ("plan", "--from", "dev", "--to", "prod", "--json")


class SwitchTest(harness.ScenarioTest):
    """One simulator, reset and switched before each migration."""

    def serve(self, world, *options, **more):
        self.simulator = simulated.start(self, world.save(), *options, **more)
        self.defaults = self.simulator.admin("switches")

    def begin(self, switches=None, faults=None):
        self.simulator.switch(self.defaults)
        self.simulator.admin("reset", {})
        self.simulator.switch(switches or {})
        self.simulator.admin("faults", faults or {})
        self.before = self.simulator.dump()

    def migration(self, **more):
        return Migration(self.before, self.simulator.dump(), "acme-dev", "acme-prod", **more)

    def check_right(self, switches=None, faults=None, **more):
        """A migration that does all that is to be done, and a plan afterwards with nothing left."""
        self.begin(switches, faults)
        outcome = self.expect(0, self.run_program(*MIGRATE))
        migration = self.migration(**more)
        self.assertEqual([], migration.complaints())
        self.log = self.simulator.log()
        self.assertEqual([], self.log["mistakes"])
        self.simulator.admin("faults", {})
        if "consistency-ms" not in (switches or {}):
            second = self.expect(0, self.run_program(*PLAN))
            self.assertEqual(0, second.json()["pending"])
        return outcome.json()

    def refused(self, *words, switches=None, faults=None, status=1):
        """A migration that ends with problems in which these words stand."""
        self.begin(switches, faults)
        outcome = self.expect(status, self.run_program(*MIGRATE))
        problems = json.dumps(outcome.json()["problems"], ensure_ascii=False)
        for word in words:
            self.assertIn(word, problems, str(outcome))
        return outcome.json()
