#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mapping/filter/pattern.h"

/// Walks a document along a compiled pattern (event-source-mapping.md 6.3). `Value` is a cheap view
/// of an object, an array or a scalar of the document:
///
///   Shape shape() const;                           object, array, scalar
///   LookUp<Value> look_up(std::string_view) const; of an object
///   void append_elements(std::vector<Value>&) const;    of an array
///   Scalar scalar(std::string& scratch) const;     of a scalar; may look into `scratch`
///   bool is_body() const;                          the body of a message, which has its own rules
namespace mapping::filter {

enum class Shape { object, array, scalar };

/// What an object has under a name.
template <class Value>
struct LookUp {
  std::optional<Value> value;
  bool has_longer = false;  ///< A name that begins with this one and a dot.
};

/// Mostly one, and then without an allocation.
template <class T>
class Few {
 public:
  void add(T value) {
    if (first_) {
      rest_.push_back(std::move(value));
    } else {
      first_.emplace(std::move(value));
    }
  }
  std::size_t size() const { return first_ ? 1 + rest_.size() : 0; }
  const T& operator[](std::size_t at) const { return at == 0 ? *first_ : rest_[at - 1]; }

 private:
  std::optional<T> first_;
  std::vector<T> rest_;
};

template <class Value>
class Match {
 public:
  static bool matches(const Node& pattern, const Value& document) {
    return meets(pattern, top(document));
  }

  /// Why it does not, in plain words.
  static std::string why_not(const Node& pattern, const Value& document) {
    return refusal(pattern, top(document));
  }

 private:
  /// A part of an object: its own names from `from` on in the paths of the pattern. An object may
  /// come in parts where names have dots: `{"a":{"b":1},"a.c":2}`.
  struct Part {
    Value object;
    std::size_t from = 0;
  };
  using Object = Few<Part>;

  /// What a document has at the path of a field.
  struct Found {
    Few<Value> values;
    Object object;                ///< The objects there, as one.
    std::vector<Value> elements;  ///< Objects in arrays there: each is an alternative.
  };

  static Object top(const Value& document) {
    Object object;
    object.add({document, 0});
    return object;
  }

  static Object with(const Object& object, const Value& element, const Field& field) {
    Object whole = object;
    whole.add({element, field.path.size() + 1});
    return whole;
  }

  /// The value, or the elements of the array, and of the arrays in it.
  template <class Act>
  static void each_of(const Value& value, const Act& act) {
    if (value.shape() != Shape::array) return act(value);
    std::vector<Value> waiting;
    value.append_elements(waiting);
    while (!waiting.empty()) {
      const Value next = waiting.back();
      waiting.pop_back();
      if (next.shape() == Shape::array) {
        next.append_elements(waiting);
      } else {
        act(next);
      }
    }
  }

  static Found look(const Field& field, const Object& object) {
    Found found;
    for (std::size_t at = 0; at < object.size(); ++at) {
      const Part& part = object[at];
      auto here = part.object.look_up(std::string_view(field.path).substr(part.from));
      if (here.has_longer) found.object.add(part);
      if (here.value) found.values.add(*here.value);
    }
    if (field.object) gather_objects(field, found);
    return found;
  }

  static void gather_objects(const Field& field, Found& found) {
    for (std::size_t at = 0; at < found.values.size(); ++at) {
      const Value& value = found.values[at];
      if (value.shape() == Shape::object) {
        found.object.add({value, field.path.size() + 1});
      } else if (value.shape() == Shape::array) {
        each_of(value, [&](const Value& element) {
          if (element.shape() == Shape::object) found.elements.push_back(element);
        });
      }
    }
  }

  template <class Act>
  static void each_scalar(const Found& found, const Act& act) {
    for (std::size_t at = 0; at < found.values.size(); ++at) {
      each_of(found.values[at], [&](const Value& value) {
        if (value.shape() != Shape::scalar) return;
        std::string scratch;
        act(value.scalar(scratch));
      });
    }
  }

  static bool meets(const Leaf& leaf, const Found& found) {
    bool is_there = false;
    bool is_met = false;
    each_scalar(found, [&](const Scalar& scalar) {
      is_there = true;
      for (const auto& matcher : leaf.matchers) is_met = is_met || accepts(matcher, scalar);
    });
    return is_there ? is_met : leaf.accepts_absence;
  }

  /// A plain body with a pattern for JSON, or the other way round, is refused whatever the pattern
  /// says (event-source-mapping.md 6.6).
  static bool is_other_body(const Field& field, const Found& found) {
    if (found.values.size() != 1 || !found.values[0].is_body()) return false;
    const bool is_text = found.values[0].shape() == Shape::scalar;
    return is_text ? field.object != nullptr : !field.leaves.empty();
  }

