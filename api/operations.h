#pragma once

#include <span>

#include "api/operation.h"

/// Every operation the program has, by service; the router looks here.
namespace api {

std::span<const DynamoOperation> dynamodb_operations();
std::span<const DynamoOperation> streams_operations();
std::span<const QueueOperation> sqs_operations();
std::span<const TopicOperation> sns_operations();
std::span<const BucketOperation> s3_operations();
std::span<const RestOperation> lambda_operations();
std::span<const RestOperation> control_operations();

}  // namespace api
