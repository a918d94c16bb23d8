"""TLS in front of servers on loopback, so that clients reach them as ``https://as.example``.

`Front` is an HTTP proxy whose CONNECT ends at itself: it speaks TLS in the name of each host that it was given, by a
certificate of a throw-away authority, and hands each request on to that host's server over plain HTTP. Clients need
nothing but environment variables, see `Front.environment`. Hosts that it was not given are refused.
"""

from __future__ import annotations

import datetime
import http.client
import ssl
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

TIMEOUT = 30
# RFC 9110 section 7.6.1: these are of one connection.
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"}


@dataclass(frozen=True)
class Seen:
    """A request that came through; neither its body nor its header fields are kept."""

    method: str
    host: str
    path: str  # without the query
    status: int


class Front:
    """The proxy; use it as a context manager. The hosts are names with the URLs of their servers."""

    def __init__(self, hosts: Mapping[str, str]) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="front-")
        self.ca = Path(self._directory.name) / "ca.pem"
        context = _context(list(hosts), self.ca)

        class Proxy(_Proxy):
            pass

        Proxy.context, Proxy.seen = context, []
        Proxy.hosts = {name: (urlsplit(url).hostname or "", urlsplit(url).port or 80) for name, url in hosts.items()}
        self.seen: list[Seen] = Proxy.seen
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        self._http.daemon_threads = True
        self._http.block_on_close = False  # a client that keeps its connection open would be waited for
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def environment(self) -> dict[str, str]:
        """The variables by which httpx, requests, curl and others take this proxy and trust its authority."""
        # The small ones go first where both are set.
        proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), self.url) | {"NO_PROXY": "", "no_proxy": ""}
        return proxies | dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), str(self.ca))

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._directory.cleanup()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = TIMEOUT

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: `Front.seen` is the log."""


class _Proxy(_Handler):
    context: ssl.SSLContext
    hosts: Mapping[str, tuple[str, int]]
    seen: list[Seen]

    def do_CONNECT(self) -> None:
        host, _, port = self.path.rpartition(":")
        self.close_connection = True
        if port != "443" or host not in self.hosts:
            self.send_error(502, "not a host of this proxy")
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()

        class Tunnel(_Tunnel):
            name, backend, seen = host, self.hosts[host], self.seen

        try:
            with self.context.wrap_socket(self.connection, server_side=True) as secured:
                Tunnel(secured, self.client_address, self.server)
        except OSError:
            pass  # the client does not trust the authority, or is gone


class _Tunnel(_Handler):
    """Hands on what comes by TLS."""

    name: str
    backend: tuple[str, int]
    seen: list[Seen]

    def _forward(self) -> None:
        path = urlsplit(self.path).path
        if "Transfer-Encoding" in self.headers:
            self.close_connection = True  # where the next request begins is not known
            self.send_error(411)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        connection = http.client.HTTPConnection(*self.backend, timeout=TIMEOUT)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for field, value in [*self.headers.items(), ("X-Forwarded-Proto", "https")]:
                if field.lower() not in HOP_BY_HOP:
                    connection.putheader(field, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            self.seen.append(Seen(self.command, self.name, path, answer.status))
            self._answer(answer)
        except (OSError, http.client.HTTPException) as error:
            self.close_connection = True
            self.seen.append(Seen(self.command, self.name, path, 502))
            self.send_error(502, type(error).__name__)
        finally:
            connection.close()

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        self.send_response_only(answer.status, answer.reason)
        for field, value in answer.getheaders():
            if field.lower() not in HOP_BY_HOP:
                self.send_header(field, value)
        has_body = self.command != "HEAD" and answer.status not in (204, 304)
        chunked = has_body and "Content-Length" not in answer.headers
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        # As it comes: a stream of events may have no end.
        while has_body and (part := answer.read1(65536)):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _forward


# ---------------------------------------------------------------------------------------------------- certificates


def _context(hosts: list[str], ca: Path) -> ssl.SSLContext:
    """TLS with a certificate for these hosts, whose authority is written to ca. No private key outlives this call."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "Throw-away authority of the tests")])
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "front")])
    root = _certificate(issuer, issuer, authority, authority).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    leaf = (
        _certificate(subject, issuer, key, authority)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    ca.write_bytes(root.sign(authority, hashes.SHA256()).public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem", dir=ca.parent) as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.write(leaf.sign(authority, hashes.SHA256()).public_bytes(Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name)
    return context


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, authority: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    signs = key is authority
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    )
    key_usage = x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, decipher_only=False, **usage
    )
    authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    return (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(key_usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority_id, critical=False)
    )
