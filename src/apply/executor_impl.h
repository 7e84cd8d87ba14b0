// apply/executor_impl.h
//
// The executor's inside: one struct, its parts in the files executor*.cpp. Internal to apply/.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "apply/alias_record.h"
#include "apply/desired.h"
#include "apply/executor.h"
#include "apply/run_log.h"

namespace flowferry::apply {

struct Executor::Impl {
  Impl(const plan::Plan& plan_in, connect::Client& target_in, Journal& journal,
       net::Transport& transport_in, Clock& clock_in, Random& random_in, Observer& observer_in,
       ExecuteOptions options_in);

  const plan::Plan& plan;
  connect::Client& target;
  net::Transport& transport;
  Clock& clock;
  Random& random;
  Observer& observer;
  ExecuteOptions options;
  RunLog log;
  RunOutcome outcome;

  // --- what is known while the run goes on

  /// Where a node stands.
  struct NodeState {
    std::string id;
    std::string arn;
    std::map<std::string, std::string> aliases;  ///< As of plan::Content::Identity.
    std::size_t left = 0;                        ///< Operations not finished yet.
    bool failed = false;                         ///< One of them failed, or was not tried.
    bool created = false;                  ///< By this run, in this attempt or an earlier one.
    bool unpublished_stub = false;         ///< Created SAVED, its content still to come.
    bool maybe_complete = false;           ///< An earlier attempt may have sent its content.
    bool publishing = false;               ///< A stub that is being published for a caller's sake.
    bool stub_sent = false;                ///< So it was once: what looks show may be older.
    std::optional<SteadyTime> created_at;  ///< In this attempt.

    std::shared_ptr<Event> writing;  ///< Set when the content write that is under way is over.

    std::shared_ptr<Event> looking;         ///< Set when the look that is under way is over.
    std::optional<SteadyTime> looked_at;    ///< When `there` was read.
    std::optional<Flow> there;              ///< What the target has.
    bool gone = false;                      ///< It has it no longer, and that is what is wanted.
    std::optional<Error> unreadable;        ///< Why the last look failed.
    std::optional<Error> refusal;           ///< Why it must not be written: somebody changed it.
    std::size_t refused_by = plan::k_none;  ///< The operation that told so.
    bool unusable = false;       ///< Deleted or archived by somebody: nobody may refer to it.
    bool let_be = false;         ///< It is not to be written: decided by the user.
    std::optional<Flow> theirs;  ///< What the user decided to overwrite.

    bool written_again = false;  ///< Its content, because the service had left something out.

    std::optional<Flow> before;  ///< What there was before this run's first write.
    bool before_kept = false;    ///< It is in the journal.
  };
  std::vector<NodeState> nodes;
  std::vector<OperationRecord> records;
  std::vector<char> doubtful;  ///< Per operation: an earlier attempt may have sent it.
  bool resumed = false;        ///< An earlier attempt may have done anything of the plan.
  std::size_t helpers = 0;     ///< Writes beyond the plan's (publish-stub, write-again).

  // --- the schedule (executor.cpp)

  /// Ready operations of one API operation, the longest chain first.
  struct Lane {
    std::priority_queue<std::pair<std::size_t, std::int64_t>> ready;  ///< chain, -operation
    std::size_t under_way = 0;
  };
  std::map<std::pair<int, ResourceKind>, Lane> lanes;
  std::vector<std::size_t> waiting;            ///< Per operation: how many of `after` are not done.
  std::vector<std::vector<std::size_t>> next;  ///< Per operation: who waits for it.
  std::deque<std::size_t> to_read_back;        ///< Nodes.
  std::size_t reading_back = 0;
  std::vector<std::size_t> to_write_again;  ///< Nodes, when all else is done.
  std::size_t running = 0;                  ///< Operations and readings under way.
  bool pumping = false;
  std::size_t failures_in_a_row = 0;  ///< Of the connection, without any success between.
  Event finished;

  Task<RunOutcome> run(Earlier earlier);
  void prepare(Earlier earlier);
  void take_over(OperationRecord record);
  void take_over_published(const OperationRecord& record);
  /// Nothing new is to be started.
  bool stopping() const;
  void enqueue(std::size_t operation);
  void pump();
  Task<void> drive(std::size_t operation, Lane& lane);
  void conclude(std::size_t operation, Result<void> result);
  void succeed(std::size_t operation);
  void release(std::size_t operation);
  void give_up(std::size_t operation, Error error);
  void leave(std::size_t operation);
  void skip(std::size_t operation, std::size_t cause);
  void skip_dependents(std::size_t root);
  bool fills_stub(std::size_t operation) const;
  bool needs(std::size_t operation, std::size_t before) const;
  bool stops_everything(const Error& error);

  // --- shared by all writes (executor.cpp)

  plan::Content::Identity identity(std::size_t node) const;
  std::string final_content(std::size_t node) const;
  std::string stub_of(const plan::Node& node) const;
  Desired desired(std::size_t node) const;
  Decision decision(std::size_t node) const;
  /// Records that an operation is about to be sent. After it, and not before, it may be.
  Task<Result<void>> keep_intent(std::size_t operation);
  Task<Result<void>> keep_done(std::size_t operation);
  /// Records why an operation did not succeed, and returns that error; or the journal's.
  Task<Error> keep_failure(std::size_t operation, Error error);
  Task<Result<void>> keep_left(std::size_t operation);
  Error stopped_before_sending() const;
  void reach(std::string_view point);

  // --- creating (executor_create.cpp)

