#include "engine/write/transaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include "engine/documents.h"
#include "engine/value/number.h"
#include "fixture.h"
#include "storage/error.h"

namespace engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TransactionAction put(const std::shared_ptr<const Table>& table, const Item& item) {
  TransactionAction action;
  action.write = Engine::put_of(table, item);
  return action;
}

TransactionAction check(const std::shared_ptr<const Table>& table, const Item& key, bool exists) {
  TransactionAction action;
  action.write.table = table;
  action.write.key = table->key_of_key(key);
  action.write.condition = [exists](const Item* item) { return (item != nullptr) == exists; };
  action.write.change = leave_as_it_is;
  return action;
}

Transaction of(std::vector<TransactionAction> actions, const std::string& token = "",
               std::uint64_t payload_hash = 1) {
  return {std::move(actions), token, payload_hash};
}

std::vector<std::string> codes(const TransactionOutcome& outcome) {
  std::vector<std::string> codes;
  for (const auto& reason : outcome.reasons) codes.push_back(reason.code);
  return codes;
}

std::string refusal(const std::function<void()>& run) {
  try {
    run();
  } catch (const ApiError& error) {
    return error.code;
  }
  return "";
}

std::vector<std::string> keys_of(const std::vector<Record>& records) {
  std::vector<std::string> keys;
  for (const auto& record : records) keys.emplace_back(record.view().keys.find("pk")->text());
  return keys;
}

/// Hears of streams that have new records.
struct FakeListener final : StreamListener {
  void on_records(const Stream& stream) override { heard.push_back(stream.table_name); }
  std::vector<std::string> heard;
};

TEST(TransactionTest, WritesAllOfItsTablesAndTheirStreamsInTheOrderOfTheActions) {
  Engine engine;
  FakeListener listener;
  engine.streams.set_listener(&listener);
  const auto one = engine.make_table("One", ViewType::new_image);
  const auto two = engine.make_table("Two", ViewType::new_image);
  const auto silent = engine.make_table("Silent");
  const auto outcome = engine.transactions.run(
      of({put(one, item("z")), put(two, item("1")), put(silent, item("s")), put(one, item("a")),
          check(two, item("none"), false), put(one, item("m"))}));
  EXPECT_THAT(outcome.reasons, IsEmpty());
  EXPECT_FALSE(outcome.is_repeated);
  EXPECT_THAT(keys_of(engine.records(*one)), ElementsAre("z", "a", "m"));
  EXPECT_THAT(keys_of(engine.records(*two)), ElementsAre("1"));
  EXPECT_TRUE(engine.reader.item(silent->key_of(item("s"))).has_value());
  EXPECT_EQ(engine.reader.item(two->key_of(item("none"))), std::nullopt);
  EXPECT_THAT(listener.heard, testing::UnorderedElementsAre("One", "Two"));
}

TEST(TransactionTest, KeepsTheOrderWithinEachOfSeveralShards) {
  Engine engine({.in_memory = true}, /*shards=*/4);
  const auto table = engine.make_table("T", ViewType::keys_only);
  std::vector<TransactionAction> actions;
  for (int i = 0; i < 100; ++i) {
    const auto pk = std::to_string(i / 10) + std::to_string(i % 10);
    actions.push_back(put(table, item(pk)));
  }
  engine.transactions.run(of(std::move(actions)));
  std::size_t seen = 0;
  for (const auto& shard : table->stream->shards()) {
    const auto keys = keys_of(engine.stream_reader.read(*shard, 0, 1000, 1 << 20).records);
    EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
    EXPECT_THAT(keys, testing::Not(IsEmpty()));
    seen += keys.size();
  }
  EXPECT_EQ(seen, 100u);
}

TEST(TransactionTest, TellsEveryConditionThatDoesNotHold) {
  Engine engine;
  const auto table = engine.make_table("T", ViewType::new_image);
  engine.put(table, item("there"));
  auto wanted = check(table, item("there"), false);
  wanted.returns_item_on_failure = true;
  auto insert = put(table, item("b"));
  insert.write.condition = [](const Item* old_item) { return old_item != nullptr; };
  insert.failure = {"DuplicateItem", "Duplicate primary key exists in table", {}};
  insert.returns_item_on_failure = true;
  const auto outcome = engine.transactions.run(of({put(table, item("a")), wanted, insert}));
  EXPECT_THAT(codes(outcome), ElementsAre("None", "ConditionalCheckFailed", "DuplicateItem"));
  EXPECT_EQ(outcome.reasons[1].item, item("there"));
  EXPECT_EQ(outcome.reasons[2].item, std::nullopt);
  EXPECT_EQ(engine.reader.item(table->key_of(item("a"))), std::nullopt);
  EXPECT_THAT(engine.records(*table), SizeIs(1));

  const auto error = transaction_canceled(outcome.reasons);
  EXPECT_EQ(error.code, "TransactionCanceledException");
  EXPECT_EQ(error.message,
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
            "ConditionalCheckFailed, DuplicateItem]");
  EXPECT_EQ(error.members,
            R"("CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed",)"
            R"("Item":{"pk":{"S":"there"}},"Message":"The conditional request failed"},)"
            R"({"Code":"DuplicateItem","Message":"Duplicate primary key exists in table"}])");
}

