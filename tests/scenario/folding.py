#!/usr/bin/env python3
"""Bundles on file systems that fold case and normalise names: pulled, committed, pulled again, renamed, read."""

import os
import pathlib
import subprocess
import time
import unicodedata

from lib import harness, simulated, worlds
from lib.worlds import Document

PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's modules.
NAMES = ["Sales", "SALES", "straße", "STRASSE", unicodedata.normalize("NFC", "がく"), unicodedata.normalize("NFD", "がく"), "予約受付",
         "プレミアム", "CON", "a/b", "Ǆ", "ǆ", "ﬁn", "fin", "İ", "i\u0307"]


def can_mount():
    if not os.access("/dev/fuse", os.R_OK | os.W_OK) or not os.path.exists(PYTHON):
        return False
    return subprocess.run([PYTHON, "-c", "import fusepy"], capture_output=True).returncode == 0


if not can_mount():
    harness.skip("there is no /dev/fuse, or no python3-fusepy (scripts/setup tests installs it)")


class Folding(harness.ScenarioTest):
    options = []

    def setUp(self):
        super().setUp()
        world = worlds.World(self)
        dev = world.instance("dev")
        for name in NAMES:
            dev.resource("queue", name)
            dev.flow(name, Document().queue(name).text())
            dev.module(name, worlds.module(name))
        self.credentials({"dev": worlds.keys_of(worlds.DEV)})
        self.configure({"dev": {"profile": "dev", "region": worlds.REGION, "instance": "dev"}})
        self.simulator = simulated.start(self, world.save())
        self.mount()

    def mount(self):
        self.disk, behind = self.folder / "disk", self.folder / "behind"
        for folder in (self.disk, behind):
            folder.mkdir()
        self.daemon = subprocess.Popen([PYTHON, str(pathlib.Path(__file__).parent / "lib" / "folding_fs.py"), behind, self.disk, *self.options],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(self.unmount)
        end = time.monotonic() + 20 * harness.SLOW
        while not os.path.ismount(self.disk):
            if self.daemon.poll() is not None:
                self.skipTest(f"cannot mount here: {self.daemon.stderr.read().decode()[-300:]}")
            self.assertLess(time.monotonic(), end, "the file system does not come up")
            time.sleep(0.05)
        (self.disk / "Test").touch()
        self.assertTrue((self.disk / "tEST").exists(), "it folds")

    def unmount(self):
        for command in (["fusermount", "-u"], ["umount"]):
            try:
                subprocess.run([*command, self.disk], capture_output=True)
            except FileNotFoundError:
                pass
        try:
            self.daemon.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
        self.daemon.stderr.close()

    def pull(self):
        return self.expect(0, self.run_program("pull", "dev", "disk/connect", "--json")).json()

    def git(self, *arguments):
        done = subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], cwd=self.disk, check=True,
                              capture_output=True, env=self.environment(GIT_CONFIG_GLOBAL=os.devnull))
        return done.stdout.decode()

    def files(self):
        return {str(path.relative_to(self.disk)): path.read_bytes() for path in (self.disk / "connect").rglob("*") if path.is_file()}

    def agrees(self):
        self.expect(0, self.run_program("verify", "--from", "disk/connect", "--to", "dev"))
        again = self.pull()
        self.assertEqual([[]] * 5, [again[word] for word in ("added", "updated", "renamed", "removed", "left")])

    def test_every_flow_has_its_file_and_git_sees_no_change(self):
        self.assertEqual(2 * len(NAMES), len([entry for entry in self.pull()["added"] if "name" in entry]))
        self.assertEqual(4 * len(NAMES), len([path for path in self.files() if "inventory" not in path and "bundle" not in path]))
        # As git sets a repository up there; what is listed as unchanged is so whatever it was called.
        self.git("init", "-q")
        self.git("config", "core.ignorecase", "true")
        self.git("config", "core.precomposeunicode", "true")
        self.git("add", "connect")
        self.git("commit", "-qm", "pulled")
        self.agrees()
        self.assertEqual("", self.git("status", "--porcelain", "connect"))

    def test_a_name_that_changes_its_case_only(self):
        self.pull()
        instance = simulated.instance_of(self.simulator.dump(), "dev")
        flow = next(row for row in instance["flows"] if row["name"] == "予約受付")
        call = lambda name: self.simulator.admin("call", {"operation": "UpdateContactFlowName", "input": {
            "InstanceId": instance["id"], "ContactFlowId": flow["id"], "Name": name}})
        for before, after in (("予約受付", "Menu"), ("Menu", "MENU"), ("MENU", "がく2"), ("がく2", unicodedata.normalize("NFD", "がく2"))):
            with self.subTest(after):
                call(after)
                pulled = self.pull()
                self.assertEqual([(after, before)], [(entry["name"], entry["former_name"]) for entry in pulled["renamed"]])
                self.assertEqual([], pulled["left"])
                self.agrees()
                self.assertEqual(4 * len(NAMES), len([path for path in self.files() if "inventory" not in path and "bundle" not in path]))
                if after == "MENU":
                    self.assertIn("connect/flows/MENU.flow.json", self.files())
                    self.assertIn("connect/flows/MENU.meta.json", self.files())
                    # Spelled by somebody's editor.
                    (self.disk / "connect/flows/MENU.meta.json").rename(self.disk / "connect/flows/menu.meta.json")
                    self.agrees()

    def test_what_is_gone_is_pruned_and_nothing_else(self):
        self.pull()
        instance = simulated.instance_of(self.simulator.dump(), "dev")
        for row in instance["flows"]:
            if row["name"] in ("SALES", "straße"):
                self.simulator.admin("call", {"operation": "DeleteContactFlow", "input": {"InstanceId": instance["id"], "ContactFlowId": row["id"]}})
        pulled = self.expect(0, self.run_program("pull", "dev", "disk/connect", "--prune", "--json")).json()
        self.assertEqual(["SALES", "straße"], [entry["name"] for entry in pulled["removed"]])
        self.agrees()


class Decomposing(Folding):
    """As HFS+ has it: names are stored in their decomposed form."""

    options = ["nfd"]


if __name__ == "__main__":
    harness.main()
