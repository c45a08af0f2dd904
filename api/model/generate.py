#!/usr/bin/env python3
"""Writes the C++ tables of `api/shape.h` from the published models and our notes on them.

    generate.py MODEL_FOLDER OUTPUT

Only what the inputs of the operations in `notes.json` reach.
"""

import json
import pathlib
import sys

KINDS = {
    "string": "string",
    "integer": "integer",
    "long": "long_integer",
    "double": "decimal",
    "timestamp": "decimal",
    "boolean": "boolean",
    "blob": "blob",
    "list": "list",
    "map": "map",
    "structure": "structure",
}


def quoted(text):
    return json.dumps(text)


def lower_first(name):
    return name[0].lower() + name[1:]


class Service:
    def __init__(self, name, model, notes):
        self.name = name
        self.model = model
        self.notes = notes
        self.declarations = []
        self.definitions = []
        self.done = set()

    def note(self, kind, shape, default=None):
        return self.notes.get(kind, {}).get(shape, default)

    def variable(self, shape):
        return f"{self.name}_{shape.replace('.', '_')}"

    def table(self, shape, name=None):
        """Emits the shape and returns its variable. `name` is `Shape` or `Input.Member`."""
        name = name or shape
        variable = self.variable(name)
        if variable in self.done:
            return variable
        self.done.add(variable)
        self.declarations.append(f"extern const Shape {variable};")
        described = self.model["shapes"][shape]
        fields = [f".name = {quoted(shape)}", f".kind = Kind::{KINDS[described['type']]}"]
        bounds = self.note("bounds", name, described)
        for bound in ("min", "max"):
            if bound in bounds:
                fields.append(f".{bound} = {bounds[bound]}")
        if "pattern" in bounds:
            fields.append(f".pattern = {quoted(bounds['pattern'])}")
        fields += self.values(variable, shape, described)
        fields += self.children(variable, shape, described)
        if shape in self.notes.get("table_names", []):
            fields.append(".is_table_name = true")
        if shape == "AttributeValue":
            fields.append(".is_attribute_value = true")
        if shape in self.notes.get("batch_maps", {}):
            fields.append(f".batch_max = {self.notes['batch_maps'][shape]}")
        self.definitions.append(f"constinit const Shape {variable} = {{{', '.join(fields)}}};")
        return variable

    def array(self, name, type_name, elements):
        self.definitions.append(f"constinit const {type_name} {name}[] = {{{', '.join(elements)}}};")
        return name

    def values(self, variable, shape, described):
        if "enum" not in described or shape in self.notes.get("any_value", []):
            return []
        values = self.note("values", shape, described["enum"])
        assert sorted(values) == sorted(described["enum"]), shape
        fields = [f".values = {self.array(variable + '_values', 'std::string_view', map(quoted, values))}"]
        if new := self.note("new_values", shape):
            fields.append(f".new_values_text = {quoted('[' + ', '.join(new) + ']')}")
        return fields

    def children(self, variable, shape, described):
        if described["type"] == "list":
            return [f".element = &{self.table(described['member'])}"]
        if described["type"] == "map":
            return [
                f".element = &{self.table(described['value'])}",
                f".key = &{self.table(described['key'])}",
            ]
        if described["type"] != "structure" or not described["members"]:
            return []
        model_order = list(described["members"])
        order = self.note("order", shape, [])
        order = order + [member for member in model_order if member not in order]
        required = self.note("required", shape, [])
        members = []
        for member in order:
            of_model = described["members"][member]
            if of_model.get("location") and member not in self.notes.get("located", []):
                continue
            own = f"{shape}.{member}"
            child = self.table(of_model["shape"], own if own in self.notes.get("bounds", {}) else None)
            is_required = bool(of_model.get("required")) or member in required
            is_required = is_required and member not in self.note("optional", shape, [])
            members.append(
                f"{{{quoted(member)}, {quoted(lower_first(member))}, &{child}, {str(is_required).lower()}}}"
            )
        printed = self.note("printed", shape, [lower_first(member) for member in model_order])
        return [
            f".members = {self.array(variable + '_members', 'Member', members)}",
            f".printed = {self.array(variable + '_printed', 'std::string_view', map(quoted, printed))}",
        ]

    def operations(self):
        for operation in self.notes["operations"]:
            shape = self.model["operations"][operation]["input"]
            yield f"{{{quoted(self.name)}, {quoted(operation)}, &{self.table(shape)}}}"


def main():
    folder, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    notes = json.loads((folder / "notes.json").read_text())
    lines = ["// Made by api/model/generate.py."]
    rows = []
    for name in notes:
        if name == "_":
            continue
        file = notes[name].get("model", name)
        model = json.loads((folder / f"{file}-constraints.json").read_text())
        service = Service(name, model, notes[name])
        rows += service.operations()
        lines += service.declarations + service.definitions
    lines.append(f"constinit const Input inputs[] = {{{', '.join(rows)}}};")
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
