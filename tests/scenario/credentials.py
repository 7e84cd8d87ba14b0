#!/usr/bin/env python3
"""Every source of credentials, with the real program, against STS, single sign-on, containers and metadata on loopback."""

import datetime
import hashlib
import json
import time

from lib import fake_endpoint, harness, worlds
from lib.credentials_case import CredentialsCase
from lib.fake_aws import FakeAws, iso
from lib.terminal import Terminal
from lib.worlds import DEV, PROD, Document, keys_of

ENDS = ("--from", "dev", "--to", "prod")
TOKEN = "session-token-of-the-target/+="
ROLE = "arn:aws:iam::444455556666:role/deploy"
SECRETS = (keys_of(DEV)[1], keys_of(PROD)[1], TOKEN, "sso-access-token", "sso-renewed-token", "sso-refresh-token",
           "container-secret", "web-identity-token")


class CredentialsTest(CredentialsCase):
    """The source has keys of its own; the target takes only keys with a session token, which `self.aws` hands out."""

    def setUp(self):
        super().setUp()
        world, dev, prod = worlds.pair(self)
        world.accounts[PROD] = [*keys_of(PROD), TOKEN]
        for instance in (dev, prod):
            instance.resource("queue", "Sales")
        dev.flow("Hello", Document().queue("Sales").text())
        self.serve(world)
        self.serve_aws((*keys_of(PROD), TOKEN))
        self.target(profile="target")

    def config(self, text):
        self.variables["AWS_CONFIG_FILE"] = str(self.write("aws/config", text))

    def run_program(self, *arguments, **more):
        outcome = super().run_program(*arguments, **more)
        for secret in SECRETS:
            self.assertNotIn(secret, outcome.out + outcome.err)
        return outcome

    def check_works(self, *actions, **variables):
        """plan works, and this was asked for credentials."""
        self.aws.requests.clear()
        outcome = self.expect(2, self.run_program("plan", *ENDS, "--json", "--quiet", **variables))
        self.assertEqual("", outcome.err)
        self.assertEqual(list(actions), self.aws.actions())

    def check_fails(self, *words, **variables):
        """plan fails with these words in its one error, which names a remedy."""
        outcome = self.run_program("plan", *ENDS, "--json", **variables)
        self.check_error(outcome, *words)
        document = outcome.json()
        self.assertIn(document["error"]["kind"], ("credentials", "config", "network", "denied", "not-found"))
        return document["error"]


