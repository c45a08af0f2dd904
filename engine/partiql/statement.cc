#include "engine/partiql/statement.h"

#include <utility>

#include "engine/partiql/parsed.h"
#include "engine/partiql/parser.h"

namespace engine::partiql {

namespace {

const SourceName& source_of(const Select& select) { return select.from; }
const SourceName& source_of(const Exists& exists) { return exists.select.from; }
const SourceName& source_of(const Insert& insert) { return insert.into; }
const SourceName& source_of(const Update& update) { return update.table; }
const SourceName& source_of(const Delete& remove) { return remove.from; }

const SourceName& source_of(const Tree& tree) {
  return std::visit([](const auto& statement) -> const SourceName& { return source_of(statement); },
                    tree);
}

}  // namespace

Statement::Statement(std::unique_ptr<Parsed> parsed) : parsed_(std::move(parsed)) {}
Statement::~Statement() = default;
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;

Statement Statement::parse(std::string_view text, std::span<const Value> parameters) {
  return Statement(std::make_unique<Parsed>(Parsed{partiql::parse(text, parameters)}));
}

/// The alternatives of `Tree` are in the order of the kinds.
Statement::Kind Statement::kind() const { return static_cast<Kind>(parsed_->tree.index()); }

bool Statement::is_write() const { return kind() >= Kind::insert; }

const std::string& Statement::table_name() const { return source_of(parsed_->tree).table; }

bool Statement::names_index() const { return source_of(parsed_->tree).index.has_value(); }

bool Statement::is_returning() const {
  if (const auto* update = std::get_if<Update>(&parsed_->tree))
    return update->returning.has_value();
  const auto* remove = std::get_if<Delete>(&parsed_->tree);
  return remove != nullptr && remove->returns_old;
}

}  // namespace engine::partiql
