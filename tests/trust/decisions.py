#!/usr/bin/env python3
"""What resume cannot settle is put to the user with both versions, and done as decided: --leave or --overwrite. What
was overwritten is in the journal, and undo brings back what there was."""

import json
import random
import sqlite3
import sys

from harness import Bench, Cases, check, flow, kill, normalised, parser, same, wait_until


def their_main(bench):
    main = json.loads(next(r for r in bench.before["flows"] if r["name"] == "Main")["content"])
    main["Actions"][0]["Parameters"]["Text"] = "Hello, edited by somebody"
    return json.dumps(main)


def edited(bench, work, k):
    """A run killed after write k; then somebody edits Main."""
    work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=-9,
             environment={"FLOWFERRY_TEST_KILL": f"before-commit:{k}"})
    row = bench.simulator.row("Main")
    bench.simulator.call("UpdateContactFlowContent", ContactFlowId=row["id"], Content=their_main(bench))
    run = work.runs()[0]["run"]
    told = work.resume(run, status=1)
    check("edited by somebody" in told.out and "the plan wants" in told.out, "the versions are not shown", told.out)
    check(f"flowferry resume {run} --leave Main, or flowferry resume {run} --overwrite Main" in told.out, told.out)
    return run


def leave_edited(bench, reference, k):
    with bench.fresh() as work:
        run = edited(bench, work, k)
        done = work.resume(run, "--leave", "Main")
        check('Left as it is in the target, as decided: contact flow "Main"' in done.out, done.out)
        check(work.runs()[0]["state"] == "done", work.runs())
        main = bench.simulator.row("Main")
        check("edited by somebody" in main["content"], "their work is gone", main)
        now = normalised(bench.simulator.instance())
        for instance in (now, reference := json.loads(json.dumps(reference))):
            instance["flows"] = [r for r in instance["flows"] if r["name"] != "Main"]
        same(now, reference, "the rest")


def overwrite_edited(bench, reference, k):
    with bench.fresh() as work:
        run = edited(bench, work, k)
        work.resume(run, "--overwrite", "M*n")
        same(normalised(bench.simulator.instance()), reference, "the target")
        check(work.plan_is_empty(), "the plan is not empty")
        kept = [json.loads(before) for (before,) in sqlite3.connect(work.journal).execute(
            "SELECT before FROM operations WHERE type = 'overwritten'")]
        check(any("edited by somebody" in row["content"] for row in kept), "what was overwritten is not kept", kept)
        work.run("undo", run, "--yes")
        same(bench.simulator.instance(), bench.before, "the target after undo")


def made(bench, work, k):
    """A run killed when write k was processed and not answered. Returns what that write made, or None."""
    bench.simulator.faults(hold_write=k, hold_moment="after")
    process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
    wait_until(lambda: bench.simulator.log()["held"] > 0 or process.poll() is not None, "a write is held")
    kill(process)
    bench.simulator.faults()
    run = work.runs()[0]["run"]
    unknown = [o for o in work.operations(run) if o["state"] == "unknown"]
    return run, next((o for o in unknown if o["type"] == "create" and o["kind"] == "contact-flow"
                      and o["name"] in bench.simulator.names()), None)


def created_and_edited(bench, reference, k, decision):
    """Nobody answered a create, and before resume somebody worked on what it had made."""
    with bench.fresh() as work:
        run, operation = made(bench, work, k)
        if operation is None:
            return
        name = operation["name"]
        row = bench.simulator.row(name)
        # What was never published stays so: no way leads back.
        draft = ":$SAVED" if row["status"] == "SAVED" else ""
        bench.simulator.call("UpdateContactFlowContent", ContactFlowId=row["id"] + draft,
                             Content=json.dumps(flow("theirs now")))
        bench.simulator.call("UpdateContactFlowMetadata", ContactFlowId=row["id"], Description="theirs too")
        theirs = bench.simulator.row(name)
        told = work.resume(run, status=1)
        check("exists in the target with other content" in told.out and "theirs now" in told.out
              and "theirs too" in told.out, "the versions are not shown", told.out)
        same(bench.simulator.row(name), theirs, "what somebody made")
        work.resume(run, decision, name)
        check(work.runs()[0]["state"] == "done", work.runs())
        now = normalised(bench.simulator.instance())
        if decision == "--overwrite":
            same(now, reference, "the target")
            check(work.plan_is_empty(), "the plan is not empty")
            work.run("undo", run, "--yes")
            after = bench.simulator.row(name)
            same({**after, "id": ""}, {**theirs, "id": ""}, "what somebody made, after undo")
            rest = bench.simulator.instance()
            rest["flows"] = [r for r in rest["flows"] if r["name"] != name]
            same(rest, bench.before, "the rest after undo")
            return
        same(bench.simulator.row(name), theirs, "what somebody made, left")
        for instance in (now, reference := json.loads(json.dumps(reference))):
            instance["flows"] = [r for r in instance["flows"] if r["name"] != name]
        same(now, reference, "the rest")


def deleted(bench, reference):
    with bench.fresh() as work:
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=-9,
                 environment={"FLOWFERRY_TEST_KILL": "before-commit:2"})
        bench.simulator.call("DeleteContactFlow", ContactFlowId=bench.simulator.row("Cleared")["id"])
        told = work.resume(status=1)
        check('"Cleared"' in told.out and "--leave" in told.out, told.out)
        work.resume("--leave", "Cleared")
        check("Cleared" not in bench.simulator.names(), "it came back from the dead")
        check(work.runs()[0]["state"] == "done", work.runs())


def main():
    options = parser(__doc__).parse_args()
    chance = random.Random(options.seed)
    cases = Cases("decisions", options)
    with Bench() as bench:
        reference, writes = bench.migrated()
        every = range(1, writes + 1)
        for k in range(1, writes - 8) if options.all else [2, 8]:
            cases.run(f"killed after write {k}, Main edited: leave it", leave_edited, bench, reference, k)
            cases.run(f"killed after write {k}, Main edited: overwrite it", overwrite_edited, bench, reference, k)
        for k in every if options.all else sorted(chance.sample(every, 5)):
            for decision in ("--overwrite", "--leave"):
                cases.run(f"write {k} made something that somebody edited: {decision}", created_and_edited, bench,
                          reference, k, decision)
        cases.run("somebody deleted what is to be updated: leave it", deleted, bench, reference)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
