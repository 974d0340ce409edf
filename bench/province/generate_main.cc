// Writes an invented province as CSV:
//
//   province_generate FOLDER [--officials N] [--years N] [--seed N]

#include <fmt/format.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "generate.h"
#include "province.h"

namespace {

using bench::province::Options;
using bench::province::Province;

Options options_of(const std::vector<std::string>& words) {
  Options options;
  for (size_t i = 0; i < words.size(); i += 2) {
    if (i + 1 == words.size()) throw std::runtime_error("no value for " + words[i]);
    if (words[i] == "--officials") {
      options.officials = static_cast<uint32_t>(std::stoul(words[i + 1]));
    } else if (words[i] == "--years") {
      options.years = std::stoi(words[i + 1]);
    } else if (words[i] == "--seed") {
      options.seed = std::stoull(words[i + 1]);
    } else {
      throw std::runtime_error("unknown option " + words[i]);
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) throw std::runtime_error("usage: province_generate FOLDER [OPTION VALUE]...");
  const Province province = bench::province::generate(options_of({words.begin() + 1, words.end()}));
  bench::province::write_csv(province, words.front());
  fmt::print("{} officials, {} units, {} yearly rows, {} honours, {} sanctions\n",
             province.persons.size(), province.units.size(), province.yearlies.size(),
             province.honours.size(), province.sanctions.size());
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "province_generate: {}\n", error.what());
  return 2;
}
