// model/arn.h
//
// Amazon Resource Names, cut into their fields (AWS General Reference, "Amazon Resource Names").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/kind.h"

namespace flowferry {

/// arn:partition:service:region:account:resource. `resource` keeps its own colons and slashes.
struct Arn {
  std::string partition;
  std::string service;
  std::string region;
  std::string account;
  std::string resource;

  std::string text() const;
  bool operator==(const Arn&) const = default;
};

/// The same fields as views of the text that was cut.
struct ArnView {
  std::string_view partition;
  std::string_view service;
  std::string_view region;
  std::string_view account;
  std::string_view resource;
};

/// Nothing when `text` is not of that shape (six fields, partition, service and resource not
/// empty). Fields are not checked further: a region may be a JSONPath such as "$.AwsRegion".
std::optional<Arn> parse_arn(std::string_view text);
std::optional<ArnView> split_arn(std::string_view text);  ///< The same without copies.

/// What an Amazon Connect ARN names.
struct ConnectArn {
  ResourceKind kind = ResourceKind::unknown;
  std::string keyword;  ///< As written: "operating-hours"; of an agent's own queue "queue/agent".
  std::string instance_id;  ///< Empty for resources above the instance and for AWS-managed ones.
  std::string id;           ///< Without qualifier; of the instance itself its id.
  std::string qualifier;  ///< Behind the last ':' of the id: "$LATEST", "7", an alias id; or empty.
  bool aws_managed = false;  ///< The account is the word "aws".
};

/// The same as views.
struct ConnectArnView {
  ResourceKind kind = ResourceKind::unknown;
  std::string_view keyword;
  std::string_view instance_id;
  std::string_view id;
  std::string_view qualifier;
  bool aws_managed = false;
};

/// Nothing unless `arn` is of service connect with a resource of a known shape
/// (connect-api.md 2.4: ARN forms). An unknown keyword gives ResourceKind::unknown.
std::optional<ConnectArn> parse_connect_arn(const Arn& arn);
std::optional<ConnectArnView> split_connect_arn(const ArnView& arn);  ///< The same without copies.

/// Name and qualifier of `function:name[:qualifier]`; nothing for other ARNs.
struct LambdaArn {
  std::string name;
  std::string qualifier;
};
std::optional<LambdaArn> parse_lambda_arn(const Arn& arn);

/// Ids of `bot-alias/{bot}/{alias}`; nothing for other ARNs.
struct LexAliasArn {
  std::string bot_id;
  std::string alias_id;
};
std::optional<LexAliasArn> parse_lex_alias_arn(const Arn& arn);

}  // namespace flowferry
