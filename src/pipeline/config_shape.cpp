#include "pipeline/config_shape.h"

#include <algorithm>
#include <stdexcept>

#include "flow/lint/rule.h"
#include "model/kind.h"
#include "pipeline/operations.h"

namespace flowferry::pipeline {
namespace {

using Type = Shape::Type;

Shape shape(Type type, std::string about) {
  Shape out;
  out.type = type;
  out.about = std::move(about);
  return out;
}

Shape text(std::string about) {
  return shape(Type::text, std::move(about));
}

Shape filled_text(std::string about) {
  Shape out = text(std::move(about));
  out.filled = true;
  return out;
}

Shape word(std::string about, std::vector<std::string> words) {
  Shape out = text(std::move(about));
  out.words = std::move(words);
  return out;
}

Shape texts(std::string about) {
  return shape(Type::texts, std::move(about));
}

Shape number(std::string about, double low, double high) {
  Shape out = shape(Type::number, std::move(about));
  out.low = low;
  out.high = high;
  return out;
}

Shape count(std::string about) {
  return shape(Type::count, std::move(about));
}

Shape keys(std::string about, std::vector<ShapeKey> members,
           std::vector<std::string> required = {}) {
  Shape out = shape(Type::keys, std::move(about));
  out.keys = std::move(members);
  out.required = std::move(required);
  return out;
}

Shape named(std::string about, Shape element, std::vector<std::string> names = {}) {
  Shape out = shape(Type::named, std::move(about));
  out.keys.push_back({"", std::move(element)});
  out.words = std::move(names);
  return out;
}

Shape list(std::string about, Shape element) {
  Shape out = shape(Type::list, std::move(about));
  out.keys.push_back({"", std::move(element)});
  return out;
}

std::vector<std::string> kinds(bool with_look_up_only) {
  std::vector<std::string> out;
  for (const ResourceKind kind : all_kinds()) {
    if (!with_look_up_only || has_lookup(kind)) out.emplace_back(to_string(kind));
  }
  return out;
}

Shape environment() {
  return keys("An instance with its credentials, or a bundle folder",
              {{"profile", text("Profile of the AWS files; absent: AWS_PROFILE, the variables, the "
                                "default profile")},
               {"region", text("Region; absent: AWS_REGION, AWS_DEFAULT_REGION, the profile's")},
               {"instance", text("The instance's alias, id or ARN")},
               {"endpoint_url", text("Endpoint of every service that is called; plain HTTP only on "
                                     "loopback")},
               {"role_arn", text("Role to assume with the credentials found")},
               {"external_id", text("External id for the role")},
               {"bundle", text("A bundle folder, instead of an instance")}});
}

Shape select() {
  const std::string patterns =
      ": a name with * ? [abc]; regex:^VIP; type:CUSTOMER_QUEUE; kind:flow-module; state:SAVED; "
      "tag:team=sales";
  return keys("Which flows and modules are carried",
              {{"include", texts("Patterns of what is carried; absent: everything" + patterns)},
               {"exclude", texts("Patterns of what is not" + patterns)},
               {"with_dependencies", shape(Type::flag,
                                           "Also carry the flows and modules that those "
                                           "refer to, and so on")}});
}

Shape rule(std::string about, std::string from, std::string to, std::vector<std::string> of_kinds) {
  return list(about, keys("A rule",
                          {{"kind", word("Kind of the resource", std::move(of_kinds))},
                           {"from", filled_text(std::move(from))},
                           {"to", text(std::move(to))}},
                          {"kind", "from", "to"}));
}

Shape mapping() {
  return keys("Which resource of the target stands for one of the source",
              {{"rename", rule("Applied to names of the source; the first that matches counts",
                               "ECMAScript regular expression, searched in the source's name",
                               "Replacement, with $1 for a group", kinds(true))},
               {"pin", rule("One resource to one resource", "Name, id or ARN in the source",
                            "Name, id or ARN in the target", kinds(false))},
               {"renamed",
                rule("Flows and modules that got another name in the source: those of the target "
                     "are renamed, not created a second time",
                     "The name that the target still has", "The name in the source",
                     {"contact-flow", "flow-module"})}});
}

Shape replace() {
  return list(
      "What is no resource and differs between environments: phone numbers, URLs, S3 buckets, "
      "texts",
      keys("A variable, with a value per environment",
           {{"name", text("How messages call it")},
            {"kind", word("Only in these", {"contact-flow", "flow-module"})},
            {"flows", texts("Only in flows and modules that match one of these patterns")},
            {"action", text("Only in blocks of this type, such as MessageParticipant")},
            {"parameter", text("Only in this parameter of a block, such as Text or "
                               "Messages[*].Text")},
            {"path", text("Only at this JSON path, such as $.Actions[*].Parameters.Text")},
            {"text", text("What stands in sources that have no value")},
            {"values", named("The value in each environment", filled_text("The value"))}},
           {"values"}));
}

Shape limits() {
  return keys(
      "A plan over one of these figures does not run",
      {{"creates", count("At most so many creations in one plan")},
       {"updates", count("At most so many updates in one plan")},
       {"share", number("At most such a share of the target's flows and modules updated", 0, 1)},
       {"flows_per_instance", count("The target's quota of flows, where it is known")},
       {"modules_per_instance", count("The target's quota of modules, where it is known")}});
}

Shape protect() {
  return keys("What is never changed in the target",
              {{"names", texts("Patterns of names of flows and modules")},
               {"tags", named("Tags of flows and modules", text("Pattern of the tag's value"))}});
}

Shape lint() {
  Shape off = texts("Rules that are not looked at");
  off.words = flow::lint::rule_ids();
  Shape rule = texts("Rules; absent: all");
  rule.words = flow::lint::rule_ids();
  return keys(
      "Which findings of flowferry lint count",
      {{"off", off},
       {"severity", named("How much a rule counts, by rule",
                          word("The severity of its findings", {"error", "warning", "info"}),
                          flow::lint::rule_ids())},
       {"except", list("Findings that are agreed to",
                       keys("All that is given has to fit",
                            {{"rule", rule},
                             {"flow", text("Pattern of the flow's name")},
                             {"block", text("Pattern of the block's identifier")},
                             {"reason", text("Why")}}))}});
}

std::vector<ShapeKey> rules() {
  return {{"select", select()},
          {"mapping", mapping()},
          {"missing", named("What it means when the target lacks a resource, by kind",
                            word("fail: nothing is written; skip-flow: the flow that refers to it "
                                 "is left out; keep: the reference stays as it is",
                                 {"fail", "skip-flow", "keep"}),
                            kinds(false))},
          {"replace", replace()},
          {"module_versions",
           word("What becomes of aliases and versions of modules that stand for other content in "
                "the target. keep: they stay, and the plan tells of them; follow: aliases are "
                "moved, and versions published, so that they stand for the source's content",
                {"keep", "follow"})},
          {"limits", limits()},
          {"protect", protect()}};
}

Shape quota(std::string about) {
  return keys(std::move(about), {{"rate", number("Requests a second; 0: no pacing", 0, 100000)},
                                 {"burst", number("Size of the bucket", 1, 100000)}});
}

Shape pairs() {
  auto members = rules();
  members.insert(members.begin(), {{"from", text("Environment that is read; absent: any")},
                                   {"to", text("Environment that is written; absent: any")}});
  return list("Rules for one pair of environments, beside or over the general ones",
              keys("What holds from one environment to another", std::move(members)));
}

Shape everything() {
  auto members = rules();
  members.insert(members.begin(),
                 {"environments", named("Instances and bundles by name", environment())});
  members.push_back({"pairs", pairs()});
  members.push_back({"lint", lint()});
  members.push_back({"pace", quota("Pace of every operation that quotas does not name")});
  members.push_back({"quotas", named("Pace of single operations", quota("Pace of this operation"),
                                     paced_operations())});
  members.push_back(
      {"timeouts", keys("How long is waited",
                        {{"connect", number("Seconds for a connection; absent: 5", 0.1, 3600)},
                         {"read", number("Seconds for a whole answer; absent: 60", 0.1, 3600)}})});
  return keys("Configuration of flowferry", std::move(members));
}

json::Value schema_of(const Shape& shape) {
  using json::Value;
  Value out = Value::object({{"description", shape.about}});
  // An empty value in YAML is null: an empty map or list.
  const auto type_or_null = [&](const char* type) {
    out.set("type", Value::array(std::vector<std::string>{type, "null"}));
  };
  switch (shape.type) {
    case Type::text:
      if (!shape.words.empty()) {
        out.set("enum", Value::array(shape.words));
      } else {
        // YAML reads 0123 and true as what they look like; they are taken as they are written.
        out.set("type", Value::array(std::vector<std::string>{"string", "number", "boolean"}));
        if (shape.filled) out.set("minLength", 1);
      }
      break;
    case Type::number:
      out.set("type", "number").set("minimum", shape.low).set("maximum", shape.high);
      break;
    case Type::count:
      out.set("type", "integer").set("minimum", 0).set("maximum", 1000000000);
      break;
    case Type::flag:
      out.set("type", "boolean");
      break;
    case Type::texts: {
      Value one = Value::object(
          {{"type", Value::array(std::vector<std::string>{"string", "number", "boolean"})}});
      if (!shape.words.empty()) one = Value::object({{"enum", Value::array(shape.words)}});
      out.set("type", Value::array(std::vector<std::string>{"string", "number", "boolean", "array",
                                                            "null"}));
      out.set("items", std::move(one));
      break;
    }
    case Type::keys: {
      out.set("type", "object");
      Value members = Value::object();
      for (const auto& [name, member] : shape.keys) members.set(name, schema_of(member));
      out.set("properties", std::move(members)).set("additionalProperties", false);
      if (!shape.required.empty()) out.set("required", Value::array(shape.required));
      break;
    }
    case Type::named:
      type_or_null("object");
      out.set("additionalProperties", schema_of(shape.element()));
      if (shape.words.empty()) {
        out.set("propertyNames", Value::object({{"minLength", 1}}));
      } else {
        out.set("propertyNames", Value::object({{"enum", Value::array(shape.words)}}));
      }
      break;
    case Type::list:
      type_or_null("array");
      out.set("items", schema_of(shape.element()));
      break;
  }
  return out;
}

}  // namespace

const Shape& Shape::element() const {
  return keys.front().second;
}

const Shape& Shape::at(std::string_view key) const {
  for (const auto& [name, member] : keys) {
    if (name == key) return member;
  }
  throw std::logic_error("the configuration has no key " + std::string(key));
}

std::vector<std::string> Shape::names() const {
  std::vector<std::string> out;
  for (const auto& [name, member] : keys) out.push_back(name);
  return out;
}

const Shape& configuration_shape() {
  static const Shape out = everything();
  return out;
}

json::Value configuration_schema() {
  json::Value out = json::Value::object(
      {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "flowferry.yaml"}});
  const json::Value schema = schema_of(configuration_shape());
  for (const auto& [name, value] : schema.members()) out.set(name, value);
  out.set("type", json::Value::array(std::vector<std::string>{"object", "null"}));
  return out;
}

}  // namespace flowferry::pipeline
