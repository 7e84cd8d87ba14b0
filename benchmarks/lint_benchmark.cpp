// How long `flowferry lint` looks at 1,000 flows, without reading them: the target is under 1 s.
//
// Flows of 40 blocks (about 20 kB), each with a fault of most kinds, that transfer to each other;
// and the corpus of real flows, where it is present, repeated to 1,000.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/files.h"
#include "base/random.h"
#include "flow/lint/lint.h"
#include "report/lint.h"

namespace flowferry {
namespace {

using Json = nlohmann::ordered_json;

constexpr int k_flows = 1000;
constexpr const char* k_instance =
    "arn:aws:connect:us-east-1:111122223333:instance/5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";

Json block(const std::string& id, const char* type, Json parameters, const std::string& next) {
  return {{"Parameters", std::move(parameters)},
          {"Identifier", id},
          {"Type", type},
          {"Transitions",
           {{"NextAction", next},
            {"Errors", Json::array({{{"NextAction", next}, {"ErrorType", "NoMatchingError"}}})}}}};
}

std::string made_up(Random& random, const std::string& transfers_to) {
  Json actions = Json::array();
  Json entries = Json::object();
  std::string next = random.uuid();
  const std::string start = next;
  for (int i = 0; i < 40; ++i) {
    const std::string id = next;
    next = random.uuid();
    entries[id] = {{"position", {{"x", 123.25 * i}, {"y", -17.600000381 * i}}}};
    if (i % 4 == 0) {
      actions.push_back(block(id, "UpdateContactTargetQueue",
                              {{"QueueId", std::string(k_instance) + "/queue/" + random.uuid()}},
                              next));
    } else if (i % 4 == 1) {
      actions.push_back(
          block(id, "InvokeLambdaFunction",
                {{"LambdaFunctionARN", "arn:aws:lambda:us-east-1:111122223333:function:f"},
                 {"InvocationTimeLimitSeconds", "9"}},
                next));
    } else if (i % 4 == 2) {
      actions.push_back(block(id, "UpdateContactAttributes",
                              {{"Attributes",
                                {{"phone", "+81312345678"},
                                 {"url", "https://sqs.eu-central-1.amazonaws.com/222233334444/q"},
                                 {"empty", ""}}}},
                              next));
    } else {
      actions.push_back(block(id, "MessageParticipant",
                              {{"Text", "Thank you for calling; all consultants are busy."}},
                              next));
    }
  }
  actions.push_back(
      block(next, "TransferToFlow",
            {{"ContactFlowId", std::string(k_instance) + "/contact-flow/" + transfers_to}}, next));
  const Json flow = {
      {"Version", "2019-10-30"},
      {"StartAction", start},
      {"Metadata", {{"entryPointPosition", {{"x", 40}, {"y", 40}}}, {"ActionMetadata", entries}}},
      {"Actions", actions}};
  return flow.dump();
}

Flow flow_of(const std::string& id, std::string content) {
  Flow flow;
  flow.id = flow.name = id;
  flow.type = "CONTACT_FLOW";
  flow.state = "ACTIVE";
  flow.status = "PUBLISHED";
  flow.content = std::move(content);
  return flow;
}

Snapshot environment_of(std::vector<Flow> flows) {
  Snapshot out;
  out.instance.id = "5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";
  out.instance.arn = k_instance;
  out.instance.partition = "aws";
  out.instance.region = "us-east-1";
  out.instance.account = "111122223333";
  for (Flow& flow : flows) {
    Resource entry;
    entry.kind = ResourceKind::contact_flow;
    entry.id = flow.id;
    entry.name = flow.name;
    entry.type = flow.type;
    out.inventories[entry.kind].add(entry);
    out.flows.emplace(flow.id, std::move(flow));
  }
  return out;
}

const Snapshot& made_up_environment() {
  static const Snapshot snapshot = [] {
    SeededRandom random(1);
    std::vector<std::string> ids;
    for (int i = 0; i < k_flows; ++i) ids.push_back(random.uuid());
    std::vector<Flow> flows;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      flows.push_back(flow_of(ids[i], made_up(random, ids[(i + 1) % ids.size()])));
    }
    return environment_of(std::move(flows));
  }();
  return snapshot;
}

const Snapshot& corpus_environment() {
  static const Snapshot snapshot = [] {
    const auto folder =
        std::filesystem::path(FLOWFERRY_SOURCE_DIR) / ".." / "shared" / "corpus" / "flows";
    std::vector<std::string> contents;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      if (auto bytes = read_file(entry.path())) contents.push_back(*std::move(bytes));
    }
    std::vector<Flow> flows;
    for (int i = 0; i < k_flows && !contents.empty(); ++i) {
      flows.push_back(flow_of("flow " + std::to_string(i),
                              contents[static_cast<std::size_t>(i) % contents.size()]));
    }
    return environment_of(std::move(flows));
  }();
  return snapshot;
}

void lint_all(benchmark::State& state, const Snapshot& snapshot) {
  if (snapshot.flows.empty()) {
    state.SkipWithError("the corpus of real flows is not there");
    return;
  }
  std::size_t findings = 0;
  for (auto _ : state) {
    findings = flow::lint::lint(snapshot, {}).size();
    benchmark::DoNotOptimize(findings);
  }
  state.counters["flows"] = static_cast<double>(snapshot.flows.size());
  state.counters["findings"] = static_cast<double>(findings);
}

void report_all(benchmark::State& state) {
  pipeline::LintOutcome outcome;
  outcome.environment = "dev";
  outcome.findings = flow::lint::lint(made_up_environment(), {});
  outcome.places.resize(outcome.findings.size());
  const report::LintReport report{outcome, Severity::error};
  for (auto _ : state) benchmark::DoNotOptimize(report::lint_sarif(report).dump_pretty().size());
  state.counters["findings"] = static_cast<double>(outcome.findings.size());
}

void LintMadeUp(benchmark::State& state) {
  lint_all(state, made_up_environment());
}
void LintCorpus(benchmark::State& state) {
  lint_all(state, corpus_environment());
}

BENCHMARK(LintMadeUp)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(LintCorpus)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(report_all)->Name("SarifOfMadeUp")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace flowferry

BENCHMARK_MAIN();
