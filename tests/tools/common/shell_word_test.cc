#include "tools/common/shell_word.h"

#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

TEST(ShellWord, AUsualNameIsItself) {
  EXPECT_EQ(ShellWord("spring.csv.journal"), "spring.csv.journal");
  EXPECT_EQ(ShellWord("../a_b/c-1.csv"), "../a_b/c-1.csv");
  EXPECT_EQ(ShellWord("früh.csv"), "früh.csv");
}

TEST(ShellWord, WhatAShellWouldTakeApartIsQuoted) {
  EXPECT_EQ(ShellWord("spring offer.csv"), "'spring offer.csv'");
  EXPECT_EQ(ShellWord("$HOME;x"), "'$HOME;x'");
  EXPECT_EQ(ShellWord("Anna's"), "'Anna'\\''s'");
  EXPECT_EQ(ShellWord("~"), "'~'");
  EXPECT_EQ(ShellWord(""), "''");
}

TEST(ShellWord, IsNeverAFlag) {
  EXPECT_EQ(ShellWord("-x.csv"), "./-x.csv");
  EXPECT_EQ(ShellWord("- x"), "'./- x'");
}

TEST(ShellWord, ControlCharactersAreWritten) {
  EXPECT_EQ(ShellWord("a\x1B[m\nb"), "$'a\\x1b[m\\x0ab'");
  EXPECT_EQ(ShellWord("a'\\\t"), "$'a\\'\\\\\\x09'");
}

}  // namespace
}  // namespace salvo::tools
