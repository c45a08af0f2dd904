#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/table.h"

/// Items as lines of text (Amazon DynamoDB Developer Guide, "Amazon S3 import formats for
/// DynamoDB").
namespace engine {

/// `{"Item":{...}}`. Throws `ApiError` if it is no item.
Item item_of_json_line(std::string_view line);

/// Reads the lines of files of comma separated values: keys of the table and its indexes are of
/// their types, everything else is a string.
class CsvReader {
 public:
  CsvReader(const Table& table, char delimiter) : table_(table), delimiter_(delimiter) {}

  void set_header(std::vector<std::string> names) { names_ = std::move(names); }
  bool has_header() const { return !names_.empty(); }
  /// The values of a line. Throws `ApiError` if it is not UTF-8, or has quotes that are
  /// not closed, or stand inside a value.
  std::vector<std::string> values_of(std::string_view line) const;
  /// Throws `ApiError` if the line has not as many values as the header, or one is not of the type
  /// of its key.
  Item item_of(std::string_view line) const;

 private:
  Value value_of(std::string_view name, std::string_view text) const;

  const Table& table_;
  const char delimiter_;
  std::vector<std::string> names_;
};

}  // namespace engine
