// simulator/simulator.h
//
// A simulated Amazon Connect (and Lex Models V2) endpoint: state, signatures, validation, throttling,
// faults. Speaks the service's REST-JSON as the embedded service description says. Shares no signing,
// serialising or parsing code with the client: what checks the client must be able to disagree with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/server.h"

namespace flowferry::simulator {

/// Everything that can be chosen. The defaults are the service's documented behaviour; the switches stand
/// for what is not established (connect-api.md 5).
struct Options {
  std::uint64_t seed = 1;                  ///< Of ids and faults.
  double rate = 2;                         ///< Requests a second per account, Region and operation.
  double burst = 5;
  bool throttle = true;
  std::chrono::milliseconds latency{0};
  std::map<std::string, std::string> switches;  ///< By name; see docs/simulator.md. Unknown: error.
};

/// A running world. Made from a world file (docs/formats.md). Not thread-safe: handle() is called by one
/// server thread, and the other members only while the server is stopped or through ask().
class Simulator {
 public:
  /// Loads the world. Errors name file and place.
  static Result<std::unique_ptr<Simulator>> load(const std::filesystem::path& world, Options options,
                                                 Clock& clock);
  virtual ~Simulator() = default;

  /// Answers one HTTP request.
  virtual net::ServerResponse handle(net::ServerRequest request) = 0;

  /// One line per instance, with id, alias, Region, account, and the credentials of its account.
  struct Account {
    std::string id;
    std::string access_key_id;
    std::string secret_access_key;
  };
  struct InstanceLine {
    std::string alias, id, arn, region, account;
    std::size_t flows = 0, modules = 0;
  };
  virtual std::vector<Account> accounts() const = 0;
  virtual std::vector<InstanceLine> instances() const = 0;

  /// The whole state as one JSON document in a stable order, `times` aside when false: two equal dumps are
  /// two equal worlds.
  virtual std::string dump(bool times) const = 0;
};

}  // namespace flowferry::simulator
