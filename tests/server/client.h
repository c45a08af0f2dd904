#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace server {

/// An answer as it came over the wire; header names in lower case.
struct WireAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
};

/// A client that sends bytes as they are.
class Client {
 public:
  explicit Client(std::uint16_t port);

  void send(std::string_view bytes);
  /// Waits for a whole answer. Status 0: the server closed the connection.
  WireAnswer receive(bool has_body = true);
  WireAnswer ask(std::string_view bytes) {
    send(bytes);
    return receive();
  }
  /// Waits until the server closes; what came before is given.
  std::string until_closed();
  void close() { socket_.close(); }

 private:
  bool read_more();

  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
  std::string received_;
};

/// Headers that sign a request for a service.
std::string signed_for(std::string_view service);
/// A whole POST of DynamoDB's protocol.
std::string dynamodb_request(std::string_view target, std::string_view body,
                             std::string_view more_headers = "");

}  // namespace server
