// BatchGetItem: up to 100 items by their keys, in one or more tables.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "api/dynamodb/item_request.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "engine/api_error.h"
#include "engine/capacity.h"
#include "engine/limits.h"
#include "engine/read/reader.h"
#include "engine/table/catalog.h"
#include "engine/throttle/meter.h"
#include "engine/value/json.h"

namespace api {

namespace {

using engine::validation_error;

const Input& input = input_of("dynamodb", "BatchGetItem");
const Layer layer = layer_of("BatchGetItem");

/// What is asked of one table.
struct TableGets {
  std::string_view table_name;
  JsonView given;  ///< `Keys` and how to read them.
  ItemRequest request;
  std::vector<JsonView> given_keys;
  std::vector<engine::Item> keys;
  Expressions expressions;
  std::shared_ptr<const engine::Table> table;
  std::vector<std::string> store_keys;
};

struct Request {
  std::vector<TableGets> tables;
  ReturnCapacity return_capacity = ReturnCapacity::none;
};

/// Equal for keys that are written in the same way, in any order of their attributes.
std::string text_of(JsonView key) {
  std::vector<std::string> attributes;
  for (const auto& [name, value] : simdjson::dom::object(key)) {
    std::string attribute;
    engine::append_json_string(attribute, name);
    attributes.push_back(attribute + ":" + simdjson::minify(value));
  }
  std::ranges::sort(attributes);
  std::string text;
  for (const auto& attribute : attributes) text += attribute + ",";
  return text;
}

/// Numbers are compared as they are written: 1000 and 1e3 are two keys (dynamodb.md 10).
void require_different(const TableGets& gets) {
  std::unordered_set<std::string> seen;
  for (const JsonView key : gets.given_keys) {
    if (!seen.insert(text_of(key)).second) {
      throw validation_error("Provided list of item keys contains duplicates");
    }
  }
}

TableGets read_table(std::string_view table_name, JsonView given) {
  const Shape& of_table = *input.shape->member("RequestItems")->shape->element;
  TableGets gets{
      .table_name = table_name, .given = given, .request = read_item_request(of_table, given)};
  for (const JsonView key : simdjson::dom::array(required_member(given, "Keys"))) {
    gets.given_keys.push_back(key);
  }
  return gets;
}

void require_one_way(const std::vector<TableGets>& tables) {
  const auto has_projection = [](const TableGets& gets) {
    return gets.request.expressions.projection.has_value();
  };
  const auto has_attributes = [](const TableGets& gets) {
    return gets.request.expressions.legacy.attributes_to_get.has_value();
  };
  if (!std::ranges::any_of(tables, has_projection) ||
      !std::ranges::any_of(tables, has_attributes)) {
    return;
  }
  throw validation_error(
      "Can not use both expression and non-expression parameters in the same request: "
      "Non-expression parameters: {AttributesToGet} Expression parameters: "
      "{ProjectionExpression}");
}

/// With all that can be said without looking at a table.
Request read(JsonView body) {
  Request request;
  request.return_capacity = return_capacity_in(body);
  std::size_t count = 0;
  for (const auto& [name, given] : simdjson::dom::object(required_member(body, "RequestItems"))) {
    request.tables.push_back(read_table(name, given));
    count += request.tables.back().given_keys.size();
  }
  if (count > engine::limits::batch_get_items_max) {
    throw validation_error("Too many items requested for the BatchGetItem call");
  }
  require_one_way(request.tables);
  for (TableGets& gets : request.tables) {
    gets.request.expressions.require_sense(layer);
    for (const JsonView key : gets.given_keys) gets.keys.push_back(engine::item_from_json(key));
    gets.expressions = gets.request.expressions.parse();
    require_different(gets);
  }
  return request;
}

/// Tables first: a missing one is told before anything that depends on a schema.
void find_items(const engine::Catalog& catalog, Request& request) {
  for (TableGets& gets : request.tables) gets.table = catalog.table(gets.table_name);
  for (TableGets& gets : request.tables) {
    for (const auto& key : gets.keys) gets.store_keys.push_back(gets.table->key_of_key(key));
    gets.expressions.require_scalar_keys(*gets.table);
  }
}

/// Reads items as long as there is room in the answer.
class Answer {
 public:
  Answer(const engine::Reader& reader, engine::ThroughputMeter& meter)
      : reader_(reader), meter_(meter) {}

