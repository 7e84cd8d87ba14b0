// The laws of documents: what rewriting may change, and that it can be taken back. On generated
// documents and on every file of the corpus; nlohmann::json is the independent reader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "corpus.h"
#include "flow/references.h"
#include "generator.h"

namespace flowferry::flow {
namespace {

using ::testing::ElementsAreArray;
using testing::Expected;
using testing::generate;
using testing::Generated;
using testing::generated_scope;
using testing::generated_source;
using testing::generated_target;

Document parsed(const std::string& content) {
  auto document = Document::parse(content);
  EXPECT_TRUE(document) << document.error().message << "\n" << content;
  return document ? *std::move(document) : *Document::parse(R"({"Version":""})");
}

std::vector<Expected> found(const ReferenceList& list) {
  std::vector<Expected> out;
  for (const Reference& r : list.references) out.push_back({r.kind, r.text});
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Replacement> each(const Document& document, const ReferenceList& list,
                              std::string (*text)(const std::string&),
                              std::string (*name)(const std::string&)) {
  std::vector<Replacement> out;
  for (std::size_t i = 0; i < list.references.size(); ++i) {
    const Reference& r = list.references[i];
    Replacement replacement{i, text(r.text), {}, {}};
    if (name != nullptr && !r.display_names.empty()) {
      replacement.display_name = name(document.text(r.display_names.front().node));
    }
    out.push_back(std::move(replacement));
  }
  return out;
}

std::string same(const std::string& text) {
  return text;
}

std::string rewritten(const Document& document, const ReferenceList& list,
                      const std::vector<Replacement>& replacements) {
  auto out = rewrite(document, list, replacements);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *std::move(out) : "";
}

/// Every byte outside of the tokens that hold references or display names is equal, and so are all
/// other tokens; within a token that holds a reference, what stands around the reference is equal.
void expect_only_references_differ(const Document& before, const ReferenceList& list,
                                   const Document& after) {
  std::set<std::uint32_t> may;
  for (const Reference& r : list.references) {
    may.insert(r.node);
    for (const DisplayName& d : r.display_names) may.insert(d.node);
    if (r.region_node != json::k_none) may.insert(r.region_node);
  }
  const auto& a = before.tokens().nodes;
  const auto& b = after.tokens().nodes;
  ASSERT_EQ(a.size(), b.size());
  std::size_t a_at = 0;
  std::size_t b_at = 0;
  for (std::uint32_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].kind, b[i].kind);
    if (may.count(i) == 0) continue;
    ASSERT_EQ(before.bytes().substr(a_at, a[i].begin - a_at),
              after.bytes().substr(b_at, b[i].begin - b_at));
    a_at = a[i].end;
    b_at = b[i].end;
  }
  EXPECT_EQ(before.bytes().substr(a_at), after.bytes().substr(b_at));
}

/// The same by another reader: the JSON pointers of values that differ are those of references, and
/// members are renamed only where a member name is a reference.
void expect_oracle_agrees(const Document& before, const ReferenceList& list,
                          const Document& after) {
  using Json = nlohmann::ordered_json;
  const Json a = Json::parse(before.bytes());
  const Json b = Json::parse(after.bytes());
  std::set<std::string> may;
  bool keys = false;
  for (const Reference& r : list.references) {
    may.insert(r.pointer);
    keys = keys || r.is_key;
    for (const DisplayName& d : r.display_names) {
      may.insert(json::pointer_to(before.bytes(), before.tokens(), d.node));
    }
  }
  if (keys) return;  // Flattened pointers no longer match; the byte comparison has looked.
  const Json x = a.flatten();
  const Json y = b.flatten();
  ASSERT_EQ(x.size(), y.size());
  for (auto i = x.begin(), j = y.begin(); i != x.end(); ++i, ++j) {
    EXPECT_EQ(i.key(), j.key());
    if (i.value() != j.value()) {
      EXPECT_EQ(may.count(i.key()), 1U) << i.key();
    }
  }
}

class GeneratedLaws : public ::testing::TestWithParam<int> {
 protected:
  static constexpr int k_rounds = 60;
};

TEST_P(GeneratedLaws, EveryReferenceIsFoundAndNothingElse) {
  for (int round = 0; round < k_rounds; ++round) {
    const Generated g = generate(static_cast<std::uint64_t>(GetParam() * 1000 + round));
    const Document document = parsed(g.content);
    const ReferenceList list = find_references(document, generated_scope(generated_source()));
    EXPECT_THAT(found(list), ElementsAreArray(g.references)) << g.content;
    std::vector<std::string> foreign;
    std::size_t dynamic = 0;
    std::size_t empty = 0;
    for (const Unmapped& u : list.unmapped) {
      if (u.why == Unmapped::Why::foreign) foreign.push_back(u.text);
      dynamic += u.why == Unmapped::Why::dynamic;
      empty += u.why == Unmapped::Why::empty;
    }
    std::sort(foreign.begin(), foreign.end());
    EXPECT_THAT(foreign, ElementsAreArray(g.foreign)) << g.content;
    EXPECT_EQ(dynamic, g.dynamic) << g.content;
    EXPECT_EQ(empty, g.empty) << g.content;
    if (HasFailure()) return;
  }
}

TEST_P(GeneratedLaws, PlacesAreInOrderAndTheirPointersLeadBack) {
  for (int round = 0; round < k_rounds; ++round) {
    const Generated g = generate(static_cast<std::uint64_t>(GetParam() * 1000 + round));
    const Document document = parsed(g.content);
    const ReferenceList list = find_references(document, generated_scope(generated_source()));
    const auto oracle = nlohmann::json::parse(g.content);
    std::pair<std::uint32_t, std::size_t> last{0, 0};
    for (const Reference& r : list.references) {
      EXPECT_LT(last, std::pair(r.node, r.offset + 1));
      last = {r.node, r.offset + 1};
      EXPECT_EQ(document.text(r.node).substr(r.offset, r.text.size()), r.text);
      EXPECT_EQ(r.whole, document.text(r.node) == r.text);
      EXPECT_EQ(json::pointer_to(document.bytes(), document.tokens(), r.node), r.pointer);
      const auto& value = oracle.at(nlohmann::json::json_pointer(r.pointer));
      if (r.is_key) continue;
      EXPECT_EQ(value.get<std::string>(), document.text(r.node));
    }
    if (HasFailure()) return;
  }
}

TEST_P(GeneratedLaws, IdentityRewritingGivesTheSameBytes) {
  for (int round = 0; round < k_rounds; ++round) {
    const Generated g = generate(static_cast<std::uint64_t>(GetParam() * 1000 + round));
    const Document document = parsed(g.content);
    const ReferenceList list = find_references(document, generated_scope(generated_source()));
    EXPECT_EQ(rewritten(document, list, each(document, list, same, same)), g.content);
    EXPECT_EQ(document.spliced({}), g.content);
    // Also when every string token is written over by its own value.
    std::vector<std::string> values(document.tokens().nodes.size());
    std::vector<Splice> all;
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      if (document.node(i).kind != json::Kind::string) continue;
      values[i] = document.text(i);
      all.push_back({i, values[i], 0, std::string::npos});
    }
    EXPECT_EQ(document.spliced(all), g.content);
    if (HasFailure()) return;
  }
}

