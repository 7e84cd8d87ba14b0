#include "pipeline/config.h"
#include "pipeline/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <regex>

#include "base/files.h"
#include "base/text.h"
#include "mapping/flow_pattern.h"
#include "pipeline/config_shape.h"

namespace flowferry::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Config read(const std::string& text) {
  auto config = parse_config(text, "flowferry.yaml");
  EXPECT_TRUE(config) << text << "\n" << one_line(config.error());
  return config ? *std::move(config) : Config();
}

struct Refusal {
  std::string text;
  std::size_t line;
  std::string message;  ///< Part of it.
  std::string hint;     ///< Part of it.
};

void expect_refused(const Refusal& r) {
  const auto config = parse_config(r.text, "conf/flowferry.yaml");
  ASSERT_FALSE(config) << r.text;
  const Error& error = config.error();
  EXPECT_EQ(error.kind, ErrorKind::config) << r.text;
  EXPECT_EQ(error.subject, "conf/flowferry.yaml:" + std::to_string(r.line)) << r.text;
  EXPECT_THAT(error.message, HasSubstr(r.message)) << r.text;
  EXPECT_THAT(error.hint, HasSubstr(r.hint)) << r.text;
  EXPECT_FALSE(error.hint.empty()) << r.text;
}

TEST(Config, ReadsEveryKey) {
  const Config config = read(R"(
# a comment
environments:
  dev:   { profile: acme-dev,  region: ap-northeast-1, instance: acme-dev }
  prod:
    profile: acme-prod
    region: ap-northeast-3
    instance: arn:aws:connect:ap-northeast-3:222222222222:instance/x
    endpoint_url: http://127.0.0.1:8080
    role_arn: arn:aws:iam::222222222222:role/ferry
    external_id: "0123"
  "本番 /1": { bundle: ./connect }
select:
  include: ["*", "type:CUSTOMER_QUEUE"]
  exclude: ["Sample *", 'zz_*', "kind:flow-module", "tag:team=sales"]
mapping:
  rename:
    - { kind: lambda-function, from: "^dev-(.*)$", to: "prod-$1" }
    - { kind: queue, from: "x", to: "" }
  pin:
    - { kind: queue, from: "BasicQueue", to: "Basic Queue JP" }
missing:
  prompt: skip-flow
  queue: keep
  user: fail
module_versions: follow
limits: { creates: 10, updates: 0, share: 0.25, flows_per_instance: 500, modules_per_instance: 200 }
protect:
  names: ["Main*"]
  tags: { stage: live }
pace: { rate: 4, burst: 10 }
timeouts: { connect: 2.5, read: 90 }
quotas:
  ListQueues: { rate: 1.5 }
  CreateContactFlow: { burst: 2 }
)");
  EXPECT_EQ(config.path, "flowferry.yaml");
  ASSERT_EQ(config.environments.size(), 3U);
  const EnvironmentConfig* prod = config.environment("prod");
  ASSERT_NE(prod, nullptr);
  EXPECT_EQ(prod->profile, "acme-prod");
  EXPECT_EQ(prod->region, "ap-northeast-3");
  EXPECT_EQ(prod->instance, "arn:aws:connect:ap-northeast-3:222222222222:instance/x");
  EXPECT_EQ(prod->endpoint_url, "http://127.0.0.1:8080");
  EXPECT_EQ(prod->role_arn, "arn:aws:iam::222222222222:role/ferry");
  EXPECT_EQ(prod->external_id, "0123") << "as it stands";
  EXPECT_EQ(prod->line, 6U);
  ASSERT_NE(config.environment("本番 /1"), nullptr);
  EXPECT_EQ(config.environment("本番 /1")->bundle, "./connect");
  EXPECT_EQ(config.environment("Prod"), nullptr);
  EXPECT_THAT(config.select.include, ElementsAre("*", "type:CUSTOMER_QUEUE"));
  EXPECT_THAT(config.select.exclude,
              ElementsAre("Sample *", "zz_*", "kind:flow-module", "tag:team=sales"));
  EXPECT_EQ(config.rules.target_name(ResourceKind::lambda_function, "dev-f"), "prod-f");
  EXPECT_EQ(config.rules.target_name(ResourceKind::queue, "axb"), "ab");
  EXPECT_EQ(config.rules.target_name(ResourceKind::queue, "BasicQueue"), "Basic Queue JP");
  EXPECT_EQ(config.rules.policy(ResourceKind::prompt), mapping::Missing::skip_flow);
  EXPECT_EQ(config.rules.policy(ResourceKind::queue), mapping::Missing::keep);
  EXPECT_EQ(config.rules.policy(ResourceKind::user), mapping::Missing::fail);
  EXPECT_EQ(config.rules.module_versions, mapping::ModuleVersions::follow);
  EXPECT_EQ(config.limits.creates, 10);
  EXPECT_EQ(config.limits.updates, 0);
  EXPECT_EQ(config.limits.share, 0.25);
  EXPECT_EQ(config.limits.flows_per_instance, 500);
  EXPECT_EQ(config.limits.modules_per_instance, 200);
  EXPECT_THAT(config.protect.names, ElementsAre("Main*"));
  EXPECT_EQ(config.protect.tags, (Tags{{"stage", "live"}}));
  EXPECT_EQ(config.pace.rate, 4);
  EXPECT_EQ(config.pace.burst, 10);
  EXPECT_EQ(config.connect_timeout, std::chrono::milliseconds(2500));
  EXPECT_EQ(config.read_timeout, std::chrono::seconds(90));
  EXPECT_EQ(config.quotas.at("ListQueues").rate, 1.5);
  EXPECT_EQ(config.quotas.at("ListQueues").burst, 10) << "as paced otherwise";
  EXPECT_EQ(config.quotas.at("CreateContactFlow").rate, 4);
  EXPECT_EQ(config.pace.certainty, aws::Certainty::known);
  const Config one = read("quotas: { ListQueues: { rate: 10 }, ListPrompts: { burst: 7 } }");
  EXPECT_EQ(one.quotas.at("ListQueues").certainty, aws::Certainty::known);
  EXPECT_EQ(one.quotas.at("ListPrompts").certainty, aws::Certainty::guess);
  EXPECT_EQ(one.pace.certainty, aws::Certainty::guess);
}

