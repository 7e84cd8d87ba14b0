#include "net/server.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <set>
#include <thread>

namespace flowferry::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

// Longer heads get 431: request targets carry pagination tokens, so room is given.
constexpr std::uint32_t k_max_head = 128 * 1024;

// Errors as values: a lost connection is an ordinary event here.
constexpr auto k_await = asio::as_tuple(asio::use_awaitable);

/// One connection's resources, where stop() can reach them.
struct Connection {
  explicit Connection(tcp::socket s) : socket(std::move(s)), timer(socket.get_executor()) {}

  void abort() {
    boost::system::error_code ignored;
    socket.close(ignored);
    timer.cancel();
  }
  /// Closes so that the peer sees a reset, not an orderly end.
  void reset() {
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
  }

  tcp::socket socket;
  asio::steady_timer timer;
};

ServerRequest to_request(http::request<http::string_body>&& message) {
  ServerRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

std::string head_of(const ServerResponse& response, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  head += std::string(
      http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status))));
  head += "\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  if (!keep_alive) head += "Connection: close\r\n";
  head += "\r\n";
  return head;
}

ServerResponse refusal(boost::system::error_code error) {
  ServerResponse response;
  if (error == http::error::body_limit) {
    response.status = 413;
  } else if (error == http::error::header_limit) {
    response.status = 431;
  } else {
    response.status = 400;
  }
  response.headers.emplace_back("Content-Type", "text/plain");
  response.body = error.message() + "\n";
  return response;
}

bool is_protocol_error(boost::system::error_code error) {
  return error.category() == http::make_error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

ServerResponse call(const Server::Handler& handler, ServerRequest request) {
  try {
    return handler(std::move(request));
  } catch (const std::exception& e) {
    ServerResponse response;
    response.status = 500;
    response.headers.emplace_back("Content-Type", "text/plain");
    response.body = std::string("internal error: ") + e.what() + "\n";
    return response;
  }
}

}  // namespace

struct Server::Impl {
  Impl(ServerOptions o, Handler h) : options(o), handler(std::move(h)), acceptor(context) {}

  asio::awaitable<void> accept_loop() {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(k_await);
      if (!acceptor.is_open()) co_return;
      if (error) {  // Out of file descriptors, most likely: wait for some to be closed.
        asio::steady_timer pause(context, std::chrono::milliseconds(20));
        co_await pause.async_wait(k_await);
        continue;
      }
      boost::system::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      asio::co_spawn(context, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    Connection connection(std::move(socket));
    connections.insert(&connection);
    boost::beast::flat_buffer buffer;
    while (connection.socket.is_open()) {
      const bool go_on = co_await exchange(connection, buffer);
      if (!go_on) break;
    }
    connections.erase(&connection);
  }

  /// One request and its answer; false when the connection is to be closed.
  asio::awaitable<bool> exchange(Connection& connection, boost::beast::flat_buffer& buffer) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(k_max_head);
    parser.body_limit(options.max_body);
    auto [error, bytes] =
        co_await http::async_read_header(connection.socket, buffer, parser, k_await);
    if (!error && parser.get()[http::field::expect] == "100-continue") {
      static constexpr std::string_view k_continue = "HTTP/1.1 100 Continue\r\n\r\n";
      auto sent = co_await asio::async_write(connection.socket, asio::buffer(k_continue), k_await);
      error = std::get<0>(sent);
    }
    if (!error) {
      auto rest = co_await http::async_read(connection.socket, buffer, parser, k_await);
      error = std::get<0>(rest);
    }
    if (error) {
      if (is_protocol_error(error)) {
        ServerResponse response = refusal(error);
        co_await answer(connection, response, false);
      }
      co_return false;
    }
    const bool keep_alive = parser.keep_alive();
    ServerResponse response = call(handler, to_request(parser.release()));
    if (response.delay.count() > 0) {
      connection.timer.expires_after(response.delay);
      co_await connection.timer.async_wait(k_await);
    }
    const bool sent = co_await answer(connection, response, keep_alive);
    co_return sent&& keep_alive;
  }

  asio::awaitable<bool> answer(Connection& connection, const ServerResponse& response,
                               bool keep_alive) {
    if (response.mishap == Mishap::drop) {
      connection.reset();
      co_return false;
    }
    const bool cut = response.mishap == Mishap::cut_body;
    const std::string head = head_of(response, keep_alive);
    const std::size_t length = cut ? response.body.size() / 2 : response.body.size();
    const std::array<asio::const_buffer, 2> parts = {asio::buffer(head),
                                                     asio::buffer(response.body.data(), length)};
    auto [error, bytes] = co_await asio::async_write(connection.socket, parts, k_await);
    if (!error && !cut && keep_alive) co_return true;
    boost::system::error_code ignored;
    connection.socket.shutdown(tcp::socket::shutdown_send, ignored);
    co_return false;
  }

  void stop() {
    if (!thread.joinable()) return;
    asio::post(context, [this] {
      boost::system::error_code ignored;
      acceptor.close(ignored);
      for (Connection* connection : connections) connection->abort();
    });
    thread.join();
  }

  ServerOptions options;
  Handler handler;
  asio::io_context context{1};
  tcp::acceptor acceptor;
  std::set<Connection*> connections;
  std::thread thread;
  std::uint16_t port = 0;
};

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), options.port);
  boost::system::error_code error;
  impl->acceptor.open(endpoint.protocol(), error);
  if (!error) impl->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) impl->acceptor.bind(endpoint, error);
  if (!error) impl->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail(
        ErrorKind::io,
        "cannot listen on 127.0.0.1:" + std::to_string(options.port) + ": " + error.message(),
        "choose another port, or 0 for a free one");
  }
  impl->port = impl->acceptor.local_endpoint().port();
  asio::co_spawn(impl->context, impl->accept_loop(), asio::detached);
  impl->thread = std::thread([state = impl.get()] { state->context.run(); });
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() {
  stop();
}
std::uint16_t Server::port() const {
  return impl_->port;
}
std::string Server::origin() const {
  return "http://127.0.0.1:" + std::to_string(impl_->port);
}
void Server::stop() {
  impl_->stop();
}

}  // namespace flowferry::net
