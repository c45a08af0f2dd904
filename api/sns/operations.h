#pragma once

#include "api/operation.h"
#include "api/sns/input.h"

namespace api::sns {

Json create_topic(Services& services, const QueueCall& call);
Json delete_topic(Services& services, const QueueCall& call);
Json get_subscription_attributes(Services& services, const QueueCall& call);
Json get_topic_attributes(Services& services, const QueueCall& call);
Json list_subscriptions(Services& services, const QueueCall& call);
Json list_subscriptions_by_topic(Services& services, const QueueCall& call);
Json list_tags_for_resource(Services& services, const QueueCall& call);
Json list_topics(Services& services, const QueueCall& call);
Json publish(Services& services, const QueueCall& call);
Json publish_batch(Services& services, const QueueCall& call);
Json set_subscription_attributes(Services& services, const QueueCall& call);
Json set_topic_attributes(Services& services, const QueueCall& call);
Json subscribe(Services& services, const QueueCall& call);
Json tag_resource(Services& services, const QueueCall& call);
Json unsubscribe(Services& services, const QueueCall& call);
Json untag_resource(Services& services, const QueueCall& call);

}  // namespace api::sns
