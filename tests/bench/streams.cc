#include "streams.h"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <vector>

#include "folder.h"
#include "http.h"
#include "program.h"
#include "requests.h"
#include "stopwatch.h"

namespace bench {

namespace {

constexpr long keys = 10'000;
constexpr int batch_size = 25;

/// So many changes of a table with a stream of new and old images.
void fill(Connection& connection, const std::string& table, long records) {
  for (long number = 0; number < records; number += batch_size) {
    std::string body = R"({"RequestItems":{")" + table + R"(":[)";
    for (int i = 0; i < batch_size; ++i) {
      if (i > 0) body += ',';
      body += R"({"PutRequest":{"Item":)" + item_text((number + i) % keys, number + i) + "}}";
    }
    connection.exchange(dynamodb(connection.port(), "BatchWriteItem", body + "]}}"));
  }
}

double megabytes_in(const std::filesystem::path& folder) {
  double bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    std::error_code gone;
    const auto size = file.file_size(gone);
    if (!gone) bytes += static_cast<double>(size);
  }
  return bytes / 1e6;
}

LoadResult put_load(const Program& program, const std::string& table, int connections,
                    Seconds seconds) {
  static long number = 0;
  static std::string request;
  return run_load(program.port(), connections, seconds, [&]() -> const std::string& {
    ++number;
    request = dynamodb(program.port(), "PutItem", put_body(table, number % keys, -number));
    return request;
  });
}

/// The first page of a shard with 1000 records of a kilobyte.
void measure_get_records(const StreamSettings& settings) {
  for (const bool is_on_disk : {false, true}) {
    const Folder folder;
    const Program program(settings.program,
                          is_on_disk ? std::vector<std::string>{"--data-dir", folder.path}
                                     : std::vector<std::string>{"--in-memory"});
    Connection connection(program.port());
    const int port = program.port();
    const auto arn = create_table(connection, "Streamed", true);
    const std::string text(960, 'x');
    for (long key = 0; key < 1000; ++key) {
      connection.exchange(dynamodb(port, "PutItem",
                                   R"({"TableName":"Streamed","Item":{"pk":{"S":"key-)" +
                                       std::to_string(key) + R"("},"text":{"S":")" + text +
                                       R"("}}})"));
    }
    const std::string description(
        connection.exchange(streams(port, "DescribeStream", R"({"StreamArn":")" + arn + R"("})")));
    const std::string iterator(connection.exchange(
        streams(port, "GetShardIterator",
                R"({"StreamArn":")" + arn + R"(","ShardIteratorType":"TRIM_HORIZON","ShardId":")" +
                    member(description, "ShardId") + R"("})")));
    const auto request = streams(
        port, "GetRecords", R"({"ShardIterator":")" + member(iterator, "ShardIterator") + R"("})");
    std::vector<double> times;
    for (int i = 0; i < 100 * settings.rounds; ++i) {
      const auto start = Clock::now();
      const auto answer = connection.exchange(request);
      times.push_back(milliseconds_since(start));
      if (answer.size() < 1'000'000) throw std::runtime_error("not 1000 records");
    }
    std::printf("| GetRecords of 1000 records of 1 KB, %s | p50 %.1f ms, p99 %.1f ms |\n",
                is_on_disk ? "`--data-dir`" : "`--in-memory`", quantile(times, 0.5),
                quantile(times, 0.99));
    std::fflush(stdout);
  }
}

/// A store with a stream of many records, and one with a stream that begins.
struct Pair {
  explicit Pair(const StreamSettings& settings)
      : full(settings.program, {"--data-dir", full_folder.path}),
        empty(settings.program, {"--data-dir", empty_folder.path}) {}
  Folder full_folder;
  Folder empty_folder;
  Program full;
  Program empty;
};

void measure_writes(const StreamSettings& settings, const Pair& pair) {
  for (const int connections : {1, 16}) {
    std::vector<double> full, empty, ratio;
    for (int round = 0; round < 2 * settings.rounds; ++round) {
      // Interleaved, and in turns the first: the machine's moods meet both alike.
      const bool is_full_first = round % 2 == 0;
      double rates[2];
      for (const bool is_full : {is_full_first, !is_full_first}) {
        rates[is_full ? 1 : 0] =
            put_load(is_full ? pair.full : pair.empty, "Streamed", connections, settings.seconds)
                .requests_per_second;
      }
      empty.push_back(rates[0]);
      full.push_back(rates[1]);
      ratio.push_back(rates[1] / rates[0]);
    }
    std::printf(
        "| PutItem/s beside them, %d connection%s, against an empty stream | %.0f, %.0f: "
        "%.2f |\n",
        connections, connections == 1 ? "" : "s", quantile(full, 0.5), quantile(empty, 0.5),
        quantile(ratio, 0.5));
    std::fflush(stdout);
  }
}

/// Writes while a day passes and all of the stream leaves the disk.
void measure_trimming(const StreamSettings& settings, const Pair& pair) {
  const auto before = put_load(pair.full, "Streamed", 16, settings.seconds);
  const double disk_before = megabytes_in(pair.full_folder.path);
  std::atomic<bool> is_over = false;
  double took = 0;
  std::thread traveller([&] {
    Connection connection(pair.full.port());
    const auto start = Clock::now();
    connection.exchange(request_text(pair.full.port(), "POST", "/_dynamill/clock", "",
                                     R"({"advanceSeconds":90000})"));
    took = milliseconds_since(start);
    is_over = true;
  });
  const auto during = put_load(pair.full, "Streamed", 16, 2 * settings.seconds);
  traveller.join();
  const double disk_after = megabytes_in(pair.full_folder.path);
  std::printf("| a clock that advances 25 hours, which trims them all | %.0f ms |\n", took);
  std::printf("| PutItem/s in the time before, and from that moment on | %.0f, %.0f |\n",
              before.requests_per_second, during.requests_per_second);
  std::printf("| p99 of PutItem before, and from that moment on | %.0f us, %.0f us |\n",
              before.p99_microseconds, during.p99_microseconds);
  std::printf("| the folder before, and after | %.0f MB, %.0f MB |\n", disk_before, disk_after);
}

}  // namespace

void measure_streams(const StreamSettings& settings) {
  std::printf("| streams | |\n|---|---|\n");
  measure_get_records(settings);
  const Pair pair(settings);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // Idle.
  const double idle = pair.full.resident_megabytes();
  for (const auto* program : {&pair.full, &pair.empty}) {
    Connection connection(program->port());
    create_table(connection, "Streamed", true);
    fill(connection, "Streamed", keys);
  }
  Connection connection(pair.full.port());
  fill(connection, "Streamed", settings.records);
  std::printf("| resident memory idle, and after %ld records of %ld items | %.1f MB, %.1f MB |\n",
              settings.records + keys, keys, idle, pair.full.resident_megabytes());
  std::fflush(stdout);
  measure_writes(settings, pair);
  measure_trimming(settings, pair);
  std::printf("\n");
}

}  // namespace bench