TEST(TransactionTest, WhatCannotBeDoneAtAllIsToldAlone) {
  Engine engine;
  const auto table = engine.make_table("T");
  auto impossible = put(table, item("x"));
  impossible.write.change = [](const Item*) -> std::optional<Item> {
    throw validation_error("cannot be");
  };
  auto also_impossible = impossible;
  also_impossible.write.key = table->key_of(item("y"));
  const auto failing = check(table, item("none"), true);
  auto outcome =
      engine.transactions.run(of({failing, put(table, item("a")), impossible, also_impossible}));
  EXPECT_THAT(codes(outcome), ElementsAre("None", "None", "ValidationError", "None"));
  EXPECT_EQ(outcome.reasons[2].message, "cannot be");

  // What is known before any item is read goes before that.
  TransactionAction wrong;
  wrong.write.table = table;
  wrong.error = validation_error("wrong key");
  outcome = engine.transactions.run(of({impossible, failing, wrong, wrong}));
  EXPECT_THAT(codes(outcome), ElementsAre("None", "None", "ValidationError", "None"));
  EXPECT_EQ(outcome.reasons[2].message, "wrong key");
  EXPECT_EQ(engine.reader.item(table->key_of(item("a"))), std::nullopt);
}

TEST(TransactionTest, RefusesTwoActionsOnOneItemAndTablesThatAreGone) {
  Engine engine;
  const auto table = engine.make_table("T");
  EXPECT_EQ(refusal([&] {
              engine.transactions.run(of({put(table, item("a")), check(table, item("a"), true)}));
            }),
            "ValidationException");
  const auto gone = engine.make_table("Gone");
  engine.catalog.remove("Gone");
  EXPECT_EQ(refusal([&] {
              engine.transactions.run(of({put(table, item("a")), put(gone, item("a"))}));
            }),
            "ResourceNotFoundException");
  EXPECT_EQ(engine.reader.item(table->key_of(item("a"))), std::nullopt);
}

