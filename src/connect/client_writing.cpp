// Flows and modules, written (connect-api.md, Contact flows, Contact flow modules, Tags).
#include "connect/answer.h"
#include "connect/client.h"
#include "connect/flow_calls.h"
#include "net/url.h"

namespace flowferry::connect {
namespace {

std::string tags_object(const Tags& tags) {
  Body body;
  for (const auto& [key, value] : tags) body.text(key, value);
  return body.finish();
}

}  // namespace

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
  co_return co_await acknowledge_deleted(connect_, std::move(call));
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
