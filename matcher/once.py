"""What is made of an object once and kept with it: a second time it is there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

Of = TypeVar("Of")
Asked = ParamSpec("Asked")
Made = TypeVar("Made")


def once(make: Callable[Concatenate[Of, Asked], Made]) -> Callable[Concatenate[Of, Asked], Made]:
    """Have a function keep what it makes with its first argument, for each of the other ones.

    It is `functools.cached_property` for functions that stand apart from the class; a copy of the
    object begins anew.
    """

    @wraps(make)
    def made(of: Of, /, *args: Asked.args, **named: Asked.kwargs) -> Made:
        kept, name = vars(of), f"{make.__module__}.{make.__qualname__} {args} {named}"
        if name not in kept:
            kept[name] = make(of, *args, **named)
        found: Made = kept[name]
        return found

    return made
