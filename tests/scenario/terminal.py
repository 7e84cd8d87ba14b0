#!/usr/bin/env python3
"""What a person sees and types: progress, the question, Ctrl-C, colours, wide and hostile names; and what a pipe gets."""

import re
import shlex
import time

from lib import harness, simulated, worlds
from lib.comparer import Migration
from lib.terminal import Terminal, width
from lib.worlds import Document

ENDS = ("--from", "dev", "--to", "prod")
COLOUR = re.compile("\x1b\\[[0-9;]*m")


class TerminalTest(harness.ScenarioTest):
    def serve(self, world, *options):
        self.simulator = simulated.start(self, world.save(), *options)
        self.before = self.simulator.dump()

    def check_nothing_written(self):
        self.assertEqual(self.before, self.simulator.dump())

    def check_done(self):
        migration = Migration(self.before, self.simulator.dump(), "acme-dev", "acme-prod")
        self.assertEqual([], migration.complaints())


class Question(TerminalTest):
    def setUp(self):
        super().setUp()
        self.serve(worlds.rich(self))

    def ask(self, answer, status, **more):
        terminal = Terminal(self, ("migrate", *ENDS), **more)
        terminal.wait_for(r'Write this to "prod"\?.*: ')
        self.check_nothing_written()
        terminal.type(answer)
        return terminal.finish(status)

    def test_only_yes_goes_on(self):
        for answer in ("no\n", "y\n", "\n", "YES\n", "yes please\n", "\x04"):
            with self.subTest(answer):
                terminal = self.ask(answer, 1)
                self.assertIn("Nothing was written", terminal.shown)
                self.check_nothing_written()
        terminal = self.ask("yes\n", 0)
        self.assertRegex(terminal.shown, r"Read back the \d+ flows and modules that were written")
        self.check_done()

    def test_the_plan_stands_above_the_question(self):
        terminal = self.ask("no\n", 1)
        before = terminal.shown[:terminal.shown.index("Write this")]
        for word in ("stub", "Tours", "Main line", "Plan: ", "9 to create", "5 to update"):
            self.assertIn(word, before)

    def test_ctrl_c_at_the_question_ends_it(self):
        terminal = Terminal(self, ("migrate", *ENDS))
        terminal.wait_for("Write this")
        terminal.type("\x03")
        terminal.wait_for("Stopping")
        time.sleep(0.3)
        if terminal.process.poll() is None:
            terminal.type("\n")
        status = terminal.process.wait(timeout=20 * harness.SLOW)
        self.assertIn(status, (1, 130))
        self.check_nothing_written()

    def test_apply_asks_too_and_a_pipe_for_the_result_is_no_hindrance(self):
        self.expect(2, self.run_program("plan", *ENDS, "-o", "release.plan"))
        terminal = Terminal(self, ("apply", "release.plan"), out=False)
        terminal.wait_for(r'Write this to "prod"\?')
        terminal.type("yes\n")
        terminal.wait_for("done|✓")
        out = terminal.process.stdout.read().decode()
        terminal.finish(0)
        self.assertNotIn("\x1b", out)
        self.assertIn("Read back", out)
        self.check_done()


