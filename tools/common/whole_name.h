// Names that still mean the same file when the folder is another.
#pragma once

#include <string>

namespace salvo::tools {

// Makes it a name from the root on; "" stays "". Returns why it cannot, with what to do about it,
// or "": a folder that was deleted has no name.
std::string MakeWhole(std::string* name);

// The folder in which this is started, into `folder`; why there is none, or "".
std::string FindFolder(std::string* folder);

}  // namespace salvo::tools
