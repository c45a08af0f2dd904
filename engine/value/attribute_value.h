#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Values and items live in one form: the bytes that are stored. `encoding.h` draws it.
///
/// Views look into bytes that somebody else keeps; owners keep their own. Equal values have equal
/// bytes: map entries are sorted by name, set elements by value, numbers are canonical. So equality
/// is a comparison of bytes.
namespace engine {

enum class Type : std::uint8_t {
  string,
  number,
  binary,
  boolean,
  null,
  map,
  list,
  string_set,
  number_set,
  binary_set,
};

/// `S`, `N`, `B`, `BOOL`, `NULL`, `M`, `L`, `SS`, `NS`, `BS`.
std::string_view type_name(Type type);

class MapView;
class ListView;
class Number;
class SetView;

/// A value, seen.
class ValueView {
 public:
  /// `bytes` is exactly one encoded value, well-formed.
  explicit ValueView(std::string_view bytes) : bytes_(bytes) {}

  Type type() const;
  std::string_view bytes() const { return bytes_; }

  std::string_view text() const;    ///< The string (S) or the bytes (B).
  std::string_view number() const;  ///< The encoding of the number (N): see `Number::decode`.
  bool boolean() const;
  MapView map() const;
  ListView list() const;
  SetView set() const;

  /// The bytes it counts for in an item (dynamodb.md 4.4).
  std::size_t size_bytes() const;
  bool operator==(const ValueView& other) const { return bytes_ == other.bytes_; }

 private:
  std::string_view bytes_;
};

struct Attribute {
  std::string_view name;
  ValueView value;
};

/// The attributes of a map or an item, in the byte order of their names.
class MapView {
 public:
  class Iterator {
   public:
    explicit Iterator(std::string_view rest) : rest_(rest) { read(); }
    const Attribute& operator*() const { return current_; }
    const Attribute* operator->() const { return &current_; }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return rest_.data() != other.rest_.data(); }
    bool operator==(const Iterator& other) const { return rest_.data() == other.rest_.data(); }

   private:
    void read();
    std::string_view rest_;
    std::size_t length_ = 0;
    Attribute current_{{}, ValueView({})};
  };

  MapView() = default;
  /// `entries`: encoded entries, one after the other.
  explicit MapView(std::string_view entries) : entries_(entries) {}

  std::optional<ValueView> find(std::string_view name) const;
  bool empty() const { return entries_.empty(); }
  std::size_t size() const;  ///< Counts; linear.
  Iterator begin() const { return Iterator(entries_); }
  Iterator end() const { return Iterator(entries_.substr(entries_.size())); }
  std::string_view bytes() const { return entries_; }
  /// Names and values, as an item counts them.
  std::size_t size_bytes() const;
  bool operator==(const MapView& other) const { return entries_ == other.entries_; }

 private:
  std::string_view entries_;
};

/// The elements of a list, in order.
class ListView {
 public:
  class Iterator {
   public:
    explicit Iterator(std::string_view rest) : rest_(rest) { read(); }
    const ValueView& operator*() const { return current_; }
    const ValueView* operator->() const { return &current_; }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return rest_.data() != other.rest_.data(); }
    bool operator==(const Iterator& other) const { return rest_.data() == other.rest_.data(); }

   private:
    void read();
    std::string_view rest_;
    ValueView current_{{}};
  };

  explicit ListView(std::string_view elements) : elements_(elements) {}

  std::optional<ValueView> at(std::size_t index) const;
  bool empty() const { return elements_.empty(); }
  std::size_t size() const;  ///< Counts; linear.
  Iterator begin() const { return Iterator(elements_); }
  Iterator end() const { return Iterator(elements_.substr(elements_.size())); }
  std::string_view bytes() const { return elements_; }

 private:
  std::string_view elements_;
};

/// The elements of a set: text for SS, bytes for BS, encoded numbers for NS; sorted, distinct.
class SetView {
 public:
  SetView(Type type, std::string_view elements) : type_(type), elements_(elements) {}

  Type type() const { return type_; }
  std::size_t size() const;  ///< Counts; linear.
  bool contains(std::string_view element) const;
  std::vector<std::string_view> elements() const;

 private:
  Type type_;
  std::string_view elements_;
};

/// A value, kept.
class Value {
 public:
  Value() = default;  ///< No value at all: only to be assigned to.
  explicit Value(ValueView view) : bytes_(view.bytes()) {}
  explicit Value(std::string bytes) : bytes_(std::move(bytes)) {}

  ValueView view() const { return ValueView(bytes_); }
  operator ValueView() const { return view(); }
  const std::string& bytes() const { return bytes_; }
  bool operator==(const Value&) const = default;

  static Value string(std::string_view text);
  static Value number(std::string_view text);  ///< Throws as `Number::parse` does.
  static Value number(const Number& number);
  static Value binary(std::string_view bytes);
  static Value boolean(bool value);
  static Value null();
  static Value list(const std::vector<Value>& elements);
  /// In any order, each name once.
  static Value map(std::vector<std::pair<std::string, Value>> entries);
  /// `type` is a set type; elements as `SetView` gives them, in any order, duplicates dropped.
  static Value set(Type type, std::vector<std::string> elements);

 private:
  std::string bytes_;
};

/// An item, kept: the entries of its attributes.
class Item {
 public:
  Item() = default;
  /// `entries`: as `MapView` shows them.
  explicit Item(std::string entries) : entries_(std::move(entries)) {}
  explicit Item(MapView view) : entries_(view.bytes()) {}
  /// In any order, each name once.
  static Item of(std::vector<std::pair<std::string, Value>> attributes);

  MapView view() const { return MapView(entries_); }
  operator MapView() const { return view(); }
  std::optional<ValueView> find(std::string_view name) const { return view().find(name); }
  const std::string& bytes() const { return entries_; }
  std::size_t size_bytes() const { return view().size_bytes(); }
  bool operator==(const Item&) const = default;

 private:
  std::string entries_;
};

}  // namespace engine
