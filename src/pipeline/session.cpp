#include "pipeline/session.h"

#include <algorithm>
#include <filesystem>

#include "aws/error.h"
#include "aws/mfa_sessions.h"
#include "aws/static_credentials.h"
#include "aws/sts_requests.h"
#include "base/text.h"
#include "connect/regions.h"
#include "model/arn.h"
#include "snapshot/folder.h"

namespace flowferry::pipeline {
namespace {

constexpr auto k_patience = std::chrono::seconds(10);

/// The instance's fields that its ARN has.
void take_arn(Instance& instance) {
  const auto arn = parse_arn(instance.arn);
  if (!arn) return;
  instance.partition = arn->partition;
  instance.region = arn->region;
  instance.account = arn->account;
}

std::string describe(const EnvironmentConfig& environment) {
  return "environment \"" + environment.name + "\"";
}

}  // namespace

Session::Session(Config config, Outside outside, Clock& clock, Random& random)
    : config_(std::move(config)),
      outside_(std::move(outside)),
      clock_(clock),
      random_(random),
      mfa_(std::make_shared<aws::MfaSessions>()),
      pacer_(std::make_unique<aws::Pacer>(loop_, config_.pace, config_.quotas)) {
  if (outside_.on_slow) loop_.set_on_slow(k_patience, outside_.on_slow);
}

Session::~Session() = default;

aws::Quota Session::quota(const std::string& operation) const {
  const auto found = config_.quotas.find(operation);
  return found == config_.quotas.end() ? config_.pace : found->second;
}

double Session::rate(const std::string& environment, const std::string& operation) {
  const OpenEnvironment* open = opened(environment);
  if (open == nullptr || !open->connect) return quota(operation).rate;
  const aws::ServiceConfig& service = open->connect->config();
  return pacer_->rate({service.account, service.region, operation});
}

void Session::forget_contents() {
  for (auto& [name, environment] : open_) environment->reading.snapshot.flows.clear();
}

const OpenEnvironment* Session::opened(const std::string& name) const {
  const auto found = open_.find(name);
  return found == open_.end() ? nullptr : found->second.get();
}

Result<EnvironmentConfig> Session::named(const std::string& name) const {
  namespace fs = std::filesystem;
  if (const EnvironmentConfig* found = config_.environment(name)) {
    EnvironmentConfig out = *found;
    // As written in the file: from where the file is.
    if (!out.bundle.empty()) {
      out.bundle = (fs::path(config_.path).parent_path() / out.bundle).lexically_normal().string();
    }
    return out;
  }
  std::error_code ignored;
  if (fs::is_directory(name, ignored)) {
    EnvironmentConfig out;
    out.name = name;
    out.bundle = name;
    return out;
  }
  Error error;
  error.kind = ErrorKind::config;
  if (config_.path.empty()) {
    error.message = "there is no such configuration file, and no folder \"" + name + "\"";
    error.subject = "flowferry.yaml";
    error.hint =
        "write flowferry.yaml with your environments (docs/formats.md), name another file with "
        "--config, or give the folder of a bundle";
    return tl::unexpected<Error>(std::move(error));
  }
  error.message = "there is no environment \"" + name + "\"";
  if (name.find('/') != std::string::npos) error.message += ", and no such folder";
  error.subject = config_.path;
  std::vector<std::string> names;
  for (const auto& environment : config_.environments) names.push_back(environment.name);
  const auto near = closest_names(name, names, 1);
  if (!near.empty()) {
    error.hint = "did you mean \"" + near.front() + "\"?";
  } else if (names.empty()) {
    error.hint = "write it under \"environments:\"";
  } else {
    error.hint = "environments: " + join(names, ", ");
  }
  return tl::unexpected<Error>(std::move(error));
}

Result<std::unique_ptr<OpenEnvironment>> Session::prepare(const std::string& name) {
  auto config = named(name);
  if (!config) return fail(std::move(config).error());
  if (!config->bundle.empty()) {
    return fail(ErrorKind::config,
                describe(*config) + " is a bundle, and this command needs an instance",
                "name an environment with \"instance\"");
  }
  if (config->instance.empty()) {
    Error error;
    error.kind = ErrorKind::config;
    error.message = describe(*config) + " names no instance";
    error.subject = place_of(*config);
    error.hint = "add instance: its alias, id or ARN";
    return fail(std::move(error));
  }
  auto opened = std::make_unique<OpenEnvironment>();
  opened->config = *config;
  opened->reading.name = name;
  aws::SettingsRequest request;
  request.profile = config->profile;
  request.region = config->region;
  request.endpoint_url = config->endpoint_url;
  request.role_arn = config->role_arn;
  request.external_id = config->external_id;
  request.connect_timeout = config_.connect_timeout;
  request.read_timeout = config_.read_timeout;
  request.where = describe(*config) + " (" + place_of(*config) + ")";
  if (const auto arn = parse_arn(config->instance); arn && request.region.empty()) {
    request.region = arn->region;
  }
  auto settings = aws::resolve_settings(std::move(request), outside_.variables, surroundings());
  if (!settings) return fail(std::move(settings).error().during("opening " + describe(*config)));
  opened->settings = std::move(*settings);
  if (config->credentials) {
    opened->settings.credentials = std::make_unique<aws::StaticCredentials>(*config->credentials);
  }
  opened->connect = service_of(*opened, "connect", opened->settings.connect);
  opened->lex = service_of(*opened, "lex", opened->settings.lex);
  return opened;
}

aws::Surroundings Session::surroundings() {
  return {loop_, clock_, random_, outside_.ask_mfa, mfa_};
}

Task<Result<OpenEnvironment*>> Session::open(std::string name) {
  if (const auto found = open_.find(name); found != open_.end()) co_return found->second.get();
  if (const auto config = named(name); config && !config->bundle.empty()) {
    auto folder = open_folder(*config);
    if (!folder) co_return fail(std::move(folder).error().during("opening " + describe(*config)));
    co_return *folder;
  }
  auto prepared = prepare(name);
  if (!prepared) co_return fail(std::move(prepared).error());
  std::unique_ptr<OpenEnvironment> opened = std::move(*prepared);
  auto instance = co_await find_instance(*opened);
  if (!instance)
    co_return fail(std::move(instance).error().during("opening " + describe(opened->config)));
  if (!instance->status.empty() && instance->status != "ACTIVE") {
    co_return fail(ErrorKind::refused,
                   "instance " + instance->arn + " is not ready: " + instance->status,
                   "wait until it is ACTIVE");
  }
  opened->connect->set_account(instance->account);
  opened->lex->set_account(instance->account);
  opened->client = std::make_unique<connect::Client>(*opened->connect, *opened->lex, instance->id);
  opened->reading.client = opened->client.get();
  opened->reading.snapshot.instance = std::move(*instance);
  OpenEnvironment* out = opened.get();
  open_[name] = std::move(opened);
  co_return out;
}

Result<OpenEnvironment*> Session::open_folder(const EnvironmentConfig& config) {
  auto contents = snapshot::read_folder(config.bundle);
  if (!contents) return fail(std::move(contents).error());
  auto opened = std::make_unique<OpenEnvironment>();
  opened->config = config;
  opened->reading.name = config.name;
  opened->reading.snapshot = std::move(contents->snapshot);
  opened->findings = std::move(contents->findings);
  opened->files = std::move(contents->files);
  OpenEnvironment* out = opened.get();
  open_[config.name] = std::move(opened);
  return out;
}

std::unique_ptr<aws::Service> Session::service_of(OpenEnvironment& environment,
                                                  const char* signing_name,
                                                  const aws::ServiceEndpoint& endpoint) {
  aws::ServiceConfig config;
  config.signing_name = signing_name;
  config.region = environment.settings.region;
  config.origin = endpoint.origin;
  config.user_agent = std::string("flowferry/") + FLOWFERRY_VERSION;
  config.retry = environment.settings.retry;
  config.transfer = endpoint.transfer;
  // The pacing starts before the account is known: what names it, or else the profile, stands for
  // it.
  const auto arn = parse_arn(environment.config.instance);
  config.account = arn ? arn->account : "profile " + environment.settings.profile;
  return std::make_unique<aws::Service>(std::move(config), loop_, *environment.settings.credentials,
                                        *pacer_, statistics_, clock_, random_);
}

Task<Result<Instance>> Session::find_instance(OpenEnvironment& environment) {
  auto found = co_await look_for_instance(environment);
  const std::string& region = environment.settings.region;
  if (found || connect::is_known_region(region)) co_return found;
  Error error = std::move(found).error();
  const bool unreachable =
      error.code == net::failure::k_name || error.code == net::failure::k_refused;
  if (unreachable && environment.settings.connect.origin.find(region) != std::string::npos) {
    std::string regions;
    for (const std::string_view known : connect::known_regions()) {
      regions += (regions.empty() ? "" : ", ") + std::string(known);
    }
    error.hint =
        "check \"region\": Amazon Connect is not known to be in " + region + ", but in: " + regions;
  }
  co_return fail(std::move(error));
}

/// Says of an instance that is not there whose account was looked into: as far as that can be
/// found out.
Task<void> Session::add_whose(OpenEnvironment& environment, Error& error) {
  aws::Settings& settings = environment.settings;
  const auto keys = co_await settings.credentials->get();
  if (!keys) co_return;
  std::string text = aws::whose(*keys);
  const auto identity = co_await aws::caller_identity(*settings.credentials, settings.sts,
                                                      settings.region, surroundings());
  if (identity) text += ": " + identity->arn + ", account " + identity->account;
  error.details.push_back(std::move(text));
}

/// "flowferry.yaml:3"
std::string Session::place_of(const EnvironmentConfig& config) const {
  return config_.path + ":" + std::to_string(config.line);
}

Task<Result<Instance>> Session::look_for_instance(OpenEnvironment& environment) {
  const std::string& wanted = environment.config.instance;
  const auto arn = parse_arn(wanted);
  std::string id = wanted;
  if (arn) {
    const auto parts = parse_connect_arn(*arn);
    if (!parts || parts->kind != ResourceKind::instance) {
      co_return fail(ErrorKind::config,
                     "\"" + wanted + "\" is not the ARN of an Amazon Connect instance",
                     "write the instance's alias, id or ARN");
    }
    if (arn->region != environment.settings.region) {
      co_return fail(ErrorKind::config,
                     "the instance is in Region " + arn->region + ", and the environment in " +
                         environment.settings.region,
                     "correct \"region\" or \"instance\"");
    }
    id = parts->id;
  }
  if (arn || is_uuid(id)) {
    connect::Client client(*environment.connect, *environment.lex, id);
    auto instance = co_await client.describe_instance();
    if (!instance) {
      Error error = std::move(instance).error();
      if (error.kind == ErrorKind::not_found) {
        error.message = "there is no instance " + id + " in Region " + environment.settings.region +
                        " of this account";
        if (arn) error.message += "; the ARN is of account " + arn->account;
        co_await add_whose(environment, error);
        error.hint = "check the id, the Region and the credentials of profile " +
                     environment.settings.profile;
      }
      co_return fail(std::move(error));
    }
    take_arn(*instance);
    if (arn && instance->account != arn->account) {
      co_return fail(ErrorKind::config,
                     "the credentials belong to account " + instance->account +
                         ", and the ARN names account " + arn->account,
                     "correct \"instance\" or \"profile\"");
    }
    co_return std::move(*instance);
  }
  auto listed = co_await connect::list_instances(*environment.connect);
  if (!listed) co_return fail(std::move(listed).error());
  std::vector<std::string> names;
  for (Instance& instance : *listed) {
    if (instance.alias == wanted) {
      take_arn(instance);
      co_return std::move(instance);
    }
    names.push_back(instance.alias);
  }
  Error error;
  error.kind = ErrorKind::not_found;
  error.message = "there is no instance with the alias \"" + wanted + "\" in Region " +
                  environment.settings.region + " of this account";
  const auto near = closest_names(wanted, names, 3);
  error.hint = near.empty() ? "check the alias, the Region and the credentials (profile " +
                                  environment.settings.profile + ")" +
                                  (names.empty() ? "" : "; instances: " + join(names, ", "))
                            : "closest: " + join(near, ", ");
  error.subject = place_of(environment.config);
  co_await add_whose(environment, error);
  co_return fail(std::move(error));
}

}  // namespace flowferry::pipeline
