#!/usr/bin/env python3
"""Every real flow of the corpus, carried from an instance made for it to one with the same names under other ids."""

import json
import re

from lib import harness, simulated, worlds
from lib.comparer import _ARN, Migration
from lib.json_strings import strings_of

FLOWS = harness.CORPUS / "flows"
TARGET_ACCOUNT = "999900001111"
TYPES = {"contactFlow": "CONTACT_FLOW", "outboundWhisper": "OUTBOUND_WHISPER", "queueTransfer": "QUEUE_TRANSFER",
         "module(Settings)": "MODULE"}
HOOKS = {"AgentHold": "AGENT_HOLD", "AgentWhisper": "AGENT_WHISPER", "CustomerHold": "CUSTOMER_HOLD",
         "CustomerQueue": "CUSTOMER_QUEUE", "CustomerWhisper": "CUSTOMER_WHISPER"}
KINDS = {"queue": "queue", "prompt": "prompt", "operating-hours": "hours-of-operation", "agent": "user", "view": "view",
         "transfer-destination": "quick-connect", "task-template": "task-template"}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# Files that cannot be published in any instance: drafts with empty references, fixtures written by hand, one of two
# instances. The simulator refuses them in their own instance, too.
REFUSED = 16


def type_of(noted, content):
    """What the file, its wrapper or its repository says; else what only queue flows may hold makes it one."""
    if noted in TYPES:
        return TYPES[noted]
    if "(" in noted:
        return noted.split("(")[0]
    return "CUSTOMER_QUEUE" if "MessageParticipantIteratively" in content else "CONTACT_FLOW"


class Place:
    """The instance that a document comes from, as its own ARNs tell it, with what it mentions."""

    def __init__(self, strings):
        self.region, self.account, self.id = "us-east-1", "111122223333", None
        arns = [m for s in strings for m in _ARN.finditer(s.value)]
        own = [m for m in arns if m[2] == "connect" and m[5].startswith("instance/")]
        others = [m for m in arns if m[4].isdigit() and not m[3].startswith("$")]
        for m in (own or others)[:1]:
            self.region, self.account = m[3], m[4]
        if own:
            self.id = own[0][5].split("/")[1]
        managed = [m for m in arns if m[4] == "aws"]
        if managed and not others:
            self.region = managed[0][3]