class Sources(CredentialsTest):
    def test_a_chain_of_roles_with_all_that_a_profile_can_say(self):
        self.config(f"""[profile target]
role_arn = {ROLE}
source_profile = middle
external_id = acme/1
role_session_name = me@acme
duration_seconds = 1800
[profile middle]
role_arn = arn:aws:iam::444455556666:role/middle
source_profile = dev
""")
        self.check_works("AssumeRole", "AssumeRole")
        middle, deploy = self.aws.requests
        self.assertEqual(keys_of(DEV)[0], middle.signed_by())
        self.assertTrue(middle.form["RoleArn"].endswith("role/middle"))
        self.assertEqual(keys_of(PROD)[0], deploy.signed_by())
        self.assertEqual(TOKEN, deploy.headers["X-Amz-Security-Token"])
        self.assertEqual({"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": ROLE, "ExternalId": "acme/1",
                          "RoleSessionName": "me@acme", "DurationSeconds": "1800"}, deploy.form)

    def test_a_role_of_the_configuration_itself(self):
        self.target(profile="dev", role_arn=ROLE, external_id="acme/2")
        self.check_works("AssumeRole")
        self.assertEqual("acme/2", self.aws.requests[0].form["ExternalId"])

    def test_a_role_with_the_keys_of_the_variables(self):
        self.config(f"[profile target]\nrole_arn = {ROLE}\ncredential_source = Environment\n")
        self.check_works("AssumeRole", AWS_ACCESS_KEY_ID=keys_of(DEV)[0], AWS_SECRET_ACCESS_KEY=keys_of(DEV)[1])

    def test_keys_in_variables(self):
        self.target()
        self.check_works(AWS_ACCESS_KEY_ID=keys_of(PROD)[0], AWS_SECRET_ACCESS_KEY=keys_of(PROD)[1],
                         AWS_SESSION_TOKEN=TOKEN)

    def test_a_web_identity_by_variables_and_by_profile(self):
        token = self.write("token", "web-identity-token\n")
        self.target()
        self.check_works("AssumeRoleWithWebIdentity", AWS_ROLE_ARN=ROLE, AWS_WEB_IDENTITY_TOKEN_FILE=str(token),
                         AWS_ROLE_SESSION_NAME="ci-42")
        request = self.aws.requests[0]
        self.assertEqual(("web-identity-token", "ci-42", ""),
                         (request.form["WebIdentityToken"], request.form["RoleSessionName"], request.signed_by()))
        self.target(profile="target")
        self.config(f"[profile target]\nrole_arn = {ROLE}\nweb_identity_token_file = {token}\n")
        self.check_works("AssumeRoleWithWebIdentity")

    def test_a_process(self):
        keys = self.write("keys.json", json.dumps({"Version": 1, "AccessKeyId": keys_of(PROD)[0], "SessionToken": TOKEN,
                                                   "SecretAccessKey": keys_of(PROD)[1], "Expiration": iso(3600)}))
        self.config(f"[profile target]\ncredential_process = /bin/cat '{keys}'\n")
        self.check_works()

    def test_a_container(self):
        self.target()
        self.aws.container_token = "container-secret"
        token = self.write("container-token", "container-secret")
        url = self.aws.origin + "/container"
        self.check_works("GET /container", AWS_CONTAINER_CREDENTIALS_FULL_URI=url,
                         AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token))
        self.check_works("GET /container", AWS_CONTAINER_CREDENTIALS_FULL_URI=url,
                         AWS_CONTAINER_AUTHORIZATION_TOKEN="container-secret")

    def test_an_ec2_instance(self):
        self.target()
        self.check_works("PUT /latest/api/token", "GET /latest/meta-data/iam/security-credentials/",
                         "GET /latest/meta-data/iam/security-credentials/instance-role", AWS_EC2_METADATA_DISABLED=None,
                         AWS_EC2_METADATA_SERVICE_ENDPOINT=self.aws.origin)
        self.config(f"[profile target]\nrole_arn = {ROLE}\ncredential_source = Ec2InstanceMetadata\n")
        self.target(profile="target")
        self.check_works("PUT /latest/api/token", "GET /latest/meta-data/iam/security-credentials/",
                         "GET /latest/meta-data/iam/security-credentials/instance-role", "AssumeRole",
                         AWS_EC2_METADATA_DISABLED=None, AWS_EC2_METADATA_SERVICE_ENDPOINT=self.aws.origin)

    def test_endpoints_of_a_services_section(self):
        self.config(f"""[profile target]
role_arn = {ROLE}
source_profile = dev
services = local
[services local]
connect =
  endpoint_url = {self.simulator.origin}
sts =
  endpoint_url = {self.aws.origin}
""")
        self.target(profile="target")
        environments = worlds.environments()
        environments["dev"]["endpoint_url"] = self.simulator.origin
        environments["prod"]["profile"] = "target"
        self.configure(environments)
        self.check_works("AssumeRole", AWS_ENDPOINT_URL=None, AWS_ENDPOINT_URL_STS=None)


class SingleSignOnTest(CredentialsTest):
    SESSION = """[profile target]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = Deploy
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
"""
    OLD = """[profile target]
sso_account_id = 444455556666
sso_role_name = Deploy
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
"""

    def cache(self, key, expires=28800, **more):
        name = hashlib.sha1(key.encode()).hexdigest()
        content = {"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1", "accessToken": "sso-access-token",
                   "expiresAt": iso(expires), **more}
        return self.write(f".aws/sso/cache/{name}.json", content)

    RENEWABLE = {"clientId": "client", "clientSecret": "client-secret", "refreshToken": "sso-refresh-token",
                 "registrationExpiresAt": "2099-01-01T00:00:00Z"}


