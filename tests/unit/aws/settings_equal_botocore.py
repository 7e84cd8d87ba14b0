"""Resolves generated variables and config files with botocore and with flowferry: Region, keys, what was asked for them, ...

Where the two are meant to differ, known_difference() says why. Usage:
settings_equal_botocore.py RESOLVE_SETTINGS FOLDER [MODULE [COUNT [SEED]]]; MODULE is botocore, or awscli: the one within version 2.
"""
import hashlib
import importlib
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
MODULE = sys.argv[3] if len(sys.argv) > 3 else "botocore"
COUNT = int(sys.argv[4]) if len(sys.argv) > 4 else 400
SEED = int(sys.argv[5]) if len(sys.argv) > 5 else 20260115
FOLDER.mkdir(parents=True, exist_ok=True)
os.environ.clear()
os.environ.update(HOME=str(FOLDER), PATH="/usr/bin:/bin")  # Before botocore looks for its cache of tokens.


IS_CLI = MODULE == "awscli"
if IS_CLI:
    import awscli  # noqa: F401: from here on "botocore" is its own.


def of(name):
    return importlib.import_module(f"botocore.{name}")


session, httpsession, utils = of("session"), of("httpsession"), of("utils")
loaders, endpoint_provider, configprovider = of("loaders"), of("endpoint_provider"), of("configprovider")
AWSResponse = of("awsrequest").AWSResponse
VARIABLES = getattr(configprovider, "BOTOCORE_DEFAUT_SESSION_VARIABLES")
KNOWS_ENDPOINT_URLS = "ignore_configured_endpoint_urls" in VARIABLES
EXPIRY = "2099-01-01T00:00:00Z"
HOSTS = {"connect": "connect", "lexv2-models": "models-v2-lex", "sts": "sts", "service-quotas": "servicequotas",
         "sso": "portal.sso", "sso-oidc": "oidc"}


def ours(cases):
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    out = subprocess.run([PROGRAM], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(out) == len(cases), f"{len(out)} answers to {len(cases)}"
    return [json.loads(line) for line in out]


# Endpoints: every Region of every partition, each service, each variant.


def endpoints():
    loader = loaders.Loader()
    partitions = loader.load_data("partitions")
    cases, theirs = [], []
    for service, prefix in HOSTS.items():
        rules = endpoint_provider.EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), partitions)
        for partition in partitions["partitions"]:
            for region, fips, dual in itertools.product(partition["regions"], (False, True), (False, True)):
                if region.endswith("-global"):
                    continue
                more = {"UseGlobalEndpoint": False} if service == "sts" else {}
                try:
                    url = rules.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual, **more).url
                except Exception:  # Older data know no such variant there.
                    continue
                if not KNOWS_ENDPOINT_URLS and fips and region.startswith("us-gov-"):
                    continue  # In newer rules the plain host is the FIPS one.
                cases.append({"endpoint": prefix, "region": region, "fips": fips, "dual_stack": dual})
                theirs.append(url)
    for case, url, answer in zip(cases, theirs, ours(cases)):
        if answer["origin"] != url:
            return [f"{case}: botocore has {url}, we have {answer['origin']}"]
    print(f"{len(cases)} endpoints are equal")
    return []


# Proxies.


def proxies(rng):
    hosts = ["connect.us-east-1.amazonaws.com", "sts.amazonaws.com", "a.example.com", "example.com", "10.1.2.3"]
    names = ["amazonaws.com", ".amazonaws.com", "us-east-1.amazonaws.com", "example.com", "*", "EXAMPLE.com", "le.com", "10.1.2.3",
             "a.example.com", "example.com:80", ".example.com:8443", "", "localhost", "127.0.0.1"]
    cases, theirs = [], []
    for _ in range(COUNT):
        url = "https://" + rng.choice(hosts) + rng.choice(["", "", ":8443"])
        variables = {}
        for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY"):
            if rng.random() < 0.5:
                variables[name] = f"http://{name.replace('_', '-').lower()}:3128"
        some = rng.sample(names, rng.randrange(4))
        if "*" in some:
            some = ["*"]  # Elsewhere in the list it means nothing to Python, and everything to us.
        for name in rng.choice([[], ["NO_PROXY"], ["no_proxy"]]):
            variables[name] = rng.choice([",", ", "]).join(some)
        with mock.patch.dict(os.environ, variables):
            theirs.append(utils.get_environ_proxies(url).get("https", ""))
        cases.append({"proxy_for": url, "variables": variables})
    for case, proxy, answer in zip(cases, theirs, ours(cases)):
        if answer["proxy"] != proxy and "127.0.0.1" not in case["proxy_for"]:
            return [f"{case}: botocore has {proxy!r}, we have {answer['proxy']!r}"]
    print(f"{len(cases)} proxies are equal")
    return []


