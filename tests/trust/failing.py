#!/usr/bin/env python3
"""One operation fails: what depends on it is not tried, the rest goes on, the summary lists root causes first. What
`runs` shows, and that no credential is in the journal."""

import json
import sqlite3
import sys
from pathlib import Path

from harness import (SOURCE_KEY, TARGET_KEY, Bench, Cases, action, check, document, flow, most_writes, normalised, parser, same,
                     small_world)


def one_fails():
    """Chain 3 has a block that the service refuses when it is published."""
    world = small_world()
    bad = document([action("hello", "MessageParticipant", {"Text": "x"}, "end", {"NoMatchingError": "end"}),
                    action("end", "TransferContactToQueue")])
    for entry in world.sides[0][4]:
        if entry["name"] == "Chain 3":
            entry["content"], entry["grandfathered"] = bad, True
    with Bench(world) as bench, bench.work() as work:
        result = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=1)
        names = bench.simulator.names()
        check("Chain 3" not in names and "Chain 2" not in names and "Chain 1" not in names, names)
        check("Waiting" not in names or "Callback" in names, names)
        check("新しい下書き" not in names, "what depends on it was tried")
        check("Cleared" in names and bench.simulator.row("Cleared")["description"] == "", "the rest did not go on")
        check("v1" in bench.simulator.row("Main")["content"], "Main was written although it needs Chain 1")
        # Refers to Main, which the target has: better in its older state than from an empty flow.
        check("Please wait" in bench.simulator.row("Waiting").get("content", ""), "a stub was left empty")
        check(result.out.index("Failed:") < result.out.index("Not tried because of it"), result.out)
        check(result.out.count("InvalidContactFlowException") >= 1, result.out)
        hanging = result.out.split("Not tried because of it:")[1].splitlines()[0]
        for name in ("Chain 2", "Chain 1", "Main"):
            check(f'"{name}"' in hanging, f"{name} is not among what was not tried: {hanging}")
        run = work.runs()[0]
        check(run["state"] == "failed" and run["can_resume"] and run["can_undo"], run)
        # And undo of a run that failed.
        work.run("undo", run["run"], "--yes")
        same(bench.simulator.instance(), bench.before, "the target after undo of a failed run")


def refused_at_once():
    """Chain 2 has a block that the service refuses, and another that refers to what was made a moment ago. Only the
    latter could be a matter of time, so nobody waits for it."""
    world = small_world()
    bad = document([action("hello", "MessageParticipant", {"Text": "x"}, "on", {"NoMatchingError": "on"}),
                    action("on", "TransferToFlow", {"ContactFlowId": "{{arn:contact-flow:Chain 3}}"}, "end",
                           {"NoMatchingError": "end"}),
                    action("end", "TransferContactToQueue")])
    for entry in world.sides[0][4]:
        if entry["name"] == "Chain 2":
            entry["content"], entry["grandfathered"] = bad, True
    with Bench(world) as bench, bench.work() as work:
        out = work.json("migrate", "--from", "dev", "--to", "prod", "--yes", status=1)
        failed = [p for p in out["problems"] if p["id"] == "operation-failed"]
        check(len(failed) == 1 and failed[0]["name"] == "Chain 2", failed)
        check(any('block "end", TransferContactToQueue' in line for line in failed[0]["error"]["details"]), failed)
        not_tried = {node["name"] for node in failed[0]["not_tried"]}
        check({"Chain 1", "Main"} <= not_tried, not_tried)
        made = sum(flow.get("type") is not None for flow in out["created"])
        check(out["calls"]["CreateContactFlow"] == made + 1, "it was tried again:", out["calls"], made)


def json_of_failure():
    with Bench() as bench, bench.work() as work:
        bench.simulator.switches(deny="TagResource")
        out = work.json("migrate", "--from", "dev", "--to", "prod", "--yes", status=1)
        text = json.dumps(out)
        check("AccessDeniedException" in text, text)
        check(out.get("complete") is False, out.get("complete"))
        # What was written and what was not, of what was written in part only.
        parts = {entry["name"]: entry.get("not_written") for entry in (*out["created"], *out["updated"])}
        check(parts["Main"] == ["tags"] and parts["Known"] == ["tags"] and parts["Cleared"] is None, parts)
        check("Only tags" not in parts, "it is listed, and nothing of it was written")
        operations = work.operations(work.runs()[0]["run"])
        failed = [o for o in operations if o["state"] == "failed"]
        check(len(failed) == 3 and all(o["type"] == "tag" and o["request_id"] for o in failed), failed)
        bench.simulator.switches(deny="")
        work.resume()
        check(work.plan_is_empty(), "the plan is not empty")


def told_in_part():
    """A person reads what was written of a flow of which something failed."""
    with Bench() as bench, bench.work() as work:
        bench.simulator.switches(deny="UpdateContactFlowContent")
        out = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=1).out
        listed = {line.split("  ")[-1] for line in out.splitlines() if line.startswith("  ! in part") and "Main" in line}
        check(listed == {"written: description, tags; not written: content"}, listed, out)
        stub = [line for line in out.splitlines() if line.startswith("  ! in part") and "Waiting" in line]
        check(len(stub) == 1 and "written: an empty stub; not written: content" in stub[0], stub, out)
        check(" of them in part)" in out, out)


def not_sent(bench):
    """A run is killed when its first intents are on disk, and nothing of them was sent."""
    with bench.fresh() as work:
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=-9,
                 environment={"FLOWFERRY_TEST_KILL": "before-send:1"})
        run = work.runs()[0]["run"]
        states = {o["state"] for o in work.operations(run)}
        check(states == {"not-sent"} and bench.simulator.writes() == 0, states)
        text = work.run("runs", "show", run).out
        check("not-sent" in text and "unknown" not in text, text)


