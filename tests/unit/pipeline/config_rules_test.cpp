// Rules for pairs of environments, replacements, and the one description of all keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "mapping/flow_pattern.h"
#include "pipeline/config.h"
#include "pipeline/config_shape.h"

namespace flowferry::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* k_environments = "environments: { dev: {}, stg: {}, prod: {} }\n";

Config read(const std::string& text) {
  auto config = parse_config(k_environments + text, "flowferry.yaml");
  EXPECT_TRUE(config) << text << "\n" << one_line(config.error());
  return config ? *std::move(config) : Config();
}

void expect_refused(const std::string& text, std::size_t line, const std::string& message,
                    const std::string& hint = {}) {
  const auto config = parse_config(k_environments + text, "conf/flowferry.yaml");
  ASSERT_FALSE(config) << text;
  EXPECT_EQ(config.error().kind, ErrorKind::config) << text;
  EXPECT_EQ(config.error().subject, "conf/flowferry.yaml:" + std::to_string(line)) << text;
  EXPECT_THAT(config.error().message, HasSubstr(message)) << text;
  EXPECT_THAT(config.error().hint, HasSubstr(hint)) << text;
  EXPECT_FALSE(config.error().hint.empty()) << text;
}

TEST(Pairs, AddToTheGeneralRulesAndGoOverThem) {
  const Config config = read(R"(
select: { include: ["A*"], exclude: ["x"] }
mapping:
  rename:
    - { kind: queue, from: "^dev-", to: "gen-" }
    - { kind: queue, from: "^old-", to: "new-" }
  pin:
    - { kind: prompt, from: "a", to: "b" }
missing: { prompt: keep, queue: fail }
replace:
  - { name: hotline, values: { dev: "1", prod: "2" } }
limits: { creates: 5, updates: 6 }
protect: { names: ["P"], tags: { stage: live } }
pairs:
  - from: dev
    to: prod
    select: { include: ["B*"], exclude: ["y"], with_dependencies: true }
    mapping:
      rename:
        - { kind: queue, from: "^dev-", to: "prod-" }
      pin:
        - { kind: prompt, from: "a", to: "c" }
    missing: { prompt: skip-flow }
    replace:
      - { name: hotline, values: { dev: "1", prod: "3" } }
    limits: { updates: 7 }
    protect: { names: ["Q"] }
  - { to: prod, limits: { creates: 8 } }
)");
  const Scope general = config.scope("dev", "stg");
  EXPECT_THAT(general.select.include, ElementsAre("A*"));
  EXPECT_FALSE(general.select.with_dependencies.value_or(false));
  EXPECT_EQ(general.rules.target_name(ResourceKind::queue, "dev-x"), "gen-x");
  EXPECT_EQ(general.limits.creates, 5);
  EXPECT_EQ(general.rules.file, "flowferry.yaml");

  const Scope pair = config.scope("dev", "prod");
  EXPECT_THAT(pair.select.include, ElementsAre("B*")) << "instead of the general ones";
  EXPECT_THAT(pair.select.exclude, ElementsAre("x", "y")) << "beside the general ones";
  EXPECT_TRUE(pair.select.with_dependencies.value_or(false));
  EXPECT_EQ(pair.rules.target_name(ResourceKind::queue, "dev-x"), "prod-x");
  EXPECT_EQ(pair.rules.target_name(ResourceKind::queue, "old-x"), "new-x");
  EXPECT_EQ(pair.rules.renames.size(), 2U) << "the general rule for the same names is gone";
  EXPECT_EQ(pair.rules.target_name(ResourceKind::prompt, "a"), "c");
  EXPECT_EQ(pair.rules.pins.size(), 1U);
  EXPECT_EQ(pair.rules.policy(ResourceKind::prompt), mapping::Missing::skip_flow);
  EXPECT_EQ(pair.rules.policy(ResourceKind::queue), mapping::Missing::fail);
  ASSERT_EQ(pair.rules.variables.size(), 1U);
  EXPECT_EQ(pair.rules.variables[0].values.at("prod"), "3");
  EXPECT_EQ(pair.limits.updates, 7);
  EXPECT_EQ(pair.limits.creates, 8) << "of the second pair that covers it";
  EXPECT_THAT(pair.protect.names, ElementsAre("P", "Q"));
  EXPECT_EQ(pair.protect.tags, (Tags{{"stage", "live"}}));

  EXPECT_EQ(config.scope("stg", "prod").limits.creates, 8);
  EXPECT_THAT(config.scope("stg", "prod").select.include, ElementsAre("A*"));
}

