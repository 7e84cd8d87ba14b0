#!/usr/bin/env python3
"""A difference is empty exactly when the plan is, flow by flow: on generated pairs of instances with rules of every kind.

The left side is invented; the right one is what the rules make of it, then changed at random (content, description,
tags, status, type, contract, other resources, flows that are gone, archived, renamed or the right side's own, aliases of
modules that are missing or stand for other content). With aliases that stay and with such that follow.
The variables FLOWFERRY_PAIRS and FLOWFERRY_SEED choose how many, and which."""

import json
import os
import random
import uuid

from lib import harness, simulated, worlds
from lib.worlds import Document

PAIRS, SEED = int(os.environ.get("FLOWFERRY_PAIRS", "24")), int(os.environ.get("FLOWFERRY_SEED", "7"))
NAMES = ["予約受付", "a/b", "Main", "main", "50% + 1", "x:y", "VIP ⭐", "ｶﾅ", "か\u3099", "tab\tname", "\"quoted\"", "{{x}}", "Draft one", "$1", " lead"]
PHONES = {"left": "+81311112222", "right": "+81344445555"}
STEPS = ("say", "phone", "queue", "prompt", "kept", "flow", "module", "hours", "lambda", "attribute")


class Flow:
    """A flow or module as people think of it; what it refers to is named as the left side does."""

    def __init__(self, chance, name, kind, type):
        self.name, self.kind, self.type = name, kind, type
        self.description = chance.choice(["", "about 予約", "line\nfeed"])
        self.tags = chance.choice([{}, {"team": "tour"}, {"team": "tour", "critical": "yes"}])
        self.status = "SAVED" if kind == "flow" and chance.random() < 0.15 else "PUBLISHED"
        self.contract = chance.choice([None, "phone", "name"]) if kind == "module" else None
        self.steps, self.text, self.logging = [], "Hello.", "old"
        self.alias = None  # Of a module: what becomes of its alias on the right side.


