#include "simulator/copy.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "model/arn.h"
#include "simulator/world_file.h"

namespace flowferry::simulator {
namespace {

// For what was listed but not read: never published in the copy, only kept.
constexpr const char* k_unread_flow =
    R"({"Version":"2019-10-30","StartAction":"end","Metadata":{},"Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]})";
constexpr const char* k_unread_module =
    R"({"Version":"2019-10-30","StartAction":"end","Metadata":{},"Actions":[{"Identifier":"end","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}],"Settings":{"InputParameters":[],"OutputParameters":[],"Transitions":[]}})";

Tags own_tags(const Tags& tags) {
  Tags out;
  for (const auto& [key, value] : tags) {
    if (!key.starts_with("aws:")) out.emplace(key, value);
  }
  return out;
}

WorldResource resource_of(const Resource& resource, const Snapshot& snapshot) {
  WorldResource out;
  out.name = resource.name;
  out.id = resource.id;
  const auto arn = parse_arn(resource.arn);
  switch (resource.kind) {
    case ResourceKind::lambda_function: {
      out.id.clear();
      if (!arn) break;
      out.account = arn->account;
      out.region = arn->region;
      if (const auto parts = parse_lambda_arn(*arn); parts && !parts->qualifier.empty()) {
        out.qualifiers.push_back(parts->qualifier);
      }
      break;
    }
    case ResourceKind::lex_v1_bot:
      out.id.clear();
      out.region = resource.type;
      out.bot = resource.name;
      break;
    case ResourceKind::lex_v2_bot_alias: {
      out.id.clear();
      const auto parts = arn ? parse_lex_alias_arn(*arn) : std::nullopt;
      if (!parts) break;
      out.account = arn->account;
      out.region = arn->region;
      out.bot_id = parts->bot_id;
      out.alias_id = parts->alias_id;
      const auto named = snapshot.lex_alias_names.find(resource.arn);
      const std::string name = named == snapshot.lex_alias_names.end()
                                   ? parts->bot_id + "/" + parts->alias_id
                                   : named->second;
      const std::size_t slash = name.rfind('/');
      out.bot = name.substr(0, slash);
      out.alias = name.substr(slash + 1);
      out.name = name;
      break;
    }
    case ResourceKind::view:
      out.status = resource.status == "SAVED" ? "SAVED" : "PUBLISHED";
      break;
    default:
      break;
  }
  return out;
}

WorldContent content_of(std::string bytes, const std::string& name) {
  return WorldContent{"copy of " + name, std::move(bytes)};
}

void add_module(WorldInstance& instance, const Resource& listed, const Snapshot& snapshot) {
  WorldModule out;
  out.name = listed.name;
  out.id = listed.id;
  out.grandfathered = true;  // it exists: whatever today's validation says
  out.state = listed.state.empty() ? "ACTIVE" : listed.state;
  const auto read = snapshot.flows.find(listed.id);
  if (read == snapshot.flows.end()) {
    out.content = content_of(k_unread_module, listed.name);
  } else {
    const Flow& flow = read->second;
    out.description = flow.description;
    out.tags = own_tags(flow.tags);
    out.status = flow.status.empty() ? "PUBLISHED" : flow.status;
    out.content = content_of(flow.content, flow.name);
    out.external_invocation = flow.external_invocation;
    if (!flow.settings.empty()) out.settings = content_of(flow.settings, flow.name);
  }
  const auto aliases = snapshot.module_aliases.find(listed.id);
  if (aliases != snapshot.module_aliases.end()) {
    for (const Resource& alias : aliases->second.all()) {
      WorldModuleAlias entry;
      entry.name = alias.name;
      entry.id = alias.id;
      entry.version = std::max<std::uint64_t>(1, std::strtoull(alias.type.c_str(), nullptr, 10));
      out.versions = std::max(out.versions, entry.version);
      out.aliases.push_back(std::move(entry));
    }
  }
  const auto versions = snapshot.module_versions.find(listed.id);
  if (versions != snapshot.module_versions.end()) {
    for (const auto& [number, flow] : versions->second) {
      const auto n = static_cast<std::uint64_t>(number);
      WorldVersion& version = out.other_versions[n];
      version.content = content_of(flow.content, flow.name);
      if (!flow.settings.empty()) version.settings = content_of(flow.settings, flow.name);
      out.versions = std::max(out.versions, n);
    }
  }
  instance.modules.push_back(std::move(out));
}

