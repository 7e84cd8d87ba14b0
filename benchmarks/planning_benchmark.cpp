// How long planning takes: 10,000 flows with 100,000 references, from the contents as the service
// gives them to the ordered operations. To reach: under one second.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <random>
#include <string>

#include "plan/plan_file.h"
#include "plan/planner.h"

namespace {

using namespace flowferry;

constexpr std::size_t k_flows = 10'000;
constexpr std::size_t k_references = 10;  ///< Of each flow.
constexpr std::size_t k_resources = 500;  ///< Of each kind.

/// What flows refer to each other like.
enum Shape { acyclic, rings, tangle };
/// What the target has.
enum Target { nothing, outdated, equal };

std::string uuid(char kind, std::size_t n, bool source) {
  char out[40];
  std::snprintf(out, sizeof out, "%c%07zx-%04x-4000-a000-%012zx", source ? 'a' : 'b', n, kind,
                n * 31);
  return out;
}

Instance instance(bool source) {
  Instance out;
  out.alias = source ? "source" : "target";
  out.id = uuid('i', 1, source);
  out.partition = "aws";
  out.region = source ? "ap-northeast-1" : "ap-northeast-3";
  out.account = source ? "111111111111" : "222222222222";
  out.arn = "arn:aws:connect:" + out.region + ":" + out.account + ":instance/" + out.id;
  return out;
}

struct Slot {
  ResourceKind kind;
  const char* type;
  const char* parameter;
};
constexpr Slot k_slots[] = {
    {ResourceKind::contact_flow, "TransferToFlow", "ContactFlowId"},
    {ResourceKind::queue, "UpdateContactTargetQueue", "QueueId"},
    {ResourceKind::prompt, "MessageParticipant", "PromptId"},
    {ResourceKind::hours_of_operation, "CheckHoursOfOperation", "HoursOfOperationId"},
};

std::string arn(const Instance& in, ResourceKind kind, std::size_t n) {
  const char letter = static_cast<char>('A' + static_cast<int>(kind));
  return in.arn + "/" + std::string(arn_keyword(kind)) + "/" +
         uuid(letter, n, in.alias == "source");
}

/// The flow that flow `n` refers to; `turn`: for the how-many-th time.
std::size_t callee(Shape shape, std::size_t n, std::size_t turn, std::mt19937& random) {
  switch (shape) {
    case acyclic:
      return n == 0 ? k_flows : random() % n;
    case rings: {
      // Rings of 2 to 7 flows, one of them with a self reference, and chains between the rings.
      const std::size_t length = 2 + n / 7 % 6;
      const std::size_t first = n / 7 * 7;
      if (turn == 0 && n - first < length) return first + (n - first + 1) % length;
      if (turn == 1 && n % 97 == 0) return n;
      return first == 0 ? k_flows : random() % first;
    }
    default:
      return random() % k_flows;
  }
}

std::string content(const Instance& in, Shape shape, std::size_t n, bool old) {
  std::mt19937 random(static_cast<std::uint32_t>(n));
  const auto identifier = [&](std::size_t i) { return uuid('x', n * 100 + i, true); };
  std::string actions, notes;
  for (std::size_t i = 0; i < k_references; ++i) {
    const Slot& slot = k_slots[i % 5 == 0 || i % 5 == 2 ? 0 : 1 + random() % 3];
    std::size_t target = slot.kind == ResourceKind::contact_flow ? callee(shape, n, i / 2, random)
                                                                 : random() % k_resources;
    const bool to_flow = slot.kind == ResourceKind::contact_flow && target < k_flows;
    const Slot& used = to_flow || slot.kind != ResourceKind::contact_flow ? slot : k_slots[1];
    if (target >= k_resources && !to_flow) target = 0;
    actions += R"({"Parameters":{")" + std::string(used.parameter) + R"(":")" +
               arn(in, used.kind, target) + R"("},"Identifier":")" + identifier(i) +
               R"(","Type":")" + used.type + R"(","Transitions":{"NextAction":")" +
               identifier(i + 1) + R"(","Errors":[{"NextAction":")" + identifier(k_references) +
               R"(","ErrorType":"NoMatchingError"}],"Conditions":[]}},)";
    notes += (i > 0 ? ",\"" : "\"") + identifier(i) +
             R"(":{"position":{"x":892.0142822265625,"y":-17.5},"parameters":{")" + used.parameter +
             R"(":{"displayName":"resource )" + std::to_string(target) + R"("}}})";
  }
  return R"({"Version":"2019-10-30","StartAction":")" + identifier(0) +
         R"(","Metadata":{"entryPointPosition":{"x":40,"y":40},"ActionMetadata":{)" + notes +
         R"(}},"Actions":[)" + actions + R"({"Parameters":{},"Identifier":")" +
         identifier(k_references) + R"(","Type":"DisconnectParticipant","Transitions":{)" +
         (old ? " " : "") + (old ? R"("Errors":[])" : "") + "}}]}";
}

