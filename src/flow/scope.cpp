#include "flow/scope.h"

namespace flowferry::flow {

std::optional<ResourceKind> known_kind(const Snapshot& snapshot, std::string_view id) {
  for (const auto& [kind, inventory] : snapshot.inventories) {
    // Their ids are names and pairs of ids, never alone in a free place.
    if (kind == ResourceKind::lambda_function || kind == ResourceKind::lex_v1_bot ||
        kind == ResourceKind::lex_v2_bot_alias) {
      continue;
    }
    if (inventory.by_id(id) != nullptr) return kind;
    if (kind == ResourceKind::phone_number && !inventory.by_name(id).empty()) return kind;
  }
  return std::nullopt;
}

Scope scope_of(const Snapshot& snapshot) {
  return {snapshot.instance, [&snapshot](std::string_view id) { return known_kind(snapshot, id); }};
}

}  // namespace flowferry::flow
