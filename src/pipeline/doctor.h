// pipeline/doctor.h
//
// Whether an environment can be worked with: credentials, who they are, the instance, which
// operations are allowed, quotas, and the smallest IAM policies. Makes harmless calls only; what
// cannot be tried so is said. One thing that fails does not keep the others from being looked at.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/service_quotas.h"
#include "aws/sts_requests.h"
#include "base/progress.h"
#include "base/result.h"
#include "model/resource.h"
#include "pipeline/permissions.h"
#include "pipeline/session.h"

namespace flowferry::pipeline {

enum class Tried {
  allowed,    ///< It was called, and answered.
  denied,     ///< The service does not allow it.
  failed,     ///< It was called, and something else was the matter.
  not_tried,  ///< There is no harmless way, or nothing to call it with.
};

/// "allowed", "denied", "failed", "not-tried".
std::string_view to_string(Tried tried);

struct OperationCheck {
  const Permission* permission = nullptr;
  Tried tried = Tried::not_tried;
  std::optional<Error> error;  ///< Of denied and failed.
  std::string why_not;         ///< Of not_tried.
};

/// A quota of the account in this Region that a migration meets.
struct QuotaCheck {
  aws::ServiceQuota quota;
  std::string operation;  ///< Whose rate it is; empty: it is of the instance's resources.
  double configured = 0;  ///< The rate that flowferry would keep; 0: no pacing, or no rate.
};

struct PolicyOf {
  const RoleUse* use = nullptr;
  json::Value policy;
};

/// What was found of one environment. What is empty was not reached.
struct Diagnosis {
  std::string environment;
  std::string place;  ///< "flowferry.yaml:3"
  std::string profile;
  std::string region;
  std::string partition;
  std::string endpoint;                  ///< Of Amazon Connect.
  std::optional<aws::Credentials> keys;  ///< Without secrets: source, key id, time of expiry.
  std::optional<aws::CallerIdentity> identity;
  std::optional<Instance> instance;
  std::optional<Error> settings_error;  ///< Configuration or AWS files.
  std::optional<Error> credentials_error;
  std::optional<Error> identity_error;
  std::optional<Error> instance_error;
  std::vector<OperationCheck> operations;
  std::vector<QuotaCheck> quotas;
  std::optional<Error> quotas_error;  ///< Nothing that is needed.
  std::vector<PolicyOf> policies;
  std::vector<std::string> remarks;  ///< "the instance is in another account than the credentials"

  /// Whether nothing that is needed is missing.
  bool is_well() const;
};

/// Looks at one environment. Never fails: what is wrong stands in the diagnosis.
Task<Diagnosis> diagnose(Session& session, std::string environment, Progress& progress);

/// Environments of the configuration that are instances: what doctor looks at when none is named.
std::vector<std::string> environments_to_diagnose(const Config& config);

}  // namespace flowferry::pipeline
