// The forms of `flowferry diff`: what they show of made-up contact centres, byte for byte
// (tests/golden/diff; FLOWFERRY_UPDATE_GOLDEN=1 writes them anew), and what names that mean harm do
// to them.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>

#include "../plan/world.h"
#include "base/files.h"
#include "base/text.h"
#include "plan/environment_comparison.h"
#include "report/diff_text.h"
#include "report/escape.h"
#include "report/json.h"

namespace flowferry::report {
namespace {

using namespace flowferry::testing;

plan::EnvironmentComparison compared(const World& left, const World& right) {
  const Snapshot a = snapshot_of(left, make_instance("tokyo"));
  const Snapshot b = snapshot_of(right, make_instance("osaka"));
  const mapping::Rules rules;
  plan::Plan plan = plan_for(a, b, rules);
  plan.from = "dev";
  plan.to = "prod";
  plan::ComparisonRequest request;
  request.plan = &plan;
  request.left = &a;
  request.right = &b;
  request.rules = &rules;
  request.right_selected = request_for(b, a, rules).selected;
  return plan::compare_environments(request);
}

void expect_golden(const std::string& name, std::string text) {
  // The program's version is not what is tested.
  static const std::regex version("\"flowferry\": \"[^\"]*\"");
  text = std::regex_replace(text, version, "\"flowferry\": \"0.0.0\"");
  const auto path =
      std::filesystem::path(FLOWFERRY_SOURCE_DIR) / "tests" / "golden" / "diff" / name;
  if (std::getenv("FLOWFERRY_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, text));
    return;
  }
  const auto expected = read_file(path);
  ASSERT_TRUE(expected) << path;
  EXPECT_EQ(*expected, text) << path;
}

std::string action(const std::string& identifier, const std::string& type,
                   const std::string& parameters, const std::string& transitions) {
  return R"({"Identifier":")" + identifier + R"(","Type":")" + type + R"(","Parameters":{)" +
         parameters + R"(},"Transitions":{)" + transitions + "}}";
}

std::string document(const std::vector<std::string>& actions, const std::string& metadata) {
  return R"({"Version":"2019-10-30","StartAction":"Greet","Metadata":)" + metadata +
         R"(,"Actions":[)" + join(actions, ",") + "]}";
}

/// Two contact centres that differ in every way there is.
std::pair<World, World> two_centres() {
  const std::string end =
      action("0c0c0c0c-0000-4000-8000-00000000000e", "DisconnectParticipant", "", "");
  const std::string next_end = R"("NextAction":"0c0c0c0c-0000-4000-8000-00000000000e")";
  const auto condition = [](const std::string& key, const std::string& to) {
    return R"({"NextAction":")" + to + R"(","Condition":{"Operator":"Equals","Operands":[")" + key +
           R"("]}})";
  };
  World left, right;
  left.resource(ResourceKind::queue, "Sales");
  left.resource(ResourceKind::queue, "国内ツアー予約");
  left.resource(ResourceKind::queue, "Test | `queue`");
  right.resource(ResourceKind::queue, "Sales");
  right.resource(ResourceKind::queue, "国内ツアー予約");
  right.resource(ResourceKind::queue, "Overflow");

  WorldFlow& main = left.flow("代表電話受付");
  main.description = "The main line";
  main.tags = {{"team", "tour"}};
  const auto sales = arn_of(make_instance("tokyo"), ResourceKind::queue, "Sales");
  const auto tour = arn_of(make_instance("osaka"), ResourceKind::queue, "国内ツアー予約");
  main.content = document(
      {action(
           "Greet", "MessageParticipant",
           R"("Text":"お電話ありがとうございます。さくらトラベルでございます。ただいまの時間は午前九時から午後五時まで受け付けております。")",
           R"("NextAction":"Menu")"),
       action("Menu", "GetParticipantInput", R"("Text":"1 or 2","InputTimeLimitSeconds":"5")",
              R"("NextAction":"Queue","Conditions":[)" + condition("1", "Queue") + "," +
                  condition("2", "0c0c0c0c-0000-4000-8000-00000000000e") +
                  R"(],"Errors":[{"NextAction":"Queue","ErrorType":"NoMatchingError"}])"),
       action("Queue", "UpdateContactTargetQueue", R"("QueueId":")" + sales + R"(")", next_end),
       action("0c0c0c0c-0000-4000-8000-00000000000a", "Wait", R"("TimeLimitSeconds":"5")",
              next_end),
       end},
      R"({"entryPointPosition":{"x":1,"y":2},"ActionMetadata":{"Greet":{"position":{"x":10,"y":20}},"Queue":{"queue":{"text":"Sales"}}}})");

  WorldFlow& other = right.flow("代表電話受付");
  other.description = "The main line of <b>production</b>";
  other.tags = {{"team", "voice"}, {"stage", "prod"}};
  other.content = document(
      {action(
           "Greet", "MessageParticipant",
           R"("Text":"お電話ありがとうございます。さくらトラベルでございます。ただいまの時間は午前十時から午後五時まで受け付けております。")",
           R"("NextAction":"Menu")"),
       action(
           "Menu", "GetParticipantInput",
           R"("Text":"1 or 3","InputTimeLimitSeconds":"5","StoreInput":"False")",
           R"("NextAction":"Queue","Conditions":[)" + condition("1", "Queue") + "," +
               condition("3", "0c0c0c0c-0000-4000-8000-00000000000e") +
               R"(],"Errors":[{"NextAction":"0c0c0c0c-0000-4000-8000-00000000000e","ErrorType":"NoMatchingError"}])"),
       action("Queue", "UpdateContactTargetQueue", R"("QueueId":")" + tour + R"(")", next_end),
       action("0c0c0c0c-0000-4000-8000-00000000000b", "Loop", R"("LoopCount":"3")",
              R"("NextAction":"Greet")"),
       end},
      R"({"entryPointPosition":{"x":1,"y":2},"ActionMetadata":{"Greet":{"position":{"x":15,"y":20}},"Queue":{"queue":{"text":"国内ツアー予約"}}}})");

  left.flow("Only in development", {{ResourceKind::queue, "Test | `queue`"}});
  right.flow("Only in production").text = "Nobody drew this in the designer";
  left.flow("Old name").text = "A flow that got another name";
  right.flow("New name").text = "A flow that got another name";
  left.module("Greeting").description = "same";
  right.module("Greeting").description = "same";
  left.flow("Tagged");
  right.flow("Tagged").tags = {{"stage", "prod"}};
  left.flow("Twice");
  right.flow("Twice");
  right.flow("Twice").text = "again";
  return {left, right};
}

