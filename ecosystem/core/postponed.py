"""Modules that are imported when they are first used, where a library imports more than is wanted of it."""

from __future__ import annotations

import contextlib
import sys
import threading
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

__all__ = ["postponing"]


@contextlib.contextmanager
def postponing(*names: str) -> Iterator[None]:
    """Have modules that are imported meanwhile wait until something in them is looked up.

    Unlike those of `importlib.util.LazyLoader` they do not wake up when somebody only asks for their file.

    Args:
        names: of these modules; `from x import y` looks y up, so that x does not wait.
    """
    finder = _Finder(frozenset(names))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path: Sequence[str] | None, _target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path) if fullname in self._names else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Later(spec.loader)
        return spec


class _Later(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__dict__["__getattr__"] = _Waking(module, self._loader)


class _Waking:
    """What a module that waits does when it is asked for something: it is executed (PEP 562)."""

    def __init__(self, module: ModuleType, loader: Loader) -> None:
        self._module, self._loader = module, loader
        self._path = module.__dict__.pop("__path__", None)  # so that a package wakes up before modules in it
        self._lock, self._awake = threading.RLock(), False

    def __call__(self, name: str) -> Any:
        with self._lock:
            if not self._awake:
                self._awake = True
                self._wake_up()
            elif self._module.__dict__.get("__getattr__") is self:  # it is being executed in this thread
                message = f"module {self._module.__name__!r} has no attribute {name!r}"
                raise AttributeError(message)
        return getattr(self._module, name)

    def _wake_up(self) -> None:
        here = self._module.__dict__
        if self._path is not None:
            here["__path__"] = self._path
        try:
            self._loader.exec_module(self._module)
        except BaseException:
            self._awake = False
            raise
        if here.get("__getattr__") is self:  # else it has one of its own
            del here["__getattr__"]
