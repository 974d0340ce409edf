// T8: workbooks cut off, blown up and laid as traps. Refused with exit 2, nothing written, within
// stated time and memory.

#include <string>
#include <vector>

#include "county.h"
#include "format/test_package.h"
#include "rounds.h"

namespace dandang::faults {

namespace {

namespace fs = std::filesystem;

constexpr double kSeconds = 10;      // of the processor, not of the clock
constexpr double kMegabytes = 1000;  // a reader may unpack 512 MiB at most

// A store, and the check that a file leaves it as it is.
class Target {
 public:
  explicit Target(Setting& setting)
      : data_(make_data(setting, Filled::kNo)),
        temporary_(setting.new_folder()),
        file_(setting.new_folder() / "bad.xlsx"),
        before_(state()) {}

  void refuse(const std::string& name, const std::string& bytes, Row& row) {
    write_bytes(file_, bytes);
    Command import = dandang({"import", data_, file_, "--by", "张三"});
    import.seconds = 12 * kSeconds;
    import.environment["TMPDIR"] = temporary_.string();
    const Outcome outcome = run(import);
    ++row.rounds;
    slowest_ = std::max(slowest_, outcome.cpu_seconds);
    largest_ = std::max(largest_, outcome.peak_megabytes);
    row.require(outcome.code == 2, name + ": " + outcome.told());
    row.require(!outcome.err.empty(), name + ": refused without a word");
    row.require(outcome.cpu_seconds < kSeconds,
                name + ": took " + std::to_string(outcome.cpu_seconds));
    row.require(outcome.peak_megabytes < kMegabytes,
                name + ": took " + std::to_string(outcome.peak_megabytes) + " MB");
    row.require(fs::is_empty(temporary_), name + ": left a temporary file");
    const bool untouched = state() == before_;
    row.lost += untouched ? 0 : 1;
    row.require(untouched, name + ": something was written");
  }

  std::string figures() const {
    return "at most " + std::to_string(static_cast<int>(slowest_ * 1000)) +
           " ms of the processor, " + std::to_string(static_cast<int>(largest_)) + " MB";
  }

 private:
  // All bytes of the data directory.
  std::string state() const {
    std::string out;
    for (const auto& entry : fs::directory_iterator(data_)) {
      out += entry.path().filename().string() + read_bytes(entry.path());
    }
    return out;
  }

