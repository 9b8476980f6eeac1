#include "tools/bench/statistics.h"

#include <algorithm>

namespace salvo::bench {

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

double SpreadPercent(const std::vector<double>& values) {
  const double median = Median(values);
  if (values.size() < 2 || median <= 0) return 0;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return 100 * (*most - *least) / median;
}

}  // namespace salvo::bench
