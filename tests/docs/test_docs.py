"""The documentation builds without a warning, and each block of code on it does what the page says."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import servers_page
from blocks import DOCS, ROOT, Block, BlockError, Reader, blocks, command_path, pages
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import jurat
from front import Front
from judges import Key


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    configuration = str(ROOT / "py" / "mkdocs.yml")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", configuration, "-d", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def test_a_reader_needs_no_other_server(site: Path) -> None:
    """Scripts, styles, fonts and pictures are of the site itself."""
    for page in site.rglob("*.html"):
        for tag in re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", page.read_text()):
            assert not re.search(r'(?:src|href)="(?:https?:)?//', tag), (page.name, tag)
    for style in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//", style.read_text()), style.name


def test_the_reference_has_every_name(site: Path) -> None:
    page = (site / "reference.html").read_text()
    missing = [name for name in jurat.__all__ if f'id="jurat.{name}"' not in page]
    assert not missing
    # What only the stub says.
    assert "The thumbprint (RFC 7638), 43 characters: a good key id." in page


def test_every_page_is_in_the_navigation(site: Path) -> None:
    navigation = (site / "index.html").read_text()
    for page in pages():
        assert f'href="{page}.html' in navigation or page == "index", page


def test_the_servers_are_those_of_the_profiles() -> None:
    """Written by `python tests/docs/servers_page.py`."""
    assert (DOCS / "servers.md").read_text() == servers_page.page()


@pytest.mark.parametrize("page", pages())
def test_page(page: str, front: Front, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block as it stands, in order, in one folder, with https://as.example and https://api.example there."""
    found = blocks(page)
    # SoftHSM reads its configuration when it is loaded, which happens once in a process.
    softhsm = {"SOFTHSM2_CONF": str(tmp_path / "softhsm2.conf")}
    environment = {**front.environment(), **softhsm, "PATH": command_path()}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    # What the pages presume: the key of the client device-7, and a checkout.
    if page != "index":
        pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "jurat").symlink_to(ROOT)
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    reader = Reader(tmp_path, environment)
    for block in found:
        try:
            reader.do(block)
        except BlockError:
            raise
        except Exception as error:
            raise BlockError(f"{block}: {error!r}") from error


def test_the_sender_on_the_page_follows_no_redirection() -> None:
    (block,) = (block for block in blocks("how-to/adapters") if "def send(" in block.text)
    names: dict[str, Any] = {"jurat": jurat}
    exec(block.text.partition("source.invalidate()")[0], names)

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"access_token":"t","token_type":"Bearer"}')

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{http.server_port}"
        server = jurat.Server(issuer=url, token_endpoint=f"{url}/token", insecure_http=True)
        source = jurat.TokenSource(jurat.SigningKey.generate(), client_id="device-7", server=server)
        with pytest.raises(jurat.TokenError, match="redirect"):
            source.token(names["send"])
        http.shutdown()


def test_a_block_that_nothing_runs_is_an_error(tmp_path: Path) -> None:
    reader = Reader(tmp_path, {})
    for language in ("", "perl", "Python"):
        with pytest.raises(BlockError, match="nothing runs"):
            reader.do(Block("index", 1, language, ""))
    with pytest.raises(BlockError, match="output of nothing"):
        reader.do(Block("index", 1, "text", "1\n"))
    reader.do(Block("index", 1, "python", "print(1)"))
    with pytest.raises(BlockError, match="anything"):
        reader.do(Block("index", 2, "text", "...\n"))
    reader.do(Block("index", 1, "python", "print(1)"))
    with pytest.raises(BlockError, match="the output is"):
        reader.do(Block("index", 2, "text", "2\n"))
    with pytest.raises(BlockError, match="status 1"):
        reader.do(Block("index", 1, "sh", "false\ntrue\n"))
    with pytest.raises(BlockError, match="status 1"):
        reader.do(Block("index", 1, "c", "int x = undeclared;\n"))
