#include "simulator/world_resources.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/kind.h"
#include "simulator/resource_kinds.h"
#include "simulator/stock.h"

namespace flowferry::simulator {
namespace {

constexpr std::string_view k_upper_alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view k_lower_alphanumerics = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view k_alphanumerics =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Kinds that others refer to come first.
std::vector<std::string> kinds_in_order() {
  std::vector<std::string> out = {"hours-of-operation", "queue", "security-profile",
                                  "hierarchy-group", "routing-profile"};
  for (const std::string& kind : world_resource_kinds()) {
    if (std::find(out.begin(), out.end(), kind) == out.end()) out.push_back(kind);
  }
  return out;
}

bool names(const std::vector<WorldResource>& resources, std::string_view name) {
  return std::any_of(resources.begin(), resources.end(),
                     [&](const WorldResource& r) { return r.name == name; });
}

void add_view_content(const WorldResource& file, Resource& row) {
  const js::object content{{"Template", "{}"}, {"Actions", js::array()}};
  row.members["$SAVED"] = content;
  if (file.status != "SAVED") row.members["$LATEST"] = content;
}

class ResourceBuilder {
 public:
  ResourceBuilder(const SeededIds& ids, double now, State& state, InstanceState& instance)
      : ids_(ids), now_(now), state_(state), instance_(instance) {}

  void add_all(const WorldInstance& file) {
    for (const std::string& kind : kinds_in_order()) {
      if (file.stock) add_stock(file, kind);
      for (const WorldResource& resource : file.of(kind)) add(kind, resource);
    }
    add_integrations("assistant", "WISDOM_ASSISTANT");
    add_integrations("knowledge-base", "WISDOM_KNOWLEDGE_BASE");
    add_integrations("cognito-user-pool", "COGNITO_USER_POOL");
  }

 private:
  void add_stock(const WorldInstance& file, const std::string& kind) {
    for (const StockResource& stock : stock_resources()) {
      if (to_string(stock.kind) != kind || names(file.of(kind), stock.name)) continue;
      WorldResource resource;
      resource.name = std::string(stock.name);
      resource.description = std::string(stock.description);
      Resource& row = add(kind, resource);
      if (!stock.type.empty()) row.members["Type"] = stock.type;
    }
  }

  Resource& add(const std::string& kind, const WorldResource& file) {
    Resource row;
    row.kind = kind;
    row.name = file.name;
    row.tags = file.tags;
    row.created = row.modified = now_;
    row.members = default_members(instance_, kind, file.name);
    if (!file.description.empty()) row.members["Description"] = file.description;
    if (kind == "view") add_view_content(file, row);
    if (kind == "task-template" && !file.status.empty()) row.members["Status"] = file.status;
    if (kind == "lambda-function") {
      identify_function(file, row);
    } else if (kind == "lex-v1-bot") {
      identify_v1_bot(file, row);
    } else if (kind == "lex-v2-bot-alias") {
      identify_v2_alias(file, row);
    } else {
      identify(file, row);
    }
    return instance_.of(kind).add(std::move(row));
  }

  std::string arn(std::string_view service, std::string_view resource) const {
    return fmt::format("arn:{}:{}:{}:{}:{}", instance_.partition, service, instance_.region,
                       instance_.account, resource);
  }

  /// Id and ARN of a resource of the instance, or of another service that belongs to it
  /// (connect-api.md 2.4; flow-language.md 3.2).
  void identify(const WorldResource& file, Resource& row) const {
    const std::size_t repeat = instance_.of(row.kind).named(row.name).size();
    row.id = file.id.empty() ? ids_.uuid(instance_.alias, row.kind, row.name, repeat) : file.id;
    const auto kind = kind_from_string(row.kind);
    if (row.kind == "predefined-attribute") {
      row.id = row.name;  // The name is the key.
    } else if (row.kind == "phone-number" || row.kind == "traffic-distribution-group") {
      row.arn = arn("connect", row.kind + '/' + row.id);
    } else if (kind && !arn_keyword(*kind).empty()) {
      row.arn = instance_.arn_of(arn_keyword(*kind), row.id);
    } else {
      identify_foreign(file, row);
    }
  }

