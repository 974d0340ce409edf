#include <boost/json.hpp>

#include "procedure/cells.h"
#include "procedure/step_taker.h"

namespace dandang::procedure {

namespace json = boost::json;
using record::Field;
using record::RecordType;

std::string content_of(const record::Catalogue& catalogue, const RecordType& type,
                       const Form& form) {
  const auto shown = [](const Field& field, const Cell& cell) {
    return is_blank(cell) ? json::value(nullptr) : json::value(word_of(field, cell));
  };
  json::object out;
  for (const auto& [field, cell] : form.cells) {
    out[type.fields[field].name] = shown(type.fields[field], cell);
  }
  for (const auto& [row_type, cells] : form.rows) {
    const RecordType& of = catalogue.types[row_type];
    json::object row;
    for (size_t f = 0; f < cells.size(); ++f) {
      if (!is_blank(cells[f])) row[of.fields[f].name] = shown(of.fields[f], cells[f]);
    }
    json::value& rows = out[of.name];
    if (!rows.is_array()) rows = json::array();
    rows.as_array().push_back(std::move(row));
  }
  return json::serialize(out);
}

std::vector<std::string> differing_fields(const std::string& ours, const std::string& theirs) {
  const auto fields = [](const std::string& text) {
    boost::system::error_code code;
    const json::value parsed = json::parse(text, code);
    return parsed.is_object() ? parsed.as_object() : json::object();
  };
  const json::object first = fields(ours);
  const json::object second = fields(theirs);
  std::vector<std::string> out;
  for (const auto& [name, value] : first) {
    const json::value* other = second.if_contains(name);
    if (other == nullptr || *other != value) out.emplace_back(name);
  }
  for (const auto& [name, value] : second) {
    if (!first.contains(name)) out.emplace_back(name);
  }
  return out;
}

}  // namespace dandang::procedure
