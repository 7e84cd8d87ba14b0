#!/usr/bin/python3
"""The official JavaScript SDK against the simulator: sdk.py steps|behaviour PACKAGE"""

import shutil
import subprocess
import sys

from simulator import Simulator, skip
from steps import HERE

NODE = shutil.which("node") or skip("Node.js is not installed")


def node(simulator, script, *arguments, **environment):
    command = [NODE, str(HERE / script), *arguments]
    return subprocess.run(command, env=simulator.environment(**environment), check=False).returncode


def instance_in(simulator, region):
    state = simulator.admin("dump")
    return next(item["id"] for item in state["instances"] if item["region"] == region)


def behaviour(package):
    rounds = [("tests", ["--no-throttle"]), ("faults", ["--no-throttle"]), ("throttled", ["--rate", "10", "--burst", "3"])]
    status = 0
    for group, options in rounds:
        with Simulator(*options) as simulator:
            instance = instance_in(simulator, "us-east-1")
            status |= node(simulator, "sdk_behaviour.mjs", package, group, AWS_REGION="us-east-1", CONFORMANCE_INSTANCE=instance)
    return status


def main():
    what, package = sys.argv[1:]
    if not (HERE / "node_modules" / package).exists():
        skip(f"{package} is not installed: scripts/setup tests")
    if what == "behaviour":
        return behaviour(package)
    with Simulator("--no-throttle") as simulator:
        return node(simulator, "steps.mjs", package)


if __name__ == "__main__":
    sys.exit(main())
