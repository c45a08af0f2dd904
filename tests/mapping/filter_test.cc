// Filters on stream records: event-source-mapping.md 6.1, 6.5, and 73 to 76 and 78 of section 9.
// (77, that nothing is called and the checkpoint moves, is seen where there is a driver.)

#include <gmock/gmock.h>

#include "tests/mapping/filter_fixture.h"

namespace mapping {
namespace {

using engine::EventName;
using ::testing::HasSubstr;

const auto present =
    FilteredRecord::insert(R"({"pk":{"S":"a"},"presentKey":{"S":"presentValue"}})");
const auto lacking = FilteredRecord::insert(R"({"pk":{"S":"a"}})");

TEST(FilterTest, WithoutFiltersEverythingIsAdmitted) {
  EXPECT_TRUE(FilterCriteria().is_empty());
  EXPECT_TRUE(FilterCriteria().admits(lacking.stream, lacking.record.view()));
  EXPECT_TRUE(criteria({}).is_empty());
  EXPECT_EQ(criteria({}).first_match(lacking.stream, lacking.record.view()), std::nullopt);
  EXPECT_TRUE(criteria({}).admits_message("{}"));
}

TEST(FilterTest, Behaviour73EventNameFilters) {
  const FilteredRecord modify(EventName::modify, R"({"pk":{"S":"a"}})", R"({"pk":{"S":"a"}})");
  EXPECT_TRUE(lacking.passes(R"({"eventName":["INSERT"]})"));
  EXPECT_FALSE(modify.passes(R"({"eventName":["INSERT"]})"));
  EXPECT_TRUE(lacking.passes(R"({"eventName":["INSERT","MODIFY"]})"));
  EXPECT_TRUE(modify.passes(R"({"eventName":["INSERT","MODIFY"]})"));
  EXPECT_TRUE(lacking.passes(R"({"eventName":["INSERT"],"eventSource":["aws:dynamodb"]})"));
}

TEST(FilterTest, Behaviour74TheTypeIsALevelOfThePath) {
  EXPECT_TRUE(present.image_passes(R"({"presentKey":{"S":["presentValue"]}})"));
  EXPECT_FALSE(lacking.image_passes(R"({"presentKey":{"S":["presentValue"]}})"));
  EXPECT_FALSE(present.image_passes(R"({"presentKey":["presentValue"]})"));
  EXPECT_FALSE(present.image_passes(R"({"presentKey":{"N":["presentValue"]}})"));
  EXPECT_TRUE(present.image_passes(R"({"presentKey":{"S":[{"exists":true}]}})"));
  EXPECT_FALSE(lacking.image_passes(R"({"presentKey":{"S":[{"exists":true}]}})"));
  // An attribute is an object, and no leaf.
  EXPECT_TRUE(lacking.image_passes(R"({"presentKey":[{"exists":false}]})"));
  EXPECT_TRUE(present.image_passes(R"({"presentKey":[{"exists":false}]})"));
  EXPECT_FALSE(present.image_passes(R"({"presentKey":[{"exists":true}]})"));
}

TEST(FilterTest, Behaviour75NumericDoesNotMatchN) {
  const auto record = [](const std::string& number) {
    return FilteredRecord::insert(R"({"numericFilter":{"N":")" + number + R"("}})");
  };
  const auto numeric = R"({"numericFilter":{"N":[{"numeric":[">",100]}]}})";
  EXPECT_FALSE(record("101").image_passes(numeric));
  const auto both = R"({"numericFilter":{"N":[{"numeric":[">",100]},{"anything-but":"101"}]}})";
  EXPECT_TRUE(record("42").image_passes(both));
  EXPECT_FALSE(record("101").image_passes(both));
  // N is compared as text.
  EXPECT_TRUE(record("42").image_passes(R"({"numericFilter":{"N":["42"]}})"));
  EXPECT_FALSE(record("42").image_passes(R"({"numericFilter":{"N":[42]}})"));
  EXPECT_TRUE(record("4.20").image_passes(R"({"numericFilter":{"N":["4.2"]}})"));
  EXPECT_TRUE(record("42").image_passes(R"({"numericFilter":{"N":[{"prefix":"4"}]}})"));
}

TEST(FilterTest, Behaviour75NumericMatchesTheTimeAndTheSize) {
  EXPECT_TRUE(
      lacking.passes(R"({"dynamodb":{"ApproximateCreationDateTime":[{"numeric":[">",0]}]}})"));
  EXPECT_TRUE(lacking.passes(R"({"dynamodb":{"ApproximateCreationDateTime":[1764085661]}})"));
  EXPECT_FALSE(lacking.passes(R"({"dynamodb":{"ApproximateCreationDateTime":["1764085661"]}})"));
  EXPECT_TRUE(lacking.passes(R"({"dynamodb":{"SizeBytes":[{"numeric":["=",6]}]}})"));
}

TEST(FilterTest, Behaviour76FiltersAreAlternativesFieldsAreNotValuesAre) {
  const std::string by_key =
      R"({"dynamodb":{"NewImage":{"presentKey":{"S":["x","presentValue"]}}}})";
  const std::string both =
      R"({"eventName":["REMOVE"],"dynamodb":{"NewImage":{"presentKey":{"S":["presentValue"]}}}})";
  const auto view = present.record.view();
  EXPECT_TRUE(criteria({by_key}).admits(present.stream, view));
  EXPECT_FALSE(criteria({both}).admits(present.stream, view));
  EXPECT_EQ(criteria({both, by_key}).first_match(present.stream, view), 1u);
  EXPECT_EQ(criteria({both, both}).first_match(present.stream, view), std::nullopt);
}

TEST(FilterTest, RecordedPrefix) {
  const auto pattern = R"({"prefix":{"S":[{"prefix":"us-1"}]}})";
  EXPECT_TRUE(
      FilteredRecord::insert(R"({"prefix":{"S":"us-1-other-suffix"}})").image_passes(pattern));
  EXPECT_FALSE(FilteredRecord::insert(R"({"prefix":{"S":"other-suffix"}})").image_passes(pattern));
}

TEST(FilterTest, TimeToLiveDeletionsByTheirUserIdentity) {
  const auto pattern =
      R"({"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}})";
  EXPECT_TRUE(FilteredRecord(EventName::remove, "", R"({"pk":{"S":"a"}})", true).passes(pattern));
  EXPECT_FALSE(FilteredRecord(EventName::remove, "", R"({"pk":{"S":"a"}})").passes(pattern));
  EXPECT_TRUE(lacking.passes(R"({"userIdentity":{"type":[{"exists":false}]}})"));
}

