#include "apply/alias_record.h"

#include "base/json/value.h"
#include "flow/document.h"

namespace flowferry::apply {

std::string version_mark(const Flow& version) {
  Flow part;
  part.kind = ResourceKind::flow_module;
  part.content = version.content;
  part.settings = version.settings;
  return plan::change_mark(part);
}

bool is_version_of(const Flow& version, const Desired& wanted) {
  return flow::same_meaning(version.content, wanted.flow.content) &&
         same_settings(version.settings, wanted.flow.settings);
}

std::string AliasRecord::qualifier() const {
  return name == plan::k_only_version ? std::to_string(version) : id;
}

std::string alias_record_to_json(const AliasRecord& record) {
  return json::Value::object({{"alias", record.name},
                              {"id", record.id},
                              {"was", record.was},
                              {"publishes", record.publishes},
                              {"newest", record.newest},
                              {"version", record.version},
                              {"dropped", record.dropped},
                              {"mark", record.mark}})
      .dump();
}

AliasRecord alias_record_from_json(std::string_view text) {
  AliasRecord out;
  const auto value = json::parse(text);
  if (!value) return out;
  out.name = (*value)["alias"].as_string();
  out.id = (*value)["id"].as_string();
  out.was = (*value)["was"].as_int().value_or(0);
  out.publishes = (*value)["publishes"].as_bool();
  out.newest = (*value)["newest"].as_int().value_or(0);
  out.version = (*value)["version"].as_int().value_or(0);
  out.dropped = (*value)["dropped"].as_int().value_or(0);
  out.mark = (*value)["mark"].as_string();
  return out;
}

}  // namespace flowferry::apply
