#pragma once

#include <string>
#include <vector>

#include "child.h"

namespace bench {

struct Step {
  std::string name;
  std::vector<Usage> runs;  // one a repetition
};

double median(std::vector<double> values);
double median_wall(const Step& step);
double median_cpu(const Step& step);

// One step after the other in the same repetition, as if they were one.
Step together(const std::string& name, const std::vector<Step>& steps);

// A Markdown table. Ratios are taken inside a repetition and against `reference`, so that whatever
// else the machine was doing at that time weighs on both sides.
void print_table(const Step& reference, const std::vector<Step>& steps);

}  // namespace bench
