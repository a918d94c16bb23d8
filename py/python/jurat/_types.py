"""The types that the signatures speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ._jurat import SigningKey, ToBeSigned

# What the values are is checked when they are written: text, numbers, lists and all else that JSON knows.
Claims: TypeAlias = Mapping[str, object] | Iterable[tuple[str, object]]
Parameters: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
Signer: TypeAlias = Union["SigningKey", "Buffer", Callable[["ToBeSigned"], "Buffer"]]
