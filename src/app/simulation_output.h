#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "evaluation/simulation.h"

namespace dandang::app {

// One change that is tried, as it is told.
struct TriedSetting {
  const policy::Parameter* parameter = nullptr;
  std::string was;  // empty: not set
  std::string value;
};

// What repeats a simulation, and what it was of.
struct SimulationFrame {
  Date as_of;
  record::ChangeSetId known_at = 0;
  std::string known_at_time;
  std::string command;
  std::vector<TriedSetting> settings;
  std::vector<std::string> packages;  // ids of the drafts
  std::string packages_before;        // SHA-256
  std::string packages_after;
  std::string parameters_before;
  std::string parameters_after;
  std::string records;
  bool names = false;
  record::ChangeSetId logged = 0;  // the entry that says who looked at names
};

std::string simulation_text(const evaluation::Simulation& simulation, const SimulationFrame& frame,
                            Language language);
boost::json::object simulation_json(const evaluation::Simulation& simulation,
                                    const SimulationFrame& frame);

}  // namespace dandang::app
