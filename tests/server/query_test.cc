#include "server/protocol/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace server {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

Json input_of(std::string_view form) {
  const auto request = parse_query(form);
  return request ? request->input : Json("no form");
}

TEST(QueryTest, ReadsActionVersionAndMembers) {
  const auto request = parse_query(
      "Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Fh%3A1%2F000000000000%2Fq&"
      "MessageBody=a+b%26c%3d%C3%A9&DelaySeconds=5");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->action, "SendMessage");
  EXPECT_EQ(request->version, "2012-11-05");
  EXPECT_EQ(request->input, Json::parse(R"({"QueueUrl": "http://h:1/000000000000/q",
      "MessageBody": "a b&c=é", "DelaySeconds": 5})"));
}

TEST(QueryTest, AMessageBodyOfDigitsStaysText) {
  EXPECT_EQ(input_of("Action=SendMessage&MessageBody=5"), Json::parse(R"({"MessageBody": "5"})"));
}

TEST(QueryTest, ReadsListsInTheOrderOfTheirNumbers) {
  EXPECT_EQ(input_of("Action=A&AttributeName.10=c&AttributeName.2=b&AttributeName.1=a"),
            Json::parse(R"({"AttributeNames": ["a", "b", "c"]})"));
  EXPECT_EQ(input_of("Action=A&MessageAttributeName.1=All&MessageSystemAttributeName.1=SenderId"),
            Json::parse(R"({"MessageAttributeNames": ["All"],
                            "MessageSystemAttributeNames": ["SenderId"]})"));
  EXPECT_EQ(input_of("Action=A&AttributeNames.member.1=a"),
            Json::parse(R"({"AttributeNames": ["a"]})"));
}

TEST(QueryTest, ReadsMapsOfAttributesAndTags) {
  EXPECT_EQ(input_of("Action=CreateQueue&QueueName=q&Attribute.1.Name=VisibilityTimeout&"
                     "Attribute.1.Value=40&Attribute.2.Name=Policy&Attribute.2.Value=&"
                     "Tag.1.Key=k&Tag.1.Value=v"),
            Json::parse(R"({"QueueName": "q", "tags": {"k": "v"},
                            "Attributes": {"VisibilityTimeout": "40", "Policy": ""}})"));
  EXPECT_EQ(input_of("Action=SetQueueAttributes&Attribute.Name=DelaySeconds&Attribute.Value=1"),
            Json::parse(R"({"Attributes": {"DelaySeconds": "1"}})"));
  EXPECT_EQ(input_of("Action=SetQueueAttributes&Attributes.entry.1.key=DelaySeconds&"
                     "Attributes.entry.1.value=1"),
            Json::parse(R"({"Attributes": {"DelaySeconds": "1"}})"));
}

TEST(QueryTest, ReadsBatchesWithTheirMessageAttributes) {
  EXPECT_EQ(input_of("Action=SendMessageBatch&"
                     "SendMessageBatchRequestEntry.1.Id=a&"
                     "SendMessageBatchRequestEntry.1.MessageBody=x&"
                     "SendMessageBatchRequestEntry.1.DelaySeconds=1&"
                     "SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=n&"
                     "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=7&"
                     "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=Number&"
                     "SendMessageBatchRequestEntry.2.Id=b&"
                     "SendMessageBatchRequestEntry.2.MessageBody=y"),
            Json::parse(R"({"Entries": [
                {"Id": "a", "MessageBody": "x", "DelaySeconds": 1,
                 "MessageAttributes": {"n": {"StringValue": "7", "DataType": "Number"}}},
                {"Id": "b", "MessageBody": "y"}]})"));
}

TEST(QueryTest, RefusesWhatIsNoForm) {
  EXPECT_FALSE(parse_query(""));
  EXPECT_FALSE(parse_query("Version=2012-11-05"));
  EXPECT_FALSE(parse_query("Action=A&MessageBody=%4"));
  EXPECT_FALSE(parse_query("Action=A&MessageBody=%zz"));
  EXPECT_FALSE(parse_query("Action=A&MessageBody=%ff"));
  EXPECT_FALSE(parse_query("Action=A&a.b.c.d.e.f.g.h.i.j=1"));
}

TEST(QueryTest, AnswersWithTheMembersAsElements) {
  EXPECT_EQ(query_answer("GetQueueUrl", {{"QueueUrl", "http://h/0/q"}}, "r"),
            "<?xml version=\"1.0\"?><GetQueueUrlResponse "
            "xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><GetQueueUrlResult>"
            "<QueueUrl>http://h/0/q</QueueUrl></GetQueueUrlResult><ResponseMetadata>"
            "<RequestId>r</RequestId></ResponseMetadata></GetQueueUrlResponse>");
}

TEST(QueryTest, AnswersWithoutAResultWhereThereIsNone) {
  const auto xml = query_answer("DeleteMessage", Json::object(), "r");
  EXPECT_THAT(xml, Not(HasSubstr("DeleteMessageResult")));
  EXPECT_THAT(xml, HasSubstr("<RequestId>r</RequestId>"));
}

