// Bundles: what is written is read as the same environment under other ids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <filesystem>

#include "../flow/generator.h"
#include "base/files.h"
#include "flow/portable.h"
#include "snapshot/bundle_folder.h"
#include "snapshot/bundle_reader.h"
#include "snapshot/bundle_writer.h"
#include "snapshot/synthetic.h"

namespace flowferry::snapshot {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class BundleTest : public ::testing::Test {
 protected:
  BundleTest() {
    std::string pattern = (fs::temp_directory_path() / "flowferry-bundle-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    snapshot_.instance = flowferry::testing::generated_source();
    Instance& own = snapshot_.instance;
    own.partition = "aws";
    own.arn = "arn:aws:connect:" + own.region + ":" + own.account + ":instance/" + own.id;
    for (const ResourceKind kind : all_kinds()) {
      if (has_lookup(kind)) snapshot_.inventories[kind];
    }
  }
  ~BundleTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  Resource& add(ResourceKind kind, std::string name, std::string id, std::string type = {}) {
    Resource resource;
    resource.kind = kind;
    resource.name = std::move(name);
    resource.arn = usual_arn(snapshot_.instance, kind, id);
    resource.id = std::move(id);
    resource.type = std::move(type);
    resources_.push_back(std::move(resource));
    return resources_.back();
  }

  Flow& add_flow(std::string name, std::string content, std::string type = "CONTACT_FLOW") {
    const bool module = type.empty();
    Flow flow;
    flow.kind = module ? ResourceKind::flow_module : ResourceKind::contact_flow;
    flow.id = synthetic_id(flow.kind, name, "of the test");
    flow.arn = usual_arn(snapshot_.instance, flow.kind, flow.id);
    flow.name = std::move(name);
    flow.type = std::move(type);
    flow.status = "PUBLISHED";
    flow.state = "ACTIVE";
    flow.content = std::move(content);
    snapshot_.inventories[flow.kind].add(
        {flow.kind, flow.name, flow.id, flow.arn, flow.type, flow.state, flow.status});
    return snapshot_.flows.emplace(flow.id, std::move(flow)).first->second;
  }

  ComposedBundle compose(const Snapshot& snapshot) {
    BundleRequest request;
    request.snapshot = &snapshot;
    for (const auto& [id, flow] : snapshot.flows) request.flows.push_back(id);
    return compose_bundle(request);
  }

  void finish() {
    for (Resource& resource : resources_) snapshot_.inventories[resource.kind].add(resource);
    resources_.clear();
  }

  /// Writes the snapshot, reads it, and expects the same bundle from what was read.
  Snapshot there_and_back() {
    finish();
    UpdateRequest request;
    request.snapshot = &snapshot_;
    for (const auto& [id, flow] : snapshot_.flows) request.flows.push_back(id);
    const auto updated = update_bundle(folder_ / "b", request);
    EXPECT_TRUE(updated) << one_line(updated.error());
    auto read = read_bundle(folder_ / "b");
    EXPECT_TRUE(read) << one_line(read.error());
    if (!read) return {};
    const ComposedBundle first = compose(snapshot_);
    const ComposedBundle second = compose(read->snapshot);
    EXPECT_EQ(first.files, second.files);
    return std::move(read->snapshot);
  }

  std::string file(const std::string& path) {
    const auto bytes = read_file(folder_ / "b" / path);
    EXPECT_TRUE(bytes) << path;
    return bytes ? *bytes : "";
  }

  fs::path folder_;
  Snapshot snapshot_;
  std::deque<Resource> resources_;
};

std::string flow_with(const std::string& type, const std::string& parameters) {
  return R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[{"Identifier":"a","Type":")" +
         type + R"(","Parameters":)" + parameters + R"(,"Transitions":{}}]})";
}

std::string minified(const std::string& text) {
  const auto tokens = json::tokenize(text);
  return tokens ? json::minify(text, *tokens) : text;
}

constexpr const char* k_one = "11111111-1111-4111-8111-111111111111";
constexpr const char* k_two = "22222222-2222-4222-8222-222222222222";

