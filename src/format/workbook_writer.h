#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"

namespace dandang::format {

// A plain table written to an .xlsx sheet, meant to be read and printed: a merged title, a caption
// line, a bold header with a filter and frozen panes, wrapped text, A4 landscape, header row
// repeated on every printed page, page numbers in the foot.
struct OutputCell {
  enum class Kind { kText, kNumber, kMoney } kind = Kind::kText;
  std::string text;
  Decimal number;   // kNumber
  int64_t fen = 0;  // kMoney, shown as yuan with two places
  enum class Tone { kPlain, kGood, kBad, kMissing, kMuted } tone = Tone::kPlain;
};

struct OutputSheet {
  std::string name;
  std::string title;
  std::string caption;
  std::vector<std::string> header;
  std::vector<double> widths;  // characters; one a column
  std::vector<std::vector<OutputCell>> rows;
};

// Writes the workbook whole or not at all (a temporary file beside it, then renamed). Texts that
// begin with = + - @ stay texts, never formulas. Same input, same bytes: no clock inside.
Result<void> write_workbook(const std::string& path, const std::vector<OutputSheet>& sheets);

}  // namespace dandang::format
