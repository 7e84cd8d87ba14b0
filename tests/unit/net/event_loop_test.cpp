#include "net/event_loop.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "support/raw_server.h"

namespace flowferry::net {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::RawServer;
using test::Step;

HttpRequest get(const std::string& origin, std::string target = "/") {
  return {"GET", origin, std::move(target), {}, {}};
}

Step answer(std::string_view body) {
  return {http_answer(200, body)};
}

Result<HttpResponse> fetch(EventLoop& loop, HttpRequest request, TransferOptions options = {}) {
  return loop.run(loop.send(std::move(request), std::move(options)));
}

/// The error of one request to a server that does `step`.
Error error_after(Step step, TransferOptions options = {}) {
  RawServer server([step](const std::string&) { return step; });
  EventLoop loop;
  auto result = fetch(loop, get(server.origin()), std::move(options));
  EXPECT_FALSE(result);
  return result ? Error{} : result.error();
}

TEST(EventLoop, ReturnsStatusHeadersAndBody) {
  RawServer server([](const std::string&) {
    return Step{http_answer(404, "nothing", "X-Amzn-RequestId: abc\r\nEmpty:\r\n")};
  });
  EventLoop loop;
  const auto response = fetch(loop, get(server.origin(), "/a%2Fb/..%24/../c?x=%20&&y"));
  ASSERT_TRUE(response) << one_line(response.error());
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "nothing");
  EXPECT_EQ(find_header(response->headers, "x-amzn-requestid"), "abc");
  EXPECT_EQ(find_header(response->headers, "empty"), "");
}

TEST(EventLoop, SendsTargetHeadersAndBodyAsGivenAndNothingMore) {
  RawServer server([](const std::string&) { return answer("ok"); });
  EventLoop loop;
  HttpRequest request = get(server.origin(), "/a%2Fb/..%24/../c?x=%20&&y=%e3");
  request.headers = {{"user-agent", "flowferry/test"}, {"x-empty", ""}};
  ASSERT_TRUE(fetch(loop, request));
  request = {"PUT",
             server.origin(),
             "/put",
             {{"content-type", "application/json"}},
             "{\"a\":\"\\u0000\"}"};
  ASSERT_TRUE(fetch(loop, request));
  request = {"DELETE", server.origin(), "/gone", {}, {}};
  ASSERT_TRUE(fetch(loop, request));

  const std::string host = server.origin().substr(7);
  const auto seen = server.requests();
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0], "GET /a%2Fb/..%24/../c?x=%20&&y=%e3 HTTP/1.1\r\nHost: " + host +
                         "\r\nuser-agent: flowferry/test\r\nx-empty:\r\n\r\n");
  EXPECT_EQ(seen[1], "PUT /put HTTP/1.1\r\nHost: " + host +
                         "\r\ncontent-type: application/json\r\nContent-Length: 14\r\n\r\n"
                         "{\"a\":\"\\u0000\"}");
  EXPECT_EQ(seen[2], "DELETE /gone HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  EXPECT_EQ(server.connections(), 1) << "the connection is kept alive";
}

TEST(EventLoop, AnEmptyPostStillHasALength) {
  RawServer server([](const std::string&) { return answer("ok"); });
  EventLoop loop;
  ASSERT_TRUE(fetch(loop, {"POST", server.origin(), "/x", {}, {}}));
  EXPECT_NE(server.requests().at(0).find("Content-Length: 0\r\n"), std::string::npos);
}

Task<std::vector<Result<HttpResponse>>> fetch_many(EventLoop& loop, std::string origin, int count) {
  std::vector<Task<Result<HttpResponse>>> tasks;
  for (int i = 0; i < count; ++i) {
    HttpRequest request = get(origin, "/" + std::to_string(i));
    TransferOptions options;
    tasks.push_back(loop.send(std::move(request), std::move(options)));
  }
  return gather(std::move(tasks));
}

TEST(EventLoop, RunsManyRequestsSideBySideOnAFewConnections) {
  RawServer server([](const std::string& request) {
    return Step{http_answer(200, request.substr(4, request.find(' ', 4) - 4)), false, false, 1ms};
  });
  EventLoop loop;
  const auto results = loop.run(fetch_many(loop, server.origin(), 500));
  ASSERT_EQ(results.size(), 500u);
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(results[i]);
    EXPECT_EQ(results[i]->body, "/" + std::to_string(i));
  }
  EXPECT_LE(server.connections(), 64);
}

