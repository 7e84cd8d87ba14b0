#include "flow/portable.h"

#include <algorithm>
#include <utility>

#include "base/json/tokens.h"
#include "flow/scope.h"
#include "model/arn.h"

namespace flowferry::flow {
namespace {

/// A range of bytes, and what takes its place.
struct Edit {
  std::size_t begin;
  std::size_t end;
  std::string text;
};

std::string edited(std::string_view bytes, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
  std::string out;
  out.reserve(bytes.size() + 64 * edits.size());
  std::size_t copied = 0;
  for (const Edit& edit : edits) {
    if (edit.begin < copied) continue;
    out.append(bytes, copied, edit.begin - copied);
    out += edit.text;
    copied = edit.end;
  }
  out.append(bytes, copied, bytes.size() - copied);
  return out;
}

/// The value of one escape.
std::string escape_value(std::string_view escape) {
  const std::string token = '"' + std::string(escape) + '"';
  return json::unescape(token, json::Node{0, static_cast<std::uint32_t>(token.size()), 1,
                                          json::Kind::string, false, true});
}

/// How far the raw content of a string token has to be read for `length` bytes of its value.
std::size_t raw_length(std::string_view raw, std::size_t length) {
  std::size_t at = 0;
  std::size_t value = 0;
  while (value < length && at < raw.size()) {
    std::size_t unit = 1;
    std::size_t bytes = 1;
    if (raw[at] == '\\') {
      unit = raw[at + 1] == 'u' ? 6 : 2;
      if (unit == 6) {
        // Two escapes that are one character beyond the basic plane have four bytes.
        const bool pair =
            raw.substr(at + 6).starts_with("\\u") && escape_value(raw.substr(at, 12)).size() == 4;
        if (pair) unit = 12;
        bytes = escape_value(raw.substr(at, unit)).size();
      }
    }
    at += unit;
    value += bytes;
  }
  return at;
}

class ToPortable {
 public:
  ToPortable(const Document& document, const PortableNames& names)
      : document_(document), names_(names), bytes_(document.bytes()) {}

  Converted run() {
    for (const Reference& reference :
         find_references(document_, scope_of(names_.snapshot())).references) {
      place(reference);
    }
    literals();
    out_.text = edited(bytes_, std::move(edits_));
    return std::move(out_);
  }

 private:
  void place(const Reference& reference) {
    if (reference.form == Form::name) return region(reference);
    const json::Node& token = document_.node(reference.node);
    const std::string_view raw = json::raw_string(bytes_, token);
    std::size_t begin = reference.offset;
    std::size_t length = reference.text.size();
    if (token.escaped) {
      begin = raw_length(raw, reference.offset);
      length = raw_length(raw.substr(begin), reference.text.size());
    }
    const std::string_view written = raw.substr(begin, length);
    begin += token.begin + 1;
    if (auto marker = names_.marker(reference)) {
      if (auto spelling = spelling_of(reference.text, written)) {
        marker->spelling = *std::move(spelling);
        std::string text;
        json::append_escaped(text, to_text(*marker));
        edits_.push_back({begin, begin + written.size(), std::move(text)});
        out_.named.push_back(*std::move(marker));
        return;
      }
    }
    if (reference.form == Form::arn) fields(begin, written);
    by_id(reference, begin);
  }

  /// A Lex V1 bot's Region.
  void region(const Reference& reference) {
    if (reference.region_node == json::k_none) return;
    const json::Node& token = document_.node(reference.region_node);
    const std::string_view raw = json::raw_string(bytes_, token);
    if (raw != names_.snapshot().instance.region || raw.empty()) return;
    edits_.push_back({token.begin + 1, token.end - 1, "{{region}}"});
  }

  /// The fields of an ARN that are the instance's.
  void fields(std::size_t begin, std::string_view written) {
    const Instance& instance = names_.snapshot().instance;
    const auto arn = split_arn(written);
    if (!arn) return;
    const auto replace = [&](std::string_view field, const std::string& own, const char* marker) {
      if (field.empty() || field != own) return;
      const auto at = begin + static_cast<std::size_t>(field.data() - written.data());
      edits_.push_back({at, at + field.size(), marker});
    };
    replace(arn->partition, instance.partition, "{{partition}}");
    replace(arn->region, instance.region, "{{region}}");
    replace(arn->account, instance.account, "{{account}}");
    const std::size_t id =
        instance.id.empty() ? std::string_view::npos : arn->resource.find(instance.id);
    if (id != std::string_view::npos) {
      replace(arn->resource.substr(id, instance.id.size()), instance.id, "{{id:instance}}");
    }
  }

