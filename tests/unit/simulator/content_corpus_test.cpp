// Real flows are the reality check: what people have published must pass in an instance that has
// what they name, apart from what is genuinely wrong in them, which is listed here.
#include <filesystem>
#include <map>
#include <regex>

#include "base/files.h"
#include "base/text.h"
#include "content_fixture.h"

namespace flowferry::simulator {
namespace {

using testing::ElementsAreArray;
using testing::IsEmpty;

const std::filesystem::path k_corpus =
    std::filesystem::path(FLOWFERRY_SOURCE_DIR) / ".." / "shared" / "corpus";

/// An instance in which everything exists that belongs to it: its Region, account and id are those
/// of the document's own ARNs.
class Generous final : public InstanceView {
 public:
  explicit Generous(const std::string& content) {
    static const std::regex k_arn(
        "arn:aws:connect:([a-z0-9-]+):([0-9]{12}):instance/([0-9a-f-]{36})");
    std::smatch match;
    if (std::regex_search(content, match, k_arn)) {
      region_ = match[1];
      account_ = match[2];
      id_ = match[3];
    }
    static const std::regex k_managed("arn:aws:connect:([a-z0-9-]+):aws:view/");
    if (id_.empty() && std::regex_search(content, match, k_managed)) region_ = match[1];
  }
  std::string partition() const override { return "aws"; }
  std::string region() const override { return region_; }
  std::string account() const override { return account_; }
  std::string instance_id() const override { return id_; }
  std::optional<Target> by_id(ResourceKind, std::string_view) const override { return Target{}; }
  std::optional<Target> by_name(ResourceKind, std::string_view) const override { return Target{}; }
  std::optional<ModuleTarget> module(std::string_view, std::string_view) const override {
    return ModuleTarget{};
  }
  bool lambda_associated(std::string_view) const override { return true; }
  bool lex_v2_alias_associated(std::string_view) const override { return true; }
  bool lex_v1_bot_associated(std::string_view, std::string_view, std::string_view) const override {
    return true;
  }

 private:
  std::string region_ = "us-east-1";
  std::string account_ = "111122223333";
  std::string id_;
};

struct Document {
  std::string name;
  std::string type;  ///< ContactFlowType, or MODULE.
  std::string content;
};

/// The column "type" of INDEX.tsv is what the file, its wrapper or its repository says, if anything
/// does.
std::string type_of(std::string_view noted, const std::string& content) {
  static const std::map<std::string, std::string, std::less<>> k_types = {
      {"contactFlow", "CONTACT_FLOW"},
      {"outboundWhisper", "OUTBOUND_WHISPER"},
      {"queueTransfer", "QUEUE_TRANSFER"},
      {"module(Settings)", "MODULE"}};
  if (const auto known = k_types.find(noted); known != k_types.end()) return known->second;
  if (const auto bracket = noted.find('('); bracket != std::string_view::npos && bracket > 0) {
    return std::string(noted.substr(0, bracket));
  }
  // Nothing noted: what only queue flows may hold makes it one.
  return content.find("MessageParticipantIteratively") == std::string::npos ? "CONTACT_FLOW"
                                                                            : "CUSTOMER_QUEUE";
}

std::vector<Document> documents() {
  std::vector<Document> out;
  const auto index = read_file(k_corpus / "INDEX.tsv");
  if (!index) return out;
  for (const std::string_view line : split(*index, '\n')) {
    const auto cells = split(line, '\t');
    if (cells.size() < 9 || cells[0] != "flows") continue;
    auto content = read_file(k_corpus / "flows" / std::string(cells[1]));
    if (content) {
      const std::string type = type_of(cells[8], *content);
      out.push_back({std::string(cells[1]), type, std::move(*content)});
    }
  }
  return out;
}

CheckResult check(const Document& document, const InstanceView& instance,
                  ReferenceCheck references) {
  CheckRequest request;
  request.module = document.type == "MODULE";
  if (!request.module) request.flow_type = document.type;
  request.content = document.content;
  request.instance = &instance;
  request.references = references;
  return check_content(request);
}

std::string value(const std::string& path) {
  return "Invalid Action property value. Path: " + path;
}

/// What the service would refuse in these files, by the end of the file's name.
const std::map<std::string, std::vector<std::string>>& exceptions() {
  static const std::map<std::string, std::vector<std::string>> k_exceptions = {
      // Drafts with an empty reference: "" is refused when published.
      {"contact-flow-queue.content.json",
       {value("Actions[2].Parameters.Messages[1].PromptId"),
        "At least one of [Text, SSML, PromptId, Media, LexInitializationData] must be set"}},
      {"contact-flow-setup.content.json",
       {value("Actions[3].Parameters.ContactFlowId"),
        value("Actions[4].Parameters.ContactFlowId")}},
      {"AgentScriptWithActions_contactFlow.json",
       {value("Actions[14].Parameters.LambdaFunctionARN"),
        value("Actions[15].Parameters.LambdaFunctionARN")}},
      {"AgentWorkspace_contactFlow--2.json",
       {value("Actions[16].Parameters.ContactFlowId"),
        "Action is missing required property. Path: Actions[16].Parameters.ContactFlowId",
        value("Actions[18].Parameters.LambdaFunctionARN")}},
      {"SBS_Lex_Integration_Handler.json", {value("Actions[5].Parameters.LexV2Bot.AliasArn")}},
      {"deepgram+amazon-connect-integration+sample_contact_flow.json",
       {value("Actions[11].Parameters.LambdaFunctionARN")}},
      {"sample_contact_flow_load_test.json",
       {value("Actions[19].Parameters.LambdaFunctionARN"),
        value("Actions[23].Parameters.LambdaFunctionARN")}},
      // Empty texts in a view's data.
      {"SBSGuides_Example_AgentWorkspace_Guide.json", {value("18.Parameter")}},
      {"examples_AgentWorkspace_contactFlow.json", {value("18.Parameter")}},
      {"Financial_contactFlow.json",
       {value("21.Parameter"), value("21.Parameter"), value("28.Parameter"), value("33.Parameter"),
        value("33.Parameter"), value("43.Parameter"), value("43.Parameter"), value("44.Parameter"),
        value("44.Parameter"), value("45.Parameter"), value("45.Parameter")}},
      {"Retail_contactFlow.json", {value("8.Parameter"), value("9.Parameter")}},
      {"Travel_contactFlow.json", {value("17.Parameter"), value("22.Parameter")}},
      // Written by hand as fixtures of another tool, never published: branches left out, a type
      // that does not
      // exist, a recording block in a hold flow.
      {"tests_fixtures_broken_flow_Orphaned_20Flow.json--emb00.json",
       {"Action is missing required error. Error: NoMatchingError, Path: Actions[0]",
        "Action is missing required property. Path: "
        "Actions[1].Parameters.InvocationTimeLimitSeconds",
        "Action is missing required error. Error: NoMatchingError, Path: Actions[1]",
        "Invalid Action type. Type: TransferContactToFlow, Path: Actions[2].Type",
        "Invalid Action type. Type: TransferContactToFlow, Path: Actions[2].Type"}},
      {"tests_fixtures_source_flow_Default_20agent_20hold.json--emb00.json",
       {"Invalid Action type. Type: UpdateContactRecordingBehavior, Path: Actions[0].Type",
        "Invalid Action type. Type: UpdateContactRecordingBehavior, Path: Actions[0].Type"}},
      {"tests_fixtures_source_flow_Main_20IVR.json--emb00.json",
       {"Action is missing required error. Error: NoMatchingError, Path: Actions[1]",
        "Action is missing required property. Path: Actions[2].Transitions.NextAction",
        "Action is missing required error. Error: QueueAtCapacity, Path: Actions[2]",
        "Action is missing required error. Error: NoMatchingError, Path: Actions[2]"}},
      // One file of two instances: its prompt is the other one's.
      {"ramprasadsv+ac-flows-via-github+contactflow.json--emb00.json",
       {value("Actions[3].Parameters.PromptId")}},
  };
  return k_exceptions;
}

const std::vector<std::string>& expected_problems(const std::string& name) {
  static const std::vector<std::string> none;
  for (const auto& [end, problems] : exceptions()) {
    if (name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0) {
      return problems;
    }
  }
  return none;
}

class Corpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(k_corpus / "INDEX.tsv"))
      GTEST_SKIP() << "no corpus beside the checkout";
  }
};

