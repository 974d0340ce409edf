#include "engine/table.h"

namespace dandang::engine {

int64_t Dictionary::add(const std::string& word) {
  const auto [at, added] = numbers_.try_emplace(word, static_cast<int64_t>(words_.size()));
  if (added) words_.push_back(word);
  return at->second;
}

std::optional<int64_t> Dictionary::find(const std::string& word) const {
  const auto found = numbers_.find(word);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

}  // namespace dandang::engine
