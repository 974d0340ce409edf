#include "policy/block_reader.h"

#include <algorithm>

namespace dandang::policy {

BlockReader::BlockReader(const YamlNode& node, std::string block, Diagnostics& diagnostics)
    : node_(node), block_(std::move(block)), diagnostics_(diagnostics), place_(node.place) {
  if (!node.is_mapping() && !node.is_none()) {
    diagnostics.error(
        "block-form", node.place,
        {block_ + " 应写成“键: 值”的形式", block_ + " is written as \"key: value\" lines"});
  }
}

const YamlNode* BlockReader::find(const std::string& key) {
  asked_.insert(key);
  return node_.find(key);
}

std::string BlockReader::text(const std::string& key) {
  const YamlNode* node = find(key);
  if (node == nullptr || node->is_none()) return {};
  if (!node->is_scalar()) {
    diagnostics_.error("block-form", node->place,
                       {key + " 应是一个值", key + " is a single value"});
    return {};
  }
  std::string value = trimmed(node->text);
  words_at_.note(key, "", node->place);
  words_at_.note(key, value, node->place);
  return value;
}

void BlockReader::missing(const std::string& key) {
  diagnostics_.error("missing-key", place_, {block_ + " 缺少 " + key, block_ + " lacks " + key},
                     {"补上一行 " + key + ": …", "add a line " + key + ": …"});
}

std::string BlockReader::required_text(const std::string& key) {
  std::string value = text(key);
  if (value.empty()) missing(key);
  return value;
}

std::vector<std::string> read_list(const YamlNode& node) {
  std::vector<std::string> out;
  if (node.is_scalar()) out.push_back(trimmed(node.text));
  for (const YamlNode& item : node.items) {
    if (item.is_scalar()) out.push_back(trimmed(item.text));
  }
  return out;
}

std::vector<std::string> BlockReader::list(const std::string& key) {
  const YamlNode* node = find(key);
  if (node == nullptr) return {};
  words_at_.note(key, "", node->place);
  if (node->is_scalar()) words_at_.note(key, trimmed(node->text), node->place);
  for (const YamlNode& item : node->items) words_at_.note(key, trimmed(item.text), item.place);
  return read_list(*node);
}

Text read_words(const YamlNode& node) {
  if (node.is_scalar()) return {trimmed(node.text), ""};
  Text out;
  if (const YamlNode* zh = node.find("zh")) out.zh = trimmed(zh->text);
  if (const YamlNode* en = node.find("en")) out.en = trimmed(en->text);
  return out;
}

Text BlockReader::words(const std::string& key) {
  const YamlNode* node = find(key);
  if (node == nullptr) return {};
  for (const auto& [name, value] : node->members) {
    if (name.text == "zh" || name.text == "en") continue;
    // A comma inside {…} ends the text: the rest of the sentence looks like another key.
    diagnostics_.error("words-cut", name.place,
                       {key + " 只写 zh 和 en；“" + name.text + "”像是被逗号切断的半句话",
                        key + " has only zh and en; \"" + name.text +
                            "\" looks like half a sentence cut at a comma"},
                       {"给整句话加引号", "put the whole sentence in quotes"});
  }
  return read_words(*node);
}

bool BlockReader::flag(const std::string& key, bool otherwise) {
  const YamlNode* node = find(key);
  if (node == nullptr) return otherwise;
  if (node->text == "true") return true;
  if (node->text == "false") return false;
  diagnostics_.error("block-form", node->place,
                     {key + " 应写 true 或 false", key + " is true or false"});
  return otherwise;
}

std::optional<Date> read_date(const YamlNode& node, Diagnostics& diagnostics) {
  const auto date = Date::parse_iso(trimmed(node.text));
  if (!date) {
    diagnostics.error("bad-date", node.place,
                      {"“" + node.text + "”不是日期", "\"" + node.text + "\" is not a date"},
                      {"写成 2025-06-30 的形式", "write it as 2025-06-30"});
  }
  return date;
}

std::optional<Date> BlockReader::date(const std::string& key) {
  const YamlNode* node = find(key);
  if (node == nullptr || node->is_none()) return std::nullopt;
  return read_date(*node, diagnostics_);
}

Formula read_formula(const YamlNode& node, const std::string& what, Diagnostics& diagnostics) {
  Formula out;
  out.place = node.place;
  if (!node.is_scalar()) {
    diagnostics.error("block-form", node.place, {what + " 应是一个公式", what + " is one formula"},
                      {"含有花括号或方括号开头的公式写到 | 下面",
                       "put a formula that begins with a bracket or brace under |"});
    return out;
  }
  out.source = feel_source(node, diagnostics);
  return out;
}

Formula BlockReader::formula(const std::string& key) {
  const YamlNode* node = find(key);
  if (node == nullptr || node->is_none()) return {};
  return read_formula(*node, key, diagnostics_);
}

std::vector<std::pair<std::string, Formula>> BlockReader::formulas(const std::string& key) {
  std::vector<std::pair<std::string, Formula>> out;
  const YamlNode* node = find(key);
  if (node == nullptr || node->is_none()) return out;
  if (!node->is_mapping()) {
    diagnostics_.error(
        "block-form", node->place,
        {key + " 应写成“名称: 公式”", key + " is written as \"name: formula\" lines"});
    return out;
  }
  for (const auto& [name, value] : node->members) {
    out.emplace_back(trimmed(name.text), read_formula(value, name.text, diagnostics_));
    words_at_.note(key, out.back().first, name.place);
  }
  return out;
}

Validity BlockReader::dates() {
  return {date("from"), date("to")};
}

Validity BlockReader::in_force() {
  const YamlNode* node = find("in_force");
  if (node == nullptr) return {};
  BlockReader inner(*node, "in_force", diagnostics_);
  const Validity validity = inner.dates();
  inner.finish();
  return validity;
}

size_t BlockReader::choice(const std::string& key, const std::vector<std::string>& words,
                           size_t otherwise) {
  const YamlNode* node = find(key);
  if (node == nullptr) return otherwise;
  const auto found = std::find(words.begin(), words.end(), trimmed(node->text));
  if (found != words.end()) return static_cast<size_t>(found - words.begin());
  const std::string close = closest_match(node->text, words);
  Text hint{"可用：" + join(words, "、"), "one of: " + join(words, ", ")};
  if (!close.empty()) hint = {"是不是 " + close + "？", "did you mean " + close + "?"};
  diagnostics_.error(
      "unknown-word", node->place,
      {key + " 不能是“" + node->text + "”", key + " cannot be \"" + node->text + "\""},
      std::move(hint));
  return otherwise;
}

void BlockReader::finish() {
  std::set<std::string> seen;
  for (const auto& [key, value] : node_.members) {
    if (!seen.insert(key.text).second) {
      diagnostics_.error(
          "repeated-key", key.place,
          {block_ + " 里 " + key.text + " 写了两次", key.text + " stands twice in " + block_});
    }
    if (asked_.contains(key.text)) continue;
    const std::vector<std::string> known(asked_.begin(), asked_.end());
    const std::string close = closest_match(key.text, known);
    Text hint{"可用：" + join(known, "、"), "known: " + join(known, ", ")};
    if (!close.empty()) hint = {"是不是 " + close + "？", "did you mean " + close + "?"};
    diagnostics_.error(
        "unknown-key", key.place,
        {block_ + " 没有“" + key.text + "”这一项", block_ + " has no key \"" + key.text + "\""},
        std::move(hint));
  }
}

}  // namespace dandang::policy