  std::string data_;
  fs::path temporary_;
  std::string file_;
  std::string before_;
  double slowest_ = 0;
  double largest_ = 0;
};

Row cut_off(Setting& setting) {
  Row row{"T8", "a workbook cut at every byte"};
  Target target(setting);
  const std::string bytes = read_bytes(county_workbook("附件8"));
  row.require(!bytes.empty(), "no workbook to cut");
  const size_t step = setting.thorough ? 1 : bytes.size() / 60 + 1;
  for (size_t size = 0; size < bytes.size(); size += step) {
    target.refuse("cut at " + std::to_string(size), bytes.substr(0, size), row);
  }
  // The directory of a zip stands at its end.
  for (size_t from_end = 1; from_end <= 30; ++from_end) {
    target.refuse("the last " + std::to_string(from_end) + " bytes gone",
                  bytes.substr(0, bytes.size() - from_end), row);
  }
  row.note = target.figures();
  return row;
}

struct Trap {
  const char* what;
  std::string bytes;
};

std::string repeated(const std::string& text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string with_sheet(std::string xml) {
  return format::good_package(std::move(xml)).bytes();
}

std::string with_part(const char* name, std::string xml) {
  return format::good_package().set(name, std::move(xml)).bytes();
}

// The file says of a part that it unpacks to less than it does.
std::string with_size_hidden(std::string bytes, size_t size, size_t stated) {
  const auto field = [](size_t value) {
    std::string out(4, '\0');
    for (char& byte : out) {
      byte = static_cast<char>(value & 0xff);
      value >>= 8;
    }
    return out;
  };
  // Once in front of the part and once in the directory.
  for (size_t at = bytes.find(field(size)); at != std::string::npos;
       at = bytes.find(field(size), at)) {
    bytes.replace(at, 4, field(stated));
  }
  return bytes;
}

std::string cell(const std::string& text) {
  return "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + text + "</t></is></c></row>";
}

std::vector<Trap> bombs() {
  constexpr size_t kMebi = 1 << 20;
  const std::string blanks = format::sheet_xml(std::string(60 * kMebi, ' '));
  format::TestPackage parts = format::good_package();
  for (int i = 0; i < 5000; ++i) parts.set("xl/media/" + std::to_string(i), "x");
  std::vector<Trap> out;
  out.push_back({"600 MiB of blanks in a sheet",
                 with_sheet(format::sheet_xml(std::string(600 * kMebi, ' ')))});
  out.push_back(
      {"60 MiB in one cell", with_sheet(format::sheet_xml(cell(std::string(60 * kMebi, 'a'))))});
  out.push_back(
      {"60 MiB of empty rows", with_sheet(format::sheet_xml(repeated("<row/>", 60 * kMebi / 6)))});
  out.push_back(
      {"60 MiB said to be 1,000 bytes", with_size_hidden(with_sheet(blanks), blanks.size(), 1000)});
  out.push_back({"60 MiB of shared strings",
                 with_part("xl/sharedStrings.xml",
                           format::strings_xml(repeated("<si><t>x</t></si>", 60 * kMebi / 17)))});
  out.push_back({"5,000 parts", parts.bytes()});
  return out;
}

std::string entity_bomb() {
  std::string out = "<!DOCTYPE worksheet [<!ENTITY a0 \"哈哈哈哈哈哈哈哈\">";
  for (int i = 1; i < 12; ++i) {
    out += "<!ENTITY a" + std::to_string(i) + " \"" +
           repeated("&a" + std::to_string(i - 1) + ";", 10) + "\">";
  }
  return out + "]>";
}

// Behind the XML declaration of a sheet.
std::string with_doctype(const std::string& doctype, const std::string& rows) {
  std::string xml = format::sheet_xml(rows);
  return xml.insert(xml.find("<worksheet"), doctype);
}

std::vector<Trap> traps() {
  std::vector<Trap> out;
  out.push_back({"an entity that doubles and doubles",
                 with_sheet(with_doctype(entity_bomb(), cell("&a11;")))});
  out.push_back({"one long entity used often",
                 with_sheet(with_doctype(
                     "<!DOCTYPE worksheet [<!ENTITY b \"" + std::string(100'000, 'b') + "\">]>",
                     cell(repeated("&b;", 50'000))))});
  out.push_back(
      {"an entity that is a file",
       with_sheet(with_doctype("<!DOCTYPE worksheet [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>",
                               cell("&f;")))});
  out.push_back(
      {"an entity that is itself",
       with_sheet(with_doctype("<!DOCTYPE worksheet [<!ENTITY c \"&c;\">]>", cell("&c;")))});
  out.push_back({"a parameter entity from outside",
                 with_sheet(with_doctype(
                     "<!DOCTYPE worksheet [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/x\"> %p;]>",
                     cell("x")))});
  for (const char* part : {"xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml",
                           "xl/_rels/workbook.xml.rels", "_rels/.rels"}) {
    out.push_back({part, with_part(part, entity_bomb() + "<x>&a11;</x>")});
  }
  out.push_back({"200,000 elements deep", with_sheet(repeated("<a>", 200'000))});
  out.push_back({"an attribute of 8 MiB",
                 with_sheet("<worksheet a=\"" + std::string(8 << 20, 'a') + "\"/>")});
  return out;
}

Row refuse_all(Setting& setting, const char* what, const std::vector<Trap>& traps) {
  Row row{"T8", what};
  Target target(setting);
  for (const Trap& trap : traps) target.refuse(trap.what, trap.bytes, row);
  row.note = target.figures();
  return row;
}

// That the same file whole is taken in, so that what refuses the others is what is wrong with them.
Row take_whole(Setting& setting) {
  Row row{"T8", "control: the same workbook whole is taken in"};
  const std::string data = make_data(setting, Filled::kYes);
  const Outcome outcome =
      run(dandang({"import", data, county_workbook("附件8"), "--partial", "--by", "张三"}));
  row.rounds = 1;
  row.acknowledged = outcome.code == 0 || outcome.code == 3 ? 1 : 0;
  row.require(row.acknowledged == 1, outcome.told());
  return row;
}

}  // namespace

std::vector<Row> bad_import_test(Setting& setting) {
  return {cut_off(setting), refuse_all(setting, "zip bombs", bombs()),
          refuse_all(setting, "XML entities and depth", traps()), take_whole(setting)};
}

}  // namespace dandang::faults
