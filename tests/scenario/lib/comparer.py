"""Says whether a target has what a source has, wired to its own resources: a second opinion.

Uses none of the product's code. It reads the simulator's dump before and after, works out by name which resource of
the target stands for which of the source, says what each document has to look like, and compares:
strings that are references must name the target's resource, everything else must be the same bytes.
"""

import json
import re

from .json_strings import same_meaning, strings_of

_ARN = re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*|\$\.AwsRegion):(\d{12}|aws|):([A-Za-z0-9:/_.$*+-]+)")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

# Parameters that name a resource by its name instead of an id.
_NAMES = {("CallerId", "Number"): "phone-number", ("CallerId",): "phone-number",
          ("FromEmailAddress", "EmailAddress"): "email-address"}


class Unmapped(Exception):
    """A reference to something that the target does not have."""


class Rules:
    """The mapping of a flowferry.yaml."""

    def __init__(self, config=None):
        mapping = (config or {}).get("mapping") or {}
        self.renames = mapping.get("rename") or []
        self.pins = {(pin["kind"], pin["from"]): pin["to"] for pin in mapping.get("pin") or []}

    def name(self, kind, name):
        """The name in the target of what has `name` in the source."""
        if (kind, name) in self.pins:
            return self.pins[kind, name]
        for rename in self.renames:
            if rename["kind"] == kind:
                to = re.sub(r"\$(\d)", r"\\g<\1>", rename["to"])
                name = re.sub(rename["from"], to, name)
        return name


def is_stock(flow):
    return flow["name"].startswith(("Default ", "Sample "))


def content_of(flow):
    """What the flow runs, or of one that was never published its draft."""
    return flow["content"] if flow["status"] == "PUBLISHED" else flow["draft"]


def key_of(flow):
    """What makes two flows the same in two instances. The type of a module is empty."""
    return flow["type"], flow["name"]


