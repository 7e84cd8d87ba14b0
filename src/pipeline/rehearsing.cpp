#include "pipeline/rehearsing.h"

#include <unistd.h>

#include <filesystem>

#include "pipeline/applying.h"

namespace flowferry::pipeline {
namespace {

namespace fs = std::filesystem;

/// A folder that is gone at the end of its scope.
class ScratchFolder {
 public:
  static Result<ScratchFolder> make() {
    std::error_code code;
    const fs::path base = fs::temp_directory_path(code);
    std::string pattern = (code ? fs::path("/tmp") : base) / "flowferry-rehearsal-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) {
      return fail(ErrorKind::io, "no temporary folder can be made below " + base.string(),
                  "set TMPDIR to a folder that can be written");
    }
    return ScratchFolder(pattern);
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit ScratchFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

EnvironmentConfig copied(const OpenEnvironment& real, const SimulatedCopy& copy) {
  EnvironmentConfig out;
  out.name = real.config.name;
  out.region = real.instance().region;
  out.instance = real.instance().arn;
  out.endpoint_url = copy.origin();
  out.credentials = copy.credentials(real.instance().account);
  return out;
}

Config config_for(Session& session, const OpenEnvironment& source, const OpenEnvironment& target,
                  const SimulatedCopy& copy) {
  Config config = session.config();
  config.environments = {copied(source, copy), copied(target, copy)};
  if (source.client == nullptr) {  // A bundle is its own copy.
    config.environments.front() = source.config;
    config.environments.front().bundle = fs::absolute(source.config.bundle).string();
  }
  config.pace.rate = 0;
  config.quotas.clear();
  return config;
}

/// Nothing of the user's variables reaches the copy. The environments bring their own keys; these
/// only keep the search for others from being made.
aws::Environment no_variables() {
  return aws::Environment({{"AWS_ACCESS_KEY_ID", "unused"}, {"AWS_SECRET_ACCESS_KEY", "unused"}});
}

}  // namespace

Result<Rehearsal> rehearse(Session& session, const plan::Plan& plan, const PlanOptions& options,
                           const MakeCopy& make_copy, apply::Observer& observer) {
  const OpenEnvironment* source = session.opened(options.from);
  const OpenEnvironment* target = session.opened(options.to);
  if (source == nullptr || target == nullptr) {
    return fail(ErrorKind::refused, "both instances must have been read before a rehearsal");
  }
  auto copy = make_copy(source->reading.snapshot, target->reading.snapshot);
  if (!copy) return fail(std::move(copy).error());
  session.forget_contents();  // The plan and the copy have what they need of them.
  auto folder = ScratchFolder::make();
  if (!folder) return fail(std::move(folder).error());

  const Config config = config_for(session, *source, *target, **copy);
  ApplyOptions apply;
  apply.journal = folder->path() / "journal.db";
  apply.command = "rehearse";
  Rehearsal out;
  {
    Session first(config, no_variables(), session.clock(), session.random());
    first.loop().stop_with(session.loop());
    auto applied = first.loop().run(apply_plan(first, plan, std::move(apply), observer));
    if (!applied) return fail(std::move(applied).error().during("rehearsing"));
    if (applied->outcome.cancelled) {
      return fail(ErrorKind::cancelled,
                  "stopped in the middle of the rehearsal; nothing was written to the target");
    }
    out.run = applied->run;
    out.outcome = std::move(applied->outcome);
  }
  Session again(config, no_variables(), session.clock(), session.random());
  again.loop().stop_with(session.loop());
  NoProgress silent;
  auto second = again.loop().run(make_plan(again, options, silent));
  if (!second) return fail(std::move(second).error().during("planning again after the rehearsal"));
  out.second = std::move(*second);
  return out;
}

std::vector<std::string> beyond_rehearsal() {
  return {
      "whether Lambda functions may be invoked by the target instance, and do what the flows "
      "expect",
      "whether Lex bots, views, task templates and data tables behave as those of the source",
      "features that the target instance lacks (Cases, Customer Profiles, Amazon Q, outbound "
      "campaigns)",
      "validation rules of the service that are documented nowhere, and its quotas",
      "drafts beside published contents, and flows of the target that the plan does not touch",
  };
}

}  // namespace flowferry::pipeline
