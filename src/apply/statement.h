// apply/statement.h
//
// A prepared statement of SQLite, and rows that notice damage. Internal to the journal.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flowferry::apply {

/// What SQLite says was wrong, for people. Kinds: malformed (damaged), io (all else).
tl::unexpected<Error> journal_trouble(sqlite3* database, const std::filesystem::path& path);

/// Freed at the end of its scope. What is bound must live until the last step.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql);
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  bool ok() const { return code_ == SQLITE_OK; }
  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  /// Binds the checksum over everything bound so far.
  Statement& bind_seal();
  int step() { return code_ = sqlite3_step(statement_); }

  std::string text(int column) const;
  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  /// Whether the checksum in column `columns` agrees with the columns before it.
  bool sealed(int columns) const;

 private:
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
  int bound_ = 0;
  std::string digests_;
};

}  // namespace flowferry::apply
