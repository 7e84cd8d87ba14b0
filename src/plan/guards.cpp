#include "plan/guards.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace flowferry::plan {
namespace {

constexpr std::int64_t k_default_flows = 100;
constexpr std::int64_t k_default_modules = 200;
constexpr std::size_t k_content_limit = 256000;
constexpr std::size_t k_name_limit = 127;
constexpr std::size_t k_description_limit = 500;
constexpr std::size_t k_tag_limit = 50;
constexpr std::size_t k_tag_key_limit = 128;
constexpr std::size_t k_tag_value_limit = 256;

class Guards {
 public:
  Guards(Plan& plan, const Limits& limits, const Protect& protect, const Snapshot& target)
      : plan_(plan), limits_(limits), protect_(protect), target_(target) {}

  void run() {
    plan_.target_flows = listed(ResourceKind::contact_flow);
    plan_.target_modules = listed(ResourceKind::flow_module);
    figures();
    share();
    quota(ResourceKind::contact_flow, "quota-flows", limits_.flows_per_instance, k_default_flows);
    quota(ResourceKind::flow_module, "quota-modules", limits_.modules_per_instance,
          k_default_modules);
    for (const Node& node : plan_.nodes) {
      if (node.action != Action::create && node.action != Action::update) continue;
      guard(node);
      sizes(node);
    }
  }

  /// Of a saved plan: only the limits.
  void run_limits() {
    figures();
    const bool known = plan_.target_flows && plan_.target_modules;
    const bool needed = limits_.share || limits_.flows_per_instance || limits_.modules_per_instance;
    if (needed && !known) {
      add(Severity::error, "limits-not-known",
          "the plan does not say how many flows and modules the target had, so it cannot be held "
          "to the limits of the configuration",
          "make it again with flowferry plan -o, or go over the limits once with --ignore-limits");
    }
    if (!known) return;
    share();
    // The usual quotas have been told when the plan was made.
    if (limits_.flows_per_instance) {
      quota(ResourceKind::contact_flow, "quota-flows", limits_.flows_per_instance, k_default_flows);
    }
    if (limits_.modules_per_instance) {
      quota(ResourceKind::flow_module, "quota-modules", limits_.modules_per_instance,
            k_default_modules);
    }
  }

  /// Of a saved plan: only what is protected.
  void run_protect() {
    for (const Node& node : plan_.nodes) guard(node, node.seen ? &node.seen->tags : nullptr);
  }

 private:
  Finding& add(Severity severity, std::string id, std::string text, std::string help) {
    Finding finding;
    finding.severity = severity;
    finding.id = std::move(id);
    finding.text = std::move(text);
    finding.help = std::move(help);
    plan_.findings.push_back(std::move(finding));
    return plan_.findings.back();
  }

  void add(const Node& node, Severity severity, std::string id, std::string text,
           std::string help) {
    Finding& finding = add(severity, std::move(id), std::move(text), std::move(help));
    finding.where.kind = to_string(node.kind);
    finding.where.name = node.source_name.empty() ? node.name : node.source_name;
    finding.arn = node.target_arn;
    finding.in_target = true;
  }

  void figures() {
    count();
    limit("limit-creates", creates_, limits_.creates, "creates",
          "flows and modules would be created");
    limit("limit-updates", updates_, limits_.updates, "updates",
          "flows and modules would be updated");
  }

  void count() {
    for (const Node& node : plan_.nodes) {
      creates_ += node.action == Action::create ? 1 : 0;
      updates_ += node.action == Action::update ? 1 : 0;
    }
  }

  void limit(const char* id, std::int64_t figure, std::optional<std::int64_t> most, const char* key,
             const char* what) {
    if (!most || figure <= *most) return;
    add(Severity::error, id,
        fmt::format("{} {}, and limits.{} allows {}", figure, what, key, *most),
        fmt::format("raise limits.{} in the configuration, or go over it once with --ignore-limits",
                    key));
  }

  std::int64_t listed(ResourceKind kind) const {
    const Inventory* inventory = target_.inventory(kind);
    return inventory == nullptr ? 0 : static_cast<std::int64_t>(inventory->all().size());
  }

  void share() {
    const std::int64_t there = *plan_.target_flows + *plan_.target_modules;
    if (!limits_.share || there == 0) return;
    const double figure = static_cast<double>(updates_) / static_cast<double>(there);
    if (figure <= *limits_.share) return;
    add(Severity::error, "limit-share",
        fmt::format("{} of the target's {} flows and modules would be updated ({:.0f} %), and "
                    "limits.share allows {:.0f} %",
                    updates_, there, figure * 100, *limits_.share * 100),
        "raise limits.share in the configuration, or go over it once with --ignore-limits");
  }

