#include "engine/value/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/api_error.h"
#include "engine/value/encoding.h"

namespace engine {
namespace {

const std::string oompvi = "One or more parameter values were invalid: ";
const std::string too_deep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
    "beyond supported limit";

Item item_of(const std::string& json) {
  simdjson::dom::parser parser;
  return item_from_json(parser.parse(json));
}

std::string text_of(const Item& item) {
  std::string out;
  append_json(out, item.view());
  return out;
}

/// There and back.
std::string round(const std::string& json) {
  const Item item = item_of(json);
  EXPECT_TRUE(encoding::is_well_formed(item.bytes())) << json;
  return text_of(item);
}

/// The value, as the only attribute of an item.
std::string round_value(const std::string& json) {
  const std::string out = round(R"({"a":)" + json + "}");
  return out.substr(5, out.size() - 6);
}

ApiError error_of_item(const std::string& json) {
  try {
    item_of(json);
  } catch (const ApiError& error) {
    return error;
  }
  return {"accepted", ""};
}

ApiError error_of(const std::string& json) { return error_of_item(R"({"a":)" + json + "}"); }

void expect_refused(const std::string& json, const std::string& message) {
  const auto error = error_of(json);
  EXPECT_EQ(error.code, "ValidationException") << json;
  EXPECT_EQ(error.message, message) << json;
}

void expect_serialization_error(const std::string& json) {
  EXPECT_EQ(error_of(json).code, "SerializationException") << json;
}

TEST(JsonTest, EveryTypeComesBack) {
  for (const std::string json :
       {R"({"S":"text"})", R"({"S":""})", R"({"N":"1.5"})", R"({"B":"AAEC"})", R"({"B":""})",
        R"({"BOOL":true})", R"({"BOOL":false})", R"({"NULL":true})", R"({"SS":["a","b"]})",
        R"({"SS":[""]})", R"({"BS":["","AA=="]})", R"({"NS":["-1","0","2"]})",
        R"({"BS":["AA==","/w=="]})", R"({"L":[]})", R"({"L":[{"S":"a"},{"L":[{"N":"1"}]}]})",
        R"({"M":{}})", R"({"M":{"x":{"S":"y"},"z":{"M":{"w":{"NULL":true}}}}})"}) {
    EXPECT_EQ(round_value(json), json);
  }
  EXPECT_EQ(round("{}"), "{}");
}

TEST(JsonTest, AttributesAreSortedByName) {
  EXPECT_EQ(round(R"({"b":{"M":{"y":{"N":"1"},"x":{"N":"2"}}},"a":{"S":"1"},"aa":{"S":"2"}})"),
            R"({"a":{"S":"1"},"aa":{"S":"2"},"b":{"M":{"x":{"N":"2"},"y":{"N":"1"}}}})");
  // Of one name the last counts.
  EXPECT_EQ(round(R"({"b":{"S":"1"},"a":{"S":"2"},"b":{"S":"3"}})"),
            R"({"a":{"S":"2"},"b":{"S":"3"}})");
  EXPECT_EQ(round(R"({"b":{"S":"1"},"b":{"S":"3"}})"), R"({"b":{"S":"3"}})");
}

TEST(JsonTest, NumbersAreCanonicalEverywhere) {
  EXPECT_EQ(round_value(R"({"N":"1e3"})"), R"({"N":"1000"})");
  EXPECT_EQ(round_value(R"({"NS":["10","9","-1e1"]})"), R"({"NS":["-10","9","10"]})");
  EXPECT_EQ(round_value(R"({"L":[{"N":"+05.0"}]})"), R"({"L":[{"N":"5"}]})");
}

TEST(JsonTest, EqualItemsHaveEqualBytes) {
  EXPECT_EQ(item_of(R"({"a":{"N":"1.0"},"b":{"SS":["y","x"]}})").bytes(),
            item_of(R"({"b":{"SS":["x","y"]},"a":{"N":"1"}})").bytes());
}

TEST(JsonTest, TextIsEscaped) {
  EXPECT_EQ(round_value(R"({"S":"\"\\\/\b\f\n\r\t\u0000\u001f\u007f"})"),
            "{\"S\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7F\"}");
  EXPECT_EQ(round_value(R"({"S":"\u00e9\u20ac\ud83d\ude00"})"),
            "{\"S\":\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"}");
  EXPECT_EQ(round(R"({"q\"":{"S":"1234567\"9012345\n"}})"),
            R"({"q\"":{"S":"1234567\"9012345\n"}})");
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string text(length, 'x');
      text[at] = '\n';
      std::string expected = text;
      expected.replace(at, 1, "\\n");
      std::string out;
      append_json_string(out, text);
      EXPECT_EQ(out, '"' + expected + '"');
    }
  }
}

