// Refusals that may pass: of what was made a moment ago, and of callers of unpublished stubs.
#include <algorithm>
#include <utility>

#include "apply/executor_impl.h"
#include "apply/visibility.h"
#include "flow/document.h"
#include "flow/problems.h"
#include "flow/stub.h"

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
Task<bool> Executor::Impl::try_again(std::size_t operation, const Error& error,
                                     Patience& patience) {
  const std::size_t node = plan.operations[operation].node;
  const bool invalid = is_invalid_content(error);
  const bool missing = error.kind == ErrorKind::not_found;
  if ((!invalid && !missing) || stopping()) co_return false;
  // Each time: a stub may have been too new to be published at the first.
  if (invalid) {
    auto published = co_await publish_stubs(node);
    if (published) co_return true;
  }
  if (!recently_created(node)) co_return false;
  if (invalid && (is_lasting(operation, error) || ++patience.invalid > k_more_chances)) {
    co_return false;
  }
  if (patience.waited >= options.consistency) co_return false;
  const auto pause = patience.pause;
  co_await transport.sleep_until(transport.now() + pause);
  patience.waited += pause;
  patience.pause *= 2;
  co_return !stopping();
}

/// Made by this run, and so lately that it may not be seen everywhere.
bool Executor::Impl::is_recent(std::size_t node) const {
  const NodeState& state = nodes[node];
  // Those of an earlier attempt count as recent: it may have ended a moment ago.
  return state.created && (!state.created_at || transport.now() - *state.created_at < k_long_ago);
}

bool Executor::Impl::recently_created(std::size_t node) const {
  if (is_recent(node)) return true;
  const auto& callees = plan.nodes[node].refers_to;
  return std::any_of(callees.begin(), callees.end(),
                     [this](std::size_t callee) { return is_recent(callee); });
}

/// Whether one of the problems is about a block that refers to nothing made a moment ago: waiting
/// does not heal it.
bool Executor::Impl::is_lasting(std::size_t operation, const Error& error) const {
  const std::size_t n = plan.operations[operation].node;
  const auto document = flow::Document::parse(records[operation].content);
  if (!document) return false;
  const auto& callees = plan.nodes[n].refers_to;
  return std::any_of(error.details.begin(), error.details.end(), [&](const std::string& problem) {
    const auto block = flow::block_of_problem(*document, problem);
    if (!block) return false;
    const json::Node& token = document->node(document->actions()[*block].node);
    const auto text =
        std::string_view(document->bytes()).substr(token.begin, token.end - token.begin);
    return std::none_of(callees.begin(), callees.end(), [&](std::size_t callee) {
      return is_recent(callee) && text.find(nodes[callee].id) != std::string_view::npos;
    });
  });
}

/// Publishes minimal content in stubs that `node` refers to and that are only SAVED. false: there
/// is none.
Task<bool> Executor::Impl::publish_stubs(std::size_t node) {
  bool any = false;
  for (const std::size_t callee : plan.nodes[node].refers_to) {
    NodeState& state = nodes[callee];
    // One that may be complete waits for its own operation, which brings its content again.
    if (!state.unpublished_stub || state.publishing || state.maybe_complete) continue;
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
  if (nodes[n].refusal || nodes[n].unreadable || nodes[n].let_be) co_return false;
  // Not across its final content: whichever came last would stay.
  co_await begin_content(n);
  // An earlier attempt may have completed it without an answer.
  const auto& there = nodes[n].there;
  if (there && (there->status == "PUBLISHED" || !flow::is_stub(there->content))) {
    nodes[n].unpublished_stub = false;
  }
  bool published = !nodes[n].unpublished_stub;  // By its final content, meanwhile.
  if (!published && !stopping()) {
    nodes[n].stub_sent = true;
    OperationRecord entry = helper_record(k_publish_stub, n);
    entry.content = stub_of(node);
    auto kept = co_await log.keep(entry);
    if (kept) {
      reach("before-send");
      std::string id = nodes[n].id;
      std::string content = entry.content;
      auto answer = co_await target.update_content(node.kind, std::move(id), std::move(content),
                                                   std::nullopt, connect::Draft::no);
      if (answer) nodes[n].unpublished_stub = false;
      published = co_await keep_helper(std::move(entry), std::move(answer));
    }
  }
  end_content(n);
  co_return published;
}

/// Waits until nobody else is writing the content of this flow or module.
Task<void> Executor::Impl::begin_content(std::size_t n) {
  while (nodes[n].writing) {
    auto writing = nodes[n].writing;
    co_await *writing;
  }
  nodes[n].writing = std::make_shared<Event>();
}

void Executor::Impl::end_content(std::size_t n) {
  const auto mine = std::exchange(nodes[n].writing, nullptr);
  mine->set();
}

// --- writes beyond the plan's

OperationRecord Executor::Impl::helper_record(const char* type, std::size_t n) {
  const plan::Node& node = plan.nodes[n];
  OperationRecord entry;
  entry.sequence = plan.operations.size() + helpers++;
  entry.type = type;
  entry.kind = to_string(node.kind);
  entry.name = node.name;
  entry.flow_type = node.type;
  entry.target_id = nodes[n].id;
  entry.target_arn = nodes[n].arn;
  entry.state = OperationState::started;
  entry.started = iso8601(clock.now());
  return entry;
}

/// Records how a helper's call ended; whether it went well, and that is recorded.
Task<bool> Executor::Impl::keep_helper(OperationRecord entry,
                                       Result<connect::Acknowledged> answer) {
  if (answer) {
    entry.state = OperationState::done;
    entry.request_id = answer->request_id;
    reach("before-commit");
  } else {
    if (!answer.error().outcome_unknown) entry.state = OperationState::failed;
    entry.request_id = answer.error().request_id;
    entry.error = one_line(answer.error());
  }
  entry.finished = iso8601(clock.now());
  auto done = co_await log.keep(entry);
  co_return answer.has_value() && done.has_value();
}

}  // namespace flowferry::apply
