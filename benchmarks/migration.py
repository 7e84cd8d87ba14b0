#!/usr/bin/env python3
"""Measures whole migrations between two simulated instances: seconds, memory, calls, and the floor that the
quotas set.

    benchmarks/migration.py [--program build/release/flowferry] [--flows 1000] [--shape acyclic|chain|ring]
                            [--content-kb 8] [--rate R --burst B] [--latency-ms N]

Without --rate nothing is throttled or paced: then what is left is the work of the program and the simulator
itself, on the same cores. With --rate the simulator throttles and the client paces itself by the same figures; the
floor is max over operations of (calls - burst) / rate. Each migration is run fresh, and again with nothing to do.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def start_simulator(program, world, options, folder):
    out = open(folder / "simulator.txt", "w+")
    process = subprocess.Popen([program, "simulator", "--world", str(world), *options], stdout=out, stderr=out)
    for _ in range(600):
        text = (folder / "simulator.txt").read_text()
        for line in text.splitlines():
            if line.startswith("ready at "):
                return process, line.split()[2].rstrip(";")
        if process.poll() is not None:
            sys.exit("the simulator did not start:\n" + text)
        time.sleep(0.05)
    sys.exit("the simulator did not become ready")


def migrate(program, folder, endpoint):
    environment = dict(os.environ, AWS_ENDPOINT_URL=endpoint,
                       AWS_SHARED_CREDENTIALS_FILE=str(folder / "credentials"), AWS_CONFIG_FILE=os.devnull)
    begin = time.monotonic()
    done = subprocess.run([program, "migrate", "--from", "source", "--to", "target", "--yes", "--quiet", "--json"],
                          cwd=folder, env=environment, capture_output=True, text=True)
    seconds = time.monotonic() - begin
    if done.returncode != 0:
        sys.exit(done.stderr)
    return seconds, json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/flowferry"))
    parser.add_argument("--flows", type=int, default=1000)
    parser.add_argument("--shape", choices=["acyclic", "chain", "ring"], default="acyclic")
    parser.add_argument("--content-kb", type=int, default=8)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--burst", type=float, default=5)
    parser.add_argument("--latency-ms", type=int, default=0)
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, str(ROOT / "examples/generate-world.py"), "--flows", str(arguments.flows),
                        "--shape", arguments.shape, "--content-kb", str(arguments.content_kb), "--out", name],
                       check=True, stdout=subprocess.DEVNULL)
        options = ["--latency-ms", str(arguments.latency_ms)]
        if arguments.rate:
            options += ["--rate", str(arguments.rate), "--burst", str(arguments.burst)]
            pace = f"pace: {{ rate: {arguments.rate}, burst: {arguments.burst} }}\n"
        else:
            options += ["--no-throttle"]
            pace = "pace: { rate: 0 }\n"
        with open(folder / "flowferry.yaml", "a") as config:
            config.write(pace)
        simulator, endpoint = start_simulator(program, folder / "world.yaml", options, folder)
        try:
            for what in ("fresh", "nothing to do"):
                seconds, result = migrate(program, folder, endpoint)
                peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
                line = (f"{arguments.flows} flows, {arguments.shape}, {arguments.content_kb} kB, {what}: {seconds:.2f} s, "
                        f"{len(result['created'])} created, {len(result['stubbed'])} stubs, "
                        f"{sum(result['calls'].values())} calls, {result['throttled']} throttled, "
                        f"peak {peak:.0f} MB of the client")
                if arguments.rate:
                    floor = max((calls - arguments.burst) / arguments.rate for calls in result["calls"].values())
                    line += f"; floor {max(floor, 0):.2f} s"
                print(line, flush=True)
        finally:
            simulator.terminate()
            simulator.wait()


if __name__ == "__main__":
    main()
