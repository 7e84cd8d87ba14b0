// Any bytes as a flow document: nothing crashes, and the laws hold where they are JSON. Every byte
// is input of examine() and same_meaning() as well.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "flow/lint/lint.h"
#include "flow/references.h"

namespace {

using namespace flowferry;

void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law);
  std::abort();
}

flow::Scope scope() {
  Instance instance;
  instance.id = "5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";
  instance.account = "111122223333";
  instance.region = "us-east-1";
  return {instance, [](std::string_view id) -> std::optional<ResourceKind> {
            if (id.size() % 2 == 0 && id.front() == '0') return ResourceKind::queue;
            return std::nullopt;
          }};
}

void laws(const flow::Document& document) {
  static const flow::Scope source = scope();
  const auto list = flow::find_references(document, source);
  std::vector<flow::Replacement> same;
  std::vector<flow::Replacement> there;
  for (std::size_t i = 0; i < list.references.size(); ++i) {
    const flow::Reference& r = list.references[i];
    require(document.text(r.node).compare(r.offset, r.text.size(), r.text) == 0,
            "a reference's text stands where it says");
    require(json::pointer_to(document.bytes(), document.tokens(), r.node) == r.pointer,
            "a reference's pointer leads to its token");
    same.push_back({i, r.text, {}, {}});
    there.push_back({i, "X/" + r.text, "name \"é\"", "region"});
  }
  require(*flow::rewrite(document, list, same) == document.bytes(),
          "identity gives the same bytes");
  const auto target = flow::Document::parse(*flow::rewrite(document, list, there));
  require(static_cast<bool>(target), "a rewritten document is a document");
  require(target->tokens().nodes.size() == document.tokens().nodes.size(),
          "rewriting keeps the document's shape");
  flow::examine(document, true);
  Flow whole;
  whole.type = "CONTACT_FLOW";
  whole.content = document.bytes();
  for (const Finding& finding : flow::lint::lint_flow(whole, source.instance)) {
    require(flow::lint::find_rule(finding.id) != nullptr, "a finding has a rule");
  }
  flow::find_leftovers(document, source.instance, Instance{});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto document = flow::Document::parse(bytes);
  if (!document) {
    require(!document.error().message.empty(), "an error has a message");
    return 0;
  }
  laws(*document);
  const std::string small = json::minify(bytes, document->tokens());
  require(flow::same_meaning(bytes, small), "white space is no meaning");
  const std::string large = json::pretty(bytes, document->tokens());
  require(flow::same_meaning(large, small), "indentation is no meaning");
  return 0;
}
