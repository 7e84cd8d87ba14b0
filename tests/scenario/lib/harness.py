"""Runs the built program for a test, with a clean environment, in a folder of the test's own."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ.get("FLOWFERRY_SOURCE_DIR") or pathlib.Path(__file__).resolve().parents[3])
PROGRAM = os.environ.get("FLOWFERRY_PROGRAM") or str(SOURCE / "build" / "release" / "flowferry")
EXAMPLES = SOURCE / "examples"
CORPUS = SOURCE / ".." / "shared" / "corpus"
SKIPPED = 77

SLOW = float(os.environ.get("FLOWFERRY_TEST_SLOW", "1"))  # How much longer everything may take: sanitizers are slow.
# What a crash looks like, in any build.
CRASHES = ("This is a bug", "AddressSanitizer", "ThreadSanitizer", "runtime error:", "terminate called", "Traceback")


class Outcome:
    """What one command did."""

    def __init__(self, command, status, out, err, seconds):
        self.command, self.status, self.out, self.err, self.seconds = command, status, out, err, seconds

    def json(self):
        """The document on standard output. Raises ValueError where that is not one document."""
        return json.loads(self.out)

    def __str__(self):
        def cut(text):
            return text if len(text) < 6000 else text[:3000] + "\n[...]\n" + text[-3000:]

        return f"$ {' '.join(self.command)}\nstatus {self.status}\n--- stdout\n{cut(self.out)}\n--- stderr\n{cut(self.err)}"


class ScenarioTest(unittest.TestCase):
    """A test with a folder (`self.folder`), which is kept when the test fails."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flowferry-scenario-"))
        self.variables = {}

    # Files

    def write(self, name, content):
        """Writes a file in the test's folder: text, bytes, or anything else as JSON (which is YAML, too)."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
            path.write_bytes(text.encode())
        return path

    def configure(self, environments, **more):
        """Writes flowferry.yaml, without pacing unless `pace` is given."""
        return self.write("flowferry.yaml", {"environments": environments, "pace": {"rate": 0}, **more})

    def credentials(self, profiles):
        """Writes the shared credentials file: profile -> (key id, secret[, session token])."""
        text = ""
        for name, keys in profiles.items():
            text += f"[{name}]\naws_access_key_id = {keys[0]}\naws_secret_access_key = {keys[1]}\n"
            if len(keys) > 2:
                text += f"aws_session_token = {keys[2]}\n"
        path = self.write("aws/credentials", text)
        self.variables["AWS_SHARED_CREDENTIALS_FILE"] = str(path)
        return path

    # Commands

    def environment(self, **more):
        """Nothing of this machine's but the way to programs; a value of None removes a variable."""
        base = {"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder), "LANG": "C.UTF-8",
                "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "AWS_EC2_METADATA_DISABLED": "true"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                base[name] = os.environ[name]
        base.update(self.variables)
        base.update(more)
        return {name: value for name, value in base.items() if value is not None}

    def run_program(self, *arguments, timeout=120, stdin="", **variables):
        """Runs flowferry in the test's folder. Fails the test if it crashes or takes too long."""
        command = [PROGRAM, *map(str, arguments)]
        started = time.monotonic()
        try:
            done = subprocess.run(command, cwd=self.folder, env=self.environment(**variables), timeout=timeout * SLOW,
                                  input=stdin.encode(), capture_output=True)
        except subprocess.TimeoutExpired as e:
            self.fail(f"{' '.join(command)} took more than {timeout * SLOW:g} s\n{(e.stdout or b'').decode(errors='replace')}\n"
                      f"{(e.stderr or b'').decode(errors='replace')}")
        outcome = Outcome(["flowferry", *command[1:]], done.returncode, done.stdout.decode(errors="backslashreplace"),
                          done.stderr.decode(errors="backslashreplace"), time.monotonic() - started)
        self.check_no_crash(outcome)
        self.check_schema(outcome)
        return outcome

    def check_schema(self, outcome):
        """Whatever is printed as JSON keeps to the schema that users get for it."""
        if "--json" in outcome.command and outcome.out and not outcome.out.startswith("{\n"):
            self.fail(f"something else than one document on standard output\n{outcome}")
        if outcome.out.startswith("{\n") and outcome.out.endswith("}\n"):
            from . import schemas  # Which needs this module.
            name, complaints = schemas.complaints(outcome.out)
            if complaints:
                self.fail(f"not as the schema of {name} says: {complaints[:5]}\n{outcome}")

    def check_no_crash(self, outcome):
        if outcome.status < 0 or outcome.status > 2 or any(word in outcome.err for word in CRASHES):
            self.fail(f"the program crashed\n{outcome}")

    def expect(self, status, outcome):
        """The outcome, whose exit status must be `status`."""
        self.assertEqual(status, outcome.status, str(outcome))
        return outcome


class StagedTest(unittest.TestCase):
    """Tests that look at one thing done once: by `Stage`, a ScenarioTest whose setUp() does it."""

    Stage = None
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.stage = cls.Stage()
        cls.addClassCleanup(cls._end)
        cls.stage.setUp()

    @classmethod
    def _end(cls):
        cls.stage.doCleanups()
        if cls.failed:
            print(f"kept: {cls.stage.folder}")
        else:
            shutil.rmtree(cls.stage.folder, ignore_errors=True)


class _Result(unittest.TextTestResult):
    """Keeps the folders of failed tests, and says where."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.bad = set()

    def _note(self, test):
        self.bad.add(test.id())
        if isinstance(test, StagedTest):
            type(test).failed = True

    def addError(self, test, err):
        self._note(test)
        super().addError(test, err)

    def addFailure(self, test, err):
        self._note(test)
        super().addFailure(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._note(test)
        super().addSubTest(test, subtest, err)

    def stopTest(self, test):
        super().stopTest(test)
        folder = getattr(test, "folder", None)
        if folder is None:
            return
        if test.id() in self.bad:
            self.stream.writeln(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def main():
    """Runs the tests of the script. Arguments: names of tests, as unittest takes them, and -v, -f, -k."""
    if not os.access(PROGRAM, os.X_OK):
        print(f"there is no program at {PROGRAM}: build it, or set FLOWFERRY_PROGRAM", file=sys.stderr)
        sys.exit(1)
    done = unittest.main(exit=False, verbosity=2,
                         testRunner=unittest.TextTestRunner(verbosity=2, resultclass=_Result, stream=sys.stdout))
    sys.exit(0 if done.result.wasSuccessful() else 1)
