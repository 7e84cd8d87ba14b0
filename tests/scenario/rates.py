#!/usr/bin/env python3
"""Quotas that nobody told are found while a run goes on; what a plan says that it will cost is what it costs."""

import concurrent.futures
import time

from lib import harness, simulated, worlds
from lib.switched import MIGRATE, PLAN, SwitchTest
from lib.worlds import Document


class UnknownQuotas(harness.ScenarioTest):
    """Without `pace` and `quotas` the program starts from the documented rate. All runs are side by side: most of
    their time is waiting."""

    FLOWS = {0.5: 8, 1: 12, 2: 18, 5: 36, 20: 125}  # As many as six to seven seconds allow, after a burst of 5.

    def setUp(self):
        super().setUp()
        world, dev, _ = worlds.pair(self, worlds.DEV)
        for number in range(max(self.FLOWS.values())):
            dev.flow(f"Flow {number:03d}", worlds.greeting())
        self.write("flowferry.yaml", {"environments": worlds.environments()})
        self.world = world.save()

    def read(self, rate, flows, changed=None):
        """Plans so many flows where the quota is `rate`, and after three seconds `changed`: what it printed, and the
        simulator's log."""
        simulator = simulated.start(self, self.world, "--rate", rate, "--burst", 5, throttle=True)
        names = [word for number in range(flows) for word in ("--include", f"Flow {number:03d}")]
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(self.run_program, *PLAN, *names, AWS_ENDPOINT_URL=simulator.origin)
            if changed:
                time.sleep(3)
                simulator.admin("quota", {"rate": changed, "burst": 5})
                self.assertFalse(running.done())
            return running.result(), simulator.log()

    def side_by_side(self, runs):
        with concurrent.futures.ThreadPoolExecutor(len(runs)) as pool:
            started = {run: pool.submit(self.read, *run) for run in runs}
            return {run: future.result() for run, future in started.items()}

    def test_a_run_settles_within_seconds_and_wastes_next_to_nothing(self):
        """A refusal soon after the burst says only that the rate is lower than what was tried: where it is less than
        the documented one, a second says what it is."""
        for (rate, flows), (outcome, log) in self.side_by_side(self.FLOWS.items()).items():
            with self.subTest(rate=rate):
                document = self.expect(2, outcome).json()
                self.assertEqual(flows, document["calls"]["DescribeContactFlow"] - log["throttled"].get(
                    "DescribeContactFlow", 0))
                self.assertEqual(document["throttled"], sum(log["throttled"].values()))
                self.assertLessEqual(max(log["throttled"].values(), default=0), 2, log["throttled"])
                self.assertEqual({"DescribeContactFlow"}, set(log["throttled"]))
                floor = (flows - 5) / rate
                self.assertGreater(document["seconds"], floor - 1)
                self.assertLess(document["seconds"], (1.5 * floor + 3) * harness.SLOW, log["throttled"])

    def test_a_rate_that_becomes_lower_meanwhile_is_found_as_well(self):
        runs = [(5, 32, 2), (3, 18, 1)]
        for (rate, flows, changed), (outcome, log) in self.side_by_side(runs).items():
            with self.subTest(rate=rate, changed=changed):
                document = self.expect(2, outcome).json()
                self.assertLessEqual(max(log["throttled"].values()), 4, log["throttled"])
                floor = 3 + (flows - 5 - 3 * rate) / changed
                self.assertLess(document["seconds"], (1.3 * floor + 4) * harness.SLOW, log["throttled"])


class Costs(SwitchTest):
    def costs_what_it_says(self):
        """A migration makes the calls of its plan, and then those that the plan named."""
        self.begin()
        plan = self.run_program(*PLAN).json()
        done = self.expect(0, self.run_program(*MIGRATE)).json()
        written = {name: count - plan["calls"].get(name, 0) for name, count in done["calls"].items()}
        self.assertEqual({name: count for name, count in written.items() if count}, plan["cost"]["calls"])
        self.assertGreater(sum(plan["cost"]["calls"].values()), 0)

    def test_new_and_changed_flows_tags_and_modules(self):
        world, dev, prod = worlds.pair(self)
        for number in range(12):
            dev.flow(f"Flow {number:02d}", worlds.greeting(f"This is {number}."), description=f"of {number // 2}",
                     tags={"team": "front"} if number % 3 == 0 else {})
            dev.module(f"Module {number:02d}", worlds.module(f"This is {number}."))
            if number % 2:
                prod.flow(f"Flow {number:02d}", worlds.greeting(f"This is {number if number % 4 == 1 else 0}."),
                          description=f"of {number // 3}", tags={"owner": "operations"})
                prod.module(f"Module {number:02d}", worlds.module("Before."))
        self.serve(world)
        self.costs_what_it_says()

    def test_circles(self):
        world, dev, _ = worlds.pair(self)
        for number in range(9):
            dev.flow(f"Flow {number}", Document().go(f"Flow {(number + 1) % 9}").go(f"Flow {number // 3}").text())
        self.serve(world)
        self.costs_what_it_says()

    def test_one_of_everything(self):
        self.serve(worlds.rich(self))
        self.costs_what_it_says()

    def test_the_seconds_are_those_of_the_narrow_operation(self):
        world, dev, prod = worlds.pair(self, pace={"rate": 5, "burst": 5})
        for number in range(20):
            dev.flow(f"Flow {number:02d}", worlds.greeting(f"This is {number}."))
            if number < 8:
                prod.flow(f"Flow {number:02d}", worlds.greeting("Before."))
        self.serve(world, "--rate", 5, "--burst", 5, throttle=True)
        cost = self.expect(2, self.run_program(*PLAN, "-o", "the.plan")).json()["cost"]
        self.assertEqual("DescribeContactFlow", cost["narrow"])
        self.assertEqual((8 + 20 - 5) / 5, cost["seconds"])
        self.assertFalse(cost["assumed"])
        time.sleep(1.2)  # Until the buckets are full again, as the figure has it.
        done = self.expect(0, self.run_program("apply", "the.plan", "--yes", "--json")).json()
        self.assertGreater(done["seconds"], cost["seconds"] - 0.5)
        self.assertLess(done["seconds"], (1.15 * cost["seconds"] + 0.7) * harness.SLOW)


if __name__ == "__main__":
    harness.main()
