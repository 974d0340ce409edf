#include "format/workbook_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace dandang::format {
namespace {

const Text kSaveAsXlsx{"请用 Excel 或 WPS 打开，另存为 .xlsx 后再试",
                       "open it in Excel or WPS, save it as .xlsx and try again"};
const Text kAskAgain{"请用 Excel 或 WPS 打开看是否完好，另存为 .xlsx，或请对方重新发送",
                     "see whether Excel or WPS opens it, save it as .xlsx again, or ask for a new "
                     "copy"};

bool starts_with_any_case(std::string_view bytes, std::string_view lower_prefix) {
  if (bytes.size() < lower_prefix.size()) return false;
  for (size_t i = 0; i < lower_prefix.size(); ++i) {
    const char c = bytes[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != lower_prefix[i]) return false;
  }
  return true;
}

std::string in_utf16(std::string_view ascii) {
  std::string out;
  for (char c : ascii) {
    out += c;
    out += '\0';
  }
  return out;
}

// GBK, UTF-8 and UTF-16 with a mark all count: what offices export has no zero bytes otherwise.
bool looks_like_text(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
  const std::string_view head = bytes.substr(0, 4096);
  return std::all_of(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\f';
  });
}

}  // namespace

std::string base_name(std::string_view path) {
  const size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

Error damaged_part(const std::string& file, std::string_view part, uint64_t line, Text why) {
  const std::string line_zh = line > 0 ? fmt::format("第 {} 行", line) : "";
  const std::string line_en = line > 0 ? fmt::format(", line {}", line) : "";
  return Error{ErrorCode::kBadInput,
               {fmt::format("工作簿内的 {} {}已损坏（{}）", part, line_zh, why.zh),
                fmt::format("the workbook's part {}{} is damaged ({})", part, line_en, why.en)},
               file,
               kAskAgain};
}

Error missing_part(const std::string& file, std::string_view part) {
  return Error{
      ErrorCode::kBadInput,
      {fmt::format("工作簿内缺少 {}", part), fmt::format("the workbook lacks its part {}", part)},
      file,
      kAskAgain};
}

Error damaged_zip(const std::string& file, std::string_view detail) {
  return Error{ErrorCode::kBadInput,
               {fmt::format("文件已损坏，无法解开（{}）", detail),
                fmt::format("the file is damaged and cannot be unpacked ({})", detail)},
               file,
               kAskAgain};
}

Error zip_bomb(const std::string& file, std::string_view part) {
  return Error{ErrorCode::kLimit,
               {fmt::format("工作簿内的 {} 解开后异常庞大，疑为压缩炸弹，已拒绝", part),
                fmt::format("the workbook's part {} unpacks to far more than its packed size, "
                            "as a zip bomb does",
                            part)},
               file,
               {"请核实文件来源", "check where the file came from"}};
}

Error doctype_refused(const std::string& file, std::string_view part) {
  return Error{ErrorCode::kBadInput,
               {fmt::format("工作簿内的 {} 含 DOCTYPE 声明，工作簿不应有此内容，已拒绝", part),
                fmt::format("the workbook's part {} holds a DOCTYPE, which no workbook has", part)},
               file,
               {"请核实文件来源", "check where the file came from"}};
}

Error encrypted_workbook(const std::string& file) {
  return Error{ErrorCode::kBadInput,
               {"工作簿设有打开密码，无法读取", "the workbook is encrypted with a password"},
               file,
               {"请打开后取消密码，另存为 .xlsx 后再试",
                "open it, remove the password, save it as .xlsx and try again"}};
}

Error limit_passed(const std::string& file, const Text& what, uint64_t limit) {
  return Error{ErrorCode::kLimit,
               {fmt::format("{}超过上限 {}", what.zh, limit),
                fmt::format("{} beyond the limit of {}", what.en, limit)},
               file,
               {"请拆分工作簿或删去多余内容后再试",
                "split the workbook or remove what is not needed, and try again"}};
}

Error file_too_large(const std::string& file, uint64_t limit) {
  return limit_passed(file, {"文件字节数", "the file's bytes are"}, limit);
}

Error not_a_workbook(const std::string& file, std::string_view bytes) {
  const auto refuse = [&](Text what, Text hint) {
    return Error{ErrorCode::kBadInput, std::move(what), file, std::move(hint)};
  };
  if (bytes.empty()) {
    return refuse({"文件是空的", "the file is empty"},
                  {"请重新导出或请对方重新发送", "export it again or ask for a new copy"});
  }
  if (bytes.starts_with("\xD0\xCF\x11\xE0")) {
    if (bytes.find(in_utf16("EncryptedPackage")) != std::string_view::npos) {
      return encrypted_workbook(file);
    }
    return refuse({"这是旧版 .xls（或 .et）工作簿，只能读取 .xlsx",
                   "this is an old .xls (or .et) workbook; only .xlsx can be read"},
                  kSaveAsXlsx);
  }
  if (bytes.starts_with("PK")) return damaged_zip(file, "zip");
  if (bytes.starts_with("%PDF")) {
    return refuse({"这是 PDF 文件，不是工作簿", "this is a PDF, not a workbook"},
                  {"请提供 .xlsx 工作簿", "provide the .xlsx workbook"});
  }
  if (bytes.starts_with("Rar!") || bytes.starts_with("7z\xBC\xAF")) {
    return refuse({"这是压缩包，不是工作簿", "this is an archive, not a workbook"},
                  {"请先解压，再提供其中的 .xlsx", "unpack it and provide the .xlsx inside"});
  }
  std::string_view text = bytes;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (starts_with_any_case(text, "<html") || starts_with_any_case(text, "<!doctype html") ||
      starts_with_any_case(text, "<table") || starts_with_any_case(text, "<meta")) {
    return refuse({"这是网页（HTML）表格，不是 .xlsx 工作簿",
                   "this is a web page (HTML), not an .xlsx workbook"},
                  kSaveAsXlsx);
  }
  if (starts_with_any_case(text, "<?xml") || starts_with_any_case(text, "<")) {
    return refuse(
        {"这是 XML 文件，不是 .xlsx 工作簿", "this is an XML file, not an .xlsx workbook"},
        kSaveAsXlsx);
  }
  if (looks_like_text(bytes)) {
    return refuse({"这是文本（如 .csv）文件，不是 .xlsx 工作簿",
                   "this is a text file (such as .csv), not an .xlsx workbook"},
                  kSaveAsXlsx);
  }
  return refuse({"这不是 .xlsx 工作簿", "this is not an .xlsx workbook"}, kSaveAsXlsx);
}

Error io_error(const std::string& path, const Text& what, int error_number) {
  const char* reason = std::strerror(error_number);
  return Error{
      error_number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
      {fmt::format("{}（{}）", what.zh, reason), fmt::format("{} ({})", what.en, reason)},
      path,
      {"请检查路径、权限与磁盘空间", "check the path, the permissions and the disk space"}};
}

}  // namespace dandang::format