TEST(Config, ReadsNothingFromNothing) {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n", "{}", "\xEF\xBB\xBF{}", "~"}) {
    const Config config = read(text);
    EXPECT_TRUE(config.environments.empty());
    EXPECT_FALSE(config.limits.creates);
    EXPECT_EQ(config.pace.rate, 2);
    EXPECT_EQ(config.pace.burst, 5);
    EXPECT_EQ(config.pace.certainty, aws::Certainty::guess);
  }
  read("environments:\n");
  read("mapping: { rename: , pin: }\n");
  read("missing:\nquotas:\nprotect: { tags: }\n");
  EXPECT_THAT(read("select: { include: \"one\" }").select.include, ElementsAre("one"));
}

TEST(Config, RefusesUnknownKeysWithTheNearest) {
  const Refusal refusals[] = {
      {"enviroments: {}", 1, "unknown key \"enviroments\" in the configuration",
       "\"environments\""},
      {"select: {}\nxyzzy: 1", 2, "unknown key \"xyzzy\"", "known: environments, select"},
      {"environments:\n  dev:\n    profil: x", 3, "unknown key \"profil\" in environment \"dev\"",
       "\"profile\""},
      {"environments:\n  dev: {}\nselect:\n  includes: []", 4, "in \"select\"", "\"include\""},
      {"mapping:\n  renames: []", 2, "in \"mapping\"", "\"rename\""},
      {"mapping:\n  pin:\n    - { kind: queue, fromm: a, to: b }", 3, "\"fromm\"", "\"from\""},
      {"limits: { create: 1 }", 1, "in \"limits\"", "\"creates\""},
      {"protect: { name: x }", 1, "in \"protect\"", "\"names\""},
      {"pace: { rates: 1 }", 1, "in \"pace\"", "\"rate\""},
      {"quotas:\n  ListQueue: { rate: 1 }", 2, "unknown operation \"ListQueue\"", "\"ListQueues\""},
      {"quotas:\n  ListQueues: { rat: 1 }", 2, "in \"quotas.ListQueues\"", "\"rate\""},
      {"missing:\n  prompts: keep", 2, "unknown kind \"prompts\"", "\"prompt\""},
      {"mapping:\n  pin:\n  - { kind: queues, from: a, to: b }", 3, "unknown kind \"queues\"",
       "\"queue\""},
      {"select: { exclude: [\"kind:modul\"] }", 1, "unknown kind in \"kind:modul\"", "flow-module"},
  };
  for (const Refusal& refusal : refusals) expect_refused(refusal);
}

