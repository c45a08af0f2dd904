#include "api/s3/checksums.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "api/s3/errors.h"
#include "engine/digest.h"
#include "engine/value/json.h"

namespace api::s3 {

namespace {

constexpr std::string_view prefix = "x-amz-checksum-";

/// A CRC that takes the lowest bit first and begins and ends inverted; `polynomial` is reflected.
template <typename Word>
Word crc(std::string_view bytes, Word polynomial) {
  std::array<Word, 256> table{};
  for (Word i = 0; i < 256; ++i) {
    Word remainder = i;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = remainder & 1 ? remainder >> 1 ^ polynomial : remainder >> 1;
    }
    table[i] = remainder;
  }
  Word state = ~Word{0};
  for (const char c : bytes) {
    state = state >> 8 ^ table[(state ^ static_cast<unsigned char>(c)) & 0xff];
  }
  return ~state;
}

template <typename Word>
std::string big_endian(Word word) {
  std::string bytes;
  for (int shift = (sizeof(Word) - 1) * 8; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(word >> shift & 0xff);
  }
  return bytes;
}

struct Algorithm {
  std::string_view name;
  std::string (*digest)(std::string_view bytes);
};
constexpr Algorithm algorithms[] = {
    {"crc32", [](std::string_view bytes) { return big_endian(crc(bytes, 0xedb88320u)); }},
    {"crc32c", [](std::string_view bytes) { return big_endian(crc(bytes, 0x82f63b78u)); }},
    {"crc64nvme",
     [](std::string_view bytes) {
       return big_endian(crc(bytes, std::uint64_t{0x9a6c9329ac4bc9b5}));
     }},
    {"sha1", engine::sha1},
    {"sha256", engine::sha256},
};

const Algorithm* algorithm_of(std::string_view header) {
  if (!header.starts_with(prefix)) return nullptr;
  const auto name = header.substr(prefix.size());
  const auto* found = std::find_if(std::begin(algorithms), std::end(algorithms),
                                   [&](const Algorithm& one) { return one.name == name; });
  return found == std::end(algorithms) ? nullptr : found;
}

std::string in_capitals(std::string_view name) {
  std::string text(name);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

void check_md5(const BucketCall& call) {
  const auto given = call.header("content-md5");
  if (given.empty()) return;
  const auto digest = engine::decode_base64(given);
  if (!digest || digest->size() != 16) {
    throw engine::ApiError("InvalidDigest", "The Content-MD5 you specified was invalid.");
  }
  if (*digest != engine::md5(call.body)) {
    throw engine::ApiError("BadDigest",
                           "The Content-MD5 you specified did not match what we received.");
  }
}

}  // namespace

std::string checksum(std::string_view name, std::string_view bytes) {
  std::string text;
  engine::append_base64(text, algorithm_of(name)->digest(bytes));
  return text;
}

bool is_checksum_header(std::string_view name) { return algorithm_of(name) != nullptr; }

std::map<std::string, std::string> checked_checksums(const BucketCall& call) {
  check_md5(call);
  std::map<std::string, std::string> checked;
  for (const auto& [name, value] : call.headers) {
    const auto* algorithm = algorithm_of(name);
    if (algorithm == nullptr) continue;
    const auto right = checksum(name, call.body);
    const auto digest = engine::decode_base64(value);
    if (!digest || value.size() != right.size()) {
      throw invalid_request("Value for " + name + " header is invalid.");
    }
    if (value != right) {
      throw engine::ApiError("BadDigest", "The " + in_capitals(algorithm->name) +
                                              " you specified did not match the calculated "
                                              "checksum.");
    }
    checked[name] = value;
  }
  return checked;
}

}  // namespace api::s3
