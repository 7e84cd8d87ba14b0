// simulator/content_check.h
//
// Whether the service would publish this content (connect-api.md 4.2 and 4.6, flow-language.md 1, 2
// and 5.1): the document's shape, action types per flow type, parameters, branches, references,
// module contracts. All problems come at once, in the service's words where those are known. Drafts
// (SAVED, :$SAVED) and grandfathered flows are not checked at all: do not call it for them.
//
// Pure: knows the instance only through InstanceView. Parses with Boost.JSON and shares nothing
// with flow/: what checks the client must be able to disagree with it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/kind.h"

namespace flowferry::simulator {

/// Content of flows and modules has at most so many characters (code points). Also holds for
/// drafts.
inline constexpr std::size_t k_max_content_characters = 256'000;
inline constexpr std::size_t k_max_actions = 250;
inline constexpr std::size_t k_max_problems = 50;

/// What stands at the end of a reference.
struct Target {
  bool archived = false;  ///< Flows and modules.
  bool published = true;  ///< Flows, modules, views; false: only ever SAVED.
  std::string type;       ///< Flows: ContactFlowType; else empty.
};

/// A module as its caller sees it under one qualifier.
struct ModuleTarget {
  bool archived = false;
  bool published = true;
  std::string settings;  ///< The contract in force (of that version): the API's Settings string;
                         ///< empty is "{}".
};

/// The questions that validation asks about the instance which the content is to be published in.
/// Ids are case-sensitive and come without qualifier. Strings are as in the document, unescaped.
class InstanceView {
 public:
  virtual ~InstanceView() = default;

  virtual std::string partition() const = 0;  ///< "aws"
  virtual std::string region() const = 0;
  virtual std::string account() const = 0;
  virtual std::string instance_id() const = 0;

  /// A resource that exists now (deleted: nothing). Kinds asked for: contact_flow, queue, prompt,
  /// hours_of_operation, user, view (customer managed), task_template, quick_connect and so on (any
  /// kind with an ARN keyword below the instance), phone_number, data_table, security_key; and
  /// assistant, ai_agent ("ASSISTANT/AGENT"), case_template, cognito_user_pool, cognito_client,
  /// voice_connector, watchlist, knowledge_base, message_template.
  virtual std::optional<Target> by_id(ResourceKind kind, std::string_view id) const = 0;
  /// By name. Kinds asked for: phone_number (E.164, claimed by this instance), email_address.
  virtual std::optional<Target> by_name(ResourceKind kind, std::string_view name) const = 0;

  /// A module by id under a qualifier: "" and "$LATEST" (published content), "$SAVED" (draft), a
  /// version number, or an alias id. Nothing when there is no such module, version or alias.
  virtual std::optional<ModuleTarget> module(std::string_view id,
                                             std::string_view qualifier) const = 0;

  /// Whether this function may be invoked: associated with the instance, and the qualifier (behind
  /// the name, if any) exists; "$LATEST" always does. `arn` is as in the document, but
  /// "$.AwsRegion" in it is replaced by the instance's Region.
  virtual bool lambda_associated(std::string_view arn) const = 0;
  virtual bool lex_v2_alias_associated(std::string_view arn) const = 0;
  /// `alias` may be empty.
  virtual bool lex_v1_bot_associated(std::string_view name, std::string_view region,
                                     std::string_view alias) const = 0;
};

/// How thoroughly references are checked (switch reference-check).
enum class ReferenceCheck {
  strict,   ///< Everything that can be checked: the default, since a migration must not depend on
            ///< luck.
  service,  ///< Only what the service is known to check at publish: flow, queue, prompt, and module
            ///< contracts (flow-language.md 5.1).
};

struct CheckRequest {
  bool module = false;
  std::string flow_type;     ///< ContactFlowType; empty for modules.
  std::string_view content;  ///< As sent.
  std::string_view
      settings;  ///< Modules: the API's Settings that will hold after this call; empty is "{}".
  const InstanceView* instance = nullptr;

  ReferenceCheck references = ReferenceCheck::strict;
  /// Flows named by TransferToFlow, event hooks, tasks ... must be published, not only SAVED
  /// (switch published-target=required; default: may be SAVED).
  bool published_target = false;
  /// A reference that is not found in a parameter which may be absent is no problem; it is dropped
  /// (row 15 of connect-api.md 5; switch unresolved-optional=drop).
  bool drop_unresolved_optional = false;
};

struct CheckResult {
  /// Not empty: the call is refused by InvalidRequestException with this message, instead of by
  /// problems (module content without Settings).
  std::string invalid_request;
  /// Empty: publishable. Otherwise the texts for InvalidContactFlowException's or
  /// InvalidContactFlowModuleException's problems, at most k_max_problems, in the order in which
  /// the service reports (some come twice, as they do there).
  std::vector<std::string> problems;
  /// With drop_unresolved_optional: the content to store instead of what was sent, in which the
  /// dropped parameters are null and every other byte is as sent. Absent: store what was sent.
  std::optional<std::string> stored;

  bool ok() const { return invalid_request.empty() && problems.empty(); }
};

CheckResult check_content(const CheckRequest& request);

/// The problems of a module's Settings string (the API parameter) itself: not JSON, not of the
/// shape
/// {"input":{"schema":..},"resultData":{"schema":..},"transitions":{"results":[{"name",..}]}}, more
/// than 8 results. Empty text and "{}" are fine.
std::vector<std::string> check_module_settings(std::string_view settings);

/// Whether `content` keeps to k_max_content_characters.
bool content_fits(std::string_view content);

}  // namespace flowferry::simulator