  /// How sure it is that a create did not happen.
  enum class Doubt {
    unlikely,  ///< Nothing says that it was sent.
    possible,  ///< It was sent, and no answer came.
    certain,   ///< The service says that the name is taken.
  };
  struct Listing {
    std::shared_ptr<Event> reading;
    SteadyTime begun{};
    std::optional<Result<std::vector<Resource>>> result;
  };
  std::map<ResourceKind, Listing> listings;

  Task<Result<void>> create(std::size_t operation);
  Task<Result<void>> send_create(std::size_t operation, Flow flow, bool doubtful);
  Task<Result<void>> finish_create(std::size_t operation, std::string id, std::string arn,
                                   std::string request_id);
  Task<Result<bool>> settle_create(std::size_t operation, const Flow& wanted, Doubt doubt,
                                   SteadyTime not_before);
  Task<Result<bool>> find_created(std::size_t operation, const Flow& wanted, SteadyTime not_before);
  Task<Result<void>> refresh_listing(ResourceKind kind, SteadyTime not_before);
  Task<Result<bool>> settle_other(std::size_t operation, const Flow& wanted, Flow there);
  Task<Result<void>> adopt(std::size_t operation, const Flow& wanted, Flow there);
  Task<Error> name_taken(std::size_t operation, const Flow& wanted, Error error);
  Flow flow_to_create(std::size_t operation) const;

  // --- changing (executor_change.cpp)

  Task<Result<void>> change(std::size_t operation);
  bool is_unsettled(std::size_t node) const;
  Error not_known_yet(std::size_t node) const;
  void remember_before(std::size_t operation);
  Task<Result<void>> keep_theirs(std::size_t node);
  /// A turn that is handed back unless a call uses it.
  struct HeldTurn {
    connect::Client& target;
    std::optional<connect::Turn> turn;
    ~HeldTurn() {
      if (turn) target.give_back(*turn);
    }
  };
  Task<Result<void>> send_change(std::size_t operation, const Desired& wanted, HeldTurn& held);
  Task<Result<connect::Acknowledged>> call_change(std::size_t operation, const Desired& wanted,
                                                  std::optional<connect::Turn> turn);
  Task<Result<void>> keep_draft(std::size_t operation, const Desired& wanted, HeldTurn& held);
  const Flow* draft_to_keep(std::size_t node) const;
  bool publishes(std::size_t operation) const;

  // --- aliases of modules (executor_aliases.cpp)

  /// Whether what is read may be older than what this run wrote.
  enum class Fresh { no, yes };
  Task<Result<void>> work_on_alias(std::size_t operation);
  Task<Result<void>> publish_alias(std::size_t operation, AliasRecord& entry);
  Task<Result<void>> retract_alias(std::size_t operation, AliasRecord& entry);
  Task<Result<void>> publish_version(std::size_t operation, AliasRecord& entry);
  Task<Result<void>> drop_version(std::size_t operation, AliasRecord& entry);
  Task<Result<bool>> stands_for_wanted(std::size_t node, std::int64_t version, Fresh fresh);
  Task<Result<std::vector<connect::ModuleAlias>>> aliases_there(std::size_t operation);
  Task<Result<void>> keep_alias_intent(std::size_t operation, const AliasRecord& entry);
  /// The service did it.
  void note_sent(std::size_t operation, std::string request_id);
  void forget_refused(std::size_t operation, AliasRecord entry);
  Error alias_changed(std::size_t operation, const std::string& message) const;

  // --- looking before a change (executor_look.cpp)

  bool is_watched(std::size_t node) const;
  bool needs_look(std::size_t node) const;
  Task<void> look(std::size_t node);
  Task<Result<Flow>> read_there(std::size_t node);
  Task<Result<void>> find_by_name(std::size_t node);
  void judge(std::size_t node, Flow there);
  Flow as_created(std::size_t node) const;
  /// "flowferry resume RUN" with `switches`, as it is to be typed.
  std::string resume_command(const std::string& switches = {}) const;
  std::string how_to_decide(std::size_t node) const;
  Error conflict(std::size_t node, const Flow* before, const Flow& there, const Desired& wanted,
                 const std::vector<std::string>& parts) const;

  // --- refusals that may pass (executor_patience.cpp)

  /// How often a refusal is met again before it is believed.
  struct Patience {
    std::chrono::milliseconds waited{0};
    std::chrono::milliseconds pause{1000};
    int invalid = 0;
  };
  Task<bool> try_again(std::size_t operation, const Error& error, Patience& patience);
  bool is_lasting(std::size_t operation, const Error& error) const;
  bool is_recent(std::size_t node) const;
  bool recently_created(std::size_t node) const;
  Task<bool> publish_stubs(std::size_t node);
  Task<bool> publish_stub(std::size_t node);
  Task<void> begin_content(std::size_t node);
  void end_content(std::size_t node);
  OperationRecord helper_record(const char* type, std::size_t node);
  Task<bool> keep_helper(OperationRecord entry, Result<connect::Acknowledged> answer);

  // --- reading back (executor_read_back.cpp)

  bool reads_draft(std::size_t node) const;
  Task<void> read_back(std::size_t node);
  void tell_verified(std::size_t node);
  Task<void> verify(std::size_t node);
  bool is_stale(std::size_t node, const Flow& there) const;
  bool was_cut(std::size_t node, const Flow& there) const;
  Task<void> write_again(std::size_t node);
};

inline constexpr const char* k_publish_stub = "publish-stub";

/// How a flow or module is called in messages.
std::string subject_of(const plan::Node& node);

inline bool creates(plan::OperationType type) {
  return type == plan::OperationType::create || type == plan::OperationType::create_stub;
}

}  // namespace flowferry::apply