TEST(Pairs, AreRefusedWithTheirLine) {
  expect_refused("pairs:\n  - { from: dev, to: prd }\n", 3, "\"prd\"", "\"prod\"");
  expect_refused("pairs:\n  - { from: dev, to: prod }\n  - { from: dev, to: prod }\n", 4, "line 3");
  expect_refused("pairs:\n  - { from: dev, to: dev }\n", 3, "itself");
  expect_refused("pairs:\n  - { from: dev, too: prod }\n", 3, "\"too\"", "\"to\"");
  expect_refused("pairs: { dev: prod }\n", 2, "list");
  expect_refused("pairs:\n  - from: dev\n    missing: { prompt: kep }\n", 4, "kep");
  EXPECT_TRUE(parse_config("pairs: [{ from: ./connect, to: '*' }]", "f")) << "a folder; any";
}

TEST(Replace, ReadsWhereAndWhat) {
  const Config config = read(R"(
replace:
  - name: hotline
    kind: contact-flow
    flows: ["Main*", "type:CUSTOMER_QUEUE"]
    action: TransferParticipantToThirdParty
    parameter: ThirdPartyPhoneNumber
    values: { dev: "+81311112222", prod: "+81344445555" }
  - { path: "$..Media.Uri", values: { prod: "s3://prod/x" } }
)");
  ASSERT_EQ(config.rules.variables.size(), 2U);
  const mapping::Variable& hotline = config.rules.variables[0];
  EXPECT_EQ(hotline.name, "hotline");
  EXPECT_EQ(hotline.kind, ResourceKind::contact_flow);
  ASSERT_EQ(hotline.flows.size(), 2U);
  EXPECT_EQ(hotline.action, "TransferParticipantToThirdParty");
  EXPECT_TRUE(hotline.below_parameters);
  EXPECT_EQ(hotline.values.at("prod"), "+81344445555");
  EXPECT_EQ(hotline.line, 4U);
  EXPECT_TRUE(config.rules.variables[1].place.has_value());
}

TEST(Replace, IsRefusedWithItsLine) {
  const std::string values = "values: { dev: \"1\", prod: \"2\" }";
  expect_refused("replace:\n  - { name: x }\n", 3, "lacks \"values\"");
  expect_refused("replace:\n  - { values: { dev: \"1\" } }\n", 3,
                 "nothing that could be looked for");
  expect_refused("replace:\n  - { values: { dev: \"1\", prod: \"\" } }\n", 3, "must not be empty");
  expect_refused("replace:\n  - { values: { dev: \"1\", prd: \"2\" } }\n", 3, "\"prd\"",
                 "\"prod\"");
  expect_refused("replace:\n  - { parameter: T, path: $.x, " + values + " }\n", 3, "both");
  expect_refused("replace:\n  - { path: Actions, " + values + " }\n", 3, "does not begin with $");
  expect_refused("replace:\n  - { path: \"$.a[\", " + values + " }\n", 3, "not a path");
  expect_refused("replace:\n  - { parameter: \"a..\", " + values + " }\n", 3, "not a path");
  expect_refused("replace:\n  - { flows: [\"regex:(\"], " + values + " }\n", 3, "regular");
  expect_refused("replace:\n  - { kind: queue, " + values + " }\n", 3, "unknown kind \"queue\"");
  expect_refused("replace:\n  - { name: x, " + values + " }\n  - { name: x, " + values + " }\n", 4,
                 "twice");
}

TEST(Select, RefusesPatternsThatAreNone) {
  expect_refused("select:\n  include:\n    - ok\n    - \"regex:(\"\n", 5, "regular");
  expect_refused("select: { exclude: \"state:DRAFT\" }\n", 2, "state:DRAFT", "known:");
  expect_refused("select: { with_dependencies: maybe }\n", 2, "with_dependencies", "true or false");
}

// --- one description for the parser and for the schema

