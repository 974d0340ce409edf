#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "app/command.h"
#include "app/workspace.h"
#include "dmn/compatibility_kit.h"

namespace dandang::app {
namespace {

namespace fs = std::filesystem;
using dmn::KitResult;

constexpr uintmax_t kMaxFileBytes = uintmax_t{16} << 20;
constexpr size_t kMaxFiles = 10'000;
constexpr size_t kShownFailures = 50;

struct Row {
  std::string folder;
  KitResult result;
};

// A folder of the kit: its models and its test files.
struct CaseFolder {
  std::vector<fs::path> models;
  std::vector<fs::path> tests;
};

Error unreadable(const std::string& path) {
  return {ErrorCode::kIo, {"读不了文件", "cannot read the file"}, path, {}};
}

Result<dmn::ModelText> read_text_file(const fs::path& path) {
  std::error_code code;
  const uintmax_t size = fs::file_size(path, code);
  if (code) return unreadable(path.string());
  if (size > kMaxFileBytes) {
    return Error{
        ErrorCode::kLimit, {"文件超过 16 MiB", "the file is over 16 MiB"}, path.string(), {}};
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return unreadable(path.string());
  return dmn::ModelText{path.string(), text.str()};
}

// Case folders below the folder, by path.
Result<std::map<fs::path, CaseFolder>> find_cases(const fs::path& root) {
  std::error_code code;
  std::map<fs::path, CaseFolder> out;
  size_t files = 0;
  for (fs::recursive_directory_iterator entry(root, code), end; !code && entry != end;
       entry.increment(code)) {
    if (!entry->is_regular_file()) continue;
    if (++files > kMaxFiles) {
      return Error{
          ErrorCode::kLimit, {"文件超过 10000 个", "more than 10,000 files"}, root.string(), {}};
    }
    const fs::path& path = entry->path();
    const std::string name = path.filename().string();
    if (path.extension() == ".dmn") out[path.parent_path()].models.push_back(path);
    if (path.extension() == ".xml" && name.find("-test") != std::string::npos) {
      out[path.parent_path()].tests.push_back(path);
    }
  }
  if (code) {
    return Error{
        ErrorCode::kIo,
        {"读不了文件夹", "cannot read the folder"},
        root.string(),
        {"给出 TestCases 文件夹或者它下面的文件夹", "name the folder TestCases or one below it"}};
  }
  return out;
}

Result<std::vector<dmn::ModelText>> read_all(std::vector<fs::path> paths) {
  std::sort(paths.begin(), paths.end());
  std::vector<dmn::ModelText> out;
  for (const fs::path& path : paths) {
    DD_ASSIGN_OR_RETURN(dmn::ModelText text, read_text_file(path));
    out.push_back(std::move(text));
  }
  return out;
}

Result<std::vector<Row>> run_all(const fs::path& root, Language language) {
  DD_ASSIGN_OR_RETURN(const auto cases, find_cases(root));
  const auto now = feel::parse_date_and_time(utc_now());
  std::vector<Row> rows;
  for (const auto& [path, folder] : cases) {
    if (folder.tests.empty()) continue;
    DD_ASSIGN_OR_RETURN(const auto models, read_all(folder.models));
    DD_ASSIGN_OR_RETURN(const auto tests, read_all(folder.tests));
    std::string shown = fs::relative(path, root).generic_string();
    if (shown == ".") shown = path.filename().string();
    for (const dmn::ModelText& test : tests) {
      Diagnostics diagnostics;
      for (KitResult& result : dmn::run_kit_file(test, models, now, diagnostics)) {
        rows.push_back({shown, std::move(result)});
      }
      for (const Diagnostic& diagnostic : diagnostics.all()) {
        std::fprintf(stderr, "%s\n", diagnostic.to_string(language).c_str());
      }
    }
  }
  return rows;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

Result<void> write_csv(const std::string& path, const std::vector<Row>& rows) {
  std::ofstream out(path, std::ios::binary);
  out << "folder,case,node,status,expected_null\n";
  for (const Row& row : rows) {
    out << csv_field(row.folder) << ',' << csv_field(row.result.test_case) << ','
        << csv_field(row.result.node) << ',' << dmn::status_word(row.result.status) << ','
        << (row.result.expected_null ? "true" : "false") << '\n';
  }
  out.flush();
  if (!out) return Error{ErrorCode::kIo, {"写不了文件", "cannot write the file"}, path, {}};
  return {};
}

struct Count {
  size_t all = 0;
  size_t passed = 0;

  void add(bool pass) {
    ++all;
    passed += pass ? 1 : 0;
  }
  void print(const char* label) const {
    const double share =
        all == 0 ? 0 : 100.0 * static_cast<double>(passed) / static_cast<double>(all);
    std::printf("%s %zu / %zu (%.2f%%)\n", label, passed, all, share);
  }
};

// Long values are cut; the place is what matters.
std::string shortened(const std::string& text) {
  constexpr size_t kMost = 200;
  const std::u32string points = to_code_points(text);
  if (points.size() <= kMost) return text;
  std::string out;
  for (size_t i = 0; i < kMost; ++i) append_code_point(out, points[i]);
  return out + "…";
}

void print_failure(const Row& row, bool zh) {
  const KitResult& result = row.result;
  std::printf("%s %s %s: %s, %s %s, %s %s", row.folder.c_str(), result.test_case.c_str(),
              result.node.c_str(), dmn::status_word(result.status), zh ? "应为" : "expected",
              shortened(result.expected).c_str(), zh ? "实为" : "got",
              shortened(result.got).c_str());
  if (!result.reason.empty()) std::printf("\n    %s", shortened(result.reason).c_str());
  std::printf("\n");
}

int print_summary(const std::vector<Row>& rows, bool show_all, Language language) {
  const bool zh = language == Language::kChinese;
  Count all;
  Count with_value;
  size_t failures = 0;
  for (const Row& row : rows) {
    const bool pass = row.result.status == KitResult::Status::kPass;
    all.add(pass);
    if (!row.result.expected_null) with_value.add(pass);
    if (pass) continue;
    if (show_all || failures < kShownFailures) print_failure(row, zh);
    ++failures;
  }
  if (!show_all && failures > kShownFailures) {
    std::printf(
        zh ? "……另有 %zu 项未通过（--all 全部列出）\n" : "… and %zu more (--all lists every one)\n",
        failures - kShownFailures);
  }
  all.print(zh ? "全部结果：" : "all results:");
  with_value.print(zh ? "应有值的结果：" : "results expected not to be null:");
  return failures == 0 ? kDone : kAnswerIsNo;
}

}  // namespace

int run_feel_tck(const Words& words, Language language) {
  const CommandShape shape{"feel tck DIR [--csv FILE] [--all]", 2, 2, {"--csv"}, {}, {"--all"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto rows = run_all(arguments->positional[1], language);
  if (!rows) return fail(rows.error(), language);
  if (rows->empty()) {
    return fail(Error{ErrorCode::kNotFound,
                      {"里面没有兼容性测试", "there are no tests of the kit in it"},
                      arguments->positional[1],
                      {"给出 dmn-tck 的 TestCases 文件夹", "name dmn-tck's folder TestCases"}},
                language);
  }
  if (const std::string csv = arguments->value("--csv"); !csv.empty()) {
    const auto written = write_csv(csv, *rows);
    if (!written) return fail(written.error(), language);
  }
  return print_summary(*rows, arguments->has("--all"), language);
}

}  // namespace dandang::app
