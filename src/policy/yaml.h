#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "feel/source.h"

namespace dandang::policy {

// A YAML node with its place in the file. Every scalar is text: fields make numbers, dates and
// booleans of it by their own type, so that 1.20 keeps its digits and "on" stays a word.
struct YamlMember;
struct YamlNode {
  enum class Kind { kNone, kScalar, kSequence, kMapping };
  enum class Style { kPlain, kQuoted, kLiteral, kFolded };

  Kind kind = Kind::kNone;
  Style style = Style::kPlain;
  std::string text;                 // kScalar
  int indent = 0;                   // kLiteral: blanks before the content of each line
  std::vector<YamlNode> items;      // kSequence
  std::vector<YamlMember> members;  // kMapping, in order
  Place place;

  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_mapping() const { return kind == Kind::kMapping; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_none() const { return kind == Kind::kNone; }
  // Null if there is no such member.
  const YamlNode* find(std::string_view key) const;
};

struct YamlMember {
  YamlNode key;
  YamlNode value;
};

// Parses one YAML mapping written at `first_line` (1-based) of `file`. Wrong YAML is reported with
// its place; the result then is kNone.
YamlNode parse_yaml(const std::string& text, const std::string& file, int first_line,
                    Diagnostics& diagnostics);

// The scalar as FEEL text with its places. Only plain one-line scalars and literal blocks can be
// mapped back to columns; other styles are reported.
feel::Source feel_source(const YamlNode& node, Diagnostics& diagnostics);

}  // namespace dandang::policy
