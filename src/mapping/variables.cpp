#include "mapping/variables.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "flow/places.h"

namespace flowferry::mapping {

std::string Variable::label() const {
  if (!name.empty()) return "\"" + name + "\"";
  if (!path.empty()) return "at " + path;
  if (!parameter.empty()) return "of parameter " + parameter;
  return values.empty() ? "" : "of \"" + values.begin()->second + "\"";
}

std::vector<Substitution> substitutions_for(const std::vector<Variable>& variables,
                                            const std::string& from, const std::string& to) {
  std::vector<Substitution> out;
  for (const Variable& variable : variables) {
    const auto target = variable.values.find(to);
    if (target == variable.values.end()) continue;
    Substitution entry{&variable, {}, target->second};
    const auto source = variable.values.find(from);
    if (source != variable.values.end()) {
      entry.from.push_back(source->second);
    } else if (!variable.text.empty()) {
      entry.from.push_back(variable.text);
    } else {
      for (const auto& [environment, value] : variable.values) {
        if (environment != to) entry.from.push_back(value);
      }
      std::stable_sort(entry.from.begin(), entry.from.end(),
                       [](const auto& a, const auto& b) { return a.size() > b.size(); });
    }
    out.push_back(std::move(entry));
  }
  return out;
}

namespace {

/// Values that hold the document together: identifiers, types, transitions.
bool is_structure(const flow::Document& document, const std::vector<flow::Step>& steps) {
  if (steps.empty() || steps.back().key == json::k_none) return false;
  const auto key_is = [&](std::size_t step, std::string_view name) {
    return step < steps.size() && steps[step].key != json::k_none &&
           json::string_equals(document.bytes(), document.node(steps[step].key), name);
  };
  const std::size_t last = steps.size() - 1;
  if (last == 0) return key_is(0, "StartAction") || key_is(0, "Version");
  if (!key_is(0, "Actions")) return false;
  if (last == 2) return key_is(2, "Identifier") || key_is(2, "Type");
  return key_is(2, "Transitions") &&
         (key_is(last, "NextAction") || key_is(last, "ErrorType") || key_is(last, "Operator"));
}

class Search {
 public:
  Search(const flow::Document& document,
         std::vector<std::pair<std::size_t, const Substitution*>> wanted)
      : document_(document), places_(document), wanted_(std::move(wanted)) {}

  std::vector<Change> run() {
    const auto& nodes = document_.tokens().nodes;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].kind == json::Kind::string && !nodes[i].is_key) token(i);
    }
    return std::move(out_);
  }

 private:
  void token(std::uint32_t node) {
    std::string buffer;
    std::string_view value = json::raw_string(document_.bytes(), document_.node(node));
    if (document_.node(node).escaped) {
      // A replacement beside half a character would have to spell what cannot be spelled.
      if (json::has_lone_surrogate(document_.bytes(), document_.node(node))) return;
      value = buffer = document_.text(node);
    }
    const std::size_t first = out_.size();
    bool moved = false;
    for (const auto& [index, substitution] : wanted_) {
      if (!may_be_in(*substitution, value)) continue;
      if (!moved) {
        places_.move_to(node);
        place_ = places_.place();
        moved = true;
        if (is_structure(document_, places_.steps())) return;
      }
      if (fits(*substitution->variable)) add(node, value, index, *substitution, first);
    }
    std::sort(out_.begin() + static_cast<std::ptrdiff_t>(first), out_.end(),
              [](const Change& a, const Change& b) { return a.offset < b.offset; });
  }

  static bool may_be_in(const Substitution& substitution, std::string_view value) {
    const auto has = [&](const std::string& text) {
      return value.find(text) != std::string_view::npos;
    };
    return substitution.from.empty() || has(substitution.to) ||
           std::any_of(substitution.from.begin(), substitution.from.end(), has);
  }

  bool fits(const Variable& variable) const {
    if (!variable.action.empty() &&
        (place_.action == nullptr || place_.action->type != variable.action)) {
      return false;
    }
    if (!variable.place) return place_.action != nullptr && !place_.in_metadata;
    if (!variable.below_parameters) return variable.place->matches(document_, places_.steps());
    return place_.in_parameters && !place_.in_metadata &&
           variable.place->matches(document_, places_.steps(), place_.parameter_step);
  }

  void add(std::uint32_t node, std::string_view value, std::size_t index,
           const Substitution& substitution, std::size_t first) {
    if (substitution.from.empty()) {
      put({index, node, 0, value.size(), substitution.to}, first);
      return;
    }
    // What a source that is not named has may be the target's value already.
    std::vector<std::string_view> texts(substitution.from.begin(), substitution.from.end());
    if (substitution.from.size() > 1) {
      const auto at = std::find_if(texts.begin(), texts.end(), [&](std::string_view text) {
        return text.size() <= substitution.to.size();
      });
      texts.insert(at, substitution.to);
    }
    for (std::size_t at = 0; at < value.size();) {
      std::size_t found = std::string_view::npos;
      std::string_view what;
      for (const std::string_view text : texts) {
        const std::size_t here = value.find(text, at);
        if (here < found) {
          found = here;
          what = text;
        }
      }
      if (found == std::string_view::npos) return;
      put({index, node, found, what.size(), substitution.to}, first);
      at = found + what.size();
    }
  }

  /// Unless something of this token, from number `first` on, stands there already.
  void put(Change change, std::size_t first) {
    const bool taken = std::any_of(
        out_.begin() + static_cast<std::ptrdiff_t>(first), out_.end(), [&](const Change& other) {
          return change.offset < other.end() && other.offset < change.end();
        });
    if (!taken) out_.push_back(std::move(change));
  }

  const flow::Document& document_;
  flow::Places places_;
  flow::TokenPlace place_;
  std::vector<std::pair<std::size_t, const Substitution*>> wanted_;
  std::vector<Change> out_;
};

}  // namespace

std::vector<Change> find_changes(const flow::Document& document, const Resource& flow,
                                 const Tags& tags, const std::vector<Substitution>& substitutions) {
  std::vector<std::pair<std::size_t, const Substitution*>> wanted;
  for (std::size_t i = 0; i < substitutions.size(); ++i) {
    const Variable& variable = *substitutions[i].variable;
    if (variable.kind && *variable.kind != flow.kind) continue;
    const auto& flows = variable.flows;
    const bool here = flows.empty() || std::any_of(flows.begin(), flows.end(), [&](const auto& p) {
                        return p.matches(flow, &tags);
                      });
    if (here) wanted.emplace_back(i, &substitutions[i]);
  }
  if (wanted.empty()) return {};
  return Search(document, std::move(wanted)).run();
}

}  // namespace flowferry::mapping