/// A YAML (JSON) text that fits `shape`; of maps only what is required.
std::string good(const Shape& shape) {
  switch (shape.type) {
    case Shape::Type::text:
      return shape.words.empty() ? "\"./x\"" : "\"" + shape.words.front() + "\"";
    case Shape::Type::number:
      return std::to_string(shape.high);
    case Shape::Type::count:
      return "1";
    case Shape::Type::flag:
      return "true";
    case Shape::Type::texts:
      return shape.words.empty() ? "[\"x\"]" : "[\"" + shape.words.front() + "\"]";
    case Shape::Type::keys: {
      std::string out;
      for (const std::string& key : shape.required) {
        out += (out.empty() ? "" : ", ") + ("\"" + key + "\": ") + good(shape.at(key));
      }
      return "{" + out + "}";
    }
    case Shape::Type::named:
      if (!shape.words.empty()) {
        return "{ \"" + shape.words.front() + "\": " + good(shape.element()) + " }";
      }
      return "{ \"./x\": " + good(shape.element()) + ", \"./y\": " + good(shape.element()) + " }";
    case Shape::Type::list:
      return "[" + good(shape.element()) + "]";
  }
  return {};
}

/// Calls `look` for every place below `shape` with a way to put a text there into a whole file.
void each_place(
    const Shape& shape, const std::string& path,
    const std::function<std::string(const std::string&)>& whole,
    const std::function<void(const Shape&, const std::string&,
                             const std::function<std::string(const std::string&)>&)>& look) {
  look(shape, path, whole);
  if (shape.type == Shape::Type::keys) {
    for (const auto& [key, member] : shape.keys) {
      const std::string name = key;
      each_place(
          member, path + "." + key,
          [&shape, name, whole](const std::string& text) {
            std::string out = "\"" + name + "\": " + text;
            for (const std::string& other : shape.required) {
              if (other != name) out += ", \"" + other + "\": " + good(shape.at(other));
            }
            return whole("{" + out + "}");
          },
          look);
    }
  } else if (shape.type == Shape::Type::named) {
    const std::string name = shape.words.empty() ? "./x" : shape.words.front();
    each_place(
        shape.element(), path + ".NAME",
        [name, whole](const std::string& text) {
          return whole("{ \"" + name + "\": " + text + " }");
        },
        look);
  } else if (shape.type == Shape::Type::list) {
    each_place(
        shape.element(), path + "[]",
        [whole](const std::string& text) { return whole("[" + text + "]"); }, look);
  }
}

TEST(Shape, EveryKeyThatIsDescribedIsReadAndWhatDoesNotFitIsRefused) {
  std::size_t places = 0;
  const auto identity = [](const std::string& text) { return text; };
  each_place(
      configuration_shape(), "", identity,
      [&](const Shape& shape, const std::string& path, const auto& whole) {
        ++places;
        const bool map = shape.type == Shape::Type::keys || shape.type == Shape::Type::named;
        const std::string bad = map ? "[1]" : "{ zz: 1 }";
        EXPECT_FALSE(parse_config(whole(bad), "f")) << path << " is read by nobody: " << whole(bad);
        if (shape.type == Shape::Type::keys) {
          const auto unknown = parse_config(whole("{ \"zz\": 1 }"), "f");
          ASSERT_FALSE(unknown) << path;
          EXPECT_THAT(unknown.error().message, HasSubstr("unknown key \"zz\"")) << path;
          for (const std::string& key : shape.required) {
            std::string rest;
            for (const std::string& other : shape.required) {
              if (other != key)
                rest +=
                    (rest.empty() ? "" : ", ") + ("\"" + other + "\": ") + good(shape.at(other));
            }
            EXPECT_FALSE(parse_config(whole("{" + rest + "}"), "f")) << path << " without " << key;
          }
        }
        if (!shape.words.empty() && shape.type == Shape::Type::text) {
          EXPECT_FALSE(parse_config(whole("\"zz\""), "f")) << path << " takes any word";
        }
      });
  EXPECT_GT(places, 90U);
}

TEST(Shape, WhatIsSaidToFitIsTaken) {
  // A path, a parameter and what needs others beside it have tests of their own.
  const auto identity = [](const std::string& text) { return text; };
  std::size_t taken = 0;
  each_place(configuration_shape(), "", identity,
             [&](const Shape& shape, const std::string& path, const auto& whole) {
               if (path.ends_with(".path") || path.ends_with(".values.NAME")) return;
               if (path.starts_with(".lint.except") || path.find(".renamed") != path.npos) return;
               const auto config = parse_config(whole(good(shape)), "f");
               EXPECT_TRUE(config) << path << ": " << whole(good(shape)) << "\n"
                                   << one_line(config.error());
               ++taken;
             });
  EXPECT_GT(taken, 80U);
}

}  // namespace
}  // namespace flowferry::pipeline
