#include "format/zip_archive.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "format/workbook_errors.h"

namespace dandang::format {
namespace {

constexpr uint64_t kRatioFrom = 1ull
                                << 20;  // small parts of repeated text pack very well, harmlessly
constexpr size_t kEndRecordBytes = 22;
constexpr size_t kLocatorBytes = 20;
constexpr size_t kEndRecord64Bytes = 56;
constexpr size_t kMaxComment = 0xFFFF;
constexpr int kMaxEndRecords = 16;

uint64_t little_endian(std::string_view bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = count; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

std::string normal_name(std::string_view name) {
  while (name.starts_with('/') || name.starts_with('\\')) name.remove_prefix(1);
  std::string out(name);
  for (char& c : out) {
    if (c == '\\') c = '/';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// libzip keeps a record for each entry a directory announces, and tries every end record it finds:
// so the counts are looked at before libzip sees the file.
Result<void> check_end_records(std::string_view bytes, const std::string& file,
                               const Limits& limits) {
  const size_t window = std::min(bytes.size(), kEndRecordBytes + kMaxComment);
  size_t at = bytes.size() - window;
  int found = 0;
  while ((at = bytes.find("PK\x05\x06", at)) != std::string_view::npos &&
         at + kEndRecordBytes <= bytes.size()) {
    if (++found > kMaxEndRecords) return damaged_zip(file, "end records");
    uint64_t entries = little_endian(bytes, at + 10, 2);
    // A locator in front leads to zip64's end record, whose count is the one that holds.
    if (at >= kLocatorBytes && bytes.substr(at - kLocatorBytes).starts_with("PK\x06\x07")) {
      const uint64_t record = little_endian(bytes, at - kLocatorBytes + 8, 8);
      if (record < bytes.size() && bytes.size() - record >= kEndRecord64Bytes) {
        entries = std::max(entries, little_endian(bytes, record + 32, 8));
      }
    }
    if (entries > limits.parts) {
      return limit_passed(file, {"工作簿内部件数", "the parts inside the workbook are"},
                          limits.parts);
    }
    ++at;
  }
  if (found == 0) return damaged_zip(file, "zip 目录缺失 / no zip directory");
  return {};
}

}  // namespace

Result<zip_t*> open_zip(std::string_view bytes, const std::string& file, ZipBytes hold,
                        zip_source_t** source_out) {
  zip_error_t error;
  zip_error_init(&error);
  const auto failed = [&] {
    Error refusal = damaged_zip(file, zip_error_strerror(&error));
    zip_error_fini(&error);
    return refusal;
  };
  const bool copied = hold == ZipBytes::kCopied;
  const void* data = bytes.data();
  if (copied) {
    void* const copy = std::malloc(bytes.size());
    DD_VERIFY(copy != nullptr);
    std::memcpy(copy, bytes.data(), bytes.size());
    data = copy;
  }
  zip_source_t* source = zip_source_buffer_create(data, bytes.size(), copied ? 1 : 0, &error);
  if (source == nullptr) return failed();
  zip_t* zip = zip_open_from_source(source, copied ? 0 : ZIP_RDONLY, &error);
  if (zip == nullptr) {
    zip_source_free(source);
    return failed();
  }
  zip_error_fini(&error);
  if (source_out != nullptr) *source_out = source;
  return zip;
}

Result<ZipArchive> ZipArchive::open(std::string_view bytes, const std::string& file,
                                    const Limits& limits) {
  if (bytes.size() > limits.file_bytes) return file_too_large(file, limits.file_bytes);
  // Zips may have anything in front; workbooks never do, and other files can hold a zip.
  if (!bytes.starts_with("PK\x03\x04")) return not_a_workbook(file, bytes);
  DD_RETURN_IF_ERROR(check_end_records(bytes, file, limits));
  DD_ASSIGN_OR_RETURN(zip_t* const zip, open_zip(bytes, file, ZipBytes::kBorrowed, nullptr));
  ZipArchive archive(bytes, file, limits, zip);

  const zip_int64_t count = zip_get_num_entries(zip, 0);
  if (count < 0 || static_cast<uint64_t>(count) > limits.parts) {
    return limit_passed(file, {"工作簿内部件数", "the parts inside the workbook are"},
                        limits.parts);
  }
  for (uint64_t part = 0; part < static_cast<uint64_t>(count); ++part) {
    const char* name = zip_get_name(zip, part, ZIP_FL_ENC_RAW);
    archive.names_.emplace_back(name == nullptr ? "" : name);
    archive.by_name_.try_emplace(normal_name(archive.names_.back()), part);
  }
  return archive;
}

std::optional<uint64_t> ZipArchive::find(std::string_view part_name) const {
  const auto it = by_name_.find(normal_name(part_name));
  if (it == by_name_.end()) return std::nullopt;
  return it->second;
}

Result<PartReader> ZipArchive::open_part(uint64_t part) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  // A stated packed size beyond the file's own would make any ratio look harmless.
  uint64_t packed = bytes_.size();
  if (zip_stat_index(zip_.get(), part, 0, &stat) == 0 && (stat.valid & ZIP_STAT_COMP_SIZE) != 0) {
    packed = std::min<uint64_t>(packed, stat.comp_size);
  }
  zip_file_t* const file = zip_fopen_index(zip_.get(), part, 0);
  if (file == nullptr) {
    zip_error_t* const error = zip_get_error(zip_.get());
    if (zip_error_code_zip(error) == ZIP_ER_NOPASSWD) return encrypted_workbook(file_);
    const std::string reason = zip_error_strerror(error);
    return damaged_part(file_, names_[part], 0, {reason, reason});
  }
  return PartReader(this, names_[part], file, packed);
}

Result<size_t> PartReader::read(char* out, size_t capacity) {
  const zip_int64_t got = zip_fread(file_.get(), out, capacity);
  if (got < 0) {
    const std::string reason = zip_error_strerror(zip_file_get_error(file_.get()));
    return damaged_part(archive_->file_, name_, 0, {reason, reason});
  }
  const auto bytes = static_cast<uint64_t>(got);
  unpacked_ += bytes;
  archive_->unpacked_ += bytes;
  if (archive_->unpacked_ > archive_->limits_.unpacked_bytes) {
    return limit_passed(archive_->file_,
                        {"工作簿解开后的字节数", "the workbook's bytes after unpacking are"},
                        archive_->limits_.unpacked_bytes);
  }
  if (unpacked_ > kRatioFrom &&
      unpacked_ / std::max<uint64_t>(1, archive_->limits_.ratio) > packed_) {
    return zip_bomb(archive_->file_, name_);
  }
  return static_cast<size_t>(bytes);
}

Result<std::string> ZipArchive::read_all(uint64_t part) {
  DD_ASSIGN_OR_RETURN(PartReader reader, open_part(part));
  std::string out;
  constexpr size_t kStep = size_t{64} * 1024;
  for (;;) {
    const size_t before = out.size();
    out.resize(before + kStep);
    DD_ASSIGN_OR_RETURN(const size_t got, reader.read(out.data() + before, kStep));
    out.resize(before + got);
    if (got == 0) return out;
  }
}

}  // namespace dandang::format
