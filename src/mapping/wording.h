// mapping/wording.h
//
// Small parts of what the resolver writes, into documents and into findings. Internal to mapping/.
#pragma once

#include <string>
#include <string_view>

#include "flow/references.h"
#include "mapping/resolver.h"
#include "model/resource.h"

namespace flowferry::mapping {

/// `name` in double quotes.
std::string quoted_name(std::string_view name);

/// `text:qualifier`, or `text` where there is no qualifier.
std::string with_qualifier(std::string text, const std::string& qualifier);

bool all_digits(std::string_view text);

/// Puts the target's fields into a source ARN of another service, keeping a dynamic Region.
std::string moved_arn(const flow::Reference& reference, const Instance& target,
                      std::string resource);

/// The remedy where the target's module (null: not there yet) lacks an alias.
std::string how_to_make_alias(const Instance& target, const Resource* module,
                              const std::string& alias);

/// Adds a warning where a version is named by its number, which nobody can choose in the target.
void warn_of_version(const flow::Reference& reference, const std::string& what, Resolution& out);

}  // namespace flowferry::mapping
