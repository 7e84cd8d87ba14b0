#include "simulator/fault_plan.h"

#include <array>

namespace flowferry::simulator {
namespace {

namespace js = boost::json;

struct Share {
  std::string_view name;
  double Faults::*member;
  Fault fault;
};
constexpr std::array<Share, 7> k_shares = {{
    {"error_500", &Faults::error_500, Fault::error_500},
    {"error_503", &Faults::error_503, Fault::error_503},
    {"throttled", &Faults::throttled, Fault::throttled},
    {"reset_before", &Faults::reset_before, Fault::reset_before},
    {"reset_after", &Faults::reset_after, Fault::reset_after},
    {"cut_body", &Faults::cut_body, Fault::cut_body},
    {"slow", &Faults::slow, Fault::slow},
}};

/// Reads a member that is no share; false when its type is wrong or there is none of that name.
bool read_other(std::string_view name, const js::value& value, Faults& out) {
  if (name == "operation" && value.is_string()) {
    out.operation = std::string(value.get_string());
  } else if (name == "writes_only" && value.is_bool()) {
    out.writes_only = value.get_bool();
  } else if (name == "hold_moment" && value.is_string()) {
    out.hold_after = value.get_string() == "after";
  } else if (!value.is_int64() && !value.is_uint64()) {
    return false;
  } else if (name == "seed") {
    out.seed = static_cast<std::uint64_t>(value.to_number<std::int64_t>());
  } else if (name == "slow_ms") {
    out.slow_by = std::chrono::milliseconds(value.to_number<std::int64_t>());
  } else if (name == "hold_write") {
    out.hold_write = value.to_number<std::int64_t>();
  } else {
    return false;
  }
  return true;
}

bool read_share(std::string_view name, const js::value& value, Faults& out) {
  for (const Share& share : k_shares) {
    if (share.name != name || !value.is_number()) continue;
    const double number = value.to_number<double>();
    if (number < 0 || number > 1) return false;
    out.*share.member = number;
    return true;
  }
  return false;
}

}  // namespace

Fault FaultPlan::next(std::string_view operation, bool writes) {
  if (!faults_.operation.empty() && faults_.operation != operation) return Fault::none;
  if (faults_.writes_only && !writes) return Fault::none;
  double dice = random_.unit();
  for (const Share& share : k_shares) {
    dice -= faults_.*share.member;
    if (dice < 0) return share.fault;
  }
  return Fault::none;
}

Result<Faults> read_faults(const js::object& json) {
  Faults out;
  for (const auto& entry : json) {
    const std::string_view name(entry.key().data(), entry.key().size());
    if (!read_share(name, entry.value(), out) && !read_other(name, entry.value(), out)) {
      return fail(
          ErrorKind::usage,
          "a fault plan cannot have \"" + std::string(name) + "\": " + js::serialize(entry.value()),
          "see docs/simulator.md");
    }
  }
  return out;
}

}  // namespace flowferry::simulator
