// Changing and deleting what is there: look, record, send.
#include "apply/executor_impl.h"
#include "aws/time.h"

namespace flowferry::apply {

using plan::OperationType;

namespace {

connect::Write write_of(OperationType type) {
  switch (type) {
    case OperationType::update_metadata:
      return connect::Write::metadata;
    case OperationType::tag:
      return connect::Write::tag;
    case OperationType::untag:
      return connect::Write::untag;
    case OperationType::remove:
      return connect::Write::remove;
    default:
      return connect::Write::content;
  }
}

}  // namespace

/// Whether the operation puts content live that may cover somebody's unpublished draft.
bool Executor::Impl::publishes(std::size_t operation) const {
  const plan::Operation& o = plan.operations[operation];
  return o.type == OperationType::update_content && !nodes[o.node].created &&
         plan.nodes[o.node].action == plan::Action::update &&
         plan.nodes[o.node].status == "PUBLISHED";
}

Task<Result<void>> Executor::Impl::change(std::size_t operation) {
  const std::size_t n = plan.operations[operation].node;
  NodeState& state = nodes[n];
  OperationRecord& entry = records[operation];
  const OperationType type = plan.operations[operation].type;
  // The call's turn first: nothing is to wait between the look and the call.
  HeldTurn held{target, std::nullopt};
  if (!state.refusal && !state.let_be && is_watched(n)) {
    auto turn = co_await target.turn(write_of(type), plan.nodes[n].kind);
    held.turn = std::move(turn);
  }
  if (needs_look(n)) co_await look(n);
  if (state.let_be) co_return co_await keep_left(operation);
  if (state.refusal) co_return fail(co_await keep_failure(operation, *state.refusal));
  if (state.unreadable) co_return fail(co_await keep_failure(operation, *state.unreadable));
  entry.target_id = state.id;
  entry.target_arn = state.arn;
  Desired wanted = desired(n);
  if (plan.nodes[n].action == plan::Action::remove && type == OperationType::update_content) {
    wanted.flow.status = state.there ? state.there->status : wanted.flow.status;
  }
  const bool content = type == OperationType::update_content;
  // What a look shows may be older than the stub that this run published over it.
  const bool look_counts = state.there && !(content && state.stub_sent);
  const bool as_desired = state.gone || (look_counts && agrees(type, *state.there, wanted));
  const bool draft_is_lost =
      publishes(operation) && draft_to_keep(n) != nullptr && state.there && !state.there->draft;
  const bool nothing_to_send = as_desired && !draft_is_lost;
  if (nothing_to_send && is_unsettled(n)) {
    co_return fail(co_await keep_failure(operation, not_known_yet(n)));
  }
  // What is as desired already was made so by somebody else, unless an earlier attempt did it; what
  // never appeared was made by nobody.
  if (!nothing_to_send || (resumed && !state.id.empty())) remember_before(operation);
  if (nothing_to_send) {
    if (content) state.unpublished_stub = false;
    co_return co_await keep_done(operation);
  }
  if (stopping()) co_return fail(stopped_before_sending());
  auto theirs = co_await keep_theirs(n);
  if (!theirs) co_return theirs;
  if (content) entry.content = wanted.flow.content;
  auto intent = co_await keep_intent(operation);
  if (!intent) co_return intent;
  if (!as_desired) {
    auto sent = co_await send_change(operation, wanted, held);
    if (!sent) co_return sent;
  }
  if (publishes(operation)) {
    auto kept = co_await keep_draft(operation, wanted, held);
    if (!kept) co_return kept;
  }
  co_return co_await keep_done(operation);
}

/// Whether the run that is taken back may still have an effect that is not seen.
bool Executor::Impl::is_unsettled(std::size_t n) const {
  const auto until = aws::parse_iso8601(plan.nodes[n].unsettled_until);
  return until && clock.now() < *until;
}

Error Executor::Impl::not_known_yet(std::size_t n) const {
  Error error;
  error.kind = ErrorKind::refused;
  error.code = "not-known-yet";
  error.subject = subject_of(plan.nodes[n]);
  error.message =
      plan.nodes[n].action == plan::Action::remove
          ? "is not in the target, and may still appear: the run that is taken back sent it"
          : "is as it was before the run that is taken back, and what that sent may still appear";
  error.hint = "it is known at " + plan.nodes[n].unsettled_until + "; then " + resume_command();
  return error;
}

/// Puts what there was before this run's first write into the record of the first operation.
void Executor::Impl::remember_before(std::size_t operation) {
  const std::size_t n = plan.operations[operation].node;
  NodeState& state = nodes[n];
  if (state.before_kept || state.created) return;
  const std::optional<Flow>& before = state.before ? state.before : plan.nodes[n].seen;
  if (!before) return;
  records[operation].before = flow_to_json(*before);
  state.before_kept = true;
}

/// What somebody made and the user decided to overwrite stays in the journal.
Task<Result<void>> Executor::Impl::keep_theirs(std::size_t n) {
  if (!nodes[n].theirs) co_return Result<void>();
  OperationRecord entry = helper_record("overwritten", n);
  entry.before = flow_to_json(*nodes[n].theirs);
  entry.state = OperationState::done;
  entry.finished = entry.started;
  nodes[n].theirs.reset();
  auto kept = co_await log.keep(entry);
  co_return kept;
}

Task<Result<void>> Executor::Impl::send_change(std::size_t operation, const Desired& wanted,
                                               HeldTurn& held) {
  const std::size_t n = plan.operations[operation].node;
  const bool content = plan.operations[operation].type == OperationType::update_content;
  Patience patience;
  for (;;) {
    if (stopping()) co_return fail(co_await keep_failure(operation, stopped_before_sending()));
    auto turn = std::exchange(held.turn, std::nullopt);
    // Whoever waits keeps no turn from the one that is waited for.
    if (content && nodes[n].writing && turn) target.give_back(*std::exchange(turn, std::nullopt));
    // Only for the call: who waits for others to be published must not keep them from it.
    if (content) co_await begin_content(n);
    auto answer = co_await call_change(operation, wanted, std::move(turn));
    if (answer && content) nodes[n].unpublished_stub = false;
    if (content) end_content(n);
    if (answer) {
      records[operation].request_id = answer->request_id;
      outcome.operations[operation].written = true;
      co_return Result<void>();
    }
    Error error = std::move(answer).error();
    if (co_await try_again(operation, error, patience)) continue;
    if (error.outcome_unknown) {
      error.hint = "run " + resume_command() + ": it looks first what is there";
    }
    co_return fail(co_await keep_failure(operation, std::move(error)));
  }
}

Task<Result<connect::Acknowledged>> Executor::Impl::call_change(std::size_t operation,
                                                                const Desired& wanted,
                                                                std::optional<connect::Turn> turn) {
  const plan::Operation& o = plan.operations[operation];
  const plan::Node& node = plan.nodes[o.node];
  const NodeState& state = nodes[o.node];
  std::string id = state.id;
  std::string arn = state.arn;
  switch (o.type) {
    case OperationType::update_content: {
      const bool saved = node.kind == ResourceKind::contact_flow && wanted.flow.status == "SAVED";
      // Settings are sent only where they differ from what is there: most modules have none. What
      // this run made has them already.
      std::optional<std::string> settings;
      const bool differ =
          state.there && !same_settings(wanted.flow.settings, state.there->settings);
      if (node.kind == ResourceKind::flow_module && differ) settings = wanted.flow.settings;
      std::string content = wanted.flow.content;
      co_return co_await target.update_content(node.kind, id, std::move(content), settings,
                                               saved ? connect::Draft::yes : connect::Draft::no,
                                               std::move(turn));
    }
    case OperationType::update_metadata: {
      MetadataWish wish;
      if (state.there) {
        wish = metadata_wish(wanted, *state.there);
      } else {
        wish.description = wanted.flow.description;
      }
      connect::MetadataChange change;
      change.name = wish.name;
      change.description = wish.description;
      change.state = wish.state;
      co_return co_await target.update_metadata(node.kind, id, change, std::move(turn));
    }
    case OperationType::tag:
      co_return co_await target.tag(arn, node.tags, std::move(turn));
    case OperationType::untag:
      co_return co_await target.untag(arn, node.untag, std::move(turn));
    case OperationType::remove:
      co_return co_await target.delete_flow(node.kind, id, std::move(turn));
    default:
      co_return fail(ErrorKind::refused, "not a change");
  }
}

/// Somebody's unpublished draft, from the last look or, when this run was killed between two calls,
/// from before it.
const Flow* Executor::Impl::draft_to_keep(std::size_t node) const {
  const NodeState& state = nodes[node];
  if (state.there && state.there->draft) return &*state.there;
  if (state.before && state.before->draft) return &*state.before;
  return nullptr;
}

/// Publishing may replace a draft newer than the published content (connect-api.md 4.1 does not
/// say): it is put back, so that nobody's unfinished work is lost.
Task<Result<void>> Executor::Impl::keep_draft(std::size_t operation, const Desired& wanted,
                                              HeldTurn& held) {
  const std::size_t n = plan.operations[operation].node;
  const Flow* from = draft_to_keep(n);
  if (from == nullptr) co_return Result<void>();
  std::string draft = *from->draft;
  std::optional<std::string> settings;
  if (!same_settings(from->draft_settings, wanted.flow.settings)) settings = from->draft_settings;
  if (plan.nodes[n].kind != ResourceKind::flow_module) settings.reset();
  std::string id = nodes[n].id;
  // Where nothing had to be sent before, the turn is still there: it would keep this call from one.
  auto turn = std::exchange(held.turn, std::nullopt);
  auto saved = co_await target.update_content(plan.nodes[n].kind, id, std::move(draft), settings,
                                              connect::Draft::yes, std::move(turn));
  outcome.operations[operation].written = true;
  if (saved) co_return Result<void>();
  Error error = std::move(saved).error().during("putting back somebody's unpublished draft");
  error.outcome_unknown = true;
  error.hint = "the draft is in the journal: run " + resume_command();
  co_return fail(co_await keep_failure(operation, std::move(error)));
}

}  // namespace flowferry::apply
