// simulator/simulator.h
//
// A simulated Amazon Connect (and Lex Models V2) endpoint: state, signatures, validation,
// throttling, faults. Speaks the service's REST-JSON as the embedded service description says.
// Shares no signing, serialising or parsing code with the client: what checks the client must be
// able to disagree with it.
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
#include "simulator/world_file.h"

namespace flowferry::simulator {

/// Calls that go wrong on purpose. Shares are from 0 to 1; of one call at most one thing goes
/// wrong.
struct Faults {
  std::uint64_t seed = 1;
  double error_500 = 0;     ///< InternalServiceException; nothing is processed.
  double error_503 = 0;     ///< ServiceUnavailable, likewise.
  double throttled = 0;     ///< Refused as if for its rate.
  double reset_before = 0;  ///< The connection is reset before the request is processed.
  double reset_after = 0;   ///< Processed, then the connection is reset: no byte of the answer.
  double cut_body = 0;      ///< Processed, then half of the answer's body and the end.
  double slow = 0;          ///< Answered after `slow_by`.
  std::chrono::milliseconds slow_by{3000};
  std::string operation;  ///< Only this operation; empty: all.
  bool writes_only = false;
  /// The write with this number (counted from 1) is held: not processed (`before`) or processed
  /// (`after`), and not answered as long as the client waits. 0: none. For killing the client
  /// there.
  std::int64_t hold_write = 0;
  bool hold_after = false;
};

/// One call that changes something, as tests see it.
struct WriteCall {
  std::string_view operation;
  std::string_view account;
  std::string_view region;
  std::int64_t number = 0;  ///< From 1, counted since the start or the last reset.
};
enum class Moment { before, after };           ///< Of its processing.
enum class Verdict { go_on, drop, fail_500 };  ///< drop: the connection is reset.

/// Everything that can be chosen. The defaults are the service's documented behaviour; the switches
/// stand for what is not established (connect-api.md 5).
struct Options {
  std::uint64_t seed = 1;  ///< Of ids and faults.
  double rate = 2;         ///< Requests a second per account, Region and operation.
  double burst = 5;
  bool throttle = true;
  std::chrono::milliseconds latency{0};
  std::map<std::string, std::string> switches;  ///< By name; see docs/simulator.md. Unknown: error.
  Faults faults;
  /// Called on the server's thread around each write that passed signature, throttle and validation
  /// of its request.
  std::function<Verdict(const WriteCall&, Moment)> on_write;
  /// Lines for people: refused signatures with the canonical request, unknown members.
  std::function<void(std::string_view)> log;
};

/// A running world. Made from a world file (docs/formats.md). Not thread-safe: handle() is called
/// by one server thread, and the other members only while the server is stopped or from within
/// handle().
class Simulator {
 public:
  /// Loads the world. Errors: config (file and place, all problems in `details`), usage (a switch).
  static Result<std::unique_ptr<Simulator>> load(const std::filesystem::path& world,
                                                 Options options, Clock& clock);
  /// The same of a world that was made in memory, such as a copy of a real instance. It cannot be
  /// reset.
  static Result<std::unique_ptr<Simulator>> make(const WorldFile& world, Options options,
                                                 Clock& clock);
  virtual ~Simulator() = default;

  /// Answers one HTTP request: an API call, or one to the admin endpoint /_simulator/
  /// (docs/simulator.md).
  virtual net::ServerResponse handle(net::ServerRequest request) = 0;

  struct Account {
    std::string id;
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;  ///< Empty: none.
  };
  struct InstanceLine {
    std::string alias, id, arn, region, account;
    std::size_t flows = 0, modules = 0;
  };
  /// The keys that requests are signed with.
  virtual std::vector<Account> accounts() const = 0;
  virtual std::vector<InstanceLine> instances() const = 0;

  /// The whole state as one JSON document in a stable order, `times` aside when false: two equal
  /// dumps are two equal worlds.
  virtual std::string dump(bool times) const = 0;
};

}  // namespace flowferry::simulator
