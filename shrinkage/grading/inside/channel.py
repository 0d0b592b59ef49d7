"""Messages between the grader and the process in which a student's code runs.

A message is four bytes with its length, then its bytes. The grader sends pickles, because it is
trusted; from the sandbox come JSON texts only, of bounded size.
"""

from __future__ import annotations

import json
import pickle
import socket
import struct
from collections.abc import Iterator
from typing import Any

LARGEST = 8 * 2**20
"""Bytes of a message from the sandbox. The biggest answer of the course, a picture with 24,000
marks, takes 1.5 million."""

_LENGTH = struct.Struct("!I")


class Closed(Exception):
    """The other side has closed the channel."""


class Channel:
    """The sandbox's end: sends JSON, receives pickles."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, message: dict[str, Any]) -> None:
        """Send a message of plain data."""
        data = json.dumps(message).encode()
        self._connection.sendall(_LENGTH.pack(len(data)) + data)

    def receive(self) -> Any:
        """Wait for a message; raises `Closed`."""
        [length] = _LENGTH.unpack(self._exactly(_LENGTH.size))
        return pickle.loads(self._exactly(length))

    def _exactly(self, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            piece = self._connection.recv(min(length - len(data), 2**20))
            if not piece:
                raise Closed
            data += piece
        return bytes(data)


def packed(message: Any) -> bytes:
    """A message of the grader's, ready to send."""
    data = pickle.dumps(message)
    return _LENGTH.pack(len(data)) + data


class Messages:
    """The grader's side of what arrives: bytes in, messages out, and no more than is allowed."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[dict]:
        """The messages that these bytes complete, then ValueError where the rest is none."""
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            [length] = _LENGTH.unpack_from(self._buffer)
            if length > LARGEST:
                raise ValueError(f"a message of {length:,} bytes")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            message = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield _decoded(message)


def _decoded(data: bytes) -> dict:
    try:
        message = json.loads(data)
    except RecursionError:
        raise ValueError("a message nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("a message that is no dict")
    return message