class Pair:
    """An instance of documents that belong together, and the target made for it."""

    def __init__(self, world, number, place, target_region):
        self.number, self.place, self.files, self.pins, self.seen = number, place, [], [], set()
        more = {"id": place.id} if place.id else {}
        self.source = world.instance(f"source-{number}", place.account, place.region, **more)
        self.target = world.instance(f"target-{number}", TARGET_ACCOUNT, target_region)

    def both(self, kind, source, target):
        key = kind, json.dumps(source, sort_keys=True)
        if key not in self.seen:
            self.seen.add(key)
            self.source.resource(kind, source)
            self.target.resource(kind, target)

    def resource(self, kind, id):
        name = f"{kind} {id[:8]} の写し"
        if kind == "user":
            name = f"user-{id[:8]}"
        self.both(kind, {"name": name, "id": id}, {"name": name})

    def flow_named(self, id, type):
        if id not in self.seen:
            self.seen.add(id)
            end = "DisconnectParticipant" if type in ("CONTACT_FLOW", "QUEUE_TRANSFER", "AGENT_TRANSFER") else "EndFlowExecution"
            self.source.flow(f"mentioned {id[:8]}", worlds.Document(end=end).block("MessageParticipant", {"Text": "-"}).text(),
                             type=type, id=id)

    def add(self, file, number, type, text, status):
        strings = strings_of(text)
        for s in strings:
            self.mention(s)
        name = f"{number:02d} {file[-40:]}"
        more = {"grandfathered": True}
        if type == "MODULE":
            self.source.module(name, text.encode(), **more)
        else:
            self.source.flow(name, text.encode(), type=type, **({"status": "SAVED"} if status == "SAVED" else more))
        self.files.append((file, name, type))

    def mention(self, s):
        for m in _ARN.finditer(s.value):
            partition, service, region, account, resource = m.groups()
            words = re.split("[/:]", resource)
            if service == "connect" and words[0] == "instance" and words[1] == self.place.id and len(words) > 3:
                if words[2] == "contact-flow":
                    self.flow_named(words[3], HOOKS.get(s.path[-1], "CONTACT_FLOW"))
                else:
                    self.resource(KINDS[words[2]], words[3])
            elif service == "lambda":
                entry = {"name": words[1], **({"qualifiers": [words[2]]} if len(words) > 2 else {})}
                if account != self.place.account:
                    entry.update(account=account, region=region)
                    self.both("lambda-function", entry, entry)
                else:
                    self.both("lambda-function", {**entry, "region": region}, entry)
            elif service == "lex":
                bot, alias = words[1:3]
                names = {"bot": f"Bot{bot[:4]}", "alias": f"alias{alias[:4]}"}
                self.both("lex-v2-bot-alias", {**names, "bot_id": bot, "alias_id": alias}, names)
        path = s.path[3:]
        if s.is_key or s.path[:1] != ("Actions",) or s.path[2:3] != ("Parameters",):
            return
        if path == ("CaseTemplateId",) and UUID.fullmatch(s.value):
            pin = {"kind": "case-template", "from": s.value, "to": s.value.translate(str.maketrans("0123456789", "9876543210"))}
            if pin not in self.pins:
                self.pins.append(pin)
        elif path[-1:] in (("DefaultFlowForAgentUI",), ("DisconnectFlowForAgentUI",)) and UUID.fullmatch(s.value):
            self.flow_named(s.value, "CONTACT_FLOW")
        elif path == ("LexBot", "Name") and not s.value.startswith("$"):
            self.both("lex-v1-bot", {"name": s.value, "alias": "$LATEST", "region": self.place.region},
                      {"name": s.value, "alias": "$LATEST", "region": self.target.entry["region"]})
        elif UUID.fullmatch(s.value.split(":")[0]) and path[-1:] in (("QueueId",), ("HoursOfOperationId",), ("PromptId",)):
            self.resource({"QueueId": "queue", "HoursOfOperationId": "hours-of-operation", "PromptId": "prompt"}[path[-1]], s.value)


