"""Where the departments' flows and modules register themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

from lib.flow_document import Document, pick

# What stands in the target when the migration begins.
NEW = "new"            # nothing: it must be created
SAME = "same"          # the same file
RESPACED = "respaced"  # the same meaning in other bytes: nothing to do
OLD = "old"            # an earlier edition: it must be updated
RETOUCHED = "retouched"  # the same content under another description or other tags

OLD_NAMES = {"さくらトラベル": "さくら旅行社", "Sakura Travel": "Sakura Tours"}


@dataclass
class Entry:
    """A flow, or a module when type is None."""

    slug: str
    name: str
    type: str | None
    build: Callable[[Document, bool], object]
    description: str | None = None
    tags: dict = field(default_factory=dict)
    status: str | None = None
    state: str | None = None
    grandfathered: bool = False  # today's validation would refuse it
    target: str = NEW
    target_description: str | None = None
    target_tags: dict | None = None
    target_status: str | None = None
    draft: Callable[[Document, bool], object] | None = None
    style: dict = field(default_factory=dict)
    # of modules
    contract: dict | None = None
    old_contract: dict | None = None
    versions: int | None = None
    aliases: list = field(default_factory=list)

    @property
    def folder(self) -> str:
        return "modules" if self.type is None else "flows"

    def document(self, old=False, draft=False, respaced=False) -> Document:
        style = {
            "look": pick(("new", "new", "new", "old", "old", "plain", "none"), self.slug, "look"),
            "hand": pick(("compact", "compact", "compact", "pretty", "pretty", "pretty4", "spaced"), self.slug, "hand"),
            "keys": pick(("console", "console", "written", "api"), self.slug, "keys"),
            "shuffled": pick((True, False, False), self.slug, "order"),
            **self.style,
        }
        if pick((True, False, False), self.slug, "exported"):
            style["metadata_extra"] = self._exported()
        if respaced:
            style["hand"] = "pretty" if style["hand"] in ("compact", "slashed", "escaped", "spaced") else "compact"
            style["keys"] = "written" if style["keys"] == "console" else "console"
        document = Document(self.slug, is_module=self.type is None, **style)
        (self.draft if draft else self.build)(document, old)
        if old:
            for block in document.blocks:
                block.parameters = _renamed(block.parameters)
        return document


    def _exported(self) -> dict:
        """What the console's export adds to Metadata."""
        word = {"type": EXPORT_WORDS[self.type]} if self.type in EXPORT_WORDS else {}
        return {"name": self.name, "description": self.description or "", **word, "status": "published", "hash": {}}


EXPORT_WORDS = {
    "CONTACT_FLOW": "contactFlow", "CUSTOMER_QUEUE": "customerQueue", "CUSTOMER_HOLD": "customerHold",
    "AGENT_HOLD": "agentHold", "AGENT_TRANSFER": "agentTransfer", "QUEUE_TRANSFER": "queueTransfer",
    "OUTBOUND_WHISPER": "outboundWhisper", "AGENT_WHISPER": "agentWhisper", "CUSTOMER_WHISPER": "customerWhisper",
}
FLOWS: list[Entry] = []
MODULES: list[Entry] = []


def _renamed(value):
    if isinstance(value, dict):
        return {key: _renamed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if isinstance(value, str) and "{{" not in value:
        for new, old in OLD_NAMES.items():
            value = value.replace(new, old)
    return value


def flow(slug, name, type="CONTACT_FLOW", *, look=None, hand=None, keys=None, friendly=None, **rest):
    """Registers the function below as a flow. It is called with an empty document and whether the earlier
    edition is wanted."""
    return _register(FLOWS, slug, name, type, look, hand, keys, friendly, rest)


def module(slug, name, *, look=None, hand=None, keys=None, friendly=None, **rest):
    return _register(MODULES, slug, name, None, look, hand, keys, friendly, rest)


def _register(into, slug, name, type, look, hand, keys, friendly, rest):
    style = {"look": look, "hand": hand, "keys": keys, "friendly_names": friendly}
    style = {key: value for key, value in style.items() if value is not None}

    def decorate(build):
        assert all(entry.slug != slug and entry.name != name for entry in into), (slug, name)
        entry = Entry(slug, name, type, build, style=style, **rest)
        into.append(entry)
        return entry

    return decorate


def contract(inputs=None, results=None, data=None) -> dict:
    """A module's contract: the API's Settings. inputs and data: {name: JSON Schema type}."""
    out: dict = {}
    for key, values in (("input", inputs), ("resultData", data)):
        if values:
            out[key] = {"schema": {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object",
                                   "properties": {name: {"type": kind} for name, kind in values.items()}}}
    if results:
        out["transitions"] = {"results": [{"name": name, "description": text} for name, text in results.items()]}
    return out
