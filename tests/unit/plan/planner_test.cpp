#include "plan/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "base/json/value.h"
#include "world.h"

namespace flowferry::plan {
namespace {

using namespace flowferry::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr ResourceKind k_flow = ResourceKind::contact_flow;
constexpr ResourceKind k_module = ResourceKind::flow_module;

/// Two sides of a migration, and what comes out of it.
struct Sides {
  World here, there;
  Instance source = make_instance("tokyo");
  Instance target = make_instance("osaka");
  mapping::Rules rules;

  Snapshot source_snapshot() const { return snapshot_of(here, source); }
  Snapshot target_snapshot() const { return snapshot_of(there, target); }
  Plan plan() const { return plan_for(source_snapshot(), target_snapshot(), rules); }
};

const Node& node_named(const Plan& plan, const std::string& name) {
  for (const Node& node : plan.nodes) {
    if (node.name == name) return node;
  }
  ADD_FAILURE() << "no node " << name;
  static const Node none;
  return none;
}

Findings findings_with(const Plan& plan, const std::string& id) {
  Findings out;
  for (const Finding& finding : plan.findings) {
    if (finding.id == id) out.push_back(finding);
  }
  return out;
}

Findings problems_of(const Plan& plan) {
  Findings out;
  for (const Finding& finding : plan.findings) {
    if (finding.severity == Severity::error) out.push_back(finding);
  }
  return out;
}

std::vector<std::string> whats(const Node& node) {
  std::vector<std::string> out;
  for (const Change& change : node.changes) out.push_back(change.what);
  return out;
}

std::vector<std::string> operations_of(const Plan& plan, const std::string& name) {
  std::vector<std::string> out;
  for (const Operation& operation : plan.operations) {
    if (plan.nodes[operation.node].name == name) out.emplace_back(to_string(operation.type));
  }
  return out;
}

Ref to_flow(const std::string& name) {
  return Ref{k_flow, name, {}, {}, {}};
}
Ref to(ResourceKind kind, const std::string& name) {
  return Ref{kind, name, {}, {}, {}};
}

// --- what is created, updated and left alone

TEST(Planner, CreatesWhatTheTargetLacksWithAllThatBelongsToIt) {
  Sides sides;
  WorldFlow& flow = sides.here.flow("予約 \"A\"/1 ");
  flow.type = "CUSTOMER_QUEUE";
  flow.description = "説明";
  flow.tags = {{"team", "sales"}, {"aws:cloudformation:stack-name", "s"}};
  WorldFlow& module = sides.here.module("m");
  module.settings = R"({"input":{}})";
  module.external_invocation = true;
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  const Node& node = node_named(plan, "予約 \"A\"/1 ");
  EXPECT_EQ(node.action, Action::create);
  EXPECT_EQ(node.type, "CUSTOMER_QUEUE");
  EXPECT_EQ(node.description, "説明");
  EXPECT_EQ(node.status, "PUBLISHED");
  EXPECT_EQ(node.tags, (Tags{{"team", "sales"}})) << "tags of AWS cannot be set";
  EXPECT_EQ(node.source_arn, arn_of(sides.source, k_flow, "予約 \"A\"/1 CUSTOMER_QUEUE"));
  EXPECT_TRUE(node.target_id.empty());
  EXPECT_TRUE(node.expected.empty());
  EXPECT_THAT(operations_of(plan, node.name), ElementsAre("create"));
  EXPECT_EQ(node_named(plan, "m").settings, R"({"input":{}})");
  EXPECT_TRUE(node_named(plan, "m").external_invocation);
}

TEST(Planner, UpdatesOnlyWhatDiffers) {
  Sides sides;
  for (const char* name : {"content", "description", "tags", "same", "all", "status"}) {
    sides.here.flow(name).description = "d";
    sides.here.flows.back().tags = {{"a", "1"}, {"b", "2"}};
  }
  sides.there = sides.here;
  sides.there.flows[0].text = "old";
  sides.there.flows[1].description = "old";
  sides.there.flows[2].tags = {{"a", "0"}, {"own", "x"}};
  sides.there.flows[4].text = "old";
  sides.there.flows[4].description = "";
  sides.there.flows[4].tags = {};
  sides.there.flows[5].status = "SAVED";
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_THAT(whats(node_named(plan, "content")), ElementsAre("content"));
  EXPECT_EQ(node_named(plan, "content").reason, "content differs");
  EXPECT_THAT(operations_of(plan, "content"), ElementsAre("update-content"));
  EXPECT_THAT(operations_of(plan, "description"), ElementsAre("update-metadata"));
  EXPECT_EQ(node_named(plan, "description").changes[0].from, "old");
  EXPECT_EQ(node_named(plan, "description").changes[0].to, "d");
  EXPECT_THAT(operations_of(plan, "tags"), ElementsAre("tag"));
  EXPECT_EQ(node_named(plan, "tags").tags, (Tags{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(node_named(plan, "tags").changes[0].from, "a=0");
  EXPECT_EQ(node_named(plan, "tags").changes[0].to, "a=1, b=2");
  EXPECT_EQ(node_named(plan, "same").action, Action::unchanged);
  EXPECT_THAT(operations_of(plan, "same"), IsEmpty());
  EXPECT_EQ(node_named(plan, "all").reason, "content, description, tags differ");
  EXPECT_THAT(operations_of(plan, "all"),
              ::testing::UnorderedElementsAre("update-content", "update-metadata", "tag"));
  EXPECT_THAT(whats(node_named(plan, "status")), ElementsAre("status"));
  EXPECT_THAT(operations_of(plan, "status"), ElementsAre("update-content"));
  EXPECT_EQ(node_named(plan, "content").expected.size(), 64U);
}

TEST(Planner, ComparesByMeaning) {
  Sides sides;
  sides.here.flow("f").content =
      R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[)"
      R"({"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";
  sides.there.flow("f").content =
      "{ \"Actions\" : [ {\"Type\":\"DisconnectParticipant\",\"Identifier\":\"\\u0061\",\n"
      "\"Transitions\":{},\"Parameters\":{}} ], \"StartAction\":\"a\",\n"
      "\"Version\":\"2019-10-30\",\"Metadata\":{}}";
  EXPECT_EQ(sides.plan().nodes.at(0).action, Action::unchanged);
}

TEST(Planner, ComparesTheContractOfModules) {
  Sides sides;
  sides.here.module("m").settings = R"({"input":{"schema":{}}})";
  sides.there.module("m");
  Plan plan = sides.plan();
  EXPECT_THAT(whats(plan.nodes.at(0)), ElementsAre("settings"));
  EXPECT_THAT(operations_of(plan, "m"), ElementsAre("update-content"));
  sides.there.flows[0].settings = "{ \"input\": {\"schema\":{}} }";
  EXPECT_EQ(sides.plan().nodes.at(0).action, Action::unchanged);
  sides.here.flows[0].settings = "";
  sides.there.flows[0].settings = "{}";
  EXPECT_EQ(sides.plan().nodes.at(0).action, Action::unchanged);
  sides.there.flows[0].external_invocation = true;
  plan = sides.plan();
  EXPECT_EQ(plan.nodes.at(0).action, Action::unchanged);
  EXPECT_EQ(findings_with(plan, "external-invocation").size(), 1U);
}

TEST(Planner, ClearsDescriptionsOfFlowsButNotOfModules) {
  Sides sides;
  sides.here.flow("f");
  sides.here.module("m");
  sides.there = sides.here;
  for (WorldFlow& flow : sides.there.flows) flow.description = "old";
  const Plan plan = sides.plan();
  EXPECT_THAT(operations_of(plan, "f"), ElementsAre("update-metadata"));
  EXPECT_EQ(node_named(plan, "m").action, Action::unchanged);
}

TEST(Planner, CombinesSavedAndPublished) {
  Sides sides;
  for (const char* name : {"new", "saved both", "saved here", "saved there"}) sides.here.flow(name);
  sides.there = sides.here;
  sides.there.flows.erase(sides.there.flows.begin());
  sides.here.flows[0].status = sides.here.flows[1].status = sides.here.flows[2].status = "SAVED";
  sides.there.flows[0].status = sides.there.flows[2].status = "SAVED";
  sides.there.flows[0].text = "old";
  const Plan plan = sides.plan();
  EXPECT_EQ(node_named(plan, "new").status, "SAVED");
  EXPECT_EQ(node_named(plan, "new").action, Action::create);
  EXPECT_EQ(node_named(plan, "saved both").status, "SAVED");
  EXPECT_THAT(whats(node_named(plan, "saved both")), ElementsAre("content"));
  EXPECT_EQ(node_named(plan, "saved here").action, Action::skip);
  EXPECT_THAT(node_named(plan, "saved here").reason, HasSubstr("published in the target"));
  EXPECT_THAT(whats(node_named(plan, "saved there")), ElementsAre("status"));
  EXPECT_EQ(node_named(plan, "saved there").status, "PUBLISHED");
}

TEST(Planner, PublishesModulesThatNeverWere) {
  Sides sides;
  sides.here.module("m").status = "SAVED";
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_EQ(plan.nodes.at(0).status, "PUBLISHED");
  EXPECT_EQ(findings_with(plan, "module-published").size(), 1U);
}

TEST(Planner, TellsWhyFlowsAreNotCarried) {
  Sides sides;
  sides.here.flow("old").state = "ARCHIVED";
  sides.here.flow("excluded");
  sides.here.flow("lost");
  sides.here.flow("f");
  Snapshot source = sides.source_snapshot();
  const Snapshot target = sides.target_snapshot();
  PlanRequest request = request_for(source, target, sides.rules);
  request.selected[1].carried = false;
  request.selected[1].reason = "excluded by \"ex*\"";
  source.flows.erase(id_of(sides.source, k_flow, "lost"));
  const Plan plan = make_plan(request);
  ASSERT_EQ(plan.nodes.size(), 4U);
  EXPECT_EQ(node_named(plan, "old").reason, "archived in the source");
  EXPECT_EQ(node_named(plan, "excluded").reason, "excluded by \"ex*\"");
  EXPECT_EQ(node_named(plan, "lost").reason, "could not be read in the source");
  for (const char* name : {"old", "excluded", "lost"}) {
    EXPECT_EQ(node_named(plan, name).action, Action::skip);
    EXPECT_EQ(node_named(plan, name).source_name, name);
  }
  EXPECT_EQ(node_named(plan, "f").action, Action::create);
}

// --- names that are in the way

TEST(Planner, RefusesNamesThatTheTargetHasForSomethingElse) {
  Sides sides;
  sides.here.flow("other type");
  sides.here.flow("archived");
  sides.here.flow("twice");
  sides.there.flow("other type").type = "CUSTOMER_QUEUE";
  sides.there.flow("archived").state = "ARCHIVED";
  sides.there.flow("twice");
  Snapshot target = sides.target_snapshot();
  Flow second = target.flows.at(id_of(sides.target, k_flow, "twice"));
  second.id = uuid_of("second");
  second.arn += "2";
  add_flow(target, second);
  const Plan plan = plan_for(sides.source_snapshot(), target);
  const Findings problems = problems_of(plan);
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].id, "name-collision");
  EXPECT_THAT(problems[0].text, HasSubstr("with type CUSTOMER_QUEUE, not CONTACT_FLOW"));
  EXPECT_EQ(problems[1].id, "ref-archived");
  EXPECT_EQ(problems[2].id, "ref-ambiguous");
  for (const Finding& problem : problems) {
    EXPECT_FALSE(problem.help.empty());
    EXPECT_FALSE(problem.where.name.empty());
    EXPECT_FALSE(problem.arn.empty());
  }
}

TEST(Planner, TellsFlowsOfOneNameAndOtherTypesApart) {
  Sides sides;
  sides.here.flow("Main");
  sides.here.flow("Main").type = "CUSTOMER_QUEUE";
  sides.here.flow("main");
  sides.here.module("Main");
  sides.there = sides.here;
  const Plan same = sides.plan();
  EXPECT_THAT(problems_of(same), IsEmpty());
  for (const Node& node : same.nodes) EXPECT_EQ(node.action, Action::unchanged);
}

TEST(Planner, RefusesTwoFlowsThatWouldGetOneName) {
  Sides sides;
  sides.here.flow("dev-main");
  sides.here.flow("main");
  sides.rules.renames.push_back(*mapping::make_rename(k_flow, "^dev-", ""));
  const Findings problems = problems_of(sides.plan());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].id, "name-collision");
  EXPECT_THAT(problems[0].text, HasSubstr("\"dev-main\""));
}

TEST(Planner, CarriesFlowsUnderTheNamesThatTheRulesGive) {
  Sides sides;
  sides.here.flow("dev-main", {to_flow("dev-menu"), to(ResourceKind::queue, "dev-q")});
  sides.here.flow("dev-menu");
  sides.here.resource(ResourceKind::queue, "dev-q");
  sides.there.flow("prod-menu");
  sides.there.resource(ResourceKind::queue, "Q");
  sides.rules.renames.push_back(*mapping::make_rename(k_flow, "^dev-(.*)$", "prod-$1"));
  sides.rules.pins.push_back(mapping::Pin{ResourceKind::queue, "dev-q", "Q"});
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  const Node& main = node_named(plan, "prod-main");
  EXPECT_EQ(main.source_name, "dev-main");
  EXPECT_EQ(main.action, Action::create);
  ASSERT_TRUE(main.content.complete());
  const std::string& content = main.content.texts.front();
  EXPECT_THAT(content, HasSubstr(arn_of(sides.target, k_flow, "prod-menu")));
  EXPECT_THAT(content, HasSubstr(arn_of(sides.target, ResourceKind::queue, "Q")));
  // The names that the designer shows follow.
  EXPECT_THAT(content, HasSubstr("\"displayName\":\"prod-menu\""));
  EXPECT_THAT(content, HasSubstr("\"displayName\":\"Q\""));
  EXPECT_THAT(content, Not(HasSubstr("dev-")));
}

// --- references

TEST(Planner, LeavesHolesForFlowsThatAreStillToBeCreated) {
  Sides sides;
  Ref bare = to_flow("menu");
  bare.form = Ref::Form::id;
  Ref module = to(k_module, "greet");
  module.form = Ref::Form::id;
  module.qualifier = "$LATEST";
  sides.here.flow("main", {to_flow("menu"), bare, module});
  sides.here.flow("menu");
  sides.here.module("greet");
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  const Node& main = node_named(plan, "main");
  ASSERT_EQ(main.content.holes.size(), 3U);
  EXPECT_TRUE(main.content.holes[0].arn);
  EXPECT_FALSE(main.content.holes[1].arn);
  EXPECT_EQ(main.content.holes[2].qualifier, "$LATEST");
  EXPECT_EQ(plan.nodes[main.content.holes[0].node].name, "menu");
  EXPECT_EQ(plan.nodes[main.content.holes[2].node].name, "greet");
  EXPECT_EQ(main.refers_to.size(), 2U);
  const std::string filled = main.content.fill([&](std::size_t node) {
    return Content::Identity{"id-" + plan.nodes[node].name, "arn-" + plan.nodes[node].name};
  });
  EXPECT_THAT(filled, HasSubstr("\"ContactFlowId\":\"arn-menu\""));
  EXPECT_THAT(filled, HasSubstr("\"ContactFlowId\":\"id-menu\""));
  EXPECT_THAT(filled, HasSubstr("\"FlowModuleId\":\"id-greet:$LATEST\""));
  EXPECT_THAT(filled, Not(HasSubstr(sides.source.id)));
}

TEST(Planner, LeavesHolesHoweverTheReferenceIsSpelled) {
  // Each character of the reference may be an escape in the document.
  Sides sides;
  sides.here.flow("menu");
  sides.here.flow("main");
  const std::string arn = arn_of(sides.source, k_flow, "menu");
  const std::string id = id_of(sides.source, k_flow, "menu");
  const auto spelled = [](const std::string& text, int style) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool last = i + 1 == text.size();
      const bool escape = style == 1 || (style == 2 && i == 0) || (style == 3 && last) ||
                          (style == 4 && i % 2 == 0);
      if (escape) {
        char buffer[8];
        std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(text[i]));
        out += buffer;
      } else if (style == 5 && text[i] == '/') {
        out += "\\/";
      } else {
        out += text[i];
      }
    }
    return out;
  };
  for (const std::string& reference : {arn, id, id + ":$SAVED", id + ":x@", id + ":y!",
                                       arn + ":$SAVED", id + ":" + std::string(100, 'q')}) {
    for (int style = 0; style <= 5; ++style) {
      sides.here.flows[1].content =
          R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[)"
          R"({"Identifier":"a","Type":"TransferToFlow","Parameters":{"ContactFlowId":")" +
          spelled(reference, style) + R"("},"Transitions":{}}]})";
      const Plan plan = sides.plan();
      const Node& main = node_named(plan, "main");
      ASSERT_EQ(main.content.holes.size(), 1U) << reference << " in style " << style;
      const std::string filled = main.content.fill([](std::size_t) {
        return Content::Identity{"ID", "ARN"};
      });
      const auto parsed = json::parse(filled);
      ASSERT_TRUE(parsed) << filled;
      const std::string tail = reference.find(':', 36) != std::string::npos && reference[0] != 'a'
                                   ? reference.substr(36)
                                   : (reference.ends_with(":$SAVED") ? ":$SAVED" : "");
      EXPECT_EQ((*parsed)["Actions"].items()[0]["Parameters"]["ContactFlowId"].as_string(),
                (reference.starts_with("arn:") ? "ARN" : "ID") + tail);
    }
  }
}

