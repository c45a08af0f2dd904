#include "engine/value/attribute_value.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "engine/value/encoding.h"
#include "engine/value/number.h"

namespace engine {

namespace {

/// What each element of a list or a map counts for, and each list or map itself (dynamodb.md 4.4).
constexpr std::size_t element_overhead = 1;
constexpr std::size_t container_overhead = 3;

std::string_view payload(std::string_view value) {
  value.remove_prefix(1);
  return encoding::take_bytes(value);
}

}  // namespace

std::string_view type_name(Type type) {
  static constexpr std::string_view names[] = {"S", "N", "B",  "BOOL", "NULL",
                                               "M", "L", "SS", "NS",   "BS"};
  return names[static_cast<std::size_t>(type)];
}

// ValueView

Type ValueView::type() const { return static_cast<Type>(bytes_[0]); }

std::string_view ValueView::text() const {
  assert(type() == Type::string || type() == Type::binary);
  return payload(bytes_);
}

std::string_view ValueView::number() const {
  assert(type() == Type::number);
  return bytes_.substr(1);
}

bool ValueView::boolean() const {
  assert(type() == Type::boolean);
  return bytes_[1] != 0;
}

MapView ValueView::map() const {
  assert(type() == Type::map);
  return MapView(payload(bytes_));
}

ListView ValueView::list() const {
  assert(type() == Type::list);
  return ListView(payload(bytes_));
}

SetView ValueView::set() const {
  assert(type() >= Type::string_set);
  return SetView(type(), payload(bytes_));
}

std::size_t ValueView::size_bytes() const {
  switch (type()) {
    case Type::string:
    case Type::binary:
      return text().size();
    case Type::number:
      return Number::size_bytes(number());
    case Type::boolean:
    case Type::null:
      return 1;
    case Type::map: {
      std::size_t size = container_overhead;
      for (const auto& [name, value] : map()) {
        size += element_overhead + name.size() + value.size_bytes();
      }
      return size;
    }
    case Type::list: {
      std::size_t size = container_overhead;
      for (const auto& element : list()) size += element_overhead + element.size_bytes();
      return size;
    }
    default: {
      std::size_t size = 0;
      for (const auto element : set().elements()) {
        size += type() == Type::number_set ? Number::size_bytes(element) : element.size();
      }
      return size;
    }
  }
}

// MapView

void MapView::Iterator::read() {
  if (rest_.empty()) return;
  std::string_view bytes = rest_;
  const std::string_view name = encoding::take_bytes(bytes);
  const std::size_t length = encoding::value_length(bytes);
  current_ = {name, ValueView(bytes.substr(0, length))};
  length_ = static_cast<std::size_t>(bytes.data() - rest_.data()) + length;
}

MapView::Iterator& MapView::Iterator::operator++() {
  rest_.remove_prefix(length_);
  read();
  return *this;
}

std::optional<ValueView> MapView::find(std::string_view name) const {
  std::string_view rest = entries_;
  while (!rest.empty()) {
    const std::string_view here = encoding::take_bytes(rest);
    const std::size_t length = encoding::value_length(rest);
    const int order = here.compare(name);
    if (order == 0) return ValueView(rest.substr(0, length));
    if (order > 0) return std::nullopt;
    rest.remove_prefix(length);
  }
  return std::nullopt;
}

std::size_t MapView::size() const {
  std::size_t count = 0;
  for (auto at = begin(); at != end(); ++at) ++count;
  return count;
}

std::size_t MapView::size_bytes() const {
  std::size_t size = 0;
  for (const auto& [name, value] : *this) size += name.size() + value.size_bytes();
  return size;
}

// ListView

void ListView::Iterator::read() {
  if (!rest_.empty()) current_ = ValueView(rest_.substr(0, encoding::value_length(rest_)));
}

ListView::Iterator& ListView::Iterator::operator++() {
  rest_.remove_prefix(current_.bytes().size());
  read();
  return *this;
}

std::optional<ValueView> ListView::at(std::size_t index) const {
  for (const auto& element : *this) {
    if (index-- == 0) return element;
  }
  return std::nullopt;
}

std::size_t ListView::size() const {
  std::size_t count = 0;
  for (auto at = begin(); at != end(); ++at) ++count;
  return count;
}

// SetView

std::vector<std::string_view> SetView::elements() const {
  std::vector<std::string_view> found;
  std::string_view rest = elements_;
  while (!rest.empty()) {
    if (type_ == Type::number_set) {
      const std::size_t length = Number::encoded_length(rest);
      found.push_back(rest.substr(0, length));
      rest.remove_prefix(length);
    } else {
      found.push_back(encoding::take_bytes(rest));
    }
  }
  return found;
}

std::size_t SetView::size() const { return elements().size(); }

bool SetView::contains(std::string_view element) const {
  const auto all = elements();
  return std::binary_search(all.begin(), all.end(), element);
}

// Value

Value Value::string(std::string_view text) {
  std::string bytes;
  encoding::append_tag(bytes, Type::string);
  encoding::append_bytes(bytes, text);
  return Value(std::move(bytes));
}

Value Value::number(std::string_view text) { return number(Number::parse(text)); }

Value Value::number(const Number& number) {
  std::string bytes;
  encoding::append_tag(bytes, Type::number);
  bytes.append(number.encoded());
  return Value(std::move(bytes));
}

Value Value::binary(std::string_view binary) {
  std::string bytes;
  encoding::append_tag(bytes, Type::binary);
  encoding::append_bytes(bytes, binary);
  return Value(std::move(bytes));
}

Value Value::boolean(bool value) {
  std::string bytes;
  encoding::append_tag(bytes, Type::boolean);
  bytes.push_back(value ? 1 : 0);
  return Value(std::move(bytes));
}

Value Value::null() {
  std::string bytes;
  encoding::append_tag(bytes, Type::null);
  return Value(std::move(bytes));
}

Value Value::list(const std::vector<Value>& elements) {
  std::string bytes;
  encoding::append_tag(bytes, Type::list);
  const auto start = encoding::begin_counted(bytes);
  for (const auto& element : elements) bytes.append(element.bytes());
  encoding::end_counted(bytes, start);
  return Value(std::move(bytes));
}

Value Value::map(std::vector<std::pair<std::string, Value>> entries) {
  std::string bytes;
  encoding::append_tag(bytes, Type::map);
  encoding::append_bytes(bytes, Item::of(std::move(entries)).bytes());
  return Value(std::move(bytes));
}

Value Value::set(Type type, std::vector<std::string> elements) {
  std::sort(elements.begin(), elements.end());
  elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
  std::string bytes;
  encoding::append_tag(bytes, type);
  const auto start = encoding::begin_counted(bytes);
  for (const auto& element : elements) {
    if (type != Type::number_set) encoding::append_length(bytes, element.size());
    bytes.append(element);
  }
  encoding::end_counted(bytes, start);
  return Value(std::move(bytes));
}

// Item

Item Item::of(std::vector<std::pair<std::string, Value>> attributes) {
  std::sort(attributes.begin(), attributes.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string entries;
  for (const auto& [name, value] : attributes) {
    encoding::append_bytes(entries, name);
    entries.append(value.bytes());
  }
  return Item(std::move(entries));
}

}  // namespace engine
