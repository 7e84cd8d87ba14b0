#include "pipeline/target_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "pipeline/process.h"

namespace flowferry::pipeline {
namespace {

/// A folder of the user's own, made if need be. Somebody else's is not used.
bool is_own_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return false;
  struct stat found {};
  return ::lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) &&
         found.st_uid == ::geteuid();
}

std::string content_of(int file) {
  char bytes[4096];
  const ssize_t count = ::pread(file, bytes, sizeof bytes, 0);
  return count <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(count));
}

}  // namespace

TargetLock::~TargetLock() {
  if (held_) (void)journal_.release_lock(target_, run_).has_value();
  if (file_ < 0) return;
  // The file stays: who removes it may remove one that another run has just locked.
  (void)!::ftruncate(file_, 0);
  ::close(file_);
}

Result<void> TargetLock::take(const TargetLockRequest& request, Clock& clock) {
  target_ = request.target_arn;
  run_ = request.run;
  apply::LockRecord lock;
  lock.target_arn = target_;
  lock.run = run_;
  lock.host = host_name();
  lock.pid = ::getpid();
  lock.process_start = process_start(lock.pid);
  lock.since = iso8601(clock.now());
  auto holder =
      journal_.take_lock(lock, request.take_over ? &holder_is_alive_here : &holder_is_alive);
  if (!holder) return fail(std::move(holder).error());
  if (*holder) {
    const apply::LockRecord& other = **holder;
    std::string take_over = "flowferry resume " + other.run + " --take-over";
    if (request.typed) take_over = request.typed(std::move(take_over));
    return fail(
        ErrorKind::refused,
        "another run is writing to this target: run " + other.run + ", process " +
            std::to_string(other.pid) + " on " + other.host + ", since " + other.since,
        other.host == lock.host
            ? "wait until it has ended, or stop it; the lock of a dead process is taken over"
            : "wait until it has ended; if that machine or container is gone: " + take_over);
  }
  held_ = true;
  return request.folder.empty() ? Result<void>() : take_file(request, lock);
}

/// flock(2) goes with the process: nobody has to find out whether the holder is still alive.
Result<void> TargetLock::take_file(const TargetLockRequest& request,
                                   const apply::LockRecord& lock) {
  if (!is_own_folder(request.folder)) return {};
  const std::string name = sha256_hex(request.origin + "\n" + target_).substr(0, 32) + ".lock";
  const auto path = request.folder / name;
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return {};
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const bool taken = errno == EWOULDBLOCK;
    const std::string holder = content_of(file);
    ::close(file);
    if (!taken) return {};
    return fail(
        ErrorKind::refused,
        "another run is writing to this target: " + (holder.empty() ? "it has just begun" : holder),
        "wait until it has ended, or stop it; the lock of a dead process is taken over");
  }
  file_ = file;
  std::error_code ignored;
  const std::string text = "run " + lock.run + ", process " + std::to_string(lock.pid) + " on " +
                           lock.host + ", since " + lock.since + ", journal " +
                           std::filesystem::absolute(journal_.path(), ignored).string();
  (void)!::ftruncate(file_, 0);
  (void)!::pwrite(file_, text.data(), text.size(), 0);
  return {};
}

}  // namespace flowferry::pipeline
