#include "apply/statement.h"

#include "base/hash.h"

namespace flowferry::apply {
namespace {

/// One value's part of a row's checksum; long ones are hashed so that a row is never in memory
/// twice.
std::string part_of_seal(std::string_view text) {
  return std::to_string(text.size()) + ":" +
         (text.size() <= 64 ? std::string(text) : sha256_hex(text)) + "\n";
}

}  // namespace

Statement::Statement(sqlite3* database, const char* sql) {
  code_ = sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr);
}

Statement& Statement::bind(std::string_view text) {
  // A null pointer would be NULL, not an empty text.
  const char* data = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(statement_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  digests_ += part_of_seal(text);
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  sqlite3_bind_int64(statement_, ++bound_, number);
  digests_ += part_of_seal(std::to_string(number));
  return *this;
}

Statement& Statement::bind_seal() {
  const std::string seal = sha256_hex(digests_).substr(0, 32);
  sqlite3_bind_text64(statement_, ++bound_, seal.data(), seal.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
  return *this;
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_text(statement_, column);
  if (bytes == nullptr) return {};
  return std::string(static_cast<const char*>(bytes),
                     static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

bool Statement::sealed(int columns) const {
  std::string digests;
  for (int i = 0; i < columns; ++i) digests += part_of_seal(text(i));
  return text(columns) == sha256_hex(digests).substr(0, 32);
}

tl::unexpected<Error> journal_trouble(sqlite3* database, const std::filesystem::path& path) {
  const int code = database == nullptr ? SQLITE_NOMEM : sqlite3_errcode(database);
  Error error;
  error.kind = ErrorKind::io;
  error.subject = path.string();
  error.message = std::string("the journal cannot be used: ") +
                  (database == nullptr ? "out of memory" : sqlite3_errmsg(database));
  error.hint = "nothing is written to a target without a journal";
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_ERROR:     // A schema whose text is damaged.
    case SQLITE_MISMATCH:  // Nothing we store is of another type.
    case SQLITE_FORMAT:
      error.kind = ErrorKind::malformed;
      error.message =
          std::string("the journal is damaged or not a journal: ") + sqlite3_errmsg(database);
      error.hint = "keep the file for inspection (sqlite3 " + path.filename().string() +
                   " \".recover\"), move it away, or choose another with --journal";
      break;
    case SQLITE_FULL:
    case SQLITE_IOERR:
      error.hint += ": make sure that the disk works and has space, then flowferry resume";
      break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      error.hint += ": make the folder writable, or choose another place with --journal";
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      error.hint = "another program has the journal open: wait for it, or close it";
      break;
    default:
      break;
  }
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace flowferry::apply
