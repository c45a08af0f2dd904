#include "server/http.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace server {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Payload Too Large";
    case 416:
      return "Range Not Satisfiable";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Answer";
  }
}

void append_number(std::string& out, unsigned long number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out.append(digits.data(), end);
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool equal_but_for_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

const std::string_view* HttpRequest::find(std::string_view name) const {
  for (const auto& header : headers) {
    if (equal_but_for_case(header.name, name)) return &header.value;
  }
  return nullptr;
}

std::string_view HttpRequest::header(std::string_view name) const {
  const auto* value = find(name);
  return value == nullptr ? std::string_view() : *value;
}

std::string_view HttpRequest::query() const {
  const auto mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

void HttpAnswer::clear() {
  status = 200;
  content_type.clear();
  body.clear();
  request_id.clear();
  is_lost = false;
  has_crc32 = false;
  headers.clear();
}

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_but_for_case(key, name)) return value;
  }
  return {};
}

void append_head(std::string& out, const HttpAnswer& answer, AnswerHead head) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<unsigned long>(answer.status));
  out.append(" ").append(reason(answer.status)).append("\r\n");
  append_line(out, "Server", "Dynamill");
  append_line(out, "Date", head.date);
  if (!answer.content_type.empty()) append_line(out, "Content-Type", answer.content_type);
  if (answer.status != 204) {
    out.append("Content-Length: ");
    append_number(out, answer.body.size());
    out.append("\r\n");
  }
  if (!answer.request_id.empty()) append_line(out, "x-amzn-RequestId", answer.request_id);
  if (answer.has_crc32) {
    const auto* bytes = reinterpret_cast<const Bytef*>(answer.body.data());
    out.append("x-amz-crc32: ");
    append_number(out, crc32_z(0, bytes, answer.body.size()));
    out.append("\r\n");
  }
  for (const auto& [name, value] : answer.headers) append_line(out, name, value);
  append_line(out, "Connection", head.keep_alive ? "keep-alive" : "close");
  out.append("\r\n");
}

std::string http_date(long long epoch_seconds) {
  const auto time = static_cast<std::time_t>(epoch_seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 64> text;
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

std::string percent_decoded(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '+' && plus == Plus::is_space) {
      out.push_back(' ');
      continue;
    }
    if (c == '%' && at + 2 < text.size()) {
      const int high = hex_digit(text[at + 1]);
      const int low = hex_digit(text[at + 2]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high * 16 + low));
        at += 2;
        continue;
      }
    }
    out.push_back(c);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> query_pairs(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query = end == query.npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto value = equals == pair.npos ? std::string_view() : pair.substr(equals + 1);
    pairs.emplace_back(percent_decoded(pair.substr(0, equals), Plus::is_space),
                       percent_decoded(value, Plus::is_space));
  }
  return pairs;
}

}  // namespace server
