# Text files that become part of the program: `embed(mapping/function/bootstrap.py <file>)` makes
# `mapping/function/bootstrap.py.inc`, to be included where a string literal may stand.

function(embed name file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${file}")
  file(READ "${CMAKE_SOURCE_DIR}/${file}" text)
  set(literal "R\"dynamill(${text})dynamill\"\n")
  set(output "${CMAKE_BINARY_DIR}/generated/${name}.inc")
  set(before "")
  if(EXISTS "${output}")
    file(READ "${output}" before)
  endif()
  # Not touched without need, so that nothing is built again.
  if(NOT "${before}" STREQUAL "${literal}")
    file(WRITE "${output}" "${literal}")
  endif()
endfunction()
