"""A client of the service that does only what it is told: one signed request, the raw answer. Requests are built from the
service's description and signed by botocore; nothing of the product is used."""

import http.client
import json
import pathlib
import urllib.parse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from simulator import SLOW

HERE = pathlib.Path(__file__).resolve().parent
DESCRIPTION = json.loads((HERE.parent.parent / "data" / "connect-service.json").read_text(encoding="utf-8"))
KEYS = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body

    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The error's name, looked for in every place where it can stand."""
        text = self.headers.get("x-amzn-ErrorType")
        if not text:
            try:
                text = self.json().get("__type") or self.json().get("code") or ""
            except ValueError:
                text = ""
        return text.split(":http")[0].split("#")[-1]

    def __repr__(self):
        return f"{self.status} {self.code} {self.body[:300]!r}"


def encoded(text):
    return urllib.parse.quote(text, safe="-._~")


class RawClient:
    def __init__(self, origin, region="ap-northeast-1", keys=KEYS, token=None):
        self.address = urllib.parse.urlsplit(origin).netloc
        self.region, self.credentials = region, Credentials(*keys, token)

    def call(self, operation, path=None, query=None, once_encoded=False, **given):
        """Sends the operation with `given`. `path` and `query` replace what the description makes of them;
        `once_encoded` signs the path as S3 does."""
        described = DESCRIPTION["operations"][operation]
        members = DESCRIPTION["shapes"][described["input"]["shape"]]["members"]
        uri, pairs, body = described["http"]["requestUri"], [], {}
        for name, value in given.items():
            place = members.get(name, {})
            wire = place.get("locationName", name)
            if place.get("location") == "uri":
                uri = uri.replace("{%s}" % wire, encoded(value))
            elif place.get("location") == "querystring":
                pairs += [(wire, str(one)) for one in (value if isinstance(value, list) else [value])]
            else:
                body[wire] = value
        uri = path or uri
        pairs = pairs if query is None else query
        target = uri + ("?" + urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote) if pairs else "")
        method = described["http"]["method"]
        payload = json.dumps(body, ensure_ascii=False).encode() if method != "GET" and body else b""
        return self.send(method, target, payload, once_encoded)

    def send(self, method, target, payload=b"", once_encoded=False):
        request = AWSRequest(method=method, url=f"http://{self.address}{target}", data=payload,
                             headers={"Content-Type": "application/json"} if payload else {})
        signer = SigV4Auth(self.credentials, "connect", self.region)
        if once_encoded:
            signer._normalize_url_path = lambda path: path
        signer.add_auth(request)
        connection = http.client.HTTPConnection(self.address, timeout=30 * SLOW)
        try:
            connection.request(method, target, payload or None, dict(request.headers))
            response = connection.getresponse()
            return Answer(response, response.read().decode())
        finally:
            connection.close()
