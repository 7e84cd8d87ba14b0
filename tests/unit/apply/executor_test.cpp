// The executor against a service whose writes are seen late, in a time that the test decides.
#include "apply/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json/value.h"
#include "flow/stub.h"
#include "support/fake_service.h"

namespace flowferry::apply {
namespace {

namespace fs = std::filesystem;
using plan::OperationType;
using std::chrono::milliseconds;

constexpr const char* k_flows = "/contact-flows/i";

std::string document(const std::string& text) {
  return R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[{"Identifier":"a",)"
         R"("Type":"MessageParticipant","Parameters":{"Text":")" +
         text +
         R"("},"Transitions":{"NextAction":"b"}},{"Identifier":"b",)"
         R"("Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";
}

/// Contact flows as the service keeps them: each write is seen by readers after `delay`.
class LateService {
 public:
  struct Version {
    milliseconds at;
    std::string content;
    std::string status;
  };
  struct Row {
    std::string name;
    std::vector<Version> versions;
  };

  explicit LateService(test::FakeTransport& transport) : transport_(transport) {
    transport.handler = [this](const net::HttpRequest& request) { return answer(request); };
  }

  milliseconds delay{0};
  std::map<std::string, Row> rows;  ///< By id.
  /// What is answered to a create, by the flow's name; absent: it is made.
  std::function<std::optional<net::HttpResponse>(const std::string& name)> refuse;
  std::vector<std::string> log;  ///< Writes: "create NAME", "content ID stub|final", "delete ID".

  /// The last one written, seen or not.
  const Version& last(const std::string& id) { return rows.at(id).versions.back(); }

  void put(const std::string& id, const std::string& name, milliseconds at, std::string content,
           std::string status) {
    rows[id].name = name;
    rows[id].versions.push_back({at, std::move(content), std::move(status)});
  }

  static net::HttpResponse error(int status, const std::string& code) {
    return {status, {{"x-amzn-RequestId", "r"}, {"x-amzn-ErrorType", code}}, R"({"Message":"no"})"};
  }

 private:
  static net::HttpResponse ok(const json::Value& body) {
    return {200, {{"x-amzn-RequestId", "r"}}, body.dump()};
  }
  milliseconds now() const { return milliseconds(std::int64_t(transport_.seconds() * 1000)); }

  const Version* seen(const Row& row) const {
    const Version* out = nullptr;
    for (const Version& version : row.versions) {
      if (version.at + delay <= now()) out = &version;
    }
    return out;
  }

  net::HttpResponse answer(const net::HttpRequest& request) {
    const bool lists = request.target.starts_with("/contact-flows-summary/");
    if (lists) return list();
    const std::string path = request.target.substr(std::string(k_flows).size());
    if (request.method == "PUT" && path.empty()) return create(request);
    const std::string id = path.substr(1, path.find('/', 1) - 1);
    if (request.method == "GET") return describe(id);
    if (request.method == "DELETE") {
      log.push_back("delete " + id);
      rows.erase(id);
      return ok(json::Value::object({}));
    }
    return update(id, request);
  }

  net::HttpResponse list() const {
    json::Value out = json::Value::array();
    for (const auto& [id, row] : rows) {
      if (seen(row) == nullptr) continue;
      out.push(json::Value::object({{"Id", id},
                                    {"Arn", "arn:" + id},
                                    {"Name", row.name},
                                    {"ContactFlowType", "CONTACT_FLOW"},
                                    {"ContactFlowState", "ACTIVE"},
                                    {"ContactFlowStatus", seen(row)->status}}));
    }
    return ok(json::Value::object({{"ContactFlowSummaryList", std::move(out)}}));
  }

