"""What a document may ask, judged before anything of it is executed (voting-flow 11.3)."""

from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    get_named_type,
)

TOKENS: Final = 1_000
DEPTH: Final = 10
ALIASES: Final = 15
COST: Final = 20_000
FIRST: Final = 100
SOME: Final = 10  # how many items a list without a limit of its own counts as
SEVERAL: Final = {"first", "last"}
INTROSPECTION: Final = ("__schema", "__type")


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection asks for, fragments counted as often as they are spread."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0

    def beside(self, other: "Weight") -> "Weight":
        """Return the weight of both on one level."""
        depth = max(self.depth, other.depth)
        return Weight(depth, self.aliases + other.aliases, self.cost + other.cost)


class Weighing:
    """Weighs documents; every fragment once, so that nesting them costs nothing.

    :param schema: whose lists multiply
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self._known: dict[str, Weight] = {}

    def operation(self, node: OperationDefinitionNode) -> Weight:
        """Return the weight of an operation."""
        return self._selection(node.selection_set, self._schema.get_root_type(node.operation))

    def _selection(self, selection: SelectionSetNode, parent: Any) -> Weight:
        found = Weight()
        for node in selection.selections:
            found = found.beside(self._one(node, parent))
        return found

    def _one(self, node: Any, parent: Any) -> Weight:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        if isinstance(node, InlineFragmentNode):
            narrowed = node.type_condition
            kind = parent if narrowed is None else self._schema.get_type(narrowed.name.value)
            return self._selection(node.selection_set, kind)
        return self._field(node, parent)

    def _fragment(self, name: str) -> Weight:
        if name not in self._known:
            self._known[name] = Weight()  # a cycle adds nothing here; its own rule refuses it
            node = self._fragments.get(name)
            if node is not None:
                kind = self._schema.get_type(node.type_condition.name.value)
                self._known[name] = self._selection(node.selection_set, kind)
        return self._known[name]

    def _field(self, node: FieldNode, parent: Any) -> Weight:
        aliases = int(node.alias is not None)
        if node.name.value in INTROSPECTION:
            return Weight(1, aliases, SOME)
        if node.selection_set is None:
            return Weight(1, aliases, 1)
        field = getattr(parent, "fields", {}).get(node.name.value)
        kind = None if field is None else get_named_type(field.type)
        inner = self._selection(node.selection_set, kind)
        cost = 1 + _items(node, field) * inner.cost
        return Weight(inner.depth + 1, inner.aliases + aliases, cost)


def _items(node: FieldNode, field: Any) -> int:
    if field is None:
        return 1
    if SEVERAL.intersection(field.args):
        return _asked(node)
    kind = field.type
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    # The page of a connection was counted where it was asked for.
    is_page = str(kind).strip("[]!").endswith("Edge")
    return SOME if isinstance(kind, GraphQLList) and not is_page else 1


def _asked(node: FieldNode) -> int:
    for argument in node.arguments or ():
        if argument.name.value in SEVERAL and isinstance(argument.value, IntValueNode):
            return int(argument.value.value[:6])
    return FIRST


class WithinLimits(ValidationRule):
    """One operation, not too deep, not too many aliases, not too much."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        document = context.document
        operations = [
            one for one in document.definitions if isinstance(one, OperationDefinitionNode)
        ]
        if len(operations) > 1:
            self._refuse("one operation per request")
        weighing = Weighing(context.schema, document)
        for one in operations:
            weight = weighing.operation(one)
            if weight.depth > DEPTH:
                self._refuse(f"at most {DEPTH} levels")
            if weight.aliases > ALIASES:
                self._refuse(f"at most {ALIASES} aliases")
            if weight.cost > COST:
                self._refuse(f"at most {COST} fields, lists multiplied")

    def _refuse(self, what: str) -> None:
        self.report_error(GraphQLError(what, extensions={"code": "too_large"}))


class NoLiteralsInMutations(ValidationRule):
    """What is sent to be kept or judged comes in variables, so no cache ever holds it."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._inside = False

    def enter_operation_definition(self, node: OperationDefinitionNode, *_rest: Any) -> None:
        """Note what kind of operation this is."""
        self._inside = node.operation is OperationType.MUTATION

    def enter_string_value(self, *_rest: Any) -> None:
        """Refuse a string inside a mutation."""
        if self._inside:
            self.report_error(GraphQLError("values come in variables"))
