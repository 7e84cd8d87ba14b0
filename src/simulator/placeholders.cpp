#include "simulator/placeholders.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/kind.h"

namespace flowferry::simulator {
namespace {

/// The text that a piece of a JSON string stands for; nothing when an escape in it is wrong.
std::optional<std::string> unescaped(std::string_view text) {
  boost::system::error_code error;
  const auto value = boost::json::parse("\"" + std::string(text) + "\"", error);
  if (error || !value.is_string()) return std::nullopt;
  return std::string(value.get_string());
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::vector<std::string> valid_kinds() {
  std::vector<std::string> out;
  for (const ResourceKind kind : all_kinds()) {
    if (kind != ResourceKind::unknown && kind != ResourceKind::instance) {
      out.emplace_back(to_string(kind));
    }
  }
  out.emplace_back("predefined-attribute");
  return out;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const auto near = closest_names(name, candidates);
  if (near.empty()) return "";
  std::vector<std::string> quoted;
  for (const auto& candidate : near) quoted.push_back("\"" + printable(candidate) + "\"");
  return "; did you mean " + join(quoted, " or ") + "?";
}

/// What stands for a placeholder, or what is wrong with it.
struct Replacement {
  std::string text;
  std::string problem;  ///< Empty: fine.

  static Replacement wrong(std::string what) { return {{}, std::move(what)}; }
};

Replacement replace_resource(std::string_view word, std::string_view rest,
                             const PlaceholderResolver& resolver) {
  const std::size_t colon = rest.find(':');
  const std::string_view kind = rest.substr(0, colon);
  static const std::vector<std::string> kinds = valid_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    return Replacement::wrong(fmt::format("unknown kind \"{}\" in a placeholder{}", printable(kind),
                                          did_you_mean(kind, kinds)));
  }
  if (colon == std::string_view::npos) {
    return Replacement::wrong(
        fmt::format("the placeholder {{{{{}:{}:NAME}}}} has no name", word, kind));
  }
  const auto name = unescaped(rest.substr(colon + 1));
  if (!name) {
    return Replacement::wrong(
        "the name in a placeholder has a wrong escape; it stands as in JSON text");
  }
  const auto value = word == "arn" ? resolver.arn(kind, *name) : resolver.id(kind, *name);
  if (!value) {
    return Replacement::wrong(fmt::format("no {} named \"{}\"{}", kind, printable(*name),
                                          did_you_mean(*name, resolver.names(kind))));
  }
  return {*value, {}};
}

Replacement replace_alias(std::string_view rest, const PlaceholderResolver& resolver) {
  // Alias names hold no ':' (API, AliasName); module names may.
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) {
    return Replacement::wrong("the placeholder {{alias-id:MODULE:ALIAS}} has no alias");
  }
  const auto module = unescaped(rest.substr(0, colon));
  const auto alias = unescaped(rest.substr(colon + 1));
  if (!module || !alias) {
    return Replacement::wrong(
        "the name in a placeholder has a wrong escape; it stands as in JSON text");
  }
  if (const auto value = resolver.alias_id(*module, *alias)) return {*value, {}};
  const auto modules = resolver.names("flow-module");
  if (std::find(modules.begin(), modules.end(), *module) == modules.end()) {
    return Replacement::wrong(fmt::format("no flow-module named \"{}\"{}", printable(*module),
                                          did_you_mean(*module, modules)));
  }
  return Replacement::wrong(fmt::format("flow-module \"{}\" has no alias \"{}\"{}",
                                        printable(*module), printable(*alias),
                                        did_you_mean(*alias, resolver.alias_names(*module))));
}

/// Nothing when what stands between the braces is no placeholder.
std::optional<Replacement> replace(std::string_view inner, const PlaceholderResolver& resolver) {
  if (inner == "account") return Replacement{resolver.account(), {}};
  if (inner == "region") return Replacement{resolver.region(), {}};
  if (inner == "instance-id") return Replacement{resolver.instance_id(), {}};
  if (inner == "instance-arn") return Replacement{resolver.instance_arn(), {}};
  for (const std::string_view word : {"arn", "id"}) {
    if (inner.substr(0, word.size()) == word && inner.substr(word.size(), 1) == ":") {
      return replace_resource(word, inner.substr(word.size() + 1), resolver);
    }
  }
  constexpr std::string_view k_alias = "alias-id:";
  if (inner.substr(0, k_alias.size()) == k_alias) {
    return replace_alias(inner.substr(k_alias.size()), resolver);
  }
  return std::nullopt;
}

bool opens_placeholder(std::string_view text) {
  for (const std::string_view start : {"{{arn:", "{{id:", "{{alias-id:"}) {
    if (text.substr(0, start.size()) == start) return true;
  }
  return false;
}

std::string position(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("{}:{}", line, 1 + count_code_points(before.substr(line_start)));
}

}  // namespace

Result<std::string> fill_placeholders(std::string_view text, const PlaceholderResolver& resolver,
                                      std::string_view file) {
  std::string out;
  out.reserve(text.size());
  std::vector<std::string> problems;
  std::size_t copied = 0;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const std::size_t end = text.find("}}", at + 2);
    // A placeholder is one token of one line: what has no end there is the document's own.
    const std::string_view inner =
        end == std::string_view::npos ? std::string_view() : text.substr(at + 2, end - at - 2);
    if (end == std::string_view::npos || inner.find('\n') != std::string_view::npos) {
      if (opens_placeholder(text.substr(at))) {
        problems.push_back(fmt::format("{}:{}: a placeholder has no end: \"}}}}\" is missing", file,
                                       position(text, at)));
      }
      ++at;
      continue;
    }
    const auto replacement = replace(inner, resolver);
    if (!replacement) {
      ++at;  // "{{{region}}" holds a placeholder one byte further on.
      continue;
    }
    if (!replacement->problem.empty()) {
      problems.push_back(fmt::format("{}:{}: {}", file, position(text, at), replacement->problem));
    } else {
      out.append(text.substr(copied, at - copied));
      out.append(escaped(replacement->text));
      copied = end + 2;
    }
    at = end + 2;
  }
  if (problems.empty()) {
    out.append(text.substr(copied));
    return out;
  }
  Error error;
  error.kind = ErrorKind::config;
  error.message = problems.front();
  if (problems.size() > 1) error.details = std::move(problems);
  return fail(std::move(error));
}

}  // namespace flowferry::simulator