TEST(JsonTest, ExactlyOneDatatype) {
  const std::string empty =
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
  const std::string several =
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
      "supported datatypes";
  expect_refused("{}", empty);
  expect_refused("null", empty);
  expect_refused(R"({"X":"a"})", empty);
  expect_refused(R"({"S":null})", empty);
  expect_refused(R"({"L":[{}]})", empty);
  expect_refused(R"({"M":{"a":{}}})", empty);
  expect_refused(R"({"S":"a","N":"1"})", several);
  expect_refused(R"({"S":"a","N":"x"})", "The parameter cannot be converted to a numeric value: x");
  EXPECT_EQ(round_value(R"({"N":null,"S":"a","X":1})"), R"({"S":"a"})");
}

TEST(JsonTest, SetsAreNotEmpty) {
  expect_refused(R"({"SS":[]})", oompvi + "An string set  may not be empty");
  expect_refused(R"({"NS":[]})", oompvi + "An number set  may not be empty");
  expect_refused(R"({"BS":[]})", oompvi + "Binary sets should not be empty");
}

TEST(JsonTest, NullIsTrue) {
  expect_refused(R"({"NULL":false})",
                 oompvi + "Null attribute value types must have the value of true");
}

TEST(JsonTest, SetsHaveNoDuplicates) {
  expect_refused(R"({"SS":["b","a","b"]})",
                 oompvi + R"(Input collection ["a", "b", "b"] contains duplicates.)");
  expect_refused(R"({"SS":["c","a","c","z","b"]})",
                 oompvi + R"(Input collection ["a", "c", "c", "z", "b"] contains duplicates.)");
  expect_refused(
      R"({"BS":["/w==","AA==","AA=="]})",
      oompvi + R"(Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.)");
  expect_refused(R"({"NS":["1","2","1.0"]})", oompvi + "Input collection contains duplicates.");
}

TEST(JsonTest, DoubledElementsHaveOlderWords) {
  const auto older = [](const std::string& json) { return error_of(json).older_message; };
  EXPECT_EQ(older(R"({"SS":["b","a","b"]})"),
            oompvi + "Input collection [b, a, b] contains duplicates.");
  EXPECT_EQ(older(R"({"BS":["/w==","AA==","AA=="]})"),
            oompvi + "Input collection [/w==, AA==, AA==]of type BS contains duplicates.");
  EXPECT_EQ(older(R"({"NS":["1","1"]})"), "Input collection contains duplicates");
  EXPECT_EQ(older(R"({"SS":[]})"), "");
}

