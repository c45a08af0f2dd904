#include "http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace bench {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// The value of a header, by its name in lower case.
std::string_view header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
    const auto line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        strncasecmp(line.data(), name.data(), name.size()) == 0) {
      return line.substr(line.find_first_not_of(' ', name.size() + 1));
    }
  }
  return {};
}

}  // namespace

std::string request_text(int port, std::string_view method, std::string_view path,
                         std::string_view target, std::string_view body) {
  std::string text;
  text.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1:");
  text.append(std::to_string(port)).append("\r\n");
  if (!target.empty()) {
    text.append("X-Amz-Target: ").append(target).append("\r\n");
    text.append("Content-Type: application/x-amz-json-1.0\r\n");
  } else {
    text.append("Content-Type: application/json\r\n");
  }
  text.append(
      "X-Amz-Date: 20260101T000000Z\r\n"
      "Authorization: AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, "
      "SignedHeaders=host;x-amz-date, "
      "Signature=0000000000000000000000000000000000000000000000000000000000000000\r\n");
  text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return text.append(body);
}

Connection::Connection(int port) : port_(port) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    fail("connect");
  }
  const int yes = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

Connection::~Connection() { ::close(socket_); }

void Connection::send(std::string_view request) {
  buffer_.clear();
  head_size_ = body_size_ = 0;
  while (!request.empty()) {
    const auto sent = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("send");
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool Connection::receive_some() {
  char chunk[65536];
  const auto count = ::recv(socket_, chunk, sizeof chunk, 0);
  if (count < 0) fail("recv");
  if (count == 0) throw std::runtime_error("the server closed the connection");
  buffer_.append(chunk, static_cast<std::size_t>(count));
  return (head_size_ > 0 || parse_head()) && buffer_.size() >= head_size_ + body_size_;
}

void Connection::receive() {
  while (!receive_some()) {
  }
}

bool Connection::parse_head() {
  const auto end = buffer_.find("\r\n\r\n");
  if (end == buffer_.npos) return false;
  head_size_ = end + 4;
  status_ = std::atoi(buffer_.c_str() + std::strlen("HTTP/1.1 "));
  const auto length = header(head(), "content-length");
  body_size_ = length.empty() ? 0 : std::strtoul(length.data(), nullptr, 10);
  return true;
}

std::string_view Connection::exchange(std::string_view request) {
  send(request);
  receive();
  if (status_ / 100 != 2) {
    throw std::runtime_error("status " + std::to_string(status_) + ": " + std::string(body()));
  }
  return body();
}

}  // namespace bench
