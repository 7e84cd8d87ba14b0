#!/usr/bin/env python3
"""A pull that is killed leaves no half file, and the next pull makes the bundle what an undisturbed one makes it: from
nothing, and over an older bundle whose flows differ. Killed at the n-th call that changes the folder (strace injects the
signal), so that every file's turn comes.

    kill_while_pulling.py         a sample of n
    kill_while_pulling.py --all   every n
"""

import random
import shutil
import subprocess
import sys

from harness import Bench, Cases, check, parser, program, same, skip, slow

CHANGES = "rename,renameat,renameat2"


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes().decode() for path in sorted(folder.rglob("*")) if path.is_file()}


def pull(work, source, n=None):
    """Pulls into the folder `bundle`; with `n` under strace, which kills it at the n-th renaming."""
    command = [program(), "pull", source, "bundle", "--prune"]
    if n is not None:
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={CHANGES}",
                   "-e", f"inject={CHANGES}:signal=KILL:when={n}", *command]
    return subprocess.run(command, cwd=work.path, env=work.environment, capture_output=True, text=True, timeout=300 * slow())


def whole(work, wanted):
    """An undisturbed pull, as files."""
    done = pull(work, wanted)
    check(done.returncode == 0, done.stderr)
    return contents(work.path / "bundle")


def killed(bench, before, after, source, n):
    with bench.work() as work:
        bundle = work.path / "bundle"
        if before:
            for name, data in before.items():
                (bundle / name).parent.mkdir(parents=True, exist_ok=True)
                (bundle / name).write_bytes(data.encode())
        done = pull(work, source, n)
        for name, data in contents(bundle).items() if bundle.is_dir() else ():
            if name in before or name in after:
                check(data in (before.get(name), after.get(name)), f"half a file: {name}")
        again = pull(work, source)
        check(again.returncode == 0, f"the next pull\n{again.stdout}{again.stderr}")
        same(contents(bundle), after, "the bundle after the next pull")
        return done.returncode != 0


def main():
    if shutil.which("strace") is None:
        skip("strace is not installed")
    options = parser(__doc__).parse_args()
    chance = random.Random(options.seed)
    cases = Cases("kill while pulling", options)
    with Bench() as bench:
        with bench.work() as work:
            old = whole(work, "prod")
            new = whole(work, "dev")
        with bench.work() as work:
            check(whole(work, "dev") == new, "a pull over another differs from one from nothing")
        check(old != new, "both instances have the same bundle")
        turns = range(1, len(new) + 1)
        kills = []
        for n in turns if options.all else sorted(chance.sample(turns, 6)):
            cases.run(f"from nothing, killed at renaming {n}",
                      lambda n: kills.append(killed(bench, {}, new, "dev", n)), n)
            cases.run(f"over an older bundle, killed at renaming {n}",
                      lambda n: kills.append(killed(bench, old, new, "dev", n)), n)
        check(any(kills), "none was killed: does it still rename?")
    return cases.end()


if __name__ == "__main__":
    sys.exit(main())
