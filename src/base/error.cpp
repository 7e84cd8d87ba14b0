#include "base/result.h"

namespace flowferry {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::config:
      return "config";
    case ErrorKind::credentials:
      return "credentials";
    case ErrorKind::not_found:
      return "not-found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::throttled:
      return "throttled";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::quota:
      return "quota";
    case ErrorKind::service:
      return "service";
    case ErrorKind::network:
      return "network";
    case ErrorKind::malformed:
      return "malformed";
    case ErrorKind::io:
      return "io";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::refused:
      return "refused";
  }
  return "service";
}

std::string one_line(const Error& error) {
  std::string out;
  for (auto it = error.while_doing.rbegin(); it != error.while_doing.rend(); ++it) {
    out += *it + ": ";
  }
  if (!error.subject.empty()) out += error.subject + ": ";
  out += error.message;
  for (const auto& detail : error.details) out += "; " + detail;
  if (!error.code.empty() || !error.request_id.empty()) {
    out += " [" + error.code;
    if (!error.request_id.empty()) {
      if (!error.code.empty()) out += ", ";
      out += "request id " + error.request_id;
    }
    out += "]";
  }
  return out;
}

}  // namespace flowferry
