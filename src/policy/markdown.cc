#include "policy/markdown.h"

#include <cmark-gfm.h>

#include <memory>

#include "base/text.h"

namespace dandang::policy {
namespace {

struct NodeDeleter {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};

std::string plain_text(cmark_node* node) {
  std::string out;
  cmark_iter* iter = cmark_iter_new(node);
  for (cmark_event_type event = cmark_iter_next(iter); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(iter)) {
    if (event != CMARK_EVENT_ENTER) continue;
    cmark_node* at = cmark_iter_get_node(iter);
    const cmark_node_type type = cmark_node_get_type(at);
    // Between Chinese characters a line's end is no blank.
    const bool is_break = type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK;
    if (is_break && !out.empty() && static_cast<unsigned char>(out.back()) < 0x80) out += ' ';
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) out += cmark_node_get_literal(at);
  }
  cmark_iter_free(iter);
  return out;
}

FencedBlock fenced_block(cmark_node* node, const std::string& file, int line_offset) {
  FencedBlock block;
  const std::string info = trimmed(cmark_node_get_fence_info(node));
  const size_t blank = info.find(' ');
  block.kind = info.substr(0, blank);
  if (blank != std::string::npos) block.argument = trimmed(info.substr(blank));
  block.content = cmark_node_get_literal(node);
  const int line = cmark_node_get_start_line(node) + line_offset;
  block.first_line = line + 1;
  block.place = {file, line, cmark_node_get_start_column(node)};
  return block;
}

}  // namespace

MarkdownFile parse_markdown(const std::string& text, const std::string& file,
                            Diagnostics& diagnostics) {
  MarkdownFile out;
  std::string body = text;
  int line_offset = 0;
  if (text.starts_with("---\n")) {
    const size_t end = text.find("\n---\n", 3);
    if (end == std::string::npos) {
      diagnostics.error("front-matter", {file, 1, 1},
                        {"文件头没有结束", "the front matter has no end"},
                        {"在文件头后单独写一行 ---", "write a line --- after the front matter"});
    } else {
      out.front_matter = text.substr(4, end - 3);
      out.front_matter_line = 2;
      body = text.substr(end + 5);
      for (size_t i = 0; i < end + 5; ++i) line_offset += text[i] == '\n' ? 1 : 0;
    }
  }
  const std::unique_ptr<cmark_node, NodeDeleter> document(
      cmark_parse_document(body.data(), body.size(), CMARK_OPT_DEFAULT));
  bool prose = true;
  for (cmark_node* node = cmark_node_first_child(document.get()); node != nullptr;
       node = cmark_node_next(node)) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_CODE_BLOCK) {
      prose = false;
      FencedBlock block = fenced_block(node, file, line_offset);
      if (!block.kind.empty()) out.blocks.push_back(std::move(block));
    } else if (type == CMARK_NODE_HEADING) {
      prose = false;
    } else if (type == CMARK_NODE_PARAGRAPH && prose) {
      out.paragraphs.push_back(plain_text(node));
    }
  }
  return out;
}

}  // namespace dandang::policy
