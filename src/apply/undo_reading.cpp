#include "apply/undo_reading.h"

#include <algorithm>

#include "base/group.h"

namespace flowferry::apply {

using Touched = Trace::Touched;

Task<Result<bool>> UndoReading::run() {
  auto known = traces_of(recorded_);
  if (!known) co_return fail(std::move(known).error());
  traces = std::move(*known);
  current.resize(traces.size());
  unseen.resize(traces.size());
  std::vector<std::size_t> touched;
  for (std::size_t n = 0; n < traces.size(); ++n) {
    if (traces[n].touched != Touched::no || !traces[n].aliases.empty()) touched.push_back(n);
  }
  progress_.begin("Reading what the run wrote", touched.size());
  auto read = co_await read_nodes(std::move(touched));
  progress_.end();
  if (read && ended_lately(recorded_, clock_.now())) read = co_await wait_until_seen();
  co_return read;
}

Task<Result<bool>> UndoReading::read_nodes(std::vector<std::size_t> which) {
  for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
    const bool needed = std::any_of(which.begin(), which.end(), [&](std::size_t n) {
      return (traces[n].id.empty() || traces[n].removed) && recorded_.plan.nodes[n].kind == kind;
    });
    if (!needed) continue;
    auto listed = co_await target_.list_flows(kind);
    if (!listed) co_return fail(std::move(listed).error());
    inventories[kind] = Inventory(std::move(*listed));
  }
  std::vector<Task<Result<bool>>> reads;
  for (const std::size_t n : which) reads.push_back(read(n));
  co_return co_await gather_results(std::move(reads));
}

Task<Result<bool>> UndoReading::read(std::size_t n) {
  Trace& trace = traces[n];
  const plan::Node& node = recorded_.plan.nodes[n];
  if (trace.id.empty()) {
    const auto found = inventories[node.kind].by_name(node.name, node.type);
    if (!found.empty()) {
      trace.id = found.front()->id;
      trace.arn = found.front()->arn;
    }
  }
  if (!trace.id.empty()) {
    auto there = co_await target_.describe_flow(node.kind, trace.id);
    current[n].reset();
    if (there) {
      current[n] = std::move(*there);
    } else if (there.error().kind != ErrorKind::not_found) {
      co_return fail(std::move(there).error().during("reading what the run wrote"));
    }
  }
  progress_.advance();
  co_return true;
}

/// Reads again what is late until everything that was sent is seen, or has had its time.
Task<Result<bool>> UndoReading::wait_until_seen() {
  const auto written = not_read_back(recorded_);
  constexpr std::chrono::milliseconds k_longest_pause{8000};
  std::chrono::milliseconds waited{0};
  std::chrono::milliseconds pause{500};
  for (bool first = true;; first = false) {
    std::vector<std::size_t> late;
    for (std::size_t n = 0; n < traces.size(); ++n) {
      const bool to_be_seen = traces[n].touched != Touched::no && !written[n].empty();
      if (!to_be_seen || (!first && unseen[n].records.empty())) continue;
      const Flow* there = current[n] ? &*current[n] : nullptr;
      unseen[n] = not_seen(recorded_, traces, n, written[n], there);
      if (clock_.now() >= unseen[n].until) unseen[n] = {};
      const bool worth_it = wait_ == Wait::until_known || waited < unseen[n].worth_waiting;
      if (!unseen[n].records.empty() && worth_it) late.push_back(n);
    }
    if (late.empty()) break;
    if (first) progress_.begin("Waiting until what the run wrote last is seen", 0);
    co_await transport_.sleep_until(transport_.now() + pause);
    waited += pause;
    pause = std::min(2 * pause, k_longest_pause);
    auto read = co_await read_nodes(late);
    if (!read) co_return read;
  }
  if (waited.count() > 0) progress_.end();
  co_return true;
}

}  // namespace flowferry::apply
