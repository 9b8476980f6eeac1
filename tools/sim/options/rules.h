// Several things that may happen, each so often, and no two at once.
#pragma once

#include <initializer_list>
#include <optional>
#include <vector>

#include "tools/sim/options/portion.h"
#include "tools/sim/random.h"

namespace salvo::sim {

template <class What>
struct Rule {
  What what;
  Portion portion;
};

// One thread.
template <class What>
class Rules {
 public:
  Rules() = default;
  Rules(std::initializer_list<Rule<What>> rules) {
    for (const Rule<What>& rule : rules) push_back(rule);
  }

  void push_back(Rule<What> rule) {
    shares_ += rule.portion.share();
    rules_.push_back(rule);
  }
  bool empty() const { return rules_.empty(); }
  // Of all times; above 1 makes no sense.
  double shares() const { return shares_; }

  // What happens the `nth` time, from 1. Those that are counted come before those that are drawn.
  std::optional<What> Pick(Random& random, uint64_t nth) {
    for (Rule<What>& rule : rules_) {
      if (rule.portion.TakeCounted(nth)) return rule.what;
    }
    if (shares_ <= 0) return std::nullopt;
    double drawn = random.Unit();
    for (const Rule<What>& rule : rules_) {
      drawn -= rule.portion.share();
      if (drawn < 0) return rule.what;
    }
    return std::nullopt;
  }

 private:
  std::vector<Rule<What>> rules_;
  double shares_ = 0;
};

}  // namespace salvo::sim
