#!/usr/bin/env python3
"""A share of all calls goes wrong in every way the simulator knows: the run ends right, or it ends with every
failure named, and once the faults are over resume brings the target to where it belongs."""

import sys

from harness import Bench, Cases, check, normalised, parser, same

KINDS = ("error_500", "error_503", "throttled", "reset_before", "reset_after", "cut_body", "slow")


def storm(bench, reference, share, seed, only_writes):
    with bench.fresh() as work:
        bench.simulator.faults(seed=seed, slow_ms=150, writes_only=only_writes,
                               **{kind: share / len(KINDS) for kind in KINDS})
        first = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=(0, 1))
        ended = [first.returncode]
        planned = (work.journal).exists()
        if first.returncode == 1:
            check("Error" in first.err or "Failed" in first.out or "differs" in first.out or "Error" in first.out,
                  "no failure is named:", first.out, first.err)
            # Once more in the storm, as somebody would.
            if planned:
                ended.append(work.run("resume", "--yes", status=(0, 1)).returncode)
        bench.simulator.faults()
        if not planned:
            work.migrate()
        elif 0 not in ended:
            work.resume()
            ended.append(0)
        print(f"  statuses {ended}, faults {bench.simulator.log()['faults']}")
        same(normalised(bench.simulator.instance()), reference, "the target")
        check(work.plan_is_empty(), "the plan is not empty")
        check(work.runs()[0]["state"] == "done", work.runs())


def one_kind(bench, reference, kind, operation):
    """Every call of one operation goes wrong; afterwards resume."""
    with bench.fresh() as work:
        bench.simulator.faults(operation=operation, slow_ms=50, **{kind: 1})
        first = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=(0, 1))
        check(first.returncode == (0 if kind in ("slow",) else 1) or kind in ("reset_after", "cut_body"),
              f"status {first.returncode} although every {operation} fails", first.out)
        bench.simulator.faults()
        if first.returncode == 1:
            check("resume" in first.out + first.err, "nobody is told how to go on", first.out, first.err)
            work.resume()
        same(normalised(bench.simulator.instance()), reference, "the target")


def main():
    options = parser(__doc__).parse_args()
    cases = Cases("faults", options)
    with Bench() as bench:
        reference, _ = bench.migrated()
        seeds = range(1, 21) if options.all else [options.seed]
        for seed in seeds:
            for share in (0.01, 0.1, 0.3):
                cases.run(f"{share:.0%} of all calls fail, seed {seed}", storm, bench, reference, share, seed, False)
            cases.run(f"half of all writes fail, seed {seed}", storm, bench, reference, 0.5, seed, True)
        pairs = [(kind, operation) for operation in ("CreateContactFlow", "CreateContactFlowModule",
                                                     "UpdateContactFlowContent", "TagResource")
                 for kind in KINDS]
        for kind, operation in pairs if options.all else [("reset_after", "CreateContactFlow"),
                                                          ("cut_body", "UpdateContactFlowContent")]:
            cases.run(f"every {operation}: {kind}", one_kind, bench, reference, kind, operation)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