  /// What the instance may hold. Without a known quota only the service's default can be compared
  /// with, and that is often raised: the service decides.
  void quota(ResourceKind kind, const char* id, std::optional<std::int64_t> known,
             std::int64_t usual) {
    std::int64_t creates = 0;
    for (const Node& node : plan_.nodes) {
      creates += node.kind == kind && node.action == Action::create ? 1 : 0;
    }
    const auto& there =
        kind == ResourceKind::contact_flow ? plan_.target_flows : plan_.target_modules;
    const std::int64_t after = *there + creates;
    if (creates == 0 || after <= known.value_or(usual)) return;
    const std::string what = std::string(label(kind)) + "s";
    const char* key =
        kind == ResourceKind::contact_flow ? "flows_per_instance" : "modules_per_instance";
    if (known) {
      add(Severity::error, id,
          fmt::format("the target would have {} {}, and limits.{} says that {} fit", after, what,
                      key, *known),
          fmt::format("delete some in the target, have the quota raised, or correct limits.{}",
                      key));
    } else {
      add(Severity::warning, id,
          fmt::format(
              "the target would have {} {}; an instance holds {} unless its quota was raised",
              after, what, usual),
          fmt::format("check the quota of the target (Service Quotas, Amazon Connect), and write "
                      "it to limits.{}",
                      key));
    }
  }

  void guard(const Node& node) {
    const auto there = target_.flows.find(node.target_id);
    guard(node, there == target_.flows.end() ? nullptr : &there->second.tags);
  }

  /// `there`: its tags in the target; null: not known.
  void guard(const Node& node, const Tags* there) {
    if (node.action != Action::update) return;
    for (const std::string& pattern : protect_.names) {
      const bool by_former_name = node.seen && matches_pattern(pattern, node.seen->name);
      if (!matches_pattern(pattern, node.name) && !by_former_name) continue;
      add(node, Severity::error, "protected",
          fmt::format("is protected in the target by protect.names \"{}\"", pattern),
          "exclude it, or take the pattern out of protect.names");
    }
    if (there == nullptr) return;
    for (const auto& [key, value] : protect_.tags) {
      const auto tag = there->find(key);
      if (tag == there->end() || !matches_pattern(value, tag->second)) continue;
      add(node, Severity::error, "protected",
          fmt::format("is protected in the target by its tag {}={}", key, tag->second),
          "exclude it, or take the tag out of protect.tags");
    }
  }

  void sizes(const Node& node) {
    // Of a content with holes the holes' ARNs count as well; all ARNs of one kind have one length.
    std::size_t length = node.content.holes.size() *
                         (plan_.target.arn.size() + std::string_view("/contact-flow/").size() + 36);
    for (const std::string& text : node.content.texts) length += count_code_points(text);
    if (length > k_content_limit) {
      add(node, Severity::error, "too-long",
          fmt::format("would have {} characters in the target, and the service takes {}", length,
                      k_content_limit),
          "split the flow, or move parts of it into modules");
    }
    const bool module = node.kind == ResourceKind::flow_module;
    const std::size_t name = count_code_points(node.name);
    if (name > k_name_limit) {
      add(node, module ? Severity::error : Severity::warning, "name-too-long",
          fmt::format("has a name of {} characters, and the service is known to take {}", name,
                      k_name_limit),
          "shorten the name, or rename it on the way (mapping.rename)");
    }
    const std::size_t description = count_code_points(node.description);
    if (description > k_description_limit) {
      add(node, module ? Severity::error : Severity::warning, "description-too-long",
          fmt::format("has a description of {} characters, and the service is known to take {}",
                      description, k_description_limit),
          "shorten the description in the source");
    }
    tags(node);
  }

  void tags(const Node& node) {
    Tags after = node.tags;
    const auto there = target_.flows.find(node.target_id);
    if (there != target_.flows.end())
      after.insert(there->second.tags.begin(), there->second.tags.end());
    if (!node.tags.empty() && after.size() > k_tag_limit) {
      add(node, Severity::error, "too-many-tags",
          fmt::format("would have {} tags, and a resource takes {}", after.size(), k_tag_limit),
          "remove tags in the source or in the target");
    }
    for (const auto& [key, value] : node.tags) {
      if (!key.empty() && count_code_points(key) <= k_tag_key_limit &&
          count_code_points(value) <= k_tag_value_limit) {
        continue;
      }
      add(node, Severity::error, "tag-invalid",
          fmt::format("has a tag that the service does not take: \"{}\"", ellipsize(key, 60)),
          "a key has 1 to 128 characters, a value at most 256");
    }
  }

  Plan& plan_;
  const Limits& limits_;
  const Protect& protect_;
  const Snapshot& target_;
  std::int64_t creates_ = 0;
  std::int64_t updates_ = 0;
};

}  // namespace

void check_guards(Plan& plan, const Limits& limits, const Protect& protect,
                  const Snapshot& target) {
  Guards(plan, limits, protect, target).run();
}

void check_limits(Plan& plan, const Limits& limits) {
  const Protect nothing;
  const Snapshot not_read;
  Guards(plan, limits, nothing, not_read).run_limits();
}

void check_protected(Plan& plan, const Protect& protect) {
  const Limits no_limits;
  const Snapshot not_read;
  Guards(plan, no_limits, protect, not_read).run_protect();
}

}  // namespace flowferry::plan
