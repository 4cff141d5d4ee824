"""Files that people hand in: judged by content, never by name, and pictures made anew.

A picture is decoded and encoded again, so that nothing but the picture is carried: no position, no
camera, no thumbnail, no trailing bytes. Everything else is refused unless its content is of a kind
we carry.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from typing import Final

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from formsvc.errors import Unreadable
from formsvc.records.clean import clean_text

pillow_heif.register_heif_opener()

PHOTO_PIXELS: Final = 60_000_000
"""The most pixels a photo may have before it is decoded (a phone's largest is 50 million)."""

PHOTO_SIDE: Final = 1400
"""The longest side of a kept photo, in pixels: 60 mm at 590 dots an inch."""

SCAN_SIDE: Final = 2480
"""The longest side of a kept scan, in pixels: an A4 sheet at 212 dots an inch."""

FILE_BYTES: Final = 20 * 1024 * 1024

CARRIED_BYTES: Final = 20 * 1024 * 1024
"""The most bytes of files that one document carries inside it."""

CARRIED_MOST: Final = 12
"""The most files that one document carries inside it: a seal over a Word document refers to 30 parts."""

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_TITLES: Final = re.compile(r"[^\w .,()&'+-]+")
_ENDINGS: Final = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "image/jpeg": "jpg",
}


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A file as it is carried: its bytes, what they are and their SHA-256 as hex."""

    data: bytes
    media_type: str
    sha256: str


def accept_photo(data: bytes, *, side: int = PHOTO_SIDE) -> Accepted:
    """Return a photo made anew as JPEG, upright, `side` pixels at most; raise Unreadable for no picture."""
    if len(data) > FILE_BYTES:
        raise Unreadable("the picture is larger than 20 MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "HEIF")) as opened:
                if opened.width * opened.height > PHOTO_PIXELS:
                    raise Unreadable("the picture has more than 60 million pixels")
                picture = _flat(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable("the file is not a JPEG, PNG, WebP or HEIC picture that can be used") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable("the picture is damaged") from error
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=86, optimize=True)
    return _accepted(out.getvalue(), "image/jpeg")


def accept_file(data: bytes) -> Accepted:
    """Return a PDF or DOCX as it is, or a picture made anew; raise Unreadable for anything else."""
    if len(data) > FILE_BYTES:
        raise Unreadable("the file is larger than 20 MB")
    if data.startswith(b"%PDF-"):
        return _accepted(data, "application/pdf")
    if data.startswith(b"PK\x03\x04") and _is_docx(data):
        return _accepted(data, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    if data.startswith(_OLD_OFFICE):
        raise Unreadable("it is encrypted, or of the old kind of Word: save it as .docx without a password")
    return accept_photo(data, side=SCAN_SIDE)


def file_name(told: str, *, media_type: str) -> str:
    """Return the name a file is kept under: letters that can be printed, no folders, its true ending."""
    cleaned, _ = clean_text(told.replace("\\", "/").rpartition("/")[2])
    stem = cleaned.rpartition(".")[0] or cleaned
    plain = " ".join(_TITLES.sub(" ", stem).split()).strip(". ")[:120].strip(". ")
    return f"{plain or 'file'}.{_ENDINGS[media_type]}"


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        flat = Image.new("RGB", picture.size, "white")
        opaque = picture.convert("RGBA")
        flat.paste(opaque, mask=opaque.getchannel("A"))
        return flat
    return picture.convert("RGB")


def _is_docx(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return {"[Content_Types].xml", "word/document.xml"} <= set(package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _accepted(data: bytes, media_type: str) -> Accepted:
    return Accepted(data=data, media_type=media_type, sha256=hashlib.sha256(data).hexdigest())
