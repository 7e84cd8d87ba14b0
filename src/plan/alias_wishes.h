// plan/alias_wishes.h
//
// Which aliases and versions of modules a plan makes or moves, so that what carried flows and
// modules name stands for the same as in the source. Internal to planner.cpp.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/findings.h"
#include "plan/flow_rewriter.h"
#include "plan/plan.h"
#include "plan/planner.h"

namespace flowferry::plan {

class AliasWishes {
 public:
  /// `request` must outlive it.
  explicit AliasWishes(const PlanRequest& request) : request_(request) {}

  /// Decides about every alias of the request. One that the target lacks is made, one that stands
  /// for other content moved if the rules say so: to a version of the target with the content, or
  /// to one of what the module is carried with, since of anything older none can be published.
  /// `carried`: ids in the source.
  void decide(const FlowRewriter& rewriter, const std::set<std::string>& carried);

  /// Those to be made (module's id, alias' id in the source).
  const std::set<std::pair<std::string, std::string>>& to_be_made() const { return made_; }

  /// Gives the nodes of `plan` the wishes that somebody's content needs, and says alias-differs of
  /// those that stay. Contents that are not written need nothing. `flows`: what the first nodes are
  /// in the source.
  void add_to(Plan& plan, const std::vector<const Flow*>& flows) const;

 private:
  struct Decided {
    std::string id;  ///< Of the alias in the source.
    AliasWish wish;
  };
  /// One that stays as it is, with what is to be said of it.
  struct Left {
    std::string module_id;
    std::string id;  ///< In the source.
    AliasWish wish;
    Finding finding;
  };
  Finding difference(const NamedAlias& alias, Severity severity) const;
  void add(Node& node, const AliasWish& wish) const;

  const PlanRequest& request_;
  std::map<std::pair<std::string, std::string>, Decided> decided_;  ///< By module's id, and name.
  std::set<std::pair<std::string, std::string>> made_;
  std::vector<Left> left_;
};

/// A finding (alias-circle) for each node of the ordered `plan` that names an alias or version
/// before it is there: circles leave no other order.
Findings check_alias_order(const Plan& plan);

}  // namespace flowferry::plan
