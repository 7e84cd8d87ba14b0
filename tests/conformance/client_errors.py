#!/usr/bin/env python3
"""Every error that the service's description has for an operation that flowferry uses, fed to it in each form that answers have."""

import itertools
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))

from lib import harness, simulated, worlds  # noqa: E402
from lib.recorder import Recorder  # noqa: E402
from request_checker import Description  # noqa: E402

ENDS = ("--from", "dev", "--to", "prod")
CONNECT = Description(harness.SOURCE / "data" / "connect-service.json")
LEX = Description(harness.SOURCE / "data" / "lex-service.json")
# What any operation can answer without modelling it (connect-api.md 1.5).
COMMON = {"AccessDeniedException": 403, "UnrecognizedClientException": 403, "InvalidSignatureException": 403,
          "ServiceUnavailable": 503, "SomethingNewException": 400}
THROTTLES = {"ThrottlingException", "TooManyRequestsException"}
REQUEST_ID = "0f5e7e1c-1111-4222-8333-944445555666"


def errors_of(description, operation):
    """Code -> status."""
    out = {}
    for error in description.operations[operation].get("errors", []):
        shape = description.shapes[error["shape"]]
        out[error["shape"]] = shape.get("error", {}).get("httpStatusCode", 400)
    return {**out, **COMMON}


def answer(description, code, status, form):
    """The answer in one of the forms: code in the header, there with a URI or a namespace, or in the body."""
    members = {name.lower(): name for name in description.shapes.get(code, {}).get("members", {})}
    body = {}
    if "problems" in members:
        body[members["problems"]] = [{"message": "The first problem of it"}, {"message": "The second problem of it"}]
    else:
        body[members.get("message", "message")] = f"Told by the test: {code}"
    headers = {"Content-Type": "application/json", "x-amzn-RequestId": REQUEST_ID}
    if form == "header":
        headers["x-amzn-ErrorType"] = code
    elif form == "header-uri":
        headers["x-amzn-ErrorType"] = f"{code}:http://internal.amazon.com/coral/com.amazon.connect/"
    elif form == "header-namespace":
        headers["x-amzn-ErrorType"] = f"com.amazonaws.connect#{code}"
    elif form == "type":
        body["__type"] = f"com.amazonaws.connect#{code}"
    else:
        body["code"] = code
    return status, headers, json.dumps(body).encode()


FORMS = itertools.cycle(("header", "header-uri", "header-namespace", "type", "code"))


class Errors(harness.ScenarioTest):
    def serve(self, world):
        self.simulator = simulated.start(self, world.save())
        self.recorder = Recorder(self, self.simulator.port)
        self.variables.update(AWS_ENDPOINT_URL=self.recorder.origin, AWS_MAX_ATTEMPTS="1")

    def feed(self, errors, once=()):
        """Answers calls of an operation with its error: operation -> (description, code, status). Those in `once` only at first."""
        answered = {}

        def decide(method, target, headers, body):
            description = LEX if "/lex/aws4_request" in headers.get("Authorization", "") else CONNECT
            operation = description.operation(method, target)
            if operation not in errors or (operation in once and operation in answered):
                return None
            answered[operation] = answered.get(operation, 0) + 1
            self.assertLess(answered[operation], 40, f"{operation} is called again and again")
            return answer(*errors[operation], next(FORMS))

        self.recorder.answer = decide
        return answered

    def check_error(self, operation, code, error, where):
        """The error names operation, code and request id, says what the service said, and what to do."""
        text = json.dumps(error, ensure_ascii=False)
        self.assertEqual(code, error["code"], where)
        self.assertEqual(REQUEST_ID, error["request_id"], where)
        self.assertIn(operation, text, where)
        self.assertTrue("Told by the test" in text or "The second problem of it" in text, where)
        self.assertTrue(error.get("hint"), (where, error))


