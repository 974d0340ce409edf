#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"

namespace dandang::feel {

// A FEEL text and where its lines stand in the file it was written in, so that every diagnostic
// points into the author's own file.
struct Source {
  std::string text;
  std::string file;
  // Place of each line's first character; a text on its own starts at line 1, column 1.
  std::vector<Place> lines;

  static Source plain(std::string text, std::string file = {});
  // The place of a byte offset.
  Place place_at(size_t offset) const;
};

struct Span {
  size_t begin = 0;  // byte offsets, end exclusive
  size_t end = 0;
};

}  // namespace dandang::feel
