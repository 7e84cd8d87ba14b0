#include "pipeline/reading.h"

#include <optional>

#include "base/group.h"
#include "base/text.h"
#include "pipeline/look_ups.h"
#include "pipeline/module_versions.h"
#include "pipeline/needs.h"
#include "pipeline/one_instance.h"
#include "pipeline/reading_ahead.h"
#include "pipeline/renames.h"
#include "pipeline/selection.h"
#include "plan/guards.h"
#include "plan/planner.h"

namespace flowferry::pipeline {
namespace {

using snapshot::FlowKey;

class Reading {
 public:
  Reading(Session& session, PlanOptions options, Progress& progress)
      : session_(session),
        options_(std::move(options)),
        progress_(progress),
        scope_(session.config().scope(options_.from, options_.to)) {
    if (options_.without_rules) scope_.rules = {};
  }

  Task<Result<plan::Plan>> run() {
    auto plan = co_await read_and_plan();
    // Where reading failed there may be look-ups under way.
    if (look_ups_) {
      const auto looked = co_await look_ups_->wait();
      static_cast<void>(looked);
    }
    co_return plan;
  }

 private:
  Task<Result<plan::Plan>> read_and_plan() {
    auto selector = Selector::make(scope_.select, options_.include, options_.exclude);
    if (!selector) co_return fail(std::move(selector).error());
    selector_ = *std::move(selector);
    progress_.begin("Opening both instances", 2);
    auto opened = co_await open_both();
    if (!opened) co_return fail(std::move(opened).error());
    progress_.end();
    if (!options_.without_rules) {
      scope_.rules =
          rules_between(session_.config(), options_.from, options_.to, source(), target());
    }
    if (options_.module_versions) scope_.rules.module_versions = options_.module_versions;
    // Exported files may well be compared with the instance that they come from.
    const bool both_live = source_->client != nullptr && target_->client != nullptr;
    if (both_live && !options_.only_to_compare &&
        source_->instance().arn == target_->instance().arn) {
      co_return fail(ErrorKind::config,
                     "source and target are the same instance: " + source_->instance().arn,
                     "name two environments with different instances");
    }

    auto read = co_await list_and_read();
    if (!read) co_return fail(std::move(read).error());
    if (selector_.needs_tags()) {
      // The tags are known now, and with them what is carried and what it meets in the target.
      const std::size_t steps = to_read(source_, wanted_);
      auto selected = select(&source_->reading.snapshot.flows);
      if (!selected) co_return fail(std::move(selected).error());
      progress_.expect(steps + to_read(target_, counterparts_));
      read = co_await describe_both();
      if (!read) co_return fail(std::move(read).error());
    }
    if (options_.with_dependencies || scope_.select.with_dependencies.value_or(false)) {
      read = co_await read_dependencies();
      if (!read) co_return fail(std::move(read).error());
    }
    read = co_await find_renames();
    if (!read) co_return fail(std::move(read).error());
    progress_.end();

    auto looked_up = co_await look_up();
    if (!looked_up) co_return fail(std::move(looked_up).error());

    co_return make();
  }

  Snapshot& source() { return source_->reading.snapshot; }
  Snapshot& target() { return target_->reading.snapshot; }

  Task<Result<bool>> open_both() {
    if (options_.from == options_.to) {
      co_return fail(ErrorKind::usage, "source and target are both \"" + options_.from + "\"",
                     "name two different environments with --from and --to");
    }
    std::vector<Task<Result<OpenEnvironment*>>> opening;
    opening.push_back(session_.open(options_.from));
    opening.push_back(session_.open(options_.to));
    auto opened = co_await gather(std::move(opening));
    for (auto& one : opened) {
      if (!one) co_return fail(std::move(one).error());
      progress_.advance();
    }
    source_ = *opened[0];
    target_ = *opened[1];
    co_return true;
  }

