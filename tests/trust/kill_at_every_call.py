#!/usr/bin/env python3
"""The program is killed at every write call: before it is processed, after it was processed and before the
answer, after the answer and before the journal has it. Then resume: the target must be that of a run that
nobody killed."""

import random
import sys

from harness import Bench, Cases, check, kill, most_writes, normalised, parser, same, wait_until


def settle(bench, work, reference):
    work.resume()
    same(normalised(bench.simulator.instance()), reference, "the target after resume")
    check(work.plan_is_empty(), "the plan after resume is not empty")
    runs = work.runs()
    check(len(runs) == 1 and runs[0]["state"] == "done", "the run is not done:", runs)


def hold(bench, reference, k, moment):
    with bench.fresh() as work:
        bench.simulator.faults(hold_write=k, hold_moment=moment)
        process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
        wait_until(lambda: bench.simulator.log()["held"] > 0 or process.poll() is not None, "a write is held")
        check(process.poll() is None, "the program ended before the write")
        kill(process)
        bench.simulator.faults()
        # No write came that the journal does not have an intent of.
        run = work.runs()[0]
        intents = most_writes(o for o in work.operations(run["run"]) if o["state"] in ("done", "unknown"))
        check(intents >= bench.simulator.writes(), f"{bench.simulator.writes()} writes, {intents} intents")
        check(run["state"] == "killed" and run["can_resume"], run)
        settle(bench, work, reference)


def hook(bench, reference, k, point):
    with bench.fresh() as work:
        process = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=-9,
                           environment={"FLOWFERRY_TEST_KILL": f"{point}:{k}"})
        check("Run " not in process.out, "it was not killed")
        settle(bench, work, reference)


def twice(bench, reference, k, moment, next_k):
    """Killed, and the resumed run killed again."""
    with bench.fresh() as work:
        for at in (k, next_k):
            bench.simulator.faults(hold_write=at, hold_moment=moment)
            command = ["resume", "--yes"] if at == next_k else ["migrate", "--from", "dev", "--to", "prod", "--yes"]
            process = work.start(*command)
            held = bench.simulator.log()["held"]
            wait_until(lambda: bench.simulator.log()["held"] > held or process.poll() is not None, "a write is held")
            if process.poll() is None:
                kill(process)
            bench.simulator.faults()
        work.run("resume", "--yes", status=(0, 1))
        same(normalised(bench.simulator.instance()), reference, "the target after two kills and resumes")


def main():
    options = parser(__doc__).parse_args()
    chance = random.Random(options.seed)
    cases = Cases("kill at every call", options)
    with Bench() as bench:
        reference, writes = bench.migrated()
        print(f"{writes} writes")
        every = range(1, writes + 1)

        def sample(count):
            return every if options.all else sorted(chance.sample(every, min(count, writes)))

        for k in sample(3):
            cases.run(f"killed before write {k} is processed", hold, bench, reference, k, "before")
        for k in sample(6):
            cases.run(f"killed before the answer to write {k}", hold, bench, reference, k, "after")
        for k in sample(2):
            cases.run(f"killed before write {k} is sent", hook, bench, reference, k, "before-send")
        for k in sample(5):
            cases.run(f"killed before the result of write {k} is kept", hook, bench, reference, k, "before-commit")
        for k in sample(2):
            cases.run(f"killed twice, at writes {k} and {k + 3}", twice, bench, reference, k, "after", k + 3)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
