// The dandang command: flags and wiring, nothing else (DESIGN §8).

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "app/command.h"

namespace dandang::app {
namespace {

struct Command {
  const char* name;
  int (*run)(const Words&, Language);
  const char* usage;
  const char* zh;
  const char* en;
};

constexpr Command kCommands[] = {
    {"init", run_init,
     "init DIR [--policies PATH] [--store sqlite|postgresql://…] [--region CODE] [--hash "
     "sha256|sm3]",
     "建一个数据目录，装入现行政策包", "make a data directory with the packages in force"},
    {"import", run_import,
     "import DIR FILE… [--dry-run] [--partial] [--json] [--annotate DIR] [--by WHO]",
     "导入工作簿，逐行说明不能收的原因", "take in workbooks; every refused row is explained"},
    {"parameter", run_parameter,
     "parameter set DIR NAME=VALUE --from DATE --basis TEXT --by WHO | parameter list DIR --as-of "
     "DATE",
     "设定或者列出本地标准", "set or list local parameters"},
    {"changes", run_changes, "changes DIR [NUMBER]", "列出每一批写入；或者一批写入改了哪些记录",
     "list the change sets, or what one of them did"},
    {"history", run_history, "history DIR TYPE KEY", "一条记录的全部版本：谁、何时、依据什么改的",
     "all versions of a record: who changed it, when, on what basis"},
    {"undo", run_undo, "undo DIR NUMBER --by WHO --basis TEXT [--untouched] [--dry-run]",
     "撤销一批写入；撤销本身也记为一批", "undo a change set; the undo is a change set itself"},
    {"hold", run_hold,
     "hold place DIR --on 'TYPE KEY' | --person IDENTITY_NUMBER | --type TYPE --reason TEXT "
     "--basis "
     "TEXT --by WHO [--from DATE] | hold lift DIR NUMBER --reason TEXT --basis TEXT --by WHO "
     "[--from DATE] | hold list DIR [--known-at TIME] [--json]",
     "冻结、解冻、列出不得删除的记录", "keep records from deletion, end that, or list such holds"},
    {"retention", run_retention, "retention DIR --as-of DATE [--list] [--json]",
     "哪些记录保存期已满，可以删除", "say which records have been kept long enough"},
    {"delete", run_delete,
     "delete DIR --as-of DATE --type TYPE… [--key KEY…] --by WHO --second WHO --reason TEXT "
     "--basis "
     "TEXT [--confirm TOKEN]",
     "删除到期的记录；不带 --confirm 只看会删什么",
     "delete records that are due; without --confirm only show which"},
    {"evaluate", run_evaluate,
     "evaluate DIR --as-of DATE [--known-at TIME] [--rule ID…] [--json] [--all]", "逐人逐条判断",
     "evaluate every rule over every subject"},
    {"explain", run_explain,
     "explain DIR --subject IDENTITY_NUMBER --rule ID --as-of DATE [--known-at TIME] [--json]",
     "说明一条结论是怎么来的", "say how one finding came about"},
    {"list", run_list, "list DIR [NAME] --as-of DATE [--known-at TIME] [--json]",
     "按政策包声明的次序列名单，不列入的和待补资料的另列并说明原因",
     "a declared list in its order; those held back or not known stand apart, with the reason"},
    {"duties", run_duties,
     "duties DIR --as-of DATE [--by clause|unit|person] [--rule ID…] [--overdue] [--json]",
     "谁该做什么、到哪天、做了没有", "who owes what by when, and how it stands"},
    {"simulate", run_simulate,
     "simulate DIR --as-of DATE --set NAME=VALUE… | --package PATH [--rule ID…] [--known-at TIME] "
     "[--json] [--names --by WHO]",
     "试改标准或政策包，看谁进谁出；什么也不写入",
     "try other parameters or packages: who enters, who leaves; nothing is written"},
    {"case", run_case,
     "case open DIR PROCEDURE[.STEP] --by PERSON --on DATE [--with FIELD=VALUE…] [--form "
     "FILE.json] "
     "[--cite RULE…] | case do DIR CASE STEP … | case list|tasks DIR --as-of DATE | case show DIR "
     "CASE",
     "办理案件：开启、办一步、列出、查看、待办",
     "open cases, take a step, list, show, what is due"},
    {"summary", run_summary, "summary DIR --as-of DATE [--known-at TIME]",
     "一页纸：各条结论数、例子、缺什么、没设定什么",
     "one page: counts, examples, what is missing, what is not set"},
    {"report", run_report, "report DIR --as-of DATE --out FILE.xlsx|.html [--known-at TIME]",
     "写出报告（工作簿或可打印网页）", "write a report: a workbook or a printable page"},
    {"policy", run_policy,
     "policy check|test|show|trace PATH | policy publish DIR PATH --by WHO --basis TEXT | policy "
     "attach DIR FILE.docx|.txt [--out FILE.html] | policy export PATH --decision NAME|--all --out "
     "FILE.dmn",
     "检查、测试、展示政策包，列出每条背后有什么；发布；附上文件原文逐条对照；把决策表导出为 DMN",
     "check, test or show packages, list what stands behind each clause; publish; attach your copy "
     "of a document, clause beside clause; export decisions as DMN"},
    {"backup", run_backup, "backup DIR --out FILE [--passphrase-file FILE | --key-file FILE]",
     "不停用就备份：整个库写成一个文件，可加密",
     "back up a store in use to one file, encrypted if asked"},
    {"restore", run_restore,
     "restore FILE --into DIR [--passphrase-file FILE | --key-file FILE] [--store "
     "sqlite|postgresql://…] [--region CODE]",
     "核对一份备份，恢复到新目录", "verify a backup and restore it into a new directory"},
    {"doctor", run_doctor, "doctor DIR [--quick] [--json]",
     "看看哪里不对：权限、磁盘、时钟、账本、政策包、备份；只读",
     "look at all that could be wrong: permissions, disk, clock, ledger, packages, backup; reads "
     "only"},
    {"verify", run_verify,
     "verify DIR|FILE [--checkpoint FILE…] [--key PUBLIC-KEY-FILE…] [--passphrase-file FILE | "
     "--key-file FILE]",
     "用账本核对全部记录，逐条指出被改动的；只读",
     "hold all records against the ledger and name what was altered; reads only"},
    {"checkpoint", run_checkpoint,
     "checkpoint DIR --out FILE --key KEY-FILE [--request FILE [--since OLD-CHECKPOINT]]",
     "写出账本现状的签名检查点，并可请另一单位会签",
     "write a signed checkpoint of the ledger, and a request to have it countersigned"},
    {"countersign", run_countersign,
     "countersign REQUEST --key KEY-FILE --log-key PUBLIC-KEY-FILE --out FILE [--since "
     "OLD-CHECKPOINT]",
     "为别的单位的账本会签检查点", "countersign a checkpoint of another's ledger"},
    {"receipt", run_receipt,
     "receipt DIR --change-set N --out FILE --key KEY-FILE | receipt verify FILE --key "
     "PUBLIC-KEY-FILE…",
     "出具或者核对一次写入的回执", "give or check a receipt for a change set"},
    {"key", run_key, "key new NAME --out FILE [--sm2]", "生成签名密钥，写出公钥",
     "make a key to sign with, and its public key"},
    {"feel", run_feel, "feel eval EXPR [--context FILE.json] | feel tck DIR [--csv FILE] [--all]",
     "计算一个 FEEL 表达式；跑 DMN 兼容性测试集",
     "evaluate a FEEL expression; run the DMN compatibility kit"},
};

// Chinese unless asked otherwise: --lang en anywhere, or DANDANG_LANG=en.
Language take_language(Words& words) {
  Language language = Language::kChinese;
  if (const char* set = std::getenv("DANDANG_LANG");
      set != nullptr && std::strncmp(set, "en", 2) == 0) {
    language = Language::kEnglish;
  }
  for (size_t i = 0; i < words.size(); ++i) {
    const bool attached = words[i].starts_with("--lang=");
    if (!attached && (words[i] != "--lang" || i + 1 >= words.size())) continue;
    const std::string value = attached ? words[i].substr(7) : words[i + 1];
    language = value == "en" ? Language::kEnglish : Language::kChinese;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                words.begin() + static_cast<std::ptrdiff_t>(i + (attached ? 1 : 2)));
    break;
  }
  return language;
}

// --verbose anywhere, or DANDANG_VERBOSE: what was done about caches, on standard error.
void take_verbose(Words& words) {
  if (std::erase(words, "--verbose") > 0) ::setenv("DANDANG_VERBOSE", "1", 1);
}

void print_help(std::FILE* out, Language language) {
  const bool zh = language == Language::kChinese;
  std::fprintf(out, "%s\n\n",
               zh ? "担当：把激励干部的政策文件当软件来运行"
                  : "Dandang: runs an authority's policy on motivating its officials");
  for (const Command& command : kCommands) {
    std::fprintf(out, "  dandang %s\n      %s\n", command.usage, zh ? command.zh : command.en);
  }
  std::fprintf(out, "\n%s\n",
               zh ? "任何命令都可以加 --lang en 改用英文。退出码：0 完成，1 答案为否，2 "
                    "用法或输入有误，3 部分行未收，4 数据库不可信。"
                  : "Any command takes --lang zh|en. Exit codes: 0 done, 1 the answer is no, 2 bad "
                    "usage or input, 3 partly refused, 4 unsound store.");
}

int dispatch(const Words& words, Language language) {
  if (words.empty() || words[0] == "help" || words[0] == "--help" || words[0] == "-h") {
    print_help(words.empty() ? stderr : stdout, language);
    return words.empty() ? kBad : kDone;
  }
  if (words[0] == "--version") {
    std::printf("dandang %s\n", DANDANG_VERSION);
    return kDone;
  }
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    if (words[0] == command.name) return command.run({words.begin() + 1, words.end()}, language);
    names.emplace_back(command.name);
  }
  const std::string close = closest_match(words[0], names);
  Text hint{"dandang help 列出全部命令", "dandang help lists the commands"};
  if (!close.empty()) hint = {"是不是 " + close + "？", "did you mean " + close + "?"};
  return fail(
      Error{ErrorCode::kBadUsage, {"没有这个命令", "there is no such command"}, words[0], hint},
      language);
}

// A list that did not arrive whole is no answer, whatever the command found.
int run(Words words) {
  const Language language = take_language(words);
  take_verbose(words);
  const int code = dispatch(words, language);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  return fail(Error{ErrorCode::kIo,
                    {"结果没有全部输出；已写入数据目录的内容不受影响",
                     "not all of the result was put out; what was written to the data directory "
                     "stays"},
                    "stdout",
                    {"检查输出所在的磁盘是否已满，再运行一次",
                     "check whether the disk it goes to is full, and run it again"}},
              language);
}

}  // namespace
}  // namespace dandang::app

int main(int argc, char** argv) {
  // A file that may not grow further is a write that fails, which is told; not the process's end.
  std::signal(SIGXFSZ, SIG_IGN);
  return dandang::app::run(dandang::app::Words(argv + 1, argv + argc));
}
