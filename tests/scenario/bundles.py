#!/usr/bin/env python3
"""Bundles: an environment pulled into a folder for git, and that folder taken as an environment."""

import json
import shutil
import subprocess
import unicodedata

from lib import harness, simulated, worlds

# Names that some file system, shell, terminal or page would trip over.
HOSTILE = ["../x", "..", "CON", "aux.txt", "予" * 120, "a/b", "a\\b", "tab\there", "<script>alert(1)</script>", ".git", "-rf",
           "Straße", "STRASSE", "strasse", unicodedata.normalize("NFC", "がく"), unicodedata.normalize("NFD", "がく"),
           "100%", "~", "a:b;c=d", "{{arn:queue:x", "\u202eevil", "trailing. ", " leading", "'quoted' \"twice\"", "$HOME `id`"]


def centre(instance, region=worlds.REGION):
    """A contact centre with one of everything that can be carried into an empty instance."""
    instance.resource("queue", "予約", "Sales; 50%", "{x} {", "unused").resource("hours-of-operation", "Office hours")
    instance.resource("lambda-function", {"name": "crm", "qualifiers": ["live"]}, "other").resource("user", "hanako", "taro")
    instance.resource("lex-v2-bot-alias", {"bot": "TravelBot", "alias": "live"})
    instance.resource("prompt", "hello.wav").resource("view", {"name": "Card", "status": "PUBLISHED"})
    contract = {"input": {"schema": {"type": "object", "properties": {"phone": {"type": "string"}}}},
                "transitions": {"results": [{"name": "Found", "description": "known"}]}}
    instance.module("Look up", worlds.Document(module=True).call("crm", ":live").text(), settings=contract,
                    description="by phone", tags={"team": "front"})
    instance.module("Greet", worlds.Document(module=True).run("Look up").say("Hello.").text())
    lex = {"Text": "どうぞ", "LexV2Bot": {"AliasArn": "{{arn:lex-v2-bot-alias:TravelBot/live}}"}}
    main = worlds.Document().run("Greet").hours("Office hours").queue("予約").queue("Sales; 50%").queue("{x} {")
    main.block("ConnectParticipantWithLexBot", lex, errors=("NoMatchingCondition", "NoMatchingError"),
               conditions=("booking",)).go("Waiting & more")
    instance.flow("Main line", main.text(), description="the way in", tags={"team": "front", "critical": "yes"})
    instance.flow("Waiting & more", worlds.Document().queue("予約").go("Main line").text())
    instance.flow("WAITING & more", worlds.Document(end="EndFlowExecution").say("$.Queue.Name").text(), type="AGENT_WHISPER")
    instance.flow("In work", worlds.Document().block("TransferToFlow", {"ContactFlowId": ""}).text(), status="SAVED")
    instance.flow("Agent", worlds.Document().block("UpdateContactTargetQueue", {"AgentId": worlds.arn("user", "hanako")}).text())
    instance.flow("Notes", worlds.Document().block("UpdateContactAttributes", {"TargetContact": "Current", "Attributes": {
        "queue": worlds.arn("queue", "予約"), "text": "{{literal}} \\{{{ }}",
        "me": "{{instance-id}}"}}).text())
    return instance


