#include "store/postgres_library.h"

#include <dlfcn.h>

namespace dandang::store {

namespace {

constexpr const char* kFile = "libpq.so.5";

Error not_there(const std::string& detail) {
  return {ErrorCode::kNotFound,
          {"没有 PostgreSQL 的客户端库（" + detail + "）",
           "the client library of PostgreSQL is not there (" + detail + ")"},
          kFile,
          {"安装软件包 libpq5，或改用默认的 sqlite 存储",
           "install the package libpq5, or keep the default store, sqlite"}};
}

template <typename Function>
bool find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  return function != nullptr;
}

Result<PostgresLibrary> load_library() {
  // Never closed: its own libraries leave threads' data behind.
  void* handle = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return not_there(dlerror());
  PostgresLibrary out;
  const bool complete =
      find(handle, "PQconnectdb", out.connectdb) && find(handle, "PQfinish", out.finish) &&
      find(handle, "PQstatus", out.status) &&
      find(handle, "PQtransactionStatus", out.transaction_status) &&
      find(handle, "PQerrorMessage", out.error_message) &&
      find(handle, "PQsetNoticeProcessor", out.set_notice_processor) &&
      find(handle, "PQexec", out.exec) && find(handle, "PQexecParams", out.exec_params) &&
      find(handle, "PQprepare", out.prepare) && find(handle, "PQexecPrepared", out.exec_prepared) &&
      find(handle, "PQresultStatus", out.result_status) &&
      find(handle, "PQresultErrorField", out.result_error_field) &&
      find(handle, "PQclear", out.clear) && find(handle, "PQntuples", out.ntuples) &&
      find(handle, "PQgetvalue", out.getvalue) && find(handle, "PQgetlength", out.getlength) &&
      find(handle, "PQgetisnull", out.getisnull) &&
      find(handle, "PQputCopyData", out.put_copy_data) &&
      find(handle, "PQputCopyEnd", out.put_copy_end) &&
      find(handle, "PQgetResult", out.get_result) &&
      find(handle, "PQconninfoParse", out.conninfo_parse) &&
      find(handle, "PQconninfoFree", out.conninfo_free) && find(handle, "PQfreemem", out.freemem);
  if (!complete) return not_there("PQ…");
  return out;
}

}  // namespace

Result<const PostgresLibrary*> PostgresLibrary::load() {
  static const Result<PostgresLibrary> library = load_library();
  if (!library.has_value()) return library.error();
  return &library.value();
}

}  // namespace dandang::store
