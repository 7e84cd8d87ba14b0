#!/usr/bin/python3
"""What the service does and a too friendly simulator would hide (docs/simulator.md, "What a client must expect"): for each row
a client with the bug meets it here, and one without it does not."""

import email.utils
import json
import pathlib
import re
import tempfile
import time
import unittest
import uuid

from simulator import HERE, SLOW, Simulator, skip

try:
    from raw_client import RawClient, encoded
except ImportError:
    skip("botocore is not installed (python3-botocore)")

END = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
NOBODY = "00000000-0000-4000-8000-00000000dead"


def document(*actions, start="end", **more):
    return json.dumps({"Version": "2019-10-30", "StartAction": start, "Metadata": {}, "Actions": [*actions, END], **more}, ensure_ascii=False)


def block(type, parameters, errors=("NoMatchingError",), identifier="first", next="end", conditions=()):
    return {"Identifier": identifier, "Type": type, "Parameters": parameters,
            "Transitions": {"NextAction": next, "Conditions": list(conditions),
                            "Errors": [{"NextAction": next, "ErrorType": error} for error in errors]}}


def saying(text, **more):
    return document(block("MessageParticipant", {"Text": text}), start="first", **more)


MODULE = json.dumps({"Version": "2019-10-30", "StartAction": "end", "Metadata": {}, "Settings": {},
                     "Actions": [{**END, "Type": "EndFlowModuleExecution"}]})
WORLD = """
version: 1
accounts:
  - { id: "111122223333", access_key_id: AKIAIOSFODNN7EXAMPLE, secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY }
instances:
  - alias: one
    account: "111122223333"
    region: ap-northeast-1
    resources: { user: [hanako], queue: [予約], phone-number: ["+81312340000"], lambda-function: [crm, {name: other, associated: false}] }
    flows:
      - { name: Old, type: CONTACT_FLOW, content: old.json, grandfathered: true }
      - { name: Caller, type: CONTACT_FLOW, content: end.json }
    modules:
      - { name: Greet, content: module.json }
  - { alias: two, account: "111122223333", region: ap-northeast-1, stock: false, resources: { queue: [予約] } }
  - { alias: far, account: "111122223333", region: us-east-1, stock: false }
"""


