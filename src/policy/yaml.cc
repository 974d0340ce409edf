#include "policy/yaml.h"

#include <libfyaml.h>

#include <memory>

#include "base/result.h"
#include "base/text.h"

namespace dandang::policy {
namespace {

constexpr int kMaxDepth = 32;

struct DocumentDeleter {
  void operator()(fy_document* document) const { fy_document_destroy(document); }
};
struct DiagDeleter {
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};

class Converter {
 public:
  Converter(const std::string& text, const std::string& file, int first_line,
            Diagnostics& diagnostics)
      : lines_(split(text, '\n')),
        file_(file),
        first_line_(first_line),
        diagnostics_(diagnostics) {}

  YamlNode convert(fy_node* node, const Place& fallback, int depth = 0) {
    YamlNode out;
    out.place = fallback;
    if (node == nullptr) return out;
    if (depth > kMaxDepth) {
      diagnostics_.error("yaml-depth", fallback, {"嵌套太深", "nested too deep"});
      return out;
    }
    switch (fy_node_get_type(node)) {
      case FYNT_SCALAR:
        return scalar(node, fallback);
      case FYNT_SEQUENCE: {
        out.kind = YamlNode::Kind::kSequence;
        void* state = nullptr;
        while (fy_node* item = fy_node_sequence_iterate(node, &state)) {
          out.items.push_back(convert(item, fallback, depth + 1));
        }
        if (!out.items.empty()) out.place = out.items.front().place;
        return out;
      }
      case FYNT_MAPPING: {
        out.kind = YamlNode::Kind::kMapping;
        void* state = nullptr;
        while (fy_node_pair* pair = fy_node_mapping_iterate(node, &state)) {
          YamlNode key = convert(fy_node_pair_key(pair), fallback, depth + 1);
          YamlNode value = convert(fy_node_pair_value(pair), key.place, depth + 1);
          out.members.push_back({std::move(key), std::move(value)});
        }
        if (!out.members.empty()) out.place = out.members.front().key.place;
        return out;
      }
    }
    return out;
  }

 private:
  YamlNode scalar(fy_node* node, const Place& fallback) {
    YamlNode out;
    out.place = fallback;
    size_t length = 0;
    const char* data = fy_node_get_scalar(node, &length);
    out.text.assign(data != nullptr ? data : "", data != nullptr ? length : 0);
    if (fy_token* token = fy_node_get_scalar_token(node)) {
      if (const fy_mark* mark = fy_token_start_mark(token)) {
        out.place = {file_, first_line_ + mark->line, mark->column + 1};
      }
    }
    switch (fy_node_get_style(node)) {
      case FYNS_SINGLE_QUOTED:
      case FYNS_DOUBLE_QUOTED:
        out.style = YamlNode::Style::kQuoted;
        break;
      case FYNS_LITERAL:
        literal(out);
        break;
      case FYNS_FOLDED:
        out.style = YamlNode::Style::kFolded;
        break;
      default:
        break;
    }
    const bool empty = out.text.empty() && out.style == YamlNode::Style::kPlain;
    out.kind = empty ? YamlNode::Kind::kNone : YamlNode::Kind::kScalar;
    return out;
  }

  // A literal block's mark is its first content line; the indentation is cut from the text.
  void literal(YamlNode& out) {
    out.style = YamlNode::Style::kLiteral;
    const auto line = static_cast<size_t>(out.place.line - first_line_);
    if (line < lines_.size()) {
      const size_t indent = lines_[line].find_first_not_of(' ');
      const size_t kept = out.text.find_first_not_of(' ');
      if (indent != std::string::npos && kept != std::string::npos && indent >= kept) {
        out.indent = static_cast<int>(indent - kept);
      }
    }
    out.place.column = out.indent + 1;
  }

  std::vector<std::string> lines_;
  const std::string& file_;
  int first_line_;
  Diagnostics& diagnostics_;
};

// What the author most likely ran into (PACKAGES §2: YAML broke FEEL in five ways).
Text yaml_hint(const std::string& line) {
  if (contains(line, ": ") && line.find(": ") != line.rfind(": ")) {
    return {"一行里有两处冒号加空格：把公式写到 | 下面，或者给文字加引号",
            "two \": \" on one line: put the formula under |, or quote the words"};
  }
  if (contains(line, "{") || contains(line, "}")) {
    return {"花括号在 YAML 里有特殊含义：给文字加引号，公式写到 | 下面",
            "braces mean something in YAML: quote the words, put formulas under |"};
  }
  if (contains(line, "：")) {
    return {"键后面要用半角冒号加空格", "write a half-width colon and a blank after the key"};
  }
  return {"检查缩进、引号和冒号后的空格",
          "check indentation, quotes and the blank after each colon"};
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

YamlNode parse_yaml(const std::string& text, const std::string& file, int first_line,
                    Diagnostics& diagnostics) {
  fy_diag_cfg diag_config;
  fy_diag_cfg_default(&diag_config);
  diag_config.fp = nullptr;
  const std::unique_ptr<fy_diag, DiagDeleter> diag(fy_diag_create(&diag_config));
  DD_VERIFY(diag != nullptr);
  fy_diag_set_collect_errors(diag.get(), true);
  fy_parse_cfg config{};
  config.flags = FYPCF_QUIET;
  config.diag = diag.get();
  const std::unique_ptr<fy_document, DocumentDeleter> document(
      fy_document_build_from_string(&config, text.data(), text.size()));
  if (document == nullptr) {
    void* state = nullptr;
    const fy_diag_error* error = fy_diag_errors_iterate(diag.get(), &state);
    Place place{file, first_line, 1};
    std::string message = "not YAML";
    std::string line;
    if (error != nullptr) {
      // libfyaml counts an error's line from 1 and its column from 1.
      const int row = error->line > 0 ? error->line - 1 : 0;
      place = {file, first_line + row, error->column > 0 ? error->column : 1};
      if (error->msg != nullptr) message = error->msg;
      const std::vector<std::string> lines = split(text, '\n');
      if (static_cast<size_t>(row) < lines.size()) line = lines[static_cast<size_t>(row)];
    }
    diagnostics.error("yaml", place, {"YAML 写法有误：" + message, "not valid YAML: " + message},
                      yaml_hint(line));
    return {};
  }
  Converter converter(text, file, first_line, diagnostics);
  return converter.convert(fy_document_root(document.get()), Place{file, first_line, 1});
}

feel::Source feel_source(const YamlNode& node, Diagnostics& diagnostics) {
  feel::Source source;
  source.file = node.place.file;
  source.text = node.text;
  if (node.style == YamlNode::Style::kQuoted || node.style == YamlNode::Style::kFolded) {
    diagnostics.error("feel-style", node.place,
                      {"公式不能加引号或者折行书写", "a formula is not quoted or folded"},
                      {"写成一行，或者写到 | 下面", "write it on one line, or under |"});
  }
  int line = node.place.line;
  for (size_t begin = 0; begin <= source.text.size();) {
    source.lines.push_back({node.place.file, line, node.place.column});
    const size_t end = source.text.find('\n', begin);
    if (end == std::string::npos) break;
    begin = end + 1;
    ++line;
  }
  while (!source.text.empty() && source.text.back() == '\n') source.text.pop_back();
  return source;
}

}  // namespace dandang::policy
