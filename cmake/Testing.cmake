include(GoogleTest)

# How much longer everything may take in this build: sanitizers are slow. Every time limit of a test
# is multiplied by it; tests find it in the variable FLOWFERRY_TEST_SLOW.
set(FLOWFERRY_TEST_SLOW 1)
if(FLOWFERRY_SANITIZE)
  set(FLOWFERRY_TEST_SLOW 5)
endif()
math(EXPR FLOWFERRY_PROGRAM_TIMEOUT "300 * ${FLOWFERRY_TEST_SLOW}")
math(EXPR FLOWFERRY_SCRIPT_TIMEOUT "600 * ${FLOWFERRY_TEST_SLOW}")

# flowferry_test(<name> <source>...)
#
# One GoogleTest program, each of its tests a test of ctest's. Tests get FLOWFERRY_SOURCE_DIR (the
# checkout) and FLOWFERRY_PROGRAM (the built program) as macros.
function(flowferry_test name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE flowferry_core flowferry_settings flowferry_warnings
    GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    FLOWFERRY_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    FLOWFERRY_PROGRAM="$<TARGET_FILE:flowferry>")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES
    TIMEOUT ${FLOWFERRY_PROGRAM_TIMEOUT} ENVIRONMENT FLOWFERRY_TEST_SLOW=${FLOWFERRY_TEST_SLOW})
endfunction()

# flowferry_script_test(<name> <script> [<argument>...])
#
# A script as one test. Exit status 77 means skipped, with the reason on stdout.
function(flowferry_script_test name script)
  add_test(NAME ${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARGN}
    WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${FLOWFERRY_SCRIPT_TIMEOUT} SKIP_RETURN_CODE 77 ENVIRONMENT
    "FLOWFERRY_PROGRAM=$<TARGET_FILE:flowferry>;FLOWFERRY_SOURCE_DIR=${PROJECT_SOURCE_DIR};FLOWFERRY_TEST_SLOW=${FLOWFERRY_TEST_SLOW}")
endfunction()
