#pragma once

#include <string>
#include <vector>

namespace bench {

// What one child process cost, by wait4.
struct Usage {
  double wall = 0;  // seconds
  double cpu = 0;   // seconds, user and system
  double peak = 0;  // MB of 10^6 bytes, the largest resident set
};

struct Command {
  std::vector<std::string> words;
  int expected = 0;  // the exit code
  std::string output = "/dev/null";
};

// Runs the command to its end. Throws if it cannot be started or ends in any other way than
// expected: a figure of something that failed is no figure.
Usage run(const Command& command);

}  // namespace bench
