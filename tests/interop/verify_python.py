"""Verifies JWTs with one of the libraries for Python: `python verify_python.py LIBRARY`.

stdin:  JSON lines {"jwt", "jwk": <public JWK>, "issuer", "subject", "audience", "now"}
stdout: one JSON line for each, in the same order: {"ok": true, "header", "payload"} or {"ok": false, "reason"}
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from jose import jwt as python_jose
from jose.exceptions import JOSEError
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jwt as jwcrypto_jwt
from jwcrypto.common import JWException

from judges import Json, Verdict, verify_joserfc, verify_pyjwt


def judged(verify: Callable[[str, Json, str, str, int], Verdict]) -> Callable[[Json], Verdict]:
    return lambda asked: verify(asked["jwt"], asked["jwk"], asked["audience"], asked["issuer"], asked["now"])


def verify_jwcrypto(asked: Json) -> Verdict:
    wanted = {"iss": asked["issuer"], "sub": asked["subject"], "aud": asked["audience"], "exp": asked["now"]}
    token = jwcrypto_jwt.JWT(algs=["ES256"], check_claims={**wanted, "iat": None, "jti": None}, expected_type="JWS")
    try:
        token.deserialize(asked["jwt"], jwcrypto_jwk.JWK(**asked["jwk"]))
    except (JWException, ValueError, TypeError) as error:
        return Verdict(False, reason=f"{type(error).__name__}: {error}")
    return Verdict(True, json.loads(token.header), json.loads(token.claims))


def verify_python_jose(asked: Json) -> Verdict:
    # It can only ask the real clock.
    options = {name: False for name in ("verify_exp", "verify_iat", "verify_nbf")}
    options |= {f"require_{name}": True for name in ("iss", "sub", "aud", "jti")}
    try:
        claims = python_jose.decode(
            asked["jwt"],
            asked["jwk"],
            algorithms=["ES256"],
            options=options,
            audience=asked["audience"],
            issuer=asked["issuer"],
            subject=asked["subject"],
        )
    except JOSEError as error:
        return Verdict(False, reason=f"{type(error).__name__}: {error}")
    return Verdict(True, python_jose.get_unverified_header(asked["jwt"]), claims)


LIBRARIES = {
    "pyjwt": judged(verify_pyjwt),
    "joserfc": judged(verify_joserfc),
    "jwcrypto": verify_jwcrypto,
    "python-jose": verify_python_jose,
}


def main() -> None:
    verify = LIBRARIES[sys.argv[1]]
    for line in sys.stdin:
        verdict = verify(json.loads(line))
        answer: Json = {"ok": False, "reason": verdict.reason}
        if verdict.ok:
            answer = {"ok": True, "header": verdict.header, "payload": verdict.payload}
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
