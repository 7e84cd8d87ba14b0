#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "pipeline/looking_up.h"
#include "report/graph.h"
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

std::string written(const std::string& format, const lookup::ReferenceGraph& graph,
                    const report::GraphTitle& title, const GraphArguments& arguments,
                    const report::Style& style) {
  if (format == "json") return report::graph_json(graph, title).dump_pretty() + "\n";
  if (format == "text") {
    const report::GraphTextOptions options{
        .tree = !arguments.roots.empty(), .reverse = arguments.reverse, .depth = arguments.depth};
    return report::graph_text(graph, title, options, style);
  }
  const report::Diagram diagram = report::graph_diagram(graph, title);
  if (format == "dot") return report::diagram_dot(diagram);
  if (format == "mermaid") return report::diagram_mermaid(diagram);
  return report::diagram_svg(diagram);
}

}  // namespace

int run_graph(const GraphArguments& arguments, Context& context) {
  if (arguments.depth != 0 && arguments.roots.empty()) {
    Error error;
    error.kind = ErrorKind::usage;
    error.message = "--depth counts from --root, which is missing";
    return context.fail_with(error, {.command = "graph"});
  }
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "graph"});
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  pipeline::GraphRequest request;
  request.read = {arguments.environment, arguments.include, arguments.exclude, arguments.all};
  request.graph = {arguments.resources, arguments.roots, arguments.reverse, arguments.depth};
  auto found =
      session.loop().run(pipeline::look_up_graph(session, std::move(request), context.progress()));
  if (!found) {
    return context.fail_with(found.error(),
                             {.command = "graph", .statistics = &session.statistics()});
  }
  context.say(report::findings_text(found->findings, Severity::error, context.err_style()));
  context.say(report::findings_text(found->findings, Severity::warning, context.err_style()));
  const std::string format = format_of(arguments, context.common().json);
  report::Style style = context.out_style();
  if (!arguments.output.empty()) style = {};
  const std::string text =
      written(format, found->graph, {arguments.environment, found->instance}, arguments, style);
  // Mermaid's own limits (maxEdges, maxTextSize), which a page may raise and a diagram may not.
  if (format == "mermaid" && (found->graph.edges.size() > 500 || text.size() > 50000)) {
    context.say(
        "Mermaid draws at most 500 lines and 50,000 characters unless its page allows more: take "
        "a part with --root, or another format.\n");
  }
  if (arguments.output.empty()) {
    context.print(text);
    return k_ok;
  }
  if (auto done = write_file(arguments.output, text); !done)
    return context.fail_with(done.error(), {.command = "graph"});
  context.say(fmt::format("Written: {} ({})\n", printable(arguments.output), format));
  return k_ok;
}

}  // namespace flowferry::cli
