#include "api/lambda/function_request.h"

#include <utility>

#include "engine/limits.h"
#include "engine/value/json.h"
#include "mapping/function/blueprint.h"

namespace api::lambda {

namespace {

using mapping::Function;

const std::string function_name_pattern =
    R"((arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?)";
const std::string role_pattern = R"(arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+)";

/// As the service lists them today.
const std::vector<std::string_view> runtimes = {
    "nodejs20.x",    "provided.al2023", "python3.12",    "java17",     "nodejs16.x",
    "dotnet8",       "python3.10",      "java11",        "python3.11", "dotnet6",
    "java21",        "java25",          "nodejs18.x",    "nodejs22.x", "nodejs24.x",
    "nodejs26.x",    "provided.al2",    "java8.al2",     "ruby3.2",    "ruby3.3",
    "ruby3.4",       "ruby4.0",         "python3.7",     "python3.8",  "python3.9",
    "python3.13",    "python3.14",      "python3.15",    "dotnet10",   "java8",
    "java8.al2023",  "java11.al2023",   "java17.al2023", "go1.x",      "nodejs",
    "nodejs4.3",     "nodejs4.3-edge",  "nodejs6.10",    "nodejs8.10", "nodejs10.x",
    "nodejs12.x",    "nodejs14.x",      "python2.7",     "python3.6",  "dotnetcore1.0",
    "dotnetcore2.0", "dotnetcore2.1",   "dotnetcore3.1", "ruby2.5",    "ruby2.7",
    "provided"};

/// Whether the member says nothing that would have to be honoured: it is left out, or empty all the
/// way down.
bool says_nothing(const Json& value) {
  if (value.is_null()) return true;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  if (!value.is_structured()) return false;
  for (const auto& part : value) {
    if (!says_nothing(part)) return false;
  }
  return true;
}

void refuse_what_is_not_honoured(const Json& body) {
  for (const char* name :
       {"VpcConfig", "DeadLetterConfig", "KMSKeyArn", "Layers", "FileSystemConfigs", "ImageConfig",
        "CodeSigningConfigArn", "TenancyConfig", "CapacityProviderConfig", "DurableConfig",
        "PublishTo"}) {
    if (body.contains(name) && !says_nothing(body[name])) throw refused(name);
  }
  if (text_of(body, "PackageType").value_or("Zip") != "Zip") throw refused("PackageType Image");
  if (const auto* snap_start = object_of(body, "SnapStart")) {
    if (text_of(*snap_start, "ApplyOn").value_or("None") != "None") throw refused("SnapStart");
  }
  if (const auto* tracing = object_of(body, "TracingConfig")) {
    if (text_of(*tracing, "Mode").value_or("PassThrough") != "PassThrough") {
      throw refused("TracingConfig.Mode Active");
    }
  }
}

void check_settings(const Json& body) {
  Checks checks;
  checks.length("role", text_of(body, "Role"), 0, 10'000);
  checks.pattern("role", text_of(body, "Role"), role_pattern);
  checks.length("handler", text_of(body, "Handler"), 0, 128);
  checks.pattern("handler", text_of(body, "Handler"), R"([^\s]+)");
  checks.length("description", text_of(body, "Description"), 0, 256);
  checks.range("timeout", integer_of(body, "Timeout"), 1, 900);
  checks.range("memorySize", integer_of(body, "MemorySize"), 128, 10'240);
  checks.one_of("packageType", text_of(body, "PackageType"), {"Image", "Zip"});
  if (const auto* storage = object_of(body, "EphemeralStorage")) {
    const auto size = integer_of(*storage, "Size");
    checks.required("ephemeralStorage.size", size);
    checks.range("ephemeralStorage.size", size, 512, 10'240);
  }
  if (const auto* tracing = object_of(body, "TracingConfig")) {
    checks.one_of("tracingConfig.mode", text_of(*tracing, "Mode"), {"Active", "PassThrough"});
  }
  if (const auto* snap_start = object_of(body, "SnapStart")) {
    checks.one_of("snapStart.applyOn", text_of(*snap_start, "ApplyOn"),
                  {"PublishedVersions", "None"});
  }
  if (const auto* logging = object_of(body, "LoggingConfig")) {
    checks.one_of("loggingConfig.logFormat", text_of(*logging, "LogFormat"), {"JSON", "Text"});
    checks.length("loggingConfig.logGroup", text_of(*logging, "LogGroup"), 1, 512);
    checks.pattern("loggingConfig.logGroup", text_of(*logging, "LogGroup"),
                   R"([\.\-_/#A-Za-z0-9]+)");
  }
  checks.done();
}

void take_runtime(const Json& body, Function& function) {
  const auto runtime = text_of(body, "Runtime");
  if (!runtime) return;
  if (std::find(runtimes.begin(), runtimes.end(), *runtime) == runtimes.end()) {
    throw invalid_parameter(violation(*runtime, "runtime", enum_constraint(runtimes)));
  }
  if (!mapping::runtime_family(*runtime)) {
    throw refused("The runtime " + *runtime + " (others than nodejs*, python* and provided*)");
  }
  function.runtime = *runtime;
}

void take_variables(const Json& body, Function& function) {
  const auto* environment = object_of(body, "Environment");
  if (environment == nullptr) return;
  const auto* members = object_of(*environment, "Variables");
  if (members == nullptr || members->empty()) {
    function.variables.reset();
    return;
  }
  auto variables = texts_of(*members, "Environment.Variables");

  Checks checks;
  for (const auto& [name, value] : variables) {
    checks.pattern("environment.variables." + name + ".key", name, "[a-zA-Z]([a-zA-Z0-9_])+");
  }
  checks.done();
  std::string reserved;
  for (const auto& name : mapping::reserved_variables(variables)) {
    if (!reserved.empty()) reserved += ", ";
    reserved += name;
  }
  if (!reserved.empty()) {
    throw invalid_parameter(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided contains reserved keys that are currently not supported for "
        "modification. Reserved keys used in this request: " +
        reserved);
  }
  const auto measured = Json(variables).dump();
  if (measured.size() > engine::limits::function_variables_bytes_max) {
    throw invalid_parameter(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided exceeded the 4KB limit. String measured: " +
        measured);
  }
  function.variables = std::move(variables);
}

void take_logging(const Json& body, Function& function) {
  const auto* logging = object_of(body, "LoggingConfig");
  if (logging == nullptr) return;
  if (text_of(*logging, "LogFormat").value_or("Text") != "Text") {
    throw refused("LoggingConfig.LogFormat JSON");
  }
  for (const char* name : {"ApplicationLogLevel", "SystemLogLevel"}) {
    if (text_of(*logging, name)) throw refused(std::string("LoggingConfig.") + name);
  }
  if (const auto group = text_of(*logging, "LogGroup")) function.log_group = *group;
}

}  // namespace

mapping::FunctionName function_name(const std::string& text, const std::string& path) {
  Checks checks;
  checks.length(path, text, 1, 140);
  checks.done();
  auto name = mapping::FunctionName::parse(text);
  if (!name) {
    throw engine::validation_error(
        "1 validation error detected: " +
        violation("'" + text + "'", path,
                  "Member must satisfy regular expression pattern: " + function_name_pattern));
  }
  const auto most = engine::limits::function_name_characters_max;
  if (name->name.size() > most) {
    throw invalid_parameter(
        "1 validation error detected: " +
        violation("'" + name->name + "'", path,
                  "Member must have length less than or equal to " + std::to_string(most)));
  }
  return *name;
}

mapping::FunctionName function_name(const RestCall& call) {
  auto name = function_name(call.path.at("FunctionName"), "functionName");
  const auto qualifier = call.query.find("Qualifier");
  if (qualifier == call.query.end()) return name;
  Checks checks;
  checks.length("qualifier", qualifier->second, 1, 128);
  checks.pattern("qualifier", qualifier->second, R"(\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+)");
  checks.done();
  if (!name.qualifier.empty() && name.qualifier != qualifier->second) {
    throw invalid_parameter(
        "The derived qualifier from the function name does not match the specified qualifier.");
  }
  name.qualifier = qualifier->second;
  return name;
}

void take_settings(const Json& body, Function& function) {
  check_settings(body);
  refuse_what_is_not_honoured(body);
  take_runtime(body, function);
  if (const auto role = text_of(body, "Role")) function.role = *role;
  if (const auto handler = text_of(body, "Handler")) function.handler = *handler;
  if (const auto description = text_of(body, "Description")) function.description = *description;
  if (const auto timeout = integer_of(body, "Timeout")) {
    function.timeout_seconds = static_cast<int>(*timeout);
  }
  if (const auto memory = integer_of(body, "MemorySize")) {
    function.memory_megabytes = static_cast<int>(*memory);
  }
  if (const auto* storage = object_of(body, "EphemeralStorage")) {
    function.ephemeral_storage_megabytes = static_cast<int>(*integer_of(*storage, "Size"));
  }
  take_variables(body, function);
  take_logging(body, function);
}

mapping::CodeSource code_source(const Json& members) {
  for (const char* name :
       {"S3ObjectVersion", "S3ObjectStorageMode", "ImageUri", "SourceKMSKeyArn"}) {
    if (members.contains(name) && !says_nothing(members[name])) throw refused(name);
  }
  mapping::CodeSource code;
  const auto zip = text_of(members, "ZipFile");
  const auto bucket = text_of(members, "S3Bucket");
  if (zip && bucket) {
    throw invalid_parameter(
        "Please do not provide other FunctionCode parameters when providing a "
        "ZipFile.");
  }
  if (bucket) {
    if (*bucket != "hot-reload") throw refused("Code from an S3Bucket other than hot-reload");
    code.folder = text_of(members, "S3Key").value_or("");
    if (code.folder.empty()) throw invalid_parameter("Please provide a source for function code.");
    return code;
  }
  if (!zip) throw invalid_parameter("Please provide a source for function code.");
  auto bytes = engine::decode_base64(*zip);
  if (!bytes) throw engine::ApiError("SerializationException", "ZipFile is not base64");
  if (bytes->size() > engine::limits::code_zip_bytes_max) {
    throw invalid_parameter("The zip must be smaller than " +
                            std::to_string(engine::limits::code_zip_bytes_max) + " bytes");
  }
  code.zip = std::move(*bytes);
  return code;
}

void take_architecture(const Json& body, Function& function) {
  const auto* architectures = list_of(body, "Architectures");
  if (architectures == nullptr) return;
  if (architectures->size() != 1 || !architectures->front().is_string()) {
    throw engine::validation_error(
        "1 validation error detected: " +
        violation("'" + architectures->dump() + "'", "architectures",
                  architectures->empty() ? "Member must have length greater than or equal to 1"
                                         : "Member must have length less than or equal to 1"));
  }
  Checks checks;
  const std::optional<std::string> one = architectures->front().get<std::string>();
  checks.one_of("architectures", one, {"x86_64", "arm64"});
  checks.done();
  function.architecture = *one;
}

void refuse_publishing(const Json& body) {
  if (boolean_of(body, "Publish").value_or(false)) throw refused("Publish");
  if (body.contains("PublishTo") && !says_nothing(body["PublishTo"])) throw refused("PublishTo");
}

}  // namespace api::lambda
