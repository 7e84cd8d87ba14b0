#include "pipeline/process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace flowferry::pipeline {
namespace {

apply::LockRecord lock_of(std::int64_t pid) {
  apply::LockRecord lock;
  lock.host = host_name();
  lock.pid = pid;
  lock.process_start = process_start(pid);
  return lock;
}

TEST(Process, KnowsItself) {
  EXPECT_FALSE(host_name().empty());
  EXPECT_FALSE(process_start(::getpid()).empty());
  EXPECT_EQ(process_start(::getpid()), process_start(::getpid()));
  EXPECT_TRUE(holder_is_alive(lock_of(::getpid())));
}

TEST(Process, TellsAReusedPidFromTheOldProcess) {
  apply::LockRecord lock = lock_of(::getpid());
  lock.process_start = "1";
  EXPECT_FALSE(holder_is_alive(lock));
}

TEST(Process, CountsOtherHostsAsAlive) {
  apply::LockRecord lock = lock_of(::getpid());
  lock.host = "elsewhere";
  lock.pid = 999999999;
  EXPECT_TRUE(holder_is_alive(lock));
}

TEST(Process, SeesThatAProcessEnded) {
  int wait_for_parent[2];
  ASSERT_EQ(::pipe(wait_for_parent), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte;
    ::close(wait_for_parent[1]);
    (void)!::read(wait_for_parent[0], &byte, 1);
    ::_exit(0);
  }
  const apply::LockRecord lock = lock_of(child);
  EXPECT_TRUE(holder_is_alive(lock));
  ::close(wait_for_parent[0]);
  ::close(wait_for_parent[1]);
  siginfo_t info;
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(holder_is_alive(lock)) << "a zombie holds nothing";
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(holder_is_alive(lock));
  EXPECT_EQ(process_start(-1), "");
  EXPECT_EQ(process_start(999999999), "");
}

}  // namespace
}  // namespace flowferry::pipeline
