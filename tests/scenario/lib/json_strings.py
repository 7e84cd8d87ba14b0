"""Takes a JSON text apart into its strings and what stands between them, without changing a byte.

Independent of the product: a small reader written for these tests.
"""

import json
import re

_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")


class JsonString:
    """One string: where it stands in the text and in the document."""

    __slots__ = ("begin", "end", "path", "is_key", "value")

    def __init__(self, begin, end, path, is_key, value):
        self.begin, self.end, self.path, self.is_key, self.value = begin, end, path, is_key, value


def strings_of(text):
    """Every string of the text in order; `path` is a tuple of member names and indexes. ValueError: not JSON."""
    out = []

    def space(at):
        return _SPACE.match(text, at).end()

    def string(at, path, is_key):
        match = _STRING.match(text, at)
        if not match:
            raise ValueError(f"no string at {at}")
        value = json.loads(match.group(), strict=True)
        out.append(JsonString(match.start(), match.end(), path, is_key, value))
        return match.end(), value

    def value(at, path):
        at = space(at)
        first = text[at:at + 1]
        if first == '"':
            return string(at, path, False)[0]
        if first not in ("{", "["):
            match = _SCALAR.match(text, at)
            if not match:
                raise ValueError(f"no value at {at}")
            return match.end()
        close = "}" if first == "{" else "]"
        at = space(at + 1)
        if text[at] == close:
            return at + 1
        index = 0
        while True:
            at = space(at)
            if first == "{":
                here = len(out)
                at, name = string(at, path, True)
                out[here].path = path + (name,)
                at = space(at)
                if text[at] != ":":
                    raise ValueError(f"no colon at {at}")
                at = value(at + 1, path + (name,))
            else:
                at = value(at, path + (index,))
                index += 1
            at = space(at)
            if text[at] == close:
                return at + 1
            if text[at] != ",":
                raise ValueError(f"no comma at {at}")
            at += 1

    end = space(value(0, ()))
    if end != len(text):
        raise ValueError(f"more text at {end}")
    return out


def meaning(text):
    """The document without white space and key order; numbers stay as they are written."""
    return json.loads(text, parse_float=lambda t: ("number", t), parse_int=lambda t: ("number", t))


def same_meaning(a, b):
    return meaning(a) == meaning(b)
