// simulator/state.h
//
// What exists in the simulated accounts: values and look-ups, no API rules. Owned by one Simulator,
// used by one thread.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/resource.h"

namespace flowferry::simulator {

namespace js = boost::json;

/// When a row can be seen: reads lag writes (switch consistency-ms). Times are seconds since 1970.
struct Visibility {
  double from = 0;         ///< Not seen before.
  double old_name_until = 0;
  std::string old_name;    ///< Seen until then.
  bool deleted = false;    ///< Gone, but still seen until `deleted_until`.
  double deleted_until = 0;

  bool seen_at(double now) const { return now >= from && (!deleted || now < deleted_until); }
};

/// What rows of every table have.
struct Row {
  std::uint64_t order = 0;  ///< Set by the table: position in lists.
  std::string id;
  std::string arn;
  std::string name;
  Tags tags;
  double created = 0;
  double modified = 0;
  Visibility visibility;

  const std::string& name_at(double now) const {
    return now < visibility.old_name_until ? visibility.old_name : name;
  }
};

/// A resource of any kind but flows and modules.
struct Resource final : Row {
  std::string kind;    ///< Word of model/kind.h, or "predefined-attribute", "rule" ...
  js::object members;  ///< Further members of the kind's Describe structure, by name.
};

struct FlowVersion {
  std::string content;
  std::string settings;
  std::string description;
};

struct VersionAlias {
  std::string id;
  std::string name;
  std::string description;
  std::int64_t version = 0;
  double modified = 0;
};

/// A contact flow or flow module.
struct FlowRow final : Row {
  std::string type;  ///< ContactFlowType; of modules empty.
  std::string description;
  std::string state = "ACTIVE";
  std::optional<std::string> published;  ///< Content; nothing: never published.
  std::string published_hash;            ///< FlowContentSha256 of it; set by publish().
  std::optional<std::string> draft;      ///< Content newer than the published one.
  std::string settings;                  ///< Of modules.
  std::optional<std::string> draft_settings;
  std::optional<bool> external_invocation;
  bool is_default = false;               ///< Can be neither archived nor deleted.
  std::map<std::int64_t, FlowVersion> versions;
  std::int64_t last_version = 0;
  std::vector<VersionAlias> aliases;

  void publish(std::string content);
  bool is_published() const { return published.has_value(); }
  bool is_archived() const { return state == "ARCHIVED"; }
  /// What a reader without suffix gets.
  const std::string& content() const { return published ? *published : *draft; }
  const VersionAlias* alias(std::string_view alias_id) const;
};

/// Rows in the order of their creation, found by id and by name.
template <class T>
class Table {
 public:
  using Rows = std::map<std::uint64_t, std::unique_ptr<T>>;

  T& add(T row) {
    row.order = ++last_;
    by_id_[row.id] = row.order;
    by_name_.emplace(row.name, row.order);
    return *rows_.emplace(row.order, std::make_unique<T>(std::move(row))).first->second;
  }
  /// Nothing when absent or deleted.
  T* find(std::string_view id) {
    const auto found = by_id_.find(std::string(id));
    if (found == by_id_.end()) return nullptr;
    T* row = rows_.at(found->second).get();
    return row->visibility.deleted ? nullptr : row;
  }
  const T* find(std::string_view id) const { return const_cast<Table*>(this)->find(id); }
  /// Also one that is deleted, as long as it can still be seen.
  T* find_seen(std::string_view id, double now) {
    const auto found = by_id_.find(std::string(id));
    if (found == by_id_.end()) return nullptr;
    T* row = rows_.at(found->second).get();
    return row->visibility.seen_at(now) ? row : nullptr;
  }
  /// Those with exactly this name, deleted ones left out.
  std::vector<T*> named(std::string_view name) {
    std::vector<T*> out;
    const auto [begin, end] = by_name_.equal_range(std::string(name));
    for (auto it = begin; it != end; ++it) {
      T* row = rows_.at(it->second).get();
      if (!row->visibility.deleted) out.push_back(row);
    }
    return out;
  }
  void rename(T& row, std::string name) {
    forget_name(row);
    row.name = std::move(name);
    by_name_.emplace(row.name, row.order);
  }
  void erase(const T& row) {
    forget_name(row);
    by_id_.erase(row.id);
    rows_.erase(row.order);
  }
  /// Number of rows, deleted ones left out.
  std::size_t count() const {
    std::size_t out = 0;
    for (const auto& [order, row] : rows_) out += row->visibility.deleted ? 0 : 1;
    return out;
  }
  const Rows& rows() const { return rows_; }
  Rows& rows() { return rows_; }

 private:
  void forget_name(const T& row) {
    const auto [begin, end] = by_name_.equal_range(row.name);
    for (auto it = begin; it != end; ++it) {
      if (it->second == row.order) {
        by_name_.erase(it);
        return;
      }
    }
  }

  Rows rows_;
  std::unordered_map<std::string, std::uint64_t> by_id_;
  std::unordered_multimap<std::string, std::uint64_t> by_name_;
  std::uint64_t last_ = 0;
};

struct LexV1Association {
  std::string name, region, alias;
  bool operator==(const LexV1Association&) const = default;
};

/// What a ClientToken stands for.
struct RememberedCall {
  std::string fingerprint;
  js::object answer;
};

struct InstanceState {
  std::string id, arn, alias, account, region, partition;
  double created = 0;
  Tags tags;
  Table<FlowRow> flows;
  Table<FlowRow> modules;
  std::map<std::string, Table<Resource>, std::less<>> resources;  ///< By kind word.
  std::vector<std::string> lambda_functions;                      ///< ARNs, in order of association.
  std::vector<LexV1Association> lex_v1_bots;
  std::vector<std::string> lex_v2_aliases;                        ///< ARNs, likewise.
  /// (resource type, resource id) to flow id, as ListFlowAssociations tells them.
  std::map<std::pair<std::string, std::string>, std::string> flow_associations;
  std::map<std::string, RememberedCall> client_tokens;            ///< By operation and token.

  Table<Resource>& of(std::string_view kind);
  const Table<Resource>& of(std::string_view kind) const;
  /// The ARN of a resource below this instance.
  std::string arn_of(std::string_view keyword, std::string_view resource_id) const;
};

struct AccountState {
  std::string id, access_key_id, secret_access_key, session_token;
};

struct LambdaFunction {
  std::string account, region, name;
  std::vector<std::string> qualifiers;  ///< Beside $LATEST.
};

struct LexBot {
  struct Alias {
    std::string id, name;
  };
  std::string account, region, id, name;
  std::vector<Alias> aliases;
};

struct State {
  std::vector<AccountState> accounts;
  std::vector<std::unique_ptr<InstanceState>> instances;
  std::vector<LambdaFunction> lambda_functions;
  std::vector<LexBot> lex_bots;

  InstanceState* instance(std::string_view id);
  const AccountState* account(std::string_view id) const;
  const LambdaFunction* lambda_function(std::string_view account, std::string_view region,
                                        std::string_view name) const;
  const LexBot* lex_bot(std::string_view account, std::string_view region, std::string_view id) const;
};

/// The partition of a Region: "aws", "aws-us-gov", "aws-cn".
std::string partition_of(std::string_view region);

}  // namespace flowferry::simulator
