#include "aws/static_credentials.h"

#include <algorithm>

#include "base/text.h"

namespace flowferry::aws {
namespace {

tl::unexpected<Error> credentials_error(std::string message, std::string hint, std::string where) {
  Error error;
  error.kind = ErrorKind::credentials;
  error.message = std::move(message);
  error.hint = std::move(hint);
  error.subject = std::move(where);
  return fail(std::move(error));
}

/// A key or token is one word of visible ASCII: anything else would end up in a header. The value
/// is never shown.
bool is_one_word(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

Result<std::optional<Credentials>> checked(Credentials keys, const std::string& where) {
  if (is_one_word(keys.access_key_id) && is_one_word(keys.secret_access_key) &&
      is_one_word(keys.session_token)) {
    return std::optional(std::move(keys));
  }
  return credentials_error("a key or token holds white space or a control character",
                           "copy it again, as one line without quotes", where);
}

}  // namespace

Result<std::optional<Credentials>> credentials_from_variables(const Environment& environment) {
  const auto id = environment.get("AWS_ACCESS_KEY_ID");
  const auto secret = environment.get("AWS_SECRET_ACCESS_KEY");
  if (!id && !secret) return std::optional<Credentials>();
  if (!id || !secret) {
    const char* missing = id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID";
    const char* present = id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY";
    return credentials_error(std::string(present) + " is set, but " + missing + " is not",
                             "set both, or neither", std::string("variable ") + missing);
  }
  auto token = environment.get("AWS_SESSION_TOKEN");
  if (!token) token = environment.get("AWS_SECURITY_TOKEN");
  return checked({*id, *secret, token.value_or(""), {}, "environment variables"},
                 "variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN");
}

Result<std::optional<Credentials>> credentials_from_profile(const std::string& name,
                                                            const FileSection& profile) {
  const FileSetting* id = profile.find("aws_access_key_id");
  const FileSetting* secret = profile.find("aws_secret_access_key");
  if (id == nullptr && secret == nullptr) return std::optional<Credentials>();
  if (id == nullptr || secret == nullptr) {
    const FileSetting& present = id != nullptr ? *id : *secret;
    return credentials_error(
        "profile \"" + printable(name) + "\" has " +
            (id != nullptr ? "aws_access_key_id, but no aws_secret_access_key"
                           : "aws_secret_access_key, but no aws_access_key_id"),
        "write both below [" + printable(name) + "]", present.where);
  }
  // A key of one file and a secret or token of the other do not belong together.
  if (id->in_credentials_file != secret->in_credentials_file) {
    return credentials_error(
        "profile \"" + printable(name) + "\" has its aws_access_key_id at " + id->where +
            ", and its aws_secret_access_key in another file",
        "write both into the credentials file, below [" + printable(name) + "]", secret->where);
  }
  const FileSetting* token = nullptr;
  for (const char* setting : {"aws_session_token", "aws_security_token"}) {
    const FileSetting* found = profile.find(setting);
    if (token == nullptr && found != nullptr &&
        found->in_credentials_file == id->in_credentials_file) {
      token = found;
    }
  }
  return checked({id->value,
                  secret->value,
                  token == nullptr ? "" : token->value,
                  {},
                  "profile \"" + printable(name) + "\" (" + id->where + ")"},
                 id->where);
}

}  // namespace flowferry::aws