  net::HttpResponse describe(std::string id) const {
    const std::string draft = "%3A%24SAVED";
    const bool saved = id.ends_with(draft);
    if (saved) id.resize(id.size() - draft.size());
    const auto row = rows.find(id);
    const Version* version = row == rows.end() ? nullptr : seen(row->second);
    if (version == nullptr) return error(404, "ResourceNotFoundException");
    if (version->status == "SAVED" && !saved) return error(404, "ContactFlowNotPublishedException");
    return ok(json::Value::object(
        {{"ContactFlow", json::Value::object({{"Id", id},
                                              {"Arn", "arn:" + id},
                                              {"Name", row->second.name},
                                              {"Type", "CONTACT_FLOW"},
                                              {"State", "ACTIVE"},
                                              {"Status", version->status},
                                              {"Content", version->content}})}}));
  }

  net::HttpResponse create(const net::HttpRequest& request) {
    const auto body = json::parse(request.body);
    const std::string name = (*body)["Name"].as_string();
    if (refuse) {
      if (auto no = refuse(name)) return *no;
    }
    log.push_back("create " + name);
    put("id-" + name, name, now(), (*body)["Content"].as_string(), (*body)["Status"].as_string());
    return ok(json::Value::object(
        {{"ContactFlowId", "id-" + name}, {"ContactFlowArn", "arn:id-" + name}}));
  }

  net::HttpResponse update(const std::string& id, const net::HttpRequest& request) {
    const auto body = json::parse(request.body);
    const std::string content = (*body)["Content"].as_string();
    log.push_back("content " + id + (flow::is_stub(content) ? " stub" : " final"));
    put(id, rows[id].name, now(), content, "PUBLISHED");
    return ok(json::Value::object({}));
  }

  test::FakeTransport& transport_;
};

