// A limit that all accounts have, but for those that have one of their own.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace salvo::sim {

template <class Value>
class PerAccount {
 public:
  PerAccount(Value all = {}) : all_(all) {}

  void SetForAll(Value all) { all_ = all; }
  void SetFor(std::string system_id, Value value) {
    own_.emplace_back(std::move(system_id), value);
  }

  bool IsSet() const { return all_ != Value{} || !own_.empty(); }
  // The last that was set for the account, or what all have.
  Value For(std::string_view system_id) const {
    Value value = all_;
    for (const auto& [of, own] : own_) {
      if (of == system_id) value = own;
    }
    return value;
  }

 private:
  Value all_;
  std::vector<std::pair<std::string, Value>> own_;
};

}  // namespace salvo::sim
