// What every program of a sanitizer build runs under, whoever starts it and with whatever
// variables: a finding ends it with a status that no test takes for an answer of the program's own
// (which are 0, 1 and 2; a sanitizer's own default is 1). Linked by cmake/Settings.cmake, in such
// builds only. Variables (ASAN_OPTIONS, ...) still come after it.
#define FLOWFERRY_ON_A_FINDING "exitcode=99"

extern "C" {
const char* __asan_default_options();
const char* __ubsan_default_options();
const char* __lsan_default_options();
const char* __tsan_default_options();

extern const int flowferry_sanitizer_defaults;
const int flowferry_sanitizer_defaults = 1;  // What the linker asks for.

const char* __asan_default_options() {
  return FLOWFERRY_ON_A_FINDING ":detect_stack_use_after_return=1:strict_string_checks=1";
}
const char* __lsan_default_options() {
  return FLOWFERRY_ON_A_FINDING;
}
const char* __ubsan_default_options() {
  return FLOWFERRY_ON_A_FINDING ":print_stacktrace=1";
}
const char* __tsan_default_options() {
  return FLOWFERRY_ON_A_FINDING
      ":halt_on_error=1:second_deadlock_stack=1:suppressions=" FLOWFERRY_TSAN_SUPPRESSIONS;
}
}