class Corpus(harness.ScenarioTest):
    def build(self, status="PUBLISHED", only=None):
        """A world with an instance for each document (for two where they are of one), and its simulator."""
        world = worlds.World(self)
        pairs, by_id = [], {}
        rows = [line.split("\t") for line in (harness.CORPUS / "INDEX.tsv").read_text().splitlines()]
        for number, row in enumerate(row for row in rows if row[0] == "flows"):
            if only is not None and row[1] not in only:
                continue
            with open(FLOWS / row[1], newline="") as file:
                text = file.read()
            place = Place(strings_of(text))
            pair = by_id.get(place.id) if place.id else None
            if pair is None:
                pair = Pair(world, number, place, place.region if number % 2 else "eu-west-2")
                pairs.append(pair)
                by_id[place.id] = pair
            pair.add(row[1], number, type_of(row[8], text), text, status)
        profiles, environments = {}, {}
        for pair in pairs:
            for end, instance in (("source", pair.source.entry), ("target", pair.target.entry)):
                profiles[instance["account"]] = worlds.keys_of(instance["account"])
                environments[f"{end}-{pair.number}"] = {"profile": instance["account"], "region": instance["region"],
                                                        "instance": instance["alias"]}
        self.credentials(profiles)
        self.environments = environments
        simulator = simulated.start(self, world.save())
        return simulator, pairs

    def publish_again(self, simulator, dump, pair):
        """Files of the pair that their own instance would not publish today, with the service's reasons."""
        source = simulated.instance_of(dump, f"source-{pair.number}")
        rows = {row["name"]: row for row in source["flows"] + source["modules"]}
        refused = {}
        self.check_references(simulator, pair)
        for file, name, type in pair.files:
            row = rows[name]
            operation, member = (("UpdateContactFlowModuleContent", "ContactFlowModuleId") if type == "MODULE"
                                 else ("UpdateContactFlowContent", "ContactFlowId"))
            try:
                simulator.admin("call", {"operation": operation, "input": {"InstanceId": source["id"], member: row["id"],
                                                                          "Content": row["content"]}})
            except RuntimeError as e:
                refused[file] = str(e)
        return refused

    def check_references(self, simulator, pair):
        """Strictly; but worlds have no case templates, so where one is mentioned only as the service is known to."""
        simulator.switch({"reference-check": "service" if pair.pins else "strict"})

    def migrate(self, pair, status):
        config = {"mapping": {"pin": pair.pins}}
        self.configure(self.environments, **config)
        ends = ("--from", f"source-{pair.number}", "--to", f"target-{pair.number}")
        return config, ends, self.expect(status, self.run_program("migrate", *ends, "--yes", "--json"))

    def setUp(self):
        if not FLOWS.is_dir():
            self.skipTest("no corpus beside the checkout")
        super().setUp()

    def test_every_document_arrives_and_what_cannot_be_published_is_refused_with_the_services_reasons(self):
        simulator, pairs = self.build()
        loaded = simulator.dump()
        refused = {}
        for pair in pairs:
            refused[pair.number] = self.publish_again(simulator, loaded, pair)
        self.assertEqual(REFUSED, sum(map(len, refused.values())))
        before = simulator.dump()
        outcomes = {}
        for pair in pairs:
            self.check_references(simulator, pair)
            bad = refused[pair.number]
            config, ends, outcome = self.migrate(pair, 1 if bad else 0)
            outcomes[pair.number] = config, outcome.json()
            if not bad:
                self.expect(0, self.run_program("plan", *ends))
        after, arrived = simulator.dump(), 0
        for pair in pairs:
            with self.subTest(pair.files[0][0]):
                config, document = outcomes[pair.number]
                bad = {name for file, name, _ in pair.files if file in refused[pair.number]}
                migration = Migration(before, after, f"source-{pair.number}", f"target-{pair.number}", config,
                                      select=lambda kind, flow: flow["name"] not in bad, others=False)
                self.assertEqual([], migration.complaints())
                self.assertEqual(sorted(bad), sorted({problem["name"] for problem in document["problems"]}))
                for problem in document["problems"]:
                    self.assertIn("InvalidContactFlow", problem["error"]["code"], problem)
                    self.assertTrue(problem["error"]["details"], problem)
                arrived += len(pair.files) - len(bad)
        self.assertEqual(88 - REFUSED, arrived)

    def test_documents_that_were_never_published_arrive_as_drafts(self):
        simulator, pairs = self.build()
        loaded = simulator.dump()
        bad = {file for pair in pairs for file in self.publish_again(simulator, loaded, pair)}
        simulator.stop()
        simulator, pairs = self.build(status="SAVED", only=bad)
        self.assertEqual(REFUSED, sum(len(pair.files) for pair in pairs))
        for pair in pairs:
            with self.subTest(pair.files[0][0]):
                before = simulator.dump()
                config, ends, _ = self.migrate(pair, 0)
                migration = Migration(before, simulator.dump(), f"source-{pair.number}", f"target-{pair.number}", config)
                self.assertEqual([], migration.complaints())
                for one in migration.carried:
                    if one.source["name"] in {name for _, name, _ in pair.files}:
                        self.assertEqual("SAVED", one.after["status"])
                self.expect(0, self.run_program("plan", *ends))


if __name__ == "__main__":
    if not FLOWS.is_dir():
        harness.skip("no corpus beside the checkout (../shared/corpus)")
    harness.main()
