#include "cli/cmd_simulator.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <set>

#include "base/clock.h"
#include "base/text.h"
#include "cli/exit_status.h"
#include "net/server.h"
#include "simulator/simulator.h"

namespace flowferry::cli {
namespace {

using simulator::Simulator;

int print_error(const Error& error, std::FILE* err) {
  fmt::print(err, "Error: {}\n", one_line(error));
  for (const std::string& detail : error.details) fmt::print(err, "  {}\n", printable(detail));
  if (!error.hint.empty()) fmt::print(err, "  What to do: {}\n", error.hint);
  return k_error;
}

Result<simulator::Options> to_options(const SimulatorArguments& arguments, std::FILE* err) {
  simulator::Options options;
  options.seed = arguments.seed;
  options.rate = arguments.rate;
  options.burst = arguments.burst;
  options.throttle = !arguments.no_throttle;
  options.latency = std::chrono::milliseconds(arguments.latency_ms);
  for (const std::string& item : arguments.switches) {
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos) {
      return fail(ErrorKind::usage, "--switch takes name=value, not \"" + printable(item) + "\"",
                  "see docs/simulator.md");
    }
    options.switches[item.substr(0, equals)] = item.substr(equals + 1);
  }
  options.log = [err](std::string_view line) {
    fmt::print(err, "{}\n", line);
    std::fflush(err);
  };
  return options;
}

std::string pad(std::string_view text, std::size_t width) {
  const std::size_t have = display_width(text);
  return std::string(text) + std::string(width > have ? width - have : 0, ' ');
}

void print_instances(const std::vector<Simulator::InstanceLine>& lines, std::FILE* out) {
  std::size_t alias = 8;
  std::size_t region = 6;
  for (const auto& line : lines) {
    alias = std::max(alias, display_width(line.alias));
    region = std::max(region, line.region.size());
  }
  fmt::print(out, "{}  {}  {}  {}  FLOWS  MODULES\n", pad("INSTANCE", alias), pad("REGION", region),
             pad("ACCOUNT", 12), pad("ID", 36));
  for (const auto& line : lines) {
    fmt::print(out, "{}  {}  {}  {}  {:>5}  {:>7}\n", pad(printable(line.alias), alias),
               pad(line.region, region), pad(line.account, 12), line.id, line.flows, line.modules);
  }
}

/// Blocks to paste into a shell, one for each account and Region.
void print_credentials(const std::vector<Simulator::InstanceLine>& lines,
                       const std::vector<Simulator::Account>& accounts, const std::string& origin,
                       std::FILE* out) {
  fmt::print(out, "\nCredentials, to paste into a shell (they open nothing but this simulator):\n");
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& line : lines) {
    if (!seen.emplace(line.account, line.region).second) continue;
    for (const auto& account : accounts) {
      if (account.id != line.account) continue;
      fmt::print(out, "\n# account {}, Region {}\n", account.id, line.region);
      fmt::print(out,
                 "export AWS_ENDPOINT_URL={}\nexport AWS_REGION={}\nexport AWS_DEFAULT_REGION={}\n",
                 origin, line.region, line.region);
      fmt::print(out, "export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\n",
                 account.access_key_id, account.secret_access_key);
      if (!account.session_token.empty())
        fmt::print(out, "export AWS_SESSION_TOKEN={}\n", account.session_token);
    }
  }
}

/// SIGINT and SIGTERM, held back in every thread and waited for in one.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~Signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  void wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

}  // namespace

int serve_simulator(const SimulatorArguments& arguments, std::FILE* out, std::FILE* err) {
  const Signals signals;  // Before the server's thread exists, which inherits the mask.
  auto options = to_options(arguments, err);
  if (!options) return print_error(options.error(), err);
  auto world = Simulator::load(arguments.world, std::move(*options), system_clock());
  if (!world) return print_error(world.error(), err);

  // Looked at before the server's thread exists, whose the world is from then on.
  const std::vector<Simulator::InstanceLine> instances = (*world)->instances();
  const std::vector<Simulator::Account> accounts = (*world)->accounts();
  net::ServerOptions server_options;
  server_options.port = arguments.port;
  auto server = net::Server::start(server_options, [&](net::ServerRequest request) {
    return (*world)->handle(std::move(request));
  });
  if (!server) return print_error(server.error(), err);

  fmt::print(out, "Simulated Amazon Connect at {}\n\n", (*server)->origin());
  print_instances(instances, out);
  print_credentials(instances, accounts, (*server)->origin(), out);
  fmt::print(out,
             "\nA simulation: docs/simulator.md says what it knows of the service and what it "
             "cannot know.\n");
  fmt::print(out, "ready at {}; Ctrl-C stops it\n", (*server)->origin());
  std::fflush(out);

  signals.wait();
  (*server)->stop();
  return k_ok;
}

int run_simulator(const SimulatorArguments& arguments, Context&) {
  return serve_simulator(arguments, stdout, stderr);
}

}  // namespace flowferry::cli
