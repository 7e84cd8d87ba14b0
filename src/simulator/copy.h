// simulator/copy.h
//
// A simulated copy of instances that were read: for rehearsing a migration. Runs in this process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/snapshot.h"
#include "net/server.h"
#include "simulator/simulator.h"

namespace flowferry::simulator {

/// A running endpoint that holds copies of the given instances, with their ids, and nothing else.
/// What was listed but not read whole (flows that no plan touches) has minimal content.
class RunningCopy {
 public:
  /// Copies the snapshots and listens on a free port. No throttling. Errors: config (the copy
  /// cannot be made), io (no port).
  static Result<std::unique_ptr<RunningCopy>> start(const std::vector<const Snapshot*>& snapshots,
                                                    Clock& clock);
  ~RunningCopy();

  std::string origin() const { return server_->origin(); }
  /// Keys that the copy accepts for an account.
  Simulator::Account account(const std::string& id) const;

 private:
  RunningCopy() = default;
  std::unique_ptr<Simulator> simulator_;
  std::unique_ptr<net::Server> server_;  ///< Destroyed, and so stopped, before the simulator.
};

}  // namespace flowferry::simulator
