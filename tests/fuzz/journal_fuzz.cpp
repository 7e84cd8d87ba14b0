// A damaged journal: the input is patches on a good one. Nothing crashes; what is read is what was
// written, or refused. A patch: three bytes of place, one of length (at most 64), then so many
// bytes; the length 255 cuts the file off there. An input that begins with `{` is read as a flow of
// the journal instead.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "apply/journal.h"
#include "base/files.h"

namespace {

using namespace flowferry;
using apply::Journal;

namespace fs = std::filesystem;

void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law);
  std::abort();
}

/// A folder in memory where there is one, gone at the end of the program.
const fs::path& folder() {
  struct Folder {
    Folder() {
      std::string name = fs::is_directory("/dev/shm") ? "/dev/shm/flowferry-fuzz-XXXXXX"
                                                      : "/tmp/flowferry-fuzz-XXXXXX";
      require(::mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
      path = name;
    }
    ~Folder() {
      std::error_code ignored;
      fs::remove_all(path, ignored);
    }
    fs::path path;
  };
  static const Folder one;
  return one.path;
}

apply::OperationRecord operation(std::size_t sequence) {
  apply::OperationRecord out;
  out.sequence = sequence;
  out.type = "update-content";
  out.kind = "contact-flow";
  out.name = "予約";
  out.flow_type = "CONTACT_FLOW";
  out.target_id = "5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";
  out.target_arn = "arn:aws:connect:us-east-1:111122223333:instance/i/contact-flow/f";
  out.state = apply::OperationState::started;
  out.before = apply::flow_to_json(Flow{});
  out.content = R"({"Version":"2019-10-30"})";
  out.started = "2026-01-15T12:00:01Z";
  return out;
}

/// Everything that a journal tells, as one text; nothing: it refuses.
std::optional<std::string> told(const fs::path& path) {
  auto journal = Journal::open_existing(path);
  if (!journal) {
    require(!journal.error().message.empty() && !journal.error().hint.empty(),
            "a refusal has a message and a hint");
    return std::nullopt;
  }
  std::string out;
  const auto runs = (*journal)->runs();
  if (!runs) return std::nullopt;
  for (const auto& run : *runs) {
    const auto whole = (*journal)->run(run.id);
    if (!whole || !*whole) return std::nullopt;
    out += run.id + "\n" + run.user + "\n" + std::string(to_string(run.state)) + "\n" +
           (*whole)->plan + "\n";
    const auto operations = (*journal)->operations(run.id);
    const auto results = (*journal)->results(run.id);
    if (!operations || !results) return std::nullopt;
    for (const auto& o : *operations) {
      out += o.type + "\n" + o.name + "\n" + o.before + "\n" + o.content + "\n" + o.target_id +
             "\n" + std::string(to_string(o.state)) + "\n";
    }
    for (const auto& r : *results) out += r.target_id + "\n" + r.mark + "\n";
  }
  return out;
}

/// Bytes of a good journal.
const std::string& good() {
  static const std::string bytes = [] {
    const fs::path path = folder() / "good.db";
    {
      auto journal = Journal::open(path);
      require(journal.has_value(), "a journal can be made");
      apply::RunRecord run;
      run.id = "20260115T120000Z-3f9a21";
      run.command = "migrate";
      run.user = "akira";
      run.plan = "{}\n";
      bool kept = (*journal)->put_run(run) &&
                  (*journal)->put_plan(run.id, [&](const Sink& sink) { return sink(run.plan); });
      for (std::size_t i = 0; i < 3; ++i) {
        kept = kept && (*journal)->put_operation(run.id, operation(i)).has_value();
      }
      kept = kept && (*journal)->put_result(run.id, apply::NodeResult{0, "id", "arn", "mark"});
      require(kept && (*journal)->commit(), "a journal can be written");
      (*journal)->checkpoint();
    }
    return read_file(path).value_or("");
  }();
  return bytes;
}

void patch(std::string& bytes, const std::uint8_t* data, std::size_t size) {
  for (std::size_t at = 0; at + 4 <= size;) {
    const std::size_t place =
        (std::size_t{data[at]} << 16 | std::size_t{data[at + 1]} << 8 | data[at + 2]) %
        (bytes.size() + 1);
    const std::size_t length = data[at + 3];
    at += 4;
    if (length == 255) {
      bytes.resize(place);
      continue;
    }
    for (std::size_t i = 0; i < length % 65 && at < size; ++i, ++at) {
      if (place + i < bytes.size()) bytes[place + i] = static_cast<char>(data[at]);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0 && data[0] == '{') {
    const auto flow = apply::flow_from_json({reinterpret_cast<const char*>(data), size});
    if (!flow) return 0;
    const auto again = apply::flow_from_json(apply::flow_to_json(*flow));
    require(again && apply::flow_to_json(*again) == apply::flow_to_json(*flow),
            "a flow stays the same");
    return 0;
  }
  std::string bytes = good();
  static const std::optional<std::string> right = told(folder() / "good.db");
  patch(bytes, data, size);
  const fs::path path = folder() / "journal.db";
  for (const char* leftover : {"-wal", "-shm"}) {
    std::error_code ignored;
    fs::remove(path.string() + leftover, ignored);
  }
  require(write_file(path, bytes).has_value(), "the damaged journal can be written");
  const auto now = told(path);
  // Rows may be gone where a whole page of them is, but none says anything else.
  if (now && !now->empty()) require(now == right, "a damaged journal is read right or refused");
  return 0;
}
