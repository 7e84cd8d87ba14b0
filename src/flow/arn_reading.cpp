#include "flow/arn_reading.h"

#include <algorithm>
#include <array>

#include "model/arn.h"

namespace flowferry::flow {
namespace {

constexpr bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What ARNs of contact centres consist of.
constexpr std::array<bool, 256> k_arn_characters = [] {
  std::array<bool, 256> out{};
  for (int c = 0; c < 128; ++c)
    out[static_cast<std::size_t>(c)] = is_letter_or_digit(static_cast<char>(c));
  for (const char c : std::string_view(":/_-.$*+")) out[static_cast<unsigned char>(c)] = true;
  return out;
}();

bool is_arn_character(char c) {
  return k_arn_characters[static_cast<unsigned char>(c)];
}

bool is_region(std::string_view text) {
  return text == "$.AwsRegion" || std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
         });
}

bool is_account(std::string_view text) {
  return text.empty() || text == "aws" ||
         (text.size() == 12 &&
          std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

/// "id" and "qualifier" of "id:qualifier".
void cut(std::string_view text, ArnReading& out) {
  const std::size_t colon = text.find(':');
  out.id = text.substr(0, colon);
  if (colon != std::string_view::npos) out.qualifier = text.substr(colon + 1);
}

struct ServiceKind {
  std::string_view service;
  std::string_view prefix;  ///< What the resource part begins with; the id follows.
  ResourceKind kind;
};

// Service Authorization Reference: resource types of each service.
constexpr ServiceKind k_services[] = {
    {"wisdom", "assistant/", ResourceKind::assistant},
    {"wisdom", "ai-agent/", ResourceKind::ai_agent},
    {"wisdom", "knowledge-base/", ResourceKind::knowledge_base},
    {"wisdom", "message-template/", ResourceKind::message_template},
    {"cognito-idp", "userpool/", ResourceKind::cognito_user_pool},
    {"chime", "vc/", ResourceKind::voice_connector},
};

void read_cases(std::string_view resource, ArnReading& out) {
  for (const auto& [word, kind] : {std::pair{"/template/", ResourceKind::case_template},
                                   std::pair{"/field/", ResourceKind::case_field}}) {
    const std::size_t at = resource.find(word);
    if (at == std::string_view::npos) continue;
    out.kind = kind;
    cut(resource.substr(at + std::string_view(word).size()), out);
  }
}

/// A resource of a service other than Connect, in the source's account.
void read_service(const ArnView& arn, ArnReading& out) {
  const std::string_view resource = arn.resource;
  if (arn.service == "lambda" && resource.starts_with("function:") && resource.size() > 9) {
    out.kind = ResourceKind::lambda_function;
    cut(resource.substr(9), out);
  } else if (arn.service == "lex" && resource.starts_with("bot-alias/") &&
             resource.find('/', 10) != std::string_view::npos) {
    out.kind = ResourceKind::lex_v2_bot_alias;
    out.id = resource.substr(10);
  } else if (arn.service == "cases") {
    read_cases(resource, out);
  } else {
    for (const ServiceKind& row : k_services) {
      if (row.service != arn.service || !resource.starts_with(row.prefix)) continue;
      out.kind = row.kind;
      cut(resource.substr(row.prefix.size()), out);
    }
  }
  if (out.kind == ResourceKind::unknown) out.id = arn.resource;
}

void read_connect(const ArnView& arn, const Instance& source, ArnReading& out) {
  const auto connect = split_connect_arn(arn);
  if (!connect) {
    out.whose = arn.account == source.account ? Whose::ours : Whose::foreign;
    out.id = arn.resource;
    return;
  }
  out.kind = connect->kind;
  out.id = connect->id;
  out.qualifier = connect->qualifier;
  if (connect->kind == ResourceKind::unknown && out.id.empty()) out.id = connect->keyword;
  if (connect->aws_managed) {
    out.whose = Whose::ours;
  } else if (connect->instance_id.empty()) {
    out.whose = arn.account == source.account ? Whose::ours : Whose::foreign;
  } else {
    out.whose = connect->instance_id == source.id ? Whose::ours : Whose::foreign;
  }
}

/// `$` may stand in a qualifier ("$LATEST", "$SAVED") and in the region; elsewhere it is a
/// JSONPath.
bool has_dynamic_part(std::string_view resource) {
  for (std::size_t at = 0; (at = resource.find('$', at)) != std::string_view::npos; ++at) {
    const std::string_view rest = resource.substr(at);
    if (at == 0 || resource[at - 1] != ':' || (rest != "$LATEST" && rest != "$SAVED")) return true;
  }
  return false;
}

void read(std::string_view text, bool templated, const Instance& source, ArnReading& out) {
  const auto arn = split_arn(text);
  if (!arn) {
    const auto colons = std::count(text.begin(), text.end(), ':');
    if (templated || colons >= 2) out.whose = Whose::unreadable;
    return;
  }
  out.whose = Whose::unreadable;
  if (templated || !is_region(arn->region) || !is_account(arn->account) ||
      has_dynamic_part(arn->resource)) {
    return;
  }
  if (arn->service == "connect") {
    read_connect(*arn, source, out);
    return;
  }
  out.whose =
      !arn->account.empty() && arn->account == source.account ? Whose::ours : Whose::foreign;
  read_service(*arn, out);
}

}  // namespace

ArnReading next_arn(std::string_view text, std::size_t from, const Instance& source) {
  ArnReading out;
  for (;;) {
    from = text.find("arn:", from);
    if (from == std::string_view::npos) {
      out.resume = text.size();
      return out;
    }
    if (from == 0 || !is_letter_or_digit(text[from - 1])) break;
    from += 4;
  }
  std::size_t end = from;
  while (end < text.size() && is_arn_character(text[end])) ++end;
  const char next = end < text.size() ? text[end] : ' ';
  const bool open = std::string_view(":/$-_.").find(text[end - 1]) != std::string_view::npos;
  // A template goes on behind the readable part; so does `\/` of JSON within a string.
  const bool templated = std::string_view("{%[").find(next) != std::string_view::npos ||
                         (open && (next == '<' || next == '(')) ||
                         text.substr(end).starts_with("\\/");
  out.resume = end;
  while (!templated && (text[end - 1] == '.' || text[end - 1] == ':')) --end;
  out.offset = from;
  out.length = end - from;
  read(text.substr(from, out.length), templated, source, out);
  if (out.whose == Whose::unreadable && templated) {
    // Show the whole word, with what makes it unreadable.
    const std::string_view window = text.substr(from, 512);
    out.length = std::min(window.find_first_of(" \t\r\n\"'", end - from), window.size());
    out.resume = std::max(out.resume, from + out.length);
  }
  return out;
}

}  // namespace flowferry::flow