TEST(Planner, ReportsAllProblemsAtOnceWithTheirPlaces) {
  Sides sides;
  sides.here.resource(ResourceKind::queue, "予約");
  sides.here.resource(ResourceKind::prompt, "Beep.wav");
  sides.there.resource(ResourceKind::queue, "予約 2");
  sides.here.flow("one", {to(ResourceKind::queue, "予約"), to(ResourceKind::prompt, "Beep.wav")});
  sides.here.flow("two", {to(ResourceKind::queue, "予約"), to_flow("archived")});
  sides.here.flow("archived").state = "ARCHIVED";
  sides.here.flow("bad").content = "{\"modules\":[]}";
  sides.here.flow("broken").content =
      R"({"Version":"2019-10-30","StartAction":"nowhere","Actions":[]})";
  const Plan plan = sides.plan();
  const Findings problems = problems_of(plan);
  std::map<std::string, int> count;
  for (const Finding& problem : problems) ++count[problem.where.name];
  EXPECT_EQ(count["one"], 2);
  EXPECT_EQ(count["two"], 2);
  EXPECT_EQ(count["bad"], 1);
  EXPECT_EQ(count["broken"], 1);
  EXPECT_TRUE(plan.has_problems());
  const Finding& first = problems.front();
  EXPECT_EQ(first.where.kind, "contact-flow");
  EXPECT_EQ(first.where.action, "block 0");
  EXPECT_EQ(first.where.action_type, "UpdateContactTargetQueue");
  EXPECT_EQ(first.where.parameter, "QueueId");
  EXPECT_EQ(first.where.pointer, "/Actions/1/Parameters/QueueId");
  EXPECT_EQ(first.name, "予約");
  EXPECT_EQ(first.kind, "queue");
  EXPECT_EQ(first.arn, arn_of(sides.source, ResourceKind::queue, "予約"));
  EXPECT_THAT(first.closest, ElementsAre("予約 2"));
}

