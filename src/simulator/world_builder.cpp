#include "simulator/world_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "simulator/content_check.h"
#include "simulator/instance_view.h"
#include "simulator/placeholders.h"
#include "simulator/resource_kinds.h"
#include "simulator/seeded_ids.h"
#include "simulator/stock.h"

namespace flowferry::simulator {
namespace {

constexpr std::string_view k_upper_alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view k_lower_alphanumerics = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view k_alphanumerics =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Names of one instance's resources as placeholders mean them.
class StateResolver final : public PlaceholderResolver {
 public:
  StateResolver(const State& state, InstanceState& instance) : state_(state), instance_(instance) {}

  std::string account() const override { return instance_.account; }
  std::string region() const override { return instance_.region; }
  std::string instance_id() const override { return instance_.id; }
  std::string instance_arn() const override { return instance_.arn; }

  std::optional<std::string> arn(std::string_view kind, std::string_view name) const override {
    if (const Row* row = find(kind, name)) return row->arn;
    const auto view = managed_view(kind, name);
    if (!view) return std::nullopt;
    return fmt::format("arn:{}:connect:{}:aws:view/{}:{}", instance_.partition, instance_.region,
                       view->id, view->version);
  }
  std::optional<std::string> id(std::string_view kind, std::string_view name) const override {
    if (const Row* row = find(kind, name)) return row->id;
    const auto view = managed_view(kind, name);
    if (!view) return std::nullopt;
    return std::string(view->id);
  }
  std::optional<std::string> alias_id(std::string_view module,
                                      std::string_view alias) const override {
    for (const FlowRow* row : instance_.modules.named(module)) {
      for (const VersionAlias& a : row->aliases) {
        if (a.name == alias) return a.id;
      }
    }
    return std::nullopt;
  }
  std::vector<std::string> names(std::string_view kind) const override {
    std::vector<std::string> out;
    if (kind == "contact-flow") add_names(instance_.flows, out);
    if (kind == "flow-module") add_names(instance_.modules, out);
    add_names(instance_.of(kind), out);
    return out;
  }
  std::vector<std::string> alias_names(std::string_view module) const override {
    std::vector<std::string> out;
    for (const FlowRow* row : instance_.modules.named(module)) {
      for (const VersionAlias& alias : row->aliases) out.push_back(alias.name);
    }
    return out;
  }

 private:
  template <class T>
  static void add_names(const Table<T>& table, std::vector<std::string>& out) {
    for (const auto& [order, row] : table.rows()) out.push_back(row->name);
  }
  const Row* find(std::string_view kind, std::string_view name) const {
    if (kind == "contact-flow") return first(instance_.flows, name);
    if (kind == "flow-module") return first(instance_.modules, name);
    return first(instance_.of(kind), name);
  }
  template <class T>
  static const Row* first(Table<T>& table, std::string_view name) {
    const auto rows = table.named(name);
    return rows.empty() ? nullptr : rows.front();
  }
  static const ManagedView* managed_view(std::string_view kind, std::string_view name) {
    if (kind != "view") return nullptr;
    for (const ManagedView& view : managed_views()) {
      if (view.name == name) return &view;
    }
    return nullptr;
  }

  const State& state_;
  InstanceState& instance_;
};

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
    add_resources(file, instance);
    add_flow_rows(file, instance);
    fill_contents(file, instance);
    if (problems_.empty()) check_contents(file, instance);
  }

  std::string make_id(const InstanceState& instance, std::string_view kind, std::string_view name,
                      std::size_t repeat) const {
    return ids_.uuid(fmt::format("{}/{}/{}/{}", instance.alias, kind, name, repeat));
  }

  // Resources.

  /// Kinds that others refer to come first.
  static std::vector<std::string> kinds_in_order() {
    std::vector<std::string> out = {"hours-of-operation", "queue", "security-profile",
                                    "hierarchy-group", "routing-profile"};
    for (const std::string& kind : world_resource_kinds()) {
      if (std::find(out.begin(), out.end(), kind) == out.end()) out.push_back(kind);
    }
    return out;
  }

  void add_resources(const WorldInstance& file, InstanceState& instance) {
    for (const std::string& kind : kinds_in_order()) {
      if (file.stock) add_stock_resources(file, instance, kind);
      for (const WorldResource& resource : file.of(kind)) add_resource(instance, kind, resource);
    }
    add_integrations(instance);
  }

  static bool names(const std::vector<WorldResource>& resources, std::string_view name) {
    return std::any_of(resources.begin(), resources.end(),
                       [&](const WorldResource& r) { return r.name == name; });
  }

