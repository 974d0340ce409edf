#pragma once

#include <zip.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "format/workbook.h"

namespace dandang::format {

class ZipArchive;

// One part being unpacked. What comes out is counted here: the sizes a zip states are not believed.
class PartReader {
 public:
  // Bytes unpacked into `out`, 0 at the part's end.
  Result<size_t> read(char* out, size_t capacity);

 private:
  friend class ZipArchive;
  struct Close {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
  };
  PartReader(ZipArchive* archive, std::string name, zip_file_t* file, uint64_t packed)
      : archive_(archive), name_(std::move(name)), file_(file), packed_(packed) {}

  ZipArchive* archive_;
  std::string name_;
  std::unique_ptr<zip_file_t, Close> file_;
  uint64_t packed_;
  uint64_t unpacked_ = 0;
};

// An Office package's zip, read from memory. The bytes must outlive it.
class ZipArchive {
 public:
  static Result<ZipArchive> open(std::string_view bytes, const std::string& file,
                                 const Limits& limits);

  const std::string& file() const { return file_; }
  const Limits& limits() const { return limits_; }
  uint64_t part_count() const { return names_.size(); }
  const std::string& name(uint64_t part) const { return names_[part]; }
  // Part names differ by more than ASCII case (OPC); a slash in front and backslashes do not count.
  std::optional<uint64_t> find(std::string_view part_name) const;
  Result<PartReader> open_part(uint64_t part);
  Result<std::string> read_all(uint64_t part);

 private:
  friend class PartReader;
  struct Discard {
    void operator()(zip_t* zip) const { zip_discard(zip); }
  };
  ZipArchive(std::string_view bytes, const std::string& file, const Limits& limits, zip_t* zip)
      : bytes_(bytes), file_(file), limits_(limits), zip_(zip) {}

  std::string_view bytes_;
  std::string file_;
  Limits limits_;
  std::unique_ptr<zip_t, Discard> zip_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, uint64_t> by_name_;
  uint64_t unpacked_ = 0;  // by all readers together
};

// How libzip holds the bytes of an archive it opens.
enum class ZipBytes {
  kBorrowed,  // as they are, for reading
  // A copy that it owns and writes over: libzip 1.7 frees parts of a borrowed buffer it has cloned.
  kCopied,
};

// The archive opened by libzip over `bytes`, or libzip's reason. `source_out` may be null.
Result<zip_t*> open_zip(std::string_view bytes, const std::string& file, ZipBytes hold,
                        zip_source_t** source_out);

}  // namespace dandang::format