TEST(Planner, SkipsFlowsWithMissingResourcesAndAllThatDependsOnThem) {
  Sides sides;
  sides.rules.missing[ResourceKind::prompt] = mapping::Missing::skip_flow;
  sides.here.resource(ResourceKind::prompt, "p");
  // z → y → x → prompt: in the list callers come before and after what they refer to.
  sides.here.flow("z", {to_flow("y")});
  sides.here.flow("x", {to(ResourceKind::prompt, "p")});
  sides.here.flow("y", {to_flow("x")});
  sides.here.flow("there", {to(ResourceKind::prompt, "p")});
  sides.there.flow("there");
  sides.here.flow("caller of there", {to_flow("there")});
  sides.here.flow("free");
  sides.here.flow("in a circle", {to_flow("x"), to_flow("its other half")});
  sides.here.flow("its other half", {to_flow("in a circle")});
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  for (const char* name : {"x", "y", "z", "there", "in a circle", "its other half"}) {
    EXPECT_EQ(node_named(plan, name).action, Action::skip) << name;
    EXPECT_FALSE(node_named(plan, name).reason.empty());
    EXPECT_THAT(operations_of(plan, name), IsEmpty());
  }
  EXPECT_THAT(node_named(plan, "x").reason, HasSubstr("no prompt \"p\""));
  EXPECT_THAT(node_named(plan, "y").reason, HasSubstr("\"x\""));
  EXPECT_EQ(node_named(plan, "caller of there").action, Action::create);
  EXPECT_THAT(node_named(plan, "caller of there").content.texts.front(),
              HasSubstr(arn_of(sides.target, k_flow, "there")));
  EXPECT_EQ(node_named(plan, "free").action, Action::create);
  // Nothing is left that would wait for a skipped one.
  for (const Node& node : plan.nodes) {
    for (const auto& hole : node.content.holes) {
      EXPECT_NE(plan.nodes[hole.node].action, Action::skip);
    }
  }
}

