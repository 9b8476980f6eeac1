// The judge of a budget: remembers when what was submitted and knows the worst interval of all.
#pragma once

#include <algorithm>
#include <cstdint>

namespace salvo::test {

// With F(t) what the rate allows up to t and P(t) what was submitted up to t, an interval from s to
// e carries P(e) - P(s) and exceeds its rate by P(e) - F(e) - (P(s) - F(s)). The worst interval
// that ends now is the one that began where P - F was least, so one number is all there is to
// remember, and no interval is left out.
class RateChecker {
 public:
  explicit RateChecker(double per_second, int64_t now) : per_second_(per_second), now_(now) {}

  void SetRate(int64_t now, double per_second) {
    AdvanceTo(now);
    per_second_ = per_second;
  }

  void Submitted(int64_t now, uint32_t n) {
    AdvanceTo(now);
    least_ = std::min(least_, submitted_ - allowed_);
    submitted_ += n;
    excess_ = std::max(excess_, submitted_ - allowed_ - least_);
  }

  // By how much the worst interval exceeded rate x length: its burst.
  double worst_burst() const { return static_cast<double>(excess_); }
  double submitted() const { return static_cast<double>(submitted_); }
  double allowed() const { return static_cast<double>(allowed_); }

 private:
  void AdvanceTo(int64_t now) {
    allowed_ += static_cast<long double>(now - now_) * per_second_ / 1e9L;
    now_ = now;
  }

  double per_second_;
  int64_t now_;
  long double allowed_ = 0;    // F
  long double submitted_ = 0;  // P
  long double least_ = 0;      // of P - F, just before a submission
  long double excess_ = 0;
};

}  // namespace salvo::test
