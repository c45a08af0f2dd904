#include "conversation.h"

#include <cctype>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, int line, const std::string& why) {
  throw std::runtime_error(file.filename().string() + ":" + std::to_string(line) + ": " + why);
}

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" \t\r");
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

/// `...` outside of strings becomes something that JSON has: `"...": 0`, or `"..."` in a list.
std::string with_more(const std::string& text) {
  std::string out;
  std::string open;  // The brackets we are in.
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) out += text[++i];
      if (c == '"') in_string = false;
      continue;
    }
    if (text.compare(i, 3, more) == 0) {
      out += !open.empty() && open.back() == '[' ? "\"...\"" : "\"...\": 0";
      i += 2;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') open += c;
    if ((c == '}' || c == ']') && !open.empty()) open.pop_back();
    out += c;
  }
  return out;
}

/// The operation: one word, or an HTTP method and a path; then the input.
void read_request(Exchange& exchange, const std::string& text) {
  auto end = text.find(' ');
  const auto first = text.substr(0, end);
  for (const auto* method : {"GET", "POST", "PUT", "DELETE", "s3.PUT", "s3.GET"}) {
    if (first == method && end != std::string::npos) end = text.find(' ', end + 1);
  }
  exchange.operation = text.substr(0, end);
  exchange.input = end == std::string::npos ? "" : text.substr(end + 1);
}

void read_error(Exchange& exchange, const std::string& text) {
  const auto colon = text.find(':');
  exchange.expected = Exchange::Expected::error;
  exchange.error = trimmed(text.substr(0, colon));
  exchange.checks_message = colon != std::string::npos;
  if (exchange.checks_message) exchange.message = trimmed(text.substr(colon + 1));
}

/// A message may be followed by a JSON object: other members of the error.
void split_error(Exchange& exchange) {
  const auto brace = exchange.message.find(" {\"");
  if (brace == std::string::npos || !exchange.message.ends_with('}')) return;
  exchange.error_members = exchange.message.substr(brace + 1);
  exchange.message = trimmed(exchange.message.substr(0, brace));
}

}  // namespace

std::vector<std::string> read_flags(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<std::string> flags;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("$ ")) continue;
    std::istringstream words(line.substr(2));
    for (std::string word; words >> word;) flags.push_back(word);
  }
  return flags;
}

std::vector<Exchange> read_conversation(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::vector<Exchange> exchanges;
  std::string* continued = nullptr;  // What a line without a mark goes on with.
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const auto text = trimmed(line);
    if (text.empty() || text[0] == '#' || line[0] == '$') continue;
    const auto rest = trimmed(text.substr(1));
    if (text[0] == '>') {
      exchanges.push_back({.line = number});
      read_request(exchanges.back(), rest);
      continued = &exchanges.back().input;
      continue;
    }
    if (exchanges.empty()) fail(file, number, "a conversation begins with '>'");
    auto& exchange = exchanges.back();
    if (text[0] == '<') {
      exchange.expected = Exchange::Expected::answer;
      exchange.expected_line = number;
      exchange.answer = rest;
      continued = &exchange.answer;
    } else if (text[0] == '!') {
      exchange.expected_line = number;
      read_error(exchange, rest);
      continued = &exchange.message;
    } else if (text[0] == '@') {
      const auto equals = rest.find('=');
      if (equals == std::string::npos) fail(file, number, "expected '@name = path'");
      exchange.captures.push_back(
          {number, trimmed(rest.substr(0, equals)), trimmed(rest.substr(equals + 1))});
      continued = nullptr;
    } else if (continued != nullptr) {
      continued->append(" ").append(text);
    } else {
      fail(file, number, "a line begins with '>', '<', '!', '@', '$' or '#'");
    }
  }
  for (auto& exchange : exchanges) {
    exchange.answer = with_more(exchange.answer);
    split_error(exchange);
    exchange.error_members = with_more(exchange.error_members);
  }
  return exchanges;
}

bool agrees(const nlohmann::json& expected, const nlohmann::json& actual, const std::string& where,
            std::string& why) {
  if (expected == any) return true;
  if (expected.type() != actual.type() && !(expected.is_number() && actual.is_number())) {
    why = where + ": expected " + expected.dump() + ", got " + actual.dump();
    return false;
  }
  if (expected.is_object()) {
    for (const auto& [name, value] : expected.items()) {
      if (name == more) continue;
      if (!actual.contains(name)) {
        why = where + ": no member " + name;
        return false;
      }
      if (!agrees(value, actual[name], where + "." + name, why)) return false;
    }
    for (const auto& [name, value] : actual.items()) {
      if (expected.contains(name) || expected.contains(more)) continue;
      why = where + ": unexpected member " + name + ": " + value.dump();
      return false;
    }
    return true;
  }
  if (expected.is_array()) {
    const bool open = !expected.empty() && expected.back() == more;
    const std::size_t size = expected.size() - (open ? 1 : 0);
    if (actual.size() < size || (!open && actual.size() > size)) {
      why = where + ": expected " + std::to_string(size) + " elements, got " + actual.dump();
      return false;
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (!agrees(expected[i], actual[i], where + "." + std::to_string(i), why)) return false;
    }
    return true;
  }
  if (expected == actual) return true;
  why = where + ": expected " + expected.dump() + ", got " + actual.dump();
  return false;
}
