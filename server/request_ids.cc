#include "server/request_ids.h"

namespace server {

namespace {

// splitmix64: a counter, well stirred.
std::uint64_t stirred(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

void RequestIds::long_id(std::string& out) const {
  static thread_local std::uint64_t state = random_.next();
  constexpr int length = 52;
  constexpr int per_draw = 12;  // 36^12 fits in 64 bits.
  std::uint64_t draw = 0;
  for (int i = 0; i < length; ++i) {
    if (i % per_draw == 0) draw = stirred(state);
    out.push_back("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[draw % 36]);
    draw /= 36;
  }
}

}  // namespace server
