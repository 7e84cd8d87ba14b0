"""Checks that the committed example is what generate.py writes, and that the hard cases are still in it."""

from __future__ import annotations

import collections
import json
import re

from company import production, registry, resources
from company.registry import NEW, OLD, RESPACED, RETOUCHED, SAME
from lib import flow_rules

PLACEHOLDER = re.compile(r"\{\{(arn|id|alias-id):((?:[^{}])*)\}\}")
STOCK = {
    "queue": {"BasicQueue"}, "hours-of-operation": {"Basic Hours"},
    "prompt": {"Beep.wav", "CustomerHold.wav", "CustomerQueue.wav", "Music_Jazz_MyTimetoFly_Inst.wav",
               "Music_Pop_ThisAndThatIsLife_Inst.wav", "Music_Pop_ThrowYourselfInFrontOfIt_Inst.wav",
               "Music_Rock_EverywhereTheSunShines_Inst.wav"},
    "contact-flow": {"Default customer queue", "Default customer hold", "Default agent whisper"},
}
HOOK_TYPES = {"CustomerQueue": "CUSTOMER_QUEUE", "CustomerHold": "CUSTOMER_HOLD", "AgentHold": "AGENT_HOLD",
              "CustomerWhisper": "CUSTOMER_WHISPER", "AgentWhisper": "AGENT_WHISPER",
              "CustomerRemaining": "CONTACT_FLOW"}
MINIMUM_BY_TYPE = {"CONTACT_FLOW": 60, "CUSTOMER_QUEUE": 8, "CUSTOMER_HOLD": 4, "CUSTOMER_WHISPER": 4,
                   "AGENT_HOLD": 3, "AGENT_WHISPER": 6, "OUTBOUND_WHISPER": 4, "AGENT_TRANSFER": 4,
                   "QUEUE_TRANSFER": 5, "CAMPAIGN": 1}
CIRCLES = [  # each is a strongly connected component of the source: nothing else belongs to it
    {"代表メニュー (日本語)", "Main menu (English)"},
    {"キャンセル・変更受付", "キャンセル料のご案内", "返金手続き"},
    {"ツアー情報 1 北海道", "ツアー情報 2 東北", "ツアー情報 3 関東", "ツアー情報 4 関西", "ツアー情報 5 中国・四国",
     "ツアー情報 6 九州", "ツアー情報 7 沖縄"},
    {"折り返し予約", "折り返し発信", "待ち呼 折り返し"},
    {"満足度アンケート", "module アンケート案内"},
    {"タスク: 苦情エスカレーション", "module フォローアップ作成"},
    {"昼間チームへ転送", "夜間チームへ転送"},
    {"国内ツアー デスク", "予約照会 セルフサービス"},
]
SELF = ["予約照会 セルフサービス", "タスク受付: 書類郵送"]
CHAIN = ["法人出張サポート", "法人 2 航空券手配", "法人 3 国際線", "法人 4 ビザ・渡航書類", "法人 5 承認確認", "法人 6 緊急手配"]
FORMS = {  # what must stand somewhere in the source's documents
    "bare id": r'"\{\{id:queue:[^{}]*\}\}"', "module at $LATEST": r"\{\{id:flow-module:[^{}]*\}\}:\$LATEST",
    "module by alias": r"\}\}:\{\{alias-id:", "function by alias": r"function:[^{}]*\}\}:live",
    "function by version": r"function:[^{}]*\}\}:3", "view at $LATEST": r"view:[^{}]*\}\}:\$LATEST",
    "Region as a dynamic value": r"arn:aws:lambda:\$\.AwsRegion:\{\{account\}\}", "AWS-managed view": r"aws:view/",
    "managed view by its word": r'"Id": ?"form"', "ARN inside text": r"primary=\{\{arn:queue", "slashes escaped": r"instance\\/",
    "JSON in a string": r'\\"arn\\":\\"\{\{arn:', "unicode escaped": r"\\u3[0-9a-f]{3}", "surrogate pair": r"\\ud83c\\udf38",
    "phone number ARN": r"\{\{arn:phone-number:", "users by criteria": r"AgentIds", "dynamic value": r'"\$\.Attributes\.deskQueueArn"',
    "foreign instance": r"us-east-1:123456789012", "CRLF": "\r\n", "exponent": r":\s?1E3", "Lex V1": r"SakuraKeywordBot",
    "old designer's queue": r'"queue": ?\{\s*"id"', "old designer's audio": r'"audio": ?\[', "instance ARN": r"\{\{instance-arn\}\}",
    "bare flow id in an attribute": r'"DefaultFlowForAgentUI": ?"\{\{id:contact-flow', "data table": r"data-table:",
    "task template": r"task-template:", "email address": r"email-address:", "annotation": r'"content": ?"代表番号',
}