# Files and variables.

RETRY_MODES = ["standard", "adaptive"] + ([] if IS_CLI else ["legacy"])
NAMES = ["default", "a", "b", "c", "with space"]
VALUES = {
    "region": ["us-east-1", "eu-west-2", "us-gov-west-1", "cn-north-1"],
    "external_id": ["acme/1"], "role_session_name": ["me@acme"], "duration_seconds": ["900", "3600"],
    "max_attempts": ["1", "7"], "retry_mode": RETRY_MODES,
    "use_fips_endpoint": ["true", "false"], "use_dualstack_endpoint": ["true", "false"],
    "output": ["json"], "cli_pager": [""], "s3": ["\n  max_queue_size = 9\n  addressing_style = path"],
    "metadata_service_timeout": ["2"], "metadata_service_num_attempts": ["2"],
    "ec2_metadata_service_endpoint": ["http://127.0.0.9:1338/"], "ec2_metadata_service_endpoint_mode": ["ipv6", "IPv4"],
}
URLS = ["http://127.0.0.1:1", "http://127.0.0.1:2", "https://vpce.example.com", "http://localhost:4566"]
if KNOWS_ENDPOINT_URLS:
    VALUES.update(endpoint_url=URLS, ignore_configured_endpoint_urls=["true", "false"], services=["local", "none"])


def keys(name, rng):
    out = {"aws_access_key_id": f"AKID-{name.replace(' ', '-')}", "aws_secret_access_key": f"secret:of=/{name.replace(' ', '-')}#;1"}
    if rng.random() < 0.3:
        out["aws_session_token"] = f"token+/=={name.replace(' ', '-')}"
    return out


def credentials_of(name, rng):
    """What a profile may have: some ways to get credentials, some of them by mistake in pairs."""
    ways = {
        "keys": lambda: keys(name, rng),
        "role": lambda: {"role_arn": f"arn:aws:iam::1:role/{name.replace(' ', '-')}",
                         **rng.choice([{"source_profile": rng.choice(NAMES)}] * 4 + [{"source_profile": name}, {},
                                       {"credential_source": "Environment"}, {"credential_source": "EcsContainer"},
                                       {"credential_source": "Ec2InstanceMetadata"}, {"credential_source": "Nowhere"}]),
                         **{k: VALUES[k][0] for k in ("external_id", "role_session_name", "duration_seconds") if rng.random() < 0.3}},
        "web": lambda: {"role_arn": f"arn:aws:iam::1:role/web-{name.replace(' ', '-')}", "web_identity_token_file": str(FOLDER / "token")},
        "sso": lambda: {"sso_session": "corp", "sso_account_id": "111122223333", "sso_role_name": f"sso-{name.replace(' ', '-')}"},
        "old sso": lambda: {"sso_start_url": "https://old.example.com/start", "sso_region": "eu-west-1",
                            "sso_account_id": "111122223333", "sso_role_name": f"old-{name.replace(' ', '-')}"},
        "process": lambda: {"credential_process": f"/bin/cat '{FOLDER}/process keys.json'"},
        "none": lambda: {},
    }
    out = {}
    for _ in range(rng.choice([1, 1, 1, 2])):
        out.update(ways[rng.choice(sorted(ways) + ["role", "role", "role", "keys", "keys", "keys"])]())
    return out


def setting(name, value, rng, indent):
    if value.startswith("\n"):
        return f"{indent}{name} ={value.replace(chr(10) + '  ', chr(10) + indent + '  ')}\n"
    spaces = rng.choice([" ", " ", "", "  ", "\t"])
    return f"{indent}{rng.choice([name, name, name.upper()])}{spaces}{rng.choice('===:')}{spaces}{value}{rng.choice(['', '', '  '])}\n"


def section(header, settings, rng):
    indent = rng.choice(["", "", "", "", "  ", "\t"])
    lines = []
    for name, value in settings.items():
        lines.append(rng.choice(["", "", "", "", "\n", "# note = x\n", "; note\n", "  # a note, indented\n"]))
        lines.append(setting(name, value, rng, indent))
    return f"{rng.choice(['', '', '', '# a note' + chr(10)])}[{header}]\n" + "".join(lines) + rng.choice(["", "\n"])