  void identify_foreign(const WorldResource& file, Resource& row) const {
    const std::string what = fmt::format("{}/{}/{}", instance_.alias, row.kind, row.name);
    const bool made = file.id.empty();
    if (row.kind == "assistant" || row.kind == "knowledge-base" || row.kind == "message-template") {
      row.arn = arn("wisdom", row.kind + '/' + row.id);
    } else if (row.kind == "ai-agent") {
      if (row.id.find('/') == std::string::npos) row.id = first_assistant() + '/' + row.id;
      row.arn = arn("wisdom", "ai-agent/" + row.id);
    } else if (row.kind == "case-template" || row.kind == "case-field") {
      const std::string domain = ids_.uuid(instance_.alias, "cases-domain", "", 0);
      row.arn = arn("cases", fmt::format("domain/{}/{}/{}", domain, row.kind.substr(5), row.id));
    } else if (row.kind == "cognito-user-pool") {
      if (made) row.id = instance_.region + '_' + ids_.word(what, 9, k_alphanumerics);
      row.arn = arn("cognito-idp", "userpool/" + row.id);
    } else if (row.kind == "cognito-client") {
      if (made) row.id = ids_.word(what, 26, k_lower_alphanumerics);
    } else if (row.kind == "watchlist") {
      if (made) row.id = ids_.word(what, 22, k_alphanumerics);
    } else if (row.kind == "voice-connector") {
      row.arn = arn("chime", "vc/" + row.id);
    }
  }

  std::string first_assistant() const {
    const auto& rows = instance_.of("assistant").rows();
    return rows.empty() ? ids_.uuid(instance_.alias, "assistant", "", 0) : rows.begin()->second->id;
  }

  void identify_function(const WorldResource& file, Resource& row) {
    LambdaFunction function{file.account.empty() ? instance_.account : file.account,
                            file.region.empty() ? instance_.region : file.region, file.name,
                            file.qualifiers};
    row.id = file.name;
    row.arn = fmt::format("arn:{}:lambda:{}:{}:function:{}", partition_of(function.region),
                          function.region, function.account, file.name);
    if (file.associated) instance_.lambda_functions.push_back(row.arn);
    for (LambdaFunction& known : state_.lambda_functions) {
      if (known.account != function.account || known.region != function.region ||
          known.name != function.name) {
        continue;
      }
      // Two instances of one account may name the same function.
      for (std::string& qualifier : function.qualifiers) {
        auto& have = known.qualifiers;
        if (std::find(have.begin(), have.end(), qualifier) == have.end()) {
          have.push_back(std::move(qualifier));
        }
      }
      return;
    }
    state_.lambda_functions.push_back(std::move(function));
  }

  void identify_v1_bot(const WorldResource& file, Resource& row) {
    row.id = file.name;
    if (!file.associated) return;
    const std::string region = file.region.empty() ? instance_.region : file.region;
    instance_.lex_v1_bots.push_back({file.name, region, file.alias});
  }

  LexBot& lex_bot(const std::string& account, const std::string& region,
                  const WorldResource& file) {
    for (LexBot& bot : state_.lex_bots) {
      if (bot.account == account && bot.region == region && bot.name == file.bot) return bot;
    }
    LexBot bot{account, region, file.bot_id, file.bot, {}};
    if (bot.id.empty()) {
      bot.id = ids_.word(fmt::format("lex/{}/{}/{}", account, region, file.bot), 10,
                         k_upper_alphanumerics);
    }
    return state_.lex_bots.emplace_back(std::move(bot));
  }

  void identify_v2_alias(const WorldResource& file, Resource& row) {
    const std::string account = file.account.empty() ? instance_.account : file.account;
    const std::string region = file.region.empty() ? instance_.region : file.region;
    LexBot& bot = lex_bot(account, region, file);
    auto alias = std::find_if(bot.aliases.begin(), bot.aliases.end(),
                              [&](const LexBot::Alias& a) { return a.name == file.alias; });
    if (alias == bot.aliases.end()) {
      std::string id = file.alias_id;
      if (id.empty()) {
        id = ids_.word(fmt::format("lex/{}/{}/{}/{}", account, region, file.bot, file.alias), 10,
                       k_upper_alphanumerics);
      }
      alias = bot.aliases.insert(bot.aliases.end(), LexBot::Alias{std::move(id), file.alias});
    }
    row.id = bot.id + '/' + alias->id;
    row.arn =
        fmt::format("arn:{}:lex:{}:{}:bot-alias/{}", partition_of(region), region, account, row.id);
    if (file.associated) instance_.lex_v2_aliases.push_back(row.arn);
  }

  /// What other services' resources look like from Amazon Connect.
  void add_integrations(std::string_view kind, std::string_view type) {
    for (const auto& [order, source] : instance_.of(kind).rows()) {
      Resource row;
      row.kind = "integration-association";
      row.id = ids_.uuid(instance_.alias, row.kind, source->arn, 0);
      row.name = row.id;
      row.arn = instance_.arn_of(row.kind, row.id);
      row.created = row.modified = now_;
      row.members = {{"IntegrationType", type}, {"IntegrationArn", source->arn}};
      instance_.of(row.kind).add(std::move(row));
    }
  }

  const SeededIds& ids_;
  double now_;
  State& state_;
  InstanceState& instance_;
};

}  // namespace

void add_world_resources(const WorldInstance& file, const SeededIds& ids, double now, State& state,
                         InstanceState& instance) {
  ResourceBuilder(ids, now, state, instance).add_all(file);
}

}  // namespace flowferry::simulator