/// A stub "Ring" that refers to "Back", which refers to it; and "Caller", which refers to "Ring".
/// An earlier attempt made "Ring" and "Back" and may have sent the content of "Ring".
class ResumedCircle : public ::testing::Test, protected test::FakeService {
 protected:
  ResumedCircle() {
    char name[] = "/tmp/flowferry-executor-XXXXXX";
    folder = ::mkdtemp(name);
    journal = *Journal::open(folder / "journal.db");
    plan.to = "prod";
    for (const char* flow : {"Ring", "Back", "Caller", "Busy"}) {
      plan::Node node;
      node.name = flow;
      node.type = "CONTACT_FLOW";
      node.status = "PUBLISHED";
      node.action = plan::Action::create;
      node.content = plan::Content::of(document(flow));
      plan.nodes.push_back(node);
    }
    plan.nodes[0].stub = true;
    plan.nodes[0].refers_to = {1};
    plan.nodes[1].refers_to = {0};
    plan.nodes[2].refers_to = {0};
    plan.nodes[3].action = plan::Action::update;
    plan.nodes[3].target_id = "id-Busy";
    plan.nodes[3].target_arn = "arn:id-Busy";
    plan.operations = {{OperationType::create_stub, 0, 0, {}, 3},
                       {OperationType::create, 1, 0, {0}, 2},
                       {OperationType::update_content, 0, 0, {1}, 1},
                       {OperationType::create, 2, 0, {0}, 1},
                       {OperationType::update_content, 3, 0, {}, 9}};
    earlier.attempted = true;
    earlier.operations = {record(0, OperationState::done, "Ring"),
                          record(1, OperationState::done, "Back")};
    service.put("id-Ring", "Ring", milliseconds(-60000), flow::stub_content("CONTACT_FLOW"),
                "SAVED");
    service.put("id-Back", "Back", milliseconds(-60000), document("Back"), "PUBLISHED");
    service.put("id-Busy", "Busy", milliseconds(-60000), document("old"), "PUBLISHED");
    RunRecord run;
    run.id = "run";
    EXPECT_TRUE(journal->put_run(run));
  }
  ~ResumedCircle() override {
    journal.reset();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  OperationRecord record(std::size_t sequence, OperationState state, const std::string& name) {
    OperationRecord out;
    out.sequence = sequence;
    out.type = to_string(plan.operations[sequence].type);
    out.name = name;
    out.state = state;
    out.target_id = "id-" + name;
    out.target_arn = "arn:id-" + name;
    return out;
  }

  RunOutcome resume() {
    NoObserver observer;
    ExecuteOptions options;
    options.run = "run";
    options.in_flight = 1;
    Executor executor(plan, client, *journal, transport, transport.clock, random, observer,
                      options);
    return transport.run(executor.run(earlier));
  }

  std::size_t writes(const std::string& what) const {
    return std::count(service.log.begin(), service.log.end(), what);
  }

  LateService service{transport};
  connect::Client client{connect, connect, "i"};
  fs::path folder;
  std::unique_ptr<Journal> journal;
  plan::Plan plan;
  Earlier earlier;
};

/// Refuses the first `times` creates of "Caller", as the service does when "Ring" is not published.
auto refuse_caller(int times) {
  return [times](const std::string& name) mutable -> std::optional<net::HttpResponse> {
    if (name != "Caller" || times-- <= 0) return std::nullopt;
    return LateService::error(400, "InvalidContactFlowException");
  };
}

TEST_F(ResumedCircle, AStubThatIsFoundCompleteIsNotPublishedForACaller) {
  earlier.operations.push_back(record(2, OperationState::started, "Ring"));
  service.put("id-Ring", "Ring", milliseconds(-30000), document("Ring"), "PUBLISHED");
  service.refuse = refuse_caller(2);
  // The refusal comes when "Ring" has long been settled.
  transport.latency_of = [](const net::HttpRequest& request) {
    return milliseconds(request.method == "PUT" ? 300 : 0);
  };
  const RunOutcome outcome = resume();
  EXPECT_TRUE(outcome.complete());
  EXPECT_EQ(writes("content id-Ring stub"), 0u);
  EXPECT_EQ(writes("content id-Ring final"), 0u);
  EXPECT_EQ(service.last("id-Ring").content, document("Ring"));
}

TEST_F(ResumedCircle, AContentThatMayHaveBeenSentIsNotCoveredByTheStub) {
  earlier.operations.push_back(record(2, OperationState::started, "Ring"));
  service.delay = milliseconds(1500);
  service.put("id-Ring", "Ring", milliseconds(-500), document("Ring"), "PUBLISHED");
  service.refuse = refuse_caller(1);
  const RunOutcome outcome = resume();
  EXPECT_TRUE(outcome.complete());
  EXPECT_EQ(writes("content id-Ring stub"), 0u);
  EXPECT_EQ(service.last("id-Ring").content, document("Ring"));
}

TEST_F(ResumedCircle, ALookThatIsOlderThanTheStubDoesNotSettleTheContent) {
  // The earlier attempt's content of "Ring" is seen from 1 s to 1.5 s, when the stub that is
  // published at once covers it. The record of it is lost.
  service.delay = milliseconds(1500);
  service.put("id-Ring", "Ring", milliseconds(-500), document("Ring"), "PUBLISHED");
  service.refuse = refuse_caller(1);
  // It keeps the only place for updates until then.
  transport.latency_of = [](const net::HttpRequest& request) {
    const bool busy =
        request.method == "POST" && request.target.find("id-Busy") != std::string::npos;
    return milliseconds(busy ? 1200 : 0);
  };
  const RunOutcome outcome = resume();
  EXPECT_TRUE(outcome.complete());
  EXPECT_EQ(writes("content id-Ring stub"), 1u);
  EXPECT_EQ(writes("content id-Ring final"), 1u);
  EXPECT_EQ(service.last("id-Ring").content, document("Ring"));
}

/// The undo of a run that sent a create and got no answer.
class UndoOfAnUnansweredCreate : public ResumedCircle {
 protected:
  UndoOfAnUnansweredCreate() {
    plan::Node node;
    node.name = "Late";
    node.type = "CONTACT_FLOW";
    node.status = "PUBLISHED";
    node.action = plan::Action::remove;
    node.content = plan::Content::of(flow::stub_content("CONTACT_FLOW"));
    node.seen = Flow{};
    node.seen->name = "Late";
    node.seen->type = "CONTACT_FLOW";
    node.seen->status = "PUBLISHED";
    node.seen->state = "ACTIVE";
    node.seen->content = document("Late");
    plan.nodes = {node};
    plan.operations = {{OperationType::remove, 0, 0, {}, 1}};
    plan.callers_first = true;
    earlier = {};
    settled_in(milliseconds(10000));
  }

