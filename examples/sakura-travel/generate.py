#!/usr/bin/env python3
"""Writes the example contact centre of Sakura Travel: world.yaml and every document that it names.

    generate.py           writes the files
    generate.py --check   compares the committed files with what would be written, and checks that the hard
                          cases are still there; exit status 1 when not

The same input gives the same bytes: there is no clock and no randomness in it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent), str(HERE)]

from company import around, desks, front, modules, production, registry, resources, service  # noqa: E402,F401
from company.registry import NEW, OLD, RESPACED, RETOUCHED, SAME  # noqa: E402
from lib import world_file  # noqa: E402

HEADER = """\
# The example contact centre: Sakura Travel (さくらトラベル), development and production.
# Written by generate.py. The format is described in docs/formats.md, the contents in README.md.
"""


def files() -> dict[str, str]:
    """Every file of the world, by its path below this folder."""
    out: dict[str, str] = {}
    dev = [_source(entry, out) for entry in registry.MODULES], [_source(entry, out) for entry in registry.FLOWS]
    prod = (
        [_target(entry, out) for entry in registry.MODULES if entry.target != NEW]
        + [_own(entry, out) for entry in production.MODULES],
        [_target(entry, out) for entry in registry.FLOWS if entry.target != NEW]
        + [_own(entry, out) for entry in production.FLOWS],
    )
    out["world.yaml"] = _world(dev, prod)
    return out


def _source(entry, out) -> dict:
    path = f"{entry.folder}/{entry.slug}.json"
    out[path] = entry.document().text()
    fields = _fields(entry, path, entry.description, entry.tags, entry.status)
    if entry.draft:
        draft = f"{entry.folder}/{entry.slug}-draft.json"
        out[draft] = entry.document(draft=True).text()
        fields["draft"] = draft
    if entry.contract is not None:
        fields["settings"] = _contract(entry, entry.contract, f"modules/{entry.slug}-settings.json", out)
    return fields


def _target(entry, out) -> dict:
    path = f"{entry.folder}/{entry.slug}.json"
    if entry.target in (OLD, RESPACED):
        path = "target/" + path
        out[path] = entry.document(old=entry.target == OLD, respaced=entry.target == RESPACED).text()
    description = entry.target_description if entry.target_description is not None else entry.description
    tags = entry.target_tags if entry.target_tags is not None else entry.tags
    fields = _fields(entry, path, description, tags, entry.target_status or entry.status)
    if entry.contract is not None:
        fields["settings"] = f"modules/{entry.slug}-settings.json"
    if entry.old_contract is not None and entry.target == OLD:
        fields["settings"] = _contract(entry, entry.old_contract, f"target/modules/{entry.slug}-settings.json", out)
    return fields


def _own(entry, out) -> dict:
    path = f"target/{entry.folder}/{entry.slug}.json"
    out[path] = entry.document().text()
    return _fields(entry, path, entry.description, entry.tags, entry.status)


def _contract(entry, value, path, out) -> str:
    out[path] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return path


def _fields(entry, path, description, tags, status) -> dict:
    fields = {"name": entry.name}
    if entry.type:
        fields["type"] = entry.type
    if description is not None:
        fields["description"] = description
    if tags:
        fields["tags"] = tags
    if entry.state:
        fields["state"] = entry.state
    if status:
        fields["status"] = status
    if entry.grandfathered:
        fields["grandfathered"] = True
    fields["content"] = path
    if entry.versions:
        fields["versions"] = entry.versions
        fields["aliases"] = entry.aliases
    return fields


def _world(dev, prod) -> str:
    lines = [HEADER + "version: 1", "accounts:"]
    for account in resources.ACCOUNTS:
        lines += world_file.entry(account, 2)
    lines.append("instances:")
    for instance, held, (held_modules, held_flows) in (
            (resources.DEV, resources.of_dev(), dev), (resources.PROD, resources.of_prod(), prod)):
        lines += world_file.entry({**instance, "stock": True}, 2)
        lines += ["    resources:"] + world_file.resources(held, 6)
        for word, entries in (("modules", held_modules), ("flows", held_flows)):
            lines.append(f"    {word}:")
            for fields in entries:
                lines += world_file.entry(fields, 6)
    return "\n".join(lines) + "\n"


def _written() -> set[str]:
    return {str(path.relative_to(HERE)) for folder in ("flows", "modules", "target")
            for path in sorted((HERE / folder).rglob("*.json"))} | {"world.yaml"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when something is off")
    options = parser.parse_args()
    wanted = files()
    if options.check:
        import checks  # beside this file
        problems = (checks.stale_files(HERE, wanted, _written()) + checks.shapes(wanted)
                    + checks.stale_readme(HERE / "README.md"))
        for problem in problems:
            print(problem, file=sys.stderr)
        if not problems:
            print(checks.summary())
        return 1 if problems else 0
    for path in _written() - wanted.keys():
        (HERE / path).unlink()
    for path, text in wanted.items():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_bytes(text.encode())
    print(f"{len(wanted)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
