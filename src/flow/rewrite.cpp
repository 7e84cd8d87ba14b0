#include <algorithm>

#include "flow/arn_reading.h"
#include "flow/places.h"
#include "flow/reference_walk.h"
#include "flow/references.h"

namespace flowferry::flow {
namespace {

/// Nothing when the name has no such part: then what stands there stays.
std::optional<std::string_view> part_of(std::string_view name, DisplayName::Part part) {
  if (part == DisplayName::Part::whole) return name;
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return std::nullopt;
  return part == DisplayName::Part::before_slash ? name.substr(0, slash) : name.substr(slash + 1);
}

}  // namespace

Result<std::string> rewrite(const Document& document, const ReferenceList& list,
                            const std::vector<Replacement>& replacements,
                            const std::vector<Splice>& others) {
  std::vector<Splice> splices;
  splices.reserve(replacements.size() + others.size());
  for (const Replacement& replacement : replacements) {
    if (replacement.reference >= list.references.size()) {
      return fail(ErrorKind::malformed, "a replacement names reference " +
                                            std::to_string(replacement.reference) + " of " +
                                            std::to_string(list.references.size()));
    }
    const Reference& reference = list.references[replacement.reference];
    if (replacement.text != reference.text) {
      splices.push_back(
          {reference.node, replacement.text, reference.offset, reference.text.size()});
    }
    if (replacement.region && reference.region_node != json::k_none) {
      splices.push_back({reference.region_node, *replacement.region, 0, std::string::npos});
    }
    if (replacement.display_name) {
      for (const DisplayName& shown : reference.display_names) {
        if (const auto name = part_of(*replacement.display_name, shown.part)) {
          splices.push_back({shown.node, *name, 0, std::string::npos});
        }
      }
    }
  }
  splices.insert(splices.end(), others.begin(), others.end());
  return document.spliced(splices);
}

namespace {

class Leftovers {
 public:
  Leftovers(const Document& document, const Instance& source, const Instance& target)
      : document_(document),
        source_(source),
        target_(target),
        places_(document),
        look_for_id_(source.id != target.id),
        look_for_account_(source.account != target.account) {}

  Findings run() {
    const auto& nodes = document_.tokens().nodes;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].kind == json::Kind::string && nodes[i].end - nodes[i].begin > 12) token(i);
    }
    return std::move(out_);
  }

 private:
  void token(std::uint32_t node) {
    const json::Node& token = document_.node(node);
    std::string buffer;
    std::string_view value = json::raw_string(document_.bytes(), token);
    if (token.escaped) value = buffer = document_.text(node);
    if (look_for_account_) arns(node, value);
    if (!look_for_id_ || source_.id.empty()) return;
    if (value.find(source_.id) != std::string_view::npos && last_ != node) {
      add(node, "the source instance's id remains", source_.id);
    }
  }

  void arns(std::uint32_t node, std::string_view value) {
    if (value.find("arn:") == std::string_view::npos) return;
    for (std::size_t at = 0; at < value.size();) {
      const ArnReading arn = next_arn(value, at, source_);
      at = arn.resume;
      if (arn.whose != Whose::ours && arn.whose != Whose::foreign) continue;
      const std::string_view text = value.substr(arn.offset, arn.length);
      const auto fields = split_arn(text);
      if (!fields || fields->account != source_.account) continue;
      // A third instance in the source's account is none of the source's things: it was reported
      // as foreign. The target's instance in the source's account is half a rewrite.
      const bool target_instance =
          !target_.id.empty() && fields->resource.find(target_.id) != std::string_view::npos;
      if (arn.whose == Whose::foreign && !target_instance) continue;
      add(node, "an ARN of the source's account remains", std::string(text));
    }
  }

  void add(std::uint32_t node, std::string text, std::string what) {
    last_ = node;
    places_.move_to(node);
    const TokenPlace place = places_.place();
    Finding finding;
    finding.severity = place.in_metadata ? Severity::warning : Severity::error;
    finding.id = "ref-leftover";
    finding.where.action = place.identifier;
    if (place.action != nullptr) finding.where.action_type = place.action->type;
    finding.where.parameter = places_.parameter(place.parameter_step);
    finding.where.pointer = places_.pointer();
    finding.text = std::move(text);
    finding.help = "replace it in the source flow, or pin what it should become";
    finding.arn = std::move(what);
    out_.push_back(std::move(finding));
  }

  const Document& document_;
  const Instance& source_;
  const Instance& target_;
  Places places_;
  bool look_for_id_;
  bool look_for_account_;
  std::uint32_t last_ = json::k_none;
  Findings out_;
};

}  // namespace

Findings find_leftovers(const Document& rewritten, const Instance& source, const Instance& target) {
  return Leftovers(rewritten, source, target).run();
}

}  // namespace flowferry::flow
