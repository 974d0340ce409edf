#include "table.h"

#include <fmt/format.h>

#include <algorithm>

namespace bench {
namespace {

using Field = double Usage::*;

std::vector<double> values_of(const Step& step, Field field) {
  std::vector<double> values;
  for (const Usage& usage : step.runs) values.push_back(usage.*field);
  return values;
}

std::vector<double> ratios(const Step& step, const Step& reference, Field field) {
  std::vector<double> values;
  for (size_t i = 0; i < step.runs.size(); ++i) {
    values.push_back(step.runs[i].*field / reference.runs[i].*field);
  }
  return values;
}

std::string spread(const std::vector<double>& values, int places) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return fmt::format("{:.{}f} ({:.{}f}–{:.{}f})", median(values), places, *low, places, *high,
                     places);
}

double largest(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end());
}

void print_step(const Step& step, const Step& reference) {
  fmt::print(
      "| {} | {} | {} | {} | {} | {:.1f} |\n", step.name, spread(values_of(step, &Usage::wall), 3),
      spread(values_of(step, &Usage::cpu), 3), spread(ratios(step, reference, &Usage::wall), 2),
      spread(ratios(step, reference, &Usage::cpu), 2), largest(values_of(step, &Usage::peak)));
}

}  // namespace

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double median_wall(const Step& step) {
  return median(values_of(step, &Usage::wall));
}
double median_cpu(const Step& step) {
  return median(values_of(step, &Usage::cpu));
}

Step together(const std::string& name, const std::vector<Step>& steps) {
  Step sum{name, std::vector<Usage>(steps.front().runs.size())};
  for (const Step& step : steps) {
    for (size_t i = 0; i < sum.runs.size(); ++i) {
      sum.runs[i].wall += step.runs[i].wall;
      sum.runs[i].cpu += step.runs[i].cpu;
      sum.runs[i].peak = std::max(sum.runs[i].peak, step.runs[i].peak);
    }
  }
  return sum;
}

void print_table(const Step& reference, const std::vector<Step>& steps) {
  fmt::print("Median (smallest–largest) of {} repetitions; peak: the largest of them.\n\n",
             reference.runs.size());
  fmt::print("| step | wall, s | CPU, s | wall, times R | CPU, times R | peak, MB |\n");
  fmt::print("|---|---|---|---|---|---|\n");
  print_step(reference, reference);
  for (const Step& step : steps) print_step(step, reference);
}

}  // namespace bench
