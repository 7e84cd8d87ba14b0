#include "base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <thread>

namespace flowferry {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  Files() {
    folder_ = fs::temp_directory_path() /
              ("flowferry-files-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Files() override {
    if (!HasFailure()) fs::remove_all(folder_);
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }
  fs::path folder_;
};

TEST_F(Files, ReadsBackEveryByte) {
  std::mt19937 random(1);
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 300000U}) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_TRUE(write_file(folder_ / "file", bytes));
    EXPECT_EQ(*read_file(folder_ / "file"), bytes);
  }
  EXPECT_EQ(entries(), 1U);  // No temporary file is left.
}

TEST_F(Files, MakesParentFolders) {
  ASSERT_TRUE(write_file(folder_ / "a" / "b 案内" / "c", "x"));
  EXPECT_EQ(*read_file(folder_ / "a" / "b 案内" / "c"), "x");
}

TEST_F(Files, TakesTheModeForNewFiles) {
  ASSERT_TRUE(write_file(folder_ / "secret", "x", 0600));
  struct stat info {};
  ASSERT_EQ(::stat((folder_ / "secret").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(Files, AMissingFileIsNotFoundAndNamesThePath) {
  const auto missing = read_file(folder_ / "none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_EQ(missing.error().subject, (folder_ / "none").string());
}

TEST_F(Files, AFolderIsNoFile) {
  EXPECT_EQ(read_file(folder_).error().kind, ErrorKind::io);
  const auto written = write_file(folder_, "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::io);
}

TEST_F(Files, AFileInTheWayOfAFolderIsAnError) {
  ASSERT_TRUE(write_file(folder_ / "file", "x"));
  EXPECT_FALSE(write_file(folder_ / "file" / "below", "y"));
  EXPECT_EQ(*read_file(folder_ / "file"), "x");
}

TEST_F(Files, AFailedReplacementKeepsTheOldFileAndLeavesNothing) {
  fs::create_directories(folder_ / "name" / "child");
  const auto written = write_file(folder_ / "name", "x");
  ASSERT_FALSE(written);
  EXPECT_TRUE(fs::is_directory(folder_ / "name"));
  EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, WritesWhatComesInPieces) {
  const fs::path path = folder_ / "file";
  const auto pieces = [](const Sink& sink) -> Result<void> {
    for (const char* piece : {"one ", "", "two"}) {
      if (auto done = sink(piece); !done) return done;
    }
    return {};
  };
  ASSERT_TRUE(write_file(path, pieces));
  EXPECT_EQ(*read_file(path), "one two");
  const auto broken = [](const Sink& sink) -> Result<void> {
    EXPECT_TRUE(sink("half of"));
    return fail(ErrorKind::malformed, "no more to be had");
  };
  const auto written = write_file(path, broken);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "no more to be had");
  EXPECT_EQ(*read_file(path), "one two");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, AReaderFindsTheOldOrTheNewFileNeverAPart) {
  const std::string old_bytes(200000, 'a');
  const std::string new_bytes(300000, 'b');
  const fs::path path = folder_ / "file";
  ASSERT_TRUE(write_file(path, old_bytes));
  std::thread writer([&] {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(write_file(path, i % 2 == 0 ? new_bytes : old_bytes));
  });
  for (int i = 0; i < 100; ++i) {
    const auto seen = read_file(path);
    ASSERT_TRUE(seen);
    EXPECT_TRUE(*seen == old_bytes || *seen == new_bytes);
  }
  writer.join();
}

TEST_F(Files, TwoThreadsMayWriteTheSameFile) {
  const fs::path path = folder_ / "file";
  const auto write = [&](char c) {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(write_file(path, std::string(100000, c)));
  };
  std::thread other(write, 'a');
  write('b');
  other.join();
  const std::string seen = *read_file(path);
  EXPECT_EQ(seen, std::string(100000, seen.front()));
  EXPECT_EQ(entries(), 1U);
}

}  // namespace
}  // namespace flowferry
