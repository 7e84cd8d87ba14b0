"""Signs generated requests with botocore and with flowferry's signer: every signature must be equal.

Usage: signer_equals_botocore.py SIGN_REQUESTS [COUNT [SEED]]
"""
import datetime
import json
import random
import subprocess
import sys
from unittest import mock
from urllib.parse import quote

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

UUID = "11111111-2222-4333-8444-555555555555"
WORDS = ["", "a", "CONTACT_FLOW", "a b", "é", "キュー", "😀", "x=y", "a&b", "100%", "~tilde", "p+q",
         "a/b", "$SAVED", "..", ".", "'quote\"", "*", "(x)", "line\nbreak", "team=sales"]
MEMBERS = [UUID, UUID + ":$SAVED", UUID + ":3", "$LATEST", "予約 フロー", "a/b", "..", ".", "%2F", "~",
           "arn:aws:connect:us-east-1:123456789012:instance/%s/contact-flow/%s" % (UUID, UUID),
           "arn:aws:connect:eu-west-2:aws:view/form:1", "café+crème", "a;b,c"]


def generate(rng):
    path = rng.choice(["/instance", "/contact-flows", "/tags", "/bots", ""])
    for _ in range(rng.randrange(4)):
        path += "/" + quote(rng.choice(MEMBERS), safe="")
    path += rng.choice(["", "", "", "/"])
    query = []
    for _ in range(rng.randrange(6)):
        name = quote(rng.choice(["tagKeys", "maxResults", "nextToken", "contactFlowTypes", "é", "a b"]), safe="")
        query.append(rng.choice([name + "=" + quote(rng.choice(WORDS), safe="")] * 6 + [name]))
    host, scheme = rng.choice([
        ("connect.us-east-1.amazonaws.com", "https"), ("127.0.0.1:8080", "http"), ("localhost:4566", "http"),
        ("[::1]:8080", "http"), ("example.com:443", "https"), ("example.com:80", "http"),
        ("example.com:443", "http"), ("example.com:80", "https"), ("models-v2-lex.eu-west-2.amazonaws.com", "https")])
    body = rng.choice(["", "", "{}", json.dumps({"Name": rng.choice(WORDS), "Content": "x" * rng.randrange(3000)}),
                       json.dumps({"名前": rng.choice(WORDS)}, ensure_ascii=False)])
    headers = {}
    if body:
        headers["Content-Type"] = "application/json"
    if rng.random() < 0.3:
        headers["User-Agent"] = "flowferry/1.0"
    if rng.random() < 0.2:
        headers["X-Custom"] = rng.choice(["  a   b  ", "plain", "tab\tinside"])
    return {
        "access_key": "AKIDEXAMPLE", "secret_key": "".join(rng.choices("abcXYZ019/+", k=40)),
        "token": rng.choice([None, None, "FwoGZXIvYXdzE" + "".join(rng.choices("abc/+=", k=60))]),
        "method": rng.choice(["GET", "PUT", "POST", "DELETE"]),
        "origin": scheme + "://" + host, "target": (path or "/") + ("?" + "&".join(query) if query else ""),
        "body": body, "headers": headers, "region": rng.choice(["us-east-1", "ap-northeast-1", "us-gov-west-1"]),
        "service": rng.choice(["connect", "lex", "sts"]),
        "time": rng.randrange(1_600_000_000, 1_900_000_000),
    }


def by_botocore(case):
    credentials = Credentials(case["access_key"], case["secret_key"], case["token"])
    signer = botocore.auth.SigV4Auth(credentials, case["service"], case["region"])
    request = AWSRequest(method=case["method"], url=case["origin"] + case["target"],
                         headers=case["headers"], data=case["body"].encode())
    now = datetime.datetime.fromtimestamp(case["time"], datetime.timezone.utc).replace(tzinfo=None)
    with mock.patch("botocore.auth.datetime") as clock:
        clock.datetime.utcnow.return_value = now
        with mock.patch("botocore.auth.get_current_datetime", create=True, return_value=now):
            signer.add_auth(request)
    return request.headers["Authorization"], signer.canonical_request(request)


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 20260115)
    cases = [generate(rng) for _ in range(count)]
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    answers = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(answers) == count, f"{len(answers)} answers to {count} requests"
    for case, line in zip(cases, answers):
        ours = json.loads(line)
        authorization, canonical = by_botocore(case)
        if ours["authorization"] != authorization:
            print("different for", json.dumps(case, ensure_ascii=False))
            print("botocore:\n" + canonical + "\nours:\n" + ours["canonical_request"])
            return 1
    print(f"{count} generated requests: every signature equals botocore's")
    return 0


sys.exit(main())
