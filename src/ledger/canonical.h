#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dandang::ledger {

// One version of a record as bytes, for its commitment: different contents give different bytes,
// and the same content the same bytes on any machine. No type is known here. Layout:
//   0x01, then type and key as texts, then the items:
//   'a' (what the store says of the version) or 'f' (a field of the record), the name as a text,
//   and 't' with a text or 'i' with a whole number in 8 bytes, two's complement.
// A text is its length in 4 bytes and its bytes; numbers stand most significant byte first.
// What is absent has no item, so that a field declared later changes no bytes already committed to.
// One writer serves record after record and keeps its memory.
class Canonical {
 public:
  void begin(std::string_view type, std::string_view key);
  // Attributes before fields; within each the names rise strictly by bytes. Anything else is a
  // bug of the caller's.
  void attribute(std::string_view name, std::string_view text);
  void attribute(std::string_view name, int64_t number);
  void field(std::string_view name, std::string_view text);
  void field(std::string_view name, int64_t number);

  std::string_view bytes() const { return bytes_; }

 private:
  void item(char group, std::string_view name);
  void text(std::string_view text);
  void number(int64_t number);

  std::string bytes_;
  char group_ = 0;  // of the last item
  size_t name_at_ = 0;
  size_t name_size_ = 0;
};

}  // namespace dandang::ledger
