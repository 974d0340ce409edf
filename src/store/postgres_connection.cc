#include "store/postgres_connection.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace dandang::store {

namespace {

constexpr int kBinary = 1;
constexpr int kInt64Type = 20;  // of pg_type.dat
constexpr int kTextType = 25;

// Big-endian, as everything binary of PostgreSQL's is.
void append_number(std::string& out, uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xffU);
  }
}

std::string number_bytes(int64_t value) {
  std::string out;
  append_number(out, static_cast<uint64_t>(value), 8);
  return out;
}

int64_t number_of(std::string_view bytes) {
  if (bytes.empty()) return 0;
  // Whole numbers of 4 bytes (a literal's) keep their sign.
  uint64_t value = (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? ~uint64_t{0} : 0;
  for (const char byte : bytes) value = (value << 8U) | static_cast<unsigned char>(byte);
  return static_cast<int64_t>(value);
}

void append_element(std::string& out, int64_t value) {
  append_number(out, 8, 4);
  append_number(out, static_cast<uint64_t>(value), 8);
}

void append_element(std::string& out, std::string_view text) {
  append_number(out, text.size(), 4);
  out += text;
}

// A one-dimensional array without NULLs.
template <typename Element>
std::string array_bytes(std::span<const Element> elements, int type) {
  std::string out;
  append_number(out, 1, 4);  // dimensions
  append_number(out, 0, 4);  // no NULLs
  append_number(out, static_cast<uint64_t>(type), 4);
  append_number(out, elements.size(), 4);
  append_number(out, 1, 4);  // counts from 1
  for (const Element& element : elements) append_element(out, element);
  return out;
}

constexpr int type_of(int64_t /*element*/) {
  return kInt64Type;
}

constexpr int type_of(std::string_view /*element*/) {
  return kTextType;
}

// One row of a result, without its first `skip` columns.
class PostgresRow : public SqlRow {
 public:
  PostgresRow(const PostgresLibrary& library, const PGresult* result, int skip)
      : library_(library), result_(result), skip_(skip) {}

  void stand_on(int row) { row_ = row; }
  bool is_null(int column) const override {
    return library_.getisnull(result_, row_, column + skip_) != 0;
  }
  int64_t int64_at(int column) const override { return number_of(bytes_at(column)); }
  std::string_view text_at(int column) const override { return bytes_at(column); }
  std::string_view bytes_at(int column) const override {
    return {library_.getvalue(result_, row_, column + skip_),
            static_cast<size_t>(library_.getlength(result_, row_, column + skip_))};
  }

 private:
  const PostgresLibrary& library_;
  const PGresult* result_;
  int skip_;
  int row_ = 0;
};

// Parameters of one execution, as libpq wants them.
struct Parameters {
  std::vector<std::optional<std::string>> values;

  void set(int parameter, std::optional<std::string> value) {
    const auto place = static_cast<size_t>(parameter) - 1;
    if (place >= values.size()) values.resize(place + 1);
    values[place] = std::move(value);
  }
  template <typename Call>
  PGresult* with(const Call& call) const {
    std::vector<const char*> pointers;
    std::vector<int> lengths;
    const std::vector<int> formats(values.size(), kBinary);
    for (const std::optional<std::string>& value : values) {
      pointers.push_back(value ? value->data() : nullptr);
      lengths.push_back(value ? static_cast<int>(value->size()) : 0);
    }
    return call(static_cast<int>(values.size()), pointers.data(), lengths.data(), formats.data());
  }
};

// A statement whose result is held, or, of a scan, a part of it.
class PostgresStatement : public SqlStatement {
 public:
  PostgresStatement(PostgresConnection& connection, std::string name)
      : connection_(connection), name_(std::move(name)) {}

  void bind_null(int parameter) override { parameters_.set(parameter, std::nullopt); }
  void bind(int parameter, int64_t value) override {
    parameters_.set(parameter, number_bytes(value));
  }
  void bind(int parameter, std::string_view text) override {
    parameters_.set(parameter, std::string(text));
  }
  void bind_bytes(int parameter, std::string_view bytes) override { bind(parameter, bytes); }

  Result<bool> step() override {
    if (row_ + 1 >= rows_) {
      DD_ASSIGN_OR_RETURN(const bool more, fetch());
      if (!more) return false;
    } else {
      ++row_;
    }
    return true;
  }
  void reset() override {
    result_.reset();
    row_ = -1;
    rows_ = 0;
  }

  bool is_null(int column) const override {
    return connection_.library().getisnull(result_.get(), row_, column) != 0;
  }
  int64_t int64_at(int column) const override { return number_of(bytes_at(column)); }
  std::string_view text_at(int column) const override { return bytes_at(column); }
  std::string_view bytes_at(int column) const override {
    return {connection_.library().getvalue(result_.get(), row_, column),
            static_cast<size_t>(connection_.library().getlength(result_.get(), row_, column))};
  }

 protected:
  // The next rows; none left: null.
  virtual Result<PostgresResult> next_result() {
    if (result_ != nullptr) return PostgresResult();
    return connection_.checked(parameters_.with(
        [&](int count, const char* const* values, const int* lengths, const int* formats) {
          return connection_.library().exec_prepared(connection_.handle(), name_.c_str(), count,
                                                     values, lengths, formats, kBinary);
        }));
  }

  PostgresConnection& connection() { return connection_; }
  const Parameters& parameters() const { return parameters_; }

 private:
  Result<bool> fetch() {
    DD_ASSIGN_OR_RETURN(PostgresResult next, next_result());
    if (next == nullptr) return false;
    result_ = std::move(next);
    rows_ = connection_.library().ntuples(result_.get());
    row_ = 0;
    return rows_ > 0;
  }

  PostgresConnection& connection_;
  std::string name_;
  Parameters parameters_;
  PostgresResult result_;
  int row_ = -1;
  int rows_ = 0;
};

// A cursor read in parts, so that memory holds a few thousand rows of however many there are.
class PostgresScan : public PostgresStatement {
 public:
  PostgresScan(PostgresConnection& connection, std::string sql)
      : PostgresStatement(connection, ""), sql_(std::move(sql)) {}
  ~PostgresScan() override { close(); }
  PostgresScan(const PostgresScan&) = delete;
  PostgresScan& operator=(const PostgresScan&) = delete;

  void reset() override {
    PostgresStatement::reset();
    close();
  }

 protected:
  Result<PostgresResult> next_result() override {
    if (cursor_.empty()) DD_RETURN_IF_ERROR(declare());
    const std::string fetch =
        "FETCH " + std::to_string(PostgresConnection::kRowsAtOnce) + " FROM " + cursor_;
    return connection().checked(connection().library().exec_params(
        connection().handle(), fetch.c_str(), 0, nullptr, nullptr, nullptr, nullptr, kBinary));
  }

 private:
  Result<void> declare() {
    const std::string name = "scan" + std::to_string(connection().next_number());
    const std::string sql = "DECLARE " + name + " NO SCROLL CURSOR FOR " + sql_;
    DD_ASSIGN_OR_RETURN(
        const PostgresResult done,
        connection().checked(parameters().with(
            [&](int count, const char* const* values, const int* lengths, const int* formats) {
              return connection().library().exec_params(connection().handle(), sql.c_str(), count,
                                                        nullptr, values, lengths, formats, kBinary);
            })));
    cursor_ = name;
    return {};
  }
  void close() {
    // In a transaction that failed or ended the cursor is gone already.
    if (!cursor_.empty() &&
        connection().library().transaction_status(connection().handle()) == PQTRANS_INTRANS) {
      static_cast<void>(connection().execute("CLOSE " + cursor_));
    }
    cursor_.clear();
  }

  std::string sql_;
  std::string cursor_;
};

// COPY in its binary form.
class PostgresBulk : public SqlBulk {
 public:
  static constexpr size_t kSendAt = size_t{256} * 1024;

  PostgresBulk(PostgresConnection& connection, size_t columns)
      : connection_(connection), columns_(columns) {
    using std::literals::string_view_literals::operator""sv;
    buffer_ = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;  // signature, flags, no more header
  }
  ~PostgresBulk() override {
    if (finished_) return;
    connection_.library().put_copy_end(connection_.handle(), "abandoned");
    static_cast<void>(drain());
  }
  PostgresBulk(const PostgresBulk&) = delete;
  PostgresBulk& operator=(const PostgresBulk&) = delete;

  void put_null() override {
    start_value();
    append_number(buffer_, 0xffffffffU, 4);
  }
  void put(int64_t value) override {
    start_value();
    append_element(buffer_, value);
  }
  void put(std::string_view text) override {
    start_value();
    append_element(buffer_, text);
  }
  void put_bytes(std::string_view bytes) override { put(bytes); }
  Result<void> end_row() override {
    in_row_ = false;
    return buffer_.size() < kSendAt ? Result<void>() : send();
  }
  Result<void> finish() override {
    append_number(buffer_, 0xffffU, 2);  // no more rows
    DD_RETURN_IF_ERROR(send());
    finished_ = true;
    if (connection_.library().put_copy_end(connection_.handle(), nullptr) != 1) {
      return connection_.error(nullptr);
    }
    return drain();
  }

 private:
  void start_value() {
    if (!in_row_) append_number(buffer_, columns_, 2);
    in_row_ = true;
  }
  Result<void> send() {
    const int sent = connection_.library().put_copy_data(connection_.handle(), buffer_.data(),
                                                         static_cast<int>(buffer_.size()));
    buffer_.clear();
    if (sent == 1) return {};
    return connection_.error(nullptr);
  }
  // The outcome of the COPY, once the server has told it.
  Result<void> drain() {
    Result<void> outcome;
    while (PGresult* result = connection_.library().get_result(connection_.handle())) {
      const Result<PostgresResult> checked = connection_.checked(result);
      if (!checked.has_value() && outcome.has_value()) outcome = checked.error();
    }
    return outcome;
  }

  PostgresConnection& connection_;
  size_t columns_;
  std::string buffer_;
  bool in_row_ = false;
  bool finished_ = false;
};

// The first line of what libpq says, which ends with a line break.
std::string first_line(std::string_view message) {
  return std::string(message.substr(0, message.find('\n')));
}

// A password in the address would lie in the data directory and show in messages.
Result<void> refuse_password(const PostgresLibrary& library, const std::string& address) {
  char* message = nullptr;
  PQconninfoOption* options = library.conninfo_parse(address.c_str(), &message);
  if (options == nullptr) {
    const std::string detail = message != nullptr ? first_line(message) : "";
    library.freemem(message);
    return Error{ErrorCode::kBadUsage,
                 {"数据库地址无法读取（" + detail + "）",
                  "the store's address cannot be read (" + detail + ")"},
                 "",
                 {"写成 postgresql://用户@主机/数据库", "write postgresql://USER@HOST/DATABASE"}};
  }
  bool password = false;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (std::string_view(option->keyword) == "password" && option->val != nullptr) password = true;
  }
  library.conninfo_free(options);
  if (!password) return {};
  return Error{ErrorCode::kBadUsage,
               {"数据库地址里有密码", "the store's address has a password in it"},
               "",
               {"把密码写进 PGPASSFILE 指定的文件（默认 ~/.pgpass），从地址中去掉",
                "put it into the file PGPASSFILE names (~/.pgpass by default) and leave it out"}};
}

