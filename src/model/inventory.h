// model/inventory.h
//
// All resources of one kind in one instance, found by id, ARN or name.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/resource.h"

namespace flowferry {

class Inventory {
 public:
  Inventory() = default;
  explicit Inventory(std::vector<Resource> resources);

  void add(Resource resource);
  const std::vector<Resource>& all() const { return resources_; }
  bool empty() const { return resources_.empty(); }

  /// Nothing when absent. Ids are case-sensitive. Pointers last until the next add().
  const Resource* by_id(std::string_view id) const;
  const Resource* by_arn(std::string_view arn) const;
  /// All with exactly this name (and this type, unless it is empty), in list order.
  std::vector<const Resource*> by_name(std::string_view name, std::string_view type = {}) const;
  std::vector<std::string> names() const;

 private:
  /// Lets a map be asked with a view, without a string made for it.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  template <class Value>
  using Map = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  std::vector<Resource> resources_;
  Map<std::size_t> by_id_;
  Map<std::size_t> by_arn_;
  Map<std::vector<std::size_t>> by_name_;
};

}  // namespace flowferry
