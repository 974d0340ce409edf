#include "record/snapshot.h"

#include <algorithm>
#include <utility>

#include "base/piece_file.h"

namespace dandang::record {

namespace {

constexpr PieceMagic kMagic = {'D', 'D', 'S', 'N', 'A', 'P', '0', '2'};

constexpr uint64_t kMostTexts = 10'000'000;

// What the columns are made of: a changed declaration makes another file.
std::string declaration_of(const Catalogue& catalogue) {
  std::string out;
  for (const RecordType& type : catalogue.types) {
    out += type.name + '\t' + key_text(type.absence_keys) + '\n';  // coverage goes by these
    for (const Field& field : type.fields) {
      out += '\t' + field.name + '\t' + std::to_string(static_cast<int>(field.kind)) + '\t' +
             field.ref_type + '\n';
    }
  }
  return out;
}

void put_pool(PieceWriter& out, const TextPool& pool) {
  out.put_piece(pool.ends().span());
  out.put_piece(pool.bytes().span());
}

TextPool get_pool(PieceReader& in) {
  const auto ends = in.get_piece<uint64_t>();
  const auto bytes = in.get_piece<char>();
  uint64_t last = 0;
  for (const uint64_t end : ends) {
    in.require(end >= last);
    last = end;
  }
  in.require(last == bytes.size());
  if (!in.good()) return {};
  return {Flat<uint64_t>::over(ends), Flat<char>::over(bytes)};
}

template <typename T>
Flat<T> get_rows(PieceReader& in, size_t rows) {
  const auto piece = in.get_piece<T>();
  in.require(piece.size() == rows);
  return Flat<T>::over(piece);
}

void put_source(PieceWriter& out, const Source& source) {
  out.put_text(source.file);
  out.put_text(source.sheet);
  out.put(static_cast<int64_t>(source.row));
}

Source get_source(PieceReader& in) {
  Source source;
  source.file = in.get_text();
  source.sheet = in.get_text();
  source.row = static_cast<int>(in.get<int64_t>());
  return source;
}

void put_texts(PieceWriter& out, const std::vector<std::string>& texts) {
  out.put(static_cast<uint64_t>(texts.size()));
  for (const std::string& text : texts) out.put_text(text);
}

uint64_t get_count(PieceReader& in) {
  const auto count = in.get<uint64_t>();
  in.require(count <= kMostTexts);
  return in.good() ? count : 0;
}

std::vector<std::string> get_texts(PieceReader& in) {
  std::vector<std::string> texts;
  const uint64_t count = get_count(in);
  for (uint64_t i = 0; i < count && in.good(); ++i) texts.push_back(in.get_text());
  return texts;
}

// Numbers that lead somewhere must lead to what is there.
template <typename T>
void require_below(PieceReader& in, std::span<const T> numbers, size_t bound) {
  bool below = true;
  for (const T number : numbers) below &= number >= 0 && static_cast<uint64_t>(number) < bound;
  in.require(below);
}

Column get_column(PieceReader& in, Column::Kind kind, size_t rows) {
  Column::Parts parts;
  parts.blank = get_rows<uint8_t>(in, rows);
  const bool decimals = kind == Column::Kind::kDecimal;
  parts.integers = get_rows<int64_t>(in, decimals ? 0 : rows);
  parts.decimals = get_rows<Decimal>(in, decimals ? rows : 0);
  parts.dictionary = get_pool(in);
  if (kind == Column::Kind::kText) {
    require_below(in, parts.integers.span(), parts.dictionary.size());
  }
  return {kind, std::move(parts)};
}

}  // namespace

class SnapshotWriter {
 public:
  static void put(PieceWriter& out, const Table& table) {
    put_pool(out, table.keys_);
    out.put_piece(table.valid_from_.span());
    out.put_piece(table.valid_to_.span());
    out.put_piece(table.valid_assumed_.span());
    out.put(static_cast<uint64_t>(table.places_.size()));
    for (const Table::Place& place : table.places_) {
      out.put_text(place.file);
      out.put_text(place.sheet);
    }
    out.put_piece(table.source_place_.span());
    out.put_piece(table.source_row_.span());
    out.put_piece(table.recorded_in_.span());
    out.put_piece(table.numbers_.span());
    for (const Column& column : table.columns) {
      const Column::Parts& parts = column.parts();
      out.put_piece(parts.blank.span());
      out.put_piece(parts.integers.span());
      out.put_piece(parts.decimals.span());
      put_pool(out, parts.dictionary);
    }
  }

