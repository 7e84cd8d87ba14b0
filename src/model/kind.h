// model/kind.h
//
// The kinds of resources that a contact flow can name.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace flowferry {

enum class ResourceKind {
  contact_flow,
  flow_module,
  queue,
  hours_of_operation,
  prompt,
  routing_profile,
  quick_connect,
  user,
  security_profile,
  hierarchy_group,
  view,
  task_template,
  agent_status,
  phone_number,
  evaluation_form,
  email_address,
  data_table,
  lambda_function,
  lex_v1_bot,
  lex_v2_bot_alias,
  // Recognised in documents, without a look-up by name: reported, never silently passed.
  assistant,
  ai_agent,
  case_template,
  case_field,
  security_key,
  cognito_user_pool,
  cognito_client,
  voice_connector,
  knowledge_base,
  message_template,
  watchlist,
  traffic_distribution_group,
  instance,
  unknown,
};

/// The kebab-case word for configuration, messages and JSON: "hours-of-operation".
std::string_view to_string(ResourceKind kind);
/// The word for people, in the plural form where `count` asks: "hours of operation".
std::string_view label(ResourceKind kind);
std::optional<ResourceKind> kind_from_string(std::string_view word);
const std::vector<ResourceKind>& all_kinds();

/// Whether resources of this kind can be listed with their names, and so be mapped by name.
bool has_lookup(ResourceKind kind);

/// The kind that stands in an Amazon Connect ARN below `instance/{id}/`: "operating-hours" is
/// hours_of_operation (Service Authorization Reference, Amazon Connect). `queue/agent/...`
/// (an agent's own queue) is user.
std::optional<ResourceKind> kind_from_arn_keyword(std::string_view keyword);
std::string_view arn_keyword(
    ResourceKind kind);  ///< Empty when it does not stand below an instance.

}  // namespace flowferry
