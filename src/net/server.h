// net/server.h
//
// A small HTTP/1.1 server on loopback (Boost.Beast), for the simulator and the web interface. One
// thread; the handler is called on it, one request at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/http.h"

namespace flowferry::net {

/// What arrived. `target` is raw: path and query as they came, nothing decoded.
struct ServerRequest {
  std::string method;
  std::string target;
  Headers headers;
  std::string body;
};

/// What to do with the connection instead of, or beside, answering: for simulated faults.
enum class Mishap {
  none,
  drop,      ///< Close before a single byte of the answer.
  cut_body,  ///< Send the head and half of the body, then close.
};

struct ServerResponse {
  int status = 200;
  Headers headers;
  std::string body;
  std::chrono::milliseconds delay{0};  ///< Wait so long before answering; others go on meanwhile.
  Mishap mishap = Mishap::none;
};

struct ServerOptions {
  std::uint16_t port = 0;                  ///< 0: a free one.
  std::size_t max_body = 8 * 1024 * 1024;  ///< Larger requests get 413.
};

/// Binds to 127.0.0.1 only. Runs from start() to stop() on a thread of its own.
class Server {
 public:
  using Handler = std::function<ServerResponse(ServerRequest)>;

  /// Errors: io (port taken ...).
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);
  ~Server();  ///< Stops it.
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  std::string origin() const;  ///< "http://127.0.0.1:PORT"
  /// Refuses new connections, closes the open ones, joins the thread. Twice is harmless.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace flowferry::net
