#!/usr/bin/env python3
"""Every request that flowferry sends, checked member by member against the service's own description."""

import copy
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))

from lib import harness, simulated, worlds  # noqa: E402
from lib.recorder import Exchange, Recorder  # noqa: E402
from lib.worlds import Document, keys_of  # noqa: E402
from request_checker import Description, check_signature  # noqa: E402

ENDS = ("--from", "dev", "--to", "prod")
DATA = harness.SOURCE / "data"
REFERENCE = harness.SOURCE / ".." / "shared" / "reference" / "connect-model.json"
CONNECT = [Description(path) for path in (DATA / "connect-service.json", REFERENCE) if path.exists()]
LEX = Description(DATA / "lex-service.json")
SECRETS = dict(keys_of(account) for account in worlds.ACCOUNTS)


def descriptions(exchange):
    return [LEX] if "/lex/aws4_request" in exchange.headers.get("Authorization", "") else CONNECT


def is_service_call(exchange):
    """STS and Service Quotas have other protocols; the simulator's own pages have none."""
    scope = exchange.headers.get("Authorization", "")
    return "/connect/aws4_request" in scope or "/lex/aws4_request" in scope


def complaints(exchange):
    out = [text for description in descriptions(exchange) for text in description.check(exchange)]
    return out or check_signature(exchange, SECRETS)


class Requests(harness.ScenarioTest):
    def serve(self, world, environments=None, **switches):
        self.simulator = simulated.start(self, world.save() if hasattr(world, "save") else world, switches=switches)
        self.recorder = Recorder(self, self.simulator.port)
        self.variables["AWS_ENDPOINT_URL"] = self.recorder.origin
        if environments:
            self.configure(environments)

    def check(self, most_of=()):
        exchanges = [exchange for exchange in self.recorder.exchanges if is_service_call(exchange)]
        self.assertTrue(exchanges)
        for exchange in exchanges:
            self.assertEqual([], complaints(exchange), exchange)
        used = {descriptions(exchange)[0].operation(exchange.method, exchange.target) for exchange in exchanges}
        self.assertLessEqual(set(most_of), used)
        return used

    def test_a_whole_life_of_a_migration(self):
        world = worlds.rich(self)
        for instance, text in zip(world.instances, ("new", "old")):
            next(module for module in instance["modules"] if module["name"] == "Equal module")["description"] = text
        worlds.add_aliases(world)
        dev = world.instances[0]
        dev["flows"].append({"name": "斜線 / %2F $SAVED \"q\"", "type": "CONTACT_FLOW", "content": world.file(worlds.greeting("é 😀")),
                             "tags": {"キー é:/=": "値 +:@", "k 1": ""}})
        next(flow for flow in dev["flows"] if flow["name"] == "Only tags")["tags"]["キー é:/="] = "値"
        self.serve(world, pages="ragged", **{"unpublished-describe": "refuse"})
        self.configure(worlds.environments(), module_versions="follow")
        self.expect(2, self.run_program("plan", *ENDS, "-o", "a.plan"))
        self.expect(0, self.run_program("apply", "a.plan", "--yes"))
        self.expect(0, self.run_program("verify", *ENDS))
        self.expect(0, self.run_program("undo", "--yes"))
        self.expect(0, self.run_program("migrate", *ENDS, "--yes", "--rehearse"))
        self.expect(0, self.run_program("undo", "--yes"))
        document = json.loads(self.expect(0, self.run_program("doctor", "--json")).out)
        operations = {entry["operation"] for entry in document["environments"][0]["operations"]}
        # Found by id the instance is described.
        ids = simulated.instance_of(self.simulator.dump(), "acme-prod")
        self.configure(worlds.environments(ids["arn"]))
        self.expect(0, self.run_program("doctor", "--env", "prod"))
        used = self.check(operations | {"DescribeInstance"})
        targets = " ".join(exchange.target for exchange in self.recorder.exchanges)
        for piece in ("%3A%24SAVED", "/tags/arn%3Aaws%3Aconnect", "tagKeys=%E3%82%AD%E3%83%BC%20%C3%A9%3A%2F%3D", "nextToken=", "maxResults="):
            self.assertIn(piece, targets)
        print(f"{len(self.recorder.exchanges)} requests of {len(used)} operations")

    def test_the_example_contact_centre(self):
        for example in ("sakura-travel", "minimal"):
            source = harness.EXAMPLES / example
            if not (source / "world.yaml").exists():
                continue
            with self.subTest(example):
                config = (source / "flowferry.yaml").read_text()
                self.write("flowferry.yaml", config + "\npace: { rate: 0 }\n" if "pace:" not in config else config)
                self.variables["AWS_SHARED_CREDENTIALS_FILE"] = str(source / "aws" / "credentials")
                self.serve(source / "world.yaml")
                names = [line.split(":")[0].strip() for line in config.splitlines() if "instance:" in line]
                self.expect(0, self.run_program("migrate", "--from", names[0], "--to", names[1], "--yes", "--journal",
                                                f"{example}.db"))
                self.check()

    def test_after_failures_the_same_holds(self):
        self.serve(worlds.rich(self))
        self.simulator.admin("faults", {"seed": 7, "error_500": 0.05, "reset_after": 0.05, "throttled": 0.05, "cut_body": 0.05})
        self.run_program("migrate", *ENDS, "--yes")
        self.simulator.admin("faults", {})
        self.run_program("resume")
        self.check()