TEST(QueryTest, AnswersWithMessagesAndTheirAttributes) {
  const auto xml = query_answer("ReceiveMessage", Json::parse(R"({"Messages": [
      {"MessageId": "1", "Body": "<a & \"b\">\r\n",
       "Attributes": {"SenderId": "s"},
       "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "7"}}}]})"),
                                "r");
  EXPECT_THAT(xml, HasSubstr("<ReceiveMessageResult><Message>"));
  EXPECT_THAT(xml, HasSubstr("<Body>&lt;a &amp; &quot;b&quot;&gt;&#xD;\n</Body>"));
  EXPECT_THAT(xml, HasSubstr("<Attribute><Name>SenderId</Name><Value>s</Value></Attribute>"));
  EXPECT_THAT(xml, HasSubstr("<MessageAttribute><Name>n</Name><Value><DataType>Number</DataType>"
                             "<StringValue>7</StringValue></Value></MessageAttribute>"));
}

TEST(QueryTest, AnswersBatchesByTheNameOfTheAction) {
  const auto xml = query_answer("DeleteMessageBatch", Json::parse(R"({
      "Successful": [{"Id": "a"}],
      "Failed": [{"Id": "b", "SenderFault": true, "Code": "c", "Message": "m"}]})"),
                                "r");
  EXPECT_THAT(
      xml, HasSubstr("<DeleteMessageBatchResultEntry><Id>a</Id></DeleteMessageBatchResultEntry>"));
  EXPECT_THAT(xml, HasSubstr("<BatchResultErrorEntry><Code>c</Code><Id>b</Id><Message>m</Message>"
                             "<SenderFault>true</SenderFault></BatchResultErrorEntry>"));
}

TEST(QueryTest, SaysNoWithTheCodesOfTheProtocol) {
  const auto xml = query_error({"QueueDoesNotExist", "The specified queue does not exist."}, "r");
  EXPECT_EQ(xml,
            "<?xml version=\"1.0\"?><ErrorResponse "
            "xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error><Type>Sender</Type>"
            "<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"
            "<Message>The specified queue does not exist for this wsdl version.</Message>"
            "<Detail/></Error><RequestId>r</RequestId></ErrorResponse>");
  EXPECT_THAT(query_error({"InternalServerError", "disk", 500}, "r"),
              HasSubstr("<Type>Receiver</Type>"));
}

TEST(QueryTest, SnsNamesListsAndMapsByWhatTheyAre) {
  const auto request = parse_query(
      "Action=PublishBatch&Version=2010-03-31&TopicArn=a&"
      "PublishBatchRequestEntries.member.2.Id=y&PublishBatchRequestEntries.member.2.Message=2&"
      "PublishBatchRequestEntries.member.1.Id=x&PublishBatchRequestEntries.member.1.Message=1&"
      "PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Name=n&"
      "PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.DataType=String&"
      "PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.StringValue=v",
      QueryService::sns);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->input, Json::parse(R"({"TopicArn": "a", "PublishBatchRequestEntries": [
      {"Id": "x", "Message": "1",
       "MessageAttributes": {"n": {"DataType": "String", "StringValue": "v"}}},
      {"Id": "y", "Message": "2"}]})"));
  EXPECT_EQ(parse_query("Action=SetTopicAttributes&AttributeName=DisplayName&AttributeValue=v&"
                        "Attributes.entry.1.key=k&Attributes.entry.1.value=w&"
                        "Tags.member.1.Key=t&Tags.member.1.Value=u&TagKeys.member.1=k",
                        QueryService::sns)
                ->input,
            Json::parse(R"({"AttributeName": "DisplayName", "AttributeValue": "v",
                            "Attributes": {"k": "w"}, "Tags": {"t": "u"}, "TagKeys": ["k"]})"));
}

TEST(QueryTest, SnsAnswersWithMembersAndEntries) {
  EXPECT_EQ(query_answer("GetTopicAttributes", {{"Attributes", {{"Owner", "1<2"}}}}, "id",
                         QueryService::sns),
            "<?xml version=\"1.0\"?><GetTopicAttributesResponse "
            "xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><GetTopicAttributesResult>"
            "<Attributes><entry><key>Owner</key><value>1&lt;2</value></entry></Attributes>"
            "</GetTopicAttributesResult><ResponseMetadata><RequestId>id</RequestId>"
            "</ResponseMetadata></GetTopicAttributesResponse>");
  EXPECT_THAT(query_answer("ListTopics", {{"Topics", {{{"TopicArn", "a"}}, {{"TopicArn", "b"}}}}},
                           "id", QueryService::sns),
              HasSubstr("<ListTopicsResult><Topics><member><TopicArn>a</TopicArn></member><member>"
                        "<TopicArn>b</TopicArn></member></Topics></ListTopicsResult>"));
  EXPECT_THAT(query_answer("DeleteTopic", Json(), "id", QueryService::sns),
              Not(HasSubstr("DeleteTopicResult")));
  EXPECT_THAT(query_answer("TagResource", Json::object(), "id", QueryService::sns),
              HasSubstr("<TagResourceResult></TagResourceResult>"));
}

TEST(QueryTest, SnsSaysNoByItsOwnNames) {
  EXPECT_EQ(query_error({"NotFound", "Topic does not exist", 404}, "id", QueryService::sns),
            "<?xml version=\"1.0\"?><ErrorResponse "
            "xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>"
            "<Code>NotFound</Code><Message>Topic does not exist</Message></Error>"
            "<RequestId>id</RequestId></ErrorResponse>");
}

}  // namespace
}  // namespace server
