"""A target whose keys come from elsewhere: from roles, single sign-on, containers, metadata (lib/fake_aws)."""

from lib import worlds
from lib.fake_aws import FakeAws
from lib.refusals import BadInputTest


class CredentialsCase(BadInputTest):
    def serve_aws(self, keys):
        """Starts `self.aws`, which hands out the target's keys: id, secret, token."""
        self.aws = FakeAws(self, keys)
        self.variables.update(AWS_ENDPOINT_URL_STS=self.aws.origin, AWS_ENDPOINT_URL_SSO=self.aws.origin,
                              AWS_ENDPOINT_URL_SSO_OIDC=self.aws.origin)

    def target(self, **entry):
        environments = worlds.environments()
        del environments["prod"]["profile"]
        environments["prod"].update(entry)
        self.configure(environments)
