// Runs a fuzz target over the files and directories it is given, without libFuzzer: each input as
// it is, and each of its beginnings. So every compiler and sanitizer sees the corpus.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void Run(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> input((std::istreambuf_iterator<char>(file)),
                                std::istreambuf_iterator<char>());
  for (size_t size = 0; size <= input.size(); ++size) {
    // A copy that ends where the input does, for the sanitizer to see what reads beyond it.
    const std::vector<uint8_t> beginning(input.begin(),
                                         input.begin() + static_cast<std::ptrdiff_t>(size));
    LLVMFuzzerTestOneInput(beginning.data(), beginning.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  int inputs = 0;
  for (int i = 1; i < argc; ++i) {
    const std::filesystem::path path = argv[i];
    if (!std::filesystem::is_directory(path)) {
      Run(path);
      ++inputs;
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      Run(entry.path());
      ++inputs;
    }
  }
  std::printf("%d inputs\n", inputs);
  return inputs > 0 ? 0 : 1;
}