TEST(Config, RefusesWrongTypes) {
  const Refusal refusals[] = {
      {"just a text", 1, "must be a map", "environments"},
      {"- a\n- b", 1, "must be a map", "environments"},
      {"environments: [a]", 1, "\"environments\" must be a map", "write:"},
      {"environments: x", 1, "\"environments\" must be a map", "write:"},
      {"environments:\n  dev: x", 2, "environment \"dev\" must be a map", "profile"},
      {"environments:\n  dev:", 2, "environment \"dev\" must be a map", "profile"},
      {"environments:\n  dev: { profile: [a] }", 2,
       "\"profile\" in environment \"dev\" must be a text", "quotes"},
      {"environments:\n  dev: { profile: }", 2, "must be a text", "quotes"},
      {"environments:\n  ? [a]\n  : {}", 2, "not a text", "write:"},
      {"environments:\n  \"\": {}", 2, "no name", "name it"},
      {"select: []", 1, "\"select\" must be a map", "include"},
      {"select:\n  include: { a: b }", 2, "\"select.include\" must be a list", "write:"},
      {"select:\n  include:\n    - [a]", 3, "each item of \"select.include\"", "quotes"},
      {"mapping: []", 1, "\"mapping\" must be a map", "rename"},
      {"mapping:\n  rename: x", 2, "\"mapping.rename\" must be a list", "write:"},
      {"mapping:\n  rename: { kind: queue, from: a, to: b }", 2, "must be a list", "write:"},
      {"mapping:\n  pin: { kind: queue, from: a, to: b }", 2, "must be a list", "write:"},
      {"mapping:\n  rename: [a]", 2, "an entry of \"mapping.rename\" must be a map", "kind"},
      {"mapping:\n  pin:\n  - { kind: queue, from: a }", 3, "lacks \"to\"", "write:"},
      {"mapping:\n  rename:\n  - { from: a, to: b }", 3, "lacks \"kind\"", "write:"},
      {"mapping:\n  pin:\n  - { kind: queue, from: , to: b }", 3, "\"from\"", "quotes"},
      {"mapping:\n  pin:\n  - { kind: [queue], from: a, to: b }", 3, "\"kind\"", "quotes"},
      {"missing: [prompt]", 1, "\"missing\" must be a map", "write:"},
      {"missing: { prompt: [keep] }", 1, "must be a text", "quotes"},
      {"limits: 5", 1, "\"limits\" must be a map", "creates"},
      {"limits: { creates: many }", 1, "\"limits.creates\" must be a number", "correct"},
      {"limits: { creates: [1] }", 1, "must be a number", "correct"},
      {"limits: { creates: }", 1, "must be a number", "correct"},
      {"protect: x", 1, "\"protect\" must be a map", "names"},
      {"protect: { tags: [a] }", 1, "\"protect.tags\" must be a map", "write:"},
      {"protect: { tags: x }", 1, "\"protect.tags\" must be a map", "write:"},
      {"protect: { tags: { a: [b] } }", 1, "must be a text", "quotes"},
      {"timeouts: { read: 0 }", 1, "\"timeouts.read\"", "correct"},
      {"timeouts: { reed: 5 }", 1, "in \"timeouts\"", "\"read\""},
      {"pace: 2", 1, "\"pace\" must be a map", "rate"},
      {"quotas: [ListQueues]", 1, "\"quotas\" must be a map", "write:"},
      {"quotas: x", 1, "\"quotas\" must be a map", "write:"},
      {"quotas: { ListQueues: 2 }", 1, "\"quotas.ListQueues\" must be a map", "rate"},
  };
  for (const Refusal& refusal : refusals) expect_refused(refusal);
}