class Rows(unittest.TestCase):
    """test_NN_...: row NN of the table."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        (folder / "world.yaml").write_text(WORLD, encoding="utf-8")
        (folder / "old.json").write_text(document(END), encoding="utf-8")  # two actions "end": refused today
        (folder / "end.json").write_text(document(), encoding="utf-8")
        (folder / "module.json").write_text(MODULE, encoding="utf-8")
        cls.simulator = Simulator("--rate", "2", "--burst", "5", "--no-throttle", world=folder / "world.yaml").__enter__()
        cls.throttled = Simulator("--rate", "2", "--burst", "5", world=folder / "world.yaml").__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.throttled.__exit__()
        cls.simulator.__exit__()
        cls.folder.cleanup()

    def setUp(self):
        self.defaults = {row["name"]: row["value"] for row in self.switches()}
        self.simulator.admin("reset", {})
        self.client = RawClient(self.simulator.origin)
        instances = self.ok("ListInstances", instance=False)["InstanceSummaryList"]
        self.instance = {row["InstanceAlias"]: row["Id"] for row in instances}
        self.one = self.instance["one"]

    def switches(self):
        found = self.simulator.admin("switches")
        return [{"name": name, "value": value} for name, value in found.items()]

    def switch(self, **values):
        values = {name.replace("_", "-"): str(value) for name, value in values.items()}
        self.simulator.admin("switches", values)
        self.addCleanup(self.simulator.admin, "switches", {name: str(self.defaults[name]) for name in values})

    def raw(self, operation, instance=True, **given):
        if instance:
            given.setdefault("InstanceId", self.one)
        return self.client.call(operation, **given)

    def ok(self, operation, **given):
        answer = self.raw(operation, **given)
        self.assertLess(answer.status, 300, f"{operation} {given}: {answer}")
        return answer.json() if answer.body else {}

    def refused(self, status, code, operation, **given):
        answer = self.raw(operation, **given)
        self.assertEqual((status, code), (answer.status, answer.code), f"{operation} {given}: {answer}")
        return answer

    def create(self, name=None, content=None, **more):
        given = {"Name": name or f"flow {uuid.uuid4()}", "Type": "CONTACT_FLOW", "Content": content or document(), **more}
        return self.ok("CreateContactFlow", **given)["ContactFlowId"]

    def described(self, flow):
        return self.ok("DescribeContactFlow", ContactFlowId=flow)["ContactFlow"]

    def flows(self, **given):
        return self.ok("ListContactFlows", **given)["ContactFlowSummaryList"]

    def test_01_signatures_are_over_the_path_encoded_twice(self):
        flow = self.create()
        answer = self.raw("DescribeContactFlow", ContactFlowId=flow + ":$SAVED", once_encoded=True)
        self.assertEqual(403, answer.status)
        self.assertEqual(200, self.raw("DescribeContactFlow", ContactFlowId=flow, once_encoded=True).status, "no % in the path")
        self.described(flow + ":$SAVED")

    def test_02_suffixes_and_arns_stand_in_one_path_segment(self):
        flow = self.create(content=saying("live"))
        self.ok("UpdateContactFlowContent", ContactFlowId=flow + ":$SAVED", Content=saying("draft"))
        self.assertIn("draft", self.described(flow + ":$SAVED")["Content"])
        self.assertIn("live", self.described(flow)["Content"], "a client that loses the suffix")
        arn = self.described(flow)["Arn"]
        self.assertEqual(flow, self.described(arn)["Id"])
        self.assertEqual(404, self.client.send("GET", f"/contact-flows/{self.one}/{arn}").status, "a client that does not encode /")

    def test_03_ids_keep_their_case(self):
        self.refused(404, "ResourceNotFoundException", "DescribeInstance", InstanceId=self.one.upper())
        flow = self.create()
        self.refused(404, "ResourceNotFoundException", "DescribeContactFlow", ContactFlowId=flow.upper())

    def test_04_the_error_code_stands_in_one_of_many_places(self):
        for form, header, body in (("header", NAME, ""), ("header-uri", NAME + ":http://", ""), ("header-namespace", "#" + NAME, ""),
                                   ("body", "", NAME), ("body-namespace", "", "#" + NAME)):
            with self.subTest(form):
                self.switch(error_code=form)
                answer = self.refused(404, NAME, "DescribeContactFlow", ContactFlowId=NOBODY)
                there = answer.headers.get("x-amzn-ErrorType", "")
                self.assertTrue(header in there and bool(header) == bool(there), there)
                self.assertTrue(answer.json().get("__type", "").endswith(body))
        for form in ("html", "empty"):
            self.switch(fault_body=form)
            self.simulator.admin("faults", {"error_503": 1})
            answer = self.raw("ListQueues")
            self.simulator.admin("faults", {})
            self.assertEqual(503, answer.status)
            self.assertRaises(ValueError, answer.json)

    def test_05_messages_and_problems_have_several_names(self):
        for form, name in (("model", "Message"), ("lower", "message"), ("none", None)):
            self.switch(error_message=form)
            answer = self.raw("DescribeContactFlow", ContactFlowId=NOBODY).json()
            self.assertEqual({name} if name else set(), {"Message", "message"} & answer.keys())
        broken = document(block("NoSuchType", {}), start="nowhere")
        flow = self.raw("CreateContactFlow", Name="x", Type="CONTACT_FLOW", Content=broken).json()
        module = self.raw("CreateContactFlowModule", Name="x", Content=MODULE.replace('"end",', '"nowhere",', 1)).json()
        self.assertTrue(flow["problems"] and module["Problems"])
        self.assertNotIn("Problems", flow)

    def throttled_calls(self, client, operation, n, **given):
        return [client.call(operation, **given) for _ in range(n)]

    def test_06_rates_are_counted_by_account_region_and_operation(self):
        client = RawClient(self.throttled.origin)
        one, two = ({"InstanceId": self.instance[name]} for name in ("one", "two"))
        answers = self.throttled_calls(client, "ListQueues", 5, **one) + self.throttled_calls(client, "ListQueues", 3, **two)
        self.assertEqual([200] * 5, [answer.status for answer in answers[:5]])
        late = [answer for answer in answers[5:] if answer.status == 429]
        self.assertTrue(late, "two instances have one bucket")
        self.assertEqual({"TooManyRequestsException"}, {answer.code for answer in late})
        self.assertIsNone(late[0].headers.get("Retry-After"))
        self.assertEqual(200, client.call("ListPrompts", **one).status, "another operation has its own")
        far = RawClient(self.throttled.origin, region="us-east-1")
        there = far.call("ListInstances").json()["InstanceSummaryList"][0]["Id"]
        self.assertEqual(200, far.call("ListQueues", InstanceId=there).status, "and so has another Region")
        self.throttled.switch(throttle_code="ThrottlingException")
        codes = {answer.code for answer in self.throttled_calls(client, "ListQueues", 6, **one) if answer.status == 429}
        self.assertEqual({"ThrottlingException"}, codes)

    def test_07_a_quota_is_no_throttling(self):
        taken = len(self.flows())
        self.ok("UpdateContactFlowMetadata", ContactFlowId=self.create(), ContactFlowState="ARCHIVED")
        self.switch(flow_quota=taken + 1)
        for _ in range(2):
            self.refused(429, "LimitExceededException", "CreateContactFlow", Name="one too many", Type="CONTACT_FLOW", Content=document())
        self.switch(resource_quota=0)
        self.refused(402, "ServiceQuotaExceededException", "CreateView", Name="v", Status="SAVED",
                     Content={"Template": "{}", "Actions": []})

    def test_08_a_create_whose_answer_is_lost_has_happened(self):
        self.simulator.admin("faults", {"reset_after": 1, "operation": "CreateContactFlow"})
        with self.assertRaises(OSError):
            self.create("lost")
        self.simulator.admin("faults", {})
        self.refused(409, "DuplicateResourceException", "CreateContactFlow", Name="lost", Type="CONTACT_FLOW", Content=document())
        self.assertEqual(1, [flow["Name"] for flow in self.flows()].count("lost"))

    def test_09_client_tokens_repeat_creates_of_modules(self):
        given = {"Name": "module", "Content": MODULE, "ClientToken": str(uuid.uuid4())}
        first, again = self.ok("CreateContactFlowModule", **given), self.ok("CreateContactFlowModule", **given)
        self.assertEqual(first["Id"], again["Id"])
        self.refused(409, "IdempotencyException", "CreateContactFlowModule", **{**given, "Name": "another"})
        fresh = {**given, "ClientToken": str(uuid.uuid4())}
        self.assertEqual("DuplicateResourceException", self.raw("CreateContactFlowModule", **fresh).code, "a token made anew each time")

    def test_10_drafts_and_published_contents_are_apart(self):
        flow = self.create(content=saying("1"))
        self.assertEqual("PUBLISHED", self.described(flow)["Status"], "the default of a create")
        self.ok("UpdateContactFlowContent", ContactFlowId=flow + ":$SAVED", Content=document(start="nowhere"))
        self.assertIn('"1"', self.described(flow)["Content"])
        self.refused(400, "InvalidContactFlowException", "UpdateContactFlowContent", ContactFlowId=flow, Content=document(start="nowhere"))
        self.ok("UpdateContactFlowContent", ContactFlowId=flow, Content=saying("2"))
        self.assertIn('"2"', self.described(flow)["Content"])

    def test_11_a_flow_that_was_never_published_is_described_or_not(self):
        flow = self.create(Status="SAVED")
        self.assertEqual("SAVED", self.described(flow)["Status"])
        self.switch(unpublished_describe="refuse")
        self.refused(404, "ContactFlowNotPublishedException", "DescribeContactFlow", ContactFlowId=flow)
        self.described(flow + ":$SAVED")

    def test_12_all_problems_come_at_once_when_publishing(self):
        wrong = document(block("MessageParticipant", {"Text": ""}, next="nowhere"), block("NoSuchType", {}, identifier="second"), start="first")
        answer = self.refused(400, "InvalidContactFlowException", "CreateContactFlow", Name="x", Type="CONTACT_FLOW", Content=wrong)
        self.assertGreater(len(answer.json()["problems"]), 2)
        self.create(content=wrong, Status="SAVED")

    def test_13_references_are_those_of_this_instance(self):
        def to_queue(instance):
            queue = self.ok("ListQueues", InstanceId=instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
            arn = next(row["Arn"] for row in queue if row["Name"] == "予約")
            return document(block("UpdateContactTargetQueue", {"QueueId": arn}), start="first")
        self.create(content=to_queue(self.one))
        self.refused(400, "InvalidContactFlowException", "CreateContactFlow", Name="x", Type="CONTACT_FLOW", Content=to_queue(self.instance["two"]))
        for name, passes in (("crm", True), ("other", False)):
            call = document(block("InvokeLambdaFunction", {"LambdaFunctionARN": f"arn:aws:lambda:ap-northeast-1:111122223333:function:{name}",
                                                           "InvocationTimeLimitSeconds": "3"}), start="first")
            answer = self.raw("CreateContactFlow", Name=name, Type="CONTACT_FLOW", Content=call)
            self.assertEqual(passes, answer.status < 300, answer)

    def test_14_callers_keep_to_a_modules_contract(self):
        settings = json.dumps({"input": {"schema": {"type": "object", "properties": {"order": {"type": "string"}}}},
                               "resultData": {"schema": {"type": "object", "properties": {}}}, "transitions": {"results": []}})
        module = self.ok("CreateContactFlowModule", Name="with contract", Content=MODULE, Settings=settings)["Id"]
        arn = self.ok("DescribeContactFlowModule", ContactFlowModuleId=module)["ContactFlowModule"]["Arn"]

        def caller(name):
            return document(block("InvokeFlowModule", {"FlowModuleId": arn + ":$LATEST", "Input": {name: "7"}}), start="first")
        self.create(content=caller("order"))
        self.refused(400, "InvalidContactFlowException", "CreateContactFlow", Name="x", Type="CONTACT_FLOW", Content=caller("other"))

    def test_15_an_optional_reference_may_vanish(self):
        hook = block("UpdateContactEventHooks", {"EventHooks": {"AgentHold": f"{NOBODY}"}})
        sent = document(hook, start="first")
        self.switch(unresolved_optional="drop")
        flow = self.create(content=sent)
        self.assertNotIn(NOBODY, self.described(flow)["Content"], "who does not read back, believes in it")
        self.switch(unresolved_optional="refuse")
        self.refused(400, "InvalidContactFlowException", "CreateContactFlow", Name="x", Type="CONTACT_FLOW", Content=sent)

    def test_16_what_is_published_may_be_refused_today(self):
        old = next(flow for flow in self.flows() if flow["Name"] == "Old")
        content = self.described(old["Id"])["Content"]
        self.refused(400, "InvalidContactFlowException", "CreateContactFlow", Name="x", Type="CONTACT_FLOW", Content=content)
        self.create(content=content, Status="SAVED")

    def test_17_contents_come_back_as_sent_or_printed_again(self):
        odd = MODULE.replace('": ', '"  :  ')
        module = self.ok("CreateContactFlowModule", Name="odd", Content=odd)["Id"]
        self.assertEqual(odd, self.ok("DescribeContactFlowModule", ContactFlowModuleId=module)["ContactFlowModule"]["Content"])
        self.switch(module_content="reformat")
        again = self.ok("DescribeContactFlowModule", ContactFlowModuleId=module)["ContactFlowModule"]["Content"]
        self.assertNotEqual(odd, again, "who compares bytes")
        self.assertEqual(json.loads(odd), json.loads(again))

    def test_18_pages_are_bounded_and_their_tokens_belong_to_a_query(self):
        self.assertEqual(400, self.raw("ListContactFlows", MaxResults=1001).status)
        self.assertEqual(400, self.raw("ListInstances", instance=False, MaxResults=11).status)
        whole = [flow["Id"] for flow in self.flows(MaxResults=1000)]
        for pages in ("full", "short", "ragged"):
            self.switch(pages=pages)
            page, read, sizes = {}, [], []
            while not sizes or page.get("NextToken"):
                page = self.ok("ListContactFlows", MaxResults=4, **({"NextToken": page["NextToken"]} if page.get("NextToken") else {}))
                sizes.append(len(page["ContactFlowSummaryList"]))
                read += [flow["Id"] for flow in page["ContactFlowSummaryList"]]
            self.assertEqual(whole, read)
            self.assertGreater(len(sizes), 1, "who takes one page for all")
        self.switch(pages="full")
        token = self.ok("ListContactFlows", MaxResults=4)["NextToken"]
        self.assertEqual(400, self.raw("ListContactFlows", NextToken=token, ContactFlowTypes=["CUSTOMER_QUEUE"]).status)
        self.assertEqual(400, self.raw("ListContactFlows", NextToken="bm9uc2Vuc2U=").status)

    def test_19_lists_hold_what_has_no_name_or_cannot_be_described(self):
        queues = self.ok("ListQueues")["QueueSummaryList"]
        self.assertTrue([queue for queue in queues if "Name" not in queue and queue["QueueType"] == "AGENT"])
        views = self.ok("ListViews")["ViewsSummaryList"]
        managed = next(view for view in views if ":aws:view/" in view["Arn"])
        self.ok("DescribeView", ViewId=managed["Id"])
        self.switch(managed_views="not-found")
        self.refused(404, "ResourceNotFoundException", "DescribeView", ViewId=managed["Id"])

    def test_20_answers_are_written_in_unmodelled_ways(self):
        module = next(row for row in self.ok("ListContactFlowModules")["ContactFlowModulesSummaryList"] if row["Name"] == "Greet")
        self.assertEqual("active", module["State"])
        self.switch(undocumented_members="yes", times="exponent", optional_members="always")
        self.assertEqual("false", self.described(self.create())["IsDefault"])
        self.assertRegex(self.raw("DescribeQueue", QueueId=self.ok("ListQueues", QueueTypes=["STANDARD"])["QueueSummaryList"][0]["Id"]).body,
                         r'"LastModifiedTime":\d\.\d+E9')

    def test_21_names_of_parameters_keep_their_case(self):
        everything = len(self.flows())
        filtered = len(self.flows(ContactFlowTypes=["CUSTOMER_QUEUE"]))
        wrong = self.raw("ListContactFlows", query=[("ContactFlowTypes", "CUSTOMER_QUEUE")]).json()["ContactFlowSummaryList"]
        self.assertLess(filtered, everything)
        self.assertEqual(everything, len(wrong), "a filter of the wrong case does nothing, silently")

    def test_22_empty_and_long_values_are_refused(self):
        flow = self.create()
        arn = self.described(flow)["Arn"]
        self.assertEqual(400, self.raw("TagResource", instance=False, resourceArn=arn, tags={}).status)
        self.assertEqual(400, self.raw("CreateContactFlow", Name="あ" * 256, Type="CONTACT_FLOW", Content=document()).status)
        self.create("あ" * 127)
        module = self.ok("ListContactFlowModules")["ContactFlowModulesSummaryList"][0]["Id"]
        self.assertEqual(400, self.raw("UpdateContactFlowModuleMetadata", ContactFlowModuleId=module, Description="").status)

    def listed(self, name):
        return name in [row["Name"] for row in self.flows()]

    def test_23_what_was_written_is_seen_late(self):
        self.switch(consistency_ms=1200)
        seen_at_once = []
        for i in range(8):
            name = f"late {i}"
            flow = self.create(name)
            seen_at_once.append(self.listed(name))
            status = self.raw("DescribeContactFlow", ContactFlowId=flow).status
            if not self.listed(name):  # Not even now, so not when it was described.
                self.assertEqual(404, status)
        self.assertIn(False, seen_at_once, "who reads after a write finds nothing")
        deadline = time.monotonic() + 10 * SLOW
        while not {f"late {i}" for i in range(8)} <= {row["Name"] for row in self.flows()}:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def test_24_one_resource_may_always_fail_and_connections_are_lost(self):
        self.switch(broken="Caller")
        caller = next(flow for flow in self.flows() if flow["Name"] == "Caller")["Id"]
        for _ in range(3):
            self.refused(500, "InternalServiceException", "DescribeContactFlow", ContactFlowId=caller)
        self.simulator.admin("faults", {"reset_before": 1})
        self.assertRaises(OSError, self.raw, "ListQueues")
        self.simulator.admin("faults", {"slow": 1, "slow_ms": 400})
        before = time.monotonic()
        self.ok("ListQueues")
        self.simulator.admin("faults", {})
        self.assertGreaterEqual(time.monotonic() - before, 0.4)

    def duplicate(self, type, name="twice"):
        return self.raw("CreateContactFlow", Name=name, Type=type, Content=document(), Status="SAVED").code

    def test_25_names_are_unique_within_flows_and_within_modules(self):
        flow = self.create("twice")
        self.ok("CreateContactFlowModule", Name="twice", Content=MODULE)
        self.assertEqual("DuplicateResourceException", self.duplicate("CUSTOMER_QUEUE"))
        self.assertEqual("", self.duplicate("CONTACT_FLOW", "TWICE"))
        self.ok("UpdateContactFlowMetadata", ContactFlowId=flow, ContactFlowState="ARCHIVED")
        self.assertEqual("DuplicateResourceException", self.duplicate("CONTACT_FLOW"))
        self.switch(archived_names="free", duplicate_scope="type")
        self.assertEqual("", self.duplicate("CUSTOMER_QUEUE"))
        self.assertEqual("", self.duplicate("CONTACT_FLOW"))

    def test_26_active_flows_are_deleted_and_defaults_are_not(self):
        flow = self.create()
        caller = self.create(content=document(block("TransferToFlow", {"ContactFlowId": self.described(flow)["Arn"]}), start="first"))
        self.ok("DeleteContactFlow", ContactFlowId=flow)
        self.described(caller)
        default = next(row for row in self.flows() if row["Name"].startswith("Default "))
        self.assertEqual(400, self.raw("DeleteContactFlow", ContactFlowId=default["Id"]).status)
        self.assertGreaterEqual(self.raw("UpdateContactFlowMetadata", ContactFlowId=default["Id"], ContactFlowState="ARCHIVED").status, 400)

    def test_27_tags_of_the_service_are_its_own(self):
        arn = self.described(self.create())["Arn"]
        self.assertEqual(400, self.raw("TagResource", instance=False, resourceArn=arn, tags={"aws:cloudformation:stack": "x"}).status)
        self.ok("TagResource", instance=False, resourceArn=arn, tags={"team": "予約"})
        self.assertGreaterEqual(self.raw("TagResource", instance=False, resourceArn=arn[:-4] + "dead", tags={"a": "b"}).status, 400)
        number = self.ok("ListPhoneNumbers")["PhoneNumberSummaryList"][0]["Arn"]
        self.assertGreaterEqual(self.raw("TagResource", instance=False, resourceArn=number, tags={"a": "b"}).status, 400)

    def test_28_unknown_members_are_ignored_and_counted(self):
        self.ok("CreateContactFlow", Name="with more", Type="CONTACT_FLOW", Content=document(), State="ACTIVE", Arn="x")
        self.assertEqual({"Arn", "State"}, {name.split()[-1] for name in self.simulator.admin("log")["unknownMembers"]})
        self.switch(unknown_members="refuse")
        self.assertEqual(400, self.raw("CreateContactFlow", Name="again", Type="CONTACT_FLOW", Content=document(), State="ACTIVE").status)

    def test_29_versions_of_flows_are_for_campaigns(self):
        self.assertGreaterEqual(self.raw("CreateContactFlowVersion", ContactFlowId=self.create()).status, 400)
        campaign = self.create(Type="CAMPAIGN", content=document(), Status="SAVED")
        self.assertGreaterEqual(self.raw("CreateContactFlowVersion", ContactFlowId=campaign, FlowContentSha256="0" * 64).status, 400)

    def test_30_contents_have_a_size(self):
        def padded(characters):
            return saying("あ" * (characters - len(saying(""))))
        self.assertEqual("", self.raw("CreateContactFlow", Name="full", Type="CONTACT_FLOW", Content=padded(256_000), Status="SAVED").code)
        self.assertEqual(400, self.raw("CreateContactFlow", Name="over", Type="CONTACT_FLOW", Content=padded(256_001), Status="SAVED").status)
        many = document(*(block("MessageParticipant", {"Text": "x"}, identifier=str(i)) for i in range(250)), start="0")
        self.refused(400, "InvalidContactFlowException", "CreateContactFlow", Name="x", Type="CONTACT_FLOW", Content=many)

    def test_31_any_operation_may_be_denied(self):
        self.switch(deny="ListPrompts")
        answer = self.refused(403, "AccessDeniedException", "ListPrompts")
        self.assertIn("connect:ListPrompts", answer.body)
        self.ok("ListQueues")

    def test_32_credentials_end_and_clocks_are_off(self):
        self.switch(credentials="expired")
        self.refused(403, "ExpiredTokenException", "ListQueues")
        self.switch(credentials="valid", clock_ahead="1200")
        answer = self.refused(403, "InvalidSignatureException", "ListQueues")
        off = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()
        self.assertAlmostEqual(1200, off, delta=60, msg="by which a clock can be corrected")

    def test_33_optional_members_come_and_go(self):
        flow = self.create()
        self.switch(optional_members="always")
        self.assertIn("FlowContentSha256", self.described(flow))
        self.switch(optional_members="never")
        self.assertFalse({"FlowContentSha256", "Description", "Tags", "Version"} & self.described(flow).keys())

    def test_34_a_new_instance_has_twenty_flows(self):
        stock = [flow for flow in self.flows() if re.match("(Default|Sample) ", flow["Name"])]
        self.assertEqual(20, len(stock))
        ids = {flow["Id"] for flow in stock}
        named = {word for flow in stock for word in re.findall(r"contact-flow/([0-9a-f-]{36})", self.described(flow["Id"])["Content"])}
        self.assertTrue(named & ids, "and they refer to each other")

    def test_35_somebody_else_changes_things(self):
        flow = self.create(content=saying("mine"))
        self.simulator.admin("script", [{"after_write": self.simulator.admin("log")["writes"] + 1, "operation": "UpdateContactFlowContent",
                                         "input": {"InstanceId": self.one, "ContactFlowId": flow, "Content": saying("theirs")}}])
        self.create()
        self.assertIn("theirs", self.described(flow)["Content"], "who did not look before writing, overwrites it")


NAME = "ResourceNotFoundException"


class Documented(unittest.TestCase):
    def test_each_row_of_the_documentation_has_its_test(self):
        text = (HERE.parent.parent / "docs" / "simulator.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| (\d+) \|", text, re.M)
        tests = sorted(int(name.split("_")[1]) for name in dir(Rows) if re.match(r"test_\d\d_", name))
        self.assertEqual([str(number) for number in tests], rows)


if __name__ == "__main__":
    unittest.main()
