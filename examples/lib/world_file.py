"""Writes the YAML of world files. JSON strings are YAML strings, so names need no care."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z\u3040-\u30ff\u4e00-\u9fff][\w\u3040-\u30ff\u4e00-\u9fff/.-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def scalar(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def inline(value) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{scalar(k)}: {inline(v)}" for k, v in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return scalar(value)


def entry(fields: dict, indent: int) -> list[str]:
    """One item of a list, its short maps and lists in line."""
    pad = " " * indent
    lines = [f"{pad}  {scalar(key)}: {inline(value)}" for key, value in fields.items()]
    lines[0] = f"{pad}- " + lines[0].strip()
    return lines


def resources(groups: dict, indent: int) -> list[str]:
    """groups: {kind: [name or map]}."""
    pad, lines = " " * indent, []
    for kind, items in groups.items():
        lines.append(f"{pad}{kind}:")
        lines += [f"{pad}  - {inline(item)}" for item in items]
    return lines
