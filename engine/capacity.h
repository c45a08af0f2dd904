#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "engine/read/page.h"
#include "engine/write/writer.h"

namespace engine {

/// Capacity units (dynamodb.md 9.1; Amazon DynamoDB Developer Guide, "Capacity unit consumption"),
/// by what they were taken from. Indexes that took none are not there.
struct Capacity {
  double table = 0;
  std::map<std::string, double> local_indexes;
  std::map<std::string, double> global_indexes;
  /// Bytes, which are told beside the units.
  std::map<std::string, double> vector_indexes;

  double total() const;
  Capacity& operator+=(const Capacity& other);
};

/// An item that does not exist has no bytes.
double read_units(std::size_t item_bytes, bool is_consistent);

/// Of a page of `source`: what is read is rounded up once (dynamodb.md 9.1).
Capacity capacity_of(const Source& source, const PageEnd& page, bool is_consistent);

/// Of a write that was done, or of one that changed nothing.
Capacity capacity_of(const WriteOutcome& outcome);

/// The same in a transaction: twice the units of the table, not of the indexes.
Capacity transaction_capacity_of(const WriteOutcome& outcome);
/// Of a read in a transaction.
Capacity transaction_read_capacity(std::size_t item_bytes);

}  // namespace engine
