// Versions and aliases of modules, written (connect-api.md, Contact flow modules).
#include <algorithm>

#include "connect/answer.h"
#include "connect/client.h"
#include "connect/flow_calls.h"
#include "net/url.h"

namespace flowferry::connect {
namespace {

aws::Call module_call(const char* operation, const char* method, const std::string& instance,
                      const std::string& module, const char* part) {
  aws::Call call;
  call.operation = operation;
  call.method = method;
  call.target = net::Target("/contact-flow-modules/")
                    .member(instance)
                    .fixed("/")
                    .member(module)
                    .fixed(part)
                    .text();
  return call;
}

Error without_answer(const std::string& operation, const std::string& what,
                     const std::string& request_id) {
  Error error;
  error.kind = ErrorKind::malformed;
  error.message = "the answer to " + operation + " has " + what;
  error.request_id = request_id;
  error.outcome_unknown = true;
  return error;
}

}  // namespace

const ModuleAlias* find_alias(const std::vector<ModuleAlias>& aliases, std::string_view name) {
  const auto found = std::find_if(aliases.begin(), aliases.end(),
                                  [&](const ModuleAlias& alias) { return alias.name == name; });
  return found == aliases.end() ? nullptr : &*found;
}

Task<Result<PublishedVersion>> Client::create_module_version(std::string module_id) {
  aws::Call call =
      module_call("CreateContactFlowModuleVersion", "PUT", instance_id_, module_id, "/version");
  call.body = "{}";
  call.repeatable = aws::Repeatable::no;
  const Result<aws::Answer> answer = co_await connect_.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  const std::int64_t version = View(*answer)["Version"].number().value_or(0);
  if (version <= 0) {
    co_return fail(
        without_answer("CreateContactFlowModuleVersion", "no Version", answer->request_id));
  }
  co_return PublishedVersion{version, answer->request_id};
}

Task<Result<Acknowledged>> Client::delete_module_version(std::string module_id,
                                                         std::int64_t version) {
  aws::Call call =
      module_call("DeleteContactFlowModuleVersion", "DELETE", instance_id_, module_id, "/version/");
  call.target += std::to_string(version);
  co_return co_await acknowledge_deleted(connect_, std::move(call));
}

Task<Result<Created>> Client::create_module_alias(std::string module_id, std::string name,
                                                  std::int64_t version) {
  aws::Call call =
      module_call("CreateContactFlowModuleAlias", "PUT", instance_id_, module_id, "/alias");
  call.body = Body()
                  .text("AliasName", name)
                  .raw("ContactFlowModuleVersion", std::to_string(version))
                  .finish();
  call.repeatable = aws::Repeatable::no;
  const Result<aws::Answer> answer = co_await connect_.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  std::string id = View(*answer)["Id"].text();
  if (id.empty()) {
    co_return fail(without_answer("CreateContactFlowModuleAlias", "no Id", answer->request_id));
  }
  co_return Created{std::move(id), "", answer->request_id};
}

Task<Result<Acknowledged>> Client::move_module_alias(std::string module_id, std::string alias_id,
                                                     std::int64_t version) {
  aws::Call call =
      module_call("UpdateContactFlowModuleAlias", "POST", instance_id_, module_id, "/alias/");
  call.target += net::percent_encode(alias_id);
  call.body = Body().raw("ContactFlowModuleVersion", std::to_string(version)).finish();
  co_return co_await acknowledge(connect_, std::move(call));
}

Task<Result<Acknowledged>> Client::delete_module_alias(std::string module_id,
                                                       std::string alias_id) {
  aws::Call call =
      module_call("DeleteContactFlowModuleAlias", "DELETE", instance_id_, module_id, "/alias/");
  call.target += net::percent_encode(alias_id);
  co_return co_await acknowledge_deleted(connect_, std::move(call));
}

}  // namespace flowferry::connect