class Pair:
    """Two instances and a configuration."""

    def __init__(self, world, number, chance):
        self.chance, self.number = chance, number
        self.alias_chance = random.Random(f"{SEED} {number}")
        self.left, self.right = (world.instance(f"{side}-{number}", account, id=str(uuid.UUID(int=chance.getrandbits(128), version=4)))
                                 for side, account in (("left", worlds.DEV), ("right", worlds.PROD)))
        self.ids = {"left": self.left.entry["id"], "right": self.right.entry["id"]}
        self.rules = self.choose_rules()
        self.resources()
        self.invent()
        self.flows_of_left()
        self.flows_of_right()

    # What the rules say

    def choose_rules(self):
        chance, mapping, rules = self.chance, {}, {}
        self.stage = chance.random() < 0.5  # Queues and functions are named after the stage.
        self.pinned = chance.random() < 0.5
        self.prefix = chance.random() < 0.3  # Flows are.
        if self.stage:
            mapping["rename"] = [{"kind": kind, "from": "^dev-(.*)$", "to": "prod-$1"} for kind in ("queue", "lambda-function")]
        if self.prefix:
            mapping.setdefault("rename", []).extend({"kind": kind, "from": "^D (.*)$", "to": "P $1"} for kind in ("contact-flow", "flow-module"))
        if self.pinned:
            mapping["pin"] = [{"kind": "queue", "from": "Pinned here", "to": "Pinned there"}]
        rules["mapping"] = mapping
        rules["pairs"] = [{"from": "right", "to": "left", "mapping": {
            "rename": [{"kind": rule["kind"], "from": "^" + rule["to"].replace("$1", "(.*)$"), "to": rule["from"].strip("^$").replace("(.*)", "$1")}
                       for rule in mapping.get("rename", [])],
            "pin": [{"kind": rule["kind"], "from": rule["to"], "to": rule["from"]} for rule in mapping.get("pin", [])]}}]
        rules["missing"] = {"prompt": "keep"}
        if chance.random() < 0.5:
            rules["replace"] = [{"name": "hotline", "values": {"left": PHONES["left"], "right": PHONES["right"]}},
                                {"path": "$..Parameters.Attributes.stage", "values": {"right": "live"}}]
        self.replaces = "replace" in rules
        if chance.random() < 0.3:
            rules["select"] = {"exclude": ["Draft*", "state:SAVED"]}
        elif chance.random() < 0.3:
            rules["select"] = {"include": ["type:CONTACT_FLOW", "kind:flow-module"], "with_dependencies": True}
        return rules

    def name(self, kind, name, side):
        if side == "left":
            return name
        if kind == "queue" and self.pinned and name == "Pinned here":
            return "Pinned there"
        if self.stage and kind in ("queue", "lambda-function") and name.startswith("dev-"):
            return "prod-" + name.removeprefix("dev-")
        if self.prefix and kind in ("contact-flow", "flow-module") and name.startswith("D "):
            return "P " + name.removeprefix("D ")
        return name

    def resources(self):
        self.queues = ["dev-予約", "dev-Sales", "Pinned here", "Plain; 50%"] if self.stage else ["予約", "Pinned here", "Plain; 50%"]
        if not self.pinned:
            self.queues.remove("Pinned here")
        self.functions = ["dev-crm", "plain"] if self.stage else ["crm"]
        self.kept = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        for side, instance in (("left", self.left), ("right", self.right)):
            instance.resource("queue", *[self.name("queue", name, side) for name in self.queues])
            instance.resource("lambda-function", *[self.name("lambda-function", name, side) for name in self.functions])
            instance.resource("prompt", "hello.wav").resource("hours-of-operation", "Office hours")
        self.left.resource("prompt", {"name": "missing.wav", "id": self.kept})

    # The flows

    def invent(self):
        chance, self.flows = self.chance, []
        for number in range(chance.randint(3, 8)):
            kind = "module" if chance.random() < 0.3 else "flow"
            type = "CONTACT_FLOW" if kind == "module" or chance.random() < 0.7 else "CUSTOMER_QUEUE"
            name = ("D " if self.prefix and chance.random() < 0.7 else "") + chance.choice(NAMES) + f" {number}"
            self.flows.append(Flow(chance, name.strip() if chance.random() < 0.5 else name, kind, type))
        for flow in self.flows:
            if flow.kind == "module" and not set(flow.name) & set(':"{\t') and self.alias_chance.random() < 0.8:
                flow.alias = self.alias_chance.choice(["same", "same", "older", "newer", "none"])
            for _ in range(chance.randint(0, 4)):
                flow.steps.append((chance.choice(STEPS), chance.random()))

    def pick(self, rows, share):
        return rows[int(share * len(rows))] if rows else None

    def document(self, flow, side):
        module = flow.kind == "module"
        document = Document(module=module, end="DisconnectParticipant" if flow.type == "CONTACT_FLOW" else "EndFlowExecution")
        document.say(flow.text)
        callees = {kind: [other for other in self.flows if other.kind == kind and other.type == "CONTACT_FLOW" and other.status != "SAVED"
                          and "{" not in other.name and "\"" not in other.name and "\t" not in other.name] for kind in ("flow", "module")}
        for step, share in flow.steps:
            callee = self.pick(callees["module" if step == "module" else "flow"], share)
            if step == "say":
                document.say(f"Step {share:.3f}")
            elif step == "phone":
                document.block("UpdateContactAttributes", {"Attributes": {"call": PHONES[side if self.replaces else "left"] + " please"}})
            elif step == "queue":
                document.queue(self.name("queue", self.pick(self.queues, share), side))
            elif step == "prompt":
                document.block("MessageParticipant", {"PromptId": worlds.arn("prompt", "hello.wav")})
            elif step == "kept":
                arn = f"arn:aws:connect:{worlds.REGION}:{worlds.DEV}:instance/{self.ids['left']}/prompt/{self.kept}"
                document.block("MessageParticipant", {"PromptId": arn})
            elif step == "flow" and callee and flow.type == "CONTACT_FLOW" and not module:
                document.go(self.name("contact-flow", callee.name, side))
            elif step == "module" and callee:
                name = self.name("flow-module", callee.name, side)
                by_alias = callee.alias and share < 0.7 and (side == "left" or callee.alias != "none")
                document.block("InvokeFlowModule", {"FlowModuleId": worlds.arn("flow-module", name) + (f":{{{{alias-id:{name}:live}}}}" if by_alias else "")})
            elif step == "hours" and not module:
                document.hours("Office hours")
            elif step == "lambda":
                document.call(self.name("lambda-function", self.pick(self.functions, share), side))
            elif step == "attribute":
                stage = "live" if side == "right" and self.replaces else flow.logging
                document.block("UpdateContactAttributes", {"Attributes": {"stage": stage, "me": "{{instance-arn}}"}})
        return document.text()

    def add(self, instance, flow, side, **more):
        words = {"description": flow.description, "tags": flow.tags, "grandfathered": True, **more}
        if flow.alias and (side == "left" or flow.alias != "none"):
            words.update(versions=1, aliases=[{"name": "live", "version": 1}])
        if flow.kind == "module":
            contract = flow.contract and {"input": {"schema": {"type": "object", "properties": {flow.contract: {"type": "string"}}}}}
            instance.module(self.name("flow-module", flow.name, side), self.document(flow, side), settings=contract, **words)
        else:
            instance.flow(self.name("contact-flow", flow.name, side), self.document(flow, side), type=flow.type, status=flow.status, **words)

    def flows_of_left(self):
        for flow in self.flows:
            self.add(self.left, flow, "left")

    def flows_of_right(self):
        chance = self.chance
        quiet = chance.random() < 0.3  # Nothing was changed.
        named = self.document
        for flow in list(self.flows):
            other = Flow.__new__(Flow)
            other.__dict__.update(flow.__dict__, steps=list(flow.steps), tags=dict(flow.tags))
            more = {}
            if not quiet and chance.random() < 0.5:
                change = chance.choice(["gone", "text", "description", "tags", "own tag", "status", "contract", "steps", "kept", "archived", "renamed", "spelling"])
                if change == "gone" and not self.is_named(flow):
                    continue
                if change == "text":
                    other.text = "Hello, older."
                elif change == "description":
                    other.description += " old"
                elif change == "tags":
                    other.tags["team"] = "before"
                elif change == "own tag":
                    other.tags["owner"] = "right"
                elif change == "status" and flow.kind == "flow" and not self.is_named(flow):
                    other.status = "SAVED" if flow.status == "PUBLISHED" else "PUBLISHED"
                elif change == "contract" and flow.kind == "module":
                    other.contract = "email"
                elif change == "steps":
                    other.steps = other.steps[1:] if other.steps else [("prompt", 0.1)]
                elif change == "archived" and not self.is_named(flow):
                    more["state"] = "ARCHIVED"
                elif change == "renamed" and not self.is_named(flow):
                    other.name += " as before"
                elif change == "spelling":
                    self.document = lambda flow, side: json.dumps(json.loads(named(flow, side)), indent=3)
            self.add(self.right, other, "right", **more)
            self.document = named
        if not quiet and chance.random() < 0.5:
            self.right.flow("The right side's own", worlds.greeting("Mine."))

    def is_named(self, flow):
        """Whether a placeholder of the right side may name it."""
        return any(step in ("flow", "module") for other in self.flows for step, _ in other.steps) and flow.type == "CONTACT_FLOW"