class Progress(TerminalTest):
    def test_a_line_tells_stage_count_rate_and_time_left_and_stays_within_the_width(self):
        self.serve(worlds.rich(self, pace={"rate": 8, "burst": 1}))
        for columns in (100, 40):
            with self.subTest(columns):
                terminal = Terminal(self, ("plan", *ENDS), columns=columns).finish(2)
                drawn = re.findall("\r\x1b\\[2K([^\r\n\x1b]+)", terminal.shown)
                self.assertTrue(any(re.match(r"Reading flows and modules  \d+/\d+", line) for line in drawn), drawn)
                if columns == 100:
                    self.assertTrue(any(re.search(r"\d+\.\d/s  .+ left", line) for line in drawn), drawn)
                for line in drawn:
                    self.assertLess(width(line), columns)
                for line in terminal.lines():
                    self.assertNotIn("\x1b", line)

    def test_the_stages_of_a_run_are_shown_and_their_counts_agree(self):
        self.serve(worlds.rich(self))
        terminal = Terminal(self, ("migrate", *ENDS, "--yes")).finish(0)
        stages = [line for line in terminal.lines() if line.startswith("✓")]
        self.assertGreaterEqual(len(stages), 4)
        for line in stages:
            if counts := re.search(r"\((\d+) of (\d+)", line):
                self.assertEqual(counts[1], counts[2], line)
        self.assertTrue(any('"prod"' in line for line in stages), stages)

    def test_no_stage_is_shown_twice(self):
        self.serve(worlds.rich(self))
        for command in (("diff", "dev", "prod"), ("verify", *ENDS)):
            terminal = Terminal(self, command).finish(2)
            stages = [re.sub(r" *\(.*", "", line) for line in terminal.lines() if line.startswith("✓")]
            self.assertEqual(len(stages), len(set(stages)), stages)
            self.assertIn("✓ Looking up resources by name", [stage.strip() for stage in stages])

    def test_quiet_shows_none(self):
        self.serve(worlds.rich(self))
        terminal = Terminal(self, ("plan", *ENDS, "--quiet")).finish(2)
        self.assertNotIn("\x1b[2K", terminal.shown)
        self.assertNotIn("Reading", terminal.shown)
        outcome = self.expect(2, self.run_program("plan", *ENDS, "--quiet"))
        self.assertEqual("", outcome.err)


