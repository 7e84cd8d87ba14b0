// Reading back each flow or module after its last write; and once more what the service left out.
#include "apply/executor_impl.h"

namespace flowferry::apply {

using plan::Action;

Task<void> Executor::Impl::read_back(std::size_t node) {
  // What its last write made possible is sent first.
  co_await transport.sleep_until(transport.now() + std::chrono::milliseconds(1));
  if (plan.nodes[node].action == Action::remove) {
    outcome.nodes[node].verified = true;
  } else if (!stopping()) {
    co_await verify(node);
    tell_verified(node);
  }
  --reading_back;
  --running;
  pump();
}

/// Tells what reading back has shown; nothing where it was stopped before it could.
void Executor::Impl::tell_verified(std::size_t node) {
  const NodeOutcome& result = outcome.nodes[node];
  if (result.verified || !result.difference.empty()) observer.node_verified(node, result.verified);
}

/// Whether what was read may be what there was before the write: each part is as it was or as it is
/// to be (connect-api.md 4.9: what was just written may not be seen at once).
bool Executor::Impl::is_stale(std::size_t n, const Flow& there) const {
  const plan::Node& node = plan.nodes[n];
  if (node.action == Action::create) return strays(as_created(n), there, desired(n)).empty();
  return !node.seen || strays(*node.seen, there, desired(n)).empty();
}

/// Whether the service left out what it could not resolve at the time of the write: references to
/// what this run made, and that may have been an unpublished stub then.
bool Executor::Impl::was_cut(std::size_t n, const Flow& there) const {
  std::vector<std::string> ids;
  for (const std::size_t callee : plan.nodes[n].refers_to) {
    if (nodes[callee].created && !nodes[callee].failed) ids.push_back(nodes[callee].id);
  }
  return !ids.empty() && lacks_only(ids, final_content(n), there.content);
}

Task<void> Executor::Impl::verify(std::size_t n) {
  const plan::Node& node = plan.nodes[n];
  NodeOutcome& result = outcome.nodes[n];
  const auto draft = reads_draft(n) ? connect::Draft::yes : connect::Draft::no;
  constexpr int k_same_answers = 2;  // What differs for good is read so often.
  std::chrono::milliseconds waited{0};
  std::chrono::milliseconds pause{500};
  for (int differing = 0;;) {
    std::string id = nodes[n].id;
    auto there = co_await target.describe_flow(node.kind, std::move(id), draft);
    result.places.clear();
    if (there) {
      failures_in_a_row = 0;
      const Desired wanted = desired(n);
      result.difference = remaining_difference(wanted, *there);
      result.verified = result.difference.empty();
      if (result.verified) {
        log.note(NodeResult{n, nodes[n].id, nodes[n].arn, plan::change_mark(*there)});
        co_return;
      }
      result.places = remaining_lines(wanted, *there);
      differing += is_stale(n, *there) ? 0 : 1;
      if (differing >= k_same_answers && !nodes[n].written_again && was_cut(n, *there)) {
        to_write_again.push_back(n);
      }
    } else {
      result.difference = "could not be read back: " + one_line(there.error());
      // Nothing was seen that differs: a resume reads it.
      if (there.error().kind == ErrorKind::cancelled) result.difference.clear();
      if (stops_everything(there.error())) {
        // Told once, of the run: all that are being read back fail alike.
        if (!outcome.stopped) outcome.stopped = there.error();
        result.difference.clear();
      }
    }
    const bool hopeless = !there && there.error().kind != ErrorKind::not_found;
    const bool for_good = hopeless || differing >= k_same_answers;
    if (for_good || waited >= options.consistency || stopping()) co_return;
    co_await transport.sleep_until(transport.now() + pause);
    waited += pause;
    pause *= 2;
  }
}

/// Sends the content once more, now that everything it refers to is complete; unless somebody
/// changed anything else meanwhile.
Task<void> Executor::Impl::write_again(std::size_t n) {
  const plan::Node& node = plan.nodes[n];
  nodes[n].written_again = true;
  std::string id = nodes[n].id;
  auto there = co_await target.describe_flow(node.kind, id);
  if (there && !stopping() && was_cut(n, *there)) {
    const bool saved = node.kind == ResourceKind::contact_flow && node.status == "SAVED";
    OperationRecord entry = helper_record("write-again", n);
    entry.content = final_content(n);
    auto kept = co_await log.keep(entry);
    if (kept) {
      reach("before-send");
      std::string content = entry.content;
      auto answer =
          co_await target.update_content(node.kind, std::move(id), std::move(content), std::nullopt,
                                         saved ? connect::Draft::yes : connect::Draft::no);
      co_await keep_helper(std::move(entry), std::move(answer));
      co_await verify(n);
    }
  }
  tell_verified(n);
  --running;
  pump();
}

}  // namespace flowferry::apply
