#include "client.h"

#include <algorithm>
#include <array>
#include <boost/asio/write.hpp>
#include <cctype>

namespace server {

namespace asio = boost::asio;

Client::Client(std::uint16_t port) { socket_.connect({asio::ip::make_address("127.0.0.1"), port}); }

void Client::send(std::string_view bytes) {
  boost::system::error_code ignored;  // The server may have had enough already.
  asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ignored);
}

bool Client::read_more() {
  std::array<char, 64 * 1024> piece;
  boost::system::error_code error;
  const auto size = socket_.read_some(asio::buffer(piece), error);
  received_.append(piece.data(), size);
  return !error;
}

WireAnswer Client::receive(bool has_body) {
  WireAnswer answer;
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return answer;
  }
  const std::string head = received_.substr(0, end + 2);
  received_.erase(0, end + 4);
  answer.status = std::stoi(head.substr(head.find(' ') + 1));
  std::size_t at = head.find("\r\n") + 2;
  while (at < head.size()) {
    const auto line_end = head.find("\r\n", at);
    const auto colon = head.find(": ", at);
    auto name = head.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers[name] = head.substr(colon + 2, line_end - colon - 2);
    at = line_end + 2;
  }
  if (!has_body || !answer.headers.contains("content-length")) return answer;
  const auto size = std::stoul(answer.headers["content-length"]);
  while (received_.size() < size) {
    if (!read_more()) break;
  }
  answer.body = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

std::string Client::until_closed() {
  while (read_more()) {
  }
  return std::exchange(received_, "");
}

std::string signed_for(std::string_view service) {
  return "X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 "
         "Credential=key/20260101/us-east-1/" +
         std::string(service) + "/aws4_request, SignedHeaders=host;x-amz-date, Signature=00\r\n";
}

std::string dynamodb_request(std::string_view target, std::string_view body,
                             std::string_view more_headers) {
  std::string request = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ";
  request.append("application/x-amz-json-1.0\r\nX-Amz-Target: ").append(target).append("\r\n");
  request.append(signed_for("dynamodb")).append(more_headers);
  request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return request.append(body);
}

}  // namespace server
