#include "storage/store.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/experimental.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "storage/error.h"

namespace storage {

namespace {

/// Raised whenever an older program could no longer read what this one writes.
constexpr std::string_view format_version = "5";
constexpr std::string_view format_key = "format";

constexpr std::array<const char*, column_count> column_names = {
    // RocksDB insists on this name for the first.
    "default",
    "items",
    "records",
};

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

/// Small buffers: a test server idles in megabytes, and a large store pays with more, smaller
/// files.
rocksdb::ColumnFamilyOptions column_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 8 << 20;
  options.max_write_buffer_number = 3;
  options.arena_block_size = 64 << 10;
  options.compression = rocksdb::kNoCompression;
  options.level_compaction_dynamic_level_bytes = true;

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 8 << 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

/// RocksDB's own diary. On a full disk a line that cannot be written to it ends the whole process,
/// in a library built with assertions as Debian's is.
struct NoLog final : rocksdb::Logger {
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

/// After a write that found no space RocksDB would wait for more of it by itself, looking every few
/// seconds, and let nobody else try meanwhile. `Store::commit` tries at once.
struct NoRecoveryOfItsOwn final : rocksdb::EventListener {
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

rocksdb::DBOptions database_options(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_open_files = 256;
  options.max_background_jobs = 2;
  options.max_total_wal_size = 64 << 20;
  options.info_log = std::make_shared<NoLog>();
  options.listeners.push_back(std::make_shared<NoRecoveryOfItsOwn>());
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.avoid_unnecessary_blocking_io = true;
  // A torn last write is what a killed process or a full disk leaves.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  return options;
}

void prepare_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw StorageError("cannot make the folder " + folder + ": " + error.message());
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw StorageError("cannot write to the folder " + folder + ": " + std::strerror(errno));
  }
}

[[noreturn]] void fail_open(const std::string& folder, const rocksdb::Status& status) {
  const std::string text = status.ToString();
  if (text.find("LOCK") != std::string::npos) {
    throw StorageError("the store " + folder + " is in use by another process");
  }
  throw StorageError("cannot open the store " + folder + ": " + text);
}

}  // namespace

// --- Batch ---

namespace {

/// Names a column to a write batch before there is a database: RocksDB asks a handle only for its
/// number and its order of keys. `Store` checks at open that the numbers are those of the columns.
class ColumnName final : public rocksdb::ColumnFamilyHandle {
 public:
  explicit ColumnName(std::uint32_t number) : number_(number) {}
  const std::string& GetName() const override { return name_; }
  std::uint32_t GetID() const override { return number_; }
  rocksdb::Status GetDescriptor(rocksdb::ColumnFamilyDescriptor*) override {
    return rocksdb::Status::NotSupported();
  }
  const rocksdb::Comparator* GetComparator() const override {
    return rocksdb::BytewiseComparator();
  }

 private:
  std::uint32_t number_;
  std::string name_;
};

rocksdb::ColumnFamilyHandle* column_name(Column column) {
  static std::array<ColumnName, column_count> names = {ColumnName(0), ColumnName(1), ColumnName(2)};
  return &names[static_cast<std::size_t>(column)];
}

void check_batch(const rocksdb::Status& status) {
  if (!status.ok()) throw StorageError(status.ToString());
}

}  // namespace

struct Batch::Changes {
  rocksdb::WriteBatch writes;
};

Batch::Batch() : changes_(std::make_unique<Changes>()) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;

void Batch::put(Column column, std::string_view key, std::string_view value) {
  check_batch(changes_->writes.Put(column_name(column), slice(key), slice(value)));
}

void Batch::remove(Column column, std::string_view key) {
  check_batch(changes_->writes.Delete(column_name(column), slice(key)));
}

void Batch::remove_range(Column column, std::string_view from, std::string_view to) {
  check_batch(changes_->writes.DeleteRange(column_name(column), slice(from), slice(to)));
}

bool Batch::empty() const { return changes_->writes.Count() == 0; }

void Batch::clear() { changes_->writes.Clear(); }

// --- Cursor ---

struct Cursor::Walk {
  Walk(std::string_view from, std::string_view to, bool is_forward)
      : from(from), to(to), is_forward(is_forward) {}
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  // They outlive the iterator, which keeps views of them.
  std::string from;
  std::string to;
  rocksdb::Slice from_slice = slice(from);
  rocksdb::Slice to_slice = slice(to);
  bool is_forward;
  std::unique_ptr<rocksdb::Iterator> iterator;

