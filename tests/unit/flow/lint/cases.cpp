#include "cases.h"

namespace flowferry::testing {

namespace {

std::string branches(const std::vector<To>& list, bool errors) {
  std::string out;
  for (const To& to : list) {
    if (!out.empty()) out += ",";
    out += errors ? R"({"NextAction":")" + to.then + R"(","ErrorType":")" + to.when + "\"}"
                  : R"({"NextAction":")" + to.then +
                        R"(","Condition":{"Operator":"Equals","Operands":[")" + to.when + "\"]}}";
  }
  return "[" + out + "]";
}

Resource resource(ResourceKind kind, std::string id, std::string name) {
  Resource out;
  out.kind = kind;
  out.id = std::move(id);
  out.name = std::move(name);
  out.arn = std::string(k_instance_arn) + "/" + std::string(arn_keyword(kind)) + "/" + out.id;
  return out;
}

std::string queue_id(int number) {
  return "aaaaaaaa-0000-0000-0000-00000000000" + std::to_string(number);
}

}  // namespace

std::string block(const std::string& id, const std::string& type, const std::string& parameters,
                  const std::string& next, const std::vector<To>& errors,
                  const std::vector<To>& conditions) {
  std::string transitions;
  if (!next.empty()) transitions += R"("NextAction":")" + next + "\"";
  if (!errors.empty()) {
    transitions += (transitions.empty() ? "" : ",") + ("\"Errors\":" + branches(errors, true));
  }
  if (!conditions.empty()) {
    transitions +=
        (transitions.empty() ? "" : ",") + ("\"Conditions\":" + branches(conditions, false));
  }
  return R"({"Identifier":")" + id + R"(","Type":")" + type + R"(","Parameters":)" + parameters +
         R"(,"Transitions":{)" + transitions + "}}";
}

std::string document(const std::string& blocks, const std::string& more) {
  return R"({"Version":"2019-10-30","StartAction":"a","Actions":[)" + blocks + "]" + more + "}";
}

std::string queue_arn(int number) {
  return std::string(k_instance_arn) + "/queue/" + queue_id(number);
}

std::string flow_arn(const std::string& id) {
  return std::string(k_instance_arn) + "/contact-flow/" + id;
}

Flow flow_of_type(std::string id, std::string type, std::string content) {
  Flow flow;
  flow.id = id;
  flow.arn = flow_arn(id);
  flow.name = std::move(id);
  flow.type = std::move(type);
  flow.state = "ACTIVE";
  flow.status = "PUBLISHED";
  flow.content = std::move(content);
  return flow;
}

Flow main_flow(std::string content) {
  return flow_of_type("main", "CONTACT_FLOW", std::move(content));
}

Flow module_of(std::string id, std::string content, std::string settings) {
  Flow flow = flow_of_type(std::move(id), {}, std::move(content));
  flow.kind = ResourceKind::flow_module;
  flow.arn = std::string(k_instance_arn) + "/flow-module/" + flow.id;
  flow.settings = std::move(settings);
  return flow;
}

Snapshot environment(std::vector<Flow> flows) {
  Snapshot out;
  out.instance.id = "11111111-2222-3333-4444-555555555555";
  out.instance.arn = k_instance_arn;
  out.instance.partition = "aws";
  out.instance.region = "ap-northeast-1";
  out.instance.account = "111122223333";
  Inventory& queues = out.inventories[ResourceKind::queue];
  for (int i = 1; i <= 3; ++i) {
    queues.add(resource(ResourceKind::queue, queue_id(i), "queue " + std::to_string(i)));
  }
  out.inventories[ResourceKind::contact_flow];
  out.inventories[ResourceKind::flow_module];
  for (Flow& flow : flows) {
    Resource entry = resource(flow.kind, flow.id, flow.name);
    entry.type = flow.type;
    entry.state = flow.state;
    entry.status = flow.status;
    out.inventories[flow.kind].add(std::move(entry));
    // Archived flows are listed, not read.
    if (flow.state != "ARCHIVED") out.flows.emplace(flow.id, std::move(flow));
  }
  return out;
}

}  // namespace flowferry::testing
