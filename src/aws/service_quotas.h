// aws/service_quotas.h
//
// Service Quotas, as far as a program reads its own (Service Quotas API Reference, 2019-06-24, JSON
// 1.1): the values that are in force for a service in this account and Region.
#pragma once

#include <string>
#include <vector>

#include "aws/credentials.h"
#include "aws/settings.h"
#include "base/result.h"
#include "base/task.h"

namespace flowferry::aws {

struct ServiceQuota {
  std::string code;  ///< "L-22922690"
  std::string name;
  double value = 0;
  bool adjustable = false;
};

/// ListServiceQuotas for a service such as "connect". Errors: denied, credentials, network,
/// service, malformed, with the request id.
Task<Result<std::vector<ServiceQuota>>> list_service_quotas(CredentialsProvider& credentials,
                                                            ServiceEndpoint endpoint,
                                                            std::string region, std::string service,
                                                            Surroundings surroundings);

}  // namespace flowferry::aws
