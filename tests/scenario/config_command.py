#!/usr/bin/env python3
"""flowferry config: the schema agrees with a validator and with the parser, and check says what it understood."""

import json
import re
import warnings

import jsonschema
import yaml

from lib import harness, worlds

GOOD = """environments:
  dev:  { profile: acme-dev,  region: ap-northeast-1, instance: acme-dev }
  prod: { profile: acme-prod, region: ap-northeast-1, instance: acme-prod }
  repo: { bundle: ./connect }
select: { include: ["*", "regex:^VIP"], exclude: "zz_*", with_dependencies: true }
mapping:
  rename: [{ kind: queue, from: "^dev-(.*)$", to: "prod-$1" }]
  pin: [{ kind: assistant, from: "arn:x", to: "arn:y" }]
  renamed: [{ kind: contact-flow, from: Old, to: New }]
missing: { prompt: keep }
replace:
  - { name: hotline, flows: ["Main*"], parameter: Text, values: { dev: "0120-1", prod: "0120-2" } }
limits: { creates: 10, share: 0.5 }
protect: { names: ["Main"], tags: { stage: live } }
pairs:
  - { from: dev, to: prod, missing: { queue: skip-flow }, limits: { creates: 3 } }
pace: { rate: 2, burst: 5 }
quotas: { CreateContactFlow: { rate: 4 } }
"""


class Schema(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        outcome = self.expect(0, self.run_program("config", "schema"))
        self.schema = outcome.json()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            jsonschema.Draft7Validator.check_schema(self.schema)
            self.validator = jsonschema.Draft7Validator(self.schema)

    def complaints(self, text):
        return [error.message for error in self.validator.iter_errors(yaml.safe_load(text))]

    def test_is_a_schema_that_takes_what_the_parser_takes(self):
        texts = [GOOD, "{}", ""] + [path.read_text() for path in harness.EXAMPLES.glob("*/flowferry.yaml")]
        self.assertGreater(len(texts), 4)
        for document in ("README.md", "docs/formats.md"):
            blocks = re.findall(r"```yaml\n(.*?)```", (harness.SOURCE / document).read_text(), re.S)
            texts += [block for block in blocks if block.startswith(("environments:", "select:", "replace:", "pairs:"))]
        for text in texts:
            self.assertEqual([], self.complaints(text), text)

    def test_the_configurations_in_the_documents_are_taken_by_the_parser(self):
        seen = 0
        for document in ("README.md", "docs/formats.md"):
            for block in re.findall(r"```yaml\n(environments:.*?)```", (harness.SOURCE / document).read_text(), re.S):
                self.write("flowferry.yaml", block)
                self.expect(0, self.run_program("config", "check"))
                seen += 1
        self.assertGreater(seen, 1)

    def test_refuses_what_the_parser_refuses(self):
        lines = GOOD.split("\n")
        for bad in ("environmnts: {}", "environments: { dev: { instanc: x } }", "environments: { dev: x }",
                    "select: [x]", "select: { include: { a: 1 } }", "select: { with_dependencies: maybe }",
                    "mapping: { rename: [{ kind: queue, from: x }] }", "mapping: { rename: [{ kind: que, from: x, to: y }] }",
                    "mapping: { pin: { kind: queue } }", "missing: { prompts: keep }", "missing: { prompt: kep }",
                    "replace: [{ name: x }]", "replace: [{ values: { dev: \"\", prod: x } }]", "limits: { creates: -1 }",
                    "limits: { creates: 1.5 }", "limits: { share: 2 }", "pairs: { from: dev }", "pairs: [{ form: dev }]",
                    "pace: { rate: -1 }", "quotas: { CreateContactFlows: { rate: 1 } }"):
            with self.subTest(bad):
                text = "\n".join(line for line in lines[:4]) + "\n" + bad
                if bad.startswith("environm"):
                    text = bad
                self.assertNotEqual([], self.complaints(text))
                self.write("flowferry.yaml", text)
                outcome = self.expect(1, self.run_program("config", "check"))
                self.assertRegex(outcome.err, r"flowferry\.yaml:\d+")
                self.assertIn("What to do:", outcome.err)


class Check(harness.ScenarioTest):
    def test_says_what_it_understood(self):
        self.write("flowferry.yaml", GOOD)
        outcome = self.expect(0, self.run_program("config", "check"))
        for word in ("flowferry.yaml can be used", "instance acme-prod", "bundle ./connect", "regex:^VIP", "zz_*", "prod-$1",
                     'From "dev" to "prod" (line 16)', "missing queue: skip-flow", "limit of creates: 3", "hotline", "0120-2",
                     '"Old" of the target is called "New" now'):
            self.assertIn(word, outcome.out)
        self.assertEqual("", outcome.err)
        document = self.expect(0, self.run_program("config", "check", "--json")).json()
        self.assertEqual(["dev", "prod", "repo"], sorted(entry["name"] for entry in document["environments"]))
        self.assertEqual({"queue": "skip-flow"}, document["pairs"][0]["missing"])
        self.assertEqual({"creates": 10, "share": 0.5}, document["general"]["limits"])
        self.assertEqual({"names": ["Main"], "tags": {"stage": "live"}}, document["general"]["protect"])
        self.assertEqual([{"kind": "contact-flow", "from": "Old", "to": "New"}], document["general"]["renamed"])
        self.assertEqual("0120-1", document["general"]["replace"][0]["values"]["dev"])

    def check_refused(self, text, *words):
        self.write("flowferry.yaml", text)
        for more in ((), ("--json",)):
            outcome = self.expect(1, self.run_program("config", "check", *more))
            self.assertEqual(1, outcome.err.count("Error:"), str(outcome))
            for word in (*words, "What to do:"):
                self.assertIn(word, outcome.err, str(outcome))
            if more:
                self.assertTrue(outcome.json()["error"]["hint"])

    def test_names_file_line_key_and_remedy(self):
        self.check_refused(GOOD.replace("missing: { prompt", "mising: { prompt"), "flowferry.yaml:10", "mising", '"missing"')
        self.check_refused(GOOD.replace("from: dev, to: prod, m", "from: dev, to: prd, m"), "flowferry.yaml:16", '"prd"', '"prod"')
        self.check_refused(GOOD.replace("prod: \"0120-2\"", "stage: \"0120-2\""), "flowferry.yaml:12", '"stage"', "dev, prod, repo")
        self.check_refused(GOOD.replace(", instance: acme-dev }", " }"), "flowferry.yaml:2", '"dev"', "instance:")
        self.check_refused(GOOD.replace("regex:^VIP", "regex:^(VIP"), "flowferry.yaml:5", "^(VIP", "regular expression")
        self.check_refused(GOOD.replace("parameter: Text", "path: Text"), "flowferry.yaml:12", "$")

    def test_without_a_file(self):
        outcome = self.expect(1, self.run_program("config", "check"))
        self.assertIn("flowferry.yaml", outcome.err)
        self.assertIn("What to do:", outcome.err)

    def test_names_are_data(self):
        self.write("flowferry.yaml", json.dumps({"environments": {"a\u202eb\n": {"instance": "\u001b[31mx"}}}))
        outcome = self.expect(0, self.run_program("config", "check"))
        self.assertNotIn("\u202e", outcome.out)
        self.assertNotIn("\x1b", outcome.out)


if __name__ == "__main__":
    harness.main()
