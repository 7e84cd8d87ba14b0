// report/diff_view.h
//
// A comparison of two environments in words, before it takes a form: what the terminal, Markdown
// and HTML show. Texts are as data gives them: whoever prints them escapes them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/environment_comparison.h"

namespace flowferry::report {

enum class Sign { left_only, right_only, changed, unclear };

/// One place with what it is on both sides; empty: not there.
struct DiffLine {
  std::string place;
  std::string left;
  std::string right;
  bool faint = false;  ///< Not what the flow does: a note of the designer, the layout.
};

struct DiffBlock {
  Sign sign = Sign::changed;
  std::string title;       ///< `"Greet" (Play prompt)`, `Play prompt 3f9c1a2b`.
  std::string identifier;  ///< In whole, where it is not in the title; of the right
                           ///< side where both have it.
  std::vector<DiffLine> lines;
};

struct DiffFlow {
  Sign sign = Sign::changed;
  std::string type;     ///< "CONTACT_FLOW", "flow module".
  std::string name;     ///< Of the left side where it has one.
  std::string renamed;  ///< The name on the right side where that is another.
  std::string summary;  ///< "2 blocks changed, 1 added; description".
  bool counts = true;
  std::vector<DiffLine> lines;  ///< Of the flow as a whole.
  std::vector<DiffBlock> blocks;
  std::vector<std::string> notes;  ///< What is not shown, and why.
};

struct DiffView {
  std::string left, right;              ///< Names of the environments.
  std::string left_where, right_where;  ///< "acme-dev, ap-northeast-1, account 111122223333".
  std::vector<DiffFlow> flows;
  /// Resources that one side has: `queue "Sales"`, with who misses it.
  std::vector<std::string> left_resources, right_resources;
  std::vector<std::string> warnings;
  std::string totals;  ///< "2 flows and modules differ, 1 only in dev; 40 the same."
  bool differs = false;
};

/// Whether places in the designer and renewed identifiers are shown one by one.
enum class Layout { hidden, shown };

DiffView diff_view(const plan::EnvironmentComparison& comparison, Layout layout);

/// Where two texts begin to differ and where, seen from their ends, they do so: the bytes that both
/// begin with, and those that both end with. Code points are not cut.
std::pair<std::size_t, std::size_t> common_ends(std::string_view a, std::string_view b);

/// '-', '+', '~', '!'.
char sign_character(Sign sign);

}  // namespace flowferry::report
