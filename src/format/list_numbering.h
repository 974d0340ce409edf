#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "format/zip_archive.h"

// The numbers a word processor counts by itself (ECMA-376 part 1, 17.9): definitions of
// word/numbering.xml, and the counters of one document.
namespace dandang::format {

constexpr size_t kListLevels = 9;

struct ListLevel {
  int64_t start = 1;
  std::string format = "decimal";  // numFmt; what is not known is counted in decimal
  std::string text;                // lvlText: "（%1）"
};

// 1 is 一, 12 is 十二, 105 is 一百零五; beyond 9,999 in digits.
std::string chinese_number(int64_t number);

class ListNumbering {
 public:
  // A document without the part has no numbers.
  static Result<ListNumbering> read(ZipArchive& archive);

  // The number of the next paragraph of the list at the level, counted on; empty where the list is
  // not defined or shows a bullet.
  std::string next(std::string_view list, size_t level);

 private:
  friend class NumberingHandler;
  struct List {
    std::string definition;
    std::map<size_t, int64_t> starts;  // this list's own, by level
  };
  std::map<std::string, std::array<ListLevel, kListLevels>, std::less<>> definitions_;
  std::map<std::string, List, std::less<>> lists_;
  // By definition: lists that share one count on together.
  std::map<std::string, std::array<std::optional<int64_t>, kListLevels>, std::less<>> counters_;
  std::map<std::string, bool, std::less<>> begun_;  // lists
};

}  // namespace dandang::format
