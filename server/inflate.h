#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace server {

/// Undoes `Content-Encoding` of a request, as DynamoDB does (dynamodb.md 2.1): `gzip`, also several
/// members one after the other, junk after a whole member being ignored; `deflate` (zlib form).
/// `out` is replaced and keeps its memory. False: an unknown encoding, or a body that is empty,
/// corrupt, cut short, or larger than `bytes_max` when decoded.
bool decode_content(std::string_view encoding, std::string_view body, std::size_t bytes_max,
                    std::string& out);

}  // namespace server
