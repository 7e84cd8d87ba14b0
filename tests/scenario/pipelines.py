#!/usr/bin/env python3
"""The pipelines of examples/ci: the commands are taken from the files and carried out, each job in a fresh clone of a
repository made for the test, against a simulator. What their services do (artifacts, comments, buckets) is done by small
stand-ins for gh, curl and aws, which note what they were asked."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess

import yaml

from lib import golden, harness, simulated, worlds
from lib.worlds import Document

EXAMPLES = harness.EXAMPLES / "ci"
SHA = "3f1c0000000000000000000000000000000000aa"

# Stands for gh, curl and aws: notes its arguments, and keeps files in the folder $SERVICE.
STAND_IN = """#!/usr/bin/env python3
import json, os, pathlib, shutil, sys
service, me, words = pathlib.Path(os.environ["SERVICE"]), pathlib.Path(sys.argv[0]).name, sys.argv[1:]
with open(service / "calls.jsonl", "a") as log:
    log.write(json.dumps([me, *words]) + "\\n")
def after(option):
    return words[words.index(option) + 1]
def keep(source, name):
    target = service / "files" / name
    if pathlib.Path(source).is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
if me == "gh" and words[:2] == ["pr", "comment"]:
    if "--edit-last" in words and not (service / "files/comment.md").exists():
        sys.exit("no comment of yours")
    keep(after("--body-file"), "comment.md")
elif me == "gh" and words[:2] == ["run", "list"]:
    print("4711")
elif me == "gh" and words[:2] == ["run", "download"]:
    shutil.copy(service / "files" / after("--name") / "release.plan", ".")
elif me == "curl" and words[-1].endswith("/notes"):
    keep(after("--data-urlencode").split("@")[1], "comment.md")
elif me == "curl" and words[-1].endswith("/merge_requests"):
    print(json.dumps([{"iid": 12}]))
elif me == "curl" and words[-1].endswith("/jobs/artifacts/refs%2Fmerge-requests%2F12%2Fhead/raw/release.plan?job=plan"):
    shutil.copyfile(service / "files/plan/release.plan", after("--output"))
elif me == "aws" and words[:2] == ["s3", "cp"]:
    source, target = [word for word in words[2:] if not word.startswith("--")]
    if target.startswith("s3://"):
        keep(source, target.removeprefix("s3://"))
    else:
        shutil.copyfile(service / "files" / source.removeprefix("s3://"), target)
else:
    sys.exit(f"nobody expected: {me} {words}")
