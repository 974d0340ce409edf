#include "inflate_and_scan.h"

#include <expat.h>
#include <zip.h>

#include <memory>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace bench {
namespace {

struct Close {
  void operator()(zip_t* zip) const { zip_discard(zip); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Zip = std::unique_ptr<zip_t, Close>;
using ZipFile = std::unique_ptr<zip_file_t, Close>;
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, Close>;

constexpr int kChunk = 64 << 10;

bool holds_cells(std::string_view part) {
  return part == "xl/sharedStrings.xml" ||
         (part.starts_with("xl/worksheets/") && part.ends_with(".xml"));
}

uint64_t scan_part(zip_t* zip, uint64_t part, const std::string& path) {
  const ZipFile file(zip_fopen_index(zip, part, 0));
  const Parser parser(XML_ParserCreate(nullptr));
  if (!file || !parser) throw std::runtime_error("cannot unpack " + path);
  uint64_t bytes = 0;
  for (zip_int64_t got = kChunk; got > 0;) {
    void* buffer = XML_GetBuffer(parser.get(), kChunk);
    got = buffer == nullptr ? -1 : zip_fread(file.get(), buffer, kChunk);
    if (got < 0 ||
        XML_ParseBuffer(parser.get(), static_cast<int>(got), got == 0) != XML_STATUS_OK) {
      throw std::runtime_error("cannot scan " + path);
    }
    bytes += static_cast<uint64_t>(got);
  }
  return bytes;
}

}  // namespace

uint64_t inflate_and_scan(const std::string& path) {
  const Zip zip(zip_open(path.c_str(), ZIP_RDONLY, nullptr));
  if (!zip) throw std::runtime_error("no workbook: " + path);
  uint64_t bytes = 0;
  const auto parts = static_cast<uint64_t>(zip_get_num_entries(zip.get(), 0));
  for (uint64_t part = 0; part < parts; ++part) {
    const char* name = zip_get_name(zip.get(), part, 0);
    if (name != nullptr && holds_cells(name)) bytes += scan_part(zip.get(), part, path);
  }
  return bytes;
}

}  // namespace bench
