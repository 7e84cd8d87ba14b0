#!/usr/bin/env python3
"""An endpoint that is not there, or no endpoint, or answers garbage or half an answer, from the first call or later."""

import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from lib import fake_endpoint, harness, worlds
from lib.refusals import BadInputTest
from lib.worlds import Document


class Endpoints(BadInputTest):
    """What answers is not the service, or answers badly."""

    def setUp(self):
        super().setUp()
        self.world, dev, prod = worlds.pair(self)
        for instance in (dev, prod):
            instance.resource("queue", "Sales")
        dev.module("Greet", worlds.module()).flow("Hello", Document().queue("Sales").run("Greet").text())

    def test_nobody_listens(self):
        self.check_refused("ListInstances", "no connection", "127.0.0.1", AWS_ENDPOINT_URL=fake_endpoint.closed_port())

    def run_all(self, command, endpoints):
        """Runs the command against each endpoint at once (they wait more than they work); name -> outcome."""
        for endpoint in endpoints.values():
            self.addCleanup(endpoint.stop)
        with ThreadPoolExecutor(8) as pool:
            running = {name: pool.submit(self.run_program, *command, "--from", "dev", "--to", "prod", "--json",
                                         AWS_ENDPOINT_URL=endpoint.origin, AWS_MAX_ATTEMPTS="2")
                       for name, endpoint in endpoints.items()}
            return {name: future.result() for name, future in running.items()}

    def test_what_answers_is_not_the_service(self):
        endpoints = {name: fake_endpoint.FakeEndpoint(answer) for name, answer in fake_endpoint.ANSWERS.items()}
        for name, outcome in self.run_all(("plan",), endpoints).items():
            with self.subTest(name):
                self.check_error(outcome, "opening environment")
                self.assertLess(outcome.seconds, 30 * harness.SLOW)
                self.assertGreater(endpoints[name].requests, 0)
                outcome.json()

    def test_the_endpoint_of_an_environment_counts_for_that_environment(self):
        self.serve(self.world)
        environments = worlds.environments()
        environments["prod"]["endpoint_url"] = origin = fake_endpoint.closed_port()
        self.configure(environments)
        self.check_refused('"prod"', origin)

    def test_it_fails_in_the_middle_of_reading(self):
        self.serve(self.world)
        places = {"ListContactFlows": "/contact-flows-summary/", "ListQueues": "/queues-summary/",
                  "DescribeContactFlow": "/contact-flows/", "DescribeContactFlowModule": "/contact-flow-modules/"}
        proxies = {}
        for operation, part in places.items():
            for name in ("half an answer", "JSON cut off", "HTML 502", "nothing", "garbage", "JSON that is no object"):
                def spoil(method, target, answer, part=part, name=name):
                    return fake_endpoint.ANSWERS[name] if part in target else None

                proxies[operation, name] = fake_endpoint.SpoilingProxy(self.simulator.port, spoil)
        for (operation, name), outcome in self.run_all(("migrate", "--yes"), proxies).items():
            with self.subTest(f"{operation}: {name}"):
                self.check_error(outcome)
                self.assertIn(operation, outcome.out + outcome.err, str(outcome))
                self.assertTrue(outcome.json()["problems"])
        self.check_nothing_written()

    def test_one_bad_answer_in_the_middle_is_repeated(self):
        self.serve(self.world)
        seen = set()

        def spoil(method, target, answer):
            if method != "GET" or target in seen:
                return None
            seen.add(target)
            return fake_endpoint.ANSWERS["half an answer"]

        proxy = fake_endpoint.SpoilingProxy(self.simulator.port, spoil)
        self.addCleanup(proxy.stop)
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes", AWS_ENDPOINT_URL=proxy.origin))
        self.assertGreater(len(seen), 5)

    def test_an_endpoint_that_hangs_is_given_up_after_the_time_that_was_said(self):
        endpoint = fake_endpoint.FakeEndpoint(None)
        self.addCleanup(endpoint.stop)
        for options, variables in ((["--read-timeout", "0.5"], {}), ([], {"AWS_MAX_ATTEMPTS": "1"})):
            self.configure(worlds.environments(), timeouts={"read": 0.5})
            outcome = self.run_program("plan", "--from", "dev", "--to", "prod", *options, AWS_ENDPOINT_URL=endpoint.origin,
                                       **variables)
            self.check_error(outcome, "no whole answer of", "within 500 ms")
            self.assertLess(outcome.seconds, 15 * harness.SLOW)

    def test_an_endpoint_that_hangs_can_be_left_with_ctrl_c(self):
        endpoint = fake_endpoint.FakeEndpoint(None)
        self.addCleanup(endpoint.stop)
        process = subprocess.Popen([harness.PROGRAM, "plan", "--from", "dev", "--to", "prod", "--json"], cwd=self.folder,
                                   env=self.environment(AWS_ENDPOINT_URL=endpoint.origin), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 20 * harness.SLOW
        while endpoint.requests < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        out, err = process.communicate(timeout=30 * harness.SLOW)
        outcome = harness.Outcome(["flowferry", "plan"], process.returncode, out.decode(), err.decode(), time.monotonic() - started)
        self.check_no_crash(outcome)
        self.expect(1, outcome)
        self.assertIn("Stopping", outcome.err)
        self.assertLess(outcome.seconds, 20 * harness.SLOW)
        outcome.json()


if __name__ == "__main__":
    harness.main()
