#include "world.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/hash.h"
#include "base/json/value.h"

namespace flowferry::testing {

using json::Value;

WorldFlow& World::flow(const std::string& name, std::vector<Ref> refs) {
  WorldFlow out;
  out.name = name;
  out.refs = std::move(refs);
  flows.push_back(std::move(out));
  return flows.back();
}

WorldFlow& World::module(const std::string& name, std::vector<Ref> refs) {
  WorldFlow& out = flow(name, std::move(refs));
  out.kind = ResourceKind::flow_module;
  out.type.clear();
  return out;
}

std::string uuid_of(const std::string& text) {
  const std::string hex = sha256_hex(text);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" +
         hex.substr(17, 3) + "-" + hex.substr(20, 12);
}

Instance make_instance(const std::string& name) {
  Instance out;
  out.alias = name;
  out.id = uuid_of("instance " + name);
  out.partition = name == "gov" ? "aws-us-gov" : "aws";
  out.region = name == "tokyo" ? "ap-northeast-1"
               : name == "gov" ? "us-gov-west-1"
                               : "ap-northeast-3";
  out.account = name == "tokyo" ? "111111111111" : name == "gov" ? "333333333333" : "222222222222";
  out.arn =
      "arn:" + out.partition + ":connect:" + out.region + ":" + out.account + ":instance/" + out.id;
  out.status = "ACTIVE";
  return out;
}

std::string id_of(const Instance& instance, ResourceKind kind, const std::string& name) {
  if (kind == ResourceKind::lambda_function) return name;
  return uuid_of(instance.alias + "/" + std::string(to_string(kind)) + "/" + name);
}

std::string arn_of(const Instance& instance, ResourceKind kind, const std::string& name) {
  if (kind == ResourceKind::lambda_function) {
    return "arn:" + instance.partition + ":lambda:" + instance.region + ":" + instance.account +
           ":function:" + name;
  }
  return instance.arn + "/" + std::string(arn_keyword(kind)) + "/" + id_of(instance, kind, name);
}

namespace {

std::string written(const Instance& instance, const World& world, const Ref& ref) {
  std::string out = ref.form == Ref::Form::arn ? arn_of(instance, ref.kind, ref.name)
                                               : id_of(instance, ref.kind, ref.name);
  std::string qualifier = ref.qualifier;
  // An alias is named by the id that it has in this instance.
  const auto aliases = world.module_aliases.find(ref.name);
  if (aliases != world.module_aliases.end() &&
      std::find(aliases->second.begin(), aliases->second.end(), qualifier) !=
          aliases->second.end()) {
    qualifier = uuid_of(instance.alias + "/alias/" + ref.name + "/" + qualifier);
  }
  if (!qualifier.empty()) out += ":" + qualifier;
  return out;
}

struct Slot {
  const char* type;
  const char* parameter;
};

Slot slot_of(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::contact_flow:
      return {"TransferToFlow", "ContactFlowId"};
    case ResourceKind::flow_module:
      return {"InvokeFlowModule", "FlowModuleId"};
    case ResourceKind::queue:
      return {"UpdateContactTargetQueue", "QueueId"};
    case ResourceKind::prompt:
      return {"MessageParticipant", "PromptId"};
    case ResourceKind::hours_of_operation:
      return {"CheckHoursOfOperation", "HoursOfOperationId"};
    case ResourceKind::user:
      return {"CheckMetricData", "AgentId"};
    case ResourceKind::lambda_function:
      return {"InvokeLambdaFunction", "LambdaFunctionARN"};
    case ResourceKind::data_table:
      return {"EvaluateDataTableValues", "DataTableId"};
    default:
      return {nullptr, nullptr};
  }
}

Value action(const std::string& identifier, const std::string& type, Value parameters,
             const std::string& next) {
  Value transitions = Value::object();
  if (!next.empty()) transitions.set("NextAction", next);
  return Value::object({{"Identifier", identifier},
                        {"Type", type},
                        {"Parameters", std::move(parameters)},
                        {"Transitions", std::move(transitions)}});
}

std::string content_of(const WorldFlow& flow, const World& world, const Instance& instance) {
  if (!flow.content.empty()) return flow.content;
  Value actions = Value::array();
  Value notes = Value::object();
  const auto identifier = [](std::size_t i) { return "block " + std::to_string(i); };
  Value text = Value::object({{"Text", flow.text}});
  for (const Ref& ref : flow.refs) {
    if (ref.place == Ref::Place::text) {
      text = Value::object({{"Text", flow.text + " <" + written(instance, world, ref) + "> bye"}});
    }
  }
  actions.push(action("say", "MessageParticipant", std::move(text), identifier(0)));
  for (std::size_t i = 0; i < flow.refs.size(); ++i) {
    const Ref& ref = flow.refs[i];
    const std::string value = written(instance, world, ref);
    const Slot slot = slot_of(ref.kind);
    Value parameters = Value::object();
    std::string type = "UpdateFlowAttributes";
    if (ref.place == Ref::Place::parameter && slot.type != nullptr) {
      type = slot.type;
      parameters.set(slot.parameter, value);
      notes.set(
          identifier(i),
          Value::object(
              {{"parameters",
                Value::object({{slot.parameter, Value::object({{"displayName", ref.name}})}})}}));
    } else if (ref.place == Ref::Place::note && ref.kind == ResourceKind::queue) {
      parameters.set("FlowAttributes", Value::object());
      notes.set(identifier(i),
                Value::object({{"queue", Value::object({{"id", value}, {"text", ref.name}})}}));
    } else if (ref.place == Ref::Place::text) {
      parameters.set("FlowAttributes", Value::object());
    } else {
      parameters.set("FlowAttributes", Value::object({{"x", Value::object({{"Value", value}})}}));
    }
    actions.push(action(identifier(i), type, std::move(parameters), identifier(i + 1)));
  }
  actions.push(action(
      identifier(flow.refs.size()),
      flow.kind == ResourceKind::flow_module ? "EndFlowModuleExecution" : "DisconnectParticipant",
      Value::object(), ""));
  Value out = Value::object({{"Version", "2019-10-30"},
                             {"StartAction", "say"},
                             {"Metadata", Value::object({{"ActionMetadata", std::move(notes)}})},
                             {"Actions", std::move(actions)}});
  if (flow.kind == ResourceKind::flow_module) {
    out.set("Settings", Value::object({{"InputParameters", Value::array()}}));
  }
  return out.dump();
}

}  // namespace

