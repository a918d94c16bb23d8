"""Makes the files beside it from the full recordings: `python trim.py FOLDER`, which holds the four *.jsonl.

Of what a server logged, only the reason of the refusal stays. Nothing that could be a credential gets through.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SERVERS = ("oidc-provider", "oidc-provider-fapi2", "authlib", "better-auth")
KEPT = (
    "status",
    "error",
    "error_description",
    "content_type",
    "date",
    "www_authenticate",
    "dpop_nonce",
    "body",
)
REMOVED = "<removed>"

Json = dict[str, Any]


def reason_of(server: str, log: str | None) -> str | None:
    """Why the server refused, in its own words; None where it does not say more than it answers."""
    for line in (log or "").splitlines():
        if server.startswith("oidc-provider") and line.startswith("{"):
            event = json.loads(line)
            detail, cause = event.get("detail"), event.get("cause")
            if cause and cause != detail:
                return f"{detail}: {cause}"
            return str(detail or event["description"])
        if server == "authlib" and (found := re.search(r"Assertion Error: (.+)$", line)):
            return found[1]
    return None


def sent_of(sent: Json) -> Json:
    sent = dict(sent)
    # None of these was ever a secret of anybody; but a reader cannot know that.
    sent["params"] = [[name, REMOVED if name == "client_secret" else value] for name, value in sent["params"]]
    if headers := sent.get("http_headers"):
        sent["http_headers"] = {name: f"{value.split()[0]} {REMOVED}" for name, value in headers.items()}
    return sent


def trimmed(server: str, full: Json) -> Json:
    row: Json = {"case": full["case"], "kind": full["kind"]}
    if full.get("note"):
        row["note"] = full["note"]
    row["sent"] = sent_of(full["sent"])
    row |= {name: full[name] for name in KEPT}
    row["reason"] = reason_of(server, full["server_log"]) if full["status"] >= 400 else None
    return row


def main(source: Path) -> None:
    for server in SERVERS:
        lines = (source / f"{server}.jsonl").read_text().splitlines()
        text = "".join(json.dumps(trimmed(server, json.loads(line)), ensure_ascii=False) + "\n" for line in lines)
        # A JWT, an access token that was not taken out, the address of an object.
        if found := re.search(r"eyJ\w{8}|access_token\\?[\"'] ?: ?\\?[\"'][^<]|object at 0x", text):
            raise SystemExit(f"{server}: {found[0]!r} must not be stored")
        (HERE / f"{server}.jsonl").write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
