#include "record/joined.h"

#include <algorithm>
#include <utility>

namespace dandang::record {

namespace {

Error conflict(const RegionDataset& a, const RegionDataset& b, Text what, Text hint) {
  return {ErrorCode::kConflict, std::move(what), a.region + " / " + b.region, std::move(hint)};
}

bool same_parameters(const Dataset& a, const Dataset& b) {
  return std::equal(a.parameters.begin(), a.parameters.end(), b.parameters.begin(),
                    b.parameters.end(), [](const ParameterValue& x, const ParameterValue& y) {
                      return x.package == y.package && x.name == y.name && x.value == y.value &&
                             x.from == y.from && x.for_body == y.for_body;
                    });
}

bool same_packages(const Dataset& a, const Dataset& b) {
  return std::equal(a.packages.begin(), a.packages.end(), b.packages.begin(), b.packages.end(),
                    [](const PackageFile& x, const PackageFile& y) {
                      return x.path == y.path && x.content == y.content;
                    });
}

}  // namespace

class RegionJoiner {
 public:
  explicit RegionJoiner(std::vector<RegionDataset> regions)
      : regions_(std::move(regions)), out_(regions_.front().data.catalogue_) {}

  Result<Dataset> join() {
    const RegionDataset& first = regions_.front();
    for (const RegionDataset& region : regions_) {
      if (!same_packages(first.data, region.data)) {
        return conflict(first, region, {"两个地区的政策包不同", "the regions have other packages"},
                        {"各地区装入同一套政策包", "give all regions the same packages"});
      }
      if (!same_parameters(first.data, region.data)) {
        return conflict(first, region,
                        {"两个地区设定的标准不同", "the regions have set other parameters"},
                        {"设成一样，或分地区判断", "set them alike, or evaluate region by region"});
      }
      out_.known_at += region.data.known_at;
      out_.known_at_time = std::max(out_.known_at_time, region.data.known_at_time);
    }
    out_.packages = first.data.packages;
    out_.parameters = first.data.parameters;
    const Catalogue& catalogue = out_.catalogue();
    for (size_t t = 0; t < catalogue.types.size(); ++t) DD_RETURN_IF_ERROR(join_type(t));
    for (size_t t = 0; t < catalogue.types.size(); ++t) join_refs(t);
    return std::move(out_);
  }

 private:
  Result<void> join_type(size_t type_index) {
    const RecordType& type = out_.catalogue().types[type_index];
    const auto unlike = [&](const RegionDataset& region) {
      return region.data.taken_in(type) != regions_.front().data.taken_in(type);
    };
    if (const auto other = std::find_if(regions_.begin(), regions_.end(), unlike);
        other != regions_.end()) {
      return conflict(regions_.front(), *other,
                      {"“" + type.name + "”有的地区收过，有的地区没有收过",
                       "\"" + type.name + "\" was taken in by one region and not by the other"},
                      {"没有收过的地区也导入（可以是空表），或分地区判断",
                       "take it in there, be it empty, or evaluate region by region"});
    }
    for (const RegionDataset& region : regions_) {
      DD_RETURN_IF_ERROR(add_rows(type_index, region));
      const auto open = region.data.open_.find(type.name);
      if (open == region.data.open_.end()) continue;
      auto& all = out_.open_[type.name];
      all.insert(all.end(), open->second.begin(), open->second.end());
    }
    join_coverage(type.name);
    return {};
  }

  Result<void> add_rows(size_t type_index, const RegionDataset& region) {
    const Table& from = region.data.table(type_index);
    Table& to = out_.table(type_index);
    starts_.resize(out_.catalogue().types.size());
    starts_[type_index].push_back(to.size());
    for (size_t row = 0; row < from.size(); ++row) {
      if (to.row_of(from.key(row))) {
        return conflict(regions_.front(), region,
                        {"两个地区都有记录“" + from.record_id(row) + "”",
                         "two regions have the record \"" + from.record_id(row) + "\""},
                        {"由一个地区撤回", "let one of them withdraw it"});
      }
      const Source source = from.source(row);
      to.append({from.key(row), from.valid_from(row), from.valid_to(row), from.valid_assumed(row),
                 to.add_place(source.file, source.sheet), source.row, from.recorded_in(row)});
      for (size_t f = 0; f < to.columns.size(); ++f) {
        to.columns[f].append_blank();
        to.columns[f].set(to.size() - 1, from.columns[f].cell_at(row));
      }
    }
    return {};
  }

  // Refs lead to rows of their own region.
  void join_refs(size_t type_index) {
    const std::vector<Field>& fields = out_.catalogue().types[type_index].fields;
    Table& table = out_.table(type_index);
    for (size_t f = 0; f < fields.size(); ++f) {
      const auto target = out_.catalogue().type_index(fields[f].ref_type);
      if (fields[f].kind != FieldKind::kRef || !target) continue;
      size_t region = 0;
      for (size_t row = 0; row < table.size(); ++row) {
        while (region + 1 < regions_.size() && starts_[type_index][region + 1] <= row) ++region;
        if (table.columns[f].is_blank(row)) continue;
        const auto start = static_cast<int64_t>(starts_[*target][region]);
        if (start != 0) table.columns[f].set(row, table.columns[f].int64_at(row) + start);
      }
    }
  }

  // Of a list that some region has not complete nothing is said.
  void join_coverage(const std::string& type) {
    using Entries = std::vector<std::vector<std::string>>;
    const auto covers = [](const Entries& entries, const std::vector<std::string>& entry) {
      return (!entries.empty() && entries.front().empty()) ||
             std::binary_search(entries.begin(), entries.end(), entry);
    };
    Entries joined;
    for (const RegionDataset& region : regions_) {
      const auto own = region.data.coverage_.find(type);
      if (own == region.data.coverage_.end()) return;
      joined.insert(joined.end(), own->second.begin(), own->second.end());
    }
    std::sort(joined.begin(), joined.end());
    joined.erase(std::unique(joined.begin(), joined.end()), joined.end());
    std::erase_if(joined, [&](const std::vector<std::string>& entry) {
      return std::any_of(regions_.begin(), regions_.end(), [&](const RegionDataset& region) {
        return !covers(region.data.coverage_.at(type), entry);
      });
    });
    if (!joined.empty()) out_.coverage_.emplace(type, std::move(joined));
  }

  std::vector<RegionDataset> regions_;
  Dataset out_;
  std::vector<std::vector<size_t>> starts_;  // [type][region]: its first row
};

Result<Dataset> join_regions(std::vector<RegionDataset> regions) {
  return RegionJoiner(std::move(regions)).join();
}

}  // namespace dandang::record