class Mapping:
    """What each resource of the source is in the target."""

    def __init__(self, source, target, rules):
        self.source, self.target, self.rules = source, target, rules
        self.arns, self.ids, self.names, self.renamed, self.aliases = {}, {}, {}, {}, {}
        self.arns[source["arn"]] = target["arn"]
        for (kind, name), to in rules.pins.items():
            if kind not in source["resources"]:
                self.ids[name] = to
        for kind, rows in source["resources"].items():
            there = {}
            for row in target["resources"].get(kind, []):
                there.setdefault(row["name"], row)
            for row in rows:
                name = rules.name(kind, row["name"])
                if name in there:
                    self._add(kind, row, there[name])
        for kind, rows in (("contact-flow", "flows"), ("flow-module", "modules")):
            there = {key_of(row): row for row in target[rows] if row["state"] == "ACTIVE"}
            for row in source[rows]:
                other = there.get((row["type"], rules.name(kind, row["name"])))
                if other:
                    self._add(kind, row, other)
                    names = {alias["name"]: alias["id"] for alias in other.get("aliases", [])}
                    for alias in row.get("aliases", []):
                        self.aliases[alias["id"]] = names.get(alias["name"])

    def _add(self, kind, here, there):
        self.names[kind, here["name"]] = there["name"]
        if here["arn"]:
            self.arns[here["arn"]] = there["arn"]
            if here["name"] != there["name"]:
                self.renamed[here["arn"]] = (here["name"], there["name"])
        if kind not in ("lambda-function", "lex-v2-bot-alias", "lex-v1-bot"):
            self.ids[here["id"]] = there["id"]

    # One reference

    def _qualifier(self, qualifier):
        if _UUID.fullmatch(qualifier):
            if not self.aliases.get(qualifier):
                raise Unmapped(f"module alias {qualifier}")
            return self.aliases[qualifier]
        return qualifier

    def _connect(self, arn, account, resource):
        if account == "aws":
            return arn.replace(":" + self.source["region"] + ":", ":" + self.target["region"] + ":", 1)
        if not resource.startswith("phone-number/"):
            parts = resource.split("/")
            if parts[0] != "instance" or parts[1] != self.source["id"]:
                return arn
        elif account != self.source["account"]:
            return arn
        if arn in self.arns:
            return self.arns[arn]
        base, _, qualifier = arn.rpartition(":")
        if base in self.arns and "/" not in qualifier:
            return self.arns[base] + ":" + self._qualifier(qualifier)
        raise Unmapped(arn)

    def _function(self, arn, partition, region, account, resource):
        if account != self.source["account"]:
            return arn
        name, _, qualifier = resource.removeprefix("function:").partition(":")
        name = self.rules.name("lambda-function", name)
        there = region if region.startswith("$") else self.target["region"]
        plain = f"arn:{partition}:lambda:{self.target['region']}:{self.target['account']}:function:{name}"
        associated = [a.split(":function:")[0] + ":function:" + a.split(":function:")[1].split(":")[0]
                      for a in self.target["lambdaFunctions"]]
        if plain not in associated:
            raise Unmapped(f"{arn}: {plain} is not associated with the target")
        out = f"arn:{partition}:lambda:{there}:{self.target['account']}:function:{name}"
        return out + (":" + qualifier if qualifier else "")

    def _bot(self, arn, partition, region, account, resource):
        if account != self.source["account"]:
            return arn
        moved = f"arn:{partition}:lex:{self.target['region']}:{self.target['account']}:{resource}"
        if moved not in self.target["lexV2Aliases"]:
            plain = f"arn:{partition}:lex:{self.source['region']}:{account}:{resource}"
            if plain not in self.arns:
                raise Unmapped(arn)
            moved = self.arns[plain]
        if region.startswith("$"):
            moved = moved.replace(":" + self.target["region"] + ":", ":" + region + ":", 1)
        return moved

    def arn(self, arn):
        """The target's ARN for one of the source's; the same for one of somebody else's."""
        partition, service, region, account, resource = _ARN.fullmatch(arn).groups()
        if service == "connect":
            return self._connect(arn, account, resource)
        if service == "lambda":
            return self._function(arn, partition, region, account, resource)
        if service == "lex":
            return self._bot(arn, partition, region, account, resource)
        if account == self.source["account"]:
            raise Unmapped(arn)
        return arn

    def text(self, text):
        """A string of a document as it has to be in the target, wherever it stands."""
        base, colon, qualifier = text.partition(":")
        if base in self.ids:
            return self.ids[base] + (colon + self._qualifier(qualifier) if colon else "")
        if _UUID.fullmatch(text) and text in self._source_ids():
            raise Unmapped(text)
        out, at = [], 0
        for match in _ARN.finditer(text):
            arn = match.group().rstrip(".")
            if arn.endswith(":"):
                arn = arn.rstrip(":")
            out.append(text[at:match.start()].replace(self.source["id"], self.target["id"]))
            out.append(self.arn(arn))
            at = match.start() + len(arn)
        out.append(text[at:].replace(self.source["id"], self.target["id"]))
        return "".join(out)

    def _source_ids(self):
        if not hasattr(self, "_known"):
            self._known = {row["id"] for rows in self.source["resources"].values() for row in rows}
            self._known |= {row["id"] for rows in ("flows", "modules") for row in self.source[rows]}
        return self._known

    # One document

    def _named_in(self, strings):
        """Identifier of an action -> source ARNs of renamed resources that it refers to."""
        identifiers = {s.path[1]: s.value for s in strings
                       if len(s.path) == 3 and s.path[0] == "Actions" and s.path[2] == "Identifier" and not s.is_key}
        by_id = {arn.rsplit("/", 1)[1]: arn for arn in self.renamed if "/" in arn}
        out = {}
        for s in strings:
            if s.path[:1] == ("Actions",) and len(s.path) > 1:
                action = identifiers.get(s.path[1])
            elif s.path[:2] == ("Metadata", "ActionMetadata") and len(s.path) > 2:
                action = s.path[2]
            else:
                continue
            for arn in self.renamed:
                if arn in s.value or by_id.get(s.value) == arn:
                    out.setdefault(action, []).append(arn)
        return out

    def _value(self, s, named):
        path = s.path
        if not s.is_key and path[:1] == ("Actions",) and path[2:3] == ("Parameters",) and path[3:] in _NAMES:
            return self.names.get((_NAMES[path[3:]], s.value), s.value)
        if not s.is_key and path[:2] == ("Metadata", "ActionMetadata"):
            for arn in named.get(path[2], []):
                if s.value == self.renamed[arn][0]:
                    return self.renamed[arn][1]
        return self.text(s.value)

    def strings(self, text):
        """Each string of a source document, with the value that it has to have in the target."""
        strings = strings_of(text)
        named = self._named_in(strings)
        return [(s, self._value(s, named)) for s in strings]

    def document(self, text):
        """A source document as it has to be in the target (how new strings are escaped is left open)."""
        out, at = [], 0
        for s, value in self.strings(text):
            out.append(text[at:s.begin])
            raw = text[s.begin:s.end]
            out.append(raw if value == s.value else json.dumps(value, ensure_ascii=False))
            at = s.end
        return "".join(out) + text[at:]

    def differences(self, source_text, target_text):
        """Where a written document is not what it has to be: outside of references by the byte."""
        expected = self.strings(source_text)
        try:
            got = strings_of(target_text)
        except ValueError as e:
            return [f"is not JSON: {e}"]
        if len(expected) != len(got):
            return [f"has {len(got)} strings instead of {len(expected)}"]
        out, here, there = [], 0, 0
        for (s, value), g in zip(expected, got):
            if source_text[here:s.begin] != target_text[there:g.begin]:
                out.append(f"{s.path}: {target_text[there:g.begin]!r} before it instead of {source_text[here:s.begin]!r}")
            if value != g.value:
                out.append(f"{s.path}: is {g.value!r} instead of {value!r} (in the source {s.value!r})")
            elif value == s.value and source_text[s.begin:s.end] != target_text[g.begin:g.end]:
                out.append(f"{s.path}: the same string in other bytes: {target_text[g.begin:g.end]}")
            here, there = s.end, g.end
        if source_text[here:] != target_text[there:]:
            out.append("ends otherwise")
        return out


