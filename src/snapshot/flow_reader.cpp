#include "snapshot/flow_reader.h"

#include <deque>
#include <map>
#include <set>
#include <utility>

#include "base/group.h"
#include "snapshot/search.h"

namespace flowferry::snapshot {
namespace {

/// So many descriptions of a kind are under way at most while more may be wanted: enough for any
/// quota, and few to wait for if the lists turn out to be of no use.
constexpr std::size_t k_few = 16;
/// So many are described beside the first page of a search, which is all that a bucket lets go
/// meanwhile: most often the page is in vain, and then nothing was waited for.
constexpr std::size_t k_beside = 4;

std::string reading_flows(const Environment& environment) {
  return "reading the flows of \"" + environment.name + "\"";
}

}  // namespace

class FlowReader::OneKind {
 public:
  OneKind(Environment& environment, ResourceKind kind, Progress& progress,
          const std::function<void(const Flow&)>& read)
      : environment_(environment),
        kind_(kind),
        progress_(progress),
        read_(read),
        search_(environment, kind, left_, [this](Flow flow) {
          std::string id = flow.id;
          take(std::move(id), std::move(flow));
        }) {}

  void want(const std::string& id) {
    if (environment_.snapshot.flows.contains(id) || environment_.unreadable.contains(id)) return;
    if (!places_.emplace(id, places_.size()).second) return;
    left_.insert(id);
    order_.push_back(id);
  }

  /// Starts what may be under way now.
  void go_on() {
    search_.take_from_earlier_pages();
    if (starting_ || searching_) return;
    starting_ = true;
    while (!left_.empty() && !searching_) {
      if (search_.is_worth_it()) {
        for (std::size_t n = 0; n < k_beside && !search_.has_begun(); ++n) begin_one();
        searching_ = true;
        ++under_way_;
        start(search());
      } else if (closed_ || under_way_ < k_few) {
        begin_one();
      } else {
        break;
      }
    }
    starting_ = false;
  }

  void drop() { left_.clear(); }

  Task<Result<bool>> finish() {
    closed_ = true;
    go_on();
    search_.close();
    if (under_way_ > 0) co_await done_;
    if (!errors_.empty()) co_return fail(std::move(errors_.begin()->second));
    co_return true;
  }

 private:
  void begin_one() {
    ++under_way_;
    start(describe(next()));
  }

  /// Of what is left, the one that was wanted first.
  std::string next() {
    while (!left_.contains(order_.front())) order_.pop_front();
    std::string id = std::move(order_.front());
    order_.pop_front();
    left_.erase(id);
    return id;
  }

  Task<void> search() {
    co_await search_.run();
    searching_ = false;
    one_less();
  }

  Task<void> describe(std::string id) {
    auto described = co_await environment_.client->describe_flow(kind_, id);
    if (described) {
      take(std::move(id), *std::move(described));
    } else {
      progress_.advance();
      note(id, std::move(described).error());
    }
    one_less();
  }

  void take(std::string id, Flow flow) {
    progress_.advance();
    const Flow& taken =
        environment_.snapshot.flows.insert_or_assign(std::move(id), std::move(flow)).first->second;
    if (read_) read_(taken);
  }

  /// The last thing that a task does: whoever waits may let this object go then.
  void one_less() {
    --under_way_;
    go_on();
    if (closed_ && under_way_ == 0 && left_.empty() && !done_.is_set()) done_.set();
  }

  void note(const std::string& id, Error error) {
    const Inventory* inventory = environment_.snapshot.inventory(kind_);
    const Resource* resource = inventory == nullptr ? nullptr : inventory->by_id(id);
    const std::string name = resource == nullptr ? id : resource->name;
    if (concerns_everything(error)) {
      drop();
      errors_.emplace(places_.at(id), std::move(error)
                                          .about(std::string(label(kind_)) + " \"" + name + "\"")
                                          .during(reading_flows(environment_)));
      return;
    }
    Finding finding;
    finding.id = "unreadable-flow";
    finding.where.kind = to_string(kind_);
    finding.where.name = name;
    finding.kind = to_string(kind_);
    finding.name = name;
    finding.arn = resource == nullptr ? id : resource->arn;
    finding.text = "cannot be read in \"" + environment_.name + "\": " + one_line(error);
    finding.help =
        error.hint.empty() ? "exclude it, or ask AWS support with the request id" : error.hint;
    environment_.unreadable.insert_or_assign(id, std::move(finding));
  }

  Environment& environment_;
  ResourceKind kind_;
  Progress& progress_;
  const std::function<void(const Flow&)>& read_;
  std::map<std::string, std::size_t>
      places_;                     ///< All that was ever wanted: its place in the order.
  std::set<std::string> left_;     ///< Wanted, and neither read nor begun.
  std::deque<std::string> order_;  ///< All of `left_` in order, and some that are done.
  FlowSearch search_;
  std::map<std::size_t, Error> errors_;  ///< By place.
  std::size_t under_way_ = 0;            ///< Tasks.
  bool starting_ = false;
  bool searching_ = false;
  bool closed_ = false;
  Event done_;
};

FlowReader::FlowReader(Environment& environment, Progress& progress,
                       std::function<void(const Flow&)> read)
    : read_(std::move(read)) {
  if (environment.client == nullptr) return;
  flows_ = std::make_unique<OneKind>(environment, ResourceKind::contact_flow, progress, read_);
  modules_ = std::make_unique<OneKind>(environment, ResourceKind::flow_module, progress, read_);
}

FlowReader::~FlowReader() = default;

void FlowReader::want(const std::vector<FlowKey>& keys) {
  if (flows_ == nullptr) return;
  for (const FlowKey& key : keys) {
    (key.kind == ResourceKind::contact_flow ? flows_ : modules_)->want(key.id);
  }
  flows_->go_on();
  modules_->go_on();
}

void FlowReader::drop() {
  if (flows_ == nullptr) return;
  flows_->drop();
  modules_->drop();
}

Task<Result<bool>> FlowReader::finish() {
  if (flows_ == nullptr) co_return true;
  std::vector<Task<Result<bool>>> tasks;
  tasks.push_back(flows_->finish());
  tasks.push_back(modules_->finish());
  co_return co_await gather_results(std::move(tasks));
}

}  // namespace flowferry::snapshot
