#!/usr/bin/env python3
"""Measures the memory of every command that reads or writes many flows, beside the size of their contents, and
checks that it grows no faster than they do.

    benchmarks/memory.py [--program build/release/flowferry] [--flows 1000 3000 10000] [--content-kb 20]
                         [--only COMMAND...]

Against the simulator, without a quota. "times": the peak for each byte of contents in the source. It fails where a
larger world needs more of that than a smaller one (by more than a tenth), and where a fresh migration needs more
than four times its contents, or 200 MB for 1,000 flows.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from migration import ROOT, start_simulator

MB = 1e6
PAIR = ("--from", "source", "--to", "target")
RUN = ("--yes", "--quiet")
# What is run, in this order, in one world. The names of those that only prepare others begin with "-".
STEPS = [
    ("lint", ["lint", "source"], (0, 1)),
    ("graph", ["graph", "source"], (0,)),
    ("pull", ["pull", "source", "bundle"], (0,)),
    ("pull again", ["pull", "source", "bundle"], (0,)),
    ("rehearse", ["rehearse", *PAIR], (0,)),
    ("plan", ["plan", *PAIR, "-o", "plan.json"], (2,)),
    ("apply", ["apply", "plan.json", *RUN], (0,)),
    ("runs show", ["runs", "show", "{run}"], (0,)),
    ("diff", ["diff", "source", "target"], (0,)),
    ("verify", ["verify", *PAIR], (0,)),
    ("verify --run", ["verify", *PAIR, "--run", "{run}"], (0,)),
    ("migrate, nothing to do", ["migrate", *PAIR, *RUN], (0,)),
    ("undo of creates", ["undo", *RUN], (0,)),
    ("migrate, fresh", ["migrate", *PAIR, *RUN], (0,)),
    ("migrate, everything changed", ["migrate", *PAIR, *RUN, "--config", "changed.yaml"], (0,)),
    ("undo of updates", ["undo", *RUN], (0,)),
    ("-undo", ["undo", "{first}", *RUN], (0,)),
    ("-killed", ["migrate", *PAIR, *RUN], (-9,)),
    ("resume", ["resume", "--yes", "--quiet"], (0,)),
    ("-undo", ["undo", *RUN], (0,)),
    ("migrate from a bundle", ["migrate", "--from", "./bundle", "--to", "target", *RUN], (0,)),
]


def size_as_carried(path):
    """Of a content, with an ARN of the usual length for each placeholder."""
    arn = "arn:aws:connect:ap-northeast-1:111122223333:instance/".encode() + bytes(36) + b"/contact-flow/" + bytes(36)
    return len(re.sub(rb"{{arn:[^}]*}}", arn, path.read_bytes()))


def run_ids(program, folder, environment):
    out = subprocess.run([program, "runs", "--json"], cwd=folder, env=environment, capture_output=True, text=True)
    return [run["run"] for run in json.loads(out.stdout)["runs"] if run["command"] != "undo"]


def run(command, folder, environment):
    """Exit status, seconds of processor time, and peak in bytes of this process alone."""
    with open(folder / "out.txt", "w") as out, open(folder / "err.txt", "w") as err:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def measure(program, flows, kilobytes, only):
    """Peaks in bytes by command, and the size of the source's contents."""
    peaks = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, str(ROOT / "examples/generate-world.py"), "--flows", str(flows),
                        "--shape", "acyclic", "--content-kb", str(kilobytes), "--out", name],
                       check=True, stdout=subprocess.DEVNULL)
        contents = sum(size_as_carried(path) for kind in ("flows", "modules") for path in (folder / kind).rglob("*.json"))
        config = (folder / "flowferry.yaml").read_text() + "pace: { rate: 0 }\n"
        (folder / "flowferry.yaml").write_text(config)
        (folder / "changed.yaml").write_text(
            config + 'replace: [{ values: { source: "Thank you for calling.", target: "Thanks for calling." } }]\n')
        simulator, endpoint = start_simulator(program, folder / "world.yaml", ["--no-throttle"], folder)
        environment = dict(os.environ, AWS_ENDPOINT_URL=endpoint, AWS_CONFIG_FILE=os.devnull,
                           AWS_SHARED_CREDENTIALS_FILE=str(folder / "credentials"))
        try:
            for what, arguments, expected in STEPS:
                runs = run_ids(program, folder, environment) if any("{" in a for a in arguments) else []
                arguments = [a.replace("{run}", runs[0]).replace("{first}", runs[1 if len(runs) > 1 else 0])
                             if "{" in a else a for a in arguments]
                more = {"FLOWFERRY_TEST_KILL": f"before-send:{flows // 2}"} if what == "-killed" else {}
                status, seconds, peak = run([program, *arguments], folder, dict(environment, **more))
                if status not in expected:
                    sys.exit(f"{what}: status {status}\n" + (folder / "err.txt").read_text()[-2000:])
                if what.startswith("-") or (only and what not in only):
                    continue
                peaks[what] = peak
                print(f"| {what} | {flows:,} | {contents / MB:.0f} MB | {seconds:.1f} s | {peak / MB:.0f} MB "
                      f"| {peak / contents:.1f} |", flush=True)
        finally:
            simulator.terminate()
            simulator.wait()
    return contents, peaks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/flowferry"))
    parser.add_argument("--flows", type=int, nargs="+", default=[1000, 3000, 10000])
    parser.add_argument("--content-kb", type=int, default=20)
    parser.add_argument("--only", nargs="+")
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    print("| command | flows | contents | processor | peak | times |\n| --- | --- | --- | --- | --- | --- |")
    faults = []
    before = {}
    for flows in sorted(arguments.flows):
        contents, peaks = measure(program, flows, arguments.content_kb, arguments.only)
        for what, peak in peaks.items():
            times = peak / contents
            if times > 1.1 * before.get(what, times):
                faults.append(f"{what}: {times:.1f} times the contents with {flows:,} flows, {before[what]:.1f} with fewer")
            before[what] = times
        fresh = peaks.get("migrate, fresh", 0)
        if fresh > 4 * contents and flows >= 3000:
            faults.append(f"a fresh migration of {flows:,} flows takes {fresh / contents:.1f} times their contents")
        if fresh > 200 * MB and flows <= 1000:
            faults.append(f"a fresh migration of {flows:,} flows takes {fresh / MB:.0f} MB")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
