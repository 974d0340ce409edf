// A folder is a layer: proves that every #include in src/ points where tests/layers.txt allows.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kSource = DANDANG_SOURCE_DIR;

using Table = std::map<std::string, std::vector<std::string>>;

Table read_table() {
  Table table;
  std::ifstream in(kSource / "tests/layers.txt");
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const size_t colon = line.find(':');
    std::istringstream rest(line.substr(colon + 1));
    std::vector<std::string>& allowed = table[line.substr(0, colon)];
    for (std::string word; rest >> word;) allowed.push_back(word);
  }
  return table;
}

// Everything a folder may include: what it lists, and what those may include in turn.
std::set<std::string> closure(const Table& table, const std::string& folder) {
  std::set<std::string> out{folder};
  std::vector<std::string> open{folder};
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    const auto found = table.find(at);
    if (found == table.end()) continue;
    for (const std::string& next : found->second) {
      if (out.insert(next).second) open.push_back(next);
    }
  }
  return out;
}

bool is_test(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.find("_test.") != std::string::npos || name.find("_fuzz.") != std::string::npos ||
         name.starts_with("test_") || name.find("_contract.") != std::string::npos;
}

std::vector<std::string> own_includes(const fs::path& path) {
  std::vector<std::string> out;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("#include \"")) continue;
    out.push_back(line.substr(10, line.find('"', 10) - 10));
  }
  return out;
}

TEST(Layers, IncludesPointDownOnly) {
  const Table table = read_table();
  ASSERT_GE(table.size(), 10u);
  size_t checked = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kSource / "src")) {
    const fs::path path = entry.path();
    if ((path.extension() != ".cc" && path.extension() != ".h") || is_test(path)) continue;
    const fs::path relative = fs::relative(path, kSource / "src");
    const std::string folder = relative.begin()->string();
    ASSERT_TRUE(table.contains(folder)) << folder << " is not in tests/layers.txt";
    const std::set<std::string> allowed = closure(table, folder);
    for (const std::string& include : own_includes(path)) {
      // Ours are the folders of the table; libraries' headers are the build files' business.
      if (!table.contains(include.substr(0, include.find('/')))) continue;
      ++checked;
      const std::string target = include.substr(0, include.find('/'));
      EXPECT_TRUE(allowed.contains(target) || allowed.contains(include))
          << "src/" << relative.string() << " includes " << include << ", which " << folder
          << " may not (tests/layers.txt)";
    }
  }
  EXPECT_GT(checked, 100u);
}

TEST(Layers, TableHasNoCycle) {
  const Table table = read_table();
  for (const auto& [folder, allowed] : table) {
    for (const std::string& next : allowed) {
      if (next == folder || !table.contains(next)) continue;
      EXPECT_FALSE(closure(table, next).contains(folder)) << folder << " and " << next;
    }
  }
}

TEST(Layers, EveryFolderOfSourcesIsALayer) {
  const Table table = read_table();
  for (const auto& entry : fs::directory_iterator(kSource / "src")) {
    EXPECT_TRUE(table.contains(entry.path().filename().string())) << entry.path();
  }
}

}  // namespace
