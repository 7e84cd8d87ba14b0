#!/usr/bin/env python3
"""Somebody works in the target between plan and apply, and while the plan is applied: nothing of theirs is lost,
what they touched is shown in three versions, the rest goes on, and a new plan heals."""

import json
import sqlite3
import sys

from harness import (Bench, Cases, Failed, change, check, differences, document, flow, normalised, parser, same, say,
                     action, wait_until)


def their_content(bench, text="Hello, edited by somebody"):
    main = json.loads(bench.row_before("Main")["content"])
    main["Actions"][0]["Parameters"]["Text"] = text
    return json.dumps(main)


EDITS = {
    "edits Main": ("Main", "UpdateContactFlowContent", lambda b, r: dict(ContactFlowId=r["id"], Content=their_content(b))),
    "describes Main": ("Main", "UpdateContactFlowMetadata",
                       lambda b, r: dict(ContactFlowId=r["id"], Description="theirs")),
    "renames Main": ("Main", "UpdateContactFlowMetadata", lambda b, r: dict(ContactFlowId=r["id"], Name="Main, theirs")),
    "archives Main": ("Main", "UpdateContactFlowMetadata",
                      lambda b, r: dict(ContactFlowId=r["id"], ContactFlowState="ARCHIVED")),
    "tags Main": ("Main", "TagResource", lambda b, r: dict(resourceArn=r["arn"], tags={"team": "theirs"})),
    "untags Main": ("Main", "UntagResource", lambda b, r: dict(resourceArn=r["arn"], tagKeys=["owner"])),
    "deletes Main": ("Main", "DeleteContactFlow", lambda b, r: dict(ContactFlowId=r["id"])),
    "edits Known": ("Known", "UpdateContactFlowModuleMetadata",
                    lambda b, r: dict(ContactFlowModuleId=r["id"], Description="theirs")),
    "deletes Known": ("Known", "DeleteContactFlowModule", lambda b, r: dict(ContactFlowModuleId=r["id"])),
    "publishes the draft": ("Old draft", "UpdateContactFlowContent",
                            lambda b, r: dict(ContactFlowId=r["id"], Content=json.dumps(flow("theirs, live")))),
    "edits what is only tagged": ("Only tags", "TagResource",
                                  lambda b, r: dict(resourceArn=r["arn"], tags={"a": "theirs"})),
}


# What refers to a flow that somebody touched is not tried, but for the content of the run's own stubs ("Waiting"):
# an empty flow in production is worse than one which refers to a flow in its older state.
# "Chain 3" names an alias of Known, which is not made for content that was not written.
DEPENDENTS = {"Main": ["Old draft"], "Known": ["Chain 3", "Chain 2", "Chain 1", "新しい下書き", "Main", "Old draft"],
              "Old draft": [], "Only tags": []}
# Nobody may refer to what is archived.
DEPENDENTS_OF_ARCHIVED = ["Old draft", "Waiting", "Callback"]


def dependents(what):
    return DEPENDENTS_OF_ARCHIVED if "archives" in what else DEPENDENTS[EDITS[what][0]]


class DriftBench(Bench):
    def row_before(self, name):
        for kind in ("flows", "modules"):
            for row in self.before[kind]:
                if row["name"] == name:
                    return row
        raise Failed(name)

    def edit(self, what):
        name, operation, members = EDITS[what]
        return name, change(operation, self.before, **members(self, self.row_before(name)))


def rest_is_done(now, reference, theirs):
    """All but what somebody touched, and what refers to it, is as it is to be."""
    for kind in ("flows", "modules"):
        have = {r["name"]: r for r in now[kind]}
        for row in reference[kind]:
            if row["name"] in theirs:
                continue
            check(row["name"] in have, f"{row['name']} is missing")
            lines = differences(have[row["name"]], row)
            check(not lines, f"{row['name']}:", lines)


def between(bench, reference, what):
    """Edited after the plan was written to a file."""
    with bench.fresh() as work:
        work.run("plan", "--from", "dev", "--to", "prod", "-o", "the.plan", status=2)
        name, edit = bench.edit(what)
        bench.simulator.post("call", edit)
        after_edit = bench.simulator.instance()
        result = work.run("apply", "the.plan", "--yes", status=1)
        check(name in result.out and ("was changed in the target" in result.out or "no longer in the target" in
                                      result.out), "nobody is told:", result.out)
        now = bench.simulator.instance()
        kept(after_edit, now, bench.row_before(name)["id"])
        waiting = next(row for row in now["flows"] if row["name"] == "Waiting")
        # Nobody can refer to what is gone or archived; whatever else somebody did, the stub is filled.
        refused = what in ("deletes Main", "archives Main")
        check(("Please wait" in waiting.get("content", "")) != refused, "the stub of Waiting:", waiting)
        check(('"Waiting"' in result.out.split("Not tried because of it:")[-1].splitlines()[0]) == refused, result.out)
        if "deletes" not in what and "renames" not in what:
            rest_is_done(normalised(now), reference, {name, *dependents(what)})
        if "deletes" not in what:
            check("there is" in result.out and ("the plan wants" in result.out or "the plan leaves" in result.out),
                  "no three versions:", result.out)
        heal(bench, work, what)


