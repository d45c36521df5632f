"""Frozen dataclasses that load quickly: `from polku.frozen import dataclass`, used like that of `dataclasses`.

The standard library writes and compiles six methods for every class: half a millisecond, which a question to the data
would spend on fifty to sixty classes, half of which it never makes an object of. Here `__init__` is compiled when the
first object is made, and the others need no compiling. Fields, defaults, `replace`, `fields`, `asdict` and
`FrozenInstanceError` are those of the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # handed on
else:
    import dataclasses
    from operator import attrgetter
    from reprlib import recursive_repr

    def dataclass(made=None, /, *, frozen=False):
        """Make a class a dataclass; one that is frozen quickly, and all its fields are given to `__init__`.

        Other dataclasses are those of the standard library. Frozen ones of both may inherit from each other.
        """
        return _frozen if frozen else dataclasses.dataclass(made)

    def _frozen(made):
        explicit = {name for name in ("__init__", "__eq__", "__repr__") if name in vars(made)}
        _find_fields(made)
        compared = _getter([one.name for one in dataclasses.fields(made) if one.compare])
        methods = {"__init__": _later_init(made), "__eq__": _eq(compared), "__repr__": _repr}
        for name in methods.keys() - explicit:
            setattr(made, name, methods[name])
        if vars(made).get("__hash__") is None:
            hashed = [one.name for one in dataclasses.fields(made) if one.compare and one.hash is not False]
            made.__hash__ = _hash(_getter(hashed))
        made.__setattr__, made.__delattr__ = _no_setting, _no_deleting
        return made

    def _find_fields(made):
        """Let the standard library find the fields, and take the class for a frozen one of its own from then on.

        It compiles methods for a class that is to be frozen, and makes none that is not of those that are.
        """
        above = [vars(one).get("__dataclass_params__") for one in made.__mro__[1:]]
        frozen = [one for one in above if one is not None and one.frozen]
        for one in frozen:
            one.frozen = False
        try:
            dataclasses.dataclass(init=False, repr=False, eq=False)(made)
        finally:
            for one in frozen:
                one.frozen = True
        made.__dataclass_params__.frozen = True

    def _getter(names):
        """The fields of these names of an object, as a tuple."""
        if len(names) > 1:
            return attrgetter(*names)
        return lambda one: tuple(getattr(one, name) for name in names)

    def _later_init(made):
        def first(self, *given, **named):
            made.__init__ = _init(made)
            made.__init__(self, *given, **named)

        return first

    def _init(made):
        """`__init__` of a class: each field is set to what is given, its default, or what makes that."""
        known = {"_set": object.__setattr__, "_missing": dataclasses.MISSING}
        heads, lines = ["self"], []
        for field in dataclasses.fields(made):
            name = value = field.name
            default = ""
            if field.default is not dataclasses.MISSING:
                default, known[f"_default_{name}"] = f"=_default_{name}", field.default
            elif field.default_factory is not dataclasses.MISSING:
                default, known[f"_make_{name}"] = "=_missing", field.default_factory
                value = f"_make_{name}() if {name} is _missing else {name}"
            heads.append(name + default)
            lines.append(f" _set(self, {name!r}, {value})")
        if hasattr(made, "__post_init__"):
            lines.append(" self.__post_init__()")
        exec("\n".join([f"def __init__({', '.join(heads)}):", *(lines or [" pass"])]), known)
        init = known["__init__"]
        init.__qualname__ = f"{made.__qualname__}.__init__"
        return init

    def _eq(compared):
        def same(self, other):
            if other.__class__ is self.__class__:
                return compared(self) == compared(other)
            return NotImplemented

        return same

    def _hash(hashed):
        return lambda self: hash(hashed(self))

    @recursive_repr()
    def _repr(self):
        said = [f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr]
        return f"{self.__class__.__qualname__}({', '.join(said)})"

    def _no_setting(self, name, value):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def _no_deleting(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