TEST(TransactionTest, TellsWhichItemCollectionIsFull) {
  Engine engine;
  Writer writer(engine.store, engine.streams, engine.clock, /*collection_bytes_max=*/10'000);
  Transactions transactions(engine.store, writer, engine.clock);
  TableSpec spec;
  spec.name = "T";
  spec.key = {{"pk", Type::string}, KeyAttribute{"sk", Type::number}};
  spec.attribute_definitions = {{"pk", Type::string}, {"sk", Type::number}, {"a", Type::string}};
  Index local;
  local.name = "local";
  local.is_global = false;
  local.partition = {{"pk", Type::string}};
  local.sort = {{"a", Type::string}};
  spec.indexes = {local};
  const auto table = engine.catalog.create(spec, Caller{});
  const auto of_bytes = [&](const std::string& pk, std::size_t bytes) {
    return put(table, Item::of({{"pk", Value::string(pk)},
                                {"sk", Value::number("1")},
                                {"x", Value::string(std::string(bytes, 'x'))}}));
  };
  EXPECT_THAT(transactions.run(of({of_bytes("p", 9'000)})).reasons, IsEmpty());
  const auto outcome = transactions.run(of({of_bytes("p", 1'000), of_bytes("q", 11'000)}, "t"));
  EXPECT_THAT(codes(outcome), ElementsAre("None", "ItemCollectionSizeLimitExceeded"));
  EXPECT_EQ(outcome.reasons[1].message, "Collection size exceeded.");
  EXPECT_THAT(transactions.run(of({of_bytes("p", 1'000), of_bytes("q", 9'000)}, "t", 2)).reasons,
              IsEmpty());
}

// dynamodb.md 11.3.
class TokenTest : public testing::Test {
 protected:
  Transaction adding_one(const std::string& token, std::uint64_t payload_hash = 1) {
    TransactionAction action;
    action.write.table = table;
    action.write.key = table->key_of(item("a"));
    action.write.change = [this](const Item*) {
      ++times_done;
      return item("a", "n", Value::number(std::to_string(times_done)));
    };
    return of({std::move(action)}, token, payload_hash);
  }

  std::size_t tokens_kept() { return Documents(engine->store).list("request-token").size(); }

  Folder folder;
  std::unique_ptr<Engine> engine = std::make_unique<Engine>();
  std::shared_ptr<const Table> table = engine->make_table("T", ViewType::keys_only);
  int times_done = 0;
};

TEST_F(TokenTest, IsGoodForTenMinutes) {
  EXPECT_FALSE(engine->transactions.run(adding_one("t")).is_repeated);
  engine->clock.time += minutes(10) - milliseconds(1);
  const auto again = engine->transactions.run(adding_one("t"));
  EXPECT_TRUE(again.is_repeated);
  EXPECT_EQ(again.outcomes[0].new_item, item("a", "n", Value::number("1")));
  EXPECT_EQ(refusal([&] { engine->transactions.run(adding_one("t", 2)); }),
            "IdempotentParameterMismatchException");
  EXPECT_EQ(times_done, 1);
  EXPECT_THAT(engine->records(*table), SizeIs(1));

  engine->clock.time += milliseconds(1);
  EXPECT_FALSE(engine->transactions.run(adding_one("t", 2)).is_repeated);
  EXPECT_EQ(times_done, 2);
  // Ten minutes from then on.
  engine->clock.time += minutes(10) - milliseconds(1);
  EXPECT_TRUE(engine->transactions.run(adding_one("t", 2)).is_repeated);
  EXPECT_EQ(times_done, 2);
}

TEST_F(TokenTest, WithoutOneEverythingIsDoneAgain) {
  engine->transactions.run(adding_one(""));
  engine->transactions.run(adding_one(""));
  EXPECT_EQ(times_done, 2);
  EXPECT_EQ(tokens_kept(), 0u);
}

TEST_F(TokenTest, IsRemovedOnceItHasExpired) {
  for (int minute = 0; minute < 120; ++minute) {
    engine->transactions.run(adding_one("t" + std::to_string(minute)));
    EXPECT_LE(tokens_kept(), 20u);
    for (int back = 0; back < std::min(minute, 10); ++back) {
      EXPECT_TRUE(
          engine->transactions.run(adding_one("t" + std::to_string(minute - back))).is_repeated);
    }
    engine->clock.time += minutes(1);
  }
  EXPECT_EQ(times_done, 120);
}

TEST_F(TokenTest, OfACanceledTransactionStaysFree) {
  auto canceled = adding_one("t");
  canceled.actions[0].write.condition = [](const Item*) { return false; };
  EXPECT_THAT(engine->transactions.run(canceled).reasons, SizeIs(1));
  EXPECT_EQ(tokens_kept(), 0u);
  EXPECT_FALSE(engine->transactions.run(adding_one("t", 2)).is_repeated);
}

TEST_F(TokenTest, IsUsedByATransactionThatChangesNothing) {
  const auto nothing = of({check(table, item("none"), false)}, "t");
  EXPECT_FALSE(engine->transactions.run(nothing).is_repeated);
  EXPECT_TRUE(engine->transactions.run(nothing).is_repeated);
}

TEST_F(TokenTest, IsTakenWhileItsTransactionRuns) {
  auto outer = adding_one("t");
  outer.actions[0].write.condition = [&](const Item*) {
    EXPECT_EQ(refusal([&] { engine->transactions.run(adding_one("t")); }),
              "TransactionInProgressException");
    return true;
  };
  engine->transactions.run(outer);
  EXPECT_TRUE(engine->transactions.run(adding_one("t")).is_repeated);
  EXPECT_EQ(times_done, 1);
}

TEST_F(TokenTest, SurvivesARestart) {
  const storage::StoreOptions options{.folder = folder.path()};
  engine = std::make_unique<Engine>(options);
  table = engine->make_table("T");
  engine->transactions.run(adding_one("t"));
  engine.reset();
  engine = std::make_unique<Engine>(options);
  table = engine->catalog.table("T");
  EXPECT_TRUE(engine->transactions.run(adding_one("t")).is_repeated);
  engine->clock.time += minutes(10);
  EXPECT_FALSE(engine->transactions.run(adding_one("t")).is_repeated);
  EXPECT_EQ(times_done, 2);
}

/// No file of the process grows any more: every commit to a store on disk fails.
class FullDisk {
 public:
  FullDisk() {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    rlimit none = limit_;
    none.rlim_cur = 1;
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit limit_{};
  void (*handler_)(int) = nullptr;
};

TEST_F(TokenTest, AFailedCommitWritesNothingAndLeavesItFree) {
  const storage::StoreOptions options{.folder = folder.path()};
  engine = std::make_unique<Engine>(options);
  table = engine->make_table("T", ViewType::keys_only);
  const auto other = engine->make_table("Other");
  auto transaction = adding_one("t");
  transaction.actions.push_back(put(other, item("b")));
  {
    const FullDisk full;
    EXPECT_THROW(engine->transactions.run(transaction), storage::StorageError);
  }
  EXPECT_EQ(engine->reader.item(table->key_of(item("a"))), std::nullopt);
  engine.reset();
  engine = std::make_unique<Engine>(options);
  EXPECT_EQ(engine->reader.item(table->key_of(item("a"))), std::nullopt);
  EXPECT_EQ(engine->reader.item(other->key_of(item("b"))), std::nullopt);
  table = engine->catalog.table("T");
  EXPECT_THAT(engine->records(*table), IsEmpty());
  EXPECT_FALSE(engine->transactions.run(adding_one("t")).is_repeated);
}

/// One transaction that is under way, and others that come meanwhile.
class ConflictTest : public testing::Test {
 protected:
  ConflictTest() { engine.put(table, item("a")); }

  Engine engine;
  std::shared_ptr<const Table> table = engine.make_table("T");
  const std::vector<std::string> claimed = {table->key_of(item("a"))};
};

TEST_F(ConflictTest, ATransactionTellsWhichItemsOthersAreAbout) {
  const auto transaction = of({put(table, item("b")), check(table, item("a"), true)});
  {
    const ItemClaims::Held other(engine.writer.claims(), claimed);
    const auto outcome = engine.transactions.run(transaction);
    EXPECT_THAT(codes(outcome), ElementsAre("None", "TransactionConflict"));
    EXPECT_EQ(outcome.reasons[1].message, "Transaction is ongoing for the item");
    EXPECT_EQ(engine.reader.item(table->key_of(item("b"))), std::nullopt);
  }
  EXPECT_THAT(engine.transactions.run(transaction).reasons, IsEmpty());
}

TEST_F(ConflictTest, AConflictLeavesTheTokenFree) {
  const auto transaction = of({put(table, item("a", "n", Value::number("1")))}, "token");
  {
    const ItemClaims::Held other(engine.writer.claims(), claimed);
    EXPECT_THAT(codes(engine.transactions.run(transaction)), ElementsAre("TransactionConflict"));
  }
  EXPECT_FALSE(engine.transactions.run(transaction).is_repeated);
}

TEST_F(ConflictTest, WritesFailUnlessTheyAreTheServicesOwn) {
  const ItemClaims::Held other(engine.writer.claims(), claimed);
  auto write = Engine::put_of(table, item("a", "n", Value::number("1")));
  EXPECT_EQ(refusal([&] { engine.writer.apply(write); }), "TransactionConflictException");
  EXPECT_EQ(refusal([&] { engine.put(table, item("b")); }), "");
  write.by_service = true;
  EXPECT_EQ(refusal([&] { engine.writer.apply(write); }), "");
}

TEST_F(ConflictTest, TransactionalReadsFailAndOthersDoNot) {
  const ItemClaims::Held other(engine.writer.claims(), claimed);
  EXPECT_EQ(refusal([&] { engine.transactions.read(claimed); }), "TransactionCanceledException");
  EXPECT_TRUE(engine.reader.item(claimed[0]).has_value());
}

TEST_F(ConflictTest, WhoFindsAConflictClaimsNothing) {
  const std::vector<std::string> both = {claimed[0], table->key_of(item("b"))};
  const ItemClaims::Held first(engine.writer.claims(), claimed);
  {
    const ItemClaims::Held second(engine.writer.claims(), both);
    EXPECT_THAT(second.conflicts(), ElementsAre(0u));
    EXPECT_FALSE(engine.writer.claims().has(both[1]));
  }
  EXPECT_TRUE(engine.writer.claims().has(both[0]));
}

/// Accounts in two tables, and transactions that move money between them.
class BankTest : public testing::Test {
 protected:
  static constexpr int accounts_each = 4;
  static constexpr int money_each = 100;

  BankTest() {
    tables = {engine.make_table("One", ViewType::new_and_old_images),
              engine.make_table("Two", ViewType::new_and_old_images)};
    for (int account = 0; account < 2 * accounts_each; ++account) {
      engine.put(table_of(account), account_item(account, money_each));
    }
  }

  const std::shared_ptr<const Table>& table_of(int account) const { return tables[account % 2]; }
  static Item account_item(int account, int money) {
    return item(std::to_string(account), "n", Value::number(std::to_string(money)));
  }
  static int money_in(MapView item) {
    return std::stoi(Number::decode(item.find("n")->number()).text());
  }

  int money_in_all() {
    std::vector<std::string> keys;
    for (int account = 0; account < 2 * accounts_each; ++account) {
      keys.push_back(table_of(account)->key_of(item(std::to_string(account))));
    }
    int money = 0;
    for (const auto& account : engine.writer.read_all(keys)) {
      EXPECT_GE(money_in(*account), 0);
      money += money_in(*account);
    }
    return money;
  }

  TransactionAction adding(int account, int money) const {
    TransactionAction action;
    action.write.table = table_of(account);
    action.write.key = table_of(account)->key_of(item(std::to_string(account)));
    action.write.condition = [money](const Item* old_item) {
      return money_in(*old_item) + money >= 0;
    };
    action.write.change = [account, money](const Item* old_item) {
      return account_item(account, money_in(*old_item) + money);
    };
    return action;
  }

  /// As a client does it: what conflicts is tried again.
  TransactionOutcome run_without_conflict(const Transaction& transaction) {
    while (true) {
      auto outcome = engine.transactions.run(transaction);
      const auto all = codes(outcome);
      if (std::ranges::find(all, "TransactionConflict") == all.end()) return outcome;
    }
  }

  /// Moves it, now and then twice with the same token. How many transactions were done.
  int move_money(int teller, int times) {
    std::mt19937 dice(static_cast<unsigned>(teller));
    int done = 0;
    for (int i = 0; i < times; ++i) {
      const int from = static_cast<int>(dice() % (2 * accounts_each));
      const int to =
          static_cast<int>((from + 1 + dice() % (2 * accounts_each - 1)) % (2 * accounts_each));
      const int money = static_cast<int>(1 + dice() % money_each);
      const auto token = std::to_string(teller) + "-" + std::to_string(i);
      const auto transfer = of({adding(from, -money), adding(to, money)}, token);
      const bool was_done = run_without_conflict(transfer).reasons.empty();
      done += was_done ? 1 : 0;
      if (was_done && dice() % 4 == 0) {
        EXPECT_TRUE(run_without_conflict(transfer).is_repeated);
      }
    }
    return done;
  }

  /// Writes that are no transactions, to the same accounts.
  void stamp_accounts(int times) {
    for (int i = 0; i < times; ++i) {
      const int account = i % (2 * accounts_each);
      Write write = adding(account, 0).write;
      write.change = [account, i](const Item* old_item) {
        return Item::of({{"pk", Value::string(std::to_string(account))},
                         {"n", Value(old_item->find("n").value())},
                         {"stamp", Value::number(std::to_string(i))}});
      };
      while (refusal([&] { engine.writer.apply(write); }) == "TransactionConflictException") {
      }
    }
  }

  Engine engine{{.in_memory = true}, /*shards=*/3};
  std::vector<std::shared_ptr<const Table>> tables;
};

TEST_F(BankTest, NeverLosesMoneyAndItsStreamsTellTheWholeStory) {
  constexpr int tellers = 8;
  constexpr int times = 400;
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int teller = 0; teller < tellers; ++teller) {
    threads.emplace_back([&, teller] { done += move_money(teller, times); });
  }
  threads.emplace_back([&] { stamp_accounts(times); });
  std::atomic<bool> is_closed = false;
  std::thread auditor([&] {
    do {
      EXPECT_EQ(money_in_all(), 2 * accounts_each * money_each);
    } while (!is_closed);
  });
  for (auto& thread : threads) thread.join();
  is_closed = true;
  auditor.join();
  EXPECT_GT(done, tellers * times / 10);
  EXPECT_EQ(money_in_all(), 2 * accounts_each * money_each);

  // Every record begins where the one before it ended, and the last one is what is there.
  std::size_t records = 0;
  std::map<std::string, Item> retold;
  for (const auto& table : tables) {
    for (const auto& record : engine.records(*table)) {
      const auto view = record.view();
      const std::string account(view.keys.find("pk")->text());
      if (view.old_image) {
        ASSERT_EQ(Item(*view.old_image), retold.at(account));
        ++records;
      }
      retold.insert_or_assign(account, Item(*view.new_image));
    }
  }
  EXPECT_EQ(records, 2u * static_cast<std::size_t>(done) + times);
  for (int account = 0; account < 2 * accounts_each; ++account) {
    const auto key = table_of(account)->key_of(item(std::to_string(account)));
    EXPECT_EQ(engine.reader.item(key), retold.at(std::to_string(account)));
  }
}

}  // namespace
}  // namespace engine