TEST(Planner, DoesNotStopForProblemsOfFlowsThatAreSkipped) {
  Sides sides;
  sides.rules.missing[ResourceKind::prompt] = mapping::Missing::skip_flow;
  sides.here.resource(ResourceKind::prompt, "p");
  sides.here.resource(ResourceKind::queue, "q");
  sides.here.flow("x", {to(ResourceKind::prompt, "p"), to(ResourceKind::queue, "q")});
  sides.there.flow("x").type = "CUSTOMER_QUEUE";
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_EQ(plan.nodes.at(0).action, Action::skip);
}

TEST(Planner, DoesNotStopForProblemsOfDraftsThatNeverReplaceWhatIsPublished) {
  Sides sides;
  for (World* side : {&sides.here, &sides.there}) {
    side->resource(ResourceKind::queue, side == &sides.here ? "only here" : "only there");
    side->flow("draft").text = side == &sides.here ? "new" : "old";
    side->flow("other").text = side == &sides.here ? "new" : "old";
  }
  sides.here.flows[0].status = "SAVED";
  sides.here.flows[0].refs = {{ResourceKind::queue, "only here"}};
  const plan::Plan plan = sides.plan();
  EXPECT_EQ(node_named(plan, "draft").action, plan::Action::skip);
  EXPECT_EQ(node_named(plan, "other").action, plan::Action::update);
  EXPECT_TRUE(plan.findings.empty()) << plan.findings.front().text;
  sides.there.flows[0].status = "SAVED";
  EXPECT_TRUE(sides.plan().has_problems());
}