  void add_stock_resources(const WorldInstance& file, InstanceState& instance,
                           std::string_view kind) {
    for (const StockResource& stock : stock_resources()) {
      if (to_string(stock.kind) != kind || names(file.of(kind), stock.name)) continue;
      WorldResource resource;
      resource.name = std::string(stock.name);
      resource.description = std::string(stock.description);
      Resource& row = add_resource(instance, std::string(kind), resource);
      if (!stock.type.empty()) row.members["Type"] = stock.type;
    }
  }

  Resource& add_resource(InstanceState& instance, const std::string& kind,
                         const WorldResource& file) {
    Resource row;
    row.kind = kind;
    row.name = file.name;
    row.tags = file.tags;
    row.created = row.modified = now_;
    row.members = default_members(instance, kind, file.name);
    if (!file.description.empty()) row.members["Description"] = file.description;
    if (kind == "view") add_view_content(file, row);
    if (kind == "task-template" && !file.status.empty()) row.members["Status"] = file.status;
    if (kind == "lambda-function") {
      name_function(instance, file, row);
    } else if (kind == "lex-v1-bot") {
      name_v1_bot(instance, file, row);
    } else if (kind == "lex-v2-bot-alias") {
      name_v2_alias(instance, file, row);
    } else {
      name_resource(instance, file, row);
    }
    return instance.of(kind).add(std::move(row));
  }

  static void add_view_content(const WorldResource& file, Resource& row) {
    const js::object content{{"Template", "{}"}, {"Actions", js::array()}};
    row.members["$SAVED"] = content;
    if (file.status != "SAVED") row.members["$LATEST"] = content;
  }

  void name_resource(const InstanceState& instance, const WorldResource& file,
                     Resource& row) const {
    const std::string what = fmt::format("{}/{}/{}", instance.alias, row.kind, row.name);
    const auto arn_of_service = [&](std::string_view service, std::string_view resource) {
      return fmt::format("arn:{}:{}:{}:{}:{}", instance.partition, service, instance.region,
                         instance.account, resource);
    };
    row.id = file.id.empty() ? make_id(instance, row.kind, row.name, same_named(instance, row))
                             : file.id;
    if (row.kind == "predefined-attribute") {
      row.id = row.name;
    } else if (row.kind == "phone-number" || row.kind == "traffic-distribution-group") {
      row.arn = arn_of_service("connect", row.kind + '/' + row.id);
    } else if (row.kind == "assistant" || row.kind == "knowledge-base" ||
               row.kind == "message-template") {
      row.arn = arn_of_service("wisdom", row.kind + '/' + row.id);
    } else if (row.kind == "ai-agent") {
      if (row.id.find('/') == std::string::npos) row.id = first_assistant(instance) + '/' + row.id;
      row.arn = arn_of_service("wisdom", "ai-agent/" + row.id);
    } else if (row.kind == "case-template" || row.kind == "case-field") {
      const std::string domain = make_id(instance, "cases-domain", "", 0);
      row.arn = arn_of_service("cases",
                               fmt::format("domain/{}/{}/{}", domain, row.kind.substr(5), row.id));
    } else if (row.kind == "cognito-user-pool") {
      if (file.id.empty()) row.id = instance.region + '_' + ids_.word(what, 9, k_alphanumerics);
      row.arn = arn_of_service("cognito-idp", "userpool/" + row.id);
    } else if (row.kind == "cognito-client") {
      if (file.id.empty()) row.id = ids_.word(what, 26, k_lower_alphanumerics);
    } else if (row.kind == "watchlist") {
      if (file.id.empty()) row.id = ids_.word(what, 22, k_alphanumerics);
    } else if (row.kind == "voice-connector") {
      row.arn = arn_of_service("chime", "vc/" + row.id);
    } else if (const auto kind = kind_from_string(row.kind); kind && !arn_keyword(*kind).empty()) {
      row.arn = instance.arn_of(arn_keyword(*kind), row.id);
    }
  }

  /// How many rows of the kind have the same name already: some kinds let names repeat.
  static std::size_t same_named(const InstanceState& instance, const Resource& row) {
    return const_cast<InstanceState&>(instance).of(row.kind).named(row.name).size();
  }

  std::string first_assistant(const InstanceState& instance) const {
    const auto& rows = instance.of("assistant").rows();
    return rows.empty() ? make_id(instance, "assistant", "", 0) : rows.begin()->second->id;
  }

