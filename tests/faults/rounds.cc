#include "rounds.h"

#include <sstream>

namespace dandang::faults {

namespace fs = std::filesystem;

fs::path Setting::new_folder() {
  const fs::path out = folder / std::to_string(++folders_);
  fs::create_directory(out);
  return out;
}

Command writer(const std::string& store, const std::vector<std::string>& options,
               const std::string& acks) {
  Command out;
  out.words = {FAULT_WRITER, store};
  out.words.insert(out.words.end(), options.begin(), options.end());
  out.output = acks;
  return out;
}

Command shimmed(Command command, const fs::path& folder,
                const std::map<std::string, std::string>& settings) {
  command.environment["LD_PRELOAD"] = FAULT_SHIM;
  command.environment["FAULT_FOLDER"] = folder.string();
  for (const auto& [name, value] : settings) command.environment[name] = value;
  return command;
}

Calls count_calls(const Command& command, const fs::path& folder, const std::string& only) {
  const std::string file = folder.string() + ".count";
  const Outcome outcome =
      run(shimmed(command, folder, {{"FAULT_COUNT", file}, {"FAULT_ONLY", only}}));
  Calls out;
  if (outcome.code != 0) return out;
  std::istringstream(read_bytes(file)) >> out.all >> out.changing;
  return out;
}

Reading read_store(const std::string& store, const std::string& acks, size_t from) {
  Command command;
  command.words = {FAULT_READER, store, "--acks", acks, "--from", std::to_string(from)};
  Reading out;
  out.outcome = run(command);
  std::istringstream words(out.outcome.out);
  for (std::string word; words >> word;) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const size_t value = std::stoul(word.substr(equals + 1));
    if (name == "sets") out.sets = value;
    if (name == "acknowledged") out.acknowledged = value;
    if (name == "lost" || name == "altered") out.lost += value;
    if (name == "restart_ms") out.restart_milliseconds = static_cast<int64_t>(value);
  }
  return out;
}

size_t count_lines(const std::string& path, const std::string& word) {
  std::istringstream in(read_bytes(path));
  size_t out = 0;
  for (std::string line; std::getline(in, line);) out += line.starts_with(word) ? 1 : 0;
  return out;
}

}  // namespace dandang::faults
