#include "mapping/event/response.h"

namespace mapping {

Response read_response(const Invocation& invocation) {
  switch (invocation.result) {
    case Invocation::Result::succeeded:
      return Response::accepted;
    case Invocation::Result::failed:
      return Response::refused;
    case Invocation::Result::throttled:
      break;
  }
  return Response::not_reached;
}

}  // namespace mapping
