#include "ledger/leaf_body.h"

#include <algorithm>
#include <limits>

#include "base/date.h"

namespace dandang::ledger {
namespace {

constexpr std::string_view kMagic = "dandang-leaf/1\n";
constexpr size_t kTimeSize = 20;  // YYYY-MM-DDTHH:MM:SSZ

Error malformed(Text what, std::string_view where) {
  return Error{ErrorCode::kBadInput,
               std::move(what),
               std::string(where.substr(0, 80)),
               {"从备份恢复账本", "restore the ledger from a backup"}};
}

bool is_two_digits_below(std::string_view text, int bound) {
  return text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9' &&
         (text[0] - '0') * 10 + (text[1] - '0') < bound;
}

bool is_utc_time(std::string_view text) {
  return text.size() == kTimeSize && Date::parse_iso(text.substr(0, 10)).has_value() &&
         text[10] == 'T' && is_two_digits_below(text.substr(11, 2), 24) && text[13] == ':' &&
         is_two_digits_below(text.substr(14, 2), 60) && text[16] == ':' &&
         is_two_digits_below(text.substr(17, 2), 60) && text[19] == 'Z';
}

bool is_table_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxTableNameBytes && is_valid_utf8(name) &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// What both ways hold a body to.
Result<void> check(const LeafBody& body) {
  if (body.change_set == 0 ||
      body.change_set > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return malformed({"变更集编号应为 1 至 2^63-1", "a change set's number is 1 to 2^63 - 1"},
                     std::to_string(body.change_set));
  }
  if (!is_utc_time(body.recorded_at)) {
    return malformed({"时间应写成 YYYY-MM-DDTHH:MM:SSZ", "a time reads YYYY-MM-DDTHH:MM:SSZ"},
                     body.recorded_at);
  }
  if (body.tables.size() > kMaxTables || body.entries < body.tables.size() ||
      body.entries > kMaxTreeSize || (body.tables.empty() && body.entries > 0)) {
    return malformed({"表最多 1024 张，每张至少一条，总共最多 2^48 条",
                      "at most 1,024 tables of at least one entry, and 2^48 entries"},
                     std::to_string(body.tables.size()) + " / " + std::to_string(body.entries));
  }
  for (size_t i = 0; i < body.tables.size(); ++i) {
    if (is_table_name(body.tables[i]) && (i == 0 || body.tables[i - 1] < body.tables[i])) continue;
    return malformed({"表名应为 1 至 256 字节的 UTF-8，按字节升序，不重复",
                      "names of tables are UTF-8 of 1 to 256 bytes, rising, none twice"},
                     body.tables[i]);
  }
  return {};
}

// Reads from the front; what is not there reads as nothing and is remembered.
class Input {
 public:
  explicit Input(std::string_view rest) : rest_(rest) {}
  std::string_view take(size_t size) {
    if (size > rest_.size()) short_ = true;
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return short_ ? std::string_view() : taken;
  }
  uint64_t number(size_t size) { return read_be(take(size)); }
  Hash hash() { return to_hash(take(kHashSize)).value_or(Hash{}); }
  bool is_short() const { return short_; }
  bool at_end() const { return !short_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool short_ = false;
};

}  // namespace

bool EntryTree::add(Hasher& hasher, const Entry& entry) {
  const bool after =
      entry.table > last_table_ || (entry.table == last_table_ && entry.id > last_id_);
  if (frontier_.size() > 0 && !after) return false;
  encoded_.clear();
  append_be(encoded_, entry.table, 4);
  append_be(encoded_, entry.id, 8);
  encoded_ += bytes_of(entry.commitment);
  frontier_.append(hasher, hasher.leaf(encoded_));
  last_table_ = entry.table;
  last_id_ = entry.id;
  return true;
}

Result<std::string> encode_leaf_body(const LeafBody& body) {
  if (const auto checked = check(body); !checked) {
    Error error = checked.error();
    error.code = ErrorCode::kBadUsage;
    return error;
  }
  std::string out(kMagic);
  append_be(out, static_cast<uint64_t>(body.hash), 1);
  append_be(out, body.change_set, 8);
  out += body.recorded_at;
  for (const Hash* hash : {&body.author, &body.reason, &body.basis}) out += bytes_of(*hash);
  append_be(out, body.tables.size(), 4);
  for (const std::string& table : body.tables) {
    append_be(out, table.size(), 2);
    out += table;
  }
  append_be(out, body.entries, 8);
  out += bytes_of(body.entries_root);
  return out;
}

Result<LeafBody> decode_leaf_body(std::string_view bytes) {
  if (bytes.size() > kMaxLeafBodyBytes) {
    return Error{ErrorCode::kLimit,
                 {"账本条目超过 512 KiB", "a leaf is at most 512 KiB"},
                 std::to_string(bytes.size()),
                 {}};
  }
  Input input(bytes);
  if (input.take(kMagic.size()) != kMagic) {
    return malformed({"不是账本条目，或者版本较新", "not a leaf, or one of a later version"}, "");
  }
  LeafBody body;
  const uint64_t hash = input.number(1);
  if (hash != static_cast<uint64_t>(HashKind::kSha256) &&
      hash != static_cast<uint64_t>(HashKind::kSm3)) {
    return malformed({"不认识的杂凑算法", "a hash not known here"}, std::to_string(hash));
  }
  body.hash = static_cast<HashKind>(hash);
  body.change_set = input.number(8);
  body.recorded_at = std::string(input.take(kTimeSize));
  for (Hash* into : {&body.author, &body.reason, &body.basis}) *into = input.hash();
  const uint64_t tables = input.number(4);
  // A table takes two bytes at least, so that a false number ends here.
  for (uint64_t i = 0; i < tables && !input.is_short(); ++i) {
    body.tables.emplace_back(input.take(input.number(2)));
  }
  body.entries = input.number(8);
  body.entries_root = input.hash();
  if (!input.at_end()) {
    return malformed({"账本条目不完整，或者多出内容", "a leaf cut short, or with something behind"},
                     std::to_string(bytes.size()));
  }
  DD_RETURN_IF_ERROR(check(body));
  return body;
}

}  // namespace dandang::ledger
