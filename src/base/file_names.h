// base/file_names.h
//
// File names for things that have names of their own: readable, and safe on every file system.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flowferry {

/// `name` as a file name, without what must follow to make it unique: normalised to NFC; with what
/// some file system does not take, what cannot be seen, '%' and '~' percent-encoded; never a device
/// name of Windows, never hidden, never leaving its folder; at most 180 bytes of UTF-8, the rest
/// cut off.
std::string file_name_for(std::string_view name);

/// What file systems that fold case and normalise Unicode compare: equal keys are one file there.
std::string file_name_key(std::string_view file_name);

/// Something that needs a file name of its own in a folder.
struct NamedThing {
  std::string name;
  std::string rest;  ///< What else tells it from others of the same name.
};

/// A file name for each of `things`, no two equal under file_name_key(). One that would meet
/// another, or had to be cut, ends in '~' and 8 hexadecimal digits (more where those meet) of the
/// SHA-256 of name and rest; each depends on nothing but itself and those that it would meet.
std::vector<std::string> unique_file_names(const std::vector<NamedThing>& things);

/// Whether unique_file_names() could give `file_name` to `thing` in some company.
bool is_file_name_of(std::string_view file_name, const NamedThing& thing);

}  // namespace flowferry
