#include "api/s3/operations.h"

#include <array>

#include "api/operations.h"

namespace api {

namespace {

constexpr auto operations = std::to_array<BucketOperation>({
    {"CreateBucket", s3::create_bucket},
    {"DeleteBucket", s3::delete_bucket},
    {"DeleteObject", s3::delete_object},
    {"DeleteObjects", s3::delete_objects},
    {"GetBucketLocation", s3::get_bucket_location},
    {"GetObject", s3::get_object},
    {"HeadBucket", s3::head_bucket},
    {"HeadObject", s3::head_object},
    {"ListBuckets", s3::list_buckets},
    {"ListObjects", s3::list_objects},
    {"ListObjectsV2", s3::list_objects_v2},
    {"PutObject", s3::put_object},
});

}  // namespace

std::span<const BucketOperation> s3_operations() { return operations; }

}  // namespace api