  /// Lists both, reads what is selected, as far as the lists tell, and what it meets in the target.
  Task<Result<bool>> list_and_read() {
    HeldProgress reads(progress_);
    look_ups_.emplace(source_->reading, target_->reading, scope_.rules, look_up_progress_);
    ReadingAhead ahead(source_->reading, target_->reading, selector_, scope_.rules, *look_ups_,
                       progress_, reads);
    progress_.begin("Listing flows and modules", 2);
    auto listed = co_await ahead.list();
    auto selected = listed ? select(nullptr) : std::move(listed);
    if (!selected) {
      co_await ahead.give_up();
      co_return fail(std::move(selected).error());
    }
    progress_.end();
    reads.begin("Reading flows and modules",
                to_read(source_, wanted_) + to_read(target_, counterparts_));
    auto read = co_await ahead.finish();
    if (!read) co_return fail(std::move(read).error());
    co_return co_await describe_both();
  }

  /// How many steps it takes: a folder was read as it was opened.
  static std::size_t to_read(const OpenEnvironment* side, const std::vector<FlowKey>& flows) {
    return side->client == nullptr ? 0 : flows.size();
  }

  /// Decides what is carried and what of the target has to be read for it. `read` has the tags,
  /// once known.
  Result<bool> select(const std::map<std::string, Flow>* read) {
    selected_.clear();
    wanted_.clear();
    counterparts_.clear();
    const auto flows = listed_flows(source());
    for (const Resource* flow : flows) {
      const Tags* tags = nullptr;
      if (read != nullptr) {
        const auto found = read->find(flow->id);
        if (found != read->end()) tags = &found->second.tags;
      }
      plan::Selected entry{flow->kind, flow->id, true, selector_.reason_against(*flow, tags)};
      entry.carried = entry.reason.empty();
      if (entry.carried) {
        wanted_.push_back(FlowKey{flow->kind, flow->id});
        if (read != nullptr || !selector_.needs_tags()) want_counterpart(*flow);
      }
      selected_.push_back(std::move(entry));
    }
    if (read == nullptr && selector_.needs_tags()) return true;
    const auto idle = selector_.idle(flows, source().flows);
    if (!idle.empty()) return fail(nothing_matches(options_.from, idle.front(), flows));
    return true;
  }

  void want_counterpart(const Resource& flow) {
    for (FlowKey& key : counterparts_of(flow, target(), scope_.rules)) {
      counterparts_.push_back(std::move(key));
    }
  }

  Task<Result<bool>> describe_both() {
    std::vector<Task<Result<bool>>> reads;
    reads.push_back(snapshot::describe_flows(source_->reading, wanted_, progress_, findings_));
    reads.push_back(
        snapshot::describe_flows(target_->reading, counterparts_, progress_, findings_));
    co_return co_await gather_results(std::move(reads));
  }

  Task<Result<bool>> read_dependencies() {
    const std::size_t before = wanted_.size();
    auto added = co_await add_dependencies(source_->reading, selector_, selected_, wanted_,
                                           progress_, findings_);
    if (!added) co_return fail(std::move(added).error());
    for (std::size_t i = before; i < wanted_.size(); ++i) {
      want_counterpart(*source().inventory(wanted_[i].kind)->by_id(wanted_[i].id));
    }
    co_return co_await describe_both();
  }

  /// Who of those that the target does not have by name is there under a former name.
  Task<Result<bool>> find_renames() {
    RenameQuestion question{source(), target(),         scope_.rules,
                            wanted_,  options_.journal, options_.accept_renames};
    Renames found = known_renames(question, findings_);
    if (!found.homeless.empty() && !found.orphans.empty() && !options_.only_to_compare) {
      Findings unreadable;  // What is not carried need not be readable.
      NoProgress silent;    // Nor is it part of what the stage counts.
      auto read =
          co_await snapshot::describe_flows(target_->reading, found.orphans, silent, unreadable);
      if (!read) co_return fail(std::move(read).error());
      alike_renames(question, found, findings_);
    }
    renames_ = std::move(found.known);
    for (const plan::KnownRename& rename : renames_) {
      counterparts_.push_back(FlowKey{rename.kind, rename.target_id});
    }
    co_return co_await describe_both();
  }

