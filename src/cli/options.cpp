#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace flowferry::cli {
namespace {

/// Words of a command line in capitals, as values of options are, and without their type beside
/// them, which the word says.
class HelpForm : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool positional) const override {
    return positional ? positional_word(*option) : CLI::Formatter::make_option_name(option, false);
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_positional() ? "" : CLI::Formatter::make_option_opts(option);
  }
  std::string make_option_usage(const CLI::Option* option) const override {
    const std::string word = positional_word(*option);
    return option->get_required() ? word : "[" + word + "]";
  }
};

}  // namespace

void set_help_form(CLI::App& app) {
  auto form = std::make_shared<HelpForm>();
  form->column_width(34);
  app.formatter(std::move(form));
}

std::string positional_word(const CLI::Option& option) {
  // Several words of one option: their type tells them apart.
  const std::string type = option.get_type_name();
  return type.find(' ') != std::string::npos ? type : option.get_name(true, false);
}

void examples(CLI::App& app, const std::string& text) {
  app.footer("Examples:\n" + text);
}

void add_common(CLI::App& app, CommonArguments& common) {
  app.add_option("--config", common.config, "Configuration file (default: flowferry.yaml)")
      ->type_name("FILE");
  app.add_option("--connect-timeout", common.connect_timeout,
                 "Seconds to wait for a connection (default 5; timeouts.connect)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 3600.0));
  app.add_option("--read-timeout", common.read_timeout,
                 "Seconds to wait for an answer (default 60; timeouts.read)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 3600.0));
  app.add_flag("--json", common.json, "Print one JSON document on standard output");
  app.add_flag("-q,--quiet", common.quiet, "No progress, only results and errors");
  app.add_flag("--no-color", common.no_color, "No colours (as the variable NO_COLOR)");
}

void add_repeated(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                  const std::string& text, const char* value) {
  app.add_option(name, values, text)->type_name(value)->take_all()->allow_extra_args(false);
}

void add_selection(CLI::App& app, std::vector<std::string>& include,
                   std::vector<std::string>& exclude, const std::string& included) {
  add_repeated(app, "--include", include, included, "PATTERN");
  add_repeated(app, "--exclude", exclude, "Not those that match; may be repeated", "PATTERN");
}

void add_module_versions(CLI::App& app, std::string& module_versions) {
  app.add_option("--module-versions", module_versions,
                 "Aliases and versions of modules that stand for other content in the target: keep "
                 "them, or let them follow the source (default: as the configuration says, else "
                 "keep)")
      ->type_name("WAY")
      ->check(CLI::IsMember({"keep", "follow"}));
}

void add_format(CLI::App& app, std::string& format, std::vector<std::string> formats,
                const CommonArguments& common, const std::string& otherwise) {
  CLI::Option* option =
      app.add_option("--format", format, "How it is printed (default: " + otherwise + ")")
          ->type_name("FORMAT")
          ->check(CLI::IsMember(std::move(formats)));
  app.callback([option, &format, &common] {
    if (common.json && option->count() > 0 && format != "json")
      throw CLI::ValidationError("--format " + format, "contradicts --json");
  });
}

void add_output(CLI::App& app, std::string& output, const std::string& text) {
  app.add_option("-o,--output", output, text)->type_name("FILE");
}

}  // namespace flowferry::cli
