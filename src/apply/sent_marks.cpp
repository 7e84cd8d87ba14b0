#include "apply/sent_marks.h"

#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace flowferry::apply {
namespace {

constexpr char k_sent = '1';
constexpr char k_not_sent = '0';

std::filesystem::path path_of(const std::filesystem::path& journal, const std::string& run) {
  return journal.string() + "-sent-" + run;
}

/// Empty: this machine does not tell.
std::string head_of(const std::string& run) {
  const auto boot = read_file("/proc/sys/kernel/random/boot_id");
  if (!boot || trim(*boot).empty()) return {};
  return "flowferry sent 1\n" + std::string(trim(*boot)) + "\n" + run + "\n";
}

/// The marks that can be relied on.
std::optional<std::string> marks_of(const std::filesystem::path& journal, const std::string& run,
                                    std::size_t operations) {
  const std::string head = head_of(run);
  auto text = read_file(path_of(journal, run));
  if (head.empty() || !text || !text->starts_with(head)) return std::nullopt;
  if (text->size() != head.size() + operations) return std::nullopt;
  return text->substr(head.size());
}

}  // namespace

SentMarks::SentMarks(std::filesystem::path path, int file, std::size_t head)
    : path_(std::move(path)), file_(file), head_(head) {}

SentMarks::~SentMarks() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(path_.c_str());
}

std::unique_ptr<SentMarks> SentMarks::open(const std::filesystem::path& journal,
                                           const std::string& run, std::size_t operations,
                                           const std::vector<OperationRecord>& earlier) {
  const std::string head = head_of(run);
  if (head.empty()) return nullptr;
  const auto path = path_of(journal, run);
  const bool known = marks_of(journal, run, operations).has_value();
  std::string marks(operations, k_not_sent);
  for (const OperationRecord& record : earlier) {
    const bool maybe = record.state == OperationState::started;
    if (maybe && record.sequence < operations) marks[record.sequence] = k_sent;
  }
  // Never half a file; and after a power failure the machine has another boot id.
  if (!known && !write_file(path, head + marks, 0644, Durable::no)) return nullptr;
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) {
    ::unlink(path.c_str());
    return nullptr;
  }
  return std::unique_ptr<SentMarks>(new SentMarks(path, file, head.size()));
}

void SentMarks::mark(std::size_t operation) {
  if (file_ < 0) return;
  const auto at = static_cast<off_t>(head_ + operation);
  if (::pwrite(file_, &k_sent, 1, at) == 1) return;
  // What cannot be marked makes the rest worthless.
  (void)!::ftruncate(file_, 0);
  ::unlink(path_.c_str());
  ::close(std::exchange(file_, -1));
}

void forget_unsent(const std::filesystem::path& journal, const std::string& run,
                   std::size_t operations, std::vector<OperationRecord>& records) {
  const auto marks = marks_of(journal, run, operations);
  if (!marks) return;
  for (OperationRecord& record : records) {
    if (record.state != OperationState::started || record.sequence >= operations) continue;
    if ((*marks)[record.sequence] == k_not_sent) record.state = OperationState::planned;
  }
}

void remove_marks(const std::filesystem::path& journal, const std::string& run) {
  ::unlink(path_of(journal, run).c_str());
}

}  // namespace flowferry::apply
