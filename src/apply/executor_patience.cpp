// Refusals that may pass: of what was made a moment ago, and of callers of unpublished stubs.
#include <algorithm>

#include "apply/executor_impl.h"

namespace flowferry::apply {

namespace {

/// A real refusal looks the same as a late one, so content gets this many more chances.
constexpr int k_more_chances = 3;

bool is_invalid_content(const Error& error) {
  return error.code == "InvalidContactFlowException" ||
         error.code == "InvalidContactFlowModuleException" ||
         error.code == "InvalidRequestException";
}

}  // namespace

/// Whether the call should be made once more: after unpublished stubs that it refers to were
/// published, or after a pause because what it refers to was made a moment ago and may not be seen
/// everywhere yet (connect-api.md 4.9).
Task<bool> Executor::Impl::try_again(std::size_t node, const Error& error, Patience& patience) {
  const bool invalid = is_invalid_content(error);
  const bool missing = error.kind == ErrorKind::not_found;
  if ((!invalid && !missing) || stopping()) co_return false;
  if (invalid && !patience.stubs_published) {
    patience.stubs_published = true;
    auto published = co_await publish_stubs(node);
    if (published) co_return true;
  }
  if (!recently_created(node)) co_return false;
  if (invalid && ++patience.invalid > k_more_chances) co_return false;
  if (patience.waited >= options.consistency) co_return false;
  const auto pause = patience.pause;
  co_await transport.sleep_until(transport.now() + pause);
  patience.waited += pause;
  patience.pause *= 2;
  co_return !stopping();
}

bool Executor::Impl::recently_created(std::size_t node) const {
  const auto recent = [this](const NodeState& state) {
    // Those of an earlier attempt count as recent: it may have ended a moment ago.
    return state.created &&
           (!state.created_at || transport.now() - *state.created_at < std::chrono::minutes(2));
  };
  if (recent(nodes[node])) return true;
  const auto& callees = plan.nodes[node].refers_to;
  return std::any_of(callees.begin(), callees.end(),
                     [&](std::size_t callee) { return recent(nodes[callee]); });
}

/// Publishes minimal content in stubs that `node` refers to and that are only SAVED. false: there
/// is none.
Task<bool> Executor::Impl::publish_stubs(std::size_t node) {
  bool any = false;
  for (const std::size_t callee : plan.nodes[node].refers_to) {
    NodeState& state = nodes[callee];
    if (!state.unpublished_stub || state.publishing) continue;
    if (plan.nodes[callee].status != "PUBLISHED" || stopping()) continue;
    state.publishing = true;
    auto published = co_await publish_stub(callee);
    state.publishing = false;
    any = any || published;
  }
  co_return any;
}

Task<bool> Executor::Impl::publish_stub(std::size_t n) {
  const plan::Node& node = plan.nodes[n];
  if (needs_look(n)) co_await look(n);
  if (nodes[n].refusal || nodes[n].unreadable) co_return false;
  OperationRecord entry;
  entry.sequence = plan.operations.size() + helpers++;
  entry.type = "publish-stub";
  entry.kind = to_string(node.kind);
  entry.name = node.name;
  entry.flow_type = node.type;
  entry.target_id = nodes[n].id;
  entry.target_arn = nodes[n].arn;
  entry.content = stub_of(node);
  entry.state = OperationState::started;
  entry.started = iso8601(clock.now());
  auto kept = co_await log.keep(entry);
  if (!kept || !nodes[n].unpublished_stub) co_return false;
  reach("before-send");
  std::string id = nodes[n].id;
  std::string content = entry.content;
  auto answer = co_await target.update_content(node.kind, id, std::move(content), std::nullopt,
                                               connect::Draft::no);
  if (answer) {
    entry.state = OperationState::done;
    entry.request_id = answer->request_id;
    nodes[n].unpublished_stub = false;
    reach("before-commit");
  } else {
    if (!answer.error().outcome_unknown) entry.state = OperationState::failed;
    entry.error = one_line(answer.error());
  }
  entry.finished = iso8601(clock.now());
  auto done = co_await log.keep(entry);
  co_return answer.has_value() && done.has_value();
}

}  // namespace flowferry::apply
