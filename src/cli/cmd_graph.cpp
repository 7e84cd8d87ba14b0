#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/writing.h"
#include "pipeline/looking_up.h"
#include "report/chart.h"
#include "report/graph.h"
#include "report/json.h"
#include "report/text.h"

namespace flowferry::cli {
namespace {

/// The format that was asked for, or that the file's name says.
std::string format_of(const GraphArguments& arguments, bool json) {
  if (!arguments.format.empty()) return arguments.format;
  if (json) return "json";
  static const std::pair<const char*, const char*> k_endings[] = {
      {".dot", "dot"},         {".gv", "dot"},    {".mmd", "mermaid"},
      {".mermaid", "mermaid"}, {".json", "json"}, {".svg", "svg"}};
  for (const auto& [ending, format] : k_endings) {
    if (ascii_lower(arguments.output).ends_with(ending)) return format;
  }
  return "text";
}

std::string picture(const std::string& format, const report::Diagram& diagram) {
  if (format == "dot") return report::diagram_dot(diagram);
  if (format == "mermaid") return report::diagram_mermaid(diagram);
  return report::diagram_svg(diagram);
}

/// A document with what could not be read, and the statistics.
std::string whole(json::Value document, const Findings& findings, const report::Summary& summary) {
  report::add_findings(document, findings);
  report::add_statistics(document, summary);
  return document.dump_pretty() + "\n";
}

std::string written(const std::string& format, const pipeline::GraphFound& found,
                    const report::Summary& summary, const GraphArguments& arguments,
                    const report::Style& style) {
  const lookup::ReferenceGraph& graph = found.graph;
  const report::GraphTitle title{arguments.environment, found.instance};
  if (format == "json") return whole(report::graph_json(graph, title), found.findings, summary);
  if (format != "text") return picture(format, report::graph_diagram(graph, title));
  const report::GraphTextOptions options{
      .tree = !arguments.roots.empty(), .reverse = arguments.reverse, .depth = arguments.depth};
  return report::graph_text(graph, title, options, style);
}

std::string written(const std::string& format, const pipeline::ChartFound& found,
                    const report::Summary& summary, const GraphArguments& arguments,
                    const report::Style& style) {
  if (format == "json") {
    return whole(report::chart_json(found.chart, found.flow, arguments.environment), found.findings,
                 summary);
  }
  if (format != "text") return picture(format, report::chart_diagram(found.chart, found.flow));
  return report::chart_text(found.chart, found.flow, style);
}

/// Prints or writes what was asked for. `edges`: how many lines the picture has.
int put(const std::string& text, const std::string& format, std::size_t edges,
        const GraphArguments& arguments, Context& context) {
  // Mermaid's own limits (maxEdges, maxTextSize), which a page may raise and a diagram may not.
  if (format == "mermaid" && (edges > 500 || text.size() > 50000)) {
    context.say(
        "Mermaid draws at most 500 lines and 50,000 characters unless its page allows more: take "
        "a part with --root, or another format.\n");
  }
  if (arguments.output.empty()) {
    context.print(text);
    return k_ok;
  }
  if (auto done = write_output(arguments.output, text); !done)
    return context.fail_with(done.error(), {.command = "graph"});
  context.say(fmt::format("Written: {} ({})\n", printable(arguments.output), format));
  return k_ok;
}

/// What contradicts itself in the command line; nothing if nothing does.
std::optional<Error> contradiction(const GraphArguments& arguments) {
  Error error;
  error.kind = ErrorKind::usage;
  if (arguments.depth != 0 && arguments.roots.empty()) {
    error.message = "--depth counts from --root, which is missing";
    return error;
  }
  const bool of_all = !arguments.roots.empty() || arguments.reverse || arguments.resources ||
                      arguments.all || !arguments.include.empty() || !arguments.exclude.empty();
  if (!arguments.flow.empty() && of_all) {
    error.message = "--flow draws one flow by itself; the options of the graph do not go with it";
    error.hint = "leave out --flow, or --root, --reverse, --resources, --all, --include, --exclude";
    return error;
  }
  return std::nullopt;
}

void say_findings(const Findings& findings, Context& context) {
  context.say(report::findings_text(findings, Severity::error, context.err_style()));
  context.say(report::findings_text(findings, Severity::warning, context.err_style()));
}

int chart(const GraphArguments& arguments, const std::string& format, const report::Style& style,
          pipeline::Session& session, SteadyTime started, Context& context) {
  auto found = session.loop().run(
      pipeline::look_up_chart(session, arguments.environment, arguments.flow, context.progress()));
  if (!found) {
    return context.fail_with(found.error(),
                             {.command = "graph", .statistics = &session.statistics()});
  }
  say_findings(found->findings, context);
  std::size_t edges = 1;
  for (const auto& block : found->chart.blocks) edges += block.branches.size();
  const report::Summary summary{
      .command = "graph", .statistics = &session.statistics(), .seconds = seconds_since(started)};
  return put(written(format, *found, summary, arguments, style), format, edges, arguments, context);
}

}  // namespace

int run_graph(const GraphArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  if (const auto error = contradiction(arguments))
    return context.fail_with(*error, {.command = "graph"});
  if (const auto usable = check_output(arguments.output); !usable) {
    return context.fail_with(usable.error(), {.command = "graph"});
  }
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "graph"});
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  const std::string format = format_of(arguments, context.common().json);
  const report::Style style = arguments.output.empty() ? context.out_style() : report::Style{};
  if (!arguments.flow.empty()) return chart(arguments, format, style, session, started, context);

  pipeline::GraphRequest request;
  request.read = {arguments.environment, arguments.include, arguments.exclude, arguments.all};
  request.graph = {arguments.resources, arguments.roots, arguments.reverse, arguments.depth};
  auto found =
      session.loop().run(pipeline::look_up_graph(session, std::move(request), context.progress()));
  if (!found) {
    return context.fail_with(found.error(),
                             {.command = "graph", .statistics = &session.statistics()});
  }
  say_findings(found->findings, context);
  const report::Summary summary{
      .command = "graph", .statistics = &session.statistics(), .seconds = seconds_since(started)};
  return put(written(format, *found, summary, arguments, style), format, found->graph.edges.size(),
             arguments, context);
}

}  // namespace flowferry::cli
