r"""Pictures as bytes: write a PNG that carries its lineage, read any picture without trusting it.

The pixel digest is the SHA-256 of the ASCII line ``<mode> <width>x<height>\n`` followed by the raw samples: rows from
top to bottom, pixels from left to right, one byte a sample, no padding. Mode is ``RGBA`` where at least one pixel is
not opaque, else ``RGB``; palettes and grey are expanded first. So metadata, compression and the file's format (when
it is lossless) do not change it.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from generation.core.errors import ImageUnreadableError
from generation.core.lineage import Block, Recipe, write_block

LINEAGE_KEY: Final = "settei:lineage"
PROMPT_KEY: Final = "settei:prompt"
PARAMETERS_KEY: Final = "parameters"  # the chunk that AUTOMATIC1111's web UI writes and many tools read
FORMATS: Final = ("PNG", "JPEG", "WEBP")
FILE_BYTES_TO: Final = 256 * 1024 * 1024
PIXELS_TO: Final = 40_000_000
COMPRESSION: Final = 4  # zlib: 6 takes three times the time to save one part in twenty

# Process-wide on purpose: warnings.catch_warnings is not safe in threads.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was read, as plain pixels, and the texts that its file claims; empty where it claims none."""

    image: Image.Image
    lineage: str
    prompt: str

    @property
    def pixels_sha256(self) -> str:
        """The pixel digest."""
        return pixel_digest(self.image)


def pixel_digest(image: Image.Image) -> str:
    """Return the SHA-256 of what the picture shows (see the head of this module)."""
    plain = plain_pixels(image)
    digest = hashlib.sha256(f"{plain.mode} {plain.width}x{plain.height}\n".encode())
    digest.update(plain.tobytes())
    return digest.hexdigest()


def plain_pixels(image: Image.Image) -> Image.Image:
    """Return the picture as RGB, or as RGBA where a pixel is not opaque, without metadata."""
    if image.mode == "RGB" and "transparency" not in image.info:
        plain = image.copy()
    else:
        full = image.convert("RGBA")
        opaque = full.getchannel("A").getextrema() == (255, 255)
        plain = full.convert("RGB") if opaque else full
    plain.info = {}
    return plain


def write_png(image: Image.Image, *, block: Block, prompt: str, parameters: str) -> bytes:
    """Write a PNG with its lineage, the exact prompt and ``parameters`` for other tools. No time stamp.

    The same picture and texts give the same bytes under the same Pillow and zlib.
    """
    texts = PngInfo()
    texts.add_itxt(LINEAGE_KEY, write_block(block))
    texts.add_itxt(PROMPT_KEY, prompt)
    texts.add_itxt(PARAMETERS_KEY, parameters)
    buffer = io.BytesIO()
    plain_pixels(image).save(buffer, "PNG", pnginfo=texts, compress_level=COMPRESSION)
    return buffer.getvalue()


def write_parameters(prompt: str, recipe: Recipe) -> str:
    """Write prompt and settings the way AUTOMATIC1111's web UI does, for tools that read it."""
    facts = {
        "Steps": recipe["steps"],
        "Sampler": recipe["scheduler"],
        "CFG scale": recipe["guidance"],
        "Seed": recipe["seed"],
        "Size": f"{recipe['width']}x{recipe['height']}",
        "Model hash": recipe["engine_digest"][:10],
        "Model": recipe["engine"],
        "Version": "settei",
    }
    return prompt.rstrip("\n") + "\n" + ", ".join(f"{name}: {value}" for name, value in facts.items())


def read_picture(data: bytes, *, name: str) -> Picture:
    """Read one still picture of a known format, within our limits; ``name`` is for the message.

    Raises:
        ImageUnreadableError: says what is wrong and, where it is one, the limit.
    """
    if len(data) > FILE_BYTES_TO:
        raise ImageUnreadableError(name, f"has {len(data):,} bytes, at most {FILE_BYTES_TO:,} are read")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            pixels = image.width * image.height
            if pixels > PIXELS_TO:
                raise ImageUnreadableError(name, f"has {pixels:,} pixels, at most {PIXELS_TO:,} are read")
            if getattr(image, "n_frames", 1) != 1:
                raise ImageUnreadableError(name, "is animated, only still pictures are read")
            image.load()  # texts that stand behind the pixels are known only now
            return Picture(plain_pixels(image), _text(image, LINEAGE_KEY), _text(image, PROMPT_KEY))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ImageUnreadableError(name, f"has too many pixels, at most {PIXELS_TO:,} are read") from None
    except UnidentifiedImageError:
        raise ImageUnreadableError(name, f"is none of {', '.join(FORMATS)}") from None
    except (OSError, ValueError, SyntaxError, MemoryError) as reason:
        raise ImageUnreadableError(name, f"is damaged: {str(reason)[:160]}") from None


def _text(image: Image.Image, key: str) -> str:
    value = image.info.get(key, "")
    return str(value) if isinstance(value, str) else ""
