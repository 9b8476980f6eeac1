#include "tools/common/toml_fault.h"

namespace salvo::tools {

std::string SyntaxFault(std::string_view description) {
  std::string fault(description.substr(0, description.find(", saw ")));
  // Names a key, never a value.
  if (fault.find("cannot redefine") != std::string::npos) return fault;
  for (size_t open = fault.find('\''); open != std::string::npos; open = fault.find('\'', open)) {
    const size_t close = fault.find('\'', open + 1);
    const bool is_sign = close == open + 2;  // such as '=', which is expected
    if (is_sign) {
      open = close + 1;
    } else {
      fault.replace(open, close == std::string::npos ? close : close + 1 - open, "it");
    }
  }
  if (fault.ends_with("value type")) fault += " (a text stands in quotes)";
  return fault;
}

}  // namespace salvo::tools
