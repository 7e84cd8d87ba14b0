#include "mapping/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "../support/cpu_time.h"

namespace flowferry::mapping {
namespace {

using flow::Form;
using flow::Reference;
using State = Resolution::State;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* k_source = "arn:aws:connect:ap-northeast-1:111111111111:instance/src";
constexpr const char* k_target = "arn:aws-us-gov:connect:us-gov-west-1:222222222222:instance/tgt";

Instance instance(const std::string& arn) {
  Instance out;
  const bool source = arn == k_source;
  out.arn = arn;
  out.id = source ? "src" : "tgt";
  out.partition = source ? "aws" : "aws-us-gov";
  out.region = source ? "ap-northeast-1" : "us-gov-west-1";
  out.account = source ? "111111111111" : "222222222222";
  return out;
}

/// A small world: what a test adds to the two sides.
struct World {
  Snapshot source, target;
  Rules rules;
  std::vector<Carried> carried;

  World() {
    source.instance = instance(k_source);
    target.instance = instance(k_target);
  }

  static std::string arn_of(bool in_source, ResourceKind kind, const std::string& id) {
    return std::string(in_source ? k_source : k_target) + "/" + std::string(arn_keyword(kind)) +
           "/" + id;
  }

  void add(bool to_source, ResourceKind kind, const std::string& name, const std::string& id,
           const std::string& type = {}, const std::string& state = "ACTIVE") {
    Resource resource;
    resource.kind = kind;
    resource.name = name;
    resource.id = id;
    resource.arn = arn_of(to_source, kind, id);
    resource.type = type;
    resource.state = state;
    (to_source ? source : target).inventories[kind].add(std::move(resource));
  }
  /// The same name on both sides, under the ids s-ID and t-ID.
  void both(ResourceKind kind, const std::string& name, const std::string& id,
            const std::string& type = {}) {
    add(true, kind, name, "s-" + id, type);
    add(false, kind, name, "t-" + id, type);
  }
  void add_arn(bool to_source, ResourceKind kind, const std::string& name, const std::string& arn,
               const std::string& type = {}) {
    Resource resource;
    resource.kind = kind;
    resource.name = resource.id = name;
    resource.arn = arn;
    resource.type = type;
    (to_source ? source : target).inventories[kind].add(std::move(resource));
  }

