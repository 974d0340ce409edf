#pragma once

#include <memory>
#include <string>
#include <vector>

#include "answer.h"
#include "engine/evidence.h"
#include "engine/executor.h"
#include "evaluation/planner.h"
#include "policy/link.h"
#include "province.h"

// The province's rules, planned and evaluated by the columnar engine: what the programs that
// measure it have in common.
namespace bench::province {

[[noreturn]] void give_up(const std::string& what);
double now_ms();
// Of all threads; what others take of the machine does not count.
double cpu_ms();
double median(std::vector<double> values);

// Gives up, saying why, if they do not read.
dandang::policy::PolicySet read_policies(const std::string& folder);

// Where the catalogue has the types and fields.
class Fields {
 public:
  explicit Fields(const dandang::record::Catalogue& catalogue) : catalogue_(catalogue) {}
  uint32_t table(const char* type) const {
    return static_cast<uint32_t>(*catalogue_.type_index(type));
  }
  uint32_t field(const char* type, const char* name) const {
    return static_cast<uint32_t>(*catalogue_.find_type(type)->field_index(name));
  }

 private:
  const dandang::record::Catalogue& catalogue_;
};

// Rules planned over columns, and what they say. Persons must lie in the columns as in the
// province.
class Evaluation {
 public:
  Evaluation(const dandang::policy::PolicySet& set, dandang::evaluation::Model& model,
             dandang::engine::Tables& tables, unsigned threads);

  // Masks and rows of evidence are made as the chunks of persons are done.
  void run();
  Answer answer() const;
  size_t bytes() const { return executor_->bytes(); }

 private:
  // What one thread finds and works with.
  struct Part {
    std::unique_ptr<dandang::engine::Evidence> evidence;
    std::vector<EvidenceRow> rows;
    std::vector<dandang::engine::Used> used;
    std::vector<uint32_t> owners;
  };
  // What year the rows of a table are of: by where they lie, or by a date.
  struct Years {
    uint32_t owners = 0;
    uint32_t first = 0;
    const dandang::engine::Column* dates = nullptr;
    std::vector<uint16_t> of_day;  // from the first date's day on
  };
  void take(const dandang::engine::Executor::Done& done);
  void add_rows(uint8_t rule, Part& part) const;
  uint32_t year_of(const dandang::engine::Used& used) const;
  void note_years();

  const dandang::policy::PolicySet& set_;
  dandang::engine::Tables& tables_;
  Fields fields_;
  std::unique_ptr<dandang::evaluation::Planner> planner_;
  std::vector<const dandang::engine::Node*> rules_;
  std::unique_ptr<dandang::engine::Executor> executor_;
  std::vector<std::unique_ptr<Part>> parts_;  // a thread each
  std::vector<uint16_t> masks_;
  std::vector<Years> years_;
};

}  // namespace bench::province
