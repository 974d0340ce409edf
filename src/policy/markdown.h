#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"

namespace dandang::policy {

// A fenced block: ```kind argument
struct FencedBlock {
  std::string kind;
  std::string argument;  // the rest of the info string
  std::string content;
  int first_line = 0;  // of the content, 1-based
  Place place;         // of the fence
};

struct MarkdownFile {
  std::string front_matter;             // between the first two lines "---"
  int front_matter_line = 0;            // of its content
  std::vector<std::string> paragraphs;  // prose before the first heading or block
  std::vector<FencedBlock> blocks;
};

// Reads a literate file (CommonMark with GitHub's extensions).
MarkdownFile parse_markdown(const std::string& text, const std::string& file,
                            Diagnostics& diagnostics);

}  // namespace dandang::policy
