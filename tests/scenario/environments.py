#!/usr/bin/env python3
"""Where instances are and how they are named: accounts, Regions, aliases, ids, ARNs, and what the AWS files say."""

import shutil

from lib import harness, simulated, worlds
from lib.comparer import Migration

MIGRATE = ("migrate", "--from", "dev", "--to", "prod", "--yes", "--json")


class Places(harness.ScenarioTest):
    def check_right(self, **more):
        world = worlds.rich(self, **more)
        simulator = simulated.start(self, world.save())
        before = simulator.dump()
        outcome = self.expect(0, self.run_program(*MIGRATE))
        migration = Migration(before, simulator.dump(), "acme-dev", "acme-prod")
        self.assertEqual([], migration.complaints())
        self.expect(0, self.run_program("plan", "--from", "dev", "--to", "prod"))
        return outcome.json()["calls"]

    def test_another_account(self):
        self.check_right()

    def test_another_account_and_another_region(self):
        self.check_right(region="us-west-2")

    def test_the_same_account_in_another_region(self):
        self.check_right(account=worlds.DEV, region="eu-central-1")

    def test_the_same_account_and_the_same_region(self):
        self.check_right(account=worlds.DEV)


class Naming(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        self.world, dev, prod = worlds.pair(self)
        dev.flow("Hello", worlds.greeting())
        self.simulator = simulated.start(self, self.world.save())
        self.before = self.simulator.dump()
        self.dev, self.prod = (simulated.instance_of(self.before, alias) for alias in ("acme-dev", "acme-prod"))

    def check_right(self, environments, **variables):
        self.simulator.admin("reset", {})
        shutil.rmtree(self.folder / ".flowferry", ignore_errors=True)
        self.configure(environments)
        outcome = self.expect(0, self.run_program(*MIGRATE, **variables))
        migration = Migration(self.before, self.simulator.dump(), "acme-dev", "acme-prod")
        migration.source_after = migration.source_before = None  # A reset gives everything new times.
        self.assertEqual(1, len(migration.target_after["flows"]))
        self.assertEqual(outcome.json()["created"][0]["arn"], migration.target_after["flows"][0]["arn"])
        return outcome.json()["calls"]

    def test_by_alias_id_or_arn(self):
        environments = worlds.environments()
        self.assertEqual(2, self.check_right(environments)["ListInstances"])
        for member in ("id", "arn"):
            with self.subTest(member):
                environments["dev"]["instance"], environments["prod"]["instance"] = self.dev[member], self.prod[member]
                calls = self.check_right(environments)
                self.assertEqual(2, calls["DescribeInstance"])
                self.assertNotIn("ListInstances", calls)

    def test_the_region_comes_from_the_arn_the_variables_or_the_profile(self):
        environments = worlds.environments()
        del environments["dev"]["region"], environments["prod"]["region"]
        self.check_right(environments, AWS_REGION=worlds.REGION)
        self.check_right(environments, AWS_DEFAULT_REGION=worlds.REGION)
        config = self.write("aws/config", "[profile dev]\nregion = ap-northeast-1\n[profile prod]\nregion = ap-northeast-1\n")
        self.check_right(environments, AWS_CONFIG_FILE=str(config))
        environments["dev"]["instance"], environments["prod"]["instance"] = self.dev["arn"], self.prod["arn"]
        self.check_right(environments)

    def test_credentials_come_from_the_variables_the_default_profile_or_the_config_file(self):
        environments = worlds.environments()
        del environments["dev"]["profile"]
        keys = worlds.keys_of(worlds.DEV)
        self.check_right(environments, AWS_ACCESS_KEY_ID=keys[0], AWS_SECRET_ACCESS_KEY=keys[1])
        self.check_right(environments, AWS_PROFILE="dev")
        self.credentials({"default": keys, "prod": worlds.keys_of(worlds.PROD)})
        self.check_right(environments)
        config = self.write("aws/config", "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n".format(*keys))
        self.credentials({"prod": worlds.keys_of(worlds.PROD)})
        self.check_right(environments, AWS_CONFIG_FILE=str(config))

    def test_the_endpoint_comes_from_the_environment_the_variables_or_the_profile(self):
        environments, origin = worlds.environments(), self.simulator.origin
        self.check_right(environments, AWS_ENDPOINT_URL=None, AWS_ENDPOINT_URL_CONNECT=origin)
        config = self.write("aws/config", f"[profile dev]\nendpoint_url = {origin}\n[profile prod]\nendpoint_url = {origin}\n")
        self.check_right(environments, AWS_ENDPOINT_URL=None, AWS_CONFIG_FILE=str(config))
        for environment in environments.values():
            environment["endpoint_url"] = origin
        self.check_right(environments, AWS_ENDPOINT_URL="http://127.0.0.1:9")

    def test_a_session_token_is_sent(self):
        world = worlds.World(self, "world-with-token")
        world.accounts[worlds.DEV] = (*worlds.keys_of(worlds.DEV), "a/token+with=signs==")
        world.instance("acme-dev").flow("Hello", worlds.greeting())
        world.instance("acme-prod", worlds.PROD)
        self.simulator = simulated.start(self, world.save())
        self.credentials({"dev": world.accounts[worlds.DEV], "prod": worlds.keys_of(worlds.PROD)})
        self.check_right(worlds.environments())


if __name__ == "__main__":
    harness.main()