Dialect dialect_for(const std::string& region) {
  Dialect out;
  out.integer = "BIGINT";
  out.text = "TEXT COLLATE \"C\"";
  out.bytes = "BYTEA";
  out.region_column = "region TEXT COLLATE \"C\" NOT NULL DEFAULT " + literal(region) + ",";
  out.region_key = "region, ";
  out.here = "region = " + literal(region) + " AND ";
  out.table_end = ")";
  out.keyed_end = ")";
  // A trigger a row would double the time of an import, and an engine that spreads the tables over
  // machines may not have them. The one writer of these tables gives only ids it has written.
  out.references = false;
  out.name_bytes = 63;
  return out;
}

}  // namespace

PostgresConnection::PostgresConnection(const PostgresLibrary* library, std::string address,
                                       PGconn* connection, const std::string& region)
    : library_(library),
      address_(std::move(address)),
      connection_(connection, PostgresFree{library}),
      dialect_(dialect_for(region)) {}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& address,
                                                                     const std::string& region) {
  DD_ASSIGN_OR_RETURN(const PostgresLibrary* const library, PostgresLibrary::load());
  DD_RETURN_IF_ERROR(refuse_password(*library, address));
  std::unique_ptr<PostgresConnection> connection(
      new PostgresConnection(library, address, library->connectdb(address.c_str()), region));
  if (library->status(connection->handle()) != CONNECTION_OK) {
    return Error{
        ErrorCode::kIo,
        {"连不上数据库（" + first_line(library->error_message(connection->handle())) + "）",
         "the database cannot be reached (" +
             first_line(library->error_message(connection->handle())) + ")"},
        address,
        {"检查地址、数据库服务是否在运行，以及 PGPASSFILE 里的密码",
         "check the address, that the server runs, and the password in PGPASSFILE"}};
  }
  library->set_notice_processor(
      connection->handle(), [](void*, const char*) {}, nullptr);
  // Plans are made for the values at hand: a table grows a thousandfold within one import.
  DD_RETURN_IF_ERROR(
      connection->execute("SET client_encoding = 'UTF8'; SET plan_cache_mode = force_custom_plan;"
                          "SET synchronous_commit = on; SET lock_timeout = " +
                          std::to_string(kBusyTimeoutMilliseconds)));
  return connection;
}

