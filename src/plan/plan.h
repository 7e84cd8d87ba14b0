// plan/plan.h
//
// The operations that take the target to the desired state, with their order and the reason for
// each: a value. Apply reads the plan and nothing else. Its file format is in plan/plan_file.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/findings.h"
#include "model/resource.h"

namespace flowferry::plan {

inline constexpr std::size_t k_none = static_cast<std::size_t>(-1);

/// Content that may name flows which do not exist yet: text, holes, text ... A hole is filled with
/// the ARN or id that a node of the plan has got by then.
struct Content {
  struct Hole {
    std::size_t node;        ///< Index into Plan::nodes.
    bool arn;                ///< true: the ARN; false: the bare id.
    std::string qualifier;   ///< Added behind a colon, unless empty.
    bool slashes = false;    ///< Each '/' is written `\/`, as it was in what the hole replaces.
    std::string alias = {};  ///< Behind a colon: what Identity::aliases has for this name.
    bool operator==(const Hole&) const = default;
  };
  std::vector<std::string> texts;  ///< One more than holes.
  std::vector<Hole> holes;

  static Content of(std::string text) { return Content{{std::move(text)}, {}}; }
  bool complete() const { return holes.empty(); }
  bool operator==(const Content&) const = default;

  struct Identity {
    std::string id;
    std::string arn;
    /// Ids of its aliases by name; of k_only_version the version's number.
    std::map<std::string, std::string> aliases = {};
  };
  /// The text with each hole filled; `identity` gives a node's id and ARN.
  std::string fill(const std::function<Identity(std::size_t node)>& identity) const;
};

enum class Action {
  create,
  update,
  unchanged,
  skip,
  remove,  ///< Only in the plan of an undo.
};
std::string_view to_string(Action action);

/// One thing that differs, for people: "content", "description", "tags", "status", "settings".
struct Change {
  std::string what;
  std::string from;  ///< Empty where it would be too long to show (content).
  std::string to;
};

/// In place of an alias' name (which has no such character): only a version is published.
inline constexpr std::string_view k_only_version = "#version";

/// An alias of a module that the plan makes, moves or deletes, each with one operation.
struct AliasWish {
  std::string name;
  std::string id = {};       ///< In the target when the plan was made; empty: there is none.
  std::string was = {};      ///< The version that it stands for then; empty: none.
  std::string version = {};  ///< The one that it is to stand for; empty: one of the node's content.
  bool gone = false;         ///< Undo only: it is deleted.
  std::string drop = {};     ///< Undo only: a version to be deleted when all that is done.
};

/// A flow or module of the target.
struct Node {
  ResourceKind kind = ResourceKind::contact_flow;
  std::string name;         ///< In the target.
  std::string type;         ///< ContactFlowType; empty for modules.
  std::string source_name;  ///< Where the rules rename it; else as `name`.
  std::string source_arn;
  std::string target_id;  ///< Empty while it is to be created.
  std::string target_arn;
  Action action = Action::unchanged;
  std::string reason;  ///< For people: "content differs", "archived in the source" ...
  std::vector<Change> changes;
  std::vector<std::size_t> refers_to;  ///< Nodes; ascending, once each.
  bool stub = false;                   ///< Created as a stub first, to open a circle.
  std::vector<std::size_t> circle;     ///< The circle that the stub opens, from this node on.

  // What it is to be.
  Content content;
  std::string description;
  std::string status;    ///< PUBLISHED or SAVED.
  std::string settings;  ///< Modules: the contract; empty: none.
  bool external_invocation = false;
  Tags tags;                       ///< Tags to set (create: all).
  std::vector<std::string> untag;  ///< Keys to remove (undo only).
  std::string state = "ACTIVE";    ///< ACTIVE or ARCHIVED.
  std::vector<AliasWish> aliases;  ///< One for each of its operations on aliases.
  /// Aliases that carried documents name and that stand for other content in the target, and stay
  /// so. Only to be shown: not in a plan's file.
  std::vector<AliasWish> left_aliases;

  /// change_mark() of what the target had when the plan was made, of nodes to be changed; else
  /// empty.
  std::string expected;
  /// What the target had then, of nodes that are updated or removed. Nothing is written where the
  /// target differs from it.
  std::optional<Flow> seen;
  /// Undo only; else empty: until then (ISO 8601) what the run sent may still appear, so that its
  /// operations do not end well where they find nothing to do. `seen` is with it; without an id it
  /// is found by name.
  std::string unsettled_until = {};
};

enum class OperationType {
  create,           ///< The final content at once.
  create_stub,      ///< Minimal content; SAVED for flows.
  update_content,   ///< The final content (and settings).
  update_metadata,  ///< Description, name or state.
  tag,
  untag,
  remove,         ///< DeleteContactFlow, DeleteContactFlowModule.
  publish_alias,  ///< The alias made or moved; a version of the final content first, if needed.
  retract_alias,  ///< The alias deleted (undo only).
};
std::string_view to_string(OperationType type);
std::optional<OperationType> operation_type_from_string(std::string_view word);

inline bool is_on_alias(OperationType type) {
  return type == OperationType::publish_alias || type == OperationType::retract_alias;
}

/// One write call.
struct Operation {
  OperationType type = OperationType::create;
  std::size_t node = 0;
  std::size_t alias = 0;           ///< Index into the node's aliases, of operations on these.
  std::vector<std::size_t> after;  ///< Operations that must be done first; ascending.
  std::size_t chain = 1;           ///< Length of the longest chain of operations that begins here.
};

/// What was and was not taken, and all that is to be said.
struct Plan {
  std::string from;  ///< Names of the environments.
  std::string to;
  Instance source;
  Instance target;
  std::string digest;   ///< Over the source's contents, the target's contents and the rules.
  std::string created;  ///< ISO 8601.
  std::vector<Node> nodes;
  std::vector<Operation> operations;  ///< In an order that keeps every `after`.
  bool fewest_stubs = true;           ///< false: a circle was too large for the exact search.
  bool callers_first = false;         ///< An undo: updates go back caller before callee.
  bool limits_ignored = false;        ///< The user said so when it was made.
  /// How many flows and modules the target had then, as far as they were listed; absent: not known.
  std::optional<std::int64_t> target_flows;
  std::optional<std::int64_t> target_modules;
  Findings findings;  ///< Problems (errors), warnings and notes. With errors it does not run.

  bool has_problems() const { return has_errors(findings); }
  bool empty() const { return operations.empty(); }
};

/// Identifies what a flow or module is now: equal marks mean equal content (by meaning), settings,
/// description, tags (without "aws:" ones), name, status and state. 64 hexadecimal digits.
std::string change_mark(const Flow& flow);

/// Chooses the nodes to be created as stubs so that every circle among nodes to be created is open,
/// and says so in the nodes and in `fewest_stubs`.
void choose_stubs(Plan& plan);

/// Puts `operations` of `plan` (type and node given, `after` ignored) into an order and fills
/// `after` and `chain`: what must exist before, and callee before caller wherever circles allow it.
void order_operations(Plan& plan);

}  // namespace flowferry::plan
