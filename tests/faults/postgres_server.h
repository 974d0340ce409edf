#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace dandang::faults {

// A PostgreSQL 15 server of the harness's own, on a socket in a folder of its own, which keeps what
// it is given (fsync on) and can be killed.
class PostgresServer {
 public:
  // Empty: it can be had here; else why not.
  static std::string missing();

  explicit PostgresServer(std::filesystem::path folder);
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  // False: initdb or the server failed.
  bool make();
  // Starts it; seconds until it takes statements, negative: it did not.
  double start(const std::vector<std::string>& settings = {});
  // kill -9 of the postmaster and, at once, of all its processes: nothing is written any more.
  void kill_all();
  // kill -9 of one process that serves a client; false: there was none.
  bool kill_backend();
  // kill -9 of the postmaster alone; the others see to it that they end.
  void kill_postmaster();

  // The address of a new schema, which stands for a database.
  std::string new_address();
  // What psql prints.
  std::string psql(const std::string& sql) const;
  // The command line of psql, for a script.
  std::vector<std::string> psql_words(const std::string& script) const;

 private:
  pid_t spawn(const std::vector<std::string>& words) const;
  std::vector<pid_t> children() const;

  std::filesystem::path folder_;
  pid_t postmaster_ = 0;
  int schemas_ = 0;
};

}  // namespace dandang::faults
