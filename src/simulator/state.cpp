#include "simulator/state.h"

#include <algorithm>

#include "base/hash.h"

namespace flowferry::simulator {

void FlowRow::publish(std::string content) {
  published_hash = sha256_hex(content);
  published = std::move(content);
  draft.reset();
}

const VersionAlias* FlowRow::alias(std::string_view alias_id) const {
  const auto found = std::find_if(aliases.begin(), aliases.end(),
                                  [&](const VersionAlias& a) { return a.id == alias_id; });
  return found == aliases.end() ? nullptr : &*found;
}

Table<Resource>& InstanceState::of(std::string_view kind) {
  const auto found = resources.find(kind);
  if (found != resources.end()) return found->second;
  return resources.try_emplace(std::string(kind)).first->second;
}

const Table<Resource>& InstanceState::of(std::string_view kind) const {
  static const Table<Resource> empty;
  const auto found = resources.find(kind);
  return found == resources.end() ? empty : found->second;
}

std::string InstanceState::arn_of(std::string_view keyword, std::string_view resource_id) const {
  return arn + '/' + std::string(keyword) + '/' + std::string(resource_id);
}

InstanceState* State::instance(std::string_view id) {
  for (const auto& instance : instances) {
    if (instance->id == id) return instance.get();
  }
  return nullptr;
}

const AccountState* State::account(std::string_view id) const {
  for (const AccountState& account : accounts) {
    if (account.id == id) return &account;
  }
  return nullptr;
}

const LambdaFunction* State::lambda_function(std::string_view account, std::string_view region,
                                             std::string_view name) const {
  for (const LambdaFunction& function : lambda_functions) {
    if (function.name == name && function.account == account && function.region == region) {
      return &function;
    }
  }
  return nullptr;
}

const LexBot* State::lex_bot(std::string_view account, std::string_view region,
                             std::string_view id) const {
  for (const LexBot& bot : lex_bots) {
    if (bot.id == id && bot.account == account && bot.region == region) return &bot;
  }
  return nullptr;
}

std::string partition_of(std::string_view region) {
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("eusc-")) return "aws-eusc";
  return "aws";
}

}  // namespace flowferry::simulator
