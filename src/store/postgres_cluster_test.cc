#include "store/postgres_cluster.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

namespace dandang::store {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin";

// PostgreSQL's server refuses to run as root.
const passwd* account() {
  if (geteuid() != 0) return getpwuid(geteuid());
  const passwd* own = getpwnam("postgres");
  return own != nullptr ? own : getpwnam("nobody");
}

// Starts a program as that account, its output to a file. It ends when this program does.
pid_t spawn(const passwd& who, const std::string& output, const std::vector<std::string>& words) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0) _exit(127);
  if (geteuid() == 0 &&
      (setgroups(0, nullptr) != 0 || setgid(who.pw_gid) != 0 || setuid(who.pw_uid) != 0)) {
    _exit(127);
  }
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments.front(), arguments.data());
  _exit(127);
}

bool run(const passwd& who, const std::string& output, const std::vector<std::string>& words) {
  int status = 0;
  return waitpid(spawn(who, output, words), &status, 0) > 0 && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

}  // namespace

const char* PostgresCluster::missing() {
  return "no PostgreSQL 15 here: install the package postgresql-15";
}

bool PostgresCluster::available() {
  return fs::exists(std::string(kPrograms) + "/initdb");
}

PostgresCluster* PostgresCluster::instance() {
  static const std::unique_ptr<PostgresCluster> cluster = start();
  return cluster.get();
}

std::unique_ptr<PostgresCluster> PostgresCluster::start() {
  const std::string programs = kPrograms;
  const passwd who = *account();
  std::unique_ptr<PostgresCluster> cluster(new PostgresCluster());
  std::string folder = (fs::temp_directory_path() / "dandang-pg-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) std::abort();
  cluster->folder_ = folder;
  if (geteuid() == 0 && chown(folder.c_str(), who.pw_uid, who.pw_gid) != 0) std::abort();
  const std::string log = folder + "/log";
  const std::string data = folder + "/data";
  const bool made = run(who, log,
                        {programs + "/initdb", "-D", data, "-U", "dandang", "-A", "trust", "-E",
                         "UTF8", "--locale=C", "-N"});
  if (!made) std::abort();
  cluster->server_ =
      spawn(who, log,
            {programs + "/postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c",
             "fsync=off", "-c", "full_page_writes=off", "-c", "max_wal_size=4GB"});
  // Half a minute for a machine that is busy.
  for (int tries = 0; tries < 300; ++tries) {
    if (run(who, log, {programs + "/pg_isready", "-q", "-h", folder})) return cluster;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  std::abort();
}

PostgresCluster::~PostgresCluster() {
  if (server_ != 0) {
    kill(server_, SIGINT);  // a fast shutdown
    waitpid(server_, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string PostgresCluster::address() const {
  return "postgresql://dandang@/postgres?host=" + folder_;
}

std::string PostgresCluster::new_address() {
  const std::string schema = "s" + std::to_string(++count_);
  psql(address(), "CREATE SCHEMA " + schema);
  return address() + "&options=-csearch_path%3D" + schema;
}

std::string PostgresCluster::psql(const std::string& address, const std::string& sql) const {
  const std::string command = "printf '%s' \"$DANDANG_TEST_SQL\" | " + std::string(kPrograms) +
                              "/psql -X -q -A -t -v ON_ERROR_STOP=1 '" + address + "' 2>&1";
  setenv("DANDANG_TEST_SQL", sql.c_str(), 1);
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) std::abort();
  std::string out;
  std::array<char, 4096> buffer;
  while (const size_t count = fread(buffer.data(), 1, buffer.size(), pipe)) {
    out.append(buffer.data(), count);
  }
  pclose(pipe);
  return out;
}

}  // namespace dandang::store
