#include "child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace dandang::faults {

namespace {

[[noreturn]] void give_up(const std::string& what) {
  std::perror(("fault_run: " + what).c_str());
  std::exit(2);
}

// A file that only this process has, empty.
std::string temporary_file() {
  const char* folder = std::getenv("TMPDIR");
  std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/dandang-child-XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0) give_up(path);
  close(file);
  return path;
}

void redirect(const std::string& path, int flags, int target) {
  const int file = open(path.c_str(), flags, 0644);
  if (file < 0 || dup2(file, target) < 0) _exit(126);
  close(file);
}

[[noreturn]] void become(const Command& command, const std::string& out, const std::string& err) {
  redirect("/dev/null", O_RDONLY, STDIN_FILENO);
  redirect(out, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
  redirect(err, O_WRONLY, STDERR_FILENO);
  for (const auto& [name, value] : command.environment) setenv(name.c_str(), value.c_str(), 1);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  if (command.file_bytes > 0) {
    const rlimit limit{command.file_bytes, command.file_bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  std::vector<std::string> words = command.words;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

}  // namespace

std::string Outcome::told() const {
  std::string ended = "exit " + std::to_string(code);
  if (signal != 0) ended = "signal " + std::to_string(signal);
  if (hung) ended = "hung";
  std::string last = err.substr(0, err.find_last_not_of('\n') + 1);
  last = last.substr(last.rfind('\n') + 1);
  return last.empty() ? ended : ended + ": " + last;
}

Child::Child(const Command& command)
    : command_(command),
      out_path_(command.output.empty() ? temporary_file() : command.output),
      err_path_(temporary_file()),
      start_(now()) {
  process_ = fork();
  if (process_ < 0) give_up("fork");
  if (process_ == 0) become(command_, out_path_, err_path_);
}

void Child::kill() const {
  ::kill(process_, SIGKILL);
}

Outcome Child::wait() {
  Outcome out;
  int status = 0;
  rusage usage{};
  while (true) {
    const pid_t ended = wait4(process_, &status, WNOHANG, &usage);
    if (ended == process_) break;
    if (ended < 0) give_up("wait4");
    if (now() - start_ > command_.seconds) {
      out.hung = true;
      kill();
    }
    sleep_for(0.0005);
  }
  for (const timeval& part : {usage.ru_utime, usage.ru_stime}) {
    out.cpu_seconds += static_cast<double>(part.tv_sec) + static_cast<double>(part.tv_usec) / 1e6;
  }
  out.peak_megabytes = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
  if (WIFEXITED(status)) out.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) out.signal = WTERMSIG(status);
  if (command_.output.empty()) {
    out.out = read_bytes(out_path_);
    unlink(out_path_.c_str());
  }
  out.err = read_bytes(err_path_);
  unlink(err_path_.c_str());
  if (out.code == 126 || out.code == 127) give_up("cannot start " + command_.words[0]);
  return out;
}

Outcome run(const Command& command) {
  return Child(command).wait();
}

std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  if (!out.flush()) give_up("cannot write " + path);
}

double now() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

void sleep_for(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

}  // namespace dandang::faults
