// aws/error.h
//
// What an AWS service's refusal means (connect-api.md 1.5). Refusals come in many shapes: the code
// in a header or in one of three members, the text under two names or none, lists of problems under
// three, pages of HTML from whatever stands between.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"
#include "base/result.h"
#include "net/http.h"

namespace flowferry::aws {

/// Which call was refused: for hints.
struct RefusedCall {
  std::string_view service;  ///< Signing name, which is also the prefix of IAM actions: "connect".
  std::string_view operation;  ///< "DescribeContactFlow".
  std::string_view region;
};

/// The error in an answer whose status is not 2xx: kind, code, message, all problems, request id,
/// status, hint. `outcome_unknown` for 5xx.
Error read_error(const net::HttpResponse& response, const RefusedCall& call);

/// Where the keys of a refused request come from, as a detail for its error.
std::string whose(const Credentials& credentials);

/// x-amzn-RequestId, or x-amz-request-id, or nothing.
std::string request_id_of(const net::HttpResponse& response);

/// Takes secrets of the request out of an answer that refuses it, before anything reads or shortens
/// it: as they are, and as forms and JSON write them. Those of less than six characters stay.
void wipe(net::HttpResponse& answer, const std::vector<std::string>& secrets);

/// Takes all keys and tokens of `credentials` out of an error's texts: some services repeat what
/// was signed, security token included.
void redact(Error& error, const Credentials& credentials);

}  // namespace flowferry::aws