"""


class Failed(Exception):
    pass


class Pipeline(harness.ScenarioTest):
    """A repository with a bundle of `dev`, and production somewhat older."""

    def setUp(self):
        super().setUp()
        if not shutil.which("git"):
            self.skipTest("git is not installed")
        self.world, dev, prod = worlds.pair(self)
        dev.resource("queue", "Sales", "Tours")
        prod.resource("queue", "Sales", "Tours")
        dev.flow("Main line", Document().queue("Sales").go("Tours").text())
        dev.flow("Tours", Document().say("New tours.").queue("Tours").text())
        prod.flow("Tours", Document().say("Old tours.").queue("Tours").text())
        self.simulator = simulated.start(self, self.world.save())
        self.repository = self.folder / "origin"
        self.expect(0, self.run_program("pull", "dev", self.repository / "connect"))
        shutil.copy(EXAMPLES / "flowferry.yaml", self.repository)
        with open(self.repository / "flowferry.yaml", "a") as file:
            file.write("pace: { rate: 0 }\n")
        self.git("init", "-q", "-b", "main")
        self.commit("The flows of development")
        self.service = self.folder / "service"
        self.tools = self.folder / "tools"
        self.service.mkdir()
        self.tools.mkdir()
        for name in ("gh", "curl", "aws"):
            (self.tools / name).write_text(STAND_IN)
            (self.tools / name).chmod(0o755)
        (self.tools / "flowferry").symlink_to(harness.PROGRAM)
        self.clones = 0

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.com", *arguments], cwd=self.repository,
                       check=True, capture_output=True, env=self.environment(GIT_CONFIG_GLOBAL=os.devnull))

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def checkout(self):
        self.clones += 1
        clone = self.folder / f"clone-{self.clones}"
        self.git("clone", "-q", self.repository, clone)
        return clone

    def shell(self, clone, script, variables, fail=True):
        """Runs a job's script as its service does: bash -e, no terminal, the variables that it gives."""
        keys = worlds.keys_of(worlds.PROD)
        environment = self.environment(
            PATH=f"{self.tools}:{os.environ['PATH']}", SERVICE=str(self.service), CI="true", AWS_ACCESS_KEY_ID=keys[0],
            AWS_SECRET_ACCESS_KEY=keys[1], AWS_SHARED_CREDENTIALS_FILE=os.devnull, **variables)
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=clone, env=environment, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120 * harness.SLOW)
        out, err = done.stdout.decode(), done.stderr.decode()
        self.assertNotIn("\x1b", out + err, "colours without a terminal")
        self.check_no_crash(harness.Outcome([script], min(done.returncode, 2), out, err, 0))
        if done.returncode and fail:
            raise Failed(f"{script}\nstatus {done.returncode}\n{out}\n{err}")
        return done.returncode

    def calls(self, name):
        path = self.service / "calls.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [call[1:] for call in map(json.loads, lines) if call[0] == name]

    def kept(self, name):
        return (self.service / "files" / name).read_text()

    def production(self):
        instance = simulated.instance_of(self.simulator.dump(), "acme-prod")
        return {flow["name"]: flow["content"] for flow in instance["flows"]}

    def change_production(self):
        """Somebody changes a flow in the designer of production."""
        instance = simulated.instance_of(self.simulator.dump(), "acme-prod")
        flow = next(flow for flow in instance["flows"] if flow["name"] == "Tours")
        content = json.dumps(Document().say("By hand.").value())
        self.simulator.admin("call", {"operation": "UpdateContactFlowContent", "input": {
            "InstanceId": instance["id"], "ContactFlowId": flow["id"], "Content": content}})

    # What each service has to show

    def plan(self):
        raise NotImplementedError

    def apply(self):
        raise NotImplementedError

    def verify(self):
        raise NotImplementedError

    def check_the_way_of_a_release(self):
        before = self.production()
        self.plan()
        comment = self.kept("comment.md")
        self.assertIn("flowferry plan", comment)
        self.assertRegex(comment, "1 to create, 1 to update")
        self.assertIn("Main line", comment)
        self.assertIn("New tours", comment)
        self.assertNotIn("\x1b", comment)
        self.assertEqual(before, self.production(), "a pull request writes nothing")
        self.assertEqual(2, self.verify(), "production is not what the repository says")
        self.apply()
        after = self.production()
        self.assertIn("New tours.", after["Tours"])
        self.assertIn("Main line", after)
        self.assertEqual(0, self.verify())
        self.change_production()
        self.assertEqual(2, self.verify(), "drift")

    def check_a_stale_plan(self):
        self.plan()
        self.change_production()
        with self.assertRaises(Failed):
            self.apply()
        self.assertIn("By hand.", self.production()["Tours"])


