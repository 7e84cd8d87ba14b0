#!/usr/bin/env python3
"""The journal is cut off or has flipped bits at many places: the program refuses it and says so, or goes on
correctly. It never writes anything wrong to the target, never reads anything wrong without a word, and never
crashes."""

import json
import random
import shutil
import sys

from harness import (Bench, Cases, check, differences, kill, normalised, parser, same, wait_until)


# --- damage


def cut(data, place):
    return data[:place]


def flip(data, place):
    return data[:place] + bytes([data[place] ^ (1 << (place % 8))]) + data[place + 1:]


def zero(data, place):
    return data[:place] + bytes(min(512, len(data) - place)) + data[place + 512:]


DAMAGE = {"cut": cut, "flip": flip, "zero": zero}


def damage(folder, file, how, share):
    """Damages one file of the journal at a share of its length. Returns the place, or None: nothing to damage."""
    path = folder / file
    if not path.exists():
        return None
    data = path.read_bytes()
    if not data:
        return None
    used = len(data.rstrip(b"\0")) or len(data)  # The log's end is room for more.
    place = min(int(share * used), len(data) - 1)
    path.write_bytes(DAMAGE[how](data, place))
    return place


# --- what a target may look like after an attempt that went wrong


def parts_of(row):
    return {"content": row.get("content", row.get("draft")), "description": row["description"], "tags": row["tags"],
            "state": row["state"], "settings": row.get("settings", "")}


def check_nothing_wrong(now, before, after):
    """Every flow and module is as it was, or as it is to be, part by part; a new one may be a stub."""
    for kind in ("flows", "modules"):
        old = {(r["name"], r["type"]): r for r in before[kind]}
        new = {(r["name"], r["type"]): r for r in after[kind]}
        seen = set()
        for row in now[kind]:
            key = (row["name"], row["type"])
            check(key not in seen, f"there are two of {key}")
            seen.add(key)
            check(key in new, f"{key} is not wanted by anybody")
            parts = parts_of(row)
            for name, value in parts.items():
                allowed = [parts_of(new[key])[name]] + ([parts_of(old[key])[name]] if key in old else [])
                if name == "content" and key not in old and stub(value):
                    continue
                if name == "tags":
                    for tag in set(value) | {t for tags in allowed for t in tags}:
                        check(value.get(tag) in [tags.get(tag) for tags in allowed], f"{key}: tag {tag}: {value}")
                    continue
                check(value in allowed, f"{key}: {name} is neither as before nor as wanted: {value}")
        for key in old:
            check(key in seen, f"{key} is gone")


def stub(content):
    return len(json.loads(content)["Actions"]) <= 2


def interrupted(bench, work, k, moment):
    bench.simulator.faults(hold_write=k, hold_moment=moment)
    process = work.start("migrate", "--from", "dev", "--to", "prod", "--yes")
    wait_until(lambda: bench.simulator.log()["held"] > 0 or process.poll() is not None, "a write is held")
    kill(process)
    bench.simulator.faults()


def attempt(bench, before, after, k, file, how, share):
    with bench.fresh() as work:
        interrupted(bench, work, k, "after" if k % 2 else "before")
        place = damage(work.journal.parent, file, how, share)
        if place is None:
            return
        resumed = work.run("resume", "--yes", status=(0, 1))
        now = normalised(bench.simulator.instance())
        if resumed.returncode == 0:
            same(now, after, "resume said it went well")
        else:
            check("Error" in resumed.err or "Failed" in resumed.out, "no explanation", resumed.out, resumed.err)
            check_nothing_wrong(now, before, after)
        # Whatever became of the journal, a new plan heals.
        shutil.rmtree(work.journal.parent)
        work.run("migrate", "--from", "dev", "--to", "prod", "--yes")
        same(normalised(bench.simulator.instance()), after, "the target after a new plan")


def reads_right_or_refuses(bench, places, chance):
    """Of a closed journal: what is shown is what was written, or nothing."""
    with bench.fresh() as work:
        work.migrate()
        run = work.runs()[0]["run"]
        right = work.run("runs", "show", run, "--json").out
        data = work.journal.read_bytes()
        refused = 0
        for _ in range(places):
            how = chance.choice(list(DAMAGE))
            place = chance.randrange(len(data))
            work.journal.write_bytes(DAMAGE[how](data, place))
            for leftover in ("-wal", "-shm"):
                work.journal.with_name("journal.db" + leftover).unlink(missing_ok=True)
            shown = work.run("runs", "show", run, "--json", status=(0, 1))
            if shown.returncode == 0:
                check(shown.out == right, f"{how} at {place}: another run is shown:\n", differences(
                    json.loads(right), json.loads(shown.out)))
            else:
                refused += 1
                check("Error" in shown.err, f"{how} at {place}: no explanation: {shown.err}")
        print(f"  {refused} of {places} refused")


def main():
    options = parser(__doc__).parse_args()
    chance = random.Random(options.seed)
    cases = Cases("cut at every byte", options)
    with Bench() as bench:
        before = normalised(bench.before)
        after, writes = bench.migrated()
        cases.run("a damaged journal is read right or refused", reads_right_or_refuses, bench,
                  2000 if options.all else 60, chance)
        attempts = 400 if options.all else 9
        for _ in range(attempts):
            k = chance.randrange(2, writes + 1)
            file = chance.choice(["journal.db", "journal.db-wal", "journal.db-wal", "journal.db-shm"])
            how = chance.choice(list(DAMAGE))
            share = chance.random()
            cases.run(f"write {k}: {how} {file} at {share:.4f}", attempt, bench, before, after, k, file, how, share)
        for file in ("journal.db", "journal.db-wal"):
            cases.run(f"{file} emptied", attempt, bench, before, after, writes // 2, file, "cut", 0)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
