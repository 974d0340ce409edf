#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "record/change_set.h"
#include "record/dataset.h"

namespace dandang::procedure {

// Records as they would stand with versions that are not written yet.
class Draft {
 public:
  explicit Draft(record::Dataset data) : data_(std::move(data)) {}

  const record::Dataset& data() const { return data_; }
  // What is written of one record is written once: a later version takes the earlier one's place.
  // Each is based on what the records held at first.
  void put(std::vector<record::NewVersion> versions);

  // In the order of their first writing.
  const std::vector<record::NewVersion>& versions() const { return versions_; }
  std::vector<record::NewVersion> take_versions() { return std::move(versions_); }
  record::Dataset take_data() { return std::move(data_); }

 private:
  record::Dataset data_;
  std::vector<record::NewVersion> versions_;
  std::map<std::pair<std::string, std::string>, size_t> places_;  // type, key
};

}  // namespace dandang::procedure
