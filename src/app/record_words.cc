#include "app/record_words.h"

namespace dandang::app {

Text heading_of(const record::ChangeSetSummary& summary) {
  const std::string number = std::to_string(summary.id);
  const std::string basis = summary.basis.empty() ? "" : "（" + summary.basis + "）";
  const std::string english = summary.basis.empty() ? "" : " (" + summary.basis + ")";
  return {"第 " + number + " 批  " + summary.recorded_at + "  " + summary.author + "  " +
              summary.reason + basis,
          "change set " + number + "  " + summary.recorded_at + "  " + summary.author + "  " +
              summary.reason + english};
}

Error no_such_type(const record::Catalogue& catalogue, const std::string& name) {
  std::vector<std::string> names;
  for (const record::RecordType& type : catalogue.types) names.push_back(type.name);
  return {ErrorCode::kBadUsage,
          {"没有这种记录", "there is no such record type"},
          name,
          {"记录类型有：" + join(names, "、"), "the record types are: " + join(names, ", ")}};
}

std::string key_from_words(const std::string& shown_key) {
  return record::key_text(split(shown_key, '/'));
}

Result<void> need_words(const Arguments& arguments, const std::vector<std::string>& options) {
  for (const std::string& option : options) {
    if (!trimmed(arguments.value(option)).empty()) continue;
    return Error{ErrorCode::kBadUsage,
                 {"缺少选项", "an option is missing"},
                 option,
                 {"补上 " + option, "add " + option}};
  }
  return {};
}

}  // namespace dandang::app