void add_flow(Snapshot& snapshot, Flow flow) {
  Resource resource;
  resource.kind = flow.kind;
  resource.name = flow.name;
  resource.id = flow.id;
  resource.arn = flow.arn;
  resource.type = flow.type;
  resource.state = flow.state;
  if (flow.kind == ResourceKind::contact_flow) resource.status = flow.status;
  snapshot.inventories[flow.kind].add(std::move(resource));
  snapshot.flows[flow.id] = std::move(flow);
}

Snapshot snapshot_of(const World& world, const Instance& instance) {
  Snapshot out;
  out.instance = instance;
  out.inventories[ResourceKind::contact_flow];
  out.inventories[ResourceKind::flow_module];
  for (const WorldFlow& flow : world.flows) {
    Flow whole;
    whole.kind = flow.kind;
    const std::string key = flow.name + (flow.type == "CONTACT_FLOW" ? "" : flow.type);
    whole.id = id_of(instance, flow.kind, key);
    whole.arn = arn_of(instance, flow.kind, key);
    whole.name = flow.name;
    whole.type = flow.type;
    whole.description = flow.description;
    whole.state = flow.state;
    whole.status = flow.status;
    whole.settings = flow.settings;
    whole.external_invocation = flow.external_invocation;
    whole.tags = flow.tags;
    whole.content = content_of(flow, world, instance);
    add_flow(out, std::move(whole));
  }
  for (const auto& [kind, name] : world.resources) {
    Resource resource;
    resource.kind = kind;
    resource.name = name;
    resource.id = id_of(instance, kind, name);
    resource.arn = arn_of(instance, kind, name);
    out.inventories[kind].add(std::move(resource));
  }
  for (const auto& [module, names] : world.module_aliases) {
    Inventory& aliases = out.module_aliases[id_of(instance, ResourceKind::flow_module, module)];
    for (const std::string& name : names) {
      Resource alias;
      alias.name = name;
      alias.id = uuid_of(instance.alias + "/alias/" + module + "/" + name);
      aliases.add(std::move(alias));
    }
  }
  return out;
}

