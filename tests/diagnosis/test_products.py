"""What products say when they refuse, by their sources, means the same to the diagnosis.

The sentences are those of the model server, which was written for another purpose.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jurat
from score import CLIENT_ASSERTION_TYPE, PLACEHOLDER

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))

from profile_server import JWT_BEARER, PRODUCTS, Cause, Details

# The first cause, or the one that stands for several: what is meant by the names of the model server.
MEANS = {
    Cause.NO_ASSERTION: {"assertion_missing", "assertion_type_wrong"},
    Cause.ASSERTION_TYPE: {"assertion_type_wrong"},
    Cause.CLIENT_ID_OTHER: {"client_id_mismatch"},
    Cause.MALFORMED: {"assertion_malformed"},
    Cause.UNKNOWN: {"client_unknown"},
    Cause.ALG: {"algorithm_unsupported"},
    Cause.KID_MISSING: {"kid_missing"},
    Cause.KEY: {"kid_unknown", "key_unknown"},
    Cause.KEY_USE: {"key_unknown"},
    Cause.SIGNATURE: {"signature_invalid"},
    Cause.ISS: {"issuer_subject_mismatch", "issuer_missing", "client_unknown"},
    Cause.SUB: {"issuer_subject_mismatch", "subject_missing", "client_unknown"},
    Cause.AUD: {"audience_mismatch"},
    Cause.AUDS: {"audience_multiple"},
    Cause.EXP_MISSING: {"exp_missing"},
    Cause.EXPIRED: {"expired"},
    Cause.NOT_BEFORE: {"not_yet_valid"},
    Cause.LIFETIME: {"lifetime_too_long"},
    Cause.LIFETIME_NO_IAT: {"iat_missing"},
    Cause.IAT_MISSING: {"iat_missing"},
    Cause.IAT_AHEAD: {"issued_in_future"},
    Cause.IAT_OLD: {"issued_too_long_ago"},
    Cause.JTI_MISSING: {"jti_missing"},
    Cause.REPLAY: {"jti_replayed"},
    Cause.GRANT_TYPE: {"grant_type_unsupported"},
}
# Sentences that the product has for two causes, of which the diagnosis names the other.
SAME_WORDS = {
    ("hydra", Cause.MALFORMED): {"signature_invalid"},
    ("hydra", Cause.IAT_AHEAD): {"expired"},
    ("hydra", Cause.NOT_BEFORE): {"expired"},
    ("hydra", Cause.UNKNOWN): {"key_unknown"},
    ("keycloak", Cause.NOT_BEFORE): {"expired"},
    ("okta", Cause.KID_MISSING): {"kid_unknown"},
}
PROFILES = {"hydra": "ory-hydra", "duende-strict": "duende", "spring-6.5": "spring", "spring-7": "spring"}


def sentences() -> Iterator[tuple[str, bool, Cause, tuple[int, str, str]]]:
    for name, product in PRODUCTS.items():
        for grant, refusals in ((False, product.refusals), (True, product.grant_refusals)):
            for cause, (status, error, text) in refusals.items():
                if text is not None:
                    filled = text.format_map(Details(value="x", alg="ES256", kid="k1", iss="a"))
                    yield name, grant, cause, (status, error, filled)


@pytest.mark.parametrize(("product", "grant", "cause", "said"), list(sentences()))
def test_a_sentence_means_its_cause(product: str, grant: bool, cause: Cause, said: tuple[int, str, str]) -> None:
    status, error, text = said
    params = [["grant_type", JWT_BEARER if grant else "client_credentials"]]
    if grant:
        params += [["assertion", PLACEHOLDER]]
    elif cause is Cause.ASSERTION_TYPE:
        params += [["client_assertion_type", "x"], ["client_assertion", PLACEHOLDER]]
    elif cause is not Cause.NO_ASSERTION:
        params += [["client_assertion_type", CLIENT_ASSERTION_TYPE], ["client_assertion", PLACEHOLDER]]
    # What is wrong with the parameters is seen without the server's words.
    seen = cause in (Cause.NO_ASSERTION, Cause.ASSERTION_TYPE) and not grant
    found = jurat.explain(
        {
            "request": {"method": "POST", "endpoint": "https://as.example/token", "params": params},
            "response": {
                "status": status,
                "headers": {"content-type": "application/json"},
                "body": json.dumps({"error": error, "error_description": text}),
            },
            "profile": PROFILES.get(product, product),
        }
    )
    first = found["causes"][0]
    assert first["code"] in SAME_WORDS.get((product, cause), MEANS[cause]), found["causes"]
    assert first["class"] == "stated" or (seen and first["class"] == "proven")


def test_all_products_with_sentences_are_asked() -> None:
    assert {name for name, *_ in sentences()} >= {"keycloak", "hydra", "okta", "zitadel", "atproto", "authlib"}
    assert len(list(sentences())) > 90