  void by_id(const Reference& reference, std::size_t offset) {
    const auto arn = parse_arn(reference.text);
    const auto connect = arn ? parse_connect_arn(*arn) : std::nullopt;
    if (connect && connect->aws_managed) return;  // Its id is a word, the same everywhere.
    Finding finding;
    finding.id = "ref-by-id";
    const bool has_names = has_lookup(reference.kind);
    finding.severity = has_names && !reference.in_metadata ? Severity::warning : Severity::info;
    finding.where.action = reference.action;
    finding.where.action_type = reference.action_type;
    finding.where.parameter = reference.parameter;
    finding.where.pointer = reference.pointer;
    const std::string what(label(reference.kind));
    finding.kind = to_string(reference.kind);
    finding.arn = reference.text;
    finding.text = has_names ? "no name is known for this " + what + ": it stays by its id"
                             : "a " + what + " has no name to be looked up: it stays by its id";
    if (has_names) {
      finding.help = "it may have been deleted after the flow was saved: mend the flow";
    }
    out_.findings.push_back({offset, std::move(finding)});
  }

  void literals() {
    for (std::size_t at = bytes_.find("{{"); at != std::string::npos;
         at = bytes_.find("{{", at + 1)) {
      if (is_marker(std::string_view(bytes_).substr(at + 2))) {
        edits_.push_back({at, at + 2, "{{literal}}"});
      }
    }
  }

  const Document& document_;
  const PortableNames& names_;
  const std::string& bytes_;
  std::vector<Edit> edits_;
  Converted out_;
};

class FromPortable {
 public:
  FromPortable(std::string_view text, const json::Tokens& tokens, const PortableNames& names)
      : text_(text), tokens_(tokens), names_(names) {}

  Converted run() {
    for (std::uint32_t i = 0; i < tokens_.nodes.size(); ++i) {
      const json::Node& node = tokens_.nodes[i];
      if (node.kind != json::Kind::string) continue;
      const std::string_view raw = json::raw_string(text_, node);
      if (raw.find("{{") == std::string_view::npos) continue;
      node_ = i;
      token(raw, node.begin + 1);
    }
    out_.text = edited(text_, std::move(edits_));
    return std::move(out_);
  }

 private:
  void token(std::string_view raw, std::size_t begin) {
    for (std::size_t at = 0;;) {
      at = raw.find("{{", at);
      if (at == std::string_view::npos) return;
      const std::string_view rest = raw.substr(at + 2);
      if (!is_marker(rest)) {
        ++at;
        continue;
      }
      const std::size_t close = rest.find("}}");
      if (close == std::string_view::npos) {
        fault(begin + at, "portable-syntax", "a reference begins here and does not end",
              "end it with }}, or write {{literal}} for braces that are text", {});
        return;
      }
      marker(begin + at, rest.substr(0, close));
      at += close + 4;
    }
  }

  void marker(std::size_t begin, std::string_view inner) {
    const Instance& instance = names_.snapshot().instance;
    const std::size_t end = begin + inner.size() + 4;
    for (const auto& [word, text] :
         {std::pair<std::string_view, std::string_view>{"region", instance.region},
          {"account", instance.account},
          {"partition", instance.partition},
          {"literal", "{{"}}) {
      if (inner != word) continue;
      edits_.push_back({begin, end, std::string(text)});
      return;
    }
    std::string unescaped(inner);
    if (inner.find('\\') != std::string_view::npos) {
      const std::string token = '"' + unescaped + '"';
      unescaped = json::unescape(token, json::Node{0, static_cast<std::uint32_t>(token.size()), 1,
                                                   json::Kind::string, false, true});
    }
    auto parsed = parse_marker(unescaped);
    if (!parsed) {
      fault(begin, "portable-syntax",
            "{{" + unescaped + "}} is not a reference: " + parsed.error().message,
            parsed.error().hint, {});
      return;
    }
    out_.named.push_back(*parsed);
    auto found = names_.look_up(*parsed);
    if (!found) {
      fault(begin, "portable-unknown-name", std::move(found.error().text),
            std::move(found.error().help), std::move(found.error().closest), &*parsed);
      return;
    }
    edits_.push_back({begin, end, spelled(*found, parsed->spelling)});
  }

  void fault(std::size_t offset, const char* id, std::string text, std::string help,
             std::vector<std::string> closest, const Marker* marker = nullptr) {
    Finding finding;
    finding.id = id;
    finding.where.pointer = json::pointer_to(text_, tokens_, node_);
    finding.text = std::move(text);
    finding.help = std::move(help);
    finding.closest = std::move(closest);
    if (marker != nullptr) {
      finding.kind = to_string(marker->kind);
      finding.name = marker->name;
    }
    out_.findings.push_back({offset, std::move(finding)});
  }

  std::string_view text_;
  const json::Tokens& tokens_;
  const PortableNames& names_;
  std::uint32_t node_ = 0;
  std::vector<Edit> edits_;
  Converted out_;
};

}  // namespace

Converted to_portable(const Document& document, const PortableNames& names) {
  return ToPortable(document, names).run();
}

Result<Converted> from_portable(std::string_view text, const PortableNames& names) {
  const auto tokens = json::tokenize(text);
  if (!tokens) return fail(tokens.error());
  return FromPortable(text, *tokens, names).run();
}

}  // namespace flowferry::flow