TEST(FilterTest, ListsAndSetsAreTransparent) {
  const auto record = FilteredRecord::insert(
      R"({"Organizations":{"L":[{"S":"y"},{"S":"x"},{"N":"1"}]},"tags":{"SS":["a","b"]},)"
      R"("numbers":{"NS":["1","2.50"]},"blobs":{"BS":["Zm9v"]},)"
      R"("people":{"L":[{"M":{"n":{"S":"A"},"r":{"S":"x"}}},{"M":{"n":{"S":"B"}}}]}})");
  EXPECT_TRUE(record.image_passes(R"({"Organizations":{"L":{"S":["x"]}}})"));
  EXPECT_FALSE(record.image_passes(R"({"Organizations":{"L":{"S":["z"]}}})"));
  EXPECT_FALSE(record.image_passes(R"({"Organizations":{"L":{"S":[{"exists":false}]}}})"));
  EXPECT_TRUE(record.image_passes(R"({"Organizations":{"L":{"B":[{"exists":false}]}}})"));
  EXPECT_TRUE(record.image_passes(R"({"tags":{"SS":["a"]}})"));
  EXPECT_FALSE(record.image_passes(R"({"tags":{"SS":["c"]}})"));
  EXPECT_TRUE(record.image_passes(R"({"numbers":{"NS":["2.5"]}})"));
  EXPECT_TRUE(record.image_passes(R"({"blobs":{"BS":["Zm9v"]}})"));
  EXPECT_TRUE(record.image_passes(R"({"people":{"L":{"M":{"n":{"S":["A"]},"r":{"S":["x"]}}}}})"));
  EXPECT_FALSE(record.image_passes(R"({"people":{"L":{"M":{"n":{"S":["B"]},"r":{"S":["x"]}}}}})"));
}

TEST(FilterTest, EveryTypeOfValue) {
  const auto record = FilteredRecord::insert(
      R"({"b":{"B":"Zm9vYmFy"},"t":{"BOOL":true},"f":{"BOOL":false},"z":{"NULL":true},)"
      R"("m":{"M":{"a":{"M":{"b":{"N":"7"}}}}},"a.b":{"S":"dotted"},"a!":{"S":"x"},"e":{"M":{}}})");
  EXPECT_TRUE(record.image_passes(R"({"b":{"B":["Zm9vYmFy"]}})"));
  EXPECT_TRUE(record.image_passes(R"({"t":{"BOOL":[true]},"f":{"BOOL":[false]}})"));
  EXPECT_TRUE(record.image_passes(R"({"z":{"NULL":[true]}})"));
  EXPECT_FALSE(record.image_passes(R"({"z":{"NULL":[null]}})"));
  EXPECT_TRUE(record.image_passes(R"({"m":{"M":{"a":{"M":{"b":{"N":["7"]}}}}}})"));
  EXPECT_TRUE(record.image_passes(R"({"a":{"b":{"S":["dotted"]}}})"));
  EXPECT_TRUE(record.image_passes(R"({"a.b":{"S":["dotted"]}})"));
  EXPECT_TRUE(record.passes(R"({"dynamodb.NewImage.a.b.S":["dotted"]})"));
  EXPECT_TRUE(record.image_passes(R"({"e":{"M":{"x":{"S":[{"exists":false}]}}}})"));
}

