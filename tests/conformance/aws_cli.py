#!/usr/bin/python3
"""Every operation that Debian's AWS CLI knows, through its own code (one process instead of one a call), then a
few commands as people type them."""

import contextlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys

from simulator import Simulator, skip
from steps import Refused, Unknown, report

AWS = "/usr/bin/aws"

SERVICES = {"connect": "connect", "lex": "lexv2-models"}


def kebab(operation):
    """ListPhoneNumbersV2 -> list-phone-numbers-v2, as the CLI has it."""
    from awscli.botocore import xform_name

    return xform_name(operation, "-")


def known_members(shape, value):
    """`value` without the members that this version's service description lacks."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {name: known_members(shape.members[name], item) for name, item in value.items() if name in shape.members}
    if shape.type_name == "list" and isinstance(value, list):
        return [known_members(shape.member, item) for item in value]
    return value


class Cli:
    def __init__(self, origin):
        # Only now: it reads its settings from the environment, and puts its own data path there.
        from awscli.clidriver import create_clidriver

        self.driver = create_clidriver()
        self.origin = origin

    def call(self, service, operation, given):
        model = self.driver.session.get_service_model(SERVICES[service])
        if operation not in model.operation_names:
            raise Unknown(operation)
        shape = model.operation_model(operation).input_shape
        if any(member not in shape.members for member in given):
            raise Unknown(operation)
        given = known_members(shape, given)
        arguments = [SERVICES[service], kebab(operation), "--endpoint-url", self.origin, "--output", "json",
                     "--cli-input-json", json.dumps(given)]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = self.driver.main(arguments)
        if status == 0:
            return json.loads(out.getvalue() or "{}")
        match = re.search(r"An error occurred \((\w+)\) when calling the (\w+) operation", err.getvalue())
        if match is None:
            return {"error": err.getvalue()}
        raise Refused(match[1], None, err.getvalue().strip())


INSTANCE = ["--instance-id", "3f1c0000-0000-4000-8000-000000000001"]


class Typed:
    """Commands in processes of their own, as people type them."""

    def __init__(self, simulator, **environment):
        self.environment = simulator.environment(**environment)
        self.origin = simulator.origin

    def __call__(self, *arguments):
        done = subprocess.run([AWS, "connect", *arguments, "--endpoint-url", self.origin], env=self.environment,
                              text=True, capture_output=True, check=False)
        return done.returncode, done.stdout.strip(), done.stderr.strip()


def check_errors(simulator):
    aws = Typed(simulator)
    assert aws("list-instances", "--query", "InstanceSummaryList[].InstanceAlias", "--output", "text") == (
        0, "conformance", "")
    status, _, err = aws("describe-contact-flow", *INSTANCE, "--contact-flow-id", "00000000-0000-4000-8000-00000000dead")
    assert status == 254 and "(ResourceNotFoundException)" in err, err
    nobody = Typed(simulator, AWS_SECRET_ACCESS_KEY="wrong")
    status, _, err = nobody("list-instances")
    assert status == 254 and "(InvalidSignatureException)" in err, err


def check_pages(simulator):
    """The CLI pages by itself; its own --max-items and --starting-token go on where it stopped."""
    aws = Typed(simulator)
    query = ["--query", "ContactFlowSummaryList[].Name", "--output", "json"]
    everything = json.loads(aws("list-contact-flows", *INSTANCE, *query)[1])
    assert len(everything) == 20, everything
    for pages in ("full", "short", "ragged"):
        simulator.switch(pages=pages)
        assert json.loads(aws("list-contact-flows", *INSTANCE, "--page-size", "3", *query)[1]) == everything
    simulator.switch(pages="full")
    first = json.loads(aws("list-contact-flows", *INSTANCE, "--max-items", "7", "--output", "json")[1])
    rest = json.loads(aws("list-contact-flows", *INSTANCE, "--starting-token", first["NextToken"], "--output", "json")[1])
    names = [flow["Name"] for flow in first["ContactFlowSummaryList"] + rest["ContactFlowSummaryList"]]
    assert names == everything, names


def check_throttling():
    """Throttled calls are repeated, with both codes that the service has been seen to use."""
    with Simulator("--rate", "10", "--burst", "2") as simulator:
        for code in ("TooManyRequestsException", "ThrottlingException"):
            simulator.switch(throttle_code=code)
            aws = Typed(simulator, AWS_MAX_ATTEMPTS="8", AWS_RETRY_MODE="standard")
            status, out, err = aws("list-prompts", *INSTANCE, "--page-size", "1", "--query", "length(PromptSummaryList)")
            assert (status, out) == (0, "7"), err
        assert simulator.admin("log")["throttled"]["ListPrompts"] > 0


def main():
    if importlib.util.find_spec("awscli") is None or not os.path.exists(AWS):
        skip("Debian's AWS CLI is not installed (awscli)")
    with Simulator("--no-throttle") as simulator:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(simulator.environment())
        check_errors(simulator)
        check_pages(simulator)
        check_throttling()
        return report("AWS CLI", Cli(simulator.origin).call, old=True)


if __name__ == "__main__":
    sys.exit(main())
