#pragma once

#include <simdjson.h>

#include <climits>
#include <cstdint>
#include <span>
#include <string_view>

/// What a request must look like before anybody reads it: the JSON type of every member, and the
/// constraints of the service's published model (dynamodb.md 2.6 and 3).
///
/// The tables are made at build time from `api/model`; an operation gets its row by its name in
/// `api/model/notes.json`.
namespace api {

using JsonView = simdjson::dom::element;

enum class Kind : std::uint8_t {
  string,
  integer,
  long_integer,
  decimal,
  boolean,
  blob,
  list,
  map,
  structure,
};

struct Shape;

struct Member {
  std::string_view name;  ///< As in a request: `TableName`.
  std::string_view path;  ///< As in a message: `tableName`.
  const Shape* shape = nullptr;
  bool is_required = false;
};

struct Shape {
  std::string_view name;
  Kind kind = Kind::string;
  /// Of a number its value; of a string, list or map its length.
  long long min = LLONG_MIN;
  long long max = LLONG_MAX;
  std::string_view pattern;
  /// The values a string may have, as messages list them.
  std::span<const std::string_view> values;
  /// The list as the new layer prints it, where it prints another one.
  std::string_view new_values_text;
  const Shape* element = nullptr;  ///< Of a list, or of the values of a map.
  const Shape* key = nullptr;      ///< Of the keys of a map.
  /// Of a structure, in the order in which constraints are looked at.
  std::span<const Member> members;
  /// Of a structure: its members as Java prints them.
  std::span<const std::string_view> printed;
  bool is_table_name = false;
  bool is_attribute_value = false;
  /// Of a map from table names to lists: the most elements a list may have.
  long long batch_max = 0;

  const Member* member(std::string_view name) const;
};

/// The input of one operation.
struct Input {
  std::string_view service;    ///< `dynamodb`, `dynamodbstreams` or `lambda`.
  std::string_view operation;  ///< `PutItem`
  const Shape* shape = nullptr;

  /// Throws `ApiError`: a SerializationException for the first member of the wrong JSON type, or
  /// else a ValidationException that lists the constraints which do not hold. Allocates nothing
  /// when all is well.
  void check(JsonView body) const;
};

/// There is a table for the operation.
const Input& input_of(std::string_view service, std::string_view operation);

/// A member that has passed the check, as the service reads it: numbers are brought down to whole
/// ones, and text such as "yes" is a boolean.
long long integer_of(JsonView value);
bool boolean_of(JsonView value);

}  // namespace api