TEST(FilterTest, EveryMemberOfARecord) {
  const FilteredRecord record(EventName::modify, R"({"n":{"S":"new"}})", R"({"n":{"S":"old"}})");
  const auto document = record.document();
  for (const auto& [name, value] : document.items()) {
    if (value.is_object()) continue;
    EXPECT_TRUE(record.passes(nlohmann::json{{name, {value}}}.dump())) << name;
  }
  for (const auto& [name, value] : document.at("dynamodb").items()) {
    if (value.is_object()) continue;
    EXPECT_TRUE(record.passes(nlohmann::json{{"dynamodb", {{name, {value}}}}}.dump())) << name;
  }
  EXPECT_TRUE(record.passes(R"({"dynamodb":{"Keys":{"pk":{"S":["a"]}}}})"));
  EXPECT_TRUE(record.passes(
      R"({"dynamodb":{"NewImage":{"n":{"S":["new"]}},"OldImage":{"n":{"S":["old"]}}}})"));
  EXPECT_FALSE(lacking.passes(R"({"dynamodb":{"OldImage":{"pk":{"S":[{"exists":true}]}}}})"));
}

TEST(FilterTest, WhyIsSaidInPlainWords) {
  EXPECT_EQ(present.why({R"({"eventName":["REMOVE"]})"}),
            R"(filter 1: eventName is "INSERT" and the filter wants ["REMOVE"])");
  EXPECT_EQ(lacking.why({R"({"dynamodb":{"NewImage":{"presentKey":{"S":["x"]}}}})"}),
            R"(filter 1: dynamodb.NewImage.presentKey.S is missing and the filter wants ["x"])");
  EXPECT_EQ(present.why({R"({"dynamodb":{"NewImage":{"presentKey":["x"]}}})"}),
            "filter 1: dynamodb.NewImage.presentKey is an object, which counts as missing and the "
            R"(filter wants ["x"])");
  EXPECT_EQ(present.why({R"({"eventName":["REMOVE"]})", R"({"eventSource":["aws:sqs"]})"}),
            R"(filter 1: eventName is "INSERT" and the filter wants ["REMOVE"]; )"
            R"(filter 2: eventSource is "aws:dynamodb" and the filter wants ["aws:sqs"])");
  EXPECT_THAT(FilteredRecord::insert(R"({"n":{"N":"7"}})")
                  .why({R"({"dynamodb":{"NewImage":{"n":{"N":[{"numeric":["=",7]}]}}}})"}),
              HasSubstr("numeric matches JSON numbers only, not text"));
  const auto list = FilteredRecord::insert(R"({"l":{"L":[{"S":"y"},{"N":"1"}]}})");
  EXPECT_THAT(list.why({R"({"dynamodb":{"NewImage":{"l":{"L":{"S":["x"]}}}}})"}),
              HasSubstr("no element of dynamodb.NewImage.l.L has all that the filter wants"));
  EXPECT_THAT(list.why({R"({"$or":[{"eventName":["REMOVE"]},{"awsRegion":["x"]}]})"}),
              HasSubstr("none of the $or alternatives holds"));
}

struct Refused {
  const char* rule;
  std::string pattern;
};

