// HTTP as it comes off a socket: in whatever pieces the bytes arrive, they are the same requests.
// Then what is read before anybody has been let in: credentials, queries, encodings.

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "fuzz.h"
#include "server/credentials.h"
#include "server/deflate.h"
#include "server/inflate.h"
#include "server/request_reader.h"

namespace {

using server::HttpRequest;
using server::RequestReader;
using State = RequestReader::State;

/// What was understood, for comparison.
void append(std::string& told, const HttpRequest& request, bool keep_alive) {
  for (const auto part : {request.method, request.target, request.body}) {
    told.append(std::to_string(part.size())).append(" ").append(part).append("\n");
  }
  for (const auto& [name, value] : request.headers) {
    told.append(name).append(": ").append(value).append("\n");
  }
  told.append(keep_alive ? "goes on\n" : "ends\n");
}

/// Every request in `bytes`, which arrive `piece` at a time; then how it ended.
template <class Visit>
std::string read_all(std::string_view bytes, std::size_t piece, const Visit& visit) {
  RequestReader reader;
  std::string told;
  for (;;) {
    switch (reader.next()) {
      case State::wants_continue:
        break;
      case State::complete:
        visit(reader.request());
        append(told, reader.request(), reader.keep_alive());
        reader.done();
        break;
      case State::refused:
        return told + std::to_string(reader.refusal());
      case State::wants_more: {
        if (bytes.empty()) return told + "waits";
        const auto space = reader.space();
        fuzz::require(!space.empty(), "there is room for a byte");
        const auto size = std::min({space.size(), bytes.size(), piece});
        std::memcpy(space.data(), bytes.data(), size);
        reader.received(size);
        bytes.remove_prefix(size);
      }
    }
  }
}

void look_into(const HttpRequest& request) {
  fuzz::unless_refused([&] { return server::credentials_of(request).service; });
  server::query_pairs(request.query());
  server::query_pairs(request.body);
  server::preferred_coding(request.header("accept-encoding"));
  std::string decoded;
  constexpr std::size_t bytes_max = 64 * 1024;
  for (const auto encoding : {request.header("content-encoding"), std::string_view("gzip")}) {
    const bool is_good = server::decode_content(encoding, request.body, bytes_max, decoded);
    fuzz::require(!is_good || decoded.size() <= bytes_max, "the limit holds");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = read_all(bytes, size + 1, look_into);
  const auto in_pieces = read_all(bytes, 1 + size % 7, [](const HttpRequest&) {});
  fuzz::require(whole == in_pieces, "the pieces do not matter");
  return 0;
}
