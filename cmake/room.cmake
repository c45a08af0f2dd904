# A room is a folder, a library and a namespace of one name.
#
#   room(engine ROOMS storage LIBRARIES simdjson)
#
# makes the library from every .cc in the folder. With tests on it is also linked once, whole, with
# only the rooms and libraries it names: a call up the house fails to link.

function(room name)
  cmake_parse_arguments(ROOM "" "" "ROOMS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${name}/*.cc")
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")

  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Werror -Wno-missing-field-initializers
    # GCC 12 takes the operators of asio's coroutine frames for a mismatch.
    -Wno-mismatched-new-delete)
  foreach(library ${ROOM_LIBRARIES})
    target_link_libraries(${name} PUBLIC lib_${library})
  endforeach()
  foreach(other ${ROOM_ROOMS})
    target_link_libraries(${name} PUBLIC ${other})
  endforeach()
  if(EXISTS "${CMAKE_SOURCE_DIR}/cmake/pch/${name}.h")
    # In angle brackets: found by the include path, the same text in every checkout.
    target_precompile_headers(${name} PRIVATE "<cmake/pch/${name}.h>")
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # So that ccache can tell what a precompiled header holds.
      target_compile_options(${name} PRIVATE -fpch-preprocess)
    endif()
  endif()

  if(DYNAMILL_TESTS)
    file(WRITE "${CMAKE_BINARY_DIR}/generated/link_check.cc" "int main() { return 0; }\n")
    add_executable(${name}_link_check "${CMAKE_BINARY_DIR}/generated/link_check.cc")
    target_link_libraries(${name}_link_check PRIVATE
      -Wl,--whole-archive $<TARGET_FILE:${name}> -Wl,--no-whole-archive)
    add_dependencies(${name}_link_check ${name})
    foreach(library ${ROOM_LIBRARIES})
      target_link_libraries(${name}_link_check PRIVATE lib_${library})
    endforeach()
    foreach(other ${ROOM_ROOMS})
      target_link_libraries(${name}_link_check PRIVATE ${other})
    endforeach()
  endif()
endfunction()
