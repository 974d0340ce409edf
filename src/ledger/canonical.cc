#include "ledger/canonical.h"

#include "base/result.h"
#include "ledger/bytes.h"

namespace dandang::ledger {
namespace {

constexpr char kVersion = 1;
constexpr char kAttribute = 'a';
constexpr char kField = 'f';
constexpr char kText = 't';
constexpr char kNumber = 'i';

}  // namespace

void Canonical::begin(std::string_view type, std::string_view key) {
  bytes_.clear();
  group_ = 0;
  bytes_ += kVersion;
  text(type);
  text(key);
}

void Canonical::attribute(std::string_view name, std::string_view value) {
  item(kAttribute, name);
  bytes_ += kText;
  text(value);
}

void Canonical::attribute(std::string_view name, int64_t value) {
  item(kAttribute, name);
  number(value);
}

void Canonical::field(std::string_view name, std::string_view value) {
  item(kField, name);
  bytes_ += kText;
  text(value);
}

void Canonical::field(std::string_view name, int64_t value) {
  item(kField, name);
  number(value);
}

void Canonical::item(char group, std::string_view name) {
  DD_VERIFY(!bytes_.empty());
  DD_VERIFY(group > group_ ||
            (group == group_ && name > std::string_view(bytes_).substr(name_at_, name_size_)));
  bytes_ += group;
  text(name);
  group_ = group;
  name_at_ = bytes_.size() - name.size();
  name_size_ = name.size();
}

void Canonical::text(std::string_view text) {
  append_be(bytes_, text.size(), 4);
  bytes_ += text;
}

void Canonical::number(int64_t number) {
  bytes_ += kNumber;
  append_be(bytes_, static_cast<uint64_t>(number), 8);
}

}  // namespace dandang::ledger