TEST(Planner, KeepsMissingReferencesWhereTheRulesSaySo) {
  Sides sides;
  sides.rules.missing[ResourceKind::prompt] = mapping::Missing::keep;
  sides.here.resource(ResourceKind::prompt, "p");
  sides.here.flow("x", {to(ResourceKind::prompt, "p")});
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_THAT(plan.nodes.at(0).content.texts.front(),
              HasSubstr(arn_of(sides.source, ResourceKind::prompt, "p")));
  EXPECT_EQ(findings_with(plan, "unresolved-reference").size(), 1U);
  EXPECT_TRUE(findings_with(plan, "ref-leftover").empty()) << "that has been said";
}

/// Content with one block that says `text`, and may go on to the flow `next`.
std::string content_saying(const std::string& text, const std::string& next) {
  return R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[)"
         R"({"Identifier":"a","Type":"TransferToFlow","Parameters":{"ContactFlowId":")" +
         next + R"(","Note":")" + text + R"("},"Transitions":{}}]})";
}

TEST(Planner, ReportsWhatIsLeftOfTheSourceInFlowsWithHolesToo) {
  Sides sides;
  sides.here.flow("menu");
  sides.here.flow("main");
  // An ARN that cannot be taken apart stays as it is.
  const std::string left = sides.source.arn + "/queue/{{queue}}";
  for (const std::string& next :
       {std::string("$.Attributes.x"), arn_of(sides.source, k_flow, "menu")}) {
    sides.here.flows[1].content = content_saying(left, next);
    const Plan plan = sides.plan();
    ASSERT_FALSE(findings_with(plan, "ref-leftover").empty()) << next;
    EXPECT_EQ(findings_with(plan, "ref-leftover")[0].where.parameter, "Note");
    EXPECT_EQ(findings_with(plan, "ref-leftover")[0].where.name, "main");
    EXPECT_TRUE(plan.has_problems());
  }
  sides.here.flows[1].content = content_saying("nothing", arn_of(sides.source, k_flow, "menu"));
  EXPECT_TRUE(findings_with(sides.plan(), "ref-leftover").empty());
}

TEST(Planner, FindsLeftoversThatAreSpelledWithEscapes) {
  Sides sides;
  sides.here.flow("main");
  std::string escaped;
  for (const char c : sides.source.arn + "/queue/{{queue}}") {
    char buffer[8];
    std::snprintf(buffer, sizeof buffer, "\\u%04X", static_cast<unsigned>(c));
    escaped += buffer;
  }
  sides.here.flows[0].content = content_saying(escaped, "$.Attributes.x");
  EXPECT_FALSE(findings_with(sides.plan(), "ref-leftover").empty());
}

TEST(Planner, FindsLeftoversWithinOneAccountByTheInstance) {
  Sides sides;
  sides.target = make_instance("tokyo");
  sides.target.alias = "tokyo 2";
  sides.target.id = uuid_of("tokyo 2");
  sides.target.arn.replace(sides.target.arn.find("instance/"), std::string::npos,
                           "instance/" + sides.target.id);
  sides.here.flow("main").content =
      content_saying(sides.source.arn + "/queue/{{queue}}", "$.Attributes.x");
  EXPECT_FALSE(findings_with(sides.plan(), "ref-leftover").empty());
  sides.here.flows[0].content =
      content_saying("arn:aws:lambda:ap-northeast-1:111111111111:function:{{f}}", "$.Attributes.x");
  EXPECT_TRUE(findings_with(sides.plan(), "ref-leftover").empty());
}

TEST(Planner, LeavesForeignAndDynamicReferencesAsTheyAreAndSaysSo) {
  Sides sides;
  sides.here.flow("main").content =
      R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[)"
      R"({"Identifier":"a","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":)"
      R"("arn:aws:lambda:us-east-1:613787477748:function:state-lookup"},"Transitions":{"NextAction":"b"}},)"
      R"({"Identifier":"b","Type":"TransferToFlow","Parameters":{"ContactFlowId":"$.Attributes.next"},)"
      R"("Transitions":{}}]})";
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_EQ(plan.nodes.at(0).content.texts.front(), sides.here.flows[0].content);
  ASSERT_EQ(findings_with(plan, "ref-foreign").size(), 1U);
  EXPECT_EQ(findings_with(plan, "ref-foreign")[0].severity, Severity::warning);
  ASSERT_EQ(findings_with(plan, "ref-dynamic").size(), 1U);
  EXPECT_EQ(findings_with(plan, "ref-dynamic")[0].severity, Severity::info);
}

TEST(Planner, LeavesAReferenceToAThirdInstanceOfTheSourcesAccount) {
  Sides sides;
  const std::string third = "arn:aws:connect:ap-northeast-1:111111111111:instance/" +
                            uuid_of("third") + "/queue/" + uuid_of("q");
  sides.here.flow("main").content = content_saying(third, "$.Attributes.x");
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_EQ(findings_with(plan, "ref-foreign").size(), 1U);
  EXPECT_THAT(plan.nodes.at(0).content.texts.front(), HasSubstr(third));
}

