#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/writing.h"
#include "pipeline/looking_up.h"
#include "report/json.h"
#include "report/text.h"
#include "report/uses.h"

namespace flowferry::cli {
namespace {

std::string environment_names(const pipeline::Config& config) {
  std::vector<std::string> names;
  for (const auto& environment : config.environments) names.push_back(environment.name);
  return join(names, ", ");
}

/// The environment and the name to look for, out of one or two words. Errors: usage.
struct Question {
  std::string environment, name;
};
Result<Question> question_of(const std::vector<std::string>& words,
                             const pipeline::Config& config) {
  if (words.size() == 2) return Question{words[0], words[1]};
  if (config.environment(words[0]) != nullptr) {
    return fail(ErrorKind::usage, "refs needs a name to look for in \"" + words[0] + "\"",
                "flowferry refs " + words[0] + " NAME");
  }
  if (config.environments.size() != 1) {
    return fail(ErrorKind::usage, "refs needs an environment to look for \"" + words[0] + "\" in",
                "flowferry refs ENV NAME, with one of: " + environment_names(config));
  }
  return Question{config.environments.front().name, words[0]};
}

Result<std::optional<ResourceKind>> kind_of(const std::string& word) {
  if (word.empty()) return std::optional<ResourceKind>();
  if (const auto kind = kind_from_string(word)) return kind;
  std::vector<std::string> words;
  for (const ResourceKind kind : all_kinds()) words.emplace_back(to_string(kind));
  const auto near = closest_names(word, words);
  return fail(ErrorKind::usage, "there is no kind \"" + word + "\"",
              near.empty() ? "the kinds are: " + join(words, ", ")
                           : "did you mean " + join(near, " or ") + "?");
}

Error nothing_so_called(const Question& question, const lookup::UsesAnswer& answer,
                        const std::string& kind) {
  Error error;
  error.kind = ErrorKind::not_found;
  error.message =
      fmt::format("\"{}\" has no {} with the name, id or ARN \"{}\"", question.environment,
                  kind.empty() ? "resource" : kind, question.name);
  error.hint = answer.closest.empty()
                   ? "names are case-sensitive; * and ? stand for any characters"
                   : "did you mean \"" + join(answer.closest, "\" or \"") + "\"?";
  return error;
}

}  // namespace

int run_refs(const RefsArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "refs"});
  const auto question = question_of(arguments.words, *config);
  if (!question) return context.fail_with(question.error(), {.command = "refs"});
  const auto kind = kind_of(arguments.kind);
  if (!kind) return context.fail_with(kind.error(), {.command = "refs"});

  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  context.watch(session);
  auto found = session.loop().run(pipeline::look_up_uses(
      session, question->environment, {question->name, *kind}, context.progress()));
  if (!found)
    return context.fail_with(found.error(),
                             {.command = "refs", .statistics = &session.statistics()});
  context.say(report::findings_text(found->findings, Severity::error, context.err_style()));
  context.say(report::findings_text(found->findings, Severity::warning, context.err_style()));
  const lookup::UsesAnswer& answer = found->answer;
  if (context.common().json) {
    json::Value out = json::Value::object({{"flowferry", FLOWFERRY_VERSION},
                                           {"command", "refs"},
                                           {"environment", question->environment},
                                           {"name", question->name}});
    const json::Value uses = report::uses_json(answer, arguments.notes);
    for (const auto& [name, value] : uses.members()) out.set(name, value);
    out.set("unread", static_cast<std::uint64_t>(found->findings.size()));
    report::add_findings(out, found->findings);
    report::add_statistics(out, {.command = "refs",
                                 .statistics = &session.statistics(),
                                 .seconds = seconds_since(started)});
    context.print(out.dump_pretty() + "\n");
  } else {
    context.print(report::uses_text(answer, arguments.notes, context.out_style()));
  }
  if (answer.resources.empty()) {
    context.complain(nothing_so_called(*question, answer, arguments.kind));
    return k_error;
  }
  return answer.any_used() ? k_ok : k_pending;
}

}  // namespace flowferry::cli
