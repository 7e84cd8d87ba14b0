// support/fake_service.h
//
// A service over a transport that answers from memory: for tests of what is called, and when.
#pragma once

#include "aws/service.h"
#include "base/random.h"
#include "support/fake_transport.h"

namespace flowferry::test {

class StaticKeys final : public aws::CredentialsProvider {
 public:
  Task<Result<aws::Credentials>> get() override {
    aws::Credentials keys;
    keys.access_key_id = "AKIDEXAMPLE";
    keys.secret_access_key = "secret";
    co_return keys;
  }
};

/// Without pacing, in the transport's own time; what `transport.handler` says is the answer.
struct FakeService {
  explicit FakeService(const char* name = "connect")
      : connect{{name, "us-east-1", "", std::string("https://") + name + ".example", "t", {}, {}},
                transport,
                keys,
                pacer,
                statistics,
                transport.clock,
                random} {}
  FakeService(const FakeService&) = delete;
  FakeService& operator=(const FakeService&) = delete;

  FakeTransport transport;
  StaticKeys keys;
  aws::Pacer pacer{transport, {0, 0}};
  aws::CallStatistics statistics;
  SeededRandom random{1};
  aws::Service connect;
};

}  // namespace flowferry::test