  rocksdb::ReadOptions within_bounds(rocksdb::ReadOptions options) const {
    options.iterate_lower_bound = &from_slice;
    if (!to.empty()) options.iterate_upper_bound = &to_slice;
    return options;
  }

  void check() const {
    if (!iterator->status().ok()) throw StorageError(iterator->status().ToString());
  }
};

Cursor::Cursor(std::unique_ptr<Walk> walk) : walk_(std::move(walk)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

bool Cursor::valid() const { return walk_->iterator->Valid(); }

void Cursor::next() {
  if (walk_->is_forward) {
    walk_->iterator->Next();
  } else {
    walk_->iterator->Prev();
  }
  walk_->check();
}

std::string_view Cursor::key() const { return view(walk_->iterator->key()); }
std::string_view Cursor::value() const { return view(walk_->iterator->value()); }

// --- Store ---

struct Store::Database {
  std::unique_ptr<rocksdb::Env> memory;  ///< Outlives `db`.
  std::unique_ptr<rocksdb::DB> db;
  std::array<rocksdb::ColumnFamilyHandle*, column_count> handles{};
  rocksdb::WriteOptions write_options;
  std::mutex resume_mutex;  ///< Held by whoever tells RocksDB to go on: one at a time.

  rocksdb::ColumnFamilyHandle* handle(Column column) const {
    return handles[static_cast<std::size_t>(column)];
  }

  bool get(const rocksdb::ReadOptions& options, Column column, std::string_view key,
           std::string& value) const {
    rocksdb::PinnableSlice pinned;
    const auto status = db->Get(options, handle(column), slice(key), &pinned);
    if (status.IsNotFound()) return false;
    if (!status.ok()) throw StorageError(status.ToString());
    value.assign(pinned.data(), pinned.size());
    return true;
  }

  std::unique_ptr<Cursor::Walk> forward(const rocksdb::ReadOptions& options, Column column,
                                        std::string_view from, std::string_view to) const {
    auto walk = std::make_unique<Cursor::Walk>(from, to, /*is_forward=*/true);
    walk->iterator.reset(db->NewIterator(walk->within_bounds(options), handle(column)));
    walk->iterator->Seek(walk->from_slice);
    walk->check();
    return walk;
  }

  std::unique_ptr<Cursor::Walk> backward(const rocksdb::ReadOptions& options, Column column,
                                         std::string_view from, std::string_view to) const {
    auto walk = std::make_unique<Cursor::Walk>(from, to, /*is_forward=*/false);
    walk->iterator.reset(db->NewIterator(walk->within_bounds(options), handle(column)));
    walk->iterator->SeekToLast();
    walk->check();
    return walk;
  }

  ~Database() {
    if (!db) return;
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    db->Close();
  }
};

Store::Store(const StoreOptions& options) : database_(std::make_unique<Database>()) {
  auto& database = *database_;
  rocksdb::Env* env = rocksdb::Env::Default();
  std::string folder = options.folder;
  if (options.in_memory) {
    database.memory.reset(rocksdb::NewMemEnv(env));
    env = database.memory.get();
    folder = "/store";
    // Nothing survives the process, so nothing is gained from a log.
    database.write_options.disableWAL = true;
  } else {
    prepare_folder(folder);
    database.write_options.sync = options.durability == Durability::fsync;
  }

  const auto cache = rocksdb::NewLRUCache(8 << 20);
  std::vector<rocksdb::ColumnFamilyDescriptor> columns;
  for (const char* name : column_names) columns.emplace_back(name, column_options(cache));

  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(database_options(env), folder, columns, &handles, &db);
  if (!status.ok()) fail_open(folder, status);
  database.db.reset(db);
  std::copy(handles.begin(), handles.end(), database.handles.begin());
  for (std::uint32_t number = 0; number < column_count; ++number) {
    assert(database.handles[number]->GetID() == number);
  }

  const auto format = get(Column::state, format_key);
  if (!format) {
    Batch batch;
    batch.put(Column::state, format_key, format_version);
    commit(batch);
  } else if (*format != format_version) {
    throw StorageError("the store " + folder + " has format " + *format +
                       "; this program knows format " + std::string(format_version));
  }
}

Store::~Store() = default;

bool Store::get(Column column, std::string_view key, std::string& value) const {
  return database_->get({}, column, key, value);
}

std::optional<std::string> Store::get(Column column, std::string_view key) const {
  std::string value;
  if (!get(column, key, value)) return std::nullopt;
  return value;
}

void Store::commit(Batch& batch) {
  if (batch.empty()) return;
  auto& writes = batch.changes_->writes;
  auto status = database_->db->Write(database_->write_options, &writes);
  if (status.ok()) return;
  // After a failed write (a full disk) RocksDB refuses all writes until it is told to go on. If
  // there is room again, this write is the first to succeed; or one beside it was, and has told it.
  const std::lock_guard lock(database_->resume_mutex);
  status = database_->db->Write(database_->write_options, &writes);
  if (!status.ok() && database_->db->Resume().ok()) {
    status = database_->db->Write(database_->write_options, &writes);
  }
  if (!status.ok()) throw StorageError("cannot write to the store: " + status.ToString());
}

Cursor Store::scan(Column column, std::string_view from, std::string_view to) const {
  return Cursor(database_->forward({}, column, from, to));
}

Cursor Store::scan_back(Column column, std::string_view from, std::string_view to) const {
  return Cursor(database_->backward({}, column, from, to));
}

std::optional<Entry> Store::last(Column column, std::string_view from, std::string_view to) const {
  const rocksdb::Slice lower = slice(from);
  const rocksdb::Slice upper = slice(to);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower;
  if (!to.empty()) options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database_->db->NewIterator(options, database_->handle(column)));
  iterator->SeekToLast();
  if (!iterator->status().ok()) throw StorageError(iterator->status().ToString());
  if (!iterator->Valid()) return std::nullopt;
  return Entry{iterator->key().ToString(), iterator->value().ToString()};
}

void Store::reclaim(Column column, std::string_view from, std::string_view to) {
  const rocksdb::Slice begin = slice(from);
  const rocksdb::Slice end = slice(to);
  auto* const handle = database_->handle(column);
  // Files with nothing else in them go at once; what shares its file with other keys is rewritten.
  (void)rocksdb::DeleteFilesInRange(database_->db.get(), handle, &begin, &end,
                                    /*include_end=*/false);
  (void)rocksdb::experimental::SuggestCompactRange(database_->db.get(), handle, &begin, &end);
}

std::size_t Store::approximate_bytes(Column column) const {
  std::uint64_t total = 0;
  for (const auto& property : {rocksdb::DB::Properties::kTotalSstFilesSize,
                               rocksdb::DB::Properties::kCurSizeAllMemTables}) {
    std::uint64_t bytes = 0;
    database_->db->GetIntProperty(database_->handle(column), property, &bytes);
    total += bytes;
  }
  return total;
}

// --- Snapshot ---

struct Snapshot::Held {
  explicit Held(const Store::Database& database) : database(database) {
    options.snapshot = database.db->GetSnapshot();
  }
  ~Held() { database.db->ReleaseSnapshot(options.snapshot); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  const Store::Database& database;
  rocksdb::ReadOptions options;
};

Snapshot Store::snapshot() const {
  auto held = std::make_unique<Snapshot::Held>(*database_);
  return Snapshot(std::move(held));
}

Snapshot::Snapshot(std::unique_ptr<Held> held) : held_(std::move(held)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

bool Snapshot::get(Column column, std::string_view key, std::string& value) const {
  return held_->database.get(held_->options, column, key, value);
}

Cursor Snapshot::scan(Column column, std::string_view from, std::string_view to) const {
  return Cursor(held_->database.forward(held_->options, column, from, to));
}

Cursor Snapshot::scan_back(Column column, std::string_view from, std::string_view to) const {
  return Cursor(held_->database.backward(held_->options, column, from, to));
}

}  // namespace storage
