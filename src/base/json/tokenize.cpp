// The tokenizer proper. Written for speed: strings are scanned eight bytes at a time, and nothing
// is allocated but the node list. The rest of tokens.h, which works on finished tokens, is in
// tokens.cpp.
#include <cstring>

#include "base/json/scan.h"
#include "base/json/tokens.h"
#include "base/text.h"

namespace flowferry::json {
namespace {

constexpr bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

class Tokenizer {
 public:
  Tokenizer(std::string_view text, TokenizeLimits limits)
      : text_(text),
        begin_(text.data()),
        at_(begin_),
        end_(begin_ + text.size()),
        limits_(limits) {}

  Result<Tokens> run() {
    if (text_.size() >= 0xFFFFFFFFULL) return error("text is too long (4 GiB or more)");
    if (text_.starts_with("\xEF\xBB\xBF")) {
      return error("text begins with a byte order mark, which JSON does not allow");
    }
    tokens_.nodes.reserve(text_.size() / 12 + 4);
    next_ = room_ = tokens_.nodes.data();
    if (!values()) return error(message_);
    tokens_.nodes.resize(count());
    return std::move(tokens_);
  }

 private:
  // What may come next inside the innermost container.
  enum class Expect : std::uint8_t { value, value_or_end, key, key_or_end, comma_or_end };
  struct Open {
    std::uint32_t node;
    bool object;
  };

  tl::unexpected<Error> error(const char* what) {
    const TextPosition p = position_of(text_, static_cast<std::size_t>(at_ - begin_));
    return fail(ErrorKind::malformed, "not valid JSON at line " + std::to_string(p.line) +
                                          ", column " + std::to_string(p.column) + ": " + what);
  }

  bool stop(const char* message) {
    message_ = message;
    return false;
  }

  bool at_end() const { return at_ == end_; }

  void skip_space() {
    // Most documents have none, or the indentation of a line.
    if (at_ == end_ || !is_space(*at_)) return;
    do {
      ++at_;
      while (end_ - at_ >= 8 && std::memcmp(at_, "        ", 8) == 0) at_ += 8;
    } while (at_ != end_ && is_space(*at_));
  }

  void push(const char* begin, Kind kind, bool is_key, bool escaped) {
    if (next_ == room_) grow();
    Node& node = *next_++;
    node.begin = static_cast<std::uint32_t>(begin - begin_);
    node.end = static_cast<std::uint32_t>(at_ - begin_);
    node.next = count();
    node.kind = kind;
    node.is_key = is_key;
    node.escaped = escaped;
  }

  /// Nodes so far.
  std::uint32_t count() const { return static_cast<std::uint32_t>(next_ - tokens_.nodes.data()); }

  /// Makes room in steps that stay in the cache: the list is cut to its length in the end.
  [[gnu::noinline]] void grow() {
    const std::size_t size = count();
    tokens_.nodes.resize(size + 256);
    next_ = tokens_.nodes.data() + size;
    room_ = next_ + 256;
  }

  bool string(bool is_key) {
    const char* const begin = at_++;
    bool escaped = false;
    for (;;) {
      at_ = skip_plain<true>(at_, end_);
      if (at_end()) {
        at_ = begin;
        return stop("string is not closed");
      }
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"') break;
      if (c == '\\') {
        escaped = true;
        if (!escape()) return false;
      } else if (c < 0x20) {
        return stop("control character in a string must be escaped");
      } else if (!beyond_ascii()) {
        return stop("not UTF-8");
      }
    }
    ++at_;
    push(begin, Kind::string, is_key, escaped);
    return true;
  }

  /// Passes a run of characters beyond ASCII (RFC 3629); false at the first that is ill-formed.
  bool beyond_ascii() {
    while (!at_end() && static_cast<unsigned char>(*at_) >= 0x80) {
      const auto first = static_cast<unsigned char>(*at_);
      std::size_t length = 0;
      unsigned low = 0x80;
      unsigned high = 0xBF;
      if (first >= 0xC2 && first <= 0xDF) {
        length = 2;
      } else if ((first & 0xF0U) == 0xE0U) {
        length = 3;
        if (first == 0xE0) low = 0xA0;
        if (first == 0xED) high = 0x9F;
      } else if (first >= 0xF0 && first <= 0xF4) {
        length = 4;
        if (first == 0xF0) low = 0x90;
        if (first == 0xF4) high = 0x8F;
      } else {
        return false;
      }
      if (static_cast<std::size_t>(end_ - at_) < length) return false;
      const auto second = static_cast<unsigned char>(at_[1]);
      if (second < low || second > high) return false;
      for (std::size_t i = 2; i < length; ++i) {
        if ((static_cast<unsigned char>(at_[i]) & 0xC0U) != 0x80U) return false;
      }
      at_ += length;
    }
    return true;
  }