  Resolution resolve(const Reference& reference, const std::set<std::size_t>& excluded = {}) {
    return Resolver(source, target, rules, carried).resolve(reference, excluded);
  }
};

Reference by_arn(ResourceKind kind, const std::string& id, const std::string& qualifier = {}) {
  Reference out;
  out.kind = kind;
  out.form = Form::arn;
  out.id = id;
  out.qualifier = qualifier;
  out.text = World::arn_of(true, kind, id) + (qualifier.empty() ? "" : ":" + qualifier);
  return out;
}

Reference by_id(ResourceKind kind, const std::string& id, const std::string& qualifier = {}) {
  Reference out;
  out.kind = kind;
  out.form = Form::id;
  out.id = id;
  out.qualifier = qualifier;
  out.text = id + (qualifier.empty() ? "" : ":" + qualifier);
  return out;
}

Reference by_name(ResourceKind kind, const std::string& name) {
  Reference out;
  out.kind = kind;
  out.form = Form::name;
  out.id = out.text = name;
  return out;
}

Reference arn_text(ResourceKind kind, const std::string& text, const std::string& id,
                   const std::string& qualifier = {}) {
  Reference out;
  out.kind = kind;
  out.form = Form::arn;
  out.text = text;
  out.id = id;
  out.qualifier = qualifier;
  return out;
}

void expect_problem(const Resolution& resolution, const std::string& text) {
  EXPECT_EQ(resolution.state, State::unresolved);
  ASSERT_EQ(resolution.findings.size(), 1U);
  const Finding& finding = resolution.findings.front();
  EXPECT_EQ(finding.severity, Severity::error);
  EXPECT_EQ(finding.id, "unresolved-reference");
  EXPECT_THAT(finding.text, HasSubstr(text));
  EXPECT_FALSE(finding.help.empty());
  EXPECT_FALSE(finding.arn.empty());
}

TEST(Resolver, ResolvesEveryKindWithALookUpByName) {
  const ResourceKind kinds[] = {
      ResourceKind::queue,
      ResourceKind::hours_of_operation,
      ResourceKind::prompt,
      ResourceKind::routing_profile,
      ResourceKind::quick_connect,
      ResourceKind::user,
      ResourceKind::security_profile,
      ResourceKind::hierarchy_group,
      ResourceKind::view,
      ResourceKind::task_template,
      ResourceKind::agent_status,
      ResourceKind::phone_number,
      ResourceKind::evaluation_form,
      ResourceKind::email_address,
      ResourceKind::data_table,
      ResourceKind::contact_flow,
      ResourceKind::flow_module,
  };
  for (const ResourceKind kind : kinds) {
    World world;
    world.both(kind, "予約 \"A\"/1 ", "1");
    world.both(kind, "予約 \"a\"/1 ", "2");  // another one: case counts
    const Resolution arn = world.resolve(by_arn(kind, "s-1"));
    EXPECT_EQ(arn.state, State::replace) << to_string(kind);
    EXPECT_EQ(arn.text, World::arn_of(false, kind, "t-1"));
    EXPECT_FALSE(arn.name) << "the name is the same";
    EXPECT_TRUE(arn.findings.empty());
    const Resolution id = world.resolve(by_id(kind, "s-2"));
    EXPECT_EQ(id.state, State::replace);
    EXPECT_EQ(id.text, "t-2");
  }
}

TEST(Resolver, KeepsQualifiers) {
  World world;
  world.both(ResourceKind::view, "Form", "1");
  EXPECT_EQ(world.resolve(by_id(ResourceKind::view, "s-1", "$LATEST")).text, "t-1:$LATEST");
  const Resolution version = world.resolve(by_arn(ResourceKind::view, "s-1", "7"));
  EXPECT_EQ(version.text, World::arn_of(false, ResourceKind::view, "t-1") + ":7");
  ASSERT_EQ(version.findings.size(), 1U);
  EXPECT_EQ(version.findings[0].id, "ref-version");
  EXPECT_EQ(version.findings[0].severity, Severity::warning);
}

TEST(Resolver, ReportsWhatTheTargetLacksWithTheClosestNames) {
  World world;
  world.add(true, ResourceKind::queue, "予約センター", "s-1");
  world.add(false, ResourceKind::queue, "予約センタ", "t-1");
  world.add(false, ResourceKind::queue, "Sales", "t-2");
  const Resolution out = world.resolve(by_arn(ResourceKind::queue, "s-1"));
  expect_problem(out, "the target has no queue \"予約センター\"");
  EXPECT_THAT(out.findings[0].closest, ElementsAre("予約センタ"));
  EXPECT_EQ(out.findings[0].name, "予約センター");
  EXPECT_EQ(out.findings[0].kind, "queue");
}

TEST(Resolver, ReportsWhatTheSourceLacks) {
  World world;
  world.both(ResourceKind::queue, "Sales", "1");
  expect_problem(world.resolve(by_arn(ResourceKind::queue, "s-9")), "the source has no queue");
  expect_problem(world.resolve(by_id(ResourceKind::prompt, "s-9")), "the source has no prompt");
  expect_problem(world.resolve(by_arn(ResourceKind::contact_flow, "s-9")),
                 "the source has no contact flow");
}

TEST(Resolver, RefusesNamesThatAreNotUnique) {
  World world;
  world.both(ResourceKind::task_template, "T", "1");
  world.add(false, ResourceKind::task_template, "T", "t-2");
  expect_problem(world.resolve(by_id(ResourceKind::task_template, "s-1")),
                 "the target has 2 times a task template \"T\"");
  World other;
  other.both(ResourceKind::task_template, "T", "1");
  other.add(true, ResourceKind::task_template, "T", "s-2");
  expect_problem(other.resolve(by_id(ResourceKind::task_template, "s-1")), "more than one");
  // Pinned by their ids each goes its own way, also to an id or an ARN.
  other.add(false, ResourceKind::task_template, "U", "t-2");
  other.rules.pins = {Pin{ResourceKind::task_template, "s-1", "U"},
                      Pin{ResourceKind::task_template,
                          World::arn_of(true, ResourceKind::task_template, "s-2"), "t-1"}};
  EXPECT_EQ(other.resolve(by_id(ResourceKind::task_template, "s-1")).text, "t-2");
  EXPECT_EQ(other.resolve(by_arn(ResourceKind::task_template, "s-2")).text,
            World::arn_of(false, ResourceKind::task_template, "t-1"));
}

TEST(Resolver, FollowsPinsAndRenamesAndTellsTheNewName) {
  World world;
  world.add(true, ResourceKind::queue, "dev-sales", "s-1");
  world.add(true, ResourceKind::queue, "a.*", "s-2");
  world.add(false, ResourceKind::queue, "prod-sales", "t-1");
  world.add(false, ResourceKind::queue, "Sales JP", "t-2");
  world.rules.renames.push_back(*make_rename(ResourceKind::queue, "^dev-(.*)$", "prod-$1"));
  world.rules.pins.push_back(Pin{ResourceKind::queue, "a.*", "Sales JP"});
  const Resolution renamed = world.resolve(by_arn(ResourceKind::queue, "s-1"));
  EXPECT_EQ(renamed.text, World::arn_of(false, ResourceKind::queue, "t-1"));
  EXPECT_EQ(renamed.name, "prod-sales");
  const Resolution pinned = world.resolve(by_id(ResourceKind::queue, "s-2"));
  EXPECT_EQ(pinned.text, "t-2");
  EXPECT_EQ(pinned.name, "Sales JP");
}

TEST(Resolver, DoesWhatThePolicySaysOfMissingResources) {
  World world;
  world.add(true, ResourceKind::prompt, "Beep.wav", "s-1");
  world.rules.missing[ResourceKind::prompt] = Missing::keep;
  Resolution out = world.resolve(by_arn(ResourceKind::prompt, "s-1"));
  EXPECT_EQ(out.state, State::keep);
  ASSERT_EQ(out.findings.size(), 1U);
  EXPECT_EQ(out.findings[0].severity, Severity::warning);
  EXPECT_THAT(out.findings[0].text, HasSubstr("kept as it is"));
  world.rules.missing[ResourceKind::prompt] = Missing::skip_flow;
  out = world.resolve(by_arn(ResourceKind::prompt, "s-1"));
  EXPECT_EQ(out.state, State::skip_flow);
  EXPECT_EQ(out.findings.at(0).severity, Severity::warning);
}

/// A bundle pulled from `k_source`: account and ids are made from names.
struct BundleWorld : World {
  BundleWorld() {
    source.instance.account = "000000000000";
    source.instance.id = "made";
    source.pulled_from = Origin{
        "arn:aws:connect:ap-northeast-1:111111111111:instance/"
        "5ad0c1a5-7e1e-4c0b-9a51-0d5e3b8f2a10",
        "src",
        {}};
    for (const ResourceKind kind : all_kinds()) rules.missing[kind] = Missing::keep;
  }
};

constexpr const char* k_made = "arn:aws:connect:ap-northeast-1:000000000000:instance/made";
constexpr const char* k_made_id = "7d4dfd3f-9bee-804a-9efd-3fb366a7691d";
constexpr const char* k_real_id = "853e8a10-5b06-4d81-9e46-50dc40b4b66a";

TEST(Resolver, KeepsOfABundleWhatItsInstanceHadAndNothingMadeUp) {
  BundleWorld world;
  world.add(true, ResourceKind::prompt, "hello.wav", k_made_id);
  const std::string prompt = std::string(k_made) + "/prompt/";
  const auto known = arn_text(ResourceKind::prompt, prompt + k_made_id, k_made_id);
  const Resolution by_name_only = world.resolve(known);
  EXPECT_EQ(State::unresolved, by_name_only.state);
  EXPECT_THAT(by_name_only.findings.at(0).text, HasSubstr("cannot be kept"));
  EXPECT_EQ("", by_name_only.findings.at(0).arn);
  EXPECT_EQ(State::unresolved, world.resolve(by_id(ResourceKind::prompt, k_made_id)).state);

  // Gone in the instance: its id stayed in the document.
  const Resolution gone =
      world.resolve(arn_text(ResourceKind::prompt, prompt + k_real_id, k_real_id));
  EXPECT_EQ(State::replace, gone.state);
  EXPECT_EQ(
      "arn:aws:connect:ap-northeast-1:111111111111:instance/5ad0c1a5-7e1e-4c0b-9a51-0d5e3b8f2a10/"
      "prompt/" +
          std::string(k_real_id),
      gone.text);
  const Resolution function =
      world.resolve(arn_text(ResourceKind::lambda_function,
                             "arn:aws:lambda:ap-northeast-1:000000000000:function:crm", "crm"));
  EXPECT_EQ("arn:aws:lambda:ap-northeast-1:111111111111:function:crm", function.text);
  EXPECT_EQ(State::keep, world.resolve(by_id(ResourceKind::case_template, k_real_id)).state);

  // Nobody says where the bundle came from.
  world.source.pulled_from.reset();
  EXPECT_EQ(State::unresolved,
            world.resolve(arn_text(ResourceKind::prompt, prompt + k_real_id, k_real_id)).state);
}

TEST(Resolver, TakesPinsOfABundleByTheArnThatItsInstanceHas) {
  BundleWorld world;
  const std::string rest = ":assistant/" + std::string(k_real_id);
  const std::string to = "arn:aws-us-gov:wisdom:us-gov-west-1:222222222222:assistant/there";
  world.rules.pins.push_back(
      {ResourceKind::assistant, "arn:aws:wisdom:ap-northeast-1:111111111111" + rest, to});
  const Resolution pinned = world.resolve(arn_text(
      ResourceKind::assistant, "arn:aws:wisdom:ap-northeast-1:000000000000" + rest, k_real_id));
  EXPECT_EQ(State::replace, pinned.state);
  EXPECT_EQ(to, pinned.text);
}

TEST(Resolver, RewritesAgentsOwnQueues) {
  World world;
  world.both(ResourceKind::user, "akira", "1");
  const Resolution out = world.resolve(
      arn_text(ResourceKind::user, std::string(k_source) + "/queue/agent/s-1", "s-1"));
  EXPECT_EQ(out.text, std::string(k_target) + "/queue/agent/t-1");
  EXPECT_EQ(world.resolve(by_arn(ResourceKind::user, "s-1")).text,
            World::arn_of(false, ResourceKind::user, "t-1"));
}

TEST(Resolver, RewritesTheInstanceItself) {
  World world;
  EXPECT_EQ(world.resolve(arn_text(ResourceKind::instance, k_source, "src")).text, k_target);
  EXPECT_EQ(world.resolve(by_id(ResourceKind::instance, "src")).text, "tgt");
}

TEST(Resolver, MapsPhoneNumbersAndEmailAddresses) {
  World world;
  world.add_arn(true, ResourceKind::phone_number, "+81312345678",
                "arn:aws:connect:ap-northeast-1:111111111111:phone-number/s-1");
  world.add_arn(false, ResourceKind::phone_number, "+15550100",
                "arn:aws-us-gov:connect:us-gov-west-1:222222222222:phone-number/t-1");
  Resolution out = world.resolve(by_name(ResourceKind::phone_number, "+81312345678"));
  expect_problem(out, "no phone number \"+81312345678\"");
  EXPECT_THAT(out.findings[0].help, HasSubstr("mapping.pin"));
  world.rules.pins.push_back(Pin{ResourceKind::phone_number, "+81312345678", "+15550100"});
  out = world.resolve(by_name(ResourceKind::phone_number, "+81312345678"));
  EXPECT_EQ(out.state, State::replace);
  EXPECT_EQ(out.text, "+15550100");
  out = world.resolve(arn_text(ResourceKind::phone_number,
                               "arn:aws:connect:ap-northeast-1:111111111111:phone-number/s-1",
                               "+81312345678"));
  EXPECT_EQ(out.text, "arn:aws-us-gov:connect:us-gov-west-1:222222222222:phone-number/t-1");

  world.add(false, ResourceKind::email_address, "help@prod.example", "t-5");
  expect_problem(world.resolve(by_name(ResourceKind::email_address, "help@dev.example")),
                 "no email address");
  world.rules.renames.push_back(
      *make_rename(ResourceKind::email_address, "@dev\\.example$", "@prod.example"));
  EXPECT_EQ(world.resolve(by_name(ResourceKind::email_address, "help@dev.example")).text,
            "help@prod.example");
}

TEST(Resolver, MovesManagedViewsToTheTargetsRegion) {
  const std::string form = "arn:aws:connect:ap-northeast-1:aws:view/form:1";
  World world;
  EXPECT_EQ(world.resolve(arn_text(ResourceKind::view, form, "form", "1")).text,
            "arn:aws-us-gov:connect:us-gov-west-1:aws:view/form:1");
  world.add_arn(false, ResourceKind::view, "Form",
                "arn:aws-us-gov:connect:us-gov-west-1:aws:view/form:1", "AWS_MANAGED");
  EXPECT_EQ(world.resolve(arn_text(ResourceKind::view, form, "form", "1")).text,
            "arn:aws-us-gov:connect:us-gov-west-1:aws:view/form:1");
  expect_problem(
      world.resolve(arn_text(ResourceKind::view, "arn:aws:connect:ap-northeast-1:aws:view/wizard:2",
                             "wizard", "2")),
      "no AWS-managed view \"wizard\"");
}

TEST(Resolver, KeepsOwnViewsApartFromManagedOnesOfTheSameName) {
  World world;
  world.both(ResourceKind::view, "Form", "1", "CUSTOMER_MANAGED");
  world.both(ResourceKind::view, "Form", "2", "AWS_MANAGED");
  EXPECT_EQ(world.resolve(by_arn(ResourceKind::view, "s-1")).text,
            World::arn_of(false, ResourceKind::view, "t-1"));
}

TEST(Resolver, MapsLambdaFunctionsIntoTheTargetsAccountAndRegion) {
  World world;
  const std::string there = "arn:aws-us-gov:lambda:us-gov-west-1:222222222222:function:";
  const std::string here = "arn:aws:lambda:ap-northeast-1:111111111111:function:";
  world.add_arn(false, ResourceKind::lambda_function, "lookup", there + "lookup");
  world.add_arn(false, ResourceKind::lambda_function, "route", there + "route:live");
  const auto lambda = [&](const std::string& text, const std::string& name,
                          const std::string& qualifier = {}) {
    return world.resolve(arn_text(ResourceKind::lambda_function, text, name, qualifier));
  };
  EXPECT_EQ(lambda(here + "lookup", "lookup").text, there + "lookup");
  EXPECT_EQ(lambda(here + "lookup:$LATEST", "lookup", "$LATEST").text, there + "lookup:$LATEST");
  EXPECT_EQ(lambda(here + "route:live", "route", "live").text, there + "route:live");
  expect_problem(lambda(here + "route", "route"), "is not associated with the target instance");
  expect_problem(lambda(here + "other", "other"),
                 "\"other\" of account 222222222222 in us-gov-west-1 is not associated");
  const Resolution version = lambda(here + "lookup:7", "lookup", "7");
  EXPECT_EQ(version.state, State::replace);
  ASSERT_EQ(version.findings.size(), 1U);
  EXPECT_EQ(version.findings[0].id, "ref-version");
}

TEST(Resolver, LeavesAnOpenRegionInLambdaArnsAndChecksTheTargetsOwn) {
  World world;
  world.add_arn(false, ResourceKind::lambda_function, "f",
                "arn:aws-us-gov:lambda:us-gov-west-1:222222222222:function:f");
  const auto lambda = [&](const std::string& name) {
    return world.resolve(arn_text(ResourceKind::lambda_function,
                                  "arn:aws:lambda:$.AwsRegion:111111111111:function:" + name,
                                  name));
  };
  EXPECT_EQ(lambda("f").text, "arn:aws-us-gov:lambda:$.AwsRegion:222222222222:function:f");
  expect_problem(lambda("g"), "in us-gov-west-1 is not associated");
}

TEST(Resolver, FollowsPinsAndRenamesOfLambdaFunctions) {
  World world;
  const std::string there = "arn:aws-us-gov:lambda:us-gov-west-1:222222222222:function:";
  const std::string here = "arn:aws:lambda:ap-northeast-1:111111111111:function:";
  const std::string shared = "arn:aws-us-gov:lambda:us-gov-west-1:999999999999:function:common";
  world.add_arn(false, ResourceKind::lambda_function, "prod-f", there + "prod-f");
  world.add_arn(false, ResourceKind::lambda_function, "common", shared);
  world.rules.renames.push_back(*make_rename(ResourceKind::lambda_function, "^dev-", "prod-"));
  Resolution out = world.resolve(
      arn_text(ResourceKind::lambda_function, here + "dev-f:$LATEST", "dev-f", "$LATEST"));
  EXPECT_EQ(out.text, there + "prod-f:$LATEST");
  EXPECT_EQ(out.name, "prod-f");
  world.rules.pins = {Pin{ResourceKind::lambda_function, "g", shared}};
  out = world.resolve(arn_text(ResourceKind::lambda_function, here + "g:live", "g", "live"));
  EXPECT_EQ(out.text, shared + ":live");
  EXPECT_EQ(out.name, "common");
  world.rules.pins = {Pin{ResourceKind::lambda_function, "g", shared + ":prod"}};
  out = world.resolve(arn_text(ResourceKind::lambda_function, here + "g:live", "g", "live"));
  EXPECT_EQ(out.text, shared + ":prod") << "one qualifier, not two";
  world.rules.pins = {Pin{ResourceKind::lambda_function, "g", "arn:aws:s3:::bucket"}};
  expect_problem(world.resolve(arn_text(ResourceKind::lambda_function, here + "g", "g")),
                 "is no function");
  world.rules.pins = {Pin{ResourceKind::lambda_function, "g", "arn:"}};
  expect_problem(world.resolve(arn_text(ResourceKind::lambda_function, here + "g", "g")),
                 "is no function");
}

struct LexWorld : World {
  const std::string here = "arn:aws:lex:ap-northeast-1:111111111111:bot-alias/";
  const std::string there = "arn:aws-us-gov:lex:us-gov-west-1:222222222222:bot-alias/";

