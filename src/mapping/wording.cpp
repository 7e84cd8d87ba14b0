#include "mapping/wording.h"

#include <algorithm>

#include "model/arn.h"

namespace flowferry::mapping {

std::string quoted_name(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

std::string with_qualifier(std::string text, const std::string& qualifier) {
  if (!qualifier.empty()) text += ":" + qualifier;
  return text;
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string moved_arn(const flow::Reference& reference, const Instance& target,
                      std::string resource) {
  auto arn = parse_arn(reference.text);
  if (!arn) return reference.text;
  arn->partition = target.partition;
  if (!arn->region.empty() && !arn->region.starts_with("$")) arn->region = target.region;
  if (!arn->account.empty()) arn->account = target.account;
  arn->resource = std::move(resource);
  return arn->text();
}

std::string how_to_make_alias(const Instance& target, const Resource* module,
                              const std::string& alias) {
  const std::string where = " --instance-id " + target.id + " --contact-flow-module-id " +
                            (module == nullptr ? "ID" : module->id);
  return "carry the module by itself first (--include), publish a version of it there (aws connect "
         "create-contact-flow-module-version" +
         where + ") and the alias (aws connect create-contact-flow-module-alias" + where +
         " --alias-name " + alias + " --contact-flow-module-version N), then run again";
}

namespace {

Finding warning(const flow::Reference& reference, std::string id, std::string text,
                std::string help) {
  Finding out;
  out.severity = Severity::warning;
  out.id = std::move(id);
  out.text = std::move(text);
  out.help = std::move(help);
  out.kind = to_string(reference.kind);
  out.arn = reference.text;
  return out;
}

}  // namespace

void warn_of_version(const flow::Reference& reference, const std::string& what, Resolution& out) {
  if (!all_digits(reference.qualifier)) return;
  out.findings.push_back(warning(reference, "ref-version",
                                 "refers to version " + reference.qualifier + " of " + what +
                                     ", and version numbers differ between instances",
                                 "check that the target has this version, or refer to an alias or "
                                 "to $LATEST"));
}

}  // namespace flowferry::mapping
