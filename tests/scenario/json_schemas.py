#!/usr/bin/env python3
"""Every JSON document that the program prints has its schema in docs/schemas/. All scenarios check what they see against
them (lib/harness.py); here each command is run once on a world with everything, and each schema is shown to refuse."""

import copy
import json

from lib import harness, schemas, simulated, worlds

if schemas.jsonschema is None:
    harness.skip("python3-jsonschema is not installed (scripts/setup tests installs it)")


def objects(document, path=()):
    """Every object within a document, with its path."""
    if isinstance(document, dict):
        yield path, document
    for key, value in document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ():
        yield from objects(value, (*path, key))


class EveryDocument(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        world = worlds.rich(self)
        world.instances[0]["resources"]["queue"].append("Only in dev")
        world.instances[0]["flows"].append({"name": "Lost", "type": "CONTACT_FLOW",
                                            "content": world.file(worlds.Document().queue("Only in dev").text())})
        world.instances[0]["flows"].append({"name": "Bad", "type": "CONTACT_FLOW", "grandfathered": True, "content": world.file(
            worlds.Document().block("UpdateContactAttributes", {"Attributes": {"empty": "", "number": "+81312345678"}}).text())})
        self.simulator = simulated.start(self, world.save())
        self.seen = {}

    def show(self, status, schema, *arguments, **options):
        outcome = self.expect(status, self.run_program(*arguments, **options))
        document = outcome.json()
        self.assertEqual((schema, []), schemas.complaints(outcome.out), arguments)
        self.seen.setdefault(schema, []).append(document)
        return document

    def test_is_as_its_schema_says(self):
        between = ("--from", "dev", "--to", "prod", "--exclude", "Bad", "--json")
        rest = (*between, "--exclude", "Lost")
        self.assertEqual(1, len(self.show(1, "result", "plan", *between)["problems"]))
        self.show(2, "result", "plan", *rest, "-o", "a.plan")
        self.show(0, "result", "rehearse", *rest)
        self.show(2, "result", "verify", *rest)
        self.simulator.switch({"broken": "Greet"})
        failed = self.show(1, "result", "apply", "a.plan", "--yes", "--json")
        self.assertIn("operation-failed", [problem["id"] for problem in failed["problems"]])
        self.assertTrue(any(problem.get("not_tried") for problem in failed["problems"]))
        run = failed["run"]
        self.simulator.switch({"broken": ""})
        self.show(0, "result", "resume", run, "--yes", "--json")
        self.show(0, "result", "verify", *rest)
        self.show(0, "runs", "runs", "--json")
        self.show(0, "runs", "runs", "show", run, "--json")
        self.show(2, "diff", "diff", "dev", "prod", "--json")
        self.show(0, "result", "undo", run, "--yes", "--json")
        self.show(0, "runs", "runs", "--json")
        self.show(0, "pull", "pull", "dev", "connect", "--json")
        self.show(0, "pull", "pull", "dev", "connect", "--json")
        self.show(0, "inventory", "inventory", "dev", "--json")
        self.show(0, "inventory", "inventory", "./connect", "--json")
        self.show(2, "lint", "lint", "dev", "--json")
        self.show(2, "lint", "lint", "./connect", "--json")
        if schemas.SARIF.exists():
            self.show(2, "sarif", "lint", "./connect", "--format", "sarif")
            del self.seen["sarif"]
        self.show(0, "lint-rules", "lint", "--rules", "--json")
        self.show(0, "refs", "refs", "dev", "予約", "--notes", "--json")
        self.show(1, "refs", "refs", "dev", "予", "--json")
        self.show(0, "graph", "graph", "dev", "--resources", "--json")
        self.show(0, "chart", "graph", "dev", "--flow", "Main line", "--json")
        self.show(0, "doctor", "doctor", "--json")
        self.show(1, "doctor", "doctor", "--json", AWS_SHARED_CREDENTIALS_FILE="/dev/null")
        self.show(1, "result", "lint", "nowhere", "--json")
        self.show(1, "result", "graph", "dev", "--root", "zzz", "--json")
        self.show(1, "result", "migrat", "--json")
        rules = {"rename": [{"kind": "queue", "from": "^a", "to": "b"}], "pin": [{"kind": "queue", "from": "x", "to": "y"}],
                 "renamed": [{"kind": "contact-flow", "from": "Old", "to": "New"}]}
        self.configure(worlds.environments(), mapping=rules, missing={"prompt": "skip-flow"}, limits={"creates": 5, "share": 0.5},
                       module_versions="follow", protect={"names": ["VIP*"], "tags": {"a": "b"}},
                       replace=[{"name": "n", "values": {"dev": "a", "prod": "b"}}], pairs=[{"to": "prod", "select": {"exclude": ["x"]}}])
        self.show(0, "config-check", "config", "check", "--json")

        published = {path.name.removesuffix(".schema.json") for path in schemas.FOLDER.glob("*")}
        self.assertEqual(published, set(self.seen), "each schema has been seen with a document")
        for name, documents in self.seen.items():
            with self.subTest(name):
                self.refuses(name, documents)

    def refuses(self, name, documents):
        """An unknown member is refused in every object but those whose members are free (keyed by names)."""
        taken = set()
        for document in documents:
            for path, _ in objects(document):
                broken = copy.deepcopy(document)
                place = broken
                for key in path:
                    place = place[key]
                place["no-such-member"] = None
                if schemas.validator(name).is_valid(broken):
                    taken.add("/".join(str(key) for key in path if isinstance(key, str)))
        free = {"doctor": {"environments/policies/policy", "environments/policies/policy/Statement"}}
        self.assertLessEqual({place for place in taken if "Condition" not in place}, free.get(name, set()))

    def test_the_documents_name_every_schema(self):
        text = (harness.SOURCE / "docs" / "formats.md").read_text()
        for path in schemas.FOLDER.glob("*"):
            self.assertTrue(f"(schemas/{path.name})" in text, path.name)
            schema = json.loads(path.read_text())
            self.assertTrue(schema["title"].startswith(("What flowferry ", "flowferry ")), path.name)


if __name__ == "__main__":
    harness.main()
