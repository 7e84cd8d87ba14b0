#!/usr/bin/env python3
"""Migrate, undo: the target is as it was before, byte for byte but for times. Undo of the undo: it is as it was
after the migration, new ids aside. Undo of an interrupted run, resume of an interrupted undo. What somebody
changed after the run is left and shown, unless --force."""

import json
import random
import sys
import time

from harness import (Bench, Cases, age, check, differences, flow, kill, normalised, parser, same, small_world,
                     undo_to_the_end, wait_until)


def there_and_back(bench, reference):
    with bench.fresh() as work:
        work.migrate()
        dry = work.run("undo", "--dry-run", status=2)
        check("delete" in dry.out and "update" in dry.out, dry.out)
        same(normalised(bench.simulator.instance()), reference, "a dry run wrote something")
        first = work.runs()[0]["run"]
        work.run("undo", first, "--yes")
        # Ids too: what was there before is the same, what was made is gone.
        same(bench.simulator.instance(), bench.before, "the target after undo")
        check(not work.plan_is_empty(), "the plan is empty after an undo")
        runs = work.runs()
        check(runs[0]["of_run"] == first and runs[0]["state"] == "done", runs)
        check(runs[1]["state"] == "undone" and runs[1]["taken_back_by"] == runs[0]["run"], runs)
        # Undo of the undo.
        second = runs[0]["run"]
        work.run("undo", second, "--yes")
        same(normalised(bench.simulator.instance()), reference, "the target after undo of the undo")
        check(work.plan_is_empty(), "the plan is not empty after undo of the undo")
        check([run["state"] for run in work.runs()] == ["done", "undone", "done"], work.runs())
        # And back again.
        work.run("undo", work.runs()[0]["run"], "--yes")
        same(bench.simulator.instance(), bench.before, "the target after a third undo")
        # An undone run can neither be undone twice nor resumed.
        again = work.run("undo", first, "--yes")
        check("Nothing to do" in again.out, again.out)
        work.run("resume", first, "--yes", status=1)
        same(bench.simulator.instance(), bench.before, "the target after needless commands")


def of_interrupted(bench, k, moment):
    """A run is killed at a write, and taken back without being resumed."""
    with bench.fresh() as work:
        bench.simulator.faults(hold_write=k, hold_moment=moment)
        process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
        wait_until(lambda: bench.simulator.log()["held"] > 0 or process.poll() is not None, "a write is held")
        kill(process)
        bench.simulator.faults()
        run = work.runs()[0]["run"]
        undo_to_the_end(work, run)
        same(bench.simulator.instance(), bench.before, "the target after undo of an interrupted run")
        refused = work.run("resume", run, "--yes", status=1)
        check("taken back" in refused.err, refused.err)


def late_and_undone(bench, k):
    """A run is killed, and taken back before what it wrote last can be seen."""
    bench.simulator.reset()
    bench.simulator.switches(consistency_ms="1500")
    with bench.work() as work:
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=-9,
                 environment={"FLOWFERRY_TEST_KILL": f"before-commit:{k}"})
        run = work.runs()[0]["run"]
        undo_to_the_end(work, run)
        time.sleep(1.6)
        same(bench.simulator.instance(), bench.before, "the target after undo of what was seen late")
    bench.simulator.switches(consistency_ms="0")


def seen_after_undo(go_on):
    """What a killed run created is seen only when its undo has ended: that says so, and to go on with it takes it back."""
    # With this seed the first create takes nearly all of the time that it may take.
    with Bench(None, "--seed", "3") as bench, bench.work() as work:
        bench.simulator.switches(consistency_ms="9000")
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", "--include", "Leaf", status=-9,
                 environment={"FLOWFERRY_TEST_KILL": "before-commit:1"})
        run = work.runs()[0]["run"]
        undone = work.run("undo", run, "--yes", status=1)
        check("may still appear" in undone.out and "it is known at 20" in undone.out, undone.out, undone.err)
        check("flowferry resume" in undone.out and bench.simulator.writes() == 1, undone.out)
        again = work.run("undo", "--yes", status=1)
        check("is not complete" in again.err and "flowferry resume" in again.err, again.err)
        check(work.runs()[1]["state"] == "killed", work.runs())
        wait_until(lambda: "Leaf" in json.dumps(bench.simulator.call("ListContactFlowModules")), "it appears")
        bench.simulator.switches(consistency_ms="0")
        work.run(*(["resume"] if go_on == "resume" else ["undo", run]), "--yes")
        same(bench.simulator.instance(), bench.before, "the target after undo of what was seen after it")
        check(next(r for r in work.runs() if r["run"] == run)["state"] == "undone", work.runs())


