#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Keys whose byte order is the order of what they are made of.
namespace storage {

/// Big-endian: the order of the numbers.
void append_u16(std::string& key, std::uint16_t number);
void append_u32(std::string& key, std::uint32_t number);
void append_u64(std::string& key, std::uint64_t number);
std::uint16_t read_u16(std::string_view bytes);
std::uint32_t read_u32(std::string_view bytes);
std::uint64_t read_u64(std::string_view bytes);

/// Bytes of any length, so that what follows does not disturb their order: 00 becomes 00 FF, and
/// 00 01 ends them.
void append_bytes(std::string& key, std::string_view bytes);

/// The first key that comes after all keys beginning with `prefix`; empty if there is none.
std::string after_prefix(std::string_view prefix);

}  // namespace storage
