#!/usr/bin/env python3
"""Whatever is wrong with what the user gives: one clear error that names place and remedy, and nothing is written."""

import json

from lib import fake_endpoint, harness, simulated, worlds
from lib.refusals import COMMANDS, BadInputTest
from lib.worlds import Document


class CommandLine(BadInputTest):
    def check(self, *arguments, words):
        outcome = self.run_program(*arguments)
        self.expect(1, outcome)
        self.assertEqual(1, outcome.err.count("Error:"), str(outcome))
        self.assertIn("What to do:", outcome.err)
        for word in words:
            self.assertIn(word, outcome.err, str(outcome))
        self.assertEqual("", outcome.out)

    def test_unknown_commands_and_options_and_missing_ones(self):
        worlds.pair(self)
        self.check("migrat", "--from", "dev", "--to", "prod", words=["migrat", '"migrate"'])
        self.check("外部", words=["外部", "command"])
        self.check(words=["--help"])
        self.check("plan", "--from", "dev", "--to", "prod", "--frm", "x", words=["--frm"])
        self.check("plan", "--from", "dev", words=["--to"])
        self.check("plan", "--from", "dev", "--to", words=["--to"])
        self.check("migrate", "--from", "dev", "--to", "prod", "extra", words=["extra"])
        self.check("apply", words=["PLAN"])
        self.check("simulator", words=["--world"])
        self.check("plan", "--from", "dev", "--to", "prod", "--include", words=["--include"])

    def test_a_wrong_line_names_the_commands_own_help(self):
        worlds.pair(self)
        self.check("plan", "--from", "dev", words=["flowferry plan --help"])
        self.check("config", words=["flowferry config --help"])
        self.check("外部", words=['there is no command "外部"', "flowferry --help"])

    def test_a_format_that_contradicts_json_is_refused_by_all(self):
        worlds.pair(self)
        for arguments in (("plan", "--from", "dev", "--to", "prod", "--format", "markdown"), ("diff", "dev", "prod", "--format", "html"),
                          ("lint", "dev", "--format", "text"), ("graph", "dev", "--format", "dot")):
            outcome = self.expect(1, self.run_program(*arguments, "--json"))
            self.assertIn("contradicts --json", outcome.json()["error"]["message"], arguments)
            self.assertIn("--format " + arguments[-1], outcome.err)
        self.assertIn("properties", self.expect(0, self.run_program("config", "schema", "--json")).json())

    def test_with_json_it_is_the_documented_document(self):
        for command, arguments in (("plan", ("plan", "--from", "dev", "--json")), ("migrate", ("--json", "migrate", "--frm", "x")),
                                   ("", ("migrat", "--json")), ("undo", ("undo", "a", "b", "--json"))):
            outcome = self.expect(1, self.run_program(*arguments))
            document = outcome.json()
            self.assertEqual((command, "usage"), (document["command"], document["error"]["kind"]))
            self.assertTrue(document["error"]["message"] and document["error"]["hint"])
            self.assertEqual(["command-failed"], [problem["id"] for problem in document["problems"]])
            self.assertEqual(1, outcome.err.count("Error:"), str(outcome))

    def test_help_stands_on_everything_with_examples(self):
        commands = ("migrate", "plan", "apply", "resume", "undo", "runs", "verify", "rehearse", "refs", "graph", "lint", "diff",
                    "pull", "inventory", "config", "doctor", "simulator", "completion")
        for arguments in ((), *((command,) for command in commands)):
            outcome = self.expect(0, self.run_program(*arguments, "--help"))
            self.assertIn("Examples:", outcome.out, arguments)
            self.assertEqual("", outcome.err)
            for command in commands if not arguments else ():
                self.assertIn(command, outcome.out)
        self.assertRegex(self.expect(0, self.run_program("--version")).out, r"^flowferry \d+\.\d+\.\d+")

    def test_simulator_options(self):
        world = worlds.World(self, ".")
        world.instance("acme-dev")
        world.save()
        for arguments, words in ((["--world", "none.yaml"], ["none.yaml"]), (["--world", "world.yaml", "--port", "x"], ["--port"]),
                                 (["--world", "world.yaml", "--switch", "pges=full"], ["pges", "pages"]),
                                 (["--world", "world.yaml", "--switch", "pages=some"], ["pages", "ragged"]),
                                 (["--world", "world.yaml", "--rate", "-1"], ["--rate"])):
            with self.subTest(arguments):
                outcome = self.expect(1, self.run_program("simulator", *arguments, timeout=10))
                for word in words:
                    self.assertIn(word, outcome.err, str(outcome))


