#!/usr/bin/env python3
"""Completion in real shells, the manual page by real readers, and what cmake --install puts where."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

from lib import harness, worlds


class Completion(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        self.configure({**worlds.environments(), "with space": {"instance": "x"}, "開発": {"instance": "y"}})
        (self.folder / "folder").mkdir()
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        (self.tools / "flowferry").symlink_to(harness.PROGRAM)

    def offered(self, *words):
        outcome = self.expect(0, self.run_program("__complete", *words))
        self.assertEqual("", outcome.err)
        return [line.split("\t")[0] for line in outcome.out.splitlines()]

    def help(self, *command):
        return self.run_program(*command, "--help").out

    def test_every_command_and_option_of_the_help_is_offered(self):
        commands = re.findall(r"^  ([a-z]+) {2,}", self.help().split("Subcommands:")[1].split("Examples:")[0], re.M)
        self.assertGreater(len(commands), 8)
        self.assertEqual(commands, self.offered(""))
        for command in commands:
            options = set(re.findall(r"(?<!\S)(?:-\w,)?(--[a-z-]+)", self.help(command).split("Examples:")[0]))
            self.assertLessEqual(options, set(self.offered(command, "--")), command)

    def test_words_without_an_option_are_shown_like_values_of_options(self):
        for command, words in ((["diff"], "LEFT RIGHT"), (["pull"], "ENV DIR"), (["refs"], "[ENV] NAME"), (["lint"], "[ENV]"), (["undo"], "[RUN]"),
                               (["runs", "show"], "RUN"), (["apply"], "PLAN"), (["completion"], "SHELL")):
            text = self.help(*command)
            self.assertIn(f"Usage: flowferry {' '.join(command)} [OPTIONS] {words}\n", text)
            self.assertNotIn("REQUIRED", text.split("Positionals:")[1].split("Options:")[0])

    def test_environments_come_from_the_configuration(self):
        for words in (["plan", "--from", ""], ["plan", "--from", "a", "--to", ""], ["graph", ""], ["refs", ""], ["plan", "--from", "=", ""]):
            self.assertEqual(["dev", "prod", "with space", "開発"], [word for word in self.offered(*words) if word[0] != ":"], words)
        self.assertEqual(["--to=prod"], self.offered("plan", "--to=p"))
        self.assertEqual([], [word for word in self.offered("refs", "dev", "") if word[0] != ":"])
        self.write("other.yaml", {"environments": {"elsewhere": {"instance": "z"}}})
        self.assertEqual(["elsewhere"], self.offered("graph", "--config", "other.yaml", ""))
        self.assertEqual(["elsewhere"], self.offered("graph", "--config=other.yaml", "e"))
        self.write("flowferry.yaml", "environments: [")
        self.assertEqual([], self.offered("graph", ""))

    def test_values_of_options(self):
        self.assertEqual(["text", "json", "dot", "mermaid", "svg"], self.offered("graph", "dev", "--format", ""))
        self.assertEqual(["mermaid"], self.offered("graph", "--format", "m"))
        self.assertEqual(["keep", "follow"], self.offered("migrate", "--module-versions", ""))
        self.assertIn("hours-of-operation", self.offered("refs", "--kind", "h"))
        self.assertEqual([":files"], self.offered("apply", ""))
        self.assertEqual(["show"], self.offered("runs", "s"))
        self.assertEqual(["bash", "zsh", "fish"], self.offered("completion", ""))

    def shell(self, *command, **variables):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                              env=self.environment(PATH=f"{self.tools}:{os.environ['PATH']}", TERM="dumb", **variables))
        return done.stdout.decode(), done.stderr.decode()

    def test_in_bash(self):
        script = r'''
source <(flowferry completion bash)
offer() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
  compopt() { echo "compopt $*"; }
  _flowferry flowferry "${!#}" ""
  printf '%s|' "${COMPREPLY[@]}"; echo
}
offer flowferry pl
offer flowferry plan --from d
offer flowferry plan --from = p
offer flowferry graph w
offer flowferry graph dev --format s
offer flowferry apply ''
complete -p flowferry
'''
        out, err = self.shell("bash", "--norc", "-c", script)
        self.assertEqual(("plan|\ndev|\nprod|\nwith\\ space|\nsvg|\ncompopt -o default\n|\ncomplete -F _flowferry flowferry\n", ""), (out, err))

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed (scripts/setup tests)")
    def test_in_fish(self):
        (self.folder / "f.fish").write_text(self.run_program("completion", "fish").out)
        ask = "source f.fish; complete -C 'flowferry graph dev --format s'; complete -C 'flowferry plan --from p'"
        out, _ = self.shell("fish", "--no-config", "-c", ask, XDG_CONFIG_HOME=str(self.folder))
        self.assertEqual(["svg", "prod\tacme-prod"], out.splitlines())

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed (scripts/setup tests)")
    def test_in_zsh(self):
        (self.tools / "_flowferry").write_text(self.run_program("completion", "zsh").out)
        # zsh shows matches on a terminal only: _describe is asked for what it would show.
        script = r'''
fpath=(tools $fpath); autoload -U compinit; compinit -u -D
print -r -- "$_comps[flowferry]"
_describe() { print -rl -- "${(@P)4}"; }
_files() { print files; }
autoload -U +X _flowferry
words=(flowferry graph d); CURRENT=3; _flowferry
words=(flowferry graph dev --format s); CURRENT=5; _flowferry
words=(flowferry apply ''); CURRENT=3; _flowferry
'''
        out, err = self.shell("zsh", "-f", "-c", script)
        self.assertEqual(["_flowferry", "dev:acme-dev", "svg:", "files"], out.splitlines(), err)


class Manual(harness.ScenarioTest):
    def page(self):
        path = self.folder / "flowferry.1"
        path.write_text(self.expect(0, self.run_program("__manual")).out)
        return path

    def test_has_every_command_and_option(self):
        text = self.page().read_text().replace("\\-", "-")
        commands = re.findall(r"^  ([a-z]+) {2,}", self.run_program("--help").out.split("Subcommands:")[1].split("Examples:")[0], re.M)
        for command in commands:
            self.assertIn(f".SS {command}\n", text)
            section = text.split(f".SS {command}\n")[1].split("\n.SS ")[0]
            for option in re.findall(r"--[a-z-]+", self.run_program(command, "--help").out.split("Options:")[1].split("Examples:")[0]):
                if option != "--help-all":
                    self.assertIn(option, section, command)

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed (scripts/setup tests)")
    def test_groff_formats_it_without_a_warning(self):
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-K", "utf8", self.page()], capture_output=True, timeout=60)
        self.assertEqual((0, b""), (done.returncode, done.stderr))
        text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout.decode())
        for words in ("SYNOPSIS", "flowferry graph dev --root 'Main line' --depth 2", "--resources", "EXIT STATUS"):
            self.assertIn(words.lower(), text.lower())


class Installed(harness.ScenarioTest):
    def test_program_manual_completions_and_documents(self):
        build = pathlib.Path(harness.PROGRAM).parent
        if not (build / "cmake_install.cmake").exists() or not (build / "share" / "flowferry.1").exists():
            self.skipTest("the program does not stand in its build folder")
        subprocess.run(["cmake", "--install", build, "--prefix", self.folder / "usr"], check=True, capture_output=True)
        for path in ("bin/flowferry", "share/man/man1/flowferry.1", "share/bash-completion/completions/flowferry",
                     "share/zsh/vendor-completions/_flowferry", "share/fish/vendor_completions.d/flowferry.fish",
                     "share/doc/flowferry/README.md", "share/doc/flowferry/docs/formats.md", "share/doc/flowferry/examples/README.md"):
            self.assertTrue((self.folder / "usr" / path).stat().st_size > 0, path)
        done = subprocess.run([self.folder / "usr/bin/flowferry", "__manual"], capture_output=True, check=True)
        self.assertEqual(done.stdout, (self.folder / "usr/share/man/man1/flowferry.1").read_bytes())


if __name__ == "__main__":
    harness.main()
