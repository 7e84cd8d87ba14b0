#include "simulator/dump.h"

#include <algorithm>

#include "simulator/call.h"

namespace flowferry::simulator {
namespace {

void print(const js::value& value, int depth, std::string& out) {
  const std::string line = '\n' + std::string(static_cast<std::size_t>(depth + 1) * 2, ' ');
  const std::string last = '\n' + std::string(static_cast<std::size_t>(depth) * 2, ' ');
  if (value.is_object() && !value.get_object().empty()) {
    std::vector<std::string_view> names;
    for (const auto& entry : value.get_object())
      names.emplace_back(entry.key().data(), entry.key().size());
    std::sort(names.begin(), names.end());
    out += '{';
    for (std::size_t i = 0; i < names.size(); ++i) {
      out += (i ? "," : "") + line + js::serialize(js::value(js::string(names[i]))) + ": ";
      print(value.get_object().at(names[i]), depth + 1, out);
    }
    out += last + '}';
  } else if (value.is_array() && !value.get_array().empty()) {
    out += '[';
    bool first = true;
    for (const js::value& item : value.get_array()) {
      out += (first ? "" : ",") + line;
      print(item, depth + 1, out);
      first = false;
    }
    out += last + ']';
  } else {
    out += js::serialize(value);
  }
}

class Dumper {
 public:
  explicit Dumper(bool times) : times_(times) {}

  js::object state(const State& state) const {
    js::array accounts, instances;
    for (const AccountState& account : state.accounts) accounts.push_back(js::string(account.id));
    for (const auto& instance : state.instances) instances.push_back(this->instance(*instance));
    return js::object{{"accounts", std::move(accounts)}, {"instances", std::move(instances)}};
  }

 private:
  js::object instance(const InstanceState& instance) const {
    js::object out{{"id", instance.id},         {"arn", instance.arn},
                   {"alias", instance.alias},   {"account", instance.account},
                   {"region", instance.region}, {"tags", to_json(instance.tags)}};
    out["flows"] = rows(instance.flows, [&](const FlowRow& row) { return flow(row); });
    out["modules"] = rows(instance.modules, [&](const FlowRow& row) { return flow(row); });
    js::object resources;
    for (const auto& [kind, table] : instance.resources) {
      js::array list = rows(table, [&](const Resource& row) { return resource(row); });
      if (!list.empty()) resources[kind] = std::move(list);
    }
    out["resources"] = std::move(resources);
    out["lambdaFunctions"] = texts(instance.lambda_functions);
    out["lexV2Aliases"] = texts(instance.lex_v2_aliases);
    js::array bots;
    for (const LexV1Association& bot : instance.lex_v1_bots) {
      bots.push_back(js::object{{"name", bot.name}, {"region", bot.region}, {"alias", bot.alias}});
    }
    out["lexV1Bots"] = std::move(bots);
    js::array associations;
    for (const auto& [key, flow_id] : instance.flow_associations) {
      associations.push_back(
          js::object{{"type", key.first}, {"resource", key.second}, {"flow", flow_id}});
    }
    out["flowAssociations"] = std::move(associations);
    return out;
  }

  template <class T, class Show>
  static js::array rows(const Table<T>& table, Show show) {
    std::vector<const T*> sorted;
    for (const auto& [order, row] : table.rows()) {
      if (!row->visibility.deleted) sorted.push_back(row.get());
    }
    std::sort(sorted.begin(), sorted.end(), [](const T* a, const T* b) {
      return std::tie(a->name, a->id) < std::tie(b->name, b->id);
    });
    js::array out;
    for (const T* row : sorted) out.push_back(show(*row));
    return out;
  }

  js::object common(const Row& row) const {
    js::object out{
        {"id", row.id}, {"arn", row.arn}, {"name", row.name}, {"tags", to_json(row.tags)}};
    if (times_) {
      out["created"] = row.created;
      out["modified"] = row.modified;
    }
    return out;
  }

  js::object resource(const Resource& row) const {
    js::object out = common(row);
    out["members"] = row.members;
    if (!times_ && row.kind == "hierarchy-structure") {
      for (auto& level : out["members"].get_object())
        level.value().get_object().erase("LastModifiedTime");
    }
    return out;
  }

  js::object flow(const FlowRow& row) const {
    js::object out = common(row);
    out["type"] = row.type;
    out["description"] = row.description;
    out["state"] = row.state;
    out["status"] = row.is_published() ? "PUBLISHED" : "SAVED";
    if (row.published) out["content"] = *row.published;
    if (row.draft) out["draft"] = *row.draft;
    if (!row.settings.empty()) out["settings"] = row.settings;
    if (row.draft_settings) out["draftSettings"] = *row.draft_settings;
    if (row.external_invocation) out["externalInvocation"] = *row.external_invocation;
    js::array versions, aliases;
    for (const auto& [number, version] : row.versions) {
      versions.push_back(js::object{{"version", number},
                                    {"content", version.content},
                                    {"settings", version.settings},
                                    {"description", version.description}});
    }
    for (const VersionAlias& alias : row.aliases) {
      aliases.push_back(js::object{{"id", alias.id},
                                   {"name", alias.name},
                                   {"version", alias.version},
                                   {"description", alias.description}});
    }
    if (!versions.empty()) out["versions"] = std::move(versions);
    if (!aliases.empty()) out["aliases"] = std::move(aliases);
    return out;
  }

  static js::array texts(const std::vector<std::string>& list) {
    js::array out;
    for (const std::string& text : list) out.push_back(js::string(text));
    return out;
  }

  bool times_;
};

}  // namespace

std::string dump_state(const State& state, bool times) {
  std::string out;
  print(Dumper(times).state(state), 0, out);
  return out + '\n';
}

}  // namespace flowferry::simulator
