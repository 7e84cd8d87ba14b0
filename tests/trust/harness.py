"""What the scripts of this folder share: a world, the simulator, the program in a folder of its own, and
dumps that can be compared.

The program under test is $FLOWFERRY_PROGRAM. Nothing leaves the loopback interface."""

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "scenario"))
from lib.journals import age  # noqa: E402, shared with the scenarios

SKIPPED = 77
SOURCE_KEY = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
TARGET_KEY = ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY")


class Failed(Exception):
    """Something does not hold."""


def check(condition, *what):
    if not condition:
        raise Failed(" ".join(str(part) for part in what))


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def program():
    path = os.environ.get("FLOWFERRY_PROGRAM")
    if not path:
        here = Path(__file__).resolve().parents[2]
        path = here / "build" / "release" / "flowferry"
    path = Path(path).resolve()
    if not path.exists():
        skip(f"there is no program at {path}")
    return str(path)


def slow():
    """How much longer everything takes: sanitizers are slow."""
    return float(os.environ.get("FLOWFERRY_TEST_SLOW", "1"))


# --- flow language, as little as is needed


def action(name, kind, parameters=None, then=None, errors=None, conditions=None):
    transitions = {}
    if then:
        transitions["NextAction"] = then
    if errors:
        transitions["Errors"] = [{"NextAction": to, "ErrorType": error} for error, to in errors.items()]
    if conditions:
        transitions["Conditions"] = conditions
    return {"Identifier": name, "Type": kind, "Parameters": parameters or {}, "Transitions": transitions}


def say(name, text, then):
    return action(name, "MessageParticipant", {"Text": text}, then, {"NoMatchingError": then})


def document(actions, metadata=None):
    return {"Version": "2019-10-30", "StartAction": actions[0]["Identifier"],
            "Metadata": metadata or {"entryPointPosition": {"x": 40, "y": 40.5}}, "Actions": actions}


def flow(text, to=(), modules=(), queue=None):
    """A flow that speaks, calls modules, hands over to the first flow that can be reached, and ends. What it
    cannot reach is named in the designer's notes, as a real one would be."""
    actions = [say("hello", text, "next-0")]
    step = 0
    for name in modules:
        actions.append(action(f"next-{step}", "InvokeFlowModule", {"FlowModuleId": module_arn(name)},
                              f"next-{step + 1}", {"NoMatchingError": f"next-{step + 1}"}))
        step += 1
    if queue:
        actions.append(action(f"next-{step}", "UpdateContactTargetQueue", {"QueueId": "{{arn:queue:%s}}" % queue},
                              f"next-{step + 1}", {"NoMatchingError": f"next-{step + 1}"}))
        step += 1
    for name in to:
        actions.append(action(f"next-{step}", "TransferToFlow", {"ContactFlowId": "{{arn:contact-flow:%s}}" % name},
                              f"next-{step + 1}", {"NoMatchingError": f"next-{step + 1}"}))
        step += 1
    actions.append(action(f"next-{step}", "DisconnectParticipant"))
    return document(actions)


def module_arn(name):
    """The placeholder for a module, or for one of its aliases: "Module:alias"."""
    name, _, alias = name.partition(":")
    return "{{arn:flow-module:%s}}" % name + (":{{alias-id:%s:%s}}" % (name, alias) if alias else "")


def module(text, modules=()):
    actions = [say("hello", text, "next-0")]
    step = 0
    for name in modules:
        actions.append(action(f"next-{step}", "InvokeFlowModule", {"FlowModuleId": "{{arn:flow-module:%s}}" % name},
                              f"next-{step + 1}", {"NoMatchingError": f"next-{step + 1}"}))
        step += 1
    actions.append(action(f"next-{step}", "EndFlowModuleExecution"))
    out = document(actions)
    out["Settings"] = {"InputParameters": [], "OutputParameters": [], "Transitions": [
        {"DisplayName": "Success", "ReferenceName": "Success", "Description": ""},
        {"DisplayName": "Error", "ReferenceName": "Error", "Description": ""}]}
    return out


# --- the world: small, with everything that can go half-way


