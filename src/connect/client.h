// connect/client.h
//
// The Amazon Connect API of one instance as typed calls, with paging and errors (API 2017-08-08).
// Requests hold modelled members only; unknown members of answers are ignored.
//
// Every call is one or more HTTP requests through aws::Service, which signs, paces, repeats and
// counts. All calls return: network, throttled, denied, not_found, conflict, quota, service,
// malformed (an answer that cannot be read), credentials, cancelled.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/service.h"
#include "base/result.h"
#include "base/task.h"
#include "model/resource.h"

namespace flowferry::connect {

struct ListOperation;  // connect/lists.h
class View;            // connect/answer.h

/// Which content of a flow or module a call is about.
enum class Draft {
  no,   ///< The published content: the plain id.
  yes,  ///< The saved draft: `{id}:$SAVED`.
};

/// What a create call returns (CreateContactFlow, CreateContactFlowModule; without an ARN
/// CreateContactFlowModuleAlias).
struct Created {
  std::string id;
  std::string arn;
  std::string request_id;
};

/// What CreateContactFlowModuleVersion returns.
struct PublishedVersion {
  std::int64_t version = 0;
  std::string request_id;
};

/// A page of SearchContactFlows or SearchContactFlowModules.
struct FlowPage {
  std::size_t records = 0;  ///< On this page.
  std::vector<Flow> whole;  ///< Those of them that say all that Describe would.
  std::string next;         ///< Token of the next page; empty: this was the last.
};

/// An answer without content: the request id only.
struct Acknowledged {
  std::string request_id;
};

/// New values for UpdateContactFlowMetadata and UpdateContactFlowModuleMetadata; absent: unchanged.
struct MetadataChange {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::string> state;  ///< ACTIVE or ARCHIVED.
};

/// A kind of write, for Client::turn().
enum class Write { content, metadata, tag, untag, remove };

/// The right to send one call now, as far as the account's rates go.
struct Turn {
  std::string operation;
  SteadyTime granted{};
};

/// A version alias of a flow module (ListContactFlowModuleAliases).
struct ModuleAlias {
  std::string id;
  std::string name;
  std::int64_t version = 0;
};

/// The one of this name; null: there is none. Into `aliases`, which must outlive it.
const ModuleAlias* find_alias(const std::vector<ModuleAlias>& aliases, std::string_view name);

/// Instances of the account and Region of `service` (ListInstances).
Task<Result<std::vector<Instance>>> list_instances(aws::Service& service);

/// Reads and writes one instance. Copies of ids are kept; `connect` and `lex` must outlive it.
class Client {
 public:
  /// `connect` signs for service "connect", `lex` for "lex" (Lex Models V2), both in the
  /// instance's Region. `instance_id` is the bare id.
  Client(aws::Service& connect, aws::Service& lex, std::string instance_id);

  const std::string& instance_id() const { return instance_id_; }

  Task<Result<Instance>> describe_instance();

  // Reading. Lists follow NextToken to the end with the largest page the operation allows.