TEST(DiffReport, looks_as_it_did) {
  const auto [left, right] = two_centres();
  const plan::EnvironmentComparison comparison = compared(left, right);
  const DiffView view = diff_view(comparison, Layout::hidden);
  expect_golden("text.txt",
                diff_text(view, Style{.color = false, .terminal = false, .width = 100}));
  expect_golden("narrow.txt",
                diff_text(view, Style{.color = false, .terminal = true, .width = 48}));
  expect_golden("colour.txt",
                diff_text(view, Style{.color = true, .terminal = true, .width = 100}));
  expect_golden("layout.txt", diff_text(diff_view(comparison, Layout::shown),
                                        Style{.color = false, .terminal = false, .width = 100}));
  expect_golden("markdown.md", diff_markdown(view));
  auto json = diff_json(comparison);
  add_statistics(json, {.command = "diff"});
  expect_golden("json.json", json.dump_pretty() + "\n");
  expect_golden("html.html", diff_html(view));
}

TEST(DiffReport, says_that_there_is_nothing_to_say) {
  World world;
  world.flow("Main");
  const plan::EnvironmentComparison comparison = compared(world, world);
  EXPECT_FALSE(comparison.differs());
  const DiffView view = diff_view(comparison, Layout::hidden);
  EXPECT_TRUE(diff_text(view, Style{}).ends_with("No differences: 1 the same.\n"));
  expect_golden("nothing.md", diff_markdown(view));
  EXPECT_NE(std::string::npos, diff_html(view).find("No differences: 1 the same."));
}

const std::vector<std::string>& hostile_names() {
  static const std::vector<std::string> names = [] {
    std::string japanese;
    for (int i = 0; i < 250; ++i) japanese += "電";
    return std::vector<std::string>{"../x",
                                    "CON",
                                    japanese,
                                    "Straße",
                                    "STRASSE",
                                    "か\xE3\x82\x99",
                                    "が",
                                    "a/b",
                                    "a\x1b[31mb",
                                    "line\nfeed",
                                    "tab\t",
                                    "\xE2\x80\xAEgnp",
                                    "<script>alert(1)</script>",
                                    "\"><img src=x onerror=alert(1)>",
                                    "`code`",
                                    "```",
                                    "| pipe |",
                                    "[a](http://x)",
                                    "@octocat",
                                    "#12",
                                    "</code></summary></details>",
                                    "&lt;",
                                    "*bold*",
                                    "<!--",
                                    "]]>",
                                    "-- x",
                                    "\x7f"};
  }();
  return names;
}

/// All of them as names of flows, of what they say and of their descriptions.
plan::EnvironmentComparison hostile() {
  World left, right;
  for (const std::string& name : hostile_names()) {
    WorldFlow& here = left.flow(name);
    here.text = "old " + name;
    here.description = name;
    WorldFlow& there = right.flow(name);
    there.text = "new " + name;
    there.description = "not " + name;
    left.resource(ResourceKind::queue, name);
  }
  right.resource(ResourceKind::queue, "x");
  return compared(left, right);
}

bool has_control_characters(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\n') || byte == 0x7f;
  });
}

