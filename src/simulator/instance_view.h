// simulator/instance_view.h
//
// The simulated instance as content validation sees it (content_check.h).
#pragma once

#include "simulator/content_check.h"
#include "simulator/state.h"
#include "simulator/switches.h"

namespace flowferry::simulator {

/// What can be seen at `now`. Refers to its arguments.
class StateView final : public InstanceView {
 public:
  StateView(const State& state, const InstanceState& instance, const Switches& switches, double now)
      : state_(state), instance_(instance), switches_(switches), now_(now) {}

  std::string partition() const override { return instance_.partition; }
  std::string region() const override { return instance_.region; }
  std::string account() const override { return instance_.account; }
  std::string instance_id() const override { return instance_.id; }

  std::optional<Target> by_id(ResourceKind kind, std::string_view id) const override;
  std::optional<Target> by_name(ResourceKind kind, std::string_view name) const override;
  std::optional<ModuleTarget> module(std::string_view id, std::string_view qualifier) const override;
  bool lambda_associated(std::string_view arn) const override;
  bool lex_v2_alias_associated(std::string_view arn) const override;
  bool lex_v1_bot_associated(std::string_view name, std::string_view region,
                             std::string_view alias) const override;

 private:
  const FlowRow* seen(const Table<FlowRow>& table, std::string_view id) const;
  Target target_of(const FlowRow& row) const;

  const State& state_;
  const InstanceState& instance_;
  const Switches& switches_;
  double now_;
};

}  // namespace flowferry::simulator
