#include "app/command.h"

#include <unistd.h>

#include <cstdio>

namespace dandang::app {

int fail(const Error& error, Language language) {
  std::fprintf(stderr, "dandang: %s\n", error.to_string(language).c_str());
  return error.code == ErrorCode::kUnsoundStore ? kStoreUnsound : kBad;
}

Progress::Progress(std::string label, bool enabled)
    : label_(std::move(label)), enabled_(enabled && isatty(STDERR_FILENO) == 1) {}

void Progress::update(size_t done, size_t all) {
  if (!enabled_ || all == 0) return;
  const int percent = static_cast<int>(done * 100 / all);
  if (percent == shown_) return;
  shown_ = percent;
  constexpr int kWidth = 30;
  const int filled = percent * kWidth / 100;
  std::string bar(static_cast<size_t>(filled), '#');
  bar.append(static_cast<size_t>(kWidth - filled), '.');
  std::fprintf(stderr, "\r%s [%s] %3d%%", label_.c_str(), bar.c_str(), percent);
}

void Progress::finish() {
  if (shown_ >= 0) std::fprintf(stderr, "\r\033[K");
  shown_ = -1;
}

Progress::~Progress() {
  finish();
}

}  // namespace dandang::app
