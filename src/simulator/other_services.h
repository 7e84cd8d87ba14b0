// simulator/other_services.h
//
// The two services beside Amazon Connect and Lex that a client asks about its own account: the
// Security Token Service (GetCallerIdentity, AssumeRole; query protocol, XML) and Service Quotas
// (ListServiceQuotas; JSON 1.1). As far as `doctor` and roles need them, and no further.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "net/server.h"
#include "simulator/signature.h"

namespace flowferry::simulator {

/// Keys that AssumeRole handed out.
struct RoleKeys {
  std::string access_key_id, secret_access_key, session_token;
  SystemTime expires;
};

/// Makes keys for a role of an account, good for so many seconds; nothing: there is no such
/// account.
using IssueKeys = std::function<std::optional<RoleKeys>(
    const std::string& account, const std::string& role, std::int64_t seconds)>;

net::ServerResponse answer_sts(const net::ServerRequest& request, const Caller& caller,
                               const IssueKeys& issue);
/// An error of STS, in its XML; codes that other services have another word for are translated.
net::ServerResponse sts_failure(const std::string& code, const std::string& message, int status);
/// Whether a request is of the query protocol, before anything about it is believed.
bool is_query_protocol(const net::ServerRequest& request);

/// What the quotas of the simulated account are.
struct QuotaValues {
  double rate = 0;  ///< Of every operation.
  std::int64_t flows = 0;
  std::int64_t modules = 0;
};
net::ServerResponse answer_service_quotas(const net::ServerRequest& request,
                                          const QuotaValues& values);

}  // namespace flowferry::simulator
