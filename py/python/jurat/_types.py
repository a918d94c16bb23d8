"""The types that the signatures speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias, TypedDict, Union

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ._jurat import ForeignError, OauthError, SigningKey, ToBeSigned, Token, Unusable

# What the values are is checked when they are written: text, numbers, lists and all else that JSON knows.
Claims: TypeAlias = Mapping[str, object] | Iterable[tuple[str, object]]
Parameters: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
Signer: TypeAlias = Union["SigningKey", "Buffer", Callable[["ToBeSigned"], "Buffer"]]

# The fields of an HTTP answer, as most clients have them.
Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
# Told apart by `kind`, or by the class.
TokenResponse: TypeAlias = Union["Token", "OauthError", "ForeignError", "Unusable"]


class ProfileChanges(TypedDict, total=False):
    """What `Profile.replace` takes."""

    id: str
    es256: str
    audience: str
    type: str | None
    lifetime: int
    max_lifetime: int
    not_before: bool
    key_id: str
    jwt_id_required: bool
    send_client_id: bool
    claims_refused: bool
    grant_audience: str | None
    grant_max_lifetime: int
