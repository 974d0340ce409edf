#include "county.h"

#include <algorithm>
#include <cstdlib>

namespace dandang::faults {

namespace fs = std::filesystem;

namespace {

const fs::path kSource = DANDANG_SOURCE_DIR;

std::vector<std::string> workbooks() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kSource / "samples/county")) {
    if (entry.path().extension() == ".xlsx") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Command dandang(const std::vector<std::string>& words) {
  Command out;
  out.words = {DANDANG_BINARY};
  out.words.insert(out.words.end(), words.begin(), words.end());
  out.words.insert(out.words.end(), {"--lang", "en"});
  return out;
}

std::vector<std::string> init_words(const std::string& data) {
  return {"init", data, "--policies", kSource / "policies"};
}

std::vector<std::string> parameter_words(const std::string& data, const std::string& value) {
  return {"parameter", "set",  data,  "积分靠前比例=" + value, "--from", "2026-01-01", "--basis",
          "试验",      "--by", "李四"};
}

std::vector<std::string> import_words(const std::string& data) {
  std::vector<std::string> out{"import", data, "--partial", "--by", "张三"};
  for (const std::string& book : workbooks()) out.push_back(book);
  return out;
}

std::vector<std::string> evaluate_words(const std::string& data) {
  return {"evaluate", data, "--as-of", "2026-06-30"};
}

std::vector<std::string> report_words(const std::string& data, const std::string& out) {
  return {"report", data, "--as-of", "2026-06-30", "--out", out};
}

std::string county_workbook(const std::string& part) {
  for (const std::string& book : workbooks()) {
    if (book.find(part) != std::string::npos) return book;
  }
  return "";
}

std::string make_data(Setting& setting, Filled filled) {
  std::string data = setting.new_folder() / "data";
  if (run(dandang(init_words(data))).code != 0) return "";
  // The county's workbooks have faults on purpose, so its import is partly refused.
  if (filled == Filled::kYes && run(dandang(import_words(data))).code != 3) return "";
  return data;
}

int known_change_set(const std::string& data) {
  const Outcome told = run(dandang(evaluate_words(data)));
  const std::string before = "known at change set ";
  const std::string all = told.out + told.err;
  const size_t at = all.find(before);
  return at == std::string::npos ? 0 : std::atoi(all.c_str() + at + before.size());
}

}  // namespace dandang::faults