TEST(Config, RefusesImpossibleValues) {
  const Refusal refusals[] = {
      {"limits: { creates: -1 }", 1, "from 0", "correct"},
      {"limits: { creates: 1.5 }", 1, "a whole number", "correct"},
      {"limits: { updates: .nan }", 1, "a number", "correct"},
      {"limits: { updates: .inf }", 1, "a number", "correct"},
      {"limits: { share: 1.5 }", 1, "from 0 to 1", "correct"},
      {"pace: { rate: -1 }", 1, "from 0", "correct"},
      {"pace: { burst: 0 }", 1, "from 1", "correct"},
      {"missing: { prompt: ignore }", 1, "unknown policy \"ignore\"", "skip-flow"},
      {"missing: { prompt: create }", 1, "\"create\" cannot be done for kind \"prompt\"",
       "create the"},
      {"mapping:\n  rename:\n  - { kind: queue, from: \"(\", to: b }", 3,
       "not a regular expression", "ECMAScript"},
      {"mapping:\n  rename:\n  - { kind: queue, from: a, to: $1 }", 3, "group 1", "parentheses"},
      {"mapping:\n  rename:\n  - { kind: queue, from: '', to: b }", 3, "must not be empty", ""},
      {"mapping:\n  rename:\n  - { kind: assistant, from: a, to: b }", 3, "have no names",
       "mapping.pin"},
      {"mapping:\n  pin:\n  - { kind: queue, from: a, to: '' }", 3, "must not be empty", ""},
      {"environments:\n  dev: { bundle: a, instance: b }", 2, "both \"bundle\" and \"instance\"",
       "keep"},
  };
  for (const Refusal& refusal : refusals) expect_refused(refusal);
}

TEST(Config, RefusesDuplicates) {
  const Refusal refusals[] = {
      {"select: {}\npace: {}\nselect: {}", 3, "\"select\" stands twice", "remove"},
      {"environments:\n  a: {}\n  b: {}\n  a: {}", 4, "\"a\" stands twice in \"environments\"",
       "remove"},
      {"environments:\n  a:\n    region: x\n    region: x", 4, "\"region\" stands twice", "remove"},
      {"missing:\n  prompt: keep\n  prompt: fail", 3, "\"prompt\" stands twice", "remove"},
      {"quotas:\n  ListQueues: {}\n  ListQueues: {}", 3, "stands twice", "remove"},
      {"protect:\n  tags:\n    a: b\n    a: c", 4, "stands twice", "remove"},
      {"mapping:\n  pin:\n  - { kind: queue, from: a, to: b }\n  - { kind: queue, from: a, to: c }",
       4, "pinned twice", "remove"},
  };
  for (const Refusal& refusal : refusals) expect_refused(refusal);
}

TEST(Config, RefusesWhatIsNotYaml) {
  const Refusal refusals[] = {
      {"environments: {", 1, "not valid YAML", "mend"},
      {"a: b: c", 1, "not valid YAML", "mend"},
      {"a:\n\tb: c", 2, "not valid YAML", "mend"},
      {"a: \"x", 1, "not valid YAML", "mend"},
      {"a: *nowhere", 1, "not valid YAML", "mend"},
      {"select: {}\n---\npace: {}", 3, "more than one document", "---"},
      {"select: {}\n# caf\xE9\n", 2, "not UTF-8", "UTF-8"},
      {"\xFF\xFE{\0}", 1, "not UTF-8", "UTF-8"},
      {"select: {}\n\x04"
       "pace: {}",
       2, "control character U+0004", "plain text"},
      {std::string("select: {}\n\0pace: {}", 20), 2, "control character U+0000", "plain text"},
      {"select: { include: \"\x1b[2J\" }", 1, "control character U+001B", "plain text"},
  };
  for (const Refusal& refusal : refusals) {
    const auto config = parse_config(refusal.text, "f");
    ASSERT_FALSE(config) << refusal.text;
    EXPECT_THAT(config.error().message, HasSubstr(refusal.message)) << refusal.text;
    EXPECT_THAT(config.error().hint, HasSubstr(refusal.hint));
  }
}

