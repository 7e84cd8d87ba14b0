// The formats of `flowferry lint` against golden files. FLOWFERRY_UPDATE_GOLDEN=1 writes them anew.
#include "report/json.h"
#include "report/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>

#include "base/files.h"
#include "base/text.h"
#include "flow/lint/rule.h"
#include "report/escape.h"

namespace flowferry::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path k_source = FLOWFERRY_SOURCE_DIR;

void expect_golden(const std::string& name, std::string text) {
  // The program's version is not what is tested.
  static const std::regex version("\"(flowferry|semanticVersion)\": \"[^\"]*\"");
  text = std::regex_replace(text, version, "\"$1\": \"0.0.0\"");
  const auto path = k_source / "tests" / "golden" / "lint" / name;
  if (std::getenv("FLOWFERRY_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, text));
  }
  const auto golden = read_file(path);
  ASSERT_TRUE(golden) << path;
  EXPECT_EQ(text, *golden) << path;
}

Finding finding(const char* rule, std::string name, std::string block, std::string text) {
  Finding out;
  out.id = rule;
  out.severity = flow::lint::find_rule(rule)->severity;
  out.help = flow::lint::find_rule(rule)->remedy;
  out.where.kind = "contact-flow";
  out.where.name = std::move(name);
  out.where.action = std::move(block);
  out.where.action_type = "UpdateContactTargetQueue";
  out.where.parameter = "QueueId";
  out.where.pointer = "/Actions/3/Parameters/QueueId";
  out.text = std::move(text);
  return out;
}

/// Names that every format could take for something else.
const std::string k_hostile =
    "<script>alert('x')</script> | **b** @all [x](y) {0} ]]> \"q\" \\ & ../x\n\x1b[31m";
const std::string k_hostile_path = "connect/flows/a b#c?%\xE6\xA1\x88\"<x>.json";

pipeline::LintOutcome sample() {
  pipeline::LintOutcome out;
  out.environment = "dev";
  out.looked = {
      {"contact-flow", k_hostile, "CONTACT_FLOW"},
      {"contact-flow", "\xE4\xBB\xA3\xE8\xA1\xA8\xE9\x9B\xBB\xE8\xA9\xB1", "CONTACT_FLOW"},
      {"contact-flow", "clean", "CUSTOMER_QUEUE"},
      {"flow-module", "greet", ""}};
  const auto add = [&](Finding f, std::optional<pipeline::FilePlace> place = {}) {
    out.findings.push_back(std::move(f));
    out.places.push_back(std::move(place));
  };
  Finding unread;
  unread.severity = Severity::error;
  unread.id = "unreadable-flow";
  unread.where.kind = "contact-flow";
  unread.where.name = "lost";
  unread.text = "the flow cannot be read: 500";
  add(unread);
  add(finding("ref-placeholder", k_hostile, "b<1>&\"2\"",
              k_hostile + " stands where a queue belongs"),
      pipeline::FilePlace{k_hostile_path, 12, 7});
  add(finding("phone-hard", k_hostile, "c", "the phone number +81312345678"));
  Finding whole =
      finding("logging-unset", out.looked[1].name, "", "no block sets the logging behaviour");
  whole.where.action_type.clear();
  whole.where.parameter.clear();
  whole.where.pointer.clear();
  add(whole, pipeline::FilePlace{"/srv/connect/main.json", 1, 1});
  Finding module = finding("value-empty", "greet", "say", "the value is empty");
  module.where.kind = "flow-module";
  add(module);
  Finding unused =
      finding("exception-unused", "line 7", "", "this exception is not needed: rule no-exit");
  unused.where.kind = "configuration";
  unused.where.action_type.clear();
  unused.where.parameter.clear();
  unused.where.pointer.clear();
  add(unused);
  return out;
}

/// As the command prints it.
std::string whole(json::Value document) {
  add_statistics(document, {.command = "lint"});
  return document.dump_pretty() + "\n";
}

TEST(LintReport, IsAsGolden) {
  const auto outcome = sample();
  const LintReport report{outcome, Severity::warning};
  expect_golden("report.txt", lint_text(report, Style()));
  expect_golden("report.json", whole(lint_json(report)));
  expect_golden("report.xml", lint_junit(report));
  expect_golden("report.md", lint_markdown(report));
  expect_golden("report.sarif", lint_sarif(report).dump_pretty() + "\n");
  expect_golden("rules.txt", rules_text(Style()));
}

TEST(LintReport, OfNothingIsAsGolden) {
  pipeline::LintOutcome outcome;
  outcome.environment = "dev";
  const LintReport report{outcome, Severity::error};
  expect_golden("nothing.txt", lint_text(report, Style()));
  expect_golden("nothing.json", whole(lint_json(report)));
  expect_golden("nothing.xml", lint_junit(report));
  expect_golden("nothing.md", lint_markdown(report));
  EXPECT_FALSE(report.failed());
}

TEST(LintReport, FailsFromTheSeverityThatIsAskedFor) {
  auto outcome = sample();
  EXPECT_TRUE((LintReport{outcome, Severity::error}.failed()));
  EXPECT_FALSE((LintReport{outcome, std::nullopt}.failed()));
  outcome.findings.resize(3);
  outcome.findings.erase(outcome.findings.begin(), outcome.findings.begin() + 2);
  EXPECT_FALSE((LintReport{outcome, Severity::error}.failed()));
  EXPECT_TRUE((LintReport{outcome, Severity::warning}.failed()));
  EXPECT_TRUE((LintReport{outcome, Severity::info}.failed()));
}

TEST(LintReport, TakesNamesAsData) {
  const auto outcome = sample();
  const LintReport report{outcome, Severity::error};
  for (const std::string& text :
       {lint_text(report, Style()), lint_junit(report), lint_markdown(report),
        lint_json(report).dump(), lint_sarif(report).dump()}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  }
  EXPECT_THAT(lint_junit(report), Not(HasSubstr("<script>")));
  const std::string markdown = lint_markdown(report);
  EXPECT_THAT(markdown, Not(HasSubstr("<script>")));
  EXPECT_THAT(markdown, Not(HasSubstr("@all")));
  // HTML, in which Markdown reads no markup.
  const std::regex summary("<summary>.*</summary>");
  EXPECT_THAT(std::regex_replace(markdown, summary, ""), Not(HasSubstr("**b**")));
  EXPECT_THAT(lint_sarif(report).dump(),
              HasSubstr("connect/flows/a%20b%23c%3F%25%E6%A1%88%22%3Cx%3E.json"));
}

TEST(LintReport, InMarkdownFitsAComment) {
  pipeline::LintOutcome outcome;
  outcome.environment = "dev";
  for (int i = 0; i < 3000; ++i) {
    outcome.findings.push_back(
        finding("phone-hard", "flow " + std::to_string(i / 3), "b", k_hostile));
    outcome.places.emplace_back();
  }
  const std::string text = lint_markdown({outcome, Severity::error});
  EXPECT_LE(count_code_points(text), 65'536U);
  EXPECT_THAT(text, HasSubstr("which do not fit into a comment"));
}

TEST(LintDocs, HoldEveryRuleAsTheProgramTellsIt) {
  const auto docs = read_file(k_source / "docs" / "lint.md");
  ASSERT_TRUE(docs);
  // flowferry lint --rules --format markdown
  EXPECT_NE(docs->find(rules_markdown()), std::string::npos) << "docs/lint.md does not hold:\n"
                                                             << rules_markdown();
}

TEST(LintDocs, NameOnlyRulesThatThereAre) {
  const auto docs = read_file(k_source / "docs" / "lint.md");
  ASSERT_TRUE(docs);
  const std::regex row("\\| `([a-z-]+)` \\| (error|warning|info) \\|");
  std::size_t rows = 0;
  for (auto at = std::sregex_iterator(docs->begin(), docs->end(), row);
       at != std::sregex_iterator(); ++at, ++rows) {
    EXPECT_NE(flow::lint::find_rule((*at)[1].str()), nullptr) << (*at)[1];
  }
  EXPECT_EQ(rows, flow::lint::rules().size());
}

TEST(Escaping, KeepsTextInItsPlace) {
  EXPECT_EQ(xml_escaped("a<b>&\"'\x01"), "a&lt;b&gt;&amp;&quot;&#39;\\x01");
  EXPECT_EQ(markdown_escaped("a_b*c`d`\n# @x <b>"),
            "a&#95;b&#42;c&#96;d&#96;&#92;n&#35; &#64;&#8288;x &#60;b&#62;");
  EXPECT_EQ(markdown_escaped("Read-only: yes."), "Read-only: yes.");
  EXPECT_EQ(markdown_escaped("1. www.x.org http://y - z-"),
            "1&#46; www&#46;x&#46;org http&#58;&#47;&#47;y &#45; z&#45;");
}

}  // namespace
}  // namespace flowferry::report
