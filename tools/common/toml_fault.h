// What is wrong with a TOML file that its parser refuses.
#pragma once

#include <string>
#include <string_view>

namespace salvo::tools {

// What the parser says, without what it quotes of the text: that may be a part of a password.
std::string SyntaxFault(std::string_view description);

}  // namespace salvo::tools