Result<PostgresResult> PostgresConnection::checked(PGresult* result) const {
  PostgresResult owned(result, PostgresFree{library_});
  const ExecStatusType status = library_->result_status(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN) {
    return owned;
  }
  return error(result);
}

Error PostgresConnection::error(const PGresult* result) const {
  const char* code =
      result == nullptr ? nullptr : library_->result_error_field(result, PG_DIAG_SQLSTATE);
  const char* message =
      result == nullptr ? nullptr : library_->result_error_field(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string state = code != nullptr ? code : "";
  const std::string detail =
      message != nullptr ? message : first_line(library_->error_message(handle()));
  if (state == "55P03" || state == "40001" || state == "40P01") {
    return {ErrorCode::kConflict,
            {"数据库正被另一个进程写入", "the store is being written by another process"},
            address_,
            {"等它结束后重试", "try again when it is done"}};
  }
  if (state == "42P07" || state == "23505") {
    return {ErrorCode::kExists,
            {"数据库里已有同名的内容（" + detail + "）",
             "the database has something of that name already (" + detail + ")"},
            address_,
            {"换一个空的数据库", "choose an empty database"}};
  }
  if (state == "53100") {
    return {ErrorCode::kIo,
            {"磁盘已满，未写入任何内容", "the disk is full, nothing was written"},
            address_,
            {"腾出空间后重试", "free some space and try again"}};
  }
  if (state == "42501" || state == "25006") {
    return {ErrorCode::kIo,
            {"数据库不可写", "the store cannot be written"},
            address_,
            {"检查数据库账号的权限", "check what the database account may do"}};
  }
  if (state == "22021") {
    return {ErrorCode::kBadInput,
            {"文本里有数据库不能保存的字节", "a text has bytes the database cannot keep"},
            address_,
            {"去掉空字符和不是 UTF-8 的字节", "take out NUL and what is not UTF-8"}};
  }
  if (state.starts_with("54")) {
    return {ErrorCode::kLimit,
            {"超过数据库的上限（" + detail + "）",
             "a limit of the database was passed (" + detail + ")"},
            address_,
            {"把文本拆短，或减少字段", "make texts shorter, or fields fewer"}};
  }
  if (state.starts_with("XX")) {
    return {ErrorCode::kUnsoundStore,
            {"数据库已损坏（" + detail + "）", "the store is damaged (" + detail + ")"},
            address_,
            {"从备份恢复", "restore from a backup"}};
  }
  return {ErrorCode::kIo,
          {"数据库操作失败（" + detail + "）", "a database operation failed (" + detail + ")"},
          address_,
          {"若重试仍失败，请报告此错误", "if it fails again, report this error"}};
}

Result<void> PostgresConnection::execute(const std::string& sql) {
  DD_ASSIGN_OR_RETURN(const PostgresResult done, checked(library_->exec(handle(), sql.c_str())));
  return {};
}

Result<std::string> PostgresConnection::prepared_name(const std::string& sql) {
  if (const auto known = prepared_.find(sql); known != prepared_.end()) return known->second;
  const std::string name = "s" + std::to_string(next_number());
  DD_ASSIGN_OR_RETURN(const PostgresResult done,
                      checked(library_->prepare(handle(), name.c_str(), sql.c_str(), 0, nullptr)));
  prepared_.emplace(sql, name);
  return name;
}

Result<std::unique_ptr<SqlStatement>> PostgresConnection::prepare(const std::string& sql) {
  DD_ASSIGN_OR_RETURN(std::string name, prepared_name(sql));
  return std::unique_ptr<SqlStatement>(std::make_unique<PostgresStatement>(*this, std::move(name)));
}

Result<std::unique_ptr<SqlStatement>> PostgresConnection::prepare_scan(const std::string& sql) {
  return std::unique_ptr<SqlStatement>(std::make_unique<PostgresScan>(*this, sql));
}

Result<std::unique_ptr<SqlBulk>> PostgresConnection::bulk(const std::string& table,
                                                          std::span<const std::string> columns) {
  std::string names;
  for (const std::string& column : columns) names += (names.empty() ? "" : ", ") + column;
  DD_RETURN_IF_ERROR(execute("COPY " + table + " (" + names + ") FROM STDIN (FORMAT binary)"));
  return std::unique_ptr<SqlBulk>(std::make_unique<PostgresBulk>(*this, columns.size()));
}

template <typename Key>
Result<void> PostgresConnection::look_up_all(const SqlLookup& lookup, std::span<const Key> keys,
                                             const SqlVisitor& visit) {
  const std::string array = type_of(Key()) == kTextType ? "text[]" : "int8[]";
  DD_ASSIGN_OR_RETURN(
      const std::string name,
      prepared_name("SELECT asked.place, " + lookup.columns + " FROM unnest($1::" + array +
                    ") WITH ORDINALITY AS asked (sought, place), " + lookup.table + " WHERE " +
                    dialect_.here + lookup.key + " = asked.sought" +
                    (lookup.condition.empty() ? "" : " AND " + lookup.condition)));
  for (size_t start = 0; start < keys.size(); start += kKeysAtOnce) {
    const auto part = keys.subspan(start, std::min(kKeysAtOnce, keys.size() - start));
    Parameters parameters;
    parameters.set(1, array_bytes(part, type_of(Key())));
    DD_ASSIGN_OR_RETURN(const PostgresResult result,
                        checked(parameters.with([&](int count, const char* const* values,
                                                    const int* lengths, const int* formats) {
                          return library_->exec_prepared(handle(), name.c_str(), count, values,
                                                         lengths, formats, kBinary);
                        })));
    PostgresRow places(*library_, result.get(), 0);
    PostgresRow found(*library_, result.get(), 1);
    for (int row = 0; row < library_->ntuples(result.get()); ++row) {
      places.stand_on(row);
      found.stand_on(row);
      DD_RETURN_IF_ERROR(visit(start + static_cast<size_t>(places.int64_at(0)) - 1, found));
    }
  }
  return {};
}

Result<void> PostgresConnection::look_up(const SqlLookup& lookup,
                                         std::span<const std::string_view> keys,
                                         const SqlVisitor& visit) {
  return look_up_all(lookup, keys, visit);
}

Result<void> PostgresConnection::look_up(const SqlLookup& lookup, std::span<const int64_t> keys,
                                         const SqlVisitor& visit) {
  return look_up_all(lookup, keys, visit);
}

Result<void> PostgresConnection::update_all(const std::string& table, const std::string& column,
                                            int64_t value, const std::string& key,
                                            std::span<const int64_t> ids) {
  DD_ASSIGN_OR_RETURN(const std::unique_ptr<SqlStatement> update,
                      prepare("UPDATE " + table + " SET " + column + " = $1 WHERE " +
                              dialect_.here + key + " = ANY ($2::int8[])"));
  for (size_t start = 0; start < ids.size(); start += kKeysAtOnce) {
    const auto part = ids.subspan(start, std::min(kKeysAtOnce, ids.size() - start));
    update->bind(1, value);
    update->bind_bytes(2, array_bytes(part, kInt64Type));
    DD_RETURN_IF_ERROR(update->run());
  }
  return {};
}

Result<std::vector<std::string>> PostgresConnection::regions(int64_t schema_version) {
  std::vector<std::string> out;
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> there,
                      integer("SELECT CASE WHEN to_regclass('store') IS NULL THEN 0 ELSE 1 END"));
  if (there.value_or(0) == 0) return out;
  DD_ASSIGN_OR_RETURN(const auto find,
                      prepare("SELECT region, schema_version FROM store ORDER BY region"));
  bool same_version = true;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) break;
    out.emplace_back(find->text_at(0));
    same_version = same_version && find->int64_at(1) == schema_version;
  }
  if (out.size() < 2 || same_version) return out;
  return Error{ErrorCode::kConflict,
               {"有的地区的数据库结构不是本程序的版本",
                "the store of a region has not the schema version of this program"},
               address_,
               {"先用本程序打开该地区自己的数据目录",
                "open the data directory of that region with this program first"}};
}

