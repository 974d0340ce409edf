#pragma once

#include <string>
#include <vector>

#include "base/text.h"

namespace dandang {

// A place in a text file. Line and column are 1-based; the column counts code points, so that a
// Chinese character is one. 0 means the file as a whole.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  bool operator==(const Place&) const = default;
};

enum class Severity { kError, kWarning };

// What is wrong with an author's text: a value, many at once, never thrown.
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;  // stable, kebab-case, for example "undeclared-name"
  Place place;
  Text message;
  Text hint;

  // "file:line:column: error: message [code]\n    hint"
  std::string to_string(Language language) const;
};

// Collects diagnostics up to a stated cap; beyond it they are only counted.
class Diagnostics {
 public:
  static constexpr size_t kMax = 500;

  void add(Diagnostic diagnostic);
  void error(std::string code, Place place, Text message, Text hint = {});
  void warning(std::string code, Place place, Text message, Text hint = {});
  // In order of file, line, column.
  void sort();

  const std::vector<Diagnostic>& all() const { return all_; }
  size_t error_count() const { return errors_; }
  size_t warning_count() const { return warnings_; }
  size_t dropped() const { return dropped_; }
  bool has_errors() const { return errors_ > 0; }

 private:
  std::vector<Diagnostic> all_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
  size_t dropped_ = 0;
};

}  // namespace dandang