def stale_files(folder, wanted: dict, written: set) -> list[str]:
    out = [f"{path}: is not written by generate.py any more" for path in sorted(written - wanted.keys())]
    for path, text in wanted.items():
        file = folder / path
        if not file.exists():
            out.append(f"{path}: missing; run generate.py")
        elif file.read_bytes() != text.encode():
            out.append(f"{path}: differs from what generate.py writes")
    return out


def stale_readme(path) -> list[str]:
    return [] if table() in path.read_text(encoding="utf-8") else [f"README.md: its table should be\n{table()}"]


def table() -> str:
    """What a migration has to do, for the README."""
    rows = [("in development", len(registry.FLOWS), len(registry.MODULES))]
    for label, states in (("to be created", {NEW}), ("to be updated: content", {OLD}),
                          ("to be updated: description or tags alone", {RETOUCHED}),
                          ("equal: the same bytes", {SAME}), ("equal: the same meaning in other bytes", {RESPACED})):
        rows.append((label, *(sum(entry.target in states and entry.state != "ARCHIVED" for entry in entries)
                              for entries in (registry.FLOWS, registry.MODULES))))
    rows.append(("skipped: archived", *(sum(entry.state == "ARCHIVED" for entry in entries)
                                        for entries in (registry.FLOWS, registry.MODULES))))
    rows.append(("production's own, to be left alone", len(production.FLOWS), len(production.MODULES)))
    return "\n".join(["| | flows | modules |", "| --- | --- | --- |"]
                     + [f"| {label} | {flows} | {modules} |" for label, flows, modules in rows])


def shapes(wanted: dict) -> list[str]:
    """Everything that the README of the example promises."""
    return (_editions(wanted) + _counts() + _names() + _circles(wanted) + _forms(wanted)
            + _instance("dev", registry.FLOWS, registry.MODULES, resources.of_dev(), wanted, target=False)
            + _instance("prod", [f for f in registry.FLOWS if f.target != NEW] + production.FLOWS,
                        [m for m in registry.MODULES if m.target != NEW] + production.MODULES,
                        resources.of_prod(), wanted, target=True))


def summary() -> str:
    by_state = collections.Counter(entry.target for entry in registry.FLOWS)
    return (f"{len(registry.FLOWS)} flows and {len(registry.MODULES)} modules in dev; of the flows, prod lacks "
            f"{by_state[NEW]}, has {by_state[OLD] + by_state[RETOUCHED]} outdated, "
            f"{by_state[SAME] + by_state[RESPACED]} equal, and {len(production.FLOWS)} of its own")


def _path(entry, target: bool) -> str:
    own = entry in production.FLOWS or entry in production.MODULES
    prefix = "target/" if target and (own or entry.target in (OLD, RESPACED)) else ""
    return f"{prefix}{entry.folder}/{entry.slug}.json"


def _editions(wanted) -> list[str]:
    """Outdated means different; respaced means other bytes and the same meaning."""
    out = []
    for entry in registry.FLOWS + registry.MODULES:
        if entry.target not in (OLD, RESPACED):
            continue
        now, then = wanted[_path(entry, False)], wanted[_path(entry, True)]
        same = json.loads(now) == json.loads(then)
        if same != (entry.target == RESPACED) or now == then:
            out.append(f"{entry.name}: target {entry.target}, but the documents are {'equal' if same else 'different'}")
    return out


