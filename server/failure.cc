#include "server/failure.h"

#include <spdlog/spdlog.h>

#include <new>

#include "storage/error.h"

namespace server {

namespace {

engine::ApiError internal(std::string_view operation, const std::string& trouble) {
  spdlog::error("{}: {}", operation, trouble);
  return {"InternalServerError", trouble, 500};
}

}  // namespace

engine::ApiError failure_of(std::exception_ptr thrown, std::string_view operation) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const engine::ApiError& error) {
    return error;
  } catch (const storage::StorageError& error) {
    return internal(operation, std::string("The store failed: ") + error.what());
  } catch (const std::bad_alloc&) {
    return internal(operation, "Out of memory");
  } catch (const std::exception& error) {
    return internal(operation, std::string("Internal error: ") + error.what());
  }
}

}  // namespace server
