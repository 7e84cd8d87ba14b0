// Real flows give no false errors: what the service accepted is not told as refused. A second
// opinion comes from the simulator's content check, which is another implementation of the same
// facts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "../corpus.h"
#include "base/json/tokens.h"
#include "base/text.h"
#include "cases.h"
#include "simulator/content_check.h"

namespace flowferry::flow::lint {
namespace {

namespace json = flowferry::json;
using flowferry::testing::corpus;
using flowferry::testing::CorpusFile;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

/// An instance in which everything exists that belongs to it: that of the document's own ARNs.
class Generous final : public simulator::InstanceView {
 public:
  explicit Generous(const std::string& content) {
    static const std::regex k_arn(
        "arn:aws:connect:([a-z0-9-]+):([0-9]{12}):instance/([0-9a-f-]{36})");
    std::smatch match;
    if (!std::regex_search(content, match, k_arn)) return;
    instance_.region = match[1];
    instance_.account = match[2];
    instance_.id = match[3];
  }
  const Instance& instance() const { return instance_; }
  std::string partition() const override { return "aws"; }
  std::string region() const override { return instance_.region; }
  std::string account() const override { return instance_.account; }
  std::string instance_id() const override { return instance_.id; }
  std::optional<simulator::Target> by_id(ResourceKind kind, std::string_view id) const override {
    // A placeholder is no id.
    const bool has_ids = kind == ResourceKind::contact_flow || kind == ResourceKind::queue ||
                         kind == ResourceKind::prompt;
    if (has_ids && !is_uuid(id)) return std::nullopt;
    return simulator::Target{};
  }
  std::optional<simulator::Target> by_name(ResourceKind, std::string_view) const override {
    return simulator::Target{};
  }
  std::optional<simulator::ModuleTarget> module(std::string_view, std::string_view) const override {
    return simulator::ModuleTarget{};
  }
  bool lambda_associated(std::string_view) const override { return true; }
  bool lex_v2_alias_associated(std::string_view) const override { return true; }
  bool lex_v1_bot_associated(std::string_view, std::string_view, std::string_view) const override {
    return true;
  }

