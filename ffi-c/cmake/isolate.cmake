# Makes OUTPUT of INPUT, the archive that cargo wrote: its one object that is jurat, with nothing global but jurat_*.
#
# Link-time optimisation has put all of Rust that is used into that object. Left out are the support functions of the compiler,
# memcpy among them: these are the C library's and libgcc's. As no other symbol is global, a second Rust library fits into the
# same program. The sections stay as they are, one for each function, for --gc-sections.
set(directory "${OUTPUT}.objects")
file(REMOVE_RECURSE "${directory}")
file(MAKE_DIRECTORY "${directory}")
set(libraries "$ENV{LD_LIBRARY_PATH}")
function(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${directory}" OUTPUT_VARIABLE out COMMAND_ERROR_IS_FATAL ANY)
  set(out "${out}" PARENT_SCOPE)
endfunction()
run("${AR}" t "${INPUT}")
string(REGEX MATCHALL "jurat-[^\n]+" objects "${out}")
list(LENGTH objects count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "${INPUT}: one object of jurat expected, found: ${objects}")
endif()
run("${AR}" x "${INPUT}" ${objects})
# Nobody unwinds in firmware, and linker scripts for RISC-V keep what is for it.
if(PROFILE STREQUAL "firmware")
  set(unwinding --remove-section=.eh_frame --remove-section=.rela.eh_frame)
endif()
# rust-objcopy is linked to the compiler's LLVM, which it finds by itself only where llvm-tools are installed.
set(ENV{LD_LIBRARY_PATH} "${SYSROOT}/lib:${libraries}")
run("${SYSROOT}/lib/rustlib/${HOST}/bin/rust-objcopy" ${unwinding} --strip-debug --wildcard "--keep-global-symbol=jurat_*" ${objects} jurat.o)
set(ENV{LD_LIBRARY_PATH} "${libraries}")
run("${AR}" rcsD libjurat.a jurat.o)
# A library that has not changed is not linked again.
file(COPY_FILE "${directory}/libjurat.a" "${OUTPUT}" ONLY_IF_DIFFERENT)
file(REMOVE_RECURSE "${directory}")
