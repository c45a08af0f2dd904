#pragma once

#include <string>

#include "api/dynamodb/page_parameters.h"
#include "engine/read/page.h"

namespace api {

/// What Query and Scan answer with: the page, read and written at once.
struct PageAnswer {
  const Services& services;
  const PageParameters& parameters;
  const Expressions& expressions;
  const engine::Source& source;
  Selection selection;
  /// Whether there can be another page at all.
  bool may_continue = true;

  /// `{"Items":[...],"Count":...,"ScannedCount":...}`, `LastEvaluatedKey`, `ConsumedCapacity`.
  void append_to(std::string& out, engine::KeyRange range) const;
};

}  // namespace api
