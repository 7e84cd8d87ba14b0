#include "apply/sent_marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"

namespace flowferry::apply {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

constexpr auto k_started = OperationState::started;
constexpr auto k_planned = OperationState::planned;

class SentMarksTest : public ::testing::Test {
 protected:
  SentMarksTest() {
    char name[] = "/tmp/flowferry-marks-XXXXXX";
    folder_ = ::mkdtemp(name);
    journal_ = folder_ / "journal.db";
    file_ = folder_ / "journal.db-sent-run";
  }
  ~SentMarksTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  /// Marks operations 0 and 2 of 4, and leaves the file as a kill does.
  void kill_after_marks(const std::vector<OperationRecord>& earlier = {}) {
    auto marks = SentMarks::open(journal_, "run", 4, earlier);
    ASSERT_TRUE(marks);
    marks->mark(0);
    marks->mark(2);
    const std::string bytes = *read_file(file_);
    marks.reset();
    ASSERT_FALSE(fs::exists(file_)) << "it stays after an orderly end";
    ASSERT_TRUE(write_file(file_, bytes));
  }

  static std::vector<OperationRecord> all_started(std::size_t count) {
    std::vector<OperationRecord> out(count);
    for (std::size_t i = 0; i < count; ++i) {
      out[i].sequence = i;
      out[i].state = k_started;
    }
    return out;
  }

  std::vector<OperationState> after(std::vector<OperationRecord> records,
                                    const std::string& run = "run") {
    forget_unsent(journal_, run, 4, records);
    std::vector<OperationState> out;
    for (const auto& record : records) out.push_back(record.state);
    return out;
  }

  fs::path folder_, journal_, file_;
};

TEST_F(SentMarksTest, TellWhatWasNotSent) {
  kill_after_marks();
  EXPECT_THAT(after(all_started(4)), ElementsAre(k_started, k_planned, k_started, k_planned));
  auto records = all_started(2);
  records[1].state = OperationState::done;
  EXPECT_THAT(after(records), ElementsAre(k_started, OperationState::done));
  records[1].sequence = 4;  // A helper.
  records[1].state = k_started;
  EXPECT_THAT(after(records), ElementsAre(k_started, k_started));
}

TEST_F(SentMarksTest, TellNothingWhereTheyCannotBeReliedOn) {
  const auto nothing_known = ElementsAre(k_started, k_started, k_started, k_started);
  EXPECT_THAT(after(all_started(4)), nothing_known);
  kill_after_marks();
  EXPECT_THAT(after(all_started(4), "other"), nothing_known);
  const std::string good = *read_file(file_);
  for (const std::string& bytes :
       {std::string(), good.substr(0, good.size() - 1), good + "0", "x" + good.substr(1)}) {
    ASSERT_TRUE(write_file(file_, bytes));
    EXPECT_THAT(after(all_started(4)), nothing_known);
  }
  // Another boot of the machine.
  std::string other = good;
  char& digit = other[other.find('\n') + 1];
  digit = digit == '0' ? '1' : '0';
  ASSERT_TRUE(write_file(file_, other));
  EXPECT_THAT(after(all_started(4)), nothing_known);
}

TEST_F(SentMarksTest, StayOverAttempts) {
  kill_after_marks();
  {
    auto records = all_started(4);
    forget_unsent(journal_, "run", 4, records);
    kill_after_marks(records);
  }
  EXPECT_THAT(after(all_started(4)), ElementsAre(k_started, k_planned, k_started, k_planned));
  // An attempt without marks of the one before takes everything started for sent.
  fs::remove(file_);
  auto records = all_started(4);
  records[3].state = OperationState::failed;
  kill_after_marks(records);
  EXPECT_THAT(after(all_started(4)), ElementsAre(k_started, k_started, k_started, k_planned));
}

TEST_F(SentMarksTest, AreDoneWithoutWhereNoneCanBeMade) {
  EXPECT_FALSE(SentMarks::open(folder_ / "missing" / "\n" / std::string(300, 'x'), "run", 4, {}));
}

}  // namespace
}  // namespace flowferry::apply
