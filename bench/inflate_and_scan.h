#pragma once

#include <cstdint>
#include <string>

namespace bench {

// The reference everything is measured against: what no reader of workbooks can save. Every sheet
// and the shared strings are unpacked by libzip and go through expat once, and nothing is made of
// them. Shares no code with the product. Gives the bytes of XML.
uint64_t inflate_and_scan(const std::string& path);

}  // namespace bench
