#!/usr/bin/env python3
"""Measures pulls of many flows into a bundle: the first, one with nothing changed, and one with a flow changed.

    benchmarks/pull.py [--program build/release/flowferry] [--flows 10000] [--content-kb 5]

The simulator throttles nothing, and both run on the same cores. Checks that only what changed is written.
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

from migration import ROOT, start_simulator


def pull(program, folder, endpoint):
    environment = dict(os.environ, AWS_ENDPOINT_URL=endpoint, AWS_SHARED_CREDENTIALS_FILE=str(folder / "credentials"),
                       AWS_CONFIG_FILE=os.devnull)
    begin = time.monotonic()
    done = subprocess.run([program, "pull", "source", "connect", "--quiet", "--json"], cwd=folder, env=environment,
                          capture_output=True, text=True)
    seconds = time.monotonic() - begin
    if done.returncode != 0:
        sys.exit(done.stderr)
    return seconds, json.loads(done.stdout)


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in (folder / "connect").rglob("*") if path.is_file()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/flowferry"))
    parser.add_argument("--flows", type=int, default=10000)
    parser.add_argument("--content-kb", type=int, default=5)
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, str(ROOT / "examples/generate-world.py"), "--flows", str(arguments.flows),
                        "--content-kb", str(arguments.content_kb), "--out", name], check=True, stdout=subprocess.DEVNULL)
        with open(folder / "flowferry.yaml", "a") as config:
            config.write("pace: { rate: 0 }\n")
        simulator, endpoint = start_simulator(program, folder / "world.yaml", ["--no-throttle"], folder)
        try:
            before = {}
            for what in ("first", "nothing changed", "one file lost"):
                if what == "one file lost":
                    next((folder / "connect/flows").glob("*.flow.json")).unlink()
                    before.pop(next(iter(set(before) - set(stamps(folder)))))
                seconds, result = pull(program, folder, endpoint)
                after = stamps(folder)
                written = len([path for path, stamp in after.items() if before.get(path) != stamp])
                counts = {word: len(result[word]) for word in ("added", "updated", "removed")}
                print(f"{what:16} {seconds:7.2f} s  {written:6} of {len(after)} files written  {counts}  "
                      f"unchanged {result['unchanged']}  calls {sum(result['calls'].values())}")
                expected = {"first": len(after), "nothing changed": 0, "one file lost": 1}[what]
                if written != expected:
                    sys.exit(f"{written} files were written instead of {expected}")
                before = after
        finally:
            simulator.terminate()
            simulator.wait()
    print(f"memory of the largest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
