#include "mapping/source_text.h"

#include "base/text.h"
#include "model/arn.h"

namespace flowferry::mapping {
namespace {

/// The account of made-up instances (snapshot/synthetic.h), which is nobody's.
constexpr const char* k_made_up_account = "000000000000";

/// Whether the bundle made the id from a name (snapshot/synthetic.h: a UUID of version 8; of a Lex
/// V2 bot alias whatever has a name). Flows of its manifest keep those of the instance.
bool is_made_up_id(const Snapshot& source, const flow::Reference& reference) {
  if (reference.kind == ResourceKind::lex_v2_bot_alias) {
    return source.lex_alias_names.contains(reference.text);
  }
  constexpr std::size_t k_version = 14;
  return is_uuid(reference.id) && reference.id[k_version] == '8';
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
}

}  // namespace

std::optional<std::string> source_text(const Snapshot& source, const flow::Reference& reference) {
  if (source.instance.account != k_made_up_account) return reference.text;
  if (is_made_up_id(source, reference)) return std::nullopt;
  std::string text = reference.text;
  if (text.find(source.instance.account) == std::string::npos) return text;
  const auto real = source.pulled_from ? parse_arn(source.pulled_from->instance) : std::nullopt;
  const auto instance = real ? parse_connect_arn(*real) : std::nullopt;
  if (!instance) return std::nullopt;
  replace(text, ":" + source.instance.account + ":", ":" + real->account + ":");
  replace(text, source.instance.id, instance->id);
  return text;
}

}  // namespace flowferry::mapping
