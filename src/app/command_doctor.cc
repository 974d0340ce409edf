#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "app/backup_files.h"
#include "app/command.h"
#include "app/ledger_files.h"
#include "app/recording_time.h"
#include "app/workspace.h"
#include "evaluation/model.h"
#include "policy/link.h"

namespace dandang::app {
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

enum class Level { kGood, kNote, kWrong, kUnsound };

struct Check {
  const char* name;  // kebab-case and stable, for programs
  Level level = Level::kGood;
  Text what;
  Text hint = {};
};

constexpr mode_t kOthersRead = 044;
constexpr mode_t kOthersWrite = 022;
constexpr uint64_t kLargeLog = uint64_t{64} << 20U;  // SQLite gives back what is above

std::string megabytes(uint64_t bytes) {
  return std::to_string(bytes / 1'000'000) + " MB";
}

Check failed(const char* name, const Error& error) {
  const Text where{error.where.empty() ? "" : "，" + error.where,
                   error.where.empty() ? "" : ", " + error.where};
  const bool unsound = error.code == ErrorCode::kUnsoundStore;
  return {name,
          unsound ? Level::kUnsound : Level::kWrong,
          {error.what.zh + where.zh, error.what.en + where.en},
          error.hint};
}

class Doctor {
 public:
  Doctor(std::string directory, StorePlace place, Language language)
      : directory_(std::move(directory)), place_(std::move(place)), language_(language) {}

  std::vector<Check> look(bool quick) {
    look_at_folder();
    look_at_disk();
    look_for_leftovers();
    if (place_.address.empty()) look_at_log();
    const auto store = open_store_to_read(place_);
    if (!store) {
      checks_.push_back(failed("store", store.error()));
      return std::move(checks_);
    }
    add({"store", Level::kGood, {"库能打开，结构版本合用", "the store opens, its schema fits"}});
    if (!quick) look_at_ledger();
    if (const auto done = look_at_content(**store); !done) {
      checks_.push_back(failed("content", done.error()));
    }
    return std::move(checks_);
  }

 private:
  void add(Check check) { checks_.push_back(std::move(check)); }

  void look_at_folder() {
    std::vector<std::string> open;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(directory_, code)) {
      struct stat status {};
      if (::stat(entry.path().c_str(), &status) != 0) continue;
      if ((status.st_mode & (kOthersRead | kOthersWrite)) != 0 && S_ISREG(status.st_mode) &&
          entry.path().filename() != "store.address") {
        open.push_back(entry.path().filename());
      }
    }
    struct stat status {};
    const bool known = ::stat(directory_.c_str(), &status) == 0;
    if (known && (status.st_mode & kOthersWrite) != 0) open.emplace_back(".");
    const std::string names = join(open, ", ");
    if (!open.empty()) {
      add({"permissions",
           Level::kWrong,
           {"别人能读或能改：" + names, "others can read or change: " + names},
           {"chmod 600 文件；chmod 700 目录", "chmod 600 the files, chmod 700 the folder"}});
    } else if (::access(directory_.c_str(), W_OK | X_OK) != 0) {
      add({"permissions",
           Level::kNote,
           {"本账号不能写这个目录", "this account cannot write to the folder"},
           {"只能查看；要写入请换账号", "it can only look; take another account to write"}});
    } else {
      add({"permissions", Level::kGood, {"权限合适", "permissions are right"}});
    }
  }

  void look_at_disk() {
    std::error_code code;
    const fs::space_info space = fs::space(directory_, code);
    if (code) {
      add({"disk", Level::kWrong, {"看不到磁盘空间", "the disk's space is not known"}});
      return;
    }
    const uint64_t size = place_.address.empty() ? fs::file_size(place_.file, code) : 0;
    const std::string left = megabytes(space.available);
    const Text what{"磁盘剩余 " + left, left + " left on the disk"};
    // A backup's copy, and the log of a large import, take about the store's size each.
    if (space.available / 2 >= size && space.available > kLargeLog) {
      add({"disk", Level::kGood, what});
    } else {
      add({"disk",
           Level::kNote,
           what,
           {"备份和大批导入各需要约一个库的大小（" + megabytes(size) + "），请腾出空间",
            "a backup and a large import need about the store's size (" + megabytes(size) +
                ") each: free some"}});
    }
  }