def _counts() -> list[str]:
    by_type = collections.Counter(entry.type for entry in registry.FLOWS)
    by_state = collections.Counter(entry.target for entry in registry.FLOWS)
    out = [f"only {by_type[kind]} flows of type {kind}" for kind, least in MINIMUM_BY_TYPE.items() if by_type[kind] < least]
    if len(registry.FLOWS) < 100 or len(registry.MODULES) < 15:
        out.append("fewer than 100 flows or 15 modules")
    third = len(registry.FLOWS) / 3
    if not third * 0.9 <= by_state[OLD] + by_state[RETOUCHED] <= third * 1.1:
        out.append("the outdated flows are not a third")
    for what, there in (
            ("never published flow", any(f.status == "SAVED" and f.type != "CAMPAIGN" for f in registry.FLOWS)),
            ("archived flow", any(f.state == "ARCHIVED" for f in registry.FLOWS)),
            ("archived module", any(m.state == "ARCHIVED" for m in registry.MODULES)),
            ("draft beside a published content", any(f.draft for f in registry.FLOWS)),
            ("empty description", any(f.description == "" for f in registry.FLOWS)),
            ("absent description", any(f.description is None for f in registry.FLOWS)),
            ("tag of the target's own", any(f.target_tags for f in registry.FLOWS))):
        if not there:
            out.append(f"no {what}")
    return out


def _names() -> list[str]:
    names = [entry.name for entry in registry.FLOWS]
    out = [f"no flow name with {sign!r}" for sign in '/"%+&\\<\'' if not any(sign in name for name in names)]
    for what, there in (
            ("emoji", any(ord(sign) > 0xFFFF for name in names for sign in name)),
            ("parts of letters", any("\u3099" in name for name in names)),
            ("leading blank", any(name != name.lstrip() for name in names)),
            ("trailing blank", any(name != name.rstrip() for name in names)),
            ("pair that differs in case", len({name.lower() for name in names}) < len(names)),
            ("such pair of modules", len({m.name.lower() for m in registry.MODULES}) < len(registry.MODULES))):
        if not there:
            out.append(f"no name with {what}")
    return out


def _graph(wanted) -> dict[str, set]:
    """Who names whom in the source; modules as "module NAME"."""
    names = {entry.name for entry in registry.FLOWS}
    out = {}
    for entry in registry.FLOWS + registry.MODULES:
        node = entry.name if entry.type else "module " + entry.name
        out[node] = set()
        for _, text in PLACEHOLDER.findall(wanted[_path(entry, False)]):
            kind, _, name = text.partition(":")
            name = name.replace('\\"', '"').replace("\\\\", "\\")
            if kind == "contact-flow" and name in names:
                out[node].add(name)
            elif kind == "flow-module":
                out[node].add("module " + name)
    return out


def _reachable(graph, start) -> set:
    seen, todo = set(), [start]
    while todo:
        for following in graph[todo.pop()] - seen:
            seen.add(following)
            todo.append(following)
    return seen


def _circles(wanted) -> list[str]:
    graph = _graph(wanted)
    reach = {node: _reachable(graph, node) for node in graph}
    out = []
    found = set()
    for node in graph:
        component = frozenset(other for other in reach[node] if node in reach[other])
        if len(component) > 1:
            found.add(component)
    for circle in CIRCLES:
        if frozenset(circle) not in found:
            out.append(f"no circle of just {sorted(circle)}")
    out += [f"a circle that nobody planned: {sorted(circle)}" for circle in found if set(circle) not in CIRCLES]
    out += [f"{name} does not name itself" for name in SELF if name not in graph[name]]
    out += [f"{one} does not lead to {two}" for one, two in zip(CHAIN, CHAIN[1:]) if two not in graph[one]]
    return out