class GitHub(Pipeline):
    def job(self, name, event):
        """The steps of a workflow, as GitHub carries them out: expressions only in `env` and `with`."""
        workflow = yaml.safe_load((EXAMPLES / "github" / name).read_text())
        (job,) = workflow["jobs"].values()
        clone, failed = self.checkout(), None
        summary = clone.parent / f"{clone.name}-summary.md"
        status = 0
        for step in job["steps"]:
            if failed and step.get("if") != "always()":
                continue
            if "run" in step:
                self.assertNotIn("${{", step["run"], "an expression in a script lets a branch's name run as a command")
                variables = {key: self.value(text, event) for key, text in step.get("env", {}).items()}
                try:
                    self.shell(clone, step["run"], {"GITHUB_STEP_SUMMARY": str(summary), "AWS_REGION": "ap-northeast-1", **variables})
                except Failed as e:
                    failed = failed or e
                    status = int(re.search(r"^status (\d+)$", str(e), re.M)[1])
            elif step["uses"].startswith("actions/upload-artifact@"):
                for path in step["with"]["path"].split():
                    self.assertTrue((clone / path).exists(), f"no {path} to keep")
                    target = self.service / "files" / step["with"]["name"]
                    target.mkdir(parents=True, exist_ok=True)
                    (shutil.copytree if (clone / path).is_dir() else shutil.copy)(
                        clone / path, target / pathlib.Path(path).name)
            elif step["uses"].startswith("github/codeql-action/upload-sarif@"):
                self.assertEqual("2.1.0", json.loads((clone / step["with"]["sarif_file"]).read_text())["version"])
            else:
                self.assertRegex(step["uses"], r"^(actions/checkout|aws-actions/configure-aws-credentials)@v\d+$")
        self.summary = summary.read_text() if summary.exists() else ""
        if failed:
            raise failed
        return status

    def value(self, text, event):
        def expression(match):
            value = event[match[1]]
            return str(value)

        return re.sub(r"\$\{\{ *([\w.]+) *\}\}", expression, str(text))

    EVENT = {"github.token": "token", "github.repository": "acme/flows", "github.event.pull_request.number": 12,
             "github.event.pull_request.head.sha": SHA}

    def plan(self):
        self.job("plan.yml", self.EVENT)

    def apply(self):
        self.job("apply.yml", self.EVENT)

    def verify(self):
        try:
            return self.job("verify.yml", self.EVENT)
        except Failed as e:
            self.assertIn("Tours", self.summary)
            return int(re.search(r"^status (\d+)$", str(e), re.M)[1])

    def test_a_release_from_the_pull_request_to_the_nightly_check(self):
        self.check_the_way_of_a_release()
        self.assertIn(["run", "list", "--workflow", "flowferry plan", "--commit", SHA, "--status", "success", "--json", "databaseId",
                       "--jq", ".[0].databaseId"], self.calls("gh"))
        self.assertTrue((self.service / "files/release/.flowferry/journal.db").exists())

    def test_a_plan_that_is_out_of_date_overwrites_nothing(self):
        self.check_a_stale_plan()

    def test_the_workflows_have_what_they_need(self):
        for name in ("plan.yml", "apply.yml", "verify.yml"):
            workflow = yaml.safe_load((EXAMPLES / "github" / name).read_text())
            self.assertEqual("write", workflow["permissions"]["id-token"], name)
            self.assertEqual("read", workflow["permissions"]["contents"], name)


class GitLab(Pipeline):
    def job(self, name, **variables):
        pipeline = yaml.safe_load((EXAMPLES / "gitlab" / ".gitlab-ci.yml").read_text())
        job = pipeline[name]
        clone = self.checkout()
        given = {"CI_PROJECT_DIR": str(clone), "CI_JOB_ID": "99", "AWS_TOKEN": "a.b.c", "FLOWFERRY_TOKEN": "glpat",
                 "CI_API_V4_URL": "https://gitlab.example.com/api/v4", "CI_PROJECT_ID": "7", **variables}
        for key, text in {**pipeline["variables"], **job.get("variables", {})}.items():
            given[key] = re.sub(r"\$(\w+)", lambda m: given.get(m[1], ""), str(text))
        given.pop("AWS_ROLE_ARN")  # the simulator's keys stand for the role's
        script = pipeline[job["extends"]]["before_script"] if "extends" in job else []
        # One shell for all lines, as GitLab's runner has it.
        status = self.shell(clone, "\n".join([*script, *job["script"]]), given, fail=False)
        target = self.service / "files" / name
        artifacts = job["artifacts"]
        for path in [*artifacts.get("paths", []), *artifacts.get("reports", {}).values()]:
            if (clone / path).is_file():
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy(clone / path, target)
        if status and status != 2:
            raise Failed(f"{name}: status {status}")
        return status

    def plan(self):
        self.assertEqual(0, self.job("lint"))
        self.assertIn("<testsuite", self.kept("lint/lint.xml"))
        self.assertEqual(0, self.job("plan", CI_MERGE_REQUEST_IID="12"))

    def apply(self):
        self.job("apply", CI_COMMIT_SHA=SHA)

    def verify(self):
        return self.job("verify")

    def test_a_release_from_the_merge_request_to_the_nightly_check(self):
        self.check_the_way_of_a_release()
        self.assertTrue(any(call[-1] == f"https://gitlab.example.com/api/v4/projects/7/repository/commits/{SHA}/merge_requests"
                            for call in self.calls("curl")))

    def test_a_plan_that_is_out_of_date_overwrites_nothing(self):
        self.check_a_stale_plan()


