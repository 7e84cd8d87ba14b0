#include "cli/commands.h"
namespace flowferry::cli {
int run_rehearse(const RehearseArguments&, Context&) { return 1; }
}
