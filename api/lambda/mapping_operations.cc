#include "api/lambda/operations.h"

namespace api {

std::span<const RestOperation> mapping_operations() {
  static const RestOperation operations[] = {
      {"CreateEventSourceMapping", "POST", "/2015-03-31/event-source-mappings",
       lambda::create_event_source_mapping},
      {"GetEventSourceMapping", "GET", "/2015-03-31/event-source-mappings/{UUID}",
       lambda::get_event_source_mapping},
      {"ListEventSourceMappings", "GET", "/2015-03-31/event-source-mappings",
       lambda::list_event_source_mappings},
      {"UpdateEventSourceMapping", "PUT", "/2015-03-31/event-source-mappings/{UUID}",
       lambda::update_event_source_mapping},
      {"DeleteEventSourceMapping", "DELETE", "/2015-03-31/event-source-mappings/{UUID}",
       lambda::delete_event_source_mapping},
      {"ListTags", "GET", "/2017-03-31/tags/{Resource}", lambda::list_tags},
      {"TagResource", "POST", "/2017-03-31/tags/{Resource}", lambda::tag_resource},
      {"UntagResource", "DELETE", "/2017-03-31/tags/{Resource}", lambda::untag_resource},
  };
  return operations;
}

}  // namespace api
