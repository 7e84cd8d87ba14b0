#!/usr/bin/env python3
"""The commands of the documents, taken from them and typed as they stand, in a fresh folder: README.md, docs/*.md, the
READMEs of the examples. Outputs that the documents show are compared with what the program prints."""

import pathlib
import re
import shutil
import socket
import subprocess

from lib import harness, simulated, terminal, worlds
from lib.worlds import Document

MINIMAL = harness.EXAMPLES / "minimal"
DOCUMENTS = sorted([harness.SOURCE / "README.md", *(harness.SOURCE / "docs").glob("*.md"), *harness.EXAMPLES.rglob("README.md")])
# What is built and tested elsewhere: the set-up, the whole suite.
ELSEWHERE = ("scripts/demo", "scripts/test")
# Words that the documents write for what the reader has.
GIVEN = {"ENV|DIR": "dev", "ENV": "dev", "DIR": "out", "A B": "dev prod", "NAME": "'Main line'", "FILE": "examples/minimal/world.yaml"}


def blocks(path):
    """Shell blocks of a document: (line, text)."""
    text = path.read_text()
    return [(text[:found.start()].count("\n") + 1, found[1]) for found in re.finditer(r"^```sh\n(.*?)^```", text, re.M | re.S)]


def block_of(path, part):
    """The one shell block with this text in it."""
    (found,) = [text for _, text in blocks(path) if part in text]
    return found


def commands(text):
    """Lines of a shell block without their remarks."""
    return [line for line in (re.sub(r"\s+#.*", "", line) for line in text.splitlines()) if line]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Documents(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "flowferry").symlink_to(harness.PROGRAM)
        (self.folder / "examples").symlink_to(harness.EXAMPLES)
        self.variables["PATH"] = f"{tools}:/usr/bin:/bin"
        self.variables["GIT_CONFIG_GLOBAL"] = str(self.write("gitconfig", "[user]\n name = t\n email = t@example.com\n"))

    def shell(self, script, *statuses, folder="."):
        """Types a script, which ends with one of these statuses; without any, with 0."""
        done = subprocess.run(["bash", "-c", script], cwd=self.folder / folder, env=self.environment(), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120 * harness.SLOW)
        self.assertIn(done.returncode, statuses or (0,), f"$ {script}\n{done.stdout}\n{done.stderr}")
        self.assertFalse([word for word in harness.CRASHES if word in done.stderr], done.stderr)
        return done.stdout

    def on_a_terminal(self, script, answers=1):
        """Types a script on a terminal, and agrees to what is asked."""
        shown = terminal.Terminal(self, ["-c", script], columns=160, program="bash")
        for number in range(answers):
            shown.wait_for(rf'(?s)(Only "yes" goes on: .*){{{number + 1}}}')
            shown.type("yes\n")
        return shown.finish(0)

    def start(self, folder=MINIMAL):
        self.simulator = simulated.start(self, folder / "world.yaml")
        self.variables["AWS_SHARED_CREDENTIALS_FILE"] = str(folder / "aws" / "credentials")
        shutil.copy(folder / "flowferry.yaml", self.folder)


