#include "snapshot/synthetic.h"

#include <utility>

#include "base/hash.h"
#include "model/arn.h"

namespace flowferry::snapshot {
namespace {

constexpr const char* k_account = "000000000000";

/// A version 8 UUID (RFC 9562: of one's own making) from a text.
std::string uuid_from(const std::string& text) {
  std::string hex = sha256_hex("flowferry bundle\n" + text).substr(0, 32);
  hex[12] = '8';
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

/// Ten capital letters and digits, as Lex has them.
std::string lex_id_from(const std::string& text) {
  const Digest256 digest = sha256("flowferry bundle\n" + text);
  std::string out;
  for (std::size_t i = 0; i < 10; ++i)
    out += "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[digest[i] % 36];
  return out;
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  if (what.empty()) return;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

Instance synthetic_instance(std::string_view seed, std::string partition, std::string region) {
  Instance out;
  out.id = uuid_from("instance\n" + std::string(seed));
  out.partition = std::move(partition);
  out.region = std::move(region);
  out.account = k_account;
  out.arn = Arn{out.partition, "connect", out.region, out.account, "instance/" + out.id}.text();
  return out;
}

Instance synthetic_instance_of(const std::string& pulled_from) {
  const auto arn = parse_arn(pulled_from);
  return synthetic_instance(pulled_from, arn ? arn->partition : "aws",
                            arn ? arn->region : "us-east-1");
}

std::string synthetic_id(ResourceKind kind, std::string_view name, std::string_view rest) {
  const std::string text(name);
  switch (kind) {
    case ResourceKind::lambda_function:
    case ResourceKind::lex_v1_bot:
      return text;
    case ResourceKind::lex_v2_bot_alias: {
      const std::string bot = text.substr(0, text.rfind('/'));
      return lex_id_from("bot\n" + bot) + "/" +
             lex_id_from("alias\n" + text + "\n" + std::string(rest));
    }
    default:
      return uuid_from(std::string(to_string(kind)) + "\n" + text + "\n" + std::string(rest));
  }
}

std::string usual_arn(const Instance& instance, ResourceKind kind, const std::string& id) {
  const auto arn = [&](const char* service, std::string resource) {
    return Arn{instance.partition, service, instance.region, instance.account, std::move(resource)}
        .text();
  };
  switch (kind) {
    case ResourceKind::lex_v1_bot:
      return {};
    case ResourceKind::lambda_function:
      return arn("lambda", "function:" + id);
    case ResourceKind::lex_v2_bot_alias:
      return arn("lex", "bot-alias/" + id);
    case ResourceKind::phone_number:
      return arn("connect", "phone-number/" + id);
    default:
      return instance.arn + "/" + std::string(arn_keyword(kind)) + "/" + id;
  }
}

std::string arn_template(const std::string& arn, const Instance& instance, const std::string& id) {
  auto fields = parse_arn(arn);
  if (!fields) return arn;
  if (fields->partition == instance.partition) fields->partition = "{{partition}}";
  if (fields->region == instance.region) fields->region = "{{region}}";
  if (fields->account == instance.account) fields->account = "{{account}}";
  const std::string own = "instance/" + instance.id + "/";
  if (fields->resource.starts_with(own)) {
    fields->resource = "instance/{{instance}}/" + fields->resource.substr(own.size());
  }
  const std::size_t at = id.empty() ? std::string::npos : fields->resource.rfind(id);
  if (at != std::string::npos) fields->resource.replace(at, id.size(), "{{id}}");
  return fields->text();
}

std::string arn_from_template(std::string_view text, const Instance& instance,
                              const std::string& id) {
  std::string out(text);
  replace_all(out, "{{partition}}", instance.partition);
  replace_all(out, "{{region}}", instance.region);
  replace_all(out, "{{account}}", instance.account);
  replace_all(out, "{{instance}}", instance.id);
  replace_all(out, "{{id}}", id);
  return out;
}

}  // namespace flowferry::snapshot
