#include "aws/config_files.h"

#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace flowferry::aws {
namespace {

tl::unexpected<Error> bad_line(const std::string& where, std::string message, std::string hint) {
  Error error;
  error.kind = ErrorKind::config;
  error.message = std::move(message);
  error.subject = where;
  error.hint = std::move(hint);
  return fail(std::move(error));
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// The name behind the keyword of "profile x", "sso-session 'x y'"; empty when the keyword is
/// another.
std::string name_after(std::string_view header, std::string_view keyword) {
  if (!header.starts_with(keyword) || header.size() == keyword.size()) return {};
  if (!is_blank(header[keyword.size()])) return {};
  std::string_view name = trim(header.substr(keyword.size()));
  if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
      name.back() == name.front()) {
    name = name.substr(1, name.size() - 2);
  }
  return std::string(name);
}

/// "[profile x]" is "profile x"; nothing when the brackets are not in order.
std::optional<std::string_view> header_of(std::string_view line) {
  const std::size_t close = line.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view rest = trim(line.substr(close + 1));
  if (!rest.empty() && rest.front() != '#' && rest.front() != ';') return std::nullopt;
  return trim(line.substr(1, close - 1));
}

struct Property {
  std::string name;
  std::string value;
};

std::optional<Property> property_of(std::string_view line, std::string_view delimiters) {
  const std::size_t equals = line.find_first_of(delimiters);
  if (equals == std::string_view::npos) return std::nullopt;
  Property out{ascii_lower(trim(line.substr(0, equals))),
               std::string(trim(line.substr(equals + 1)))};
  if (out.name.empty()) return std::nullopt;
  return out;
}

}  // namespace

const FileSetting* FileSection::find(std::string_view name) const {
  const auto found = settings.find(std::string(name));
  return found == settings.end() || found->second.value.empty() ? nullptr : &found->second;
}

Result<ConfigFiles> ConfigFiles::load(const Environment& environment) {
  ConfigFiles files;
  const std::string config = environment.get("AWS_CONFIG_FILE").value_or("~/.aws/config");
  const std::string credentials =
      environment.get("AWS_SHARED_CREDENTIALS_FILE").value_or("~/.aws/credentials");
  auto read = files.load_file(Kind::config, environment.expand(config));
  if (read) read = files.load_file(Kind::credentials, environment.expand(credentials));
  if (!read) return fail(std::move(read).error());
  return files;
}

Result<void> ConfigFiles::load_file(Kind kind, const std::string& path) {
  auto text = read_file(path);
  if (text) {
    paths_.push_back(path);
    return add(kind, *text, path);
  }
  if (text.error().kind != ErrorKind::not_found) return fail(std::move(text).error());
  paths_.push_back(path + " (does not exist)");
  return {};
}

FileSection* ConfigFiles::open(Kind kind, std::string_view header, const std::string& where) {
  FileSection* section = &ignored_;
  if (kind == Kind::credentials) {
    section = &profiles_[std::string(header)];
  } else if (header == "default") {
    if (!has_explicit_default_) section = &profiles_["default"];
  } else if (std::string name = name_after(header, "profile"); !name.empty()) {
    if (name == "default" && !has_explicit_default_) {
      has_explicit_default_ = true;
      profiles_["default"] = {};
    }
    section = &profiles_[name];
  } else if (name = name_after(header, "sso-session"); !name.empty()) {
    section = &sso_sessions_[name];
  } else if (name = name_after(header, "services"); !name.empty()) {
    section = &services_[name];
  }
  if (section->where.empty()) section->where = where;
  return section;
}

Result<void> ConfigFiles::add(Kind kind, std::string_view text, const std::string& path) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  FileSection* section = nullptr;
  FileSetting* last = nullptr;
  std::size_t indentation = 0;  // Of `last`: whole sections may be indented.
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    const std::string where = path + ":" + std::to_string(++number);
    const std::string_view content = trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    const auto indented = static_cast<std::size_t>(content.data() - line.data());
    if (last != nullptr && indented > indentation) {
      // Below a setting without a value stand nested ones; below another one it goes on.
      const auto nested = last->value.empty() ? property_of(content, "=") : std::nullopt;
      if (nested) {
        last->nested[nested->name] = {nested->value, where, kind == Kind::credentials, {}};
      } else {
        last->value += (last->value.empty() ? "" : "\n") + std::string(content);
      }
      continue;
    }
    indentation = indented;
    if (content.front() == '[') {
      const auto header = header_of(content);
      if (!header) return bad_line(where, "this section header is not closed", "write [name]");
      section = open(kind, *header, where);
      last = nullptr;
      continue;
    }
    const auto property = property_of(content, "=:");
    // The line itself is not shown: it may be a secret.
    if (!property) return bad_line(where, "this line is no setting", "write name = value");
    if (section == nullptr) {
      return bad_line(where, "this setting stands before any [section]",
                      kind == Kind::config ? "put it under [profile name] or [default]"
                                           : "put it under [name] or [default]");
    }
    last = &section->settings[property->name];
    *last = {property->value, where, kind == Kind::credentials, {}};
  }
  return {};
}

namespace {
const FileSection* find_in(const std::map<std::string, FileSection, std::less<>>& sections,
                           std::string_view name) {
  const auto found = sections.find(name);
  return found == sections.end() ? nullptr : &found->second;
}
}  // namespace

const FileSection* ConfigFiles::profile(std::string_view name) const {
  return find_in(profiles_, name);
}
const FileSection* ConfigFiles::sso_session(std::string_view name) const {
  return find_in(sso_sessions_, name);
}
const FileSection* ConfigFiles::services(std::string_view name) const {
  return find_in(services_, name);
}

std::vector<std::string> ConfigFiles::profile_names() const {
  std::vector<std::string> out;
  for (const auto& [name, section] : profiles_) out.push_back(name);
  return out;
}

}  // namespace flowferry::aws