def waits(bench):
    """A call that never arrived: undo --wait ends when it is known that nothing of it is there."""
    with bench.fresh() as work:
        bench.simulator.faults(hold_write=1, hold_moment="before")
        process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes", "--include", "Leaf")
        wait_until(lambda: bench.simulator.log()["held"] > 0 or process.poll() is not None, "a write is held")
        kill(process)
        bench.simulator.faults()
        run = work.runs()[0]["run"]
        told = work.run("undo", run, "--dry-run", status=2)
        check("may still appear" in told.out, told.out)
        age(work.journal, 114)
        started = time.monotonic()
        undone = work.run("undo", run, "--wait", "--yes")
        check(time.monotonic() - started > 1, "nobody waited")
        check("is closed now" in undone.out, undone.out)
        same(bench.simulator.instance(), bench.before, "the target after undo --wait")


def of_nothing(bench, reference):
    """A run is killed before its first write. Its undo has nothing to write, and closes it."""
    with bench.fresh() as work:
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=-9,
                 environment={"FLOWFERRY_TEST_KILL": "before-send:1"})
        run = work.runs()[0]
        check(run["state"] == "killed" and bench.simulator.writes() == 0, run)
        offered = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=1)
        check("did not end" in offered.err, offered.err)
        work.run("undo", run["run"], "--dry-run")
        check(len(work.runs()) == 1, "a dry run closed the run")
        undone = work.run("undo", run["run"], "--yes")
        check("is closed now" in undone.out, undone.out)
        same(bench.simulator.instance(), bench.before, "the target after undo of nothing")
        runs = work.runs()
        check([r["state"] for r in runs] == ["done", "undone"] and not runs[1]["can_resume"], runs)
        again = work.run("undo", run["run"], "--yes")
        check("Nothing to do" in again.out and len(work.runs()) == 2, again.out)
        work.migrate()
        same(normalised(bench.simulator.instance()), reference, "the target after the next migration")


def interrupted_undo(bench, reference, point, k):
    """The undo is killed at a write, and resumed."""
    with bench.fresh() as work:
        work.migrate()
        first = work.runs()[0]["run"]
        result = work.run("undo", first, "--yes", status=(-9, 0), environment={"FLOWFERRY_TEST_KILL": f"{point}:{k}"})
        if result.returncode == 0:
            return
        work.run("resume", "--yes")
        same(bench.simulator.instance(), bench.before, "the target after a resumed undo")
        work.run("undo", work.runs()[0]["run"], "--yes")
        same(normalised(bench.simulator.instance()), reference, "the target after undo of a resumed undo")


CHANGES = {
    "the content of Main": ("Main", "UpdateContactFlowContent", dict(Content=json.dumps(flow("theirs, after the run")))),
    "the description of Main": ("Main", "UpdateContactFlowMetadata",
                                dict(Description="theirs, after the run; see what the plan wants")),
    "the content of Chain 1": ("Chain 1", "UpdateContactFlowContent",
                               dict(Content=json.dumps(flow("theirs, after the run")))),
    "a part of Chain 2": ("Chain 2", "UpdateContactFlowMetadata", dict(Description="theirs, after the run")),
}


def changed_after(bench, what):
    """Somebody changed something after the run: it is left, with all that it needs, and shown."""
    name, operation, members = CHANGES[what]
    with bench.fresh() as work:
        work.migrate()
        row = bench.simulator.row(name)
        bench.simulator.call(operation, ContactFlowId=row["id"], **members)
        changed = bench.simulator.row(name)
        undone = work.run("undo", "--yes")
        check("was changed after the run" in undone.out and "theirs, after the run" in undone.out, undone.out)
        # Three versions in the undo's words, and theirs in their own.
        told = undone.out.split(f'flow "{name}"')[0].splitlines()[-4:]
        check(any("the run left" in line and "the undo" in line for line in told), told)
        check("see what the plan wants" in undone.out or name != "Main" or "Content" in members, undone.out)
        check(f"in the target: {row['arn']}" in undone.out and "in the source" not in undone.out, undone.out)
        now = bench.simulator.instance()
        same(bench.simulator.row(name), changed, "what somebody changed")
        ids = {r["id"] for kind in ("flows", "modules") for r in now[kind]}
        for kind in ("flows", "modules"):
            for r in now[kind]:
                for reference in find_ids(r):
                    check(reference in ids, f"{r['name']} refers to what was deleted: {reference}")
        work.run("undo", work.runs()[-1]["run"], "--force", "--yes")
        same(bench.simulator.instance(), bench.before, "the target after undo --force")


def find_ids(row):
    content = json.loads(row.get("content", row.get("draft")))
    for block in content["Actions"]:
        for name, value in block.get("Parameters", {}).items():
            if name in ("ContactFlowId", "FlowModuleId"):
                yield value.rsplit("/", 1)[1].split(":")[0]