class Carried:
    """One flow or module of the source with what it was and is in the target."""

    def __init__(self, kind, source, before, after):
        self.kind, self.source, self.before, self.after = kind, source, before, after
        self.content_differs = self.metadata_differs = self.tags_differ = False

    @property
    def created(self):
        return self.before is None

    @property
    def updated(self):
        return not self.created and (self.content_differs or self.metadata_differs or self.tags_differ)

    def __str__(self):
        return f"{self.kind} {self.source['name']!r} ({self.source['type'] or 'module'})"


class Migration:
    """Compares the dumps before and after a migration. `select` decides on a source flow or module; contents of kinds
    in `reformatted` count by their meaning only; without `others` instances may change that are neither of the two."""

    def __init__(self, before, after, source, target, config=None, select=lambda kind, flow: True, reformatted=(),
                 others=True):
        self.reformatted, self.others = reformatted, others
        def find(dump, alias):
            return next(instance for instance in dump["instances"] if instance["alias"] == alias)

        self.source_before, self.source_after = find(before, source), find(after, source)
        self.target_before, self.target_after = find(before, target), find(after, target)
        self.others_before = [i for i in before["instances"] if i["alias"] not in (source, target)]
        self.others_after = [i for i in after["instances"] if i["alias"] not in (source, target)]
        self.rules = Rules(config)
        self.mapping = Mapping(self.source_after, self.target_after, self.rules)
        self.carried, self.skipped = [], []
        for kind, rows in (("flow-module", "modules"), ("contact-flow", "flows")):
            was = {key_of(row): row for row in self.target_before[rows] if row["state"] == "ACTIVE"}
            now = {key_of(row): row for row in self.target_after[rows] if row["state"] == "ACTIVE"}
            for flow in self.source_before[rows]:
                if flow["state"] != "ACTIVE" or is_stock(flow) or not select(kind, flow):
                    self.skipped.append((kind, flow))
                    continue
                key = flow["type"], self.rules.name(kind, flow["name"])
                self.carried.append(Carried(kind, flow, was.get(key), now.get(key)))
        for one in self.carried:
            self._classify(one)

    def _classify(self, one):
        if one.before is None:
            return
        source, before = one.source, one.before
        expected = self.mapping.document(content_of(source))
        one.content_differs = (not same_meaning(expected, content_of(before)) or source["status"] != before["status"]
                               or json.loads(source.get("settings") or "{}") != json.loads(before.get("settings") or "{}"))
        one.metadata_differs = source["description"] != before["description"]
        one.tags_differ = any(before["tags"].get(name) != value for name, value in source["tags"].items())

    def of(self, kind, condition):
        return [one for one in self.carried if one.kind == kind and condition(one)]

    def complaints(self):
        """Everything that is not as it must be, as text; empty when all is right."""
        out = []
        if self.source_before != self.source_after:
            out.append("the source instance has changed")
        if self.others and self.others_before != self.others_after:
            out.append("an instance that is neither source nor target has changed")
        for member in self.target_before:
            if member not in ("flows", "modules") and self.target_before[member] != self.target_after[member]:
                out.append(f"the target's {member} have changed")
        expected = {one.before["id"] for one in self.carried if one.before}
        for rows in ("flows", "modules"):
            now = {row["id"]: row for row in self.target_after[rows]}
            was = {row["id"] for row in self.target_before[rows]}
            for row in self.target_before[rows]:
                if row["id"] not in now:
                    out.append(f"{row['name']!r} is gone from the target")
                elif row["id"] not in expected and now[row["id"]] != row:
                    out.append(f"{row['name']!r}, which is the target's own, has changed")
            kind = "contact-flow" if rows == "flows" else "flow-module"
            made = {one.after["id"] for one in self.carried if one.kind == kind and one.after}
            for row in self.target_after[rows]:
                if row["id"] not in was and row["id"] not in made:
                    out.append(f"{row['name']!r} ({row['type']}) is new in the target, and nobody asked for it")
        for one in self.carried:
            out += [f"{one}: {complaint}" for complaint in self._complaints(one)]
        return out

    def _complaints(self, one):
        source, before, after = one.source, one.before, one.after
        if after is None:
            return ["is not in the target"]
        if before is not None and not one.updated:
            return [] if before == after else ["was as desired, and has been touched all the same"]
        out = []
        if before is not None and before["id"] != after["id"]:
            out.append("is another flow now, with another id")
        for member in ("type", "status", "description"):
            if source[member] != after[member]:
                out.append(f"{member} is {after[member]!r} instead of {source[member]!r}")
        if json.loads(source.get("settings") or "{}") != json.loads(after.get("settings") or "{}"):
            out.append(f"settings are {after.get('settings')!r} instead of {source.get('settings')!r}")
        if before is None and source.get("externalInvocation") != after.get("externalInvocation"):
            out.append("the external invocation is not the source's")
        tags = {**(before["tags"] if before else {}), **source["tags"]}
        if tags != after["tags"]:
            out.append(f"tags are {after['tags']!r} instead of {tags!r}")
        if before is not None and not one.content_differs:
            if content_of(before) != content_of(after):
                out.append("the content was as desired, and has been written all the same")
            return out
        if source["status"] != after["status"]:
            return out
        if after["status"] == "PUBLISHED" and after.get("draft", after["content"]) != after["content"]:
            out.append("has a draft that differs from what is published")
        if one.kind in self.reformatted:
            if not same_meaning(self.mapping.document(content_of(source)), content_of(after)):
                out.append("the content means something else")
            return out
        try:
            out += self.mapping.differences(content_of(source), content_of(after))
        except Unmapped as e:
            out.append(f"refers to what the target does not have: {e}")
        return out