TEST(Planner, ReportsKindsThatCannotBeLookedUp) {
  Sides sides;
  const std::string assistant =
      "arn:aws:wisdom:ap-northeast-1:111111111111:assistant/" + uuid_of("a");
  sides.here.flow("main").content =
      R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[)"
      R"({"Identifier":"a","Type":"CreateWisdomSession","Parameters":{"WisdomAssistantArn":")" +
      assistant + R"("},"Transitions":{}}]})";
  Plan plan = sides.plan();
  ASSERT_EQ(findings_with(plan, "unresolved-reference").size(), 1U);
  EXPECT_THAT(findings_with(plan, "unresolved-reference")[0].help, HasSubstr("mapping.pin"));
  EXPECT_TRUE(plan.has_problems());
  const std::string other = "arn:aws:wisdom:ap-northeast-3:222222222222:assistant/" + uuid_of("b");
  sides.rules.pins.push_back(mapping::Pin{ResourceKind::assistant, assistant, other});
  plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_THAT(plan.nodes.at(0).content.texts.front(), HasSubstr(other));
}

TEST(Planner, DoesNotStopForStaleNotesOfTheDesigner) {
  Sides sides;
  Ref note = to(ResourceKind::queue, "gone");
  note.place = Ref::Place::note;
  sides.here.flow("main", {note});
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_EQ(findings_with(plan, "stale-note").size(), 1U);
  // But what the flow does is still looked at.
  sides.here.flows[0].text = sides.source.arn + "/queue/{{queue}}";
  const Plan worse = sides.plan();
  ASSERT_FALSE(problems_of(worse).empty());
  EXPECT_EQ(problems_of(worse)[0].id, "ref-leftover");
  EXPECT_EQ(problems_of(worse)[0].where.pointer, "/Actions/0/Parameters/Text");
}

TEST(Planner, MapsModuleAliasesByName) {
  Sides sides;
  Ref alias = to(k_module, "greet");
  alias.qualifier = "live";
  sides.here.flow("main", {alias});
  sides.here.module("greet");
  sides.here.module_aliases["greet"] = {"live", "next"};
  sides.there.module("greet");
  sides.there.module_aliases["greet"] = {"next", "live"};
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_THAT(
      node_named(plan, "main").content.texts.front(),
      HasSubstr(arn_of(sides.target, k_module, "greet") + ":" + uuid_of("osaka/alias/greet/live")));
}

TEST(Planner, WarnsOfAliasesThatStandForOtherContent) {
  Sides sides;
  sides.here.resource(ResourceKind::queue, "dev-vip");
  sides.there.resource(ResourceKind::queue, "vip");
  sides.rules.renames.push_back(*mapping::make_rename(ResourceKind::queue, "^dev-", ""));
  sides.here.module("greet", {to(ResourceKind::queue, "dev-vip")});
  sides.there.module("greet", {to(ResourceKind::queue, "vip")});
  const Snapshot source = sides.source_snapshot();
  const Snapshot target = sides.target_snapshot();
  NamedAlias alias;
  alias.module = "greet";
  alias.name = "live";
  alias.target_module_id = id_of(sides.target, k_module, "greet");
  alias.target_id = "alias-there";
  alias.source_version = "7";
  alias.target_version = "2";
  alias.source = source.flows.at(id_of(sides.source, k_module, "greet"));
  alias.target = target.flows.at(alias.target_module_id);
  const auto warnings = [&](const NamedAlias& one) {
    PlanRequest request = request_for(source, target, sides.rules);
    request.aliases = {one};
    const Plan plan = make_plan(request);
    EXPECT_THAT(problems_of(plan), IsEmpty());
    EXPECT_TRUE(plan.empty());
    return findings_with(plan, "alias-differs");
  };
  // As the rules carry it, the content is the same.
  EXPECT_THAT(warnings(alias), IsEmpty());
  NamedAlias other = alias;
  other.target.content = R"({"Version":"2019-10-30","StartAction":"a","Actions":[]})";
  const Findings found = warnings(other);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(found[0].where.name, "greet");
  EXPECT_THAT(found[0].text, HasSubstr("version 2 in the target"));
  EXPECT_THAT(found[0].help, HasSubstr("--alias-id alias-there"));
  other = alias;
  other.target.settings = R"({"transitions":{"results":[{"name":"Found"}]}})";
  EXPECT_EQ(warnings(other).size(), 1U);
}

namespace {

/// The alias "live" of a module of the source, which stands for the module's content.
NamedAlias live_alias(const Sides& sides, const Snapshot& source, const std::string& module) {
  NamedAlias alias;
  alias.module_id = id_of(sides.source, k_module, module);
  alias.id = uuid_of("tokyo/alias/" + module + "/live");
  alias.module = module;
  alias.name = "live";
  alias.source = source.flows.at(alias.module_id);
  return alias;
}

}  // namespace

