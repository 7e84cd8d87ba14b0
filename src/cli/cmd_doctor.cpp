#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/writing.h"
#include "pipeline/doctor.h"
#include "report/doctor.h"

namespace flowferry::cli {

int run_doctor(const DoctorArguments& arguments, Context& context) {
  const SteadyTime started = system_clock().steady();
  auto config = context.load_config();
  if (!config) return context.fail_with(config.error(), {.command = "doctor"});
  std::vector<std::string> names = arguments.environments;
  if (names.empty()) names = pipeline::environments_to_diagnose(*config);
  if (names.empty()) {
    Error error;
    error.kind = ErrorKind::config;
    error.message = "no environment is an instance";
    error.subject = config->path;
    error.hint = "write one under \"environments:\" with \"instance\"";
    return context.fail_with(error, {.command = "doctor"});
  }
  pipeline::Session session(std::move(*config), context.environment(), system_clock(),
                            system_random());
  const StopOnSignal stop(session.loop());
  std::vector<pipeline::Diagnosis> diagnoses;
  bool well = true;
  for (const std::string& name : names) {
    if (session.loop().cancelled()) break;
    diagnoses.push_back(session.loop().run(pipeline::diagnose(session, name, context.progress())));
    const pipeline::Diagnosis& last = diagnoses.back();
    well = well && last.is_well();
    if (!context.common().json) {
      context.print(report::diagnosis_text(last, !arguments.no_policies, context.out_style()));
    }
  }
  if (context.common().json) {
    context.print(
        report::doctor_json(diagnoses, session.statistics(), seconds_since(started)).dump_pretty() +
        "\n");
  }
  if (session.loop().cancelled()) {
    Error error;
    error.kind = ErrorKind::cancelled;
    error.message = "stopped before everything was looked at";
    context.complain(error);
    return k_error;
  }
  if (!well) context.say("Something that is needed is missing: see ✗ above.\n");
  return well ? k_ok : k_error;
}

}  // namespace flowferry::cli