def config_header(name, rng):
    if name == "default":
        return rng.choice(["default", "default", "profile default"])
    quoted = rng.choice(["'{}'", '"{}"']).format(name)
    return "profile" + rng.choice([" ", " ", "  ", "\t"]) + (quoted if " " in name or rng.random() < 0.2 else name)


def services_section(rng):
    text = "[services local]\nother = x\n"  # Without anything in it there is no section for botocore.
    for service in ("connect", "sts", "lex_models_v2", "sso"):
        if rng.random() < 0.5:
            text += f"{service} =\n  endpoint_url = {rng.choice(URLS)}\n" + rng.choice(["", "  other = x\n"])
    return text


def generate(rng, number):
    folder = FOLDER / str(number)
    folder.mkdir(exist_ok=True)
    config, credentials = [], []
    for name in NAMES:
        where = rng.random()
        settings = credentials_of(name, rng)
        if rng.random() < 0.4:
            settings["region"] = rng.choice(VALUES["region"])
        for extra in rng.sample(sorted(VALUES), rng.randrange(4)):
            settings.setdefault(extra, rng.choice(VALUES[extra]))
        if where < 0.6:
            config.append(section(config_header(name, rng), settings, rng))
        elif where < 0.75:
            credentials.append(section(name, settings, rng))
        elif where < 0.95:
            config.append(section(config_header(name, rng), settings, rng))
            credentials.append(section(name, keys(name, rng), rng))
    config.append("[sso-session corp]\nsso_region = us-west-2\nsso_start_url = https://corp.example.com/start\n"
                  "sso_registration_scopes = sso:account:access\n")
    config.append(section("a", {"region": "xx-not-a-profile-1"}, rng))
    config.append("[preview]\ncloudfront = true\n")
    if KNOWS_ENDPOINT_URLS:
        config.append(services_section(rng))
    rng.shuffle(config)
    (folder / "config").write_text("".join(config))
    (folder / "credentials").write_text("".join(credentials))
    variables = {"HOME": str(FOLDER), "PATH": "/usr/bin:/bin", "AWS_CONFIG_FILE": str(folder / "config"),
                 "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials")}
    for name, values, chance in (
            ("AWS_ACCESS_KEY_ID", ["AKIDENV"], 0.25), ("AWS_PROFILE", NAMES, 0.5), ("AWS_DEFAULT_REGION", ["ap-northeast-1"], 0.8),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", [str(FOLDER / "token")], 0.15), ("AWS_ROLE_SESSION_NAME", ["of-variables"], 0.1),
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ["/v2/credentials/1"], 0.15),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", ["http://127.0.0.1:8/get?x=1", "http://169.254.170.23/v1/credentials"], 0.2),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", ["container-token"], 0.3), ("AWS_MAX_ATTEMPTS", ["4"], 0.2),
            ("AWS_RETRY_MODE", RETRY_MODES, 0.2), ("AWS_USE_FIPS_ENDPOINT", ["true", "false"], 0.1),
            ("AWS_USE_DUALSTACK_ENDPOINT", ["true", "false"], 0.1), ("AWS_EC2_METADATA_DISABLED", ["true", "TRUE", "false"], 0.4),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", ["ipv6", "IPv4"], 0.1), ("AWS_SESSION_TOKEN", ["env-token"], 0.2),
            ("AWS_CA_BUNDLE", [str(FOLDER / "token")], 0.1)):
        if rng.random() < chance:
            variables[name] = rng.choice(values)
    if "AWS_ACCESS_KEY_ID" in variables and rng.random() < 0.9:
        variables["AWS_SECRET_ACCESS_KEY"] = "secret-of-variables"
    if "AWS_WEB_IDENTITY_TOKEN_FILE" in variables and rng.random() < 0.8:
        variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/of-variables"
    if KNOWS_ENDPOINT_URLS:
        for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CONNECT", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_LEX_MODELS_V2"):
            if rng.random() < 0.1:
                variables[name] = rng.choice(URLS)
        if rng.random() < 0.1:
            variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = rng.choice(["true", "false"])
    if IS_CLI and rng.random() < 0.2:
        variables["AWS_REGION"] = "eu-central-1"
    if "sts_regional_endpoints" in VARIABLES:
        variables["AWS_STS_REGIONAL_ENDPOINTS"] = "regional"  # By itself so in newer ones.
    case = {"variables": variables}
    if rng.random() < 0.3:
        case["profile"] = rng.choice(NAMES)
    if rng.random() < 0.2:
        case["region"] = "us-west-2"
    return case