class World:
    """Two instances, written to a folder. `source` and `target` are lists of flows and modules."""

    def __init__(self, source_flows, source_modules, target_flows, target_modules):
        self.sides = [("dev", "acme-dev", "111122223333", SOURCE_KEY, source_flows, source_modules),
                      ("prod", "acme-prod", "444455556666", TARGET_KEY, target_flows, target_modules)]

    def write(self, folder):
        folder = Path(folder)
        instances, accounts, profiles = [], [], []
        for profile, alias, account, key, flows, modules in self.sides:
            accounts.append({"id": account, "access_key_id": key[0], "secret_access_key": key[1]})
            profiles.append(f"[{profile}]\naws_access_key_id = {key[0]}\naws_secret_access_key = {key[1]}\n")
            instances.append({"alias": alias, "account": account, "region": "ap-northeast-1",
                              "resources": {"queue": ["Sales", "予約"]},
                              "modules": [self.entry(folder, alias, "module", e) for e in modules],
                              "flows": [self.entry(folder, alias, "flow", e) for e in flows]})
        world = folder / "world.yaml"
        # JSON is YAML.
        world.write_text(json.dumps({"version": 1, "accounts": accounts, "instances": instances},
                                    ensure_ascii=False, indent=1))
        (folder / "credentials").write_text("\n".join(profiles))
        return world

    @staticmethod
    def entry(folder, alias, kind, entry):
        entry = dict(entry)
        for member in ("content", "draft", "settings"):
            if member not in entry:
                continue
            name = f"{alias}-{kind}-{len(list(folder.iterdir()))}.json"
            value = entry[member]
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            (folder / name).write_text(text)
            entry[member] = name
        if kind == "flow":
            entry.setdefault("type", "CONTACT_FLOW")
        return entry


CONTRACT = json.dumps({"transitions": {"results": [{"name": "ok", "description": ""}]}})


def small_world():
    """Creates with two circles, a chain, modules with and without a contract, aliases, a draft; updates of every part."""
    source_flows = [
        dict(name="Main", content=flow("Hello from v2", to=["Callback", "Chain 1"], modules=["Greet"], queue="予約"),
             description="Main line, second edition", tags={"team": "tour", "edition": "2"}),
        dict(name="Callback", content=flow("Calling back", to=["Waiting"]), description="円環 1", tags={"team": "tour"}),
        dict(name="Waiting", content=flow("Please wait", to=["Callback", "Main"], modules=["Greet:live"])),
        dict(name="Chain 1", content=flow("1", to=["Chain 2"])),
        dict(name="Chain 2", content=flow("2", to=["Chain 3"], modules=["Leaf"])),
        dict(name="Chain 3", content=flow("3", queue="Sales", modules=["Known:live", "Known:next"]), tags={"end": "yes"}),
        dict(name="新しい下書き", content=flow("not yet", to=["Chain 1"]), status="SAVED", description="公開前"),
        dict(name="Old draft", content=flow("draft v2", to=["Main"]), status="SAVED"),
        dict(name="Cleared", content=flow("same")),
        dict(name="Only tags", content=flow("tags"), tags={"a": "2", "b": "1"}),
        dict(name="Same", content=flow("same in both", to=["Main"])),
    ]
    source_modules = [
        dict(name="Greet", content=module("Greetings", modules=["Leaf"]), description="あいさつ", tags={"team": "tour"},
             versions=3, aliases=[{"name": "live", "version": 3}]),
        dict(name="Leaf", content=module("leaf")),
        dict(name="Known", content=module("known v2", modules=["Leaf"]), description="known, second", tags={"k": "2"},
             versions=1, aliases=[{"name": "live", "version": 1}, {"name": "next", "version": 1}]),
        dict(name="Ring 1", content=module("ring 1", modules=["Ring 2"])),
        dict(name="Ring 2", content=module("ring 2", modules=["Ring 1"])),
    ]
    target_flows = [
        dict(name="Main", content=flow("Hello from v1", queue="Sales"), description="Main line",
             tags={"team": "old", "owner": "ops"}),
        dict(name="Old draft", content=flow("draft v1"), status="SAVED", tags={"x": "y"}),
        dict(name="Cleared", content=flow("same"), description="to be cleared"),
        dict(name="Only tags", content=flow("tags"), tags={"a": "1", "keep": "me"}),
        dict(name="Same", content=flow("same in both", to=["Main"])),
        dict(name="Of prod only", content=flow("nobody touches this", to=["Main"]), description="own",
             tags={"owner": "ops"}),
        dict(name="Own draft", content=flow("own draft"), status="SAVED"),
    ]
    target_modules = [
        dict(name="Known", content=module("known v1"), description="known, first", tags={"k": "1"}, versions=2,
             aliases=[{"name": "old", "version": 1}]),
        dict(name="Own module", content=module("own")),
    ]
    return World(source_flows, source_modules, target_flows, target_modules)


