#include "cli/arguments_lookups.h"

#include <CLI/CLI.hpp>

#include "cli/options.h"

namespace flowferry::cli {

void LookupCommands::add_to(CLI::App& app, CommonArguments& common) {
  refs_app_ = app.add_subcommand("refs", "Where a resource is used: flow, block, parameter");
  refs_app_
      ->add_option("NAME", refs_.words,
                   "The environment, and the resource's name, id or ARN, or a name with * ? [..]; "
                   "the environment may be left out where the configuration has one only")
      ->type_name("[ENV] NAME")
      ->required()
      ->expected(1, 2);
  refs_app_
      ->add_option("--kind", refs_.kind, "Only resources of this kind, such as queue or prompt")
      ->type_name("KIND");
  refs_app_->add_flag("--notes", refs_.notes,
                      "Also the designer's copies in the metadata, which decide nothing");
  add_common(*refs_app_, common);
  examples(*refs_app_,
           "  flowferry refs dev BasicQueue\n"
           "  flowferry refs dev 'crm-*' --kind lambda-function\n"
           "  flowferry refs prod arn:aws:lambda:ap-northeast-1:111122223333:function:crm --json\n"
           "\nExit status: 0 it is used, 2 it exists and nothing uses it, 1 an error or no such "
           "resource.");

  graph_app_ = app.add_subcommand("graph", "Who refers to whom: flows, modules, resources");
  graph_app_->add_option("ENV", graph_.environment, "Environment, or the folder of a bundle")
      ->type_name("ENV")
      ->required();
  add_format(*graph_app_, graph_.format, {"text", "json", "dot", "mermaid", "svg"}, common,
             "by the name of -o, else text");
  graph_app_
      ->add_option("--flow", graph_.flow,
                   "Not the graph but the blocks and branches of this flow or module")
      ->type_name("NAME");
  add_output(*graph_app_, graph_.output);
  add_repeated(*graph_app_, "--root", graph_.roots,
               "Only what this flow or module reaches: a name, id or pattern; may be repeated",
               "NAME");
  graph_app_->add_option("--depth", graph_.depth, "At most so many steps from --root")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  graph_app_->add_flag("--reverse", graph_.reverse,
                       "What reaches --root, instead of what it reaches");
  graph_app_->add_flag("--resources", graph_.resources,
                       "Also queues, functions and the like that the flows use");
  graph_app_->add_flag("--all", graph_.all,
                       "Also stock flows, and what the configuration's selection leaves out");
  add_selection(*graph_app_, graph_.include, graph_.exclude,
                "Read only flows and modules that match, as in plan; may be repeated");
  add_common(*graph_app_, common);
  examples(*graph_app_,
           "  flowferry graph dev\n"
           "  flowferry graph dev --root 'Main line' --depth 2\n"
           "  flowferry graph dev --root Greet --reverse\n"
           "  flowferry graph dev --resources -o flows.svg\n"
           "  flowferry graph dev --flow 'Main line' -o main-line.svg\n"
           "  flowferry graph dev --format dot | dot -Tpdf -o flows.pdf");
}

bool LookupCommands::take(Arguments& out) const {
  if (refs_app_->parsed()) {
    out.command = refs_;
    return true;
  }
  if (graph_app_->parsed()) {
    out.common.json = out.common.json || graph_.format == "json";
    out.command = graph_;
    return true;
  }
  return false;
}

}  // namespace flowferry::cli
