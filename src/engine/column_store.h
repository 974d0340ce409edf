#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/piece_file.h"
#include "base/result.h"
#include "engine/table.h"

namespace dandang::engine {

// Tables that hold their own columns, and can be written to a file and mapped from it again. A
// mapped file is read where it lies: opening it costs next to nothing, and a page that no formula
// needs is never read. The file belongs to the machine that wrote it (its byte order is the
// processor's); it can always be made again from the records.
class ColumnStore : public Tables {
 public:
  static constexpr uint32_t kMostTables = 10'000;
  static constexpr uint64_t kMostRows = uint64_t{1} << 32;

  void add_table(uint32_t table, size_t rows);
  // One value a row, and the rows' states if some lack one.
  void add_column(uint32_t table, uint32_t field, Type type, int scale,
                  const std::vector<int64_t>& values, std::vector<State> states = {});
  // The table's rows lie period by period (see Panel); `present` is a byte a row.
  void add_panel(uint32_t table, Panel panel, std::vector<uint8_t> present);
  // Lists the table's rows by the column `field`, whose rows without a value belong to nobody.
  void add_back_list(uint32_t table, uint32_t field, uint32_t owner_table);

  Result<size_t> save(const std::string& path) const;  // bytes written
  // Refuses what was not written by save(), or is cut short. The columns' own bytes are not looked
  // at: whoever changes them on disk changes the answers.
  static Result<ColumnStore> open(const std::string& path);

  size_t rows(uint32_t table) const override;
  const Column* column(uint32_t table, uint32_t field) override;
  const Panel* panel(uint32_t table) const override;
  const BackList* back_list(uint32_t table, uint32_t owner_table) override;
  Dictionary& dictionary() override { return dictionary_; }
  // What the columns hold, in memory or in the mapped file.
  size_t bytes() const;

 private:
  // Bytes in memory or in the mapped file.
  struct Piece {
    std::vector<uint8_t> owned;
    const uint8_t* data = nullptr;
    size_t size = 0;

    void own(std::vector<uint8_t> values);
    std::span<const uint8_t> bytes() const { return {data, size}; }
    template <typename T>
    std::span<const T> as() const {
      return {reinterpret_cast<const T*>(data), size / sizeof(T)};
    }
  };
  struct HeldColumn {
    Column column;
    Piece values;
    Piece states;
  };
  struct HeldPanel {
    Panel panel;
    Piece present;
  };
  struct HeldList {
    BackList list;
    uint32_t field = 0;
    Piece offsets;
    Piece rows;
    Piece owners;
  };
  void connect();

  std::map<uint32_t, size_t> tables_;
  std::map<std::pair<uint32_t, uint32_t>, std::unique_ptr<HeldColumn>> columns_;
  std::map<uint32_t, std::unique_ptr<HeldPanel>> panels_;
  std::map<std::pair<uint32_t, uint32_t>, std::unique_ptr<HeldList>> lists_;
  Dictionary dictionary_;
  std::shared_ptr<const MappedFile> file_;
};

}  // namespace dandang::engine