  void name_function(InstanceState& instance, const WorldResource& file, Resource& row) {
    LambdaFunction function{file.account.empty() ? instance.account : file.account,
                            file.region.empty() ? instance.region : file.region, file.name,
                            file.qualifiers};
    row.id = file.name;
    row.arn = fmt::format("arn:{}:lambda:{}:{}:function:{}", partition_of(function.region),
                          function.region, function.account, file.name);
    if (file.associated) instance.lambda_functions.push_back(row.arn);
    for (LambdaFunction& known : state_.lambda_functions) {
      if (known.account != function.account || known.region != function.region ||
          known.name != function.name)
        continue;
      for (std::string& qualifier : function.qualifiers) {
        if (std::find(known.qualifiers.begin(), known.qualifiers.end(), qualifier) ==
            known.qualifiers.end()) {
          known.qualifiers.push_back(std::move(qualifier));
        }
      }
      return;
    }
    state_.lambda_functions.push_back(std::move(function));
  }

  static void name_v1_bot(InstanceState& instance, const WorldResource& file, Resource& row) {
    row.id = file.name;
    if (!file.associated) return;
    instance.lex_v1_bots.push_back(
        {file.name, file.region.empty() ? instance.region : file.region, file.alias});
  }

  LexBot& lex_bot(const std::string& account, const std::string& region,
                  const WorldResource& file) {
    for (LexBot& bot : state_.lex_bots) {
      if (bot.account == account && bot.region == region && bot.name == file.bot) return bot;
    }
    LexBot bot{account, region, file.bot_id, file.bot, {}};
    if (bot.id.empty()) {
      bot.id = ids_.word(fmt::format("lex/{}/{}/{}", account, region, file.bot), 10,
                         k_upper_alphanumerics);
    }
    return state_.lex_bots.emplace_back(std::move(bot));
  }

  void name_v2_alias(InstanceState& instance, const WorldResource& file, Resource& row) {
    const std::string account = file.account.empty() ? instance.account : file.account;
    const std::string region = file.region.empty() ? instance.region : file.region;
    LexBot& bot = lex_bot(account, region, file);
    auto alias = std::find_if(bot.aliases.begin(), bot.aliases.end(),
                              [&](const LexBot::Alias& a) { return a.name == file.alias; });
    if (alias == bot.aliases.end()) {
      std::string id = file.alias_id;
      if (id.empty()) {
        id = ids_.word(fmt::format("lex/{}/{}/{}/{}", account, region, file.bot, file.alias), 10,
                       k_upper_alphanumerics);
      }
      alias = bot.aliases.insert(bot.aliases.end(), LexBot::Alias{std::move(id), file.alias});
    }
    row.id = bot.id + '/' + alias->id;
    row.arn =
        fmt::format("arn:{}:lex:{}:{}:bot-alias/{}", partition_of(region), region, account, row.id);
    if (file.associated) instance.lex_v2_aliases.push_back(row.arn);
  }

  /// What other services' resources look like from Amazon Connect.
  void add_integrations(InstanceState& instance) {
    add_integration(instance, "assistant", "WISDOM_ASSISTANT");
    add_integration(instance, "knowledge-base", "WISDOM_KNOWLEDGE_BASE");
    add_integration(instance, "cognito-user-pool", "COGNITO_USER_POOL");
  }

  void add_integration(InstanceState& instance, std::string_view kind, std::string_view type) {
    for (const auto& [order, source] : instance.of(kind).rows()) {
      Resource row;
      row.kind = "integration-association";
      row.id = make_id(instance, row.kind, source->arn, 0);
      row.name = row.id;
      row.arn = instance.arn_of(row.kind, row.id);
      row.created = row.modified = now_;
      row.members = {{"IntegrationType", type}, {"IntegrationArn", source->arn}};
      instance.of(row.kind).add(std::move(row));
    }
  }

  // Flows and modules: first all rows with their ids, since they refer to each other; then
  // contents.

  void add_flow_rows(const WorldInstance& file, InstanceState& instance) {
    for (const WorldModule& module : file.modules) add_module_row(module, instance);
    if (file.stock) {
      for (const StockFlow& stock : stock_flows()) {
        const bool replaced = std::any_of(file.flows.begin(), file.flows.end(),
                                          [&](const WorldFlow& f) { return f.name == stock.name; });
        if (!replaced)
          add_flow_row(instance, std::string(stock.name), std::string(stock.type), "").is_default =
              stock.is_default;
      }
    }
    for (const WorldFlow& flow : file.flows) {
      FlowRow& row = add_flow_row(instance, flow.name, flow.type, flow.id);
      row.is_default = is_default_name(flow.name);
      row.description = flow.description;
      row.state = flow.state;
      row.tags = flow.tags;
    }
  }

  static bool is_default_name(std::string_view name) {
    const auto& all = stock_flows();
    return std::any_of(all.begin(), all.end(),
                       [&](const StockFlow& s) { return s.is_default && s.name == name; });
  }

