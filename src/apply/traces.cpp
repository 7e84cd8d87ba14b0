#include "apply/traces.h"

#include <algorithm>

#include "apply/sent_marks.h"
#include "apply/visibility.h"
#include "aws/time.h"
#include "flow/stub.h"
#include "plan/plan_file.h"

namespace flowferry::apply {

using plan::Action;
using plan::OperationType;

namespace {

/// Writes beyond the plan's, and notes.
bool is_helper(const OperationRecord& record) {
  return record.type == "publish-stub" || record.type == "write-again" ||
         record.type == "overwritten";
}

bool creates(OperationType type) {
  return type == OperationType::create || type == OperationType::create_stub;
}

/// When it was answered, or else sent.
SystemTime time_of(const OperationRecord& record) {
  return aws::parse_iso8601(record.finished.empty() ? record.started : record.finished)
      .value_or(SystemTime{});
}

}  // namespace

Result<RecordedRun> read_run(Journal& journal, const std::string& id) {
  auto run = journal.run(id);
  if (!run) return fail(std::move(run).error());
  if (!*run) {
    return fail(ErrorKind::not_found, "the journal has no run \"" + id + "\"",
                "look at them with flowferry runs");
  }
  RecordedRun out;
  out.run = std::move(**run);
  auto plan = plan::read_plan(out.run.plan);
  if (!plan) return fail(std::move(plan).error().during("reading run " + id + " from the journal"));
  out.plan = std::move(*plan);
  std::string().swap(out.run.plan);  // Large.
  auto operations = journal.operations(id, Journal::Contents::of_aliases);
  if (!operations) return fail(std::move(operations).error());
  out.operations = std::move(*operations);
  auto results = journal.results(id);
  if (!results) return fail(std::move(results).error());
  auto runs = journal.runs();
  if (!runs) return fail(std::move(runs).error());
  out.taken_back = taken_back_by(*runs, id) != nullptr;
  out.results = std::move(*results);
  forget_unsent(journal.path(), id, out.plan.operations.size(), out.operations);
  for (const OperationRecord& operation : out.operations) {
    if (operation.sequence < out.plan.operations.size()) continue;
    if (is_helper(operation)) continue;
    return fail(ErrorKind::malformed,
                "the journal has an operation that the plan of run " + id + " does not have",
                "keep the journal for inspection");
  }
  return out;
}

Result<std::vector<Trace>> traces_of(const RecordedRun& recorded) {
  std::vector<Trace> traces(recorded.plan.nodes.size());
  for (std::size_t n = 0; n < traces.size(); ++n) {
    const plan::Node& node = recorded.plan.nodes[n];
    traces[n].id = node.target_id;
    traces[n].arn = node.target_arn;
    // One list tells whether a create happened that the journal does not know of.
    const bool open = recorded.run.state != RunState::done;
    if (open && node.action == Action::create) traces[n].touched = Trace::Touched::maybe;
  }
  for (const OperationRecord& record : recorded.operations) {
    if (record.sequence >= recorded.plan.operations.size()) continue;
    const plan::Operation& operation = recorded.plan.operations[record.sequence];
    Trace& trace = traces[operation.node];
    if (plan::is_on_alias(operation.type)) {
      if (record.content.empty()) continue;
      trace.aliases.push_back({operation.type, alias_record_from_json(record.content),
                               record.state == OperationState::done, time_of(record)});
      continue;
    }
    const bool creation = creates(operation.type);
    // A creation with a former state took what was there for its own, as the user decided.
    trace.adopted = trace.adopted || (creation && !record.before.empty());
    if (!record.before.empty() && !trace.before) {
      auto before = flow_from_json(record.before);
      if (!before) return fail(std::move(before).error());
      trace.before = std::move(*before);
    }
    if (record.state != OperationState::done && record.state != OperationState::started) continue;
    trace.touched = Trace::Touched::yes;
    if (creation && record.state == OperationState::done) {
      trace.created = true;
      trace.id = record.target_id;
      trace.arn = record.target_arn;
    }
    if (operation.type == OperationType::remove) trace.removed = true;
  }
  for (std::size_t n = 0; n < traces.size(); ++n) {
    // Without a former state nothing was written: the target was already as desired.
    const bool created = recorded.plan.nodes[n].action == Action::create && !traces[n].adopted;
    if (created) traces[n].before.reset();
    if (!created && !traces[n].before) traces[n].touched = Trace::Touched::no;
  }
  return traces;
}

bool ended_lately(const RecordedRun& recorded, SystemTime now) {
  if (recorded.is_settled()) return false;
  const auto& records = recorded.operations;
  return std::any_of(records.begin(), records.end(), [&](const OperationRecord& record) {
    return now - time_of(record) < k_long_ago;
  });
}

std::vector<std::vector<const OperationRecord*>> not_read_back(const RecordedRun& recorded) {
  std::vector<std::vector<const OperationRecord*>> out(recorded.plan.nodes.size());
  std::vector<char> verified(out.size(), 0);
  for (const NodeResult& result : recorded.results) {
    if (result.node < verified.size() && !result.mark.empty()) verified[result.node] = 1;
  }
  for (const OperationRecord& record : recorded.operations) {
    const bool sent =
        record.state == OperationState::done || record.state == OperationState::started;
    if (!sent || record.sequence >= recorded.plan.operations.size()) continue;
    const plan::Operation& operation = recorded.plan.operations[record.sequence];
    // Aliases are read by themselves.
    if (plan::is_on_alias(operation.type)) continue;
    if (!verified[operation.node]) out[operation.node].push_back(&record);
  }
  return out;
}

Unseen not_seen(const RecordedRun& recorded, const std::vector<Trace>& traces, std::size_t n,
                const std::vector<const OperationRecord*>& written, const Flow* there) {
  Unseen out;
  const Desired wanted = wanted_by_run(recorded, traces, n);
  if (there != nullptr) {
    const bool created = recorded.plan.nodes[n].action == Action::create && !traces[n].adopted;
    Flow base = created || !traces[n].before ? first_form(recorded, traces, n) : *traces[n].before;
    if (flow::is_stub(there->content)) base.status = there->status;
    if (!strays(base, *there, wanted).empty()) return out;
  }
  for (const OperationRecord* record : written) {
    const OperationType type = recorded.plan.operations[record->sequence].type;
    bool seen = there != nullptr;
    if (type == OperationType::remove) {
      seen = there == nullptr;
    } else if (there != nullptr && traces[n].adopted && creates(type)) {
      seen = (type == OperationType::create_stub ||
              agrees(OperationType::update_content, *there, wanted)) &&
             agrees(OperationType::update_metadata, *there, wanted) &&
             agrees(OperationType::tag, *there, wanted);
    } else if (!creates(type)) {
      seen = there == nullptr || agrees(type, *there, wanted);
    }
    if (seen) continue;
    const bool done = record->state == OperationState::done;
    out.records.push_back(record);
    out.worth_waiting = std::max(out.worth_waiting, done ? k_known_seen : k_unknown_seen);
    out.until = std::max(out.until, time_of(*record) + k_long_ago);
  }
  return out;
}

Flow with_unseen(Flow there, const plan::Plan& plan,
                 const std::vector<const OperationRecord*>& unseen, const Desired& wanted) {
  for (const OperationRecord* record : unseen) {
    const OperationType type = plan.operations[record->sequence].type;
    if (type == OperationType::create || type == OperationType::update_content) {
      there.content = wanted.flow.content;
      there.status = wanted.flow.status;
      there.settings = wanted.flow.settings;
    }
    if (creates(type) || type == OperationType::update_metadata) {
      const MetadataWish wish = metadata_wish(wanted, there);
      there.name = wish.name.value_or(there.name);
      there.description = wish.description.value_or(there.description);
      there.state = wish.state.value_or(there.state);
    }
    if (creates(type) || type == OperationType::tag) {
      for (const auto& [key, value] : wanted.flow.tags) there.tags[key] = value;
    }
    if (type == OperationType::untag) {
      for (const std::string& key : wanted.untag) there.tags.erase(key);
    }
  }
  return there;
}

Desired wanted_by_run(const RecordedRun& recorded, const std::vector<Trace>& traces,
                      std::size_t n) {
  const auto identity = [&](std::size_t other) {
    plan::Content::Identity out{traces[other].id, traces[other].arn};
    for (const Trace::Alias& alias : traces[other].aliases) {
      out.aliases[alias.record.name] = alias.record.qualifier();
    }
    return out;
  };
  return desired_of(recorded.plan, n, recorded.plan.nodes[n].content.fill(identity));
}

Flow first_form(const RecordedRun& recorded, const std::vector<Trace>& traces, std::size_t n) {
  const plan::Node& node = recorded.plan.nodes[n];
  Flow flow = wanted_by_run(recorded, traces, n).flow;
  flow.state = "ACTIVE";
  if (!node.stub) return flow;
  flow.content = node.kind == ResourceKind::flow_module ? flow::module_stub_content(node.settings)
                                                        : flow::stub_content(node.type);
  if (node.kind == ResourceKind::contact_flow) flow.status = "SAVED";
  return flow;
}

}  // namespace flowferry::apply
