#include "feel/source.h"

#include "base/text.h"

namespace dandang::feel {

Source Source::plain(std::string text, std::string file) {
  Source source;
  source.text = std::move(text);
  source.file = std::move(file);
  return source;
}

Place Source::place_at(size_t offset) const {
  size_t line = 0;
  size_t line_start = 0;
  for (size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      line_start = i + 1;
    }
  }
  const size_t end = offset < text.size() ? offset : text.size();
  const int column = static_cast<int>(
      code_point_count(std::string_view(text).substr(line_start, end - line_start)));
  Place place{file, static_cast<int>(line) + 1, column + 1};
  if (line < lines.size()) {
    place.line = lines[line].line;
    place.column = lines[line].column + column;
  }
  return place;
}

}  // namespace dandang::feel
