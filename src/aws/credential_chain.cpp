#include "aws/credential_chain.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "aws/credential_documents.h"
#include "aws/metadata_credentials.h"
#include "aws/mfa_sessions.h"
#include "aws/process_credentials.h"
#include "aws/refreshing_credentials.h"
#include "aws/sso_credentials.h"
#include "aws/static_credentials.h"
#include "aws/sts_credentials.h"
#include "base/text.h"

namespace flowferry::aws {
namespace {

using Provider = std::unique_ptr<CredentialsProvider>;
/// A provider, or a null pointer: nothing is written there.
using Found = Result<Provider>;

tl::unexpected<Error> config_error(std::string message, std::string hint, std::string where) {
  Error error = credentials_problem(std::move(message), std::move(hint), std::move(where));
  error.kind = ErrorKind::config;
  return fail(std::move(error));
}

class Chain {
 public:
  Chain(const ChainRequest& request, const ConfigFiles& files, const Environment& environment,
        Surroundings surroundings)
      : request_(request),
        files_(files),
        environment_(environment),
        surroundings_(std::move(surroundings)) {}

  Found build();

 private:
  Found search();
  Found from_variables();
  Found from_web_identity(const FileSection* profile, bool use_variables);
  Found from_profile(const std::string& name, std::vector<std::string> on_the_way);
  Found from_own(const std::string& name, const FileSection& profile, bool use_variables);
  Found from_role(const std::string& name, const FileSection& profile,
                  std::vector<std::string> on_the_way);
  Found from_source_profile(const std::string& name, const FileSection& profile,
                            const FileSetting& source, std::vector<std::string> on_the_way);
  Found from_credential_source(const FileSetting& source);
  Found from_sso(const std::string& name, const FileSection& profile);
  Found from_machine();
  Error nothing_found(const std::string& also) const;

  Provider keep(std::unique_ptr<CredentialsSource> source) const {
    return std::make_unique<RefreshingCredentials>(std::move(source), surroundings_.clock);
  }

