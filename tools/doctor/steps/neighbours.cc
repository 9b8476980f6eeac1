#include "tools/doctor/steps/neighbours.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include "absl/strings/str_format.h"

namespace salvo::doctor {
namespace {

constexpr size_t kMostNamed = 10;

// Words of 32 bits as they lie in memory.
std::string KernelText(const void* octets, size_t words) {
  std::string text;
  for (size_t i = 0; i < words; ++i) {
    uint32_t word;
    std::memcpy(&word, static_cast<const char*>(octets) + 4 * i, sizeof word);
    absl::StrAppendFormat(&text, "%08X", word);
  }
  return text;
}

// Adds the inodes of the sockets that are connected there.
void ReadTable(const char* path, const std::string& wanted, std::set<std::string>* inodes) {
  std::ifstream table(path);
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >>
        timeout >> inode;
    constexpr const char* kEstablished = "01";
    if (remote == wanted && state == kEstablished && inode != "0") inodes->insert(inode);
  }
}

std::set<std::string> InodesOf(const io::SocketAddress& address) {
  std::set<std::string> inodes;
  const std::string port = absl::StrFormat(":%04X", address.port());
  if (address.family() == AF_INET) {
    const in_addr& v4 = reinterpret_cast<const sockaddr_in*>(address.get())->sin_addr;
    ReadTable("/proc/net/tcp", KernelText(&v4, 1) + port, &inodes);
    // A socket of both protocols, as Java's are, knows it as ::ffff:a.b.c.d.
    in6_addr mapped{};
    mapped.s6_addr[10] = mapped.s6_addr[11] = 0xFF;
    std::memcpy(&mapped.s6_addr[12], &v4, sizeof v4);
    ReadTable("/proc/net/tcp6", KernelText(&mapped, 4) + port, &inodes);
  } else {
    const in6_addr& v6 = reinterpret_cast<const sockaddr_in6*>(address.get())->sin6_addr;
    ReadTable("/proc/net/tcp6", KernelText(&v6, 4) + port, &inodes);
  }
  return inodes;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

// Takes those sockets out of `inodes` that the process has open; whether there was one.
bool TakeSocketsOf(const std::string& process, std::set<std::string>* inodes) {
  const std::string folder = "/proc/" + process + "/fd";
  const Directory descriptors(opendir(folder.c_str()));
  if (descriptors == nullptr) return false;
  bool any = false;
  while (const dirent* entry = readdir(descriptors.get())) {
    std::array<char, 64> target;
    const ssize_t size =
        readlink((folder + "/" + entry->d_name).c_str(), target.data(), target.size());
    constexpr std::string_view kSocket = "socket:[";
    const std::string_view text(target.data(), size > 0 ? static_cast<size_t>(size) : 0);
    if (!text.starts_with(kSocket) || !text.ends_with(']')) continue;
    any |= inodes->erase(
               std::string(text.substr(kSocket.size(), text.size() - kSocket.size() - 1))) > 0;
  }
  return any;
}

std::string ProgramOf(const std::string& process) {
  std::ifstream file("/proc/" + process + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

std::vector<std::string> OthersConnectedTo(const io::SocketAddress& address) {
  std::set<std::string> inodes = InodesOf(address);
  TakeSocketsOf("self", &inodes);
  std::vector<std::string> others;
  const Directory processes(opendir("/proc"));
  while (const dirent* entry =
             inodes.empty() || processes == nullptr ? nullptr : readdir(processes.get())) {
    const std::string process = entry->d_name;
    const bool is_process = process.find_first_not_of("0123456789") == std::string::npos;
    if (!is_process || !TakeSocketsOf(process, &inodes)) continue;
    if (others.size() < kMostNamed) {
      others.push_back(absl::StrFormat("%s (process %s)", ProgramOf(process), process));
    }
  }
  if (!inodes.empty()) others.push_back("a process of another user or container");
  return others;
}

}  // namespace salvo::doctor
