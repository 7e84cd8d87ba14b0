"""Checks of what is refused: one clear error that names place and remedy, and nothing is written."""

import json

from . import harness, simulated, worlds

COMMANDS = (("plan",), ("migrate", "--yes"))


class BadInputTest(harness.ScenarioTest):
    """What tests of refusals share."""

    simulator = None

    def serve(self, world):
        self.simulator = simulated.start(self, world.save())
        self.before = self.simulator.dump()

    def check_nothing_written(self):
        self.assertEqual(self.before, self.simulator.dump())
        self.assertEqual(0, self.simulator.log()["writes"])

    def check_error(self, outcome, *words):
        """Status 1 and one error on standard error with these words, a remedy among them."""
        self.expect(1, outcome)
        self.assertEqual(1, outcome.err.count("Error:"), str(outcome))
        error = outcome.err[outcome.err.index("Error:"):]
        for word in words:
            self.assertIn(word, error, str(outcome))
        self.assertRegex(error, r"What to do: \S", str(outcome))

    def check_refused(self, *words, ends=("--from", "dev", "--to", "prod"), **variables):
        """plan and migrate end with such an error, in both forms of output, and nothing is written."""
        for command in COMMANDS:
            outcome = self.run_program(*command, *ends, **variables)
            self.check_error(outcome, *words)
            self.assertEqual("", outcome.out, str(outcome))
            outcome = self.run_program(*command, *ends, "--json", "--quiet", **variables)
            self.check_error(outcome, *words)
            document = outcome.json()
            self.assertEqual(["command-failed"], [problem["id"] for problem in document["problems"]])
            self.assertTrue(document["error"]["message"])
            self.assertEqual([], document["created"])
        if self.simulator:
            self.check_nothing_written()

    def check_problems(self, *expected, config=None):
        """plan and migrate list these problems: (id, flow's name, words of the reason or the remedy ...)."""
        if config is not None:
            self.configure(worlds.environments(), **config)
        ends = ("--from", "dev", "--to", "prod")
        for command in COMMANDS:
            outcome = self.run_program(*command, *ends, "--json")
            self.check_error(outcome, "problem")
            problems = outcome.json()["problems"]
            self.assertEqual(sorted((id, name) for id, name, *_ in expected), sorted((p["id"], p["name"]) for p in problems),
                             json.dumps(problems, ensure_ascii=False, indent=1))
            self.assertTrue(all(problem["help"] for problem in problems), problems)
            for id, name, *words in expected:
                texts = [json.dumps(p, ensure_ascii=False) for p in problems if (p["id"], p["name"]) == (id, name)]
                self.assertTrue(any(all(word in text for word in words) for text in texts), (words, texts))
            outcome = self.run_program(*command, *ends)
            self.check_error(outcome, "problem")
            for id, name, *words in expected:
                self.assertIn(id, outcome.out)
                self.assertIn(name, outcome.out)
            self.check_nothing_written()
