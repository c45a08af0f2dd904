#include "mapping/function/descriptions.h"

#include <utility>

#include "engine/api_error.h"
#include "engine/clock.h"
#include "engine/documents.h"
#include "engine/random.h"

namespace mapping {

namespace {

constexpr std::string_view document_kind = "function";

bool is_zip_of(const Function& function, const std::string& digest) {
  return function.hot_reload_folder.empty() && function.code_sha256 == digest;
}

}  // namespace

Descriptions::Descriptions(engine::Documents& documents, const engine::Clock& clock,
                           engine::Random& random)
    : documents_(documents), clock_(clock), random_(random) {
  for (const auto& [id, bytes] : documents_.list(document_kind)) {
    functions_[id] = std::make_shared<const Function>(Function::from_document(bytes));
  }
}

Descriptions::Pointer Descriptions::look_up(const FunctionName& name) const {
  const auto found = functions_.find(name.name);
  if (found == functions_.end()) return nullptr;
  const auto& function = found->second;
  if (!name.qualifier.empty() && name.qualifier != "$LATEST") return nullptr;
  const auto own = engine::Arn::parse(function->arn);
  if (!name.region.empty() && name.region != own->region) return nullptr;
  if (!name.account.empty() && name.account != own->account) return nullptr;
  return function;
}

Descriptions::Pointer Descriptions::find(const FunctionName& name,
                                         const engine::Caller& caller) const {
  if (auto function = look_up(name)) return function;
  std::string message;
  if (!name.region.empty() && name.region != caller.region) {
    message = "Functions from '" + name.region + "' are not reachable in this region ('" +
              caller.region + "')";
  } else {
    message = "Function not found: " + name.arn(caller);
    if (!name.qualifier.empty()) message += ":" + name.qualifier;
  }
  throw engine::ApiError("ResourceNotFoundException", message, 404);
}

std::vector<Function> Descriptions::list(const std::string& after, std::size_t limit) const {
  std::vector<Function> page;
  for (auto at = functions_.upper_bound(after); at != functions_.end() && page.size() < limit;
       ++at) {
    page.push_back(*at->second);
  }
  return page;
}

std::vector<Descriptions::Pointer> Descriptions::all() const {
  std::vector<Pointer> all;
  for (const auto& [name, function] : functions_) all.push_back(function);
  return all;
}

Function Descriptions::add(Function function, const engine::Caller& caller) {
  if (functions_.contains(function.name)) {
    throw engine::ApiError("ResourceConflictException", "Function already exist: " + function.name,
                           409);
  }
  FunctionName name;
  name.name = function.name;
  function.arn = name.arn(caller);
  if (function.log_group.empty()) function.log_group = "/aws/lambda/" + function.name;
  keep(function);
  return function;
}

Function Descriptions::change(const Pointer& before, const std::string& revision_id,
                              const std::function<void(Function&)>& change) {
  if (!revision_id.empty() && revision_id != before->revision_id) {
    throw engine::ApiError("PreconditionFailedException",
                           "The Revision Id provided does not match the latest Revision Id. Call "
                           "the GetFunction/GetAlias API to retrieve the latest Revision Id",
                           412);
  }
  Function function = *before;
  change(function);
  keep(function);
  return function;
}

void Descriptions::keep(Function& function) {
  function.revision_id = random_.uuid();
  function.last_modified = clock_.now();
  documents_.put(document_kind, function.name, function.to_document());
  functions_[function.name] = std::make_shared<const Function>(function);
}

void Descriptions::remove(const Pointer& function) {
  documents_.remove(document_kind, function->name);
  functions_.erase(function->name);
}

bool Descriptions::uses_code(const std::string& digest) const {
  for (const auto& [name, function] : functions_) {
    if (is_zip_of(*function, digest)) return true;
  }
  return false;
}

std::set<std::string> Descriptions::code_digests() const {
  std::set<std::string> digests;
  for (const auto& [name, function] : functions_) {
    if (function->hot_reload_folder.empty()) digests.insert(function->code_sha256);
  }
  return digests;
}

}  // namespace mapping
