// How settings are made of a parser and a field. Private to the tables of settings.
#pragma once

#include <utility>
#include <vector>

#include "tools/sim/settings/setting.h"

namespace salvo::sim {

// The tables, one a subject.
std::vector<Setting> ConnectionSettings();
std::vector<Setting> BindSettings();
std::vector<Setting> SubmissionSettings();
std::vector<Setting> ReceiptSettings();
std::vector<Setting> MoSettings();

// Finds a field in the options.
template <class Value>
auto Field(Value Options::*member) {
  return [=](Options* options) { return &(options->*member); };
}
template <class Part, class Value>
auto Field(Part Options::*part, Value Part::*member) {
  return [=](Options* options) { return &(options->*part.*member); };
}

// A setting of one value: `parse` makes the field's StatusOr of a text.
template <class Parse, class Find>
Setting One(Setting setting, Parse parse, Find field) {
  setting.take = [parse, field](Values values, Options* options) -> absl::Status {
    Options defaults;
    if (values.empty()) {
      *field(options) = *field(&defaults);
      return absl::OkStatus();
    }
    if (values.size() > 1) return absl::InvalidArgumentError("takes one value");
    auto parsed = parse(values.front());
    if (!parsed.ok()) return parsed.status();
    *field(options) = *std::move(parsed);
    return absl::OkStatus();
  };
  return setting;
}

// A setting of several: `add` puts what a text says into the field, which is T() at first.
template <class Add, class Find>
Setting Many(Setting setting, Add add, Find field) {
  setting.repeatable = true;
  setting.take = [add, field](Values values, Options* options) -> absl::Status {
    Options defaults;
    auto* value = field(options);
    *value = *field(&defaults);
    if (!values.empty()) *value = {};
    for (const std::string& text : values) {
      absl::Status status = add(text, value);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  };
  return setting;
}

}  // namespace salvo::sim