def alias_world():
    """Aliases that follow: moved to a new version and to one that the target has, made beside one that is moved, a version that
    a flow names by number; among flows and modules that change otherwise, too. prepare_aliases() does what a world cannot."""
    modules = {"New": dict(versions=2, aliases=[{"name": "live", "version": 2}, {"name": "next", "version": 1}]),
               "Known": dict(versions=1, aliases=[{"name": "live", "version": 1}]),
               "Same": dict(versions=1, aliases=[{"name": "live", "version": 1}]),
               "Number": dict(versions=4)}
    numbered = module_arn("Number") + ":4"
    names = ["New:live", "New:next", "Known:live", "Same:live"]

    def calling(text):
        out = flow(text, modules=[*names, "Number"])
        out["Actions"][5]["Parameters"]["FlowModuleId"] = numbered
        return out

    source_modules = [dict(name=name, content=module(f"{name} v2", modules=["Known"] if name == "New" else ()), **more)
                      for name, more in modules.items()]
    target_modules = [dict(name="New", content=module("New v1"), versions=2, aliases=[{"name": "live", "version": 1}]),
                      dict(name="Known", content=module("Known v1"), versions=1, aliases=[{"name": "live", "version": 1}]),
                      dict(name="Same", content=module("Same v1"), versions=1, aliases=[{"name": "live", "version": 1}]),
                      dict(name="Number", content=module("Number v1"), versions=1)]
    source_flows = [dict(name="Main", content=calling("v2"), description="Main line, second edition"),
                    dict(name="Second", content=flow("new", to=["Main"], modules=["Known:live"]))]
    target_flows = [dict(name="Main", content=flow("v1", modules=["Known:live"]))]
    return World(source_flows, source_modules, target_flows, target_modules)


def prepare_aliases(simulator):
    """In the target "Known" has a version with the source's content and another content now; the alias of "Same" stands for
    something else than the module has, which is what the source has."""
    known, same_ = (simulator.row(name, "modules") for name in ("Known", "Same"))

    def write(row, text):
        simulator.call("UpdateContactFlowModuleContent", ContactFlowModuleId=row["id"], Content=json.dumps(module(text), ensure_ascii=False))

    write(known, "Known v2")
    simulator.call("CreateContactFlowModuleVersion", ContactFlowModuleId=known["id"])
    write(known, "Known v1")
    write(same_, "Same v2")


# --- the simulator