TEST(Config, SurvivesHugeAndDeepInput) {
  const auto nested = [](const std::string& open, const std::string& close, int depth) {
    std::string out;
    for (int i = 0; i < depth; ++i) out += open;
    for (int i = 0; i < depth; ++i) out += close;
    return out;
  };
  EXPECT_FALSE(parse_config(nested("[", "]", 100000), "f"));
  EXPECT_FALSE(parse_config(nested("{a: ", "}", 100000), "f"));
  EXPECT_FALSE(parse_config(nested("- ", "", 50000), "f"));
  std::string indented;
  for (int i = 0; i < 2000; ++i) indented += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_FALSE(parse_config(indented, "f"));
  std::string many = "environments:\n";
  for (int i = 0; i < 5000; ++i) many += "  e" + std::to_string(i) + ": { region: us-east-1 }\n";
  EXPECT_EQ(read(many).environments.size(), 5000U);
  EXPECT_FALSE(parse_config("a: " + std::string(1'000'000, 'x'), "f"));
  // Aliases within aliases: small in the file, huge when written out.
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    const std::string last(1, static_cast<char>(c - 1));
    laughs += std::string(1, c) + ": &" + c + " [*" + last + ", *" + last + ", *" + last + "]\n";
  }
  EXPECT_FALSE(parse_config(laughs, "f"));
}

TEST(Config, SurvivesAnyDamage) {
  const std::string good =
      "environments:\n  dev: { profile: a, region: b, instance: c }\nselect:\n  include: [\"*\"]\n"
      "mapping:\n  rename:\n    - { kind: queue, from: \"^d(.*)$\", to: \"p$1\" }\nmissing: { "
      "prompt: keep }\n"
      "limits: { creates: 10 }\nquotas: { ListQueues: { rate: 1 } }\n";
  ASSERT_TRUE(parse_config(good, "f"));
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string text = good;
    for (std::size_t n = 1 + random() % 4; n > 0; --n) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          text.erase(at, 1 + random() % 8);
          break;
        case 2:
          text.insert(at, std::string(1, "{}[]:,-&*!|>'\"%@`#\n \t"[random() % 22]));
          break;
        default:
          text.resize(at);
      }
      if (text.empty()) break;
    }
    const auto config = parse_config(text, "f");
    if (config) continue;
    ASSERT_EQ(config.error().kind, ErrorKind::config);
    ASSERT_FALSE(config.error().message.empty());
    ASSERT_FALSE(config.error().hint.empty());
  }
}

TEST(Config, CanNameEveryOperationThatTheClientCalls) {
  const std::filesystem::path folder = std::filesystem::path(FLOWFERRY_SOURCE_DIR) / "src/connect";
  const std::regex call(
      "\"((List|Describe|Create|Update|Delete|Search|Tag|Untag)[A-Z][A-Za-z0-9]+)\"");
  std::size_t checked = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".cpp") continue;
    const auto source = read_file(file.path());
    ASSERT_TRUE(source);
    for (std::sregex_iterator it(source->begin(), source->end(), call), end; it != end; ++it) {
      const std::string operation = (*it)[1];
      if (operation.ends_with("List")) continue;  // a member of an answer
      ++checked;
      EXPECT_TRUE(parse_config("quotas: { " + operation + ": { rate: 1 } }", "f")) << operation;
    }
  }
  EXPECT_GT(checked, 20U);
}

