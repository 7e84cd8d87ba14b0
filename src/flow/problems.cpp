#include "flow/problems.h"

#include <charconv>

namespace flowferry::flow {
namespace {

/// The text of a number below `object`, or nothing.
std::string number_at(const Document& document, std::uint32_t object, std::string_view name) {
  const std::uint32_t node = document.member(object, name);
  if (node == json::k_none || document.node(node).kind != json::Kind::number) return {};
  const json::Node& token = document.node(node);
  return document.bytes().substr(token.begin, token.end - token.begin);
}

/// ", at x 620, y 20" from the designer's notes; or nothing.
std::string position_of(const Document& document, const Action& action) {
  const std::uint32_t blocks = document.member(document.metadata(), "ActionMetadata");
  const std::uint32_t entry = document.member(blocks, action.identifier);
  const std::uint32_t position = document.member(entry, "position");
  const std::string x = number_at(document, position, "x");
  const std::string y = number_at(document, position, "y");
  if (x.empty() || y.empty()) return {};
  return ", at x " + x + ", y " + y;
}

}  // namespace

std::optional<std::size_t> block_of_problem(const Document& document, std::string_view problem) {
  constexpr std::string_view k_mark = "Actions[";
  const std::size_t at = problem.find(k_mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::size_t index = 0;
  const char* begin = problem.data() + at + k_mark.size();
  const auto [end, code] = std::from_chars(begin, problem.data() + problem.size(), index);
  const bool closed = end != problem.data() + problem.size() && *end == ']';
  if (code != std::errc() || !closed || index >= document.actions().size()) return std::nullopt;
  return index;
}

std::string explain_problem(const Document& document, std::string_view problem) {
  const auto block = block_of_problem(document, problem);
  if (!block) return std::string(problem);
  const Action& action = document.actions()[*block];
  return std::string(problem) + " (block \"" + action.identifier + "\", " + action.type +
         position_of(document, action) + ")";
}

}  // namespace flowferry::flow
