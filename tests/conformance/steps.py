"""Plays steps.jsonl (its head says what a step is) through a client.

A client is a function call(service, operation, input) that returns the answer as plain values. It raises Refused for
the service's exceptions and Unknown for what the client's own version does not know.
"""

import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
INSTANCE = "3f1c0000-0000-4000-8000-000000000001"


class Refused(Exception):
    def __init__(self, name, problems=None, message=""):
        super().__init__(f"{name}: {message}")
        self.name = name
        self.problems = problems  # None: this client does not show them


class Unknown(Exception):
    """The client is older than this operation or member."""


class Missing(Exception):
    """A step needs what an earlier, unknown step would have kept."""


def variables():
    known = {
        "instance": INSTANCE,
        "instance_arn": f"arn:aws:connect:ap-northeast-1:111122223333:instance/{INSTANCE}",
    }
    for file in (HERE / "contents").glob("*.json"):
        known[file.stem] = file.read_text(encoding="utf-8")
    return known


def expand(value, known):
    """`value` with every ${name} in it replaced, also in what was put in."""
    if isinstance(value, dict):
        return {key: expand(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [expand(item, known) for item in value]
    if not isinstance(value, str):
        return value

    def replace(match):
        if match[1] not in known:
            raise Missing(match[1])
        return expand(known[match[1]], known)

    return re.sub(r"\$\{(\w+)\}", replace, value)


def at(answer, path):
    """The value at "A.B[0].C"; None when there is none."""
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(answer, list) and part.isdigit():
            answer = answer[int(part)] if int(part) < len(answer) else None
        elif isinstance(answer, dict):
            answer = answer.get(part)
        else:
            return None
    return answer


def covers(item, members):
    return all(item.get(name) == value for name, value in members.items())


def check(step, answer, known, old):
    """What is wrong with an answer, as texts. An old client drops members that it does not know."""
    wrong = []
    for path, value in expand(step.get("see", {}), known).items():
        found = at(answer, path)
        if found != value and not (old and found is None):
            wrong.append(f"{path} is {found!r}, not {value!r}")
    for path, members in expand(step.get("has", {}), known).items():
        items = at(answer, path) or []
        if old:
            members = {name: value for name, value in members.items() if any(name in item for item in items)}
        if not any(covers(item, members) for item in items):
            wrong.append(f"no item of {path} has {members}: {json.dumps(at(answer, path), default=str)[:2000]}")
    for path, members in expand(step.get("lacks", {}), known).items():
        if any(covers(item, members) for item in at(answer, path) or []):
            wrong.append(f"an item of {path} has {members}")
    return wrong


def refused_as_expected(step, refusal):
    if refusal.name != step.get("fails"):
        return [f"refused with {refusal}" + (f" {refusal.problems}" if refusal.problems else "")]
    if refusal.problems is None:
        return []
    return [f"{text!r} is not in the problems {refusal.problems}"
            for text in step.get("problems", []) if text not in refusal.problems]


def play(call, old):
    """Runs all steps; returns (operations that were called, operations unknown to the client, failures)."""
    known = variables()
    called, unknown, failures = set(), set(), []
    lines = (HERE / "steps.jsonl").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        step = json.loads(line)
        service, operation = step.get("service", "connect"), step["call"]
        try:
            if (service, step.get("after")) in unknown:
                raise Missing(step["after"])
            given = expand(step.get("with", {}), known)
            if not step.get("bare"):
                given.setdefault("InstanceId", INSTANCE)
            answer = call(service, operation, given)
        except (Unknown, Missing):
            unknown.add((service, operation))
            continue
        except Refused as refusal:
            wrong = refused_as_expected(step, refusal)
            if not wrong and operation == "DescribeInstanceStorageConfig":
                called.add((service, operation))  # It has nothing to describe.
        else:
            wrong = [f"not refused with {step['fails']}"] if "fails" in step else check(step, answer, known, old)
            called.add((service, operation))
            for name, path in step.get("keep", {}).items():
                if at(answer, path) is None:
                    wrong.append(f"the answer has no {path}: {answer}")
                else:
                    known[name] = at(answer, path)
        failures += [f"steps.jsonl:{number}: {operation}: {text}" for text in wrong]
    return called, unknown - called, failures


def all_operations():
    """What the simulator has: all of them must have been called."""
    data = HERE.parent.parent / "data"
    connect = (data / "connect-operations.txt").read_text().split()
    lex = json.loads((data / "lex-service.json").read_text())["operations"]
    return {("connect", name) for name in connect} | {("lex", name) for name in lex}


def report(client, call, old=False):
    """Plays, prints what came of it, returns an exit status. An old client need not know every operation."""
    called, unknown, failures = play(call, old)
    for text in failures:
        print(text)
    left = all_operations() - called - (unknown if old else set())
    if left:
        print("never called with success:", ", ".join(sorted(name for _, name in left)))
    print(f"{client}: {len(called)} operations called, {len(unknown)} unknown to it, {len(failures)} failures")
    return 1 if failures or left else 0