TEST(Planner, MakesAliasesThatTheTargetLacksBetweenTheModuleAndItsCallers) {
  Sides sides;
  Ref by_alias = to(k_module, "greet");
  by_alias.qualifier = "live";
  sides.here.flow("a caller", {by_alias});
  sides.here.module("greet");
  sides.here.module_aliases["greet"] = {"live"};
  for (const bool there : {false, true}) {
    if (there) sides.there.module("greet");
    const Snapshot source = sides.source_snapshot();
    const Snapshot target = sides.target_snapshot();
    NamedAlias alias = live_alias(sides, source, "greet");
    PlanRequest request = request_for(source, target, sides.rules);
    request.aliases = {alias};
    const Plan plan = make_plan(request);
    EXPECT_THAT(problems_of(plan), IsEmpty());
    const auto first = there ? std::vector<std::string>{"publish-alias"}
                             : std::vector<std::string>{"create", "publish-alias"};
    EXPECT_EQ(operations_of(plan, "greet"), first);
    EXPECT_THAT(node_named(plan, "greet").reason, HasSubstr("alias \"live\" is not in the target"));
    ASSERT_EQ(plan.operations.size(), first.size() + 1);
    EXPECT_EQ(plan.operations.back().type, OperationType::create);
    EXPECT_THAT(plan.operations.back().after, ::testing::Contains(first.size() - 1));
    const Content& content = node_named(plan, "a caller").content;
    ASSERT_EQ(content.holes.size(), 1U);
    EXPECT_THAT(content.fill([](std::size_t) {
      return Content::Identity{"ID", "ARN", {{"live", "ALIAS"}}};
    }),
                HasSubstr("ARN:ALIAS"));
    // Of what the module is not any more no version can be published.
    request.aliases[0].source.content =
        R"({"Version":"2019-10-30","StartAction":"a","Actions":[]})";
    const Findings problems = problems_of(make_plan(request));
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].id, "unresolved-reference");
  }
}

namespace {

/// Refers to the alias "live" of a module, which the target lacks.
Ref by_new_alias(Sides& sides, const std::string& module) {
  sides.here.module_aliases[module] = {"live"};
  Ref ref = to(k_module, module);
  ref.qualifier = "live";
  return ref;
}

Plan plan_with_new_aliases(Sides& sides) {
  const Snapshot source = sides.source_snapshot();
  const Snapshot target = sides.target_snapshot();
  PlanRequest request = request_for(source, target, sides.rules);
  for (const auto& [module, names] : sides.here.module_aliases) {
    request.aliases.push_back(live_alias(sides, source, module));
  }
  return make_plan(request);
}

}  // namespace

TEST(Planner, MovesAliasesThatFollowToTheVersionWithTheContentOrToANewOne) {
  Sides sides;
  sides.here.flow("a caller", {by_new_alias(sides, "greet")});
  sides.here.module("greet");
  sides.there = sides.here;
  const Snapshot source = sides.source_snapshot();
  const Snapshot target = sides.target_snapshot();
  NamedAlias alias = live_alias(sides, source, "greet");
  alias.target_module_id = id_of(sides.target, k_module, "greet");
  alias.target_id = uuid_of("osaka/alias/greet/live");
  alias.target_version = "4";
  const Flow wanted = target.flows.at(alias.target_module_id);
  Flow other = wanted;
  other.content = R"({"Version":"2019-10-30","StartAction":"a","Actions":[]})";
  alias.target = other;
  const auto plan_of = [&](mapping::ModuleVersions versions, const NamedAlias& one) {
    mapping::Rules rules = sides.rules;
    rules.module_versions = versions;
    PlanRequest request = request_for(source, target, rules);
    request.aliases = {one};
    return make_plan(request);
  };
  EXPECT_TRUE(plan_of(mapping::ModuleVersions::keep, alias).empty());

  const Plan fresh = plan_of(mapping::ModuleVersions::follow, alias);
  EXPECT_THAT(problems_of(fresh), IsEmpty());
  EXPECT_EQ(operations_of(fresh, "greet"), std::vector<std::string>{"publish-alias"});
  const AliasWish& moved = node_named(fresh, "greet").aliases.at(0);
  EXPECT_EQ(std::tuple(moved.id, moved.was, moved.version), std::tuple(alias.target_id, "4", ""));
  EXPECT_THAT(node_named(fresh, "greet").reason, HasSubstr("stands for other content"));
  EXPECT_EQ(node_named(fresh, "greet").action, Action::update) << "limits and protect count it";

  alias.choices = {{5, other}, {4, other}, {2, wanted}, {1, wanted}};
  const Plan known = plan_of(mapping::ModuleVersions::follow, alias);
  EXPECT_EQ(node_named(known, "greet").aliases.at(0).version, "2");
  EXPECT_NE(known.digest, fresh.digest);

  // Nothing has the content, and none can be published.
  alias.choices = {{5, other}};
  alias.source.content = R"({"Version":"2019-10-30","StartAction":"old","Actions":[]})";
  const Findings problems = problems_of(plan_of(mapping::ModuleVersions::follow, alias));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].id, "alias-differs");
}

TEST(Planner, OpensCirclesThroughANewAliasAtTheFlowsThatNameIt) {
  Sides sides;
  sides.here.flow("f", {by_new_alias(sides, "m")});
  sides.here.flow("g", {by_new_alias(sides, "m")});
  sides.here.module("m", {to_flow("f"), to_flow("g")});
  const Plan plan = plan_with_new_aliases(sides);
  EXPECT_THAT(problems_of(plan), IsEmpty());
  // One stub of the module would be less, but has no alias to be named by.
  EXPECT_FALSE(node_named(plan, "m").stub);
  EXPECT_TRUE(node_named(plan, "f").stub);
  EXPECT_TRUE(node_named(plan, "g").stub);
  std::vector<std::string> order;
  for (const Operation& operation : plan.operations) {
    order.push_back(plan.nodes[operation.node].name + " " + std::string(to_string(operation.type)));
  }
  EXPECT_THAT(order, ElementsAre("f create-stub", "g create-stub", "m create", "m publish-alias",
                                 "f update-content", "g update-content"));
}