TEST_F(Corpus, EveryRealFlowPassesApartFromWhatIsGenuinelyWrongInIt) {
  const auto all = documents();
  EXPECT_EQ(all.size(), 88u);
  std::size_t exceptional = 0;
  for (const Document& document : all) {
    const Generous instance(document.content);
    const auto result = check(document, instance, ReferenceCheck::strict);
    EXPECT_EQ(result.invalid_request, "") << document.name;
    EXPECT_THAT(result.problems, ElementsAreArray(expected_problems(document.name)))
        << document.name << " as " << document.type;
    exceptional += expected_problems(document.name).empty() ? 0 : 1;
  }
  EXPECT_EQ(exceptional, exceptions().size()) << "an exception that fits no file";
}

TEST_F(Corpus, FlowsThatNameQueuesPromptsOrFlowsFailInAnotherInstanceInEitherMode) {
  const FakeInstance other;
  const std::regex k_checked(
      R"re("(ContactFlowId|QueueId|PromptId)" *: *"arn:aws:connect:[^"]*/(contact-flow|queue|prompt)/)re");
  std::size_t seen = 0;
  for (const Document& document : documents()) {
    if (!std::regex_search(document.content, k_checked)) continue;
    ++seen;
    EXPECT_FALSE(check(document, other, ReferenceCheck::service).ok()) << document.name;
    EXPECT_FALSE(check(document, other, ReferenceCheck::strict).ok()) << document.name;
  }
  EXPECT_GE(seen, 8u);
}

TEST_F(Corpus, WhatTheServiceChecksIsCheckedInStrictModeToo) {
  const FakeInstance other;
  for (const Document& document : documents()) {
    const auto strict = check(document, other, ReferenceCheck::strict);
    for (const auto& problem : check(document, other, ReferenceCheck::service).problems) {
      EXPECT_THAT(strict.problems, testing::Contains(problem)) << document.name;
    }
  }
}

TEST_F(Corpus, LegacyAndTemplatedFilesAreJudgedWithoutACrash) {
  const FakeInstance instance;
  for (const std::string folder : {"legacy", "templated"}) {
    std::size_t refused = 0;
    std::size_t all = 0;
    for (const auto& entry : std::filesystem::directory_iterator(k_corpus / folder)) {
      const auto content = read_file(entry.path());
      ASSERT_TRUE(content);
      ++all;
      if (!check({entry.path().filename().string(), "CONTACT_FLOW", *content}, instance,
                 ReferenceCheck::strict)
               .ok()) {
        ++refused;
      }
    }
    EXPECT_TRUE(folder != "legacy" || refused == all) << refused << " of " << all;
    EXPECT_GE(refused, all / 2) << folder;
  }
}

}  // namespace
}  // namespace flowferry::simulator
