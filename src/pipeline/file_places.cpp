#include "pipeline/file_places.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/files.h"
#include "base/text.h"

namespace flowferry::pipeline {

using json::k_none;
using json::Kind;

struct FilePlaces::File {
  std::string bytes;
  json::Tokens tokens;             ///< Empty: the file is no JSON.
  std::vector<std::size_t> lines;  ///< Offsets of their first bytes.
  std::uint32_t content = 0;       ///< The document, or the string that holds it.
};

namespace {

/// The token of the document in what `aws connect describe-contact-flow` prints, or the root.
std::uint32_t content_of(const std::string& bytes, const json::Tokens& tokens) {
  for (const char* wrapper : {"ContactFlow", "ContactFlowModule"}) {
    const std::uint32_t inner = json::find_member(bytes, tokens, 0, wrapper);
    const std::uint32_t content = json::find_member(bytes, tokens, inner, "Content");
    if (content != k_none) return content;
  }
  if (json::find_member(bytes, tokens, 0, "Actions") != k_none) return 0;
  const std::uint32_t content = json::find_member(bytes, tokens, 0, "Content");
  return content == k_none ? 0 : content;
}

std::string unescaped(std::string_view segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] == '~' && i + 1 < segment.size()) {
      out += segment[++i] == '1' ? '/' : '~';
    } else {
      out += segment[i];
    }
  }
  return out;
}

std::uint32_t child(const std::string& bytes, const json::Tokens& tokens, std::uint32_t node,
                    std::string_view segment) {
  const auto& nodes = tokens.nodes;
  if (nodes[node].kind == Kind::object) {
    return json::find_member(bytes, tokens, node, unescaped(segment));
  }
  if (nodes[node].kind != Kind::array) return k_none;
  std::size_t wanted = 0;
  const auto [end, code] = std::from_chars(segment.data(), segment.data() + segment.size(), wanted);
  if (code != std::errc() || end != segment.data() + segment.size()) return k_none;
  for (std::uint32_t i = node + 1; i < nodes[node].next; i = nodes[i].next) {
    if (wanted-- == 0) return i;
  }
  return k_none;
}

/// The deepest node on the way of `pointer` (RFC 6901) from `node`.
std::uint32_t follow(const std::string& bytes, const json::Tokens& tokens, std::uint32_t node,
                     std::string_view pointer) {
  if (pointer.empty()) return node;
  for (const std::string_view segment : split(pointer.substr(1), '/')) {
    const std::uint32_t next = child(bytes, tokens, node, segment);
    if (next == k_none) break;
    node = next;
  }
  return node;
}

}  // namespace

FilePlaces::FilePlaces(std::filesystem::path folder, ContentFiles files)
    : folder_(std::move(folder)), files_(std::move(files)) {}
FilePlaces::~FilePlaces() = default;

const FilePlaces::File& FilePlaces::file(const std::string& path) {
  std::unique_ptr<File>& out = read_[path];
  if (out != nullptr) return *out;
  out = std::make_unique<File>();
  auto bytes = read_file(folder_ / path);
  if (!bytes) return *out;
  auto tokens = json::tokenize(*bytes);
  if (!tokens) return *out;
  out->bytes = *std::move(bytes);
  out->tokens = *std::move(tokens);
  out->content = content_of(out->bytes, out->tokens);
  out->lines.push_back(0);
  for (std::size_t i = 0; i < out->bytes.size(); ++i) {
    if (out->bytes[i] == '\n') out->lines.push_back(i + 1);
  }
  return *out;
}

std::optional<FilePlace> FilePlaces::find(const Finding& finding) {
  const auto found = files_.find({finding.where.kind, finding.where.name});
  if (found == files_.end()) return std::nullopt;
  FilePlace out{(folder_ / found->second).lexically_normal().generic_string(), 1, 1};
  const File& file = this->file(found->second);
  if (file.tokens.nodes.empty()) return out;
  const std::uint32_t node = follow(file.bytes, file.tokens, file.content, finding.where.pointer);
  const std::size_t offset = file.tokens.nodes[node].begin;
  const auto line = std::upper_bound(file.lines.begin(), file.lines.end(), offset) - 1;
  out.line = static_cast<std::size_t>(line - file.lines.begin()) + 1;
  out.column = count_code_points(std::string_view(file.bytes).substr(*line, offset - *line)) + 1;
  return out;
}

}  // namespace flowferry::pipeline