class SingleSignOn(SingleSignOnTest):
    def test_both_forms(self):
        self.config(self.SESSION)
        self.cache("corp")
        self.check_works("GET /federation/credentials")
        self.assertEqual({"account_id": "444455556666", "role_name": "Deploy"}, self.aws.requests[0].query)
        self.config(self.OLD)
        self.cache("https://corp.awsapps.com/start")
        self.check_works("GET /federation/credentials")

    def test_a_token_about_to_expire_is_renewed_and_kept(self):
        self.config(self.SESSION)
        for expires in (600, -60):
            with self.subTest(expires=expires):
                path = self.cache("corp", expires, **self.RENEWABLE)
                self.aws.sso_tokens = {"sso-access-token"}
                self.check_works("POST /token", "GET /federation/credentials")
                kept = json.loads(path.read_text())
                self.assertEqual(("sso-renewed-token", "sso-next-refresh-token", "client-secret"),
                                 (kept["accessToken"], kept["refreshToken"], kept["clientSecret"]))
                self.assertEqual(0o600, path.stat().st_mode & 0o777)
                self.check_works("GET /federation/credentials")

    def test_whatever_is_wrong_with_it_the_command_to_run_is_named(self):
        login = "aws sso login --profile target"
        self.config(self.SESSION)
        self.check_fails("no single sign-on token", login, "config:3")
        self.cache("corp", -60)
        self.check_fails("expired at", login)
        self.cache("corp", -60, **{**self.RENEWABLE, "refreshToken": "another"})
        self.check_fails("cannot be renewed", "invalid_grant", login)
        self.cache("corp", -60, **{**self.RENEWABLE, "registrationExpiresAt": "2020-01-01T00:00:00Z"})
        self.check_fails("expired at", login)
        for damage in ("", "{", "[]", '{"accessToken": 7, "expiresAt": "x"}', "\x00\xff"):
            self.cache("corp").write_text(damage)
            self.check_fails("cannot be read", "/sso/cache/", login)
        self.cache("corp")
        self.aws.sso_tokens = set()
        error = self.check_fails("no longer accepted", login, "sso-request-1")
        self.assertEqual("sso-request-1", error["request_id"])