  static bool meets(const Field& field, const Object& object) {
    const Found found = look(field, object);
    if (is_other_body(field, found)) return false;
    for (const auto& leaf : field.leaves) {
      if (!meets(leaf, found)) return false;
    }
    return !field.object || meets_object(field, found);
  }

  static bool meets_object(const Field& field, const Found& found) {
    const Node& node = *field.object;
    if (found.elements.empty()) return meets(node, found.object);
    bool any = false;
    bool is_anything_there = false;
    for (const auto& element : found.elements) {
      const Object whole = with(found.object, element, field);
      const bool is_there = !node.accepts_absence || has_any(node, whole);
      const bool is_met = meets(node, whole);
      if (is_met && is_there) return true;
      any = any || is_met;
      is_anything_there = is_anything_there || is_there;
    }
    // An element without any of the fields says that they are absent only if no other has them.
    return any && !is_anything_there;
  }

  static bool meets(const Node& node, const Object& object) {
    for (const auto& field : node.fields) {
      if (!meets(field, object)) return false;
    }
    for (const auto& group : node.alternatives) {
      bool any = false;
      for (const auto& alternative : group) any = any || meets(alternative, object);
      if (!any) return false;
    }
    return true;
  }

  /// Whether the object has a value for any field of the pattern.
  static bool has_any(const Node& node, const Object& object) {
    for (const auto& field : node.fields) {
      const Found found = look(field, object);
      bool is_there = false;
      if (!field.leaves.empty()) each_scalar(found, [&](const Scalar&) { is_there = true; });
      if (is_there) return true;
      if (!field.object) continue;
      if (found.elements.empty() && has_any(*field.object, found.object)) return true;
      for (const auto& element : found.elements) {
        if (has_any(*field.object, with(found.object, element, field))) return true;
      }
    }
    for (const auto& group : node.alternatives) {
      for (const auto& alternative : group) {
        if (has_any(alternative, object)) return true;
      }
    }
    return false;
  }

  // In words.

  static std::string quoted(const Scalar& scalar) {
    if (const auto* number = std::get_if<Numeral>(&scalar.value)) {
      return number->whole ? std::to_string(*number->whole) : std::to_string(number->value);
    }
    if (const auto* boolean = std::get_if<bool>(&scalar.value)) return *boolean ? "true" : "false";
    if (scalar.text() == nullptr) return "null";
    constexpr std::size_t shown = 60;
    const auto text = *scalar.text();
    if (text.size() <= shown) return '"' + std::string(text) + '"';
    std::size_t end = shown;
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // Not within a character.
    return '"' + std::string(text.substr(0, end)) + "...\"";
  }

  static std::string refusal(const Field& field, const Leaf& leaf, const Found& found) {
    std::string values;
    int count = 0;
    bool is_text = true;
    each_scalar(found, [&](const Scalar& scalar) {
      is_text = is_text && scalar.text() != nullptr;
      if (++count <= 3) values += (count > 1 ? ", " : "") + quoted(scalar);
      if (count == 4) values += ", ...";
    });
    std::string words = field.path;
    if (count > 0) {
      words += " is " + values;
    } else if (found.values.size() > 0 && found.values[0].shape() == Shape::object) {
      words += " is an object, which counts as missing";
    } else {
      words += " is missing";
    }
    words += " and the filter wants " + leaf.text;
    if (count > 0 && is_text && leaf.text.find("\"numeric\"") != std::string::npos) {
      words += " (numeric matches JSON numbers only, not text)";
    }
    return words;
  }

  static std::string refusal(const Field& field, const Object& object) {
    const Found found = look(field, object);
    if (is_other_body(field, found)) {
      return field.object ? "the body is plain text and the filter wants JSON"
                          : "the body is JSON and the filter wants plain text";
    }
    for (const auto& leaf : field.leaves) {
      if (!meets(leaf, found)) return refusal(field, leaf, found);
    }
    const Node& node = *field.object;
    if (found.elements.empty()) return refusal(node, found.object);
    for (const auto& element : found.elements) {
      const Object whole = with(found.object, element, field);
      if (meets(node, whole)) continue;
      return "no element of " + field.path + " has all that the filter wants; of one, " +
             refusal(node, whole);
    }
    return "an element of " + field.path + " has what the filter wants to be missing";
  }

  static std::string refusal(const Node& node, const Object& object) {
    std::string words;
    const auto add = [&](const std::string& more) { words += (words.empty() ? "" : ", ") + more; };
    for (const auto& field : node.fields) {
      if (!meets(field, object)) add(refusal(field, object));
    }
    for (const auto& group : node.alternatives) {
      std::string each;
      bool any = false;
      for (const auto& alternative : group) {
        any = any || meets(alternative, object);
        if (!any) each += (each.empty() ? "" : "; ") + refusal(alternative, object);
      }
      if (!any) add("none of the $or alternatives holds (" + each + ")");
    }
    return words;
  }
};

}  // namespace mapping::filter
