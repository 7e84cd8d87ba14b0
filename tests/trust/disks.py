#!/usr/bin/env python3
"""The journal's disk is full, read-only or not there: nothing is written to the target without a journal, the
message says what to do, and with space again the run goes on."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import Bench, Cases, Failed, check, most_writes, normalised, parser, same


def nothing_written(bench, result, *words):
    check(bench.simulator.writes() == 0, f"{bench.simulator.writes()} writes without a journal")
    for word in words:
        check(word in result.err, f"\"{word}\" is not said:", result.err)


def unwritable(bench, journal, *words):
    with bench.fresh() as work:
        result = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", "--journal", journal, status=1)
        nothing_written(bench, result, "without a journal", *words)


def below_a_file(bench):
    with tempfile.NamedTemporaryFile() as file:
        unwritable(bench, f"{file.name}/journal.db", "--journal")


def a_folder(bench):
    with tempfile.TemporaryDirectory() as folder:
        unwritable(bench, folder, "journal")


def proc(bench):
    unwritable(bench, "/proc/flowferry/journal.db", "--journal")


def not_a_journal(bench):
    with bench.fresh() as work, tempfile.TemporaryDirectory() as folder:
        for name, data in (("text", b"not a database\n" * 400), ("short", b"x"), ("zeros", bytes(8192))):
            path = Path(folder) / name
            path.write_bytes(data)
            result = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", "--journal", path, status=1)
            check(bench.simulator.writes() == 0 and "journal" in result.err, name, result.err)
            check(path.read_bytes() == data, "somebody else's file was changed")


def other_schema(bench):
    import sqlite3
    with bench.fresh() as work:
        work.migrate()
        database = sqlite3.connect(work.journal)
        database.execute("UPDATE meta SET value='99' WHERE key='schema_version'")
        database.commit()
        database.close()
        before = work.journal.read_bytes()
        for command in (["runs"], ["resume", "--yes"], ["undo", "--yes"],
                        ["migrate", "--from", "dev", "--to", "prod", "--yes", "--new-run"]):
            result = work.run(*command, status=(0, 1) if command[0] == "migrate" else 1)
            if result.returncode:
                check("99" in result.err and "versions up to" in result.err, result.err)
        check(work.journal.read_bytes() == before, "an unknown journal was changed")


def read_only_mount(bench, mount):
    subprocess.run(["mount", "-o", "remount,rw", mount], check=True)
    subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
    try:
        unwritable(bench, f"{mount}/ro/journal.db", "--journal")
    finally:
        subprocess.run(["mount", "-o", "remount,rw", mount], check=True)


def full_mount(bench, reference, mount, free):
    """So many kilobytes are left on the file system."""
    journal = Path(mount) / f"full-{free}" / "journal.db"
    ballast = Path(mount) / "ballast"
    with bench.fresh() as work:
        try:
            stat = os.statvfs(mount)
            room = stat.f_bavail * stat.f_frsize - free * 1024
            with open(ballast, "wb") as file:
                file.write(bytes(max(0, room)))
            result = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", "--journal", journal, status=(0, 1))
        finally:
            ballast.unlink(missing_ok=True)
        try:
            finish(bench, work, result, reference, journal, free)
        finally:
            shutil.rmtree(journal.parent, ignore_errors=True)


def full_by_limit(bench, reference, kilobytes):
    """Files may not become larger than this: writes fail in the middle, as on a full disk."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))
    with bench.fresh() as work:
        result = work.run("migrate", "--from", "dev", "--to", "prod", "--yes", status=(0, 1), preexec_fn=limit)
        finish(bench, work, result, reference, work.journal, kilobytes)


def finish(bench, work, result, reference, journal, size):
    writes = bench.simulator.writes()
    if result.returncode == 1:
        check("journal" in result.err + result.out, result.err)
        check("space" in result.err + result.out or "without a journal" in result.err + result.out, result.err,
              result.out)
        # Every write that was made has its intent in the journal.
        if writes:
            run = work.json("runs", "--journal", journal)["runs"][0]["run"]
            operations = work.json("runs", "show", run, "--journal", journal)["operations"]
            sent = [o for o in operations if o["state"] in ("done", "unknown")]
            check(most_writes(sent) >= writes, f"{writes} writes, {len(sent)} intents", operations)
            work.run("resume", "--yes", "--journal", journal)
        else:
            work.run("migrate", "--from", "dev", "--to", "prod", "--yes", "--journal", journal, "--new-run")
    print(f"  {size} KB: status {result.returncode} after {writes} writes")
    same(normalised(bench.simulator.instance()), reference, "the target with space again")


def mounted():
    """A small file system of our own, or None."""
    folder = tempfile.mkdtemp(prefix="flowferry-disk-")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "flowferry-test", folder], capture_output=True)
    if done.returncode != 0:
        os.rmdir(folder)
        return None
    return folder


def main():
    options = parser(__doc__).parse_args()
    cases = Cases("disks", options)
    with Bench() as bench:
        reference, _ = bench.migrated()
        cases.run("the journal's folder would be below a file", below_a_file, bench)
        cases.run("the journal is a folder", a_folder, bench)
        cases.run("the journal's folder cannot be made", proc, bench)
        cases.run("the journal is somebody else's file", not_a_journal, bench)
        cases.run("the journal has an unknown schema", other_schema, bench)
        for size in range(40, 400, 4) if options.all else (4, 60, 110, 160, 220):
            cases.run(f"files of at most {size} KB", full_by_limit, bench, reference, size)
        mount = mounted()
        if mount is None:
            print("no full and no read-only file system: mounting is not allowed here")
        else:
            try:
                for free in range(0, 400, 8) if options.all else (8, 120, 200):
                    cases.run(f"a disk with {free} KB left", full_mount, bench, reference, mount, free)
                cases.run("a read-only file system", read_only_mount, bench, mount)
            finally:
                subprocess.run(["umount", "-l", mount], check=False)
                shutil.rmtree(mount, ignore_errors=True)
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
