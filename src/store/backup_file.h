#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/backup_cipher.h"
#include "store/backup_manifest.h"
#include "store/byte_source.h"
#include "store/new_file.h"

namespace dandang::store {

using ByteProgress = std::function<void(uint64_t done, uint64_t all)>;

// Writes the manifest and the content behind it, and publishes the file.
// Of the manifest content_bytes, content_hash and what concerns the key are filled in.
// `secret` null: not encrypted.
Result<BackupManifest> write_backup_file(ByteSource& content, BackupManifest manifest,
                                         const BackupSecret* secret, NewFile& file,
                                         const ByteProgress& progress);

// A backup file, its content in the clear wherever it is read.
class BackupFile : public ByteSource {
 public:
  // Chunks held in the clear, 64 KiB each.
  static constexpr size_t kHeldChunks = 256;

  // Looks at the head alone: no key needed. Errors as read_backup_manifest.
  static Result<BackupManifest> manifest_of(const std::string& path);
  // kUnsoundStore where the file is cut short or longer than its manifest says;
  // errors as ChunkCipher::create.
  static Result<std::unique_ptr<BackupFile>> open(const std::string& path,
                                                  const BackupSecret* secret);
  ~BackupFile() override;

  const BackupManifest& manifest() const { return manifest_; }
  uint64_t size() const override { return manifest_.content_bytes; }
  const std::string& place() const override { return path_; }
  // kUnsoundStore where a chunk was altered.
  Result<void> read(uint64_t offset, size_t count, char* out) override;
  // Reads all of it, holds it against the manifest's hash, and gives it out as it reads: what is
  // given out is sound only once this has returned without error. `use` may be empty.
  using Use = std::function<Result<void>(std::string_view bytes)>;
  Result<void> read_all(const Use& use, const ByteProgress& progress);

 private:
  struct Held {
    uint64_t number = UINT64_MAX;
    std::string plain;
  };

  BackupFile(std::string path, int descriptor, size_t head, BackupManifest manifest,
             ChunkCipher cipher)
      : path_(std::move(path)),
        descriptor_(descriptor),
        head_(head),
        manifest_(std::move(manifest)),
        cipher_(std::move(cipher)),
        held_(kHeldChunks) {}
  Result<const std::string*> chunk(uint64_t number);

  std::string path_;
  int descriptor_;
  uint64_t head_;
  BackupManifest manifest_;
  ChunkCipher cipher_;
  std::vector<Held> held_;  // a chunk's place follows from its number
  std::string sealed_;
};

}  // namespace dandang::store
