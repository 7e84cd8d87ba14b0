#!/usr/bin/env python3
"""Measures whole migrations beside the floor that the service's quotas set, and prints a table.

    benchmarks/floor.py [--program build/release/flowferry] [--flows 40,200,1000] [--shapes acyclic,ring]
                        [--rates 2,20,50] [--burst 5] [--latency-ms 30] [--search] [--at-once N] [--fresh-only]

Source and target are two instances of one account and Region, so that they share each operation's bucket and the
floor is exact: max over operations of (calls - burst) / rate. In a ring each flow names the next, and can be created
only when that one's create was answered, whatever the quota: "chain" is the time for reading all, and then as many
answers one after the other. What the run took is compared with the longer of the two. Each world is migrated fresh,
and again with nothing to do.

Most of such a run is waiting; --at-once runs several side by side. The default rates are scaled, because at 2 a
second 1,000 flows take 17 minutes: the law is the same at every rate.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

from migration import ROOT, migrate, start_simulator


def measure(options, flows, shape, rate):
    """Rows of the table: fresh, and nothing to do."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, str(ROOT / "examples/generate-world.py"), "--flows", str(flows), "--shape", shape,
                        "--one-account", "--out", name], check=True, stdout=subprocess.DEVNULL)
        with open(folder / "flowferry.yaml", "a") as config:
            config.write(f"pace: {{ rate: {rate}, burst: {options.burst} }}\n")
        switches = ["--rate", str(rate), "--burst", str(options.burst), "--latency-ms", str(options.latency_ms)]
        if options.search:
            switches += ["--switch", "search-content=yes"]
        simulator, endpoint = start_simulator(options.program, folder / "world.yaml", switches, folder)
        try:
            for what in ("fresh",) if options.fresh_only else ("fresh", "nothing to do"):
                rows.append(row(options, flows, shape, rate, what, *migrate(options.program, folder, endpoint)))
        finally:
            simulator.terminate()
            simulator.wait()
    return rows


def row(options, flows, shape, rate, what, seconds, result):
    calls = result["calls"]
    narrow = max(calls, key=calls.get)
    floor = max(0, (calls[narrow] - options.burst) / rate)
    new = flows + flows // 10 if what == "fresh" else 0
    chain = max(0, flows - options.burst) / rate + (flows + 2) * options.latency_ms / 1000 if new and shape != "acyclic" else 0
    writes = sum(count for name, count in calls.items() if name.startswith(("Create", "Update", "Tag")))
    wanted = new + (1 if shape == "ring" and what == "fresh" else 0)
    limit = max(floor, chain)
    return {"flows": flows, "shape": shape, "rate": rate, "what": what, "calls": sum(calls.values()), "narrow": narrow,
            "floor": floor, "chain": chain, "seconds": seconds, "over": seconds / limit - 1 if limit else 0,
            "writes": writes, "wanted": wanted, "throttled": result["throttled"]}


def text(r):
    over = f"{100 * r['over']:+6.1f} %" if r["floor"] > 1 else "        "
    return (f"{r['flows']:6} {r['shape']:8} {r['rate']:5g} {r['what']:14} {r['calls']:6} {r['narrow']:20} {r['floor']:8.2f} "
            f"{r['chain']:7.2f} {r['seconds']:8.2f} {over} {r['writes']:7}/{r['wanted']:<5} {r['throttled']:9}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/flowferry"))
    parser.add_argument("--flows", default="40,200,1000")
    parser.add_argument("--shapes", default="acyclic,ring")
    parser.add_argument("--rates", default="20,50")
    parser.add_argument("--burst", type=float, default=5)
    parser.add_argument("--latency-ms", type=int, default=30)
    parser.add_argument("--search", action="store_true", help="the simulator's searches give contents")
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--fresh-only", action="store_true", help="not again with nothing to do")
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    print(" flows shape     rate run             calls narrow operation      floor s chain s  seconds   above  writes/fewest throttled")
    worst = 0.0
    with concurrent.futures.ThreadPoolExecutor(options.at_once) as pool:
        jobs = [pool.submit(measure, options, int(flows), shape, float(rate)) for rate in options.rates.split(",")
                for flows in options.flows.split(",") for shape in options.shapes.split(",")]
        for job in jobs:
            for r in job.result():
                print(text(r), flush=True)
                if r["floor"] > 1:
                    worst = max(worst, r["over"])
    print(f"at most {100 * worst:.1f} % above the floor")


if __name__ == "__main__":
    main()
