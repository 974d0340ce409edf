#pragma once

#include <string>
#include <vector>

#include "child.h"
#include "rounds.h"

// The built command and the sample county, for the tests of what a user sees.
namespace dandang::faults {

// In English, with no setting of the environment.
Command dandang(const std::vector<std::string>& words);

std::vector<std::string> init_words(const std::string& data);
// Sets 积分靠前比例.
std::vector<std::string> parameter_words(const std::string& data, const std::string& value);
std::vector<std::string> import_words(const std::string& data);
std::vector<std::string> evaluate_words(const std::string& data);
std::vector<std::string> report_words(const std::string& data, const std::string& out);
// One of the county's workbooks, by a part of its name.
std::string county_workbook(const std::string& part);

// A data directory with the packages, and with the county if asked for; empty if that failed.
enum class Filled { kNo, kYes };
std::string make_data(Setting& setting, Filled filled);

// How many change sets the store of the directory has taken, as `evaluate` says; 0: it does not
// open.
int known_change_set(const std::string& data);

}  // namespace dandang::faults
