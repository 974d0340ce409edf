#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

// Programs run as their own processes, so that whatever happens to them happens to them alone.
namespace dandang::faults {

struct Command {
  std::vector<std::string> words;
  std::map<std::string, std::string> environment;  // beside the harness's own
  std::string output;       // a file to append standard output to; empty: into Outcome::out
  double seconds = 60;      // then it counts as hung and is killed
  uint64_t file_bytes = 0;  // RLIMIT_FSIZE; 0: none
};

struct Outcome {
  int code = -1;   // the exit code; -1: ended by a signal
  int signal = 0;  // which
  bool hung = false;
  double cpu_seconds = 0;     // user and system: what it costs, however busy the machine is
  double peak_megabytes = 0;  // the largest resident set, MB of 10^6 bytes
  std::string out;
  std::string err;

  bool crashed() const { return signal != 0 || hung; }
  // "exit 2: the last line of standard error"
  std::string told() const;
};

// Stops the harness where a process cannot be started: nothing could be tested.
class Child {
 public:
  explicit Child(const Command& command);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill() const;
  Outcome wait();

 private:
  Command command_;
  std::string out_path_;
  std::string err_path_;
  pid_t process_ = 0;
  double start_ = 0;
};

Outcome run(const Command& command);

std::string read_bytes(const std::string& path);
void write_bytes(const std::string& path, const std::string& bytes);
double now();  // seconds, monotonic
void sleep_for(double seconds);

}  // namespace dandang::faults
