# Two interface targets, linked privately by our own code and by nothing else.
add_library(flowferry_settings INTERFACE)
target_compile_features(flowferry_settings INTERFACE cxx_std_20)
target_include_directories(flowferry_settings INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(flowferry_settings INTERFACE FLOWFERRY_VERSION="${PROJECT_VERSION}")

add_library(flowferry_warnings INTERFACE)
target_compile_options(flowferry_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused
  # Designated initialisers leave members to their defaults on purpose.
  -Wno-missing-field-initializers)
if(FLOWFERRY_WERROR)
  target_compile_options(flowferry_warnings INTERFACE -Werror)
endif()

if(FLOWFERRY_SANITIZE)
  target_compile_options(flowferry_settings INTERFACE -fsanitize=${FLOWFERRY_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # Sanitizers change what GCC can see through, and bring false -Wmaybe-uninitialized
  # reports out of standard headers.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(flowferry_settings INTERFACE -Wno-maybe-uninitialized)
  endif()
  # Clang 14 cannot mark the pieces of a coroutine as functions.
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(flowferry_settings INTERFACE -fno-sanitize=function)
  endif()
  target_link_options(flowferry_settings INTERFACE -fsanitize=${FLOWFERRY_SANITIZE})

  # The options that every program of ours has under a sanitizer. The linker is told to want them,
  # since nothing of ours refers to them, and the sanitizer's own library has empty ones.
  add_library(flowferry_sanitizer_defaults STATIC ${PROJECT_SOURCE_DIR}/cmake/sanitizers/defaults.cpp)
  target_compile_definitions(flowferry_sanitizer_defaults PRIVATE
    FLOWFERRY_TSAN_SUPPRESSIONS="${PROJECT_SOURCE_DIR}/cmake/sanitizers/tsan.supp")
  target_link_options(flowferry_settings INTERFACE LINKER:-u,flowferry_sanitizer_defaults)
  target_link_libraries(flowferry_settings INTERFACE flowferry_sanitizer_defaults)
endif()