class Reading(Errors):
    """doctor makes each reading call by itself, so that one run takes an error for each operation."""

    def setUp(self):
        super().setUp()
        self.serve(worlds.rich(self))

    def test_each_error_of_each_reading_operation(self):
        document = self.expect(0, self.run_program("doctor", "--env", "prod", "--json", "--quiet")).json()
        operations = {entry["operation"]: LEX if entry["action"].startswith("lex:") else CONNECT
                      for entry in document["environments"][0]["operations"] if entry["state"] == "allowed"}
        operations.pop("ListInstances")
        self.assertGreater(len(operations), 24)
        fed = 0
        # What is read with ids out of a list comes in a round of its own.
        second = {"DescribeContactFlow", "DescribeContactFlowModule", "ListContactFlowModuleAliases", "ListContactFlowModuleVersions",
                  "DescribeBot", "DescribeBotAlias"}
        for some in (set(operations) - second, second):
            lists = {name: list(errors_of(operations[name], name).items()) for name in sorted(some)}
            for round_number in range(max(map(len, lists.values()))):
                errors = {name: (operations[name], *errors[round_number]) for name, errors in lists.items()
                          if round_number < len(errors)}
                throttled = {name for name, (_, code, _) in errors.items() if code in THROTTLES}
                answered = self.feed(errors, once=throttled)
                outcome = self.run_program("doctor", "--env", "prod", "--json", "--quiet", timeout=60)
                found = {entry["operation"]: entry for entry in outcome.json()["environments"][0]["operations"]}
                self.assertEqual(set(errors), set(answered))
                for name, (_, code, _) in errors.items():
                    entry, where = found[name], f"{name}: {code}"
                    absorbed = code == "ContactFlowNotPublishedException" or name in throttled
                    if name in throttled:
                        self.assertEqual("allowed", entry["state"], where)
                    elif entry["error"] is None:
                        self.assertTrue(absorbed, where)
                    else:
                        self.check_error(name, code, entry["error"], where)
                        self.assertEqual("denied" if code == "AccessDeniedException" else "failed", entry["state"], where)
                    fed += 1
        print(f"{fed} errors of {len(operations)} reading operations")

    def test_an_error_of_a_list_ends_a_plan_and_names_everything(self):
        for operation in ("ListInstances", "ListContactFlows", "ListContactFlowModules", "ListQueues", "ListHoursOfOperations"):
            for code, status in errors_of(CONNECT, operation).items():
                if code in THROTTLES:
                    continue
                self.feed({operation: (CONNECT, code, status)})
                outcome = self.expect(1, self.run_program("plan", *ENDS, "--json", timeout=60))
                self.check_error(operation, code, outcome.json()["error"], f"{operation}: {code}")
                for word in (operation, "request id " + REQUEST_ID, '"dev"'):
                    self.assertIn(word, re.sub(r"\s+", " ", outcome.err) + str(outcome.json()["error"]), outcome)


class Writing(Errors):
    """One writing operation of a run fails with each of its errors: the run ends, says so, and the rest can be resumed."""

    def setUp(self):
        super().setUp()
        world, dev, prod = worlds.pair(self)
        dev.flow("New", worlds.greeting("new"), tags={"a": "1"})
        dev.flow("Changed", worlds.greeting("new"), description="new", tags={"a": "1"})
        prod.flow("Changed", worlds.greeting("old"), description="old")
        dev.module("New module", worlds.module("new"))
        dev.module("Changed module", worlds.module("new"), description="new")
        prod.module("Changed module", worlds.module("old"), description="old")
        self.serve(world)
        self.runs = 0

    def journal(self):
        self.runs += 1
        return ("--journal", f"{self.runs}.db")

    def failures(self, outcome):
        return [problem for problem in outcome.json()["problems"] if problem["id"] == "operation-failed"]

    def check_run(self, operation, code, outcome):
        """The failed operation stands among the problems as the service told it, or nothing failed at all."""
        where = f"{operation}: {code}\n{outcome}"
        self.assertIn(outcome.status, (0, 1), where)
        failures = self.failures(outcome)
        if outcome.status == 0:
            self.assertEqual([], failures, where)
            return False
        errors = [failure["error"] for failure in failures] + [outcome.json().get("error") or {}]
        texts = [error for error in errors if isinstance(error, dict) and error.get("code") == code]
        self.assertTrue(texts, where)
        self.check_error(operation, code, texts[0], where)
        named = json.dumps(failures, ensure_ascii=False) + outcome.err + outcome.out
        self.assertRegex(named, "New|Changed", where)
        for word in (operation, code, REQUEST_ID):
            self.assertIn(word, outcome.err + outcome.out, where)
        return True

    def test_each_error_of_each_operation_that_migrate_writes_with(self):
        refused = 0
        operations = ("CreateContactFlow", "UpdateContactFlowContent", "UpdateContactFlowMetadata", "CreateContactFlowModule",
                      "UpdateContactFlowModuleContent", "UpdateContactFlowModuleMetadata", "TagResource")
        for operation in operations:
            for code, status in errors_of(CONNECT, operation).items():
                if code == "ServiceUnavailable" and operation.startswith("Create"):
                    continue  # As InternalServiceException: it is looked for ten seconds whether there is one now.
                self.simulator.admin("reset", {})
                answered = self.feed({operation: (CONNECT, code, status)}, once={operation} if code in THROTTLES else ())
                outcome = self.run_program("migrate", *ENDS, "--yes", "--json", *self.journal(), timeout=90)
                self.assertIn(operation, answered, outcome)
                if code in THROTTLES:
                    self.expect(0, outcome)
                    self.assertEqual(1, outcome.json()["throttled"])
                    continue
                refused += self.check_run(operation, code, outcome)
        self.assertGreater(refused, 40)

    def test_each_error_of_each_operation_that_undo_writes_with(self):
        operations = ("DeleteContactFlow", "DeleteContactFlowModule", "UntagResource", "UpdateContactFlowContent")
        for operation in operations:
            for code, status in errors_of(CONNECT, operation).items():
                if code in THROTTLES:
                    continue
                self.simulator.admin("reset", {})
                journal = self.journal()
                self.recorder.answer = lambda *_: None
                self.expect(0, self.run_program("migrate", *ENDS, "--yes", *journal))
                answered = self.feed({operation: (CONNECT, code, status)})
                outcome = self.run_program("undo", "--yes", "--json", *journal, timeout=90)
                self.assertIn(operation, answered, outcome)
                self.check_run(operation, code, outcome)


if __name__ == "__main__":
    harness.main()
