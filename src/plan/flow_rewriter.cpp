#include "plan/flow_rewriter.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "flow/scope.h"
#include "plan/hole_writer.h"

namespace flowferry::plan {

using mapping::Resolution;
using State = mapping::Resolution::State;

namespace {

Place place_of(const Flow& flow) {
  Place place;
  place.kind = to_string(flow.kind);
  place.name = flow.name;
  return place;
}

template <class Spot>
Place place_of(const Flow& flow, const Spot& spot) {
  Place place = place_of(flow);
  place.action = spot.action;
  place.action_type = spot.action_type;
  place.parameter = spot.parameter;
  place.pointer = spot.pointer;
  return place;
}

Finding finding_of(const flow::Unmapped& spot) {
  Finding finding;
  finding.severity = Severity::info;
  finding.arn = spot.text;
  if (spot.kind != ResourceKind::unknown) finding.kind = to_string(spot.kind);
  switch (spot.why) {
    case flow::Unmapped::Why::dynamic:
      finding.id = "ref-dynamic";
      finding.text = "is decided while the contact runs (" + spot.text + "): left as it is";
      break;
    case flow::Unmapped::Why::foreign:
      finding.severity = Severity::warning;
      finding.id = "ref-foreign";
      finding.text = "names a resource of another account or instance: left as it is";
      finding.help = "check that the target may use it";
      break;
    case flow::Unmapped::Why::empty:
      finding.id = "ref-empty";
      finding.text = "is empty or a placeholder: left as it is";
      break;
    case flow::Unmapped::Why::unreadable:
      finding.severity = Severity::warning;
      finding.id = "ref-unreadable";
      finding.text = "looks like a reference but cannot be taken apart: left as it is";
      finding.help = "check it in the source";
      break;
  }
  return finding;
}

/// The designer's notes do not decide what a flow does, and old ones name what is long gone: what
/// cannot be resolved there is told, and stays.
Resolution settled(Resolution resolution, const flow::Reference& reference) {
  const bool open = resolution.state == State::unresolved || resolution.state == State::skip_flow;
  if (!open || !reference.in_metadata) return resolution;
  resolution.state = State::keep;
  for (Finding& finding : resolution.findings) {
    finding.severity = Severity::warning;
    finding.id = "stale-note";
    finding.text += "; it stands in the designer's notes only, and stays as it is";
    finding.help = "open the flow in the designer and save it again to refresh its notes";
  }
  return resolution;
}

}  // namespace

FlowRewriter::FlowRewriter(const Snapshot& source, const Snapshot& target,
                           const mapping::Resolver& resolver,
                           const std::vector<mapping::Substitution>& substitutions)
    : source_(source),
      target_(target),
      resolver_(resolver),
      substitutions_(substitutions),
      scope_(flow::scope_of(source)) {}

/// Whether nothing of the source's identity can stand in `text`, spelled out or in escapes.
bool FlowRewriter::surely_clean(const std::string& text) const {
  const auto has = [&](const std::string& what) {
    return !what.empty() && text.find(what) != std::string::npos;
  };
  const bool other_account = source_.instance.account != target_.instance.account;
  return !has(source_.instance.id) && !(other_account && has(source_.instance.account)) &&
         !has("\\u00");
}

/// One flow.
class FlowRewriter::Work {
 public:
  Work(const FlowRewriter& all, const Flow& flow) : all_(all), flow_(flow) {}

  RewrittenFlow run(const std::set<std::size_t>& excluded) {
    out_.digest = sha256_hex(flow_.content);
    auto document = flow::Document::parse(flow_.content);
    if (!document) {
      unreadable(document.error(),
                 "open the flow in the source's designer, mend it and publish it again");
      return std::move(out_);
    }
    examine(*document);
    references_ = flow::find_references(*document, all_.scope_);
    substitute(*document);
    report_unmapped();
    resolve(excluded);
    if (skip()) return std::move(out_);
    report_references();
    write(*document);
    return std::move(out_);
  }

 private:
  void unreadable(const Error& error, const char* help) {
    Finding finding;
    finding.id = "unreadable-content";
    finding.where = place_of(flow_);
    finding.text = error.message;
    finding.help = error.hint.empty() ? help : error.hint;
    finding.kind = to_string(flow_.kind);
    finding.name = flow_.name;
    out_.problem = "its content cannot be read";
    out_.findings.push_back(std::move(finding));
  }

  void examine(const flow::Document& document) {
    for (Finding& finding : flow::examine(document, flow_.kind == ResourceKind::flow_module)) {
      if (finding.id == "too-long") continue;  // The guards measure what is written.
      finding.where.kind = to_string(flow_.kind);
      finding.where.name = flow_.name;
      // A flow that was never published may be half-built; the service stores it as it is.
      const bool structural = finding.id != "json-duplicate-key";
      if (flow_.status == "SAVED" && structural && finding.severity == Severity::error) {
        finding.severity = Severity::warning;
      }
      out_.findings.push_back(std::move(finding));
    }
  }

