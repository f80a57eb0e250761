"""Read the texts that a PNG file carries, and find a prompt among them. No pixel is decoded, nothing is trusted.

Chunks are stepped over by their length; only text chunks are read, each within a limit before and after it is
unpacked.
"""

import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from ip_library.core.errors import RefusedError

PROMPT_KEY: Final = "settei:prompt"  # where our own pictures carry their exact prompt
PARAMETERS_KEY: Final = "parameters"  # AUTOMATIC1111's web UI and many after it
NODE_KEYS: Final = ("prompt", "workflow")  # ComfyUI: JSON of nodes
FILE_BYTES_TO: Final = 256 * 1024 * 1024
TEXT_BYTES_TO: Final = 1024 * 1024
CHUNKS_TO: Final = 100_000
TEXTS_TO: Final = 64

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_TEXT_CHUNKS: Final = (b"tEXt", b"zTXt", b"iTXt")
_HEAD: Final = 8  # length and type
_CRC: Final = 4
_BLOCK: Final = re.compile(r"<(?:/?)(?:character[ _-]?[0-9]|general_tags|scene)[ >]", re.IGNORECASE)
_SETTINGS: Final = re.compile(r"\n(?:Negative prompt:|Steps: [0-9])")
_NEGATIVE: Final = re.compile(r"(?:\A|\n)Negative prompt:")
_STEPS: Final = re.compile(r"(?:\A|\n)Steps: [0-9]")
_NODES_TO: Final = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """A prompt that a picture carries, which of its texts says so, and the negative prompt beside it."""

    source: str
    text: str
    negative: str = ""


def read_texts(data: bytes, *, name: str) -> dict[str, str]:
    """Return the texts of a PNG by key; of two with one key the first. ``name`` is for the message.

    Raises:
        RefusedError: it is no PNG, it is damaged, or a text is larger than is read.
    """
    if len(data) > FILE_BYTES_TO:
        raise RefusedError(name, f"{len(data):,} bytes", f"at most {FILE_BYTES_TO:,} bytes")
    texts: dict[str, str] = {}
    for kind, body in _chunks(io.BytesIO(data), name):
        key, text = _text(kind, body, name)
        texts.setdefault(key, text)
        if len(texts) > TEXTS_TO:
            raise RefusedError(name, "too many texts", f"a PNG with at most {TEXTS_TO} texts")
    return texts


def find_prompt(texts: dict[str, str], *, name: str) -> Found:
    """Return the prompt that a picture's texts hold: our own, else the web UI's, else that of a node.

    The negative prompt of the first two is what the web UI's text says; nodes do not tell which of theirs it is.

    Raises:
        RefusedError: none of them holds a prompt in XML.
    """
    if PROMPT_KEY in texts:
        return Found(PROMPT_KEY, texts[PROMPT_KEY], _negative(texts.get(PARAMETERS_KEY, "")))
    for source, text in _candidates(texts):
        if _BLOCK.search(text):
            return Found(source, text, _negative(texts[PARAMETERS_KEY]) if source == PARAMETERS_KEY else "")
    found = ", ".join(repr(key[:40]) for key in texts) or "none at all"
    raise RefusedError(name, f"a picture with the texts {found}", "a PNG that carries a prompt in XML")


def _chunks(file: BinaryIO, name: str) -> Iterator[tuple[bytes, bytes]]:
    if file.read(len(_SIGNATURE)) != _SIGNATURE:
        raise RefusedError(name, "no PNG file", "a PNG file")
    for _ in range(CHUNKS_TO):
        head = file.read(_HEAD)
        if len(head) < _HEAD or head[4:] == b"IEND":
            return
        length, kind = int.from_bytes(head[:4]), head[4:]
        if kind not in _TEXT_CHUNKS:
            file.seek(length + _CRC, io.SEEK_CUR)
            continue
        if length > TEXT_BYTES_TO:
            raise RefusedError(name, f"a text of {length:,} bytes", f"a PNG whose texts have at most {TEXT_BYTES_TO:,}")
        body, crc = file.read(length), file.read(_CRC)
        if len(body) < length or zlib.crc32(kind + body).to_bytes(4) != crc:
            raise RefusedError(name, "damaged", "a whole PNG file: the check sum of a text is wrong")
        yield kind, body
    raise RefusedError(name, "too many chunks", f"a PNG of at most {CHUNKS_TO:,} chunks")


def _text(kind: bytes, body: bytes, name: str) -> tuple[str, str]:
    key, _, rest = body.partition(b"\0")
    match kind:
        case b"tEXt":
            return key.decode("latin-1"), rest.decode("latin-1")
        case b"zTXt":
            return key.decode("latin-1"), _unpack(rest[1:], name).decode("latin-1")
    packed, rest = rest[:1] == b"\1", rest[2:]
    _, _, rest = rest.partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    try:
        return key.decode("latin-1"), (_unpack(rest, name) if packed else rest).decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError(name, "damaged", "a whole PNG file: a text is not UTF-8") from None


def _unpack(packed: bytes, name: str) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, TEXT_BYTES_TO)
    except zlib.error as reason:
        raise RefusedError(name, "damaged", f"a whole PNG file: a text cannot be unpacked ({reason})") from None
    if unpacker.unconsumed_tail:
        raise RefusedError(name, "a text that unpacks to more", f"a PNG whose texts have at most {TEXT_BYTES_TO:,}")
    return text


def _candidates(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    if PARAMETERS_KEY in texts:
        yield PARAMETERS_KEY, _SETTINGS.split(texts[PARAMETERS_KEY], maxsplit=1)[0]
    for key in NODE_KEYS:
        if key in texts:
            yield from ((key, text) for text in _strings(texts[key]))
    yield from ((key, text) for key, text in texts.items() if key != PARAMETERS_KEY and key not in NODE_KEYS)


def _negative(parameters: str) -> str:
    """Return what follows ``Negative prompt:`` up to the line of the settings, which begins with ``Steps:``."""
    if not (started := _NEGATIVE.search(parameters)):
        return ""
    return _STEPS.split(parameters[started.end() :], maxsplit=1)[0].strip()


def _strings(text: str) -> Iterator[str]:
    """Yield every string in a JSON document, in its order; one that cannot be read has none."""
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    for _ in range(_NODES_TO):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += reversed(item.values())
        elif isinstance(item, list):
            waiting += reversed(item)
