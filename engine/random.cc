#include "engine/random.h"

namespace engine {

namespace {

std::uint64_t machine_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

Random::Random() : Random(machine_seed()) {}

std::uint64_t Random::next() {
  const std::lock_guard lock(mutex_);
  return generator_();
}

std::string Random::hex(int digits) {
  static constexpr char digit_of[] = "0123456789abcdef";
  std::string text;
  text.reserve(static_cast<std::size_t>(digits));
  std::uint64_t bits = 0;
  for (int i = 0; i < digits; ++i) {
    if (i % 16 == 0) bits = next();
    text += digit_of[bits & 0xf];
    bits >>= 4;
  }
  return text;
}

std::string Random::uuid() {
  std::string text = hex(32);
  text[12] = '4';
  text[16] = "89ab"[next() & 3];
  for (const std::size_t dash : {8u, 13u, 18u, 23u}) text.insert(dash, 1, '-');
  return text;
}

}  // namespace engine
