// One file of a bundle with any bytes, the first of which says which file: the reader does not
// crash; what it refuses it names with file and remedy; what it reads it can write, and reads again
// alike.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "base/files.h"
#include "snapshot/bundle_reader.h"
#include "snapshot/bundle_writer.h"

namespace {

using namespace flowferry;
namespace fs = std::filesystem;

void require(bool holds, const std::string& law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law.c_str());
  std::abort();
}

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "flowferry-fuzz-XXXXXX").string();
    require(::mkdtemp(pattern.data()) != nullptr, "there is a temporary folder");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

const std::string k_flow =
    R"({"Version":"2019-10-30","StartAction":"a","Metadata":{},"Actions":[{"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";

const std::string k_other =
    R"({"Version":"2019-10-30","StartAction":"b","Metadata":{},"Actions":[{"Identifier":"b","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";

const std::map<std::string, std::string>& good() {
  static const std::map<std::string, std::string> files = {
      {"flowferry-bundle.json", R"({"format":"flowferry-bundle","version":2})"},
      {"flows/F.meta.json", R"({"name":"F","type":"CONTACT_FLOW"})"},
      {"flows/F.flow.json", k_flow},
      {"modules/M.meta.json", R"({"name":"M","aliases":{"a":"current","b":"other"}})"},
      {"versions/M/alias-b.json", R"({"settings":{"n":1},"content":)" + k_other + "}"},
      {"modules/M.flow.json", k_flow},
      {"inventory/queue.json", R"({"kind":"queue","resources":[{"name":"Sales"}]})"},
  };
  return files;
}

std::string file_for(char first) {
  switch (first) {
    case 'M':
      return "flowferry-bundle.json";
    case 'D':
      return "flows/F.meta.json";
    case 'O':
      return "modules/M.meta.json";
    case 'V':
      return "versions/M/alias-b.json";
    case 'I':
      return "inventory/queue.json";
    default:
      return "flows/F.flow.json";
  }
}

void write(const fs::path& folder, const std::string& path, const std::string& bytes) {
  require(static_cast<bool>(write_file(folder / path, bytes, 0644, Durable::no)), "it is written");
}

snapshot::ComposedBundle composed(const Snapshot& snapshot) {
  snapshot::BundleRequest request;
  request.snapshot = &snapshot;
  for (const auto& [id, flow] : snapshot.flows) request.flows.push_back(id);
  return snapshot::compose_bundle(request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const Folder folder;
  static std::string before;
  const std::string path = file_for(static_cast<char>(data[0]));
  if (before.empty()) {
    for (const auto& [name, bytes] : good()) write(folder.path(), name, bytes);
  } else {
    write(folder.path(), before, good().at(before));
  }
  before = path;
  write(folder.path(), path, std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  const auto read = snapshot::read_bundle(folder.path());
  if (!read) {
    const Error& error = read.error();
    require(!error.message.empty() && !error.subject.empty() && !error.hint.empty(),
            "a refusal names file, reason and remedy: " + one_line(error));
    return 0;
  }
  const snapshot::ComposedBundle first = composed(read->snapshot);
  static const Folder second_folder;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(second_folder.path())) {
    fs::remove_all(entry.path(), ignored);
  }
  for (const auto& [name, bytes] : first.files) write(second_folder.path(), name, bytes);
  write(second_folder.path(), "flowferry-bundle.json", first.manifest);
  const auto again = snapshot::read_bundle(second_folder.path());
  require(static_cast<bool>(again),
          "what was written is read: " + (again ? std::string() : one_line(again.error())));
  require(composed(again->snapshot).files == first.files, "read and written again it is the same");
  return 0;
}