 private:
  Instance instance_{"", "", "", "aws", "us-east-1", "111122223333", ""};
};

/// The type of a file of the corpus, from INDEX.tsv; empty: it is not noted.
std::string type_of(const std::string& folder, const std::string& name) {
  static const std::map<std::string, std::string> types = [] {
    static const std::map<std::string, std::string, std::less<>> k_words = {
        {"contactFlow", "CONTACT_FLOW"},
        {"outboundWhisper", "OUTBOUND_WHISPER"},
        {"queueTransfer", "QUEUE_TRANSFER"},
        {"module(Settings)", "MODULE"}};
    std::map<std::string, std::string> out;
    const auto index = read_file(flowferry::testing::corpus_folder() / "INDEX.tsv");
    if (!index) return out;
    for (const std::string_view line : split(*index, '\n')) {
      const auto cells = split(line, '\t');
      if (cells.size() < 9) continue;
      std::string type;
      if (const auto known = k_words.find(cells[8]); known != k_words.end()) {
        type = known->second;
      } else if (const auto bracket = cells[8].find('(');
                 bracket != std::string_view::npos && bracket > 0) {
        type = cells[8].substr(0, bracket);
      }
      out[std::string(cells[0]) + "/" + std::string(cells[1])] = type;
    }
    return out;
  }();
  const auto found = types.find(folder + "/" + name);
  return found == types.end() ? std::string() : found->second;
}

Flow flow_of(const std::string& folder, const CorpusFile& file) {
  Flow flow = flowferry::testing::main_flow(file.bytes);
  flow.type = type_of(folder, file.name);
  if (flow.type == "MODULE") {
    flow.kind = ResourceKind::flow_module;
    flow.type.clear();
  } else if (flow.type.empty()) {
    flow.type = file.bytes.find("MessageParticipantIteratively") == std::string::npos
                    ? "CONTACT_FLOW"
                    : "CUSTOMER_QUEUE";
  }
  return flow;
}

/// "id @ pointer" of what lint calls an error, as if the file were published.
std::vector<std::string> errors(const Flow& flow, const Instance& instance) {
  std::vector<std::string> out;
  for (const Finding& f : lint_flow(flow, instance)) {
    if (f.severity == Severity::error) out.push_back(f.id + " @ " + f.where.pointer);
  }
  return out;
}

/// What the service would refuse in these files, by the end of the file's name: each was looked at.
const std::map<std::string, std::vector<std::string>>& genuine() {
  static const std::map<std::string, std::vector<std::string>> k_genuine = {
      // Drafts with an empty reference: "" is refused when published.
      {"contact-flow-queue.content.json",
       {"value-empty @ /Actions/2/Parameters/Messages/1/PromptId"}},
      {"contact-flow-setup.content.json",
       {"value-empty @ /Actions/3/Parameters/ContactFlowId",
        "value-empty @ /Actions/4/Parameters/ContactFlowId"}},
      {"AgentScriptWithActions_contactFlow.json",
       {"value-empty @ /Actions/14/Parameters/LambdaFunctionARN",
        "value-empty @ /Actions/15/Parameters/LambdaFunctionARN"}},
      {"AgentWorkspace_contactFlow--2.json",
       {"value-empty @ /Actions/16/Parameters/ContactFlowId",
        "value-empty @ /Actions/18/Parameters/LambdaFunctionARN"}},
      {"SBS_Lex_Integration_Handler.json",
       {"value-empty @ /Actions/5/Parameters/LexV2Bot/AliasArn"}},
      {"deepgram+amazon-connect-integration+sample_contact_flow.json",
       {"value-empty @ /Actions/11/Parameters/LambdaFunctionARN"}},
      {"sample_contact_flow_load_test.json",
       {"value-empty @ /Actions/19/Parameters/LambdaFunctionARN",
        "value-empty @ /Actions/23/Parameters/LambdaFunctionARN"}},
      // Written by hand as fixtures of another tool, never published.
      {"tests_fixtures_broken_flow_Orphaned_20Flow.json--emb00.json",
       {"error-required @ /Actions/0", "parameter-missing @ /Actions/1/Parameters",
        "error-required @ /Actions/1", "type-legacy @ /Actions/2"}},
      {"tests_fixtures_source_flow_Main_20IVR.json--emb00.json",
       {"error-required @ /Actions/1", "next-missing @ /Actions/2/Transitions",
        "error-required @ /Actions/2", "error-required @ /Actions/2"}},
  };
  return k_genuine;
}

TEST(LintCorpus, RealFlowsHaveNoErrorsButGenuineOnes) {
  FLOWFERRY_NEEDS_CORPUS();
  const auto files = corpus("flows");
  EXPECT_GE(files.size(), 80U);
  std::size_t exceptional = 0;
  for (const CorpusFile& file : files) {
    std::vector<std::string> expected;
    for (const auto& [end, problems] : genuine()) {
      if (file.name.ends_with(end)) expected = problems;
    }
    exceptional += expected.empty() ? 0 : 1;
    EXPECT_THAT(errors(flow_of("flows", file), Generous(file.bytes).instance()),
                ElementsAreArray(expected))
        << file.name;
  }
  EXPECT_EQ(exceptional, genuine().size()) << "an exception that fits no file";
}

/// Whether the simulator would publish it. Not the references: placeholders and foreign ARNs are
/// told otherwise.
bool publishable(const Flow& flow, const Generous& instance) {
  simulator::CheckRequest request;
  request.module = flow.kind == ResourceKind::flow_module;
  request.flow_type = flow.type;
  request.content = flow.content;
  request.settings = flow.settings;
  request.instance = &instance;
  return check_content(request).ok();
}

TEST(LintCorpus, WhatIsAnErrorIsRefusedByTheSimulatorToo) {
  FLOWFERRY_NEEDS_CORPUS();
  std::size_t refused = 0;
  for (const char* folder : {"flows", "templated"}) {
    for (const CorpusFile& file : corpus(folder)) {
      const Flow flow = flow_of(folder, file);
      const Generous instance(file.bytes);
      const auto found = errors(flow, instance.instance());
      if (found.empty()) continue;
      ++refused;
      EXPECT_FALSE(publishable(flow, instance)) << folder << "/" << file.name << ": " << found[0];
    }
  }
  EXPECT_GE(refused, 40U);
}

TEST(LintCorpus, TheSimulatorAgreesAboutTheCasesOfEachRule) {
  for (const auto& c : flowferry::testing::publishing_cases()) {
    for (const auto& [id, flow] : c.bad.flows) {
      if (errors(flow, c.bad.instance).empty()) continue;
      // Two keys of one name, and names, are not the content check's business.
      if (c.rule == "json-duplicate-key") continue;
      EXPECT_FALSE(publishable(flow, Generous(flow.content))) << c.rule << ": " << flow.content;
    }
    for (const auto& [id, flow] : c.near_miss.flows) {
      if (!errors(flow, c.near_miss.instance).empty()) continue;
      if (flow.type == "CONTACT_FLOW" || flow.type.empty()) continue;
      EXPECT_TRUE(publishable(flow, Generous(flow.content))) << c.rule << ": " << flow.content;
    }
  }
}

/// "id @ pointer severity: text" of everything found.
std::vector<std::string> everything(const Flow& flow, const Instance& instance) {
  std::vector<std::string> out;
  for (const Finding& f : lint_flow(flow, instance)) {
    out.push_back(f.id + " @ " + f.where.pointer + " " +
                  std::to_string(static_cast<int>(f.severity)) + ": " + f.text);
  }
  return out;
}

TEST(LintCorpus, WhiteSpaceAndEscapesDecideNothing) {
  FLOWFERRY_NEEDS_CORPUS();
  for (const char* folder : {"flows", "templated"}) {
    for (const CorpusFile& file : corpus(folder)) {
      const auto tokens = json::tokenize(file.bytes);
      if (!tokens) continue;
      const Instance instance = Generous(file.bytes).instance();
      Flow flow = flow_of(folder, file);
      const auto found = everything(flow, instance);
      flow.content = json::minify(file.bytes, *tokens);
      EXPECT_EQ(everything(flow, instance), found) << file.name;
      flow.content = json::pretty(file.bytes, *tokens);
      EXPECT_EQ(everything(flow, instance), found) << file.name;
      // Every slash escaped, as PHP and some exporters do.
      std::string escaped;
      for (const char c : file.bytes) escaped += c == '/' ? std::string("\\/") : std::string(1, c);
      flow.content = escaped;
      if (json::tokenize(escaped)) {
        EXPECT_EQ(everything(flow, instance), found) << file.name;
      }
    }
  }
}

TEST(LintCorpus, BadFilesAreToldNotDiedOf) {
  FLOWFERRY_NEEDS_CORPUS();
  for (const CorpusFile& file : corpus("legacy")) {
    const auto found = errors(flow_of("legacy", file), {});
    ASSERT_EQ(found.size(), 1U) << file.name;
    EXPECT_TRUE(found[0] == "legacy-export @ " || found[0] == "not-a-flow @ ") << file.name;
  }
}

}  // namespace
}  // namespace flowferry::flow::lint