TEST_P(GeneratedLaws, ThereAndBackGivesTheSameBytesAndOnlyReferencesDiffer) {
  for (int round = 0; round < k_rounds; ++round) {
    const Generated g = generate(static_cast<std::uint64_t>(GetParam() * 1000 + round));
    const Document source = parsed(g.content);
    const ReferenceList list = find_references(source, generated_scope(generated_source()));
    const Document target = parsed(
        rewritten(source, list, each(source, list, testing::other_side, testing::other_name)));
    expect_only_references_differ(source, list, target);
    expect_oracle_agrees(source, list, target);

    std::vector<Expected> expected;
    for (const Expected& e : g.references)
      expected.push_back({e.kind, testing::other_side(e.text)});
    std::sort(expected.begin(), expected.end());
    const ReferenceList back = find_references(target, generated_scope(generated_target()));
    EXPECT_THAT(found(back), ElementsAreArray(expected)) << target.bytes();
    EXPECT_EQ(rewritten(target, back, each(target, back, testing::other_side, testing::other_name)),
              g.content);
    EXPECT_THAT(find_leftovers(target, generated_source(), generated_target()),
                ::testing::IsEmpty());
    // A reference that is left out is told.
    if (!list.references.empty() && list.references[0].qualifier != "1") {
      auto most = each(source, list, testing::other_side, testing::other_name);
      most.erase(most.begin());
      const Document half = parsed(rewritten(source, list, most));
      const bool told = !find_leftovers(half, generated_source(), generated_target()).empty();
      EXPECT_EQ(told,
                list.references[0].text.find(generated_source().account) != std::string::npos ||
                    list.references[0].kind == ResourceKind::instance);
    }
    if (HasFailure()) return;
  }
}