def kept(then, now, row_id):
    """What somebody touched is as they left it."""
    def find(instance):
        return [row for kind in ("flows", "modules") for row in instance[kind] if row["id"] == row_id]
    lines = differences(find(then), find(now))
    check(not lines, "their work is not as they left it:", lines)


def heal(bench, work, what):
    """A new plan takes their change into account."""
    if "archives" in what:
        result = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", "--new-run", status=1)
        check("archived" in result.out, result.out)
        return
    if "publishes" in what:
        # Published in the target, never in the source: left alone.
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", "--new-run")
        return
    work.run("migrate", "--from", "dev", "--to", "prod", "--yes", "--new-run")
    check(work.plan_is_empty(), "the plan is not empty")


def plan_in(database):
    return json.loads("".join(text for (text,) in database.execute("SELECT text FROM plan_parts ORDER BY part")))


def verified(work):
    """Names of what a killed run had finished and read back."""
    with sqlite3.connect(work.journal) as database:
        plan = plan_in(database)
        rows = database.execute("SELECT node FROM results WHERE mark <> ''").fetchall()
    return {plan["nodes"][node]["name"] for (node,) in rows}


def all_done(work, name):
    """Whether a killed run had nothing left to write of this one."""
    with sqlite3.connect(work.journal) as database:
        plan = plan_in(database)
        done = {seq for (seq,) in database.execute("SELECT seq FROM operations WHERE state = 'done'")}
    return all(i in done for i, o in enumerate(plan["operations"]) if plan["nodes"][o["node"]]["name"] == name)


def in_the_middle(bench, reference, what, k):
    """Edited while the run is interrupted, after its write k; then resumed."""
    with bench.fresh() as work:
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=-9,
                 environment={"FLOWFERRY_TEST_KILL": f"before-commit:{k}"})
        name, edit = bench.edit(what)
        row_id = bench.row_before(name)["id"]
        finished = verified(work)
        done = all_done(work, name)
        bench.simulator.post("call", edit)
        result = work.run("resume", "--yes", status=(0, 1))
        rows = [r for kind in ("flows", "modules") for r in bench.simulator.instance()[kind] if r["id"] == row_id]
        if "deletes" in what:
            check(not rows, "it came back from the dead")
        else:
            check(theirs_is_there(what, rows[0]), "what somebody did is gone", rows[0], result.out)
        # What the run had finished, and read back, is nobody's business any more.
        # And what the run had written need not be touched by what somebody did beside it.
        told = result.returncode == 1 and name in result.out
        check(result.returncode == 0 if name in finished else told or (done and result.returncode == 0),
              "nobody is told", result.out)
        if "deletes" not in what and "renames" not in what:
            rest_is_done(normalised(bench.simulator.instance()), reference,
                         {name, *dependents(what)})
        heal(bench, work, what)


def live(what):
    """Edited while the run goes on. Each call takes a while, so that there is a time between looking and looking
    again."""
    with DriftBench(None, "--latency-ms", "1000") as bench, bench.work() as work:
        name, edit = bench.edit(what)
        bench.simulator.post("script", {"changes": [{"after_write": 3, **edit}]})
        result = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=1)
        check(name in result.out and "was changed in the target" in result.out, result.out)
        check(theirs_is_there(what, bench.simulator.row(name)), "what somebody did is gone", result.out)


def theirs_is_there(what, row):
    return {"edits Main": lambda: "edited by somebody" in row.get("content", ""),
            "describes Main": lambda: row["description"] == "theirs",
            "renames Main": lambda: row["name"] == "Main, theirs",
            "archives Main": lambda: row["state"] == "ARCHIVED",
            "tags Main": lambda: row["tags"].get("team") == "theirs",
            "untags Main": lambda: "owner" not in row["tags"],
            "edits Known": lambda: row["description"] == "theirs",
            "publishes the draft": lambda: "theirs, live" in row.get("content", ""),
            "edits what is only tagged": lambda: row["tags"].get("a") == "theirs"}[what]()


