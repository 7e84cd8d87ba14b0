"""Writes JSON in the different hands that real contact flow documents come in.

The console writes compact JSON, people and repositories pretty-print it, old exporters escape every
non-ASCII character or every slash. A migration has to carry all of them byte for byte, so the examples
hold all of them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass


class Num(str):
    """A number that stands in the text exactly as written: `273.750`, `1E3`, twenty digits."""


@dataclass(frozen=True)
class Hand:
    """How a document is written down."""

    indent: int | None = None  # None: one line
    newline: str = "\n"
    escape_unicode: bool = False  # \u3055 instead of さ
    escape_slashes: bool = False  # \/ instead of /
    final_newline: bool = False
    spaced: bool = False  # one line, but with a blank after ":" and ",", as Python writes


HANDS = {
    "compact": Hand(),
    "pretty": Hand(indent=2, final_newline=True),
    "pretty4": Hand(indent=4),
    "crlf": Hand(indent=2, newline="\r\n", final_newline=True),
    "escaped": Hand(escape_unicode=True),
    "slashed": Hand(escape_slashes=True),
    "spaced": Hand(spaced=True, escape_unicode=True),
}

# A placeholder of the world file is replaced in the raw text, by name: what stands in it is never escaped
# more than JSON needs.
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_ARN_PLACEHOLDER = re.compile(r"\{\{arn:([a-z0-9-]+):(.*)\}\}", re.S)

# Where a kind's ARN has a keyword below the instance, the slashed hand spells the ARN out, because the
# replaced text would have plain slashes.
_KEYWORDS = {
    "contact-flow": "contact-flow",
    "flow-module": "flow-module",
    "queue": "queue",
    "hours-of-operation": "operating-hours",
    "prompt": "prompt",
    "user": "agent",
}


def _plain(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _piece(text: str, hand: Hand) -> str:
    out = json.dumps(text, ensure_ascii=hand.escape_unicode)[1:-1]
    return out.replace("/", "\\/") if hand.escape_slashes else out


def _placeholder(text: str, hand: Hand) -> str:
    match = _ARN_PLACEHOLDER.fullmatch(text)
    if hand.escape_slashes and match and match.group(1) in _KEYWORDS:
        kind, name = match.groups()
        return (
            "arn:aws:connect:{{region}}:{{account}}:instance\\/{{instance-id}}\\/"
            + _KEYWORDS[kind] + "\\/{{id:" + kind + ":" + _plain(name) + "}}"
        )
    return _plain(text)


def quote(text: str, hand: Hand) -> str:
    """`text` as a JSON string in this hand."""
    out, at = [], 0
    for match in _PLACEHOLDER.finditer(text):
        out += [_piece(text[at:match.start()], hand), _placeholder(match.group(), hand)]
        at = match.end()
    out.append(_piece(text[at:], hand))
    return '"' + "".join(out) + '"'


def write(value, hand: Hand) -> str:
    """`value` (dicts in their order, Num for raw numbers) as one document."""
    text = _write(value, hand, 0)
    return text + (hand.newline if hand.final_newline else "")


def _write(value, hand: Hand, depth: int) -> str:
    if isinstance(value, Num):
        return str(value)
    if isinstance(value, str):
        return quote(value, hand)
    if isinstance(value, dict):
        colon = ":" if hand.indent is None and not hand.spaced else ": "
        items = [quote(key, hand) + colon + _write(item, hand, depth + 1) for key, item in value.items()]
        return _join("{", items, "}", hand, depth)
    if isinstance(value, (list, tuple)):
        return _join("[", [_write(item, hand, depth + 1) for item in value], "]", hand, depth)
    return json.dumps(value)


def _join(opening: str, items: list[str], closing: str, hand: Hand, depth: int) -> str:
    if not items:
        return opening + closing
    if hand.indent is None:
        return opening + (", " if hand.spaced else ",").join(items) + closing
    pad = hand.newline + " " * (hand.indent * (depth + 1))
    end = hand.newline + " " * (hand.indent * depth)
    return opening + pad + ("," + pad).join(items) + end + closing