TEST(EventLoop, ReadsBigAndChunkedBodies) {
  const std::string big(3'000'000, 'x');
  RawServer server([&](const std::string& request) {
    if (request.starts_with("GET /big")) return answer(big);
    return Step{
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"};
  });
  EventLoop loop;
  EXPECT_EQ(fetch(loop, get(server.origin(), "/big"))->body, big);
  EXPECT_EQ(fetch(loop, get(server.origin(), "/chunked"))->body, "abcde");
}

TEST(EventLoop, TakesTheLastHeadAfterInterimAnswers) {
  RawServer server([&](const std::string&) {
    return Step{"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + http_answer(200, "real")};
  });
  EventLoop loop;
  const auto response = fetch(loop, get(server.origin()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_FALSE(find_header(response->headers, "link"));
}

TEST(EventLoop, ARefusedConnectionWasNeverSent) {
  std::string origin;
  {
    RawServer server([](const std::string&) { return answer(""); });
    origin = server.origin();
  }
  EventLoop loop;
  const auto result = fetch(loop, get(origin));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::network);
  EXPECT_EQ(result.error().code, failure::k_refused);
  EXPECT_FALSE(result.error().outcome_unknown);
  EXPECT_NE(result.error().message.find(origin), std::string::npos);
  EXPECT_FALSE(result.error().hint.empty());
}

TEST(EventLoop, AnUnknownNameWasNeverSent) {
  EventLoop loop;
  const auto result = fetch(loop, get("http://no-such-host.invalid"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, failure::k_name);
  EXPECT_FALSE(result.error().outcome_unknown);
}

TEST(EventLoop, TlsAgainstSomethingElseIsATlsError) {
  RawServer server([](const std::string&) { return answer(""); });
  // The handshake is no HTTP request; the server waits for one until the client gives up.
  EventLoop loop;
  TransferOptions options;
  options.timeout = 300ms;
  const auto result =
      fetch(loop, get("https://127.0.0.1:" + std::to_string(server.port())), options);
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().code == failure::k_handshake ||
              result.error().code == failure::k_timeout);
  EXPECT_FALSE(result.error().outcome_unknown);
}

TEST(EventLoop, ADroppedConnectionLeavesTheOutcomeUnknown) {
  for (const bool reset : {false, true}) {
    const Error error = error_after({"", true, reset});
    EXPECT_EQ(error.kind, ErrorKind::network);
    EXPECT_EQ(error.code, failure::k_lost);
    EXPECT_TRUE(error.outcome_unknown);
    EXPECT_FALSE(error.hint.empty());
  }
}

TEST(EventLoop, HalfAnAnswerIsAnErrorEverywhereItCanBeCut) {
  const std::string whole = http_answer(200, "{\"a\":1}");
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (const std::string& text : {whole, chunked}) {
    for (std::size_t cut = 1; cut < text.size(); cut += 3) {
      const Error error = error_after({text.substr(0, cut), true, false});
      EXPECT_EQ(error.kind, ErrorKind::network) << cut;
      EXPECT_TRUE(error.outcome_unknown) << cut;
    }
  }
  EXPECT_EQ(error_after({whole.substr(0, whole.size() - 2), true, false}).code, failure::k_cut_off);
  EXPECT_EQ(error_after({whole.substr(0, whole.size() - 2), false, true}).code, failure::k_cut_off);
}

TEST(EventLoop, AStallEndsInATimeout) {
  TransferOptions options;
  options.timeout = 100ms;
  Error error = error_after({"", false, false, 2s}, options);
  EXPECT_EQ(error.code, failure::k_timeout);
  EXPECT_TRUE(error.outcome_unknown);
  const std::string whole = http_answer(200, "{}");
  RawServer server([&](const std::string&) { return Step{whole.substr(0, 20)}; });
  EventLoop loop;
  error = fetch(loop, get(server.origin()), options).error();
  EXPECT_EQ(error.code, failure::k_timeout) << "also in the middle of an answer";
}

TEST(EventLoop, TellsOfRequestsThatAreSlow) {
  const std::string whole = http_answer(200, "{}");
  RawServer server([&](const std::string&) { return Step{whole, false, false, 350ms}; });
  EventLoop loop;
  std::vector<EventLoop::Slow> told;
  loop.set_on_slow(100ms, [&told](const EventLoop::Slow& slow) { told.push_back(slow); });
  TransferOptions options;
  options.timeout = 5s;
  ASSERT_TRUE(fetch(loop, get(server.origin()), options));
  ASSERT_GE(told.size(), 2u);
  EXPECT_LE(told.size(), 3u);
  EXPECT_EQ(told[0].origin, server.origin());
  EXPECT_EQ(told[0].requests, 1u);
  EXPECT_EQ(told[0].timeout, 5s);
  EXPECT_GE(told[0].waited, 100ms);
  EXPECT_GE(told[1].waited, 200ms);
}

TEST(EventLoop, GarbageIsNotHttp) {
  EXPECT_EQ(error_after({"\x16\x03\x01 garbage\r\n\r\n", true, false}).code, failure::k_not_http);
  EXPECT_EQ(error_after({"SSH-2.0-OpenSSH_9\r\n", true, false}).code, failure::k_not_http);
}

TEST(EventLoop, AnAnswerThatIsTooLargeIsRefused) {
  TransferOptions options;
  options.max_answer = 1024 * 1024;
  EXPECT_EQ(error_after(answer(std::string(1024 * 1024 + 1, 'x')), options).code,
            failure::k_too_large);
  std::string endless = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 40'000; ++i)
    endless += "X-Header-" + std::to_string(i) + ": " + std::string(30, 'y') + "\r\n";
  EXPECT_EQ(error_after({endless, true, false}, options).kind, ErrorKind::network);
}

TEST(EventLoop, ALineBreakCannotSneakIntoAHeader) {
  RawServer server([](const std::string&) { return answer(""); });
  EventLoop loop;
  HttpRequest request = get(server.origin());
  request.headers = {{"x-amz-security-token", "secret\r\nX-Evil: 1"}};
  const auto result = fetch(loop, request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, failure::k_bad_request);
  EXPECT_EQ(one_line(result.error()).find("secret"), std::string::npos);
  EXPECT_FALSE(fetch(loop, get(server.origin(), "/a\nb")));
  EXPECT_EQ(server.connections(), 0);
}

// libcurl repeats a request on its own when a reused connection dies without an answer. The server
// must then not see a write twice.
TEST(EventLoop, DoesNotResendOnADeadConnectionWhenToldNotTo) {
  for (const bool reset : {false, true}) {
    for (const Resend resend : {Resend::no, Resend::yes}) {
      std::atomic<int> writes{0};
      RawServer server([&](const std::string& request) {
        if (request.starts_with("GET")) return answer("warm");
        ++writes;
        return Step{"", !reset, reset};  // Processed; the answer is lost.
      });
      EventLoop loop;
      ASSERT_TRUE(fetch(loop, get(server.origin())));
      TransferOptions options;
      options.resend = resend;
      const auto result = fetch(loop, {"PUT", server.origin(), "/create", {}, "{}"}, options);
      ASSERT_FALSE(result);
      EXPECT_TRUE(result.error().outcome_unknown);
      EXPECT_EQ(result.error().code, failure::k_lost);
      EXPECT_EQ(writes, resend == Resend::no ? 1 : 2);
    }
  }
}

TEST(EventLoop, WhatMustNotBeSentTwiceGoesOverTheConnectionThatThereIs) {
  RawServer server([](const std::string&) { return answer("done"); });
  EventLoop loop;
  TransferOptions options;
  options.resend = Resend::no;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(fetch(loop, {"PUT", server.origin(), "/create", {}, "{}"}, options));
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(EventLoop, UsesTheProxyItIsGivenAndNoneOfTheEnvironment) {
  RawServer server([](const std::string&) { return answer("direct"); });
  RawServer proxy([](const std::string& request) {
    if (request.starts_with("CONNECT")) return Step{"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"};
    return answer("by proxy");
  });
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("no_proxy", "*", 1);
  EventLoop loop;
  EXPECT_EQ(fetch(loop, get(server.origin()))->body, "direct");
  TransferOptions options;
  options.proxy = proxy.origin();
  EXPECT_EQ(fetch(loop, get(server.origin()), options)->body, "by proxy");
  options.proxy = "http://user:hunter2@" + proxy.origin().substr(7);
  const auto refused = fetch(loop, get("https://example.invalid"), options);
  unsetenv("http_proxy");
  unsetenv("no_proxy");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, failure::k_proxy);
  EXPECT_FALSE(refused.error().outcome_unknown);
  EXPECT_EQ(one_line(refused.error()).find("hunter2"), std::string::npos);
}

Task<int> sleep_for(EventLoop& loop, std::chrono::milliseconds time, std::vector<int>& order,
                    int id) {
  co_await loop.sleep_until(loop.now() + time);
  order.push_back(id);
  co_return id;
}

Task<int> sleep_in_turn(EventLoop& loop, std::vector<int>& order) {
  std::vector<Task<int>> tasks;
  tasks.push_back(sleep_for(loop, 60ms, order, 3));
  tasks.push_back(sleep_for(loop, 20ms, order, 1));
  tasks.push_back(sleep_for(loop, 40ms, order, 2));
  tasks.push_back(sleep_for(loop, -5ms, order, 0));
  const auto values = co_await gather(std::move(tasks));
  co_return static_cast<int>(values.size());
}

TEST(EventLoop, SleepersWakeInTheOrderOfTheirTimes) {
  EventLoop loop;
  std::vector<int> order;
  const SteadyTime begin = loop.now();
  EXPECT_EQ(loop.run(sleep_in_turn(loop, order)), 4);
  EXPECT_GE(loop.now() - begin, 60ms);
  EXPECT_LT(loop.now() - begin, 2s);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
}

Task<int> sleep_then_fetch(EventLoop& loop, std::string origin) {
  co_await loop.sleep_until(loop.now() + 1h);
  HttpRequest request = get(origin);
  TransferOptions options;
  const auto result = co_await loop.send(std::move(request), std::move(options));
  co_return !result && result.error().kind == ErrorKind::cancelled &&
      !result.error().outcome_unknown;
}

EventLoop* signalled_loop = nullptr;

TEST(EventLoop, CancelFromASignalHandlerWakesSleepersAndRefusesNewRequests) {
  RawServer server([](const std::string&) { return answer(""); });
  EventLoop loop;
  signalled_loop = &loop;
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) { signalled_loop->cancel(); };
  sigaction(SIGUSR1, &action, &before);
  std::thread killer([main = pthread_self()] {
    std::this_thread::sleep_for(50ms);
    pthread_kill(main, SIGUSR1);
  });
  EXPECT_EQ(loop.run(sleep_then_fetch(loop, server.origin())), 1);
  killer.join();
  sigaction(SIGUSR1, &before, nullptr);
  EXPECT_TRUE(loop.cancelled());
  EXPECT_EQ(server.connections(), 0);
}

TEST(EventLoop, StopsWithAnOuterLoopEvenWhenItWasAskedBefore) {
  RawServer server([](const std::string&) { return answer(""); });
  EventLoop outer;
  EventLoop inner;
  inner.stop_with(outer);
  EXPECT_FALSE(inner.cancelled());
  std::thread stopper([&] {
    std::this_thread::sleep_for(50ms);
    outer.cancel();
  });
  EXPECT_EQ(inner.run(sleep_then_fetch(inner, server.origin())), 1);
  stopper.join();
  EXPECT_TRUE(inner.cancelled());
  EventLoop late;
  late.stop_with(outer);
  EXPECT_EQ(late.run(sleep_then_fetch(late, server.origin())), 1);
  EXPECT_EQ(server.connections(), 0);
}

TEST(EventLoop, RequestsUnderWayMayFinishWithinTheGraceTime) {
  RawServer server([](const std::string&) {
    return Step{http_answer(200, "late"), false, false, 200ms};
  });
  EventLoop loop;
  std::thread stopper([&] {
    std::this_thread::sleep_for(50ms);
    loop.cancel();
  });
  const auto result = fetch(loop, get(server.origin()));
  stopper.join();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->body, "late");
}

TEST(EventLoop, RequestsUnderWayAreAbortedAfterTheGraceTimeWithOutcomeUnknown) {
  RawServer server([](const std::string&) { return Step{"", false, false, 5s}; });
  EventLoop loop;
  loop.set_grace(50ms);
  std::thread stopper([&] {
    std::this_thread::sleep_for(50ms);
    loop.cancel();
  });
  const SteadyTime begin = loop.now();
  const auto result = fetch(loop, get(server.origin()));
  stopper.join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(result.error().outcome_unknown);
  EXPECT_LT(loop.now() - begin, 3s);
}

TEST(EventLoop, ATaskThatIsDestroyedWhileItWaitsIsTakenOffTheLoop) {
  RawServer server([](const std::string&) {
    return Step{http_answer(200, "x"), false, false, 100ms};
  });
  EventLoop loop;
  {
    // Started by hand: a task is lazy, so resume it once and then let it go.
    auto abandoned = loop.sleep_until(loop.now() + 1h);
    EXPECT_TRUE(abandoned.await_suspend(std::noop_coroutine())) << "it waits";
    HttpRequest request = get(server.origin());
    auto sending = loop.send(std::move(request), {});
    EXPECT_TRUE(sending.await_suspend(std::noop_coroutine())) << "it waits";
  }
  EXPECT_TRUE(fetch(loop, get(server.origin())));
}

}  // namespace
}  // namespace flowferry::net
