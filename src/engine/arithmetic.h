#pragma once

#include "base/date.h"
#include "engine/plan.h"

namespace dandang::engine {

inline int64_t floored(int64_t value, int64_t divisor) {
  const int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

// One row's number from two; the plan has seen to it that nothing overflows.
inline int64_t computed(const Node& node, int64_t a, int64_t b) {
  switch (node.kind) {
    case NodeKind::kAdd:
      return a + b;
    case NodeKind::kSubtract:
      return a - b;
    case NodeKind::kMultiply:
      return a * b;
    case NodeKind::kRescale:
      return a * node.constant;
    case NodeKind::kDivideDown:
      return floored(a, node.constant);
    case NodeKind::kDivideUp:
      return -floored(-a, node.constant);
    case NodeKind::kDivideCut:
      return a / node.constant;
    case NodeKind::kDivideNear: {
      const int64_t half = node.constant / 2;
      return a >= 0 ? (a + half) / node.constant : -((half - a) / node.constant);
    }
    case NodeKind::kLarger:
      return a > b ? a : b;
    case NodeKind::kSmaller:
      return a < b ? a : b;
    case NodeKind::kAddMonths:
      return Date::from_days(a).add_months(b).days();
    case NodeKind::kYear:
      return Date::from_days(a).year();
    case NodeKind::kMonth:
      return Date::from_days(a).month();
    case NodeKind::kDay:
      return Date::from_days(a).day();
    case NodeKind::kWholeYears:
      return a / 12;
    case NodeKind::kRestMonths:
      return a % 12;
    case NodeKind::kMonthsBetween:
      return whole_months_between(Date::from_days(a), Date::from_days(b));
    default:
      return 0;
  }
}

}  // namespace dandang::engine
