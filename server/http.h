#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// HTTP as the protocols see it: one request, one answer, no sockets.
namespace server {

/// Whether the two are the same but for the case of ASCII letters.
bool equal_but_for_case(std::string_view a, std::string_view b);

/// One request. It looks into bytes that the connection keeps until the answer is written.
struct HttpRequest {
  struct Header {
    std::string_view name;
    std::string_view value;
  };

  std::string_view method = "POST";
  std::string_view target = "/";  ///< Path and query, as sent.
  std::vector<Header> headers;
  std::string_view body;
  /// The body is followed by as many readable bytes as simdjson wants (`SIMDJSON_PADDING`).
  bool body_is_padded = false;

  /// The value of the header (any case); null if it was not sent.
  const std::string_view* find(std::string_view name) const;
  /// The same; empty if it was not sent.
  std::string_view header(std::string_view name) const;
  std::string_view path() const { return target.substr(0, target.find('?')); }
  /// What follows the `?`, as sent.
  std::string_view query() const;
};

/// One answer, used again and again by its connection so that it keeps its memory.
struct HttpAnswer {
  int status = 200;
  std::string content_type;
  std::string body;
  std::string request_id;  ///< `x-amzn-RequestId`; empty: not sent.
  bool is_lost = false;    ///< The client does not get it: its connection is closed.
  bool has_crc32 = false;  ///< `x-amz-crc32` of the body, as it is sent, goes along.
  std::vector<std::pair<std::string, std::string>> headers;

  /// As new, with the memory kept.
  void clear();
  /// The value of one of `headers`; empty if there is none.
  std::string_view header(std::string_view name) const;
};

/// How an answer begins on the wire.
struct AnswerHead {
  std::string_view date;  ///< As `http_date` gives it.
  bool keep_alive = true;
};
/// Appends status line and headers, up to and with the empty line.
void append_head(std::string& out, const HttpAnswer& answer, AnswerHead head);

/// `Sun, 06 Nov 1994 08:49:37 GMT`
std::string http_date(long long epoch_seconds);

/// `%2F` and, in a query or form, `+` become what they stand for. Broken escapes stay as they are.
enum class Plus { is_plus, is_space };
std::string percent_decoded(std::string_view text, Plus plus = Plus::is_plus);

/// `a=1&b=2` as pairs, decoded, in the order given.
std::vector<std::pair<std::string, std::string>> query_pairs(std::string_view query);

}  // namespace server
