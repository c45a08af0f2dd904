#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace server {

/// How an answer is encoded on its way to a client that asked for it (dynamodb.md 2.2).
enum class Coding { none, gzip, deflate };

/// Answers up to this size are never compressed.
inline constexpr std::size_t plain_answer_bytes_max = 4096;

/// What an `Accept-Encoding` prefers of the two that DynamoDB knows, read as DynamoDB reads it: the
/// highest quality wins, then the one named first; `*` stands for what is not named, gzip first;
/// `identity` does not count. A quality that is no number is 1.
Coding preferred_coding(std::string_view accept_encoding);

/// `gzip`, `deflate`, or nothing.
std::string_view name_of(Coding coding);

/// Compresses `body`: gzip, or for deflate the zlib form.
void compress(Coding coding, std::string& body);

}  // namespace server
