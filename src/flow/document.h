// flow/document.h
//
// A contact flow document: its bytes and an index of its tokens. It is never printed anew; a change
// copies every byte and splices new string tokens in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/findings.h"
#include "base/json/tokens.h"
#include "base/result.h"

namespace flowferry::flow {

/// One block of the flow ("Actions[]").
struct Action {
  std::uint32_t node = json::k_none;        ///< The object.
  std::uint32_t parameters = json::k_none;  ///< The object `Parameters`, or k_none.
  std::string identifier;
  std::string type;
};

/// A new value for a string token (a value or a member name).
struct Splice {
  std::uint32_t node;
  std::string value;  ///< Unescaped.
};

class Document {
 public:
  /// Indexes `content`. Errors: malformed (not JSON, not UTF-8, not an object, the legacy export format
  /// with `modules`), each with its place and a hint.
  static Result<Document> parse(std::string content);

  const std::string& bytes() const { return bytes_; }
  const json::Tokens& tokens() const { return tokens_; }
  const std::vector<Action>& actions() const { return actions_; }
  std::uint32_t metadata() const { return metadata_; }          ///< Node of `Metadata`, or k_none.
  bool has_settings() const { return settings_ != json::k_none; }  ///< As every module's content has.

  /// The document with each splice's token replaced, every other byte copied. Tokens keep their
  /// escapes where the value does not change. `splices` in any order, a node at most once.
  std::string spliced(std::vector<Splice> splices) const;

 private:
  std::string bytes_;
  json::Tokens tokens_;
  std::vector<Action> actions_;
  std::uint32_t metadata_ = json::k_none;
  std::uint32_t settings_ = json::k_none;
};

/// Whether two contents mean the same: white space and key order do not count, numbers and strings are
/// compared by token. Content that is not JSON is compared byte by byte.
bool same_meaning(std::string_view a, std::string_view b);

/// What makes a document unfit to be written, each with its place: duplicate keys (json-duplicate-key),
/// transitions to nowhere (next-dangling), StartAction that names no action (start-missing), two
/// actions with one identifier (id-duplicate), more than 256,000 characters (too-long), more than 250
/// actions (too-many-actions), a module without Settings (module-settings), and warnings. Places have
/// action, type and pointer; kind and name of the flow are filled in by the caller.
Findings examine(const Document& document, bool is_module);

}  // namespace flowferry::flow