TEST_F(BundleTest, KeepsWhatHasNoNameOfItsOwnApart) {
  add(ResourceKind::queue, "Twin", k_one, "STANDARD");
  add(ResourceKind::queue, "Twin", k_two, "STANDARD");
  add_flow("To the second",
           flow_with("UpdateContactTargetQueue", std::string(R"({"QueueId":")") + k_two + R"("})"));
  const Snapshot read = there_and_back();
  EXPECT_THAT(file("inventory/queue.json"), HasSubstr(std::string(R"("id": ")") + k_two));
  EXPECT_THAT(read.flows.begin()->second.content, HasSubstr(k_two));
}

TEST_F(BundleTest, KeepsArnsOfAnotherShape) {
  const Instance& own = snapshot_.instance;
  add(ResourceKind::lambda_function, "crm", "crm");
  add(ResourceKind::lambda_function, "crm", "crm").arn += ":live";
  add(ResourceKind::lambda_function, "far", "far").arn =
      "arn:aws:lambda:eu-west-3:999999999999:function:far";
  add(ResourceKind::view, "Form", "form", "AWS_MANAGED").arn =
      "arn:aws:connect:" + own.region + ":aws:view/form";
  resources_.back().status = "PUBLISHED";
  add(ResourceKind::phone_number, "+81312345678", k_one);
  add(ResourceKind::lex_v1_bot, "Old", "Old", own.region).arn.clear();
  add_flow("A", flow_with("X", "{}"));
  const Snapshot read = there_and_back();
  const Inventory& functions = *read.inventory(ResourceKind::lambda_function);
  EXPECT_EQ(functions.all().size(), 3U);
  EXPECT_NE(functions.by_arn("arn:aws:lambda:us-east-1:000000000000:function:crm:live"), nullptr);
  EXPECT_NE(functions.by_arn("arn:aws:lambda:eu-west-3:999999999999:function:far"), nullptr);
  EXPECT_NE(read.inventory(ResourceKind::view)->by_arn("arn:aws:connect:us-east-1:aws:view/form"),
            nullptr);
  EXPECT_EQ(read.inventory(ResourceKind::lex_v1_bot)->all().front().type, "us-east-1");
  EXPECT_THAT(file("inventory/lex-v1-bot.json"), HasSubstr(R"("{{region}}")"));
}

TEST_F(BundleTest, NamesBotAliasesHoweverTheirRegionIsWritten) {
  const std::string ids = "ABCDEFGHIJ/KLMNOPQRST";
  const std::string arn = usual_arn(snapshot_.instance, ResourceKind::lex_v2_bot_alias, ids);
  add(ResourceKind::lex_v2_bot_alias, "", ids);
  std::string open = arn;
  open.replace(open.find("us-east-1"), 9, "$.AwsRegion");
  const std::string unlisted =
      usual_arn(snapshot_.instance, ResourceKind::lex_v2_bot_alias, "ZZZZZZZZZZ/YYYYYYYYYY");
  snapshot_.lex_alias_names = {{arn, "Bot/live"}, {open, "Bot/live"}, {unlisted, "Lost/live"}};
  for (const std::string& text : {arn, open, unlisted}) {
    add_flow("To " + text.substr(8, 20) + text.substr(text.size() - 3),
             flow_with("ConnectParticipantWithLexBot",
                       R"({"LexV2Bot":{"AliasArn":")" + text + R"("}})"));
  }
  const Snapshot read = there_and_back();
  EXPECT_EQ(read.inventory(ResourceKind::lex_v2_bot_alias)->all().size(), 1U);
  EXPECT_EQ(read.lex_alias_names.size(), 3U);  // With the one that leaves the Region open.
  EXPECT_THAT(file("inventory/lex-v2-bot-alias.json"), HasSubstr(R"("associated": false)"));
}

constexpr const char* k_three = "33333333-3333-4333-8333-333333333333";
constexpr const char* k_four = "44444444-4444-4444-8444-444444444444";

TEST_F(BundleTest, KeepsModulesWhole) {
  Flow& module = add_flow("M", flow_with("X", "{}"), "");
  module.settings = R"({"input":{"n":1E3,"n":2}})";
  module.external_invocation = true;
  module.tags = {{"a", "1"}, {"aws:x", "not carried"}};
  const auto alias = [&](const char* id, const char* name, const char* version) {
    snapshot_.module_aliases[module.id].add(
        {ResourceKind::flow_module, name, id, "", version, "", ""});
  };
  alias(k_one, "live", "7");
  alias(k_two, "Old", "3");
  alias(k_three, "old", "2");
  alias(k_four, "lost", "1");
  snapshot_.module_versions[module.id][7] = module;
  Flow& old = snapshot_.module_versions[module.id][3] = module;
  old.settings = R"({"input":1})";
  snapshot_.module_versions[module.id][2] = module;
  snapshot_.module_versions[module.id][2].content = flow_with("Y", R"({"n":1E3})");
  add_flow("N", flow_with("X", "{}"), "").settings = "not JSON";
  add_flow("Caller", flow_with("InvokeFlowModule",
                               R"({"FlowModuleId":")" + module.id + ":" + k_one + R"("})"));
  const Snapshot read = there_and_back();
  const Flow& again = read.flows.at(module.id);
  EXPECT_EQ(again.settings, module.settings);
  EXPECT_TRUE(again.external_invocation);
  EXPECT_EQ(again.tags, (Tags{{"a", "1"}}));
  EXPECT_THAT(file("flows/Caller.flow.json"), HasSubstr(";alias=live"));
  EXPECT_THAT(file("modules/M.meta.json"),
              AllOf(HasSubstr(R"("live": "current")"), HasSubstr(R"("Old": "other")"),
                    HasSubstr(R"("lost": "unknown")")));
  const Inventory& aliases = read.module_aliases.at(module.id);
  EXPECT_EQ(aliases.all().size(), 4U);
  const auto version = [&](const char* name) -> const Flow& {
    return read.module_versions.at(module.id).at(std::stoll(aliases.by_name(name).front()->type));
  };
  EXPECT_EQ(version("live").content, again.content);
  EXPECT_EQ(version("live").settings, module.settings);
  EXPECT_EQ(version("Old").settings, R"({"input":1})");
  EXPECT_EQ(version("old").content, snapshot_.module_versions[module.id][2].content);
  EXPECT_EQ(aliases.by_name("lost").front()->type, "");
}

TEST_F(BundleTest, LeavesOutWhatCannotBeReadAndSaysSo) {
  add_flow("Broken", "no JSON");
  add_flow("Good", flow_with("X", "{}"));
  finish();
  const ComposedBundle composed = compose(snapshot_);
  ASSERT_EQ(composed.flows.size(), 1U);
  ASSERT_EQ(composed.findings.size(), 1U);
  EXPECT_EQ(composed.findings[0].id, "unreadable-content");
  EXPECT_EQ(composed.findings[0].where.name, "Broken");
  EXPECT_TRUE(composed.files.contains("inventory/contact-flow.json"));  // It can be referred to.
}

TEST_F(BundleTest, ReadsGeneratedFlowsAsTheyWere) {
  flow::Scope scope = flowferry::testing::generated_scope(snapshot_.instance);
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    // Which letters of an id are escaped (nobody does that) is the id's, and not the same
    // elsewhere.
    const std::string content = flowferry::testing::generate(seed, {12, false}).content;
    const auto document = flow::Document::parse(content);
    ASSERT_TRUE(document);
    for (const auto& r : flow::find_references(*document, scope).references) {
      if (r.kind == ResourceKind::lex_v2_bot_alias) {
        snapshot_.lex_alias_names[r.text] = "Bot " + r.id + "/live";
      } else if (has_lookup(r.kind) && r.form != flow::Form::name &&
                 r.kind != ResourceKind::lambda_function && r.kind != ResourceKind::view &&
                 snapshot_.inventories[r.kind].by_id(r.id) == nullptr) {
        const std::string type = r.kind == ResourceKind::contact_flow ? "AGENT_HOLD" : "";
        snapshot_.inventories[r.kind].add({r.kind, "Name of " + r.id.substr(0, 6), r.id,
                                           usual_arn(snapshot_.instance, r.kind, r.id), type,
                                           "ACTIVE", "PUBLISHED"});
      }
    }
    add_flow("Flow " + std::to_string(seed), content);
  }
  const Snapshot read = there_and_back();
  ASSERT_EQ(read.flows.size(), snapshot_.flows.size());
  const flow::PortableNames here(snapshot_);
  const flow::PortableNames there(read);
  for (const auto& [id, flow] : snapshot_.flows) {
    const auto before = flow::Document::parse(flow.content);
    const auto after = flow::Document::parse(read.flows.at(id).content);
    ASSERT_TRUE(before && after);
    const std::string x = minified(flow::to_portable(*before, here).text);
    const std::string y = minified(flow::to_portable(*after, there).text);
    const auto [i, j] = std::mismatch(x.begin(), x.end(), y.begin(), y.end());
    ASSERT_TRUE(i == x.end() && j == y.end())
        << "first difference: " << std::string(i, x.end()).substr(0, 300) << "\n and "
        << std::string(j, y.end()).substr(0, 300);
    EXPECT_THAT(read.flows.at(id).content, Not(HasSubstr("{{arn:")));
  }
}

TEST(Synthetic, IsTheSameForTheSameNames) {
  EXPECT_EQ(synthetic_id(ResourceKind::queue, "予約"), synthetic_id(ResourceKind::queue, "予約"));
  EXPECT_NE(synthetic_id(ResourceKind::queue, "予約"), synthetic_id(ResourceKind::prompt, "予約"));
  EXPECT_EQ(synthetic_id(ResourceKind::queue, "x").size(), 36U);
  EXPECT_EQ(synthetic_id(ResourceKind::lex_v2_bot_alias, "a/b").size(), 21U);
  const Instance one = synthetic_instance("a", "aws", "us-east-1");
  EXPECT_NE(one.id, synthetic_instance("b", "aws", "us-east-1").id);
  const std::string arn = usual_arn(one, ResourceKind::hours_of_operation, k_one);
  EXPECT_EQ(arn_from_template(arn_template(arn, one, k_one), one, k_one), arn);
}

}  // namespace
}  // namespace flowferry::snapshot