class CtrlC(TerminalTest):
    def setUp(self):
        super().setUp()
        self.serve(worlds.rich(self), "--latency-ms", "150")

    def writes(self):
        return self.simulator.log()["writes"]

    def interrupt_writing(self, *options):
        terminal = Terminal(self, ("migrate", *ENDS, "--yes", *options))
        deadline = time.monotonic() + 60 * harness.SLOW
        while self.writes() < 3 and time.monotonic() < deadline:
            terminal._read(0.05)
        self.assertGreaterEqual(self.writes(), 3)
        terminal.type("\x03")
        return terminal

    def test_in_the_middle_of_writing_it_ends_in_order_and_resume_finishes_the_job(self):
        terminal = self.interrupt_writing()
        terminal.wait_for("Stopping")
        terminal.finish(1, seconds=20)
        run = re.search(r"flowferry resume (\S+)", terminal.shown)
        self.assertTrue(run, str(terminal))
        self.assertIn("not complete", terminal.shown)
        self.assertNotIn("it differs", terminal.shown)  # What was not read back yet is not told of as another.
        self.assertEqual(2, self.run_program("plan", *ENDS).status)
        runs = self.expect(0, self.run_program("runs", "--json")).json()["runs"]
        self.assertEqual([("interrupted", run[1], True)], [(r["state"], r["run"], r["can_resume"]) for r in runs])

        # Nobody plans over a half-done run unawares.
        written = self.writes()
        outcome = self.expect(1, self.run_program("migrate", *ENDS, "--yes"))
        self.assertIn("flowferry resume " + run[1], outcome.err)
        self.assertEqual(written, self.writes())

        outcome = self.expect(0, self.run_program("resume", "--yes", "--json"))
        self.assertEqual(run[1], outcome.json()["run"])
        self.check_done()
        self.assertEqual("done", self.expect(0, self.run_program("runs", "--json")).json()["runs"][0]["state"])
        self.expect(1, self.run_program("resume", "--yes"))
        self.expect(0, self.run_program("plan", *ENDS))

    def test_a_second_one_ends_it_at_once_and_resume_still_finishes_the_job(self):
        self.simulator.admin("faults", {"slow": 1, "slow_ms": 4000, "writes_only": True})
        terminal = Terminal(self, ("migrate", *ENDS, "--yes"))
        terminal.wait_for("Writing to")
        deadline = time.monotonic() + 60 * harness.SLOW
        while self.writes() < 1 and time.monotonic() < deadline:
            terminal._read(0.05)
        terminal.type("\x03")
        terminal.wait_for("Stopping")
        terminal.type("\x03")
        started = time.monotonic()
        terminal.finish(130, seconds=20)
        self.assertLess(time.monotonic() - started, 3 * harness.SLOW)
        self.simulator.admin("faults", {})
        time.sleep(4.2)  # What was under way may still be processed.
        self.expect(0, self.run_program("resume", "--yes"))
        self.check_done()

    def test_the_command_that_goes_on_is_told_exactly(self):
        self.journal = ("--journal", "a folder's/journal.db")
        terminal = self.interrupt_writing(*self.journal)
        terminal.finish(1, seconds=20)
        told = re.search(r"Go on with: flowferry (resume .*)", COLOUR.sub("", terminal.shown))
        self.assertTrue(told, str(terminal))
        self.expect(0, self.run_program(*shlex.split(told[1])))
        self.check_done()

    def interrupted(self):
        self.interrupt_writing().finish(1, seconds=20)
        return self.expect(0, self.run_program("runs", "--json")).json()["runs"][0]["run"]

    def test_migrate_offers_to_resume(self):
        run = self.interrupted()
        written = self.writes()
        terminal = Terminal(self, ("migrate", *ENDS), columns=250)
        terminal.wait_for("Run " + run + r' to "prod", started \S+ by \S+, did not end. Go on with it\?.*: ')
        terminal.type("what\n")
        terminal.finish(1)
        self.assertIn("Nothing was written", terminal.shown)
        self.assertEqual(written, self.writes())

        terminal = Terminal(self, ("migrate", *ENDS), columns=250)
        terminal.wait_for(r"Go on with it\?.*: ")
        terminal.type("yes\n")
        terminal.finish(0)
        self.check_done()
        runs = self.expect(0, self.run_program("runs", "--json")).json()["runs"]
        self.assertEqual([(run, "done")], [(r["run"], r["state"]) for r in runs])

    def test_or_to_leave_the_run_behind(self):
        run = self.interrupted()
        terminal = Terminal(self, ("migrate", *ENDS), columns=250)
        terminal.wait_for(r"Go on with it\?.*: ")
        terminal.type("new\n")
        terminal.wait_for(r'Write this to "prod"\?.*: ')
        terminal.type("yes\n")
        terminal.finish(0)
        self.check_done()
        runs = self.expect(0, self.run_program("runs", "--json")).json()["runs"]
        self.assertEqual(["done", "interrupted"], [r["state"] for r in runs])
        self.assertEqual(run, runs[1]["run"])

    def test_resume_asks_what_to_do_with_what_somebody_changed(self):
        self.interrupted()
        left = self.run_program("plan", *ENDS, "--json").json()["updated"]
        name = next(row["name"] for row in left if row["kind"] == "contact-flow")
        row = self.row(name)
        self.simulator.admin("call", {"operation": "UpdateContactFlowMetadata", "input": {
            "InstanceId": row["instance"], "ContactFlowId": row["id"], "Description": "theirs"}})
        terminal = Terminal(self, ("resume",), columns=250)
        terminal.wait_for("theirs")
        terminal.wait_for(f'"{re.escape(name)}": "overwrite" writes what the plan wants over it, "leave".*: ')
        terminal.type("leave\n")
        terminal.finish(0)
        self.assertIn("Left as it is in the target, as decided", terminal.shown)
        self.assertEqual("theirs", self.row(name)["description"])

    def row(self, name):
        instance = simulated.instance_of(self.simulator.dump(), "acme-prod")
        return {**next(row for row in instance["flows"] if row["name"] == name), "instance": instance["id"]}

    def test_while_reading_nothing_is_written(self):
        terminal = Terminal(self, ("migrate", *ENDS, "--yes"))
        terminal.wait_for("Reading")
        terminal.type("\x03")
        terminal.wait_for("Stopping")
        terminal.finish(1, seconds=20)
        self.check_nothing_written()
        self.assertFalse((self.folder / ".flowferry" / "journal.db").exists() and
                         self.run_program("runs", "--json").json()["runs"])


