include(GoogleTest)

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
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
endfunction()

# flowferry_script_test(<name> <script> [<argument>...])
#
# A script as one test. Exit status 77 means skipped, with the reason on stdout. FLOWFERRY_TEST_SLOW
# tells how much longer things may take in this build; sanitizers say what they find and end the
# program with a status that no test expects.
function(flowferry_script_test name script)
  set(slow 1)
  set(timeout 600)
  if(FLOWFERRY_SANITIZE)
    set(slow 5)
    set(timeout 1800)
  endif()
  add_test(NAME ${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARGN}
    WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} SKIP_RETURN_CODE 77 ENVIRONMENT
    "FLOWFERRY_PROGRAM=$<TARGET_FILE:flowferry>;FLOWFERRY_SOURCE_DIR=${PROJECT_SOURCE_DIR};FLOWFERRY_TEST_SLOW=${slow}")
endfunction()
