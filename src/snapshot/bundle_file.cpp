#include "snapshot/bundle_file.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/files.h"
#include "base/shell.h"
#include "base/text.h"

namespace flowferry::snapshot {
namespace {

/// The line of the first merge-conflict marker of git, or 0. No JSON has a line that begins so.
std::size_t conflict_line(std::string_view text) {
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const std::string_view rest = text.substr(at);
    for (const std::string_view mark : {"<<<<<<<", "|||||||", ">>>>>>>"}) {
      if (rest.starts_with(mark)) return line;
    }
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    at += end + 1;
  }
  return 0;
}

std::string place(const BundleProblem& problem) {
  return problem.line == 0 ? problem.path : problem.path + ":" + std::to_string(problem.line);
}

}  // namespace

Error bundle_error(const std::string& folder, BundleProblems problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const BundleProblem& a, const BundleProblem& b) {
                     return std::tie(a.path, a.line) < std::tie(b.path, b.line);
                   });
  Error error;
  error.kind = ErrorKind::malformed;
  if (problems.size() == 1) {
    const BundleProblem& only = problems.front();
    error.subject = (std::filesystem::path(folder) / place(only)).string();
    error.message = only.what;
    error.hint = only.remedy;
    return error;
  }
  error.subject = folder;
  error.message = "the folder has " + std::to_string(problems.size()) + " problems";
  constexpr std::size_t k_most = 50;
  for (std::size_t i = 0; i < problems.size() && i < k_most; ++i) {
    const BundleProblem& one = problems[i];
    error.details.push_back(place(one) + ": " + one.what +
                            (one.remedy.empty() ? "" : "; " + one.remedy));
  }
  if (problems.size() > k_most) {
    error.details.push_back("and " + std::to_string(problems.size() - k_most) + " more");
  }
  error.hint = "mend them, or pull it again";
  return error;
}

std::optional<BundleFile> BundleFile::read(const std::filesystem::path& root, std::string path,
                                           BundleProblems& problems) {
  auto text = read_file(root / path);
  if (!text) {
    problems.push_back({std::move(path), 0, text.error().message, text.error().hint});
    return std::nullopt;
  }
  BundleFile out;
  out.path_ = std::move(path);
  out.text_ = *std::move(text);
  auto tokens = json::tokenize(out.text_);
  if (!tokens) {
    if (const std::size_t line = conflict_line(out.text_); line > 0) {
      problems.push_back({out.path_, line, "a merge conflict of git is not solved",
                          "choose one side, then: git -C " + shell_word(root.string()) + " add " +
                              shell_word(out.path_)});
    } else {
      problems.push_back({out.path_, 0, tokens.error().message,
                          tokens.error().hint.empty() ? "it must be one JSON value in UTF-8"
                                                      : tokens.error().hint});
    }
    return std::nullopt;
  }
  out.tokens_ = *std::move(tokens);
  return out;
}

std::size_t BundleFile::line_at(std::size_t offset) const {
  return json::position_of(text_, offset).line;
}

std::size_t BundleFile::line_of(std::uint32_t node) const {
  return line_at(tokens_.nodes[node].begin);
}

std::string BundleFile::text_member(std::uint32_t object, std::string_view name, bool required,
                                    BundleProblems& problems) const {
  const std::uint32_t found = member(object, name);
  const std::string quoted = "\"" + std::string(name) + "\"";
  if (found == json::k_none) {
    if (required) add(object, quoted + " is missing", "add it", problems);
    return {};
  }
  if (node(found).kind != json::Kind::string) {
    add(found, quoted + " is not a text", "put it in quotes", problems);
    return {};
  }
  std::string out = value(found);
  if (required && out.empty()) add(found, quoted + " is empty", "fill it in", problems);
  return out;
}

bool BundleFile::check_object(std::uint32_t object, std::initializer_list<std::string_view> names,
                              BundleProblems& problems) const {
  if (node(object).kind != json::Kind::object) {
    add(object, "here stands no JSON object", "write { ... }", problems);
    return false;
  }
  std::vector<std::string> seen;
  for (std::uint32_t key = object + 1; key < node(object).next; key = node(key + 1).next) {
    std::string name = value(key);
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      add(key, "\"" + name + "\" stands twice", "remove one of the two", problems);
    }
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      std::vector<std::string> valid;
      for (const std::string_view one : names) valid.emplace_back(one);
      const auto near = closest_names(name, valid, 1);
      add(key, "unknown member \"" + name + "\"",
          near.empty() ? "members are: " + join(valid, ", ")
                       : "did you mean \"" + near.front() + "\"?",
          problems);
    }
    seen.push_back(std::move(name));
  }
  return true;
}

}  // namespace flowferry::snapshot
