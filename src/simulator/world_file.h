// simulator/world_file.h
//
// Reads a world file: what exists in a simulated world before the first request (docs/formats.md,
// "World file", version 1). YAML; relative paths are relative to the world file. Plain values come
// out, in the file's order: no ids are made up here, no placeholder is replaced, no content is
// validated.
//
// Unknown keys (with the nearest valid one), wrong types, impossible values, missing files and
// names that occur twice where one is meant are errors with file and line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/resource.h"

namespace flowferry::simulator {

/// An AWS account that the file gives keys. Accounts that only instances name are not in the list.
struct WorldAccount {
  std::string id;                 ///< 12 digits.
  std::string access_key_id;      ///< Empty: to be generated.
  std::string secret_access_key;  ///< Empty exactly when access_key_id is.
  std::string session_token;      ///< Empty: none.
  int line = 0;                   ///< 1-based, in the world file; so in all structs below.
};

/// Any resource that is not a flow or module. An entry that is only a name has only `name` set (and
/// for the kinds below what their defaults say).
struct WorldResource {
  std::string name;  ///< Of a user the username, of a phone number the number (E.164), of an email
                     ///< address the address, of a Lex V2 bot alias "bot/alias".
  std::string description;
  std::string id;  ///< Empty: to be made.
  Tags tags;
  int line = 0;

  std::string
      status;  ///< view: PUBLISHED (default) or SAVED; task-template: ACTIVE (default) or INACTIVE.
  std::string account;  ///< lambda-function, lex-v2-bot-alias: empty means the instance's.
  std::string
      region;  ///< lambda-function, lex-v1-bot, lex-v2-bot-alias: empty means the instance's.
  std::vector<std::string>
      qualifiers;  ///< lambda-function: aliases and versions which exist beside $LATEST.
  bool associated =
      true;         ///< lambda-function, lex-*: false means it exists, but not for the instance.
  std::string bot;  ///< lex-v2-bot-alias: the bot's name. lex-v1-bot: equals `name`.
  std::string
      alias;  ///< lex-v2-bot-alias: the alias' name. lex-v1-bot: the alias, empty means none given.
  std::string bot_id;    ///< lex-v2-bot-alias: 10 of A-Z0-9; empty: to be made, the same for
                         ///< every alias of the same bot, account and Region.
  std::string alias_id;  ///< lex-v2-bot-alias: likewise, or "TSTALIASID"; empty: to be made.
};

/// A document as it stands in a file: raw bytes, placeholders (simulator/placeholders.h) not yet
/// replaced.
struct WorldContent {
  std::filesystem::path file;  ///< For messages.
  std::string bytes;
};

struct WorldModuleAlias {
  std::string name;
  std::uint64_t version = 1;  ///< 1..WorldModule::versions.
  std::string id;             ///< Empty: to be made.
  int line = 0;
};

struct WorldVersion {
  WorldContent content;
  std::optional<WorldContent> settings;
};

struct WorldModule {
  std::string name;
  std::string description;
  std::string id;  ///< Empty: to be made.
  Tags tags;
  std::string state = "ACTIVE";      ///< Or ARCHIVED.
  std::string status = "PUBLISHED";  ///< Or SAVED.
  WorldContent content;
  std::optional<WorldContent> draft;     ///< Saved content that differs from the published one.
  std::optional<WorldContent> settings;  ///< The API's Settings string (contract); nothing: "{}".
  bool external_invocation = false;
  std::uint64_t versions = 0;  ///< Immutable versions 1..n, all of `content`.
  std::map<std::uint64_t, WorldVersion> other_versions;  ///< But these.
  std::vector<WorldModuleAlias> aliases;
  bool grandfathered = false;  ///< Not validated when loaded.
  int line = 0;
};

struct WorldFlow {
  std::string name;
  std::string type;  ///< ContactFlowType: CONTACT_FLOW, CUSTOMER_QUEUE ...
  std::string description;
  std::string id;  ///< Empty: to be made.
  Tags tags;
  std::string state = "ACTIVE";      ///< Or ARCHIVED.
  std::string status = "PUBLISHED";  ///< Or SAVED: never published; `content` is then its draft.
  WorldContent content;
  std::optional<WorldContent> draft;  ///< A draft newer than the published content.
  bool grandfathered = false;         ///< Not validated when loaded.
  int line = 0;
};

struct WorldInstance {
  std::string alias;
  std::string account;  ///< 12 digits.
  std::string region;
  std::string id;  ///< Empty: to be made.
  bool stock =
      true;  ///< Whether it has the stock resources (simulator/stock.h). A resource or flow of the
             ///< file with a stock name and kind stands for the stock one (same name: no error).
  /// By kind word ("queue", "lambda-function", ...; model/kind.h, and "predefined-attribute"), each
  /// in the file's order. Kinds without entries are absent.
  std::map<std::string, std::vector<WorldResource>, std::less<>> resources;
  std::vector<WorldModule> modules;
  std::vector<WorldFlow> flows;
  int line = 0;

  /// The resources of a kind, or an empty list.
  const std::vector<WorldResource>& of(std::string_view kind) const;
};

struct WorldFile {
  std::filesystem::path path;
  std::vector<WorldAccount> accounts;
  std::vector<WorldInstance> instances;  ///< At least one.
};

/// Reads `path` and every content file that it names.
///
/// Errors: not_found, io (of the world file itself), config (everything else, also content files
/// that cannot be read). With several problems all of them are in `details`, each as "file:line:
/// what", and the message is the first.
Result<WorldFile> load_world(const std::filesystem::path& path);

/// The kind words that `resources:` takes, for messages and documentation.
const std::vector<std::string>& world_resource_kinds();

}  // namespace flowferry::simulator
