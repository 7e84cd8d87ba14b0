#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"
#include "report/content_summary.h"
#include "report/failures.h"
#include "report/parts.h"

namespace flowferry::report {

using plan::Action;
using plan::Node;

namespace {

std::string kind_and_type(const Node& node) {
  if (node.kind == ResourceKind::flow_module) return "flow module";
  return node.type;
}

std::string quoted_name(std::string_view name) {
  return "\"" + printable(name) + "\"";
}

std::string instance_text(const std::string& environment, const Instance& instance) {
  if (!instance.origin.empty()) {
    return fmt::format("{} ({})", quoted_name(environment), printable(instance.origin));
  }
  return fmt::format("{} ({}, {}, account {})", quoted_name(environment),
                     instance.alias.empty() ? instance.id : printable(instance.alias),
                     instance.region, instance.account);
}

/// One line of the table.
struct Row {
  Tone tone;
  std::string mark;
  std::string verb;
  std::string type;
  std::string name;
  std::string reason;
};

std::string table(const std::vector<Row>& rows, const Style& style) {
  std::size_t name_width = 4;
  for (const Row& row : rows) name_width = std::max(name_width, display_width(row.name));
  const std::size_t fixed = 2 + 2 + 10 + 18;
  const std::size_t room = style.width > fixed + 30 ? style.width - fixed : 60;
  name_width = std::min(name_width, room / 2);
  std::string out;
  for (const Row& row : rows) {
    const std::size_t reason_width = room > name_width + 2 ? room - name_width - 2 : 20;
    // A pipe keeps reasons whole; a terminal cuts them to its width.
    const std::string reason = style.terminal ? ellipsize(row.reason, reason_width) : row.reason;
    std::string line = fmt::format("  {} {} {} {}  {}", row.mark, fitted(row.verb, 9),
                                   fitted(row.type, 17), fitted(row.name, name_width), reason);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += tinted(style, row.tone, line) + "\n";
  }
  return out;
}

std::string circle_text(const plan::Plan& plan, const Node& node) {
  std::string out;
  for (const std::size_t member : node.circle) out += quoted_name(plan.nodes[member].name) + " → ";
  if (!node.circle.empty()) out += quoted_name(plan.nodes[node.circle.front()].name);
  return out;
}

struct Totals {
  std::size_t creates = 0, stubs = 0, updates = 0, unchanged = 0, skipped = 0, removals = 0;
};

Totals totals_of(const plan::Plan& plan) {
  Totals t;
  for (const Node& node : plan.nodes) {
    switch (node.action) {
      case Action::create:
        ++t.creates;
        t.stubs += node.stub ? 1 : 0;
        break;
      case Action::update:
        ++t.updates;
        break;
      case Action::unchanged:
        ++t.unchanged;
        break;
      case Action::skip:
        ++t.skipped;
        break;
      case Action::remove:
        ++t.removals;
        break;
    }
  }
  return t;
}

/// `summary`: of its content.
Row row_of(const plan::Plan& plan, const Node& node, const std::string& summary = {}) {
  Row row{Tone::plain,
          " ",
          std::string(to_string(node.action)),
          kind_and_type(node),
          printable(node.name),
          printable(reason_with(node, summary))};
  if (node.name != node.source_name && !node.source_name.empty()) {
    row.reason += fmt::format(" (in the source: {})", quoted_name(node.source_name));
  }
  switch (node.action) {
    case Action::create:
      row.tone = Tone::good;
      row.mark = "+";
      if (node.stub) {
        row.verb = "stub";
        row.reason = "created empty first, to open the circle " + circle_text(plan, node);
      }
      break;
    case Action::update:
      row.tone = Tone::change;
      row.mark = "~";
      for (const plan::Change& change : node.changes) {
        if (change.what == "description" || change.what == "status" || change.what == "tags") {
          row.reason += fmt::format("; {}: {} → {}", change.what, quoted_name(change.from),
                                    quoted_name(change.to));
        }
      }
      break;
    case Action::remove:
      row.tone = Tone::bad;
      row.mark = "-";
      break;
    case Action::skip:
    case Action::unchanged:
      row.tone = Tone::faint;
      row.mark = node.action == Action::skip ? "·" : "=";
      break;
  }
  return row;
}

}  // namespace

std::string error_text(const Error& error, const Style& style) {
  std::string out = tinted(style, Tone::bad, "Error: ");
  for (auto it = error.while_doing.rbegin(); it != error.while_doing.rend(); ++it) {
    out += printable(*it) + ": ";
  }
  if (!error.subject.empty()) out += printable(error.subject) + ": ";
  out += printable(error.message) + "\n";
  for (const std::string& detail : error.details) out += "  - " + printable(detail) + "\n";
  // What went wrong on the way is told by the message: its code is not the service's word.
  // A code without a status is our own.
  const bool said_so = error.http_status != 0 || !error.request_id.empty();
  if (error.kind != ErrorKind::network && said_so) {
    std::vector<std::string> said;
    const std::string status = std::to_string(error.http_status);
    if (!error.code.empty() && error.code != status) said.push_back(printable(error.code));
    if (error.http_status != 0) said.push_back("HTTP " + status);
    if (!error.request_id.empty()) said.push_back("request id " + printable(error.request_id));
    out += "  The service said: " + join(said, ", ") + "\n";
  }
  if (!error.hint.empty())
    out += "  " + tinted(style, Tone::strong, "What to do: ") + printable(error.hint) + "\n";
  return out;
}

namespace {

std::string block_of(const Finding& finding) {
  std::string place;
  if (!finding.where.action.empty() || !finding.where.action_type.empty()) {
    place = fmt::format("block {} ({})", quoted_name(finding.where.action),
                        printable(finding.where.action_type));
  }
  if (!finding.where.parameter.empty()) {
    place += (place.empty() ? "" : ", ") + printable(finding.where.parameter);
  } else if (place.empty() && !finding.where.pointer.empty()) {
    place = printable(finding.where.pointer);
  }
  return place;
}

std::string flow_of(const Finding& finding) {
  if (finding.where.name.empty()) return "in general";
  const auto kind = kind_from_string(finding.where.kind);
  return std::string(kind ? label(*kind) : finding.where.kind) + " " +
         quoted_name(finding.where.name);
}

std::string resource_of(const Finding& finding) {
  std::string out = finding.name.empty() ? "" : quoted_name(finding.name);
  if (!finding.arn.empty()) out += (out.empty() ? "" : " ") + printable(finding.arn);
  return out;
}

void add_particulars(std::string& out, const Finding& finding, const std::string& indent) {
  const std::string resource = resource_of(finding);
  const char* side = finding.in_target ? "in the target: " : "in the source: ";
  if (!resource.empty()) out += indent + side + resource + "\n";
  if (!finding.closest.empty()) {
    std::vector<std::string> names;
    for (const std::string& name : finding.closest) names.push_back(quoted_name(name));
    out += indent + "closest in the target: " + join(names, ", ") + "\n";
  }
  if (!finding.help.empty()) out += indent + "what to do: " + printable(finding.help) + "\n";
}

/// Findings with the same key, in the order in which the keys first occur.
template <class Key>
std::vector<std::vector<const Finding*>> grouped(const Findings& findings, Severity severity,
                                                 Key key) {
  std::vector<std::vector<const Finding*>> groups;
  std::map<std::string, std::size_t> index;
  for (const Finding& finding : findings) {
    if (finding.severity != severity) continue;
    const auto [at, fresh] = index.emplace(key(finding), groups.size());
    if (fresh) groups.emplace_back();
    groups[at->second].push_back(&finding);
  }
  return groups;
}

/// Problems stand under the flow that has to be mended.
std::string problems_by_flow(const Findings& findings, const Style& style) {
  std::string out;
  for (const auto& members : grouped(findings, Severity::error, flow_of)) {
    out += fmt::format("  {} {}\n", tinted(style, Tone::bad, "✗"),
                       tinted(style, Tone::strong, flow_of(*members.front())));
    for (const Finding* finding : members) {
      const std::string place = block_of(*finding);
      out += fmt::format("      {}{}{} [{}]\n", place, place.empty() ? "" : ": ",
                         printable(finding->text), finding->id);
      add_particulars(out, *finding, "        ");
    }
  }
  return out;
}

/// Warnings stand under what they are about: the same thing in forty flows is one warning.
std::string notes_by_subject(const Findings& findings, Severity severity, const Style& style) {
  constexpr std::size_t k_places_shown = 4;
  std::string out;
  const auto subject = [](const Finding& f) {
    return f.id + "\n" + f.text + "\n" + f.arn + "\n" + f.name;
  };
  for (const auto& members : grouped(findings, severity, subject)) {
    const Finding& first = *members.front();
    out += fmt::format("  {} {} [{}]\n",
                       tinted(style, Tone::warn, severity == Severity::warning ? "!" : "·"),
                       printable(first.text), first.id);
    add_particulars(out, first, "      ");
    for (std::size_t i = 0; i < members.size() && i < k_places_shown; ++i) {
      const std::string place = block_of(*members[i]);
      out += fmt::format("      {}{}{}\n", flow_of(*members[i]), place.empty() ? "" : ": ", place);
    }
    if (members.size() > k_places_shown) {
      out += fmt::format("      and {} more places\n", members.size() - k_places_shown);
    }
  }
  return out;
}

}  // namespace

std::string findings_text(const Findings& findings, Severity severity, const Style& style) {
  return severity == Severity::error ? problems_by_flow(findings, style)
                                     : notes_by_subject(findings, severity, style);
}

namespace {

/// What is not carried, with the reason: rows of the table, but for many with one reason a line of
/// the first of their names (an --include may leave out hundreds).
void add_skipped(const plan::Plan& plan, std::vector<Row>& rows, std::string& lines,
                 const Style& style) {
  constexpr std::size_t k_many = 4, k_named = 8;
  std::vector<std::pair<std::string, std::vector<const Node*>>> groups;
  for (const Node& node : plan.nodes) {
    if (node.action != Action::skip) continue;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& g) { return g.first == node.reason; });
    if (group == groups.end()) group = groups.insert(groups.end(), {node.reason, {}});
    group->second.push_back(&node);
  }
  for (const auto& [reason, members] : groups) {
    if (members.size() < k_many) {
      for (const Node* node : members) rows.push_back(row_of(plan, *node));
      continue;
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(members.size(), k_named); ++i)
      names.push_back(quoted_name(members[i]->name));
    if (members.size() > k_named)
      names.push_back(fmt::format("and {} more (--json names all)", members.size() - k_named));
    lines += tinted(style, Tone::faint,
                    fmt::format("  · skip {}: {}\n      {}", members.size(), printable(reason),
                                join(names, ", "))) +
             "\n";
  }
}

}  // namespace

