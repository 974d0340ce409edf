// Any bytes as a DMN model: read, linked, and every decision evaluated within tight bounds.

#include <cstdint>
#include <string>

#include "base/diagnostic.h"
#include "base/result.h"
#include "dmn/model_evaluator.h"

namespace dandang::dmn {
namespace {

constexpr ModelLimits kLimits{{20'000, 100, 20'000, 100}, 5'000, 60};

void run(const std::string& text) {
  Diagnostics diagnostics;
  const ModelText model{"model.dmn", text};
  // The text is also what it may import.
  const ModelSet set = ModelSet::read(model, {model}, diagnostics);
  DD_VERIFY(set.main() != nullptr || diagnostics.has_errors());
  for (const auto& read : set.models()) {
    for (const auto& element : read->elements) {
      ModelEvaluator evaluator(kLimits);
      for (const auto& input : read->elements) {
        if (input->kind == Element::Kind::kInputData) evaluator.give(*input, feel::Value(5));
      }
      const feel::Value value = evaluator.evaluate(*element);
      // Nothing is unknown but what a bound cut short.
      DD_VERIFY(feel::causes_within(value) == nullptr || !evaluator.stopped().empty());
    }
  }
}

}  // namespace
}  // namespace dandang::dmn

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  dandang::dmn::run(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
