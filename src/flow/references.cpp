#include "flow/references.h"

#include <algorithm>

#include "base/text.h"
#include "flow/arn_reading.h"
#include "flow/display_names.h"
#include "flow/places.h"
#include "flow/reference_walk.h"

namespace flowferry::flow {
namespace {

using json::k_none;
using json::Kind;

bool is_dynamic(std::string_view text) {
  return text.starts_with("$.") || text.starts_with("$[");
}

bool is_e164(std::string_view text) {
  return text.size() >= 3 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Text of a template language: not of an instance.
bool is_template(std::string_view text) {
  for (const std::string_view mark : {"${", "{{", "<<", "%%"}) {
    if (text.find(mark) != std::string_view::npos) return true;
  }
  return text.size() > 2 && ((text.front() == '<' && text.back() == '>') ||
                             (text.front() == '%' && text.back() == '%'));
}

/// Words that people leave where an id belongs: "SELECT A QUEUE", "ENTER LAMBDA HERE".
bool is_placeholder(std::string_view text) {
  const bool lower =
      std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return text.find(' ') != std::string_view::npos || !lower;
}

class Finder {
 public:
  Finder(const Document& document, const Scope& scope)
      : document_(document), scope_(scope), places_(document) {}

  ReferenceList run() {
    const auto typed = typed_tokens(document_);
    const auto suspicious = suspects(document_, scope_.instance.id);
    list_.references.reserve(std::max(typed.size(), suspicious.size()));
    auto t = typed.begin();
    auto s = suspicious.begin();
    while (t != typed.end() || s != suspicious.end()) {
      const std::uint32_t node = t == typed.end()        ? s->node
                                 : s == suspicious.end() ? t->node
                                                         : std::min(t->node, s->node);
      path_ = nullptr;
      Suspect suspect{node, false, false};
      if (t != typed.end() && t->node == node) path_ = (t++)->path;
      if (s != suspicious.end() && s->node == node) suspect = *s++;
      if (document_.node(node).kind == Kind::string) token(suspect);
    }
    return std::move(list_);
  }

 private:
  void token(const Suspect& suspect) {
    node_ = suspect.node;
    placed_ = false;
    if (document_.node(node_).escaped) {
      value_ = buffer_ = document_.text(node_);
    } else {
      value_ = json::raw_string(document_.bytes(), document_.node(node_));
    }
    if (path_ != nullptr && typed()) return;
    if (suspect.free_id) free_id();
    if (suspect.text) text();
  }

  // What the table of action types says of this place. False: the text rules decide.
  bool typed() {
    if (is_dynamic(value_)) {
      // A field's own places hold names, never paths; elsewhere `$.Case.<uuid>` is still looked at.
      if (path_->bare != Bare::field && !metadata()) {
        unmapped(Unmapped::Why::dynamic, value_, path_->kind);
      }
      return false;
    }
    if (value_.starts_with("arn:")) {
      text();
      return true;
    }
    if (trim(value_).empty()) {
      if (path_->bare != Bare::field && !metadata())
        unmapped(Unmapped::Why::empty, value_, path_->kind);
      return true;
    }
    if (value_.find("arn:") != std::string_view::npos) return false;
    return bare();
  }

  bool bare() {
    const bool id = begins_with_uuid(value_) && (value_.size() == 36 || value_[36] == ':');
    switch (path_->bare) {
      case Bare::none:
        return unreadable();
      case Bare::id:
        return id ? by_id(path_->kind) : unreadable();
      case Bare::view:
      case Bare::field:
        if (id) return by_id(path_->kind);
        return is_template(value_) || (path_->bare == Bare::view && is_placeholder(value_))
                   ? unreadable()
                   : true;
      case Bare::word:
        return is_template(value_) || is_placeholder_sentence() ? unreadable() : by_id(path_->kind);
      case Bare::number:
        if (!is_e164(value_)) return unreadable();
        move();
        // One of the instance's own numbers: the designer says so, or its inventory does.
        if (is_claimed_number(document_, place_, places_.steps())) return by_name();
        return scope_.known_id && scope_.known_id(value_) == ResourceKind::phone_number ? by_name()
                                                                                         : true;
      case Bare::address:
        return value_.find('@') != std::string::npos && !is_template(value_) ? by_name()
                                                                             : unreadable();
      case Bare::bot:
        return is_template(value_) ? unreadable() : by_name();
    }
    return true;
  }

  bool is_placeholder_sentence() const { return value_.find(' ') != std::string::npos; }

  /// Reports a value that is no id, in what the service runs; in metadata there are many harmless
  /// ones.
  bool unreadable() {
    if (metadata()) return true;
    const bool empty = !is_template(value_) && is_placeholder(value_);
    unmapped(empty ? Unmapped::Why::empty : Unmapped::Why::unreadable, value_, path_->kind);
    return true;
  }

  bool by_id(ResourceKind kind) {
    Reference r;
    r.kind = kind;
    r.form = Form::id;
    const std::size_t colon = value_.find(':');
    r.id = value_.substr(0, colon);
    if (colon != std::string::npos) r.qualifier = value_.substr(colon + 1);
    add(std::move(r), 0, value_.size());
    return true;
  }

  bool by_name() {
    Reference r;
    r.kind = path_->kind;
    r.form = Form::name;
    r.id = value_;
    if (path_->bare == Bare::bot) {
      move();
      const std::uint32_t region = document_.member(places_.steps().back().container, "Region");
      if (region != k_none && document_.node(region).kind == Kind::string) {
        const std::string text = document_.text(region);
        if (!is_dynamic(text) && !is_template(text)) r.region_node = region;
      }
    }
    add(std::move(r), 0, value_.size());
    return true;
  }

  void free_id() {
    const std::string_view id = value_.substr(0, 36);
    if (id == scope_.instance.id && value_.size() == 36) {
      by_id(ResourceKind::instance);
    } else if (scope_.known_id) {
      if (const auto kind = scope_.known_id(id)) by_id(*kind);
    }
  }

  // ARNs and known ids in any string.
  void text() {
    bool readable = true;
    bool listed = false;
    for (std::size_t at = 0; at < value_.size();) {
      ArnReading arn = next_arn(value_, at, scope_.instance);
      const std::size_t before = arn.whose == Whose::nobody ? arn.resume : arn.offset;
      if (readable) ids_between(at, before);
      at = arn.resume;
      if (arn.whose == Whose::nobody) {
        // "arn:aws" alone is a word, but not in a reference parameter.
        if (path_ != nullptr && value_.starts_with("arn:") && before == value_.size() && !listed) {
          unmapped(Unmapped::Why::unreadable, value_, path_->kind);
        }
        continue;
      }
      listed = true;
      const std::string_view found = value_.substr(arn.offset, arn.length);
      if (arn.whose == Whose::ours) {
        Reference r;
        r.kind = arn.kind;
        r.form = Form::arn;
        r.id = std::move(arn.id);
        r.qualifier = std::move(arn.qualifier);
        add(std::move(r), arn.offset, arn.length);
      } else {
        const bool foreign = arn.whose == Whose::foreign;
        const bool told = arn.kind != ResourceKind::unknown || path_ == nullptr;
        unmapped(foreign ? Unmapped::Why::foreign : Unmapped::Why::unreadable, found,
                 told ? arn.kind : path_->kind);
        // Half of what an unreadable ARN holds may stand in the rest of the text: leave it whole.
        readable = readable && foreign;
      }
    }
  }

  /// The instance's id and `$.Case.<uuid>` within [begin, end) of a longer text.
  void ids_between(std::size_t begin, std::size_t end) {
    constexpr std::string_view k_case = "$.Case.";
    for (std::size_t dash = begin + 8; dash < end; ++dash) {
      dash = value_.find('-', dash);
      if (dash == std::string_view::npos || dash >= end) return;
      const std::size_t at = dash - 8;
      if (!begins_with_uuid(value_.substr(at))) continue;
      Reference r;
      r.form = Form::id;
      r.id = value_.substr(at, 36);
      if (r.id == scope_.instance.id) {
        r.kind = ResourceKind::instance;
      } else if (value_.substr(0, at).ends_with(k_case)) {
        r.kind = ResourceKind::case_field;
      } else {
        continue;
      }
      add(std::move(r), at, 36);
      dash = at + 35;
    }
  }

  void move() {
    if (placed_) return;
    placed_ = true;
    places_.move_to(node_);
    place_ = places_.place();
  }

  bool metadata() {
    move();
    return place_.in_metadata;
  }

  template <class Entry>
  void locate(Entry& entry) {
    move();
    entry.in_metadata = place_.in_metadata;
    entry.action = place_.identifier;
    if (place_.action != nullptr) entry.action_type = place_.action->type;
    entry.parameter = places_.parameter(place_.parameter_step);
    entry.pointer = places_.pointer();
  }

  void add(Reference r, std::size_t offset, std::size_t length) {
    r.text = value_.substr(offset, length);
    r.offset = offset;
    r.whole = length == value_.size();
    r.node = node_;
    r.is_key = document_.node(node_).is_key;
    r.typed = path_ != nullptr;
    locate(r);
    r.display_names = display_names(document_, r, place_, places_.steps());
    list_.references.push_back(std::move(r));
  }

  void unmapped(Unmapped::Why why, std::string_view text, ResourceKind kind) {
    Unmapped u;
    u.why = why;
    u.text = text;
    u.kind = kind;
    locate(u);
    list_.unmapped.push_back(std::move(u));
  }

  const Document& document_;
  const Scope& scope_;
  Places places_;
  ReferenceList list_;
  // The token at hand.
  std::uint32_t node_ = 0;
  const ReferencePath* path_ = nullptr;
  std::string_view value_;  ///< Unescaped.
  std::string buffer_;      ///< Holds it where it does not stand in the document as such.
  TokenPlace place_;
  bool placed_ = false;
};

}  // namespace

ReferenceList find_references(const Document& document, const Scope& scope) {
  return Finder(document, scope).run();
}

}  // namespace flowferry::flow
