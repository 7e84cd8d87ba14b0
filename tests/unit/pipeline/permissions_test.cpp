// docs/permissions.md shows the table. With FLOWFERRY_UPDATE_DOCS set it is written.
#include "pipeline/permissions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "base/files.h"
#include "base/json/value.h"
#include "base/text.h"
#include "pipeline/config.h"

namespace flowferry::pipeline {
namespace {

using testing::Contains;
using testing::Not;

constexpr const char* k_page = FLOWFERRY_SOURCE_DIR "/docs/permissions.md";
constexpr Role k_roles[] = {Role::read, Role::write, Role::undo};

Instance an_instance() {
  Instance out;
  out.id = "INSTANCE";
  out.partition = "aws";
  out.region = "REGION";
  out.account = "ACCOUNT";
  out.arn = "arn:aws:connect:REGION:ACCOUNT:instance/INSTANCE";
  return out;
}

std::vector<std::string> texts(const json::Value& value) {
  if (value.is_string()) return {value.as_string()};
  std::vector<std::string> out;
  for (const json::Value& item : value.items()) out.push_back(item.as_string());
  return out;
}

std::set<std::string> actions_of(Role role, FoundBy found_by) {
  std::set<std::string> out;
  const json::Value policy = policy_for(role, found_by, an_instance());
  for (const json::Value& statement : policy["Statement"].items()) {
    EXPECT_EQ(statement["Effect"].as_string(), "Allow");
    EXPECT_FALSE(texts(statement["Resource"]).empty());
    for (const std::string& action : texts(statement["Action"])) {
      EXPECT_TRUE(out.insert(action).second) << action << " stands twice";
    }
  }
  return out;
}

TEST(Permissions, EachActionStandsOnceWithItsResources) {
  std::set<std::string_view> seen;
  for (const Permission& permission : permissions()) {
    EXPECT_TRUE(seen.insert(permission.action).second) << permission.action;
    EXPECT_TRUE(permission.read || permission.write || permission.undo) << permission.action;
    for (const std::string& resource : resources_of(permission.on, an_instance())) {
      EXPECT_TRUE(resource == "*" || resource.starts_with("arn:aws:")) << resource;
    }
  }
}

TEST(Permissions, APolicyHasNoMoreThanTheRoleNeeds) {
  const auto read = actions_of(Role::read, FoundBy::alias);
  for (const std::string& action : read) {
    EXPECT_FALSE(
        action.find("Create") != std::string::npos || action.find("Update") != std::string::npos ||
        action.find("Delete") != std::string::npos || action.find("Tag") != std::string::npos)
        << action;
  }
  EXPECT_THAT(actions_of(Role::write, FoundBy::alias), Not(Contains("connect:DeleteContactFlow")));
  EXPECT_THAT(actions_of(Role::undo, FoundBy::alias), Contains("connect:DeleteContactFlow"));
  for (const Role role : k_roles) {
    EXPECT_EQ(actions_of(role, FoundBy::alias).count("connect:DescribeInstance"), 0u);
    EXPECT_EQ(actions_of(role, FoundBy::id).count("connect:ListInstances"), 0u);
    EXPECT_EQ(actions_of(role, FoundBy::id).count("connect:DescribeInstance"), 1u);
  }
}

TEST(Permissions, QuotasCanBeGivenForEachOperation) {
  for (const Permission& permission : permissions()) {
    const std::string operation(permission.operation());
    const auto config = parse_config("quotas: {" + operation + ": {rate: 9}}", "flowferry.yaml");
    EXPECT_TRUE(config) << operation;
  }
}

std::string page_lines() {
  std::string out = "| action | on | read | written | undone |\n| --- | --- | --- | --- | --- |\n";
  const Instance instance = an_instance();
  for (const Permission& permission : permissions()) {
    const auto mark = [](bool needed) { return std::string(needed ? "yes" : ""); };
    out += "| `" + std::string(permission.action) + "` | `" +
           join(resources_of(permission.on, instance), "`, `") + "` | " + mark(permission.read) +
           " | " + mark(permission.write) + " | " + mark(permission.undo) + " |\n";
  }
  for (const RoleUse& use : role_uses()) {
    out += "\nFor " + std::string(use.commands) + ":\n\n```json\n" +
           policy_for(use.role, FoundBy::alias, instance).dump_pretty() + "\n```\n";
  }
  return out;
}

TEST(Permissions, ThePageShowsTheTable) {
  const auto page = read_file(k_page);
  ASSERT_TRUE(page);
  const std::string begin = "<!-- permissions: made by the test Permissions -->\n";
  const std::size_t from = page->find(begin);
  const std::size_t to = page->find("<!-- end -->");
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  std::string wanted = *page;
  wanted.replace(from + begin.size(), to - from - begin.size(), page_lines());
  if (std::getenv("FLOWFERRY_UPDATE_DOCS")) {
    ASSERT_TRUE(write_file(k_page, wanted));
  } else {
    EXPECT_EQ(*page, wanted) << "run this test with FLOWFERRY_UPDATE_DOCS=1";
  }
}

}  // namespace
}  // namespace flowferry::pipeline
