// flow/arn_reading.h
//
// ARNs as they occur in flow documents: found in running text, and told apart by whose they are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/kind.h"
#include "model/resource.h"

namespace flowferry::flow {

enum class Whose {
  nobody,      ///< Not an ARN ("arn:aws" alone, as in comparisons).
  ours,        ///< Of the source instance, its account, or AWS-managed and instance-independent.
  foreign,     ///< Of another instance or account.
  unreadable,  ///< Cannot be taken apart: a template, a placeholder, a dynamic part.
};

struct ArnReading {
  Whose whose = Whose::nobody;
  std::size_t offset = 0;  ///< Where it begins in the text ...
  std::size_t length = 0;  ///< ... and how long it is.
  std::size_t resume = 0;  ///< Where to look for the next one.
  ResourceKind kind = ResourceKind::unknown;
  std::string id;
  std::string qualifier;
};

/// The next ARN in `text` at or behind `from`; `nobody` with resume == text.size() when there is
/// none. In running text an ARN ends at the first character that ARNs of contact centres do not
/// have, and without a final '.' or ':'.
ArnReading next_arn(std::string_view text, std::size_t from, const Instance& source);

}  // namespace flowferry::flow
