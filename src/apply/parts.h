// apply/parts.h
//
// Contents and tags of flows compared, part by part. Internal to apply/.
#pragma once

#include <set>
#include <string>

#include "apply/desired.h"

namespace flowferry::apply {

/// By meaning, or with `exact` byte for byte.
bool same_content(const std::string& a, const std::string& b, bool exact);

/// A tag's value, or null where it is absent.
const std::string* tag_of(const Tags& tags, const std::string& key);
bool same_tag(const std::string* a, const std::string* b);

/// What a tag is to be, null: absent; `before` where it is left alone.
const std::string* wanted_tag(const Desired& desired, const std::string& key,
                              const std::string* before);

/// The keys of both that are the user's own.
std::set<std::string> keys_of(const Tags& a, const Tags& b);

}  // namespace flowferry::apply