class EverySource(SingleSignOnTest):
    """Slow and failing answers, and keys that expire in the middle: whatever the source."""

    def sources(self):
        """Name, what to set up, variables, and what is asked for."""
        token = self.write("token", "web-identity-token")
        keys = self.write("keys.json", json.dumps({"Version": 1, "AccessKeyId": keys_of(PROD)[0], "SessionToken": TOKEN,
                                                   "SecretAccessKey": keys_of(PROD)[1], "Expiration": iso(3600)}))
        self.cache("corp")
        metadata = ["PUT /latest/api/token", "GET /latest/meta-data/iam/security-credentials/",
                    "GET /latest/meta-data/iam/security-credentials/instance-role"]
        yield "role", f"[profile target]\nrole_arn = {ROLE}\nsource_profile = dev\n", {}, ["AssumeRole"]
        yield ("web identity", f"[profile target]\nrole_arn = {ROLE}\nweb_identity_token_file = {token}\n", {},
               ["AssumeRoleWithWebIdentity"])
        yield "single sign-on", self.SESSION, {}, ["GET /federation/credentials"]
        yield "process", f"[profile target]\ncredential_process = /bin/cat '{keys}'\n", {}, []
        yield "container", None, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.aws.origin + "/container"}, ["GET /container"]
        yield "instance", None, {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.aws.origin,
                                 "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3"}, metadata

    def each(self):
        for name, config, variables, actions in self.sources():
            self.target(**({"profile": "target"} if config else {}))
            self.config(config or "")
            self.aws.answer = lambda request: None
            yield name, variables, actions

    def test_slow(self):
        for name, variables, actions in self.each():
            with self.subTest(name):
                self.aws.answer = lambda request: 0.7
                self.check_works(*actions, **variables)

    def test_failing_once(self):
        for name, variables, actions in self.each():
            with self.subTest(name):
                bad = iter([(503, {}, "<html>busy</html>")] + [None] * 9)
                self.aws.answer = lambda request, bad=bad: next(bad)
                self.check_works(*actions[:1], *actions, **variables)

    def test_failing_for_good(self):
        for name, variables, actions in self.each():
            with self.subTest(name):
                self.aws.answer = lambda request: (500, {"x-amzn-RequestId": "request-7"}, "<html>down</html>")
                if actions:
                    remedy = "aws configure" if name == "instance" else "try again"
                    places = {"container": "variable AWS_CONTAINER_CREDENTIALS_FULL_URI", "instance": "flowferry.yaml:"}
                    self.check_fails("status 500" if name in places else "request-7", remedy, places.get(name, "aws/config:"), **variables)

    def test_expired_in_the_middle(self):
        for name, variables, actions in self.each():
            with self.subTest(name):
                spoiled = []

                def spoil(method, target, answer, spoiled=spoiled):
                    if "/contact-flows-summary/" in target and b"Hello" not in answer and not spoiled:
                        spoiled.append(target)
                        return fake_endpoint.http("403 Forbidden", b'{"message":"expired"}', more="x-amzn-ErrorType: ExpiredTokenException\r\n")
                    return None

                proxy = fake_endpoint.SpoilingProxy(self.simulator.port, spoil)
                self.addCleanup(proxy.stop)
                self.check_works(*actions, *actions, AWS_ENDPOINT_URL=proxy.origin, **variables)
                self.assertEqual(1, len(spoiled))


class Mfa(CredentialsTest):
    SERIAL = "arn:aws:iam::111122223333:mfa/hanako"

    def setUp(self):
        super().setUp()
        self.config(f"""[profile target]
role_arn = {ROLE}
source_profile = dev
mfa_serial = {self.SERIAL}
[profile also]
role_arn = {ROLE}-2
source_profile = dev
mfa_serial = {self.SERIAL}
""")

    def test_the_code_is_asked_for_once_on_the_terminal(self):
        environments = worlds.environments()
        environments["prod"]["profile"], environments["second"] = "target", {**worlds.environments()["prod"], "profile": "also"}
        self.configure(environments)
        terminal = Terminal(self, ("doctor", "--env", "prod", "--env", "second", "--no-policies"))
        terminal.wait_for(r"MFA code for " + self.SERIAL + ": ")
        terminal.type("12345\n")
        terminal.wait_for("six digits")
        terminal.type("123456\n")
        terminal.finish(0)
        self.assertEqual(2, terminal.shown.count("MFA code for"), str(terminal))
        roles = [r.form["RoleArn"] for r in self.aws.requests if r.action == "AssumeRole"]
        self.assertEqual([ROLE, ROLE + "-2"], roles)
        self.assertEqual({"123456"}, self.aws.mfa_codes)

    def test_sts_without_sessions_gets_the_code_with_the_role(self):
        self.aws.answer = lambda r: (FakeAws.sts_error(403, "AccessDenied", "Cannot call GetSessionToken")
                                     if r.action == "GetSessionToken" else None)
        terminal = Terminal(self, ("plan", *ENDS))
        terminal.wait_for("MFA code for")
        terminal.type("123456\n")
        terminal.finish(2)
        role = [r for r in self.aws.requests if r.action == "AssumeRole"]
        self.assertEqual([(self.SERIAL, "123456")], [(r.form["SerialNumber"], r.form["TokenCode"]) for r in role])

    def test_a_wrong_code(self):
        self.aws.mfa_valid = lambda code: False
        terminal = Terminal(self, ("plan", *ENDS))
        terminal.wait_for("MFA code for")
        terminal.type("654321\n")
        terminal.finish(1)
        for word in ("Error:", self.SERIAL, "invalid MFA one time pass code", "sts-request-1", "config:2", "next code"):
            self.assertIn(word, " ".join(terminal.shown.split()))
        self.assertEqual(1, terminal.shown.count("MFA code for"))

    def test_no_answer_and_ctrl_c(self):
        for typed in ("\n", "\x04", "\x03"):
            with self.subTest(repr(typed)):
                terminal = Terminal(self, ("plan", *ENDS))
                terminal.wait_for("MFA code for")
                terminal.type(typed)
                terminal.finish(1)
                self.assertIn("Error:", terminal.shown)

    def test_without_a_terminal_there_is_nobody_to_ask(self):
        self.check_fails("MFA device " + self.SERIAL, "nobody to ask", "config:2", "run it on a terminal")
        self.assertEqual([], self.aws.requests)


