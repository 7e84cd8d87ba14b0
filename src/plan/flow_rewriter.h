// plan/flow_rewriter.h
//
// One flow on its way from the source to the target: its document read and examined, its
// references found and resolved, its new content written. Nothing of the document is kept.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/findings.h"
#include "flow/document.h"
#include "flow/references.h"
#include "mapping/resolver.h"
#include "mapping/variables.h"
#include "model/snapshot.h"
#include "plan/plan.h"

namespace flowferry::plan {

struct RewrittenFlow {
  Content content;                   ///< Empty where `problem` or `skip_reason` says why.
  std::vector<std::size_t> callees;  ///< Indexes of `carried` that it refers to; ascending.
  Findings findings;
  std::string problem;      ///< Why its document cannot be carried at all; or empty.
  std::string skip_reason;  ///< Why the rules skip it; or empty. Then only that is in `findings`.
  std::string digest;       ///< SHA-256 of the source's content, in hexadecimal.
  std::vector<std::size_t> substituted;  ///< Indexes of the substitutions that were of use.
  bool suggestions_due = false;  ///< The resolver does not suggest, and a finding has use for it.
};

class FlowRewriter {
 public:
  /// The snapshots, the resolver and the substitutions must outlive it.
  FlowRewriter(const Snapshot& source, const Snapshot& target, const mapping::Resolver& resolver,
               const std::vector<mapping::Substitution>& substitutions);

  /// `excluded`: as for Resolver::resolve().
  RewrittenFlow rewrite(const Flow& flow, const std::set<std::size_t>& excluded) const;

 private:
  class Work;
  bool surely_clean(const std::string& text) const;

  const Snapshot& source_;
  const Snapshot& target_;
  const mapping::Resolver& resolver_;
  const std::vector<mapping::Substitution>& substitutions_;
  flow::Scope scope_;
};

}  // namespace flowferry::plan