class Configuration(BadInputTest):
    def setUp(self):
        super().setUp()
        world, dev, _ = worlds.pair(self)
        dev.flow("Hello", worlds.greeting())
        self.serve(world)

    def test_unknown_environments(self):
        self.check_refused('"prd"', "prod", "flowferry.yaml", ends=("--from", "dev", "--to", "prd"))
        self.check_refused('"staging"', ends=("--from", "staging", "--to", "prod"))
        self.check_refused('"日本"', "dev", "prod", ends=("--from", "dev", "--to", "日本"))

    def test_source_and_target_are_the_same(self):
        self.check_refused('both "dev"', ends=("--from", "dev", "--to", "dev"))
        environments = worlds.environments()
        environments["copy"] = {**environments["dev"], "instance": simulated.instance_of(self.before, "acme-dev")["arn"]}
        environments["id"] = {**environments["dev"], "instance": simulated.instance_of(self.before, "acme-dev")["id"]}
        self.configure(environments)
        self.check_refused("same instance", "arn:aws:connect", ends=("--from", "dev", "--to", "copy"))
        self.check_refused("same instance", "arn:aws:connect", ends=("--from", "id", "--to", "dev"))

    def test_no_configuration(self):
        (self.folder / "flowferry.yaml").unlink()
        self.check_refused("flowferry.yaml", "no such configuration", "--config")
        self.check_refused("other.yaml", ends=("--from", "dev", "--to", "prod", "--config", "other.yaml"))
        self.check_refused("aws", ends=("--from", "dev", "--to", "prod", "--config", "aws"))
        self.write("flowferry.yaml", "")
        self.check_refused('"dev"', "environments:")

    def test_configuration_that_is_not_yaml_or_not_utf8(self):
        for content, words in (("environments: [dev\n", ["flowferry.yaml:", "YAML"]),
                               ("a: b: c\n", ["flowferry.yaml:1", "YAML"]),
                               ("environments:\n\tdev: {}\n", ["flowferry.yaml:2", "YAML"]),
                               (b"environments:\n  dev: { instance: \x8a\xbe }\n", ["flowferry.yaml:2", "UTF-8"]),
                               ("\0", ["flowferry.yaml:1"]), ("just a text\n", ["flowferry.yaml:1"]),
                               ("- a\n- b\n", ["flowferry.yaml:1"]), ("*unknown\n", ["flowferry.yaml:1", "YAML"])):
            with self.subTest(content):
                self.write("flowferry.yaml", content)
                self.check_refused(*words)

    def test_unknown_keys_wrong_types_and_impossible_values_name_the_line_and_the_nearest_key(self):
        good = "  dev: { profile: dev, region: ap-northeast-1, instance: acme-dev }\n"
        for content, words in (("environmnts:\n" + good, ["flowferry.yaml:1", "environmnts", '"environments"']),
                               ("environments:\n  dev: { instanc: acme-dev }\n", ["flowferry.yaml:2", "instanc", '"instance"']),
                               ("environments:\n  dev: acme-dev\n", ["flowferry.yaml:2"]),
                               ("environments:\n  dev: { instance: [a, b] }\n", ["flowferry.yaml:2", "instance"]),
                               ("environments:\n" + good + good, ["flowferry.yaml:3", "twice"]),
                               ("environments:\n" + good + "pace: { rate: -1 }\n", ["flowferry.yaml:3", "rate"]),
                               ("environments:\n" + good + "pace: { rate: fast }\n", ["flowferry.yaml:3", "rate"]),
                               ("environments:\n" + good + "missing: { prompts: keep }\n", ["flowferry.yaml:3", "prompts", '"prompt"']),
                               ("environments:\n" + good + "missing: { prompt: kep }\n", ["flowferry.yaml:3", "kep"]),
                               ("environments:\n" + good + "mapping:\n  rename:\n    - { kind: queue, from: '(', to: x }\n",
                                ["flowferry.yaml:5", "("]),
                               ("environments:\n" + good + "mapping:\n  pin:\n    - { kind: queue, from: x }\n",
                                ["flowferry.yaml:5", '"to"']),
                               ("environments:\n" + good + "select: [x]\n", ["flowferry.yaml:3", "select"])):
            with self.subTest(content):
                self.write("flowferry.yaml", content)
                self.check_refused(*words)

    def test_an_environment_without_what_it_needs(self):
        environments = worlds.environments()
        del environments["prod"]["instance"]
        self.configure(environments)
        self.check_refused("prod", "instance", "flowferry.yaml:")
        environments = worlds.environments()
        del environments["prod"]["region"]
        self.configure(environments)
        self.check_refused("prod", "Region")
        for region in ("ap northeast", "../x", "東京"):
            environments["prod"]["region"] = region
            self.configure(environments)
            self.check_refused("prod", region)
        environments["prod"]["region"] = worlds.REGION
        for url, word in (("localhost:4590", "endpoint"), ("ftp://127.0.0.1/", "endpoint"), ("http://", "endpoint"),
                          ("http://example.com", "https://")):
            environments["prod"]["endpoint_url"] = url
            self.configure(environments)
            self.check_refused("prod", "flowferry.yaml:", word)

    def test_unknown_instances(self):
        def target(**changes):
            environments = worlds.environments()
            environments["prod"].update(changes)
            self.configure(environments)

        target(instance="acme-prd")
        self.check_refused('"prod"', '"acme-prd"', "acme-prod")
        target(instance="ACME-PROD")
        self.check_refused('"prod"', '"ACME-PROD"', "acme-prod")
        target(instance="00000000-0000-4000-8000-000000000000")
        self.check_refused('"prod"', "00000000-0000-4000-8000-000000000000")
        target(instance="arn:aws:lambda:ap-northeast-1:444455556666:function:x")
        self.check_refused('"prod"', "ARN")

    def test_an_instance_in_another_region_or_account(self):
        prod = simulated.instance_of(self.before, "acme-prod")

        def target(**changes):
            environments = worlds.environments()
            environments["prod"].update(changes)
            self.configure(environments)

        target(region="us-east-1")
        self.check_refused('"prod"', '"acme-prod"', "us-east-1")
        target(region="us-east-1", instance=prod["id"])
        self.check_refused('"prod"', prod["id"], "us-east-1")
        target(region="us-east-1", instance=prod["arn"])
        self.check_refused('"prod"', "ap-northeast-1", "us-east-1")
        target(profile="dev")
        self.check_refused('"prod"', "acme-prod", "acme-dev")
        target(profile="dev", instance=prod["id"])
        self.check_refused('"prod"', prod["id"])
        target(instance=prod["arn"].replace("444455556666", "111122223333"))
        self.check_refused('"prod"', "444455556666", "111122223333")