def contents_of_runs(bench):
    with bench.fresh() as work:
        plan = work.json("plan", "--from", "dev", "--to", "prod", status=2)
        work.migrate()
        runs = work.runs()
        check(len(runs) == 1, runs)
        run = runs[0]
        for member in ("run", "command", "from", "to", "source", "target", "digest", "flowferry", "user", "host", "started",
                       "finished", "state", "can_resume", "can_undo"):
            check(run.get(member) not in (None, ""), f"{member} is missing", run)
        check(run["command"] == "migrate" and run["state"] == "done" and not run["can_resume"] and run["can_undo"], run)
        operations = work.operations(run["run"])
        check(len(operations) <= bench.simulator.writes() <= most_writes(operations), len(operations))
        for o in operations:
            check(o["state"] == "done" and o["request_id"] and o["arn"] and o["started"] and o["finished"], o)
        text = work.run("runs").out
        check(run["run"] in text and "done" in text, text)
        text = work.run("runs", "show", run["run"]).out
        check("Chain 3" in text and "create-stub" in text, text)
        check(work.run("runs", "show", "nobody", status=1).err, "no message")


def readable_by_a_person(bench):
    with bench.fresh() as work:
        work.migrate()
        database = sqlite3.connect(work.journal)
        check(database.execute("SELECT value FROM meta WHERE key='schema_version'").fetchone() == ("2",), "no version")
        rows = database.execute("SELECT name, before FROM operations WHERE before <> ''").fetchall()
        former = {name: json.loads(before) for name, before in rows}
        main = next(r for r in bench.before["flows"] if r["name"] == "Main")
        check(former["Main"]["content"] == main["content"] and former["Main"]["tags"] == main["tags"], former["Main"])
        check(set(former) == {"Main", "Old draft", "Cleared", "Only tags", "Known"}, sorted(former))
        # What is documented is what is there.
        text = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text().split("## Journal", 1)[1]
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = [line for line in text.splitlines() if line.startswith(f"| `{table}` |")]
            check(len(rows) == 1, f"docs/formats.md has no row for table {table}")
            for column in database.execute(f"PRAGMA table_info({table})").fetchall():
                check(f"`{column[1]}`" in rows[0], f"docs/formats.md does not name {table}.{column[1]}")
        check(database.execute("PRAGMA journal_mode").fetchone() == ("wal",), "no WAL")


def no_secret(bench):
    with bench.fresh() as work:
        work.environment.update(AWS_SESSION_TOKEN="")
        work.migrate()
        work.run("undo", "--yes")
        for path in work.path.rglob("*"):
            if not path.is_file():
                continue
            data = path.read_bytes()
            for key in (SOURCE_KEY, TARGET_KEY):
                for secret in key:
                    check(secret.encode() not in data, f"{path.name} has a credential")
            for word in (b"Authorization", b"AWS4-HMAC", b"Signature="):
                check(word not in data, f"{path.name} has {word}")


def stubs_published(bench, reference):
    """The service refuses callers of what was never published: stubs are published first."""
    bench.simulator.reset()
    bench.simulator.switches(published_target="required")
    with bench.work() as work:
        work.migrate(status=(0, 1))
        # The draft's target is published in the end; the source's own drafts stay drafts.
        now = normalised(bench.simulator.instance())
        same(now, reference, "the target")
        operations = work.operations(work.runs()[0]["run"])
        check(any(o["type"] == "publish-stub" for o in operations), "no stub was published")
        work.run("undo", "--yes")
        same(bench.simulator.instance(), bench.before, "the target after undo")
    bench.simulator.switches(published_target="optional")


def late_world(bench, reference, milliseconds):
    """What is written is seen only after a while."""
    bench.simulator.reset()
    bench.simulator.switches(consistency_ms=str(milliseconds))
    with bench.work() as work:
        work.migrate()
        same(normalised(bench.simulator.instance()), reference, "the target")
        check(work.runs()[0]["state"] == "done", work.runs())
    bench.simulator.switches(consistency_ms="0")


def late_and_killed(bench, reference, k):
    bench.simulator.reset()
    bench.simulator.switches(consistency_ms="1500")
    with bench.work() as work:
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=-9,
                 environment={"FLOWFERRY_TEST_KILL": f"before-commit:{k}"})
        work.resume()
        same(normalised(bench.simulator.instance()), reference, "the target")
    bench.simulator.switches(consistency_ms="0")


def main():
    options = parser(__doc__).parse_args()
    cases = Cases("failing", options)
    cases.run("one operation fails", one_fails)
    cases.run("a refusal that waiting cannot heal", refused_at_once)
    cases.run("one permission is missing", json_of_failure)
    cases.run("what was written in part", told_in_part)
    with Bench() as bench:
        reference, writes = bench.migrated()
        cases.run("what runs shows", contents_of_runs, bench)
        cases.run("what runs shows of intents that were not sent", not_sent, bench)
        cases.run("what a person reads in the journal", readable_by_a_person, bench)
        cases.run("no credential in any file", no_secret, bench)
        cases.run("callers of stubs are refused", stubs_published, bench, reference)
        cases.run("what is written is seen late", late_world, bench, reference, 1500)
        for k in range(1, writes + 1) if options.all else (3, 18):
            cases.run(f"what is written is seen late, and killed at {k}", late_and_killed, bench, reference, k)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
