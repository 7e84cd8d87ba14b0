#include "simulator/stock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>

#include "fake_instance.h"
#include "simulator/content_actions.h"

namespace flowferry::simulator {
namespace {

std::string filled(const StockFlow& flow, const FakeInstance& instance) {
  auto text = fill_placeholders(flow.content, instance, flow.name);
  EXPECT_TRUE(text) << one_line(text.error());
  return text.value_or("");
}

TEST(Stock, AnInstanceHasTwentyFlowsEightOfThemDefaults) {
  EXPECT_EQ(stock_flows().size(), 20u);
  std::set<std::string_view> names;
  int defaults = 0;
  for (const StockFlow& flow : stock_flows()) {
    EXPECT_TRUE(names.insert(flow.name).second) << flow.name;
    EXPECT_NE(flow_type_bit(flow.type), 0) << flow.type;
    EXPECT_EQ(flow.is_default, flow.name.substr(0, 8) == "Default ") << flow.name;
    EXPECT_EQ(!flow.is_default, flow.name.substr(0, 7) == "Sample ") << flow.name;
    defaults += flow.is_default ? 1 : 0;
  }
  EXPECT_EQ(defaults, 8);
}

TEST(Stock, EveryTypeButInboundAndCampaignHasADefault) {
  std::multiset<std::string_view> types;
  for (const StockFlow& flow : stock_flows()) {
    if (flow.is_default) types.insert(flow.type);
  }
  EXPECT_EQ(types,
            (std::multiset<std::string_view>{"AGENT_HOLD", "AGENT_TRANSFER", "AGENT_WHISPER",
                                             "CUSTOMER_HOLD", "CUSTOMER_QUEUE", "CUSTOMER_WHISPER",
                                             "OUTBOUND_WHISPER", "QUEUE_TRANSFER"}));
}

TEST(Stock, EveryFlowCanBePublishedInAnInstanceWithStockResources) {
  FakeInstance instance;
  instance.add_stock();
  for (const StockFlow& flow : stock_flows()) {
    const std::string content = filled(flow, instance);
    CheckRequest request;
    request.flow_type = flow.type;
    request.content = content;
    request.instance = &instance;
    request.published_target = true;
    EXPECT_THAT(check_content(request).problems, testing::IsEmpty()) << flow.name;
  }
}

TEST(Stock, NothingIsLeftToFillIn) {
  FakeInstance instance;
  instance.add_stock();
  for (const StockFlow& flow : stock_flows()) {
    EXPECT_EQ(filled(flow, instance).find("{{"), std::string::npos) << flow.name;
  }
}

/// Names of the flows that a stock flow names, by its placeholders.
std::set<std::string> callees(const StockFlow& flow) {
  constexpr std::string_view k_start = "{{arn:contact-flow:";
  std::set<std::string> out;
  for (std::size_t at = flow.content.find(k_start); at != std::string_view::npos;
       at = flow.content.find(k_start, at + 1)) {
    const std::size_t end = flow.content.find("}}", at);
    out.emplace(flow.content.substr(at + k_start.size(), end - at - k_start.size()));
  }
  return out;
}

TEST(Stock, SamplesAreCircularAndOneRefersToItself) {
  std::map<std::string, std::set<std::string>> graph;
  for (const StockFlow& flow : stock_flows()) graph[std::string(flow.name)] = callees(flow);
  const std::string inbound = "Sample inbound flow (first contact experience)";
  EXPECT_EQ(graph[inbound].count(inbound), 1u);
  for (const std::string other :
       {"Sample AB test", "Sample recording behavior", "Sample Lambda integration"}) {
    EXPECT_EQ(graph[inbound].count(other), 1u) << other;
    EXPECT_EQ(graph[other].count(inbound), 1u) << other;
  }
}

TEST(Stock, SamplesNameAForeignFunctionAndAManagedView) {
  std::string all;
  for (const StockFlow& flow : stock_flows()) all += flow.content;
  EXPECT_THAT(all,
              testing::HasSubstr("arn:aws:lambda:{{region}}:613787477748:function:state-lookup"));
  EXPECT_THAT(all, testing::HasSubstr("arn:aws:connect:{{region}}:aws:view/after-contact-work:1"));
}

TEST(Stock, SomeActionsComeWithoutParameters) {
  int flows = 0;
  for (const StockFlow& flow : stock_flows()) {
    const auto document =
        boost::json::parse(boost::json::string_view(flow.content.data(), flow.content.size()));
    bool absent = false;
    for (const auto& action : document.at("Actions").as_array()) {
      absent = absent || !action.as_object().contains("Parameters");
    }
    flows += absent ? 1 : 0;
  }
  EXPECT_GE(flows, 5);
}

TEST(Stock, ResourceNamesAreUniqueInTheirKind) {
  std::set<std::pair<ResourceKind, std::string_view>> names;
  for (const StockResource& resource : stock_resources()) {
    EXPECT_TRUE(names.insert({resource.kind, resource.name}).second) << resource.name;
  }
  EXPECT_EQ(names.count({ResourceKind::queue, "BasicQueue"}), 1u);
  EXPECT_EQ(names.count({ResourceKind::prompt, "Beep.wav"}), 1u);
}

}  // namespace
}  // namespace flowferry::simulator
