"""Checks a request member by member against a service description (botocore's service-2.json), and its signature.

Written from connect-api.md 1.2, 1.3 and the format of the descriptions; it shares nothing with the client or the simulator."""

import datetime
import hashlib
import hmac
import json
import re
import urllib.parse

UNRESERVED = "A-Za-z0-9._~-"
TARGET = re.compile(rf"(/(?:[{UNRESERVED}]|%[0-9A-F]{{2}})*)+(\?.*)?")
QUERY_PART = re.compile(rf"(?:[{UNRESERVED}]|%[0-9A-F]{{2}})*")
AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9]+)/aws4_request, "
                           r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})")


def decode(text):
    return urllib.parse.unquote(text, errors="strict")


class Pairs(list):
    """A JSON object as it stands, doubled members included."""


class Description:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            model = json.load(file)
        self.operations, self.shapes = model["operations"], model["shapes"]
        self.service = model["metadata"].get("signingName") or model["metadata"]["endpointPrefix"]

    def routes(self, method, target):
        """The operations at this method and raw path: (name, uri members)."""
        path = target.split("?")[0].split("/")[1:]
        found = []
        for name, operation in self.operations.items():
            if operation["http"]["method"] != method:
                continue
            template = operation["http"]["requestUri"].split("?")[0].split("/")[1:]
            if len(template) != len(path):
                continue
            members, fixed = {}, 0
            for want, got in zip(template, path):
                if want.startswith("{"):
                    members[want[1:-1]] = got
                elif want == got:
                    fixed += 1
                else:
                    break
            else:
                found.append((fixed, name, members))
        most = max((fixed for fixed, _, _ in found), default=0)
        return [(name, members) for fixed, name, members in found if fixed == most]

    def operation(self, method, target):
        """The operation's name, or None."""
        routes = self.routes(method, target)
        return routes[0][0] if len(routes) == 1 else None

    # A request

    def check(self, request):
        """Everything that is wrong with it, as texts. It has method, target, headers and body."""
        if not TARGET.fullmatch(request.target):
            return [f"the target is not encoded as it must be: {request.target}"]
        routes = self.routes(request.method, request.target)
        if len(routes) != 1:
            return [f"no operation, or more than one: {request.method} {request.target}: {[name for name, _ in routes]}"]
        name, uri = routes[0]
        shape = self.shapes[self.operations[name]["input"]["shape"]] if "input" in self.operations[name] else {"members": {}}
        complaints, given = [], set()
        members = {"uri": {}, "querystring": {}, None: {}}
        for member, reference in shape["members"].items():
            place = reference.get("location")
            members.setdefault(place, {})[reference.get("locationName", member)] = (member, reference["shape"])
        for placeholder, raw in uri.items():
            member, of = members["uri"][placeholder]
            given.add(member)
            complaints += self.scalar_text(f"{name}: {member}", of, decode(raw))
            if not raw:
                complaints.append(f"{name}: {member} is empty")
        complaints += self.check_query(name, request.target, members["querystring"], given)
        complaints += self.check_body(name, request, members[None], given)
        complaints += [f"{name}: {member} is required" for member in shape.get("required", []) if member not in given]
        return complaints + [f"{name}: {text}" for text in check_signature_form(request, self.service)]

    def check_query(self, name, target, members, given):
        query = target.partition("?")[2]
        fixed = self.operations[name]["http"]["requestUri"].partition("?")[2]
        complaints, values = [], {}
        for part in query.split("&") if query else []:
            key, equals, value = part.partition("=")
            if not QUERY_PART.fullmatch(key) or not QUERY_PART.fullmatch(value) or not equals:
                complaints.append(f"{name}: the query part {part} is not encoded as it must be")
                continue
            values.setdefault(decode(key), []).append(decode(value))
        for part in fixed.split("&") if fixed else []:
            key, _, value = part.partition("=")
            if values.pop(key, None) != [value]:
                complaints.append(f"{name}: the query lacks {part}")
        for key, some in values.items():
            if key not in members:
                complaints.append(f"{name}: the query member {key} does not exist")
                continue
            member, of = members[key]
            given.add(member)
            shape = self.shapes[of]
            if shape["type"] == "list":
                complaints += self.size(f"{name}: {member}", shape, len(some))
                for one in some:
                    complaints += self.scalar_text(f"{name}: {member}", shape["member"]["shape"], one)
            elif len(some) > 1:
                complaints.append(f"{name}: {member} stands {len(some)} times in the query")
            else:
                complaints += self.scalar_text(f"{name}: {member}", of, some[0])
        return complaints

    def check_body(self, name, request, members, given):
        headers = {key.lower(): value for key, value in request.headers.items()}
        if request.method in ("GET", "DELETE"):
            wrong = [f"{name}: a {request.method} has a body"] if request.body else []
            return wrong + ([f"{name}: Content-Type without a body"] if "content-type" in headers else [])
        if headers.get("content-type") != "application/json":
            return [f"{name}: Content-Type is {headers.get('content-type')}"]
        try:
            body = json.loads(request.body.decode("utf-8"), object_pairs_hook=Pairs)
        except ValueError as e:
            return [f"{name}: the body is no JSON: {e}"]
        if not isinstance(body, Pairs):
            return [f"{name}: the body is no object"]
        complaints = []
        for key, value in body:
            if key not in members:
                complaints.append(f"{name}: the body member {key} does not exist")
                continue
            member, of = members[key]
            if member in given:
                complaints.append(f"{name}: {member} stands twice")
            given.add(member)
            complaints += self.value(f"{name}: {member}", of, value)
        return complaints

    # Values

    def scalar_text(self, where, of, text):
        """A value of path or query."""
        kind = self.shapes[of]["type"]
        if kind == "string":
            return self.value(where, of, text)
        if kind in ("integer", "long"):
            return self.value(where, of, int(text)) if re.fullmatch(r"-?\d+", text) else [f"{where} is no number: {text}"]
        if kind == "boolean":
            return [] if text in ("true", "false") else [f"{where} is no boolean: {text}"]
        return [f"{where} cannot stand in path or query"]

    @staticmethod
    def size(where, shape, size):
        low, high = shape.get("min"), shape.get("max")
        if (low is not None and size < low) or (high is not None and size > high):
            return [f"{where} has size or value {size}, which is not from {low} to {high}"]
        return []

    def value(self, where, of, value):
        shape = self.shapes[of]
        kind = shape["type"]
        python = {"string": str, "boolean": bool, "integer": int, "long": int, "structure": Pairs, "map": Pairs, "list": list,
                  "double": (int, float), "float": (int, float), "timestamp": (int, float)}[kind]
        if not isinstance(value, python) or (isinstance(value, bool) and kind != "boolean") or (
                kind == "list" and isinstance(value, Pairs)):
            return [f"{where} is no {kind}: {value!r}"[:200]]
        if kind == "string":
            return self.text(where, shape, value)
        if kind in ("integer", "long"):
            return self.size(where, shape, value)
        if kind == "list":
            out = self.size(where, shape, len(value))
            for item in value:
                out += self.value(f"{where}[]", shape["member"]["shape"], item)
            return out
        if kind == "map":
            out = self.size(where, shape, len(value))
            if len({key for key, _ in value}) < len(value):
                out.append(f"{where} has a key twice")
            for key, item in value:
                out += self.value(f"{where} key", shape["key"]["shape"], key)
                out += self.value(f"{where}.{key}", shape["value"]["shape"], item)
            return out
        if kind == "structure":
            names = {reference.get("locationName", name): (name, reference["shape"])
                     for name, reference in shape["members"].items()}
            out = [f"{where}: {key} does not exist" for key, _ in value if key not in names]
            for key, item in value:
                if key in names:
                    out += self.value(f"{where}.{key}", names[key][1], item)
            keys = {names[key][0] for key, _ in value if key in names}
            return out + [f"{where}.{name} is required" for name in shape.get("required", []) if name not in keys]
        return []

    def text(self, where, shape, value):
        out = self.size(where, shape, len(value))
        if "enum" in shape and value not in shape["enum"]:
            out.append(f"{where} is {value!r}, which is none of {shape['enum']}")
        pattern = shape.get("pattern", "")
        # Some patterns of the description are broken, and Python has no \p{...} (connect-api.md 2.7).
        usable = pattern and "\\p{" not in pattern.lower() and "\\\\" not in pattern
        if usable and not re.search(pattern, value, re.DOTALL):
            out.append(f"{where} is {value[:80]!r}, which does not match {pattern}")
        return out