  FlowRow& add_flow_row(InstanceState& instance, std::string name, std::string type,
                        const std::string& id) {
    FlowRow row;
    row.id = id.empty() ? make_id(instance, "contact-flow", name, instance.flows.named(name).size())
                        : id;
    row.arn = instance.arn_of("contact-flow", row.id);
    row.name = std::move(name);
    row.type = std::move(type);
    row.created = row.modified = now_;
    return instance.flows.add(std::move(row));
  }

  void add_module_row(const WorldModule& module, InstanceState& instance) {
    FlowRow row;
    row.id = module.id.empty() ? make_id(instance, "flow-module", module.name,
                                         instance.modules.named(module.name).size())
                               : module.id;
    row.arn = instance.arn_of("flow-module", row.id);
    row.name = module.name;
    row.description = module.description;
    row.state = module.state;
    row.tags = module.tags;
    row.created = row.modified = now_;
    if (module.external_invocation) row.external_invocation = true;
    for (const WorldModuleAlias& alias : module.aliases) {
      const std::string id =
          alias.id.empty() ? make_id(instance, "module-alias", module.name + '/' + alias.name, 0)
                           : alias.id;
      row.aliases.push_back({id, alias.name, "", static_cast<std::int64_t>(alias.version), now_});
    }
    instance.modules.add(std::move(row));
  }

  /// The content with its placeholders filled in; problems are noted.
  std::string filled(const InstanceState& instance, const WorldContent& content) {
    return filled(instance, content.bytes, content.file.string());
  }
  std::string filled(const InstanceState& instance, std::string_view bytes, std::string_view file) {
    const StateResolver resolver(state_, const_cast<InstanceState&>(instance));
    auto text = fill_placeholders(bytes, resolver, file);
    if (text) return std::move(*text);
    if (text.error().details.empty()) problems_.push_back(text.error().message);
    for (const std::string& detail : text.error().details) problems_.push_back(detail);
    return {};
  }

  void fill_contents(const WorldInstance& file, InstanceState& instance) {
    auto module_row = instance.modules.rows().begin();
    for (const WorldModule& module : file.modules)
      fill_module(module, instance, *(module_row++)->second);
    auto flow_row = instance.flows.rows().begin();
    for (const StockFlow& stock : stock_flows()) {
      if (flow_row == instance.flows.rows().end() || flow_row->second->name != stock.name ||
          !file.stock)
        continue;
      if (std::any_of(file.flows.begin(), file.flows.end(),
                      [&](const WorldFlow& f) { return f.name == stock.name; }))
        continue;
      FlowRow& row = *(flow_row++)->second;
      row.description = std::string(stock.description);
      row.publish(filled(instance, stock.content, stock.name));
    }
    for (const WorldFlow& flow : file.flows) {
      FlowRow& row = *(flow_row++)->second;
      store(row, flow.status, filled(instance, flow.content));
      if (flow.draft) row.draft = filled(instance, *flow.draft);
    }
  }

  static void store(FlowRow& row, std::string_view status, std::string content) {
    if (status == "SAVED") {
      row.draft = std::move(content);
    } else {
      row.publish(std::move(content));
    }
  }

  void fill_module(const WorldModule& module, const InstanceState& instance, FlowRow& row) {
    store(row, module.status, filled(instance, module.content));
    if (module.draft) row.draft = filled(instance, *module.draft);
    if (module.settings) row.settings = filled(instance, *module.settings);
    for (std::uint64_t n = 1; n <= module.versions; ++n) {
      row.versions[static_cast<std::int64_t>(n)] = FlowVersion{row.content(), row.settings, ""};
    }
    row.last_version = static_cast<std::int64_t>(module.versions);
  }

  // Contents as the service would check them.

  void check_contents(const WorldInstance& file, const InstanceState& instance) {
    const StateView view(state_, instance, switches_, now_);
    for (const WorldModule& module : file.modules) {
      if (module.grandfathered || module.status == "SAVED") continue;
      const FlowRow& row = *const_cast<InstanceState&>(instance).modules.named(module.name).front();
      note(module.line, "flow module", module.name, check(view, row, true));
    }
    for (const WorldFlow& flow : file.flows) {
      if (flow.grandfathered || flow.status == "SAVED") continue;
      for (const FlowRow* row : const_cast<InstanceState&>(instance).flows.named(flow.name)) {
        if (row->type == flow.type) note(flow.line, "flow", flow.name, check(view, *row, false));
      }
    }
  }

  CheckResult check(const StateView& view, const FlowRow& row, bool module) const {
    CheckRequest request;
    request.module = module;
    request.flow_type = row.type;
    request.content = *row.published;
    request.settings = row.settings;
    request.instance = &view;
    if (switches_.is(Switch::reference_check, "service"))
      request.references = ReferenceCheck::service;
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
