#!/usr/bin/env python3
"""Commands that are printed to be typed are typed into a shell, as they are: with a configuration and a journal
that have spaces, quotes and Japanese in their paths, and flows that have them in their names."""

import re
import subprocess
import sys
from pathlib import Path

from harness import Bench, Cases, check, flow, normalised, parser, program, same, slow, small_world

CONFIG = "設定 '24/flow ferry.yaml"
JOURNAL = "記録 $HOME/run \"1\".db"


def typed(work, line, status=0):
    """The line as a person pastes it, where `flowferry` is the program under test; and --yes."""
    check(line.startswith("flowferry "), "not a command:", line)
    process = subprocess.run(["sh", "-c", f"{line} --yes"], cwd=work.path, capture_output=True, text=True,
                             stdin=subprocess.DEVNULL, timeout=120 * slow(),
                             env={**work.environment, "PATH": f"{Path(program()).parent}:/usr/bin:/bin"})
    check(process.returncode == status, f"{line}: status {process.returncode}\n{process.stdout}\n{process.stderr}")
    return process


def found(pattern, text):
    match = re.search(pattern, text)
    check(match, f"{pattern} is not in:\n{text}")
    return match.group(1)


def elsewhere(bench, body):
    """A run that was killed, its configuration and journal in places of their own."""
    with bench.fresh() as work:
        for path in (CONFIG, JOURNAL):
            (work.path / path).parent.mkdir()
        (work.path / "flowferry.yaml").rename(work.path / CONFIG)
        where = ("--config", CONFIG, "--journal", JOURNAL)
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes", *where, status=-9,
                 environment={"FLOWFERRY_TEST_KILL": "before-commit:8"})
        body(work, where)


def resumed_as_listed(bench, reference):
    def body(work, where):
        typed(work, found(r"go on: (flowferry resume .*?), or flowferry undo", work.run("runs", *where).out))
        same(normalised(bench.simulator.instance()), reference, "the target after the command of runs")
    elsewhere(bench, body)


def undone_as_shown(bench):
    def body(work, where):
        run = work.json("runs", *where)["runs"][0]["run"]
        typed(work, found(r"next .*, or (flowferry undo .*)", work.run("runs", "show", run, *where).out))
        same(bench.simulator.instance(), bench.before, "the target after the command of runs show")
    elsewhere(bench, body)


def resumed_as_offered(bench, reference):
    def body(work, where):
        refused = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", *where, status=1)
        typed(work, found(r"go on with it: (flowferry resume .*?); or take it back", refused.err))
        same(normalised(bench.simulator.instance()), reference, "the target after the command of migrate")
    elsewhere(bench, body)


def decided_as_told():
    """The end of a run, and a conflict in a flow with an awkward name."""
    name = "It's \"$HOME\" `id` 予約"
    world = small_world()
    world.sides[0][4].append(dict(name=name, content=flow("v2")))
    world.sides[1][4].append(dict(name=name, content=flow("v1")))
    with Bench(world) as bench, bench.work() as work:
        work.run("plan", "--from", "dev", "--to", "prod", "-o", "my plan's.json", status=2)
        theirs = bench.simulator.row(name)
        bench.simulator.call("UpdateContactFlowContent", ContactFlowId=theirs["id"],
                             Content=theirs["content"].replace("v1", "theirs"))
        out = work.run("apply", "my plan's.json", "--yes", "--journal", JOURNAL, status=1).out
        go_on = found(r"Go on with: (flowferry resume .*)", out)
        check(found(r"decide: (flowferry resume .*? --leave .*?), or flowferry resume", typed(work, go_on, 1).stdout), out)
        typed(work, found(r"or (flowferry resume \S+ --overwrite .*)", out))
        check("v2" in bench.simulator.row(name)["content"], "it was not overwritten")


def no_runs_yet(bench):
    with bench.fresh() as work:
        check("no runs yet" in work.run("runs").out, "nothing is said")
        check(work.json("runs") == {"runs": []}, "the list is not empty")
        check(not work.journal.exists(), "a journal was made")
        refused = work.run("runs", "--journal", "elsewhere.db", status=1)
        check("elsewhere.db" in refused.err and "no journal" in refused.err, refused.err)
        work.run("runs", "show", "some", status=1)
        missing = work.run("resume", "--yes", status=1)
        check("no journal" in missing.err, missing.err)


def main():
    options = parser(__doc__).parse_args()
    cases = Cases("printed commands", options)
    with Bench() as bench:
        reference, _ = bench.migrated()
        cases.run("resume, of the list of runs", resumed_as_listed, bench, reference)
        cases.run("undo, of one run", undone_as_shown, bench)
        cases.run("resume, of a migration that is refused", resumed_as_offered, bench, reference)
        cases.run("runs where there are none", no_runs_yet, bench)
    cases.run("a decision about an awkward name", decided_as_told)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