  void look_for_leftovers() {
    std::vector<std::string> left;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(directory_, code)) {
      if (entry.path().extension() == ".partial") left.push_back(entry.path().filename());
    }
    if (left.empty()) {
      add({"leftovers",
           Level::kGood,
           {"没有中断留下的文件", "no interrupted command left a file"}});
      return;
    }
    const std::string names = join(left, ", ");
    add({"leftovers",
         Level::kNote,
         {"中断的命令留下了 " + names, "an interrupted command left " + names},
         {"没有备份在运行时可以删除", "they can be deleted while no backup runs"}});
  }

  void look_at_log() {
    std::error_code code;
    const auto size = fs::file_size(place_.file + "-wal", code);
    const uint64_t bytes = code ? 0 : size;
    const Text what{"预写日志 " + megabytes(bytes), "write-ahead log of " + megabytes(bytes)};
    if (bytes <= kLargeLog) {
      add({"write-ahead-log", Level::kGood, what});
    } else {
      add({"write-ahead-log",
           Level::kNote,
           what,
           {"有命令长时间在读，或者被中断了；等它结束后运行任何写入的命令",
            "a command reads for long, or was killed; once it is done run any that writes"}});
    }
  }

  void look_at_ledger() {
    auto reader = place_.address.empty() ? open_ledger(place_.file) : open_ledger(directory_);
    Progress progress(language_ == Language::kChinese ? "核对" : "verifying", true);
    auto check = reader
                     ? reader->check(
                           {}, {}, [&](uint64_t done, uint64_t all) { progress.update(done, all); })
                     : Result<store::LedgerCheck>(reader.error());
    progress.finish();
    if (!check) {
      checks_.push_back(failed("ledger", check.error()));
      return;
    }
    const std::string damage = join(check->damage, "; ");
    if (!damage.empty()) {
      add({"database",
           Level::kUnsound,
           {"数据库文件损坏：" + damage, "the database file is damaged: " + damage},
           {"保留原文件，从备份恢复", "keep the file and restore from a backup"}});
    } else {
      add({"database", Level::kGood, {"数据库文件完好", "the database file is sound"}});
    }
    const std::string leaves = std::to_string(check->report.leaves);
    if (check->report.sound()) {
      add({"ledger",
           Level::kGood,
           {"账本 " + leaves + " 条，与记录相符",
            "the ledger's " + leaves + " leaves fit the records"}});
      return;
    }
    const std::string count =
        std::to_string(check->report.findings.size() + check->report.findings_dropped);
    add({"ledger",
         Level::kWrong,
         {"记录与账本有 " + count + " 处不符", "records and ledger differ in " + count + " places"},
         {"用 dandang verify 逐条查看", "see each with dandang verify"}});
  }

  Result<void> look_at_content(record::RecordStore& store) {
    DD_ASSIGN_OR_RETURN(const auto last, store.change_set_at(std::nullopt));
    look_at_backup(last ? last->id : 0);
    if (!last) return {};
    look_at_clock(*last);
    DD_ASSIGN_OR_RETURN(const auto files, store.packages(last->id));
    std::vector<policy::SourceFile> sources;
    for (const record::PackageFile& file : files) sources.push_back({file.path, file.content});
    Diagnostics diagnostics;
    const policy::PolicySet set = policy::load_packages(sources, diagnostics);
    if (diagnostics.has_errors()) {
      const Diagnostic& first = diagnostics.all().front();
      add({"packages",
           Level::kUnsound,
           {"库里的政策包有 " + std::to_string(diagnostics.error_count()) + " 个错误：" +
                first.to_string(Language::kChinese),
            "the stored packages have " + std::to_string(diagnostics.error_count()) +
                " errors: " + first.to_string(Language::kEnglish)},
           {"用与建库时相同版本的程序打开",
            "open it with the version of the program that made it"}});
      return {};
    }
    const std::string packages = std::to_string(set.packages.size());
    const std::string rules = std::to_string(set.rules.size());
    add({"packages",
         Level::kGood,
         {packages + " 个政策包、" + rules + " 条规则读得通",
          packages + " packages with " + rules + " rules are read"}});
    DD_ASSIGN_OR_RETURN(const record::Dataset data, store.load(set.catalogue, last->id));
    count_unset(set, data);
    return {};
  }

  void look_at_backup(record::ChangeSetId last) {
    const std::optional<store::BackupManifest> noted = noted_backup(directory_);
    const Text hint{"dandang backup " + directory_ + " --out 文件，存到别的机器上",
                    "dandang backup " + directory_ + " --out FILE, and keep it elsewhere"};
    if (!noted) {
      add({"backup", Level::kNote, {"没有备份的记录", "no backup is noted"}, hint});
      return;
    }
    const std::string number = std::to_string(noted->change_set);
    const std::string since = std::to_string(last - noted->change_set);
    const bool all = last == noted->change_set;
    add({"backup",
         all ? Level::kGood : Level::kNote,
         {"上次备份 " + noted->made_at + "，到第 " + number + " 批；此后 " + since + " 批",
          "last backup " + noted->made_at + ", up to change set " + number + "; " + since +
              " since"},
         all ? Text{} : hint});
  }

  void look_at_clock(const record::ChangeSetSummary& last) {
    const std::string now = utc_now();
    if (last.recorded_at <= now) {
      add({"clock",
           Level::kGood,
           {"时钟 " + now + "，不早于上一次写入",
            "clock " + now + ", not before the last change set"}});
      return;
    }
    add({"clock",
         Level::kWrong,
         {"时钟 " + now + " 早于上一次写入的 " + last.recorded_at,
          "clock " + now + " is before the last change set's " + last.recorded_at},
         {"校准时钟；若现在是对的、那时快了，写入时加 " + std::string(kAfterClockFault) + " 原因",
          "set the clock right; if it is, and was ahead then, write with " +
              std::string(kAfterClockFault) + " REASON"}});
  }

  void count_unset(const policy::PolicySet& set, const record::Dataset& data) {
    const evaluation::Model model(set, data, today());
    size_t unset = 0;
    for (const policy::Parameter& parameter : set.parameters) {
      if (model.parameter_value(parameter).is_unknown()) ++unset;
    }
    const std::string count = std::to_string(unset);
    const std::string all = std::to_string(set.parameters.size());
    add({"parameters",
         unset == 0 ? Level::kGood : Level::kNote,
         {all + " 项标准中 " + count + " 项今天未设定",
          count + " of " + all + " parameters are not set today"},
         unset == 0 ? Text{}
                    : Text{"dandang parameter list " + directory_ + " 列出；由主管机关决定",
                           "dandang parameter list " + directory_ +
                               " lists them; the authority decides"}});
  }

  std::string directory_;
  StorePlace place_;
  Language language_;
  std::vector<Check> checks_;
};

