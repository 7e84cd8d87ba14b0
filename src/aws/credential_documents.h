// aws/credential_documents.h
//
// The texts in which credentials are handed over. No text of them is ever repeated in a message.
#pragma once

#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/result.h"

namespace flowferry::aws {

/// JSON of a container's endpoint, of the instance metadata and of a credential_process:
/// AccessKeyId, SecretAccessKey, SessionToken or Token, Expiration. Errors: credentials, naming
/// `source`.
Result<Credentials> credentials_from_json(std::string_view text, std::string source);

/// XML of STS: the Credentials element of AssumeRole and AssumeRoleWithWebIdentity. Likewise.
Result<Credentials> credentials_from_sts(std::string_view xml, std::string source);

/// The text of the first element `name` in `xml`, unescaped; empty when there is none. Enough for
/// the flat answers of STS: no attributes, no CDATA, no element of the same name inside.
std::string xml_text(std::string_view xml, std::string_view name);

/// An error of kind credentials about `source`.
Error credentials_problem(std::string message, std::string hint, std::string source);

}  // namespace flowferry::aws
