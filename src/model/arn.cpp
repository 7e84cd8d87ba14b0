#include "model/arn.h"

#include <algorithm>

#include "base/text.h"

namespace flowferry {

std::string Arn::text() const {
  return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
}

std::optional<ArnView> split_arn(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  std::string_view fields[6];
  for (int i = 0; i < 5; ++i) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    fields[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  fields[5] = text;
  if (fields[1].empty() || fields[2].empty() || fields[5].empty()) return std::nullopt;
  return ArnView{fields[1], fields[2], fields[3], fields[4], fields[5]};
}

std::optional<Arn> parse_arn(std::string_view text) {
  const auto view = split_arn(text);
  if (!view) return std::nullopt;
  return Arn{std::string(view->partition), std::string(view->service), std::string(view->region),
             std::string(view->account), std::string(view->resource)};
}

namespace {

void cut_qualifier(ConnectArnView& out) {
  const std::size_t colon = out.id.find(':');
  if (colon == std::string_view::npos) return;
  out.qualifier = out.id.substr(colon + 1);
  out.id = out.id.substr(0, colon);
}

}  // namespace

std::optional<ConnectArnView> split_connect_arn(const ArnView& arn) {
  if (arn.service != "connect") return std::nullopt;
  ConnectArnView out;
  std::string_view rest = arn.resource;
  if (arn.account == "aws") {
    if (!rest.starts_with("view/")) return std::nullopt;
    out.kind = ResourceKind::view;
    out.keyword = "view";
    out.id = rest.substr(5);
    out.aws_managed = true;
    cut_qualifier(out);
    return out;
  }
  if (rest.starts_with("phone-number/") || rest.starts_with("traffic-distribution-group/")) {
    const std::size_t slash = rest.find('/');
    out.keyword = rest.substr(0, slash);
    out.kind = out.keyword == "phone-number" ? ResourceKind::phone_number
                                             : ResourceKind::traffic_distribution_group;
    out.id = rest.substr(slash + 1);
    cut_qualifier(out);
    return out;
  }
  if (!rest.starts_with("instance/")) return std::nullopt;
  rest.remove_prefix(9);
  // One tool met "instance/{uuid}:view/..." with a colon: read both.
  const std::size_t end = std::min(rest.find('/'), rest.find(':'));
  out.instance_id = rest.substr(0, end);
  if (end == std::string_view::npos) {
    out.kind = ResourceKind::instance;
    out.id = out.instance_id;
    return out;
  }
  rest.remove_prefix(end + 1);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) {
    out.keyword = rest;
    return out;
  }
  out.keyword = rest.substr(0, slash);
  out.id = rest.substr(slash + 1);
  if (out.keyword == "queue" && out.id.starts_with("agent/")) {
    out.keyword = "queue/agent";
    out.kind = ResourceKind::user;
    out.id.remove_prefix(6);
  } else {
    out.kind = kind_from_arn_keyword(out.keyword).value_or(ResourceKind::unknown);
  }
  cut_qualifier(out);
  return out;
}

std::optional<ConnectArn> parse_connect_arn(const Arn& arn) {
  const auto view =
      split_connect_arn({arn.partition, arn.service, arn.region, arn.account, arn.resource});
  if (!view) return std::nullopt;
  return ConnectArn{view->kind,
                    std::string(view->keyword),
                    std::string(view->instance_id),
                    std::string(view->id),
                    std::string(view->qualifier),
                    view->aws_managed};
}

std::optional<LambdaArn> parse_lambda_arn(const Arn& arn) {
  if (arn.service != "lambda" || !arn.resource.starts_with("function:")) return std::nullopt;
  std::string_view rest = std::string_view(arn.resource).substr(9);
  const std::size_t colon = rest.find(':');
  LambdaArn out;
  out.name = rest.substr(0, colon);
  if (colon != std::string_view::npos) out.qualifier = rest.substr(colon + 1);
  if (out.name.empty()) return std::nullopt;
  return out;
}

std::optional<LexAliasArn> parse_lex_alias_arn(const Arn& arn) {
  if (arn.service != "lex" || !arn.resource.starts_with("bot-alias/")) return std::nullopt;
  const std::string_view rest = std::string_view(arn.resource).substr(10);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return LexAliasArn{std::string(rest.substr(0, slash)), std::string(rest.substr(slash + 1))};
}

}  // namespace flowferry
