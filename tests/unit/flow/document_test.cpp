#include "flow/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flow/respell.h"

namespace flowferry::flow {
namespace {

using ::testing::HasSubstr;

Error error_of(std::string content) {
  auto document = Document::parse(std::move(content));
  EXPECT_FALSE(document);
  return document ? Error{} : std::move(document).error();
}

constexpr const char* k_flow =
    R"({"Version":"2019-10-30","StartAction":"a","Metadata":{"ActionMetadata":{}},"Actions":[{"Identifier":"a","Type":"TransferToFlow","Parameters":{"ContactFlowId":"x"},"Transitions":{}},{"Type":"DisconnectParticipant","Identifier":"caf\u00e9"},7,{}],"Settings":{}})";

TEST(Document, KnowsItsActionsInOrder) {
  const auto document = Document::parse(k_flow);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->bytes(), k_flow);
  ASSERT_EQ(document->actions().size(), 3U);
  EXPECT_EQ(document->actions()[0].identifier, "a");
  EXPECT_EQ(document->actions()[0].type, "TransferToFlow");
  EXPECT_NE(document->actions()[0].parameters, json::k_none);
  EXPECT_EQ(document->actions()[1].identifier, "café");
  EXPECT_EQ(document->actions()[1].parameters, json::k_none);
  EXPECT_EQ(document->actions()[2].type, "");
  EXPECT_NE(document->metadata(), json::k_none);
  EXPECT_TRUE(document->has_settings());
}

TEST(Document, SurvivesMoves) {
  auto document = *Document::parse(k_flow);
  const Document moved = std::move(document);
  EXPECT_EQ(moved.text(moved.member(0, "Version")), "2019-10-30");
}

TEST(Document, RefusesBadInputWithTheRemedy) {
  const std::vector<std::tuple<std::string, std::string, std::string>> cases = {
      {"", "text is empty", "one JSON object"},
      {"{\"Actions\":[", "line 1, column 13", "one JSON object"},
      {"{\"Actions\":[\"\xE9t\xE9\"]}", "not UTF-8 at line 1, column 14", "Windows-1252"},
      {"\xE9", "not UTF-8", "Windows-1252"},
      {"\xEF\xBB\xBF{}", "byte order mark", "without a byte order mark"},
      {std::string("\xFF\xFE{\0}\0", 6), "not valid JSON", "UTF-16"},
      {"[]", "not a JSON object", "one flow a file"},
      {"7", "not a JSON object", "Version, StartAction and Actions"},
      {R"("{\"Version\":\"2019-10-30\"}")", "a JSON string", "quoted once more"},
      {R"({"modules":[],"version":"1","start":"x","type":"contactFlow"})", "legacy",
       "import it once in the console"},
      {R"({"ContactFlow":{"Id":"x","Content":"{}"}})", "the API's answer", "member Content"},
      {R"({"ContactFlowModule":{"Content":"{}"}})", "the API's answer", "member Content"},
      {R"({"Name":"x","Content":"{}"})", "wrapper", "member Content"},
      {R"({"hello":1})", "not a contact flow", "Version, StartAction and Actions"},
      {"{}", "not a contact flow", "Version, StartAction and Actions"},
      {"{} x", "more text after the value", "one JSON object"},
  };
  for (const auto& [content, message, hint] : cases) {
    const Error error = error_of(content);
    EXPECT_EQ(error.kind, ErrorKind::malformed);
    EXPECT_THAT(error.message, HasSubstr(message)) << content;
    EXPECT_THAT(error.hint, HasSubstr(hint)) << content;
  }
}

TEST(Document, ToleratesWhatASavedDraftMayHold) {
  for (const char* content :
       {R"({"Version":"2019-10-30"})", R"({"StartAction":""})", R"({"Actions":{}})",
        R"({"Actions":[null,[],"x"]})", R"({"Actions":[],"Metadata":7,"Settings":null})"}) {
    EXPECT_TRUE(Document::parse(content)) << content;
  }
}

std::string spliced(const std::string& content, std::string_view old_text,
                    std::string_view new_text) {
  const auto document = *Document::parse(content);
  std::vector<Splice> splices;
  for (std::uint32_t i = 0; i < document.tokens().nodes.size(); ++i) {
    if (document.node(i).kind != json::Kind::string) continue;
    const std::string value = document.text(i);
    for (std::size_t at = value.find(old_text); at != std::string::npos;
         at = value.find(old_text, at + old_text.size())) {
      splices.push_back({i, new_text, at, old_text.size()});
    }
  }
  std::reverse(splices.begin(), splices.end());
  return document.spliced(splices);
}

TEST(Splice, ReplacesPartsOfStringsAndCopiesTheRest) {
  EXPECT_EQ(
      spliced("{ \"Actions\" : [ \"a OLD b OLD c\", 1E3 ],\r\n\t\"OLD\":\"\\/\\u0041 OLD \\n\" }",
              "OLD", "new"),
      "{ \"Actions\" : [ \"a new b new c\", 1E3 ],\r\n\t\"new\":\"\\/\\u0041 new \\n\" }");
}

TEST(Splice, EscapesWhatJsonAsksFor) {
  EXPECT_EQ(spliced(R"({"Actions":["x OLD"]})", "OLD", "\"q\" \\ \n é"),
            R"({"Actions":["x \"q\" \\ \n é"]})");
}

