// How fast documents are indexed, searched and rewritten, beside a parse-and-print with
// nlohmann::json of the same bytes in the same run. Bytes per second are bytes of content.
//
// Two sets: 60 made-up documents of about 65 kB with 100 references each, and the corpus of real
// flows where it is present (../shared/corpus/flows beside the checkout).
#include <benchmark/benchmark.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "flow/references.h"

namespace flowferry {
namespace {

constexpr const char* k_source =
    "arn:aws:connect:us-east-1:111122223333:instance/5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";

struct Set {
  std::vector<std::string> contents;
  std::size_t bytes = 0;
  void add(std::string content) {
    bytes += content.size();
    contents.push_back(std::move(content));
  }
};

/// A flow as the console saves it: 100 blocks, each with a position, a name and a reference.
std::string made_up(Random& random, bool indented) {
  using Json = nlohmann::ordered_json;
  Json actions = Json::array();
  Json entries = Json::object();
  std::string next = random.uuid();
  const std::string start = next;
  for (int i = 0; i < 100; ++i) {
    const std::string id = next;
    next = i == 99 ? start : random.uuid();
    Json errors = Json::array({{{"NextAction", start}, {"ErrorType", "NoMatchingError"}}});
    Json transitions = {{"NextAction", next}, {"Errors", errors}};
    Json parameters;
    std::string type;
    if (i % 2 == 0) {
      const std::string queue = std::string(k_source) + "/queue/" + random.uuid();
      type = "UpdateContactTargetQueue";
      parameters = {{"QueueId", queue}};
      entries[id] = {{"position", {{"x", 123.25 * i}, {"y", -17.600000381 * i}}},
                     {"parameters", {{"QueueId", {{"displayName", "Sales 営業部"}}}}},
                     {"queue", {{"id", queue}, {"text", "Sales 営業部"}}}};
    } else {
      type = "MessageParticipant";
      parameters = {{"Text",
                     "Thank you for calling Example Travel. All our consultants are busy; please "
                     "stay on the line."}};
      entries[id] = {{"position", {{"x", 123.25 * i}, {"y", 17.600000381 * i}}},
                     {"isFriendlyName", false}};
    }
    actions.push_back({{"Parameters", parameters},
                       {"Identifier", id},
                       {"Type", type},
                       {"Transitions", transitions}});
  }
  const Json flow = {
      {"Version", "2019-10-30"},
      {"StartAction", start},
      {"Metadata", {{"entryPointPosition", {{"x", 40}, {"y", 40}}}, {"ActionMetadata", entries}}},
      {"Actions", actions}};
  return flow.dump(indented ? 2 : -1);
}

const Set& made_up_set() {
  static const Set set = [] {
    Set out;
    SeededRandom random(1);
    for (int i = 0; i < 60; ++i) out.add(made_up(random, i % 3 == 0));
    return out;
  }();
  return set;
}

const Set& corpus_set() {
  static const Set set = [] {
    Set out;
    const auto folder =
        std::filesystem::path(FLOWFERRY_SOURCE_DIR) / ".." / "shared" / "corpus" / "flows";
    std::error_code absent;
    for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
      if (auto bytes = read_file(entry.path())) out.add(*std::move(bytes));
    }
    return out;
  }();
  return set;
}

flow::Scope scope() {
  Instance instance;
  instance.id = "5f1c0a2e-7b3d-4c96-8e21-d04b9a6c7e15";
  instance.account = "111122223333";
  instance.region = "us-east-1";
  instance.partition = "aws";
  instance.arn = k_source;
  // An inventory as a migration has it: a few thousand ids.
  static const std::unordered_map<std::string, ResourceKind> known = [] {
    std::unordered_map<std::string, ResourceKind> out;
    SeededRandom random(2);
    for (int i = 0; i < 5000; ++i) out.emplace(random.uuid(), ResourceKind::queue);
    return out;
  }();
  return {instance, [](std::string_view id) -> std::optional<ResourceKind> {
            const auto found = known.find(std::string(id));
            if (found == known.end()) return std::nullopt;
            return found->second;
          }};
}

void report(benchmark::State& state, const Set& set, std::size_t references = 0) {
  if (set.contents.empty()) {
    state.SkipWithError("the corpus of real flows is not there");
    return;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * set.bytes));
  state.counters["documents"] = static_cast<double>(set.contents.size());
  if (references > 0) state.counters["references"] = static_cast<double>(references);
}

void index(benchmark::State& state, const Set& (*set)()) {
  for (auto _ : state) {
    for (const std::string& content : set().contents) {
      benchmark::DoNotOptimize(flow::Document::parse(content));
    }
  }
  report(state, set());
}

void index_and_rewrite(benchmark::State& state, const Set& (*set)()) {
  const flow::Scope source = scope();
  std::size_t references = 0;
  for (auto _ : state) {
    references = 0;
    for (const std::string& content : set().contents) {
      const auto document = flow::Document::parse(content);
      if (!document) continue;
      const auto list = flow::find_references(*document, source);
      std::vector<flow::Replacement> replacements;
      replacements.reserve(list.references.size());
      for (std::size_t i = 0; i < list.references.size(); ++i) {
        std::string text = list.references[i].text;
        text.back() = text.back() == '0' ? '1' : '0';
        replacements.push_back({i, std::move(text), "Sales", {}});
      }
      references += replacements.size();
      benchmark::DoNotOptimize(flow::rewrite(*document, list, replacements));
    }
  }
  report(state, set(), references);
}

void examine(benchmark::State& state, const Set& (*set)()) {
  for (auto _ : state) {
    for (const std::string& content : set().contents) {
      const auto document = flow::Document::parse(content);
      if (document) benchmark::DoNotOptimize(flow::examine(*document, false));
    }
  }
  report(state, set());
}

/// What a tool does that reads, changes nothing and prints: the floor of every re-serialising
/// rewrite.
void nlohmann_parse_and_print(benchmark::State& state, const Set& (*set)()) {
  for (auto _ : state) {
    for (const std::string& content : set().contents) {
      benchmark::DoNotOptimize(nlohmann::json::parse(content).dump());
    }
  }
  report(state, set());
}

BENCHMARK_CAPTURE(nlohmann_parse_and_print, made_up, made_up_set);
BENCHMARK_CAPTURE(index, made_up, made_up_set);
BENCHMARK_CAPTURE(index_and_rewrite, made_up, made_up_set);
BENCHMARK_CAPTURE(examine, made_up, made_up_set);
BENCHMARK_CAPTURE(nlohmann_parse_and_print, corpus, corpus_set);
BENCHMARK_CAPTURE(index, corpus, corpus_set);
BENCHMARK_CAPTURE(index_and_rewrite, corpus, corpus_set);
BENCHMARK_CAPTURE(examine, corpus, corpus_set);

}  // namespace
}  // namespace flowferry

BENCHMARK_MAIN();
