"""Outputs compared with files of tests/golden/. FLOWFERRY_UPDATE_GOLDEN=1 writes them anew: look at the difference then."""

import os
import re

from . import harness

FOLDER = harness.SOURCE / "tests" / "golden"


def compare(test, name, text):
    """`text` must be the file tests/golden/NAME, but for the version of the program, and how long it took."""
    text = re.sub(r'"flowferry": "[0-9.]+"', '"flowferry": "VERSION"', text)
    text = re.sub(r'"seconds": [0-9.e-]+', '"seconds": 0', text)
    path = FOLDER / name
    if os.environ.get("FLOWFERRY_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return
    test.assertTrue(path.exists(), f"there is no {path}: FLOWFERRY_UPDATE_GOLDEN=1 writes it")
    test.assertEqual(path.read_text("utf-8"), text, f"differs from {path}")
