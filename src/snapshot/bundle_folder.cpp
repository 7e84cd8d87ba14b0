#include "snapshot/bundle_folder.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/files.h"
#include "snapshot/bundle_index.h"
#include "snapshot/bundle_kept.h"
#include "snapshot/bundle_versions.h"
#include "snapshot/bundle_writer.h"

namespace flowferry::snapshot {
namespace {

namespace fs = std::filesystem;
using What = BundleChange::What;

tl::unexpected<Error> io_error(const fs::path& path, const char* what,
                               const std::error_code& code) {
  Error error;
  error.kind = ErrorKind::io;
  error.message = std::string(what) + ": " + code.message();
  error.subject = path.string();
  error.hint = "check the permissions of the folder";
  return fail(std::move(error));
}

class Update {
 public:
  Update(const fs::path& folder, const UpdateRequest& request)
      : folder_(folder), request_(request), snapshot_(*request.snapshot) {}

  Result<BundleUpdate> run() {
    if (is_bundle(folder_)) {
      auto index = read_bundle_index(folder_);
      if (!index) return fail(std::move(index).error());
      index_ = *std::move(index);
    }
    sort_out();
    composed_ = compose(request_.flows);
    out_.findings = std::move(composed_.findings);
    keep_unreadable();
    if (auto done = write(); !done) return fail(std::move(done).error());
    std::stable_sort(out_.changes.begin(), out_.changes.end(), &Update::in_order);
    return std::move(out_);
  }

 private:
  static bool in_order(const BundleChange& a, const BundleChange& b) {
    const auto group = [](const BundleChange& c) {
      return c.name.empty() ? 2 : c.kind == ResourceKind::flow_module ? 0 : 1;
    };
    return std::tuple(group(a), std::tie(a.name, a.type)) <
           std::tuple(group(b), std::tie(b.name, b.type));
  }

  /// What becomes of each flow that the folder has.
  void sort_out() {
    const std::set<std::string> taken(request_.flows.begin(), request_.flows.end());
    for (const BundledFlow& old : index_.flows) {
      const Inventory* inventory = snapshot_.inventory(old.kind);
      const Resource* same = counterpart(old, inventory);
      if (same != nullptr && same->state != "ARCHIVED") {
        if (taken.contains(same->id)) {
          replaced_.emplace(same->id, old);
        } else {
          kept_.push_back(old);
          ++out_.kept;
        }
        continue;
      }
      const Resource* renamed =
          old.id.empty() || inventory == nullptr ? nullptr : inventory->by_id(old.id);
      if (same == nullptr && renamed != nullptr && taken.contains(renamed->id)) {
        replaced_.emplace(renamed->id, old);
        continue;
      }
      gone_.push_back(old);
      if (request_.prune == Prune::no) kept_.push_back(old);
    }
  }

  ComposedBundle compose(std::vector<std::string> flows) {
    BundleRequest request;
    request.snapshot = &snapshot_;
    request.flows = std::move(flows);
    request.former_names = former_names();
    request.kept = kept_;
    request.kept_names =
        names_of_kept(folder_, kept_,
                      request_.prune == Prune::yes ? gone_ : std::vector<BundledFlow>(), snapshot_);
    ComposedBundle out = compose_bundle(request);
    std::move(request.kept_names.findings.begin(), request.kept_names.findings.end(),
              std::back_inserter(out.findings));
    return out;
  }

  /// By id: those that the folder knows, or a bundle that is pulled; and the name that the folder
  /// has now, where the flow is called otherwise.
  std::map<std::string, std::vector<std::string>> former_names() const {
    std::map<std::string, std::vector<std::string>> out = snapshot_.former_names;
    for (const BundledFlow& old : index_.flows) {
      const auto now = snapshot_.flows.find(old.id);
      if (now == snapshot_.flows.end()) continue;
      std::vector<std::string>& names = out[old.id];
      if (!old.former_names.empty()) names = old.former_names;
      std::erase(names, old.name);
      names.push_back(old.name);
      std::erase(names, now->second.name);
      if (names.empty()) out.erase(old.id);
    }
    return out;
  }

  /// The flow of the instance with the same name and type; of several the one with the same id.
  static const Resource* counterpart(const BundledFlow& old, const Inventory* inventory) {
    if (inventory == nullptr) return nullptr;
    const auto same = inventory->by_name(old.name, old.type);
    for (const Resource* flow : same) {
      if (flow->id == old.id) return flow;
    }
    return same.size() == 1 ? same.front() : nullptr;
  }

  /// A flow whose content cannot be written now keeps the files that it has.
  void keep_unreadable() {
    std::set<std::string> written;
    for (const BundledFlow& flow : composed_.flows) written.insert(flow.id);
    bool again = false;
    std::vector<std::string> flows;
    for (const std::string& id : request_.flows) {
      if (written.contains(id)) {
        flows.push_back(id);
      } else if (const auto old = replaced_.find(id); old != replaced_.end()) {
        kept_.push_back(old->second);
        replaced_.erase(old);
        again = true;
      }
    }
    if (!again) return;
    Findings findings = std::move(out_.findings);
    composed_ = compose(flows);
    out_.findings = std::move(findings);
  }

