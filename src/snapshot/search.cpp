#include "snapshot/search.h"

#include <set>
#include <string>
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

/// The search of one kind in one environment.
class Search {
 public:
  Search(Environment& environment, ResourceKind kind, std::set<std::string> left,
         Progress& progress)
      : environment_(environment), kind_(kind), left_(std::move(left)), progress_(progress) {}

  Task<void> run() {
    std::set<std::string> seen;
    std::string token;
    // The last one is described as cheaply as searched.
    while (left_.size() > 1) {
      auto page = co_await environment_.client->search_flows(kind_, token);
      if (!page) co_return;
      if (page->records > 0 && page->whole.empty()) co_return;
      if (!trusted_) {
        const Flow* sample = sample_of(page->whole);
        if (sample != nullptr) {
          trusted_ = co_await confirm(*sample);
          if (!trusted_) co_return;
        }
      }
      for (Flow& flow : page->whole) take(std::move(flow));
      token = page->next;
      if (token.empty() || !seen.insert(token).second) co_return;
    }
  }

 private:
  void take(Flow flow) {
    if (left_.erase(flow.id) == 0) return;
    progress_.advance();
    std::string id = flow.id;
    environment_.snapshot.flows.insert_or_assign(std::move(id), std::move(flow));
  }

  /// One that is wanted: one that seems to have neither tags nor description, because those are
  /// what a search could leave out unnoticed. Null: no record of this page is wanted.
  const Flow* sample_of(const std::vector<Flow>& whole) const {
    const Flow* sample = nullptr;
    for (const Flow& flow : whole) {
      if (!left_.contains(flow.id)) continue;
      if (flow.tags.empty() && flow.description.empty()) return &flow;
      sample = &flow;
    }
    return sample;
  }

  /// Whether Describe says the same of it. It is read by that, once for all.
  Task<bool> confirm(const Flow& sample) {
    auto described = co_await environment_.client->describe_flow(kind_, sample.id);
    if (!described) co_return false;
    const bool agrees = same(sample, *described);
    take(std::move(*described));
    co_return agrees;
  }

  Environment& environment_;
  ResourceKind kind_;
  std::set<std::string> left_;  ///< Ids that are wanted and not read.
  Progress& progress_;
  bool trusted_ = false;
};

}  // namespace

Task<void> search_flows(Environment& environment, const std::vector<FlowKey>& wanted,
                        Progress& progress) {
  std::vector<Search> searches;
  for (const ResourceKind kind : {ResourceKind::contact_flow, ResourceKind::flow_module}) {
    std::set<std::string> left;
    for (const FlowKey& key : wanted) {
      const bool known =
          environment.snapshot.flows.contains(key.id) || environment.unreadable.contains(key.id);
      if (key.kind == kind && !known) left.insert(key.id);
    }
    const Inventory* inventory = environment.snapshot.inventory(kind);
    const std::size_t all = inventory == nullptr ? left.size() : inventory->all().size();
    if (left.size() <= k_worth_a_search || all / k_page * 4 > left.size()) continue;
    searches.emplace_back(environment, kind, std::move(left), progress);
  }
  std::vector<Task<void>> tasks;
  for (Search& search : searches) tasks.push_back(search.run());
  co_await gather(std::move(tasks));
}

}  // namespace flowferry::snapshot
