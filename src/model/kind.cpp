#include "model/kind.h"

#include <array>

namespace flowferry {
namespace {

struct Row {
  ResourceKind kind;
  std::string_view word;
  std::string_view label;
  std::string_view keyword;
  bool lookup;
};

using K = ResourceKind;
constexpr std::array k_rows = {
    Row{K::contact_flow, "contact-flow", "contact flow", "contact-flow", true},
    Row{K::flow_module, "flow-module", "flow module", "flow-module", true},
    Row{K::queue, "queue", "queue", "queue", true},
    Row{K::hours_of_operation, "hours-of-operation", "hours of operation", "operating-hours", true},
    Row{K::prompt, "prompt", "prompt", "prompt", true},
    Row{K::routing_profile, "routing-profile", "routing profile", "routing-profile", true},
    Row{K::quick_connect, "quick-connect", "quick connect", "transfer-destination", true},
    Row{K::user, "user", "user", "agent", true},
    Row{K::security_profile, "security-profile", "security profile", "security-profile", true},
    Row{K::hierarchy_group, "hierarchy-group", "hierarchy group", "agent-group", true},
    Row{K::view, "view", "view", "view", true},
    Row{K::task_template, "task-template", "task template", "task-template", true},
    Row{K::agent_status, "agent-status", "agent status", "agent-state", true},
    Row{K::phone_number, "phone-number", "phone number", "phone-number", true},
    Row{K::evaluation_form, "evaluation-form", "evaluation form", "evaluation-form", true},
    Row{K::email_address, "email-address", "email address", "email-address", true},
    Row{K::data_table, "data-table", "data table", "data-table", true},
    Row{K::lambda_function, "lambda-function", "Lambda function", "", true},
    Row{K::lex_v1_bot, "lex-v1-bot", "Lex V1 bot", "", true},
    Row{K::lex_v2_bot_alias, "lex-v2-bot-alias", "Lex V2 bot alias", "", true},
    Row{K::assistant, "assistant", "Amazon Q in Connect assistant", "", false},
    Row{K::ai_agent, "ai-agent", "AI agent", "", false},
    Row{K::case_template, "case-template", "case template", "", false},
    Row{K::case_field, "case-field", "case field", "", false},
    Row{K::security_key, "security-key", "security key", "", false},
    Row{K::cognito_user_pool, "cognito-user-pool", "Cognito user pool", "", false},
    Row{K::cognito_client, "cognito-client", "Cognito app client", "", false},
    Row{K::voice_connector, "voice-connector", "Chime voice connector", "", false},
    Row{K::knowledge_base, "knowledge-base", "knowledge base", "", false},
    Row{K::message_template, "message-template", "message template", "", false},
    Row{K::watchlist, "watchlist", "Voice ID watchlist", "", false},
    Row{K::traffic_distribution_group, "traffic-distribution-group", "traffic distribution group",
        "", false},
    Row{K::instance, "instance", "instance", "", false},
    Row{K::unknown, "unknown", "resource of unknown kind", "", false},
};

const Row& row_of(ResourceKind kind) {
  for (const Row& row : k_rows) {
    if (row.kind == kind) return row;
  }
  return k_rows.back();
}

}  // namespace

std::string_view to_string(ResourceKind kind) {
  return row_of(kind).word;
}
std::string_view label(ResourceKind kind) {
  return row_of(kind).label;
}
bool has_lookup(ResourceKind kind) {
  return row_of(kind).lookup;
}
std::string_view arn_keyword(ResourceKind kind) {
  return row_of(kind).keyword;
}

std::optional<ResourceKind> kind_from_string(std::string_view word) {
  for (const Row& row : k_rows) {
    if (row.word == word) return row.kind;
  }
  return std::nullopt;
}

const std::vector<ResourceKind>& all_kinds() {
  static const std::vector<ResourceKind> kinds = [] {
    std::vector<ResourceKind> out;
    for (const Row& row : k_rows) out.push_back(row.kind);
    return out;
  }();
  return kinds;
}

std::optional<ResourceKind> kind_from_arn_keyword(std::string_view keyword) {
  if (keyword.empty()) return std::nullopt;
  for (const Row& row : k_rows) {
    if (row.keyword == keyword) return row.kind;
  }
  return std::nullopt;
}

}  // namespace flowferry