def _forms(wanted) -> list[str]:
    text = "\n".join(wanted[_path(entry, False)] for entry in registry.FLOWS + registry.MODULES)
    return [f"no reference of this form: {what}" for what, pattern in FORMS.items() if not re.search(pattern, text)]


def _known_names(held: dict, flows, modules) -> dict[str, set]:
    known = {kind: set(names) for kind, names in STOCK.items()}
    for kind, items in held.items():
        for item in items:
            name = item if isinstance(item, str) else item.get("name") or f"{item['bot']}/{item['alias']}"
            known.setdefault(kind, set()).add(name)
    known["contact-flow"] = known["contact-flow"] | {entry.name for entry in flows}
    known["flow-module"] = {entry.name for entry in modules}
    return known


def _instance(label, flows, modules, held, wanted, *, target) -> list[str]:
    """Each document of an instance keeps the rules, and everything that it names is there."""
    out = []
    known = _known_names(held, flows, modules)
    types = {entry.name: entry.type for entry in flows}
    contracts = {entry.name: (entry.old_contract if target and entry.old_contract else entry.contract) or {} for entry in modules}
    for entry in flows + modules:
        path = _path(entry, target)
        text = wanted[path]
        for form, named in PLACEHOLDER.findall(text):
            kind, _, name = ("flow-module", ":", named.rpartition(":")[0]) if form == "alias-id" else named.partition(":")
            name = name.replace('\\"', '"').replace("\\\\", "\\")
            if name not in known.get(kind, ()):
                out.append(f"{label} {path}: no {kind} {name!r}")
        if entry.status == "SAVED" or target and entry.target_status == "SAVED":
            continue
        document = json.loads(text)
        out += [f"{label} {path}: {text}" for text in flow_rules.problems(document, entry.type or "MODULE")]
        out += [f"{label} {path}: {text}" for text in _calls(document, types, contracts, contracts.get(entry.name, {}))]
    return out


def _named(value: str) -> str | None:
    match = re.match(r"\{\{(?:arn|id):[a-z-]+:([^{}]*)\}\}", value)
    return match.group(1) if match else None


def _calls(document, types, contracts, own) -> list[str]:
    """Flows of the right type behind hooks and transfers; modules called by their contracts."""
    out = []
    for action in document["Actions"]:
        parameters = action.get("Parameters", {})
        for event, value in parameters.get("EventHooks", {}).items():
            kind = types.get(_named(value) or "")
            if kind and kind != HOOK_TYPES[event]:
                out.append(f"hook {event} takes no {kind}")
        if action["Type"] in ("TransferToFlow", "CreateTask", "CreateCallbackContact"):
            kind = types.get(_named(parameters.get("ContactFlowId", "")) or "")
            if kind not in (None, "CONTACT_FLOW", "AGENT_TRANSFER", "QUEUE_TRANSFER"):
                out.append(f"{action['Type']} to a {kind}")
        if action["Type"] == "InvokeFlowModule":
            out += _broken_contract(action, contracts.get(_named(parameters["FlowModuleId"]) or "", {}))
        if action["Type"] == "EndFlowModuleExecution":
            if parameters.get("Result", None) not in _results(own) | {None}:
                out.append(f"returns {parameters['Result']}, which the contract does not have")
            if set(parameters.get("ResultData", {})) - _properties(own, "resultData"):
                out.append("returns data that the contract does not have")
    return out


def _broken_contract(action, contract) -> list[str]:
    branches = {c["Condition"]["Operands"][0] for c in action["Transitions"].get("Conditions", [])}
    return ([f"branch {name}, which the module does not have" for name in branches - _results(contract)]
            + [f"input {name}, which the module does not take"
               for name in set(action["Parameters"].get("Input", {})) - _properties(contract, "input")])


def _results(contract) -> set:
    return {result["name"] for result in contract.get("transitions", {}).get("results", [])}


def _properties(contract, part) -> set:
    return set(contract.get(part, {}).get("schema", {}).get("properties", {}))
