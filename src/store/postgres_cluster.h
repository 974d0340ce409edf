#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

namespace dandang::store {

// For tests: a PostgreSQL cluster of this program's own in a temporary folder, reached by a socket
// there only, gone when the program ends however it ends. Without fsync: what it holds is not kept.
class PostgresCluster {
 public:
  // Whether PostgreSQL's programs are here; if not, missing() says what to install.
  static bool available();
  static const char* missing();
  // Started when first asked for.
  static PostgresCluster* instance();

  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;
  ~PostgresCluster();

  // One more, for tests of several servers.
  static std::unique_ptr<PostgresCluster> start();

  // Where its socket is, and the address of its database.
  const std::string& folder() const { return folder_; }
  std::string address() const;
  // The address of a new empty schema, which stands for a database: making one takes far less.
  std::string new_address();
  // With the program psql, as an administrator would.
  std::string psql(const std::string& address, const std::string& sql) const;

 private:
  PostgresCluster() = default;

  std::string folder_;
  pid_t server_ = 0;
  int count_ = 0;
};

}  // namespace dandang::store
