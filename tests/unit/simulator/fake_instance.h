// An instance in memory, for the tests of validation and placeholders.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "simulator/content_check.h"
#include "simulator/placeholders.h"
#include "simulator/stock.h"

namespace flowferry::simulator {

inline std::string uuid_of(int number) {
  const std::string digits = std::to_string(100000000000LL + number);
  return "00000000-0000-4000-8000-" + digits;
}

/// Everything is added by kind and name; ids are made in order.
class FakeInstance final : public InstanceView, public PlaceholderResolver {
 public:
  struct Entry {
    std::string id;
    Target target;
  };
  struct Module {
    std::string id;
    ModuleTarget target;
    std::map<std::string, std::string> qualifiers;  ///< Version or alias id -> Settings.
    std::map<std::string, std::string> aliases;     ///< Name -> id.
  };

  FakeInstance() = default;
  FakeInstance(std::string region, std::string account, std::string id)
      : region_(std::move(region)), account_(std::move(account)), id_(std::move(id)) {}

  /// All stock resources, and the stock flows by name.
  void add_stock() {
    for (const StockResource& resource : stock_resources()) {
      add(resource.kind, std::string(resource.name));
    }
    for (const StockFlow& flow : stock_flows()) {
      add(ResourceKind::contact_flow, std::string(flow.name)).target.type = flow.type;
    }
  }

  Entry& add(ResourceKind kind, const std::string& name, std::string new_id = {}) {
    if (new_id.empty()) new_id = uuid_of(++made_);
    return entries_[{kind, name}] = Entry{std::move(new_id), {}};
  }
  void remove(ResourceKind kind, const std::string& name) { entries_.erase({kind, name}); }
  Module& add_module(const std::string& name, std::string settings = {}, std::string new_id = {}) {
    Module& module = modules_[name];
    module.id = new_id.empty() ? uuid_of(++made_) : std::move(new_id);
    module.target.settings = std::move(settings);
    return module;
  }
  std::set<std::string> lambdas;      ///< ARNs.
  std::set<std::string> lex_aliases;  ///< ARNs.
  std::set<std::string> lex_bots;     ///< "name/region/alias"

  std::string arn_of(ResourceKind kind, const std::string& name) const {
    return instance_arn() + "/" + std::string(arn_keyword(kind)) + "/" +
           entries_.at({kind, name}).id;
  }
  std::string id_of(ResourceKind kind, const std::string& name) const {
    return entries_.at({kind, name}).id;
  }

  // InstanceView
  std::string partition() const override { return "aws"; }
  std::string region() const override { return region_; }
  std::string account() const override { return account_; }
  std::string instance_id() const override { return id_; }
  std::optional<Target> by_id(ResourceKind kind, std::string_view wanted) const override {
    for (const auto& [key, entry] : entries_) {
      if (key.first == kind && entry.id == wanted) return entry.target;
    }
    return std::nullopt;
  }
  std::optional<Target> by_name(ResourceKind kind, std::string_view name) const override {
    const auto found = entries_.find({kind, std::string(name)});
    if (found == entries_.end()) return std::nullopt;
    return found->second.target;
  }
  std::optional<ModuleTarget> module(std::string_view wanted,
                                     std::string_view qualifier) const override {
    for (const auto& [name, module] : modules_) {
      if (module.id != wanted) continue;
      if (qualifier.empty() || qualifier == "$LATEST") return module.target;
      const auto found = module.qualifiers.find(std::string(qualifier));
      if (found == module.qualifiers.end()) return std::nullopt;
      ModuleTarget target = module.target;
      target.settings = found->second;
      return target;
    }
    return std::nullopt;
  }
  bool lambda_associated(std::string_view arn) const override {
    return lambdas.count(std::string(arn)) != 0;
  }
  bool lex_v2_alias_associated(std::string_view arn) const override {
    return lex_aliases.count(std::string(arn)) != 0;
  }
  bool lex_v1_bot_associated(std::string_view name, std::string_view region,
                             std::string_view alias) const override {
    return lex_bots.count(std::string(name) + "/" + std::string(region) + "/" +
                          std::string(alias)) != 0;
  }

  // PlaceholderResolver
  std::string instance_arn() const override {
    return "arn:aws:connect:" + region_ + ":" + account_ + ":instance/" + id_;
  }
  std::optional<std::string> id(std::string_view kind, std::string_view name) const override {
    if (kind == "flow-module") {
      const auto found = modules_.find(std::string(name));
      if (found == modules_.end()) return std::nullopt;
      return found->second.id;
    }
    const auto found = entries_.find({*kind_from_string(kind), std::string(name)});
    if (found == entries_.end()) return std::nullopt;
    return found->second.id;
  }
  std::optional<std::string> arn(std::string_view kind, std::string_view name) const override {
    const auto bare = id(kind, name);
    if (!bare) return std::nullopt;
    return instance_arn() + "/" + std::string(arn_keyword(*kind_from_string(kind))) + "/" + *bare;
  }
  std::optional<std::string> alias_id(std::string_view module,
                                      std::string_view alias) const override {
    const auto found = modules_.find(std::string(module));
    if (found == modules_.end()) return std::nullopt;
    const auto named = found->second.aliases.find(std::string(alias));
    if (named == found->second.aliases.end()) return std::nullopt;
    return named->second;
  }
  std::vector<std::string> names(std::string_view kind) const override {
    std::vector<std::string> out;
    if (kind == "flow-module") {
      for (const auto& [name, module] : modules_) out.push_back(name);
    }
    for (const auto& [key, entry] : entries_) {
      if (to_string(key.first) == kind) out.push_back(key.second);
    }
    return out;
  }
  std::vector<std::string> alias_names(std::string_view module) const override {
    std::vector<std::string> out;
    for (const auto& [name, id] : modules_.at(std::string(module)).aliases) out.push_back(name);
    return out;
  }

 private:
  std::string region_ = "ap-northeast-1";
  std::string account_ = "111122223333";
  std::string id_ = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
  int made_ = 0;
  std::map<std::pair<ResourceKind, std::string>, Entry> entries_;
  std::map<std::string, Module> modules_;
};

}  // namespace flowferry::simulator
