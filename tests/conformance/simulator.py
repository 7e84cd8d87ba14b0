"""Starts the simulator for a test and talks to its admin endpoint."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
SLOW = float(os.environ.get("FLOWFERRY_TEST_SLOW", "1"))  # How much longer everything may take: sanitizers are slow.


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


class Simulator:
    """A simulator of a world on a free port, stopped at the end of the with block."""

    def __init__(self, *options, world=HERE / "world" / "world.yaml"):
        self.options = [str(option) for option in options]
        self.world = world

    def __enter__(self):
        program = os.environ.get("FLOWFERRY_PROGRAM") or skip("FLOWFERRY_PROGRAM is not set")
        command = [program, "simulator", "--world", str(self.world), "--port", "0", *self.options]
        # What it says about refused signatures belongs to a failure; a passing test stays quiet.
        self.said = tempfile.TemporaryFile("w+", errors="replace")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.said, text=True)
        for line in self.process.stdout:
            if line.startswith("ready at "):
                self.origin = line.split()[2].rstrip(";")
                return self
        raise SystemExit(f"the simulator ended with {self.process.wait()}: {' '.join(command)}")

    def __exit__(self, *_):
        self.process.terminate()
        status = self.process.wait(timeout=20 * SLOW)
        if status != 0:
            self.said.seek(0)
            raise SystemExit(f"the simulator ended with {status}\n{self.said.read()}")

    def environment(self, **more):
        """Settings under which official clients find it, and nothing else of this machine's."""
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        return {
            **keep,
            "AWS_ENDPOINT_URL": self.origin,
            "AWS_REGION": "ap-northeast-1",
            "AWS_DEFAULT_REGION": "ap-northeast-1",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "NODE_NO_WARNINGS": "1",
            **more,
        }

    def admin(self, path, body=None):
        """GET, or POST of a body, to /_simulator/PATH."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.origin}/_simulator/{path}", data=data, timeout=30 * SLOW) as answer:
            return json.load(answer)

    def switch(self, **switches):
        """Sets switches: switch(error_code="body")."""
        self.admin("switches", {name.replace("_", "-"): value for name, value in switches.items()})
