#!/usr/bin/env python3
"""Marked secrets in every source of credentials, services that send back all they were sent, and everything that flowferry
wrote looked through: its output, journal, plans, bundles, reports."""

import hashlib
import json
import urllib.parse

from lib import harness, worlds
from lib.credentials_case import CredentialsCase
from lib.fake_aws import FakeAws, iso
from lib.terminal import Terminal
from lib.worlds import DEV, PROD, Document, keys_of

ENDS = ("--from", "dev", "--to", "prod")
MARK = "PLANTED"
ROLE = "arn:aws:iam::444455556666:role/deploy"


def secret(name):
    """Long, and with what forms and JSON escape."""
    return f"{MARK}-{name}/+=&%{'x' * 20}"


class SecretsTest(CredentialsCase):
    def setUp(self):
        super().setUp()
        world, dev, prod = worlds.pair(self)
        self.keys = (keys_of(PROD)[0], secret("secret-key"), secret("session-token"))
        world.accounts[DEV] = [keys_of(DEV)[0], secret("source-secret-key")]
        world.accounts[PROD] = list(self.keys)
        self.credentials({"dev": world.accounts[DEV]})
        for instance in (dev, prod):
            instance.resource("queue", "Sales")
        dev.flow("Hello", Document().queue("Sales").text())
        dev.flow("Bye", Document().say("Bye").text())
        prod.flow("Bye", worlds.greeting())
        self.serve(world)
        self.planted = {self.folder / "aws/credentials", self.folder / "flowferry.yaml"}
        self.planted |= {path for path in (self.folder / "world").rglob("*")}
        self.serve_aws(self.keys)
        self.aws.sso_tokens = {secret("sso-token")}
        self.variables["AWS_MAX_ATTEMPTS"] = "1"
        self.target(profile="target")

    def plant(self, name, content):
        path = self.write(name, content)
        self.planted.add(path)
        return str(path)

    def config(self, text):
        self.variables["AWS_CONFIG_FILE"] = self.plant("aws/config", text)

    def check_text(self, text, where):
        for form in (text, urllib.parse.unquote(text)):
            at = form.find(MARK)
            self.assertEqual(-1, at, f"{where}: ...{form[max(0, at - 300):at + 80]}")

    def check_files(self):
        for path in self.folder.rglob("*"):
            if path.is_file() and path not in self.planted and not path.name.startswith("simulator-"):
                self.check_text(path.read_bytes().decode("latin-1"), path)

    def run_program(self, *arguments, **more):
        outcome = super().run_program(*arguments, **more)
        self.check_text(outcome.out, outcome.command)
        self.check_text(outcome.err, outcome.command)
        return outcome


