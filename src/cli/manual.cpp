#include "cli/manual.h"

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/options.h"

namespace flowferry::cli {
namespace {

/// Text for troff: backslashes, hyphens that are typed, and lines that begin like a request.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

/// "FORMAT:{text,json}" → "FORMAT".
std::string value_name(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

std::string option_heading(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  std::string out;
  for (const std::string& name : names)
    out += (out.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
  const std::string value = value_name(option);
  if (names.empty()) return "\\fI" + roff(positional_word(option)) + "\\fR";
  return value.empty() ? out : out + " \\fI" + roff(value) + "\\fR";
}

void add_options(std::string& out, const CLI::App& app) {
  for (const CLI::Option* option : app.get_options({})) {
    if (option->get_group().empty()) continue;
    out += ".TP\n" + option_heading(*option) + "\n" + roff(option->get_description()) + ".\n";
  }
}

/// Examples and what stands below them, as they are.
void add_footer(std::string& out, const CLI::App& app) {
  const std::string footer = app.get_footer();
  if (footer.empty()) return;
  out += ".PP\n.nf\n" + roff(trim(footer)) + "\n.fi\n";
}

std::string synopsis(const CLI::App& app, const std::string& name) {
  std::string out = "\\fB" + roff(name) + "\\fR [\\fIoptions\\fR]";
  for (const CLI::Option* option : app.get_options({})) {
    if (!option->get_positional()) continue;
    const std::string value = option_heading(*option);
    out += option->get_required() ? " " + value : " [" + value + "]";
  }
  return out;
}

void add_command(std::string& out, const CLI::App& app, const std::string& name) {
  out += ".SS " + roff(name) + "\n" + synopsis(app, name) + "\n.PP\n" +
         roff(app.get_description()) + ".\n";
  add_options(out, app);
  add_footer(out, app);
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!sub->get_group().empty()) add_command(out, *sub, name + " " + sub->get_name());
  }
}

}  // namespace

std::string manual_page(const CLI::App& app) {
  std::string out =
      ".\\\" Made by flowferry itself from the texts of --help.\n.TH FLOWFERRY 1 \"\" "
      "\"flowferry " FLOWFERRY_VERSION "\" \"User Commands\"\n";
  out +=
      ".SH NAME\nflowferry \\- carry Amazon Connect contact flows from one instance to another\n";
  out += ".SH SYNOPSIS\n\\fBflowferry\\fR \\fIcommand\\fR [\\fIoptions\\fR]\n";
  out += ".SH DESCRIPTION\n" + roff(app.get_description()) + "\n";
  out += ".SH OPTIONS\n";
  add_options(out, app);
  add_footer(out, app);
  out += ".SH COMMANDS\n";
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!sub->get_group().empty()) add_command(out, *sub, sub->get_name());
  }
  out +=
      ".SH ENVIRONMENT\n"
      "Credentials, Regions, endpoints and proxies are found as the AWS CLI finds them:\n"
      "\\fBAWS_PROFILE\\fR, \\fBAWS_REGION\\fR, \\fBAWS_ACCESS_KEY_ID\\fR, "
      "\\fBAWS_CONFIG_FILE\\fR,\n"
      "\\fBAWS_ENDPOINT_URL\\fR, \\fBAWS_CA_BUNDLE\\fR, \\fBHTTPS_PROXY\\fR and the like.\n"
      ".TP\n\\fBNO_COLOR\\fR\nIf set and not empty: no colours.\n"
      ".SH FILES\n"
      ".TP\n\\fIflowferry.yaml\\fR\nThe configuration: environments, selection, rules.\n"
      ".TP\n\\fI.flowferry/journal.db\\fR\nWhat runs wrote, for resume and undo.\n"
      ".SH SEE ALSO\n\\fBaws\\fR(1)\n";
  return out;
}

}  // namespace flowferry::cli