TEST(JsonTest, SetsOfAHundredThousandTakeNoAge) {
  // In an order that makes an insertion into a sorted list slow.
  std::string elements;
  for (int i = 200'000; i > 100'000; --i) {
    elements += (elements.empty() ? "\"" : ",\"") + std::to_string(i) + '"';
  }
  for (const std::string type : {"SS", "NS"}) {
    const std::string distinct = "{\"" + type + "\":[" + elements + "]}";
    EXPECT_EQ(item_of("{\"a\":" + distinct + "}").find("a")->set().size(), 100'000u);
    const std::string doubled = "{\"" + type + "\":[" + elements + ",\"150000\"]}";
    EXPECT_TRUE(error_of(doubled).message.ends_with(" contains duplicates.")) << type;
  }
}

TEST(JsonTest, BadNumbersInSets) {
  expect_refused(R"({"NS":["1","x"]})", "The parameter cannot be converted to a numeric value: x");
}

std::string nested(int wrapped, bool in_lists, const std::string& inner) {
  std::string json = inner;
  for (int i = 0; i < wrapped; ++i) {
    json = in_lists ? R"({"L":[)" + json + "]}" : R"({"M":{"a":)" + json + "}}";
  }
  return json;
}

TEST(JsonTest, NestsThirtyTwoLevels) {
  for (const bool in_lists : {true, false}) {
    const auto json = nested(31, in_lists, R"({"S":"x"})");
    EXPECT_EQ(round_value(json), json);
    expect_refused(nested(32, in_lists, R"({"S":"x"})"), too_deep);
    expect_refused(nested(300, in_lists, R"({"S":"x"})"), too_deep);
    EXPECT_EQ(
        round_value(nested(32, in_lists, "").size() > 0 ? nested(31, in_lists, R"({"L":[]})") : ""),
        nested(31, in_lists, R"({"L":[]})"));
  }
}

TEST(JsonTest, NamesHaveOneToSixtyFourKilobytes) {
  EXPECT_EQ(error_of_item(R"({"":{"S":"x"}})").message, "Empty attribute name");
  expect_refused(R"({"M":{"":{"S":"x"}}})", "Empty attribute name");
  const std::string name(65535, 'n');
  EXPECT_EQ(error_of_item("{\"" + name + R"(":{"S":"x"}})").code, "accepted");
  EXPECT_EQ(error_of_item("{\"" + name + R"(n":{"S":"x"}})").message,
            "Attribute name is too large, must be less than 65536 bytes");
}

TEST(JsonTest, EmptyTopNameThenNestingThenEmptyInnerName) {
  const auto deep = nested(32, false, R"({"S":"x"})");
  EXPECT_EQ(error_of_item(R"({"a":)" + deep + R"(,"":{"S":"x"}})").message, "Empty attribute name");
  EXPECT_EQ(error_of_item(R"({"a":{"M":{"":{"S":"x"}}},"b":)" + deep + "}").message, too_deep);
}

TEST(JsonTest, WrongJsonTypesAreSerializationErrors) {
  for (const std::string json :
       {R"(1)",          R"("a")",         R"([])",         R"(true)",        R"({"S":1})",
        R"({"S":[]})",   R"({"S":{}})",    R"({"N":1})",    R"({"B":1})",     R"({"BOOL":"maybe"})",
        R"({"BOOL":1})", R"({"NULL":[]})", R"({"L":{}})",   R"({"L":"a"})",   R"({"M":[]})",
        R"({"M":"a"})",  R"({"SS":"a"})",  R"({"SS":[1]})", R"({"NS":[{}]})", R"({"SS":[null]})",
        R"({"L":[1]})"}) {
    expect_serialization_error(json);
  }
  EXPECT_EQ(round_value(R"({"BOOL":"Yes"})"), R"({"BOOL":true})");
  EXPECT_EQ(round_value(R"({"BOOL":"0"})"), R"({"BOOL":false})");
  EXPECT_EQ(error_of(R"({"B":"AAA"})").message,
            "Base64 encoded length is expected a multiple of 4 bytes but found: 3");
  EXPECT_EQ(error_of(R"({"B":"A!=="})").message, "Invalid last non-pad Base64 character dectected");
}

TEST(JsonTest, LongContainersKeepTheirLengths) {
  // Lengths of one, two and three bytes, in all positions.
  for (const std::size_t length : {126u, 127u, 128u, 129u, 16383u, 16384u, 70000u}) {
    const auto json = R"({"L":[{"M":{"k":{"S":")" + std::string(length, 's') + R"("}}}]})";
    EXPECT_EQ(round_value(json), json);
  }
}

TEST(Base64Test, IsStandardWithPadding) {
  const std::pair<std::string, std::string> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xFF\xFE\xFB", "//77"}};
  for (const auto& [bytes, text] : cases) {
    std::string out;
    append_base64(out, bytes);
    EXPECT_EQ(out, text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
  for (const std::string bad : {"A", "AA", "AAA", "A===", "====", "AA=A", "A!AA", "AAA\xFF",
                                "AB==", "AAB=", "AA==AAAA", "-_AA"}) {
    EXPECT_EQ(decode_base64(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace engine
