#!/usr/bin/env python3
"""Writes the documents of the minimal example. With --check, compares them instead."""

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent))

from lib import flow_rules  # noqa: E402
from lib.flow_document import Document, flow, function, hours, module, queue  # noqa: E402


def main_line(before=False) -> Document:
    d = Document("main-line", hand="pretty", keys="written")
    d.on_error = "bye"
    if before:
        d.say("Welcome.")
    else:
        d.run(module("Greet"))
    d.open_hours(hours("Office hours"), closed="bye", error="bye")
    if not before:
        d.hook("CustomerQueue", flow("Waiting"), label="open")
        d.set_queue(queue("予約"))
    else:
        d.set_queue(queue("Sales"), label="open")
    d.to_queue(full="bye")
    d.hangup(label="bye")
    return d


def callback() -> Document:
    d = Document("callback", hand="pretty", keys="written")
    d.on_error = "bye"
    d.say("We are calling you back.")
    d.hook("CustomerQueue", flow("Waiting"))
    d.to_queue(full="bye")
    d.hangup(label="bye")
    return d


def waiting() -> Document:
    d = Document("waiting", hand="pretty", keys="written")
    d.on_error = "music"
    d.loop_prompts(["Please wait.", "お待ちください。"], every=30, then="offer", next="offer", label="music")
    d.menu("Press 1 for a call back.", {"1": "call"}, timeout="music", other="music", label="offer")
    d.callback(queue("予約"), entry=flow("Callback"), label="call", error="music")
    d.hangup()
    return d


def greet() -> Document:
    d = Document("greet", is_module=True, hand="pretty", keys="written")
    d.call(function("crm-lookup"), {"phone": "$.CustomerEndpoint.Address"}, error="hello")
    d.say("Hello $.External.name, welcome.", label="hello")
    d.back()
    return d


DOCUMENTS = {
    "flows/main.json": (main_line(), "CONTACT_FLOW"), "flows/main-before.json": (main_line(before=True), "CONTACT_FLOW"),
    "flows/callback.json": (callback(), "CONTACT_FLOW"), "flows/waiting.json": (waiting(), "CUSTOMER_QUEUE"),
    "modules/greet.json": (greet(), "MODULE"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check, status = parser.parse_args().check, 0
    for path, (document, flow_type) in DOCUMENTS.items():
        text = document.text()
        problems = flow_rules.problems(json.loads(text), flow_type)
        if check and (HERE / path).read_bytes() != text.encode():
            problems.append("differs from what generate.py writes")
        for problem in problems:
            print(f"{path}: {problem}", file=sys.stderr)
            status = 1
        if not check:
            (HERE / path).write_bytes(text.encode())
    return status


if __name__ == "__main__":
    sys.exit(main())