class Simulator:
    """A running simulator. One process serves many attempts: reset() loads its world anew."""

    def __init__(self, world, *arguments, log=None):
        self.log_file = log or tempfile.TemporaryFile()
        self.process = subprocess.Popen([program(), "simulator", "--world", str(world), "--no-throttle", *arguments],
                                        stdout=subprocess.PIPE, stderr=self.log_file, text=True)
        self.origin = None
        for line in self.process.stdout:
            found = re.match(r"ready at (\S+);", line)
            if found:
                self.origin = found.group(1)
                break
        check(self.origin, "the simulator does not start")

    def stop(self):
        self.process.terminate()
        status = self.process.wait(20 * slow())
        self.process.stdout.close()
        if status != 0:
            self.log_file.seek(0)
            said = self.log_file.read()
            raise Failed(f"the simulator ended with {status}\n{said if isinstance(said, str) else said.decode(errors='replace')}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def get(self, what):
        with urllib.request.urlopen(f"{self.origin}/_simulator/{what}", timeout=60 * slow()) as answer:
            return json.load(answer)

    def post(self, what, body=None):
        request = urllib.request.Request(f"{self.origin}/_simulator/{what}", json.dumps(body or {}).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60 * slow()) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Failed(f"the simulator refuses {what} {body}: {error.read().decode()}") from None

    def reset(self):
        self.post("reset")

    def faults(self, **faults):
        self.post("faults", faults)

    def switches(self, **switches):
        self.post("switches", {name.replace("_", "-"): value for name, value in switches.items()})

    def log(self):
        return self.get("log")

    def writes(self):
        return self.log()["writes"]

    def dump(self):
        return self.get("dump?times=no")

    def instance(self, alias="acme-prod"):
        return next(i for i in self.dump()["instances"] if i["alias"] == alias)

    def row(self, name, kind="flows", alias="acme-prod"):
        rows = [row for row in self.instance(alias)[kind] if row["name"] == name]
        check(len(rows) == 1, f"there are {len(rows)} {kind} called {name}")
        return rows[0]

    def names(self, kind="flows", alias="acme-prod"):
        return sorted(row["name"] for row in self.instance(alias)[kind])

    def call(self, operation, alias="acme-prod", **members):
        """Somebody else's call, unsigned."""
        instance = self.instance(alias)
        return self.post("call", change(operation, instance, **members))


def change(operation, instance, **members):
    """A call by somebody else, as the admin endpoint takes it. `instance`: of a dump."""
    if operation in ("TagResource", "UntagResource"):
        return {"operation": operation, "account": instance["account"], "region": instance["region"], "input": members}
    return {"operation": operation, "input": {"InstanceId": instance["id"], **members}}


# --- dumps that can be compared


def most_writes(operations):
    """How many writes these operations may have sent: for an alias also the version that it stands for."""
    return sum(2 if operation["type"] == "publish-alias" else 1 for operation in operations)


def normalised(instance):
    """A dump of an instance with the ids of its flows and modules replaced by their names, in its contents too:
    what a run made has other ids each time. Rows in the order of their names, versions by their order."""
    ids = {}
    for kind in ("flows", "modules"):
        for row in instance[kind]:
            ids[row["id"]] = f"<{kind}:{row['type']}:{row['name']}>"
            for alias in row.get("aliases", ()):
                ids[alias["id"]] = f"<alias:{row['name']}:{alias['name']}>"
    text = json.dumps(instance, ensure_ascii=False, sort_keys=True)
    found = re.compile("|".join(sorted(ids)) or "(?!)")
    out = json.loads(found.sub(lambda m: ids[m.group(0)].replace('"', "'").replace("\\", "/"), text))
    for kind in ("flows", "modules"):
        out[kind].sort(key=lambda row: (row["name"], row["type"], row["id"]))
        for row in out[kind]:
            renumber(row)
    return out


def renumber(module):
    """Numbers of deleted versions are not given again: only the order counts."""
    numbers = {version["version"]: at for at, version in enumerate(module.get("versions", ()))}
    for row in (*module.get("versions", ()), *module.get("aliases", ())):
        row["version"] = numbers[row["version"]]
    if "aliases" in module:
        module["aliases"].sort(key=lambda alias: alias["name"])


def differences(left, right, path=""):
    """Where two values differ, as lines."""
    if type(left) is not type(right):
        return [f"{path}: {left!r} is not {right!r}"]
    if isinstance(left, dict):
        out = []
        for key in sorted(set(left) | set(right)):
            if key not in left:
                out.append(f"{path}.{key}: only right: {short(right[key])}")
            elif key not in right:
                out.append(f"{path}.{key}: only left: {short(left[key])}")
            else:
                out += differences(left[key], right[key], f"{path}.{key}")
        return out
    if isinstance(left, list):
        if left and all(isinstance(e, dict) and "name" in e for e in left + right):
            return differences({e["name"]: e for e in left}, {e["name"]: e for e in right}, path) + (
                [f"{path}: {len(left)} entries are not {len(right)}"] if len(left) != len(right) else [])
        if len(left) != len(right):
            return [f"{path}: {len(left)} entries are not {len(right)}"]
        return [line for i, (a, b) in enumerate(zip(left, right)) for line in differences(a, b, f"{path}[{i}]")]
    return [] if left == right else [f"{path}: {short(left)} is not {short(right)}"]


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 300 else text[:300] + "..."


def same(left, right, what):
    lines = differences(left, right)
    check(not lines, what + ":\n    " + "\n    ".join(lines[:20]))


# --- the program in a folder of its own


class Folder:
    """A working folder with a configuration, and the program run in it."""

    def __init__(self, origin, credentials, extra_config=""):
        self.path = Path(tempfile.mkdtemp(prefix="flowferry-trust-"))
        self.config = (
            "environments:\n"
            f"  dev:  {{ profile: dev,  region: ap-northeast-1, instance: acme-dev }}\n"
            f"  prod: {{ profile: prod, region: ap-northeast-1, instance: acme-prod }}\n"
            "pace: { rate: 5000, burst: 5000 }\n" + extra_config)
        (self.path / "flowferry.yaml").write_text(self.config)
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("AWS_", "FLOWFERRY_TEST_KILL"))}
        self.environment.update(AWS_ENDPOINT_URL=origin, AWS_SHARED_CREDENTIALS_FILE=str(credentials),
                                AWS_CONFIG_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true", NO_COLOR="1")

    @property
    def journal(self):
        return self.path / ".flowferry" / "journal.db"

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def start(self, *arguments, environment=None, **options):
        return subprocess.Popen([program(), *map(str, arguments)], cwd=self.path, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env={**self.environment, **(environment or {})}, **options)

    def run(self, *arguments, status=0, environment=None, timeout=300, **options):
        """Runs a command to its end. `status`: what it must return, None: anything but a crash."""
        process = self.start(*arguments, environment=environment, **options)
        try:
            out, err = process.communicate(timeout=timeout * slow())
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise Failed(f"{arguments} does not end\n{out}\n{err}") from None
        process.out, process.err = out, err
        expected = (0, 1, 2) if status is None else status if isinstance(status, tuple) else (status,)
        check(process.returncode in expected,
              f"flowferry {' '.join(map(str, arguments))}: status {process.returncode}, not {status}\n{out}\n{err}")
        check("Sanitizer" not in err and "runtime error" not in err, err)
        return process

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--json", **options).out)

    def migrate(self, **options):
        return self.run("migrate", "--from", "dev", "--to", "prod", "--yes", **options)

    def resume(self, *arguments, **options):
        return self.run("resume", *arguments, "--yes", **options)

    def plan_is_empty(self):
        return self.run("plan", "--from", "dev", "--to", "prod", status=(0, 2)).returncode == 0

    def runs(self):
        return self.json("runs")["runs"]

    def operations(self, run):
        return self.json("runs", "show", run)["operations"]


def undo_to_the_end(work, run):
    """Takes back a run that was killed a moment ago. What may still appear is said, and the run does not count as taken
    back until that is known."""
    undone = work.run("undo", run, "--yes", status=(0, 1))
    if undone.returncode == 0:
        return
    check("may still appear" in undone.out or "not known yet" in undone.out, undone.out, undone.err)
    state = next(r["state"] for r in work.runs() if r["run"] == run)
    check(state != "undone", "it counts as undone, and not all is known", undone.out)
    age(work.journal, 150)
    open_undo = work.runs()[0]["run"]
    work.run("undo", run, "--yes")
    runs = {r["run"]: r for r in work.runs()}
    check(runs[run]["state"] == "undone", runs)
    if open_undo != run:
        # What somebody makes anew under the same name is none of its business.
        check(not runs[open_undo]["can_resume"], runs)
        refused = work.run("resume", open_undo, "--yes", status=1)
        check("was taken back by" in refused.err, refused.err)


class Bench:
    """A world, its simulator, and fresh working folders against it."""

    def __init__(self, world=None, *arguments, extra_config="", prepare=None):
        """`prepare` is called with the simulator whenever it was reset."""
        self.extra_config, self.prepare, self.offset = extra_config, prepare, 0
        self.folder = Path(tempfile.mkdtemp(prefix="flowferry-world-"))
        self.world = (world or small_world()).write(self.folder)
        self.simulator = Simulator(self.world, *arguments)
        self.prepared()
        self.before = self.simulator.instance()

    def prepared(self):
        if self.prepare:
            self.prepare(self.simulator)
            self.offset = self.simulator.writes()  # Those were no writes of the program.

    def work(self, extra_config="", origin=None):
        return Folder(origin or self.simulator.origin, self.folder / "credentials", self.extra_config + extra_config)

    def fresh(self, extra_config=""):
        self.simulator.reset()
        self.prepared()
        return self.work(extra_config)

    def migrated(self):
        """The target after an uninterrupted migration, normalised; and how many writes it took."""
        with self.fresh() as work:
            work.migrate()
            check(work.plan_is_empty(), "the plan after a migration is not empty")
            return normalised(self.simulator.instance()), self.simulator.writes() - self.offset

    def stop(self):
        self.simulator.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def wait_until(condition, what, seconds=30):
    limit = time.monotonic() + seconds * slow()
    while time.monotonic() < limit:
        if condition():
            return
        time.sleep(0.01)
    raise Failed(f"waited in vain until {what}")


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.communicate()


# --- cases


class Cases:
    """Runs cases one by one, says how each ended, and returns the exit status."""

    def __init__(self, name, options=None):
        self.name = name
        self.failures = 0
        self.count = 0
        self.only = getattr(options, "only", None)
        self.started = time.monotonic()

    def run(self, title, body, *arguments):
        if self.only and self.only not in title:
            return
        started = time.monotonic()
        self.count += 1
        try:
            body(*arguments)
            print(f"ok    {title}  ({time.monotonic() - started:.1f} s)", flush=True)
        except Failed as failure:
            self.failures += 1
            print(f"FAIL  {title}\n  {failure}", flush=True)

    def end(self):
        print(f"{self.name}: {self.count} cases, {self.failures} failed, {time.monotonic() - self.started:.1f} s")
        if self.only and self.count == 0:
            print("no case has this in its title")
            return 1
        return 1 if self.failures else 0


def parser(description):
    out = argparse.ArgumentParser(description=description)
    out.add_argument("--all", action="store_true", help="every case instead of a sample")
    out.add_argument("--only", help="cases that have this in their title")
    out.add_argument("--seed", type=int, default=1)
    return out