// --- patterns

Resource flow(const std::string& name, const std::string& type = "CONTACT_FLOW") {
  Resource out;
  out.kind = type.empty() ? ResourceKind::flow_module : ResourceKind::contact_flow;
  out.name = name;
  out.type = type;
  return out;
}

bool selects(const std::string& text, const Resource& resource, const Tags* tags) {
  const auto pattern = mapping::FlowPattern::make(text);
  EXPECT_TRUE(pattern) << text;
  return pattern && pattern->matches(resource, tags);
}

TEST(Selects, MatchesNamesAsPatterns) {
  EXPECT_TRUE(selects("*", flow("anything"), nullptr));
  EXPECT_TRUE(selects("Sample *", flow("Sample inbound"), nullptr));
  EXPECT_FALSE(selects("Sample *", flow("sample inbound"), nullptr)) << "case counts";
  EXPECT_TRUE(selects("予約?", flow("予約1"), nullptr));
  EXPECT_FALSE(selects("予約?", flow("予約"), nullptr));
  EXPECT_TRUE(selects("[あ-ん]*", flow("かな"), nullptr));
  EXPECT_TRUE(selects("a/b", flow("a/b"), nullptr));
  EXPECT_TRUE(selects("*/b", flow("a/x/b"), nullptr)) << "a name is no path";
  EXPECT_TRUE(selects("a\\*b", flow("a*b"), nullptr));
  EXPECT_FALSE(selects("a\\*b", flow("axb"), nullptr));
  EXPECT_TRUE(selects("a[", flow("a["), nullptr));
  EXPECT_FALSE(selects("", flow("x"), nullptr));
  EXPECT_TRUE(selects(" lead", flow(" lead"), nullptr));
  EXPECT_FALSE(selects("lead", flow(" lead"), nullptr));
  EXPECT_TRUE(selects("\\type:x", flow("type:x"), nullptr)) << "the way to a name like that";
}

TEST(Selects, KnowsWhenOnlyOneNameIsMeant) {
  // However a pattern is matched, it means the same.
  std::mt19937 random(11);
  const std::vector<std::string> bits = {"a", "b", "予", "*", "?", "[", "]", "\\", "!", ":"};
  int single = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (unsigned n = random() % 5; n > 0; --n) text += bits[random() % bits.size()];
    const auto pattern = mapping::FlowPattern::make(text);
    ASSERT_TRUE(pattern) << text;
    std::vector<std::string> names = {text, text + "a"};
    if (pattern->only_name()) names.push_back(*pattern->only_name());
    for (unsigned n = 0; n < 4; ++n) names.push_back(bits[random() % bits.size()] + names[n % 2]);
    for (const std::string& name : names) {
      ASSERT_EQ(selects(text, flow(name), nullptr), matches_pattern(text, name))
          << text << " and " << name;
    }
    if (pattern->only_name()) ++single;
  }
  EXPECT_GT(single, 500);
  EXPECT_EQ(mapping::FlowPattern::make(mapping::pattern_for_name("tag:*[\\"))->only_name(),
            "tag:*[\\");
  EXPECT_FALSE(mapping::FlowPattern::make("type:x")->only_name());
}

TEST(Selects, TakesWhatAnyPatternMeansHoweverManyThereAre) {
  const std::vector<std::string> include = {"a", "b\\*", "c*", "tag:team", "\\tag:x"};
  const auto selector = Selector::make({}, include, {});
  ASSERT_TRUE(selector);
  const Tags none;
  const Tags team = {{"team", "sales"}};
  for (const char* name : {"a", "b*", "c", "cc", "tag:x"}) {
    EXPECT_EQ(selector->reason_against(flow(name), &none), "") << name;
  }
  for (const char* name : {"aa", "b", "bx", "\\tag:x"}) {
    EXPECT_EQ(selector->reason_against(flow(name), &none), "not included") << name;
    EXPECT_EQ(selector->reason_against(flow(name), &team), "") << name;
    EXPECT_EQ(selector->reason_against(flow(name), nullptr), "") << "tags are not known yet";
  }
  const std::vector<Resource> flows = {flow("a"), flow("cc"), flow("bx")};
  std::vector<const Resource*> listed;
  for (const Resource& one : flows) listed.push_back(&one);
  EXPECT_THAT(selector->idle(listed, {}), ::testing::ElementsAre("b\\*", "tag:team", "\\tag:x"));
}

