#pragma once

#include <boost/json.hpp>

#include "evaluation/explain.h"

namespace dandang::app {

// A value: integers where they are whole, else strings; null where there is none or it is not
// known.
boost::json::value value_json(const feel::Value& value);
boost::json::array causes_json(const std::vector<feel::Cause>& causes);
// A finding as DESIGN §8 has it. Amounts and parameters are integers where they are whole, else
// strings: no figure passes through binary floating point.
boost::json::object finding_json(const evaluation::Finding& finding,
                                 const evaluation::Model& model);
boost::json::object explanation_json(const evaluation::Explanation& explanation,
                                     const evaluation::Model& model);

}  // namespace dandang::app
