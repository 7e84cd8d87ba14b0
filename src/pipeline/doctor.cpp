#include "pipeline/doctor.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/text.h"
#include "connect/regions.h"
#include "model/arn.h"

namespace flowferry::pipeline {
namespace {

using K = ResourceKind;

/// Operations that are tried by reading the first item of a list.
struct Listed {
  std::string_view operation;
  K kind;
};
constexpr std::array k_listed = {
    Listed{"ListContactFlows", K::contact_flow},
    Listed{"ListContactFlowModules", K::flow_module},
    Listed{"ListQueues", K::queue},
    Listed{"ListHoursOfOperations", K::hours_of_operation},
    Listed{"ListPrompts", K::prompt},
    Listed{"ListRoutingProfiles", K::routing_profile},
    Listed{"ListQuickConnects", K::quick_connect},
    Listed{"ListUsers", K::user},
    Listed{"ListSecurityProfiles", K::security_profile},
    Listed{"ListUserHierarchyGroups", K::hierarchy_group},
    Listed{"ListViews", K::view},
    Listed{"ListTaskTemplates", K::task_template},
    Listed{"ListAgentStatuses", K::agent_status},
    Listed{"ListPhoneNumbersV2", K::phone_number},
    Listed{"ListEvaluationForms", K::evaluation_form},
    Listed{"SearchEmailAddresses", K::email_address},
    Listed{"ListDataTables", K::data_table},
    Listed{"ListLambdaFunctions", K::lambda_function},
    Listed{"ListBots", K::lex_v2_bot_alias},
};

/// Quotas that a migration meets (connect-api.md 3.1, 3.2).
struct KnownQuota {
  std::string_view code;
  std::string_view operation;  ///< Empty: resources of an instance.
};
constexpr std::array k_quotas = {
    KnownQuota{"L-22922690", ""},
    KnownQuota{"L-19755C7E", ""},
    KnownQuota{"L-4641705A", "ListContactFlows"},
    KnownQuota{"L-41C7214A", "DescribeContactFlow"},
    KnownQuota{"L-A218697D", "CreateContactFlow"},
    KnownQuota{"L-4C062DDC", "UpdateContactFlowContent"},
    KnownQuota{"L-96329A5A", "UpdateContactFlowMetadata"},
    KnownQuota{"L-BBBDDEDC", "DeleteContactFlow"},
    KnownQuota{"L-89B2A386", "ListContactFlowModules"},
    KnownQuota{"L-56B34560", "DescribeContactFlowModule"},
    KnownQuota{"L-DA469EE8", "CreateContactFlowModule"},
    KnownQuota{"L-C260F37F", "UpdateContactFlowModuleContent"},
    KnownQuota{"L-80204DDC", "UpdateContactFlowModuleMetadata"},
    KnownQuota{"L-19D865C6", "DeleteContactFlowModule"},
    KnownQuota{"L-EA358306", "TagResource"},
    KnownQuota{"L-26D9F60B", "UntagResource"},
};

OperationCheck& check_of(Diagnosis& diagnosis, std::string_view operation) {
  for (OperationCheck& check : diagnosis.operations) {
    if (check.permission->operation() == operation) return check;
  }
  return diagnosis.operations.front();  // Never: all names come from the table, and a test says so.
}

void note(OperationCheck& check, const Error& error) {
  check.tried = error.kind == ErrorKind::denied ? Tried::denied : Tried::failed;
  check.error = error;
}

template <class T>
void note(OperationCheck& check, const Result<T>& result) {
  if (result) {
    check.tried = Tried::allowed;
  } else {
    note(check, result.error());
  }
}

void not_tried(OperationCheck& check, std::string why) {
  check.tried = Tried::not_tried;
  check.why_not = std::move(why);
}

/// What the checks of one environment share while they run side by side.
struct Checks {
  connect::Client& client;
  Diagnosis& diagnosis;
  Progress& progress;
};

Task<void> check_flow(Checks& checks, std::optional<Resource> found, K kind) {
  const bool module = kind == K::flow_module;
  OperationCheck& describe =
      check_of(checks.diagnosis, module ? "DescribeContactFlowModule" : "DescribeContactFlow");
  if (!found) {
    const std::string why = "there is no " + std::string(label(kind)) + " to read";
    not_tried(describe, why);
    if (!module) co_return;
    not_tried(check_of(checks.diagnosis, "ListContactFlowModuleAliases"), why);
    not_tried(check_of(checks.diagnosis, "ListContactFlowModuleVersions"), why);
    co_return;
  }
  std::string id = found->id;
  const Result<Flow> flow = co_await checks.client.describe_flow(kind, std::move(id));
  note(describe, flow);
  checks.progress.advance(1);
  if (!module) co_return;
  id = found->id;
  const auto aliases = co_await checks.client.list_module_aliases(std::move(id));
  note(check_of(checks.diagnosis, "ListContactFlowModuleAliases"), aliases);
  checks.progress.advance(1);
  id = found->id;
  const auto versions = co_await checks.client.list_module_versions(std::move(id));
  note(check_of(checks.diagnosis, "ListContactFlowModuleVersions"), versions);
  checks.progress.advance(1);
}

Task<void> check_bot(Checks& checks, std::optional<Resource> found) {
  OperationCheck& bot = check_of(checks.diagnosis, "DescribeBot");
  OperationCheck& alias = check_of(checks.diagnosis, "DescribeBotAlias");
  const std::size_t slash = found ? found->id.find('/') : std::string::npos;
  if (slash == std::string::npos) {
    not_tried(bot, "the instance has no Lex V2 bot");
    not_tried(alias, "the instance has no Lex V2 bot");
    co_return;
  }
  std::string bot_id = found->id.substr(0, slash);
  std::string alias_id = found->id.substr(slash + 1);
  std::string same_bot_id = bot_id;
  const auto bot_name = co_await checks.client.lex_bot_name(std::move(bot_id));
  note(bot, bot_name);
  const auto alias_name =
      co_await checks.client.lex_bot_alias_name(std::move(same_bot_id), std::move(alias_id));
  note(alias, alias_name);
  checks.progress.advance(2);
}

Task<void> check_list(Checks& checks, Listed listed) {
  const auto found = co_await checks.client.first_of(listed.kind);
  note(check_of(checks.diagnosis, listed.operation), found);
  checks.progress.advance(1);
  std::optional<Resource> first;
  if (found) first = *found;
  if (listed.kind == K::contact_flow || listed.kind == K::flow_module) {
    co_await check_flow(checks, first, listed.kind);
  } else if (listed.kind == K::lex_v2_bot_alias) {
    co_await check_bot(checks, first);
  }
}

Task<void> check_search(Checks& checks, K kind) {
  std::string no_token;
  const auto page = co_await checks.client.search_flows(kind, std::move(no_token));
  note(check_of(checks.diagnosis,
                kind == K::flow_module ? "SearchContactFlowModules" : "SearchContactFlows"),
       page);
  checks.progress.advance(1);
}

Task<void> check_quotas(Session& session, OpenEnvironment& environment, Diagnosis& diagnosis) {
  aws::CredentialsProvider& credentials = *environment.settings.credentials;
  aws::ServiceEndpoint endpoint = environment.settings.quotas;
  std::string region = environment.settings.region;
  std::string service = "connect";
  aws::Surroundings surroundings = session.surroundings();
  const auto listed =
      co_await aws::list_service_quotas(credentials, std::move(endpoint), std::move(region),
                                        std::move(service), std::move(surroundings));
  if (!listed) {
    diagnosis.quotas_error = listed.error();
    co_return;
  }
  for (const KnownQuota& known : k_quotas) {
    for (const aws::ServiceQuota& quota : *listed) {
      if (quota.code == known.code) {
        const std::string operation(known.operation);
        const double configured = operation.empty() ? 0 : session.quota(operation).rate;
        diagnosis.quotas.push_back({quota, operation, configured});
      }
    }
  }
}

Task<void> check_credentials(Session& session, OpenEnvironment& environment, Diagnosis& diagnosis) {
  const Result<aws::Credentials> keys = co_await environment.settings.credentials->get();
  if (!keys) {
    diagnosis.credentials_error = keys.error();
    co_return;
  }
  diagnosis.keys = aws::Credentials{keys->access_key_id, {}, {}, keys->expires, keys->source};
  aws::CredentialsProvider& credentials = *environment.settings.credentials;
  aws::ServiceEndpoint endpoint = environment.settings.sts;
  std::string region = environment.settings.region;
  aws::Surroundings surroundings = session.surroundings();
  const auto identity = co_await aws::caller_identity(credentials, std::move(endpoint),
                                                      std::move(region), std::move(surroundings));
  if (identity) {
    diagnosis.identity = *identity;
  } else {
    diagnosis.identity_error = identity.error();
  }
}

FoundBy found_by(const OpenEnvironment& environment) {
  const std::string& wanted = environment.config.instance;
  return parse_arn(wanted) || is_uuid(wanted) ? FoundBy::id : FoundBy::alias;
}

/// What its ARN would be, where the instance itself could not be found: for the policies.
std::optional<Instance> presumed(const OpenEnvironment& environment, const Diagnosis& diagnosis) {
  Instance out;
  if (const auto arn = parse_arn(environment.config.instance)) {
    out.arn = environment.config.instance;
    out.partition = arn->partition;
    out.region = arn->region;
    out.account = arn->account;
    return out;
  }
  if (!diagnosis.identity) return std::nullopt;
  out.partition = environment.settings.partition;
  out.region = environment.settings.region;
  out.account = diagnosis.identity->account;
  out.id = is_uuid(environment.config.instance) ? environment.config.instance : "INSTANCE-ID";
  out.arn =
      "arn:" + out.partition + ":connect:" + out.region + ":" + out.account + ":instance/" + out.id;
  return out;
}

Task<void> look_into(Session& session, OpenEnvironment& environment, Diagnosis& diagnosis,
                     Progress& progress) {
  auto client = std::make_unique<connect::Client>(*environment.connect, *environment.lex,
                                                  diagnosis.instance->id);
  for (const Permission& permission : permissions()) {
    if (is_unused(permission, found_by(environment))) continue;
    OperationCheck check{&permission, Tried::not_tried, std::nullopt, {}};
    if (permission.writes) check.why_not = "it would write";
    diagnosis.operations.push_back(std::move(check));
  }
  // By which the instance was found.
  check_of(diagnosis,
           found_by(environment) == FoundBy::alias ? "ListInstances" : "DescribeInstance")
      .tried = Tried::allowed;
  Checks checks{*client, diagnosis, progress};
  std::vector<Task<void>> tasks;
  for (const Listed& listed : k_listed) tasks.push_back(check_list(checks, listed));
  for (const K kind : {K::contact_flow, K::flow_module}) {
    tasks.push_back(check_search(checks, kind));
  }
  tasks.push_back(check_quotas(session, environment, diagnosis));
  co_await gather(std::move(tasks));
}

void remark(Diagnosis& diagnosis) {
  if (!connect::is_known_region(diagnosis.region)) {
    diagnosis.remarks.push_back("Amazon Connect is not known to be in Region " + diagnosis.region);
  }
  if (diagnosis.identity && diagnosis.instance &&
      diagnosis.identity->account != diagnosis.instance->account) {
    diagnosis.remarks.push_back("the credentials belong to account " + diagnosis.identity->account +
                                ", the instance to account " + diagnosis.instance->account);
  }
  if (diagnosis.instance && !diagnosis.instance->status.empty() &&
      diagnosis.instance->status != "ACTIVE") {
    diagnosis.remarks.push_back("the instance is not ready: " + diagnosis.instance->status);
  }
}

}  // namespace

std::string_view to_string(Tried tried) {
  switch (tried) {
    case Tried::allowed:
      return "allowed";
    case Tried::denied:
      return "denied";
    case Tried::failed:
      return "failed";
    case Tried::not_tried:
      return "not-tried";
  }
  return "not-tried";
}

bool Diagnosis::is_well() const {
  if (settings_error || credentials_error || identity_error || instance_error) return false;
  if (!instance || (!instance->status.empty() && instance->status != "ACTIVE")) return false;
  return std::none_of(operations.begin(), operations.end(), [](const OperationCheck& check) {
    return !check.permission->optional &&
           (check.tried == Tried::denied || check.tried == Tried::failed);
  });
}

Task<Diagnosis> diagnose(Session& session, std::string environment, Progress& progress) {
  Diagnosis out;
  out.environment = environment;
  if (const EnvironmentConfig* config = session.config().environment(environment)) {
    out.place = session.config().path + ":" + std::to_string(config->line);
  }
  auto prepared = session.prepare(environment);
  if (!prepared) {
    out.settings_error = std::move(prepared).error();
    co_return out;
  }
  OpenEnvironment& opened = **prepared;
  out.profile = opened.settings.profile;
  out.region = opened.settings.region;
  out.partition = opened.settings.partition;
  out.endpoint = opened.settings.connect.origin;
  progress.begin("Looking at \"" + printable(environment) + "\"", 0);
  co_await check_credentials(session, opened, out);
  if (out.keys) {
    auto instance = co_await session.find_instance(opened);
    if (instance) {
      opened.connect->set_account(instance->account);
      opened.lex->set_account(instance->account);
      out.instance = std::move(*instance);
      co_await look_into(session, opened, out, progress);
    } else {
      out.instance_error = std::move(instance).error();
    }
  }
  const auto for_policies = out.instance ? out.instance : presumed(opened, out);
  if (for_policies) {
    for (const RoleUse& use : role_uses()) {
      out.policies.push_back({&use, policy_for(use.role, found_by(opened), *for_policies)});
    }
  }
  remark(out);
  progress.end();
  co_return out;
}

std::vector<std::string> environments_to_diagnose(const Config& config) {
  std::vector<std::string> out;
  for (const EnvironmentConfig& environment : config.environments) {
    if (environment.bundle.empty()) out.push_back(environment.name);
  }
  return out;
}

}  // namespace flowferry::pipeline
