"""The number of calls of a migration by the formula of docs/calls.md, from what the two instances hold."""

import re

from .comparer import _ARN, content_of
from .json_strings import strings_of

# Kind -> (operation, entries on a page, also listed in the source).
LISTS = {
    "queue": ("ListQueues", 1000), "hours-of-operation": ("ListHoursOfOperations", 1000),
    "prompt": ("ListPrompts", 1000), "routing-profile": ("ListRoutingProfiles", 1000),
    "quick-connect": ("ListQuickConnects", 1000), "user": ("ListUsers", 1000),
    "security-profile": ("ListSecurityProfiles", 1000), "hierarchy-group": ("ListUserHierarchyGroups", 1000),
    "view": ("ListViews", 100), "task-template": ("ListTaskTemplates", 100), "agent-status": ("ListAgentStatuses", 1000),
    "phone-number": ("ListPhoneNumbersV2", 1000), "evaluation-form": ("ListEvaluationForms", 100),
    "email-address": ("SearchEmailAddresses", 100), "data-table": ("ListDataTables", 1000),
}
KEYWORDS = {"operating-hours": "hours-of-operation", "transfer-destination": "quick-connect", "agent": "user",
            "agent-group": "hierarchy-group", "agent-state": "agent-status"}


def pages(entries, size):
    return max(1, -(-entries // size))


class Expected:
    """Counts for a Migration; `by_alias`: instances are named by alias, and not by id or ARN."""

    def __init__(self, migration, stubs, by_alias=True):
        self.migration = migration
        self.calls = {}
        source, target = migration.source_before, migration.target_before
        if by_alias:
            self.add("ListInstances", 2)
        else:
            self.add("DescribeInstance", 2)
        for operation, rows in (("ListContactFlows", "flows"), ("ListContactFlowModules", "modules")):
            self.add(operation, pages(len(source[rows]), 1000) + pages(len(target[rows]), 1000))
        self._look_ups(source, target)
        for kind, noun in (("contact-flow", "ContactFlow"), ("flow-module", "ContactFlowModule")):
            self._flows(kind, noun, stubs[kind])
        self._former_names(source, target)

    def add(self, operation, count):
        if count:
            self.calls[operation] = self.calls.get(operation, 0) + count

    def _former_names(self, source, target):
        """Flows of the target that may be one to be created under a former name are read."""
        found = {}
        for kind, noun, rows in (("contact-flow", "ContactFlow", "flows"), ("flow-module", "ContactFlowModule", "modules")):
            types = {one.source.get("type") for one in self.migration.of(kind, lambda one: one.created)}
            names = {(row["name"], row.get("type")) for row in source[rows]}
            found[noun] = [row for row in target[rows]
                           if row.get("type") in types and (row["name"], row.get("type")) not in names
                           and row["state"] != "ARCHIVED" and not row["name"].startswith(("Default ", "Sample "))]
        if sum(map(len, found.values())) <= 20:
            for noun, rows in found.items():
                self.add(f"Describe{noun}", len(rows))

    def _mentioned(self, source):
        """Kinds by ARN and by known id; module ids called by an alias; Lex aliases."""
        by_id = {row["id"]: kind for kind, rows in source["resources"].items() for row in rows}
        by_name = {row["name"]: kind for kind in ("email-address", "phone-number")
                   for row in source["resources"].get(kind, [])}
        aliases = {alias["id"]: module["id"] for module in source["modules"] for alias in module.get("aliases", [])}
        kinds, modules, bots, functions = set(), set(), set(), False
        for one in self.migration.carried:
            for s in strings_of(content_of(one.source)):
                if s.value in by_id:
                    kinds.add(by_id[s.value])
                if s.value in by_name and s.path[-1] in ("CallerId", "Number", "EmailAddress"):
                    kinds.add(by_name[s.value])
                if s.path[-2:] == ("LexBot", "Name"):
                    bots.add(None)
                modules |= {aliases[a] for a in aliases if a in s.value}
                for match in _ARN.finditer(s.value):
                    _, service, _, account, resource = match.groups()
                    if service == "lambda":
                        functions |= account == source["account"]
                    elif service == "lex" and account == source["account"]:
                        bots.add(match.group())
                    elif service == "connect" and resource.startswith("phone-number/"):
                        kinds.add("phone-number")
                    elif service == "connect" and resource.startswith("instance/" + source["id"] + "/"):
                        word = resource.split("/")[2]
                        kinds.add(KEYWORDS.get(word, word))
        return kinds, modules, bots, functions

    def _look_ups(self, source, target):
        kinds, modules, bots, functions = self._mentioned(source)
        for kind in kinds & set(LISTS):
            operation, size = LISTS[kind]
            for instance in (source, target):
                self.add(operation, pages(len(instance["resources"].get(kind, [])), size))
        if functions:
            self.add("ListLambdaFunctions", pages(len(target["lambdaFunctions"]), 25))
        if None in bots:
            self.add("ListBots", pages(len(target["lexV1Bots"]), 25))
        aliases = bots - {None}
        if aliases:
            self.add("ListBots", pages(len(target["lexV2Aliases"]), 25))
            there = {re.sub(r".*:bot-alias/", "", arn) for arn in target["lexV2Aliases"]}
            unknown = {arn for arn in aliases if arn.split(":bot-alias/")[1] not in there}
            if unknown:
                self.add("DescribeBot", len(unknown) + len(target["lexV2Aliases"]))
                self.add("DescribeBotAlias", len(unknown) + len(target["lexV2Aliases"]))
        if modules:
            names = {module["name"] for module in source["modules"] if module["id"] in modules}
            self.add("ListContactFlowModuleAliases",
                     len(modules) + sum(module["name"] in names for module in target["modules"]))
            self.add("DescribeContactFlowModule", sum(map(len, self._versions_behind_aliases(source, target))))

    def _versions_behind_aliases(self, source, target):
        """The versions that aliases stand for, on each side; in the target, where it has an alias of the name."""
        texts = [s.value for one in self.migration.carried for s in strings_of(content_of(one.source))]
        there = {(module["name"], alias["name"]): alias["version"] for module in target["modules"]
                 for alias in module.get("aliases", [])}
        pairs = [(module["name"], alias["version"], there.get((module["name"], alias["name"]))) for module in source["modules"]
                 for alias in module.get("aliases", []) if any(alias["id"] in text for text in texts)]
        return {(name, here) for name, here, _ in pairs}, {(name, other) for name, _, other in pairs if other}

    def _flows(self, kind, noun, stubs):
        of = self.migration.of
        carried, existing = of(kind, lambda one: True), of(kind, lambda one: not one.created)
        for read in (len(carried), len(existing)):
            self.add(f"Search{noun}s", 1 if read > 20 else 0)  # In vain: the simulator's give no contents.
        created, updated = of(kind, lambda one: one.created), of(kind, lambda one: one.updated)
        self.add(f"Describe{noun}", len(carried) + len(existing) + len(updated) + len(created) + len(updated))
        self.add(f"Create{noun}", len(created))
        self.add(f"Update{noun}Content", stubs + len([one for one in updated if one.content_differs]))
        self.add(f"Update{noun}Metadata", len([one for one in updated if one.metadata_differs]))
        self.add("TagResource", len([one for one in updated if one.tags_differ]))
