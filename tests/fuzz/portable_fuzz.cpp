// Any bytes as a portable document: nothing crashes; a document made portable and read again has
// the same bytes, whatever it looks like; what a marker is read as is written as that marker.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "flow/portable.h"
#include "flow/scope.h"

namespace {

using namespace flowferry;

void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law);
  std::abort();
}

Instance instance() {
  Instance out;
  out.id = "5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";
  out.partition = "aws";
  out.account = "111122223333";
  out.region = "us-east-1";
  out.arn = "arn:aws:connect:us-east-1:111122223333:instance/" + out.id;
  return out;
}

/// Names for what `document` refers to, with all that makes trouble in them.
Snapshot named(const flow::Document& document) {
  Snapshot out;
  out.instance = instance();
  std::size_t n = 0;
  for (const flow::Reference& r : flow::find_references(document, {out.instance, {}}).references) {
    ++n;
    if (r.kind == ResourceKind::lex_v2_bot_alias) {
      out.lex_alias_names[r.text] = n % 2 == 0 ? "Bot/live" : "B%ot;{/" + std::to_string(n);
    } else if (has_lookup(r.kind) && r.form != flow::Form::name) {
      Resource resource;
      resource.kind = r.kind;
      resource.id = r.id;
      resource.name = n % 3 == 0 ? "same" : "}}{{\"" + std::to_string(n);
      resource.type = n % 5 == 0 ? "AGENT_HOLD" : "";
      resource.arn = out.instance.arn + "/" + std::string(arn_keyword(r.kind)) + "/" + r.id;
      Inventory& inventory = out.inventories[r.kind];
      if (inventory.by_id(r.id) == nullptr) inventory.add(std::move(resource));
    }
  }
  return out;
}

void there_and_back(const flow::Document& document, const Snapshot& snapshot) {
  const flow::PortableNames names(snapshot);
  const flow::Converted there = flow::to_portable(document, names);
  require(static_cast<bool>(flow::Document::parse(there.text)), "portable, it is a document still");
  const auto back = flow::from_portable(there.text, names);
  require(static_cast<bool>(back), "portable, it is JSON still");
  require(back->findings.empty(), "every marker that is written is understood");
  require(back->text == document.bytes(), "there and back gives the same bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (const auto marker = flow::parse_marker(bytes)) {
    std::string text = flow::to_text(*marker);
    text = text.substr(2, text.size() - 4);
    const auto again = flow::parse_marker(text);
    require(again && *again == *marker, "a marker is read as it was written");
  }
  Snapshot nothing;
  nothing.instance = instance();
  const flow::PortableNames names(nothing);
  const auto converted = flow::from_portable(bytes, names);
  if (converted) {
    require(static_cast<bool>(json::tokenize(converted->text)), "what is read is JSON");
    for (const auto& placed : converted->findings) {
      require(bytes.compare(placed.offset, 2, "{{") == 0, "a finding stands where it says");
    }
  }
  const auto document = flow::Document::parse(bytes);
  if (!document) return 0;
  there_and_back(*document, nothing);
  there_and_back(*document, named(*document));
  return 0;
}
