#!/usr/bin/python3
"""Every operation through botocore (Debian's), with the simulator's own service description, which knows operations
that this botocore does not."""

import os
import pathlib
import sys
import tempfile

from simulator import Simulator, skip
from steps import HERE, Refused, report

try:
    import botocore.session
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    skip("botocore is not installed (python3-botocore)")

DATA = HERE.parent.parent / "data"
SERVICES = {"connect": ("connect", "2017-08-08"), "lex": ("lexv2-models", "2020-08-07")}


def install_descriptions(folder):
    for name, (service, version) in SERVICES.items():
        target = pathlib.Path(folder) / service / version
        target.mkdir(parents=True)
        (target / "service-2.json").write_bytes((DATA / f"{name}-service.json").read_bytes())


def make_clients(origin):
    session = botocore.session.get_session()
    config = Config(retries={"max_attempts": 1}, parameter_validation=True)
    return {name: session.create_client(service, endpoint_url=origin, config=config)
            for name, (service, _) in SERVICES.items()}


def snake(operation):
    return botocore.xform_name(operation)


def main():
    with tempfile.TemporaryDirectory() as folder, Simulator("--no-throttle") as simulator:
        install_descriptions(folder)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(simulator.environment(AWS_DATA_PATH=folder))
        clients = make_clients(simulator.origin)

        def call(service, operation, given):
            client = clients[service]
            try:
                answer = getattr(client, snake(operation))(**given)
            except ClientError as error:
                name = error.response["Error"]["Code"]
                typed = getattr(client.exceptions, name, None)
                if typed is None or not isinstance(error, typed):
                    return {"error": f"{name} is no typed exception"}
                lists = error.response.get("problems") or error.response.get("Problems")
                problems = [item.get("message") for item in lists or []]
                raise Refused(name, problems, str(error)) from error
            answer.pop("ResponseMetadata", None)
            return answer

        return report(f"botocore {botocore.__version__}", call)


if __name__ == "__main__":
    sys.exit(main())
