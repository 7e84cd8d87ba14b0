#include "snapshot/search.h"

#include <utility>

namespace flowferry::snapshot {
namespace {

constexpr std::size_t k_page = 100;

bool same(const Flow& a, const Flow& b) {
  return a.name == b.name && a.arn == b.arn && a.type == b.type && a.state == b.state &&
         a.status == b.status && a.description == b.description && a.content == b.content &&
         a.tags == b.tags && a.settings == b.settings &&
         a.external_invocation == b.external_invocation;
}

}  // namespace

bool FlowSearch::is_worth_it() const {
  // The last one is described as cheaply as searched.
  if (over_ || left_.size() <= 1) return false;
  if (trusted_) return true;
  const Inventory* inventory = environment_.snapshot.inventory(kind_);
  const std::size_t all = inventory == nullptr ? left_.size() : inventory->all().size();
  return left_.size() > k_worth_a_search && all / k_page * 4 <= left_.size();
}

Task<void> FlowSearch::run() {
  begun_ = true;
  while (left_.size() > 1 && !over_) {
    auto page = co_await environment_.client->search_flows(kind_, token_);
    const bool in_vain = !page || (page->records > 0 && page->whole.empty());
    if (!in_vain && !trusted_) {
      const Flow* sample = sample_of(page->whole);
      if (sample != nullptr) trusted_ = co_await confirm(*sample);
      over_ = sample != nullptr && !trusted_;
    }
    over_ = over_ || in_vain;
    if (over_) break;
    for (Flow& flow : page->whole) take(std::move(flow));
    token_ = page->next;
    over_ = token_.empty() || !seen_.insert(token_).second;
  }
  if (over_ && !trusted_) kept_.clear();
}

void FlowSearch::take_from_earlier_pages() {
  if (!trusted_) return;
  for (auto kept = kept_.begin(); kept != kept_.end();) {
    const auto next = std::next(kept);
    if (left_.contains(kept->first)) {
      Flow flow = std::move(kept->second);
      kept_.erase(kept);
      take(std::move(flow));
    }
    kept = next;
  }
}

void FlowSearch::close() {
  closed_ = true;
  kept_.clear();
}

void FlowSearch::take(Flow flow) {
  if (left_.erase(flow.id) > 0) {
    read_(std::move(flow));
  } else if (!closed_ && !environment_.snapshot.flows.contains(flow.id)) {
    std::string id = flow.id;
    kept_.insert_or_assign(std::move(id), std::move(flow));
  }
}

/// One that was described already or is wanted: one that seems to have neither tags nor
/// description, because those are what a search could leave out unnoticed. Null: there is none on
/// this page.
const Flow* FlowSearch::sample_of(const std::vector<Flow>& whole) const {
  const Flow* telling = nullptr;
  const Flow* known = nullptr;
  const Flow* other = nullptr;
  for (const Flow& flow : whole) {
    const bool plain = flow.tags.empty() && flow.description.empty();
    if (environment_.snapshot.flows.contains(flow.id)) {
      if (plain) return &flow;
      known = &flow;
    } else if (left_.contains(flow.id)) {
      if (plain && telling == nullptr) telling = &flow;
      other = &flow;
    }
  }
  return telling != nullptr ? telling : known != nullptr ? known : other;
}

/// Whether Describe says the same of it. It is read by that, once for all.
Task<bool> FlowSearch::confirm(const Flow& sample) {
  const auto known = environment_.snapshot.flows.find(sample.id);
  if (known != environment_.snapshot.flows.end()) co_return same(sample, known->second);
  auto described = co_await environment_.client->describe_flow(kind_, sample.id);
  if (!described) co_return false;
  const bool agrees = same(sample, *described);
  take(std::move(*described));
  co_return agrees;
}

}  // namespace flowferry::snapshot