  void associate(const std::string& ids, const std::string& name = {}) {
    add_arn(false, ResourceKind::lex_v2_bot_alias, ids, there + ids);
    if (!name.empty()) target.lex_alias_names[there + ids] = name;
  }
  Resolution lex(const std::string& ids, const std::string& region = "ap-northeast-1") {
    return resolve(arn_text(ResourceKind::lex_v2_bot_alias,
                            "arn:aws:lex:" + region + ":111111111111:bot-alias/" + ids, ids));
  }
};

TEST(Resolver, TakesReplicatedLexBotsByTheirIds) {
  LexWorld world;
  world.associate("BOT1/ALIAS1");
  EXPECT_EQ(world.lex("BOT1/ALIAS1").text, world.there + "BOT1/ALIAS1");
  EXPECT_EQ(world.lex("BOT1/ALIAS1", "$.AwsRegion").text,
            "arn:aws-us-gov:lex:$.AwsRegion:222222222222:bot-alias/BOT1/ALIAS1");
}

TEST(Resolver, FindsOtherLexBotsByBotAndAliasName) {
  LexWorld world;
  world.source.lex_alias_names[world.here + "BOT1/ALIAS1"] = "Booking/live";
  world.associate("BOT7/ALIAS7", "Booking/live");
  world.associate("BOT7/ALIAS8", "Booking/test");
  EXPECT_EQ(world.lex("BOT1/ALIAS1").text, world.there + "BOT7/ALIAS7");
  EXPECT_FALSE(world.lex("BOT1/ALIAS1").name);
  expect_problem(world.lex("BOT2/ALIAS1"), "cannot be read");
  world.source.lex_alias_names[world.here + "BOT2/ALIAS1"] = "Booking/prod";
  const Resolution out = world.lex("BOT2/ALIAS1");
  expect_problem(out, "no Lex V2 bot alias \"Booking/prod\"");
  EXPECT_FALSE(out.findings[0].closest.empty());
  world.associate("BOT9/ALIAS9", "Booking/live");
  expect_problem(world.lex("BOT1/ALIAS1"), "more than one");
}

TEST(Resolver, FollowsPinsAndRenamesOfLexBots) {
  LexWorld world;
  world.source.lex_alias_names[world.here + "BOT1/ALIAS1"] = "dev-Booking/live";
  world.associate("BOT7/ALIAS7", "Booking/live");
  world.associate("BOT8/ALIAS8");
  world.rules.renames.push_back(*make_rename(ResourceKind::lex_v2_bot_alias, "^dev-", ""));
  Resolution out = world.lex("BOT1/ALIAS1");
  EXPECT_EQ(out.text, world.there + "BOT7/ALIAS7");
  EXPECT_EQ(out.name, "Booking/live");
  world.rules.pins = {
      Pin{ResourceKind::lex_v2_bot_alias, "dev-Booking/live", world.there + "BOT8/ALIAS8"}};
  EXPECT_EQ(world.lex("BOT1/ALIAS1").text, world.there + "BOT8/ALIAS8");
  // Without a name, by the ARN as it stands in the flow.
  world.rules.pins = {
      Pin{ResourceKind::lex_v2_bot_alias, world.here + "BOT5/ALIAS5", world.there + "BOT8/ALIAS8"}};
  EXPECT_EQ(world.lex("BOT5/ALIAS5").text, world.there + "BOT8/ALIAS8");
  EXPECT_EQ(world.lex("BOT5/ALIAS5").state, State::replace);
  // A rule that matches the empty text does not match an alias that could not be read.
  world.rules.pins.clear();
  world.rules.renames = {*make_rename(ResourceKind::lex_v2_bot_alias, "^", "Booking/live")};
  expect_problem(world.lex("BOT5/ALIAS5"), "cannot be read");
}

TEST(Resolver, MapsLexV1BotsByNameAndTellsTheirRegion) {
  World world;
  world.add_arn(false, ResourceKind::lex_v1_bot, "Order", "", "us-east-1");
  world.add_arn(false, ResourceKind::lex_v1_bot, "Order", "", "us-gov-west-1");
  Resolution out = world.resolve(by_name(ResourceKind::lex_v1_bot, "Order"));
  EXPECT_EQ(out.text, "Order");
  EXPECT_EQ(out.region, "us-gov-west-1");
  expect_problem(world.resolve(by_name(ResourceKind::lex_v1_bot, "Other")), "no Lex V1 bot");
}

TEST(Resolver, ReportsKindsWithoutALookUpWithAHint) {
  World world;
  for (const ResourceKind kind : all_kinds()) {
    if (has_lookup(kind) || kind == ResourceKind::instance) continue;
    const Resolution out = world.resolve(by_id(kind, "x-1"));
    ASSERT_EQ(out.state, State::unresolved) << to_string(kind);
    EXPECT_THAT(out.findings.at(0).help, HasSubstr("pin")) << to_string(kind);
  }
}

TEST(Resolver, PinsKindsWithoutALookUpByTextOrId) {
  World world;
  const std::string assistant = "arn:aws:wisdom:ap-northeast-1:111111111111:assistant/a-1";
  const auto resolve = [&] {
    return world.resolve(arn_text(ResourceKind::assistant, assistant, "a-1")).text;
  };
  world.rules.pins = {Pin{ResourceKind::assistant, assistant, "arn:whole"}};
  EXPECT_EQ(resolve(), "arn:whole");
  world.rules.pins = {Pin{ResourceKind::assistant, "a-1", "b-2"}};
  EXPECT_EQ(resolve(), "arn:aws-us-gov:wisdom:us-gov-west-1:222222222222:assistant/b-2");
  world.rules.pins = {Pin{ResourceKind::ai_agent, "a/b", "c/d"}};
  EXPECT_EQ(world
                .resolve(arn_text(ResourceKind::ai_agent,
                                  "arn:aws:wisdom:ap-northeast-1:111111111111:ai-agent/a/b:$LATEST",
                                  "a/b", "$LATEST"))
                .text,
            "arn:aws-us-gov:wisdom:us-gov-west-1:222222222222:ai-agent/c/d:$LATEST");
  world.rules.pins = {Pin{ResourceKind::case_template, "x", "y"}};
  EXPECT_EQ(world.resolve(by_id(ResourceKind::case_template, "x")).text, "y");
  // An ARN below the instance gets the target's instance.
  world.rules.pins = {Pin{ResourceKind::unknown, "n-1", "n-2"}};
  EXPECT_EQ(
      world.resolve(arn_text(ResourceKind::unknown, std::string(k_source) + "/novelty/n-1", "n-1"))
          .text,
      std::string(k_target) + "/novelty/n-2");
}

// --- flows and modules

struct FlowWorld : World {
  void carry(const std::string& name, const std::string& id, ResourceKind kind,
             const Resource* existing = nullptr) {
    carried.push_back(Carried{kind, id, name,
                              kind == ResourceKind::contact_flow ? "CONTACT_FLOW" : "", existing});
  }
};

constexpr ResourceKind k_flow = ResourceKind::contact_flow;
constexpr ResourceKind k_module = ResourceKind::flow_module;

TEST(Resolver, LeavesAHoleForAFlowThatIsStillToBeCreated) {
  FlowWorld world;
  world.add(true, k_flow, "Menu", "s-1", "CONTACT_FLOW");
  world.carry("Menu JP", "s-1", k_flow);
  const Resolution out = world.resolve(by_arn(k_flow, "s-1", "$SAVED"));
  EXPECT_EQ(out.state, State::pending);
  EXPECT_EQ(out.carried, 0U);
  EXPECT_EQ(out.qualifier, "$SAVED");
  EXPECT_EQ(out.name, "Menu JP");
}

TEST(Resolver, TakesTheExistingFlowOfOneThatIsCarried) {
  FlowWorld world;
  world.both(k_flow, "Menu", "1", "CONTACT_FLOW");
  world.carry("Menu", "s-1", k_flow, world.target.inventories[k_flow].by_id("t-1"));
  const Resolution out = world.resolve(by_id(k_flow, "s-1"));
  EXPECT_EQ(out.state, State::replace);
  EXPECT_EQ(out.text, "t-1");
  EXPECT_EQ(out.carried, 0U) << "the order still wants to know";
}

TEST(Resolver, LooksUpFlowsThatAreNotCarriedWithinTheirType) {
  FlowWorld world;
  world.both(k_flow, "Menu", "1", "CONTACT_FLOW");
  world.add(false, k_flow, "Menu", "t-9", "CUSTOMER_QUEUE");
  EXPECT_EQ(world.resolve(by_id(k_flow, "s-1")).text, "t-1");
  world.add(true, k_flow, "Wait", "s-2", "CUSTOMER_QUEUE");
  world.add(false, k_flow, "Wait", "t-2", "CONTACT_FLOW");
  expect_problem(world.resolve(by_id(k_flow, "s-2")),
                 "is of type CONTACT_FLOW, not CUSTOMER_QUEUE");
  world.add(true, k_flow, "Gone", "s-3", "CONTACT_FLOW");
  expect_problem(world.resolve(by_id(k_flow, "s-3")), "not among those that are carried");
  world.add(true, k_flow, "Old", "s-4", "CONTACT_FLOW");
  world.add(false, k_flow, "Old", "t-4", "CONTACT_FLOW", "ARCHIVED");
  expect_problem(world.resolve(by_id(k_flow, "s-4")), "is archived");
}

TEST(Resolver, SkipsCallersOfWhatTheRulesSkip) {
  FlowWorld world;
  world.add(true, k_flow, "Menu", "s-1", "CONTACT_FLOW");
  world.carry("Menu", "s-1", k_flow);
  Resolution out = world.resolve(by_id(k_flow, "s-1"), {0});
  EXPECT_EQ(out.state, State::skip_flow);
  EXPECT_EQ(out.findings.at(0).severity, Severity::warning);
  EXPECT_THAT(out.findings.at(0).text, HasSubstr("it is skipped"));
  world.rules.missing[k_flow] = Missing::keep;
  EXPECT_EQ(world.resolve(by_id(k_flow, "s-1"), {0}).state, State::keep);
  // One that the target has is as good as any other there.
  world.add(false, k_flow, "Menu", "t-1", "CONTACT_FLOW");
  out = world.resolve(by_id(k_flow, "s-1"), {0});
  EXPECT_EQ(out.state, State::replace);
  EXPECT_EQ(out.text, "t-1");
  EXPECT_EQ(out.carried, static_cast<std::size_t>(-1));
}

TEST(Resolver, MapsModuleAliasesByTheirNames) {
  FlowWorld world;
  world.both(k_module, "Greet", "1");
  const auto alias = [](const std::string& id, const std::string& name) {
    Resource out;
    out.id = id;
    out.name = name;
    return out;
  };
  world.source.module_aliases["s-1"].add(alias("sa-1", "live"));
  world.source.module_aliases["s-1"].add(alias("sa-2", "next"));
  world.target.module_aliases["t-1"].add(alias("ta-1", "live"));
  EXPECT_EQ(world.resolve(by_id(k_module, "s-1", "sa-1")).text, "t-1:ta-1");
  EXPECT_EQ(world.resolve(by_arn(k_module, "s-1", "sa-1")).text,
            World::arn_of(false, k_module, "t-1") + ":ta-1");
  expect_problem(world.resolve(by_id(k_module, "s-1", "sa-2")),
                 "has no alias \"next\" in the target");
  expect_problem(world.resolve(by_id(k_module, "s-1", "sa-9")), "no alias with the id sa-9");
  EXPECT_EQ(world.resolve(by_id(k_module, "s-1", "$LATEST")).text, "t-1:$LATEST");
  const Resolution version = world.resolve(by_id(k_module, "s-1", "3"));
  EXPECT_EQ(version.text, "t-1:3");
  EXPECT_EQ(version.findings.at(0).id, "ref-version");
}

TEST(Resolver, RefusesVersionsAndAliasesOfModulesThatAreStillToBeCreated) {
  FlowWorld world;
  world.add(true, k_module, "Greet", "s-1");
  Resource alias;
  alias.id = "sa-1";
  alias.name = "live";
  world.source.module_aliases["s-1"].add(alias);
  world.carry("Greet", "s-1", k_module);
  EXPECT_EQ(world.resolve(by_id(k_module, "s-1", "$LATEST")).state, State::pending);
  expect_problem(world.resolve(by_id(k_module, "s-1", "3")), "no versions in the target yet");
  expect_problem(world.resolve(by_id(k_module, "s-1", "sa-1")), "no alias \"live\" in the target");
}

TEST(Resolver, DoesNotLookForCloseNamesForEver) {
  World world;
  for (int i = 0; i < 5000; ++i) {
    const std::string n = std::to_string(i);
    world.add(true, ResourceKind::queue, "Missing queue " + n, "s-" + n);
    world.add(false, ResourceKind::queue, "Present queue with a name " + n, "t-" + n);
  }
  const Resolver resolver(world.source, world.target, world.rules, world.carried);
  const auto begin = test::cpu_time();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5000; ++i) {
      const auto out = resolver.resolve(by_arn(ResourceKind::queue, "s-" + std::to_string(i)));
      ASSERT_EQ(out.state, State::unresolved);
    }
  }
  EXPECT_LT(test::cpu_time() - begin, test::at_most(std::chrono::seconds(20)));
}

}  // namespace
}  // namespace flowferry::mapping