class Checker(unittest.TestCase):
    """The checker notices what it is there for."""

    INSTANCE = "5e74d616-55c0-41cb-987d-117686af2ed0"
    SIGNED = {"Host": "127.0.0.1:1", "X-Amz-Date": "20260115T120000Z",
              "Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20260115/us-east-1/connect/aws4_request, "
                               "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64}

    def request(self, method, target, body=None):
        headers = dict(self.SIGNED)
        if body is not None:
            headers["Content-Type"] = "application/json"
            headers["Authorization"] = headers["Authorization"].replace("=host;", "=content-type;host;")
        data = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        return Exchange(method, target, headers, data)

    def said(self, request):
        return " ".join(text for description in CONNECT for text in description.check(request))

    def create(self, **changes):
        body = {"Name": "x", "Type": "CONTACT_FLOW", "Content": "{}", "Tags": {"a": "b"}}
        body.update(changes)
        return self.request("PUT", f"/contact-flows/{self.INSTANCE}", {k: v for k, v in body.items() if v is not None})

    def test_good_ones_pass(self):
        self.assertEqual("", self.said(self.create()))
        self.assertEqual("", self.said(self.request("GET", f"/contact-flows-summary/{self.INSTANCE}?maxResults=1000")))
        self.assertEqual("", self.said(self.request("DELETE", "/tags/arn%3Aaws%3Aconnect?tagKeys=a&tagKeys=%C3%A9")))

    def test_bad_ones_do_not(self):
        summary = f"/contact-flows-summary/{self.INSTANCE}"
        double = '{"Name":"x","Name":"y","Type":"CONTACT_FLOW","Content":"{}"}'
        bare = self.create()
        bare.headers = {key: value for key, value in bare.headers.items() if key != "Content-Type"}
        lex = self.create()
        lex.headers = {**lex.headers, "Authorization": lex.headers["Authorization"].replace("/connect/", "/lex/")}
        for request, words in (
                (self.create(Name=None), "Name is required"), (self.create(Colour="red"), "Colour does not exist"),
                (self.create(Type="FLOW"), "none of"), (self.create(Name=7), "is no string"), (self.create(Tags={}), "size"),
                (self.create(Tags={"a": 1}), "is no string"), (self.create(Tags=None, Description=False), "is no string"),
                (self.request("PUT", f"/contact-flows/{self.INSTANCE}", "[]"), "no object"),
                (self.request("PUT", f"/contact-flows/{self.INSTANCE}", "{"), "no JSON"),
                (self.request("PUT", f"/contact-flows/{self.INSTANCE}", double), "twice"),
                (self.request("GET", summary + "?maxResults=1001"), "not from"),
                (self.request("GET", summary + "?maxResults=1&maxResults=2"), "2 times"),
                (self.request("GET", summary + "?maxResult=1"), "does not exist"),
                (self.request("GET", summary + "?nextToken=a+b"), "encoded"),
                (self.request("GET", summary + "?nextToken=a b"), "encoded"),
                (self.request("GET", "/contact-flows-summary/a$b"), "encoded"),
                (self.request("GET", "/contact-flows-summary/%3a"), "encoded"),
                (self.request("GET", "/nowhere"), "no operation"), (self.request("PUT", summary), "no operation"),
                (self.request("GET", summary, {}), "has a body"), (self.request("DELETE", "/tags/x"), "tagKeys is required"),
                (bare, "Content-Type is None"), (lex, "signed for lex")):
            with self.subTest(words):
                self.assertIn(words, self.said(request), request)

    def test_a_signature_of_anything_else_is_wrong(self):
        vectors = json.loads((harness.SOURCE / "tests/data/connect-sigv4-vectors.json").read_text())
        vectors = vectors["vectors"] if isinstance(vectors, dict) else vectors
        self.assertGreater(len(vectors), 10)
        good = copy.deepcopy(self.create())
        good.headers["Authorization"] = good.headers["Authorization"].replace("AKID", "AKIDEXAMPLE")
        self.assertIn("signature is wrong", check_signature(good, {"AKIDEXAMPLE": "x"})[0])


if __name__ == "__main__":
    harness.main()
