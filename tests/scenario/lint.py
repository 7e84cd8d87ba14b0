#!/usr/bin/env python3
"""flowferry lint: the example world, a bad flow, each format against its schema, the configuration, exit statuses."""

import json
import urllib.parse
import xml.etree.ElementTree as xml

from lib import harness, schemas, simulated, worlds
from lib.worlds import Document

GOLDEN = harness.SOURCE / "tests" / "golden" / "lint"
JSON_SCHEMA = schemas.FOLDER / "lint.schema.json"
HOSTILE = "<script>alert(1)</script> ]]> @all [x](y) | `b` ../../x 案\u202e\x1b[31m"


def bad_content():
    """A flow with known faults: an empty value (error), a hard-coded number (warning), silence (warning)."""
    content = Document().block("UpdateContactAttributes", {"Attributes": {"empty": "", "number": "+81312345678"}}).value()
    content["Actions"][0]["Identifier"] = content["StartAction"] = "first"
    return json.dumps(content)


class Lint(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        self.world, dev, prod = worlds.pair(self)
        clean = Document().block("UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Enabled"}, errors=()).say("Hello.")
        prod.flow("Clean", clean.text())
        dev.flow("Clean", clean.text())
        dev.flow("Bad", bad_content(), grandfathered=True)
        dev.flow("Draft", bad_content(), status="SAVED")
        dev.flow(HOSTILE, bad_content(), grandfathered=True)
        dev.module("Nobody's", worlds.module())
        self.simulator = simulated.start(self, self.world.save())
        self.before = self.simulator.dump()

    def tearDown(self):
        self.assertEqual(self.before, self.simulator.dump(), "lint wrote something")
        super().tearDown()

    def lint(self, status, *arguments):
        return self.expect(status, self.run_program("lint", *arguments))

    def findings(self, status, *arguments):
        """rule → severities of the findings, by flow."""
        document = self.lint(status, *arguments, "--json").json()
        out = {}
        for finding in document["findings"]:
            out.setdefault(finding["name"], {}).setdefault(finding["rule"], []).append(finding["severity"])
        return out

    def test_tells_what_is_wrong_and_where(self):
        found = self.findings(2, "dev")
        self.assertEqual(["error"], found["Bad"]["value-empty"])
        self.assertEqual(["warning"], found["Bad"]["phone-hard"])
        self.assertEqual(["warning"], found["Bad"]["disconnect-silent"])
        self.assertEqual(["warning"], found["Draft"]["value-empty"], "drafts may be unfinished")
        self.assertEqual(["warning"], found["Nobody's"]["unused-module"])
        self.assertNotIn("Clean", found)
        finding = next(f for f in self.lint(2, "dev", "--json").json()["findings"]
                       if f["name"] == "Bad" and f["rule"] == "value-empty")
        self.assertEqual({"identifier": "first", "type": "UpdateContactAttributes"}, finding["block"])
        self.assertEqual("Attributes.empty", finding["parameter"])
        self.assertEqual("/Actions/0/Parameters/Attributes/empty", finding["pointer"])

    def test_text_names_the_flow_the_block_and_the_remedy(self):
        text = self.lint(2, "dev").out
        self.assertIn('contact flow "Bad"\n', text)
        self.assertIn('✗ block "first" (UpdateContactAttributes), Attributes.empty: the value is empty [value-empty]', text)
        self.assertIn("what to do: ", text)
        self.assertNotIn("\x1b", text)
        self.assertRegex(text, r"2 errors, \d+ warnings, \d+ notes in 4 flows and 1 module\.\n$")

    def test_status_follows_fail_on(self):
        self.lint(0, "prod")
        self.lint(2, "dev", "--fail-on", "error")
        self.lint(0, "dev", "--fail-on", "never")
        self.lint(0, "dev", "--include", "Draft")
        self.lint(2, "dev", "--include", "Draft", "--fail-on", "warning")
        self.lint(0, "dev", "--rule", "phone-hard")
        self.lint(2, "dev", "--rule", "phone-hard", "--fail-on", "info")

    def test_only_the_rules_and_flows_that_are_asked_for(self):
        self.assertEqual({"Bad": {"phone-hard": ["warning"]}},
                         self.findings(0, "dev", "--rule", "phone-hard", "--include", "Bad"))
        self.assertNotIn("Nobody's", self.findings(2, "dev", "--exclude", "Draft"), "what uses it may not have been read")

    def test_the_configuration_switches_off_and_excepts(self):
        self.configure(worlds.environments(), lint={
            "off": ["disconnect-silent"], "severity": {"phone-hard": "error", "unused-module": "info"},
            "except": [{"rule": "value-empty", "flow": "B*", "block": "fir?t", "reason": "agreed"},
                       {"rule": "no-exit", "reason": "not needed"}]})
        found = self.findings(2, "dev")
        self.assertNotIn("disconnect-silent", found["Bad"])
        self.assertNotIn("value-empty", found["Bad"])
        self.assertIn("value-empty", found[HOSTILE])
        self.assertEqual(["error"], found["Bad"]["phone-hard"])
        self.assertEqual(["info"], found["Nobody's"]["unused-module"])
        unused = [name for name, rules in found.items() if "exception-unused" in rules]
        self.assertEqual(1, len(unused), found)

    def test_a_wrong_configuration_is_told_with_its_line(self):
        self.write("wrong.yaml", "environments: {}\nlint:\n  off: [phonehard]\n")
        outcome = self.lint(1, "dev", "--config", "wrong.yaml")
        self.assertIn("wrong.yaml:3", outcome.err)
        self.assertIn("phone-hard", outcome.err)

    def test_every_format_is_valid_and_tells_the_same(self):
        expected = self.lint(2, "dev", "--json").json()["findings"]
        sarif = self.lint(2, "dev", "--format", "sarif").json()
        results = sarif["runs"][0]["results"]
        self.assertEqual([f["rule"] for f in expected], [r["ruleId"] for r in results])
        rules = sarif["runs"][0]["tool"]["driver"]["rules"]
        for result in results:
            self.assertEqual(result["ruleId"], rules[result["ruleIndex"]]["id"])
        levels = {"error": "error", "warning": "warning", "info": "note"}
        self.assertEqual([levels[f["severity"]] for f in expected], [r["level"] for r in results])
        prints = [json.dumps(r["partialFingerprints"]) for r in results]
        self.assertEqual(len(prints), len(set(prints)))

        suites = xml.fromstring(self.lint(2, "dev", "--format", "junit").out)
        self.assert_junit(suites)
        failed = [case for case in suites.iter("testcase") if case.find("failure") is not None]
        self.assertEqual(sum(f["severity"] == "error" for f in expected), len(failed))
        self.assertIn("contact-flow: Clean", [suite.get("name") for suite in suites])

        markdown = self.lint(2, "dev", "--format", "markdown").out
        self.assertNotIn("<script>", markdown)
        self.assertNotIn("@all", markdown)
        self.assertNotIn("\x1b", markdown)
        self.assertEqual(markdown.count("\n- "), len(expected))

    def test_a_file_is_written_whole_and_standard_output_stays_empty(self):
        self.assertIn("there is no folder out", self.lint(1, "dev", "--format", "sarif", "-o", "out/lint.sarif").err)
        self.assertFalse((self.folder / "out").exists())
        (self.folder / "out").mkdir()
        self.assertIn("is a folder", self.lint(1, "dev", "-o", "out").err)
        outcome = self.lint(2, "dev", "--format", "sarif", "-o", "out/lint.sarif")
        self.assertEqual("", outcome.out)
        self.assertIn("out/lint.sarif", outcome.err)
        self.assertEqual(self.lint(2, "dev", "--format", "sarif").json(),
                         json.loads((self.folder / "out/lint.sarif").read_text()))
        self.write("blocked", "a file")
        self.assertIn("blocked", self.lint(1, "dev", "-o", "blocked/lint.txt").err)

    def test_a_bundle_has_the_same_findings_with_their_lines(self):
        live = self.lint(2, "dev", "--json").json()["findings"]
        self.expect(0, self.run_program("pull", "dev", "connect/repo"))
        (self.folder / "flowferry.yaml").unlink()
        found = self.lint(2, "connect/repo", "--json").json()["findings"]
        places = [finding.pop("file") for finding in found]
        self.assertEqual(live, found)
        for finding, place in zip(found, places):
            path = self.folder / place["path"]
            line = path.read_text().split("\n")[place["line"] - 1][place["column"] - 1:]
            if finding["rule"] == "phone-hard":
                self.assertTrue(line.startswith('"+81312345678"'), line)
            if finding["rule"] == "value-empty":
                self.assertTrue(line.startswith('""'), line)
        results = self.lint(2, "connect/repo", "--format", "sarif").json()["runs"][0]["results"]
        for result in results:
            place = result["locations"][0]["physicalLocation"]
            path = urllib.parse.unquote(place["artifactLocation"]["uri"], errors="strict")
            self.assertTrue((self.folder / path).is_file(), path)
            self.assertRegex(place["artifactLocation"]["uri"], r"^connect/repo/[!-~]+$")
        self.assertIn("connect/repo/", self.lint(2, "connect/repo").out)
        self.assertIn(" file=", self.lint(2, "connect/repo", "--format", "junit").out)

    def test_exported_files_are_looked_at_one_by_one(self):
        """What `aws connect describe-contact-flow` prints, and a content alone: other flows and resources may exist."""
        instance = "arn:aws:connect:ap-northeast-1:111122223333:instance/3f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15"
        content = Document().block("UpdateContactTargetQueue", {"QueueId": instance + "/queue/00000000-0000-4000-8000-000000000001"})
        content = content.block("TransferToFlow", {"ContactFlowId": instance + "/contact-flow/00000000-0000-4000-8000-000000000002"})
        content = content.block("UpdateContactAttributes", {"Attributes": {"empty": ""}}).text()
        flow = {"Arn": instance + "/contact-flow/00000000-0000-4000-8000-000000000003", "Id": "00000000-0000-4000-8000-000000000003",
                "Name": "Described", "Type": "CONTACT_FLOW", "State": "ACTIVE", "Status": "PUBLISHED", "Content": content}
        self.write("exports/described.json", {"ContactFlow": flow})
        self.write("exports/alone.json", json.dumps(json.loads(bad_content()), indent=2))
        found = self.lint(2, "exports", "--json").json()["findings"]
        errors = sorted((f["rule"], f["file"]["path"]) for f in found if f["severity"] == "error")
        self.assertEqual([("value-empty", "exports/alone.json"), ("value-empty", "exports/described.json")], errors)
        self.assertNotIn("ref-unresolved", [f["rule"] for f in found])
        empty = next(f for f in found if f["rule"] == "value-empty" and f["file"]["path"] == "exports/alone.json")
        line = (self.folder / "exports/alone.json").read_text().split("\n")[empty["file"]["line"] - 1]
        self.assertEqual('""', line[empty["file"]["column"] - 1:].rstrip(","))

    def test_a_folder_that_is_none_is_told(self):
        self.write("plain/readme.txt", "nothing")
        self.lint(1, "plain")
        self.lint(1, "./nowhere")

    def test_what_cannot_be_asked_is_told(self):
        self.assertIn('did you mean "phone-hard"?', self.lint(1, "dev", "--rule", "phonehard").err)
        self.assertIn("lint ENV", self.lint(1).err)
        self.assertIn("nowhere", self.lint(1, "nowhere").err)
        self.lint(1, "dev", "--format", "pdf")
        self.lint(1, "dev", "--fail-on", "sometimes")
        self.assertEqual("lint", self.lint(1, "nowhere", "--json").json()["command"])

    def test_the_rules_need_no_environment(self):
        text = self.lint(0, "--rules").out
        self.assertIn("phone-hard", text)
        for format in ("sarif", "junit"):
            refused = self.lint(1, "--rules", "--format", format)
            self.assertEqual(("", True), (refused.out, "--rules" in refused.err and format in refused.err))
        rules = self.lint(0, "--rules", "--json").json()["rules"]
        self.assertEqual(len(rules), sum(line.startswith("  ") for line in text.splitlines()))
        for rule in rules:
            self.assertEqual({"id", "severity", "family", "needs", "title", "explanation", "remedy"}, set(rule))
        self.assertIn(self.lint(0, "--rules", "--format", "markdown").out,
                      (harness.SOURCE / "docs" / "lint.md").read_text())

    def assert_junit(self, suites):
        self.assertEqual("testsuites", suites.tag)
        for count, tag in (("tests", "testcase"), ("failures", "failure")):
            self.assertEqual(int(suites.get(count)), len(list(suites.iter(tag))))
            self.assertEqual(int(suites.get(count)), sum(int(suite.get(count)) for suite in suites))
        for suite in suites:
            self.assertEqual(int(suite.get("tests")), len(suite.findall("testcase")))
            for case in suite:
                self.assertTrue(case.get("name") and case.get("classname"))
        names = [suite.get("name") for suite in suites]
        self.assertEqual(len(names), len(set(names)))


