// Any bytes as the service's answer: the first byte chooses the call, the second the status; the
// rest is the body. Nothing crashes, and a refusal has a message. Calls that follow pages get the
// same answer each time, a few times.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "connect/client.h"
#include "support/fake_service.h"

namespace {

using namespace flowferry;

template <class T>
void check(const Result<T>& result) {
  if (result || !result.error().message.empty()) return;
  std::fprintf(stderr, "broken: a refusal has a message\n");
  std::abort();
}

void call(connect::Client& client, aws::Service& service, test::FakeTransport& transport,
          unsigned which) {
  const ResourceKind kind = which % 2 == 0 ? ResourceKind::contact_flow : ResourceKind::flow_module;
  switch (which / 2 % 8) {
    case 0:
      check(transport.run(client.describe_flow(kind, "id")));
      break;
    case 1:
      check(transport.run(client.list_flows(kind)));
      break;
    case 2: {
      Flow flow;
      flow.kind = kind;
      flow.name = "n";
      flow.content = "{}";
      check(transport.run(client.create_flow(std::move(flow), "token")));
      break;
    }
    case 3:
      check(
          transport.run(client.update_content(kind, "id", "{}", std::nullopt, connect::Draft::no)));
      break;
    case 4:
      check(transport.run(client.list_resources(which % 2 == 0 ? ResourceKind::lambda_function
                                                               : ResourceKind::lex_v2_bot_alias)));
      break;
    case 5:
      check(transport.run(client.list_resources(which % 2 == 0 ? ResourceKind::queue
                                                               : ResourceKind::phone_number)));
      break;
    case 6:
      if (which % 2 == 0) {
        check(transport.run(client.describe_instance()));
      } else {
        check(transport.run(connect::list_instances(service)));
      }
      break;
    default:
      if (which % 2 == 0) {
        check(transport.run(client.list_module_aliases("id")));
      } else {
        check(transport.run(client.lex_alias_names("ABCDEFGHIJ", "KLMNOPQRST")));
      }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int k_statuses[] = {200, 200, 200, 400, 404, 409, 429, 500};
  if (size < 2) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 2, size - 2);
  test::FakeService service;
  int answers = 0;
  service.transport.handler = [&](const net::HttpRequest&) -> Result<net::HttpResponse> {
    if (++answers > 4) return net::HttpResponse{200, {}, "{}"};
    return net::HttpResponse{k_statuses[data[1] % 8], {{"x-amzn-RequestId", "r"}}, body};
  };
  connect::Client client(service.connect, service.connect, "11111111-2222-4333-8444-555555555555");
  call(client, service.connect, service.transport, data[0]);
  return 0;
}
