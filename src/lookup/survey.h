// lookup/survey.h
//
// Every reference of every flow of an environment, with the resource that it names: what look-ups
// (uses.h) and graphs (reference_graph.h) are made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/findings.h"
#include "flow/references.h"
#include "model/snapshot.h"

namespace flowferry::lookup {

/// A resource as a reference names it, with what the environment's inventories know of it.
struct NamedResource {
  ResourceKind kind = ResourceKind::unknown;
  std::string name;    ///< Empty where no inventory has it.
  std::string id;      ///< As flow::Reference::id.
  std::string arn;     ///< Without qualifier; empty where only an id or a name stands there.
  std::string type;    ///< As Resource::type.
  bool known = false;  ///< The environment has it: it is in an inventory, or AWS manages it.
  bool listed = true;  ///< Its kind was listed, so that `known` says something.

  /// What to call it: the name, else the id.
  const std::string& called() const { return name.empty() ? id : name; }
};

/// A flow or module with its references.
struct SurveyedFlow {
  const Flow* flow = nullptr;
  bool readable = true;  ///< false: its content is no flow document; there is a finding.
  std::vector<flow::Reference> references;  ///< In document order.
  std::vector<flow::Unmapped> unmapped;     ///< In document order.
  std::vector<std::string> friendly;        ///< Identifiers which the designer shows as names.
};

struct Survey {
  std::vector<SurveyedFlow> flows;  ///< Flows before modules, by name, by type, by id.
  Findings findings;                ///< Contents that could not be read (unreadable-content).
};

/// Finds the references of all that was read whole (Snapshot::flows). `snapshot` must outlive the
/// survey.
Survey survey(const Snapshot& snapshot);

/// The resource that `reference` of a flow of `snapshot` names.
NamedResource resource_of(const Snapshot& snapshot, const flow::Reference& reference);

/// The same text for references to one resource, and only for these.
std::string identity_of(const NamedResource& resource);

/// Whether `identifier` of a block is a name that somebody gave, and no generated UUID.
bool is_friendly(const SurveyedFlow& flow, std::string_view identifier);

}  // namespace flowferry::lookup
