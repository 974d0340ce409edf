#pragma once

#include <cstddef>
#include <string>

namespace bench {

struct ImportCounts {
  size_t taken = 0;
  size_t refused = 0;
  size_t added = 0;  // records
};

struct FindingCounts {
  size_t findings = 0;
  size_t rules = 0;     // compared with the truth
  size_t unlisted = 0;  // findings on which the truth says nothing
};

// What `dandang import --json` printed, its refused rows compared with the generator's truth.json
// by file, sheet and row. Throws where they differ: fast and wrong is not measured here.
ImportCounts check_import(const std::string& import_json, const std::string& truth_json);

// What `dandang evaluate --json` printed, compared rule by rule: who is MET and INSUFFICIENT, what
// amounts, who is missing. Throws where they differ.
FindingCounts check_findings(const std::string& findings_json, const std::string& truth_json);

size_t count_lines(const std::string& path);

}  // namespace bench
