// Signs requests given as one JSON object a line on stdin, and prints what the comparing script
// needs: for each line one object with the headers and the canonical request.
#include <chrono>
#include <iostream>
#include <string>

#include "aws/signer.h"
#include "base/json/value.h"

int main() {
  using namespace flowferry;
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto in = json::parse(line);
    if (!in) return 1;
    aws::Credentials keys;
    keys.access_key_id = (*in)["access_key"].as_string();
    keys.secret_access_key = (*in)["secret_key"].as_string();
    keys.session_token = (*in)["token"].as_string_or("");
    net::HttpRequest request;
    request.method = (*in)["method"].as_string();
    request.origin = (*in)["origin"].as_string();
    request.target = (*in)["target"].as_string();
    request.body = (*in)["body"].as_string();
    for (const auto& [name, value] : (*in)["headers"].members()) {
      request.headers.emplace_back(name, value.as_string());
    }
    const SystemTime time{std::chrono::seconds((*in)["time"].as_int().value_or(0))};
    const std::string region = (*in)["region"].as_string();
    const std::string service = (*in)["service"].as_string();
    const aws::SigningScope scope{region, service, time};
    aws::sign(request, keys, scope);
    json::Value out = json::Value::object();
    out.set("authorization", std::string(*net::find_header(request.headers, "Authorization")));
    out.set("canonical_request", aws::signing_steps(request, keys, scope).canonical_request);
    std::cout << out.dump() << "\n";
  }
  return 0;
}
