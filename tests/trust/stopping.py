#!/usr/bin/env python3
"""Ctrl-C, SIGTERM, two runs at once, credentials that expire, a connection that is lost: the run ends in order,
says how far it came and how to go on, and does."""

import json
import re
import signal
import socket
import sys
import threading
import time

from harness import Bench, Cases, World, check, flow, kill, normalised, parser, same, slow, wait_until


class Proxy:
    """Passes bytes on to the simulator; connections can be cut and refused."""

    def __init__(self, origin):
        host, port = origin.removeprefix("http://").split(":")
        self.to = (host, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.open = []
        self.up = True
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if not self.up:
                client.close()
                continue
            server = socket.create_connection(self.to)
            with self.lock:
                self.open += [client, server]
            for a, b in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    @staticmethod
    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for side in (source, sink):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.up = False
        with self.lock:
            for side in self.open:
                try:
                    side.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.open.clear()

    def close(self):
        self.cut()
        self.listener.close()


def after_writes(bench, process, count):
    wait_until(lambda: bench.simulator.writes() >= count or process.poll() is not None, f"{count} writes were made")


def ended(process):
    out, err = process.communicate(timeout=60 * slow())
    process.out, process.err = out, err
    return process


def stopped_by(slow_bench, reference, number, count):
    bench = slow_bench
    with bench.fresh() as work:
        process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
        after_writes(bench, process, count)
        process.send_signal(number)
        started = time.monotonic()
        ended(process)
        took = time.monotonic() - started
        check(process.returncode == 1, f"status {process.returncode}", process.err)
        check(took < 8 * slow(), f"it took {took:.1f} s to stop")
        check("Stopping" in process.err, process.err)
        run = work.runs()[0]
        check(run["state"] == "interrupted", run)
        check(f"flowferry resume {run['run']}" in process.out, "nobody is told how to go on:", process.out)
        check(re.search(r"\d+ left", process.out), "nobody is told how far it came:", process.out)
        # What was under way was waited for: nothing is unknown, and as many writes as the journal says were made.
        operations = work.operations(run["run"])
        check(all(o["state"] in ("done", "not-sent") for o in operations), operations)
        done = sum(o["state"] == "done" for o in operations)
        check(done == bench.simulator.writes(), f"{done} done, {bench.simulator.writes()} made")
        offered = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=1)
        check(f"flowferry resume {run['run']}" in offered.err, offered.err)
        work.resume()
        same(normalised(bench.simulator.instance()), reference, "the target after resume")


def stopped_twice(bench, reference):
    with bench.fresh() as work:
        bench.simulator.faults(hold_write=6, hold_moment="after")
        process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
        wait_until(lambda: bench.simulator.log()["held"] > 0, "a write is held")
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        ended(process)
        check(time.monotonic() - started < 2 * slow(), "the second signal did not end it at once")
        check(process.returncode == 130, f"status {process.returncode}")
        bench.simulator.faults()
        work.resume()
        same(normalised(bench.simulator.instance()), reference, "the target after resume")


def grace_ends(bench, reference):
    """A call that never comes back is waited for, but not for ever."""
    with bench.fresh() as work:
        bench.simulator.faults(hold_write=6, hold_moment="after")
        process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
        wait_until(lambda: bench.simulator.log()["held"] > 0, "a write is held")
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        ended(process)
        check(2 < time.monotonic() - started < 15 * slow(), "it was not waited for, or for too long")
        bench.simulator.faults()
        states = [o["state"] for o in work.operations(work.runs()[0]["run"])]
        check("unknown" in states, states)
        work.resume()
        same(normalised(bench.simulator.instance()), reference, "the target after resume")


def two_at_once(bench, reference):
    with bench.fresh() as work:
        bench.simulator.faults(hold_write=6, hold_moment="before")
        process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
        wait_until(lambda: bench.simulator.log()["held"] > 0, "a write is held")
        first = work.runs()[0]
        for command in (["migrate", "--from", "dev", "--to", "prod", "--yes", "--new-run"], ["resume", first["run"]],
                        ["undo", first["run"], "--yes"]):
            second = work.run(*command, status=1)
            check("another run is writing" in second.err or "still running" in second.err, second.err)
            if "another run" in second.err:
                check(first["run"] in second.err and str(process.pid) in second.err and "since" in second.err,
                      second.err)
        writes = bench.simulator.writes()
        check(writes == bench.simulator.writes(), "the second run wrote")
        # Dead, it holds nothing any more.
        kill(process)
        bench.simulator.faults()
        work.resume()
        same(normalised(bench.simulator.instance()), reference, "the target after the dead one's lock was taken over")


