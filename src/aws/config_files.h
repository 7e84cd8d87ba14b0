// aws/config_files.h
//
// The shared config and credentials files of the AWS tools (AWS SDKs and Tools Reference Guide,
// "Shared config and credentials files"): profiles, sso-session and services sections, nested
// settings. Every value knows where it stands, so that any later message can say so.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/environment.h"
#include "base/result.h"

namespace flowferry::aws {

struct FileSetting {
  std::string value;                          ///< Empty when there are nested ones.
  std::string where;                          ///< "/home/me/.aws/config:12"
  bool in_credentials_file = false;           ///< Not in the config file.
  std::map<std::string, FileSetting> nested;  ///< The indented lines below it.
};

/// One [section]; the same section in several places is one.
struct FileSection {
  std::string where;
  std::map<std::string, FileSetting> settings;  ///< Names in lower case.

  const FileSetting* find(std::string_view name) const;  ///< Nothing when absent or empty.
};

class ConfigFiles {
 public:
  /// Reads the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, or those below
  /// ~/.aws. A file that does not exist is an empty one. Errors: config, with file and line; io.
  static Result<ConfigFiles> load(const Environment& environment);

  /// Adds the text of one file. In a credentials file every section is a profile, and its settings
  /// go before those of the config file. Lines are read as Python's configparser reads them for the
  /// AWS CLI: "=" or ":" after the name, comments on lines of their own, and a line that is
  /// indented deeper than its setting belongs to that setting.
  enum class Kind { config, credentials };
  Result<void> add(Kind kind, std::string_view text, const std::string& path);

  /// Nothing when there is none.
  const FileSection* profile(std::string_view name) const;
  const FileSection* sso_session(std::string_view name) const;
  const FileSection* services(std::string_view name) const;
  std::vector<std::string> profile_names() const;

  /// The files that were looked for, for messages: "~/.aws/config" or "~/.aws/config (does not
  /// exist)".
  const std::vector<std::string>& paths() const { return paths_; }

 private:
  using Sections = std::map<std::string, FileSection, std::less<>>;
  FileSection* open(Kind kind, std::string_view header, const std::string& where);
  Result<void> load_file(Kind kind, const std::string& path);

  Sections profiles_;
  Sections sso_sessions_;
  Sections services_;
  FileSection ignored_;
  bool has_explicit_default_ = false;  ///< [profile default], which goes before [default].
  std::vector<std::string> paths_;
};

}  // namespace flowferry::aws
