// base/json/pieces.h
//
// A JSON text that is too large for a tree, or for tokens, of all of it: read value by value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json/value.h"
#include "base/result.h"

namespace flowferry::json {

/// A way through one JSON text. A value is either entered or taken as a whole. What is not JSON
/// ends the way: everything is at its end then, and finish() says what is wrong.
class Pieces {
 public:
  /// `text` must outlive it.
  explicit Pieces(std::string_view text) : text_(text) {}

  /// Steps into the object or list that comes next; false: something else comes.
  bool enter_object() { return enter('{'); }
  bool enter_list() { return enter('['); }
  /// In an object: the name of the next member, whose value comes next. Nothing: the object is
  /// left.
  std::optional<std::string> member();
  /// In a list: whether there is another item, which comes next. false: the list is left.
  bool item();
  /// The value that comes next; null where it is none.
  Value value();
  /// After the outermost value. Errors: malformed, with line and column, as parse() has them.
  Result<void> finish();

 private:
  void skip_space();
  bool next_is(char c);
  bool take(char c);
  bool enter(char c);
  bool fail_here();
  std::size_t end_of_string(std::size_t at) const;
  std::size_t end_of_value() const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t open_ = 0;  ///< Objects and lists that were entered and not left.
  bool first_ = true;     ///< Nothing was taken of the one entered last, or of the text.
  bool failed_ = false;
};

}  // namespace flowferry::json
