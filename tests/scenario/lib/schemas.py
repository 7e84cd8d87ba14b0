"""What the program prints as JSON against the schemas of docs/schemas/, which users get."""

import functools
import json

from . import harness

try:
    import jsonschema
except ImportError:  # scripts/setup tests installs it; the scripts that need it say so.
    jsonschema = None

FOLDER = harness.SOURCE / "docs" / "schemas"
SARIF = (harness.SOURCE / "tests" / "conformance" / "node_modules" / "@microsoft" / "jest-sarif" / "lib" / "schemas"
         / "sarif-2.1.0-rtm.5.json")
SAME_AS_COMMAND = ("pull", "inventory", "refs", "doctor", "diff", "lint")


def schema_of(document):
    """Which of the schemas is about a document, or None."""
    command = document.get("command")
    if "version" in document and "runs" in document and "$schema" in document:
        return "sarif"
    if "$schema" in document:  # flowferry config schema
        return None
    if "runs" in document or "can_undo" in document:
        return "runs"
    if "error" in document or "digest" in document or "created" in document:
        return "result"
    if command == "graph":
        return "chart" if "blocks" in document else "graph"
    if command == "config":
        return "config-check"
    if "rules" in document:
        return "lint-rules"
    return command if command in SAME_AS_COMMAND else "result"


@functools.cache
def validator(name):
    """None where it is not there: the schema of SARIF is no part of the product."""
    path = SARIF if name == "sarif" else FOLDER / f"{name}.schema.json"
    if name == "sarif" and not path.exists():
        return None
    schema = json.loads(path.read_text())
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def complaints(text):
    """What is wrong with a JSON document that the program printed: (the schema's name, list of texts)."""
    document = json.loads(text)
    name = schema_of(document)
    if name is None or jsonschema is None:
        return name, []
    checker = validator(name)
    if checker is None:
        return name, []
    return name, [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:400]}" for error in checker.iter_errors(document)]