  Result<void> write() {
    std::error_code code;
    fs::create_directories(folder_, code);
    if (code) return io_error(folder_, "cannot make the folder", code);
    begun_ = is_unfinished(folder_);
    if (begun_) sweep();
    // First: where names are folded, an old file may be a new one under another spelling.
    if (auto done = remove_renamed(); !done) return done;
    if (auto done = remove_gone(); !done) return done;
    if (auto done = write_flows(); !done) return done;
    if (auto done = write_inventories(); !done) return done;
    auto wrote = put(std::string(k_bundle_manifest), composed_.manifest);
    if (!wrote) return fail(std::move(wrote).error());
    out_.manifest = *wrote;
    if (begun_) fs::remove(folder_ / k_bundle_unfinished, code);
    if (code) return io_error(folder_ / k_bundle_unfinished, "cannot remove", code);
    return {};
  }

  /// Says before the first change that one is under way.
  Result<void> begin_change() {
    if (std::exchange(begun_, true)) return {};
    // An empty file, made in one step: write_file() would first make another one.
    const fs::path mark = folder_ / k_bundle_unfinished;
    if (!std::ofstream(mark)) {
      return io_error(mark, "cannot create", std::error_code(errno, std::generic_category()));
    }
    return {};
  }

  /// What write_file() left behind when a former pull was killed.
  void sweep() {
    std::vector<std::string> folders{".", "flows", "modules", std::string(k_bundle_inventory)};
    for (const std::string& stem : names_in(folder_ / k_bundle_versions)) {
      folders.push_back(versions_folder(stem));
    }
    for (const std::string& below : folders) {
      for (const std::string& name : names_in(folder_ / below)) {
        if (!is_temporary(name)) continue;
        std::error_code ignored;
        fs::remove(folder_ / below / name, ignored);
      }
    }
  }

  Result<void> remove_renamed() {
    for (const BundledFlow& flow : composed_.flows) {
      const auto old = replaced_.find(flow.id);
      if (old == replaced_.end()) continue;
      const BundledFlow& was = old->second;
      if (auto done = remove_versions(was, removed_[flow.id]); !done) return done;
      if (was.stem == flow.stem) continue;
      for (const auto& [path, now] : {std::pair(was.content_path(), flow.content_path()),
                                      std::pair(was.metadata_path(), flow.metadata_path())}) {
        // One file under two spellings, where names are folded or normalised.
        std::error_code code;
        if (fs::equivalent(folder_ / path, folder_ / now, code)) {
          if (was.name == flow.name) continue;  // The disk's own spelling.
          if (auto begun = begin_change(); !begun) return begun;
          fs::rename(folder_ / path, folder_ / now, code);
          if (code) return io_error(folder_ / path, "cannot rename", code);
          continue;
        }
        if (auto done = remove(path, removed_[flow.id]); !done) return done;
      }
    }
    return {};
  }

  /// The files of a module's versions that the folder has.
  std::vector<std::string> versions_of(const BundledFlow& flow) const {
    std::vector<std::string> out;
    if (flow.kind != ResourceKind::flow_module) return out;
    const std::string below = versions_folder(flow.stem);
    for (const std::string& name : names_in(folder_ / below)) {
      if (name.ends_with(".json")) out.push_back(below + "/" + name);
    }
    return out;
  }

  /// Those that are not written, and then the folders that are left empty.
  Result<void> remove_versions(const BundledFlow& was, std::vector<std::string>& removed) {
    for (const std::string& path : versions_of(was)) {
      if (auto done = remove(path, removed); !done) return done;
    }
    std::error_code ignored;
    fs::remove(folder_ / versions_folder(was.stem), ignored);
    fs::remove(folder_ / k_bundle_versions, ignored);
    return {};
  }

  Result<void> write_flows() {
    for (const BundledFlow& flow : composed_.flows) {
      BundleChange change;
      change.kind = flow.kind;
      change.name = flow.name;
      change.type = flow.type;
      change.what = What::added;
      const auto old = replaced_.find(flow.id);
      if (old != replaced_.end()) {
        const BundledFlow& was = old->second;
        change.what =
            was.name == flow.name && was.type == flow.type ? What::updated : What::renamed;
        if (change.what == What::renamed) change.from = was.name;
        change.files = removed_[flow.id];
      }
      std::vector<std::string> paths{flow.content_path(), flow.metadata_path()};
      paths.insert(paths.end(), flow.version_paths.begin(), flow.version_paths.end());
      for (const std::string& path : paths) {
        auto wrote = put(path, composed_.files[path]);
        if (!wrote) return fail(std::move(wrote).error());
        if (*wrote) change.files.push_back(path);
      }
      if (change.files.empty()) {
        ++out_.unchanged;
      } else {
        out_.changes.push_back(std::move(change));
      }
    }
    return {};
  }

