#include "postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "child.h"

namespace dandang::faults {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

// PostgreSQL's server refuses to run as root.
const passwd* account() {
  if (geteuid() != 0) return getpwuid(geteuid());
  return getpwnam("postgres");
}

std::string program(const std::string& name) {
  return kPrograms + name;
}

}  // namespace

std::string PostgresServer::missing() {
  if (!fs::exists(program("initdb"))) return "no PostgreSQL 15 here (package postgresql-15)";
  return account() == nullptr ? "no account to run PostgreSQL with" : "";
}

PostgresServer::PostgresServer(fs::path folder) : folder_(std::move(folder)) {}

PostgresServer::~PostgresServer() {
  if (postmaster_ != 0) kill_all();
}

pid_t PostgresServer::spawn(const std::vector<std::string>& words) const {
  const passwd who = *account();
  const pid_t child = fork();
  if (child != 0) return child;
  const std::string log = folder_ / "log";
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0) _exit(127);
  if (geteuid() == 0 &&
      (setgroups(0, nullptr) != 0 || setgid(who.pw_gid) != 0 || setuid(who.pw_uid) != 0)) {
    _exit(127);
  }
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  std::vector<std::string> copy = words;
  std::vector<char*> arguments;
  for (std::string& word : copy) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execv(arguments.front(), arguments.data());
  _exit(127);
}

bool PostgresServer::make() {
  const passwd who = *account();
  fs::create_directories(folder_);
  if (geteuid() == 0 && chown(folder_.c_str(), who.pw_uid, who.pw_gid) != 0) return false;
  // The folders above are this harness's own, closed to others.
  for (fs::path above = folder_.parent_path();
       above != fs::temp_directory_path() && above.has_relative_path();
       above = above.parent_path()) {
    std::error_code code;
    fs::permissions(above, fs::perms::others_exec, fs::perm_options::add, code);
  }
  int status = 0;
  const pid_t child = spawn({program("initdb"), "-D", folder_ / "data", "-U", "dandang", "-A",
                             "trust", "-E", "UTF8", "--locale=C"});
  return waitpid(child, &status, 0) == child && status == 0;
}

double PostgresServer::start(const std::vector<std::string>& settings) {
  std::vector<std::string> words{program("postgres"), "-D", folder_ / "data", "-k", folder_, "-c",
                                 "listen_addresses="};
  for (const std::string& setting : settings) words.insert(words.end(), {"-c", setting});
  const double begun = now();
  while (now() - begun < 30) {
    postmaster_ = spawn(words);
    while (now() - begun < 30) {
      if (psql("SELECT 1") == "1\n") return now() - begun;
      int status = 0;
      // Until all processes of the one killed are gone it refuses to start.
      if (waitpid(postmaster_, &status, WNOHANG) == postmaster_) break;
      sleep_for(0.01);
    }
    postmaster_ = 0;
    sleep_for(0.01);
  }
  return -1;
}

std::vector<pid_t> PostgresServer::children() const {
  std::vector<pid_t> out;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream in(entry.path() / "stat");
    const std::string stat{std::istreambuf_iterator<char>(in), {}};
    const size_t end = stat.rfind(')');
    if (end == std::string::npos) continue;
    std::istringstream rest(stat.substr(end + 1));
    std::string state;
    pid_t parent = 0;
    if (rest >> state >> parent && parent == postmaster_) out.push_back(std::stoi(name));
  }
  return out;
}

void PostgresServer::kill_all() {
  // Stopped first, so that it starts no other.
  kill(postmaster_, SIGSTOP);
  for (const pid_t child : children()) kill(child, SIGKILL);
  kill_postmaster();
}

void PostgresServer::kill_postmaster() {
  kill(postmaster_, SIGKILL);
  waitpid(postmaster_, nullptr, 0);
  postmaster_ = 0;
}

bool PostgresServer::kill_backend() {
  std::istringstream found(
      psql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
           " AND pid <> pg_backend_pid() AND query <> '' LIMIT 1"));
  pid_t backend = 0;
  if (!(found >> backend) || backend <= 1) return false;
  return kill(backend, SIGKILL) == 0;
}

std::string PostgresServer::new_address() {
  const std::string schema = "s" + std::to_string(++schemas_);
  psql("CREATE SCHEMA " + schema);
  return "postgresql://dandang@/postgres?host=" + folder_.string() + "&options=-csearch_path%3D" +
         schema;
}

std::string PostgresServer::psql(const std::string& sql) const {
  Command command;
  command.words = {program("psql"), "-X", "-q",       "-A", "-t", "-h", folder_, "-U",
                   "dandang",       "-d", "postgres", "-c", sql};
  return run(command).out;
}

std::vector<std::string> PostgresServer::psql_words(const std::string& script) const {
  return {program("psql"), "-X", "-q",       "-A", "-t",  "-h", folder_, "-U",
          "dandang",       "-d", "postgres", "-f", script};
}

}  // namespace dandang::faults