TEST(Splice, OfOverlappingPartsTheFirstInTheListCounts) {
  const auto document = *Document::parse(R"({"Actions":["abcdef"]})");
  EXPECT_EQ(document.spliced({{3, "X", 1, 3}, {3, "Y", 2, 3}, {3, "Z", 4, 1}}),
            R"({"Actions":["aXZf"]})");
  EXPECT_EQ(document.spliced({{3, "X", 0, std::string::npos}, {3, "Y", 0, std::string::npos}}),
            R"({"Actions":["X"]})");
}

TEST(Splice, IgnoresWhatIsNoString) {
  const auto document = *Document::parse(R"({"Actions":[1]})");
  EXPECT_EQ(document.spliced({{0, "X", 0, 1}, {3, "X", 0, 1}, {99, "X", 0, 1}}),
            R"({"Actions":[1]})");
  const auto text = *Document::parse(R"({"Actions":["ab"]})");
  EXPECT_EQ(text.spliced({{3, "X", 9, 5}}), R"({"Actions":["abX"]})");
}

std::string respelled(std::string_view raw, std::string_view old_text, std::string_view new_text) {
  const std::string token = '"' + std::string(raw) + '"';
  const std::string value = json::unescape(token, json::tokenize(token)->nodes[0]);
  const std::size_t at = value.find(old_text);
  std::string out;
  respell(out, raw, {{at, old_text.size(), new_text}});
  return out;
}

TEST(Respell, TakesOverHowTheOldTextWasEscaped) {
  // `\/` as PHP writes it.
  EXPECT_EQ(respelled(R"(arn:x\/a\/1)", "arn:x/a/1", "arn:yy/a/22"), R"(arn:yy\/a\/22)");
  EXPECT_EQ(respelled(R"(a\/b)", "a/b", "c/d/e"), R"(c\/d\/e)");
  // Some characters as \u: the same positions where lengths agree.
  EXPECT_EQ(respelled(R"(\u0061b\u0063)", "abc", "xbz"), R"(\u0078b\u007a)");
  EXPECT_EQ(respelled(R"(\u006Ab)", "jb", "zb"), R"(\u007Ab)");
  // Non-ASCII as \u stays so, with surrogate pairs.
  EXPECT_EQ(respelled(R"(\u958b\u767a)", "開発", "本番🛫"), R"(\u672c\u756a\ud83d\udeeb)");
  EXPECT_EQ(respelled(R"(開\u767a)", "開発", "本番"), "本番");
  EXPECT_EQ(respelled("caf\\u00e9 x", "x", "é"), "caf\\u00e9 \\u00e9");
}

TEST(Respell, KeepsWhatStandsAround) {
  EXPECT_EQ(respelled(R"(\ud800 \u0041 old \/ \udc00)", "old", "brand new"),
            R"(\ud800 \u0041 brand new \/ \udc00)");
  EXPECT_EQ(respelled(R"(\"old\")", "old", "x\"y"), R"(\"x\"y\")");
  EXPECT_EQ(respelled(R"(\ud83d\ude00old\ud83d\ude00)", "old", ""), R"(\ud83d\ude00\ud83d\ude00)");
}

TEST(Respell, KeepsCommonBeginningAndEnd) {
  EXPECT_EQ(respelled(R"(\u0070re-old-po\u0073t)", "pre-old-post", "pre-brand-post"),
            R"(\u0070re-brand-po\u0073t)");
}

TEST(SameMeaning, ComparesJsonByMeaningAndOtherContentByBytes) {
  EXPECT_TRUE(same_meaning(R"({"a":1,"b":"\/"})", "{ \"b\": \"/\", \"a\" : 1 }"));
  EXPECT_FALSE(same_meaning(R"({"a":1})", R"({"a":1.0})"));
  EXPECT_TRUE(same_meaning("not json", "not json"));
  EXPECT_FALSE(same_meaning("not json", "not  json"));
  EXPECT_FALSE(same_meaning("{}", "not json"));
  EXPECT_FALSE(same_meaning("not json", "{}"));
}

}  // namespace
}  // namespace flowferry::flow
