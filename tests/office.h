#pragma once

#include <map>
#include <string>
#include <vector>

#include "process.h"

// An invented office that works by the command alone: it sends in workbooks, sets standards, takes
// steps and asks. Everybody is invented; identity numbers lie in region 610799, which is none.
namespace dandang::tests {

// A sheet as text: a line a row, the first the headings, cells parted by |. A cell under a heading
// that ends with 身份证号 holds a name and is written as that person's number.
struct SheetText {
  std::string name;
  std::string rows;
};

// What a step said: refused by these names (sorted), or taken.
struct Step {
  bool taken = false;
  bool waits = false;
  std::string number;
  std::string to;
  std::map<std::string, std::string> opened;  // procedure to number
  std::vector<std::string> refusals;
};

class Office {
 public:
  Office();

  const std::string& data() const { return data_; }
  std::string file(const std::string& name) const { return folder_.file(name); }
  // The invented number of a person: the same at each asking.
  std::string number_of(const std::string& name);

  // Makes a workbook and imports it; every row must be taken. Sheets are filled in on that day.
  void import(const std::string& book, const std::string& filled_in,
              const std::vector<SheetText>& sheets);
  void set_standards(const std::vector<std::string>& values, const std::string& from);

  // `words`: FIELD=VALUE, an option with what follows it (--cite N4.R2), --dry-run as the last.
  Step open(const std::string& by, const std::string& on, const std::string& procedure,
            const std::vector<std::string>& words);
  Step act(const std::string& by, const std::string& on, const std::string& one,
           const std::string& step, const std::vector<std::string>& words = {});
  // A form with rows of a record type, for --form.
  std::string form(const SheetText& rows) const;

  // Findings of these rules on a day: "N4.R2 王拓" to its verdict, or to its amount where it has
  // one. `known_at`: as known then.
  std::map<std::string, std::string> evaluated(const std::string& as_of,
                                               const std::vector<std::string>& rules,
                                               const std::string& known_at = "");
  // A list on a day: "placed 王拓", "held 李缓 N4.R8", "open 赵缺".
  std::vector<std::string> listed(const std::string& list, const std::string& as_of,
                                  const std::string& known_at = "");
  // All findings of all rules as the command prints them.
  std::string all_findings(const std::string& as_of, const std::string& known_at = "");
  // A command's words, whose exit code must be this one.
  std::string say(const std::vector<std::string>& words, int code = 0);
  // The time of the last change set; the next one is a second later or more.
  std::string settle();

 private:
  // The name of a number given out here; else the key itself.
  std::string named(const std::string& number) const;
  Step take(std::vector<std::string> words, const std::vector<std::string>& given);

  TemporaryFolder folder_;
  std::string data_;
  std::map<std::string, std::string> numbers_;
};

}  // namespace dandang::tests
