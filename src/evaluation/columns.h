#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/table.h"
#include "evaluation/model.h"

namespace dandang::evaluation {

// A model's records as the columnar engine reads them. Columns are made when they are first asked
// for, as narrow as their values allow. Tables are the record types in the catalogue's order, whose
// rows are the records' in the dataset, but for panels; then the declared groups in their order;
// then the items that plans ask for.
class RecordColumns : public engine::Tables {
 public:
  explicit RecordColumns(const Model& model);

  size_t rows(uint32_t table) const override;
  const engine::Column* column(uint32_t table, uint32_t field) override;
  const engine::Panel* panel(uint32_t table) const override;
  const uint8_t* holding(uint32_t table) const override;
  const engine::BackList* back_list(uint32_t table, uint32_t owner_table) override;
  engine::Dictionary& dictionary() override { return dictionary_; }
  const engine::Items* items(uint32_t table, uint32_t owner_table, uint32_t field) override;
  bool has_groups() const override { return true; }

  // The dataset's row behind an engine's row, which is there.
  uint32_t record_row(uint32_t table, uint32_t row) const;
  // The other way; the record holds on the day.
  uint32_t engine_row(uint32_t table, uint32_t record_row) const;
  bool is_record_table(uint32_t table) const { return table < panels_.size(); }
  // What the columns hold in memory.
  size_t bytes() const;

 private:
  struct Held {
    engine::Column column;
    std::vector<uint8_t> data;
    std::vector<engine::State> states;
    bool usable = true;
  };
  struct HeldPanel {
    engine::Panel panel;
    std::vector<uint8_t> present;
    std::vector<uint32_t> record_rows;  // of rows that are there
    std::vector<uint32_t> cells;        // where a record's row lies
  };
  std::unique_ptr<HeldPanel> lay_out(uint32_t table) const;
  std::unique_ptr<Held> build(uint32_t table, uint32_t field);
  struct HeldList {
    engine::BackList list;
    std::vector<uint32_t> offsets;
    std::vector<uint32_t> rows;
    std::vector<uint32_t> owners;
  };
  std::unique_ptr<HeldList> list(uint32_t table, uint32_t owner_table);
  std::unique_ptr<HeldList> member_list(uint32_t table, uint32_t group_table);
  // Rows of `table` by owner, in this order.
  static std::unique_ptr<HeldList> list_of(uint32_t table, uint32_t owner_table,
                                           const std::vector<std::vector<uint32_t>>& rows);
  struct HeldItems {
    engine::Items items;
    uint32_t field = 0;
    std::unique_ptr<HeldList> rows;      // by item
    std::unique_ptr<HeldList> by_owner;  // items
  };
  std::unique_ptr<HeldItems> find_items(uint32_t table, uint32_t owner_table, uint32_t field) const;
  bool is_group_table(uint32_t table) const {
    return !is_record_table(table) && table - panels_.size() < model_.set().subjects.size();
  }
  feel::Entity group(uint32_t table, size_t row) const {
    return {&model_, table, static_cast<uint32_t>(row)};
  }
  const HeldPanel* panel_of(uint32_t table) const {
    return is_record_table(table) ? panels_[table].get() : nullptr;
  }

  const Model& model_;
  engine::Dictionary dictionary_;
  std::vector<std::unique_ptr<HeldPanel>> panels_;  // by table; null where rows lie as they come
  std::vector<std::vector<uint8_t>> holding_;       // by table; empty where all rows hold
  std::map<std::pair<uint32_t, uint32_t>, std::unique_ptr<Held>> columns_;
  std::map<std::pair<uint32_t, uint32_t>, std::unique_ptr<HeldList>> lists_;
  std::map<uint32_t, std::unique_ptr<Held>> group_references_;  // by group: of each member, which
  std::vector<std::unique_ptr<HeldItems>> items_;
};

}  // namespace dandang::evaluation