  Result<void> write_inventories() {
    for (const ResourceKind kind : all_kinds()) {
      if (!has_lookup(kind)) continue;
      const std::string path =
          std::string(k_bundle_inventory) + "/" + std::string(to_string(kind)) + ".json";
      BundleChange change;
      change.kind = kind;
      std::error_code ignored;
      const bool there = fs::exists(folder_ / path, ignored);
      const auto file = composed_.files.find(path);
      if (file != composed_.files.end()) {
        auto wrote = put(path, file->second);
        if (!wrote) return fail(std::move(wrote).error());
        if (!*wrote) continue;
        change.what = there ? What::updated : What::added;
        change.files.push_back(path);
      } else {
        // A kind that was not listed keeps its file; one that has no resources has none.
        if (!there || snapshot_.inventory(kind) == nullptr) continue;
        change.what = What::removed;
        if (auto done = remove(path, change.files); !done) return done;
      }
      out_.changes.push_back(std::move(change));
    }
    return {};
  }

  Result<void> remove_gone() {
    for (const BundledFlow& old : gone_) {
      BundleChange change;
      change.what = request_.prune == Prune::yes ? What::removed : What::left;
      change.kind = old.kind;
      change.name = old.name;
      change.type = old.type;
      if (change.what == What::left) {
        change.files = {old.content_path(), old.metadata_path()};
        const auto versions = versions_of(old);
        change.files.insert(change.files.end(), versions.begin(), versions.end());
      } else {
        // The metadata last: by that a pull that comes after a killed one knows what else is there.
        if (auto done = remove_versions(old, change.files); !done) return done;
        for (const std::string& path : {old.content_path(), old.metadata_path()}) {
          if (auto done = remove(path, change.files); !done) return done;
        }
      }
      out_.changes.push_back(std::move(change));
    }
    return {};
  }

  /// Writes a file unless it has these bytes. Gives whether it wrote.
  Result<bool> put(const std::string& path, const std::string& bytes) {
    const auto there = read_file(folder_ / path);
    if (there && *there == bytes) return false;
    if (auto begun = begin_change(); !begun) return fail(std::move(begun).error());
    auto written = write_file(folder_ / path, bytes, 0644, Durable::no);
    if (!written) return fail(std::move(written).error());
    return true;
  }

  Result<void> remove(const std::string& path, std::vector<std::string>& removed) {
    if (composed_.files.contains(path)) return {};
    if (auto begun = begin_change(); !begun) return begun;
    std::error_code code;
    const bool was = fs::remove(folder_ / path, code);
    if (code) return io_error(folder_ / path, "cannot remove", code);
    if (was) removed.push_back(path);
    return {};
  }

  fs::path folder_;
  const UpdateRequest& request_;
  const Snapshot& snapshot_;
  BundleIndex index_;
  std::vector<BundledFlow> kept_;
  std::vector<BundledFlow> gone_;
  std::map<std::string, BundledFlow> replaced_;  ///< By the id of the flow that is written now.
  std::map<std::string, std::vector<std::string>> removed_;  ///< Files of renamed flows, by id.
  ComposedBundle composed_;
  bool begun_ = false;  ///< The folder says that it is unfinished.
  BundleUpdate out_;
};

}  // namespace

std::string_view to_string(What what) {
  switch (what) {
    case What::added:
      return "added";
    case What::updated:
      return "updated";
    case What::renamed:
      return "renamed";
    case What::removed:
      return "removed";
    case What::left:
      return "left";
  }
  return "";
}

Result<void> check_bundle_folder(const fs::path& folder) {
  std::error_code code;
  const auto status = fs::status(folder, code);
  if (!fs::exists(status)) return {};
  if (!fs::is_directory(status)) {
    Error error;
    error.kind = ErrorKind::refused;
    error.message = "is a file, and a bundle is a folder";
    error.subject = folder.string();
    error.hint = "give a folder, such as ./connect";
    return fail(std::move(error));
  }
  if (is_bundle(folder) || is_unfinished(folder)) return {};
  for (const std::string& name : names_in(folder)) {
    if (name.starts_with(".git")) continue;
    Error error;
    error.kind = ErrorKind::refused;
    error.message = "the folder is not empty, and it is no bundle (it has \"" + name +
                    "\", and no " + std::string(k_bundle_manifest) + ")";
    error.subject = folder.string();
    error.hint = "give an empty or a new folder, such as ./connect";
    return fail(std::move(error));
  }
  return {};
}

Result<BundleUpdate> update_bundle(const fs::path& folder, const UpdateRequest& request) {
  if (auto usable = check_bundle_folder(folder); !usable) return fail(std::move(usable).error());
  return Update(folder, request).run();
}

}  // namespace flowferry::snapshot
