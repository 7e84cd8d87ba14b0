// A simulator in memory, called without a network: requests are built from the service description.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/files.h"
#include "simulator/request_target.h"
#include "simulator/service_description.h"
#include "simulator/simulator.h"

namespace flowferry::simulator {

namespace js = boost::json;

/// Time stands still until it is turned.
class HandClock final : public Clock {
 public:
  SystemTime now() override { return std::chrono::system_clock::from_time_t(1768478400) + passed; }
  SteadyTime steady() override { return SteadyTime() + std::chrono::hours(1) + passed; }
  void turn(std::chrono::milliseconds by) { passed += by; }
  std::chrono::milliseconds passed{0};
};

/// An API answer, taken apart. Members come as copies, so that an answer need not be kept.
struct Answer {
  int status = 0;
  std::string code;  ///< Of an error.
  js::object body;
  net::ServerResponse raw;

  std::string text(std::string_view name) const {
    const js::value* value = body.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  }
  js::array list(std::string_view name) const {
    const js::value* value = body.if_contains(name);
    return value && value->is_array() ? value->get_array() : js::array();
  }
  js::object object(std::string_view name) const {
    const js::value* value = body.if_contains(name);
    return value && value->is_object() ? value->get_object() : js::object();
  }
};

inline constexpr std::string_view k_flow =
    R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[{"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";
/// Whisper flows end otherwise.
inline constexpr std::string_view k_module =
    R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Settings":{"InputParameters":[],"OutputParameters":[],"Transitions":[{"DisplayName":"Success","ReferenceName":"Success","Description":""},{"DisplayName":"Error","ReferenceName":"Error","Description":""}]},"Actions":[{"Identifier":"a","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]})";

