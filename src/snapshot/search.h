// snapshot/search.h
//
// Reading many flows with few calls: a page of a search has 100 records. Whether they come with
// their content is not established (connect-api.md 6.1), so the first page decides.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "snapshot/capture.h"

namespace flowferry::snapshot {

/// So many flows or modules to be read are worth a page that may be in vain.
inline constexpr std::size_t k_worth_a_search = 20;

/// The search of one kind in one environment, which goes on as more is wanted of it. Never fails:
/// what it does not give has to be described. One of its records is described as well, unless one
/// that serves was described meanwhile, and where the two do not say the same nothing of the search
/// is taken.
class FlowSearch {
 public:
  /// `left`: ids that are wanted and not read. What is read is taken out of it and given to `read`.
  /// All must outlive the search.
  FlowSearch(Environment& environment, ResourceKind kind, std::set<std::string>& left,
             std::function<void(Flow)> read)
      : environment_(environment), kind_(kind), left_(left), read_(std::move(read)) {}

  /// Whether to search for what is left: there are many, and not most of the pages about others.
  /// Once searches are known to give contents, for any that are left.
  bool is_worth_it() const;

  bool has_begun() const { return begun_; }

  /// Whole records, page after page, as long as there is something left.
  Task<void> run();

  /// More is left now: takes those of them that came on earlier pages.
  void take_from_earlier_pages();
  /// Nothing more will be wanted: what was kept in case of it is let go.
  void close();

 private:
  void take(Flow flow);
  const Flow* sample_of(const std::vector<Flow>& whole) const;
  Task<bool> confirm(const Flow& sample);

  Environment& environment_;
  ResourceKind kind_;
  std::set<std::string>& left_;
  std::function<void(Flow)> read_;
  std::map<std::string, Flow> kept_;  ///< Came, but nobody wants them yet.
  std::set<std::string> seen_;        ///< Tokens.
  std::string token_;
  bool begun_ = false;
  bool trusted_ = false;
  bool over_ = false;
  bool closed_ = false;
};

}  // namespace flowferry::snapshot