def deleted_after(bench):
    with bench.fresh() as work:
        work.migrate()
        for name in ("Chain 3", "Cleared"):
            bench.simulator.call("DeleteContactFlow", ContactFlowId=bench.simulator.row(name)["id"])
        undone = work.run("undo", "--yes")
        check("was deleted after the run" in undone.out, undone.out)
        before = json.loads(json.dumps(bench.before))
        before["flows"] = [r for r in before["flows"] if r["name"] != "Cleared"]
        same(bench.simulator.instance(), before, "the target after undo")


def published_by_run():
    """A draft that the run published cannot be taken back from callers: its former content is a draft again."""
    world = small_world()
    source = world.sides[0][4]
    for entry in source:
        if entry["name"] == "Old draft":
            del entry["status"]
    with Bench(world) as bench, bench.work() as work:
        work.migrate()
        live = bench.simulator.row("Old draft")
        check(live["status"] == "PUBLISHED", live)
        undone = work.run("undo", "--yes")
        check("had never been published before the run" in undone.out, undone.out)
        row = bench.simulator.row("Old draft")
        check(row["status"] == "PUBLISHED" and "draft v1" in row["draft"], row)
        now, before = bench.simulator.instance(), json.loads(json.dumps(bench.before))
        for instance in (now, before):
            instance["flows"] = [r for r in instance["flows"] if r["name"] != "Old draft"]
        # What the published one refers to had to stay, the rest is as before.
        names = {r["name"] for r in before["flows"]}
        now["flows"] = [r for r in now["flows"] if r["name"] in names]
        same(now["flows"], before["flows"], "the rest after undo")


def undone_before(bench, reference):
    """What an older run wrote is written again by a newer one: to undo the older one again takes nothing of it."""
    with bench.fresh() as work:
        work.migrate()
        first = work.runs()[0]["run"]
        work.run("undo", first, "--yes")
        undo = work.runs()[0]["run"]
        work.migrate()
        writes = bench.simulator.writes()
        for more in ([], ["--dry-run"]):
            refused = work.run("undo", first, "--yes", *more, status=1)
            check(f"taken back by run {undo}" in refused.err and "later runs" in refused.err, refused.err)
        check(bench.simulator.writes() == writes, "something was written")
        same(normalised(bench.simulator.instance()), reference, "the target after a needless undo")
        # And where the undo was taken back, that is what has to be taken back in its turn.
        work.run("undo", "--yes")
        work.run("undo", work.runs()[0]["run"], "--yes")
        redo = work.runs()[0]["run"]
        refused = work.run("undo", work.runs()[2]["run"], "--yes", status=(0, 1))
        check(refused.returncode == 0 or f"flowferry undo {redo}" in refused.err, refused.err)


def newest_is_an_undo(bench):
    with bench.fresh() as work:
        work.migrate()
        work.run("undo", "--yes")
        refused = work.run("undo", "--yes", status=1)
        check("is itself an undo" in refused.err, refused.err)


def main():
    options = parser(__doc__).parse_args()
    chance = random.Random(options.seed)
    cases = Cases("there and back", options)
    with Bench() as bench:
        reference, writes = bench.migrated()
        cases.run("there, back, there and back", there_and_back, bench, reference)
        every = list(range(1, writes + 1))
        for k in every if options.all else chance.sample(every, 4):
            for moment in ("before", "after") if options.all else (chance.choice(["before", "after"]),):
                cases.run(f"undo of a run killed {moment} write {k}", of_interrupted, bench, k, moment)
        for k in range(1, 2 * writes) if options.all else chance.sample(every, 3):
            for point in ("before-send", "before-commit") if options.all else (chance.choice(["before-send",
                                                                                              "before-commit"]),):
                cases.run(f"an undo killed at {point} {k} and resumed", interrupted_undo, bench, reference, point, k)
        for what in CHANGES:
            cases.run(f"somebody changed {what} after the run", changed_after, bench, what)
        cases.run("somebody deleted flows after the run", deleted_after, bench)
        for k in every if options.all else (3, 14):
            cases.run(f"undo of a run killed at {k} whose writes are seen late", late_and_undone, bench, k)
        cases.run("undo --wait", waits, bench)
        cases.run("undo of a run without writes", of_nothing, bench, reference)
        cases.run("a run that was undone before", undone_before, bench, reference)
        cases.run("the newest run is an undo", newest_is_an_undo, bench)
    for go_on in ("resume", "undo again") if options.all else ("resume",):
        cases.run(f"what was created is seen after the undo, then {go_on}", seen_after_undo, go_on)
    cases.run("the run published a draft", published_by_run)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