class Law(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        world = worlds.World(self)
        self.pairs = [Pair(world, number, random.Random(SEED * 100_003 + number)) for number in range(PAIRS)]
        self.credentials({"left": worlds.keys_of(worlds.DEV), "right": worlds.keys_of(worlds.PROD)})
        for pair in self.pairs:
            self.write(f"{pair.number}.yaml", {"pace": {"rate": 0}, "environments": {
                side: {"profile": side, "region": worlds.REGION, "instance": f"{side}-{pair.number}"} for side in ("left", "right")}, **pair.rules})
        self.simulator = simulated.start(self, world.save())
        self.moved = self.move_aliases()

    def move_aliases(self):
        """Aliases that stand for other content than the module has, on the right side ("older") or on the left ("newer"); how many."""
        moved, instances = 0, {instance["alias"]: instance for instance in self.simulator.dump()["instances"]}
        for pair in self.pairs:
            for flow in pair.flows:
                side = {"older": "right", "newer": "left"}.get(flow.alias)
                instance = instances[f"{side or 'left'}-{pair.number}"]
                module = next((row for row in instance["modules"] if side and row["name"] == pair.name("flow-module", flow.name, side)), None)
                if not module or not module.get("aliases"):
                    continue

                def call(operation, **input):
                    self.simulator.admin("call", {"operation": operation, "input": {
                        "InstanceId": instance["id"], "ContactFlowModuleId": module["id"], **input}})

                try:
                    call("UpdateContactFlowModuleContent", Content=module["content"])
                except RuntimeError:
                    continue  # It would not be published today, and so could not be put back.
                call("UpdateContactFlowModuleContent", Content=worlds.module("Something else."))
                call("CreateContactFlowModuleVersion")
                call("UpdateContactFlowModuleAlias", AliasId=module["aliases"][0]["id"], ContactFlowModuleVersion=2)
                call("UpdateContactFlowModuleContent", Content=module["content"])
                moved += 1
        return moved

    def both(self, pair, left="left", right="right", aliases="keep"):
        config = ("--config", f"{pair.number}.yaml", "--module-versions", aliases)
        plan = self.run_program("plan", "--from", left, "--to", right, "--json", *config)
        diff = self.run_program("diff", left, right, "--json", *config)
        return plan, diff

    def agree(self, plan, diff):
        """True where something is to be done, None where the plan has problems."""
        planned, different, told = plan.json(), diff.json(), f"{plan}\n{diff}"
        if plan.status == 1:
            self.assertNotEqual([], planned["problems"], told)
            self.assertNotEqual(0, diff.status, told)
            return None
        counted = {}
        for flow in different["flows"]:
            if flow["counts"]:
                counted.setdefault(flow["what"], []).append((flow["kind"], flow["right_name"] or flow["left_name"]))
        updated = [(row["kind"], row["name"]) for row in planned["updated"]]
        self.assertEqual(sorted(updated), sorted(counted.get("changed", [])), told)
        self.assertEqual(len(planned["created"]), len(counted.get("left-only", [])) + len(counted.get("renamed", [])), told)
        self.assertNotIn("unclear", counted, told)
        self.assertEqual(2 if planned["pending"] else 0, plan.status, told)
        self.assertEqual(2 if counted else 0, diff.status, told)
        return bool(planned["pending"])

    def from_a_bundle(self, pair):
        """What was pulled says the same of the other side as the instance does; but a bundle cannot keep what it knows by
        name only."""
        plan, diff = self.both(pair)
        if plan.status == 1:
            return
        self.expect(0, self.run_program("pull", "left", f"b{pair.number}", "--config", f"{pair.number}.yaml"))
        from_bundle = self.both(pair, f"./b{pair.number}")
        kept = any(warning["id"] == "unresolved-reference" for warning in plan.json()["warnings"])
        self.assertEqual(kept, self.agree(*from_bundle) is None, from_bundle[0])
        if kept:
            return
        for what in ("created", "updated", "unchanged"):
            names = [sorted((row["kind"], row["name"]) for row in outcome.json()[what]) for outcome in (plan, from_bundle[0])]
            self.assertEqual(*names, f"{what}\n{plan}\n{from_bundle[0]}")
        counted = [[flow for flow in outcome.json()["flows"] if flow["counts"]] for outcome in (diff, from_bundle[1])]
        for change in (change for flows in counted for flow in flows for member in ("metadata", "left_alone") for change in flow[member]):
            if change["what"].startswith("alias "):
                change["left"] = "whatever number it has"
        self.assertEqual(*counted)

    def test_a_difference_is_empty_exactly_when_the_plan_is(self):
        seen, followed = {True: 0, False: 0, None: 0}, 0
        for pair in self.pairs:
            for ends in (("left", "right"), ("right", "left")):
                with self.subTest(pair=pair.number, ends=ends, seed=SEED):
                    kept = self.both(pair, *ends)
                    seen[self.agree(*kept)] += 1
                    if any(flow.alias for flow in pair.flows):
                        follow = self.both(pair, *ends, "follow")
                        self.agree(*follow)
                        left, right = kept[1].json().get("flows"), follow[1].json().get("flows")
                        followed += left is not None and right is not None and [f["counts"] for f in left] != [f["counts"] for f in right]
            with self.subTest(bundle=pair.number, seed=SEED):
                self.from_a_bundle(pair)
        self.assertGreaterEqual(min(seen[True], seen[False]), PAIRS // 6, seen)
        self.assertLessEqual(seen[None], PAIRS // 2, seen)
        self.assertGreater(self.moved, 0)
        self.assertGreater(followed, 0, "some difference was seen only because aliases follow")


if __name__ == "__main__":
    harness.main()
