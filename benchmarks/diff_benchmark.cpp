// How long comparing two environments takes once they are read: 1,000 flows of 60 blocks, from the
// contents as the service gives them to the text, Markdown, JSON or HTML. To reach: under one
// second.
#include <benchmark/benchmark.h>

#include <string>

#include "base/random.h"
#include "plan/environment_comparison.h"
#include "report/diff_text.h"

namespace {

using namespace flowferry;

constexpr std::size_t k_flows = 1'000;
constexpr std::size_t k_blocks = 60;
constexpr std::size_t k_queues = 100;

/// What the right side has.
enum Right { equal, one_block_changed, identifiers_renewed, all_blocks_changed };

Instance instance(bool left) {
  Instance out;
  out.alias = left ? "left" : "right";
  out.id = left ? "aaaaaaaa-0000-4000-8000-000000000001" : "bbbbbbbb-0000-4000-8000-000000000001";
  out.partition = "aws";
  out.region = left ? "ap-northeast-1" : "ap-northeast-3";
  out.account = left ? "111111111111" : "222222222222";
  out.arn = "arn:aws:connect:" + out.region + ":" + out.account + ":instance/" + out.id;
  return out;
}

std::string queue(const Instance& in, std::size_t n) {
  SeededRandom random(n * 2 + (in.alias == "left" ? 1 : 0));
  return in.arn + "/queue/" + random.uuid();
}

std::string content(const Instance& in, std::size_t flow, Right right) {
  const bool renewed = right == identifiers_renewed && in.alias == "right";
  SeededRandom random(flow + (renewed ? 1'000'000 : 0));
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < k_blocks; ++i) ids.push_back(random.uuid());
  std::string actions, notes;
  for (std::size_t i = 0; i < k_blocks; ++i) {
    const bool other = in.alias == "right" && (right == all_blocks_changed ||
                                               (right == one_block_changed && i == k_blocks / 2));
    const std::string text = "Message " + std::to_string(i) + " of flow " + std::to_string(flow) +
                             (other ? ", changed" : "");
    const bool to_queue = i % 3 == 0;
    actions += std::string(i > 0 ? "," : "") + R"({"Parameters":{)" +
               (to_queue ? R"("QueueId":")" + queue(in, (flow + i + (other ? 1 : 0)) % k_queues)
                         : R"("Text":")" + text) +
               R"("},"Identifier":")" + ids[i] + R"(","Type":")" +
               (to_queue ? "UpdateContactTargetQueue" : "MessageParticipant") +
               R"(","Transitions":{"NextAction":")" + ids[(i + 1) % k_blocks] +
               R"(","Errors":[{"NextAction":")" + ids[(i * 7) % k_blocks] +
               R"(","ErrorType":"NoMatchingError"}],"Conditions":[]}})";
    notes += (i > 0 ? ",\"" : "\"") + ids[i] + R"(":{"position":{"x":892.0142822265625,"y":)" +
             std::to_string(i) + "}}";
  }
  return R"({"Version":"2019-10-30","StartAction":")" + ids[0] +
         R"(","Metadata":{"entryPointPosition":{"x":40,"y":40},"ActionMetadata":{)" + notes +
         R"(}},"Actions":[)" + actions + "]}";
}

Snapshot snapshot(bool left, Right right) {
  Snapshot out;
  out.instance = instance(left);
  for (std::size_t n = 0; n < k_queues; ++n) {
    Resource resource;
    resource.kind = ResourceKind::queue;
    resource.name = "Queue " + std::to_string(n);
    resource.arn = queue(out.instance, n);
    resource.id = resource.arn.substr(resource.arn.rfind('/') + 1);
    out.inventories[ResourceKind::queue].add(std::move(resource));
  }
  out.inventories[ResourceKind::flow_module];
  for (std::size_t n = 0; n < k_flows; ++n) {
    SeededRandom random(5'000'000 + n * 2 + (left ? 1 : 0));
    Flow flow;
    flow.name = "フロー " + std::to_string(n);
    flow.id = random.uuid();
    flow.arn = out.instance.arn + "/contact-flow/" + flow.id;
    flow.type = "CONTACT_FLOW";
    flow.state = "ACTIVE";
    flow.status = "PUBLISHED";
    flow.content = content(out.instance, n, right);
    out.inventories[flow.kind].add(
        {flow.kind, flow.name, flow.id, flow.arn, flow.type, flow.state, flow.status});
    out.flows.emplace(flow.id, std::move(flow));
  }
  return out;
}

std::vector<plan::Selected> all_of(const Snapshot& snapshot) {
  std::vector<plan::Selected> out;
  for (const Resource& flow : snapshot.inventory(ResourceKind::contact_flow)->all()) {
    out.push_back({flow.kind, flow.id, true, {}});
  }
  return out;
}

void diff(benchmark::State& state, Right has) {
  const Snapshot left = snapshot(true, has);
  const Snapshot right = snapshot(false, has);
  const mapping::Rules rules;
  std::size_t bytes = 0;
  for (auto _ : state) {
    plan::PlanRequest wanted;
    wanted.from = "left";
    wanted.to = "right";
    wanted.source = &left;
    wanted.target = &right;
    wanted.rules = &rules;
    wanted.selected = all_of(left);
    const plan::Plan plan = plan::make_plan(wanted);
    plan::ComparisonRequest request{&plan, &left, &right, &rules, all_of(right)};
    const auto comparison = plan::compare_environments(request);
    const report::DiffView view = report::diff_view(comparison, report::Layout::hidden);
    switch (state.range(0)) {
      case 0:
        bytes = report::diff_text(view, report::Style{}).size();
        break;
      case 1:
        bytes = report::diff_markdown(view).size();
        break;
      case 2:
        bytes = report::diff_json(comparison).dump_pretty().size();
        break;
      default:
        bytes = report::diff_html(view).size();
    }
    if (comparison.differs() == (has == equal)) state.SkipWithError("not what was made up");
  }
  state.counters["output"] = static_cast<double>(bytes);
}

void formats(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("format")->DenseRange(0, 3)->Unit(benchmark::kMillisecond)->UseRealTime();
}

BENCHMARK_CAPTURE(diff, equal, equal)->Apply(formats);
BENCHMARK_CAPTURE(diff, one_block_changed, one_block_changed)->Apply(formats);
BENCHMARK_CAPTURE(diff, identifiers_renewed, identifiers_renewed)->Apply(formats);
BENCHMARK_CAPTURE(diff, all_blocks_changed, all_blocks_changed)->Apply(formats);

}  // namespace

BENCHMARK_MAIN();