/// Reference texts that change their length.
std::string longer(const std::string& text) {
  std::string out = testing::other_side(text);
  const std::size_t at = out.find("eu-west-1");
  if (at != std::string::npos) out.replace(at, 9, "ap-northeast-1");
  return out;
}
std::string shorter(const std::string& text) {
  std::string out = text;
  const std::size_t at = out.find("ap-northeast-1");
  if (at != std::string::npos) out.replace(at, 14, "eu-west-1");
  return testing::other_side(out);
}

TEST_P(GeneratedLaws, ThereAndBackHoldsWhenLengthsChange) {
  for (int round = 0; round < k_rounds; ++round) {
    const Generated g = generate(static_cast<std::uint64_t>(GetParam() * 1000 + round),
                                 {12, /*escape_references=*/false});
    const Document source = parsed(g.content);
    const ReferenceList list = find_references(source, generated_scope(generated_source()));
    const Document target = parsed(rewritten(source, list, each(source, list, longer, nullptr)));
    expect_only_references_differ(source, list, target);
    Instance instance = generated_target();
    instance.region = "ap-northeast-1";
    const ReferenceList back = find_references(target, generated_scope(instance));
    EXPECT_EQ(back.references.size(), list.references.size());
    EXPECT_EQ(rewritten(target, back, each(target, back, shorter, nullptr)), g.content);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, GeneratedLaws, ::testing::Range(1, 6));

// The corpus. Every file is read as if it came from the instance that it mentions.

Instance instance_in(const std::string& text) {
  Instance out;
  std::smatch match;
  static const std::regex connect(
      "arn:aws:connect:([a-z0-9-]+):([0-9]{12}):instance/([0-9a-f-]{36})");
  static const std::regex other("arn:aws:(?:lambda|lex):([a-z0-9-]+):([0-9]{12}):");
  if (std::regex_search(text, match, connect)) {
    out.id = match[3];
  } else if (!std::regex_search(text, match, other)) {
    return out;
  }
  out.partition = "aws";
  out.region = match[1];
  out.account = match[2];
  return out;
}

std::string moved(const std::string& text) {
  static const std::regex account(":([0-9]{12}):");
  return std::regex_replace(testing::other_side(text), account, ":999988887777:");
}

TEST(CorpusLaws, IdentityThereAndBackAndNothingElseHoldOnEveryFlow) {
  FLOWFERRY_NEEDS_CORPUS();
  std::size_t files = 0;
  for (const char* folder : {"flows", "templated"}) {
    for (const auto& file : testing::corpus(folder)) {
      SCOPED_TRACE(file.name);
      auto document = Document::parse(file.bytes);
      if (!document) {
        EXPECT_STREQ(folder, "templated") << document.error().message;
        continue;
      }
      ++files;
      const Instance source = instance_in(file.bytes);
      const ReferenceList list = find_references(*document, {source, {}});
      EXPECT_EQ(rewritten(*document, list, each(*document, list, same, same)), file.bytes);

      const auto there = each(*document, list, moved, nullptr);
      const Document target = parsed(rewritten(*document, list, there));
      expect_only_references_differ(*document, list, target);
      expect_oracle_agrees(*document, list, target);
      ReferenceList back = list;
      std::vector<Replacement> home;
      for (std::size_t i = 0; i < list.references.size(); ++i) {
        back.references[i].text = there[i].text;
        home.push_back({i, list.references[i].text, {}, {}});
      }
      EXPECT_EQ(rewritten(target, back, home), file.bytes);
    }
  }
  EXPECT_GT(files, 100U);
}

TEST(CorpusLaws, ReferencesPerKindAgreeWithAnIndependentCount) {
  FLOWFERRY_NEEDS_CORPUS();
  // Kind by what stands in the ARN; each count by a regular expression over the bytes.
  const std::vector<std::pair<ResourceKind, std::string>> shapes = {
      {ResourceKind::queue, "connect:[a-z0-9-]+:ACCOUNT:instance/INSTANCE/queue/[0-9a-f-]{36}\""},
      {ResourceKind::contact_flow,
       "connect:[a-z0-9-]+:ACCOUNT:instance/INSTANCE/contact-flow/[0-9a-f-]{36}\""},
      {ResourceKind::prompt, "connect:[a-z0-9-]+:ACCOUNT:instance/INSTANCE/prompt/[0-9a-f-]{36}\""},
      {ResourceKind::lambda_function, "lambda:[a-z0-9-]+:ACCOUNT:function:[A-Za-z0-9_-]+\""},
      {ResourceKind::lex_v2_bot_alias,
       "lex:[a-z0-9-]+:ACCOUNT:bot-alias/[A-Z0-9]{10}/[A-Z0-9]{10}\""},
      {ResourceKind::view, "connect:[a-z0-9-]+:aws:view/[a-z]+:[0-9]+\""},
  };
  std::map<ResourceKind, std::size_t> total;
  for (const auto& file : testing::corpus("flows")) {
    SCOPED_TRACE(file.name);
    const Instance source = instance_in(file.bytes);
    const ReferenceList list = find_references(parsed(file.bytes), {source, {}});
    for (const auto& [kind, shape] : shapes) {
      std::string pattern = "\"arn:aws:" + shape;
      pattern = std::regex_replace(pattern, std::regex("ACCOUNT"),
                                   source.account.empty() ? "none" : source.account);
      pattern = std::regex_replace(pattern, std::regex("INSTANCE"),
                                   source.id.empty() ? "none" : source.id);
      const std::regex expression(pattern);
      const auto expected = static_cast<std::size_t>(std::distance(
          std::sregex_iterator(file.bytes.begin(), file.bytes.end(), expression), {}));
      const auto counted = static_cast<std::size_t>(std::count_if(
          list.references.begin(), list.references.end(),
          [&, k = kind](const Reference& r) { return r.kind == k && r.form == Form::arn; }));
      EXPECT_EQ(counted, expected) << to_string(kind);
      total[kind] += counted;
    }
  }
  // SURVEY.md 2b, less the ARNs of second instances and accounts in a file (the queue and the
  // prompt of two console exports stand in instances of their own).
  EXPECT_EQ(total[ResourceKind::lambda_function], 12U);
  EXPECT_EQ(total[ResourceKind::lex_v2_bot_alias], 5U);
  EXPECT_EQ(total[ResourceKind::contact_flow], 3U);
  EXPECT_EQ(total[ResourceKind::view], 2U);
  EXPECT_EQ(total[ResourceKind::queue] + total[ResourceKind::prompt], 11U);
}

TEST(CorpusLaws, NoArnOfTheCorpusIsPassedInSilence) {
  FLOWFERRY_NEEDS_CORPUS();
  const std::regex arn("arn:[A-Za-z0-9-]*:[a-z-]+:");
  std::size_t arns = 0;
  for (const char* folder : {"flows", "templated"}) {
    for (const auto& file : testing::corpus(folder)) {
      SCOPED_TRACE(file.name);
      const auto document = Document::parse(file.bytes);
      if (!document) continue;
      const ReferenceList list = find_references(*document, {instance_in(file.bytes), {}});
      const auto expected = static_cast<std::size_t>(
          std::distance(std::sregex_iterator(file.bytes.begin(), file.bytes.end(), arn), {}));
      const auto is_arn = [](const auto& entry) { return entry.text.rfind("arn:", 0) == 0; };
      const auto listed = std::count_if(list.references.begin(), list.references.end(), is_arn) +
                          std::count_if(list.unmapped.begin(), list.unmapped.end(), is_arn);
      EXPECT_EQ(static_cast<std::size_t>(listed), expected);
      arns += expected;
    }
  }
  EXPECT_GT(arns, 40U);
}

TEST(CorpusLaws, LegacyExportsAreRefusedWithTheRemedy) {
  FLOWFERRY_NEEDS_CORPUS();
  const auto files = testing::corpus("legacy");
  EXPECT_FALSE(files.empty());
  for (const auto& file : files) {
    const auto document = Document::parse(file.bytes);
    ASSERT_FALSE(document) << file.name;
    EXPECT_EQ(document.error().kind, ErrorKind::malformed);
    EXPECT_THAT(document.error().message, ::testing::HasSubstr("legacy")) << file.name;
    EXPECT_THAT(document.error().hint, ::testing::HasSubstr("import it once in the console"));
  }
}

}  // namespace
}  // namespace flowferry::flow