class EachSource(SecretsTest):
    """Each source gives keys, and is then made to fail by answers that repeat the whole request."""

    def check(self, status=0, **variables):
        self.aws.answer = lambda request: None
        self.expect(status, self.run_program("doctor", "--env", "prod", "--no-policies", **variables))
        for body in (self.as_sts, self.as_json, self.as_page):
            for failing, command in ((400, ("doctor", "--env", "prod", "--json")), (403, ("plan", *ENDS, "--json"))):
                self.aws.answer = lambda request, body=body, failing=failing: body(failing, request)
                self.expect(1, self.run_program(*command, AWS_ENDPOINT_URL_CONNECT=self.aws.origin, **variables))
        self.check_files()

    @staticmethod
    def echo(request):
        return (f"refused: {request.method} {request.path} {request.query} " + json.dumps(request.headers) + " " +
                json.dumps(request.form if b"Action=" in request.body else {}) + " " + request.body.decode())

    def as_sts(self, status, request):
        return FakeAws.sts_error(status, "AccessDenied", self.echo(request))

    def as_json(self, status, request):
        return status, {"x-amzn-ErrorType": "AccessDeniedException"}, json.dumps({"message": self.echo(request), "error": self.echo(request)})

    def as_page(self, status, request):
        return status, {"Content-Type": "text/html"}, f"<html><title>{self.echo(request)}</title>{'-' * 50}{self.echo(request)}</html>"

    def test_variables(self):
        self.target()
        self.check(AWS_ACCESS_KEY_ID=self.keys[0], AWS_SECRET_ACCESS_KEY=self.keys[1], AWS_SESSION_TOKEN=self.keys[2])

    def test_a_role_of_a_profile(self):
        self.config(f"[profile target]\nrole_arn = {ROLE}\nsource_profile = dev\nexternal_id = {MARK}-external:id/1\n")
        self.check()

    def test_a_role_of_the_configuration(self):
        self.target(profile="dev", role_arn=ROLE, external_id=f"{MARK}-external:id/1")
        self.check()
        self.run_program("config", "check")
        self.run_program("config", "check", "--json")

    def test_a_web_identity(self):
        token = self.plant("token", secret("web-identity"))
        self.config(f"[profile target]\nrole_arn = {ROLE}\nweb_identity_token_file = {token}\n")
        self.check()

    def test_single_sign_on(self):
        self.config("[profile target]\nsso_session = corp\nsso_account_id = 444455556666\nsso_role_name = Deploy\n"
                    "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\n")
        for expires in (28800, -60):  # Good, and one that has to be renewed.
            self.plant(f".aws/sso/cache/{hashlib.sha1(b'corp').hexdigest()}.json",
                       {"accessToken": secret("sso-token"), "expiresAt": iso(expires), "clientId": "client",
                        "clientSecret": secret("client-secret"), "refreshToken": secret("refresh-token"),
                        "registrationExpiresAt": "2099-01-01T00:00:00Z"})
            self.check(0 if expires > 0 else 1)

    def test_a_process(self):
        keys = {"Version": 1, "AccessKeyId": self.keys[0], "SecretAccessKey": self.keys[1], "SessionToken": self.keys[2]}
        path = self.plant("keys.json", keys)
        self.config(f"[profile target]\ncredential_process = /bin/cat '{path}' --\n")
        self.check()
        self.plant("keys.json", {**keys, "Version": 7})
        self.check(1)
        self.plant("keys.json", json.dumps(keys)[:-5])
        self.check(1)
        self.config(f"[profile target]\ncredential_process = /no/such/program --password {secret('argument')}\n")
        self.check(1)

    def test_a_container(self):
        self.target()
        self.aws.container_token = secret("container-token")
        self.check(AWS_CONTAINER_CREDENTIALS_FULL_URI=self.aws.origin + "/container",
                   AWS_CONTAINER_AUTHORIZATION_TOKEN=secret("container-token"))

    def test_an_instance(self):
        self.target()
        self.check(AWS_EC2_METADATA_DISABLED=None, AWS_EC2_METADATA_SERVICE_ENDPOINT=self.aws.origin)

    def test_a_proxy_with_a_password(self):
        self.target(profile="dev")
        for url in (f"http://me:{MARK}-password@127.0.0.1:1", f"http://me:{MARK}-password@proxy.invalid:1", f"me:{MARK}-password@127.0.0.1:1"):
            for command in (("plan", *ENDS, "--json"), ("doctor", "--no-policies")):
                self.expect(1, self.run_program(*command, AWS_ENDPOINT_URL=None, AWS_ENDPOINT_URL_STS=None, HTTPS_PROXY=url))

    def test_an_endpoint_with_a_password(self):
        self.expect(1, self.run_program("plan", *ENDS, AWS_ENDPOINT_URL=f"https://me:{MARK}-password@127.0.0.1:1"))
        self.config(f"[profile target]\nrole_arn = {ROLE}\nsource_profile = dev\nendpoint_url = https://me:{MARK}-password@127.0.0.1:1\n")
        self.expect(1, self.run_program("plan", *ENDS, AWS_ENDPOINT_URL=None))

    def test_damaged_files(self):
        for text in (f"[dev]\naws_secret_access_key {MARK}-1234567890\n", f"[dev\naws_secret_access_key = {MARK}-1\n",
                     f"aws_secret_access_key = {MARK}-1\n", f"[dev]\naws_access_key_id = A\naws_secret_access_key = {MARK} 1 2\n",
                     f"[dev]\naws_access_key_id = A\naws_secret_access_key = {MARK}\x01\n", f"[dev]\naws_secret_access_key = {MARK}-1\n"):
            self.plant("aws/credentials", text)
            self.expect(1, self.run_program("doctor", "--env", "dev"))
            self.expect(1, self.run_program("plan", *ENDS, "--json"))


class MfaCode(SecretsTest):
    def test_the_code_goes_nowhere_but_to_sts(self):
        serial = "arn:aws:iam::111122223333:mfa/hanako"
        self.config(f"[profile target]\nrole_arn = {ROLE}\nsource_profile = dev\nmfa_serial = {serial}\n")
        self.aws.answer = lambda r: FakeAws.sts_error(403, "AccessDenied", "MultiFactorAuthentication failed with code " +
                                                      r.form.get("TokenCode", "none") + " of " + json.dumps(r.form))
        terminal = Terminal(self, ("plan", *ENDS))
        terminal.wait_for("MFA code for")
        terminal.type("918273\n")
        terminal.finish(1)
        shown = terminal.shown.replace("918273\r\n", "", 1)  # What the terminal itself echoed.
        self.assertNotIn("918273", shown)
        self.check_text(shown, "terminal")


class WholeRun(SecretsTest):
    def test_nothing_of_a_run_holds_a_secret(self):
        self.config(f"[profile target]\nrole_arn = {ROLE}\nsource_profile = dev\nexternal_id = {MARK}-external:id/1\n")
        self.expect(2, self.run_program("plan", *ENDS, "-o", "release.plan"))
        for format in ("text", "markdown", "json"):
            self.expect(2, self.run_program("plan", *ENDS, "--format", format))
        self.expect(0, self.run_program("rehearse", *ENDS))
        self.expect(0, self.run_program("apply", "release.plan", "--yes"))
        self.expect(0, self.run_program("runs", "--json"))
        self.expect(0, self.run_program("verify", *ENDS, "--json"))
        self.expect(0, self.run_program("pull", "prod", "bundle"))
        self.run_program("diff", "dev", "prod", "--json")
        self.run_program("lint", "prod", "--json")
        self.expect(0, self.run_program("inventory", "prod", "--json"))
        self.expect(0, self.run_program("graph", "prod", "-o", "graph.svg"))
        self.expect(0, self.run_program("doctor", "--json"))
        self.expect(0, self.run_program("undo", "--yes"))
        self.expect(0, self.run_program("migrate", *ENDS, "--yes", "--json"))
        written = [path for path in self.folder.rglob("*") if path.is_file() and path not in self.planted]
        for name in ("journal.db", "release.plan", "graph.svg"):
            self.assertTrue(any(path.name == name for path in written), name)
        self.check_files()


if __name__ == "__main__":
    harness.main()