plan::PlanRequest request_for(const Snapshot& source, const Snapshot& target,
                              const mapping::Rules& rules) {
  plan::PlanRequest request;
  request.from = source.instance.alias;
  request.to = target.instance.alias;
  request.source = &source;
  request.target = &target;
  request.rules = &rules;
  for (const ResourceKind kind : {ResourceKind::flow_module, ResourceKind::contact_flow}) {
    for (const Resource& flow : source.inventory(kind)->all()) {
      plan::Selected selected{kind, flow.id, flow.state != "ARCHIVED", {}};
      if (!selected.carried) selected.reason = "archived in the source";
      request.selected.push_back(std::move(selected));
    }
  }
  return request;
}

plan::Plan plan_for(const Snapshot& source, const Snapshot& target, const mapping::Rules& rules) {
  return plan::make_plan(request_for(source, target, rules));
}

Snapshot applied(const plan::Plan& plan, const Snapshot& target) {
  using plan::OperationType;
  std::map<std::string, Flow> flows = target.flows;
  std::vector<std::string> ids;
  for (const plan::Node& node : plan.nodes) ids.push_back(node.target_id);
  const auto identity = [&](std::size_t node) {
    EXPECT_FALSE(ids[node].empty()) << "\"" << plan.nodes[node].name << "\" does not exist yet";
    const auto found = flows.find(ids[node]);
    return plan::Content::Identity{ids[node], found == flows.end() ? "" : found->second.arn};
  };
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    const plan::Operation& operation = plan.operations[i];
    const plan::Node& node = plan.nodes[operation.node];
    for (const std::size_t before : operation.after) EXPECT_LT(before, i);
    switch (operation.type) {
      case OperationType::create:
      case OperationType::create_stub: {
        const bool stub = operation.type == OperationType::create_stub;
        EXPECT_TRUE(ids[operation.node].empty());
        Flow flow;
        flow.kind = node.kind;
        flow.id = uuid_of("created " + std::to_string(i) + target.instance.alias + node.name);
        flow.arn = target.instance.arn + "/" + std::string(arn_keyword(node.kind)) + "/" + flow.id;
        flow.name = node.name;
        flow.type = node.type;
        flow.description = node.description;
        flow.state = "ACTIVE";
        flow.status = stub && node.kind == ResourceKind::contact_flow ? "SAVED" : node.status;
        flow.tags = node.tags;
        flow.settings = node.settings;
        flow.external_invocation = node.external_invocation;
        flow.content = stub ? "{}" : node.content.fill(identity);
        ids[operation.node] = flow.id;
        flows[flow.id] = std::move(flow);
        break;
      }
      case OperationType::update_content: {
        const std::string content = node.content.fill(identity);
        Flow& flow = flows.at(ids[operation.node]);
        flow.content = content;
        flow.status = node.status;
        if (node.kind == ResourceKind::flow_module) flow.settings = node.settings;
        break;
      }
      case OperationType::update_metadata:
        flows.at(ids[operation.node]).description = node.description;
        break;
      case OperationType::tag:
        for (const auto& [key, value] : node.tags) flows.at(ids[operation.node]).tags[key] = value;
        break;
      case OperationType::untag:
      case OperationType::remove:
      case OperationType::publish_alias:
      case OperationType::retract_alias:
        ADD_FAILURE() << "not in a migration";
        break;
    }
  }
  Snapshot out = target;
  out.flows.clear();
  out.inventories[ResourceKind::contact_flow] = Inventory();
  out.inventories[ResourceKind::flow_module] = Inventory();
  for (auto& [id, flow] : flows) add_flow(out, std::move(flow));
  return out;
}

// --- random worlds

