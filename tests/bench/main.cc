// Measures a built dynamill and prints what it found as Markdown; with `--streams` only what long
// streams cost:
//
//   dynamill_bench PROGRAM [--rounds 5] [--seconds 2] [--streams]
//
// `dynamill_bench --handler` is the function that it measures with.

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "folder.h"
#include "handler.h"
#include "http.h"
#include "load.h"
#include "program.h"
#include "requests.h"
#include "stopwatch.h"
#include "streams.h"

namespace bench {
namespace {

struct Settings {
  std::string program;
  int rounds = 5;
  Seconds seconds{2};
};

void measure_start(const Settings& settings) {
  std::vector<double> in_memory, on_disk, resident, resident_on_disk;
  for (int round = 0; round < 4 * settings.rounds; ++round) {
    for (const bool is_on_disk : {false, true}) {
      const Folder folder;
      const auto start = Clock::now();
      const Program program(settings.program,
                            is_on_disk ? std::vector<std::string>{"--data-dir", folder.path}
                                       : std::vector<std::string>{"--in-memory"});
      Connection connection(program.port());
      connection.exchange(dynamodb(connection.port(), "ListTables", "{}"));
      (is_on_disk ? on_disk : in_memory).push_back(milliseconds_since(start));
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // Idle.
      (is_on_disk ? resident_on_disk : resident).push_back(program.resident_megabytes());
    }
  }
  std::printf("| | `--in-memory` | empty `--data-dir` |\n|---|---|---|\n");
  std::printf("| process start to the first answer, median | %.0f ms | %.0f ms |\n",
              quantile(in_memory, 0.5), quantile(on_disk, 0.5));
  std::printf("| the slowest of %zu starts | %.0f ms | %.0f ms |\n", in_memory.size(),
              quantile(in_memory, 1), quantile(on_disk, 1));
  std::printf("| resident memory, idle | %.1f MB | %.1f MB |\n\n", quantile(resident, 0.5),
              quantile(resident_on_disk, 0.5));
  std::fflush(stdout);
}

/// A function that is this program, mapped to a stream with batches of one.
void create_mapping(Connection& connection, const Folder& folder, const std::string& stream) {
  const auto code = folder.path / "code";
  std::filesystem::create_directory(code);
  std::ofstream(code / "bootstrap")
      << "#!/bin/sh\nexec " << std::filesystem::read_symlink("/proc/self/exe") << " --handler\n";
  std::filesystem::permissions(code / "bootstrap", std::filesystem::perms::owner_all);
  connection.exchange(request_text(
      connection.port(), "POST", "/2015-03-31/functions", "",
      R"({"FunctionName":"bench","Runtime":"provided.al2023","Handler":"none","Timeout":30,)"
      R"("Role":"arn:aws:iam::000000000000:role/bench","Environment":{"Variables":{"BENCH_PIPE":")" +
          (folder.path / "pipe").string() + R"("}},"Code":{"S3Bucket":"hot-reload","S3Key":")" +
          code.string() + R"("}})"));
  connection.exchange(request_text(
      connection.port(), "POST", "/2015-03-31/event-source-mappings", "",
      R"({"FunctionName":"bench","BatchSize":1,"StartingPosition":"TRIM_HORIZON","EventSourceArn":")" +
          stream + R"("})"));
}

struct WriteToHandler {
  std::vector<double> from_answer;   ///< Milliseconds; below zero: before the answer was read.
  std::vector<double> from_request;  ///< From before the request was sent.
};

