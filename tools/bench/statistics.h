// Of a few repeated measurements. Pure.
#pragma once

#include <vector>

namespace salvo::bench {

// 0 of none.
double Median(std::vector<double> values);

// How far the highest and the lowest lie apart, in percent of the median; 0 of fewer than two.
double SpreadPercent(const std::vector<double>& values);

}  // namespace salvo::bench
