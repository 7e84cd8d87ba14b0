// snapshot/synthetic.h
//
// The instance that a bundle stands for: identities for resources that have only names there. The
// same names give the same identities, in every process.
#pragma once

#include <string>
#include <string_view>

#include "model/resource.h"

namespace flowferry::snapshot {

/// An instance of account 000000000000 whose id is made from `seed`.
Instance synthetic_instance(std::string_view seed, std::string partition, std::string region);

/// The one that a bundle stands for which was pulled from the instance with this ARN.
Instance synthetic_instance_of(const std::string& pulled_from);

/// The id of a resource that is known by `name` (and `rest`, where several have that name): a UUID;
/// of a Lambda function and a Lex V1 bot the name; of a Lex V2 bot alias ("bot/alias")
/// "BOTID/ALIASID".
std::string synthetic_id(ResourceKind kind, std::string_view name, std::string_view rest = {});

/// The ARN that a resource of `instance` has as a rule; empty for kinds without one (Lex V1 bot).
std::string usual_arn(const Instance& instance, ResourceKind kind, const std::string& id);

/// `arn` with the fields that are the instance's, and `id`, written as `{{partition}}`,
/// `{{region}}`, `{{account}}`, `{{instance}}`, `{{id}}`; and back.
std::string arn_template(const std::string& arn, const Instance& instance, const std::string& id);
std::string arn_from_template(std::string_view text, const Instance& instance,
                              const std::string& id);

}  // namespace flowferry::snapshot
