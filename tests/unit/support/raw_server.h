// A tiny HTTP server on loopback made of raw sockets, which can misbehave at every point. For
// tests.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace flowferry::test {

/// What the server does with one request, after it read it whole.
struct Step {
  std::string bytes;                    ///< Sent as they are.
  bool close = false;                   ///< Then the connection is closed (FIN) ...
  bool reset = false;                   ///< ... or reset (RST).
  std::chrono::milliseconds before{0};  ///< Wait so long first.
};

inline std::string http_answer(int status, std::string_view body, std::string_view headers = {}) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) +
         "\r\n" + std::string(body);
}

class RawServer {
 public:
  /// Called with each request as it came: head and body.
  using Handler = std::function<Step(const std::string& request)>;

  explicit RawServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t length = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    listen(listener_, 128);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~RawServer() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      ++connections_;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd] { serve(fd); });
    }
  }

  static std::size_t body_length(const std::string& head) {
    for (const char* name : {"Content-Length: ", "content-length: "}) {
      const std::size_t at = head.find(name);
      if (at != std::string::npos) return std::stoul(head.substr(at + 16));
    }
    return 0;
  }

  bool read_request(int fd, std::string& buffer, std::string& request) {
    char bytes[65536];
    for (;;) {
      const std::size_t end = buffer.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t whole = end + 4 + body_length(buffer.substr(0, end + 2));
        if (buffer.size() >= whole) {
          request = buffer.substr(0, whole);
          buffer.erase(0, whole);
          return true;
        }
      }
      const auto n = recv(fd, bytes, sizeof bytes, 0);
      if (n <= 0) return false;
      buffer.append(bytes, static_cast<std::size_t>(n));
    }
  }

  void serve(int fd) {
    std::string buffer;
    std::string request;
    while (read_request(fd, buffer, request)) {
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const Step step = handler_(request);
      const auto until = std::chrono::steady_clock::now() + step.before;
      while (std::chrono::steady_clock::now() < until && !stopping_) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      std::size_t sent = 0;
      while (sent < step.bytes.size()) {
        const auto n = send(fd, step.bytes.data() + sent, step.bytes.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
      if (step.reset) {
        const linger hard{1, 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
      }
      if (step.close || step.reset) break;
    }
    {
      const std::lock_guard lock(mutex_);
      std::erase(open_, fd);
    }
    close(fd);
  }

  Handler handler_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::string> requests_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace flowferry::test
