#include "connect/client.h"

#include "connect/answer.h"
#include "connect/flow_calls.h"
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

}  // namespace flowferry::connect
