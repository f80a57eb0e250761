"""Take pictures from strangers: decode few formats within strict limits, and keep nothing of a file but its pixels.

What is kept is a new PNG made of the decoded pixels alone: no metadata, no second frame, nothing that was appended to
the file. A program hidden in a picture is not in its copy.
"""

import hashlib
import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from ip_library.core.errors import RefusedError
from ip_library.core.text import NAME_LIMIT, invisible, normalise

BYTES_LIMIT: Final = 20 * 1024 * 1024
PIXELS_LIMIT: Final = 40_000_000
COPY_LIMIT: Final = 96 * 1024 * 1024  # a photograph grows when it becomes a PNG
THUMBNAIL_SIDE: Final = 320
FORMATS: Final = ("PNG", "JPEG", "WEBP")
_ALLOWED: Final = "a PNG, JPEG or WebP picture"
_UNREADABLE: Final = (OSError, ValueError, SyntaxError, EOFError, OverflowError, struct.error, zlib.error)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: its own PNG, that file's SHA-256, and a small WebP for lists."""

    png: bytes
    sha256: str
    thumbnail: bytes
    width: int
    height: int


def read_picture(data: bytes, *, name: str = "") -> Picture:
    """Decode an uploaded file and make our own copy of its pixels, turned upright.

    Raises:
        RefusedError: it is too large, of another format, damaged or has several frames.
    """
    subject = clean_name(name) or "the file"
    if len(data) > BYTES_LIMIT:
        raise RefusedError(subject, f"{len(data):,} bytes", f"at most {BYTES_LIMIT:,} bytes")
    pixels = _decode(data, subject)
    png = _encode(pixels, "PNG")
    if len(png) > COPY_LIMIT:
        raise RefusedError(subject, f"{len(png):,} bytes as a PNG", f"at most {COPY_LIMIT:,}; make it smaller")
    small = pixels.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Picture(png, hashlib.sha256(png).hexdigest(), _encode(small, "WEBP"), pixels.width, pixels.height)


def clean_name(name: str) -> str:
    """Return a file's own name without its folders, invisible characters and signs that markup or headers use."""
    last = normalise(name.replace("\\", "/").rpartition("/")[2])
    kept = "".join(sign for sign in last if not invisible(sign) and sign not in "<>&\"';%")
    stem, dot, ending = normalise(kept).rpartition(".")
    room = NAME_LIMIT - len(dot) - len(ending)
    return normalise(f"{stem[:room]}{dot}{ending}" if room > 0 and stem else kept[:NAME_LIMIT])


def _decode(data: bytes, subject: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check(picture, subject)
                picture.load()
                return _pixels_of(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RefusedError(subject, "a picture of far too many pixels", f"at most {PIXELS_LIMIT:,} pixels") from None
    except _UNREADABLE:
        raise RefusedError(subject, "a file that cannot be read as a picture", _ALLOWED) from None


def _check(picture: Image.Image, subject: str) -> None:
    """Look at what the header says before any pixel is decoded."""
    width, height = picture.size
    if width * height > PIXELS_LIMIT:
        raise RefusedError(subject, f"{width} x {height} pixels", f"at most {PIXELS_LIMIT:,} pixels")
    if (frames := getattr(picture, "n_frames", 1)) != 1:
        raise RefusedError(subject, f"an animation of {frames} frames", "a single picture")


def _pixels_of(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # 16 bits of grey: Pillow would cut them off at 255
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    plain = upright if upright.mode == mode else upright.convert(mode)
    return Image.frombytes(mode, plain.size, plain.tobytes())  # a new picture: it carries nothing but these pixels


def _encode(picture: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form)
    return buffer.getvalue()