TEST(DiffReport, shows_hostile_names_without_obeying_them) {
  const plan::EnvironmentComparison comparison = hostile();
  ASSERT_EQ(hostile_names().size(), comparison.flows.size());
  const DiffView view = diff_view(comparison, Layout::hidden);

  const std::string text = diff_text(view, Style{.width = 80});
  EXPECT_FALSE(has_control_characters(text));
  EXPECT_EQ(std::string::npos, text.find("\xE2\x80\xAE")) << "an override of the direction";
  EXPECT_NE(std::string::npos, text.find("line\\nfeed"));

  const std::string html = diff_html(view);
  EXPECT_FALSE(has_control_characters(html));
  for (const char* live : {"<script", "<img", "<!--", "\xE2\x80\xAE"}) {
    EXPECT_EQ(std::string::npos, html.find(live)) << live;
  }
  EXPECT_NE(std::string::npos, html.find("&lt;script&gt;alert(1)&lt;/script&gt;"));

  const std::string markdown = diff_markdown(view);
  EXPECT_FALSE(has_control_characters(markdown));
  EXPECT_NE(std::string::npos, markdown.find("````diff")) << "a fence longer than what is within";
  // Outside of the fences nothing of a name is Markdown or HTML.
  std::string outside;
  std::string fence;
  for (const std::string_view line : split(markdown, '\n')) {
    const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
    if (fence.empty() && ticks >= 3) {
      fence = line.substr(0, ticks);
    } else if (!fence.empty() && line == fence) {
      fence.clear();
    } else if (fence.empty()) {
      outside += std::string(line) + "\n";
    }
  }
  EXPECT_TRUE(fence.empty()) << "a fence that is not closed";
  for (const char* live : {"<script", "<img", "<!--", "@octocat", "](http", "| pipe |", "*bold*"}) {
    EXPECT_EQ(std::string::npos, outside.find(live)) << live;
  }

  const auto json = json::parse(diff_json(comparison).dump());
  ASSERT_TRUE(json);
  std::set<std::string> told;
  for (const json::Value& flow : (*json)["flows"].items())
    told.insert(flow["left_name"].as_string());
  EXPECT_EQ(std::set<std::string>(hostile_names().begin(), hostile_names().end()), told);
}

TEST(DiffReport, shows_a_contract_place_by_place) {
  World left, right;
  WorldFlow& here = left.module("Identify");
  WorldFlow& there = right.module("Identify");
  here.settings =
      R"({"input":{"schema":{"properties":{"phone":{"type":"string"},"tries":{"type":"number"}}}},)"
      R"("transitions":{"results":[{"name":"Found"},{"name":"Locked"}]}})";
  there.settings =
      R"({"transitions":{"results":[{"name":"Known"}]},)"
      R"("input":{"schema":{"properties":{"phone":{"type":"string"}},"required":["phone"]}}})";
  const auto view = diff_view(compared(left, right), Layout::hidden);
  ASSERT_EQ(1U, view.flows.size());
  std::vector<std::string> lines;
  for (const DiffLine& line : view.flows[0].lines) {
    lines.push_back(line.place + ": " + line.left + " -> " + line.right);
  }
  EXPECT_EQ((std::vector<std::string>{
                R"(settings.input.schema.properties.tries: {"type":"number"} -> )",
                R"(settings.input.schema.required:  -> ["phone"])",
                R"(settings.transitions.results[0].name: "Found" -> "Known")",
                R"(settings.transitions.results[1]: {"name":"Locked"} -> )",
            }),
            lines);
  here.settings = "no JSON";
  EXPECT_EQ("settings", diff_view(compared(left, right), Layout::hidden).flows[0].lines[0].place);
}

TEST(DiffReport, keeps_markdown_below_the_limit_of_a_comment_and_says_what_it_left_out) {
  World left, right;
  for (int i = 0; i < 400; ++i) {
    const std::string name = "Flow 😀 " + std::to_string(i);
    left.flow(name).text = std::string(300, 'a');
    right.flow(name).text = std::string(300, 'b');
  }
  const DiffView view = diff_view(compared(left, right), Layout::hidden);
  for (const std::size_t limit : {k_comment_limit, std::size_t{5'000}}) {
    const std::string markdown = diff_markdown(view, limit);
    EXPECT_LE(utf16_units(markdown), limit);
    EXPECT_GT(utf16_units(markdown), limit / 2);
    EXPECT_NE(std::string::npos, markdown.find("Cut to " + std::to_string(limit)));
  }
  EXPECT_EQ(std::string::npos,
            diff_markdown(view, 10'000'000).find("✂️ Cut to 10000000 characters: 0"));
}

TEST(DiffReport, marks_where_two_texts_differ_without_cutting_characters) {
  EXPECT_EQ(std::pair(std::size_t{2}, std::size_t{1}), common_ends("abXc", "abYYc"));
  EXPECT_EQ(std::pair(std::size_t{3}, std::size_t{3}), common_ends("九時か", "九分か"));
  EXPECT_EQ(std::pair(std::size_t{2}, std::size_t{0}), common_ends("aa", "aaa"));
  EXPECT_EQ(std::pair(std::size_t{0}, std::size_t{0}), common_ends("", "aaa"));
  EXPECT_EQ(std::pair(std::size_t{0}, std::size_t{0}), common_ends("é", "è"));
}

}  // namespace
}  // namespace flowferry::report
