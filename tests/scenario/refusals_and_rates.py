#!/usr/bin/env python3
"""What the service refuses is told with its reasons, wherever they stand; too high a rate is only waited for."""

from lib import harness, simulated, worlds
from lib.switched import MIGRATE, PLAN, SwitchTest
from lib.worlds import Document


class Rates(SwitchTest):
    def test_with_the_right_pace_no_call_is_refused_for_its_rate(self):
        world = worlds.rich(self, pace={"rate": 5, "burst": 5})
        self.serve(world, "--rate", "5", "--burst", "5", throttle=True)
        document = self.check_right()
        self.assertEqual(0, document["throttled"])
        self.assertEqual({}, self.log["throttled"])
        busiest = max(document["calls"].values())
        self.assertGreater(document["seconds"], (busiest - 2 * 5) / 5 / 2)

    def test_a_quota_that_another_program_has_just_used_up_costs_one_call_of_an_operation(self):
        world, dev, _ = worlds.pair(self, worlds.DEV, pace={"rate": 20, "burst": 5})
        for number in range(18):
            dev.flow(f"Flow {number}", worlds.greeting())
        self.serve(world, "--rate", "20", "--burst", "5", throttle=True)
        self.begin()
        document = self.expect(0, self.run_program(*MIGRATE)).json()
        self.assertEqual((0, 18), (document["throttled"], document["calls"]["CreateContactFlow"]))
        # The reading back has left next to nothing of the bucket out of which the next run reads.
        self.expect(0, self.run_program(*PLAN))
        for operation, count in self.simulator.log()["throttled"].items():
            self.assertEqual(1, count, operation)

    def test_with_no_pace_refused_calls_are_repeated_until_all_is_done(self):
        world = worlds.rich(self)
        self.serve(world, "--rate", "50", "--burst", "5", throttle=True)
        for switches in ({}, {"throttle-code": "ThrottlingException", "error-code": "body"},
                         {"refused-requests": "charged"}, {"retry-after": "1"}):
            with self.subTest(switches):
                document = self.check_right(switches)
                self.assertGreater(document["throttled"], 0)


class Refusals(SwitchTest):
    def test_reasons_are_read_wherever_they_stand(self):
        world, dev, _ = worlds.pair(self)
        dev.flow("Bad", Document().block("NoSuchBlock").block("AnotherOne").text(), grandfathered=True)
        dev.flow("Good", worlds.greeting())
        self.serve(world)
        for member, message, code in (("model", "none", "header"), ("problems", "model", "body"),
                                      ("Problems", "lower", "body-namespace"), ("problemDetails", "none", "header-uri")):
            with self.subTest(f"{member} {message} {code}"):
                document = self.refused("InvalidContactFlowException", "NoSuchBlock", "AnotherOne",
                                        switches={"problems-member": member, "error-message": message, "error-code": code})
                self.assertEqual(["Good"], [entry["name"] for entry in document["created"]])

    def test_a_module_is_refused_with_either_code(self):
        world, dev, _ = worlds.pair(self)
        dev.module("Bad", Document(module=True).block("NoSuchBlock").text(), grandfathered=True)
        self.serve(world)
        for code in ("InvalidContactFlowModuleException", "InvalidRequestException"):
            self.refused(code, "NoSuchBlock", switches={"module-error": code})

    def test_a_quota_is_told_and_not_tried_again(self):
        world, dev, prod = worlds.pair(self)
        for number in range(4):
            dev.flow(f"Flow {number}", worlds.greeting())
        prod.flow("Own", worlds.greeting())
        self.serve(world)
        document = self.refused("LimitExceededException", switches={"flow-quota": "3"})
        self.assertEqual(2, len(document["created"]))
        self.assertEqual(4, document["calls"]["CreateContactFlow"])

    def test_a_name_that_is_taken_otherwise_is_told(self):
        world, dev, prod = worlds.pair(self)
        dev.flow("VIP desk", worlds.greeting())
        prod.flow("vip DESK", worlds.greeting("Another."))
        dev.flow("Gone", worlds.greeting())
        prod.flow("Gone", worlds.greeting(), state="ARCHIVED")
        self.serve(world)
        self.refused("Gone", "archived")
        document = self.refused("VIP desk", "Gone", "DuplicateResourceException",
                                switches={"name-case": "ignore", "list-archived": "no"})
        self.assertEqual([], document["created"])
        self.begin({"list-archived": "no", "archived-names": "free"})
        self.expect(0, self.run_program(*MIGRATE))

    def test_one_name_in_two_types_is_told_or_allowed(self):
        world, dev, prod = worlds.pair(self)
        dev.flow("Desk", worlds.greeting())
        prod.flow("Desk", Document(end="EndFlowExecution").say("-").text(), type="CUSTOMER_QUEUE")
        self.serve(world)
        self.refused("Desk", "CUSTOMER_QUEUE")
        self.assertEqual(0, self.simulator.log()["writes"])

    def test_a_reference_that_the_service_drops_is_noticed(self):
        world, dev, prod = worlds.pair(self)
        for instance in (dev, prod):
            instance.resource("hours-of-operation", "Office hours", "Other hours")
        dev.module("First", worlds.module()).flow("Desk", Document().run("First").hours("Office hours").text())
        self.serve(world)
        self.begin({"unresolved-optional": "drop"})
        prod = simulated.instance_of(self.before, "acme-prod")
        hours = next(row for row in prod["resources"]["hours-of-operation"] if row["name"] == "Office hours")
        self.simulator.admin("script", {"changes": [{"after_write": 1, "operation": "DeleteHoursOfOperation", "input": {
            "InstanceId": prod["id"], "HoursOfOperationId": hours["id"]}}]})
        outcome = self.expect(1, self.run_program(*MIGRATE))
        problems = outcome.json()["problems"]
        self.assertEqual([("read-back-differs", "Desk")], [(problem["id"], problem["name"]) for problem in problems])
        self.assertIn("content", problems[0]["reason"])
        self.assertRegex(problems[0]["details"][0], r'block "[^"]+" \(CheckHoursOfOperation\) Parameters.HoursOfOperationId: '
                                                    r'wanted "arn:.*, there is null')
        self.assertEqual(1, len(problems[0]["details"]))

    def test_a_hook_into_a_circle_that_the_service_drops_is_not_lost(self):
        self.serve(worlds.rich(self))
        self.begin({"unresolved-optional": "drop", "published-target": "required"})
        self.expect(0, self.run_program(*MIGRATE))
        self.assertEqual([], self.migration().complaints())


if __name__ == "__main__":
    harness.main()
