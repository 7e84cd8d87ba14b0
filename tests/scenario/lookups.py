#!/usr/bin/env python3
"""refs and graph: what they print in each format, read by real readers of these formats; names of any kind."""

import json
import pathlib
import re
import shutil
import subprocess
import unittest
import uuid
import xml.etree.ElementTree

from lib import golden, harness, simulated, worlds
from lib.worlds import Document

MERMAID = pathlib.Path(__file__).resolve().parents[1] / "pictures"

HOSTILE = ["<script>alert(1)</script>", 'quote " and \' and `', "back\\slash \\N \\l", "--> ]] ) } | ; end", "&lt; &amp; #quot;",
           "%%{init: {'theme':'dark'}}%% style x:#a;", "line\nfeed\ttab\x1b[31m", "日本語" * 41 + "名前", "]]> <!-- --> <![CDATA[",
           "\u202eright to left", "$(touch x) ${HOME}", "ﬂ°°60¶ß", "graph subgraph click n0 callback", "🌸 \U0010ffff"]


class Graph(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        self.world = worlds.rich(self)
        self.simulator = simulated.start(self, self.world.save())

    def graph(self, *options, status=0):
        return self.expect(status, self.run_program("graph", *options))

    def test_every_format_is_as_agreed(self):
        for format, ending in (("text", "txt"), ("dot", "dot"), ("mermaid", "mmd"), ("json", "json"), ("svg", "svg")):
            outcome = self.graph("dev", "--format", format, "--resources")
            golden.compare(self, f"graph/rich.{ending}", outcome.out)
        golden.compare(self, "graph/tree.txt", self.graph("dev", "--root", "Main line").out)
        golden.compare(self, "graph/reverse.txt", self.graph("dev", "--root", "Look up", "--reverse").out)

    def test_the_format_follows_from_the_files_name(self):
        for name, begins in (("a.dot", "digraph "), ("b.GV", "digraph "), ("c.mmd", "flowchart LR"), ("d.json", "{"),
                             ("e.svg", "<?xml"), ("f.txt", '"dev"')):
            outcome = self.graph("dev", "-o", name)
            self.assertEqual("", outcome.out)
            self.assertTrue((self.folder / name).read_text().startswith(begins), name)
        printed, written = self.graph("dev", "--json").json(), json.loads((self.folder / "d.json").read_text())
        self.assertGreater(printed.pop("seconds"), 0)
        del written["seconds"]
        self.assertEqual(printed, written)
        self.assertEqual(([], [], 0), (printed["problems"], printed["warnings"], printed["throttled"]))
        self.assertEqual(1, printed["calls"]["ListContactFlows"])
        self.assertIn("d.json", self.graph("dev", "-o", "d.json/a.svg", status=1).err)

    def test_a_part_of_the_graph(self):
        def names(*options):
            return sorted(node["name"] for node in self.graph("dev", "--json", *options).json()["nodes"])

        self.assertEqual(["Bookings", "Look up", "Tours", "Waiting"], names("--root", "Tours"))
        self.assertEqual(["Bookings", "Tours"], names("--root", "Tours", "--depth", "1"))
        self.assertEqual(["Greet", "Main line"], names("--root", "Greet", "--reverse"))
        self.assertEqual(["Bookings", "Greet", "Look up", "Main line", "Tours", "Waiting"], names("--root", "Look up", "--reverse"))
        self.assertIn("crm", names("--root", "Look up", "--resources"))

    def test_what_is_left_out_is_there_but_not_read(self):
        nodes = {node["name"]: node for node in self.graph("dev", "--json", "--exclude", "Tours").json()["nodes"]}
        self.assertEqual("not-read", nodes["Tours"]["state"])
        self.assertEqual("read", nodes["Main line"]["state"])

    def test_one_flow_with_its_blocks_and_branches(self):
        for format, ending in (("text", "txt"), ("dot", "dot"), ("mermaid", "mmd"), ("json", "json"), ("svg", "svg")):
            golden.compare(self, f"graph/flow.{ending}", self.graph("dev", "--flow", "Main line", "--format", format).out)
        calls = self.simulator.log()["calls"]
        self.assertEqual((5, 0), (calls["DescribeContactFlow"], calls.get("DescribeContactFlowModule", 0)), "only that flow is read")
        blocks = self.graph("dev", "--flow", "Card", "--json").json()["blocks"]
        self.assertEqual({"予約", "crm", "form", "Queue 07"}, {resource["name"] for resource in blocks[0]["resources"]})
        self.assertIn("Greet", self.graph("dev", "--flow", "Gr?et").out)
        self.assertIn("Main line", self.graph("dev", "--flow", "Main lin", status=1).err)
        outcome = self.graph("dev", "--flow", "*aiting*", "--depth", "1", status=1)
        self.assertIn("--root", outcome.err)
        self.assertIn("more than one", self.graph("dev", "--flow", "E*", status=1).err)

    def test_wrong_words_are_errors_that_help(self):
        outcome = self.graph("dev", "--root", "Main lime", status=1)
        self.assertIn("Main line", outcome.err)
        self.assertEqual("", outcome.out)
        self.assertIn("--root", self.graph("dev", "--depth", "2", status=1).err)
        self.assertEqual("not-found", self.graph("dev", "--json", "--root", "zzz", status=1).json()["error"]["kind"])
        self.graph("dev", "--format", "pdf", status=1)
        self.graph("nowhere", status=1)


class Refs(harness.ScenarioTest):
    def setUp(self):
        super().setUp()
        self.world = worlds.rich(self)
        self.simulator = simulated.start(self, self.world.save())

    def refs(self, *options, status=0):
        return self.expect(status, self.run_program("refs", *options))

    def test_the_text_and_the_json_are_as_agreed(self):
        golden.compare(self, "refs/queue.txt", self.refs("dev", "予約").out)
        golden.compare(self, "refs/queue.json", self.refs("dev", "予約", "--json").out)
        golden.compare(self, "refs/pattern.txt", self.refs("dev", "Queue 0[57]").out)

    def test_used_unused_and_unknown_have_their_status(self):
        self.assertIn("nothing uses it", self.refs("dev", "Queue 22", status=2).out)
        # Of a kind that no flow mentions: only then it is listed.
        self.assertIn("nothing uses it", self.refs("dev", "hanako", status=2).out)
        outcome = self.refs("dev", "Queue 2Z", status=1)
        self.assertIn("Queue 22", outcome.err)
        self.assertEqual("", outcome.out)
        answer = self.refs("dev", "Queue 2Z", "--json", status=1).json()
        self.assertEqual(([], True), (answer["resources"], "Queue 22" in answer["closest"]))

    def test_flows_modules_functions_and_bots_are_resources_too(self):
        self.assertEqual({"Main line"}, self.flows("Greet"))
        self.assertEqual({"Main line", "Bookings"}, self.flows("Tours"))
        self.assertEqual({"Look up", "Card"}, self.flows("crm"))
        self.assertEqual({"Card"}, self.flows("form"))

    def flows(self, name):
        return {use["flow"]["name"] for resource in self.refs("dev", name, "--json").json()["resources"] for use in resource["uses"]}

    def test_by_id_and_arn_and_kind(self):
        resource = self.refs("dev", "予約", "--json").json()["resources"][0]
        for text in (resource["id"], resource["arn"]):
            self.assertEqual([resource], self.refs("dev", text, "--json").json()["resources"])
        self.refs("dev", "予約", "--kind", "prompt", status=1)
        self.assertIn("queue", self.refs("dev", "予約", "--kind", "qeueu", status=1).err)

    def test_the_environment_may_be_left_out_where_there_is_one_only(self):
        self.assertIn("dev, prod", self.refs("予約", status=1).err)
        self.assertIn("refs dev NAME", self.refs("dev", status=1).err)
        self.configure({"dev": worlds.environments()["dev"]})
        self.assertEqual(self.refs("dev", "予約").out, self.refs("予約").out)

    def test_what_the_configuration_leaves_out_is_read_too(self):
        self.configure(worlds.environments(), select={"exclude": ["*"]})
        self.assertEqual({"Look up", "Card"}, self.flows("crm"))


class OfABundle(harness.ScenarioTest):
    """A folder answers as the instance does that it was pulled from."""

    def setUp(self):
        super().setUp()
        self.simulator = simulated.start(self, worlds.rich(self).save())
        self.expect(0, self.run_program("pull", "dev", "connect"))
        self.expect(0, self.run_program("graph", "dev", "--json", "--resources", "-o", "instance.json"))
        self.uses = self.expect(0, self.run_program("refs", "dev", "予約", "--json")).json()
        # From here on nobody answers, and no configuration names anything.
        self.simulator.stop()
        (self.folder / "flowferry.yaml").unlink()

    def named(self, graph):
        nodes = [(node["kind"], node["name"], node["state"], node["orphan"]) for node in graph["nodes"]]
        edges = [(nodes[edge["from"]][:2], nodes[edge["to"]][:2], edge["kind"], edge.get("hook")) for edge in graph["edges"]]
        return sorted(nodes), sorted(edges, key=str)

    def test_graph(self):
        graph = self.expect(0, self.run_program("graph", "./connect", "--json", "--resources")).json()
        self.assertEqual(self.named(json.loads((self.folder / "instance.json").read_text())), self.named(graph))
        self.assertIn("Tours", self.expect(0, self.run_program("graph", "./connect", "--flow", "Main line")).out)

    def test_refs(self):
        def places(answer):
            return [(use["flow"]["name"], use["action"], use["parameter"]) for resource in answer["resources"] for use in resource["uses"]]

        answer = self.expect(0, self.run_program("refs", "./connect", "予約", "--json")).json()
        self.assertEqual(places(self.uses), places(answer))
        self.assertIn("Office hours", self.expect(1, self.run_program("refs", "./connect", "Ofice hours")).err)
        self.expect(1, self.run_program("refs", "./nowhere", "予約"))


class HostileNames(harness.ScenarioTest):
    """Flows and queues of odd names, each flow transferring to the next one."""

    def setUp(self):
        super().setUp()
        self.world, dev, _ = worlds.pair(self)
        self.names = [name[:127] for name in HOSTILE]
        # By id: the world file's placeholders would take some of these names apart.
        ids = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"flow {number}")) for number in range(len(self.names))]
        for number, name in enumerate(self.names):
            callee = "{{instance-arn}}/contact-flow/" + ids[number - 1]
            dev.flow(name, Document().block("TransferToFlow", {"ContactFlowId": callee}).text(), id=ids[number])
        self.simulator = simulated.start(self, self.world.save())

    def picture(self, format):
        return self.expect(0, self.run_program("graph", "dev", "--format", format)).out

    def shown(self, name):
        """As reports show a name: no control characters, nothing that turns text around."""
        return re.sub(r"[\x00-\x1f\u202e]", lambda m: {"\n": "\\n", "\t": "\\t", "\x1b": "\\x1b", "\u202e": "\\u{202e}"}[m[0]], name)

    def test_json_has_them_as_they_are(self):
        graph = json.loads(self.picture("json"))
        self.assertEqual(sorted(self.names), sorted(node["name"] for node in graph["nodes"]))
        self.assertEqual(len(self.names), len(graph["edges"]))

    def test_text_has_no_control_characters(self):
        text = self.picture("text")
        self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\u202e]")
        for name in self.names:
            self.assertIn(self.shown(name), text)

    def test_svg_is_xml_and_shows_them(self):
        text = self.picture("svg")
        root = xml.etree.ElementTree.fromstring(text)
        space = "{http://www.w3.org/2000/svg}"
        tags = {element.tag.removeprefix(space) for element in root.iter()}
        self.assertLessEqual(tags, {"svg", "title", "desc", "style", "g", "rect", "text", "path", "line"})
        tips = [title.text for title in root.iter(space + "title")]
        for name in self.names:
            self.assertTrue(any(tip.startswith(self.shown(name) + " · ") for tip in tips), name)
        self.assertFalse([e.attrib for e in root.iter() if any(key.startswith("on") or key.endswith("href") for key in e.attrib)])

    @unittest.skipUnless(shutil.which("dot"), "Graphviz is not installed (scripts/setup tests)")
    def test_graphviz_reads_the_dot_and_shows_them(self):
        text = self.picture("dot")
        done = subprocess.run(["dot", "-Tjson"], input=text.encode(), capture_output=True, timeout=60)
        self.assertEqual((0, b""), (done.returncode, done.stderr))
        drawn = subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, timeout=60)
        self.assertEqual(0, drawn.returncode, drawn.stderr)
        root = xml.etree.ElementTree.fromstring(drawn.stdout)
        lines = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
        for name in self.names:
            # Graphviz writes no-break spaces for leading and doubled ones.
            self.assertIn(self.shown(name), [line.replace("\xa0", " ") for line in lines])

    @unittest.skipUnless((MERMAID / "node_modules").is_dir(), "mermaid is not installed (scripts/setup tests)")
    def test_mermaid_reads_the_flowchart_and_shows_them(self):
        path = self.write("graph.mmd", self.picture("mermaid"))
        done = subprocess.run(["node", MERMAID / "mermaid.mjs", path], capture_output=True, timeout=120)
        self.assertEqual(0, done.returncode, done.stderr.decode())
        read = json.loads(done.stdout)
        titles = [label.split("<br>")[0] for label in read["labels"]]
        self.assertEqual(sorted(map(self.shown, self.names)), sorted(titles))
        self.assertEqual(len(self.names), read["edges"])


if __name__ == "__main__":
    harness.main()
