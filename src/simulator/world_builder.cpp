#include "simulator/world_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "simulator/content_check.h"
#include "simulator/instance_view.h"
#include "simulator/placeholders.h"
#include "simulator/seeded_ids.h"
#include "simulator/stock.h"
#include "simulator/world_names.h"
#include "simulator/world_resources.h"

namespace flowferry::simulator {
namespace {

constexpr std::string_view k_upper_alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view k_alphanumerics =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

class WorldBuilder {
 public:
  WorldBuilder(const WorldFile& world, const Switches& switches, std::uint64_t seed, double now)
      : world_(world), switches_(switches), ids_(seed), now_(now) {}

  Result<State> build() {
    for (const WorldAccount& account : world_.accounts) {
      add_account(account.id, account.access_key_id, account.secret_access_key,
                  account.session_token);
    }
    for (const WorldInstance& instance : world_.instances) {
      if (!state_.account(instance.account)) add_account(instance.account, "", "", "");
      build_instance(instance);
    }
    if (problems_.empty()) return std::move(state_);
    Error error;
    error.kind = ErrorKind::config;
    error.message = problems_.front();
    if (problems_.size() > 1) error.details = problems_;
    error.hint =
        "a flow that the service would no longer publish can be marked grandfathered: true";
    return fail(std::move(error));
  }

 private:
  void add_account(const std::string& id, const std::string& key, const std::string& secret,
                   const std::string& token) {
    AccountState account{id, key, secret, token};
    if (key.empty()) {
      account.access_key_id = "AKIA" + ids_.word("key/" + id, 16, k_upper_alphanumerics);
      account.secret_access_key = ids_.word("secret/" + id, 32, k_alphanumerics) +
                                  ids_.word("secret-end/" + id, 8, k_alphanumerics);
    }
    state_.accounts.push_back(std::move(account));
  }

  void build_instance(const WorldInstance& file) {
    auto made = std::make_unique<InstanceState>();
    InstanceState& instance = *made;
    instance.alias = file.alias;
    instance.account = file.account;
    instance.region = file.region;
    instance.partition = partition_of(file.region);
    instance.id = file.id.empty() ? ids_.uuid("instance/" + file.alias) : file.id;
    instance.arn = fmt::format("arn:{}:connect:{}:{}:instance/{}", instance.partition,
                               instance.region, instance.account, instance.id);
    instance.created = now_;
    state_.instances.push_back(std::move(made));
    add_world_resources(file, ids_, now_, state_, instance);
    const Rows rows = add_rows(file, instance);
    fill(rows, instance);
    if (problems_.empty()) check(rows, instance);
  }

  // Flows and modules: first all rows with their ids, since they refer to each other; then
  // contents.

  /// The rows of one instance, each with what it is made from.
  struct Rows {
    std::vector<std::pair<FlowRow*, const StockFlow*>> stock;
    std::vector<std::pair<FlowRow*, const WorldFlow*>> flows;
    std::vector<std::pair<FlowRow*, const WorldModule*>> modules;
  };

  Rows add_rows(const WorldInstance& file, InstanceState& instance) {
    Rows rows;
    for (const WorldModule& module : file.modules) {
      rows.modules.emplace_back(&add_module_row(module, instance), &module);
    }
    for (const StockFlow& stock : stock_flows()) {
      const bool replaced = std::any_of(file.flows.begin(), file.flows.end(),
                                        [&](const WorldFlow& f) { return f.name == stock.name; });
      if (!file.stock || replaced) continue;
      rows.stock.emplace_back(&add_flow_row(instance, stock.name, stock.type, ""), &stock);
    }
    for (const WorldFlow& flow : file.flows) {
      FlowRow& row = add_flow_row(instance, flow.name, flow.type, flow.id);
      row.description = flow.description;
      row.state = flow.state;
      row.tags = flow.tags;
      rows.flows.emplace_back(&row, &flow);
    }
    return rows;
  }

  FlowRow& add_flow_row(InstanceState& instance, std::string_view name, std::string_view type,
                        const std::string& id) {
    FlowRow row;
    row.id = id;
    if (id.empty()) row.id = flow_id(instance, "contact-flow", name, instance.flows);
    row.arn = instance.arn_of("contact-flow", row.id);
    row.name = std::string(name);
    row.type = std::string(type);
    row.created = row.modified = now_;
    row.is_default = is_default_name(name);
    return instance.flows.add(std::move(row));
  }