# botocore, with answers that name what was asked for: the same as in resolve_settings.cpp.


def keys_document(name):
    return json.dumps({"Code": "Success", "AccessKeyId": "ASIA-" + name, "SecretAccessKey": "secret-of-" + name,
                       "Token": "token-of-" + name, "Expiration": EXPIRY})


def answer(url, body):
    form = dict(parse_qsl(body))
    if "Action" in form:
        action, name = form["Action"], form.get("RoleArn", "").rsplit("/", 1)[-1]
        return (f"<{action}Response><{action}Result><Credentials><AccessKeyId>ASIA-{name}</AccessKeyId><SecretAccessKey>secret-of-"
                f"{name}</SecretAccessKey><SessionToken>token-of-{name}</SessionToken><Expiration>{EXPIRY}</Expiration>"
                f"</Credentials></{action}Result></{action}Response>")
    parts = urlsplit(url)
    if parts.path == "/federation/credentials":
        name = dict(parse_qsl(parts.query))["role_name"]
        return json.dumps({"roleCredentials": {"accessKeyId": "ASIA-" + name, "secretAccessKey": "secret-of-" + name,
                                               "sessionToken": "token-of-" + name, "expiration": 4070908800000}})
    if parts.path == "/latest/api/token":
        return "metadata-token"
    if parts.path == "/latest/meta-data/iam/security-credentials/":
        return "instance-role"
    return keys_document("instance-role" if parts.path.startswith("/latest/") else "container")


def text_of(value):
    return value.decode() if isinstance(value, bytes) else str(value or "")


def seen(request):
    headers = {name.lower(): text_of(value) for name, value in request.headers.items()}
    body = text_of(request.body)
    form = {k: v for k, v in parse_qsl(body) if k in ("Action", "RoleArn", "RoleSessionName", "ExternalId", "DurationSeconds",
                                                      "WebIdentityToken")}
    authorization = headers.get("authorization", "")
    scope = authorization.split("Credential=")[1].split(",")[0].split("/") if "Credential=" in authorization else []
    url = request.url + ("/" if urlsplit(request.url).path == "" else "")
    return {"url": f"{request.method} {url}", "form": form, "key": scope[0] if scope else "", "region": scope[2] if scope else "",
            "token": headers.get("x-amz-security-token", ""), "bearer": headers.get("x-amz-sso_bearer_token", ""),
            "metadata_token": headers.get("x-aws-ec2-metadata-token", ""), "authorization": "" if scope else authorization}


class Raw:
    def __init__(self, text):
        self.text = text

    def stream(self, *_, **__):
        yield self.text.encode()


LOADER = loaders.Loader()


def theirs(case):
    requests = []

    def send(_, request):
        requests.append(seen(request))
        return AWSResponse(request.url, 200, {"Content-Type": "text/xml"}, Raw(answer(request.url, text_of(request.body))))

    with mock.patch.dict(os.environ, case["variables"], clear=True), mock.patch.object(httpsession.URLLib3Session, "send", send):
        try:
            aws = session.Session(profile=case.get("profile"))
            aws.register_component("data_loader", LOADER)
            if case.get("region"):
                aws.set_config_variable("region", case["region"])
            out = {"region": aws.get_config_variable("region") or ""}
            found = aws.get_credentials()
            if found is None:
                return {"error": "no credentials"}
            frozen = found.get_frozen_credentials()
            out.update(key=frozen.access_key, secret=frozen.secret_key, token=frozen.token or "")
            out["requests"] = list(requests)
            if not out["region"]:
                return {"error": "no Region"}
            for name, service in (("connect", "connect"), ("lex", "lexv2-models"), ("sts", "sts"), ("quotas", "service-quotas")):
                requests.clear()
                client = aws.create_client(service)
                call = {"connect": lambda c: c.describe_instance(InstanceId="i"), "lexv2-models": lambda c: c.list_bots(),
                        "sts": lambda c: c.get_caller_identity(), "service-quotas": lambda c: c.list_services()}[service]
                try:
                    call(client)
                except Exception:
                    if not requests:
                        raise
                url = urlsplit(requests[-1]["url"].split(" ")[1])
                out[name] = f"{url.scheme}://{url.netloc}"
            out["attempts"] = aws.get_config_variable("max_attempts")
            # By itself version 1 takes the legacy mode, version 2 the standard one, as we do.
            out["mode"] = case["variables"].get("AWS_RETRY_MODE") or aws.get_scoped_config().get("retry_mode", "standard")
            out["ca_bundle"] = aws.get_config_variable("ca_bundle") or ""
            return out
        except Exception as e:  # Whatever they refuse, in their many ways.
            return {"error": f"{type(e).__name__}: {e}"}