  static void put(PieceWriter& out, const Dataset& dataset) {
    out.put(static_cast<uint64_t>(dataset.coverage_.size()));
    for (const auto& [type, entries] : dataset.coverage_) {
      out.put_text(type);
      out.put(static_cast<uint64_t>(entries.size()));
      for (const std::vector<std::string>& entry : entries) put_texts(out, entry);
    }
    uint64_t open = 0;
    for (const auto& [type, entries] : dataset.open_) open += entries.size();
    out.put(open);
    for (const auto& [type, entries] : dataset.open_) {
      for (const Coverage& entry : entries) {
        out.put_text(entry.type);
        put_texts(out, entry.key_values);
        put_source(out, entry.source);
        out.put_text(entry.open_for);
      }
    }
    out.put(static_cast<uint64_t>(dataset.parameters.size()));
    for (const ParameterValue& parameter : dataset.parameters) {
      put_texts(out, {parameter.package, parameter.name, parameter.value, parameter.for_body,
                      parameter.basis});
      out.put(int64_t{parameter.from.days()});
    }
    out.put(static_cast<uint64_t>(dataset.packages.size()));
    for (const PackageFile& file : dataset.packages) {
      put_texts(out, {file.package, file.path, file.content});
    }
  }
};

class SnapshotReader {
 public:
  static void get(PieceReader& in, Table& table) {
    table.keys_ = get_pool(in);
    const size_t rows = table.keys_.size();
    table.valid_from_ = get_rows<int32_t>(in, rows);
    table.valid_to_ = get_rows<int32_t>(in, rows);
    table.valid_assumed_ = get_rows<uint8_t>(in, rows);
    const uint64_t places = get_count(in);
    for (uint64_t i = 0; i < places && in.good(); ++i) {
      std::string file = in.get_text();
      table.places_.push_back({std::move(file), in.get_text()});
    }
    table.source_place_ = get_rows<uint32_t>(in, rows);
    require_below(in, table.source_place_.span(), table.places_.size());
    table.source_row_ = get_rows<int32_t>(in, rows);
    table.recorded_in_ = get_rows<ChangeSetId>(in, rows);
    const auto numbers = in.get_piece<int64_t>();
    in.require(numbers.empty() || numbers.size() == rows);
    in.require(std::is_sorted(numbers.begin(), numbers.end()));
    if (in.good()) table.numbers_ = Flat<int64_t>::over(numbers);
    for (Column& column : table.columns) column = get_column(in, column.kind(), rows);
  }

  static void get(PieceReader& in, Dataset& dataset) {
    const uint64_t covered = get_count(in);
    for (uint64_t i = 0; i < covered && in.good(); ++i) {
      auto& entries = dataset.coverage_[in.get_text()];
      const uint64_t count = get_count(in);
      for (uint64_t j = 0; j < count && in.good(); ++j) entries.push_back(get_texts(in));
    }
    const uint64_t open = get_count(in);
    for (uint64_t i = 0; i < open && in.good(); ++i) {
      Coverage entry;
      entry.type = in.get_text();
      entry.key_values = get_texts(in);
      entry.source = get_source(in);
      entry.open_for = in.get_text();
      dataset.open_[entry.type].push_back(std::move(entry));
    }
    const uint64_t parameters = get_count(in);
    for (uint64_t i = 0; i < parameters && in.good(); ++i) {
      std::vector<std::string> texts = get_texts(in);
      const auto days = in.get<int64_t>();
      in.require(texts.size() == 5);
      if (!in.good()) return;
      dataset.parameters.push_back({std::move(texts[0]), std::move(texts[1]), std::move(texts[2]),
                                    Date::from_days(days), std::move(texts[3]),
                                    std::move(texts[4])});
    }
    const uint64_t files = get_count(in);
    for (uint64_t i = 0; i < files && in.good(); ++i) {
      std::vector<std::string> texts = get_texts(in);
      in.require(texts.size() == 3);
      if (!in.good()) return;
      dataset.packages.push_back({std::move(texts[0]), std::move(texts[1]), std::move(texts[2])});
    }
  }

  // Refs lead to rows of their table, a blank one to row 0.
  static void check_refs(PieceReader& in, const Dataset& dataset) {
    for (const RecordType& type : dataset.catalogue().types) {
      const Table& table = *dataset.find_table(type.name);
      for (size_t f = 0; f < type.fields.size() && in.good(); ++f) {
        if (type.fields[f].kind != FieldKind::kRef) continue;
        const Table* target = dataset.find_table(type.fields[f].ref_type);
        const size_t rows = target == nullptr ? 0 : target->size();
        require_below(in, table.columns[f].parts().integers.span(), std::max<size_t>(rows, 1));
      }
    }
  }

  static void keep(Dataset& dataset, std::shared_ptr<const MappedFile> file) {
    dataset.backing_ = std::move(file);
  }
};

Result<size_t> save_snapshot(const Dataset& dataset, const std::string& store,
                             const std::string& path) {
  PieceWriter out(kMagic);
  out.put_text(store);
  out.put_text(declaration_of(dataset.catalogue()));
  out.put(dataset.known_at);
  out.put_text(dataset.known_at_time);
  for (size_t t = 0; t < dataset.catalogue().types.size(); ++t) {
    SnapshotWriter::put(out, dataset.table(t));
  }
  SnapshotWriter::put(out, dataset);
  return out.write(path);
}

Result<SnapshotHead> read_snapshot_head(const std::string& path) {
  DD_ASSIGN_OR_RETURN(const std::shared_ptr<const MappedFile> file, MappedFile::open(path));
  PieceReader in(*file, kMagic, PieceReader::Check::kDirectory);
  SnapshotHead head;
  head.store = in.get_text();
  in.get_text();  // the declaration
  head.known_at = in.get<ChangeSetId>();
  if (!in.good()) return broken_piece_file(path);
  return head;
}

Result<Dataset> open_snapshot(std::shared_ptr<const Catalogue> catalogue, const std::string& store,
                              ChangeSetId known_at, const std::string& path) {
  DD_ASSIGN_OR_RETURN(std::shared_ptr<const MappedFile> file, MappedFile::open(path));
  PieceReader in(*file, kMagic, PieceReader::Check::kPieces);
  in.require(in.get_text() == store);
  in.require(in.get_text() == declaration_of(*catalogue));
  in.require(in.get<ChangeSetId>() == known_at);
  Dataset dataset(std::move(catalogue));
  dataset.known_at = known_at;
  dataset.known_at_time = in.get_text();
  for (size_t t = 0; t < dataset.catalogue().types.size() && in.good(); ++t) {
    SnapshotReader::get(in, dataset.table(t));
  }
  SnapshotReader::get(in, dataset);
  if (in.good()) SnapshotReader::check_refs(in, dataset);
  if (!in.good()) return broken_piece_file(path);
  SnapshotReader::keep(dataset, std::move(file));
  return dataset;
}

}  // namespace dandang::record
