#!/usr/bin/env python3
"""flowferry doctor: what it finds of each environment, one failing beside others, and policies that hold what is called."""

import fnmatch
import json
import urllib.parse

from lib import fake_endpoint, harness, simulated, worlds
from lib.recorder import Recorder
from lib.worlds import DEV, PROD, keys_of

READS = ("Describe", "List", "Search", "Get", "BatchGet")


def each(value):
    return [value] if isinstance(value, str) else value


class DoctorTest(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        world = worlds.rich(self)
        for instance, text in zip(world.instances, ("new", "old")):
            next(module for module in instance["modules"] if module["name"] == "Equal module")["description"] = text
        worlds.add_aliases(world)
        self.simulator = simulated.start(self, world.save())
        self.before = self.simulator.dump()

    def doctor(self, status, *arguments, **variables):
        outcome = self.expect(status, self.run_program("doctor", *arguments, "--json", "--quiet", **variables))
        for secret in (keys_of(DEV)[1], keys_of(PROD)[1]):
            self.assertNotIn(secret, outcome.out + outcome.err)
        return {entry["environment"]: entry for entry in outcome.json()["environments"]}

    def instance(self, alias):
        return simulated.instance_of(self.before, alias)


class Findings(DoctorTest):
    def test_all_is_well(self):
        found = self.doctor(0)
        self.assertEqual(["dev", "prod"], list(found))
        prod = found["prod"]
        instance = self.instance("acme-prod")
        self.assertEqual((instance["id"], instance["arn"], "acme-prod", "ACTIVE"),
                         tuple(prod["instance"][name] for name in ("id", "arn", "alias", "status")))
        self.assertEqual(PROD, prod["identity"]["account"])
        self.assertIn("aws/credentials:", prod["credentials"]["source"])
        states = {entry["operation"]: entry["state"] for entry in prod["operations"]}
        for operation, state in states.items():
            self.assertEqual("allowed" if operation.startswith(READS) else "not-tried", state, operation)
        self.assertTrue(all(entry["reason"] for entry in prod["operations"] if entry["state"] == "not-tried"))
        self.assertIn(("CreateContactFlow", 2), [(quota["operation"], quota["value"]) for quota in prod["quotas"]])
        self.assertEqual(self.before, self.simulator.dump())
        self.assertEqual(0, self.simulator.log()["writes"])

    def test_text_for_people(self):
        outcome = self.expect(0, self.run_program("doctor", "--env", "prod"))
        for word in ('"prod" (flowferry.yaml:', "aws/credentials:", "account " + PROD, "acme-prod", "ACTIVE", "allowed",
                     "it would write: CreateContactFlow", "2 a second: ", '"Version": "2012-10-17"', self.instance("acme-prod")["arn"]):
            self.assertIn(word, outcome.out)
        self.assertNotIn('"dev"', outcome.out)
        self.assertNotIn("2012-10-17", self.run_program("doctor", "--no-policies").out)

    def test_denied_on_one_operation_out_of_many(self):
        self.simulator.switch({"deny": "ListPrompts"})
        found = self.doctor(1, "--env", "prod")["prod"]
        denied = [entry for entry in found["operations"] if entry["state"] != "allowed" and entry["operation"].startswith(READS)]
        self.assertEqual([("ListPrompts", "denied", "AccessDeniedException")],
                         [(entry["operation"], entry["state"], entry["error"]["code"]) for entry in denied])
        self.assertTrue(denied[0]["error"]["request_id"])
        outcome = self.expect(1, self.run_program("doctor", "--env", "prod"))
        for word in ("connect:ListPrompts: denied", "request id", "allow the IAM action connect:ListPrompts"):
            self.assertIn(word, outcome.out)

    def test_one_environment_fails_and_the_other_is_looked_at(self):
        environments = worlds.environments()
        environments["nobody"] = {**environments["prod"], "profile": "prdo"}
        environments["elsewhere"] = {**environments["prod"], "instance": "acme-prdo"}
        environments["away"] = {**environments["prod"], "endpoint_url": fake_endpoint.closed_port()}
        environments["folder"] = {"bundle": "somewhere"}
        self.configure(environments)
        found = self.doctor(1)
        self.assertEqual(["dev", "prod", "nobody", "elsewhere", "away"], list(found))
        self.assertEqual([True, True, False, False, False], [entry["well"] for entry in found.values()])
        self.assertIn("prdo", found["nobody"]["error"]["message"])
        self.assertIn("acme-prod", found["elsewhere"]["instance_error"]["hint"])
        self.assertEqual(PROD, found["elsewhere"]["identity"]["account"])
        self.assertIn("INSTANCE-ID", json.dumps(found["elsewhere"]["policies"]))
        self.assertEqual("network", found["away"]["identity"]["error"]["kind"])
        self.assertIsNone(found["prod"]["instance_error"])

    def test_an_environment_that_does_not_exist(self):
        found = self.doctor(1, "--env", "prdo", "--env", "dev")
        self.assertEqual([False, True], [entry["well"] for entry in found.values()])
        self.assertIn("prod", found["prdo"]["error"]["hint"])

    def test_found_by_id_or_arn_the_policy_needs_no_list(self):
        for name in ("id", "arn"):
            self.configure(worlds.environments(self.instance("acme-prod")[name]))
            policies = json.dumps(self.doctor(0, "--env", "prod")["prod"]["policies"])
            self.assertIn("connect:DescribeInstance", policies)
            self.assertNotIn("connect:ListInstances", policies)

    def test_an_instance_without_flows_has_things_that_cannot_be_tried(self):
        self.configure(worlds.environments("another-00"))
        found = self.doctor(0, "--env", "prod")["prod"]
        reasons = {entry["operation"]: entry["reason"] for entry in found["operations"] if entry["state"] == "not-tried"}
        self.assertEqual("there is no contact flow to read", reasons["DescribeContactFlow"])
        self.assertIn("Lex V2", reasons["DescribeBotAlias"])

    def test_keys_of_a_role_say_until_when_they_are_good(self):
        environments = worlds.environments()
        environments["prod"].update(profile="dev", role_arn=f"arn:aws:iam::{PROD}:role/deploy")
        self.configure(environments)
        prod = self.doctor(0, "--env", "prod")["prod"]
        self.assertRegex(prod["credentials"]["expires"], r"^\d{4}-\d\d-\d\dT")
        self.assertRegex(prod["identity"]["arn"], rf"arn:aws:sts::{PROD}:assumed-role/deploy/flowferry-")


class Policies(DoctorTest):
    """The policy that doctor prints allows each call that the commands make, on the resource that it names."""

    def setUp(self):
        super().setUp()
        self.recorders = {name: Recorder(self, self.simulator.port) for name in ("dev", "prod")}
        environments = worlds.environments()
        for name, recorder in self.recorders.items():
            environments[name]["endpoint_url"] = recorder.origin
        self.configure(environments, module_versions="follow")
        model = json.loads((harness.SOURCE / "data/connect-service.json").read_text())
        lex = json.loads((harness.SOURCE / "data/lex-service.json").read_text())
        self.routes = []
        for service, description in (("connect", model), ("lex", lex)):
            for name, operation in description["operations"].items():
                path = operation["http"]["requestUri"].split("?")[0].strip("/").split("/")
                self.routes.append((service, name, operation["http"]["method"], path))
        self.allowed, self.statements = {}, {}
        for name, entry in self.doctor(0).items():
            for policy in entry["policies"]:
                self.statements[name, policy["role"]] = [
                    (set(each(statement["Action"])), each(statement["Resource"])) for statement in policy["policy"]["Statement"]]
                self.allowed[name, policy["role"]] = set().union(*(actions for actions, _ in self.statements[name, policy["role"]]))
        self.refused = []

    def operation(self, method, target, headers):
        """The operation of a request as an action, and what its path names by its parameters."""
        parts = target.split("?")[0].strip("/").split("/")
        service = "lex" if "/lex/aws4_request" in headers["Authorization"] else "connect"
        matches = [(owner, operation, path) for owner, operation, verb, path in self.routes
                   if owner == service and verb == method and len(path) == len(parts)
                   and all(want.startswith("{") or want == got for want, got in zip(path, parts))]
        _, operation, path = min(matches, key=lambda match: sum(part.startswith("{") for part in match[2]))
        named = {want.strip("{}"): urllib.parse.unquote(got) for want, got in zip(path, parts) if want.startswith("{")}
        return f"{service}:{operation}", named

    def resource(self, name, action, named):
        """The ARN that a request is about; nothing: a list, whose resource the service decides."""
        named = {key[0].upper() + key[1:]: value for key, value in named.items()}
        instance = self.instance("acme-" + name)
        if "ResourceArn" in named:
            return named["ResourceArn"]
        if "ContactFlowId" in named:
            return f"{instance['arn']}/contact-flow/{named['ContactFlowId'].split(':')[0]}"
        if "ContactFlowModuleId" in named:
            return f"{instance['arn']}/flow-module/{named['ContactFlowModuleId'].split(':')[0]}"
        in_lex = ":".join(instance["arn"].split(":")[:5]).replace(":connect:", ":lex:")
        if "BotAliasId" in named:
            return f"{in_lex}:bot-alias/{named['BotId']}/{named['BotAliasId']}"
        if "BotId" in named:
            return f"{in_lex}:bot/{named['BotId']}"
        return instance["arn"] if action == "connect:DescribeInstance" else None

    def enforce(self, name, role, without=()):
        """From here on the environment refuses whatever that policy does not allow, and these actions."""
        def refuse(method, target, headers, body):
            action, named = self.operation(method, target, headers)
            resource = self.resource(name, action, named)
            for actions, resources in self.statements[name, role]:
                if action in actions and action not in without and (resource is None or any(fnmatch.fnmatchcase(resource, pattern) for pattern in resources)):
                    return None
            self.refused.append((name, role, action, resource))
            return 403, {"x-amzn-ErrorType": "AccessDeniedException", "x-amzn-RequestId": "r"}, b'{"Message":"no"}'

        self.recorders[name].answer = refuse

    def actions(self, name):
        """What the environment was asked for since the last time."""
        out = {self.operation(exchange.method, exchange.target, exchange.headers)[0] for exchange in self.recorders[name].exchanges}
        self.recorders[name].exchanges.clear()
        return out

    def check(self, role, *command, status=0):
        """The command does its work though either environment refuses what its policy lacks; what they were asked for."""
        for name, its_role in (("dev", "read"), ("prod", role)):
            self.recorders[name].exchanges.clear()
            self.enforce(name, its_role)
        outcome = self.run_program(*command)
        self.assertEqual([], self.refused, command)
        if status is not None:
            self.expect(status, outcome)
        return {name: self.actions(name) for name in ("dev", "prod")}

    def test_they_hold_what_the_commands_call(self):
        ends = ("--from", "dev", "--to", "prod")
        read = self.check("read", "plan", *ends, "-o", "release.plan", status=2)
        for command in (("rehearse", *ends), ("pull", "dev", "bundle"), ("inventory", "prod"), ("graph", "prod"), ("refs", "dev", "BasicQueue"),
                        ("lint", "dev"), ("diff", "dev", "prod")):
            status = {"lint": None, "diff": 2, "refs": None}.get(command[0], 0)
            for name, used in self.check("read", *command, status=status).items():
                read[name] |= used
        self.enforce("prod", "write", without=("connect:UpdateContactFlowContent",))
        self.expect(1, self.run_program("migrate", *ends, "--yes"))
        self.assertEqual({("prod", "write", "connect:UpdateContactFlowContent")}, {refused[:3] for refused in self.refused})
        self.refused.clear()
        written = self.actions("prod")
        written |= self.check("write", "resume", "--yes")["prod"]
        self.check("read", "verify", *ends)
        run = self.run_program("runs", "--json").json()["runs"][0]["run"]
        self.check("read", "verify", "--run", run)
        undone = self.check("undo", "undo", "--yes")["prod"]
        written |= self.check("write", "apply", "release.plan", "--yes")["prod"]
        # So is what reads; searches are tried only where there is much to read.
        self.assertEqual({"connect:SearchContactFlows", "connect:SearchContactFlowModules"},
                         self.allowed["dev", "read"] - read["dev"] - read["prod"])
        # What writes is in a policy only where it is really needed: this world needs nearly all of it.
        writes = {action for action in self.allowed["prod", "write"] if not action.split(":")[1].startswith(READS)}
        self.assertEqual(set(), writes - written)
        unwrites = {action for action in self.allowed["prod", "undo"] if not action.split(":")[1].startswith(READS)}
        self.assertEqual(set(), unwrites - undone)


if __name__ == "__main__":
    harness.main()