# Signature Version 4


def check_signature_form(request, service):
    headers = {key.lower(): value for key, value in request.headers.items()}
    found = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if not found:
        return [f"the Authorization header is of another form: {headers.get('authorization')}"]
    out = []
    if found[4] != service:
        out.append(f"signed for {found[4]}, not for {service}")
    signed = found[5].split(";")
    needed = {"host", "x-amz-date"} | {name for name in ("content-type", "x-amz-security-token") if name in headers}
    if signed != sorted(signed) or not needed <= set(signed):
        out.append(f"signed headers are {found[5]}")
    if not re.fullmatch(r"\d{8}T\d{6}Z", headers.get("x-amz-date", "")) or headers["x-amz-date"][:8] != found[2]:
        out.append(f"X-Amz-Date is {headers.get('x-amz-date')}")
    return out


def check_signature(request, secrets):
    """Whether the signature is right with the secret of its key; texts of what is wrong."""
    headers = {key.lower(): " ".join(value.split()) for key, value in request.headers.items()}
    found = AUTHORIZATION.fullmatch(headers["authorization"])
    key_id, date, region, service, signed, signature = found.groups()
    path, _, query = request.target.partition("?")
    # The path is encoded once more than it was sent; the query is sorted as it was sent.
    canonical_path = "/".join(urllib.parse.quote(part, safe="-_.~") for part in path.split("/"))
    pairs = sorted(tuple(part.split("=", 1)) for part in query.split("&")) if query else []
    canonical = "\n".join([request.method, canonical_path, "&".join("=".join(pair) for pair in pairs),
                           *(f"{name}:{headers[name]}" for name in signed.split(";")), "", signed,
                           hashlib.sha256(request.body).hexdigest()])
    to_sign = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], f"{date}/{region}/{service}/aws4_request",
                         hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secrets[key_id]).encode()
    for text in (date, region, service, "aws4_request"):
        key = hmac.new(key, text.encode(), hashlib.sha256).digest()
    if hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest() != signature:
        return [f"the signature is wrong; canonical request:\n{canonical}"]
    off = abs(datetime.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
              - datetime.datetime.now().timestamp())
    return ["the date is off"] if off > 300 else []