class Credentials(BadInputTest):
    KEYS = ("AKIATESTWITHTOKEN123", "a-secret-of-a-session", "a-session-token")

    def setUp(self):
        super().setUp()
        world, dev, _ = worlds.pair(self)
        dev.flow("Hello", worlds.greeting())
        world.accounts[worlds.PROD] = self.KEYS
        self.serve(world)

    def keep_secret(self, outcome):
        for secret in (worlds.keys_of(worlds.DEV)[1], *self.KEYS[1:], "not-the-secret"):
            self.assertNotIn(secret, outcome.out + outcome.err)

    def check_refused(self, *words, **more):
        super().check_refused(*words, **more)
        self.keep_secret(self.run_program("plan", "--from", "dev", "--to", "prod", "--json", **more))

    def profiles(self, prod):
        self.credentials({"dev": worlds.keys_of(worlds.DEV), **({"prod": prod} if prod else {})})

    def test_right_ones_work(self):
        self.profiles(self.KEYS)
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes"))

    def test_an_unknown_profile(self):
        self.profiles(None)
        self.check_refused('"prod"', "profile", "credentials")

    def test_none_at_all(self):
        environments = worlds.environments()
        for environment in environments.values():
            del environment["profile"]
        self.configure(environments)
        self.check_refused("credentials", "AWS_ACCESS_KEY_ID", AWS_SHARED_CREDENTIALS_FILE="/dev/null")
        self.check_refused("AWS_SECRET_ACCESS_KEY", "set both", AWS_SHARED_CREDENTIALS_FILE="/dev/null",
                           AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE")

    def test_an_unknown_key_a_wrong_secret_and_a_missing_or_wrong_token(self):
        self.profiles(("AKIANOBODYKNOWSTHIS1", self.KEYS[1], self.KEYS[2]))
        self.check_refused('"prod"', "access key", "profile")
        self.profiles((self.KEYS[0], "not-the-secret", self.KEYS[2]))
        self.check_refused('"prod"', "secret")
        self.profiles(self.KEYS[:2])
        self.check_refused('"prod"', "token")
        self.profiles((*self.KEYS[:2], "another-token"))
        self.check_refused('"prod"', "token")

    def test_half_a_profile(self):
        self.write("aws/credentials", "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = "
                   + worlds.keys_of(worlds.DEV)[1] + "\n[prod]\naws_access_key_id = AKIATESTWITHTOKEN123\n")
        self.check_refused('"prod"', "aws_secret_access_key")

    def test_expired_ones_and_no_permission(self):
        self.profiles(self.KEYS)
        self.simulator.switch({"credentials": "expired"})
        self.check_refused("expired")
        self.simulator.switch({"credentials": "valid", "deny": "ListContactFlows"})
        self.check_refused("ListContactFlows", "connect:ListContactFlows")
        self.simulator.switch({"deny": "DescribeContactFlow"})
        for command in COMMANDS:
            outcome = self.run_program(*command, "--from", "dev", "--to", "prod", "--json")
            self.check_error(outcome)
            self.assertIn("connect:DescribeContactFlow", outcome.out)
        self.check_nothing_written()


class Contents(BadInputTest):
    """Published flows of the source that are not what they should be."""

    def setUp(self):
        super().setUp()
        self.world, self.dev, self.prod = worlds.pair(self)
        self.dev.flow("Good", worlds.greeting())

    def bad(self, name, content, **more):
        self.dev.flow(name, content, grandfathered=True, **more)

    def test_what_no_service_would_publish_is_a_problem_of_its_flow(self):
        document = Document().say("Hello.").value()
        broken = json.loads(json.dumps(document))
        broken["Actions"][0]["Transitions"]["NextAction"] = "nowhere"
        broken_error = json.loads(json.dumps(document))
        broken_error["Actions"][0]["Transitions"]["Errors"][0]["NextAction"] = ""
        no_start = {**document, "StartAction": "nothing"}
        text = json.dumps(document)
        twice = text.replace('"Text": "Hello."', '"Text": "Hello.", "Text": "Good bye."')
        self.assertNotEqual(text, twice)
        legacy = {"modules": [], "version": "1", "type": "contactFlow", "start": "x", "metadata": {}}
        large = Document()
        for number in range(249):
            large.say("x" * 1000)
        self.bad("not JSON", "{ this is no JSON")
        self.bad("cut off", text[:-20])
        self.bad("no object", "[1, 2, 3]")
        self.bad("legacy", json.dumps(legacy))
        self.bad("too large", large.text())
        self.bad("twice", twice)
        self.bad("to nowhere", json.dumps(broken))
        self.bad("error to nowhere", json.dumps(broken_error))
        self.bad("no start", json.dumps(no_start))
        self.serve(self.world)
        self.check_problems(("unreadable-content", "not JSON", "JSON", "line 1"),
                            ("unreadable-content", "cut off", "JSON"),
                            ("unreadable-content", "no object", "object"),
                            ("unreadable-content", "legacy", "legacy", "export"),
                            ("too-long", "too large", "256"),
                            ("json-duplicate-key", "twice", "Text"),
                            ("next-dangling", "to nowhere", "nowhere"),
                            ("next-dangling", "error to nowhere"),
                            ("start-missing", "no start", "nothing"))

    def test_with_those_excluded_the_rest_is_carried(self):
        self.bad("bad 1", "{")
        self.bad("bad 2", "")
        self.serve(self.world)
        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes", "--exclude", "bad *"))
        prod = simulated.instance_of(self.simulator.dump(), "acme-prod")
        self.assertEqual(["Good"], [flow["name"] for flow in prod["flows"]])

    def test_content_that_is_not_utf8_or_no_unicode(self):
        for content, words in ((b"Hello \xff\xfe.", ["UTF-8"]), (b"\\ud800 alone", ["Hello"])):
            with self.subTest(content):
                self.dev.entry["flows"] = self.dev.entry["flows"][:1]
                self.bad("Hello", "{}")
                self.serve(self.world)

                def spoil(method, target, answer, content=content):
                    if method == "GET" and "/contact-flows/" in target and b'"Name":"Hello"' in answer:
                        head, _, body = answer.partition(b"\r\n\r\n")
                        body = body.replace(b'"Content":"{}"', b'"Content":"{\\"Version\\":\\"' + content + b'\\"}"')
                        return fake_endpoint.http("200 OK", body)
                    return None

                proxy = fake_endpoint.SpoilingProxy(self.simulator.port, spoil)
                self.addCleanup(proxy.stop)
                self.variables["AWS_ENDPOINT_URL"] = proxy.origin
                for command in COMMANDS:
                    outcome = self.run_program(*command, "--from", "dev", "--to", "prod", "--json")
                    self.check_error(outcome)
                    problems = outcome.json()["problems"]
                    self.assertEqual({"Hello"}, {problem["name"] for problem in problems}, str(outcome))
                    for word in words:
                        self.assertIn(word, json.dumps(problems))
                self.check_nothing_written()

    def test_two_resources_of_one_name_where_one_is_meant(self):
        template = "task-template"
        self.dev.resource(template, "Follow-up")
        self.prod.resource(template, "Follow-up", "Follow-up")
        self.dev.flow("Task", Document().block("CreateTask", {"TaskTemplateId": "{{id:task-template:Follow-up}}",
                                                              "Name": "A task"}).text())
        self.serve(self.world)
        self.check_problems(("unresolved-reference", "Task", "2 times", "Follow-up", "CreateTask", "TaskTemplateId"))

    def test_what_the_target_lacks_is_told_for_every_flow_with_place_and_closest_names(self):
        self.dev.resource("queue", "Sales Tokyo", "予約").resource("prompt", "welcome.wav").resource("lambda-function", "crm")
        self.prod.resource("queue", "Sales Tokio", "BasicQueue").resource("prompt", "welcome2.wav")
        self.prod.resource("lambda-function", {"name": "crm", "associated": False})
        self.dev.flow("One", Document().queue("Sales Tokyo").call("crm").text())
        self.dev.flow("Two", Document().queue("Sales Tokyo").queue("予約").text())
        self.dev.module("Three", Document(module=True).block("MessageParticipant", {"PromptId": worlds.arn("prompt", "welcome.wav")}).text())
        self.serve(self.world)
        self.check_problems(("unresolved-reference", "One", "Sales Tokyo", "Sales Tokio", "UpdateContactTargetQueue", "QueueId"),
                            ("unresolved-reference", "One", "crm"),
                            ("unresolved-reference", "Two", "Sales Tokyo"),
                            ("unresolved-reference", "Two", "予約"),
                            ("unresolved-reference", "Three", "welcome.wav", "welcome2.wav", "PromptId"))

    def test_a_flow_of_the_same_name_but_another_type_and_an_archived_one(self):
        self.dev.flow("Wait", Document(end="EndFlowExecution").say("-").text(), type="CUSTOMER_QUEUE")
        self.dev.flow("Old", worlds.greeting()).module("Old module", worlds.module())
        self.prod.flow("Wait", worlds.greeting()).flow("Old", worlds.greeting(), state="ARCHIVED")
        self.prod.module("Old module", worlds.module(), state="ARCHIVED")
        self.serve(self.world)
        self.check_problems(("name-collision", "Wait", "CONTACT_FLOW", "CUSTOMER_QUEUE"),
                            ("ref-archived", "Old", "archived"), ("ref-archived", "Old module", "archived"))

    def test_arns_of_kinds_without_a_look_up_are_problems_with_a_hint(self):
        arn = "arn:aws:wisdom:ap-northeast-1:111122223333:assistant/7e3a1b52-0c4f-4f60-9a52-7f6b1f2f9e01"
        self.dev.flow("Wisdom", Document().block("CreateWisdomSession", {"WisdomAssistantArn": arn}).text(), grandfathered=True)
        self.serve(self.world)
        self.check_problems(("unresolved-reference", "Wisdom", arn, "pin"))


if __name__ == "__main__":
    harness.main()
