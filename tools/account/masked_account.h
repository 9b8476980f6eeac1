// An account file as it may be shown to others.
#pragma once

#include <string>
#include <string_view>

namespace salvo::tools {

// The keys of the file and their values, a line each, without comments: "account.acme.port = 2775".
// Of a password, of any key that is not known (a misspelt "pasword", "password.value"), and of a
// list of tables or lists, the value is "***". A text that is no TOML gives one line that says so,
// and nothing of the text.
std::string MaskedAccounts(std::string_view text);

}  // namespace salvo::tools
