"""The other end of a board's serial line: a network for what has only a UART. It moves bytes and reads none of them."""

from __future__ import annotations

import contextlib
import select
import socket
from dataclasses import dataclass, field

TIMEOUT = 30.0


@dataclass
class Connection:
    """What a device sent over one connection, and what came back: a record for the test alone."""

    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)


def carry(listener: socket.socket, server: tuple[str, int]) -> list[Connection]:
    """Waits for one serial line and carries its bytes to and from `server` until the line ends.

    The line knows no connections. The device's bytes go to one until the server begins to answer, and what comes after
    that to the next, which is opened when the server has closed this one.
    """
    connections: list[Connection] = []
    listener.settimeout(TIMEOUT)
    # A device may leave while bytes are on their way to it.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError), listener.accept()[0] as line:
        while sent := line.recv(65536):
            connections.append(connection := Connection())
            with socket.create_connection(server, TIMEOUT) as network:
                while True:
                    connection.sent += sent
                    network.sendall(sent)
                    ready, _, _ = select.select([line, network], [], [])
                    if network in ready:
                        break
                    if not (sent := line.recv(65536)):
                        return connections
                while received := network.recv(65536):
                    connection.received += received
                    line.sendall(received)
    return connections
