#!/usr/bin/env python3
"""The program is killed at every write call: before it is processed, after it was processed and before the
answer, after the answer and before the journal has it. Then resume: the target must be that of a run that
nobody killed. So with aliases that are moved and versions that follow; there undo as well, after which it is
what it was."""

import random
import sys

from harness import (Bench, Cases, alias_world, check, kill, most_writes, normalised, parser, prepare_aliases, same,
                     undo_to_the_end, wait_until)


def settle(bench, work, reference):
    work.resume()
    same(normalised(bench.simulator.instance()), reference, "the target after resume")
    check(work.plan_is_empty(), "the plan after resume is not empty")
    runs = work.runs()
    check(len(runs) == 1 and runs[0]["state"] == "done", "the run is not done:", runs)


def migrate_killed(bench, work, k, moment):
    """Migrates, and kills the program at the `moment` of write `k`."""
    bench.simulator.faults(hold_write=bench.offset + k, hold_moment=moment)
    process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
    wait_until(lambda: bench.simulator.log()["held"] > 0 or process.poll() is not None, "a write is held")
    check(process.poll() is None, "the program ended before the write")
    kill(process)
    bench.simulator.faults()


def hold(bench, reference, k, moment):
    with bench.fresh() as work:
        migrate_killed(bench, work, k, moment)
        # No write came that the journal does not have an intent of.
        run = work.runs()[0]
        intents = most_writes(o for o in work.operations(run["run"]) if o["state"] in ("done", "unknown"))
        writes = bench.simulator.writes() - bench.offset
        check(intents >= writes, f"{writes} writes, {intents} intents")
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
            bench.simulator.faults(hold_write=bench.offset + at, hold_moment=moment)
            command = ["resume", "--yes"] if at == next_k else ["migrate", "--from", "dev", "--to", "prod", "--yes"]
            process = work.start(*command)
            held = bench.simulator.log()["held"]
            wait_until(lambda: bench.simulator.log()["held"] > held or process.poll() is not None, "a write is held")
            if process.poll() is None:
                kill(process)
            bench.simulator.faults()
        work.run("resume", "--yes", status=(0, 1))
        same(normalised(bench.simulator.instance()), reference, "the target after two kills and resumes")


def undone(bench, k, moment):
    """Killed at a write, and taken back without being resumed."""
    with bench.fresh() as work:
        migrate_killed(bench, work, k, moment)
        undo_to_the_end(work, work.runs()[0]["run"])
        same(bench.simulator.instance(), bench.before, "the target after undo")


def main():
    options = parser(__doc__).parse_args()
    chance = random.Random(options.seed)
    cases = Cases("kill at every call", options)

    def run(bench, what, counts):
        reference, writes = bench.migrated()
        print(f"{writes} writes{what}")
        every = range(1, writes + 1)

        def sample(count):
            return every if options.all else sorted(chance.sample(every, min(count, writes)))

        before, answer, send, result, two = counts
        for k in sample(before):
            cases.run(f"killed before write {k}{what} is processed", hold, bench, reference, k, "before")
        for k in sample(answer):
            cases.run(f"killed before the answer to write {k}{what}", hold, bench, reference, k, "after")
        for k in sample(send):
            cases.run(f"killed before write {k}{what} is sent", hook, bench, reference, k, "before-send")
        for k in sample(result):
            cases.run(f"killed before the result of write {k}{what} is kept", hook, bench, reference, k, "before-commit")
        for k in sample(two):
            cases.run(f"killed twice, at writes {k} and {k + 3}{what}", twice, bench, reference, k, "after", k + 3)
        return sample

    with Bench() as bench:
        run(bench, "", (3, 6, 2, 5, 2))
    with Bench(alias_world(), extra_config="module_versions: follow\n", prepare=prepare_aliases) as bench:
        sample = run(bench, " where aliases follow", (1, 4, 1, 4, 1))
        for moment in ("before", "after"):
            for k in sample(2):
                cases.run(f"killed {moment} write {k} where aliases follow, and undone", undone, bench, k, moment)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
