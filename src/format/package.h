#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/zip_archive.h"

// How the parts of a workbook's package hang together (OPC, ECMA-376 part 2): relationships lead
// from the package to the workbook, and from there to sheets, strings and styles.
namespace dandang::format {

struct Relationship {
  std::string id;
  std::string type;    // a URI; transitional and strict ones differ in front, so compare the end
  std::string target;  // a part's name, resolved, or an outside address
  bool external = false;

  bool is(std::string_view last_word) const;  // "worksheet", "comments" ...
};

// The part that holds the relationships of `part`: "xl/_rels/workbook.xml.rels".
std::string relationships_part(std::string_view part);
// A target as written, seen from `part`.
std::string resolve_target(std::string_view part, std::string_view target);
// None where the package has no such part.
Result<std::vector<Relationship>> read_relationships(ZipArchive& archive, std::string_view part);

struct SheetEntry {
  std::string name;
  bool hidden = false;
  std::string part;
  uint64_t part_index = 0;
};

struct Package {
  std::string workbook_part;
  bool date_1904 = false;
  std::vector<SheetEntry> sheets;  // worksheets only, in the order of their tabs
  std::optional<uint64_t> shared_strings;
  std::optional<uint64_t> styles;
};

Result<Package> read_package(ZipArchive& archive);

}  // namespace dandang::format
