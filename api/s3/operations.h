#pragma once

#include "api/operation.h"

namespace api::s3 {

RestAnswer create_bucket(Services& services, const BucketCall& call);
RestAnswer delete_bucket(Services& services, const BucketCall& call);
RestAnswer delete_object(Services& services, const BucketCall& call);
RestAnswer delete_objects(Services& services, const BucketCall& call);
RestAnswer get_bucket_location(Services& services, const BucketCall& call);
RestAnswer get_object(Services& services, const BucketCall& call);
RestAnswer head_bucket(Services& services, const BucketCall& call);
RestAnswer head_object(Services& services, const BucketCall& call);
RestAnswer list_buckets(Services& services, const BucketCall& call);
RestAnswer list_objects(Services& services, const BucketCall& call);
RestAnswer list_objects_v2(Services& services, const BucketCall& call);
RestAnswer put_object(Services& services, const BucketCall& call);

}  // namespace api::s3