WriteToHandler measure_write_to_handler(const Program& program, const Folder& folder, int writes) {
  Connection connection(program.port());
  const auto stream = create_table(connection, "Handled", true);
  const auto pipe_path = folder.path / "pipe";
  if (::mkfifo(pipe_path.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
  create_mapping(connection, folder, stream);
  std::ifstream arrivals;

  WriteToHandler result;
  const int warm_up = 200;
  for (int number = 0; number < warm_up + writes; ++number) {
    const auto request =
        dynamodb(program.port(), "PutItem", put_body("Handled", number % 1000, number));
    const auto sent = Clock::now();
    connection.exchange(request);
    const auto answered = Clock::now();
    if (!arrivals.is_open()) arrivals.open(pipe_path, std::ios::binary);
    std::int64_t arrived = 0;
    if (!arrivals.read(reinterpret_cast<char*>(&arrived), sizeof arrived)) {
      throw std::runtime_error("the handler ended");
    }
    if (number < warm_up) continue;
    const auto milliseconds_from = [&](Clock::time_point start) {
      const auto nanoseconds =
          std::chrono::duration_cast<std::chrono::nanoseconds>(start.time_since_epoch()).count();
      return static_cast<double>(arrived - nanoseconds) / 1e6;
    };
    result.from_answer.push_back(milliseconds_from(answered));
    result.from_request.push_back(milliseconds_from(sent));
  }
  return result;
}

void measure_handlers(const Settings& settings) {
  std::printf("| write to handler, BatchSize 1, warm | p50 | p99 |\n|---|---|---|\n");
  for (const bool is_on_disk : {false, true}) {
    const Folder folder;
    const Program program(settings.program,
                          is_on_disk ? std::vector<std::string>{"--data-dir", folder.path / "store"}
                                     : std::vector<std::string>{"--in-memory"});
    const auto times = measure_write_to_handler(program, folder, 1000 * settings.rounds);
    const char* store = is_on_disk ? "`--data-dir`" : "`--in-memory`";
    std::printf("| from the PutItem answer to the handler, %s | %.2f ms | %.2f ms |\n", store,
                quantile(times.from_answer, 0.5), quantile(times.from_answer, 0.99));
    std::printf("| from before the PutItem request to the handler, %s | %.2f ms | %.2f ms |\n",
                store, quantile(times.from_request, 0.5), quantile(times.from_request, 0.99));
    std::fflush(stdout);
  }
  std::printf("\n");
}

/// One row of the table: an operation, asked again and again with other bodies.
struct Load {
  std::string name;
  const char* operation;
  int connections;
  std::function<std::string(long number)> body;
};

constexpr long keys = 10'000;  ///< Items of most tables.

std::string key_body(const std::string& table, long key) {
  return R"({"TableName":")" + table + R"(","Key":{"pk":{"S":"key-)" + std::to_string(key) +
         R"("}}})";
}

std::vector<Load> single_item_loads() {
  const auto put = [](const std::string& table) {
    return [table](long number) { return put_body(table, number % keys, number); };
  };
  const auto get = [](long number) { return key_body("Plain", number % keys); };
  return {{"PutItem", "PutItem", 1, put("Plain")},
          {"PutItem", "PutItem", 16, put("Plain")},
          {"PutItem, stream of new and old images", "PutItem", 1, put("Streamed")},
          {"PutItem, stream of new and old images", "PutItem", 16, put("Streamed")},
          {"PutItem, one global index of all attributes", "PutItem", 16, put("Indexed")},
          {"GetItem", "GetItem", 1, get},
          {"GetItem", "GetItem", 16, get}};
}

std::vector<Load> many_item_loads() {
  const auto query = [](long number) {
    return R"({"TableName":"Sorted","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":)"
           R"({":p":{"S":"partition-)" +
           std::to_string(number % (keys / partition_items)) + R"("}}})";
  };
  const auto scan = [](long) {
    return std::string(R"({"TableName":"Small","ReturnConsumedCapacity":"TOTAL"})");
  };
  const auto batch = [](long number) { return batch_write_body("Plain", number, 25, keys); };
  // Of items that no other request under way is about, or they would conflict.
  const auto transaction = [](long number) {
    return transact_write_body("Plain", number, 10, keys);
  };
  return {{"Query of 20 items", "Query", 1, query},
          {"Query of 20 items", "Query", 16, query},
          {"Scan of 10,000 items of 60 bytes", "Scan", 1, scan},
          {"BatchWriteItem of 25", "BatchWriteItem", 1, batch},
          {"BatchWriteItem of 25", "BatchWriteItem", 16, batch},
          {"TransactWriteItems of 10", "TransactWriteItems", 1, transaction},
          {"TransactWriteItems of 10", "TransactWriteItems", 16, transaction}};
}