def without_made_up_names(requests):
    for request in requests:
        if request["form"].get("RoleSessionName", "").startswith(("botocore-session-", "flowferry-", "AWS-CLI-session-")):
            del request["form"]["RoleSessionName"]
        # The parameters of a query in one order.
        method, url = request["url"].split(" ", 1)
        form = request["form"]
        if "WebIdentityToken" in form:  # botocore sends the line break at the file's end, too.
            form["WebIdentityToken"] = form["WebIdentityToken"].strip()
        request["url"] = method + " " + url.split("?")[0] + "?" + "&".join(sorted(url.partition("?")[2].split("&")))
    return requests


def difference(ours_, theirs_):
    if ("error" in ours_) != ("error" in theirs_):
        return "error"
    if "error" in ours_:
        return ""
    for name in ("region", "key", "secret", "token", "connect", "lex", "sts", "quotas", "ca_bundle"):
        if ours_[name] != theirs_[name]:
            return name
    attempts = theirs_["attempts"] or (5 if theirs_["mode"] == "legacy" else 3)
    if ours_["attempts"] != attempts:
        return "attempts"
    if without_made_up_names(ours_["requests"]) != without_made_up_names(theirs_["requests"]):
        return "requests"
    return ""


def known_difference(what, case, our, their):
    """Why it is meant to be different; nothing: it is not."""
    if "Unsupported host '169.254.170.23'" in their.get("error", ""):
        return "an older one knows no containers of EKS"
    if "'NoneType' object has no attribute 'get_frozen_token'" in their.get("error", ""):
        return "an older one fails where a source profile has an sso_session"
    if what == "connect" and not KNOWS_ENDPOINT_URLS and their["connect"].startswith("https://connect-fips.us-gov-"):
        return "older rules have another FIPS endpoint in GovCloud"
    return ""


def settings(rng):
    cases = [generate(rng, number) for number in range(COUNT)]
    out, known, kinds = [], {}, {}
    for number, (case, our) in enumerate(zip(cases, ours(cases))):
        their = theirs(case)
        for request in our.get("requests", []) + ([{"form": {}, "url": " error"}] if "error" in our else []):
            kind = request["form"].get("Action") or request["url"].split(" ")[1].split("?")[0].rsplit("/", 1)[-1]
            kinds[kind] = kinds.get(kind, 0) + 1
        what = difference(our, their)
        if not what:
            continue
        why = known_difference(what, case, our, their)
        if why:
            known[why] = known.get(why, 0) + 1
            continue
        out.append(f"--- case {number}: {what}\n{json.dumps({k: v for k, v in case.items() if k != 'variables'})} " +
                   " ".join(f"{k}={v}" for k, v in case["variables"].items()) +
                   f"\n{(FOLDER / str(number) / 'config').read_text()}~~~ credentials\n"
                   f"{(FOLDER / str(number) / 'credentials').read_text()}ours:   {json.dumps(our)}\ntheirs: {json.dumps(their)}")
    print(f"{COUNT} generated configurations, {len(out)} different; meant to be different: {known}; asked for: {kinds}")
    return out


def main():
    rng = random.Random(SEED)
    (FOLDER / "token").write_text("web-identity-token\n")
    (FOLDER / "process keys.json").write_text(json.dumps({"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "process-secret",
                                                          "SessionToken": "process-token", "Expiration": EXPIRY}))
    for key in ("corp", "https://old.example.com/start"):
        path = FOLDER / ".aws/sso/cache" / (hashlib.sha1(key.encode()).hexdigest() + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"startUrl": key, "region": "us-west-2", "accessToken": "sso-token-" + key[:4], "expiresAt": EXPIRY}))
    problems = endpoints() + proxies(rng) + settings(rng)
    for problem in problems[:5]:
        print(problem)
    return 1 if problems else 0


sys.exit(main())