def two_folders_at_once(bench, reference):
    """Each working folder has a journal of its own; the target is the same."""
    with bench.fresh() as work, bench.work() as other:
        bench.simulator.faults(hold_write=6, hold_moment="before")
        process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
        wait_until(lambda: bench.simulator.log()["held"] > 0, "a write is held")
        first = work.runs()[0]["run"]
        second = other.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=1)
        for word in ("another run is writing", first, str(process.pid), "since", str(work.journal)):
            check(word in second.err, f"{word} is not said:", second.err)
        check(other.run("rehearse", "--from", "dev", "--to", "prod", status=(0, 1)).err.count("another run") == 0,
              "a rehearsal is no run on the target")
        kill(process)
        bench.simulator.faults()
        other.migrate()
        same(normalised(bench.simulator.instance()), reference, "the target after the dead one's lock was taken over")


def rehearsal_stopped(number, *command):
    """A rehearsal is stopped like anything else, and leaves nothing behind."""
    length = 700  # It takes a while, and its plan fits into a pipe that nobody reads.
    flows = [dict(name=f"Link {n}", content=flow(str(n), to=[f"Link {n + 1}"] if n < length else []))
             for n in range(1, length + 1)]
    with Bench(World(flows, [], [], [])) as bench, bench.work() as work:
        scratch = work.path / "scratch"
        scratch.mkdir()
        process = work.start(*command, "--from", "dev", "--to", "prod", environment={"TMPDIR": str(scratch)})
        wait_until(lambda: list(scratch.glob("*/journal.db")) or process.poll() is not None, "it rehearses")
        started = time.monotonic()
        process.send_signal(number)
        ended(process)
        took = time.monotonic() - started
        check(process.returncode == 1, f"status {process.returncode}", process.err)
        check(took < 2 * slow(), f"it took {took:.1f} s to stop")
        check("stopped in the middle of the rehearsal" in process.err, process.out, process.err)
        check("Rehearsing on a copy" in process.err and "Writing to" not in process.err, process.err)
        check("passed" not in process.out and bench.simulator.writes() == 0, process.out)
        check(not list(scratch.iterdir()), "it left its scratch folder")
        check(not work.journal.exists(), "a rehearsal that was stopped is no run")


def expired(bench, reference, count):
    with bench.fresh() as work:
        bench.simulator.post("script", {"changes": [{"after_write": count, "switches": {"credentials": "expired"}}]})
        result = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=1)
        check("expired" in result.out, result.out)
        check("resume" in result.out, result.out)
        check(result.out.count("expired") < 6, "it is told for each operation:", result.out)
        bench.simulator.switches(credentials="valid")
        run = work.runs()[0]
        check(run["state"] == "interrupted" and "expired" in run["error"], run)
        work.resume()
        same(normalised(bench.simulator.instance()), reference, "the target after resume")


def lost(slow_bench, reference, count):
    bench = slow_bench
    bench.simulator.reset()
    proxy = Proxy(bench.simulator.origin)
    with bench.work(origin=proxy.origin) as work:
        process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
        after_writes(bench, process, count)
        proxy.cut()
        ended(process)
        check(process.returncode == 1 and "resume" in process.out, process.out, process.err)
        proxy.up = True
        work.resume()
        same(normalised(bench.simulator.instance()), reference, "the target after resume")
        check(work.plan_is_empty(), "the plan is not empty")
    proxy.close()


def main():
    options = parser(__doc__).parse_args()
    cases = Cases("stopping", options)
    with Bench() as bench:
        reference, writes = bench.migrated()
        cases.run("a second Ctrl-C", stopped_twice, bench, reference)
        cases.run("a call that does not come back", grace_ends, bench, reference)
        cases.run("two runs at once", two_at_once, bench, reference)
        cases.run("two runs at once, in two folders", two_folders_at_once, bench, reference)
        for k in range(1, writes) if options.all else (5, 14):
            cases.run(f"credentials expire after write {k}", expired, bench, reference, k)
    cases.run("SIGINT in a rehearsal", rehearsal_stopped, signal.SIGINT, "rehearse")
    cases.run("SIGTERM in a rehearsal before a migration", rehearsal_stopped, signal.SIGTERM, "migrate", "--rehearse",
              "--yes")
    with Bench(None, "--latency-ms", "60") as bench:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for count in range(1, writes) if options.all else (4,):
                cases.run(f"{number.name} after {count} writes", stopped_by, bench, reference, number, count)
        for count in range(1, writes) if options.all else (3,):
            cases.run(f"the connection is lost after {count} writes", lost, bench, reference, count)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
