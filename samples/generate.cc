// Writes the sample county, its workbooks and the answers they imply:
//
//   generate_samples OUT_DIR [--officials N] [--years Y]
//
// Same arguments, same bytes, on every machine: fixed seeds, no clock.

#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "books.h"
#include "county.h"
#include "truth.h"

namespace {

constexpr int kFewestOfficials = 240;  // all planted cases still find somebody
constexpr int kMostOfficials = 20000;  // the answers are worked out the long way
constexpr int kFewestYears = 3;        // the longest streak
constexpr int kMostYears = 15;

struct Arguments {
  std::string folder;
  int officials = 300;
  int years = 5;
};

std::optional<int> number_within(std::string_view text, int low, int high) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number < low || number > high) return std::nullopt;
  return number;
}

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word != "--officials" && word != "--years") {
      if (!arguments.folder.empty()) return std::nullopt;
      arguments.folder = word;
      continue;
    }
    if (++i == argc) return std::nullopt;
    const bool officials = word == "--officials";
    const std::optional<int> number = officials
                                          ? number_within(argv[i], kFewestOfficials, kMostOfficials)
                                          : number_within(argv[i], kFewestYears, kMostYears);
    if (!number) return std::nullopt;
    (officials ? arguments.officials : arguments.years) = *number;
  }
  if (arguments.folder.empty()) return std::nullopt;
  return arguments;
}

void generate(const Arguments& arguments) {
  std::filesystem::create_directories(arguments.folder);
  const samples::County county = samples::make_county(arguments.officials, arguments.years);
  const std::vector<samples::Refused> refused = samples::write_books(county, arguments.folder);
  std::ofstream truth(arguments.folder + "/truth.json", std::ios::binary);
  truth << samples::truth_json(county, refused);
  truth.close();
  if (!truth) throw std::runtime_error("cannot write truth.json");
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Arguments> arguments = parse(argc, argv);
  if (!arguments) {
    std::fprintf(stderr,
                 "usage: generate_samples OUT_DIR [--officials N] [--years Y]\n"
                 "  N from %d to %d, Y from %d to %d\n",
                 kFewestOfficials, kMostOfficials, kFewestYears, kMostYears);
    return 2;
  }
  try {
    generate(*arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "generate_samples: %s\n", error.what());
    return 1;
  }
  return 0;
}
