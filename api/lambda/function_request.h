#pragma once

#include <string>

#include "api/lambda/checks.h"
#include "api/operation.h"
#include "mapping/function/functions.h"

namespace api::lambda {

/// The function that a path and its `Qualifier` name. Throws ValidationException for what is no
/// name, InvalidParameterValueException when name and Qualifier disagree.
mapping::FunctionName function_name(const RestCall& call);
/// The same for a name in a request body; `path` as messages have it.
mapping::FunctionName function_name(const std::string& text, const std::string& path);

/// What CreateFunction and UpdateFunctionConfiguration share: checked against the model, refused if
/// it cannot be honoured, and taken over into `function` where it is given.
void take_settings(const Json& body, mapping::Function& function);

/// ZipFile, or S3Bucket and S3Key. `members` is the object that has them.
mapping::CodeSource code_source(const Json& members);
/// Throws if the list is given and is not one architecture.
void take_architecture(const Json& body, mapping::Function& function);

/// Refuses to publish a version.
void refuse_publishing(const Json& body);

}  // namespace api::lambda
