"""Runs a command on a terminal of its own, types, and reads what it shows."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
import unicodedata

from .harness import SLOW


class Terminal:
    """A running command (of flowferry unless another program is named) whose standard streams are a terminal (standard
    output only if `out` is)."""

    def __init__(self, test, arguments, columns=100, out=True, program=None, **variables):
        from . import harness

        self.test, self.command = test, [program or "flowferry", *map(str, arguments)]
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        environment = test.environment(**{"TERM": "xterm-256color", **variables})

        def own_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen([program or harness.PROGRAM, *map(str, arguments)], cwd=test.folder, env=environment, stdin=slave,
                                        stdout=slave if out else subprocess.PIPE, stderr=slave, preexec_fn=own_terminal)
        os.close(slave)
        self.shown = ""
        test.addCleanup(self._close)

    def _close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        os.close(self.master)

    def _read(self, seconds):
        """False at the end of what is shown."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return True
        try:
            more = os.read(self.master, 65536)
        except OSError:
            return False
        self.shown += more.decode(errors="replace")
        return bool(more)

    def wait_for(self, pattern, seconds=60):
        """Waits until the pattern is shown, and returns its match."""
        end = time.monotonic() + seconds * SLOW
        while not (found := re.search(pattern, self.shown)):
            if time.monotonic() > end or not self._read(0.2) and not re.search(pattern, self.shown):
                self.test.fail(f"{pattern!r} was not shown\n{self}")
        return found

    def type(self, text):
        os.write(self.master, text.encode())

    def finish(self, status, seconds=60):
        """Waits for the end, which must have this status."""
        end = time.monotonic() + seconds * SLOW
        while time.monotonic() < end and self._read(0.2):
            if self.process.poll() is not None:
                while self._read(0.1) and select.select([self.master], [], [], 0)[0]:
                    pass
                break
        try:
            got = self.process.wait(timeout=max(1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.test.fail(f"it does not end\n{self}")
        self.test.assertEqual(status, got, str(self))
        return self

    def lines(self):
        """What stands on the screen in the end, scrolled lines included (no more than a line at a time is rewritten)."""
        out = []
        for line in self.shown.replace("\r\n", "\n").split("\n"):
            line = re.split("\r(?:\x1b\\[2K)?", line)[-1]
            out.append(re.sub("\x1b\\[[0-9;]*m", "", line))
        return out

    def __str__(self):
        return f"$ {' '.join(self.command)}\n{self.shown[-6000:]!r}"


def width(text):
    """Columns that a text takes on a terminal."""
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)