std::string plan_text(const plan::Plan& plan, const plan::Cost& cost, const Style& style) {
  std::string out = fmt::format("From {}\n  to {}\n\n", instance_text(plan.from, plan.source),
                                instance_text(plan.to, plan.target));
  std::vector<Row> rows;
  const std::vector<std::string> summaries = content_summaries(plan);
  for (const Action action : {Action::create, Action::update, Action::remove}) {
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
      if (plan.nodes[n].action != action) continue;
      rows.push_back(row_of(plan, plan.nodes[n], summaries[n]));
    }
  }
  std::string skipped;
  add_skipped(plan, rows, skipped, style);
  out += table(rows, style) + skipped;
  if (!rows.empty() || !skipped.empty()) out += "\n";
  const auto count = [&](Severity severity) {
    return static_cast<std::size_t>(
        std::count_if(plan.findings.begin(), plan.findings.end(),
                      [&](const Finding& f) { return f.severity == severity; }));
  };
  if (const std::size_t warnings = count(Severity::warning); warnings > 0) {
    out += tinted(style, Tone::warn, counted(warnings, "warning")) + ":\n" +
           findings_text(plan.findings, Severity::warning, style) + "\n";
  }
  if (const std::size_t problems = count(Severity::error); problems > 0) {
    out += tinted(style, Tone::bad, counted(problems, "problem")) +
           ", so nothing will be written:\n" +
           findings_text(plan.findings, Severity::error, style) + "\n";
  }
  const Totals t = totals_of(plan);
  out += tinted(style, Tone::strong, "Plan: ");
  out += fmt::format("{} to create{}, {} to update, {} unchanged, {} skipped", t.creates,
                     t.stubs > 0 ? fmt::format(" ({} as a stub first)", t.stubs) : "", t.updates,
                     t.unchanged, t.skipped);
  if (t.removals > 0) out += fmt::format(", {} to delete", t.removals);
  out += fmt::format("; {}.\n", counted(count(Severity::error), "problem"));
  if (!plan.fewest_stubs)
    out += "The circles are too large to prove that this is the least number of stubs.\n";
  const std::size_t dynamic = static_cast<std::size_t>(
      std::count_if(plan.findings.begin(), plan.findings.end(),
                    [](const Finding& f) { return f.id == "ref-dynamic"; }));
  if (dynamic > 0) {
    out += fmt::format("{} decided while a contact runs ($.…) and stay{} as {}.\n",
                       dynamic == 1 ? "1 reference is" : fmt::format("{} references are", dynamic),
                       dynamic == 1 ? "s" : "", dynamic == 1 ? "it is" : "they are");
  }
  if (!cost.calls.empty()) {
    std::vector<std::string> parts;
    for (const auto& [operation, calls] : cost.calls)
      parts.push_back(fmt::format("{} {}", calls, operation));
    out += fmt::format("Calls: {}.", join(parts, ", "));
    if (!cost.narrow.empty()) {
      out += fmt::format(" {} {}, because of {}.",
                         cost.assumed ? "With the documented quotas at least" : "At least",
                         duration_text(cost.floor_seconds), cost.narrow);
    }
    out += "\n";
  }
  return out;
}

