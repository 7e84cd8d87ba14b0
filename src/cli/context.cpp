#include "cli/context.h"

#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>

#include "base/clock.h"
#include "base/files.h"
#include "base/shell.h"
#include "base/text.h"
#include "cli/exit_status.h"
#include "report/text.h"

extern char** environ;

namespace flowferry::cli {
namespace {

report::Style style_of(int descriptor, const CommonArguments& common) {
  report::Style style;
  style.terminal = ::isatty(descriptor) == 1;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
  style.color =
      style.terminal && !common.no_color && !dumb && (no_color == nullptr || *no_color == '\0');
  winsize size{};
  if (style.terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
  } else {
    style.width = 120;
  }
  if (dumb) style.terminal = false;
  return style;
}

aws::Environment process_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equal = text.find('=');
    if (equal != std::string_view::npos) {
      variables.emplace(text.substr(0, equal), text.substr(equal + 1));
    }
  }
  return aws::Environment(std::move(variables));
}

constexpr const char* k_default_config = "flowferry.yaml";

}  // namespace

Context::Context(CommonArguments common)
    : common_(std::move(common)),
      out_style_(style_of(STDOUT_FILENO, common_)),
      err_style_(style_of(STDERR_FILENO, common_)),
      environment_(process_environment()),
      progress_(stderr, err_style_, system_clock(), common_.quiet) {}

void Context::watch(pipeline::Session& session) {
  report::Forecast forecast;
  forecast.seconds_queued = [&session] { return session.seconds_queued(); };
  forecast.rate = [&session](const std::string& environment, const std::string& operation) {
    return session.rate(environment, operation);
  };
  progress_.set_forecast(std::move(forecast));
}

std::filesystem::path Context::journal() const {
  return common_.journal.empty() ? std::filesystem::path(".flowferry") / "journal.db"
                                 : std::filesystem::path(common_.journal);
}

std::string Context::user() const {
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::getuid());
}

std::filesystem::path Context::lock_folder() const {
  if (const auto runtime = environment_.get("XDG_RUNTIME_DIR")) {
    return std::filesystem::path(*runtime) / "flowferry";
  }
  return std::filesystem::path("/tmp") / ("flowferry-" + std::to_string(::geteuid()));
}

Result<pipeline::Config> Context::load_config() const {
  const std::string path = common_.config.empty() ? k_default_config : common_.config;
  auto text = read_file(path);
  // Bundles can be named by their folders, without a configuration.
  if (!text && common_.config.empty() && text.error().kind == ErrorKind::not_found) {
    return pipeline::Config();
  }
  if (!text) {
    Error error = std::move(text).error();
    error = std::move(error).during("reading the configuration");
    if (error.kind == ErrorKind::not_found) {
      error.message = "there is no such configuration file";
      error.hint = "check the path";
    }
    error.kind = ErrorKind::config;
    return fail(std::move(error));
  }
  auto config = pipeline::parse_config(*text, path);
  if (!config) return config;
  const auto seconds = [](double count) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(count * 1000));
  };
  if (common_.connect_timeout > 0) config->connect_timeout = seconds(common_.connect_timeout);
  if (common_.read_timeout > 0) config->read_timeout = seconds(common_.read_timeout);
  return config;
}

std::string Context::typed(std::string command) const {
  if (!common_.config.empty()) command += " --config " + shell_word(common_.config);
  if (!common_.journal.empty()) command += " --journal " + shell_word(common_.journal);
  return command;
}

int Context::fail_with(const Error& error, report::Summary summary) const {
  if (common_.json) {
    summary.error = error;
    print(report::summary_json(summary).dump_pretty() + "\n");
  }
  complain(error);
  return k_error;
}

void Context::complain(const Error& error) const {
  const std::string text = report::error_text(error, err_style_);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Context::print(const std::string& text) const {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Context::say(const std::string& text) const {
  if (common_.quiet) return;
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool Context::can_ask() const {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

std::string Context::ask(const std::string& question) const {
  if (!can_ask()) return {};
  fmt::print(stderr, "{} ", question);
  std::fflush(stderr);
  std::string answer;
  if (!std::getline(std::cin, answer)) return {};
  return std::string(trim(answer));
}

bool Context::confirm(const std::string& question) const {
  return ask(question + " Only \"yes\" goes on:") == "yes";
}

pipeline::Outside Context::environment() const {
  pipeline::Outside outside(environment_);
  if (can_ask()) {
    outside.ask_mfa = [this](const std::string& serial) { return ask_mfa(serial); };
  }
  if (!common_.quiet) {
    outside.on_slow = [this](const net::EventLoop::Slow& slow) {
      progress_.give_way();
      say(report::slow_text(slow));
    };
  }
  return outside;
}

namespace {

net::EventLoop* g_loop = nullptr;
volatile sig_atomic_t g_signals = 0;

void on_signal(int number) {
  g_signals = g_signals + 1;
  if (g_signals > 1 || g_loop == nullptr) ::_exit(128 + number);
  static constexpr char k_text[] =
      "\nStopping: no new call starts, those under way are waited for. Once more ends it at "
      "once.\n";
  const ssize_t written = ::write(STDERR_FILENO, k_text, sizeof k_text - 1);
  (void)written;
  g_loop->cancel();
}

}  // namespace

namespace {

/// A line of standard input; nothing when the user asked to stop. One byte at a time: the rest of
/// the input is for later questions. Looks for signals itself, since one that comes just before a
/// read() does not end it.
std::optional<std::string> read_line() {
  std::string line;
  for (;;) {
    if (g_signals > 0) return std::nullopt;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, 100) <= 0) continue;
    char c = 0;
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0) continue;
    if (got == 0 || c == '\n') return line;
    line += c;
  }
}

}  // namespace

Result<std::string> Context::ask_mfa(const std::string& serial) const {
  progress_.give_way();
  for (int asked = 0; asked < 3; ++asked) {
    fmt::print(stderr, "MFA code for {}: ", printable(serial));
    std::fflush(stderr);
    const auto line = read_line();
    if (!line) return fail(ErrorKind::cancelled, "stopped while waiting for an MFA code");
    const std::string_view code = trim(*line);
    const bool digits = code.find_first_not_of("0123456789") == std::string_view::npos;
    if (code.size() == 6 && digits) return std::string(code);
    if (code.empty()) break;
    fmt::print(stderr, "A code has six digits.\n");
  }
  return fail(ErrorKind::credentials, "no code was given for the MFA device " + printable(serial),
              "run it again, with the six digits that the device shows");
}

StopOnSignal::StopOnSignal(net::EventLoop& loop) {
  g_loop = &loop;
  g_signals = 0;
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGHUP, &action, nullptr);
}

StopOnSignal::~StopOnSignal() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
  g_loop = nullptr;
}

}  // namespace flowferry::cli
