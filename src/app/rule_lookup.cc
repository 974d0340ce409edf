#include "app/rule_lookup.h"

#include <algorithm>

#include "base/text.h"

namespace dandang::app {

Result<void> check_rules(const policy::PolicySet& set, const std::vector<std::string>& wanted) {
  std::vector<std::string> ids;
  for (const policy::Rule& rule : set.rules) ids.push_back(rule.id);
  for (const std::string& id : wanted) {
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) continue;
    const std::string close = closest_match(id, ids);
    return Error{ErrorCode::kNotFound,
                 {"没有这条规则", "there is no such rule"},
                 id,
                 close.empty() ? Text{"可用：" + join(ids, "、"), "known: " + join(ids, ", ")}
                               : Text{"是不是 " + close + "？", "did you mean " + close + "?"}};
  }
  return {};
}

}  // namespace dandang::app
