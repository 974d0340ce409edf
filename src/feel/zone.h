#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dandang::feel {

// The regions of the IANA time zone list, as ICU has them. A region is known by its number, which
// means nothing outside the running program.
std::optional<uint16_t> find_region(std::string_view name);
const std::string& region_name(uint16_t region);

// Seconds east of UTC, at a moment given as seconds since 1970 in UTC, or by the region's own
// clock. A clock time that comes twice, or never, is read with the offset before the change.
int32_t region_offset(uint16_t region, int64_t utc_seconds);
int32_t region_offset_by_clock(uint16_t region, int64_t clock_seconds);
// The offset outside summer time, as of today's rules.
int32_t region_standard_offset(uint16_t region);

}  // namespace dandang::feel
