// docs/simulator.md lists what the program has. With FLOWFERRY_UPDATE_DOCS set the lists are
// written.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/files.h"
#include "base/text.h"
#include "simulator/service_description.h"
#include "simulator/switches.h"

namespace flowferry::simulator {
namespace {

constexpr const char* k_page = FLOWFERRY_SOURCE_DIR "/docs/simulator.md";

std::string switch_lines() {
  std::string out = "| switch | values | default | what it does |\n| --- | --- | --- | --- |\n";
  for (const SwitchRow& row : switch_table()) {
    std::string values;
    for (const std::string_view value : split(row.values, '|')) {
      values += (values.empty() ? "" : ", ") + std::string(value);
    }
    out += "| `" + std::string(row.name) + "` | " + values + " | " +
           (row.default_value.empty() ? "(none)" : std::string(row.default_value)) + " | " +
           std::string(row.meaning) + " |\n";
  }
  return out;
}

std::string operation_lines() {
  std::string out;
  for (auto* make : {connect_description, lex_description}) {
    const auto description = make();
    if (!description) return "";
    const auto& operations = (*description)->operations();
    out += (*description)->signing_name() == "connect" ? "Amazon Connect, " : "\nLex Models V2, ";
    out += std::to_string(operations.size()) + " operations: ";
    for (std::size_t i = 0; i < operations.size(); ++i) out += (i ? ", " : "") + operations[i].name;
    out += ".\n";
  }
  return out;
}

/// `page` with the lines between the marker and its end replaced.
std::string with(std::string page, const std::string& marker, const std::string& lines) {
  const std::string begin = "<!-- " + marker + ": made by the test SimulatorDocs -->\n";
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find("<!-- end -->", from);
  if (from == std::string::npos || to == std::string::npos) return "no " + marker;
  return page.replace(from + begin.size(), to - from - begin.size(), lines);
}

TEST(SimulatorDocs, ListTheSwitchesAndOperationsThatThereAre) {
  const auto page = read_file(k_page);
  ASSERT_TRUE(page);
  const std::string wanted =
      with(with(*page, "switches", switch_lines()), "operations", operation_lines());
  if (std::getenv("FLOWFERRY_UPDATE_DOCS")) {
    ASSERT_TRUE(write_file(k_page, wanted));
    return;
  }
  EXPECT_EQ(*page, wanted) << "run this test with FLOWFERRY_UPDATE_DOCS=1";
}

TEST(Switches, TakeOnlyWhatTheirTableAllows) {
  Switches switches;
  EXPECT_TRUE(switches.set("pages", "short"));
  EXPECT_TRUE(switches.is(Switch::pages, "short"));
  EXPECT_FALSE(switches.set("pages", "long"));
  EXPECT_TRUE(switches.set("flow-quota", "7"));
  EXPECT_EQ(switches.number(Switch::flow_quota), 7);
  EXPECT_FALSE(switches.set("flow-quota", "-7"));
  EXPECT_FALSE(switches.set("flow-quota", "many"));
  const auto unknown = switches.set("flow-qouta", "7");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().hint.find("flow-quota"), std::string::npos);
}

TEST(Switches, HaveDefaultsThatTheyAllow) {
  for (const SwitchRow& row : switch_table()) {
    Switches switches;
    EXPECT_TRUE(switches.set(row.name, row.default_value)) << row.name;
    EXPECT_EQ(Switches().get(row.id), row.default_value) << row.name;
  }
  EXPECT_EQ(switch_table().size(), static_cast<std::size_t>(Switch::count_));
}

}  // namespace
}  // namespace flowferry::simulator
