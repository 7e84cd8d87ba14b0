#include "aws/credential_documents.h"

#include <array>
#include <utility>

#include "aws/time.h"
#include "base/json/value.h"

namespace flowferry::aws {
namespace {

constexpr char k_check[] = "check what hands out credentials there, or take them from elsewhere";

struct Entity {
  std::string_view name;
  char character;
};
constexpr std::array k_entities = {Entity{"&amp;", '&'}, Entity{"&lt;", '<'}, Entity{"&gt;", '>'},
                                   Entity{"&quot;", '"'}, Entity{"&apos;", '\''}};

std::string unescape_xml(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    bool found = false;
    for (const Entity& entity : k_entities) {
      if (!text.starts_with(entity.name)) continue;
      out += entity.character;
      text.remove_prefix(entity.name.size());
      found = true;
      break;
    }
    if (found) continue;
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

bool is_one_word(std::string_view text) {
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7F) return false;
  }
  return !text.empty();
}

Result<Credentials> checked(Credentials keys, const std::string& expiration) {
  const std::string source = keys.source;
  if (!is_one_word(keys.access_key_id) || !is_one_word(keys.secret_access_key) ||
      !(keys.session_token.empty() || is_one_word(keys.session_token))) {
    return fail(credentials_problem("what came holds no usable keys", k_check, source));
  }
  if (!expiration.empty()) {
    keys.expires = parse_iso8601(expiration);
    if (!keys.expires) {
      return fail(
          credentials_problem("the time of expiry of what came cannot be read", k_check, source));
    }
  }
  return keys;
}

}  // namespace

Error credentials_problem(std::string message, std::string hint, std::string source) {
  Error error;
  error.kind = ErrorKind::credentials;
  error.message = std::move(message);
  error.hint = std::move(hint);
  error.subject = std::move(source);
  return error;
}

Result<Credentials> credentials_from_json(std::string_view text, std::string source) {
  const auto parsed = json::parse(text);
  if (!parsed || !parsed->is_object()) {
    return fail(credentials_problem("what came is not JSON", k_check, std::move(source)));
  }
  const json::Value& object = *parsed;
  Credentials keys;
  keys.access_key_id = object["AccessKeyId"].as_string();
  keys.secret_access_key = object["SecretAccessKey"].as_string();
  keys.session_token = object["SessionToken"].as_string();
  if (keys.session_token.empty()) keys.session_token = object["Token"].as_string();
  keys.source = std::move(source);
  return checked(std::move(keys), object["Expiration"].as_string());
}

std::string xml_text(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const std::string close = "</" + std::string(name) + ">";
  const std::size_t begin = xml.find(open);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = xml.find(close, begin);
  if (end == std::string_view::npos) return {};
  return unescape_xml(xml.substr(begin + open.size(), end - begin - open.size()));
}

Result<Credentials> credentials_from_sts(std::string_view xml, std::string source) {
  Credentials keys;
  keys.access_key_id = xml_text(xml, "AccessKeyId");
  keys.secret_access_key = xml_text(xml, "SecretAccessKey");
  keys.session_token = xml_text(xml, "SessionToken");
  keys.source = std::move(source);
  return checked(std::move(keys), xml_text(xml, "Expiration"));
}

}  // namespace flowferry::aws
