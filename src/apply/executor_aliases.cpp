// Versions and aliases of modules. Each operation looks at what is there first, and does what is
// left to do: so an interrupted one is settled by running it again.
#include <algorithm>

#include "apply/executor_impl.h"

namespace flowferry::apply {

using plan::OperationType;

namespace {

/// Whether the service answered that it did not do it, to each of the call's attempts.
bool is_refused(const Error& error) {
  return !error.outcome_unknown && error.http_status >= 400 && error.http_status < 500;
}

}  // namespace

Task<Result<void>> Executor::Impl::work_on_alias(std::size_t operation) {
  const plan::Operation& o = plan.operations[operation];
  const plan::AliasWish& wish = plan.nodes[o.node].aliases[o.alias];
  records[operation].target_id = nodes[o.node].id;
  records[operation].target_arn = nodes[o.node].arn;
  const bool first_try = records[operation].content.empty();
  AliasRecord entry = alias_record_from_json(records[operation].content);
  entry.name = wish.name;
  Result<void> done;
  if (nodes[o.node].let_be) {
    done = fail(alias_changed(operation, "is not touched, because its module is left as it is"));
  } else if (o.type == OperationType::retract_alias) {
    done = co_await retract_alias(operation, entry);
  } else {
    done = co_await publish_alias(operation, entry);
  }
  if (done && !wish.drop.empty()) done = co_await drop_version(operation, entry);
  if (!done) {
    if (first_try && is_refused(done.error())) forget_refused(operation, entry);
    co_return fail(co_await keep_failure(operation, std::move(done).error()));
  }
  records[operation].content = alias_record_to_json(entry);
  co_return co_await keep_done(operation);
}

/// What the service refused cannot appear later: an undo is to have nothing to wait for. `entry`:
/// of the first attempt.
void Executor::Impl::forget_refused(std::size_t operation, AliasRecord entry) {
  const plan::Operation& o = plan.operations[operation];
  if (!outcome.operations[operation].written) {
    records[operation].content.clear();
  } else if (entry.dropped != 0) {
    entry.dropped = 0;  // The alias is done, and the version stays.
    entry.mark.clear();
    records[operation].content = alias_record_to_json(entry);
  } else if (o.type == OperationType::publish_alias && entry.published() &&
             plan.nodes[o.node].aliases[o.alias].drop.empty()) {
    entry.name = plan::k_only_version;  // The version is there, and was not given the alias.
    records[operation].content = alias_record_to_json(entry);
  }
}

Error Executor::Impl::alias_changed(std::size_t operation, const std::string& message) const {
  const plan::Operation& o = plan.operations[operation];
  const std::string& name = plan.nodes[o.node].aliases[o.alias].name;
  Error error;
  error.kind = ErrorKind::conflict;
  error.code = "changed-since-plan";
  error.subject = subject_of(plan.nodes[o.node]);
  error.message =
      (name == plan::k_only_version ? "its new version " : "alias \"" + name + "\" ") + message;
  error.hint = "somebody changed it since the plan was made: make a new plan";
  return error;
}

Task<Result<std::vector<connect::ModuleAlias>>> Executor::Impl::aliases_there(
    std::size_t operation) {
  const std::string& id = nodes[plan.operations[operation].node].id;
  Patience patience;
  for (;;) {
    auto aliases = co_await target.list_module_aliases(id);
    if (aliases) co_return aliases;
    auto again = co_await try_again(operation, aliases.error(), patience);
    if (!again) co_return aliases;
  }
}

/// Whether a version (0: the published content) has the content that the module is carried with.
/// What this run wrote may not be seen at once (connect-api.md 4.9).
Task<Result<bool>> Executor::Impl::stands_for_wanted(std::size_t n, std::int64_t version,
                                                     Fresh fresh) {
  const std::string id = nodes[n].id + (version == 0 ? "" : ":" + std::to_string(version));
  std::chrono::milliseconds waited{0};
  std::chrono::milliseconds pause{500};
  for (;;) {
    auto there = co_await target.describe_flow(ResourceKind::flow_module, id);
    if (!there && there.error().kind != ErrorKind::not_found) {
      co_return fail(std::move(there).error());
    }
    const Desired wanted = desired(n);
    if (there && is_version_of(*there, wanted)) co_return true;
    // A version never changes: one that is seen is what it will be.
    const bool may_change = fresh == Fresh::yes && (!there || version == 0);
    if (!may_change || waited >= options.consistency || stopping()) co_return false;
    co_await transport.sleep_until(transport.now() + pause);
    waited += pause;
    pause *= 2;
  }
}

/// Records what is about to be sent.
Task<Result<void>> Executor::Impl::keep_alias_intent(std::size_t operation,
                                                     const AliasRecord& entry) {
  if (stopping()) co_return fail(stopped_before_sending());
  records[operation].content = alias_record_to_json(entry);
  auto intent = co_await keep_intent(operation);
  if (intent) doubtful[operation] = 1;
  co_return intent;
}

void Executor::Impl::note_sent(std::size_t operation, std::string request_id) {
  outcome.operations[operation].written = true;
  records[operation].request_id = std::move(request_id);
}

/// Leaves in `entry` the version of the wanted content: the newest if it has that, or else a new
/// one. Whether the service gives an existing version for equal content is not established
/// (connect-api.md 6), so it is never asked for one.
Task<Result<void>> Executor::Impl::publish_version(std::size_t operation, AliasRecord& entry) {
  const std::size_t n = plan.operations[operation].node;
  auto versions = co_await target.list_module_versions(nodes[n].id);
  if (!versions) co_return fail(std::move(versions).error());
  const auto last = std::max_element(versions->begin(), versions->end());
  const std::int64_t newest = last == versions->end() ? 0 : *last;
  // An earlier attempt kept what was there before it.
  if (records[operation].content.empty()) entry.newest = newest;
  if (newest > 0) {
    auto same = co_await stands_for_wanted(n, newest, Fresh::no);
    if (!same) co_return fail(std::move(same).error());
    if (*same) {
      entry.version = newest;
      co_return Result<void>();
    }
  }
  const Fresh written = outcome.nodes[n].touched ? Fresh::yes : Fresh::no;
  auto same = co_await stands_for_wanted(n, 0, written);
  if (!same) co_return fail(std::move(same).error());
  if (!*same) {
    co_return fail(alias_changed(operation,
                                 "is not published, because the module has other "
                                 "content by now"));
  }
  entry.publishes = true;
  auto intent = co_await keep_alias_intent(operation, entry);
  if (!intent) co_return intent;
  auto version = co_await target.create_module_version(nodes[n].id);
  if (!version) co_return fail(std::move(version).error());
  note_sent(operation, std::move(version->request_id));
  entry.version = version->version;
  reach("before-commit");
  records[operation].content = alias_record_to_json(entry);
  auto kept = co_await log.keep(records[operation]);
  if (!kept) co_return kept;
  // Somebody may have written between the look and the call.
  same = co_await stands_for_wanted(n, entry.version, Fresh::yes);
  if (!same) co_return fail(std::move(same).error());
  if (!*same) {
    co_return fail(alias_changed(
        operation, "is version " + std::to_string(entry.version) +
                       ", which was published with other content than this run wrote"));
  }
  co_return Result<void>();
}

Task<Result<void>> Executor::Impl::publish_alias(std::size_t operation, AliasRecord& entry) {
  const plan::Operation& o = plan.operations[operation];
  const plan::AliasWish& wish = plan.nodes[o.node].aliases[o.alias];
  NodeState& state = nodes[o.node];
  if (wish.name == plan::k_only_version) {
    auto published = co_await publish_version(operation, entry);
    if (published) state.aliases[wish.name] = entry.qualifier();
    co_return published;
  }
  auto aliases = co_await aliases_there(operation);
  if (!aliases) co_return fail(std::move(aliases).error());
  const connect::ModuleAlias* there = connect::find_alias(*aliases, wish.name);
  entry.was = version_number(wish.was);
  if (there != nullptr) {
    Result<bool> same = there->version == version_number(wish.version);
    if (wish.version.empty()) same = co_await stands_for_wanted(o.node, there->version, Fresh::no);
    if (!same) co_return fail(std::move(same).error());
    if (*same && is_unsettled(o.node)) co_return fail(not_known_yet(o.node));
    if (*same) {
      // By an earlier attempt, if one got so far; else somebody made it so: it is not ours.
      const bool ours = !records[operation].content.empty();
      entry.id = there->id;
      entry.version = ours ? there->version : 0;
      state.aliases[wish.name] = there->id;
      outcome.operations[operation].written = ours;
      co_return Result<void>();
    }
  }
  const std::int64_t now = there == nullptr ? 0 : there->version;
  if (now != entry.was || (there != nullptr && there->id != wish.id)) {
    co_return fail(alias_changed(
        operation, now == 0 ? "is gone" : "stands for version " + std::to_string(now) + " by now"));
  }
  entry.version = version_number(wish.version);
  if (entry.version == 0) {
    auto published = co_await publish_version(operation, entry);
    if (!published) co_return published;
  }
  entry.id = wish.id;
  auto intent = co_await keep_alias_intent(operation, entry);
  if (!intent) co_return intent;
  if (there != nullptr) {
    auto moved = co_await target.move_module_alias(state.id, wish.id, entry.version);
    if (!moved) co_return fail(std::move(moved).error());
    note_sent(operation, std::move(moved->request_id));
  } else {
    auto made = co_await target.create_module_alias(state.id, wish.name, entry.version);
    if (!made) co_return fail(std::move(made).error());
    entry.id = made->id;
    note_sent(operation, std::move(made->request_id));
  }
  state.aliases[wish.name] = entry.id;
  co_return Result<void>();
}

Task<Result<void>> Executor::Impl::retract_alias(std::size_t operation, AliasRecord& entry) {
  const plan::Operation& o = plan.operations[operation];
  const plan::AliasWish& wish = plan.nodes[o.node].aliases[o.alias];
  if (wish.name == plan::k_only_version) co_return Result<void>();
  const std::string& module = nodes[o.node].id;
  auto aliases = co_await target.list_module_aliases(module);
  if (!aliases && aliases.error().kind == ErrorKind::not_found) co_return Result<void>();
  if (!aliases) co_return fail(std::move(aliases).error());
  const connect::ModuleAlias* there = connect::find_alias(*aliases, wish.name);
  // Without an id it was made by a call without an answer.
  const bool is_there = there != nullptr && (wish.id.empty() || there->id == wish.id);
  if (is_there && there->version != version_number(wish.was)) {
    co_return fail(alias_changed(
        operation, "stands for version " + std::to_string(there->version) + " by now"));
  }
  // By an earlier attempt, or by somebody else: then there is nothing to bring back.
  if (!is_there && is_unsettled(o.node)) co_return fail(not_known_yet(o.node));
  if (!is_there) co_return Result<void>();
  entry.id = there->id;
  entry.was = there->version;
  auto intent = co_await keep_alias_intent(operation, entry);
  if (!intent) co_return intent;
  auto sent = co_await target.delete_module_alias(module, entry.id);
  if (!sent) co_return fail(std::move(sent).error());
  note_sent(operation, std::move(sent->request_id));
  co_return Result<void>();
}

Task<Result<void>> Executor::Impl::drop_version(std::size_t operation, AliasRecord& entry) {
  const plan::Operation& o = plan.operations[operation];
  const std::string& module = nodes[o.node].id;
  const std::string& version = plan.nodes[o.node].aliases[o.alias].drop;
  auto there = co_await target.describe_flow(ResourceKind::flow_module, module + ":" + version);
  if (!there && there.error().kind == ErrorKind::not_found) {
    if (is_unsettled(o.node)) co_return fail(not_known_yet(o.node));
    co_return Result<void>();
  }
  if (!there) co_return fail(std::move(there).error());
  entry.dropped = version_number(version);
  entry.mark = version_mark(*there);
  auto intent = co_await keep_alias_intent(operation, entry);
  if (!intent) co_return intent;
  auto dropped = co_await target.delete_module_version(module, entry.dropped);
  if (!dropped) co_return fail(std::move(dropped).error());
  note_sent(operation, std::move(dropped->request_id));
  co_return Result<void>();
}

}  // namespace flowferry::apply
