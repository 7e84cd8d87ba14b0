#!/usr/bin/env python3
"""Writes a world of a chosen size, for benchmarks: a full source, and a target with the resources alone.

    generate-world.py --flows 1000 --shape acyclic --content-kb 8 --out /tmp/world

N flows and N/10 modules. Each flow names a module and up to three later flows. acyclic: they branch, so that
no chain is longer than ten or so; chain: each names the next, so that they can only be created one by one; ring: the
same, and the last names the first, so that all flows are one circle. The same options give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

from lib import world_file  # noqa: E402
from lib.flow_document import Document, flow, function, hours, module, pick, prompt, queue  # noqa: E402

ACCOUNTS = [
    {"id": "111122223333", "access_key_id": "AKIAIOSFODNN7EXAMPLE",
     "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
    {"id": "444455556666", "access_key_id": "AKIAI44QH8DHBEXAMPLE",
     "secret_access_key": "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"},
]
INSTANCES = [
    {"alias": "bench-source", "account": "111122223333", "region": "ap-northeast-1", "stock": False},
    {"alias": "bench-target", "account": "444455556666", "region": "ap-northeast-1", "stock": False},
]
CONFIGURATION = """\
environments:
  source: { profile: bench-source, region: ap-northeast-1, instance: bench-source }
  target: { profile: bench-target, region: ap-northeast-1, instance: bench-target }
"""
SENTENCES = [
    "お電話ありがとうございます。ただいま担当者におつなぎしております。そのままお待ちください。",
    "Thank you for calling. Your call is important to us and will be answered in the order it was received.",
    "ご予約の変更は、出発日の前日から起算して20日前まで承ります。",
    "For bookings made on the web, please have your six digit reference at hand.",
]
QUEUES, HOURS, PROMPTS, FUNCTIONS = 40, 10, 20, 20


def flow_name(number: int) -> str:
    return f"フロー {number:05d}"


def module_name(number: int) -> str:
    return f"モジュール {number:05d}"


def flow_document(number: int, options) -> str:
    """One flow: calls, hours, a queue, transfers to other flows, and messages until it is large enough."""
    seed = str(number)
    d = Document(f"flow-{number}", look=pick(("new", "old"), seed, "look"))
    d.on_error = "bye"
    modules = options.flows // 10
    if modules:
        d.run(module(module_name(number % modules)).bare().at("$LATEST"))
    d.call(function(f"function-{number % FUNCTIONS}"), {"queue": queue(f"キュー {number % QUEUES:02d}")})
    d.play(prompt(f"prompt-{number % PROMPTS}.wav"))
    d.open_hours(hours(f"営業時間 {number % HOURS}"), closed="bye", error="bye")
    d.set_queue(queue(f"キュー {number % QUEUES:02d}"), label="open")
    steps = (2 * number + 1, 2 * number + 2, 2 * number + 3) if options.shape == "acyclic" else (1, 7, 31)
    followers = {step + number for step in steps if step + number < options.flows}
    if options.shape == "ring" and number == options.flows - 1:
        followers.add(0)
    names = {str(key): f"to-{follower}" for key, follower in enumerate(sorted(followers))}
    d.menu(SENTENCES[number % 4], names, timeout="queue", other="queue")
    for follower in sorted(followers):
        d.goto(flow(flow_name(follower)), label=f"to-{follower}")
    d.to_queue(label="queue", full="bye", next="talk-0")
    # A hundred blocks at most, so that no flow is over the limit of 250.
    missing = options.content_kb * 1024 - len(d_text(d).encode())
    blocks = min(100, max(1, missing // 2048 + 1))
    for block in range(blocks):
        text = SENTENCES[(number + block) % 4]
        room = max(len(text.encode()), missing // blocks - 520)
        d.say((text * (room // len(text.encode()) + 1)).encode()[:room].decode("utf-8", "ignore"), label=f"talk-{block}")
    d.hangup(label="bye")
    return d.text()


def d_text(document: Document) -> str:
    """What the document would be if it ended here."""
    rough = Document(document.slug, look=document.look)
    rough.on_error = "bye"
    rough.blocks = document.blocks[:]
    rough.hangup(label="talk-0")
    rough.hangup(label="bye")
    return rough.text()


def module_document(number: int) -> str:
    d = Document(f"module-{number}", is_module=True)
    d.call(function(f"function-{number % FUNCTIONS}"), {"n": str(number)}, error="done")
    d.play(prompt(f"prompt-{number % PROMPTS}.wav"), error="done")
    d.back(label="done")
    return d.text()


def world(options) -> str:
    held = {
        "queue": [f"キュー {number:02d}" for number in range(QUEUES)],
        "hours-of-operation": [f"営業時間 {number}" for number in range(HOURS)],
        "prompt": [f"prompt-{number}.wav" for number in range(PROMPTS)],
        "lambda-function": [f"function-{number}" for number in range(FUNCTIONS)],
    }
    lines = ["version: 1", "accounts:"]
    for account in ACCOUNTS:
        lines += world_file.entry(account, 2)
    lines.append("instances:")
    for instance in instances(options):
        lines += world_file.entry(instance, 2) + ["    resources:"] + world_file.resources(held, 6)
        if instance["alias"] != "bench-source":
            continue
        if options.flows // 10:
            lines.append("    modules:")
        for number in range(options.flows // 10):
            lines += world_file.entry({"name": module_name(number), "content": f"modules/{number:05d}.json"}, 6)
        lines.append("    flows:")
        for number in range(options.flows):
            lines += world_file.entry({"name": flow_name(number), "type": "CONTACT_FLOW",
                                       "content": f"flows/{number:05d}.json"}, 6)
    return "\n".join(lines) + "\n"


def instances(options) -> list[dict]:
    account = INSTANCES[0]["account"] if options.one_account else None
    return [dict(instance, account=account or instance["account"]) for instance in INSTANCES]


def credentials(options) -> str:
    accounts = {account["id"]: account for account in ACCOUNTS}
    return "\n".join(
        f"[{instance['alias']}]\naws_access_key_id = {accounts[instance['account']]['access_key_id']}\n"
        f"aws_secret_access_key = {accounts[instance['account']]['secret_access_key']}\n"
        for instance in instances(options))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flows", type=int, required=True)
    parser.add_argument("--shape", choices=("acyclic", "chain", "ring"), default="acyclic")
    parser.add_argument("--content-kb", type=int, default=8, help="size of a flow's content, about (5 to 200)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--one-account", action="store_true", help="both instances in one account, and its quotas")
    options = parser.parse_args()
    if options.flows < 1 or not 5 <= options.content_kb <= 200:
        parser.error("at least one flow, and contents of 5 to 200 KB")
    for folder in ("flows", "modules"):
        (options.out / folder).mkdir(parents=True, exist_ok=True)
    for number in range(options.flows):
        (options.out / "flows" / f"{number:05d}.json").write_text(flow_document(number, options), encoding="utf-8")
    for number in range(options.flows // 10):
        (options.out / "modules" / f"{number:05d}.json").write_text(module_document(number), encoding="utf-8")
    (options.out / "world.yaml").write_text(world(options), encoding="utf-8")
    (options.out / "flowferry.yaml").write_text(CONFIGURATION, encoding="utf-8")
    (options.out / "credentials").write_text(credentials(options), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
