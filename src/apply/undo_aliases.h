// apply/undo_aliases.h
//
// What an undo does about the aliases and versions of modules that a run made, moved or deleted.
// Internal to undo.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apply/traces.h"
#include "apply/undo.h"
#include "apply/undo_reading.h"
#include "base/clock.h"
#include "base/progress.h"
#include "connect/client.h"
#include "net/transport.h"

namespace flowferry::apply {

/// References must outlive it.
class AliasUndo {
 public:
  AliasUndo(const RecordedRun& recorded, const UndoReading& reading, connect::Client& target,
            net::Transport& transport, Clock& clock, Wait wait, Progress& progress)
      : recorded_(recorded),
        traces_(reading.traces),
        current_(reading.current),
        target_(target),
        transport_(transport),
        clock_(clock),
        wait_(wait),
        progress_(progress) {}

  /// Lists the aliases and versions that these modules have now, and again while something that was
  /// sent lately is not seen (as UndoReading::run()). Errors: those of connect/client.h.
  Task<Result<bool>> read();

  /// Where `qualifier` (an alias' id, or a version) of node `n` was deleted by the run and comes
  /// back under another one: what a hole calls it (plan::Content::Hole::alias).
  std::optional<std::string> comes_back(std::size_t n, std::string_view qualifier) const;
  bool brings_back(std::size_t n) const;

  /// Adds what is to be done to the nodes of `plan`, which are otherwise decided, warnings of what
  /// is left, and problems of what is not known yet. Errors: those of connect/client.h.
  Task<Result<bool>> decide(plan::Plan& plan);

 private:
  struct There {
    std::vector<connect::ModuleAlias> aliases;
    std::vector<std::int64_t> versions;

    bool has(std::int64_t version) const;
  };

  Task<Result<bool>> read_all();
  Task<Result<bool>> read_one(std::size_t n, There& there);
  bool is_unseen(std::size_t n, const Trace::Alias& alias) const;
  bool is_unsettled(std::size_t n, const Trace::Alias& alias) const;
  void tell_not_known(std::size_t n, const Trace::Alias& alias);
  Task<Result<std::int64_t>> published_by_run(std::size_t n, const AliasRecord& record);
  void take_back(std::size_t n, const Trace::Alias& alias, bool unsettled);
  void bring_back(std::size_t n, const Trace::Alias& alias);
  std::optional<std::string> former_version(std::size_t n, std::int64_t version,
                                            std::string& problem) const;
  void add(std::size_t n, plan::AliasWish wish, const std::string& to);
  void add_finding(std::size_t n, const std::string& name, const std::string& text);
  void drop_versions(std::size_t n, const std::vector<std::int64_t>& published);
  const std::string* user_left(const std::string& qualifier) const;
  void tell_left(std::size_t n, const std::string& name, const std::string& why);

  const RecordedRun& recorded_;
  const std::vector<Trace>& traces_;
  const std::vector<std::optional<Flow>>& current_;
  connect::Client& target_;
  net::Transport& transport_;
  Clock& clock_;
  Wait wait_;
  Progress& progress_;
  std::map<std::size_t, There> there_;  ///< By node.
  plan::Plan* plan_ = nullptr;          ///< While decide() goes on.
};

}  // namespace flowferry::apply
