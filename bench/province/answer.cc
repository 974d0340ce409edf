#include "answer.h"

namespace bench::province {
namespace {

constexpr int64_t kWeightModulus = 1000003;

}  // namespace

Checks checks(const Province& province, const Answer& answer) {
  const std::vector<uint32_t>& ids = province.persons.id;
  Checks sums;
  sums.persons = answer.mask.size();
  for (size_t i = 0; i < answer.mask.size(); ++i) {
    const uint16_t mask = answer.mask[i];
    for (size_t bit = 0; bit < kMaskBits; ++bit) sums.count[bit] += (mask >> bit) & 1U;
    sums.mask_sum += mask * (ids[i] % kWeightModulus);
  }
  sums.evidence = answer.evidence.size();
  for (const EvidenceRow& row : answer.evidence) {
    sums.evidence_sum += (ids[row.person] % kWeightModulus) * (row.rule * 10000 + row.year);
  }
  return sums;
}

std::string to_string(const Checks& checks) {
  std::string text = "{\"n\":" + std::to_string(checks.persons);
  for (size_t bit = 0; bit < kMaskBits; ++bit) {
    text += ",\"b" + std::to_string(bit) + "\":" + std::to_string(checks.count[bit]);
  }
  return text + ",\"s1\":\"" + std::to_string(checks.mask_sum) +
         "\",\"ev\":" + std::to_string(checks.evidence) + ",\"s2\":\"" +
         std::to_string(checks.evidence_sum) + "\"}";
}

}  // namespace bench::province