  /// Looks up what the documents refer to, in both instances side by side.
  Task<Result<bool>> look_up() {
    look_up_progress_.begin("Looking up resources by name", 0);
    // What began before is waited for, so that it is always the same that explains bare ids.
    auto looked = co_await look_ups_->wait();
    if (!looked) co_return fail(std::move(looked).error());
    Needs needs = find_needs(source(), target().instance, wanted_);
    looked = co_await look_up_all(needs);
    if (!looked) co_return fail(std::move(looked).error());
    versions_.emplace(source_->reading, target_->reading, scope_.rules);
    looked = co_await versions_->read(needs.module_aliases, needs.module_versions);
    if (!looked) co_return fail(std::move(looked).error());
    add_needs_of_versions(needs);
    if (!needs.unexplained.empty()) look_ups_->want_of_source(kinds_in_attributes());
    looked = co_await look_up_all(needs);
    if (!looked) co_return fail(std::move(looked).error());
    if (!needs.unexplained.empty()) {
      // Some bare ids are explained now; their kinds are needed in the target as well.
      needs = find_needs(source(), target().instance, wanted_);
      add_needs_of_versions(needs);
      looked = co_await look_up_all(needs);
      if (!looked) co_return fail(std::move(looked).error());
    }
    look_up_progress_.end();
    co_return true;
  }

  Task<Result<bool>> look_up_all(const Needs& needs) {
    look_ups_->want(needs);
    co_return co_await look_ups_->wait();
  }

  /// What versions mention has to be known as well, or they cannot be compared.
  void add_needs_of_versions(Needs& needs) {
    for (const plan::NamedAlias& alias : versions_->aliases()) {
      add_needs_of_version(source(), target().instance, alias.source, needs);
    }
    for (const Flow* version : versions_->numbered()) {
      add_needs_of_version(source(), target().instance, *version, needs);
    }
  }

  plan::Plan make() {
    plan::PlanRequest request;
    request.from = options_.from;
    request.to = options_.to;
    request.source = &source();
    request.target = &target();
    request.rules = &scope_.rules;
    request.selected = selected_;
    request.renames = renames_;
    request.module_versions = versions_->by_number();
    request.aliases = versions_->aliases();
    request.partial = !options_.include.empty() || !options_.exclude.empty();
    plan::Plan plan = plan::make_plan(request);
    plan.created = iso8601(session_.clock().now());
    plan.findings.insert(plan.findings.begin(), findings_.begin(), findings_.end());
    for (const OpenEnvironment* side : {source_, target_}) {
      plan.findings.insert(plan.findings.end(), side->findings.begin(), side->findings.end());
    }
    plan::Limits limits = scope_.limits;
    if (options_.ignore_limits) limits = plan::Limits{};
    plan.limits_ignored = options_.ignore_limits;
    plan::check_guards(plan, limits, scope_.protect, target());
    return plan;
  }

  Session& session_;
  PlanOptions options_;
  Progress& progress_;
  Scope scope_;  ///< What holds from this source to this target.
  Selector selector_;
  OpenEnvironment* source_ = nullptr;
  OpenEnvironment* target_ = nullptr;
  std::vector<plan::Selected> selected_;
  std::vector<FlowKey> wanted_;        ///< Of the source.
  std::vector<FlowKey> counterparts_;  ///< Of the target.
  std::vector<plan::KnownRename> renames_;
  std::optional<ModuleVersions> versions_;  ///< Since the look-ups.
  Findings findings_;
  HeldProgress look_up_progress_{progress_};
  std::optional<LookUps> look_ups_;  ///< Since both are open.
};

}  // namespace

Task<Result<plan::Plan>> make_plan(Session& session, PlanOptions options, Progress& progress) {
  Reading reading(session, std::move(options), progress);
  auto plan = co_await reading.run();
  co_return plan;
}

}  // namespace flowferry::pipeline
