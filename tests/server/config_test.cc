#include "server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace server {
namespace {

using testing::HasSubstr;

Config parse(std::vector<std::string_view> arguments) { return parse_serve_arguments(arguments); }

std::string complaint(std::vector<std::string_view> arguments) {
  try {
    parse(std::move(arguments));
  } catch (const ArgumentError& error) {
    return error.what();
  }
  return "";
}

TEST(ConfigTest, HasTheDefaultsOfTheContract) {
  const auto config = parse({});
  EXPECT_EQ(config.host, "127.0.0.1");
  EXPECT_EQ(config.port, 8000);
  EXPECT_EQ(config.store.folder, "./.dynamill");
  EXPECT_FALSE(config.store.in_memory);
  EXPECT_EQ(config.store.durability, storage::Durability::process);
  EXPECT_EQ(config.shards_per_stream, 1);
  EXPECT_EQ(config.log_level, "info");
}

TEST(ConfigTest, ReadsEveryFlag) {
  const auto config =
      parse({"--host", "0.0.0.0", "--port=0", "--data-dir", "/d", "--shards-per-stream", "4",
             "--durability", "fsync", "--log-level", "debug", "--threads", "3"});
  EXPECT_EQ(config.host, "0.0.0.0");
  EXPECT_EQ(config.port, 0);
  EXPECT_EQ(config.store.folder, "/d");
  EXPECT_EQ(config.shards_per_stream, 4);
  EXPECT_EQ(config.store.durability, storage::Durability::fsync);
  EXPECT_EQ(config.log_level, "debug");
  EXPECT_EQ(config.threads, 3);
  EXPECT_TRUE(parse({"--in-memory"}).store.in_memory);
}

TEST(ConfigTest, ReadsHowMappingsWaitAndWhatChanceBeginsWith) {
  EXPECT_EQ(parse({}).backoff.base, engine::Duration(500));
  EXPECT_EQ(parse({}).backoff.cap, engine::Duration(60'000));
  EXPECT_FALSE(parse({}).seed);
  const auto config = parse({"--retry-base", "0.25", "--retry-cap=86400", "--retry-jitter", "0",
                             "--seed", "18446744073709551615"});
  EXPECT_EQ(config.backoff.base, engine::Duration(250));
  EXPECT_EQ(config.backoff.cap, engine::Duration(86'400'000));
  EXPECT_EQ(config.backoff.jitter, 0);
  EXPECT_EQ(config.seed, 18446744073709551615u);
  EXPECT_EQ(parse({"--retry-base", "0"}).backoff.base, engine::Duration(0));
  EXPECT_EQ(parse({"--retry-jitter", "1"}).backoff.jitter, 1);
  EXPECT_EQ(parse({}).settle_time, engine::Duration(0));
  EXPECT_EQ(parse({"--settle-time", "2.5"}).settle_time, engine::Duration(2500));
}

TEST(ConfigTest, NamesTheArgumentThatIsWrong) {
  EXPECT_THAT(complaint({"--prot", "1"}), HasSubstr("--prot"));
  EXPECT_THAT(complaint({"8000"}), HasSubstr("8000"));
  EXPECT_THAT(complaint({"--port"}), HasSubstr("--port needs a value"));
  EXPECT_THAT(complaint({"--port="}), HasSubstr("--port needs a value"));
  EXPECT_THAT(complaint({"--port", "65536"}), HasSubstr("--port"));
  EXPECT_THAT(complaint({"--port", "80x"}), HasSubstr("--port"));
  EXPECT_THAT(complaint({"--threads", "0"}), HasSubstr("--threads"));
  EXPECT_THAT(complaint({"--shards-per-stream", "-1"}), HasSubstr("--shards-per-stream"));
  EXPECT_THAT(complaint({"--durability", "never"}), HasSubstr("--durability"));
  EXPECT_THAT(complaint({"--log-level", "loud"}), HasSubstr("--log-level"));
  EXPECT_THAT(complaint({"--retry-base", "-1"}), HasSubstr("--retry-base"));
  EXPECT_THAT(complaint({"--retry-base", "nan"}), HasSubstr("--retry-base"));
  EXPECT_THAT(complaint({"--retry-cap", "86401"}), HasSubstr("--retry-cap"));
  EXPECT_THAT(complaint({"--retry-jitter", "1.1"}), HasSubstr("--retry-jitter"));
  EXPECT_THAT(complaint({"--seed", "18446744073709551616"}), HasSubstr("--seed"));
  EXPECT_THAT(complaint({"--seed", "-1"}), HasSubstr("--seed"));
  EXPECT_THAT(complaint({"--settle-time", "86401"}), HasSubstr("--settle-time"));
  EXPECT_THAT(complaint({"--in-memory=yes"}), HasSubstr("--in-memory"));
  EXPECT_THAT(complaint({"--in-memory", "--data-dir", "d"}), HasSubstr("--data-dir"));
}

}  // namespace
}  // namespace server
