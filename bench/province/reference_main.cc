// Measures the reference on a province read from CSV, and what reading its columns alone takes:
//
//   province_reference FOLDER [--threads N] [--runs N]
//
// Prints a line for the columns, a line for the evaluation and the checks. What is made once,
// reading and laying out, is not in either time.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "answer.h"
#include "province.h"
#include "reference.h"

namespace {

using bench::province::Province;
using bench::province::Reference;
using Bytes = std::span<const std::byte>;
using Clock = std::chrono::steady_clock;

struct Setup {
  std::string folder;
  unsigned threads = 1;
  int runs = 21;
};

Setup setup_of(const std::vector<std::string>& words) {
  if (words.empty()) throw std::runtime_error("usage: province_reference FOLDER [OPTION VALUE]...");
  Setup setup{words.front()};
  for (size_t i = 1; i + 1 < words.size(); i += 2) {
    if (words[i] == "--threads") {
      setup.threads = static_cast<unsigned>(std::clamp(std::stoi(words[i + 1]), 1, 64));
    } else if (words[i] == "--runs") {
      setup.runs = std::max(1, std::stoi(words[i + 1]));
    } else {
      throw std::runtime_error("unknown option " + words[i]);
    }
  }
  return setup;
}

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Two runs before those that count.
template <typename Work>
std::vector<double> measure(int runs, Work work) {
  std::vector<double> times;
  for (int run = -2; run < runs; ++run) {
    const Clock::time_point start = Clock::now();
    work();
    if (run >= 0) times.push_back(milliseconds_since(start));
  }
  std::sort(times.begin(), times.end());
  return times;
}

// Reads whole words, as the compiler makes wide ones of them.
uint64_t sum_of(Bytes bytes) {
  uint64_t sum = 0;
  const size_t words = bytes.size() / 8;
  for (size_t i = 0; i < words; ++i) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i * 8, 8);
    sum ^= word;
  }
  return sum;
}

uint64_t scan(const std::vector<Bytes>& columns, unsigned place, unsigned threads) {
  uint64_t sum = 0;
  for (const Bytes& column : columns) {
    const size_t begin = column.size() * place / threads;
    sum ^= sum_of(column.subspan(begin, column.size() * (place + 1) / threads - begin));
  }
  return sum;
}

void scan_all(const std::vector<Bytes>& columns, unsigned threads) {
  static std::atomic<uint64_t> kept;  // so that the reading is not left out
  std::vector<std::jthread> others;
  for (unsigned place = 1; place < threads; ++place) {
    others.emplace_back([&columns, place, threads] { kept ^= scan(columns, place, threads); });
  }
  kept ^= scan(columns, 0, threads);
}

void print(const char* what, unsigned threads, const std::vector<double>& times) {
  fmt::print("{} threads={} warm_ms={:.3f} low_ms={:.3f} high_ms={:.3f}", what, threads,
             times[times.size() / 2], times.front(), times.back());
}

}  // namespace

int main(int argc, char** argv) try {
  const Setup setup = setup_of({argv + 1, argv + argc});
  const Clock::time_point start = Clock::now();
  const Province province = bench::province::read_csv(setup.folder);
  const double read_ms = milliseconds_since(start);
  Reference reference(province);

  const std::vector<Bytes> columns = reference.needed();
  size_t bytes = 0;
  for (const Bytes& column : columns) bytes += column.size();
  print("scan", setup.threads, measure(setup.runs, [&] { scan_all(columns, setup.threads); }));
  fmt::print(" bytes={}\n", bytes);
  print("reference", setup.threads, measure(setup.runs, [&] { reference.run(setup.threads); }));
  fmt::print(" read_csv_ms={:.0f}\n", read_ms);
  fmt::print("{}\n", to_string(checks(province, reference.answer())));
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "province_reference: {}\n", error.what());
  return 2;
}
