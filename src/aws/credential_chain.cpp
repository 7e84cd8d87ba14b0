#include "aws/credential_chain.h"

#include "aws/static_credentials.h"
#include "base/text.h"

namespace flowferry::aws {
namespace {

using Found = Result<std::unique_ptr<CredentialsProvider>>;

std::unique_ptr<CredentialsProvider> keys(Credentials credentials) {
  return std::make_unique<StaticCredentials>(std::move(credentials));
}

tl::unexpected<Error> nothing_found(const ChainRequest& request, const ConfigFiles& files) {
  Error error;
  error.kind = ErrorKind::credentials;
  error.message = "no credentials were found";
  error.subject = request.where;
  error.hint =
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or write keys for "
      "profile \"" +
      printable(request.profile) + "\" with \"aws configure\"";
  if (!request.profile_is_explicit) {
    error.details.push_back("AWS_ACCESS_KEY_ID is not set");
  }
  for (const std::string& path : files.paths()) {
    error.details.push_back("no keys for profile \"" + printable(request.profile) + "\" in " +
                            path);
  }
  return fail(std::move(error));
}

}  // namespace

Found build_credential_chain(const ChainRequest& request, const ConfigFiles& files,
                             const Environment& environment, Surroundings surroundings) {
  static_cast<void>(surroundings);
  if (!request.profile_is_explicit) {
    auto found = credentials_from_variables(environment);
    if (!found) return fail(std::move(found).error());
    if (*found) return keys(std::move(**found));
  }
  if (const FileSection* profile = files.profile(request.profile)) {
    auto found = credentials_from_profile(request.profile, *profile);
    if (!found) return fail(std::move(found).error());
    if (*found) return keys(std::move(**found));
  }
  return nothing_found(request, files);
}

}  // namespace flowferry::aws