class Looks(TerminalTest):
    def setUp(self):
        super().setUp()
        self.world, dev, prod = worlds.pair(self)
        self.names = ["Short", "代表電話受付", "🌸 桜まつりツアー特設", "国内+海外 周遊受付 50%", "ハ\u3099スツアー",
                      "VIP Concierge Desk for our platinum members in English", " 深夜受付 (転送)", "ｶﾅ ﾊﾝｶｸ", "e\u0301 accent", "한국어 안내"]
        for name in self.names:
            dev.flow(name, worlds.greeting(name))
        self.dev = dev

    def test_colours_are_for_terminals_that_want_them(self):
        self.serve(self.world)
        self.assertRegex(Terminal(self, ("plan", *ENDS)).finish(2).shown, COLOUR)
        for arguments, variables in (((), {"NO_COLOR": "1"}), (("--no-color",), {}), ((), {"TERM": "dumb"})):
            with self.subTest(arguments or variables):
                terminal = Terminal(self, ("plan", *ENDS, *arguments), **variables).finish(2)
                self.assertNotRegex(terminal.shown, COLOUR)
        self.assertNotIn("\x1b", Terminal(self, ("plan", *ENDS), TERM="dumb").finish(2).shown)
        self.assertRegex(Terminal(self, ("plan", *ENDS), NO_COLOR="").finish(2).shown, COLOUR)

    def test_a_pipe_gets_plain_lines(self):
        self.serve(self.world)
        for command, status in (("plan",), 2), (("migrate", "--yes"), 0), (("runs",), 0):
            ends = () if command == ("runs",) else ENDS
            outcome = self.expect(status, self.run_program(*command, *ends, TERM="xterm-256color"))
            for text in (outcome.out, outcome.err):
                self.assertNotIn("\x1b", text)
                self.assertNotIn("\r", text)
        self.assertRegex(outcome.out, r"\d")

    def test_columns_align_with_wide_narrow_and_combined_characters(self):
        self.serve(self.world)
        for text in ("\n".join(Terminal(self, ("plan", *ENDS), columns=140).finish(2).lines()),
                     self.run_program("plan", *ENDS).out):
            rows = [line for line in text.split("\n") if re.match(r"  \+ create ", line)]
            self.assertEqual(len(self.names), len(rows), text)
            ends = {width(row[:row.rindex("not in the target")]) for row in rows}
            self.assertEqual(1, len(ends), "\n".join(rows))

    def test_no_row_is_wider_than_the_terminal(self):
        self.serve(self.world)
        for columns in (80, 100, 200):
            terminal = Terminal(self, ("plan", *ENDS), columns=columns).finish(2)
            rows = [line for line in terminal.lines() if re.match(r"  [+~·=] ", line)]
            self.assertEqual(len(self.names), len(rows))
            for row in rows:
                self.assertLessEqual(width(row), columns)

    def test_control_characters_in_names_are_shown_and_not_obeyed(self):
        names = ["red \x1b[31mname", "two\nlines", "bell\x07", "back\rwards", "tab\there", "\u202etfel ot thgir", "del\x7f", "c1 \x9b31m"]
        for name in names:
            self.dev.flow(name, Document().go(names[0]).text() if name != names[0] else worlds.greeting(), description=name)
        self.serve(self.world)
        shown = Terminal(self, ("plan", *ENDS), columns=160, NO_COLOR="1").finish(2).lines()
        outcome = self.expect(0, self.run_program("migrate", *ENDS, "--yes"))
        for text in ("\n".join(shown), outcome.out, outcome.err):
            for character in "\x1b\x07\r\x7f\x9b\u202e":
                self.assertNotIn(character, text)
            self.assertNotIn("two\nlines", text)
            self.assertIn("red \\x1b[31mname", text)
        self.check_done()


if __name__ == "__main__":
    harness.main()