class CodeBuild(Pipeline):
    VARIABLES = {"PLAN_BUCKET": "plans", "CODEBUILD_WEBHOOK_TRIGGER": "pr/12", "GH_TOKEN": "token",
                 "CODEBUILD_SOURCE_REPO_URL": "https://github.com/acme/flows.git"}

    def build(self, name):
        spec = yaml.safe_load((EXAMPLES / "codebuild" / name).read_text())
        self.assertEqual((0.2, "bash"), (spec["version"], spec["env"]["shell"]))
        clone, phase, status = self.checkout(), spec["phases"]["build"], 0
        for command in phase["commands"]:
            status = self.shell(clone, command, self.VARIABLES, fail=False)
            if status:
                break
        for command in phase.get("finally", []):
            self.shell(clone, command, self.VARIABLES)
        if status and status != 2:
            raise Failed(f"{name}: {shlex.quote(command)}: status {status}")
        return status

    def plan(self):
        self.assertEqual(0, self.build("plan.yml"))

    def apply(self):
        self.build("apply.yml")

    def verify(self):
        return self.build("verify.yml")

    def test_a_release_from_the_pull_request_to_the_nightly_check(self):
        self.check_the_way_of_a_release()
        self.assertTrue((self.service / "files/plans/pr/12/journal/journal.db").exists())

    def test_a_plan_that_is_out_of_date_overwrites_nothing(self):
        self.check_a_stale_plan()


class PlanMarkdown(harness.ScenarioTest):
    def plan(self, status, *options):
        return self.expect(status, self.run_program("plan", "--from", "dev", "--to", "prod", "--format", "markdown", *options))

    def test_is_as_agreed(self):
        world = worlds.rich(self)
        simulated.start(self, world.save())
        outcome = self.plan(2, "-o", "release.plan")
        golden.compare(self, "plan/rich.md", outcome.out)
        self.assertTrue((self.folder / "release.plan").exists())

    def test_names_are_text_and_problems_are_told(self):
        world, dev, _ = worlds.pair(self)
        names = ["<script>alert(1)</script>", "a|b", "`code` **bold** [link](https://x)", "@everyone #1", "line\nfeed", "</details>", "日本語" * 42]
        dev.resource("queue", "Only <here>")
        for name in names:
            dev.flow(name, Document().queue("Only <here>").text())
        simulated.start(self, world.save())
        text = self.plan(1).out
        self.assertNotRegex(text, r"<(?!/?(code|details|summary|sub)>)", "no markup but the report's own")
        self.assertEqual(text.count("<details>"), text.count("</details>"))
        self.assertNotRegex(text, r"@everyone|\]\(http")
        self.assertIn("7 problems", text)
        rows = [line for line in text.splitlines() if line.startswith("| ➕")]
        self.assertEqual({4}, {len(re.split(r"(?<!\\)\|", row.strip("|"))) for row in rows})

    def test_fits_a_comment_and_says_what_it_leaves_out(self):
        world, dev, _ = worlds.pair(self)
        for number in range(700):
            dev.flow(f"フロー {number} " + "長い名前" * 25, worlds.greeting())
        simulated.start(self, world.save())
        text = self.plan(2).out
        self.assertLess(len(text), 65536)
        self.assertRegex(text[-200:], r"and \d+ lines more, which `flowferry plan` shows")
        self.assertIn("700 to create", text)


class Image(harness.ScenarioTest):
    def test_has_the_libraries_of_the_program(self):
        if not shutil.which("dpkg-query"):
            self.skipTest("this is no Debian")
        listed = set(re.findall(r"\blib[a-z0-9.+-]+", (EXAMPLES / "Dockerfile").read_text()))
        linked = subprocess.run(["objdump", "-p", harness.PROGRAM], capture_output=True, text=True, check=True).stdout
        paths = subprocess.run(["ldd", harness.PROGRAM], capture_output=True, text=True, check=True).stdout
        needed = set()
        for name in re.findall(r"NEEDED +(\S+)", linked):
            path = re.search(rf"{re.escape(name)} => (\S+)", paths)
            if path is None:
                continue
            for candidate in (path[1], path[1].removeprefix("/usr"), os.path.realpath(path[1])):
                done = subprocess.run(["dpkg-query", "-S", candidate], capture_output=True, text=True)
                if done.returncode == 0:
                    needed.add(done.stdout.split(":")[0])
                    break
        if not needed or any("asan" in name or "tsan" in name for name in needed):
            self.skipTest("the program is linked in another way here")
        self.assertLessEqual(needed - {"libc6", "libgcc-s1"}, listed)


if __name__ == "__main__":
    harness.main()
