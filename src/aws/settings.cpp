#include "aws/settings.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

#include "aws/credential_chain.h"
#include "base/text.h"
#include "net/url.h"

namespace flowferry::aws {
namespace {

/// A value, and where it was said.
struct Said {
  std::string value;
  std::string where;
};

tl::unexpected<Error> config_error(std::string message, std::string hint, std::string where) {
  Error error;
  error.kind = ErrorKind::config;
  error.message = std::move(message);
  error.hint = std::move(hint);
  error.subject = std::move(where);
  return fail(std::move(error));
}

/// A service as the configuration calls it.
struct ServiceName {
  std::string_view host_prefix;
  std::string_view variable;     ///< Behind AWS_ENDPOINT_URL_.
  std::string_view section_key;  ///< In a services section.
};
constexpr ServiceName k_connect{"connect", "CONNECT", "connect"};
constexpr ServiceName k_lex{"models-v2-lex", "LEX_MODELS_V2", "lex_models_v2"};
constexpr ServiceName k_sts{"sts", "STS", "sts"};
constexpr ServiceName k_quotas{"servicequotas", "SERVICE_QUOTAS", "service_quotas"};
constexpr ServiceName k_sso{"portal.sso", "SSO", "sso"};
constexpr ServiceName k_sso_oidc{"oidc", "SSO_OIDC", "sso_oidc"};

class Resolver {
 public:
  Resolver(SettingsRequest request, const Environment& environment, ConfigFiles files)
      : request_(std::move(request)), environment_(environment), files_(std::move(files)) {}

  Result<Settings> resolve(Surroundings surroundings);

 private:
  Result<void> find_profile();
  Result<Said> find_region() const;
  Result<ServiceEndpoint> find_endpoint(const ServiceName& service, const Said& region) const;
  Result<std::optional<Said>> custom_endpoint(const ServiceName& service) const;
  Result<bool> flag(std::string_view variable, std::string_view setting) const;
  Result<Variant> variant() const;
  Result<RetryPolicy> retry() const;
  Result<Said> ca_bundle() const;
  std::optional<Said> variable(std::string_view name) const;
  std::optional<Said> setting(std::string_view name) const;
  /// The variable, or else the profile's setting.
  std::optional<Said> said(std::string_view variable_name, std::string_view setting_name) const;