Level worst_of(const std::vector<Check>& checks) {
  Level out = Level::kGood;
  for (const Check& check : checks) out = std::max(out, check.level);
  return out;
}

void print_text(const std::vector<Check>& checks, Language language) {
  for (const Check& check : checks) {
    const char* mark = check.level == Level::kGood ? "✓" : check.level == Level::kNote ? "·" : "✗";
    std::printf("%s %s\n", mark, check.what.in(language).c_str());
    if (!check.hint.empty()) std::printf("    %s\n", check.hint.in(language).c_str());
  }
}

void print_json(const std::vector<Check>& checks) {
  static constexpr const char* kLevels[] = {"good", "note", "wrong", "unsound"};
  json::array out;
  for (const Check& check : checks) {
    json::object one{{"check", check.name},
                     {"level", kLevels[static_cast<size_t>(check.level)]},
                     {"what", check.what.zh},
                     {"what_en", check.what.en}};
    if (!check.hint.empty()) {
      one["hint"] = check.hint.zh;
      one["hint_en"] = check.hint.en;
    }
    out.push_back(std::move(one));
  }
  std::printf("%s\n", json::serialize(out).c_str());
}

}  // namespace

int run_doctor(const Words& words, Language language) {
  const CommandShape shape{"doctor DIR [--quick] [--json]", 1, 1, {}, {}, {"--quick", "--json"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const std::string& directory = arguments->positional[0];
  auto place = store_place(directory);
  if (!place) return fail(place.error(), language);
  Doctor doctor(directory, std::move(place).value(), language);
  const std::vector<Check> checks = doctor.look(arguments->has("--quick"));
  if (arguments->has("--json")) {
    print_json(checks);
  } else {
    print_text(checks, language);
  }
  const Level worst = worst_of(checks);
  if (worst == Level::kUnsound) return kStoreUnsound;
  return worst == Level::kWrong ? kAnswerIsNo : kDone;
}

}  // namespace dandang::app
