#!/usr/bin/env python3
"""What stands between: certificates that nobody signed, proxies that refuse, names that do not resolve, Regions without Connect."""

import shutil
import subprocess

from lib import fake_endpoint, harness, worlds
from lib.recorder import Recorder
from lib.refusals import BadInputTest

ENDS = ("--from", "dev", "--to", "prod")


class Network(BadInputTest):
    def setUp(self):
        super().setUp()
        world, dev, _ = worlds.pair(self)
        dev.flow("Hello", worlds.greeting())
        self.serve(world)

    def certificate(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
                       cwd=self.folder, check=True, capture_output=True)
        return self.folder / "cert.pem", self.folder / "key.pem"

    def test_a_certificate_that_is_not_trusted(self):
        certificate = self.certificate()
        recorder = Recorder(self, self.simulator.port, certificate)
        self.check_refused("is not trusted", recorder.origin, "AWS_CA_BUNDLE", AWS_ENDPOINT_URL=recorder.origin)
        self.assertEqual([], recorder.exchanges)
        self.expect(2, self.run_program("plan", *ENDS, AWS_ENDPOINT_URL=recorder.origin, AWS_CA_BUNDLE=str(certificate[0])))
        self.assertTrue(recorder.exchanges)
        other = self.write("other.pem", "no certificate at all\n")
        self.check_refused("other.pem", "variable AWS_CA_BUNDLE", AWS_ENDPOINT_URL=recorder.origin, AWS_CA_BUNDLE=str(other))
        self.check_refused("none.pem does not exist", "variable AWS_CA_BUNDLE", AWS_ENDPOINT_URL=recorder.origin,
                           AWS_CA_BUNDLE="none.pem")

    def test_a_proxy_that_refuses(self):
        for status in ("407 Proxy Authentication Required", "403 Forbidden", "502 Bad Gateway"):
            proxy = fake_endpoint.FakeEndpoint(fake_endpoint.http(status, b""))
            self.addCleanup(proxy.stop)
            url = proxy.origin.replace("http://", "http://me:proxy-secret@")
            outcome = self.run_program("plan", *ENDS, AWS_ENDPOINT_URL=None, HTTPS_PROXY=url, AWS_MAX_ATTEMPTS="1")
            self.check_error(outcome, "the proxy " + proxy.origin, "refused", status[:3], "HTTPS_PROXY")
            self.assertNotIn("proxy-secret", outcome.out + outcome.err)
            self.assertGreater(proxy.requests, 0)

    def test_a_proxy_that_is_not_there(self):
        url = fake_endpoint.closed_port()
        outcome = self.run_program("plan", *ENDS, AWS_ENDPOINT_URL=None, HTTPS_PROXY=url, AWS_MAX_ATTEMPTS="1")
        self.check_error(outcome, "by way of the proxy " + url, "variable HTTPS_PROXY", "Region ap-northeast-1 of environment")

    def test_names_that_do_not_resolve(self):
        self.check_refused("https://connect.invalid", "cannot be resolved", "variable AWS_ENDPOINT_URL", AWS_ENDPOINT_URL="https://connect.invalid",
                           AWS_MAX_ATTEMPTS="1")
        outcome = self.run_program("plan", *ENDS, AWS_ENDPOINT_URL=None, HTTPS_PROXY="http://proxy.invalid:3128",
                                   AWS_MAX_ATTEMPTS="1")
        self.check_error(outcome, "the name of the proxy http://proxy.invalid:3128", "variable HTTPS_PROXY")

    def test_a_region_without_connect(self):
        environments = worlds.environments()
        environments["dev"]["region"] = environments["prod"]["region"] = "eu-north-1"
        self.configure(environments)
        # A proxy that is not there stands for the network, so that no packet leaves.
        outcome = self.run_program("plan", *ENDS, AWS_ENDPOINT_URL=None, HTTPS_PROXY=fake_endpoint.closed_port(),
                                   AWS_MAX_ATTEMPTS="1")
        self.check_error(outcome, "connect.eu-north-1.amazonaws.com", "not known to be in eu-north-1", "ap-northeast-1")
        document = self.run_program("doctor", "--env", "dev", "--json", AWS_ENDPOINT_URL=None,
                                    HTTPS_PROXY=fake_endpoint.closed_port(), AWS_MAX_ATTEMPTS="1").json()
        self.assertIn("eu-north-1", " ".join(document["environments"][0]["remarks"]))

    def test_access_denied_on_one_operation_out_of_ten(self):
        self.simulator.switch({"deny": "ListContactFlowModules"})
        self.check_refused("ListContactFlowModules", "AccessDeniedException", "request id",
                           "allow the IAM action connect:ListContactFlowModules", 'those of profile "dev"')


if __name__ == "__main__":
    harness.main()