  const ChainRequest& request_;
  const ConfigFiles& files_;
  const Environment& environment_;
  Surroundings surroundings_;
};

/// A setting's value, or nothing; and the first of two that is there.
std::string value_of(const FileSection& section, std::string_view name) {
  const FileSetting* found = section.find(name);
  return found == nullptr ? std::string() : found->value;
}

constexpr char k_key_id[] = "aws_access_key_id";
constexpr char k_secret[] = "aws_secret_access_key";

bool has_keys(const FileSection& profile) {
  return profile.find(k_key_id) != nullptr || profile.find(k_secret) != nullptr;
}

Found fixed(Result<std::optional<Credentials>> keys) {
  if (!keys) return fail(std::move(keys).error());
  if (!*keys) return Provider();
  return Provider(std::make_unique<StaticCredentials>(std::move(**keys)));
}

Result<RoleRequest> role_of(const FileSection& profile, const FileSetting& role_arn) {
  RoleRequest role;
  role.role_arn = role_arn.value;
  role.where = role_arn.where;
  role.session_name = value_of(profile, "role_session_name");
  role.external_id = value_of(profile, "external_id");
  role.mfa_serial = value_of(profile, "mfa_serial");
  if (const FileSetting* duration = profile.find("duration_seconds")) {
    int seconds = 0;
    const std::string& text = duration->value;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (problem != std::errc() || end != text.data() + text.size() || seconds < 900 ||
        seconds > 43'200) {
      return config_error("duration_seconds is \"" + printable(text) + "\"",
                          "write a whole number from 900 to 43200", duration->where);
    }
    role.duration_seconds = text;
  }
  return role;
}

Found Chain::from_variables() {
  return fixed(credentials_from_variables(environment_));
}

/// The token file, the role and the session's name: each a variable, or else the profile's setting.
Found Chain::from_web_identity(const FileSection* profile, bool use_variables) {
  const auto either = [&](const char* variable, std::string_view name, std::string& where) {
    std::optional<std::string> value;
    if (use_variables) value = environment_.get(variable);
    if (value) {
      where = std::string("variable ") + variable;
    } else if (const FileSetting* said = profile == nullptr ? nullptr : profile->find(name)) {
      value = said->value;
      where = said->where;
    }
    return value;
  };
  std::string token_where;
  const auto file = either("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file", token_where);
  if (!file) return Provider();
  RoleRequest role;
  const auto arn = either("AWS_ROLE_ARN", "role_arn", role.where);
  if (!arn) {
    const bool variable = token_where.starts_with("variable ");
    return fail(
        credentials_problem(variable ? "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not"
                                     : "there is a web_identity_token_file, but no role_arn",
                            variable ? "set both, or neither" : "write role_arn beside it",
                            variable ? "variable AWS_ROLE_ARN" : token_where));
  }
  role.role_arn = *arn;
  if (role.where != token_where) role.where += ", " + token_where;
  std::string unused;
  role.session_name = either("AWS_ROLE_SESSION_NAME", "role_session_name", unused).value_or("");
  return keep(std::make_unique<WebIdentity>(std::move(role), environment_.expand(*file),
                                            request_.sts, surroundings_));
}

Found Chain::from_credential_source(const FileSetting& source) {
  const FileSection* profile = files_.profile(request_.profile);
  if (source.value == "Environment") {
    Found found = from_variables();
    if (found && !*found) {
      return fail(
          credentials_problem("credential_source is Environment, but AWS_ACCESS_KEY_ID is not set",
                              "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", source.where));
    }
    return found;
  }
  if (source.value == "EcsContainer") {
    if (!ContainerCredentials::is_configured(environment_)) {
      return fail(credentials_problem(
          "credential_source is EcsContainer, but this is no container with a role",
          "run it in a task with a role, or name a source_profile", source.where));
    }
    return keep(std::make_unique<ContainerCredentials>(environment_, surroundings_));
  }
  if (source.value == "Ec2InstanceMetadata") {
    if (InstanceCredentials::is_disabled(environment_)) {
      return fail(credentials_problem(
          "credential_source is Ec2InstanceMetadata, but AWS_EC2_METADATA_DISABLED is true",
          "unset the variable, or name a source_profile", source.where));
    }
    return keep(std::make_unique<InstanceCredentials>(environment_, profile, surroundings_));
  }
  return config_error("credential_source is \"" + printable(source.value) + "\"",
                      "write Environment, EcsContainer or Ec2InstanceMetadata", source.where);
}

Found Chain::from_source_profile(const std::string& name, const FileSection& profile,
                                 const FileSetting& source, std::vector<std::string> on_the_way) {
  if (source.value == name) {
    // A profile that names itself: whatever else it has assumes its role, if there are keys.
    if (!has_keys(profile)) {
      return config_error(
          "profile \"" + printable(name) + "\" is its own source_profile, and has no keys",
          "name another source_profile", source.where);
    }
    return from_own(name, profile, false);
  }
  on_the_way.push_back(name);
  const auto met = std::find(on_the_way.begin(), on_the_way.end(), source.value);
  if (met != on_the_way.end()) {
    std::string circle;
    for (auto it = met; it != on_the_way.end(); ++it) circle += printable(*it) + " → ";
    return config_error("source_profile goes in a circle: " + circle + printable(source.value),
                        "let one of them have keys", source.where);
  }
  if (files_.profile(source.value) == nullptr) {
    std::vector<std::string> others = files_.profile_names();
    std::erase(others, name);
    const auto closest = closest_names(source.value, others);
    return config_error("there is no profile \"" + printable(source.value) + "\"",
                        closest.empty() ? "name a profile that exists as source_profile"
                                        : "did you mean \"" + printable(closest.front()) + "\"?",
                        source.where);
  }
  Found found = from_profile(source.value, std::move(on_the_way));
  if (found && !*found) {
    return fail(credentials_problem(
        "source_profile \"" + printable(source.value) + "\" has no credentials",
        "write keys, a role, sso_session or credential_process there", source.where));
  }
  return found;
}

Found Chain::from_role(const std::string& name, const FileSection& profile,
                       std::vector<std::string> on_the_way) {
  const FileSetting* role_arn = profile.find("role_arn");
  if (role_arn == nullptr) return Provider();
  if (profile.find("web_identity_token_file") != nullptr) return Provider();
  auto role = role_of(profile, *role_arn);
  if (!role) return fail(std::move(role).error());
  const FileSetting* source_profile = profile.find("source_profile");
  const FileSetting* credential_source = profile.find("credential_source");
  if ((source_profile == nullptr) == (credential_source == nullptr)) {
    return config_error(
        source_profile == nullptr ? "role_arn needs source_profile or credential_source"
                                  : "source_profile and credential_source exclude each other",
        "say with which credentials the role is assumed, in one way", role_arn->where);
  }
  Found base = source_profile != nullptr
                   ? from_source_profile(name, profile, *source_profile, std::move(on_the_way))
                   : from_credential_source(*credential_source);
  if (!base) return base;
  return keep(std::make_unique<AssumedRole>(std::move(*role), std::move(*base), request_.sts,
                                            request_.region, surroundings_));
}

Found Chain::from_sso(const std::string& name, const FileSection& profile) {
  const FileSetting* account = profile.find("sso_account_id");
  const FileSetting* role = profile.find("sso_role_name");
  if (account == nullptr && role == nullptr) return Provider();
  const std::string where = account != nullptr ? account->where : role->where;
  const FileSection* session = nullptr;
  SsoRequest sso;
  if (const FileSetting* named = profile.find("sso_session")) {
    session = files_.sso_session(named->value);
    if (session == nullptr) {
      return config_error("there is no sso-session \"" + printable(named->value) + "\"",
                          "write [sso-session " + printable(named->value) + "]", named->where);
    }
    sso.session = named->value;
    for (const auto& [key, value] : session->settings) {
      const FileSetting* own = profile.find(key);
      if (own == nullptr || own->value == value.value) continue;
      return config_error(
          "the profile's " + key + " is not that of its sso-session (" + value.where + ")",
          "write " + key + " in one of the two only", own->where);
    }
  }
  const auto from = [&](std::string_view key) {
    std::string value = value_of(profile, key);
    if (value.empty() && session != nullptr) value = value_of(*session, key);
    return value;
  };
  std::string region = from("sso_region");
  sso.start_url = from("sso_start_url");
  sso.account_id = account == nullptr ? "" : account->value;
  sso.role_name = role == nullptr ? "" : role->value;
  for (const auto& [key, value] :
       {std::pair("sso_account_id", &sso.account_id), std::pair("sso_role_name", &sso.role_name),
        std::pair("sso_region", &region), std::pair("sso_start_url", &sso.start_url)}) {
    if (value->empty()) {
      return config_error(
          "profile \"" + printable(name) + "\" uses single sign-on, but has no " + std::string(key),
          "run: aws configure sso --profile " + printable(name), where);
    }
  }
  const auto good = check_region(region, where);
  if (!good) return fail(good.error());
  auto portal = request_.sso_portal(region, where);
  if (!portal) return fail(std::move(portal).error());
  sso.portal = std::move(*portal);
  auto oidc = request_.sso_oidc(region, where);
  if (!oidc) return fail(std::move(oidc).error());
  sso.oidc = std::move(*oidc);
  sso.region = region;
  sso.profile = name;
  sso.where = where;
  sso.cache_folder = environment_.expand("~/.aws/sso/cache");
  return keep(std::make_unique<SsoCredentials>(std::move(sso), surroundings_));
}

Found Chain::from_profile(const std::string& name, std::vector<std::string> on_the_way) {
  const FileSection* profile = files_.profile(name);
  if (profile == nullptr) return Provider();
  // The keys of a profile that others are sourced from go before its own role.
  const bool is_source = !on_the_way.empty();
  if (!is_source || !has_keys(*profile)) {
    Found found = from_role(name, *profile, std::move(on_the_way));
    if (!found || *found) return found;
  }
  return from_own(name, *profile, !is_source && !request_.profile_is_explicit);
}

/// What a profile has besides a role of another's, in the order of botocore's providers.
Found Chain::from_own(const std::string& name, const FileSection& profile, bool use_variables) {
  Found found = from_web_identity(&profile, use_variables);
  if (!found || *found) return found;
  found = from_sso(name, profile);
  if (!found || *found) return found;
  // Keys of the credentials file go before a process, those of the config file after it.
  const FileSetting* command = profile.find("credential_process");
  const auto in_credentials_file = [&profile](const char* key) {
    const FileSetting* setting = profile.find(key);
    return setting != nullptr && setting->in_credentials_file;
  };
  if (command == nullptr || in_credentials_file(k_key_id) || in_credentials_file(k_secret)) {
    return fixed(credentials_from_profile(name, profile));
  }
  return keep(std::make_unique<ProcessCredentials>(command->value, command->where, environment_,
                                                   surroundings_));
}

Error Chain::nothing_found(const std::string& also) const {
  const std::string profile = printable(request_.profile);
  Error error = credentials_problem(
      "no credentials were found",
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run: aws configure "
      "--profile " +
          profile,
      request_.where);
  if (!request_.profile_is_explicit) error.details.push_back("AWS_ACCESS_KEY_ID is not set");
  for (const std::string& path : files_.paths()) {
    error.details.push_back("nothing for profile \"" + profile + "\" in " + path);
  }
  if (!also.empty()) error.details.push_back("no role of an EC2 instance: " + also);
  return error;
}

Found Chain::from_machine() {
  if (ContainerCredentials::is_configured(environment_)) {
    return keep(std::make_unique<ContainerCredentials>(environment_, surroundings_));
  }
  if (InstanceCredentials::is_disabled(environment_)) {
    return fail(nothing_found("AWS_EC2_METADATA_DISABLED is set"));
  }
  return keep(std::make_unique<InstanceCredentials>(
      environment_, files_.profile(request_.profile), surroundings_,
      [error = nothing_found("")](std::string reason) {
        Error out = error;
        out.details.push_back("no role of an EC2 instance: " + std::move(reason));
        return out;
      }));
}

Found Chain::search() {
  if (!request_.profile_is_explicit) {
    Found found = from_variables();
    if (!found || *found) return found;
  }
  Found found = from_profile(request_.profile, {});
  if (!found || *found) return found;
  if (!request_.profile_is_explicit) {
    found = from_web_identity(nullptr, true);
    if (!found || *found) return found;
  }
  return from_machine();
}

Found Chain::build() {
  Found base = search();
  if (!base || request_.role_arn.empty()) return base;
  RoleRequest role;
  role.role_arn = request_.role_arn;
  role.external_id = request_.external_id;
  role.where = request_.where;
  return keep(std::make_unique<AssumedRole>(std::move(role), std::move(*base), request_.sts,
                                            request_.region, surroundings_));
}

}  // namespace

Result<std::unique_ptr<CredentialsProvider>> build_credential_chain(const ChainRequest& request,
                                                                    const ConfigFiles& files,
                                                                    const Environment& environment,
                                                                    Surroundings surroundings) {
  if (!surroundings.mfa) surroundings.mfa = std::make_shared<MfaSessions>();
  return Chain(request, files, environment, std::move(surroundings)).build();
}

}  // namespace flowferry::aws