void fill_tables(Connection& connection) {
  create_table(connection, "Plain", false);
  create_table(connection, "Streamed", true);
  create_indexed_table(connection, "Indexed");
  create_sorted_table(connection, "Sorted");
  create_table(connection, "Small", false);
  const auto send = [&](const char* operation, const std::string& body) {
    connection.exchange(dynamodb(connection.port(), operation, body));
  };
  for (long key = 0; key < keys; ++key) {
    send("PutItem", put_body("Plain", key, 0));
    send("PutItem", put_sorted_body("Sorted", key / partition_items, key % partition_items));
    send("PutItem", put_small_body("Small", key));
  }
}

void measure_one(const Settings& settings, const Program& program, const Load& load,
                 const char* store) {
  static long number = 0;
  std::string request;
  std::vector<double> rates, p50, p99, cpu;
  for (int round = 0; round < settings.rounds; ++round) {
    const auto cpu_before = program.cpu_seconds();
    const auto start = Clock::now();
    const auto result =
        run_load(program.port(), load.connections, settings.seconds, [&]() -> const std::string& {
          request = dynamodb(program.port(), load.operation, load.body(++number));
          return request;
        });
    const auto seconds = milliseconds_since(start) / 1000;
    rates.push_back(result.requests_per_second);
    p50.push_back(result.p50_microseconds);
    p99.push_back(result.p99_microseconds);
    cpu.push_back((program.cpu_seconds() - cpu_before) * 1e6 /
                  (result.requests_per_second * seconds));
  }
  std::printf("| %s | %s | %d | %.0f | %.0f us | %.0f us | %.1f us |\n", load.name.c_str(), store,
              load.connections, quantile(rates, 0.5), quantile(p50, 0.5), quantile(p99, 0.5),
              quantile(cpu, 0.5));
  std::fflush(stdout);
}

void measure_loads(const Settings& settings, bool is_on_disk) {
  const Folder folder;
  const Program program(settings.program, is_on_disk
                                              ? std::vector<std::string>{"--data-dir", folder.path}
                                              : std::vector<std::string>{"--in-memory"});
  Connection connection(program.port());
  fill_tables(connection);
  const char* const store = is_on_disk ? "`--data-dir`" : "`--in-memory`";
  for (const auto& load : single_item_loads()) measure_one(settings, program, load, store);
  for (const auto& load : many_item_loads()) measure_one(settings, program, load, store);
}

void run(const Settings& settings) {
  measure_start(settings);
  measure_handlers(settings);
  std::printf(
      "| operation | store | connections | requests/s | p50 | p99 | server CPU per request |\n"
      "|---|---|---|---|---|---|---|\n");
  measure_loads(settings, false);
  measure_loads(settings, true);
  std::printf("\n");
  measure_streams(
      {.program = settings.program, .rounds = settings.rounds, .seconds = settings.seconds});
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    if (argc == 2 && std::strcmp(argv[1], "--handler") == 0) return bench::run_handler();
    bench::Settings settings;
    bool wants_streams_only = false;
    for (int at = 1; at < argc; ++at) {
      if (std::strcmp(argv[at], "--rounds") == 0 && at + 1 < argc) {
        settings.rounds = std::atoi(argv[++at]);
      } else if (std::strcmp(argv[at], "--seconds") == 0 && at + 1 < argc) {
        settings.seconds = bench::Seconds(std::atof(argv[++at]));
      } else if (std::strcmp(argv[at], "--streams") == 0) {
        wants_streams_only = true;
      } else if (settings.program.empty() && argv[at][0] != '-') {
        settings.program = argv[at];
      } else {
        settings.program.clear();
        break;
      }
    }
    if (settings.program.empty()) {
      std::fprintf(stderr,
                   "usage: dynamill_bench PROGRAM [--rounds 5] [--seconds 2] [--streams]\n");
      return 2;
    }
    if (wants_streams_only) {
      bench::measure_streams(
          {.program = settings.program, .rounds = settings.rounds, .seconds = settings.seconds});
      return 0;
    }
    bench::run(settings);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}
