"""Names for exchangeable ideas: a registry per family, and components that register themselves."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import SerializerFunctionWrapHandler, ValidationError, model_serializer
from pydantic_core import PydanticCustomError, core_schema

from ecosystem.core.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

PLUGINS = "ecosystem.plugins"  # the entry-point group of third parties
# Types and texts of validation errors, as pydantic's templates.
_NO_COMPONENT = ("component_type", "a {what} is written as its kind or as a table with a kind")
_UNKNOWN_KIND = ("unknown_kind", "{text}")


class UnknownName(ValueError):  # noqa: N818 - a plain word, like KeyError
    """A name that is not registered; the text says what is, the nearest first."""

    def __init__(self, what: str, name: object, valid: Iterable[str]) -> None:
        """Describe the mistake: `what` is the kind of thing, `valid` the names that exist."""
        self.what, self.name, self.valid = what, name, tuple(sorted(valid))
        near = difflib.get_close_matches(str(name), self.valid)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        known = ", ".join(self.valid) if self.valid else "none is registered"
        super().__init__(f"no {what} is called {name!r}{hint} (valid: {known})")


class Registry[T]:
    """The things of one family by name, such as all learners. Iterates by name, in order."""

    def __init__(self, name: str) -> None:
        """Name the kind of thing held, in the singular ("learner"), for the texts of errors."""
        self.name = name
        self._things: dict[str, T] = {}

    def add(self, name: str, thing: T) -> T:
        """Register a thing; a name can be taken only once."""
        taken = self._things.get(name)
        if taken is not None and taken is not thing:
            message = f"two {self.name}s are called {name!r}: {taken!r} and {thing!r}; rename one"
            raise ValueError(message)
        self._things[name] = thing
        return thing

    def get(self, name: str) -> T:
        """The thing of that name, or UnknownName."""
        if name not in self:
            raise UnknownName(self.name, name, self._things)
        return self._things[name]

    def items(self) -> Iterator[tuple[str, T]]:
        """Names and things, in the order of names."""
        return iter(sorted(self._things.items()))

    def __iter__(self) -> Iterator[str]:
        """The names, in order."""
        return iter(sorted(self._things))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._things)

    def __contains__(self, name: object) -> bool:
        """Whether something has that name."""
        return isinstance(name, str) and name in self._things

    def load_plugins(self) -> None:
        """Import what third parties registered under the entry-point group, once per process."""
        load_plugins()


@cache
def load_plugins() -> None:
    """Import every plugin; what it registers is then known by name."""
    for plugin in sorted(entry_points(group=PLUGINS), key=lambda entry: entry.name):
        try:
            plugin.load()
        except Exception as error:
            message = f"plugin {plugin.name!r} ({plugin.value}) cannot be loaded: {error}"
            raise ImportError(message) from error


def import_all(package_name: str, package_path: Iterable[str]) -> None:
    """Import every module of a package, so that a new file is enough to register what it holds.

    Call it in the package as `import_all(__name__, __path__)`.
    """
    for module in sorted(pkgutil.iter_modules(package_path), key=lambda entry: entry.name):
        importlib.import_module(f"{package_name}.{module.name}")


class Component(Parameters):
    """A parametrised idea that scenario files choose by name.

    The base of a family sets `registry`; a concrete idea sets `kind` and is registered by that.
    It is written as a table, `{kind = "curated", min_votes = 3}`, or as its bare kind.
    """

    registry: ClassVar[Registry[Any]]
    kind: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **_kwargs: Any) -> None:
        """Register a class that names its kind, once its fields are known to be sound."""
        if "kind" in cls.__dict__:
            cls.registry.add(cls.kind, cls)

    def files(self) -> dict[str, str]:
        """Path of each file that it reads, by the key that names it; most read none."""
        return {}

    @model_serializer(mode="wrap")
    def _with_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"kind": self.kind, **handler(self)}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema of the fields, with the kind as a constant."""
        result = handler(schema)
        body = handler.resolve_ref_schema(result)
        kind = getattr(cls, "kind", None)
        if kind is not None:
            properties = {"kind": {"const": kind, "type": "string"}, **body.get("properties", {})}
            body["properties"] = properties
            body["required"] = ["kind", *body.get("required", [])]
        return result


class Chosen:
    """The mark that `chosen_from` puts on a type; pydantic asks it how to validate."""

    def __init__(self, registry: Registry[Any], base: type[Component] | None) -> None:
        """Choose among the components of a registry, or those derived from `base`."""
        self.registry = registry
        self.base = base

    def alternatives(self) -> dict[str, type[Component]]:
        """The classes by kind, in the order of names."""
        base = self.base or Component
        return {kind: cls for kind, cls in self.registry.items() if issubclass(cls, base)}

    def validate(self, value: Any, info: core_schema.ValidationInfo) -> Component:
        """A component from an instance, a bare kind or a table with a kind."""
        known = self.alternatives()
        if isinstance(value, Component) and isinstance(value, tuple(known.values())):
            return value
        if isinstance(value, str):
            value = {"kind": value}
            at: tuple[str, ...] = ()
        elif isinstance(value, dict):
            at = ("kind",)
        else:
            raise PydanticCustomError(*_NO_COMPONENT, {"what": self.registry.name})
        if "kind" not in value:
            raise _at(("kind",), "missing", value)
        kind = value["kind"]
        if not isinstance(kind, str) or kind not in known:
            error = UnknownName(self.registry.name, kind, known)
            raise _at(at, PydanticCustomError(*_UNKNOWN_KIND, {"text": str(error)}), kind)
        rest = {name: entry for name, entry in value.items() if name != "kind"}
        return known[kind].model_validate(rest, context=info.context)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Validate by kind; serialise by the class of the value, not of the field."""
        return core_schema.with_info_plain_validator_function(
            self.validate,
            serialization=core_schema.plain_serializer_function_ser_schema(_serialise, info_arg=True),
        )

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A bare kind, or one of the tables."""
        known = self.alternatives()
        # A union of one has pydantic visit the class as a part, with its name and its kind.
        tables = [handler(core_schema.union_schema([cls.__pydantic_core_schema__])) for cls in known.values()]
        return {"oneOf": [{"type": "string", "enum": list(known)}, *tables]}


def _serialise(value: Component, info: core_schema.SerializationInfo) -> Any:
    return value.model_dump(mode=info.mode, exclude_unset=info.exclude_unset)


def _at(location: tuple[str, ...], error: Any, value: Any) -> ValidationError:
    """A validation error at a place within the value."""
    line: Any = {"type": error, "loc": location, "input": value}
    return ValidationError.from_exception_data("component", [line])


def chosen_from(family: Registry[Any] | type[Component]) -> Any:
    """Mark a field as one component of a family.

    Written `learner: Annotated[Learner, chosen_from(Learner)]`. Accepts an instance, a bare kind
    ("empirical") or a table with `kind`. The classes are looked up when a value comes, so that what
    plugins register later counts too. Errors keep the location within the scenario, such as
    ('labs', 0, 'data', 'crawlers', 0, 'min_votes').
    """
    if isinstance(family, Registry):
        return Chosen(family, None)
    return Chosen(family.registry, family)
