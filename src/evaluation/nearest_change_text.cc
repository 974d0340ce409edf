// A nearest change in words.

#include <fmt/format.h>

#include "evaluation/describe.h"
#include "evaluation/nearest_change.h"
#include "evaluation/nearest_change_reach.h"

namespace dandang::evaluation {

using record::Field;
using record::RecordType;

namespace {

const RecordType& type_of(const Model& model, size_t type) {
  return model.data().catalogue().types[type];
}

Text quoted(const Text& text) {
  return {"“" + text.zh + "”", "\"" + text.en + "\""};
}

Text value_text(const Model& model, const Field& field, const Cell& cell) {
  const Text text = cell_text(model, field, cell);
  return is_blank(cell) ? text : quoted(text);
}

// A person's own record is called by its type alone: the explanation's head says who it is.
Text record_text(const Model& model, size_t type, size_t row) {
  if (is_person_type(type_of(model, type))) {
    return label_of(type_of(model, type).name, type_of(model, type).label_en);
  }
  return short_record(model, {&model, static_cast<uint32_t>(type), static_cast<uint32_t>(row)});
}

Text describe_cell(const Model& model, const Change& change) {
  const Edit& edit = change.edits[0];
  const Field& field = type_of(model, change.type).fields[edit.field];
  const Text record = quoted(record_text(model, change.type, change.row));
  const Text label = quoted(label_of(field.name, field.label_en));
  const Text from = value_text(model, field, edit.from);
  const Text to = value_text(model, field, edit.to);
  return {fmt::format("{}的{}由{}改为{}", record.zh, label.zh, from.zh, to.zh),
          fmt::format("{} of {} were {} instead of {}", label.en, record.en, to.en, from.en)};
}

Text describe_added(const Model& model, const Change& change) {
  const RecordType& type = type_of(model, change.type);
  const Text label = quoted(label_of(type.name, type.label_en));
  Text cells;
  for (const Edit& edit : change.edits) {
    if (is_blank(edit.to)) continue;
    const Field& field = type.fields[edit.field];
    const Text name = label_of(field.name, field.label_en);
    const Text value = cell_text(model, field, edit.to);
    cells.zh += (cells.zh.empty() ? "" : "，") + name.zh + " " + value.zh;
    cells.en += (cells.en.empty() ? "" : ", ") + name.en + " " + value.en;
  }
  const std::string zh = cells.zh.empty() ? "" : "（" + cells.zh + "）";
  const std::string en = cells.en.empty() ? "" : " (" + cells.en + ")";
  Text of;
  if (change.owner.source != nullptr && !is_person_type(type_of(model, change.owner.kind))) {
    of = quoted(record_text(model, change.owner.kind, change.owner.row));
    of = {of.zh + "的", " for " + of.en};
  }
  return {fmt::format("另有一条{}{}{}", of.zh, label.zh, zh),
          fmt::format("there were a record of {}{}{}", label.en, of.en, en)};
}

Text becomes(const policy::Rule& rule, Verdict verdict) {
  const bool favours = rule.bearing == policy::Bearing::kFor;
  if (verdict == Verdict::kPending) return {"即未到期", "it would not be due yet"};
  if (verdict == Verdict::kMet) {
    if (rule.is_duty) return {"即为已落实", "it would be done"};
    return {favours ? "即符合" : "即有此情形", "the answer would be yes"};
  }
  if (rule.is_duty) return {"即为未落实", "it would not be done"};
  return {favours ? "即不符合" : "即没有此情形", "the answer would be no"};
}

Text describe_set(const Model& model, const policy::Rule& rule, const NearestChange& nearest,
                  const std::vector<Change>& changes) {
  Text all;
  for (const Change& change : changes) {
    const Text one = describe_change(model, change);
    all.zh += (all.zh.empty() ? "" : "，并且") + one.zh;
    all.en += (all.en.empty() ? "" : ", and ") + one.en;
  }
  const Text then = becomes(rule, nearest.to);
  const size_t count = changes.size();
  return {
      fmt::format("若{}，{}；差 {} 项", all.zh, then.zh, count),
      fmt::format("if {}, {}; {} {} away", all.en, then.en, count, count == 1 ? "fact" : "facts")};
}

}  // namespace

Text describe_change(const Model& model, const Change& change) {
  if (change.kind == Change::Kind::kAdded) return describe_added(model, change);
  if (change.kind == Change::Kind::kCell) return describe_cell(model, change);
  const Text record = quoted(record_text(model, change.type, change.row));
  return {"没有" + record.zh + "这一条", "the record " + record.en + " were not there"};
}

std::vector<Text> describe_nearest(const Model& model, const policy::Rule& rule,
                                   const NearestChange& nearest) {
  std::vector<Text> out;
  if (nearest.outcome == NearestChange::Outcome::kNotSearched) return out;
  for (const std::vector<Change>& changes : nearest.alternatives) {
    out.push_back(describe_set(model, rule, nearest, changes));
  }
  const size_t tried = nearest.evaluations;
  if (nearest.outcome == NearestChange::Outcome::kFound) {
    if (nearest.proved) return out;
    out.push_back({fmt::format("在 {} 次试算之内未找到更小的改动", tried),
                   fmt::format("no smaller change was found within {} trials", tried)});
  } else if (nearest.proved) {
    out.push_back(
        {fmt::format("所读记录里任何不超过 {} 项的改动都不会改变结论", nearest.size),
         fmt::format("no change of up to {} facts in the records read gives another answer",
                     nearest.size)});
  } else {
    out.push_back(
        {fmt::format("在 {} 次试算之内没有找到能改变结论的改动", tried),
         fmt::format("no change that gives another answer was found within {} trials", tried)});
  }
  return out;
}

std::vector<Text> describe_next_day(const policy::Rule& rule, const NextDay& next) {
  if (!next.day) return {};
  const std::string day = next.day->to_string();
  Text then = becomes(rule, next.to);
  if (next.to == Verdict::kInsufficient)
    then = {"即资料不足", "there would not be enough on record"};
  if (next.to == Verdict::kNotConfigured) then = {"即标准未设定", "the standard would not be set"};
  return {{fmt::format("记录都不变，到 {} {}", day, then.zh),
           fmt::format("with the same records, on {} {}", day, then.en)}};
}

}  // namespace dandang::evaluation