class Trouble(CredentialsTest):
    def setUp(self):
        super().setUp()
        self.config(f"[profile target]\nrole_arn = {ROLE}\nsource_profile = dev\n")

    def test_expired_in_the_middle_they_are_fetched_anew(self):
        spoiled = []

        def spoil(method, target, answer):
            if "/contact-flows-summary/" in target and b"Hello" not in answer and not spoiled:
                spoiled.append(target)
                return fake_endpoint.http("403 Forbidden", b'{"message":"The security token included in the request is expired"}',
                                          more="x-amzn-ErrorType: ExpiredTokenException\r\n")
            return None

        proxy = fake_endpoint.SpoilingProxy(self.simulator.port, spoil)
        self.addCleanup(proxy.stop)
        self.check_works("AssumeRole", "AssumeRole", AWS_ENDPOINT_URL=proxy.origin)
        self.assertEqual(1, len(spoiled))

    def test_expired_for_good(self):
        self.simulator.switch({"credentials": "expired"})
        self.addCleanup(self.simulator.switch, {"credentials": "valid"})
        error = self.check_fails("ExpiredTokenException", "request id", "aws sso login", 'those of profile "dev" (', "aws/credentials:2)")
        self.assertTrue(error["request_id"])

    def test_slow_and_failing_answers_are_waited_for_and_repeated(self):
        self.aws.answer = lambda request: 1.5
        self.check_works("AssumeRole")
        bad = iter([(500, {}, "<html>"), (503, {}, ""), None])
        self.aws.answer = lambda request: next(bad)
        self.check_works("AssumeRole", "AssumeRole", "AssumeRole")

    def test_a_clock_that_is_off_is_corrected_from_the_date(self):
        hours = 3
        self.aws.clock_error = hours * 3600

        def answer(request):
            signed = datetime.datetime.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
            off = signed.replace(tzinfo=datetime.timezone.utc).timestamp() - time.time()
            if abs(off - hours * 3600) > 900:
                return FakeAws.sts_error(403, "SignatureDoesNotMatch", "Signature expired: it is now later")
            return None

        self.aws.answer = answer
        self.aws.expires = hours * 3600 + 3600
        self.check_works("AssumeRole", "AssumeRole")

    def test_a_role_that_cannot_be_assumed(self):
        self.aws.answer = lambda r: FakeAws.sts_error(403, "AccessDenied", "User: x is not authorized to perform: sts:AssumeRole")
        error = self.check_fails(ROLE, "not authorized", "AccessDenied", "sts-request-1", "config:2", "trust",
                                 'those of profile "dev"')
        self.assertEqual(("AccessDenied", "sts-request-1"), (error["code"], error["request_id"]))

    def test_credentials_of_another_account(self):
        self.target(profile="dev")
        self.check_fails('no instance with the alias "acme-prod"', "flowferry.yaml:", 'those of profile "dev" (', "aws/credentials:2)",
                         "arn:aws:iam::1:user/x, account 1")
        id = "11111111-2222-4333-8444-555555555555"
        self.target(profile="dev", instance=f"arn:aws:connect:ap-northeast-1:444455556666:instance/{id}")
        self.check_fails("no instance " + id, "the ARN is of account 444455556666", "account 1", "ResourceNotFoundException", "request id")

    def test_sts_that_fails(self):
        self.aws.answer = lambda r: FakeAws.sts_error(500, "InternalFailure", "oops")
        self.check_fails(ROLE, "InternalFailure", "sts-request-1", "try again")

    def test_garbage_from_sts(self):
        for body in ("", "{}", "<AssumeRoleResponse/>", "<Credentials><AccessKeyId>a b</AccessKeyId></Credentials>", "\x00" * 99):
            self.aws.answer = lambda r, body=body: (200, {}, body)
            with self.subTest(body[:20]):
                self.assertEqual(1, self.run_program("plan", *ENDS).status)

    def test_profiles_that_lead_nowhere(self):
        self.config("[profile target]\nrole_arn = r\nsource_profile = a\n[profile a]\nrole_arn = r\nsource_profile = b\n"
                    "[profile b]\nrole_arn = r\nsource_profile = a\n")
        self.check_fails("circle", "a → b → a", "config:9")
        self.config("[profile target]\nrole_arn = r\nsource_profile = midlde\n[profile middle]\n")
        self.check_fails('no profile "midlde"', 'did you mean "middle"', "config:3")
        self.config("[profile targte]\n")
        self.check_fails('no profile "target"', 'did you mean "targte"', "flowferry.yaml:")
        self.config("[profile target]\nrole_arn = r\n")
        self.check_fails("source_profile or credential_source", "config:2")
        self.target(profile="nobody")
        self.check_fails('no profile "nobody"', "flowferry.yaml:")

    def test_processes_that_print_rubbish_fail_or_hang(self):
        secret = keys_of(PROD)[1]
        for command, words in ((f"/bin/echo rubbish {secret}", ["are no credentials"]), ("/bin/echo '[]'", ["are no credentials"]),
                               ("/bin/false", ["status 1"]), ("/no/such/program", ["cannot be started"]),
                               ("/bin/echo '{\"Version\": 2}'", ["Version 1"]), ("'unclosed", ["quotes"])):
            with self.subTest(command):
                self.config(f"[profile target]\ncredential_process = {command}\n")
                self.check_fails("config:2", *words)

    def test_nothing_at_all(self):
        self.target()
        self.check_fails("no credentials were found", "AWS_ACCESS_KEY_ID is not set", "aws configure")

    def test_the_metadata_service_answers_badly(self):
        self.target()
        for answer in ((404, {}, ""), (200, {}, "{"), (500, {}, "")):
            self.aws.answer = lambda r, answer=answer: answer
            with self.subTest(answer):
                self.check_fails(AWS_EC2_METADATA_DISABLED=None, AWS_EC2_METADATA_SERVICE_ENDPOINT=self.aws.origin)

    def test_the_container_endpoint_refuses(self):
        self.target()
        self.aws.container_token = "container-secret"
        self.check_fails("no connection", "variable AWS_CONTAINER_CREDENTIALS_FULL_URI",
                         AWS_CONTAINER_CREDENTIALS_FULL_URI=fake_endpoint.closed_port() + "/container")
        self.check_fails("status 401", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                         AWS_CONTAINER_CREDENTIALS_FULL_URI=self.aws.origin + "/container")
        self.check_fails("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="/no/such/file",
                         AWS_CONTAINER_CREDENTIALS_FULL_URI=self.aws.origin + "/container")
        self.check_fails("plain http", AWS_CONTAINER_CREDENTIALS_FULL_URI="http://example.invalid/container")


if __name__ == "__main__":
    harness.main()
