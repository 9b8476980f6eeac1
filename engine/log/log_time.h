// Times as logs have them: "2015-04-28 21:25:42.104666", UTC. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace salvo::engine {

class LogTime {
 public:
  // `wall_ns`: since 1970.
  void Append(int64_t wall_ns, std::string* out);

 private:
  static constexpr size_t kOctetsToSecond = 20;  // "2015-04-28 21:25:42."

  // Of the second that was asked for last: most lines have one with those before them.
  int64_t second_ = -1;
  std::array<char, kOctetsToSecond + 1> text_{};
};

}  // namespace salvo::engine
