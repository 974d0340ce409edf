#include "base/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace dandang {

std::string Diagnostic::to_string(Language language) const {
  std::string out = place.file;
  if (place.line > 0) {
    out += ':' + std::to_string(place.line);
    if (place.column > 0) out += ':' + std::to_string(place.column);
  }
  if (!out.empty()) out += ": ";
  const bool english = language == Language::kEnglish;
  if (severity == Severity::kError) {
    out += english ? "error" : "错误";
  } else {
    out += english ? "warning" : "提醒";
  }
  out += ": " + message.in(language) + " [" + code + "]";
  if (!hint.empty()) out += "\n    " + hint.in(language);
  return out;
}

// The counts include what the cap drops: dropped errors are errors all the same.
void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kError) {
    ++errors_;
  } else {
    ++warnings_;
  }
  if (all_.size() < kMax) {
    all_.push_back(std::move(diagnostic));
  } else {
    ++dropped_;
  }
}

void Diagnostics::error(std::string code, Place place, Text message, Text hint) {
  add({Severity::kError, std::move(code), std::move(place), std::move(message), std::move(hint)});
}

void Diagnostics::warning(std::string code, Place place, Text message, Text hint) {
  add({Severity::kWarning, std::move(code), std::move(place), std::move(message), std::move(hint)});
}

// Stable: those of one place stay in the order they were found.
void Diagnostics::sort() {
  std::stable_sort(all_.begin(), all_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) <
           std::tie(b.place.file, b.place.line, b.place.column);
  });
}

}  // namespace dandang
