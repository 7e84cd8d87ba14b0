#include "aws/process_credentials.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "aws/credential_documents.h"
#include "base/json/value.h"
#include "base/text.h"

namespace flowferry::aws {
namespace {

constexpr std::size_t k_most_output = 1024 * 1024;
constexpr auto k_look_again = std::chrono::milliseconds(10);

/// One end of a pipe, closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

/// A started command, its output as far as it came. Killed with its owner.
class Child {
 public:
  Child() = default;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The reason why it could not be started; empty: it was.
  std::string start(const std::vector<std::string>& words, const Environment& environment);
  /// Reads what there is; whether it has ended and all was read.
  bool look();
  bool too_much() const { return out.size() > k_most_output || err.size() > k_most_output; }

  std::string out;
  std::string err;
  int status = 0;

 private:
  static bool drain(Descriptor& from, std::string& into);
  pid_t pid_ = -1;
  Descriptor out_;
  Descriptor err_;
};

std::string Child::start(const std::vector<std::string>& words, const Environment& environment) {
  int out_pipe[2];
  int err_pipe[2];
  if (::pipe2(out_pipe, O_CLOEXEC) != 0) return std::strerror(errno);
  out_.reset(out_pipe[0]);
  const Descriptor out_write(out_pipe[1]);
  if (::pipe2(err_pipe, O_CLOEXEC) != 0) return std::strerror(errno);
  err_.reset(err_pipe[0]);
  const Descriptor err_write(err_pipe[1]);
  ::fcntl(out_.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(err_.get(), F_SETFL, O_NONBLOCK);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out_write.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err_write.get(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  // A group of its own: what it starts is killed with it, and Ctrl-C is our business.
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);

  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<std::string> lines;
  for (const auto& [name, value] : environment.all()) lines.push_back(name + "=" + value);
  std::vector<char*> variables;
  for (const std::string& line : lines) variables.push_back(const_cast<char*>(line.c_str()));
  variables.push_back(nullptr);
  const int problem = ::posix_spawnp(&pid_, arguments[0], &actions, &attributes, arguments.data(),
                                     variables.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (problem == 0) return {};
  pid_ = -1;
  return std::strerror(problem);
}

/// Whether the other end was closed.
bool Child::drain(Descriptor& from, std::string& into) {
  char bytes[4096];
  while (from.get() >= 0 && into.size() <= k_most_output) {
    const ssize_t count = ::read(from.get(), bytes, sizeof bytes);
    if (count > 0) {
      into.append(bytes, static_cast<std::size_t>(count));
    } else if (count == 0) {
      from.reset();
    } else if (errno != EINTR) {
      break;
    }
  }
  return from.get() < 0;
}

bool Child::look() {
  const bool out_closed = drain(out_, out);
  const bool err_closed = drain(err_, err);
  if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    pid_ = -1;
    // Whatever it left running may hold the pipes for ever: what is there now is all.
    drain(out_, out);
    drain(err_, err);
    return true;
  }
  return out_closed && err_closed && pid_ <= 0;
}

std::string how_it_ended(const Child& child) {
  std::string text = WIFSIGNALED(child.status)
                         ? "it was killed by signal " + std::to_string(WTERMSIG(child.status))
                         : "it ended with status " + std::to_string(WEXITSTATUS(child.status));
  const std::string_view first = trim(std::string_view(child.err).substr(0, child.err.find('\n')));
  if (!first.empty()) text += ": " + ellipsize(printable(first), 160);
  return text;
}

}  // namespace

std::optional<std::vector<std::string>> split_command(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
      continue;
    }
    in_word = true;
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\' && quote != '\'' && i + 1 < command.size() &&
               (quote == 0 || command[i + 1] == '"' || command[i + 1] == '\\')) {
      word += command[++i];
    } else {
      word += c;
    }
  }
  if (quote != 0) return std::nullopt;
  if (in_word) words.push_back(std::move(word));
  if (words.empty() || words.front().empty()) return std::nullopt;
  return words;
}

ProcessCredentials::ProcessCredentials(std::string command, std::string where,
                                       Environment environment, Surroundings surroundings,
                                       std::chrono::milliseconds timeout)
    : command_(std::move(command)),
      where_(std::move(where)),
      environment_(std::move(environment)),
      surroundings_(std::move(surroundings)),
      timeout_(timeout) {}

Task<Result<Credentials>> ProcessCredentials::fetch() {
  const auto words = split_command(command_);
  if (!words) {
    co_return fail(
        credentials_problem("credential_process is no command", "check its quotes", where_));
  }
  // The arguments may hold secrets: only the program is named.
  const std::string program = "credential_process " + printable(words->front());
  Child child;
  const std::string problem = child.start(*words, environment_);
  if (!problem.empty()) {
    co_return fail(credentials_problem(program + " cannot be started: " + problem,
                                       "check the path, and that it may be executed", where_));
  }
  net::Transport& transport = surroundings_.transport;
  const SteadyTime until = transport.now() + timeout_;
  while (!child.look()) {
    if (child.too_much()) {
      co_return fail(credentials_problem(program + " prints without end",
                                         "run it by hand: it must print one JSON object", where_));
    }
    if (transport.cancelled()) {
      co_return fail(ErrorKind::cancelled, "stopped while waiting for " + program);
    }
    if (transport.now() >= until) {
      co_return fail(credentials_problem(
          program + " has not ended within " +
              std::to_string(std::chrono::round<std::chrono::seconds>(timeout_).count()) + " s",
          "run it by hand: does it ask for something?", where_));
    }
    co_await transport.sleep_until(transport.now() + k_look_again);
  }
  if (!WIFEXITED(child.status) || WEXITSTATUS(child.status) != 0) {
    co_return fail(
        credentials_problem(program + " failed: " + how_it_ended(child), "run it by hand", where_));
  }
  const auto version = json::parse(child.out);
  if (version && version->is_object() && (*version)["Version"].as_int() != 1) {
    co_return fail(credentials_problem("what " + program + " prints is not of Version 1",
                                       "see \"Process credential provider\" of the AWS guide",
                                       where_));
  }
  Result<Credentials> keys = credentials_from_json(child.out, program + " (" + where_ + ")");
  if (!keys) {
    Error error = std::move(keys).error();
    error.subject = where_;
    error.message = "what " + program + " prints are no credentials";
    error.hint = "run it by hand: it must print JSON with Version, AccessKeyId, SecretAccessKey";
    co_return fail(std::move(error));
  }
  co_return keys;
}

}  // namespace flowferry::aws
