#!/usr/bin/python3
"""Every operation that Debian's AWS CLI knows, through its own code (one process instead of one a call), then a
few commands as people type them."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys

from simulator import Simulator, skip
from steps import Refused, Unknown, report

AWS = "/usr/bin/aws"

try:
    from awscli.clidriver import create_clidriver
except ImportError:
    skip("Debian's AWS CLI is not installed (awscli)")

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
        self.driver = create_clidriver()
        self.origin = origin

    def call(self, service, operation, given):
        model = self.driver.session.get_service_model(SERVICES[service])
        if operation not in model.operation_names:
            raise Unknown(operation)
        given = known_members(model.operation_model(operation).input_shape, given)
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


def type_commands(simulator):
    """Commands in processes of their own."""
    environment = simulator.environment()

    def aws(*arguments):
        done = subprocess.run([AWS, *arguments, "--endpoint-url", simulator.origin], env=environment, text=True,
                              capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr

    wrong = []
    status, out, err = aws("connect", "list-instances", "--query", "InstanceSummaryList[].InstanceAlias",
                           "--output", "text")
    if (status, out.strip()) != (0, "conformance"):
        wrong.append(f"list-instances: {status} {out} {err}")
    status, out, err = aws("connect", "describe-contact-flow", "--instance-id", "3f1c0000-0000-4000-8000-000000000001",
                           "--contact-flow-id", "00000000-0000-4000-8000-00000000dead")
    if status != 254 or "(ResourceNotFoundException)" not in err:
        wrong.append(f"describe-contact-flow of nothing: {status} {out} {err}")
    return wrong


def main():
    with Simulator("--no-throttle") as simulator:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(simulator.environment())
        status = report("AWS CLI", Cli(simulator.origin).call, allow_unknown=True)
        wrong = type_commands(simulator)
        for text in wrong:
            print(text)
        return 1 if wrong else status


if __name__ == "__main__":
    sys.exit(main())