  bool escape() {
    ++at_;
    if (at_end()) return stop("string is not closed");
    switch (*at_) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        ++at_;
        return true;
      case 'u':
        if (end_ - at_ < 5 || !is_hex(at_[1]) || !is_hex(at_[2]) || !is_hex(at_[3]) ||
            !is_hex(at_[4])) {
          return stop("\\u must be followed by four hexadecimal digits");
        }
        at_ += 5;
        return true;
      default:
        return stop("unknown escape in a string");
    }
  }

  bool digits(const char* missing) {
    if (at_end() || !is_digit(*at_)) return stop(missing);
    do {
      ++at_;
    } while (!at_end() && is_digit(*at_));
    return true;
  }

  bool number() {
    const char* const begin = at_;
    if (*at_ == '-') ++at_;
    const bool zero = !at_end() && *at_ == '0';
    if (zero) {
      ++at_;
      if (!at_end() && is_digit(*at_)) return stop("a number must not begin with 0");
    } else if (!digits("digit expected")) {
      return false;
    }
    if (!at_end() && *at_ == '.') {
      ++at_;
      if (!digits("digit expected after the point")) return false;
    }
    if (!at_end() && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (!at_end() && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!digits("digit expected in the exponent")) return false;
    }
    push(begin, Kind::number, false, false);
    return true;
  }

  bool word(std::string_view expected, Kind kind) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(expected)) {
      return stop("value expected");
    }
    const char* const begin = at_;
    at_ += expected.size();
    push(begin, kind, false, false);
    return true;
  }

  bool open(Kind kind) {
    if (open_.size() >= limits_.max_depth) return stop("nested too deeply");
    open_.push_back(Open{count(), kind == Kind::object});
    push(at_++, kind, false, false);
    return true;
  }

  void close() {
    ++at_;
    Node& node = tokens_.nodes[open_.back().node];
    node.end = static_cast<std::uint32_t>(at_ - begin_);
    node.next = count();
    open_.pop_back();
  }

  /// One scalar, or the beginning of a container.
  bool value(Expect& expect) {
    expect = Expect::comma_or_end;
    switch (*at_) {
      case '"':
        return string(false);
      case '{':
        expect = Expect::key_or_end;
        return open(Kind::object);
      case '[':
        expect = Expect::value_or_end;
        return open(Kind::array);
      case 't':
        return word("true", Kind::boolean);
      case 'f':
        return word("false", Kind::boolean);
      case 'n':
        return word("null", Kind::null);
      default:
        if (*at_ == '-' || is_digit(*at_)) return number();
        return stop("value expected");
    }
  }

  bool key(Expect& expect) {
    if (*at_ != '"') return stop("member name expected");
    if (!string(true)) return false;
    skip_space();
    if (at_end() || *at_ != ':') return stop("':' expected after a member name");
    ++at_;
    expect = Expect::value;
    return true;
  }

  bool comma_or_end(Expect& expect) {
    const bool object = open_.back().object;
    if (*at_ == ',') {
      ++at_;
      expect = object ? Expect::key : Expect::value;
      return true;
    }
    if (*at_ != (object ? '}' : ']'))
      return stop(object ? "',' or '}' expected" : "',' or ']' expected");
    close();
    return true;
  }

  bool values() {
    Expect expect = Expect::value;
    for (;;) {
      skip_space();
      if (expect == Expect::comma_or_end && open_.empty()) {
        return at_end() || stop("more text after the value");
      }
      if (at_end()) return stop(count() == 0 ? "text is empty" : "text ends too early");
      bool good = true;
      switch (expect) {
        case Expect::comma_or_end:
          good = comma_or_end(expect);
          break;
        case Expect::key_or_end:
        case Expect::value_or_end:
          if (*at_ == (expect == Expect::key_or_end ? '}' : ']')) {
            close();
            expect = Expect::comma_or_end;
          } else {
            good = expect == Expect::key_or_end ? key(expect) : value(expect);
          }
          break;
        case Expect::key:
          good = key(expect);
          break;
        case Expect::value:
          good = value(expect);
          break;
      }
      if (!good) return false;
    }
  }

  std::string_view text_;
  const char* begin_;
  const char* at_;
  const char* end_;
  TokenizeLimits limits_;
  const char* message_ = "";
  Tokens tokens_;
  Node* next_ = nullptr;  ///< Where the next node goes ...
  Node* room_ = nullptr;  ///< ... and where the list must grow.
  std::vector<Open> open_;
};

}  // namespace

Result<Tokens> tokenize(std::string_view text, TokenizeLimits limits) {
  return Tokenizer(text, limits).run();
}

}  // namespace flowferry::json