  void append_items(std::string& out, const TableGets& gets) {
    std::size_t next = 0;
    engine::Capacity capacity;
    for (; next < gets.store_keys.size() && bytes_ < engine::limits::batch_get_bytes_max; ++next) {
      if (!has_throughput(*gets.table)) break;
      const auto item = reader_.item(gets.store_keys[next]);
      const std::size_t bytes = item ? item->size_bytes() : 0;
      if (item && bytes_ + bytes > engine::limits::batch_get_bytes_max) break;
      bytes_ += bytes;
      const double units = engine::read_units(bytes, gets.request.is_consistent);
      meter_.take_read(*gets.table, units);
      capacity += {.table = units};
      if (item) append_item(out, gets, *item);
    }
    is_any_read_ = is_any_read_ || next > 0;
    if (next > 0) capacities_[gets.table_name] += capacity;
    if (next < gets.store_keys.size()) note_unprocessed(gets, next);
  }

  /// Throws what is said of the last table without throughput if nothing could be read.
  void require_any_read() const {
    if (!is_any_read_ && throttling_) throw *throttling_;
  }
  /// `"T":{"Keys":[...],...},...`
  const std::string& unprocessed() const { return unprocessed_; }
  const Capacities& capacities() const { return capacities_; }

 private:
  bool has_throughput(const engine::Table& table) {
    if (!meter_.is_enforced()) return true;
    try {
      meter_.require_read(table);
    } catch (const engine::ApiError& error) {
      throttling_ = error;
      return false;
    }
    return true;
  }

  static void append_item(std::string& out, const TableGets& gets, const engine::Item& item) {
    if (out.back() != '[') out += ',';
    const auto& projection = gets.expressions.projection;
    if (projection) {
      engine::append_json(out, projection->select(item).view());
    } else {
      engine::append_json(out, item.view());
    }
  }

  /// The keys from that one on, to be asked for in the same way.
  void note_unprocessed(const TableGets& gets, std::size_t first) {
    if (!unprocessed_.empty()) unprocessed_ += ',';
    engine::append_json_string(unprocessed_, gets.table_name);
    unprocessed_ += ":{\"Keys\":[";
    for (std::size_t i = first; i < gets.keys.size(); ++i) {
      if (i > first) unprocessed_ += ',';
      engine::append_json(unprocessed_, gets.keys[i].view());
    }
    unprocessed_ += ']';
    for (const auto& [name, value] : simdjson::dom::object(gets.given)) {
      if (name == "Keys" || value.is_null()) continue;
      unprocessed_ += ',';
      engine::append_json_string(unprocessed_, name);
      unprocessed_ += ':';
      unprocessed_ += simdjson::minify(value);
    }
    unprocessed_ += '}';
  }

  const engine::Reader& reader_;
  engine::ThroughputMeter& meter_;
  bool is_any_read_ = false;
  std::optional<engine::ApiError> throttling_;
  std::size_t bytes_ = 0;
  std::string unprocessed_;
  Capacities capacities_;
};

}  // namespace

void batch_get_item(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  Request request = checked(layer, [&] { return read(call.body); });
  find_items(services.catalog, request);

  Answer answer(services.reader, services.meter);
  out += "{\"Responses\":{";
  for (const TableGets& gets : request.tables) {
    if (out.back() != '{') out += ',';
    engine::append_json_string(out, gets.table_name);
    out += ":[";
    answer.append_items(out, gets);
    out += ']';
  }
  answer.require_any_read();
  out += "},\"UnprocessedKeys\":{";
  out += answer.unprocessed();
  out += '}';
  if (request.return_capacity != ReturnCapacity::none) {
    out += ',';
    append_consumed_capacities(out, request.return_capacity, answer.capacities());
  }
  out += '}';
}

}  // namespace api
