// The laws of the portable form, on generated documents and on every file of the corpus: there and
// back is the identity, and the same document of another instance looks the same.
#include <gtest/gtest.h>

#include <algorithm>

#include "corpus.h"
#include "flow/portable.h"
#include "flow/scope.h"
#include "generator.h"
#include "model/arn.h"

namespace flowferry::flow {
namespace {

using testing::generate;
using testing::generated_scope;
using testing::generated_source;
using testing::generated_target;
using testing::other_side;

constexpr const char* k_names[] = {
    "予約受付",  "Sales",      "a:b",         "{{arn:queue:x}}",  "50% off;x=1", "CON",
    "..\\..\\x", "\"quoted\"", "line\nbreak", "\xF0\x9F\x9B\xAB", "{",           "}}"};

/// A snapshot that names every reference of `content` which can have a name. Names do not depend on
/// ids; of `share`, every so many have the same.
Snapshot snapshot_for(const std::string& content, const Scope& scope, std::size_t share = 0) {
  Snapshot out;
  out.instance = scope.instance;
  const auto document = Document::parse(content);
  if (!document) return out;
  std::map<std::string, std::size_t> numbers;
  for (const Reference& r : find_references(*document, scope).references) {
    const std::string key = std::string(to_string(r.kind)) + r.id;
    if (!numbers.emplace(key, numbers.size()).second) continue;
    const std::size_t n = numbers.size();
    std::string name = k_names[n % std::size(k_names)];
    if (share == 0 || n % share != 0) name += " " + std::to_string(n);
    if (r.kind == ResourceKind::lex_v2_bot_alias) {
      out.lex_alias_names[r.text] = "Bot" + name + "/live";
      continue;
    }
    if (!has_lookup(r.kind) || r.form == Form::name || r.kind == ResourceKind::lambda_function) {
      continue;
    }
    Resource resource;
    resource.kind = r.kind;
    resource.name = name;
    resource.id = r.id;
    resource.type = r.kind == ResourceKind::contact_flow && n % 2 == 0 ? "AGENT_HOLD" : "";
    resource.arn = out.instance.arn + "/" + std::string(arn_keyword(r.kind)) + "/" + r.id;
    if (r.kind == ResourceKind::phone_number) {  // Above the instance.
      const Instance& own = out.instance;
      resource.arn = "arn:" + own.partition + ":connect:" + own.region + ":" + own.account +
                     ":phone-number/" + r.id;
    }
    if (r.kind == ResourceKind::contact_flow && resource.type.empty()) {
      resource.type = "CONTACT_FLOW";
    }
    out.inventories[r.kind].add(std::move(resource));
  }
  return out;
}

std::string there_and_back(const std::string& content, const Snapshot& snapshot) {
  const auto document = Document::parse(content);
  EXPECT_TRUE(document);
  if (!document) return {};
  const PortableNames names(snapshot);
  const Converted there = to_portable(*document, names);
  EXPECT_TRUE(Document::parse(there.text)) << there.text;
  const auto back = from_portable(there.text, names);
  EXPECT_TRUE(back) << there.text;
  if (!back) return there.text;
  EXPECT_EQ(back->text, content);
  EXPECT_TRUE(back->findings.empty()) << back->findings[0].finding.text;
  return there.text;
}

class PortableLaws : public ::testing::TestWithParam<int> {};

TEST_P(PortableLaws, ThereAndBackIsTheIdentity) {
  for (int round = 0; round < 60; ++round) {
    const auto seed = static_cast<std::uint64_t>(GetParam() * 1000 + round);
    const std::string content = generate(seed).content;
    const Scope scope = generated_scope(generated_source());
    there_and_back(content, snapshot_for(content, scope));
    there_and_back(content, snapshot_for(content, scope, 3));
    Snapshot nothing;
    nothing.instance = generated_source();
    there_and_back(content, nothing);
    if (HasFailure()) return;
  }
}

TEST_P(PortableLaws, WhatIsNoReferenceIsNotTouchedWhateverItLooksLike) {
  for (int round = 0; round < 30; ++round) {
    const auto seed = static_cast<std::uint64_t>(GetParam() * 1000 + round);
    std::string content = generate(seed).content;
    // Words become markers; quotes of JSON are not touched.
    for (const auto& [word, looks] :
         {std::pair<std::string, std::string>{"Thank you", "{{arn:queue:Sales}}{{{"},
          {"learn", "{{region}}{{literal}}"},
          {"back", "}}{{id:"}}) {
      for (std::size_t at = 0; (at = content.find(word, at)) != std::string::npos;) {
        content.replace(at, word.size(), looks);
        at += looks.size();
      }
    }
    there_and_back(content, snapshot_for(content, generated_scope(generated_source())));
    if (HasFailure()) return;
  }
}

TEST_P(PortableLaws, TheSameFlowOfAnotherInstanceLooksTheSame) {
  std::size_t compared = 0;
  for (int round = 0; round < 300; ++round) {
    const auto seed = static_cast<std::uint64_t>(GetParam() * 1000 + round);
    const auto generated = generate(seed, {1, false});
    if (!generated.foreign.empty()) continue;  // These differ by right.
    const std::string here = generated.content;
    const auto document = Document::parse(here);
    ASSERT_TRUE(document);
    const Scope scope = generated_scope(generated_source());
    const Scope other_scope = generated_scope(generated_target());
    std::vector<Replacement> moves;
    bool all_named = true;
    const auto list = find_references(*document, scope);
    for (std::size_t i = 0; i < list.references.size(); ++i) {
      const Reference& r = list.references[i];
      // Names that are ids, and functions whose names other_side() changes, differ by right.
      all_named = all_named && r.kind != ResourceKind::lambda_function && r.form != Form::name &&
                  (has_lookup(r.kind) || r.kind == ResourceKind::instance);
      moves.push_back({i, other_side(r.text), {}, {}});
    }
    if (!all_named || moves.empty()) continue;
    ++compared;
    const auto there = rewrite(*document, list, moves);
    ASSERT_TRUE(there);
    const std::string a = there_and_back(here, snapshot_for(here, scope));
    const std::string b = there_and_back(*there, snapshot_for(*there, other_scope));
    const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    EXPECT_TRUE(x == a.end() && y == b.end())
        << "first difference: " << std::string(x, a.end()).substr(0, 200) << "\n and "
        << std::string(y, b.end()).substr(0, 200);
    if (HasFailure()) return;
  }
  EXPECT_GT(compared, 10U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PortableLaws, ::testing::Range(0, 8));

/// The instance that a real file comes from: the first that an ARN in it names.
Instance instance_of(const std::string& content) {
  Instance out;
  const std::size_t at = content.find(":instance/");
  const std::size_t begin = at == std::string::npos ? at : content.rfind("arn:", at);
  if (begin == std::string::npos) return out;
  const auto arn = parse_arn(content.substr(begin, at + 46 - begin));
  const auto connect = arn ? parse_connect_arn(*arn) : std::nullopt;
  if (!connect) return out;
  out.arn = arn->text();
  out.id = connect->instance_id;
  out.partition = arn->partition;
  out.region = arn->region;
  out.account = arn->account;
  return out;
}

TEST(PortableCorpus, ThereAndBackIsTheIdentity) {
  FLOWFERRY_NEEDS_CORPUS();
  std::size_t markers = 0;
  for (const char* folder : {"flows", "templated"}) {
    for (const auto& file : testing::corpus(folder)) {
      if (!Document::parse(file.bytes)) continue;
      Scope scope;
      scope.instance = instance_of(file.bytes);
      const Snapshot snapshot = snapshot_for(file.bytes, scope);
      const std::string there = there_and_back(file.bytes, snapshot);
      for (std::size_t at = 0; (at = there.find("{{arn:", at)) != std::string::npos; ++at) {
        ++markers;
      }
      if (HasFailure()) FAIL() << file.name;
    }
  }
  EXPECT_GT(markers, 10U);
}

}  // namespace
}  // namespace flowferry::flow