namespace {

constexpr ResourceKind k_resource_kinds[] = {
    ResourceKind::queue, ResourceKind::prompt,          ResourceKind::hours_of_operation,
    ResourceKind::user,  ResourceKind::lambda_function, ResourceKind::data_table};

const char* const k_odd_names[] = {
    "予約", "予約センター", " sales",    "sales",   "Sales",     "sales ",        "a/b",
    "a\"b", "50% + 1",      "x:y",       "emoji 😀", "tab\tname", "\\u0041",       "$1",
    "^.*$", "[a-z]+",       "Default x", "…",       "ｶﾅ",        "か\xE3\x82\x99"};

std::string odd_name(std::mt19937& random) {
  return std::string(k_odd_names[random() % std::size(k_odd_names)]);
}

}  // namespace

World random_world(std::mt19937& random, std::size_t flows) {
  World world;
  for (const ResourceKind kind : k_resource_kinds) {
    for (std::size_t i = 0; i < 4; ++i) {
      // Functions have names of letters, digits, '-' and '_' only.
      const std::string n = std::to_string(i);
      world.resource(
          kind, kind == ResourceKind::lambda_function ? "function-" + n : odd_name(random) + n);
    }
  }
  for (std::size_t i = 0; i < flows; ++i) {
    const std::string name = odd_name(random) + " " + std::to_string(i);
    WorldFlow& flow = random() % 4 == 0 ? world.module(name) : world.flow(name);
    if (flow.kind == ResourceKind::contact_flow && random() % 3 == 0) flow.type = "CUSTOMER_QUEUE";
    if (random() % 3 == 0) flow.description = "about " + odd_name(random);
    if (random() % 3 == 0) flow.tags["team"] = odd_name(random);
    if (random() % 6 == 0 && flow.kind == ResourceKind::contact_flow) flow.status = "SAVED";
    flow.text = odd_name(random);
  }
  for (WorldFlow& flow : world.flows) {
    for (std::size_t n = random() % 5; n > 0; --n) {
      Ref ref;
      if (random() % 2 == 0) {
        const WorldFlow& callee = world.flows[random() % world.flows.size()];
        if (callee.kind == ResourceKind::contact_flow && callee.type != "CONTACT_FLOW") continue;
        ref.kind = callee.kind;
        ref.name = callee.name;
        if (callee.kind == ResourceKind::flow_module && random() % 2) ref.qualifier = "$LATEST";
      } else {
        const auto& [kind, name] = world.resources[random() % world.resources.size()];
        ref.kind = kind;
        ref.name = name;
        if (kind == ResourceKind::lambda_function && random() % 2) ref.qualifier = "$LATEST";
      }
      if (ref.kind != ResourceKind::lambda_function && random() % 3 == 0) ref.form = Ref::Form::id;
      constexpr Ref::Place k_places[] = {Ref::Place::parameter, Ref::Place::parameter,
                                         Ref::Place::attribute, Ref::Place::text, Ref::Place::note};
      ref.place = k_places[random() % 5];
      // Within a text only ARNs can be seen.
      if (ref.place == Ref::Place::text) ref.form = Ref::Form::arn;
      flow.refs.push_back(std::move(ref));
    }
  }
  return world;
}

World outdated(const World& world, std::mt19937& random) {
  World out = world;
  out.flows.clear();
  for (WorldFlow flow : world.flows) {
    const auto refers_to_it = [&](const Ref& ref) { return ref.name == flow.name; };
    switch (random() % 8) {
      case 0:
      case 1:
        continue;  // not there yet
      case 2:
        flow.text += " (old)";
        break;
      case 3:
        flow.description += "old";
        break;
      case 4:
        flow.tags["team"] = "old";
        flow.tags["own"] = "stays";
        break;
      case 5:
        if (flow.kind == ResourceKind::contact_flow) flow.status = "SAVED";
        break;
      case 6:
        // Old content without references.
        if (!std::any_of(flow.refs.begin(), flow.refs.end(), refers_to_it)) flow.refs.clear();
        break;
      default:
        break;
    }
    // What the target's flow refers to may be gone there as well: contents are of no interest then.
    out.flows.push_back(std::move(flow));
  }
  return out;
}

}  // namespace flowferry::testing
