#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/writing.h"
#include "pipeline/linting.h"
#include "report/json.h"
#include "report/lint.h"

namespace flowferry::cli {
namespace {

Error unknown_rule(const std::string& id) {
  Error error;
  error.kind = ErrorKind::usage;
  error.message = "there is no rule \"" + id + "\"";
  const auto closest = closest_names(id, flow::lint::rule_ids(), 1);
  error.hint = (closest.empty() ? "" : "did you mean \"" + closest.front() + "\"? ") +
               std::string("flowferry lint --rules lists all");
  return error;
}

std::optional<Severity> severity_of(const std::string& word) {
  if (word == "warning") return Severity::warning;
  if (word == "info") return Severity::info;
  if (word == "never") return std::nullopt;
  return Severity::error;
}

std::string rules_in(const std::string& format, const Context& context) {
  if (format == "json") return report::rules_json().dump_pretty() + "\n";
  if (format == "markdown") return report::rules_markdown();
  return report::rules_text(context.out_style());
}

std::string report_in(const std::string& format, const report::LintReport& found,
                      const report::Summary& summary, const report::Style& style) {
  if (format == "json") {
    json::Value out = report::lint_json(found);
    report::add_statistics(out, summary);
    return out.dump_pretty() + "\n";
  }
  if (format == "sarif") return report::lint_sarif(found).dump_pretty() + "\n";
  if (format == "junit") return report::lint_junit(found);
  if (format == "markdown") return report::lint_markdown(found);
  return report::lint_text(found, style);
}

/// Prints `text`, or writes the file that was asked for.
int put(const std::string& text, const std::string& output, int status, Context& context) {
  if (output.empty()) {
    context.print(text);
    return status;
  }
  if (auto written = write_output(output, text); !written) {
    return context.fail_with(std::move(written).error().during("writing the findings"),
                             {.command = "lint"});
  }
  return status;
}

}  // namespace

int run_lint(const LintArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  const std::string& format = arguments.format;
  const auto fail_with = [&](Error error) { return context.fail_with(error, {.command = "lint"}); };
  if (const auto usable = check_output(arguments.output); !usable) return fail_with(usable.error());
  if (arguments.rules) {
    if (format != "sarif" && format != "junit") {
      return put(rules_in(format, context), arguments.output, k_ok, context);
    }
    Error error;
    error.kind = ErrorKind::usage;
    error.message = "--format " + format + " is for findings; --rules prints none";
    error.hint = "flowferry lint --rules --format text, json or markdown";
    return fail_with(std::move(error));
  }
  if (arguments.environment.empty()) {
    Error error;
    error.kind = ErrorKind::usage;
    error.message = "lint needs an environment or a folder";
    error.hint = "flowferry lint ENV, or flowferry lint DIR";
    return fail_with(std::move(error));
  }
  pipeline::LintOptions options{arguments.environment, arguments.include, arguments.exclude, {}};
  for (const std::string& id : arguments.only) {
    if (flow::lint::find_rule(id) == nullptr) return fail_with(unknown_rule(id));
    options.only.insert(id);
  }
  auto config = context.load_config();
  if (!config) return fail_with(config.error());

  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  const auto outcome =
      session.loop().run(pipeline::lint(session, std::move(options), context.progress()));
  if (!outcome) {
    return context.fail_with(outcome.error(),
                             {.command = "lint", .statistics = &session.statistics()});
  }
  const report::LintReport found{*outcome, severity_of(arguments.fail_on)};
  const report::Style plain;
  const std::string text = report_in(
      format, found,
      {.command = "lint", .statistics = &session.statistics(), .seconds = seconds_since(started)},
      arguments.output.empty() ? context.out_style() : plain);
  const int status = found.failed() ? k_pending : k_ok;
  if (!arguments.output.empty()) {
    context.say(fmt::format(
        "{}, {}, {}: {}\n", report::counted(found.count(Severity::error), "error"),
        report::counted(found.count(Severity::warning), "warning"),
        report::counted(found.count(Severity::info), "note"), printable(arguments.output)));
  }
  return put(text, arguments.output, status, context);
}

}  // namespace flowferry::cli