  /// ListContactFlows, or ListContactFlowModules (whose `type` and `status` stay empty).
  Task<Result<std::vector<Resource>>> list_flows(ResourceKind kind);
  /// The same; each page is given to `take` as it comes, before the next is asked for.
  Task<Result<void>> list_flow_pages(ResourceKind kind,
                                     std::function<void(std::vector<Resource>)> take);
  /// DescribeContactFlow or DescribeContactFlowModule. A flow that was never published is read as
  /// its draft when the plain id is refused with ContactFlowNotPublishedException; its `status` is
  /// SAVED.
  Task<Result<Flow>> describe_flow(ResourceKind kind, std::string id, Draft draft = Draft::no);
  /// A page of up to 100 records, from `token` or the beginning. Whether the service fills in
  /// contents there is not established (connect-api.md 6.1). Whole is a published one with its
  /// content, and of modules with Settings, which nothing else tells.
  Task<Result<FlowPage>> search_flows(ResourceKind kind, std::string token);
  /// The resources of any kind with a look-up but flows and modules: the List operation of that
  /// kind (queues: STANDARD only; email addresses: SearchEmailAddresses; phone numbers:
  /// ListPhoneNumbersV2; Lambda functions: ListLambdaFunctions; Lex: ListBots V1 / V2).
  Task<Result<std::vector<Resource>>> list_resources(ResourceKind kind);
  /// The first item of such a list, by one request; nothing: the first page is empty. For whoever
  /// wants to know whether the list may be read, and one id.
  Task<Result<std::optional<Resource>>> first_of(ResourceKind kind);
  Task<Result<std::vector<ModuleAlias>>> list_module_aliases(std::string module_id);
  /// Numbers of a module's versions (ListContactFlowModuleVersions). A version is described with
  /// its number behind the module's id: "ID:7".
  Task<Result<std::vector<std::int64_t>>> list_module_versions(std::string module_id);
  /// Lex Models V2: DescribeBot, DescribeBotAlias.
  Task<Result<std::string>> lex_bot_name(std::string bot_id);
  Task<Result<std::string>> lex_bot_alias_name(std::string bot_id, std::string alias_id);
  /// "bot name" and "alias name" of a Lex V2 bot alias: both of them, side by side.
  Task<Result<std::pair<std::string, std::string>>> lex_alias_names(std::string bot_id,
                                                                    std::string alias_id);

  // Writing. A failure whose effect is not known has Error::outcome_unknown. Only calls that are
  // safe to repeat are repeated after such a failure (connect-api.md 4.9); create_flow of a contact
  // flow is not.

  /// Waits until a write may be sent. Whoever has to look at the target before writes takes the
  /// turn first, so that nothing waits between the look and the write. Every turn is handed to the
  /// write (as `turn`), or back.
  Task<Turn> turn(Write write, ResourceKind kind);
  void give_back(const Turn& turn);

  /// CreateContactFlow (with `status` PUBLISHED or SAVED from `flow.status`) or
  /// CreateContactFlowModule (with settings, external invocation and `client_token`). Empty
  /// description and tags are left out.
  Task<Result<Created>> create_flow(Flow flow, std::string client_token);
  /// UpdateContactFlowContent: publishes, or with Draft::yes saves only.
  /// UpdateContactFlowModuleContent: `settings` is sent when present.
  Task<Result<Acknowledged>> update_content(ResourceKind kind, std::string id, std::string content,
                                            std::optional<std::string> settings, Draft draft,
                                            std::optional<Turn> turn = std::nullopt);
  Task<Result<Acknowledged>> update_metadata(ResourceKind kind, std::string id,
                                             MetadataChange change,
                                             std::optional<Turn> turn = std::nullopt);
  /// DeleteContactFlow or DeleteContactFlowModule. What is already gone counts as success.
  Task<Result<Acknowledged>> delete_flow(ResourceKind kind, std::string id,
                                         std::optional<Turn> turn = std::nullopt);
  Task<Result<Acknowledged>> tag(std::string arn, Tags tags,
                                 std::optional<Turn> turn = std::nullopt);
  Task<Result<Acknowledged>> untag(std::string arn, std::vector<std::string> keys,
                                   std::optional<Turn> turn = std::nullopt);

  /// CreateContactFlowModuleVersion: the published content as it is now. Its number. Not repeated
  /// after a failure whose effect is not known.
  Task<Result<PublishedVersion>> create_module_version(std::string module_id);
  /// DeleteContactFlowModuleVersion. What is already gone counts as success; so of aliases.
  Task<Result<Acknowledged>> delete_module_version(std::string module_id, std::int64_t version);
  /// CreateContactFlowModuleAlias: its id.
  Task<Result<Created>> create_module_alias(std::string module_id, std::string name,
                                            std::int64_t version);
  /// UpdateContactFlowModuleAlias: it stands for `version` from then on.
  Task<Result<Acknowledged>> move_module_alias(std::string module_id, std::string alias_id,
                                               std::int64_t version);
  Task<Result<Acknowledged>> delete_module_alias(std::string module_id, std::string alias_id);

 private:
  Task<Result<std::vector<Resource>>> list(ListOperation operation,
                                           std::function<Resource(const View&)> read);

  aws::Service& connect_;
  aws::Service& lex_;
  std::string instance_id_;
};

}  // namespace flowferry::connect
