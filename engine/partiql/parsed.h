#pragma once

#include "engine/partiql/ast.h"
#include "engine/partiql/statement.h"

namespace engine::partiql {

struct Statement::Parsed {
  Tree tree;
};

}  // namespace engine::partiql