class Schemas(harness.ScenarioTest):
    """What the program prints against what is published about it. The golden files are what the unit test makes."""

    def setUp(self):
        super().setUp()
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed (scripts/setup tests installs it)")
        self.jsonschema = jsonschema

    def lint(self, *arguments):
        world, dev, prod = worlds.pair(self)
        dev.flow("Bad", bad_content(), grandfathered=True)
        dev.flow(HOSTILE, bad_content(), grandfathered=True)
        simulated.start(self, world.save())
        return self.expect(2, self.run_program("lint", "dev", *arguments)).json()

    def golden(self, name):
        return json.loads((GOLDEN / name).read_text())

    def test_json_keeps_to_its_schema(self):
        validator = self.jsonschema.Draft7Validator(json.loads(JSON_SCHEMA.read_text()))
        validator.check_schema(validator.schema)
        for document in (self.golden("report.json"), self.golden("nothing.json"), self.lint("--json")):
            validator.validate(document)
        broken = self.golden("report.json")
        broken["findings"][0]["severity"] = "fatal"
        self.assertFalse(validator.is_valid(broken))

    def test_sarif_keeps_to_its_schema(self):
        if not schemas.SARIF.exists():
            self.skipTest("the SARIF schema is not installed (scripts/setup tests installs it)")
        validator = self.jsonschema.Draft4Validator(json.loads(schemas.SARIF.read_text()))
        for document in (self.golden("report.sarif"), self.lint("--format", "sarif")):
            self.assertEqual([], [error.message for error in validator.iter_errors(document)])
            (run,) = document["runs"]
            rules = run["tool"]["driver"]["rules"]
            self.assertEqual(len(rules), len({rule["id"] for rule in rules}))
            # What GitHub shows of a rule, and what it demands of it (docs.github.com: SARIF support for code scanning).
            for rule in rules:
                self.assertLessEqual(len(rule["properties"]["tags"]), 10)
                for text in ("shortDescription", "fullDescription", "help"):
                    self.assertTrue(0 < len(rule[text]["text"]) <= 1024, rule["id"])
            for result in run["results"]:
                self.assertEqual(1, len(result["locations"]))
                self.assertTrue(result["message"]["text"])
        broken = self.golden("report.sarif")
        del broken["runs"][0]["results"][0]["message"]
        self.assertFalse(validator.is_valid(broken))

    def test_golden_xml_is_well_formed(self):
        for name in ("report.xml", "nothing.xml"):
            Lint.assert_junit(self, xml.fromstring((GOLDEN / name).read_text()))


class Example(harness.ScenarioTest):
    """The example contact centre: nothing that the service would refuse."""

    def test_the_example_world_has_no_errors(self):
        simulated.start(self, harness.EXAMPLES / "sakura-travel" / "world.yaml")
        self.variables["AWS_SHARED_CREDENTIALS_FILE"] = str(harness.EXAMPLES / "sakura-travel" / "aws" / "credentials")
        self.configure({"dev": {"profile": "sakura-dev", "region": worlds.REGION, "instance": "sakura-dev"}})
        document = self.expect(0, self.run_program("lint", "dev", "--json")).json()
        self.assertEqual(0, document["errors"])
        self.assertGreater(document["flows"], 100)
        found = {finding["rule"] for finding in document["findings"]}
        # What the people who drew it left in it.
        self.assertLessEqual({"ref-foreign", "ref-stored", "ref-version", "phone-hard", "url-hard", "unused-module"}, found)


if __name__ == "__main__":
    harness.main()
