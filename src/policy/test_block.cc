#include "policy/test_block.h"

#include "policy/block_reader.h"

namespace dandang::policy {
namespace {

std::vector<std::string> bar_cells(const std::string& line) {
  std::vector<std::string> cells = split(line, '|');
  for (std::string& cell : cells) cell = trimmed(cell);
  return cells;
}

TestRecords read_records(const YamlNode& name, const YamlNode& node, Diagnostics& diagnostics) {
  TestRecords records;
  records.type = trimmed(name.text);
  records.place = name.place;
  int line = node.place.line;
  for (const std::string& text : split(node.text, '\n')) {
    if (!trimmed(text).empty()) {
      const Place place{node.place.file, line, node.place.column};
      if (records.header.empty()) {
        records.header = bar_cells(text);
      } else {
        std::vector<std::string> cells = bar_cells(text);
        if (cells.size() > records.header.size()) {
          diagnostics.error("test-row", place,
                            {"这一行比表头多", "this row has more cells than the header"});
        }
        cells.resize(records.header.size());
        records.rows.push_back(std::move(cells));
        records.row_places.push_back(place);
      }
    }
    ++line;
  }
  return records;
}

TestExpectation read_expectation(const YamlNode& rule, const YamlNode& node) {
  TestExpectation out;
  out.rule = trimmed(rule.text);
  out.place = rule.place;
  for (const auto& [subject, value] : node.members) {
    if (subject.text == "others") {
      out.others = trimmed(value.text);
    } else {
      out.by_subject.emplace_back(trimmed(subject.text), trimmed(value.text));
    }
  }
  return out;
}

TestStep read_step(BlockReader& reader) {
  TestStep step;
  step.place = reader.place();
  step.as_of = reader.date("as_of");
  if (const YamlNode* expect = reader.find("expect")) {
    for (const auto& [rule, node] : expect->members) {
      step.expect.push_back(read_expectation(rule, node));
    }
  }
  if (const YamlNode* coverage = reader.find("coverage")) {
    step.has_coverage = true;
    for (const auto& [type, keys] : coverage->members) {
      step.coverage.emplace_back(trimmed(type.text), read_list(keys));
    }
  }
  if (const YamlNode* missing = reader.find("missing")) {
    for (const auto& [rule, subjects] : missing->members) {
      for (const auto& [subject, items] : subjects.members) {
        step.missing[rule.text][subject.text] = read_list(items);
      }
    }
  }
  if (const YamlNode* parameters = reader.find("parameters")) {
    for (const auto& [name, value] : parameters->members) {
      step.parameters[trimmed(name.text)] = trimmed(value.text);
    }
  }
  return step;
}

std::map<std::string, std::string> read_words_by_name(const YamlNode* node) {
  std::map<std::string, std::string> out;
  if (node == nullptr) return out;
  for (const auto& [name, value] : node->members) out[trimmed(name.text)] = trimmed(value.text);
  return out;
}

// A step of a case, or, without `do`, what stands on a day.
TestAction read_action(const YamlNode& node, Diagnostics& diagnostics) {
  BlockReader reader(node, "step", diagnostics);
  TestAction out;
  out.place = reader.place();
  out.on = reader.date("on");
  if (!out.on) reader.missing("on");
  out.by = reader.list("by");
  const std::string what = reader.text("do");
  const size_t dot = what.find('.');
  if (dot != std::string::npos) out.procedure = what.substr(0, dot);
  out.transition = dot == std::string::npos ? what : what.substr(dot + 1);
  out.label = reader.text("case");
  if (const YamlNode* with = reader.find("with")) {
    for (const auto& [field, value] : with->members) {
      out.with.emplace_back(trimmed(field.text), trimmed(value.text));
      out.words.note("with", out.with.back().first, field.place);
    }
  }
  if (const YamlNode* rows = reader.find("rows")) {
    for (const auto& [type, records] : rows->members) {
      out.rows.push_back(read_records(type, records, diagnostics));
    }
  }
  out.cites = reader.list("cites");
  if (reader.has("state")) out.state = reader.text("state");
  out.refused = reader.list("refused");
  out.values = read_words_by_name(reader.find("values"));
  out.opened = read_words_by_name(reader.find("opened"));
  if (const YamlNode* expect = reader.find("expect")) {
    for (const auto& [rule, subjects] : expect->members) {
      out.expect.push_back(read_expectation(rule, subjects));
    }
  }
  reader.finish();
  if (!out.transition.empty() && out.by.empty()) reader.missing("by");
  out.words.add(reader.words_at());
  return out;
}

}  // namespace

void read_test(const DeclarationContext& context, const FencedBlock& block) {
  const YamlNode node =
      parse_yaml(block.content, block.place.file, block.first_line, context.diagnostics);
  BlockReader reader(node, "test", context.diagnostics);
  TestCase test;
  test.place = block.place;
  test.package = context.package;
  test.clause = context.clause;
  test.title = reader.required_text("title");
  if (const YamlNode* set = reader.find("set")) {
    for (const auto& [name, value] : set->members)
      test.set[trimmed(name.text)] = trimmed(value.text);
  }
  if (const YamlNode* given = reader.find("given")) {
    for (const auto& [type, records] : given->members) {
      test.given.push_back(read_records(type, records, context.diagnostics));
    }
  }
  test.first = read_step(reader);
  if (!test.first.as_of) reader.missing("as_of");
  if (const YamlNode* steps = reader.find("steps")) {
    for (const YamlNode& item : steps->items) {
      test.steps.push_back(read_action(item, context.diagnostics));
    }
  }
  if (test.first.expect.empty() && test.steps.empty()) reader.missing("expect");
  if (const YamlNode* also = reader.find("also")) {
    for (const YamlNode& item : also->items) {
      BlockReader inner(item, "also", context.diagnostics);
      test.also.push_back(read_step(inner));
      inner.finish();
    }
  }
  reader.finish();
  context.set.tests.push_back(std::move(test));
}

}  // namespace dandang::policy
