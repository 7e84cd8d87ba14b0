// Lambda functions and Lex bots of an instance, integrations, traffic distribution groups; and the
// few operations of Lex Models V2 that tell bots' names.
#include <algorithm>

#include "base/text.h"
#include "simulator/paging.h"

namespace flowferry::simulator {
namespace {

tl::unexpected<ApiError> conflict() {
  return refuse("ResourceConflictException",
                "The resource is already associated with the instance");
}

template <class T>
std::optional<ApiError> over_quota(const Call& call, const std::vector<T>& have) {
  if (static_cast<std::int64_t>(have.size()) < call.switches.number(Switch::resource_quota))
    return std::nullopt;
  ApiError error;
  error.code = "ServiceQuotaExceededException";
  error.message = "The limit of associations per instance has been reached";
  return error;
}

// Lambda functions.

Outcome list_functions(Call& call) {
  js::array items;
  for (const std::string& arn : call.instance->lambda_functions) items.push_back(js::string(arn));
  return page_of(call, "LambdaFunctions", items_of(std::move(items)));
}

bool function_exists(const Call& call, std::string_view arn) {
  const auto parts = split(arn, ':');
  if (parts.size() < 7 || parts[2] != "lambda" || parts[5] != "function") return false;
  return call.state.lambda_function(parts[4], parts[3], parts[6]) != nullptr;
}

Outcome associate_function(Call& call) {
  const std::string arn = call.text("FunctionArn");
  auto& have = call.instance->lambda_functions;
  if (!function_exists(call, arn))
    return invalid_request("The Lambda function does not exist: " + arn);
  if (std::find(have.begin(), have.end(), arn) != have.end()) return conflict();
  if (auto error = over_quota(call, have)) return pass_on(*error);
  have.push_back(arn);
  return js::object();
}

Outcome disassociate_function(Call& call) {
  if (std::erase(call.instance->lambda_functions, call.text("FunctionArn")) == 0)
    return not_found();
  return js::object();
}

// Lex bots.

js::object show_v1(const LexV1Association& bot) {
  return js::object{{"Name", bot.name}, {"LexRegion", bot.region}};
}

Outcome list_v1_bots(Call& call) {
  js::array items;
  for (const LexV1Association& bot : call.instance->lex_v1_bots) items.push_back(show_v1(bot));
  return page_of(call, "LexBots", items_of(std::move(items)));
}

Outcome list_bots(Call& call) {
  js::array items;
  if (call.text("LexVersion") == "V1") {
    for (const LexV1Association& bot : call.instance->lex_v1_bots) {
      items.push_back(js::object{{"LexBot", show_v1(bot)}});
    }
  } else {
    for (const std::string& arn : call.instance->lex_v2_aliases) {
      items.push_back(js::object{{"LexV2Bot", js::object{{"AliasArn", arn}}}});
    }
  }
  return page_of(call, "LexBots", items_of(std::move(items)));
}

std::string text_in(const js::object& object, std::string_view name) {
  const js::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

Outcome associate_v1(Call& call, const js::object& bot) {
  LexV1Association wanted{text_in(bot, "Name"), text_in(bot, "LexRegion"), {}};
  auto& have = call.instance->lex_v1_bots;
  const auto same = [&](const LexV1Association& b) {
    return b.name == wanted.name && b.region == wanted.region;
  };
  if (std::any_of(have.begin(), have.end(), same)) return conflict();
  if (auto error = over_quota(call, have)) return pass_on(*error);
  have.push_back(std::move(wanted));
  return js::object();
}

Outcome disassociate_v1(Call& call, const std::string& name, const std::string& region) {
  const auto gone = std::erase_if(call.instance->lex_v1_bots, [&](const LexV1Association& bot) {
    return bot.name == name && bot.region == region;
  });
  if (gone == 0) return not_found();
  return js::object();
}

bool alias_exists(const Call& call, std::string_view arn) {
  const auto parts = split(arn, ':');
  if (parts.size() != 6 || parts[2] != "lex") return false;
  const auto ids = split(parts[5], '/');
  if (ids.size() != 3 || ids[0] != "bot-alias") return false;
  const LexBot* bot = call.state.lex_bot(parts[4], parts[3], ids[1]);
  return bot && std::any_of(bot->aliases.begin(), bot->aliases.end(),
                            [&](const LexBot::Alias& alias) { return alias.id == ids[2]; });
}

Outcome associate_v2(Call& call, const std::string& arn) {
  auto& have = call.instance->lex_v2_aliases;
  if (!alias_exists(call, arn)) return invalid_request("The bot alias does not exist: " + arn);
  if (std::find(have.begin(), have.end(), arn) != have.end()) return conflict();
  if (auto error = over_quota(call, have)) return pass_on(*error);
  have.push_back(arn);
  return js::object();
}

Outcome associate_lex_bot(Call& call) {
  return associate_v1(call, call.input.at("LexBot").get_object());
}

Outcome disassociate_lex_bot(Call& call) {
  return disassociate_v1(call, call.text("BotName"), call.text("LexRegion"));
}

Outcome associate_bot(Call& call) {
  if (const js::value* bot = call.input.if_contains("LexBot"))
    return associate_v1(call, bot->get_object());
  if (const js::value* bot = call.input.if_contains("LexV2Bot")) {
    return associate_v2(call, text_in(bot->get_object(), "AliasArn"));
  }
  return invalid_request("LexBot or LexV2Bot is required");
}

Outcome disassociate_bot(Call& call) {
  if (const js::value* bot = call.input.if_contains("LexBot")) {
    return disassociate_v1(call, text_in(bot->get_object(), "Name"),
                           text_in(bot->get_object(), "LexRegion"));
  }
  const js::value* bot = call.input.if_contains("LexV2Bot");
  if (!bot) return invalid_request("LexBot or LexV2Bot is required");
  if (std::erase(call.instance->lex_v2_aliases, text_in(bot->get_object(), "AliasArn")) == 0)
    return not_found();
  return js::object();
}

// Integrations.

Outcome list_integrations(Call& call) {
  const auto same = [&](const Resource& row, std::string_view member) {
    return !call.has(member) || text_in(row.members, member) == call.text(member);
  };
  return page_of(call, "IntegrationAssociationSummaryList",
                 rows_of<Resource>(
                     call, call.instance->of("integration-association"),
                     [&](const Resource& row) {
                       return same(row, "IntegrationType") && same(row, "IntegrationArn");
                     },
                     [&](const Resource& row) -> js::value {
                       js::object item = row.members;
                       item["IntegrationAssociationId"] = row.id;
                       item["IntegrationAssociationArn"] = row.arn;
                       item["InstanceId"] = call.instance->id;
                       return item;
                     }));
}

Outcome create_integration(Call& call) {
  Resource row;
  row.kind = "integration-association";
  row.id = call.random.uuid();
  row.name = row.id;
  row.arn = call.instance->arn_of("integration-association", row.id);
  row.tags = call.tags();
  row.members = call.input;
  for (const std::string_view name : {"InstanceId", "Tags"}) row.members.erase(name);
  call.appear(row);
  const Resource& made = call.instance->of("integration-association").add(std::move(row));
  return js::object{{"IntegrationAssociationId", made.id}, {"IntegrationAssociationArn", made.arn}};
}

Outcome delete_integration(Call& call) {
  auto& table = call.instance->of("integration-association");
  Resource* row = table.find(call.text("IntegrationAssociationId"));
  if (!row) return not_found();
  call.remove(table, *row);
  return js::object();
}

Outcome list_use_cases(Call& call) {
  if (!call.instance->of("integration-association").find(call.text("IntegrationAssociationId")))
    return not_found();
  return page_of(call, "UseCaseSummaryList", items_of({}));
}

Outcome list_traffic_groups(Call& call) {
  js::array items;
  for (const auto& instance : call.state.instances) {
    if (instance->account != call.caller.account || instance->region != call.caller.region)
      continue;
    if (call.instance && call.instance != instance.get()) continue;
    for (const auto& [order, row] : instance->of("traffic-distribution-group").rows()) {
      items.push_back(js::object{{"Id", row->id},
                                 {"Arn", row->arn},
                                 {"Name", row->name},
                                 {"InstanceArn", instance->arn},
                                 {"Status", "ACTIVE"},
                                 {"IsDefault", false}});
    }
  }
  return page_of(call, "TrafficDistributionGroupSummaryList", items_of(std::move(items)));
}

// Lex Models V2.

const LexBot* named_bot(const Call& call) {
  return call.state.lex_bot(call.caller.account, call.caller.region, call.text("botId"));
}

tl::unexpected<ApiError> no_bot(const Call& call) {
  return not_found("Failed to retrieve resource since it does not exist: bot " +
                   call.text("botId"));
}

Outcome lex_list_bots(Call& call) {
  js::array items;
  for (const LexBot& bot : call.state.lex_bots) {
    if (bot.account != call.caller.account || bot.region != call.caller.region) continue;
    items.push_back(
        js::object{{"botId", bot.id}, {"botName", bot.name}, {"botStatus", "Available"}});
  }
  return page_of(call, "botSummaries", items_of(std::move(items)));
}

Outcome lex_describe_bot(Call& call) {
  const LexBot* bot = named_bot(call);
  if (!bot) return no_bot(call);
  return js::object{{"botId", bot->id}, {"botName", bot->name}, {"botStatus", "Available"}};
}

Outcome lex_list_aliases(Call& call) {
  const LexBot* bot = named_bot(call);
  if (!bot) return no_bot(call);
  js::array items;
  for (const LexBot::Alias& alias : bot->aliases) {
    items.push_back(js::object{
        {"botAliasId", alias.id}, {"botAliasName", alias.name}, {"botAliasStatus", "Available"}});
  }
  Outcome page = page_of(call, "botAliasSummaries", items_of(std::move(items)));
  if (page) (*page)["botId"] = bot->id;
  return page;
}

Outcome lex_describe_alias(Call& call) {
  const LexBot* bot = named_bot(call);
  if (!bot) return no_bot(call);
  for (const LexBot::Alias& alias : bot->aliases) {
    if (alias.id != call.text("botAliasId")) continue;
    return js::object{{"botAliasId", alias.id},
                      {"botAliasName", alias.name},
                      {"botAliasStatus", "Available"},
                      {"botId", bot->id}};
  }
  return not_found("Failed to retrieve resource since it does not exist: bot alias " +
                   call.text("botAliasId"));
}

}  // namespace

void add_integration_operations(Handlers& handlers) {
  handlers["ListLambdaFunctions"] = list_functions;
  handlers["AssociateLambdaFunction"] = associate_function;
  handlers["DisassociateLambdaFunction"] = disassociate_function;
  handlers["ListLexBots"] = list_v1_bots;
  handlers["AssociateLexBot"] = associate_lex_bot;
  handlers["DisassociateLexBot"] = disassociate_lex_bot;
  handlers["ListBots"] = list_bots;
  handlers["AssociateBot"] = associate_bot;
  handlers["DisassociateBot"] = disassociate_bot;
  handlers["ListIntegrationAssociations"] = list_integrations;
  handlers["CreateIntegrationAssociation"] = create_integration;
  handlers["DeleteIntegrationAssociation"] = delete_integration;
  handlers["ListUseCases"] = list_use_cases;
  handlers["ListTrafficDistributionGroups"] = list_traffic_groups;
}

void add_lex_operations(Handlers& handlers) {
  handlers["ListBots"] = lex_list_bots;
  handlers["DescribeBot"] = lex_describe_bot;
  handlers["ListBotAliases"] = lex_list_aliases;
  handlers["DescribeBotAlias"] = lex_describe_alias;
}

}  // namespace flowferry::simulator