TEST(Planner, RefusesCirclesOfNewAliases) {
  Sides sides;
  sides.here.module("m", {by_new_alias(sides, "n")});
  sides.here.module("n", {by_new_alias(sides, "m")});
  sides.here.flow("aside", {by_new_alias(sides, "m")});
  const Findings problems = problems_of(plan_with_new_aliases(sides));
  ASSERT_FALSE(problems.empty());
  for (const Finding& problem : problems) {
    EXPECT_EQ(problem.id, "alias-circle");
    EXPECT_NE(problem.where.name, "aside");
  }
}

// --- circles

TEST(Planner, OpensCirclesWithTheFewestStubsAndShowsThem) {
  Sides sides;
  sides.here.flow("a", {to_flow("b")});
  sides.here.flow("b", {to_flow("c")});
  sides.here.flow("c", {to_flow("a")});
  sides.here.flow("self", {to_flow("self")});
  sides.here.module("m", {to_flow("f")});
  sides.here.flow("f", {to(k_module, "m")});
  const Plan plan = sides.plan();
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_TRUE(plan.fewest_stubs);
  int stubs = 0;
  for (const Node& node : plan.nodes) {
    if (!node.stub) {
      EXPECT_TRUE(node.circle.empty());
      continue;
    }
    ++stubs;
    ASSERT_FALSE(node.circle.empty());
    EXPECT_EQ(plan.nodes[node.circle.front()].name, node.name);
  }
  EXPECT_EQ(stubs, 3);
  EXPECT_TRUE(node_named(plan, "self").stub);
  EXPECT_EQ(node_named(plan, "self").circle.size(), 1U);
  EXPECT_TRUE(node_named(plan, "f").stub) << "of two choices the flow: a module's stub is public";
  EXPECT_FALSE(node_named(plan, "m").stub);
  EXPECT_THAT(operations_of(plan, "self"), ElementsAre("create-stub", "update-content"));
}

TEST(Planner, NeedsNoStubWhereOneOfTheCircleExists) {
  Sides sides;
  sides.here.flow("a", {to_flow("b")});
  sides.here.flow("b", {to_flow("a")});
  sides.there.flow("a");
  const Plan plan = sides.plan();
  EXPECT_FALSE(node_named(plan, "a").stub);
  EXPECT_FALSE(node_named(plan, "b").stub);
  EXPECT_EQ(node_named(plan, "a").action, Action::update);
  ASSERT_EQ(plan.operations.size(), 2U);
  EXPECT_EQ(plan.nodes[plan.operations[0].node].name, "b");
}

TEST(Planner, UpdatesCalleeFirst) {
  Sides sides;
  sides.here.flow("caller", {to_flow("middle")});
  sides.here.flow("middle", {to_flow("callee")});
  sides.here.flow("callee");
  sides.there = sides.here;
  for (WorldFlow& flow : sides.there.flows) flow.text = "old";
  const Plan plan = sides.plan();
  ASSERT_EQ(plan.operations.size(), 3U);
  EXPECT_EQ(plan.nodes[plan.operations[0].node].name, "callee");
  EXPECT_EQ(plan.nodes[plan.operations[2].node].name, "caller");
}

TEST(Planner, CopesWithEmptyInput) {
  Sides sides;
  const Plan plan = sides.plan();
  EXPECT_TRUE(plan.nodes.empty());
  EXPECT_TRUE(plan.empty());
  EXPECT_EQ(plan.from, "tokyo");
  EXPECT_EQ(plan.to, "osaka");
  EXPECT_EQ(plan.target.arn, sides.target.arn);
}

TEST(Planner, ReportsContentThatIsNoFlow) {
  const std::pair<const char*, const char*> bad[] = {
      {"", "empty"},
      {"not json", "not valid JSON"},
      {"[]", "not a JSON object"},
      {"{\"a\":1}", "not a contact flow"},
      {"{\"modules\":[],\"start\":\"x\"}", "legacy"},
      {"\xFF\xFE", "JSON"},
      {"{\"Version\":\"\xFF\"}", "UTF-8"},
  };
  for (const auto& [content, message] : bad) {
    Sides sides;
    sides.here.flow("f");
    Snapshot source = sides.source_snapshot();
    source.flows.begin()->second.content = content;
    const Plan plan = plan_for(source, sides.target_snapshot());
    const Findings problems = findings_with(plan, "unreadable-content");
    ASSERT_EQ(problems.size(), 1U) << content;
    EXPECT_THAT(problems[0].text, HasSubstr(message));
    EXPECT_EQ(problems[0].where.name, "f");
    EXPECT_EQ(plan.nodes.at(0).action, Action::skip);
  }
}

TEST(Planner, RefusesContentThatTheServiceWouldRefuse) {
  Sides sides;
  sides.here.flow("f").content =
      R"({"Version":"2019-10-30","StartAction":"a","StartAction":"a","Actions":[)"
      R"({"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":)"
      R"({"NextAction":"nowhere"}}]})";
  Plan plan = sides.plan();
  EXPECT_EQ(findings_with(plan, "json-duplicate-key").size(), 1U);
  EXPECT_EQ(findings_with(plan, "next-dangling").size(), 1U);
  EXPECT_TRUE(plan.has_problems());
  // A draft may be half-built, but duplicate keys say two things at once.
  sides.here.flows[0].status = "SAVED";
  plan = sides.plan();
  EXPECT_EQ(findings_with(plan, "next-dangling")[0].severity, Severity::warning);
  EXPECT_EQ(findings_with(plan, "json-duplicate-key")[0].severity, Severity::error);
}

}  // namespace
}  // namespace flowferry::plan