  /// What variables change. A reference that one of them covers is none any more; one that is only
  /// touched goes before the variable.
  void substitute(const flow::Document& document) {
    if (all_.substitutions_.empty()) return;
    Resource resource{flow_.kind, flow_.name,  flow_.id,    flow_.arn,
                      flow_.type, flow_.state, flow_.status};
    changes_ = mapping::find_changes(document, resource, flow_.tags, all_.substitutions_);
    for (const mapping::Change& change : changes_) out_.substituted.push_back(change.substitution);
    auto& used = out_.substituted;
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    if (changes_.empty()) return;
    auto& references = references_.references;
    references.erase(std::remove_if(references.begin(), references.end(),
                                    [&](const flow::Reference& r) { return gives_way(r); }),
                     references.end());
  }

  bool gives_way(const flow::Reference& reference) {
    const std::size_t begin = reference.offset;
    const std::size_t end = begin + reference.text.size();
    const auto touches = [&](const mapping::Change& change) {
      return change.node == reference.node && change.offset < end && begin < change.end();
    };
    const auto covers = [&](const mapping::Change& change) {
      return touches(change) && change.offset <= begin && end <= change.end();
    };
    if (std::any_of(changes_.begin(), changes_.end(), covers)) {
      staying_.insert(reference.pointer);
      return true;
    }
    changes_.erase(std::remove_if(changes_.begin(), changes_.end(), touches), changes_.end());
    return false;
  }

  void report_unmapped() {
    for (const flow::Unmapped& spot : references_.unmapped) {
      Finding finding = finding_of(spot);
      finding.where = place_of(flow_, spot);
      if (spot.why == flow::Unmapped::Why::foreign) staying_.insert(spot.pointer);
      out_.findings.push_back(std::move(finding));
    }
  }

  void resolve(const std::set<std::size_t>& excluded) {
    resolutions_.reserve(references_.references.size());
    for (const flow::Reference& reference : references_.references) {
      resolutions_.push_back(settled(all_.resolver_.resolve(reference, excluded), reference));
      out_.suggestions_due = out_.suggestions_due || resolutions_.back().suggestions_due;
      const std::size_t callee = resolutions_.back().carried;
      if (callee != k_none) out_.callees.push_back(callee);
    }
    auto& callees = out_.callees;
    std::sort(callees.begin(), callees.end());
    callees.erase(std::unique(callees.begin(), callees.end()), callees.end());
  }

  /// Whether the rules skip this flow: then nothing counts but why.
  bool skip() {
    const auto skips = [](const Resolution& r) { return r.state == State::skip_flow; };
    if (std::none_of(resolutions_.begin(), resolutions_.end(), skips)) return false;
    out_.findings.clear();
    for (std::size_t r = 0; r < resolutions_.size(); ++r) {
      if (!skips(resolutions_[r])) continue;
      for (Finding& finding : resolutions_[r].findings) {
        if (out_.skip_reason.empty()) out_.skip_reason = finding.text;
        finding.where = place_of(flow_, references_.references[r]);
        out_.findings.push_back(std::move(finding));
      }
    }
    if (out_.skip_reason.empty()) out_.skip_reason = "a resource is missing in the target";
    return true;
  }

  void report_references() {
    for (std::size_t r = 0; r < resolutions_.size(); ++r) {
      const flow::Reference& reference = references_.references[r];
      Resolution& resolution = resolutions_[r];
      if (resolution.state == State::keep || resolution.state == State::unresolved) {
        staying_.insert(reference.pointer);
      }
      for (Finding& finding : resolution.findings) {
        finding.where = place_of(flow_, reference);
        out_.findings.push_back(std::move(finding));
      }
    }
  }

  void write(const flow::Document& document) {
    std::vector<flow::Splice> others;
    for (const mapping::Change& change : changes_) {
      others.push_back({change.node, change.text, change.offset, change.length});
    }
    auto written = write_with_holes(document, references_, resolutions_, out_.digest, others);
    if (!written) {
      unreadable(written.error(), "report this as a bug");
      return;
    }
    check_leftovers(written->text);
    out_.content = std::move(written->content);
    if (out_.content.texts.empty()) out_.content = Content::of(std::move(written->text));
  }

  void check_leftovers(const std::string& text) {
    if (all_.surely_clean(text)) return;
    const auto rewritten = flow::Document::parse(text);
    if (!rewritten) return;
    for (Finding& finding :
         flow::find_leftovers(*rewritten, all_.source_.instance, all_.target_.instance)) {
      if (staying_.contains(finding.where.pointer)) continue;
      finding.where.kind = to_string(flow_.kind);
      finding.where.name = flow_.name;
      out_.findings.push_back(std::move(finding));
    }
  }

  const FlowRewriter& all_;
  const Flow& flow_;
  RewrittenFlow out_;
  flow::ReferenceList references_;
  std::vector<mapping::Change> changes_;  ///< Of variables.
  std::vector<Resolution> resolutions_;   ///< Of the references, one each.
  std::set<std::string> staying_;         ///< Pointers of what stays, and was reported.
};

RewrittenFlow FlowRewriter::rewrite(const Flow& flow, const std::set<std::size_t>& excluded) const {
  return Work(*this, flow).run(excluded);
}

}  // namespace flowferry::plan
