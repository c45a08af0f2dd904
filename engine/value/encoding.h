#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/value/attribute_value.h"

/// The one form of values and items, in memory and on disk.
///
///   value   := tag payload                   tag: one byte, the number of the `Type`
///
///     S, B       length, bytes
///     N          the number, which tells where it ends (`number.h`)
///     BOOL       00 or 01
///     NULL       nothing
///     M          length, entries
///     L          length, values
///     SS, BS     length, elements: each a length and its bytes
///     NS         length, numbers
///
///   item    := entries
///   entries := { entry }                     sorted by name, each name once
///   entry   := length, name, value
///   length  := varint: 7 bits a byte, the lowest first; all but the last byte have the top bit.
///              As short as can be.
///
/// Elements of sets are sorted by their bytes, each there once. So equal values have equal bytes,
/// and whatever is not wanted is passed over in one step. The numbers of the tags are on disk:
/// never change them.
namespace engine::encoding {

inline void append_length(std::string& out, std::size_t length) {
  while (length >= 0x80) {
    out.push_back(static_cast<char>(length | 0x80));
    length >>= 7;
  }
  out.push_back(static_cast<char>(length));
}

/// Takes a length from the front of `bytes`, which is well-formed.
inline std::size_t take_length(std::string_view& bytes) {
  std::size_t length = 0;
  std::size_t used = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[used++]);
    length |= static_cast<std::size_t>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  bytes.remove_prefix(used);
  return length;
}

/// Takes a length and as many bytes; returns these.
inline std::string_view take_bytes(std::string_view& bytes) {
  const std::size_t length = take_length(bytes);
  const std::string_view taken = bytes.substr(0, length);
  bytes.remove_prefix(length);
  return taken;
}

inline void append_bytes(std::string& out, std::string_view bytes) {
  append_length(out, bytes.size());
  out.append(bytes);
}

inline void append_tag(std::string& out, Type type) { out.push_back(static_cast<char>(type)); }

/// How many bytes the value at the front of `bytes` takes.
std::size_t value_length(std::string_view bytes);

/// A length that is known only once what it counts has been written:
///
///   const auto start = begin_counted(out);
///   ... append ...
///   end_counted(out, start);
std::size_t begin_counted(std::string& out);
void end_counted(std::string& out, std::size_t start);

/// Whether `entries` are those of an item: in this form exactly, and no deeper than items may be.
/// For bytes that we did not just make: until this says yes, views must not look at them.
bool is_well_formed(std::string_view entries);

}  // namespace engine::encoding
