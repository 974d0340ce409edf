#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/diagnostic.h"
#include "policy/package.h"
#include "policy/yaml.h"

namespace dandang::policy {

// Reads the members of one YAML mapping by name, and reports what is missing, of the wrong form, or
// not known. Call finish() when everything known has been asked for.
class BlockReader {
 public:
  BlockReader(const YamlNode& node, std::string block, Diagnostics& diagnostics);

  const Place& place() const { return place_; }
  const YamlNode* find(const std::string& key);
  bool has(const std::string& key) { return find(key) != nullptr; }
  // Empty if absent.
  std::string text(const std::string& key);
  std::string required_text(const std::string& key);
  // A scalar counts as a list of one.
  std::vector<std::string> list(const std::string& key);
  // {zh: …, en: …}, or one text for Chinese.
  Text words(const std::string& key);
  bool flag(const std::string& key, bool otherwise);
  std::optional<Date> date(const std::string& key);
  Formula formula(const std::string& key);
  // A mapping of names to formulas; empty if absent.
  std::vector<std::pair<std::string, Formula>> formulas(const std::string& key);
  // Where what text(), list() and formulas() gave stands.
  const WordPlaces& words_at() const { return words_at_; }
  // from: and to: of this mapping itself.
  Validity dates();
  // in_force: {from: …, to: …}
  Validity in_force();
  // One of the words, as its place in the list; `otherwise` if absent.
  size_t choice(const std::string& key, const std::vector<std::string>& words, size_t otherwise);
  void missing(const std::string& key);
  void finish();

 private:
  const YamlNode& node_;
  std::string block_;
  Diagnostics& diagnostics_;
  Place place_;
  std::set<std::string> asked_;
  WordPlaces words_at_;
};

// `what` names the formula in diagnostics.
Formula read_formula(const YamlNode& node, const std::string& what, Diagnostics& diagnostics);
std::optional<Date> read_date(const YamlNode& node, Diagnostics& diagnostics);
Text read_words(const YamlNode& node);
std::vector<std::string> read_list(const YamlNode& node);

}  // namespace dandang::policy
