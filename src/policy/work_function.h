#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "feel/types.h"
#include "policy/package.h"

namespace dandang::policy {

// The functions a work calendar gives (docs/procedures.md, "calendar").
enum class WorkFunction {
  kIsWorked,  // 是NAME(日期)
  kAfter,     // NAME后(日期, 天数)
  kCount,     // NAME数(起, 止)
  kPutOff,    // NAME顺延(日期)
};

inline constexpr WorkFunction kWorkFunctions[] = {WorkFunction::kIsWorked, WorkFunction::kAfter,
                                                  WorkFunction::kCount, WorkFunction::kPutOff};

struct CalendarFunction {
  const WorkCalendar* calendar = nullptr;
  WorkFunction function = WorkFunction::kIsWorked;
};

// No value if formulas of the package know no calendar function of that name.
std::optional<CalendarFunction> find_work_function(const PolicySet& set, std::string_view package,
                                                   std::string_view name);
std::string work_function_name(const WorkCalendar& calendar, WorkFunction function);
// For people; empty if the calendar has no English label.
std::string work_function_label(const WorkCalendar& calendar, WorkFunction function);
feel::TypePtr work_function_type(WorkFunction function);

}  // namespace dandang::policy
