#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dandang::ledger {

// Bytes travel as std::string and std::string_view; a hash has a type of its own.
constexpr size_t kHashSize = 32;
using Hash = std::array<uint8_t, kHashSize>;

std::string_view bytes_of(const Hash& hash);
// No value unless there are exactly kHashSize bytes.
std::optional<Hash> to_hash(std::string_view bytes);

std::string to_hex(std::string_view bytes);                  // lower case
std::optional<std::string> from_hex(std::string_view text);  // either case, whole bytes

// RFC 4648 §4, with padding.
std::string to_base64(std::string_view bytes);
// Takes only what to_base64 writes: padded, no line breaks, unused bits zero. So one value has one
// text, and a signed text cannot be changed without changing what it says.
std::optional<std::string> from_base64(std::string_view text);

// Whole numbers as ASCII decimals without sign or leading zeroes, up to `max`.
std::optional<uint64_t> from_decimal(std::string_view text, uint64_t max);

// Unsigned numbers, most significant byte first.
void append_be(std::string& out, uint64_t number, size_t bytes);
uint64_t read_be(std::string_view bytes);  // up to 8 bytes

// Takes lines off the front of a text, one at a time.
// No value where no line feed is left; the rest stays as it is.
std::optional<std::string_view> take_line(std::string_view& rest);

}  // namespace dandang::ledger
