#include "flow/document.h"

#include <algorithm>

#include "base/text.h"
#include "flow/respell.h"

namespace flowferry::flow {
namespace {

using json::k_none;
using json::Kind;

tl::unexpected<Error> not_json(const std::string& content, Error error) {
  if (content.starts_with("\xEF\xBB\xBF")) {
    error.hint = "save the file as UTF-8 without a byte order mark";
  } else if (content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF")) {
    error.hint = "the file is UTF-16; save it as UTF-8";
  } else if (const auto bad = find_invalid_utf8(content)) {
    const json::TextPosition p = json::position_of(content, *bad);
    error.message =
        "not UTF-8 at line " + std::to_string(p.line) + ", column " + std::to_string(p.column);
    error.hint = "save the content as UTF-8 (some old console exports are Windows-1252)";
  } else {
    error.hint = "the content must be one JSON object in the Amazon Connect Flow language";
  }
  return fail(std::move(error));
}

tl::unexpected<Error> wrapped(const char* message, const char* hint) {
  return fail(ErrorKind::malformed, message, hint);
}

}  // namespace

Result<Document> Document::parse(std::string content) {
  auto tokens = json::tokenize(content);
  if (!tokens) return not_json(content, std::move(tokens).error());

  Document out;
  out.bytes_ = std::move(content);
  out.tokens_ = *std::move(tokens);
  const auto& nodes = out.tokens_.nodes;
  if (nodes[0].kind == Kind::string) {
    return wrapped("the content is a JSON string, not an object",
                   "it is quoted once more than it should be: use the text inside the string");
  }
  if (nodes[0].kind != Kind::object) {
    return wrapped("the content is not a JSON object",
                   nodes[0].kind == Kind::array
                       ? "a list of flows must be taken apart: one flow a file"
                       : "a flow is an object with Version, StartAction and Actions");
  }

  const std::uint32_t actions = out.member(0, "Actions");
  if (actions == k_none) {
    if (out.member(0, "modules") != k_none) {
      return wrapped("legacy console export (\"modules\"), which the API does not accept",
                     "import it once in the console, then export it again");
    }
    for (const char* wrapper : {"ContactFlow", "ContactFlowModule"}) {
      if (out.member(out.member(0, wrapper), "Content") != k_none) {
        return wrapped("this is the API's answer around a flow, not the flow's content",
                       "use the text of its member Content, unescaped");
      }
    }
    if (out.member(0, "Content") != k_none) {
      return wrapped("this is a wrapper around a flow, not the flow's content",
                     "use the text of its member Content, unescaped");
    }
    if (out.member(0, "StartAction") == k_none && out.member(0, "Version") == k_none) {
      return wrapped("not a contact flow: none of Version, StartAction and Actions is there",
                     "a flow is an object with Version, StartAction and Actions");
    }
  }

  out.metadata_ = out.member(0, "Metadata");
  out.settings_ = out.member(0, "Settings");
  if (actions == k_none || nodes[actions].kind != Kind::array) return out;
  for (std::uint32_t i = actions + 1; i < nodes[actions].next; i = nodes[i].next) {
    if (nodes[i].kind != Kind::object) continue;
    Action action;
    action.node = i;
    for (std::uint32_t key = i + 1; key < nodes[i].next; key = nodes[key + 1].next) {
      const json::Node& value = nodes[key + 1];
      // Of duplicates the first counts, as with find_member.
      if (value.kind == Kind::string) {
        if (action.identifier.empty() &&
            json::string_equals(out.bytes_, nodes[key], "Identifier")) {
          action.identifier = out.text(key + 1);
        } else if (action.type.empty() && json::string_equals(out.bytes_, nodes[key], "Type")) {
          action.type = out.text(key + 1);
        }
      } else if (value.kind == Kind::object && action.parameters == k_none &&
                 json::string_equals(out.bytes_, nodes[key], "Parameters")) {
        action.parameters = key + 1;
      }
    }
    out.actions_.push_back(std::move(action));
  }
  return out;
}

std::string Document::spliced(const std::vector<Splice>& splices) const {
  std::vector<std::uint32_t> order(splices.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return splices[a].node < splices[b].node;
  });

  std::size_t growth = 0;
  for (const Splice& splice : splices) growth += splice.value.size();
  std::string out;
  out.reserve(bytes_.size() + growth);
  std::size_t copied = 0;
  std::vector<Part> parts;
  const auto overlaps = [](const Part& a, const Part& b) {
    const auto end = [](const Part& p) {
      return p.length > ~p.offset ? ~std::size_t{0} : p.offset + p.length;
    };
    return a.offset == b.offset || (a.offset < end(b) && b.offset < end(a));
  };
  for (std::size_t i = 0; i < order.size();) {
    const std::uint32_t index = splices[order[i]].node;
    parts.clear();
    for (; i < order.size() && splices[order[i]].node == index; ++i) {
      const Splice& splice = splices[order[i]];
      const Part part{splice.offset, splice.length, splice.value};
      if (std::none_of(parts.begin(), parts.end(),
                       [&](const Part& p) { return overlaps(p, part); })) {
        parts.push_back(part);
      }
    }
    if (index >= tokens_.nodes.size() || tokens_.nodes[index].kind != Kind::string) continue;
    std::sort(parts.begin(), parts.end(),
              [](const Part& a, const Part& b) { return a.offset < b.offset; });
    const json::Node& token = tokens_.nodes[index];
    out.append(bytes_, copied, token.begin + 1 - copied);
    respell(out, json::raw_string(bytes_, token), parts);
    copied = token.end - 1;
  }
  out.append(bytes_, copied, bytes_.size() - copied);
  return out;
}

bool same_meaning(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto a_tokens = json::tokenize(a);
  if (!a_tokens) return false;
  const auto b_tokens = json::tokenize(b);
  return b_tokens && json::same_meaning(a, *a_tokens, b, *b_tokens);
}

}  // namespace flowferry::flow
