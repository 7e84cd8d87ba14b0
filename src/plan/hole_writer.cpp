#include "plan/hole_writer.h"

#include <utility>

namespace flowferry::plan {
namespace {

using mapping::Resolution;

/// A text that stands for a hole while the document is rewritten. Nothing else in the new content
/// can contain `salt`. It must come out of flow::rewrite() without escapes, however the reference
/// that it replaces is spelled (flow/respell.h): so it is a single field of another length, and
/// neither begins nor ends like a reference.
std::string marker(const std::string& salt, std::size_t hole, const std::string& replaced) {
  std::string out = "@" + salt + "." + std::to_string(hole) + ".";
  if (out.size() + 1 == replaced.size()) out += '.';
  return out + (replaced.ends_with('@') ? '!' : '@');
}

Content cut_at_markers(const std::string& text, const std::string& salt,
                       std::vector<Content::Hole> holes) {
  Content content;
  const std::string begin = "@" + salt + ".";
  std::size_t at = 0;
  for (std::size_t found = text.find(begin); found != std::string::npos;
       found = text.find(begin, at)) {
    content.texts.push_back(text.substr(at, found - at));
    const std::size_t digits = found + begin.size();
    const std::size_t dot = text.find('.', digits);
    content.holes.push_back(holes[std::stoul(text.substr(digits, dot - digits))]);
    at = text.find_first_of("@!", dot) + 1;
  }
  content.texts.push_back(text.substr(at));
  return content;
}

}  // namespace

Result<Written> write_with_holes(const flow::Document& document, const flow::ReferenceList& list,
                                 const std::vector<Resolution>& resolutions,
                                 const std::string& digest,
                                 const std::vector<flow::Splice>& others) {
  const std::string salt = digest.substr(0, 24);
  std::vector<flow::Replacement> replacements;
  std::vector<Content::Hole> holes;
  for (std::size_t r = 0; r < resolutions.size(); ++r) {
    const Resolution& resolution = resolutions[r];
    const flow::Reference& reference = list.references[r];
    flow::Replacement replacement{r, reference.text, resolution.name, resolution.region};
    if (resolution.state == Resolution::State::replace) {
      replacement.text = resolution.text;
    } else if (resolution.state == Resolution::State::pending) {
      replacement.text = marker(salt, holes.size(), reference.text);
      const std::string made =
          resolution.new_version ? std::string(k_only_version) : resolution.new_alias;
      holes.push_back(Content::Hole{resolution.carried, reference.form == flow::Form::arn,
                                    made.empty() ? resolution.qualifier : ""});
      holes.back().alias = made;
      const std::string_view raw =
          json::raw_string(document.bytes(), document.node(reference.node));
      holes.back().slashes = raw.find("\\/") != std::string_view::npos;
    } else {
      continue;
    }
    replacements.push_back(std::move(replacement));
  }
  auto rewritten = flow::rewrite(document, list, replacements, others);
  if (!rewritten) return fail(std::move(rewritten).error());
  Written out;
  out.text = *std::move(rewritten);
  if (!holes.empty()) out.content = cut_at_markers(out.text, salt, std::move(holes));
  return out;
}

}  // namespace flowferry::plan
