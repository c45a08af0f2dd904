#include "server/origin.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <optional>

namespace server {
namespace {

bool admits(const OriginGuard& guard, std::optional<std::string_view> host,
            std::optional<std::string_view> origin = {}) {
  HttpRequest request;
  if (host) request.headers.push_back({"Host", *host});
  if (origin) request.headers.push_back({"Origin", *origin});
  return guard.admits(request);
}

TEST(OriginGuardTest, AdmitsProgramsThatCallThisServerByItsNames) {
  const OriginGuard guard("127.0.0.1", 8000);
  EXPECT_TRUE(admits(guard, "127.0.0.1:8000"));
  EXPECT_TRUE(admits(guard, "localhost:8000"));
  EXPECT_TRUE(admits(guard, "LocalHost:8000"));
  EXPECT_TRUE(admits(guard, "[::1]:8000"));
  EXPECT_TRUE(admits(guard, std::nullopt));
  EXPECT_TRUE(admits(OriginGuard("dynamill.test", 8000), "dynamill.test:8000"));
  EXPECT_TRUE(admits(OriginGuard("127.0.0.1", 80), "localhost"));
}

TEST(OriginGuardTest, RefusesOtherHostsAndPorts) {
  const OriginGuard guard("127.0.0.1", 8000);
  EXPECT_FALSE(admits(guard, "evil.example:8000"));
  EXPECT_FALSE(admits(guard, "127.0.0.1.evil.example:8000"));
  EXPECT_FALSE(admits(guard, "localhost:8001"));
  EXPECT_FALSE(admits(guard, "localhost"));
  EXPECT_FALSE(admits(guard, "[::1]"));
  EXPECT_FALSE(admits(guard, "192.168.0.7:8000"));
  EXPECT_FALSE(admits(guard, ""));
}

TEST(OriginGuardTest, RefusesPagesOfOtherOrigins) {
  const OriginGuard guard("127.0.0.1", 8000);
  EXPECT_TRUE(admits(guard, "localhost:8000", "http://localhost:8000"));
  EXPECT_FALSE(admits(guard, "localhost:8000", "http://evil.example"));
  EXPECT_FALSE(admits(guard, "localhost:8000", "http://localhost:3000"));
  EXPECT_FALSE(admits(guard, "localhost:8000", "https://localhost:8000"));
  EXPECT_FALSE(admits(guard, "localhost:8000", "null"));
}

TEST(OriginGuardTest, AServerOnAllAddressesAdmitsAddressesAndItsMachinesName) {
  const OriginGuard guard("0.0.0.0", 8000);
  EXPECT_TRUE(admits(guard, "172.17.0.2:8000"));
  EXPECT_TRUE(admits(guard, "[fe80::1]:8000"));
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  EXPECT_TRUE(admits(guard, std::string(name.data()) + ":8000"));
  EXPECT_FALSE(admits(guard, "evil.example:8000"));
  EXPECT_FALSE(admits(guard, "172.17.0.2:8000", "http://evil.example:8000"));
}

}  // namespace
}  // namespace server