/// Another flow with the same meaning for callers: tells versions apart.
inline std::string flow_saying(const std::string& word) {
  return R"({"Version":"2019-10-30","StartAction":"a","Metadata":{"note":")" + word +
         R"("},"Actions":[{"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";
}

class SimulatorTest : public ::testing::Test {
 protected:
  static constexpr const char* k_world = R"(version: 1
accounts:
  - { id: "111122223333", access_key_id: AKIADEV, secret_access_key: dev-secret }
  - { id: "444455556666", access_key_id: AKIAPROD, secret_access_key: prod-secret }
instances:
  - alias: dev
    account: "111122223333"
    region: ap-northeast-1
    resources:
      queue: [Sales, 予約]
      user: [hanako]
      prompt: [こんにちは.wav]
      phone-number: ["+81312345678"]
      view: [{ name: Customer, status: PUBLISHED }, { name: Draft, status: SAVED }]
      lambda-function: [crm, { name: other, associated: false }]
      lex-v2-bot-alias: [{ bot: TravelBot, alias: live }]
      lex-v1-bot: [{ name: OldBot, region: us-east-1 }]
    modules:
      - { name: Greet, content: module.json, versions: 2, aliases: [{ name: live, version: 2 }] }
    flows:
      - { name: Main, type: CONTACT_FLOW, content: flow.json, tags: { team: a } }
      - { name: Draft, type: CONTACT_FLOW, content: flow.json, status: SAVED }
  - { alias: prod, account: "444455556666", region: ap-northeast-1, stock: false }
  - { alias: far, account: "111122223333", region: us-west-2, stock: false }
)";

  SimulatorTest() {
    folder_ = std::filesystem::temp_directory_path() /
              ("flowferry-simulator-test-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    EXPECT_TRUE(write_file(folder_ / "world.yaml", k_world));
    EXPECT_TRUE(write_file(folder_ / "flow.json", k_flow));
    EXPECT_TRUE(write_file(folder_ / "module.json", k_module));
    description_ = std::move(*connect_description());
    lex_ = std::move(*lex_description());
    options_.throttle = false;
    options_.switches["signatures"] = "ignore";
  }
  ~SimulatorTest() override {
    // Whatever a test does, no answer may be one that the service description forbids.
    if (world_) {
      EXPECT_EQ(admin("GET", "log").list("mistakes"), js::array());
    }
    if (!HasFailure()) std::filesystem::remove_all(folder_);
  }

  /// Starts with the options so far; a test may change them and start again.
  void start() {
    auto made = Simulator::load(folder_ / "world.yaml", options_, clock_);
    ASSERT_TRUE(made) << one_line(made.error());
    world_ = std::move(*made);
    for (const auto& line : world_->instances()) ids_[line.alias] = line.id;
  }
  void start_with(std::string name, std::string value) {
    options_.switches[std::move(name)] = std::move(value);
    start();
  }

  /// Sends what an SDK would send. `alias` decides who calls and fills in InstanceId.
  Answer call(std::string_view operation, js::object input = {}, std::string_view alias = "dev") {
    const Operation* op = description_->operation(operation);
    EXPECT_NE(op, nullptr) << operation;
    if (op->input && op->input->member("InstanceId") && !input.contains("InstanceId")) {
      input["InstanceId"] = ids_[std::string(alias)];
    }
    return send(request_for(*op, input, alias, "connect"));
  }
  Answer lex(std::string_view operation, const js::object& input) {
    return send(request_for(*lex_->operation(operation), input, "dev", "lex"));
  }

  Answer send(const net::ServerRequest& request) {
    Answer answer;
    answer.raw = world_->handle(request);
    answer.status = answer.raw.status;
    answer.code =
        std::string(net::find_header(answer.raw.headers, "x-amzn-errortype").value_or(""));
    boost::system::error_code error;
    js::value body = js::parse(answer.raw.body, error);
    if (!error && body.is_object()) answer.body = body.get_object();
    return answer;
  }

  net::ServerRequest request_for(const Operation& op, const js::object& input,
                                 std::string_view alias, std::string_view service) {
    net::ServerRequest request;
    request.method = op.method;
    js::object body;
    std::string query;
    std::map<std::string, std::string> path;
    for (const auto& entry : input) {
      const Member* member = op.input->member(entry.key());
      if (!member || member->location == Location::body) {
        body.insert_or_assign(entry.key(), entry.value());
      } else if (member->location == Location::path) {
        path[member->wire_name] = text_of(entry.value());
      } else if (entry.value().is_array()) {
        for (const js::value& item : entry.value().get_array())
          add(query, member->wire_name, text_of(item));
      } else {
        add(query, member->wire_name, text_of(entry.value()));
      }
    }
    for (const Segment& segment : op.path) {
      request.target +=
          '/' + (segment.is_member ? percent_encode(path[segment.text]) : segment.text);
    }
    request.target += query;
    if (op.method == "PUT" || op.method == "POST") request.body = js::serialize(body);
    request.headers.emplace_back("Authorization",
                                 "AWS4-HMAC-SHA256 Credential=" + key_of(alias) + "/20260115/" +
                                     region_of(alias) + '/' + std::string(service) +
                                     "/aws4_request, SignedHeaders=host, Signature=0");
    return request;
  }

  Answer admin(const std::string& method, const std::string& what, const std::string& body = "") {
    net::ServerRequest request;
    request.method = method;
    request.target = "/_simulator/" + what;
    request.body = body;
    return send(request);
  }

  std::string id_of(std::string_view operation, std::string_view list, std::string_view name,
                    std::string_view alias = "dev") {
    const Answer answer = call(operation, {{"MaxResults", 100}}, alias);
    for (const js::value& item : answer.list(list)) {
      const js::value* have = item.get_object().if_contains("Name");
      if (have && have->get_string() == name) return std::string(item.at("Id").get_string());
    }
    ADD_FAILURE() << operation << " has no " << name;
    return {};
  }
  std::string flow_id(std::string_view name) {
    return id_of("ListContactFlows", "ContactFlowSummaryList", name);
  }
  std::string module_id(std::string_view name) {
    return id_of("ListContactFlowModules", "ContactFlowModulesSummaryList", name);
  }

  Answer create_flow(const std::string& name, std::string_view content = k_flow,
                     std::string_view status = "", std::string_view type = "CONTACT_FLOW") {
    js::object input{{"Name", name}, {"Type", type}, {"Content", content}};
    if (!status.empty()) input["Status"] = status;
    return call("CreateContactFlow", input);
  }
  js::object describe_flow(const std::string& id) {
    return call("DescribeContactFlow", {{"ContactFlowId", id}}).object("ContactFlow");
  }

  std::filesystem::path folder_;
  HandClock clock_;
  Options options_;
  std::unique_ptr<ServiceDescription> description_, lex_;
  std::unique_ptr<Simulator> world_;
  std::map<std::string, std::string> ids_;

 private:
  static std::string text_of(const js::value& value) {
    return value.is_string() ? std::string(value.get_string()) : js::serialize(value);
  }
  static void add(std::string& query, const std::string& name, const std::string& value) {
    query += (query.empty() ? '?' : '&') + percent_encode(name) + '=' + percent_encode(value);
  }
  static std::string key_of(std::string_view alias) {
    return alias == "prod" ? "AKIAPROD" : "AKIADEV";
  }
  static std::string region_of(std::string_view alias) {
    return alias == "far" ? "us-west-2" : "ap-northeast-1";
  }
};

}  // namespace flowferry::simulator
