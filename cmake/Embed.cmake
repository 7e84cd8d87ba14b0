# flowferry_embed(<target> <symbol> <file>)
#
# Puts the bytes of <file> into <target>. C++ code sees them as
#   extern "C" const char <symbol>_begin[], <symbol>_end[];
# The assembler copies the file (.incbin): no generated source, no compile time.
function(flowferry_embed target symbol file)
  get_filename_component(path "${file}" ABSOLUTE)
  set(stub "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.S")
  file(WRITE "${stub}.tmp" "  .section .rodata\n  .global ${symbol}_begin\n  .global ${symbol}_end\n\
  .balign 16\n${symbol}_begin:\n  .incbin \"${path}\"\n${symbol}_end:\n  .byte 0\n\
  .section .note.GNU-stack,\"\",%progbits\n")
  file(COPY_FILE "${stub}.tmp" "${stub}" ONLY_IF_DIFFERENT)
  set_property(SOURCE "${stub}" APPEND PROPERTY OBJECT_DEPENDS "${path}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  target_sources(${target} PRIVATE "${stub}")
endfunction()