void PostgresConnection::stand_on(const std::string& region) {
  dialect_ = dialect_for(region);
}

// Of the one store of the database; beside it the table says whose region it is.
Result<std::optional<SqlConnection::Marks>> PostgresConnection::marks() {
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> there,
                      integer("SELECT CASE WHEN to_regclass('store') IS NULL THEN 0 ELSE 1 END"));
  if (there.value_or(0) == 0) return std::optional<Marks>();
  DD_ASSIGN_OR_RETURN(const auto find,
                      prepare("SELECT region, application, schema_version FROM store LIMIT 2"));
  DD_ASSIGN_OR_RETURN(const bool row, find->step());
  if (!row) return std::optional<Marks>();
  dialect_ = dialect_for(std::string(find->text_at(0)));
  const Marks marks{find->int64_at(1), find->int64_at(2)};
  DD_ASSIGN_OR_RETURN(const bool another, find->step());
  if (!another) return std::optional<Marks>(marks);
  return Error{ErrorCode::kBadUsage,
               {"这里汇总了几个地区的库", "this is the whole of several regions"},
               address_,
               {"在该地区自己的数据目录上做", "do it in the data directory of the region"}};
}

Result<void> PostgresConnection::set_marks(const Marks& marks) {
  return execute(
      dialect_.expand("CREATE TABLE IF NOT EXISTS store (@region application @int NOT NULL,"
                      " schema_version @int NOT NULL, PRIMARY KEY (region));"
                      "INSERT INTO store (application, schema_version) VALUES (") +
      std::to_string(marks.application) + ", " + std::to_string(marks.schema_version) +
      // Never deleted: whoever waits for the row must get its lock.
      ") ON CONFLICT (region) DO UPDATE SET application = excluded.application,"
      " schema_version = excluded.schema_version");
}

