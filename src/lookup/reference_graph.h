// lookup/reference_graph.h
//
// Who refers to whom in an environment: flows, modules and, where asked for, the resources that
// they use.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lookup/survey.h"

namespace flowferry::lookup {

/// What a reference does when a contact runs through it.
enum class EdgeKind {
  transfer,    ///< TransferToFlow.
  event_hook,  ///< UpdateContactEventHooks: the flow runs at the event.
  module,      ///< InvokeFlowModule.
  task,        ///< CreateTask: the flow handles the task.
  callback,    ///< CreateCallbackContact.
  outbound,    ///< StartOutboundChatContact.
  mention,     ///< The ARN of a flow or module anywhere else, such as in an attribute.
  use,         ///< Any other resource.
};
std::string_view to_string(EdgeKind kind);  ///< "event-hook"; for JSON and classes.
std::string_view label(EdgeKind kind);      ///< "event hook"; for people.

struct GraphNode {
  enum class State {
    read,      ///< Its references are in the graph.
    not_read,  ///< It exists, and was not selected, is archived, or could not be read.
    missing,   ///< Something refers to it, and the environment does not have it.
  };
  NamedResource resource;
  State state = State::read;
  std::size_t circle = 0;   ///< Number of its circle, from 1; 0: in none.
  bool orphan = false;      ///< Nothing refers to it, and it refers to no flow or module.
  bool top = false;         ///< Nothing (but itself) refers to it.
  bool root = false;        ///< GraphOptions::roots name it.
  std::size_t dynamic = 0;  ///< Its references to flows and modules that are decided at run time.

  bool is_flow() const {
    return resource.kind == ResourceKind::contact_flow ||
           resource.kind == ResourceKind::flow_module;
  }
};

/// All references of one kind from one node to another.
struct GraphEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  EdgeKind kind = EdgeKind::mention;
  std::string hook;             ///< Of event hooks which: "CustomerQueue".
  bool in_circle = false;       ///< Both ends are in the same circle.
  std::vector<Place> places{};  ///< Blocks and parameters, in document order.
};

/// Flows that reach each other.
struct Circle {
  std::vector<std::size_t> members;  ///< Ascending.
  std::vector<std::size_t> way;      ///< One way around, as short as there is through its first.
};

/// A value. Nodes stand flows first, then modules, then other kinds, by name; edges by their nodes.
struct ReferenceGraph {
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;
  std::vector<Circle> circles;
};

struct GraphOptions {
  bool resources = false;          ///< Also queues, functions and the like.
  std::vector<std::string> roots;  ///< Names, ids, ARNs or name patterns: only what these reach.
  bool reverse = false;            ///< With roots: what reaches these instead.
  std::size_t depth = 0;           ///< With roots: at most so many steps away; 0: any.
};

/// References in the designer's notes make no edge. Where only a part is asked for, `orphan` and
/// `top` are still said of the whole environment, and a circle is one if the part has all of it.
/// Errors: not_found, for a root that names no flow, module or (with `resources`) resource, with
/// the nearest names.
Result<ReferenceGraph> reference_graph(const Snapshot& snapshot, const Survey& survey,
                                       const GraphOptions& options);

}  // namespace flowferry::lookup
