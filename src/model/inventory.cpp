#include "model/inventory.h"

namespace flowferry {

Inventory::Inventory(std::vector<Resource> resources) {
  resources_.reserve(resources.size());
  for (auto& resource : resources) add(std::move(resource));
}

void Inventory::add(Resource resource) {
  const std::size_t index = resources_.size();
  if (!resource.id.empty()) by_id_.emplace(resource.id, index);
  if (!resource.arn.empty()) by_arn_.emplace(resource.arn, index);
  by_name_[resource.name].push_back(index);
  resources_.push_back(std::move(resource));
}

const Resource* Inventory::by_id(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &resources_[found->second];
}

const Resource* Inventory::by_arn(std::string_view arn) const {
  const auto found = by_arn_.find(arn);
  return found == by_arn_.end() ? nullptr : &resources_[found->second];
}

std::vector<const Resource*> Inventory::by_name(std::string_view name,
                                                std::string_view type) const {
  std::vector<const Resource*> out;
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return out;
  for (const std::size_t index : found->second) {
    if (type.empty() || resources_[index].type == type) out.push_back(&resources_[index]);
  }
  return out;
}

std::vector<std::string> Inventory::names() const {
  std::vector<std::string> out;
  out.reserve(resources_.size());
  for (const auto& resource : resources_) out.push_back(resource.name);
  return out;
}

}  // namespace flowferry
