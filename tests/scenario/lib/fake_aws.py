"""What hands out credentials, on loopback: STS, the single sign-on portal and its OIDC service, a container's endpoint, the
metadata service of an EC2 instance. Written from their API references; it shares nothing with flowferry."""

import datetime
import json
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


def iso(seconds_from_now):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_from_now)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Request:
    def __init__(self, handler, body):
        self.method, self.headers, self.body = handler.command, dict(handler.headers.items()), body
        url = urllib.parse.urlsplit(handler.path)
        self.path, self.query = url.path, dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        self.form = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def action(self):
        return self.form.get("Action") or f"{self.method} {self.path}"

    def signed_by(self):
        """The access key in the Authorization header."""
        text = self.headers.get("Authorization", "")
        return text.split("Credential=")[1].split("/")[0] if "Credential=" in text else ""


class FakeAws:
    """One server for all of them. `keys` (id, secret, token) is what it hands out; `answer(request)` may return
    (status, headers, body) to answer otherwise, or a number of seconds to wait first, or None."""

    def __init__(self, test, keys, expires=3600):
        self.keys, self.expires, self.requests, self.answer = keys, expires, [], lambda request: None
        self.mfa_codes = set()  # Those that were used: a code is good once.
        self.mfa_valid = lambda code: True
        self.container_token = None
        self.sso_tokens = {"sso-access-token"}
        self.clock_error = 0
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(self, self.rfile.read(length))
                fake.requests.append(request)
                given = fake.answer(request)
                if isinstance(given, (int, float)):
                    time.sleep(given)
                    given = None
                status, headers, body = given or fake.usual(request)
                data = body if isinstance(body, bytes) else body.encode()
                self.send_response_only(status)
                headers = {"Date": self.date_time_string(time.time() + fake.clock_error), **headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    self.wfile.write(data)
                except OSError:
                    pass

            do_GET = do_PUT = do_POST = handle_one

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)

    def actions(self):
        return [request.action for request in self.requests]

    # Answers

    def usual(self, request):
        if request.form.get("Action"):
            return self.sts(request)
        if request.path == "/federation/credentials":
            return self.sso_portal(request)
        if request.path == "/token":
            return self.sso_oidc(request)
        if request.path.startswith("/latest/"):
            return self.metadata(request)
        if request.path == "/container":
            return self.container(request)
        return 404, {}, ""

    @staticmethod
    def sts_error(status, code, message):
        return status, {"Content-Type": "text/xml", "x-amzn-RequestId": "sts-request-1"}, (
            f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>'
            f"</Error><RequestId>sts-request-1</RequestId></ErrorResponse>")

    def sts(self, request):
        action = request.form["Action"]
        if action == "GetCallerIdentity":
            result = "<Arn>arn:aws:iam::1:user/x</Arn><UserId>X</UserId><Account>1</Account>"
        else:
            code = request.form.get("TokenCode")
            if code is not None:
                if code in self.mfa_codes or not self.mfa_valid(code):
                    return self.sts_error(403, "AccessDenied",
                                          "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
                self.mfa_codes.add(code)
            result = ("<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken>"
                      "<Expiration>{}</Expiration></Credentials>").format(*map(escape, self.keys), iso(self.expires))
        return 200, {"Content-Type": "text/xml"}, (
            f'<{action}Response xmlns="{NAMESPACE}"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>'
            f"{uuid.uuid4()}</RequestId></ResponseMetadata></{action}Response>")

    def sso_portal(self, request):
        if request.headers.get("x-amz-sso_bearer_token") not in self.sso_tokens:
            return 401, {"x-amzn-ErrorType": "UnauthorizedException", "x-amzn-RequestId": "sso-request-1"}, json.dumps(
                {"message": "Session token not found or invalid"})
        return 200, {}, json.dumps({"roleCredentials": {
            "accessKeyId": self.keys[0], "secretAccessKey": self.keys[1], "sessionToken": self.keys[2],
            "expiration": int((time.time() + self.expires) * 1000)}})

    def sso_oidc(self, request):
        asked = json.loads(request.body)
        if asked.get("grantType") != "refresh_token" or asked.get("refreshToken") != "sso-refresh-token":
            return 400, {}, json.dumps({"error": "invalid_grant"})
        self.sso_tokens.add("sso-renewed-token")
        return 200, {}, json.dumps({"accessToken": "sso-renewed-token", "expiresIn": 3600, "tokenType": "Bearer",
                                    "refreshToken": "sso-next-refresh-token"})

    def keys_document(self):
        return json.dumps({"AccessKeyId": self.keys[0], "SecretAccessKey": self.keys[1], "Token": self.keys[2],
                           "Expiration": iso(self.expires)})

    def container(self, request):
        if self.container_token and request.headers.get("Authorization") != self.container_token:
            return 401, {}, "no"
        return 200, {}, self.keys_document()

    def metadata(self, request):
        if request.path == "/latest/api/token":
            ok = request.method == "PUT" and request.headers.get("x-aws-ec2-metadata-token-ttl-seconds")
            return (200, {}, "session-token") if ok else (405, {}, "")
        if request.headers.get("x-aws-ec2-metadata-token") != "session-token":
            return 401, {}, ""
        if request.path.endswith("/security-credentials/"):
            return 200, {}, "instance-role"
        return 200, {}, self.keys_document()