  SettingsRequest request_;
  const Environment& environment_;
  ConfigFiles files_;
  std::string profile_name_;
  const FileSection* profile_ = nullptr;
};

std::optional<Said> Resolver::variable(std::string_view name) const {
  auto value = environment_.get(name);
  if (!value) return std::nullopt;
  return Said{std::move(*value), "variable " + std::string(name)};
}

std::optional<Said> Resolver::setting(std::string_view name) const {
  const FileSetting* found = profile_ == nullptr ? nullptr : profile_->find(name);
  if (found == nullptr) return std::nullopt;
  return Said{found->value, found->where};
}

std::optional<Said> Resolver::said(std::string_view variable_name,
                                   std::string_view setting_name) const {
  if (auto found = variable(variable_name)) return found;
  return setting(setting_name);
}

Result<void> Resolver::find_profile() {
  std::optional<Said> named;
  if (!request_.profile.empty()) {
    named = Said{request_.profile, request_.where};
  } else if (!(named = variable("AWS_PROFILE"))) {
    named = variable("AWS_DEFAULT_PROFILE");
  }
  profile_name_ = named ? named->value : "default";
  profile_ = files_.profile(profile_name_);
  if (profile_ != nullptr || !named) return {};
  const std::string shown = printable(profile_name_);
  Error error;
  error.kind = ErrorKind::config;
  error.message = "there is no profile \"" + shown + "\"";
  error.subject = named->where;
  const auto closest = closest_names(profile_name_, files_.profile_names());
  error.hint = closest.empty() ? "write [profile " + shown + "] into the config file"
                               : "did you mean \"" + printable(closest.front()) + "\"?";
  for (const std::string& path : files_.paths()) error.details.push_back("looked in " + path);
  return fail(std::move(error));
}

Result<Said> Resolver::find_region() const {
  std::optional<Said> region;
  if (!request_.region.empty()) {
    region = Said{request_.region, request_.where};
  } else if (!(region = variable("AWS_REGION"))) {
    region = said("AWS_DEFAULT_REGION", "region");
  }
  if (!region) {
    return config_error("no Region is named",
                        "set \"region\" for the environment, AWS_REGION, or region in profile \"" +
                            printable(profile_name_) + "\"",
                        request_.where);
  }
  const auto good = check_region(region->value, region->where);
  if (!good) return fail(good.error());
  return *region;
}

Result<bool> Resolver::flag(std::string_view variable_name, std::string_view setting_name) const {
  const auto found = said(variable_name, setting_name);
  if (!found) return false;
  const std::string value = ascii_lower(found->value);
  if (value == "true") return true;
  if (value == "false") return false;
  return config_error(std::string(setting_name) + " is \"" + printable(found->value) + "\"",
                      "write true or false", found->where);
}

Result<Variant> Resolver::variant() const {
  const auto fips = flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
  if (!fips) return fail(fips.error());
  const auto dual_stack = flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
  if (!dual_stack) return fail(dual_stack.error());
  return Variant{*fips, *dual_stack};
}

/// Nothing: the service's own.
Result<std::optional<Said>> Resolver::custom_endpoint(const ServiceName& service) const {
  if (!request_.endpoint_url.empty()) return Said{request_.endpoint_url, request_.where};
  const auto ignored =
      flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls");
  if (!ignored) return fail(ignored.error());
  if (*ignored) return std::optional<Said>();
  if (auto found = variable("AWS_ENDPOINT_URL_" + std::string(service.variable))) return found;
  if (auto found = variable("AWS_ENDPOINT_URL")) return found;
  if (const auto services = setting("services")) {
    const FileSection* section = files_.services(services->value);
    if (section == nullptr) {
      return config_error("there is no section [services " + printable(services->value) + "]",
                          "write it, or leave out \"services\"", services->where);
    }
    const auto own = section->settings.find(std::string(service.section_key));
    if (own != section->settings.end()) {
      const auto url = own->second.nested.find("endpoint_url");
      if (url != own->second.nested.end()) return Said{url->second.value, url->second.where};
    }
  }
  return setting("endpoint_url");
}

Result<ServiceEndpoint> Resolver::find_endpoint(const ServiceName& service,
                                                const Said& region) const {
  const auto bundle = ca_bundle();
  if (!bundle) return fail(bundle.error());
  const auto chosen = variant();
  if (!chosen) return fail(chosen.error());
  ServiceEndpoint out;
  out.transfer.ca_bundle = bundle->value;
  out.transfer.ca_bundle_source = bundle->where;
  if (request_.connect_timeout.count() > 0) out.transfer.connect_timeout = request_.connect_timeout;
  if (request_.read_timeout.count() > 0) out.transfer.timeout = request_.read_timeout;
  const auto custom = custom_endpoint(service);
  if (!custom) return fail(custom.error());
  if (*custom) {
    // It is taken as it is, also where FIPS or dual-stack endpoints are wanted: as in the AWS CLI.
    auto origin = custom_origin((*custom)->value, (*custom)->where);
    if (!origin) return fail(std::move(origin).error());
    out.origin = std::move(*origin);
    out.transfer.origin_source = (*custom)->where;
  } else {
    out.origin = service_origin(service.host_prefix, region.value, *chosen);
    out.transfer.origin_source = "Region " + region.value + " of " + region.where;
  }
  auto [proxy, where] = proxy_for(out.origin, environment_);
  out.transfer.proxy = std::move(proxy);
  out.transfer.proxy_source = std::move(where);
  return out;
}

/// Empty: the system's.
Result<Said> Resolver::ca_bundle() const {
  const auto found = said("AWS_CA_BUNDLE", "ca_bundle");
  if (!found) return Said();
  const std::string path = environment_.expand(found->value);
  std::error_code problem;
  if (std::filesystem::is_regular_file(path, problem)) return Said{path, found->where};
  return config_error("the certificate file " + printable(path) + " does not exist",
                      "name a PEM file, or leave it out for the system's certificates",
                      found->where);
}

Result<RetryPolicy> Resolver::retry() const {
  RetryPolicy policy;
  const auto mode = said("AWS_RETRY_MODE", "retry_mode");
  if (mode && mode->value != "standard" && mode->value != "adaptive" && mode->value != "legacy") {
    return config_error("retry_mode is \"" + printable(mode->value) + "\"",
                        "write standard, adaptive or legacy", mode->where);
  }
  if (mode && mode->value == "legacy") policy.max_attempts = 5;  // connect-api.md 1.7
  const auto attempts = said("AWS_MAX_ATTEMPTS", "max_attempts");
  if (attempts) {
    const std::string& text = attempts->value;
    int count = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (problem != std::errc() || end != text.data() + text.size() || count < 1 || count > 1000) {
      return config_error("max_attempts is \"" + printable(text) + "\"",
                          "write a whole number from 1 to 1000", attempts->where);
    }
    policy.max_attempts = count;
    policy.max_throttled_attempts = std::max(policy.max_throttled_attempts, count);
  }
  return policy;
}

Result<Settings> Resolver::resolve(Surroundings surroundings) {
  const auto found = find_profile();
  if (!found) return fail(found.error());
  auto region = find_region();
  if (!region) return fail(std::move(region).error());
  Settings out;
  out.profile = profile_name_;
  out.region = region->value;
  out.partition = partition_of(out.region).name;
  for (const auto& [service, place] :
       {std::pair(k_connect, &out.connect), std::pair(k_lex, &out.lex), std::pair(k_sts, &out.sts),
        std::pair(k_quotas, &out.quotas)}) {
    auto endpoint = find_endpoint(service, *region);
    if (!endpoint) return fail(std::move(endpoint).error());
    *place = std::move(*endpoint);
  }
  auto policy = retry();
  if (!policy) return fail(std::move(policy).error());
  out.retry = *policy;
  ChainRequest chain;
  chain.profile = profile_name_;
  chain.profile_is_explicit = !request_.profile.empty();
  chain.role_arn = request_.role_arn;
  chain.external_id = request_.external_id;
  chain.where = request_.where;
  chain.region = out.region;
  chain.sts = out.sts;
  chain.sso_portal = [this](const std::string& sso_region, const std::string& where) {
    return find_endpoint(k_sso, {sso_region, where});
  };
  chain.sso_oidc = [this](const std::string& sso_region, const std::string& where) {
    return find_endpoint(k_sso_oidc, {sso_region, where});
  };
  auto credentials = build_credential_chain(chain, files_, environment_, surroundings);
  if (!credentials) return fail(std::move(credentials).error());
  out.credentials = std::move(*credentials);
  return out;
}

/// The bytes of an address of either kind, with or without brackets; empty: it is none.
std::string address_bytes(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::string copy(text);
  std::array<char, 16> bytes{};
  if (::inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) return {bytes.data(), 4};
  if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return {bytes.data(), 16};
  return {};
}

/// Whether `host` is that address, or in that network: "10.0.0.0/8", "fd00::/8".
bool in_network(std::string_view network, std::string_view host) {
  const std::string address = address_bytes(host);
  const std::size_t slash = network.find('/');
  const std::string base = address_bytes(network.substr(0, slash));
  if (address.empty() || address.size() != base.size()) return false;
  std::size_t bits = 8 * base.size();
  if (slash != std::string_view::npos) {
    const std::string_view text = network.substr(slash + 1);
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (problem != std::errc() || end != text.data() + text.size() || bits > 8 * base.size()) {
      return false;
    }
  }
  for (std::size_t i = 0; i < bits; ++i) {
    const int bit = 0x80 >> (i % 8);
    if ((address[i / 8] & bit) != (base[i / 8] & bit)) return false;
  }
  return true;
}

/// Whether an entry of NO_PROXY means this host: "*", "example.com" and ".example.com" with all
/// below, each also with a port; an address; a network.
bool bypasses(std::string_view entry, const net::Endpoint& endpoint) {
  entry = trim(entry);
  if (entry.empty()) return false;
  if (entry == "*" || in_network(entry, endpoint.host)) return true;
  const std::size_t colon = entry.rfind(':');
  if (colon != std::string_view::npos && !entry.ends_with(']')) {
    const std::uint16_t port = endpoint.port.value_or(endpoint.scheme == "https" ? 443 : 80);
    if (entry.substr(colon + 1) != std::to_string(port)) return false;
    entry = entry.substr(0, colon);
  }
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  const std::string name = ascii_lower(entry);
  return endpoint.host == name || endpoint.host.ends_with("." + name);
}

}  // namespace

Proxy proxy_for(std::string_view origin, const Environment& environment) {
  const auto endpoint = net::parse_endpoint(origin);
  if (!endpoint || net::is_loopback(endpoint->host)) return {};
  const auto either = [&environment](const char* lower, const char* upper) {
    for (const char* name : {lower, upper}) {
      if (auto value = environment.get(name)) {
        return Proxy{std::move(*value), std::string("variable ") + name};
      }
    }
    return Proxy{};
  };
  Proxy proxy = endpoint->scheme == "https" ? either("https_proxy", "HTTPS_PROXY")
                                            : either("http_proxy", "HTTP_PROXY");
  const Proxy except = either("no_proxy", "NO_PROXY");
  for (const std::string_view entry : split(except.url, ',')) {
    if (bypasses(entry, *endpoint)) return {};
  }
  return proxy;
}

Result<Settings> resolve_settings(SettingsRequest request, const Environment& environment,
                                  Surroundings surroundings) {
  auto files = ConfigFiles::load(environment);
  if (!files) return fail(std::move(files).error());
  return Resolver(std::move(request), environment, std::move(*files)).resolve(surroundings);
}

}  // namespace flowferry::aws
