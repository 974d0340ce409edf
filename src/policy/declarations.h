#pragma once

#include <string>

#include "base/diagnostic.h"
#include "policy/markdown.h"
#include "policy/package.h"
#include "policy/yaml.h"

namespace dandang::policy {

// Where a block stands, and what it adds to.
struct DeclarationContext {
  std::string package;
  std::string clause;
  PolicySet& set;
  Diagnostics& diagnostics;
};

// Reads one fenced block into the set; kinds that are no policy blocks (a plain code sample) are
// left alone only if they carry no name we know or nearly know.
void read_block(const DeclarationContext& context, const FencedBlock& block);

// The block's content; without any, a node at the block's place.
YamlNode block_yaml(const DeclarationContext& context, const FencedBlock& block);

}  // namespace dandang::policy
