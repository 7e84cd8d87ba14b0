"""The simulator as a process: started on a free port, asked through its admin endpoint, stopped at the end."""

import json
import subprocess
import urllib.error
import urllib.request

from . import harness


class Simulator:
    """flowferry simulator for a world. Use `start()` in a test, which also stops it."""

    def __init__(self, world, options=(), log=None):
        self.command = [harness.PROGRAM, "simulator", "--world", str(world), *map(str, options)]
        self.log_file = open(log, "wb") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=self.log_file)
        self.banner = ""
        self.origin = None
        for raw in self.process.stdout:
            line = raw.decode()
            self.banner += line
            if line.startswith("ready at "):
                self.origin = line.split()[2].rstrip(";")
                return
        status = self.process.wait()
        said = open(log).read() if log else ""
        raise RuntimeError(f"the simulator ended with {status}: {' '.join(self.command)}\n{said}")

    @property
    def port(self):
        return int(self.origin.rsplit(":", 1)[1])

    def admin(self, path, body=None):
        """GET, or POST of a body, to /_simulator/PATH."""
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(f"{self.origin}/_simulator/{path}", data=data, timeout=60 * harness.SLOW) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as e:
            raise RuntimeError(f"/_simulator/{path} answered {e.code}: {e.read().decode()}") from e
        except urllib.error.URLError as e:
            raise RuntimeError(f"/_simulator/{path}: {e.reason}; the simulator's exit status: {self.process.poll()}") from None

    def dump(self):
        return self.admin("dump")

    def log(self):
        return self.admin("log")

    def switch(self, switches):
        return self.admin("switches", switches)

    def stop(self):
        """Ends it, which must be in order: a report of a sanitizer would show in its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20 * harness.SLOW)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        if self.log_file is not subprocess.DEVNULL:
            self.log_file.close()
        if self.process.returncode != 0:
            said = open(self.log_file.name, errors="replace").read() if self.log_file is not subprocess.DEVNULL else ""
            raise RuntimeError(f"the simulator ended with {self.process.returncode}\n{said[-6000:]}")


def start(test, world, *options, throttle=False, switches=None):
    """A simulator for a ScenarioTest, whose commands find it by AWS_ENDPOINT_URL."""
    more = [] if throttle else ["--no-throttle"]
    for name, value in (switches or {}).items():
        more += ["--switch", f"{name}={value}"]
    number = getattr(test, "simulators", 0)
    test.simulators = number + 1
    simulator = Simulator(world, [*more, *options], log=test.folder / f"simulator-{number}.log")
    test.addCleanup(simulator.stop)
    test.variables["AWS_ENDPOINT_URL"] = simulator.origin
    return simulator


def instance_of(dump, alias):
    """The instance with this alias in a dump."""
    for instance in dump["instances"]:
        if instance["alias"] == alias:
            return instance
    raise KeyError(alias)
