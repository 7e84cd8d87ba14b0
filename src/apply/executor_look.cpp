// Looking before the first change of what is there, and again when that was long ago.
#include "apply/executor_impl.h"
#include "base/shell.h"
#include "base/text.h"
#include "flow/document.h"
#include "flow/stub.h"

namespace flowferry::apply {

using plan::Action;

namespace {

/// A look older than this says nothing about now: the target is live. Operations of one flow that
/// come together share one.
constexpr std::chrono::seconds k_fresh{1};
/// What this attempt made itself, and nobody knows of yet.
constexpr std::chrono::seconds k_own{60};

}  // namespace

/// Whether somebody else may know of it, so that it has to be looked at before it is changed.
bool Executor::Impl::is_watched(std::size_t node) const {
  const NodeState& state = nodes[node];
  return !state.created_at || transport.now() - *state.created_at >= k_own;
}

bool Executor::Impl::needs_look(std::size_t node) const {
  const NodeState& state = nodes[node];
  if (state.looking) return true;
  if (state.refusal || state.let_be || !is_watched(node)) return false;
  return !state.looked_at || transport.now() - *state.looked_at > k_fresh;
}

/// Reads what the target has, once for all operations that come at the same time, and decides
/// whether it may be written. Leaves `there` or `gone`, `unreadable` or `refusal` in the node.
Task<void> Executor::Impl::look(std::size_t node) {
  NodeState& state = nodes[node];
  if (state.looking) {
    auto looking = state.looking;
    co_await *looking;
    co_return;
  }
  state.looking = std::make_shared<Event>();
  auto mine = state.looking;
  auto there = co_await read_there(node);
  state.unreadable.reset();
  if (there) {
    judge(node, std::move(*there));
    state.looked_at = transport.now();
  } else if (there.error().kind == ErrorKind::not_found) {
    state.looked_at = transport.now();
    state.unusable = true;
    if (plan.nodes[node].action == Action::remove) {
      state.gone = true;
    } else if (decision(node) == Decision::leave) {
      state.let_be = true;
    } else {
      Error error = std::move(there).error();
      error.kind = ErrorKind::conflict;
      error.code = "deleted-since-plan";
      error.subject = subject_of(plan.nodes[node]);
      error.message = "is no longer in the target";
      error.hint =
          "somebody deleted it since the plan was made: make a new plan, or go on without it: " +
          resume_command("--leave " + shell_word(plan.nodes[node].name));
      state.refusal = std::move(error);
    }
  } else {
    state.unreadable =
        std::move(there).error().during("reading what the target has before it is changed");
  }
  state.looking.reset();
  mine->set();
}

/// A flow that is to be a draft only, although it is published (an undo): its draft is what counts.
bool Executor::Impl::reads_draft(std::size_t n) const {
  const plan::Node& node = plan.nodes[n];
  return node.action == Action::update && node.status == "SAVED" && node.seen &&
         node.seen->status == "PUBLISHED";
}

/// The flow or module as it is. Where content is to be published, with the draft that somebody may
/// have beside it: `$SAVED` is asked first, because without a newer draft its answer is all there
/// is to know.
Task<Result<Flow>> Executor::Impl::read_there(std::size_t n) {
  const plan::Node& node = plan.nodes[n];
  if (nodes[n].id.empty()) {
    auto found = co_await find_by_name(n);
    if (!found) co_return fail(std::move(found).error());
  }
  const std::string id = nodes[n].id;
  const bool only_draft = reads_draft(n);
  const bool both = node.action == Action::update && node.seen &&
                    node.seen->status == "PUBLISHED" && desired(n).writes_content;
  std::optional<Flow> draft;
  if (only_draft || both) {
    auto saved = co_await target.describe_flow(node.kind, id, connect::Draft::yes);
    if (!saved && saved.error().kind != ErrorKind::not_found) co_return saved;
    if (saved && (only_draft || saved->status == "PUBLISHED")) co_return saved;
    if (saved) draft = std::move(*saved);
  }
  std::chrono::milliseconds waited{0};
  std::chrono::milliseconds pause{500};
  for (;;) {
    auto there = co_await target.describe_flow(node.kind, id);
    // What an earlier attempt made a moment ago may not be seen yet.
    const bool late = !there && there.error().kind == ErrorKind::not_found && nodes[n].created &&
                      waited < options.consistency && !stopping();
    if (!late) {
      const bool newer = there && draft && there->status == "PUBLISHED" &&
                         !(flow::same_meaning(draft->content, there->content) &&
                           same_settings(draft->settings, there->settings));
      if (newer) {
        there->draft = std::move(draft->content);
        there->draft_settings = std::move(draft->settings);
      }
      co_return there;
    }
    co_await transport.sleep_until(transport.now() + pause);
    waited += pause;
    pause *= 2;
  }
}

/// What the run that is taken back may have created without an answer.
Task<Result<void>> Executor::Impl::find_by_name(std::size_t n) {
  const plan::Node& node = plan.nodes[n];
  auto listed = co_await refresh_listing(node.kind, transport.now());
  if (!listed) co_return listed;
  for (const Resource& resource : **listings[node.kind].result) {
    if (resource.name != node.name || resource.type != node.type) continue;
    nodes[n].id = resource.id;
    nodes[n].arn = resource.arn;
    co_return Result<void>();
  }
  co_return fail(ErrorKind::not_found, "is not in the target");
}

/// What a create of this run left, for want of a look.
Flow Executor::Impl::as_created(std::size_t n) const {
  const plan::Node& node = plan.nodes[n];
  Flow flow = desired(n).flow;
  flow.state = "ACTIVE";
  if (!node.stub) return flow;
  flow.content = stub_of(node);
  if (node.kind == ResourceKind::contact_flow) flow.status = "SAVED";
  return flow;
}

void Executor::Impl::judge(std::size_t n, Flow there) {
  NodeState& state = nodes[n];
  const plan::Node& node = plan.nodes[n];
  const Desired wanted = desired(n);
  state.unusable = there.state == "ARCHIVED" && wanted.flow.state != "ARCHIVED";
  std::optional<Flow> base;
  if (state.created) {
    base = as_created(n);
    // A stub may have been published for a caller's sake.
    if (flow::is_stub(there.content)) base->status = there.status;
  } else if (resumed && state.before) {
    base = state.before;
  } else if (node.seen) {
    base = node.seen;
  }
  std::vector<std::string> parts;
  if (base) {
    parts = strays(*base, there, wanted);
  } else if (!node.expected.empty() && plan::change_mark(there) != node.expected) {
    parts.emplace_back("the whole");
  }
  if (!parts.empty()) {
    const Decision decided = decision(n);
    state.let_be = decided == Decision::leave;
    if (decided == Decision::none) {
      state.refusal = conflict(n, base ? &*base : nullptr, there, wanted, parts);
    }
    if (decided != Decision::overwrite) return;
    state.theirs = there;
  }
  // After an attempt whose records are lost, what is there may be half ours already.
  if (!state.before && !state.created) state.before = resumed && base ? *base : there;
  state.there = std::move(there);
}

std::string Executor::Impl::resume_command(const std::string& switches) const {
  std::string command = "flowferry resume " + options.run;
  if (!switches.empty()) command += " " + switches;
  return options.typed ? options.typed(std::move(command)) : command;
}

std::string Executor::Impl::how_to_decide(std::size_t n) const {
  const std::string name = shell_word(plan.nodes[n].name);
  return resume_command("--leave " + name) + ", or " + resume_command("--overwrite " + name);
}

Error Executor::Impl::conflict(std::size_t n, const Flow* before, const Flow& there,
                               const Desired& wanted, const std::vector<std::string>& parts) const {
  Error error;
  error.kind = ErrorKind::conflict;
  error.code = "changed-since-plan";
  error.subject = subject_of(plan.nodes[n]);
  error.message = "was changed in the target since the plan was made (" + join(parts, ", ") +
                  "); it is left as it is";
  error.hint =
      "a new plan takes the change into account: flowferry plan; or decide: " + how_to_decide(n);
  error.details = three_way(before, there, wanted);
  return error;
}

}  // namespace flowferry::apply
