#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "dmn/model.h"
#include "feel/temporal.h"

namespace dandang::dmn {

// One expected result of the DMN compatibility kit (dmn-tck), compared with ours.
struct KitResult {
  enum class Status {
    kPass,
    kFail,
    kError,        // the test could not be run: no such model or node, or a limit was passed
    kUnsupported,  // rests on a function in Java or PMML
  };
  std::string test_case;
  std::string node;
  Status status = Status::kFail;
  bool expected_null = false;
  std::string expected;
  std::string got;
  std::string reason;  // what the model's diagnostics say of the node, if anything
};

const char* status_word(KitResult::Status status);

// Numbers that differ by no more count as the same: the kit's expected values are rounded, and the
// runners published with it allow the same.
constexpr const char* kKitTolerance = "0.00000001";

// Runs the test cases of one file of the kit against the models of its folder, with `now` as the
// moment of now(). What is wrong with the test file itself is diagnosed.
std::vector<KitResult> run_kit_file(const ModelText& tests, const std::vector<ModelText>& models,
                                    std::optional<feel::DateTime> now, Diagnostics& diagnostics);

}  // namespace dandang::dmn
