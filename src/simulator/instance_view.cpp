#include "simulator/instance_view.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "simulator/stock.h"

namespace flowferry::simulator {
namespace {

Target target_of_resource(const Resource& row) {
  Target target;
  // A view that was never published has no $LATEST (view_operations.cpp).
  if (row.kind == "view") target.published = row.members.contains("$LATEST");
  return target;
}

/// arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]
struct FunctionName {
  std::string_view region, account, name, qualifier, unqualified;
};

std::optional<FunctionName> read_function(std::string_view arn) {
  const auto parts = split(arn, ':');
  if (parts.size() < 7 || parts.size() > 8 || parts[2] != "lambda" || parts[5] != "function") {
    return std::nullopt;
  }
  FunctionName out{parts[3], parts[4], parts[6], {}, arn};
  if (parts.size() == 8) {
    out.qualifier = parts[7];
    out.unqualified = arn.substr(0, arn.size() - parts[7].size() - 1);
  }
  return out;
}

}  // namespace

const FlowRow* StateView::seen(const Table<FlowRow>& table, std::string_view id) const {
  return const_cast<Table<FlowRow>&>(table).find_seen(id, now_);
}

Target StateView::target_of(const FlowRow& row) const {
  Target target;
  target.archived = row.is_archived() && !switches_.is(Switch::archived_target, "accept");
  target.published = row.is_published();
  target.type = row.type;
  return target;
}

std::optional<Target> StateView::by_id(ResourceKind kind, std::string_view id) const {
  if (kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module) {
    const FlowRow* row =
        seen(kind == ResourceKind::contact_flow ? instance_.flows : instance_.modules, id);
    if (!row) return std::nullopt;
    return target_of(*row);
  }
  auto& table = const_cast<Table<Resource>&>(instance_.of(to_string(kind)));
  const Resource* row = table.find_seen(id, now_);
  if (!row) return std::nullopt;
  return target_of_resource(*row);
}

std::optional<Target> StateView::by_name(ResourceKind kind, std::string_view name) const {
  auto& table = const_cast<Table<Resource>&>(instance_.of(to_string(kind)));
  for (const Resource* row : table.named(name)) {
    if (row->visibility.seen_at(now_)) return target_of_resource(*row);
  }
  return std::nullopt;
}

std::optional<ModuleTarget> StateView::module(std::string_view id,
                                              std::string_view qualifier) const {
  const FlowRow* row = seen(instance_.modules, id);
  if (!row) return std::nullopt;
  ModuleTarget target;
  target.archived = row->is_archived() && !switches_.is(Switch::archived_target, "accept");
  target.published = row->is_published();
  target.settings = row->settings;
  if (qualifier.empty() || qualifier == "$LATEST") return target;
  if (qualifier == "$SAVED") {
    target.settings = row->draft_settings.value_or(row->settings);
    return target;
  }
  std::int64_t version = 0;
  if (const VersionAlias* alias = row->alias(qualifier)) {
    version = alias->version;
  } else {
    const auto [end, error] =
        std::from_chars(qualifier.data(), qualifier.data() + qualifier.size(), version);
    if (error != std::errc() || end != qualifier.data() + qualifier.size()) return std::nullopt;
  }
  const auto found = row->versions.find(version);
  if (found == row->versions.end()) return std::nullopt;
  target.settings = found->second.settings;
  return target;
}

bool StateView::lambda_associated(std::string_view arn) const {
  const auto& associated = instance_.lambda_functions;
  const auto listed = [&](std::string_view text) {
    return std::find(associated.begin(), associated.end(), text) != associated.end();
  };
  if (listed(arn)) return true;
  const auto name = read_function(arn);
  if (!name) return false;
  if (name->account == k_sample_lambda_account) return true;
  if (!listed(name->unqualified)) return false;
  if (name->qualifier.empty() || name->qualifier == "$LATEST") return true;
  const LambdaFunction* function = state_.lambda_function(name->account, name->region, name->name);
  return function && std::find(function->qualifiers.begin(), function->qualifiers.end(),
                               name->qualifier) != function->qualifiers.end();
}

bool StateView::lex_v2_alias_associated(std::string_view arn) const {
  const auto& all = instance_.lex_v2_aliases;
  return std::find(all.begin(), all.end(), arn) != all.end();
}

bool StateView::lex_v1_bot_associated(std::string_view name, std::string_view region,
                                      std::string_view alias) const {
  return std::any_of(instance_.lex_v1_bots.begin(), instance_.lex_v1_bots.end(),
                     [&](const LexV1Association& bot) {
                       return bot.name == name && bot.region == region &&
                              (alias.empty() || bot.alias.empty() || bot.alias == alias);
                     });
}

}  // namespace flowferry::simulator
