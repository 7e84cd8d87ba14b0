// simulator/world_names.h
#pragma once

#include "simulator/placeholders.h"
#include "simulator/state.h"

namespace flowferry::simulator {

/// The names of one instance's resources, as placeholders mean them. Refers to the instance.
class StateResolver final : public PlaceholderResolver {
 public:
  explicit StateResolver(InstanceState& instance) : instance_(instance) {}

  std::string account() const override { return instance_.account; }
  std::string region() const override { return instance_.region; }
  std::string instance_id() const override { return instance_.id; }
  std::string instance_arn() const override { return instance_.arn; }

  std::optional<std::string> arn(std::string_view kind, std::string_view name) const override;
  std::optional<std::string> id(std::string_view kind, std::string_view name) const override;
  std::optional<std::string> alias_id(std::string_view module,
                                      std::string_view alias) const override;
  std::vector<std::string> names(std::string_view kind) const override;
  std::vector<std::string> alias_names(std::string_view module) const override;

 private:
  const Row* find(std::string_view kind, std::string_view name) const;

  InstanceState& instance_;
};

}  // namespace flowferry::simulator
