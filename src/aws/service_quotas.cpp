#include "aws/service_quotas.h"

#include <set>
#include <utility>

#include "aws/credential_requests.h"
#include "aws/error.h"
#include "base/json/value.h"

namespace flowferry::aws {
namespace {

CredentialRequest page_request(const ServiceEndpoint& endpoint, const std::string& service,
                               const std::string& token) {
  json::Value body = json::Value::object({{"ServiceCode", service}, {"MaxResults", 100}});
  if (!token.empty()) body.set("NextToken", token);
  CredentialRequest request;
  request.request.method = "POST";
  request.request.origin = endpoint.origin;
  request.request.target = "/";
  request.request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                             {"X-Amz-Target", "ServiceQuotasV20190624.ListServiceQuotas"}};
  request.request.body = body.dump();
  request.transfer = endpoint.transfer;
  request.service = "servicequotas";
  return request;
}

}  // namespace

Task<Result<std::vector<ServiceQuota>>> list_service_quotas(CredentialsProvider& credentials,
                                                            ServiceEndpoint endpoint,
                                                            std::string region, std::string service,
                                                            Surroundings surroundings) {
  std::vector<ServiceQuota> out;
  std::set<std::string> seen;
  std::string token;
  do {
    const Result<Credentials> keys = co_await credentials.get();
    if (!keys) co_return fail(keys.error());
    CredentialRequest request = page_request(endpoint, service, token);
    request.sign_with = *keys;
    request.region = region;
    const Result<net::HttpResponse> response =
        co_await send_for_credentials(std::move(request), surroundings);
    if (!response) co_return fail(response.error());
    if (response->status != 200) {
      Error error = read_error(*response, {"servicequotas", "ListServiceQuotas", region});
      redact(error, *keys);
      co_return fail(std::move(error));
    }
    const auto page = json::parse(response->body);
    if (!page || !page->is_object()) {
      co_return fail(ErrorKind::malformed, "the answer to ListServiceQuotas is no JSON object",
                     "check that the endpoint is the service's");
    }
    for (const json::Value& item : (*page)["Quotas"].items()) {
      out.push_back({item["QuotaCode"].as_string(), item["QuotaName"].as_string(),
                     item["Value"].as_double().value_or(0), item["Adjustable"].as_bool()});
    }
    token = (*page)["NextToken"].as_string();
    if (!seen.insert(token).second) break;
  } while (!token.empty());
  co_return out;
}

}  // namespace flowferry::aws
