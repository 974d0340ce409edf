#include "feel/zone.h"

#include <unicode/basictz.h>
#include <unicode/strenum.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

namespace dandang::feel {
namespace {

std::vector<std::string> read_names() {
  std::vector<std::string> names;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::StringEnumeration> ids(
      icu::TimeZone::createTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, nullptr, nullptr, status));
  while (U_SUCCESS(status) && ids != nullptr) {
    int32_t length = 0;
    const char* id = ids->next(&length, status);
    if (id == nullptr || names.size() >= std::numeric_limits<uint16_t>::max()) break;
    names.emplace_back(id, static_cast<size_t>(length));
  }
  std::sort(names.begin(), names.end());
  return names;
}

const std::vector<std::string>& names() {
  static const std::vector<std::string> kNames = read_names();
  return kNames;
}

// Making a zone means reading its rules, so each thread keeps those it asked for: there are no more
// of them than names.
const icu::BasicTimeZone* zone_of(uint16_t region) {
  thread_local std::vector<std::unique_ptr<icu::BasicTimeZone>> zones(names().size());
  if (region >= zones.size()) return nullptr;
  auto& zone = zones[region];
  if (zone == nullptr) {
    const auto id = icu::UnicodeString::fromUTF8(names()[region]);
    std::unique_ptr<icu::TimeZone> made(icu::TimeZone::createTimeZone(id));
    if (dynamic_cast<icu::BasicTimeZone*>(made.get()) == nullptr) return nullptr;
    zone.reset(dynamic_cast<icu::BasicTimeZone*>(made.release()));
  }
  return zone.get();
}

UDate milliseconds(int64_t seconds) {
  return static_cast<UDate>(seconds) * 1000.0;
}

}  // namespace

std::optional<uint16_t> find_region(std::string_view name) {
  const auto found = std::lower_bound(names().begin(), names().end(), name);
  if (found == names().end() || *found != name) return std::nullopt;
  return static_cast<uint16_t>(found - names().begin());
}

const std::string& region_name(uint16_t region) {
  return names().at(region);
}

int32_t region_offset(uint16_t region, int64_t utc_seconds) {
  const icu::BasicTimeZone* zone = zone_of(region);
  if (zone == nullptr) return 0;
  int32_t standard = 0;
  int32_t summer = 0;
  UErrorCode status = U_ZERO_ERROR;
  zone->getOffset(milliseconds(utc_seconds), 0, standard, summer, status);
  return (standard + summer) / 1000;
}

int32_t region_offset_by_clock(uint16_t region, int64_t clock_seconds) {
  const icu::BasicTimeZone* zone = zone_of(region);
  if (zone == nullptr) return 0;
  int32_t standard = 0;
  int32_t summer = 0;
  UErrorCode status = U_ZERO_ERROR;
  zone->getOffsetFromLocal(milliseconds(clock_seconds), UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER,
                           standard, summer, status);
  return (standard + summer) / 1000;
}

int32_t region_standard_offset(uint16_t region) {
  const icu::BasicTimeZone* zone = zone_of(region);
  return zone == nullptr ? 0 : zone->getRawOffset() / 1000;
}

}  // namespace dandang::feel
