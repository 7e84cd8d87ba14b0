// Any bytes as a plan file: nothing crashes; what is read writes itself again. The first byte says
// whether the checksum is put right, as nobody who damages a file would: only then do odd values
// reach what is behind it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/hash.h"
#include "base/json/value.h"
#include "plan/plan_file.h"

namespace {

using namespace flowferry;

void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law);
  std::abort();
}

/// The same document with the checksum that belongs to it; or as it is, where it is no object.
std::string with_checksum(const std::string& text) {
  const auto parsed = json::parse(text);
  if (!parsed) return text;
  json::Value out = json::Value::object();
  for (const auto& [name, value] : parsed->members()) {
    if (name != "checksum") out.set(name, value);
  }
  out.set("checksum", sha256_hex(out.dump()));
  return out.dump();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(data), size);
  if (text[0] == '!') text = with_checksum(text.substr(1));
  auto plan = plan::read_plan(text);
  if (!plan) {
    require(!plan.error().message.empty() && !plan.error().hint.empty(),
            "an error has a message and a hint");
    return 0;
  }
  const std::string written = plan::write_plan(*plan);
  const auto again = plan::read_plan(written);
  require(again.has_value(), "what was written can be read");
  require(plan::write_plan(*again) == written, "writing what was read gives the same file");
  plan::order_operations(*plan);
  for (const plan::Node& node : plan->nodes) {
    (void)node.content.fill([](std::size_t) { return plan::Content::Identity{"id", "arn"}; });
    if (node.seen) (void)plan::change_mark(*node.seen);
  }
  return 0;
}
