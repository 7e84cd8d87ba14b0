// A contact centre as people think of it, by names, and the snapshot that an instance would show of
// it: ids, ARNs and contents made for that instance.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "mapping/rules.h"
#include "model/snapshot.h"
#include "plan/planner.h"

namespace flowferry::testing {

/// A reference of a flow, by what it means.
struct Ref {
  ResourceKind kind;
  std::string name;
  enum class Form { arn, id } form = Form::arn;
  std::string qualifier;
  enum class Place {
    parameter,  ///< Where the flow language expects it.
    attribute,  ///< As an attribute's value.
    text,       ///< Within a longer text.
    note,       ///< In the designer's notes.
  } place = Place::parameter;
};

struct WorldFlow {
  ResourceKind kind = ResourceKind::contact_flow;
  std::string name;
  std::string type = "CONTACT_FLOW";
  std::string description;
  std::string state = "ACTIVE";
  std::string status = "PUBLISHED";
  std::string text = "Hello";  ///< Something that the flow says.
  std::string settings;
  bool external_invocation = false;
  Tags tags;
  std::vector<Ref> refs;
  std::string content;  ///< If set, the content as it is.
};

struct World {
  std::vector<WorldFlow> flows;
  std::vector<std::pair<ResourceKind, std::string>> resources;
  std::map<std::string, std::vector<std::string>> module_aliases;  ///< Names, by module.

  WorldFlow& flow(const std::string& name, std::vector<Ref> refs = {});
  WorldFlow& module(const std::string& name, std::vector<Ref> refs = {});
  void resource(ResourceKind kind, const std::string& name) { resources.emplace_back(kind, name); }
};

/// Instances for tests: "tokyo", "osaka" (other account and Region), "gov" (other partition).
Instance make_instance(const std::string& name);

/// A UUID that follows from `text`.
std::string uuid_of(const std::string& text);

/// The id of a resource of the instance.
std::string id_of(const Instance& instance, ResourceKind kind, const std::string& name);
std::string arn_of(const Instance& instance, ResourceKind kind, const std::string& name);

/// What the instance shows when it holds `world`.
Snapshot snapshot_of(const World& world, const Instance& instance);

/// Adds a whole flow to a snapshot.
void add_flow(Snapshot& snapshot, Flow flow);

/// All flows of `source` carried but archived ones.
plan::Plan plan_for(const Snapshot& source, const Snapshot& target,
                    const mapping::Rules& rules = {});
plan::PlanRequest request_for(const Snapshot& source, const Snapshot& target,
                              const mapping::Rules& rules);

/// Carries out `plan` in memory, as the service would: new ids for what is created. Fails the test
/// when an operation needs what does not exist yet.
Snapshot applied(const plan::Plan& plan, const Snapshot& target);

/// A world with flows, modules, circles, and references of every form.
World random_world(std::mt19937& random, std::size_t flows);
/// The same with some flows missing, changed, unpublished ... but all resources.
World outdated(const World& world, std::mt19937& random);

}  // namespace flowferry::testing
