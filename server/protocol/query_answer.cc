#include <algorithm>
#include <array>

#include "api/sqs/errors.h"
#include "api/xml_text.h"
#include "server/protocol/query.h"

namespace server {

namespace {

using Json = nlohmann::json;

constexpr std::string_view declaration = "<?xml version=\"1.0\"?>";

std::string_view xml_namespace(QueryService service) {
  return service == QueryService::sqs ? " xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\""
                                      : " xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"";
}

// Operations of SQS whose answer has no result, only metadata.
constexpr auto without_result =
    std::to_array<std::string_view>({"ChangeMessageVisibility", "DeleteMessage", "DeleteQueue",
                                     "PurgeQueue", "SetQueueAttributes", "TagQueue", "UntagQueue"});

// Maps are told as entries of a name and a value each.
struct MapForm {
  std::string_view json;
  std::string_view entry;
  std::string_view key;
};
constexpr auto maps = std::to_array<MapForm>({
    {"Attributes", "Attribute", "Name"},
    {"MessageAttributes", "MessageAttribute", "Name"},
    {"Tags", "Tag", "Key"},
});

/// `<name>content</name>`
template <typename Content>
void append_element(std::string& xml, std::string_view name, const Content& content) {
  xml.append("<").append(name).append(">");
  content();
  xml.append("</").append(name).append(">");
}

void append_element_text(std::string& xml, std::string_view name, std::string_view text) {
  append_element(xml, name, [&] { api::append_xml_text(xml, text); });
}

std::string element_of_list(std::string_view action, std::string_view member) {
  if (member == "QueueUrls" || member == "queueUrls") return "QueueUrl";
  if (member == "Messages") return "Message";
  if (member == "Successful") return std::string(action).append("ResultEntry");
  if (member == "Failed") return "BatchResultErrorEntry";
  return std::string(member);
}

void append_members(std::string& xml, std::string_view action, const Json& object);

void append_map(std::string& xml, std::string_view action, const MapForm& form, const Json& map) {
  for (const auto& [key, value] : map.items()) {
    append_element(xml, form.entry, [&, &key = key, &value = value] {
      append_element_text(xml, form.key, key);
      append_element(xml, "Value", [&] {
        if (value.is_object()) {
          append_members(xml, action, value);
        } else {
          api::append_xml_text(xml, value.template get<std::string>());
        }
      });
    });
  }
}

void append_value(std::string& xml, std::string_view action, std::string_view name,
                  const Json& value) {
  const auto map = std::find_if(maps.begin(), maps.end(),
                                [&](const MapForm& form) { return form.json == name; });
  if (map != maps.end() && value.is_object()) {
    append_map(xml, action, *map, value);
  } else if (value.is_array()) {
    const auto element = element_of_list(action, name);
    for (const auto& each : value) append_value(xml, action, element, each);
  } else if (value.is_object()) {
    append_element(xml, name, [&] { append_members(xml, action, value); });
  } else if (value.is_string()) {
    append_element_text(xml, name, value.get_ref<const std::string&>());
  } else {
    append_element_text(xml, name, value.dump());
  }
}

void append_members(std::string& xml, std::string_view action, const Json& object) {
  for (const auto& [name, value] : object.items()) append_value(xml, action, name, value);
}

/// As SNS writes it: lists of `<member>`, and maps of texts, which are its `Attributes`, of
/// `<entry>`.
void append_wrapped(std::string& xml, std::string_view name, const Json& value) {
  append_element(xml, name, [&] {
    if (value.is_array()) {
      for (const auto& each : value) append_wrapped(xml, "member", each);
    } else if (value.is_object() && name == "Attributes") {
      for (const auto& [key, text] : value.items()) {
        append_element(xml, "entry", [&, &key = key, &text = text] {
          append_element_text(xml, "key", key);
          append_element_text(xml, "value", text.template get<std::string>());
        });
      }
    } else if (value.is_object()) {
      for (const auto& [key, each] : value.items()) append_wrapped(xml, key, each);
    } else {
      api::append_xml_text(xml, value.is_string() ? value.get<std::string>() : value.dump());
    }
  });
}

void append_output(std::string& xml, std::string_view action, const Json& output,
                   QueryService service) {
  if (service == QueryService::sqs) {
    append_members(xml, action, output);
  } else {
    for (const auto& [name, value] : output.items()) append_wrapped(xml, name, value);
  }
}

}  // namespace

bool is_of_the_frame(std::string_view code) {
  return code == "SerializationException" || code == "UnknownOperationException" ||
         code == "MissingAuthenticationTokenException" || code == "IncompleteSignatureException" ||
         code == "InvalidSignatureException";
}

engine::ApiError for_query(engine::ApiError error) {
  constexpr std::string_view ending = "Exception";
  if (error.code == "UnknownOperationException") error.code = "InvalidAction";
  if (is_of_the_frame(error.code)) error.code.resize(error.code.size() - ending.size());
  return error;
}

std::string query_answer(std::string_view action, const Json& output, std::string_view request_id,
                         QueryService service) {
  std::string xml(declaration);
  const auto response = std::string(action) + "Response";
  xml.append("<").append(response).append(xml_namespace(service)).append(">");
  const bool has_result =
      !output.is_null() &&
      std::find(without_result.begin(), without_result.end(), action) == without_result.end();
  if (has_result) {
    append_element(xml, std::string(action) + "Result",
                   [&] { append_output(xml, action, output, service); });
  }
  append_element(xml, "ResponseMetadata",
                 [&] { append_element_text(xml, "RequestId", request_id); });
  xml.append("</").append(response).append(">");
  return xml;
}

std::string query_error(const engine::ApiError& error, std::string_view request_id,
                        QueryService service) {
  const bool is_sqs = service == QueryService::sqs;
  // This protocol's clients know the error by these words.
  const std::string message = is_sqs && error.code == "QueueDoesNotExist"
                                  ? "The specified queue does not exist for this wsdl version."
                                  : error.message;
  std::string xml(declaration);
  xml.append("<ErrorResponse").append(xml_namespace(service)).append(">");
  append_element(xml, "Error", [&] {
    append_element_text(xml, "Type", error.status < 500 ? "Sender" : "Receiver");
    append_element_text(xml, "Code", is_sqs ? api::sqs::query_code(error.code) : error.code);
    append_element_text(xml, "Message", message);
    if (is_sqs) xml += "<Detail/>";
  });
  append_element_text(xml, "RequestId", request_id);
  xml += "</ErrorResponse>";
  return xml;
}

}  // namespace server
