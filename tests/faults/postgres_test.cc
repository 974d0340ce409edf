// T11: what applies of the others on PostgreSQL 15: kills of writers, of a backend, of the whole
// server; statements that fail; the clock. The server is the harness's own.

#include <algorithm>
#include <string>
#include <vector>

#include "postgres_server.h"
#include "rounds.h"

namespace dandang::faults {

namespace {

namespace fs = std::filesystem;

constexpr const char* kEndless = "1000000";
constexpr double kRestartSeconds = 3;  // what is promised of a machine that is not overloaded

bool wait_for(const std::string& acks, const char* word, size_t lines) {
  const double start = now();
  while (count_lines(acks, word) < lines) {
    if (now() - start > 20) return false;
    sleep_for(0.001);
  }
  return true;
}

double delay(Setting& setting) {
  return 0.01 + static_cast<double>(setting.below(100)) / 1000;
}

// What is killed while two writers are at it.
enum class Victim { kWriters, kBackend, kServer };

struct Case {
  const char* what;
  Victim victim;
  std::vector<std::string> settings;  // of the server
  size_t brief;
  size_t thorough;
};

const std::vector<Case> kCases = {
    {"kill -9 of writers", Victim::kWriters, {}, 4, 500},
    {"kill -9 of a backend, recovery", Victim::kBackend, {}, 2, 100},
    {"kill -9 of the whole server, restart", Victim::kServer, {}, 2, 200},
    {"the same, server with synchronous_commit=off",
     Victim::kServer,
     {"synchronous_commit=off"},
     1,
     50},
};

// Waits until the server takes statements again after a backend's death.
bool recovered(const PostgresServer& server) {
  const double start = now();
  while (now() - start < 20) {
    if (server.psql("SELECT 1") == "1\n") return true;
    sleep_for(0.01);
  }
  return false;
}

void kill_once(Setting& setting, PostgresServer& server, const Case& c, const std::string& store,
               const std::string& acks, size_t round, size_t& known, double& slowest, Row& row) {
  const std::string from = std::to_string((round + 1) * 1'000'000);
  const size_t ready = count_lines(acks, "ready");
  const size_t written = count_lines(acks, "ack ");
  Child first(writer(store, {"--writer", "1", "--from", from, "--count", kEndless}, acks));
  Child second(writer(
      store, {"--writer", "2", "--from", from, "--count", kEndless, "--versions", "9"}, acks));
  row.require(wait_for(acks, "ready", ready + 2), "the writers do not open their store");
  row.require(wait_for(acks, "ack ", written + 2), "the writers do not write");
  sleep_for(delay(setting));
  if (c.victim == Victim::kBackend) {
    row.require(server.kill_backend(), "no backend to kill");
  } else if (c.victim == Victim::kServer) {
    server.kill_all();
  } else {
    first.kill();
    second.kill();
  }
  for (Child* child : {&first, &second}) {
    const Outcome outcome = child->wait();
    const bool killed = c.victim == Victim::kWriters;
    row.require(killed ? outcome.signal == 9 : outcome.code == 2 && outcome.err.size() > 20,
                "a writer ended otherwise than it must, " + outcome.told());
  }
  if (c.victim == Victim::kServer) {
    const double took = server.start(c.settings);
    slowest = std::max(slowest, took);
    // The short form is run on machines that are busy with other things.
    row.require(took >= 0 && (took < kRestartSeconds || !setting.thorough),
                "the server's restart took " + std::to_string(took) + " s");
  } else if (c.victim == Victim::kBackend) {
    row.require(recovered(server), "the server does not recover");
  }
  const Reading reading = read_store(store, acks, known);
  row.require(reading.sound(), "after a kill, " + reading.outcome.told());
  row.lost += reading.lost;
  known = reading.sets + 1;
  ++row.rounds;
}

Row kill_case(Setting& setting, PostgresServer& server, const Case& c) {
  Row row{"T11", c.what};
  constexpr size_t kRoundsPerStore = 20;
  double slowest = 0;
  if (!c.settings.empty()) {
    server.kill_all();
    row.require(server.start(c.settings) >= 0, "the server does not start");
  }
  const size_t rounds = setting.rounds(c.brief, c.thorough);
  for (size_t round = 0; round < rounds;) {
    const std::string store = server.new_address();
    const std::string acks = setting.new_folder() / "acks";
    row.require(run(writer(store, {"--create", "--count", "1"}, acks)).code == 0, "no store made");
    size_t known = 1;
    for (size_t i = 0; i < kRoundsPerStore && round < rounds && row.fault.empty(); ++i, ++round) {
      kill_once(setting, server, c, store, acks, round, known, slowest, row);
    }
    row.acknowledged += count_lines(acks, "ack ");
    if (!row.fault.empty()) break;
  }
  if (c.victim == Victim::kServer) {
    row.note = "restart at most " + std::to_string(static_cast<int>(slowest * 1000)) + " ms";
  }
  if (!c.settings.empty()) {
    server.kill_all();
    row.require(server.start() >= 0, "the server does not start");
  }
  return row;
}

// Statements that nobody waits to be synced are lost when the server is killed. So a kill shows
// what was not on disk, and what the writers are acknowledged was.
Row lose_unsynced(Setting& setting, PostgresServer& server) {
  Row row{"T11", "control: synchronous_commit=off by plain SQL"};
  server.psql("CREATE TABLE unsynced (number int)");
  std::string script = "SET synchronous_commit = off;\n";
  for (int i = 1; i <= 200'000; ++i) {
    script += "INSERT INTO unsynced VALUES (" + std::to_string(i) + ") RETURNING 'ack';\n";
  }
  const fs::path folder = setting.new_folder();
  write_bytes(folder / "script", script);
  for (size_t i = 0; i < setting.rounds(2, 40); ++i) {
    server.psql("TRUNCATE unsynced; CHECKPOINT");
    const std::string acks = folder / ("acks" + std::to_string(i));
    Command command;
    command.words = server.psql_words(folder / "script");
    command.output = acks;
    Child child(command);
    row.require(wait_for(acks, "ack", 100), "the statements do not run");
    sleep_for(delay(setting));
    server.kill_all();
    child.wait();
    row.require(server.start() >= 0, "the server does not start");
    const size_t told = count_lines(acks, "ack");
    const std::string kept = server.psql("SELECT count(*) FROM unsynced");
    const size_t there = kept.empty() ? 0 : std::stoul(kept);
    row.acknowledged += told;
    row.lost += told > there ? told - there : 0;
    ++row.rounds;
  }
  row.require(row.lost > 0, "nothing was lost");
  return row;
}

Row tell_liar(Setting& setting, PostgresServer& server) {
  Row row{"T11", "control: acknowledged before it is written"};
  for (size_t i = 0; i < setting.rounds(2, 20); ++i) {
    const std::string store = server.new_address();
    const std::string acks = setting.new_folder() / "acks";
    Child child(writer(
        store, {"--create", "--count", kEndless, "--versions", "2000", "--ack-early"}, acks));
    row.require(wait_for(acks, "ready", 1), "the writer does not open its store");
    sleep_for(delay(setting));
    server.kill_all();
    child.wait();
    row.require(server.start() >= 0, "the server does not start");
    const Reading reading = read_store(store, acks);
    row.acknowledged += reading.acknowledged;
    row.lost += reading.lost;
    ++row.rounds;
  }
  row.require(row.lost > 0, "the reader found nothing");
  return row;
}

// The connection is ended by its Nth writing statement.
constexpr const char* kTrap = R"sql(
  CREATE SEQUENCE calls;
  CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF nextval('calls') = NNN THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
    RETURN NULL;
  END $$;
  DO $$ DECLARE t text; BEGIN
    FOR t IN SELECT quote_ident(relname) FROM pg_class
             WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' LOOP
      EXECUTE 'CREATE TRIGGER trap BEFORE INSERT OR UPDATE ON ' || t || ' EXECUTE FUNCTION trap()';
    END LOOP;
  END $$;
)sql";

std::string trapped_store(PostgresServer& server, size_t call, const std::string& acks, Row& row) {
  const std::string store = server.new_address();
  const std::string schema = store.substr(store.rfind("%3D") + 3);
  row.require(run(writer(store, {"--create", "--count", "1"}, acks)).code == 0, "no store made");
  std::string trap = kTrap;
  trap.replace(trap.find("NNN"), 3, std::to_string(call));
  server.psql("SET search_path = " + schema + ";" + trap);
  return store;
}

Row fail_statements(Setting& setting, PostgresServer& server) {
  Row row{"T11", "each writing statement ends its connection"};
  const std::vector<std::string> script{"--from", "2", "--count", "2", "--versions", "4"};
  const std::string rehearsed = setting.new_folder() / "acks";
  const std::string rehearsal = trapped_store(server, 0, rehearsed, row);
  row.require(run(writer(rehearsal, script, rehearsed)).code == 0, "the rehearsal failed");
  const std::string counted = server.psql("SELECT last_value FROM " +
                                          rehearsal.substr(rehearsal.rfind("%3D") + 3) + ".calls");
  const size_t calls = counted.empty() ? 0 : std::stoul(counted);
  row.require(calls > 5, "the trap counts nothing");
  const size_t step = setting.thorough ? 1 : std::max<size_t>(1, calls / 4);
  for (size_t call = 1 + setting.seed % step; call <= calls; call += step) {
    const std::string acks = setting.new_folder() / "acks";
    const std::string store = trapped_store(server, call, acks, row);
    const Outcome outcome = run(writer(store, script, acks));
    const std::string where = "statement " + std::to_string(call) + ", ";
    row.require(outcome.code == 2 && outcome.err.size() > 20, where + outcome.told());
    const size_t acknowledged = count_lines(acks, "ack ");
    Reading reading = read_store(store, acks);
    row.require(reading.sound() && reading.sets == acknowledged,
                where + "after it, " + reading.outcome.told());
    row.lost += reading.lost;
    // What failed can be written again.
    const std::string from = std::to_string(acknowledged + 1);
    row.require(run(writer(store, {"--from", from, "--count", "1"}, acks)).code == 0,
                where + "it does not go on");
    reading = read_store(store, acks);
    row.require(reading.sound(), where + "in the end, " + reading.outcome.told());
    row.acknowledged += reading.acknowledged;
    ++row.rounds;
  }
  row.note = "of " + std::to_string(calls) + " statements";
  return row;
}

}  // namespace

std::vector<Row> postgres_test(Setting& setting) {
  Row made{"T11", "all of it on PostgreSQL 15"};
  made.skipped = PostgresServer::missing();
  if (!made.skipped.empty()) return {made};
  PostgresServer server(setting.new_folder() / "pg");
  made.require(server.make() && server.start() >= 0, "no server can be made");
  if (!made.fault.empty()) return {made};
  std::vector<Row> rows;
  for (const Case& c : kCases) rows.push_back(kill_case(setting, server, c));
  rows.push_back(lose_unsynced(setting, server));
  rows.push_back(tell_liar(setting, server));
  rows.push_back(fail_statements(setting, server));
  if (setting.thorough) rows.push_back(jump_clock(setting, server.new_address()));
  return rows;
}

}  // namespace dandang::faults