def files_of(folder):
    """Path -> bytes of every file below."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and ".git/" not in str(path)}


class BundleTest(harness.ScenarioTest):
    def start(self, *centres, **more):
        """A world of instances: (alias, account, region, function that fills it)."""
        world = worlds.World(self)
        environments, profiles = {"repo": {"bundle": "./connect"}}, {}
        for alias, account, region, fill in centres:
            fill(world.instance(alias, account, region))
            environments[alias] = {"profile": alias, "region": region, "instance": alias}
            profiles[alias] = worlds.keys_of(account)
        self.credentials(profiles)
        self.configure(environments, **more)
        self.simulator = simulated.start(self, world.save())

    def start_dev(self, fill=centre):
        self.start(("dev", worlds.DEV, worlds.REGION, fill))

    def pull(self, environment="dev", folder="connect", *options, status=0):
        outcome = self.expect(status, self.run_program("pull", environment, folder, "--json", *options))
        return outcome.json()

    def refused(self, *command, words):
        outcome = self.expect(1, self.run_program(*command))
        for word in words:
            self.assertIn(word, outcome.err)
        return outcome


class Laws(BundleTest):
    def test_a_bundle_carried_into_an_empty_instance_and_pulled_again_is_the_same(self):
        def empty(instance):
            centre(instance)
            instance.entry["flows"], instance.entry["modules"] = [], []

        self.start(("dev", worlds.DEV, worlds.REGION, centre), ("empty", worlds.PROD, "eu-central-1", empty))
        pulled = self.pull()
        self.assertEqual([], pulled["problems"])
        outcome = self.expect(0, self.run_program("migrate", "--from", "repo", "--to", "empty", "--yes", "--json"))
        self.assertEqual(8, len(outcome.json()["created"]))
        self.assertEqual(1, outcome.json()["calls"]["ListInstances"], "the source is not asked")
        self.pull("empty", "again")
        first, second = files_of(self.folder / "connect"), files_of(self.folder / "again")
        manifests = first.pop("flowferry-bundle.json"), second.pop("flowferry-bundle.json")
        self.assertEqual(first, second)
        self.assertNotEqual(*manifests)
        self.assertEqual(*[list(json.loads(one)["ids"]) for one in manifests])
        self.assertIn("(bundle connect)", self.expect(0, self.run_program("diff", "dev", "repo")).out)
        self.assertEqual([], self.expect(0, self.run_program("diff", "repo", "dev", "--json")).json()["resources"])
        for environments in (("repo", "empty"), ("dev", "again"), ("connect", "again"), ("again", "dev")):
            self.expect(0, self.run_program("verify", "--from", environments[0], "--to", environments[1]))

    def test_two_instances_with_the_same_centre_differ_in_the_manifest_only(self):
        self.start(("dev", worlds.DEV, worlds.REGION, centre), ("prod", worlds.PROD, "us-west-2", centre))
        self.pull("dev", "a")
        self.pull("prod", "b")
        first, second = files_of(self.folder / "a"), files_of(self.folder / "b")
        self.assertNotEqual(first.pop("flowferry-bundle.json"), second.pop("flowferry-bundle.json"))
        self.assertEqual(first, second)
        world = json.dumps(self.simulator.dump()["instances"])
        for path, content in first.items():
            text = content.decode()
            self.assertNotIn(worlds.DEV, text, path)
            self.assertNotIn("ap-northeast-1", text, path)
        self.assertIn(worlds.DEV, world)

    def test_pulling_twice_touches_nothing(self):
        self.start_dev()
        self.pull()
        stamps = {path: path.stat().st_mtime_ns for path in (self.folder / "connect").rglob("*") if path.is_file()}
        pulled = self.pull()
        self.assertEqual([[]] * 5, [pulled[word] for word in ("added", "updated", "renamed", "removed", "left")])
        self.assertEqual(8, pulled["unchanged"])
        self.assertEqual(stamps, {path: path.stat().st_mtime_ns for path in stamps})
        self.assertEqual(0, len(list((self.folder / "connect").rglob("*.tmp"))))

    def test_a_bundle_can_be_pulled_itself(self):
        self.start_dev()
        self.pull()
        self.pull("repo", "copy")
        first, second = files_of(self.folder / "connect"), files_of(self.folder / "copy")
        del first["flowferry-bundle.json"], second["flowferry-bundle.json"]
        self.assertEqual(first, second)

    def test_what_was_not_pulled_again_can_still_be_read(self):
        self.start_dev()
        self.pull()
        first = files_of(self.folder / "connect")
        self.pull("dev", "connect", "--include", "In work")
        self.assertEqual(first, files_of(self.folder / "connect"))
        self.refused("pull", "repo", "./connect", words=["is this folder"])
        self.assertEqual(first, files_of(self.folder / "connect"))

    def test_only_those_who_are_named_are_in_the_inventory_of_users(self):
        self.start_dev()
        self.pull()
        users = json.loads((self.folder / "connect/inventory/user.json").read_text())
        self.assertEqual([{"name": "hanako"}], users["resources"])


class Names(BundleTest):
    def test_hostile_names_go_through_the_folder_and_git(self):
        def fill(instance):
            for name in HOSTILE:
                instance.resource("queue", name)
                instance.flow(name, worlds.Document().queue(name).go("Hub").text() if "{" not in name else worlds.greeting())
                instance.module(name, worlds.module(name if "{" not in name else "x"))
            hub = worlds.Document()
            for name in HOSTILE:
                if "{" not in name:
                    hub.queue(name)
            instance.flow("Hub", hub.text())

        def empty(instance):
            fill(instance)
            instance.entry["flows"], instance.entry["modules"] = [], []

        self.start(("dev", worlds.DEV, worlds.REGION, fill), ("empty", worlds.PROD, worlds.REGION, empty))
        self.pull()
        root = self.folder / "connect"
        keys = set()
        for path in root.rglob("*"):
            if not path.is_file():
                continue
            inner = path.relative_to(root)
            self.assertLessEqual(len(inner.parts), 2, inner)
            for part in inner.parts:
                self.assertLessEqual(len(part.encode()), 255)
                self.assertFalse(set(part) & set('<>:"/\\|?*') or any(ord(c) < 32 or ord(c) == 127 for c in part), part)
                self.assertFalse(part[0] in ".-" or part[-1] in ". ", part)
                self.assertNotIn(part.split(".")[0].upper(), ("CON", "AUX"), part)
            keys.add(unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(inner)).casefold()))
        self.assertEqual(len(files_of(root)), len(keys), "no two files meet on a file system that folds")
        self.assertEqual(4 * len(HOSTILE) + 2, len([key for key in keys if key.startswith(("flows/", "modules/"))]))
        self.assertEqual([], [path for path in self.folder.rglob("*.flow.json") if root not in path.parents])

        git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "core.precomposeunicode=true"]
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "pulled"]):
            subprocess.run([*git, *command], cwd=root, check=True, env=self.environment())
        subprocess.run([*git, "clone", "-q", str(root), str(self.folder / "clone")], check=True, env=self.environment())
        self.assertEqual(files_of(root), files_of(self.folder / "clone"))
        self.pull()
        changed = subprocess.run([*git, "status", "--porcelain"], cwd=root, check=True, env=self.environment(), capture_output=True)
        self.assertEqual(b"", changed.stdout)

        self.expect(0, self.run_program("migrate", "--from", "clone", "--to", "empty", "--yes"))
        self.expect(0, self.run_program("verify", "--from", "dev", "--to", "empty"))
        dump = simulated.instance_of(self.simulator.dump(), "empty")
        self.assertEqual(sorted([*HOSTILE, "Hub"]), sorted(flow["name"] for flow in dump["flows"]))


class Changes(BundleTest):
    """What a pull makes of flows that changed, were renamed, are gone, or were not asked for."""

    def setUp(self):
        super().setUp()
        world = worlds.World(self)
        for number, names in enumerate([["One", "Two", "Three"], ["One", "Two b", "Four"]]):
            instance = world.instance(f"dev-{number}", id=f"00000000-0000-4000-8000-00000000000{number}")
            instance.resource("queue", "Sales")
            for name in names:
                more = {"id": f"11111111-1111-4111-8111-{len(name):012d}"} if name.startswith("Two") else {}
                if name.startswith("Two"):
                    more["id"] = "22222222-2222-4222-8222-222222222222" if number == 0 else "22222222-2222-4222-8222-222222222223"
                instance.flow(name, worlds.Document().queue("Sales").say(name if name == "One" and number else "x").text(), **more)
        self.credentials({"dev": worlds.keys_of(worlds.DEV)})
        self.configure({f"dev-{number}": {"profile": "dev", "region": worlds.REGION, "instance": f"dev-{number}"} for number in (0, 1)})
        self.simulator = simulated.start(self, world.save())
        self.pull("dev-0")

    def names(self, pulled, word):
        return [entry.get("name") for entry in pulled[word]]

    def adopt(self):
        """The folder says that "Two" of dev-0 is "Two b" of dev-1: it was renamed."""
        manifest = self.folder / "connect/flowferry-bundle.json"
        manifest.write_text(manifest.read_text().replace("222222222222\"", "222222222223\""))

    def test_changes_are_told_and_what_is_gone_stays(self):
        pulled = self.pull("dev-1")
        self.assertEqual(["Four", "Two b"], self.names(pulled, "added"))
        self.assertEqual(["One"], self.names(pulled, "updated"))
        self.assertEqual(["Three", "Two"], self.names(pulled, "left"))
        self.assertTrue((self.folder / "connect/flows/Three.flow.json").exists())
        self.assertEqual(["Three", "Two"], self.names(self.pull("dev-1"), "left"))
        text = self.expect(0, self.run_program("pull", "dev-1", "connect"))
        self.assertIn("--prune", text.out)
        self.expect(0, self.run_program("inventory", "connect"))

    def test_prune_removes_what_is_gone(self):
        pulled = self.pull("dev-1", "connect", "--prune")
        self.assertEqual(["Three", "Two"], self.names(pulled, "removed"))
        fresh = self.folder / "fresh"
        self.pull("dev-1", "fresh")
        self.assertEqual(files_of(fresh), files_of(self.folder / "connect"))

    def test_a_rename_is_told_by_the_id(self):
        self.adopt()
        pulled = self.pull("dev-1")
        self.assertEqual([("Two b", "Two")], [(entry["name"], entry["former_name"]) for entry in pulled["renamed"]])
        self.assertFalse((self.folder / "connect/flows/Two.flow.json").exists())
        self.assertEqual(["Three"], self.names(pulled, "left"))

    def test_what_is_not_selected_stays_as_it_is(self):
        before = files_of(self.folder / "connect")
        pulled = self.pull("dev-1", "connect", "--include", "Four")
        self.assertEqual(["Four", None], self.names(pulled, "added"))  # And who else is there.
        self.assertEqual(1, pulled["not_selected"])
        after = files_of(self.folder / "connect")
        self.assertEqual(before["flows/One.flow.json"], after["flows/One.flow.json"])
        self.expect(0, self.run_program("verify", "--from", "connect", "--to", "dev-1", "--include", "Four"))

    def test_files_that_were_deleted_come_back(self):
        (self.folder / "connect/flows/One.flow.json").unlink()
        pulled = self.pull("dev-0")
        self.assertEqual(["flows/One.flow.json"], pulled["updated"][0]["files"])
        shutil.rmtree(self.folder / "connect/inventory")
        self.assertEqual(["queue"], [entry["kind"] for entry in self.pull("dev-0")["added"] if entry["kind"] == "queue"])


class LeftFiles(BundleTest):
    """What stays of another state of the environment is still readable, and goes when it is pruned."""

    def setUp(self):
        super().setUp()

        def before(instance):
            instance.resource("queue", "Sales", "Old").resource("user", "hanako").resource("lambda-function", "old")
            instance.module("Gone", worlds.Document(module=True).call("old").text())
            agent = {"AgentId": worlds.arn("user", "hanako")}
            instance.flow("Left", worlds.Document().run("Gone").queue("Old").block("UpdateContactTargetQueue", agent).text())
            instance.flow("One", worlds.Document().queue("Sales").go("Left").text())
            instance.flow("Two", worlds.Document().queue("Sales").text())

        def after(instance):
            instance.resource("queue", "Sales").resource("user", "taro").resource("lambda-function", "new")
            instance.flow("One", worlds.Document().queue("Sales").text())
            instance.flow("Two", worlds.Document().queue("Sales").say("x").text())

        self.start(("before", worlds.DEV, worlds.REGION, before), ("after", worlds.DEV, worlds.REGION, after))
        self.pull("before")

    def fresh(self):
        self.pull("after", "fresh")
        return files_of(self.folder / "fresh")

    def test_what_a_left_file_names_stays_in_the_inventories(self):
        pulled = self.pull("after")
        self.assertEqual(["Gone", "Left"], [entry["name"] for entry in pulled["left"]])
        self.assertIn("left-reference", [warning["id"] for warning in pulled["warnings"]])
        inventory = self.expect(0, self.run_program("inventory", "connect", "--json")).json()
        self.assertEqual(["Old", "Sales"], [entry["name"] for entry in inventory["resources"]["queue"]])
        first = files_of(self.folder / "connect")
        self.pull("after")
        self.assertEqual(first, files_of(self.folder / "connect"))
        self.pull("after", "connect", "--prune")
        self.assertEqual(self.fresh(), files_of(self.folder / "connect"))

    def test_a_kept_file_may_name_a_flow_whose_files_go(self):
        self.pull("after", "connect", "--prune", "--include", "Two")
        self.expect(0, self.run_program("inventory", "connect"))
        flows = json.loads((self.folder / "connect/inventory/contact-flow.json").read_text())
        self.assertIn({"name": "Left", "type": "CONTACT_FLOW"}, flows["resources"])
        self.pull("after", "connect", "--prune")
        self.assertEqual(self.fresh(), files_of(self.folder / "connect"))


class Refusals(BundleTest):
    """What is wrong with a bundle: file, line, what, remedy; and nothing is written."""

    def setUp(self):
        super().setUp()
        self.start(("dev", worlds.DEV, worlds.REGION, centre), ("prod", worlds.PROD, worlds.REGION, lambda instance: None))
        self.pull()
        self.root = self.folder / "connect"

    def bad(self, *words):
        outcome = self.refused("plan", "--from", "repo", "--to", "prod", words=words)
        self.assertEqual("", outcome.out)
        self.assertIn("What to do:", outcome.err)
        self.refused("migrate", "--from", "repo", "--to", "prod", "--yes", words=words)
        self.assertEqual([], simulated.instance_of(self.simulator.dump(), "prod")["flows"])

    def edit(self, path, old, new):
        file = self.root / path
        text = file.read_text()
        self.assertIn(old, text)
        file.write_text(text.replace(old, new, 1))

    def test_merge_conflicts(self):
        self.edit("flows/Main line.flow.json", "{\n", "{\n<<<<<<< HEAD\n")
        self.bad("flows/Main line.flow.json:2", "merge conflict", "git -C ", " add ")
        self.edit("flows/Main line.flow.json", "<<<<<<< HEAD\n", "")
        self.edit("flowferry-bundle.json", "{\n", "<<<<<<< HEAD\n{\n")
        self.bad("flowferry-bundle.json:1", "merge conflict")
        self.refused("pull", "dev", "connect", words=["flowferry-bundle.json:1", "merge conflict"])

    def test_what_cannot_be_read_is_told_and_not_each_reference_to_it(self):
        """A conflict in a list of names is one problem, not one of every flow that names something of the list."""
        self.edit("inventory/queue.json", "{\n", "<<<<<<< HEAD\n{\n")
        self.edit("modules/Greet.meta.json", "{\n", "<<<<<<< HEAD\n{\n")
        self.edit("flows/Main line.flow.json", "{{arn:hours-of-operation:Office hours}}", "{{arn:hours-of-operation:Closed}}")
        outcome = self.refused("plan", "--from", "repo", "--to", "prod", words=[
            "the folder has 3 problems", "inventory/queue.json:1: a merge conflict", "modules/Greet.meta.json:1: a merge conflict",
            "there is no hours of operation \"Closed\""])
        self.assertNotIn("there is no queue", outcome.err)
        self.assertNotIn("there is no flow module", outcome.err)

    def test_a_missing_file(self):
        (self.root / "flows/Main line.flow.json").unlink()
        self.bad("Main line.meta.json", "content Main line.flow.json is missing")
        (self.root / "flows/Main line.meta.json").unlink()
        self.bad("flows/Main line.flow.json", "the manifest lists it")

    def test_a_doubled_file(self):
        for ending in ("flow", "meta"):
            shutil.copy(self.root / f"flows/Main line.{ending}.json", self.root / f"flows/Main line~6c2f0a11.{ending}.json")
        self.bad("Main line~6c2f0a11.meta.json:2", "does not fit")
        for ending in ("flow", "meta"):
            (self.root / f"flows/Main line~6c2f0a11.{ending}.json").rename(self.root / f"flows/Copy.{ending}.json")
        self.bad("flows/Copy.meta.json:2", "does not fit the file's", "rename the two files")
        self.edit("flows/Copy.meta.json", "Main line", "Copy")
        self.expect(2, self.run_program("verify", "--from", "connect", "--to", "dev"))

    def test_a_name_that_is_not_there(self):
        self.edit("flows/Main line.flow.json", "{{arn:queue:予約}}", "{{arn:queue:予約受付}}")
        self.bad("flows/Main line.flow.json:", "there is no queue \"予約受付\"", "closest: \"予約\"")

    def test_another_version(self):
        self.edit("flowferry-bundle.json", "\"version\": 2", "\"version\": 3")
        self.bad("flowferry-bundle.json:3", "version 3", "reads versions 1 and 2")

    def test_an_unknown_kind_and_unknown_members(self):
        (self.root / "inventory/queue.json").rename(self.root / "inventory/queues.json")
        self.edit("flows/Main line.meta.json", "\"status\"", "\"statuss\"")
        self.edit("flows/In work.meta.json", "\"SAVED\"", "\"DRAFT\"")
        self.bad("inventory/queues.json: unknown kind \"queues\"; did you mean queue.json?", "unknown member \"statuss\"",
                 "flows/In work.meta.json:4: \"status\" is \"DRAFT\"")

    def test_folders_that_are_none(self):
        self.refused("plan", "--from", "nowhere", "--to", "prod", words=["nowhere", "environments:"])
        (self.folder / "other").mkdir()
        (self.folder / "other/letter.txt").write_text("x")
        self.refused("pull", "dev", "other", words=["not empty", "letter.txt", "./connect"])
        self.refused("pull", "dev", "other/letter.txt", words=["is a file"])
        self.assertEqual(["letter.txt"], [path.name for path in (self.folder / "other").iterdir()])

    def test_nothing_is_applied_to_a_folder(self):
        before = files_of(self.root)
        self.edit("flows/Main line.meta.json", "the way in", "changed")
        changed = files_of(self.root)
        self.refused("migrate", "--from", "dev", "--to", "repo", "--yes", words=["bundle connect", "flowferry pull"])
        self.expect(2, self.run_program("plan", "--from", "dev", "--to", "repo", "-o", "x.plan"))
        self.refused("apply", "x.plan", "--yes", words=["bundle connect", "flowferry pull"])
        self.assertEqual(changed, files_of(self.root))
        self.assertNotEqual(before, changed)


class Exported(BundleTest):
    """A folder of what the AWS CLI prints, and of contents alone."""

    def setUp(self):
        super().setUp()
        self.start_dev()
        self.dev = simulated.instance_of(self.simulator.dump(), "dev")

    def export(self, *names, alone=()):
        for member, rows in (("ContactFlow", "flows"), ("ContactFlowModule", "modules")):
            for flow in self.dev[rows]:
                if names and flow["name"] not in names:
                    continue
                words = {"Arn": "arn", "Id": "id", "Name": "name", "Type": "type", "State": "state", "Status": "status",
                         "Description": "description", "Content": "content", "Tags": "tags", "Settings": "settings"}
                flow = {**flow, "content": flow.get("content") or flow.get("draft")}
                answer = {word: flow[key] for word, key in words.items() if flow.get(key) not in (None, "")}
                if flow["name"] in alone:
                    self.write(f"exported/{flow['name']}.json", flow["content"])
                else:
                    self.write(f"exported/{rows}/{flow['id']}.json", {member: answer})

    def lists(self):
        summary = {"queue": "QueueSummaryList", "hours-of-operation": "HoursOfOperationSummaryList", "user": "UserSummaryList"}
        for kind, member in summary.items():
            rows = self.run_program("inventory", "dev", "--kind", kind, "--json").json()["resources"][kind]
            name = "Username" if kind == "user" else "Name"
            self.write(f"exported/list-{kind}.json", {member: [{name: row["name"], "Id": row["id"], "Arn": row["arn"]} for row in rows]})

    def test_answers_and_lists_are_an_environment(self):
        self.export()
        self.lists()
        self.write("exported/package.json", {"name": "something else"})
        self.write("exported/.hidden/x.json", "no JSON")
        self.pull("exported", "a")
        self.pull("dev", "b")
        first, second = (files_of(self.folder / name) for name in ("a", "b"))
        for path, content in second.items():
            if path.startswith(("flows/", "modules/")) and path != "flows/Main line.flow.json":
                self.assertEqual(content.decode(), first[path].decode(), path)  # The bot has no name in exported files.
        outcome = self.expect(0, self.run_program("verify", "--from", "exported", "--to", "dev", "--exclude", "Main line"))
        self.assertIn("exported files in exported", outcome.out)

    def test_what_has_no_name_is_told(self):
        self.export("Agent", "Main line")
        outcome = self.expect(1, self.run_program("plan", "--from", "exported", "--to", "dev"))
        self.assertIn("no file tells the name of this queue [ref-unnamed]", outcome.out)
        self.assertIn("aws connect list-", outcome.out)

    def test_a_content_alone_has_its_name_from_the_file(self):
        self.export("Agent", alone=("Agent",))
        self.lists()
        self.expect(0, self.run_program("verify", "--from", "exported", "--to", "dev"))

    def test_a_legacy_export_is_named_as_such(self):
        self.export("Agent")
        self.write("exported/old.json", {"modules": [{"id": "1", "type": "Disconnect"}], "version": "1", "type": "contactFlow",
                                         "start": "1", "metadata": {"name": "Old"}})
        self.refused("plan", "--from", "exported", "--to", "dev",
                     words=["exported/old.json", "legacy export of the console", "does not accept", "import it in the console"])

    def test_other_folders_are_refused(self):
        self.export("Agent")
        other = json.loads(next((self.folder / "exported/flows").iterdir()).read_text())
        other["ContactFlow"]["Arn"] = other["ContactFlow"]["Arn"].replace(self.dev["id"], "99999999-9999-4999-8999-999999999999")
        self.write("exported/zz.json", other)
        self.refused("plan", "--from", "exported", "--to", "dev", words=["zz.json", "folder of its own"])
        del other["ContactFlow"]["Content"]
        self.write("exported/zz.json", other)
        self.refused("plan", "--from", "exported", "--to", "dev", words=["zz.json", "no Content", "$SAVED"])
        self.write("exported/zz.json", "{ no JSON")
        self.refused("plan", "--from", "exported", "--to", "dev", words=["zz.json"])
        self.write("empty/x.txt", "")
        self.refused("plan", "--from", "empty", "--to", "dev", words=["no exported flow"])


if __name__ == "__main__":
    harness.main()
