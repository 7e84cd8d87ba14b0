#include "pipeline/reading_ahead.h"

#include <algorithm>
#include <utility>

#include "base/group.h"
#include "pipeline/needs.h"

namespace flowferry::pipeline {

using snapshot::FlowKey;

void HeldProgress::begin(std::string_view stage, std::size_t total) {
  begun_ = true;
  progress_.begin(stage, std::max(total, expected_));
  if (held_ > 0) progress_.advance(std::exchange(held_, 0));
}

void HeldProgress::expect(std::size_t total) {
  if (begun_) {
    progress_.expect(total);
  } else {
    expected_ = total;
  }
}

void HeldProgress::advance(std::size_t n) {
  if (begun_) {
    progress_.advance(n);
  } else {
    held_ += n;
  }
}

ReadingAhead::ReadingAhead(snapshot::Environment& source, snapshot::Environment& target,
                           const Selector& selector, const mapping::Rules& rules, LookUps& look_ups,
                           Progress& lists, Progress& reads)
    : source_(source),
      target_(target),
      selector_(selector),
      rules_(rules),
      look_ups_(look_ups),
      lists_(lists),
      source_reader_(source, reads, [this](const Flow& flow) { take_document(flow); }),
      target_reader_(target, reads) {}

Task<Result<bool>> ReadingAhead::list() {
  std::function<void(const std::vector<Resource>&)> of_source =
      [this](const std::vector<Resource>& page) { take_source(page); };
  std::function<void(const std::vector<Resource>&)> of_target =
      [this](const std::vector<Resource>& page) { take_target(page); };
  std::vector<Task<Result<bool>>> lists;
  lists.push_back(list_one(source_, std::move(of_source)));
  lists.push_back(list_one(target_, std::move(of_target)));
  co_return co_await gather_results(std::move(lists));
}

Task<Result<bool>> ReadingAhead::list_one(snapshot::Environment& environment,
                                          std::function<void(const std::vector<Resource>&)> take) {
  auto listed = co_await snapshot::list_flows(environment, std::move(take));
  if (!listed) co_return fail(std::move(listed).error());
  lists_.advance();
  co_return true;
}

Task<Result<bool>> ReadingAhead::finish() {
  std::vector<Task<Result<bool>>> reads;
  reads.push_back(source_reader_.finish());
  reads.push_back(target_reader_.finish());
  co_return co_await gather_results(std::move(reads));
}

Task<void> ReadingAhead::give_up() {
  source_reader_.drop();
  target_reader_.drop();
  auto finished = co_await finish();
  static_cast<void>(finished);
}

void ReadingAhead::take_source(const std::vector<Resource>& page) {
  std::vector<FlowKey> wanted;
  std::vector<FlowKey> counterparts;
  for (const Resource& flow : page) {
    if (!selector_.reason_against(flow, nullptr).empty()) continue;
    wanted.push_back(FlowKey{flow.kind, flow.id});
    if (selector_.needs_tags()) continue;  // Who knows whether it is carried.
    names_[{flow.kind, rules_.target_name(flow.kind, flow.name)}].insert(flow.type);
    for (FlowKey& key : counterparts_of(flow, target_.snapshot, rules_)) {
      counterparts.push_back(std::move(key));
    }
  }
  source_reader_.want(wanted);
  target_reader_.want(counterparts);
}

void ReadingAhead::take_target(const std::vector<Resource>& page) {
  std::vector<FlowKey> wanted;
  for (const Resource& flow : page) {
    const auto types = names_.find({flow.kind, flow.name});
    if (types == names_.end() || flow.state == "ARCHIVED") continue;
    // As Inventory::by_name(): no type stands for any.
    if (!types->second.contains(flow.type) && !types->second.contains("")) continue;
    wanted.push_back(FlowKey{flow.kind, flow.id});
  }
  target_reader_.want(wanted);
}

void ReadingAhead::take_document(const Flow& flow) {
  if (selector_.needs_tags()) return;  // As above.
  look_ups_.want(plain_needs(source_.snapshot, target_.snapshot.instance, flow));
}

std::vector<FlowKey> counterparts_of(const Resource& flow, const Snapshot& target,
                                     const mapping::Rules& rules) {
  std::vector<FlowKey> out;
  const Inventory* there = target.inventory(flow.kind);
  if (there == nullptr) return out;
  const std::string name = rules.target_name(flow.kind, flow.name);
  for (const Resource* same : there->by_name(name, flow.type)) {
    if (same->state != "ARCHIVED") out.push_back(FlowKey{same->kind, same->id});
  }
  return out;
}

}  // namespace flowferry::pipeline
