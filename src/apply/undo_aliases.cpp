#include "apply/undo_aliases.h"

#include <algorithm>

#include "apply/visibility.h"
#include "base/group.h"
#include "flow/document.h"

namespace flowferry::apply {

using plan::Action;
using plan::AliasWish;
using plan::k_only_version;
using plan::OperationType;

namespace {

std::string text_of(std::int64_t version) {
  return version == 0 ? "none" : "version " + std::to_string(version);
}

}  // namespace

bool AliasUndo::There::has(std::int64_t version) const {
  return std::find(versions.begin(), versions.end(), version) != versions.end();
}

Task<Result<bool>> AliasUndo::read() {
  constexpr std::chrono::milliseconds k_longest_pause{8000};
  std::chrono::milliseconds waited{0};
  std::chrono::milliseconds pause{500};
  for (;;) {
    auto read = co_await read_all();
    if (!read) co_return read;
    bool late = false;
    for (const auto& [n, there] : there_) {
      for (const Trace::Alias& alias : traces_[n].aliases) {
        const auto limit = alias.done ? k_known_seen : k_unknown_seen;
        const bool worth_it = wait_ == Wait::until_known || waited < limit;
        late = late || (worth_it && is_unsettled(n, alias));
      }
    }
    if (!late) break;
    if (waited.count() == 0) {
      progress_.begin("Waiting until what the run did to aliases and versions is seen", 0);
    }
    co_await transport_.sleep_until(transport_.now() + pause);
    waited += pause;
    pause = std::min(2 * pause, k_longest_pause);
  }
  if (waited.count() > 0) progress_.end();
  co_return true;
}

/// Whether the target shows what there was before, not what the run sent.
bool AliasUndo::is_unseen(std::size_t n, const Trace::Alias& alias) const {
  const There& there = there_.at(n);
  const AliasRecord& record = alias.record;
  const connect::ModuleAlias* now = connect::find_alias(there.aliases, record.name);
  if (alias.type == OperationType::retract_alias) {
    const bool stays = now != nullptr && now->id == record.id && now->version == record.was;
    return stays || (record.dropped != 0 && there.has(record.dropped));
  }
  if (record.publishes && record.version == 0) {
    return std::none_of(there.versions.begin(), there.versions.end(),
                        [&](std::int64_t version) { return version > record.newest; });
  }
  if (record.published() && !there.has(record.version)) return true;
  if (record.name == k_only_version || record.version == 0) return false;
  if (record.version == record.was) return false;
  return now == nullptr ? record.was == 0 : now->version == record.was;
}

/// Whether that may change: of a run that ended well all was seen, and what it created goes with
/// all that it has.
bool AliasUndo::is_unsettled(std::size_t n, const Trace::Alias& alias) const {
  if (recorded_.is_settled() || clock_.now() >= alias.at + k_long_ago) return false;
  if (recorded_.plan.nodes[n].action == Action::create && !traces_[n].adopted) return false;
  return is_unseen(n, alias);
}

Task<Result<bool>> AliasUndo::read_all() {
  std::vector<Task<Result<bool>>> reads;
  for (std::size_t n = 0; n < traces_.size(); ++n) {
    if (traces_[n].aliases.empty() || traces_[n].id.empty()) continue;
    reads.push_back(read_one(n, there_[n]));
  }
  auto gathered = co_await gather_results(std::move(reads));
  if (!gathered) co_return fail(std::move(gathered).error().during("reading what the run wrote"));
  co_return true;
}

Task<Result<bool>> AliasUndo::read_one(std::size_t n, There& there) {
  auto aliases = co_await target_.list_module_aliases(traces_[n].id);
  if (!aliases && aliases.error().kind == ErrorKind::not_found) co_return true;
  if (!aliases) co_return fail(std::move(aliases).error());
  auto versions = co_await target_.list_module_versions(traces_[n].id);
  if (!versions) co_return fail(std::move(versions).error());
  there.aliases = std::move(*aliases);
  there.versions = std::move(*versions);
  co_return true;
}

bool AliasUndo::brings_back(std::size_t n) const {
  const auto& aliases = traces_[n].aliases;
  return std::any_of(aliases.begin(), aliases.end(), [](const Trace::Alias& alias) {
    return alias.type == OperationType::retract_alias;
  });
}

std::optional<std::string> AliasUndo::comes_back(std::size_t n, std::string_view qualifier) const {
  for (const Trace::Alias& alias : traces_[n].aliases) {
    if (alias.type != OperationType::retract_alias) continue;
    const AliasRecord& record = alias.record;
    const bool by_alias = !record.id.empty() && record.id == qualifier;
    const bool by_version = record.name == k_only_version && record.dropped != 0 &&
                            std::to_string(record.dropped) == qualifier;
    if (by_alias || by_version) return record.name;
  }
  return std::nullopt;
}

Task<Result<bool>> AliasUndo::decide(plan::Plan& plan) {
  plan_ = &plan;
  for (const auto& [n, there] : there_) {
    std::vector<std::int64_t> published;
    // What was done last goes back first.
    for (auto at = traces_[n].aliases.rbegin(); at != traces_[n].aliases.rend(); ++at) {
      Trace::Alias alias = *at;
      const bool unsettled = is_unsettled(n, alias);
      if (alias.type == OperationType::retract_alias) {
        if (unsettled) {
          tell_not_known(n, alias);
        } else {
          bring_back(n, alias);
        }
        continue;
      }
      if (alias.record.version == 0 && alias.record.publishes && !alias.done) {
        auto found = co_await published_by_run(n, alias.record);
        if (!found) co_return fail(std::move(found).error().during("reading what the run wrote"));
        alias.record.version = *found;
      }
      if (alias.record.version == 0) {
        if (unsettled) tell_not_known(n, alias);
        continue;  // Nothing of it is the run's.
      }
      if (alias.record.published() && (unsettled || there.has(alias.record.version))) {
        published.push_back(alias.record.version);
      }
      take_back(n, alias, unsettled);
    }
    drop_versions(n, published);
  }
  co_return true;
}

/// The version that a call without an answer made; 0: none.
Task<Result<std::int64_t>> AliasUndo::published_by_run(std::size_t n, const AliasRecord& record) {
  const Desired wanted = wanted_by_run(recorded_, traces_, n);
  for (const std::int64_t version : there_.at(n).versions) {
    if (version <= record.newest) continue;
    auto there = co_await target_.describe_flow(ResourceKind::flow_module,
                                                traces_[n].id + ":" + std::to_string(version));
    if (!there && there.error().kind == ErrorKind::not_found) continue;
    if (!there) co_return fail(std::move(there).error());
    if (is_version_of(*there, wanted)) co_return version;
  }
  co_return std::int64_t{0};
}

/// One that the run made or moved. `unsettled`: which may not be seen yet.
void AliasUndo::take_back(std::size_t n, const Trace::Alias& alias, bool unsettled) {
  const AliasRecord& record = alias.record;
  if (unsettled) {
    std::string& until = plan_->nodes[n].unsettled_until;
    until = std::max(until, iso8601(alias.at + k_long_ago));
  }
  const connect::ModuleAlias* there = connect::find_alias(there_.at(n).aliases, record.name);
  const bool as_before = there == nullptr || there->version == record.was;
  if (record.name == k_only_version || (as_before && !unsettled)) return;
  if (!as_before && there->version != record.version) {
    return tell_left(
        n, record.name,
        "stands for " + text_of(there->version) + " by now: somebody moved it after the run");
  }
  const std::string id = there == nullptr ? record.id : there->id;
  AliasWish wish{record.name, id, std::to_string(record.version)};
  if (record.was == 0) {
    if (const std::string* user = id.empty() ? nullptr : user_left(id)) {
      return tell_left(n, record.name, "is named by \"" + *user + "\", which is left as it is");
    }
    wish.gone = true;
    return add(n, std::move(wish), "none");
  }
  std::string problem;
  const auto version = former_version(n, record.was, problem);
  if (!version) return tell_left(n, record.name, problem);
  wish.version = *version;
  add(n, std::move(wish), version->empty() ? "a new version" : "version " + *version);
}

/// One that the run deleted.
void AliasUndo::bring_back(std::size_t n, const Trace::Alias& alias) {
  const AliasRecord& record = alias.record;
  const std::int64_t stood_for = record.name == k_only_version ? record.dropped : record.was;
  if (stood_for == 0) return;
  if (connect::find_alias(there_.at(n).aliases, record.name) != nullptr) {
    return tell_left(n, record.name, "was made again after the run");
  }
  std::string problem;
  const auto version = former_version(n, stood_for, problem);
  if (!version) return tell_left(n, record.name, problem);
  AliasWish wish{record.name};
  wish.version = *version;
  add(n, std::move(wish), version->empty() ? "a new version" : "version " + *version);
}

/// What stands for what `version` was before the run: itself, or nothing where it has to be
/// published again. Otherwise `problem` says why there is none.
std::optional<std::string> AliasUndo::former_version(std::size_t n, std::int64_t version,
                                                     std::string& problem) const {
  if (there_.at(n).has(version)) return std::to_string(version);
  for (const Trace::Alias& alias : traces_[n].aliases) {
    if (alias.record.dropped != version) continue;
    Flow module;
    const plan::Node& node = plan_->nodes[n];
    const std::optional<Flow>& now = current_[n];
    if (node.content.texts.empty() && now) {
      module = *now;
    } else if (node.content.complete()) {
      module.content = node.content.texts.front();
      module.settings = node.settings;
    }
    // With holes in it, it names what gets other ids: only the run will know.
    if (!module.content.empty() && version_mark(module) != alias.record.mark) {
      problem = "stood for version " + std::to_string(version) +
                ", which the run deleted, and the module has other content";
      return std::nullopt;
    }
    return std::string();
  }
  problem = "stood for version " + std::to_string(version) + ", which somebody deleted";
  return std::nullopt;
}

void AliasUndo::add(std::size_t n, AliasWish wish, const std::string& to) {
  plan::Node& node = plan_->nodes[n];
  if (node.action == Action::skip) {
    return tell_left(n, wish.name, "is left with its module");
  }
  const bool only_version = wish.name == k_only_version;
  node.changes.push_back(plan::Change{only_version ? "version" : "alias " + wish.name,
                                      wish.was.empty() ? "none" : "version " + wish.was, to});
  if (node.action == Action::unchanged) {
    const std::optional<Flow>& now = current_[n];
    if (!now) return;
    node.action = Action::update;
    node.reason = only_version ? "a version was published by the run"
                               : "alias \"" + wish.name + "\" was changed by the run";
    node.content = plan::Content::of(now->content);
    node.description = now->description;
    node.settings = now->settings;
    node.status = now->status;
    node.seen = now;
    node.expected = plan::change_mark(*now);
  }
  node.aliases.push_back(std::move(wish));
}

/// Versions that the run published go, unless somebody uses them; after all else.
void AliasUndo::drop_versions(std::size_t n, const std::vector<std::int64_t>& published) {
  plan::Node& node = plan_->nodes[n];
  std::map<std::string, std::string> aliases;  // as they will be
  for (const auto& alias : there_.at(n).aliases) {
    aliases[alias.name] = std::to_string(alias.version);
  }
  for (const AliasWish& wish : node.aliases) {
    aliases[wish.name] = wish.version;
  }
  std::vector<std::string> unused;
  for (const std::int64_t version : published) {
    const std::string text = std::to_string(version);
    const bool used = std::any_of(aliases.begin(), aliases.end(),
                                  [&](const auto& alias) { return alias.second == text; });
    const bool twice = std::find(unused.begin(), unused.end(), text) != unused.end();
    if (used || twice || user_left(traces_[n].id + ":" + text) != nullptr) continue;
    unused.push_back(text);
  }
  if (node.action == Action::skip) return;
  for (const std::string& version : unused) {
    if (node.aliases.empty() || !node.aliases.back().drop.empty()) {
      AliasWish wish{std::string(k_only_version), {}, version};
      wish.gone = true;
      add(n, std::move(wish), "none");
    }
    if (!node.aliases.empty()) node.aliases.back().drop = version;
  }
}

/// Who is left as it is and has `text` in its content; null: nobody.
const std::string* AliasUndo::user_left(const std::string& text) const {
  for (std::size_t n = 0; n < plan_->nodes.size(); ++n) {
    const bool left = plan_->nodes[n].action == Action::skip && current_[n];
    if (left && current_[n]->content.find(text) != std::string::npos) {
      return &plan_->nodes[n].name;
    }
  }
  return nullptr;
}

void AliasUndo::tell_left(std::size_t n, const std::string& name, const std::string& why) {
  add_finding(n, name, why);
  plan_->findings.back().severity = Severity::warning;
  plan_->findings.back().id = "left-as-it-is";
  plan_->findings.back().help = "look at it in the target";
}

/// A call without an answer, of which no operation could tell whether it did anything.
void AliasUndo::tell_not_known(std::size_t n, const Trace::Alias& alias) {
  add_finding(n, alias.record.name,
              "is as it was before the run, and what that sent may still appear");
  plan_->findings.back().severity = Severity::error;
  plan_->findings.back().id = "not-known-yet";
  plan_->findings.back().help =
      "undo it again after " + iso8601(alias.at + k_long_ago) + ", or with --wait";
}

void AliasUndo::add_finding(std::size_t n, const std::string& name, const std::string& text) {
  const plan::Node& node = plan_->nodes[n];
  Finding finding;
  finding.where.kind = to_string(node.kind);
  finding.where.name = node.name;
  finding.arn = node.target_arn;
  finding.in_target = true;
  finding.text = (name == k_only_version ? "its version " : "alias \"" + name + "\" ") + text;
  plan_->findings.push_back(std::move(finding));
}

}  // namespace flowferry::apply
