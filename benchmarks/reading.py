#!/usr/bin/env python3
"""Measures the commands that only read beside the floor that the service's quotas set, and prints a table.

    benchmarks/reading.py [--program build/release/flowferry] [--flows 200] [--rate 20] [--burst 5] [--latency-ms 30]

Source and target are two instances of one account and Region, as in floor.py: the floor is max over operations of
(calls - burst) / rate. Before each command all buckets are full again.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from migration import ROOT, migrate, start_simulator

COMMANDS = {
    "pull": ["pull", "source", "connect"],
    "pull, nothing changed": ["pull", "source", "connect"],
    "lint": ["lint", "source"],
    "refs": ["refs", "source", "*", "--kind", "queue"],
    "graph": ["graph", "source"],
    "diff": ["diff", "source", "target"],
    "verify": ["verify", "--from", "source", "--to", "target"],
    "plan": ["plan", "--from", "source", "--to", "target"],
    "doctor": ["doctor", "--env", "source", "--env", "target"],
}


def run(options, folder, endpoint, words):
    environment = dict(os.environ, AWS_ENDPOINT_URL=endpoint, AWS_SHARED_CREDENTIALS_FILE=str(folder / "credentials"),
                       AWS_CONFIG_FILE=os.devnull)
    before = calls_of(endpoint)
    begin = time.monotonic()
    done = subprocess.run([options.program, *words, "--quiet", "--json"], cwd=folder, env=environment,
                          capture_output=True, text=True)
    seconds = time.monotonic() - begin
    if done.returncode not in (0, 2):
        sys.exit(f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr}")
    after = calls_of(endpoint)
    calls = {name: count - before["calls"].get(name, 0) for name, count in after["calls"].items()}
    refused = sum(after["throttled"].values()) - sum(before["throttled"].values())
    return seconds, calls, refused


def calls_of(endpoint):
    done = subprocess.run(["curl", "-sS", endpoint + "/_simulator/log"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/flowferry"))
    parser.add_argument("--flows", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--burst", type=float, default=5)
    parser.add_argument("--latency-ms", type=int, default=30)
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, str(ROOT / "examples/generate-world.py"), "--flows", str(options.flows), "--one-account",
                        "--out", name], check=True, stdout=subprocess.DEVNULL)
        with open(folder / "flowferry.yaml", "a") as config:
            config.write(f"pace: {{ rate: {options.rate}, burst: {options.burst} }}\n")
        switches = ["--rate", str(options.rate), "--burst", str(options.burst), "--latency-ms", str(options.latency_ms)]
        simulator, endpoint = start_simulator(options.program, folder / "world.yaml", switches, folder)
        try:
            migrate(options.program, folder, endpoint)
            print("command                calls narrow operation       floor s  seconds    above  throttled")
            for what, words in COMMANDS.items():
                time.sleep(options.burst / options.rate + 0.1)
                seconds, calls, refused = run(options, folder, endpoint, words)
                narrow = max(calls, key=calls.get)
                floor = max(0, (calls[narrow] - options.burst) / options.rate)
                above = f"{100 * (seconds / floor - 1):+6.1f} %" if floor > 1 else "        "
                print(f"{what:22} {sum(calls.values()):5} {narrow:22} {floor:6.2f} {seconds:8.2f} {above} {refused:9}", flush=True)
        finally:
            simulator.terminate()
            simulator.wait()


if __name__ == "__main__":
    main()