TEST(Selects, KnowsTypesKindsAndTags) {
  EXPECT_TRUE(selects("type:CUSTOMER_QUEUE", flow("x", "CUSTOMER_QUEUE"), nullptr));
  EXPECT_TRUE(selects("type:CUSTOMER_*", flow("x", "CUSTOMER_HOLD"), nullptr));
  EXPECT_FALSE(selects("type:CUSTOMER_QUEUE", flow("CUSTOMER_QUEUE"), nullptr));
  EXPECT_TRUE(selects("kind:flow-module", flow("x", ""), nullptr));
  EXPECT_FALSE(selects("kind:flow-module", flow("x"), nullptr));
  const Tags tags = {{"team", "sales"}, {"a=b", "c"}};
  EXPECT_TRUE(selects("tag:team", flow("x"), &tags));
  EXPECT_TRUE(selects("tag:team=sales", flow("x"), &tags));
  EXPECT_TRUE(selects("tag:team=s*", flow("x"), &tags));
  EXPECT_FALSE(selects("tag:team=hr", flow("x"), &tags));
  EXPECT_FALSE(selects("tag:stage", flow("x"), &tags));
  EXPECT_FALSE(selects("tag:team", flow("x"), nullptr)) << "not known yet";
  EXPECT_TRUE(mapping::FlowPattern::make("tag:a")->about_tags());
  EXPECT_FALSE(mapping::FlowPattern::make("type:tag:a")->about_tags());
}

TEST(Selects, KnowsRegularExpressionsAndStates) {
  EXPECT_TRUE(selects("regex:^VIP", flow("VIP line"), nullptr));
  EXPECT_FALSE(selects("regex:^VIP", flow("no VIP"), nullptr));
  EXPECT_TRUE(selects("regex:^.約$", flow("予約"), nullptr)) << "a character, not a byte";
  EXPECT_TRUE(selects("regex:", flow("anything"), nullptr));
  EXPECT_TRUE(selects("\\regex:x", flow("regex:x"), nullptr));
  Resource saved = flow("x");
  saved.state = "ACTIVE";
  saved.status = "SAVED";
  EXPECT_TRUE(selects("state:SAVED", saved, nullptr));
  EXPECT_TRUE(selects("state:saved", saved, nullptr));
  EXPECT_TRUE(selects("state:ACTIVE", saved, nullptr));
  EXPECT_FALSE(selects("state:PUBLISHED", saved, nullptr));
  EXPECT_FALSE(selects("state:archived", saved, nullptr));
  EXPECT_TRUE(selects("state:PUBLISHED", flow("x", ""), nullptr)) << "lists of modules don't say";
  for (const char* bad : {"regex:(", "state:DRAFT", "state:", "kind:flow", "kind:queue"}) {
    const auto pattern = mapping::FlowPattern::make(bad);
    ASSERT_FALSE(pattern) << bad;
    EXPECT_FALSE(pattern.error().hint.empty());
  }
}

TEST(Selects, APatternForANameMatchesThatNameOnly) {
  for (const char* name :
       {"x", "a*b", "[x]", "q?", "back\\slash", "type:x", "regex:^x", "state:SAVED", "tag:a=b"}) {
    const std::string pattern = mapping::pattern_for_name(name);
    EXPECT_TRUE(selects(pattern, flow(name), nullptr)) << pattern;
    EXPECT_FALSE(selects(pattern, flow(std::string(name) + "x"), nullptr)) << pattern;
    EXPECT_FALSE(selects(pattern, flow("axb"), nullptr)) << pattern;
  }
}

}  // namespace
}  // namespace flowferry::pipeline
