// model/resource.h
//
// Instances, resources and flows as values: what an environment holds.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/kind.h"

namespace flowferry {

/// An Amazon Connect instance (ListInstances, DescribeInstance).
struct Instance {
  std::string id;
  std::string arn;
  std::string alias;      ///< May be empty (directory instances have none).
  std::string partition;  ///< "aws", "aws-us-gov" ...
  std::string region;
  std::string account;
  std::string status;  ///< ACTIVE, CREATION_IN_PROGRESS, CREATION_FAILED; or empty.
  /// For people, what stands for it where no instance was asked: "bundle ./connect". Then the other
  /// fields are made up.
  std::string origin;
};

/// An entry of an inventory: what a List operation says of a resource.
struct Resource {
  ResourceKind kind = ResourceKind::unknown;
  std::string name;  ///< Of a phone number the number, of an email address the address, of a Lambda
                     ///< function its name, of a Lex V2 bot alias "bot name/alias name".
  std::string id;    ///< Of a Lambda function its name, of a Lex V2 bot alias "BOTID/ALIASID".
  std::string arn;   ///< Of a Lex V1 bot empty.
  std::string type;  ///< ContactFlowType, QueueType, view Type, Lex V1 region ...; or empty.
  std::string state;   ///< ACTIVE, ARCHIVED (flows and modules); or empty.
  std::string status;  ///< PUBLISHED, SAVED (flows); or empty. Upper case.
};

using Tags = std::map<std::string, std::string>;

/// A contact flow or flow module as a whole (DescribeContactFlow, DescribeContactFlowModule).
struct Flow {
  ResourceKind kind = ResourceKind::contact_flow;  ///< contact_flow or flow_module.
  std::string id;
  std::string arn;
  std::string name;
  std::string type;  ///< ContactFlowType; empty for modules.
  std::string description;
  std::string state;  ///< ACTIVE or ARCHIVED, upper case.
  std::string
      status;  ///< PUBLISHED or SAVED, upper case (the service says "published" for modules).
  std::string content;  ///< The flow language document: the bytes as the service gave them.
  Tags tags;
  std::string settings;  ///< Modules: the contract, a JSON string beside the content; or empty.
  /// Somebody's draft newer than the published content, where it was asked for.
  std::optional<std::string> draft;
  std::string draft_settings;
  bool external_invocation = false;  ///< Modules: ExternalInvocationConfiguration.Enabled.
};

}  // namespace flowferry