TEST(FilterTest, Behaviour78WhatIsNoPatternIsRefused) {
  for (const auto& [rule, pattern] : std::vector<Refused>{
           {"not JSON", "single-string"},
           {"not JSON", R"([{"eventName": ["INSERT"=123}])"},
           {"not JSON", ""},
           {"not JSON", R"({"a":["x"],})"},
           {"not JSON", std::string("{\"a\":[\"x\"]}\0", 12)},
           {"not UTF-8", "{\"a\":[\"\xff\"]}"},
           {"null", "null"},
           {"text", R"("text")"},
           {"a number", "7"},
           {"an array at the top", R"([{"eventName":["INSERT"]}])"},
           {"a scalar for a leaf", R"({"eventSource":"aws:sqs"})"},
           {"null for a leaf", R"({"eventSource":null})"},
           {"an empty leaf", R"({"eventSource":[]})"},
           {"an array within a leaf", R"({"a":[["x"]]})"},
           {"an empty object below the top", R"({"a":{}})"},
           {"an unknown operator", R"({"a":[{"like":"x"}]})"},
           {"operators are case-sensitive", R"({"a":[{"EXISTS":true}]})"},
           {"two operators", R"({"a":[{"prefix":"x","suffix":"y"}]})"},
           {"no operator", R"({"a":[{}]})"},
           {"exists is a boolean", R"({"a":[{"exists":"true"}]})"},
           {"numeric is an array", R"({"a":[{"numeric":5}]})"},
           {"numeric is not empty", R"({"a":[{"numeric":[]}]})"},
           {"numeric has pairs", R"({"a":[{"numeric":[">"]}]})"},
           {"numeric has pairs", R"({"a":[{"numeric":[">",0,"<"]}]})"},
           {"numeric has at most two", R"({"a":[{"numeric":[">",0,"<",5,"<",6]}]})"},
           {"numeric knows the operator", R"({"a":[{"numeric":["!=",5]}]})"},
           {"numeric compares to numbers", R"({"a":[{"numeric":[">","5"]}]})"},
           {"a range is low, then high", R"({"a":[{"numeric":[">",0,">",0]}]})"},
           {"a range is low, then high", R"({"a":[{"numeric":["<",5,">",0]}]})"},
           {"a range is low, then high", R"({"a":[{"numeric":["=",5,"<",9]}]})"},
           {"a range is not empty", R"({"a":[{"numeric":[">",5,"<",5]}]})"},
           {"numeric has bounds", R"({"a":[{"numeric":["<",5000000001]}]})"},
           {"numeric has bounds", R"({"a":[{"numeric":[">",-5000000000.5]}]})"},
           {"a prefix is text", R"({"a":[{"prefix":5}]})"},
           {"a suffix is text", R"({"a":[{"suffix":["x"]}]})"},
           {"a prefix ignores case or not", R"({"a":[{"prefix":{"wildcard":"x"}}]})"},
           {"equals-ignore-case is text", R"({"a":[{"equals-ignore-case":["x"]}]})"},
           {"a wildcard is text", R"({"a":[{"wildcard":1}]})"},
           {"one star after the other", R"({"a":[{"wildcard":"x**"}]})"},
           {"a lone backslash", R"({"a":[{"wildcard":"x\\y"}]})"},
           {"anything-but null", R"({"a":[{"anything-but":null}]})"},
           {"anything-but true", R"({"a":[{"anything-but":true}]})"},
           {"anything-but of nothing", R"({"a":[{"anything-but":[]}]})"},
           {"anything-but of both", R"({"a":[{"anything-but":["x",5]}]})"},
           {"anything-but of null in a list", R"({"a":[{"anything-but":["x",null]}]})"},
           {"anything-but of an empty prefix", R"({"a":[{"anything-but":{"prefix":""}}]})"},
           {"anything-but of an empty suffix", R"({"a":[{"anything-but":{"suffix":["x",""]}}]})"},
           {"anything-but of no prefix", R"({"a":[{"anything-but":{"prefix":[]}}]})"},
           {"anything-but of two", R"({"a":[{"anything-but":{"prefix":"x","suffix":"y"}}]})"},
           {"anything-but numeric", R"({"a":[{"anything-but":{"numeric":["=",5]}}]})"},
           {"cidr without bits", R"({"a":[{"cidr":"10.0.0.0"}]})"},
           {"cidr of too many bits", R"({"a":[{"cidr":"10.0.0.0/33"}]})"},
           {"cidr of no address", R"({"a":[{"cidr":"here/8"}]})"},
           {"$or of one", R"({"$or":[{"a":["x"]}]})"},
           {"$or of none", R"({"$or":[]})"},
           {"$or of an object", R"({"$or":{"a":["x"]}})"},
           {"$or of other things", R"({"$or":[{"a":["x"]},"y"]})"},
           {"$or of an empty object", R"({"$or":[{"a":["x"]},{}]})"}}) {
    EXPECT_FALSE(is_accepted(pattern)) << rule << ": " << pattern;
  }
}

TEST(FilterTest, WhatIsJustInsideIsAccepted) {
  for (const auto pattern :
       {"{}", R"( {"a":["x"]} )", R"({"a":[null,true,1,"x"]})", R"({"exists":["x"]})",
        R"({"a":[{"numeric":["<=",5000000000]}]})", R"({"a":[{"numeric":[">=",-5.0e9]}]})",
        R"({"a":[{"anything-but":""}]})", R"({"a":[{"anything-but":[5]}]})",
        R"({"a":[{"prefix":""},{"suffix":""},{"equals-ignore-case":""}]})",
        R"({"a":[{"cidr":"10.0.0.0/32"},{"cidr":"::/128"}]})",
        R"({"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"a":["x"],"a":["y"]})"}) {
    EXPECT_TRUE(is_accepted(pattern)) << pattern;
  }
}

}  // namespace
}  // namespace mapping