class Blocks(Documents):
    """Each shell block of each document; a new one has to be given its test here."""

    def test_every_block_is_known(self):
        known = [ELSEWHERE[0], "git add -A ./connect", "git push", "--rule secret", "minimal/world.yaml", "sakura-travel/world.yaml"]
        for path in DOCUMENTS:
            for line, text in blocks(path):
                self.assertTrue(any(part in text for part in known), f"{path}:{line} is run by no test")
        for script in ELSEWHERE:
            self.assertTrue((harness.SOURCE / script).exists())

    def example(self, name):
        script = block_of(harness.EXAMPLES / name / "README.md", f"{name}/world.yaml")
        self.assertIn("--port 4590", script)
        script = script.replace("4590", str(free_port()))
        # Whoever types this reads what the simulator prints first.
        script = re.sub(r" &$", " > said & until grep -q ^ready said; do sleep 0.1; done", script, flags=re.M)
        return self.on_a_terminal("trap 'kill %1' EXIT\n" + script)

    def test_the_minimal_example(self):
        shown = "\n".join(self.example("minimal").lines())
        self.assertIn("3 to create (1 as a stub first), 1 to update", shown)
        self.assertIn("the target agrees with the plan", shown)

    def test_the_example_company(self):
        shown = "\n".join(self.example("sakura-travel").lines())
        self.assertIn("the target agrees with the plan", shown)

    def test_flows_in_git(self):
        self.start()
        script = block_of(harness.SOURCE / "README.md", "git add -A ./connect")
        self.shell("git init -q . && flowferry pull dev ./connect")
        self.assertIn("{{arn:queue:予約}}", (self.folder / "connect/flows/Main line.flow.json").read_text())
        self.shell("git add connect && git commit -qm 'the flows of development'")
        dev = simulated.instance_of(self.simulator.dump(), "acme-dev")
        flow = next(flow for flow in dev["flows"] if flow["name"] == "Callback")
        changed = Document().say("Changed in the designer.").text()
        self.simulator.admin("call", {"operation": "UpdateContactFlowContent", "input": {
            "InstanceId": dev["id"], "ContactFlowId": flow["id"], "Content": changed}})
        self.simulator.admin("call", {"operation": "CreateContactFlow", "input": {
            "InstanceId": dev["id"], "Name": "予約の新しい窓口", "Type": "CONTACT_FLOW", "Content": changed}})
        for line in commands(script):
            if line.startswith("flowferry migrate"):
                self.on_a_terminal(line)
                continue
            out = self.shell(line, *((0, 2) if " plan " in line else ()))
            if line.startswith("git"):
                names = None if "diff" not in line else sorted(re.findall(r"^\+\+\+ b/(.*)$", out, re.M))
                self.assertIn(names, (None, ["connect/flowferry-bundle.json", "connect/flows/Callback.flow.json",
                                             "connect/flows/予約の新しい窓口.flow.json", "connect/flows/予約の新しい窓口.meta.json"]))
        self.assertIn("agrees", out)

    def test_a_pull_request(self):
        self.start()
        for command in ("git init -q -b main", "git init -q --bare origin.git", "git remote add origin ./origin.git",
                        "echo 1 > readme && git add readme && git commit -qm first && git push -q -u origin main"):
            self.shell(command)
        self.variables["GIT_EDITOR"] = "sh -c 'echo New menu > \"$1\"' --"
        self.shell(block_of(harness.SOURCE / "docs" / "ci.md", "git push"))
        self.assertIn("new-menu", self.shell("git branch --list", folder="origin.git"))

    def test_lint(self):
        self.start()
        self.shell("flowferry pull dev ./connect")
        for line in commands(block_of(harness.SOURCE / "docs" / "lint.md", "--rule secret")):
            self.shell(line, *((2,) if "--fail-on warning" in line else ()))
        self.assertTrue((self.folder / "lint.sarif").exists())