void add_flow(WorldInstance& instance, const Resource& listed, const Snapshot& snapshot) {
  WorldFlow out;
  out.name = listed.name;
  out.id = listed.id;
  out.type = listed.type;
  out.grandfathered = true;
  out.state = listed.state.empty() ? "ACTIVE" : listed.state;
  const auto read = snapshot.flows.find(listed.id);
  if (read == snapshot.flows.end()) {
    out.status = listed.status.empty() ? "PUBLISHED" : listed.status;
    out.content = content_of(k_unread_flow, listed.name);
  } else {
    const Flow& flow = read->second;
    out.description = flow.description;
    out.tags = own_tags(flow.tags);
    out.status = flow.status;
    out.content = content_of(flow.content, flow.name);
  }
  instance.flows.push_back(std::move(out));
}

WorldInstance instance_of(const Snapshot& snapshot) {
  WorldInstance out;
  out.alias = snapshot.instance.alias.empty() ? snapshot.instance.id : snapshot.instance.alias;
  out.account = snapshot.instance.account;
  out.region = snapshot.instance.region;
  out.id = snapshot.instance.id;
  out.stock = false;
  for (const auto& [kind, inventory] : snapshot.inventories) {
    if (kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module) continue;
    for (const Resource& resource : inventory.all()) {
      const auto arn = parse_arn(resource.arn);
      if (arn && arn->account == "aws") continue;  // AWS-managed: the copy has them by itself
      out.resources[std::string(to_string(kind))].push_back(resource_of(resource, snapshot));
    }
  }
  // Bot aliases of the source are read by name one by one, and never listed.
  const Inventory* bots = snapshot.inventory(ResourceKind::lex_v2_bot_alias);
  for (const auto& [arn, name] : snapshot.lex_alias_names) {
    if (bots != nullptr && bots->by_arn(arn) != nullptr) continue;
    Resource alias;
    alias.kind = ResourceKind::lex_v2_bot_alias;
    alias.arn = arn;
    out.resources[std::string(to_string(alias.kind))].push_back(resource_of(alias, snapshot));
  }
  if (const Inventory* modules = snapshot.inventory(ResourceKind::flow_module)) {
    for (const Resource& module : modules->all()) add_module(out, module, snapshot);
  }
  if (const Inventory* flows = snapshot.inventory(ResourceKind::contact_flow)) {
    for (const Resource& flow : flows->all()) add_flow(out, flow, snapshot);
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<RunningCopy>> RunningCopy::start(
    const std::vector<const Snapshot*>& snapshots, Clock& clock) {
  WorldFile world;
  world.path = "simulated copy";
  std::set<std::string> accounts;
  for (const Snapshot* snapshot : snapshots) {
    world.instances.push_back(instance_of(*snapshot));
    const std::string& account = snapshot->instance.account;
    if (!accounts.insert(account).second) continue;
    WorldAccount entry;
    entry.id = account;
    entry.access_key_id = "AKIACOPY" + sha256_hex(account).substr(0, 12);
    for (char& c : entry.access_key_id)
      c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    entry.secret_access_key = sha256_hex("copy of " + account).substr(0, 40);
    world.accounts.push_back(std::move(entry));
  }
  Options options;
  options.throttle = false;
  // What the service itself does not check when it publishes, a copy cannot know better.
  options.switches["reference-check"] = "service";
  auto copy = std::unique_ptr<RunningCopy>(new RunningCopy());
  auto simulator = Simulator::make(world, std::move(options), clock);
  if (!simulator) return fail(std::move(simulator).error().during("making a simulated copy"));
  copy->simulator_ = std::move(*simulator);
  Simulator& running = *copy->simulator_;
  auto server = net::Server::start(net::ServerOptions{}, [&running](net::ServerRequest request) {
    return running.handle(std::move(request));
  });
  if (!server) return fail(std::move(server).error().during("starting a simulated copy"));
  copy->server_ = std::move(*server);
  return copy;
}

RunningCopy::~RunningCopy() = default;

Simulator::Account RunningCopy::account(const std::string& id) const {
  for (Simulator::Account& account : simulator_->accounts()) {
    if (account.id == id) return account;
  }
  return {};
}

}  // namespace flowferry::simulator