std::string outcome_text(const plan::Plan& plan, const apply::RunOutcome& outcome,
                         const std::string& run, const std::string& go_on, double seconds,
                         const Style& style) {
  std::vector<Row> rows;
  const std::vector<Parts> parts = parts_of(plan, outcome);
  std::size_t created = 0, updated = 0, removed = 0, verified = 0, touched = 0, in_part = 0;
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    if (!outcome.nodes[n].touched) continue;
    const Node& node = plan.nodes[n];
    ++touched;
    Row row = row_of(plan, node);
    if (node.action == Action::create) {
      ++created;
      row.verb = node.stub ? "stub+fill" : "created";
      row.reason = outcome.nodes[n].arn;
    } else if (node.action == Action::remove) {
      ++removed;
      row.verb = "deleted";
    } else {
      ++updated;
      row.verb = "updated";
      row.reason = node.reason;
    }
    if (!parts[n].all()) {
      ++in_part;
      row.tone = Tone::bad;
      row.mark = "!";
      row.verb = "in part";
      row.reason = printable(parts[n].text());
    }
    if (outcome.nodes[n].verified) ++verified;
    rows.push_back(std::move(row));
  }
  std::string out = "\n" + table(rows, style) + (rows.empty() ? "" : "\n");

  std::size_t skipped = 0, left = 0;
  for (const apply::OperationOutcome& o : outcome.operations) {
    if (o.state == apply::OperationState::skipped && !o.left) ++skipped;
    if (o.state == apply::OperationState::planned || o.state == apply::OperationState::started)
      ++left;
  }
  const std::vector<RootCause> causes = root_causes(plan, outcome);
  const std::size_t failed = causes.size();
  if (failed > 0) out += tinted(style, Tone::bad, "Failed:") + "\n";
  for (const RootCause& cause : causes) {
    const plan::Operation& operation = plan.operations[cause.operation];
    Error error = explained(plan, operation, *outcome.operations[cause.operation].error);
    if (error.subject.empty()) error.subject = plan.nodes[operation.node].name;
    out += fmt::format("[{}] ", to_string(operation.type)) + error_text(error, style);
    std::vector<std::string> hanging;
    for (const std::size_t node : cause.not_tried) {
      hanging.push_back(quoted_name(plan.nodes[node].name));
    }
    if (!hanging.empty()) out += "  Not tried because of it: " + join(hanging, ", ") + "\n";
  }
  if (failed > 0) out += "\n";
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    const apply::NodeOutcome& node = outcome.nodes[n];
    if (node.touched && !node.verified && !node.difference.empty()) {
      out += tinted(style, Tone::bad, "Read back, and it differs: ") +
             std::string(label(plan.nodes[n].kind)) + " " + quoted_name(plan.nodes[n].name) + ": " +
             printable(node.difference) + "\n";
      for (const std::string& place : node.places) out += "  - " + printable(place) + "\n";
    }
  }
  for (const std::size_t n : left_nodes(plan, outcome)) {
    out += fmt::format("Left as it is in the target, as decided: {} {}\n",
                       label(plan.nodes[n].kind), quoted_name(plan.nodes[n].name));
  }
  if (outcome.journal_error) out += error_text(*outcome.journal_error, style);
  if (outcome.stopped) {
    out += tinted(style, Tone::bad, "The run was stopped, because the rest would fail alike:") +
           "\n" + error_text(*outcome.stopped, style);
  }
  out += tinted(style, Tone::strong, fmt::format("Run {}: ", run));
  out += fmt::format("{} created, {} updated", created, updated);
  if (removed > 0) out += fmt::format(", {} deleted", removed);
  if (in_part > 0) out += fmt::format(" ({} of them in part)", in_part);
  if (failed > 0) out += fmt::format(", {} failed", failed);
  if (skipped > 0) out += fmt::format(", {} not tried", skipped);
  if (left > 0) out += fmt::format(", {} left", left);
  out += fmt::format(" in {}.\n", duration_text(seconds));
  if (outcome.complete()) {
    out +=
        tinted(style, Tone::good,
               fmt::format("Read back {}: the target agrees with the plan.",
                           touched == 1 ? "the 1 flow or module that was written"
                                        : fmt::format("the {} flows and modules that were written",
                                                      verified))) +
        "\n";
  } else {
    out += "The run is not complete.";
    if (!go_on.empty()) out += " Go on with: " + go_on;
    out += "\n";
  }
  return out;
}

}  // namespace flowferry::report