Snapshot snapshot(bool source, Shape shape, Target has) {
  Snapshot out;
  out.instance = instance(source);
  for (const Slot& slot : k_slots) {
    if (slot.kind == ResourceKind::contact_flow) continue;
    for (std::size_t n = 0; n < k_resources; ++n) {
      Resource resource;
      resource.kind = slot.kind;
      resource.name = "resource " + std::to_string(n);
      resource.arn = arn(out.instance, slot.kind, n);
      resource.id = resource.arn.substr(resource.arn.rfind('/') + 1);
      out.inventories[slot.kind].add(std::move(resource));
    }
  }
  out.inventories[ResourceKind::contact_flow];
  out.inventories[ResourceKind::flow_module];
  for (std::size_t n = 0; (source || has != nothing) && n < k_flows; ++n) {
    Flow flow;
    flow.name = "フロー " + std::to_string(n);
    flow.arn = arn(out.instance, ResourceKind::contact_flow, n);
    flow.id = flow.arn.substr(flow.arn.rfind('/') + 1);
    flow.type = "CONTACT_FLOW";
    flow.state = "ACTIVE";
    flow.status = "PUBLISHED";
    flow.content = content(out.instance, shape, n, !source && has == outdated);
    Resource resource;
    resource.kind = flow.kind;
    resource.name = flow.name;
    resource.id = flow.id;
    resource.arn = flow.arn;
    resource.type = flow.type;
    resource.state = flow.state;
    resource.status = flow.status;
    out.inventories[flow.kind].add(std::move(resource));
    out.flows.emplace(flow.id, std::move(flow));
  }
  return out;
}

void plan_flows(benchmark::State& state, Shape shape, Target has) {
  const Snapshot source = snapshot(true, shape, equal);
  const Snapshot target = snapshot(false, shape, has);
  const mapping::Rules rules;
  plan::PlanRequest request;
  request.from = "source";
  request.to = "target";
  request.source = &source;
  request.target = &target;
  request.rules = &rules;
  std::size_t bytes = 0;
  for (const Resource& flow : source.inventory(ResourceKind::contact_flow)->all()) {
    request.selected.push_back(plan::Selected{flow.kind, flow.id, true, {}});
    bytes += source.flows.at(flow.id).content.size();
  }
  std::size_t operations = 0, stubs = 0;
  bool problems = false;
  for (auto _ : state) {
    const plan::Plan plan = plan::make_plan(request);
    operations = plan.operations.size();
    problems = plan.has_problems();
    stubs = 0;
    for (const plan::Node& node : plan.nodes) stubs += node.stub ? 1 : 0;
  }
  if (problems) state.SkipWithError("the plan has problems");
  state.counters["MB"] = static_cast<double>(bytes) / 1e6;
  state.counters["operations"] = static_cast<double>(operations);
  state.counters["stubs"] = static_cast<double>(stubs);
}

/// The time on the clock, and the processors' beside it.
void as_measured(benchmark::internal::Benchmark* run) {
  run->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();
}

BENCHMARK_CAPTURE(plan_flows, create_acyclic, acyclic, nothing)->Apply(as_measured);
BENCHMARK_CAPTURE(plan_flows, create_rings, rings, nothing)->Apply(as_measured);
BENCHMARK_CAPTURE(plan_flows, create_tangle, tangle, nothing)->Apply(as_measured);
BENCHMARK_CAPTURE(plan_flows, update_acyclic, acyclic, outdated)->Apply(as_measured);
BENCHMARK_CAPTURE(plan_flows, update_rings, rings, outdated)->Apply(as_measured);
BENCHMARK_CAPTURE(plan_flows, update_tangle, tangle, outdated)->Apply(as_measured);
BENCHMARK_CAPTURE(plan_flows, nothing_to_do, rings, equal)->Apply(as_measured);

}  // namespace

BENCHMARK_MAIN();
