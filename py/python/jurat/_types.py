"""The types that the signatures speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ._jurat import JsonText, SigningKey, ToBeSigned

JsonValue: TypeAlias = Union[
    str, int, float, bool, None, "JsonText", "list[JsonValue]", "tuple[JsonValue, ...]", "dict[str, JsonValue]"
]
Claims: TypeAlias = Mapping[str, JsonValue] | Iterable[tuple[str, JsonValue]]
Parameters: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
Signer: TypeAlias = Union["SigningKey", "Buffer", Callable[["ToBeSigned"], "Buffer"]]
