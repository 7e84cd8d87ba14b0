#!/usr/bin/env python3
"""flowferry diff: the built program compares two instances, in every format."""

import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import jsonschema
import yaml

from lib import harness, schemas, simulated, worlds
from lib.worlds import Document

EXAMPLE = harness.EXAMPLES / "sakura-travel"
SCHEMA = json.loads((schemas.FOLDER / "diff.schema.json").read_text())
HOSTILE = ["../x", "CON", "電" * 100, "<script>document.title='taken'</script>", "`code` ```", "| pipe |", "a/b",
           "Straße", "STRASSE", "\"><img src=x onerror=document.title='taken'>", "[a](http://example.com)", "&lt;b&gt;", "@octocat"]


class Page(html.parser.HTMLParser):
    """What a browser would make of a page."""

    VOID = {"meta", "br", "img", "link", "input"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text, self.style = [], set(), [], "", ""
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text += data


class DiffTest(harness.ScenarioTest):
    def diff(self, *arguments, status=2, **variables):
        return self.expect(status, self.run_program("diff", *arguments, **variables))

    def document(self, *arguments, status=2):
        document = self.diff(*arguments, "--format", "json", status=status).json()
        jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
        self.assertEqual(status == 2, document["differs"])
        return document

    def check_page(self, text):
        page = Page(text)
        self.assertFalse(page.tags & {"script", "img", "link", "iframe", "object", "form", "base"}, page.tags)
        self.assertFalse([a for a in page.attributes if a[1] in ("src", "href", "style", "onclick") or a[1].startswith("on")])
        self.assertNotRegex(page.style, r"url\(|@import|http")
        policies = [value for tag, name, value in page.attributes if tag == "meta" and name == "content" and "default-src" in value]
        self.assertEqual(1, len(policies))
        self.assertIn("default-src 'none'", policies[0])
        return page


class ExampleDiff(DiffTest):
    """The example contact centre before and after its migration."""

    def setUp(self):
        super().setUp()
        self.simulator = simulated.start(self, EXAMPLE / "world.yaml")
        self.variables["AWS_SHARED_CREDENTIALS_FILE"] = str(EXAMPLE / "aws" / "credentials")
        self.configure(**yaml.safe_load((EXAMPLE / "flowferry.yaml").read_text()))

    def test_before_and_after_a_migration(self):
        plan = self.expect(2, self.run_program("plan", "--from", "dev", "--to", "prod", "--json")).json()
        before = self.document("dev", "prod")
        by_what = {}
        for flow in before["flows"]:
            if flow["counts"]:
                by_what.setdefault(flow["what"], set()).add((flow["kind"], flow["left_name"] or flow["right_name"]))
        names = lambda entries: {(entry["kind"], entry["name"]) for entry in entries}
        self.assertEqual(names(plan["created"]), by_what.get("left-only", set()) | by_what.get("renamed", set()))
        self.assertEqual(names(plan["updated"]), by_what["changed"])

        text = self.diff("dev", "prod").out
        self.assertNotIn("\x1b", text)
        self.assertNotIn("arn:aws:connect", text, "references go by name")
        self.check_page(self.diff("dev", "prod", "--format", "html").out)
        markdown = self.diff("dev", "prod", "--format", "markdown").out
        self.assertLessEqual(len(markdown.encode("utf-16-le")) // 2, 65536)
        self.assertEqual(markdown.count("<details>"), markdown.count("</details>"))

        self.expect(0, self.run_program("migrate", "--from", "dev", "--to", "prod", "--yes"))
        self.expect(0, self.run_program("plan", "--from", "dev", "--to", "prod"))
        mine = {flow["right_name"] for flow in before["flows"] if flow["what"] == "right-only"}
        after = self.document("dev", "prod", status=2 if mine else 0)
        self.assertEqual(mine, {flow["right_name"] for flow in after["flows"] if flow["counts"]})
        excluded = [part for name in mine for part in ("--exclude", name)]
        self.document("dev", "prod", *excluded, status=0)
        self.assertIn("No differences", self.diff("dev", "prod", *excluded, status=0).out)


    def test_a_bundle_is_the_same_as_the_instance_it_was_pulled_from(self):
        config = yaml.safe_load((EXAMPLE / "flowferry.yaml").read_text())
        self.configure(config["environments"])
        for name in ("dev", "prod"):
            self.expect(0, self.run_program("pull", name, f"{name}-bundle"))
            self.document(name, f"{name}-bundle", status=0)
            self.document(f"{name}-bundle", name, status=0)
        self.configure(**config)
        told = lambda document: {(f["what"], f["left_name"], f["right_name"]) for f in document["flows"]}
        missed = lambda document: {r["name"] for r in document["resources"] if r["used_by"]}
        plain = self.document("dev", "prod", "--no-mapping")
        self.assertEqual(told(plain), told(self.document("dev-bundle", "prod-bundle", "--no-mapping")))
        self.assertIn("テスト用キュー", missed(plain))
        self.assertNotIn("テスト用キュー", missed(self.document("dev", "prod")))


class MadeUpDiff(DiffTest):
    def setUp(self):
        super().setUp()
        self.world, self.dev, self.prod = worlds.pair(self)

    def start(self):
        self.simulator = simulated.start(self, self.world.save())

    def test_tells_what_changed_in_words(self):
        for instance in (self.dev, self.prod):
            instance.resource("queue", "Sales", "Support")
        self.dev.resource("queue", "Only here")
        self.dev.flow("Main", Document().say("Good morning").queue("Sales").text(), description="old")
        self.prod.flow("Main", Document().say("Good day").queue("Support").text(), description="new")
        self.dev.flow("Renamed in dev", Document().say("Long text that tells").say("which flow this is").text())
        self.prod.flow("Before", Document().say("Long text that tells").say("which flow this is").text())
        self.prod.flow("Drawn by hand", worlds.greeting("By hand"))
        self.start()
        text = self.diff("dev", "prod").out
        for part in ('~ CONTACT_FLOW "Main"', 'Text: "Good morning" → "Good day"', 'QueueId: queue "Sales" → queue "Support"',
                     'description: "old" → "new"', '"Renamed in dev" → "Before"  renamed',
                     '+ CONTACT_FLOW "Drawn by hand"  only in prod', 'Resources only in dev:\n    queue "Only here"'):
            self.assertIn(part, text)
        document = self.document("dev", "prod")
        self.assertEqual(["changed", "renamed", "right-only"], sorted(flow["what"] for flow in document["flows"]))
        back = self.document("prod", "dev")
        self.assertEqual(["changed", "left-only", "renamed"], sorted(flow["what"] for flow in back["flows"]))
        again = self.diff("dev", "prod", "--json").json()
        self.assertGreater(again.pop("seconds"), 0)
        self.assertEqual({name: value for name, value in document.items() if name != "seconds"}, again)

    def test_layout_is_a_difference_that_is_shown_when_asked_for(self):
        content = Document().say("Hello").value()
        moved = json.loads(json.dumps(content))
        moved["Metadata"]["entryPointPosition"]["x"] = 500
        self.dev.flow("Main", json.dumps(content))
        self.prod.flow("Main", json.dumps(moved))
        self.start()
        hidden = self.diff("dev", "prod").out
        self.assertIn("layout only", hidden)
        self.assertNotIn("500", hidden)
        self.assertIn("x 20, y 20 → x 500, y 20", self.diff("dev", "prod", "--layout").out)
        self.assertTrue(self.document("dev", "prod")["flows"][0]["content"]["acts_the_same"])

    def test_an_environment_is_the_same_as_itself(self):
        self.dev.flow("Main", worlds.greeting("Hello"))
        self.start()
        self.assertIn("No differences: 1 the same.", self.diff("dev", "dev", status=0).out)

    def test_output_goes_to_a_file_as_a_whole(self):
        self.dev.flow("Main", worlds.greeting("Hello"))
        self.start()
        outcome = self.diff("dev", "prod", "--format", "html", "-o", "diff.html")
        self.assertEqual("", outcome.out)
        self.assertIn("1 only in dev", outcome.err)
        self.check_page((self.folder / "diff.html").read_text())
        self.write("folder/file", "")
        refused = self.diff("dev", "prod", "-o", "folder", status=1)
        self.assertIn("folder", refused.err)
        self.assertEqual(["file"], [path.name for path in (self.folder / "folder").iterdir()])

    def test_bad_input(self):
        self.dev.flow("Main", worlds.greeting("Hello"))
        self.start()
        self.assertIn('"nowhere"', self.diff("dev", "nowhere", status=1).err)
        self.assertIn("Nothing*", self.diff("dev", "prod", "--include", "Nothing*", status=1).err)
        self.assertIn("--format", self.diff("dev", "prod", "--format", "yaml", status=1).err)
        self.assertIn("--json", self.diff("dev", "prod", "--format", "html", "--json", status=1).err)
        self.assertIn("RIGHT is required", self.diff("dev", status=1).err)
        self.assertIn("there is no folder", self.diff("dev", "prod", "-o", "nowhere/x.md", status=1).err)
        self.assertFalse((self.folder / "nowhere").exists())

    def test_flows_that_cannot_be_compared_are_an_error_beside_the_rest(self):
        self.dev.flow("Broken", "{", grandfathered=True).flow("Main", worlds.greeting("Old"))
        self.prod.flow("Broken", worlds.greeting("x")).flow("Main", worlds.greeting("New"))
        self.start()
        outcome = self.diff("dev", "prod", status=1)
        self.assertIn('! CONTACT_FLOW "Broken"  cannot be compared', outcome.out)
        self.assertIn('"Old" → "New"', outcome.out)

    def hostile(self):
        for name in HOSTILE:
            self.dev.flow(name, worlds.greeting("old " + name))
            self.prod.flow(name, worlds.greeting("new " + name), description=name)
        self.start()

    def test_hostile_names_in_every_format(self):
        self.hostile()
        document = self.document("dev", "prod")
        self.assertEqual(sorted(HOSTILE), sorted(flow["left_name"] for flow in document["flows"]))
        page = self.check_page(self.diff("dev", "prod", "--format", "html").out)
        for name in HOSTILE:
            self.assertIn(name, page.text)
        markdown = self.diff("dev", "prod", "--format", "markdown").out
        outside = re.sub(r"^(`{3,})diff\n.*?^\1$", "", markdown, flags=re.M | re.S)
        for live in ("<script", "<img", "@octocat", "](http", "| pipe"):
            self.assertNotIn(live, outside)
        self.assertIn(HOSTILE[0], self.diff("dev", "prod").out)

    def test_a_browser_shows_hostile_names_and_runs_nothing(self):
        browser = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
        if browser is None:
            raise unittest.SkipTest("there is no Chromium here")
        self.hostile()
        self.diff("dev", "prod", "--format", "html", "-o", "diff.html")
        with tempfile.TemporaryDirectory() as profile:
            done = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--dump-dom",
                                   (self.folder / "diff.html").as_uri()], capture_output=True, timeout=120)
        shown = Page(done.stdout.decode().replace("<!DOCTYPE html>", ""))
        self.assertNotIn("script", shown.tags)
        self.assertIn("<title>dev → prod: flowferry diff</title>", done.stdout.decode())
        self.assertIn("<script>document.title='taken'</script>", shown.text)


if __name__ == "__main__":
    harness.main()