class Table(Documents):
    """The commands of README.md's table, in their order, and those named in the text of the documents."""

    def test_the_commands_of_the_readme(self):
        self.start()
        rows = re.findall(r"^\| (`flowferry .*?) \| ([^|\n]*(?:\\\|[^|\n]*)*) \|$", (harness.SOURCE / "README.md").read_text(), re.M)
        self.assertGreater(len(rows), 12)
        seen = []
        for cell, told in rows:
            first, *others = re.findall(r"`([^`]+)`", cell)
            options = [option for option in re.findall(r"`(-[^`]+)`", told)]
            variants = [first, *[f"{first} {option}" for option in options]]
            variants += [f"flowferry {first.split()[1]} {word}" if first.split()[1] == "config" else f"flowferry {word}" for word in others]
            for command in variants:
                seen.append(command)
                self.type(command)
        for word in ("doctor", "apply", "undo", "resume", "config schema", "graph dev -o flows.svg", "plan --from dev --to prod -o release.plan"):
            self.assertTrue(any(word in command for command in seen), (word, seen))

    def type(self, command):
        for word, given in GIVEN.items():
            command = command.replace(word, given)
        if command == "flowferry apply release.plan":
            self.simulator.admin("reset", {})  # The plan was kept before `migrate`.
        if command.split()[1] == "simulator":
            shown = terminal.Terminal(self, ["-c", f"exec {command}"], program="bash")
            shown.wait_for("ready at")
            shown.type("\x03")
            return shown.finish(0)
        if command in ("flowferry migrate --from dev --to prod", "flowferry apply release.plan", "flowferry undo"):
            return self.on_a_terminal(command)
        if command == "flowferry resume":
            return self.shell(command, 1)  # Nothing was interrupted.
        word = command.split()[1]
        # At that point everything has been undone.
        statuses = {"plan": (0, 2), "diff": (2,), "verify": (2,), "refs": (0,), "lint": (0, 2)}.get(word, (0,))
        out = self.shell(command, *statuses)
        if "-o " not in command:
            self.assertNotEqual("", out, command)
        return out

    def test_the_commands_in_the_text(self):
        self.start()
        self.shell("flowferry migrate --from dev --to prod --yes")
        run = re.search(r"^(\S+)  ", self.shell("flowferry runs"), re.M)[1]
        left_out = {"flowferry sent 1", "flowferry undo", "flowferry resume", "flowferry apply", "flowferry simulator",
                    "flowferry plan -o", "flowferry simulator --world", "flowferry lint"}
        done = set()
        for path in DOCUMENTS:
            for command in re.findall(r"`(flowferry [a-z][^`\n]*)`", path.read_text()):
                if command in left_out or command in done or path.name == "README.md" and path.parent == harness.SOURCE:
                    continue
                done.add(command)
                with self.subTest(f"{path.name}: {command}"):
                    typed = self.complete(command).replace("RUN", run)
                    self.shell(typed, 0, 2)
        self.assertGreater(len(done), 10)
        self.assertTrue((self.folder / "flowferry.schema.json").exists())
        self.shell("source <(flowferry completion bash) && complete -p flowferry")

    def complete(self, command):
        """What stands in a text as the name of a command, with what it needs."""
        for word, given in GIVEN.items():
            command = re.sub(rf"(?<![A-Z-]){re.escape(word)}\b", given, command)
        words = command.split()
        needs = {"refs": "dev BasicQueue", "graph": "dev", "inventory": "dev", "pull": "dev out", "diff": "dev prod", "lint": "dev",
                 "plan": "--from dev --to prod", "verify": "--from dev --to prod", "rehearse": "--from dev --to prod"}
        if words[1] in needs and not any(word in ("dev", "--from", "--rules") for word in words):
            command += " " + needs[words[1]]
        return command


class Shown(Documents):
    """Outputs that the documents show."""

    def shown_block(self, begins):
        text = (harness.SOURCE / "README.md").read_text()
        (block,) = [block for _, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S) if block.startswith(begins)]
        return block

    def pattern(self, block):
        """A pattern for an output in which `...` and `…` stand for what is left out."""
        return "".join(".*?" if part in ("...", "…") else re.escape(part) for part in re.split(r"(\.\.\.|…)", block))

    def test_the_plan(self):
        self.start()
        out = self.shell("flowferry plan --from dev --to prod", 2)
        self.assertRegex(out, "^" + self.pattern(self.shown_block('From "dev"')) + "$")

    def test_the_problem(self):
        world, dev, prod = worlds.pair(self)
        dev.resource("queue", "国内ツアー予約")
        prod.resource("queue", "国内ツアー 予約")
        document = Document().queue("国内ツアー予約").value()
        document["Actions"][0]["Identifier"] = document["StartAction"] = "9f0c2a1e-0000-4000-8000-000000000001"
        dev.flow("代表電話受付", harness.json.dumps(document, ensure_ascii=False))
        self.simulator = simulated.start(self, world.save())
        out = self.shell("flowferry plan --from dev --to prod", 1)
        self.assertRegex(out, self.pattern(self.shown_block("1 problem")))


if __name__ == "__main__":
    harness.main()
