// The figures for people. Pure.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/figures.h"
#include "tools/bench/report/machine_facts.h"
#include "tools/bench/scan.h"

namespace salvo::bench {

class Table {
 public:
  // What has one value in all of `settings` stands in the preface, the rest in columns.
  Table(const std::vector<Setting>& settings, const Method& method, const MachineFacts& machine);

  // What is measured and how, and what makes it doubtful from the beginning.
  std::vector<std::string> Preface() const;
  std::vector<std::string> Heading() const;
  std::string Row(const Figures& figures) const;
  // What the noisy ones say, and how to read the rest.
  std::vector<std::string> Epilogue(const std::vector<Figures>& all) const;

 private:
  struct Column;
  static const std::vector<Column>& SettingColumns();

  // "window 10, TLS"
  std::string Where(const Setting& setting) const;

  const Method method_;
  const MachineFacts machine_;
  std::vector<const Column*> varying_;
  std::string constant_;  // "1 bind, 1 shard, ..."
};

}  // namespace salvo::bench
