#include "net/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace flowferry::net {
namespace {

/// A plain socket: what a browser or SDK sends, byte by byte, and everything that comes back.
class Socket {
 public:
  explicit Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    timeval patience{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool connected() const { return connected_; }
  void send(std::string_view text) {
    EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  /// One answer with its Content-Length; what there was, when the connection ends before.
  std::string receive() {
    std::string all;
    while (!complete(all)) {
      char buffer[4096];
      const ssize_t count = ::recv(fd_, buffer, sizeof buffer, 0);
      if (count <= 0) {
        error_ = count < 0 ? errno : 0;
        ended_ = true;
        return all;
      }
      all.append(buffer, static_cast<std::size_t>(count));
    }
    return all;
  }
  bool ended() const { return ended_; }
  int error() const { return error_; }

 private:
  static bool complete(const std::string& text) {
    const std::size_t head = text.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const std::size_t length = text.find("Content-Length: ");
    if (length == std::string::npos || length > head) return true;
    return text.size() >= head + 4 + std::stoul(text.substr(length + 16));
  }

  int fd_;
  bool connected_ = false;
  bool ended_ = false;
  int error_ = 0;
};

std::unique_ptr<Server> serve(Server::Handler handler, ServerOptions options = {}) {
  auto server = Server::start(options, std::move(handler));
  EXPECT_TRUE(server) << one_line(server.error());
  return std::move(*server);
}

ServerResponse echo(const ServerRequest& request) {
  ServerResponse response;
  response.headers.emplace_back("X-Target", request.target);
  response.body = request.method + ' ' + request.body;
  return response;
}

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

TEST(Server, AnswersSeveralRequestsOnOneConnection) {
  const auto server = serve(echo);
  Socket socket(server->port());
  socket.send(get("/a"));
  EXPECT_NE(socket.receive().find("X-Target: /a\r\n"), std::string::npos);
  socket.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyz");
  const std::string second = socket.receive();
  EXPECT_TRUE(second.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(second.ends_with("POST xyz"));
}

TEST(Server, LeavesTheTargetAsItCame) {
  const auto server = serve(echo);
  Socket socket(server->port());
  socket.send(get("/tags/arn%3Aaws%2Fx:%24SAVED?k=%20a+b&&=%zz"));
  EXPECT_NE(socket.receive().find("X-Target: /tags/arn%3Aaws%2Fx:%24SAVED?k=%20a+b&&=%zz\r\n"),
            std::string::npos);
}

TEST(Server, AnswersOthersWhileOneWaits) {
  const auto server = serve([](const ServerRequest& request) {
    ServerResponse response = echo(request);
    if (request.target == "/slow") response.delay = std::chrono::milliseconds(400);
    return response;
  });
  Socket slow(server->port());
  Socket fast(server->port());
  const auto start = std::chrono::steady_clock::now();
  slow.send(get("/slow"));
  fast.send(get("/fast"));
  EXPECT_NE(fast.receive().find("/fast"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(300));
  EXPECT_NE(slow.receive().find("/slow"), std::string::npos);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(400));
}

TEST(Server, DropsAConnectionBeforeTheFirstByte) {
  const auto server = serve([](const ServerRequest&) {
    ServerResponse response;
    response.mishap = Mishap::drop;
    return response;
  });
  Socket socket(server->port());
  socket.send(get("/"));
  EXPECT_EQ(socket.receive(), "");
  EXPECT_EQ(socket.error(), ECONNRESET);
}

TEST(Server, CutsABodyInHalf) {
  const auto server = serve([](const ServerRequest&) {
    ServerResponse response;
    response.body = "0123456789";
    response.mishap = Mishap::cut_body;
    return response;
  });
  Socket socket(server->port());
  socket.send(get("/"));
  const std::string answer = socket.receive();
  EXPECT_NE(answer.find("Content-Length: 10\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n01234"));
  EXPECT_TRUE(socket.ended());
}

TEST(Server, RefusesBodiesAboveItsLimit) {
  ServerOptions options;
  options.max_body = 10;
  const auto server = serve(echo, options);
  Socket socket(server->port());
  socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890");
  EXPECT_TRUE(socket.receive().starts_with("HTTP/1.1 413 "));
}

TEST(Server, RefusesWhatIsNotHttp) {
  const auto server = serve(echo);
  Socket socket(server->port());
  socket.send("rubbish\r\n\r\n");
  EXPECT_TRUE(socket.receive().starts_with("HTTP/1.1 400 "));
  Socket long_head(server->port());
  long_head.send("GET /" + std::string(200'000, 'a') + " HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(long_head.receive().starts_with("HTTP/1.1 431 "));
}

TEST(Server, InvitesABodyThatWaitsForIt) {
  const auto server = serve(echo);
  Socket socket(server->port());
  socket.send("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(socket.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("ok");
  EXPECT_TRUE(socket.receive().ends_with("PUT ok"));
}

TEST(Server, TurnsAnExceptionIntoAnAnswer) {
  const auto server =
      serve([](const ServerRequest&) -> ServerResponse { throw std::runtime_error("oh"); });
  Socket socket(server->port());
  socket.send(get("/"));
  EXPECT_TRUE(socket.receive().starts_with("HTTP/1.1 500 "));
}

TEST(Server, StopsAtOnceWithAnswersWaiting) {
  auto server = serve([](const ServerRequest&) {
    ServerResponse response;
    response.delay = std::chrono::minutes(10);
    return response;
  });
  Socket idle(server->port());
  Socket waiting(server->port());
  waiting.send(get("/"));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto start = std::chrono::steady_clock::now();
  const std::uint16_t port = server->port();
  server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(200));
  EXPECT_EQ(waiting.receive(), "");
  EXPECT_FALSE(Socket(port).connected());
  server->stop();
}

TEST(Server, SaysWhenItsPortIsTaken) {
  const auto server = serve(echo);
  ServerOptions options;
  options.port = server->port();
  const auto second = Server::start(options, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::io);
  EXPECT_NE(second.error().message.find(std::to_string(options.port)), std::string::npos);
}

TEST(Server, KeepsUpWithManyConnections) {
  const auto server = serve(echo);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      Socket socket(server->port());
      for (int i = 0; i < 200; ++i) {
        socket.send(get("/n"));
        EXPECT_TRUE(socket.receive().starts_with("HTTP/1.1 200"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace flowferry::net
