#include "app/recording_time.h"

#include <optional>
#include <string>

#include "app/workspace.h"

namespace dandang::app {

Result<void> stamp(record::RecordStore& store, const Arguments& arguments,
                   record::ChangeSet& change_set) {
  change_set.recorded_at = utc_now();
  const std::string now = change_set.recorded_at;
  DD_ASSIGN_OR_RETURN(const std::optional<record::ChangeSetSummary> last,
                      store.change_set_at(std::nullopt));
  const bool behind = last && last->recorded_at > now;
  const std::string fault = arguments.value(kAfterClockFault);
  if (!behind && !arguments.has(kAfterClockFault)) return {};
  if (!behind) {
    return Error{ErrorCode::kBadUsage,
                 {"时钟不早于上一次写入，用不着这个选项",
                  "the clock is not before the last change set: the option is not needed"},
                 kAfterClockFault,
                 {"去掉它", "leave it out"}};
  }
  if (fault.empty()) {
    return Error{ErrorCode::kConflict,
                 {"记录时间“" + now + "”早于上一次写入的时间“" + last->recorded_at + "”",
                  "the recording time \"" + now + "\" is before the last one, \"" +
                      last->recorded_at + "\""},
                 "",
                 {"检查本机时钟；若现在的时钟是对的、那时快了，加 " +
                      std::string(kAfterClockFault) + " 原因：按上一次的时间写入，并记下实际时间",
                  "check this machine's clock; if it is right now and was ahead then, add " +
                      std::string(kAfterClockFault) +
                      " REASON: the last time is taken again, and the clock goes on record"}};
  }
  change_set.recorded_at = last->recorded_at;
  change_set.reason += "（时钟曾快：" + fault + "；实际时间 " + now + "）";
  return {};
}

}  // namespace dandang::app
