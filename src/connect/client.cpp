#include "connect/client.h"

#include "connect/answer.h"
#include "connect/lists.h"
#include "model/arn.h"
#include "net/url.h"

namespace flowferry::connect {
namespace {

constexpr ListOperation k_list_instances{
    "ListInstances", Paging::query, "/instance", 10, "InstanceSummaryList", {}, {}};
constexpr ListOperation k_list_lambda_functions{"ListLambdaFunctions",
                                                Paging::query,
                                                "/instance/{}/lambda-functions",
                                                25,
                                                "LambdaFunctions",
                                                {},
                                                {}};
constexpr ListOperation k_list_bots_v1{
    "ListBots", Paging::query, "/instance/{}/bots", 25, "LexBots", "lexVersion", "V1"};
constexpr ListOperation k_list_bots_v2{
    "ListBots", Paging::query, "/instance/{}/bots", 25, "LexBots", "lexVersion", "V2"};
constexpr ListOperation k_list_module_aliases{"ListContactFlowModuleAliases",
                                              Paging::query,
                                              "",
                                              1000,
                                              "ContactFlowModuleAliasSummaryList",
                                              {},
                                              {}};

constexpr ListOperation k_list_module_versions{"ListContactFlowModuleVersions",
                                               Paging::query,
                                               "",
                                               1000,
                                               "ContactFlowModuleVersionSummaryList",
                                               {},
                                               {}};

bool is_flow_kind(ResourceKind kind) {
  return kind == ResourceKind::contact_flow || kind == ResourceKind::flow_module;
}

tl::unexpected<Error> malformed(const std::string& operation, const std::string& what) {
  return fail(ErrorKind::malformed, "the answer to " + operation + " has " + what,
              "check that the endpoint is the service's");
}

tl::unexpected<Error> not_a_flow_kind(ResourceKind kind) {
  return fail(ErrorKind::refused, "a " + std::string(label(kind)) + " is no flow or module");
}

Instance to_instance(const View& item) {
  Instance out;
  out.id = item["Id"].text();
  out.arn = item["Arn"].text();
  out.alias = item["InstanceAlias"].text();
  out.status = upper(item["InstanceStatus"].text());
  if (const auto arn = parse_arn(out.arn)) {
    out.partition = arn->partition;
    out.region = arn->region;
    out.account = arn->account;
  }
  return out;
}

Resource lambda_resource(const View& item) {
  Resource out;
  out.kind = ResourceKind::lambda_function;
  out.arn = item.text();
  const auto arn = parse_arn(out.arn);
  const auto function = arn ? parse_lambda_arn(*arn) : std::nullopt;
  out.name = function ? function->name : out.arn;
  out.id = out.name;
  return out;
}

Resource lex_v2_resource(const View& item) {
  Resource out;
  out.kind = ResourceKind::lex_v2_bot_alias;
  out.arn = item["LexV2Bot"]["AliasArn"].text();
  const auto arn = parse_arn(out.arn);
  const auto alias = arn ? parse_lex_alias_arn(*arn) : std::nullopt;
  if (alias) out.id = alias->bot_id + "/" + alias->alias_id;
  return out;
}

Resource lex_v1_resource(const View& item) {
  Resource out;
  out.kind = ResourceKind::lex_v1_bot;
  out.name = item["LexBot"]["Name"].text();
  out.id = out.name;
  out.type = item["LexBot"]["LexRegion"].text();
  return out;
}

/// What differs between the operations of flows and those of modules.
struct FlowWire {
  std::string_view path;    ///< "/contact-flows/"
  std::string_view object;  ///< Member of the answer to Describe.
  std::string_view noun;    ///< In the names of operations.
  std::string_view new_id;  ///< Members of the answer to Create.
  std::string_view new_arn;
  std::string_view state;  ///< Member of UpdateMetadata.
};
constexpr FlowWire k_flow{"/contact-flows/", "ContactFlow",    "ContactFlow",
                          "ContactFlowId",   "ContactFlowArn", "ContactFlowState"};
constexpr FlowWire k_module{
    "/contact-flow-modules/", "ContactFlowModule", "ContactFlowModule", "Id", "Arn", "State"};

const FlowWire& wire_of(ResourceKind kind) {
  return kind == ResourceKind::flow_module ? k_module : k_flow;
}

aws::Call flow_call(const FlowWire& wire, std::string_view verb, std::string_view aspect,
                    std::string_view method, const std::string& instance_id) {
  aws::Call call;
  call.operation = std::string(verb) + std::string(wire.noun) + std::string(aspect);
  call.method = method;
  call.target = net::Target(wire.path).member(instance_id).text();
  return call;
}

void add_member(aws::Call& call, std::string_view value) {
  call.target += "/" + net::percent_encode(value);
}

std::string tags_object(const Tags& tags) {
  Body body;
  for (const auto& [key, value] : tags) body.text(key, value);
  return body.finish();
}

Tags read_tags(const View& view) {
  Tags out;
  view.each_member([&out](std::string key, const View& value) {
    if (value.is_string()) out.insert_or_assign(std::move(key), value.text());
  });
  return out;
}

Result<Flow> to_flow(ResourceKind kind, const std::string& id, const View& object,
                     const std::string& operation) {
  const View content = object["Content"];
  if (!content.is_string()) return malformed(operation, "no Content");
  if (content.has_lone_surrogate()) {
    return malformed(operation,
                     "a Content with half a surrogate pair, which cannot be carried over");
  }
  Flow flow;
  flow.kind = kind;
  flow.name = object["Name"].text();
  if (flow.name.empty()) return malformed(operation, "no Name");
  flow.content = content.text();
  flow.id = object["Id"].present() ? object["Id"].text() : id;
  flow.arn = object["Arn"].text();
  flow.type = object["Type"].text();
  flow.description = object["Description"].text();
  flow.state = upper(object["State"].text());
  flow.status = upper(object["Status"].text());
  if (flow.state.empty()) flow.state = "ACTIVE";
  if (flow.status.empty()) flow.status = "PUBLISHED";
  flow.tags = read_tags(object["Tags"]);
  flow.settings = object["Settings"].text();
  flow.external_invocation = object["ExternalInvocationConfiguration"]["Enabled"].truth();
  return flow;
}

Result<Flow> read_flow(ResourceKind kind, const std::string& id, const aws::Answer& answer,
                       const std::string& operation) {
  const View object = View(answer)[wire_of(kind).object];
  if (!object.is_object()) return malformed(operation, "no " + std::string(wire_of(kind).object));
  return to_flow(kind, id, object, operation);
}

Task<Result<Acknowledged>> acknowledge(aws::Service& service, aws::Call call) {
  const Result<aws::Answer> answer = co_await service.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  co_return Acknowledged{answer->request_id};
}

}  // namespace

Task<Result<std::vector<Instance>>> list_instances(aws::Service& service) {
  std::vector<Instance> out;
  std::string path(k_list_instances.path);
  std::function<void(const View&)> take = [&out](const View& item) {
    out.push_back(to_instance(item));
  };
  const Result<void> listed =
      co_await list_all(service, k_list_instances, std::move(path), std::string(), std::move(take));
  if (!listed) co_return fail(listed.error());
  co_return out;
}

Client::Client(aws::Service& connect, aws::Service& lex, std::string instance_id)
    : connect_(connect), lex_(lex), instance_id_(std::move(instance_id)) {}

Task<Result<Instance>> Client::describe_instance() {
  aws::Call call;
  call.operation = "DescribeInstance";
  call.method = "GET";
  call.target = net::Target("/instance/").member(instance_id_).text();
  const Result<aws::Answer> answer = co_await connect_.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  const View object = View(*answer)["Instance"];
  if (!object.is_object()) co_return malformed("DescribeInstance", "no Instance");
  Instance instance = to_instance(object);
  if (instance.id.empty()) instance.id = instance_id_;
  co_return instance;
}

Task<Result<std::vector<Resource>>> Client::list(ListOperation operation,
                                                 std::function<Resource(const View&)> read) {
  std::vector<Resource> out;
  std::string path = path_for(operation, instance_id_);
  std::function<void(const View&)> take = [&out, &read](const View& item) {
    Resource resource = read(item);
    // The queue of one agent; its name is the agent's business.
    if (resource.kind == ResourceKind::queue && resource.type == "AGENT") return;
    out.push_back(std::move(resource));
  };
  const Result<void> listed =
      co_await list_all(connect_, operation, std::move(path), instance_id_, std::move(take));
  if (!listed) co_return fail(listed.error());
  co_return out;
}

Task<Result<std::vector<Resource>>> Client::list_flows(ResourceKind kind) {
  if (!is_flow_kind(kind)) co_return not_a_flow_kind(kind);
  co_return co_await list_resources(kind);
}

namespace {

/// How the resources of a kind are listed, and how an item becomes a resource. Errors: refused.
struct Listing {
  ListOperation operation;
  std::function<Resource(const View&)> read;
};

Result<Listing> listing_of(ResourceKind kind) {
  if (const ResourceList* found = resource_list(kind)) {
    return Listing{found->operation, [found](const View& item) {
                     return to_resource(found->kind, found->members, item);
                   }};
  }
  switch (kind) {
    case ResourceKind::lambda_function:
      return Listing{k_list_lambda_functions, lambda_resource};
    case ResourceKind::lex_v1_bot:
      return Listing{k_list_bots_v1, lex_v1_resource};
    case ResourceKind::lex_v2_bot_alias:
      return Listing{k_list_bots_v2, lex_v2_resource};
    default:
      return fail(ErrorKind::refused,
                  "resources of kind " + std::string(to_string(kind)) + " cannot be listed");
  }
}

}  // namespace

Task<Result<std::vector<Resource>>> Client::list_resources(ResourceKind kind) {
  Result<Listing> listing = listing_of(kind);
  if (!listing) co_return fail(std::move(listing).error());
  co_return co_await list(listing->operation, std::move(listing->read));
}

Task<Result<void>> Client::list_flow_pages(ResourceKind kind,
                                           std::function<void(std::vector<Resource>)> take) {
  if (!is_flow_kind(kind)) co_return not_a_flow_kind(kind);
  Result<Listing> listing = listing_of(kind);
  if (!listing) co_return fail(std::move(listing).error());
  std::vector<Resource> page;
  std::string path = path_for(listing->operation, instance_id_);
  std::function<void(const View&)> take_item = [&page, &listing](const View& item) {
    page.push_back(listing->read(item));
  };
  std::function<void()> turn = [&page, &take] { take(std::exchange(page, {})); };
  const Result<void> listed =
      co_await list_all(connect_, listing->operation, std::move(path), instance_id_,
                        std::move(take_item), std::move(turn));
  if (!listed) co_return fail(listed.error());
  co_return Result<void>();
}

Task<Result<std::optional<Resource>>> Client::first_of(ResourceKind kind) {
  Result<Listing> listing = listing_of(kind);
  if (!listing) co_return fail(std::move(listing).error());
  ListOperation operation = listing->operation;
  operation.page = 1;
  std::optional<Resource> out;
  std::string path = path_for(operation, instance_id_);
  std::function<void(const View&)> take = [&out, &listing](const View& item) {
    if (!out) out = listing->read(item);
  };
  const Result<void> listed =
      co_await list_page(connect_, operation, std::move(path), instance_id_, std::move(take));
  if (!listed) co_return fail(listed.error());
  co_return out;
}

Task<Result<Flow>> Client::describe_flow(ResourceKind kind, std::string id, Draft draft) {
  if (!is_flow_kind(kind)) co_return not_a_flow_kind(kind);
  aws::Call call = flow_call(wire_of(kind), "Describe", "", "GET", instance_id_);
  add_member(call, draft == Draft::yes ? id + ":$SAVED" : id);
  const std::string operation = call.operation;
  const Result<aws::Answer> answer = co_await connect_.send(std::move(call));
  if (answer) co_return read_flow(kind, id, *answer, operation);
  if (draft == Draft::yes || answer.error().code != "ContactFlowNotPublishedException") {
    co_return fail(answer.error());
  }
  Result<Flow> saved = co_await describe_flow(kind, std::move(id), Draft::yes);
  if (saved) saved->status = "SAVED";
  co_return saved;
}

Task<Result<FlowPage>> Client::search_flows(ResourceKind kind, std::string token) {
  if (!is_flow_kind(kind)) co_return not_a_flow_kind(kind);
  const bool module = kind == ResourceKind::flow_module;
  aws::Call call;
  call.operation = module ? "SearchContactFlowModules" : "SearchContactFlows";
  call.method = "POST";
  call.target = module ? "/search-contact-flow-modules" : "/search-contact-flows";
  call.body = Body()
                  .text("InstanceId", instance_id_)
                  .raw("MaxResults", "100")
                  .text_unless_empty("NextToken", token)
                  .finish();
  const std::string operation = call.operation;
  const Result<aws::Answer> answer = co_await connect_.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  const View view(*answer);
  if (!view.is_object()) co_return malformed(operation, "no object");
  FlowPage page;
  page.next = view["NextToken"].text();
  view[module ? "ContactFlowModules" : "ContactFlows"].each([&](const View& record) {
    ++page.records;
    if (!record["Id"].is_string() || upper(record["Status"].text()) != "PUBLISHED") return;
    if (module && !record["Settings"].is_string()) return;
    auto flow = to_flow(kind, {}, record, operation);
    if (flow && !flow->content.empty()) page.whole.push_back(std::move(*flow));
  });
  co_return page;
}

Task<Result<std::vector<ModuleAlias>>> Client::list_module_aliases(std::string module_id) {
  std::vector<ModuleAlias> out;
  net::Target target("/contact-flow-modules/");
  std::string path =
      target.member(instance_id_).fixed("/").member(module_id).fixed("/aliases").text();
  std::function<void(const View&)> take = [&out](const View& item) {
    out.push_back(
        {item["AliasId"].text(), item["AliasName"].text(), item["Version"].number().value_or(0)});
  };
  const Result<void> listed = co_await list_all(connect_, k_list_module_aliases, std::move(path),
                                                instance_id_, std::move(take));
  if (!listed) co_return fail(listed.error());
  co_return out;
}

Task<Result<std::string>> Client::lex_bot_name(std::string bot_id) {
  aws::Call call;
  call.operation = "DescribeBot";
  call.method = "GET";
  call.target = net::Target("/bots/").member(bot_id).fixed("/").text();
  const Result<aws::Answer> answer = co_await lex_.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  std::string name = View(*answer)["botName"].text();
  if (name.empty()) co_return malformed("DescribeBot", "no botName");
  co_return name;
}

Task<Result<std::string>> Client::lex_bot_alias_name(std::string bot_id, std::string alias_id) {
  aws::Call call;
  call.operation = "DescribeBotAlias";
  call.method = "GET";
  call.target =
      net::Target("/bots/").member(bot_id).fixed("/botaliases/").member(alias_id).fixed("/").text();
  const Result<aws::Answer> answer = co_await lex_.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  std::string name = View(*answer)["botAliasName"].text();
  if (name.empty()) co_return malformed("DescribeBotAlias", "no botAliasName");
  co_return name;
}

Task<Result<std::vector<std::int64_t>>> Client::list_module_versions(std::string module_id) {
  std::vector<std::int64_t> out;
  net::Target target("/contact-flow-modules/");
  std::string path =
      target.member(instance_id_).fixed("/").member(module_id).fixed("/versions").text();
  std::function<void(const View&)> take = [&out](const View& item) {
    out.push_back(item["Version"].number().value_or(0));
  };
  const Result<void> listed = co_await list_all(connect_, k_list_module_versions, std::move(path),
                                                instance_id_, std::move(take));
  if (!listed) co_return fail(listed.error());
  co_return out;
}

Task<Result<std::pair<std::string, std::string>>> Client::lex_alias_names(std::string bot_id,
                                                                          std::string alias_id) {
  std::vector<Task<Result<std::string>>> calls;
  calls.push_back(lex_bot_name(bot_id));
  calls.push_back(lex_bot_alias_name(bot_id, std::move(alias_id)));
  std::vector<Result<std::string>> names = co_await gather(std::move(calls));
  for (Result<std::string>& name : names) {
    if (!name) co_return fail(std::move(name).error());
  }
  co_return std::pair(std::move(*names[0]), std::move(*names[1]));
}

Task<Result<Created>> Client::create_flow(Flow flow, std::string client_token) {
  if (!is_flow_kind(flow.kind)) co_return not_a_flow_kind(flow.kind);
  const FlowWire& wire = wire_of(flow.kind);
  const bool module = flow.kind == ResourceKind::flow_module;
  aws::Call call = flow_call(wire, "Create", "", "PUT", instance_id_);
  Body body;
  body.text("Name", flow.name).text_unless_empty("Description", flow.description);
  if (module) {
    body.text("ClientToken", client_token).text_unless_empty("Settings", flow.settings);
    if (flow.external_invocation) {
      body.raw("ExternalInvocationConfiguration", R"({"Enabled":true})");
    }
  } else {
    body.text("Type", flow.type).text("Status", flow.status == "SAVED" ? "SAVED" : "PUBLISHED");
  }
  if (!flow.tags.empty()) body.raw("Tags", tags_object(flow.tags));
  body.text("Content", flow.content);
  flow.content.clear();
  flow.content.shrink_to_fit();  // It may wait for its turn for minutes, with hundreds of others.
  call.body = body.finish();
  call.repeatable = module ? aws::Repeatable::yes : aws::Repeatable::no;
  const std::string operation = call.operation;
  const Result<aws::Answer> answer = co_await connect_.send(std::move(call));
  if (!answer) co_return fail(answer.error());
  const View object(*answer);
  Created created{object[wire.new_id].text(), object[wire.new_arn].text(), answer->request_id};
  if (created.id.empty() || created.arn.empty()) {
    Error error = std::move(malformed(operation, "no id or ARN").value());
    error.request_id = answer->request_id;
    error.outcome_unknown = true;
    co_return fail(std::move(error));
  }
  co_return created;
}

Task<Result<Acknowledged>> Client::update_content(ResourceKind kind, std::string id,
                                                  std::string content,
                                                  std::optional<std::string> settings, Draft draft,
                                                  std::optional<Turn> turn) {
  if (!is_flow_kind(kind)) co_return not_a_flow_kind(kind);
  aws::Call call = flow_call(wire_of(kind), "Update", "Content", "POST", instance_id_);
  add_member(call, draft == Draft::yes ? id + ":$SAVED" : id);
  call.target += "/content";
  Body body;
  body.text("Content", content);
  if (settings && kind == ResourceKind::flow_module) body.text("Settings", *settings);
  call.body = body.finish();
  content.clear();
  content.shrink_to_fit();
  if (turn) call.turn = turn->granted;
  co_return co_await acknowledge(connect_, std::move(call));
}

Task<Result<Acknowledged>> Client::update_metadata(ResourceKind kind, std::string id,
                                                   MetadataChange change,
                                                   std::optional<Turn> turn) {
  if (!is_flow_kind(kind)) co_return not_a_flow_kind(kind);
  aws::Call call = flow_call(wire_of(kind), "Update", "Metadata", "POST", instance_id_);
  add_member(call, id);
  call.target += "/metadata";
  Body body;
  if (change.name) body.text("Name", *change.name);
  if (change.description) body.text("Description", *change.description);
  if (change.state) body.text(wire_of(kind).state, *change.state);
  call.body = body.finish();
  if (turn) call.turn = turn->granted;
  co_return co_await acknowledge(connect_, std::move(call));
}

Task<Result<Acknowledged>> Client::delete_flow(ResourceKind kind, std::string id,
                                               std::optional<Turn> turn) {
  if (!is_flow_kind(kind)) co_return not_a_flow_kind(kind);
  aws::Call call = flow_call(wire_of(kind), "Delete", "", "DELETE", instance_id_);
  add_member(call, id);
  if (turn) call.turn = turn->granted;
  Result<Acknowledged> done = co_await acknowledge(connect_, std::move(call));
  if (!done && done.error().code == "ResourceNotFoundException") {
    co_return Acknowledged{done.error().request_id};
  }
  co_return done;
}

Task<Result<Acknowledged>> Client::tag(std::string arn, Tags tags, std::optional<Turn> turn) {
  if (tags.empty()) {
    if (turn) give_back(*turn);
    co_return Acknowledged{};
  }
  aws::Call call;
  call.operation = "TagResource";
  call.method = "POST";
  call.target = net::Target("/tags/").member(arn).text();
  call.body = Body().raw("tags", tags_object(tags)).finish();
  if (turn) call.turn = turn->granted;
  co_return co_await acknowledge(connect_, std::move(call));
}

Task<Result<Acknowledged>> Client::untag(std::string arn, std::vector<std::string> keys,
                                         std::optional<Turn> turn) {
  if (keys.empty()) {
    if (turn) give_back(*turn);
    co_return Acknowledged{};
  }
  aws::Call call;
  call.operation = "UntagResource";
  call.method = "DELETE";
  net::Target target("/tags/");
  target.member(arn);
  for (const std::string& key : keys) target.query("tagKeys", key);
  call.target = target.text();
  if (turn) call.turn = turn->granted;
  co_return co_await acknowledge(connect_, std::move(call));
}

Task<Turn> Client::turn(Write write, ResourceKind kind) {
  const std::string noun(wire_of(kind).noun);
  Turn out;
  switch (write) {
    case Write::content:
      out.operation = "Update" + noun + "Content";
      break;
    case Write::metadata:
      out.operation = "Update" + noun + "Metadata";
      break;
    case Write::tag:
      out.operation = "TagResource";
      break;
    case Write::untag:
      out.operation = "UntagResource";
      break;
    case Write::remove:
      out.operation = "Delete" + noun;
      break;
  }
  out.granted = co_await connect_.turn(out.operation);
  co_return out;
}

void Client::give_back(const Turn& turn) {
  connect_.give_back(turn.operation, turn.granted);
}

}  // namespace flowferry::connect
