#include "tests/support/icu_text.h"

#include <unicode/ucnv.h>

#include <cstdio>
#include <cstdlib>

namespace salvo::test {
namespace {

const char* IcuName(pdu::Alphabet alphabet) {
  switch (alphabet) {
    case pdu::Alphabet::kGsm7:
      return "gsm-03.38-2009";
    case pdu::Alphabet::kLatin1:
      return "ISO-8859-1";
    case pdu::Alphabet::kUcs2:
      return "UTF-16BE";
  }
  return "";
}

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "ICU cannot serve as an oracle: %s\n", what);
  std::abort();
}

// ICU's own stop callback lets characters that are invisible by default fall away in silence. This
// one leaves the error as it is.
void StopAtAnything(const void*, UConverterFromUnicodeArgs*, const UChar*, int32_t, UChar32,
                    UConverterCallbackReason, UErrorCode*) {}

UConverter* Open(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(name, &error);
  Require(U_SUCCESS(error), name);
  ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  ucnv_setFromUCallBack(converter, StopAtAnything, nullptr, nullptr, nullptr, &error);
  ucnv_setFallback(converter, false);
  Require(U_SUCCESS(error), u_errorName(error));
  return converter;
}

std::optional<std::string> Convert(UConverter* from, UConverter* to, std::string_view text) {
  std::string out(4 * text.size() + 8, '\0');
  char* target = out.data();
  const char* source = text.data();
  UErrorCode error = U_ZERO_ERROR;
  ucnv_convertEx(to, from, &target, out.data() + out.size(), &source, text.data() + text.size(),
                 nullptr, nullptr, nullptr, nullptr, true, true, &error);
  if (U_FAILURE(error)) return std::nullopt;
  out.resize(static_cast<size_t>(target - out.data()));
  return out;
}

}  // namespace

IcuAlphabet::IcuAlphabet(pdu::Alphabet alphabet)
    : converter_(Open(IcuName(alphabet))), utf8_(Open("UTF-8")) {}

IcuAlphabet::~IcuAlphabet() {
  ucnv_close(utf8_);
  ucnv_close(converter_);
}

std::optional<std::string> IcuAlphabet::ToUtf8(pdu::Octets octets) {
  return Convert(converter_, utf8_, pdu::AsText(octets));
}

std::optional<std::string> IcuAlphabet::FromUtf8(std::string_view utf8) {
  return Convert(utf8_, converter_, utf8);
}

}  // namespace salvo::test