Result<std::vector<SqlTable>> PostgresConnection::tables() {
  DD_ASSIGN_OR_RETURN(const auto rows,
                      prepare("SELECT c.relname::text, a.attname::text, t.typname::text"
                              " FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid"
                              " JOIN pg_type AS t ON t.oid = a.atttypid"
                              " WHERE c.relnamespace = current_schema()::regnamespace"
                              " AND c.relkind = 'r' AND c.relname <> 'store'"
                              " AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'region'"
                              " ORDER BY c.relname, a.attnum"));
  return read_tables(*rows);
}

Result<bool> PostgresConnection::erase_free_space(const std::vector<std::string>& tables) {
  for (const std::string& table : tables) {
    const Result<void> done = execute("VACUUM FULL " + table);
    if (done.has_value()) continue;
    if (done.error().code == ErrorCode::kConflict) return false;
    return done.error();
  }
  return true;
}

Result<void> PostgresConnection::begin(Begin mode) {
  if (mode == Begin::kRead) return execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  std::string sql = "BEGIN ISOLATION LEVEL READ COMMITTED";
  // The store's one row is its write lock.
  if (mode == Begin::kWrite)
    sql += dialect_.expand("; SELECT 1 FROM store WHERE @here TRUE FOR UPDATE");
  const Result<void> begun = execute(sql);
  if (!begun.has_value() && in_transaction()) static_cast<void>(execute("ROLLBACK"));
  return begun;
}

bool PostgresConnection::in_transaction() const {
  return library_->transaction_status(handle()) != PQTRANS_IDLE;
}

}  // namespace dandang::store
