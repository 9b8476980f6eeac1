#include "tools/common/whole_name.h"

#include <filesystem>
#include <system_error>

namespace salvo::tools {
namespace {

std::string FaultOfFolder(const std::error_code& error) {
  if (error == std::errc::no_such_file_or_directory) {
    return "the folder in which this is started was deleted";
  }
  return "the folder in which this is started has no name: " + error.message();
}

}  // namespace

std::string MakeWhole(std::string* name) {
  if (name->empty()) return "";
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(*name, error);
  if (error) return FaultOfFolder(error) + ": give the whole name of '" + *name + "'";
  *name = whole.string();
  return "";
}

std::string FindFolder(std::string* folder) {
  std::error_code error;
  *folder = std::filesystem::current_path(error).string();
  return error ? FaultOfFolder(error) : "";
}

}  // namespace salvo::tools