def name_taken(bench, reference):
    """Somebody makes a flow of a name that the plan creates."""
    with bench.fresh() as work:
        work.run("plan", "--from", "dev", "--to", "prod", "-o", "the.plan", status=2)
        made = bench.simulator.call("CreateContactFlow", Name="Chain 3", Type="CONTACT_FLOW",
                                    Content=json.dumps(flow("theirs")), Description="theirs")
        result = work.run("apply", "the.plan", "--yes", status=1)
        check('"Chain 3"' in result.out and "somebody made it" in result.out, result.out)
        check("Not tried because of it" in result.out, result.out)
        row = bench.simulator.row("Chain 3")
        check(row["id"] == made["ContactFlowId"] and row["description"] == "theirs", row)
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", "--new-run")
        same(normalised(bench.simulator.instance()), reference, "the target after a new plan")


def draft_is_kept(bench, k):
    """Somebody has an unpublished draft of a flow that the run publishes: it is still there afterwards, also when
    the run is killed between the two."""
    with bench.fresh() as work:
        row = bench.simulator.row("Main")
        draft = json.dumps(flow("my unfinished work"))
        bench.simulator.call("UpdateContactFlowContent", ContactFlowId=row["id"] + ":$SAVED", Content=draft)
        before = bench.simulator.instance()
        if k:
            work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=(-9, 0),
                     environment={"FLOWFERRY_TEST_KILL": f"before-commit:{k}"})
            work.run("resume", "--yes", status=(0, 1))
        else:
            work.migrate()
        row = bench.simulator.row("Main")
        check("from v2" in row["content"], "it was not published")
        check(row.get("draft") == draft, "the draft is gone", row)
        work.run("undo", work.runs()[-1]["run"], "--yes")
        same(normalised(bench.simulator.instance()), normalised(before), "the target after undo")


def lost_draft_is_put_back(bench):
    """Somebody's draft is gone when a killed run is resumed, and all else is as it should be: putting it back needs no second
    turn of a bucket that has one."""
    for k in range(1, 40):
        with bench.fresh("quotas: { UpdateContactFlowContent: { rate: 5, burst: 1 } }\n") as work:
            row = bench.simulator.row("Main")
            draft = json.dumps(flow("my unfinished work"))
            bench.simulator.call("UpdateContactFlowContent", ContactFlowId=row["id"] + ":$SAVED", Content=draft)
            work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=(-9, 0),
                     environment={"FLOWFERRY_TEST_KILL": f"before-commit:{k}"})
            row = bench.simulator.row("Main")
            if "from v2" not in row["content"]:
                continue
            bench.simulator.call("UpdateContactFlowContent", ContactFlowId=row["id"], Content=row["content"])
            check(bench.simulator.row("Main").get("draft") is None, "the draft is still there")
            work.run("resume", "--yes", status=(0, 1))
            check(bench.simulator.row("Main").get("draft") == draft, "the draft was not put back")
            return
    check(False, "no run was killed after it published")


def forced(bench, reference):
    """A plan whose target was brought to the desired state by somebody else has nothing to say against it."""
    with bench.fresh() as work:
        work.run("plan", "--from", "dev", "--to", "prod", "-o", "the.plan", status=2)
        row = bench.row_before("Cleared")
        bench.simulator.call("UpdateContactFlowMetadata", ContactFlowId=row["id"], Description="")
        work.run("apply", "the.plan", "--yes")
        same(normalised(bench.simulator.instance()), reference, "the target")


def main():
    options = parser(__doc__).parse_args()
    cases = Cases("drift", options)
    with DriftBench() as bench:
        reference, writes = bench.migrated()
        for what in EDITS if options.all else ["edits Main", "renames Main", "tags Main", "deletes Main", "deletes Known",
                                               "publishes the draft"]:
            cases.run(f"between plan and apply somebody {what}", between, bench, reference, what)
        every = range(1, writes + 1) if options.all else [2, 9]
        for what in EDITS if options.all else ["edits Main", "tags Main", "edits what is only tagged", "deletes Known"]:
            for k in every:
                cases.run(f"interrupted after write {k}, somebody {what}", in_the_middle, bench, reference, what, k)
        cases.run("while the run goes on somebody edits Main", live, "edits Main")
        cases.run("somebody takes a name", name_taken, bench, reference)
        for k in [0, *every]:
            cases.run(f"somebody's draft is kept, killed at {k}", draft_is_kept, bench, k)
        cases.run("somebody's draft is put back", lost_draft_is_put_back, bench)
        cases.run("somebody did it already", forced, bench, reference)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
