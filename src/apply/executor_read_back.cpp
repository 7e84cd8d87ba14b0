// Reading back each flow or module after its last write, once.
#include "apply/executor_impl.h"

namespace flowferry::apply {

Task<void> Executor::Impl::read_back(std::size_t node) {
  co_await transport.sleep_until(transport.now() + std::chrono::milliseconds(1));
  if (plan.nodes[node].action == plan::Action::remove) {
    outcome.nodes[node].verified = true;
  } else if (!stopping()) {
    co_await verify(node);
    observer.node_verified(node, outcome.nodes[node].verified);
  }
  --reading_back;
  --running;
  pump();
}

/// What was just written may not be seen at once (connect-api.md 4.9).
Task<void> Executor::Impl::verify(std::size_t n) {
  const plan::Node& node = plan.nodes[n];
  NodeOutcome& result = outcome.nodes[n];
  const auto draft = reads_draft(n) ? connect::Draft::yes : connect::Draft::no;
  std::chrono::milliseconds waited{0};
  std::chrono::milliseconds pause{500};
  for (;;) {
    std::string id = nodes[n].id;
    auto there = co_await target.describe_flow(node.kind, std::move(id), draft);
    if (there) {
      failures_in_a_row = 0;
      result.difference = remaining_difference(desired(n), *there);
      result.verified = result.difference.empty();
      if (result.verified) {
        log.note(NodeResult{n, nodes[n].id, nodes[n].arn, plan::change_mark(*there)});
      }
    } else {
      result.difference = "could not be read back: " + one_line(there.error());
      if (stops_everything(there.error())) {
        // Told once, of the run: all that are being read back fail alike.
        if (!outcome.stopped) outcome.stopped = there.error();
        result.difference.clear();
      }
    }
    const bool hopeless = !there && there.error().kind != ErrorKind::not_found;
    if (result.verified || hopeless || waited >= options.consistency || stopping()) co_return;
    co_await transport.sleep_until(transport.now() + pause);
    waited += pause;
    pause *= 2;
  }
}

}  // namespace flowferry::apply