  FlowRow& add_module_row(const WorldModule& module, InstanceState& instance) {
    FlowRow row;
    row.id = module.id;
    if (row.id.empty()) row.id = flow_id(instance, "flow-module", module.name, instance.modules);
    row.arn = instance.arn_of("flow-module", row.id);
    row.name = module.name;
    row.description = module.description;
    row.state = module.state;
    row.tags = module.tags;
    row.created = row.modified = now_;
    if (module.external_invocation) row.external_invocation = true;
    for (const WorldModuleAlias& alias : module.aliases) {
      std::string id = alias.id;
      if (id.empty()) {
        id = ids_.uuid(instance.alias, "module-alias", module.name + '/' + alias.name, 0);
      }
      row.aliases.push_back(
          {std::move(id), alias.name, "", static_cast<std::int64_t>(alias.version), now_});
    }
    return instance.modules.add(std::move(row));
  }

  std::string flow_id(const InstanceState& instance, std::string_view kind, std::string_view name,
                      Table<FlowRow>& table) const {
    return ids_.uuid(instance.alias, kind, name, table.named(name).size());
  }

  static bool is_default_name(std::string_view name) {
    const auto& all = stock_flows();
    return std::any_of(all.begin(), all.end(),
                       [&](const StockFlow& s) { return s.is_default && s.name == name; });
  }

  void fill(const Rows& rows, InstanceState& instance) {
    for (const auto& [row, module] : rows.modules) fill_module(*module, instance, *row);
    for (const auto& [row, stock] : rows.stock) {
      row->description = std::string(stock->description);
      row->publish(filled(instance, stock->content, stock->name));
    }
    for (const auto& [row, flow] : rows.flows) {
      store(*row, flow->status, filled(instance, flow->content));
      if (flow->draft) row->draft = filled(instance, *flow->draft);
    }
  }

  void fill_module(const WorldModule& module, InstanceState& instance, FlowRow& row) {
    store(row, module.status, filled(instance, module.content));
    if (module.draft) row.draft = filled(instance, *module.draft);
    if (module.settings) row.settings = filled(instance, *module.settings);
    for (std::uint64_t n = 1; n <= module.versions; ++n) {
      row.versions[static_cast<std::int64_t>(n)] = FlowVersion{row.content(), row.settings, ""};
    }
    for (const auto& [number, version] : module.other_versions) {
      row.versions[static_cast<std::int64_t>(number)] =
          FlowVersion{filled(instance, version.content),
                      version.settings ? filled(instance, *version.settings) : "", ""};
    }
    row.last_version = static_cast<std::int64_t>(module.versions);
  }

  static void store(FlowRow& row, std::string_view status, std::string content) {
    if (status == "SAVED") {
      row.draft = std::move(content);
    } else {
      row.publish(std::move(content));
    }
  }

  /// The content with its placeholders filled in; problems are noted.
  std::string filled(InstanceState& instance, const WorldContent& content) {
    return filled(instance, content.bytes, content.file.string());
  }
  std::string filled(InstanceState& instance, std::string_view bytes, std::string_view file) {
    const StateResolver resolver(instance);
    auto text = fill_placeholders(bytes, resolver, file);
    if (text) return std::move(*text);
    if (text.error().details.empty()) problems_.push_back(text.error().message);
    for (const std::string& detail : text.error().details) problems_.push_back(detail);
    return {};
  }

  // Contents as the service would check them.

  void check(const Rows& rows, const InstanceState& instance) {
    const StateView view(state_, instance, switches_, now_);
    for (const auto& [row, module] : rows.modules) {
      if (module->grandfathered || !row->is_published()) continue;
      note(module->line, "flow module", row->name, checked(view, *row, true));
    }
    for (const auto& [row, flow] : rows.flows) {
      if (flow->grandfathered || !row->is_published()) continue;
      note(flow->line, "flow", row->name, checked(view, *row, false));
    }
  }

  CheckResult checked(const StateView& view, const FlowRow& row, bool module) const {
    CheckRequest request;
    request.module = module;
    request.flow_type = row.type;
    request.content = *row.published;
    request.settings = row.settings;
    request.instance = &view;
    if (switches_.is(Switch::reference_check, "service")) {
      request.references = ReferenceCheck::service;
    }
    request.drop_unresolved_optional = switches_.is(Switch::unresolved_optional, "drop");
    return check_content(request);
  }

  void note(int line, std::string_view what, std::string_view name, const CheckResult& result) {
    const std::string where =
        fmt::format("{}:{}: {} \"{}\" could not be published: ", world_.path.string(), line, what,
                    printable(name));
    if (!result.invalid_request.empty()) problems_.push_back(where + result.invalid_request);
    std::set<std::string> seen;  // The service says some things twice.
    for (const std::string& problem : result.problems) {
      if (seen.insert(problem).second) problems_.push_back(where + problem);
    }
  }

  const WorldFile& world_;
  const Switches& switches_;
  SeededIds ids_;
  double now_;
  State state_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<State> build_state(const WorldFile& world, const Switches& switches, std::uint64_t seed,
                          double now) {
  return WorldBuilder(world, switches, seed, now).build();
}

}  // namespace flowferry::simulator