  void settled_in(milliseconds time) {
    plan.nodes[0].unsettled_until = iso8601(transport.clock.now() + time);
  }
};

TEST_F(UndoOfAnUnansweredCreate, DeletesWhatAppeared) {
  service.put("id-Late", "Late", milliseconds(-5000), document("Late"), "PUBLISHED");
  EXPECT_TRUE(resume().complete());
  EXPECT_THAT(service.log, ::testing::ElementsAre("delete id-Late"));
}

TEST_F(UndoOfAnUnansweredCreate, DoesNotEndWellWhileItMayAppear) {
  const RunOutcome outcome = resume();
  EXPECT_FALSE(outcome.complete());
  ASSERT_TRUE(outcome.operations[0].error);
  EXPECT_EQ(outcome.operations[0].error->code, "not-known-yet");
  EXPECT_THAT(service.log, ::testing::IsEmpty());
  // And to go on with it finds what appeared meanwhile.
  earlier.attempted = true;
  earlier.operations = *journal->operations("run");
  service.put("id-Late", "Late", milliseconds(-5000), document("Late"), "PUBLISHED");
  EXPECT_TRUE(resume().complete());
  EXPECT_THAT(service.log, ::testing::ElementsAre("delete id-Late"));
}

TEST_F(UndoOfAnUnansweredCreate, EndsWellWhenItCannotAppearAnyMore) {
  EXPECT_FALSE(resume().complete());
  settled_in(milliseconds(-1));
  earlier.attempted = true;
  earlier.operations = *journal->operations("run");
  EXPECT_TRUE(resume().complete());
  EXPECT_THAT(service.log, ::testing::IsEmpty());
  // There is nothing that an undo of the undo could bring back.
  EXPECT_EQ(journal->operations("run")->front().before, "");
}

TEST_F(UndoOfAnUnansweredCreate, LeavesWhatSomebodyElseMade) {
  service.put("id-Late", "Late", milliseconds(-5000), document("theirs"), "PUBLISHED");
  const RunOutcome outcome = resume();
  EXPECT_FALSE(outcome.complete());
  EXPECT_EQ(outcome.operations[0].error->code, "changed-since-plan");
  EXPECT_THAT(service.log, ::testing::IsEmpty());
}

TEST_F(UndoOfAnUnansweredCreate, HoldsForAnUpdateToo) {
  plan::Node& node = plan.nodes[0];
  node.name = node.seen->name = "Busy";
  node.target_id = "id-Busy";
  node.target_arn = "arn:id-Busy";
  node.action = plan::Action::update;
  node.changes = {{"content", {}, {}}};
  node.content = plan::Content::of(document("old"));  // That is what the target shows.
  node.seen->content = document("by the run");
  plan.operations = {{OperationType::update_content, 0, 0, {}, 1}};
  const RunOutcome outcome = resume();
  EXPECT_FALSE(outcome.complete());
  EXPECT_EQ(outcome.operations[0].error->code, "not-known-yet");
  EXPECT_THAT(service.log, ::testing::IsEmpty());
  service.put("id-Busy", "Busy", milliseconds(-5000), document("by the run"), "PUBLISHED");
  EXPECT_TRUE(resume().complete());
  EXPECT_EQ(service.last("id-Busy").content, document("old"));
}

}  // namespace
}  // namespace flowferry::apply
