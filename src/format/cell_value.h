#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"
#include "base/decimal.h"

// The values of cells as a sheet's XML writes them.
namespace dandang::format {

struct CellReference {
  uint32_t row = 0;     // 1-based
  uint32_t column = 0;  // 0-based
};

// "C7". No value for anything else, or beyond what three letters and seven digits hold.
std::optional<CellReference> parse_cell_reference(std::string_view text);
std::optional<uint32_t> parse_unsigned(std::string_view text);
std::string_view trim_ascii(std::string_view text);

// The number as the office sees it, 15 significant digits: what binary arithmetic leaves behind
// ("0.30000000000000004") is gone. No value for what no spreadsheet holds.
std::optional<Decimal> parse_cell_number(std::string_view text);

enum class DateSystem { k1900, k1904 };

// The day of a serial; the time of day is dropped. No value where the serial is no day: a time
// alone, a negative number, after 9999, and 1900-02-29, which the 1900 system has and the calendar
// has not.
std::optional<Date> date_of_serial(const Decimal& serial, DateSystem system);
Decimal serial_of_date(Date date, DateSystem system);

// Whether an escape "_xHHHH_" begins at `at`.
bool is_cell_text_escape(std::string_view text, size_t at);
// ST_Xstring (ECMA-376 part 1, 22.9.2.19): "_x000D_" stands for the UTF-16 unit. Uses `scratch` for
// the result where there is something to decode, else gives `text` back.
std::string_view unescape_cell_text(std::string_view text, std::string& scratch);

}  // namespace dandang::format
