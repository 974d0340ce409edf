#pragma once

#include <string>

#include "policy/package.h"

namespace dandang::policy {

// How people act by one clause, for people: roles, calendars, procedures with their steps, guards,
// lists, papers. A line each, indented as the clause's other lines.
std::string show_acts(const PolicySet& set, const Package& package, const Clause& clause,
                      Language language);

}  // namespace dandang::policy
