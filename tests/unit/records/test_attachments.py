"""Files handed in are judged by content, and pictures are made anew."""

import io
import zipfile
import zlib

import pillow_heif
import pytest
from PIL import Image

from formsvc.errors import Unreadable
from formsvc.records.attachments import accept_file, accept_photo, file_name


def picture(kind: str, size: tuple[int, int] = (40, 60), mode: str = "RGB", **saving: object) -> bytes:
    """Return an invented picture."""
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else 128).save(out, kind, **saving)
    return out.getvalue()


@pytest.mark.parametrize("kind", ("JPEG", "PNG", "WEBP", "HEIF"))
def test_photo_of_each_kind_becomes_a_plain_jpeg(kind: str) -> None:
    """What a phone takes is carried as JPEG, whatever it was."""
    pillow_heif.register_heif_opener()
    accepted = accept_photo(picture(kind, (64, 96)))
    with Image.open(io.BytesIO(accepted.data)) as made:
        assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (64, 96))
    assert accepted.media_type == "image/jpeg"


def test_photo_loses_where_it_was_taken_and_stands_upright() -> None:
    """Position and camera are gone; the turn that a phone only notes is made."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Invented Camera"
    exif.get_ifd(0x8825)[1] = "N"
    accepted = accept_photo(picture("JPEG", (40, 60), exif=exif.tobytes()) + b"after the end")
    with Image.open(io.BytesIO(accepted.data)) as made:
        assert made.size == (60, 40)
        assert not made.getexif()
    assert b"Invented Camera" not in accepted.data
    assert b"after the end" not in accepted.data


@pytest.mark.parametrize("mode", ("L", "RGBA", "CMYK", "P", "1"))
def test_photo_of_any_colour_mode_can_be_drawn(mode: str) -> None:
    """Grey, transparent and print pictures come out as ordinary ones."""
    kind = "JPEG" if mode == "CMYK" else "PNG"
    with Image.open(io.BytesIO(accept_photo(picture(kind, mode=mode)).data)) as made:
        assert made.mode == "RGB"


def test_photo_bomb_is_refused_before_it_is_opened() -> None:
    """A small file that claims to be an enormous picture costs nothing."""
    header = b"\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00"

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(Unreadable):
        accept_photo(bomb)


@pytest.mark.parametrize(
    "data",
    (
        b"",
        b"GIF89a" + b"\0" * 20,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff\xe0cut",
        b"%PDF-1.7",
    ),
    ids=["empty", "gif", "svg", "cut", "pdf"],
)
def test_photo_that_is_none_is_refused(data: bytes) -> None:
    """What cannot be decoded as one of four kinds is refused, in words."""
    with pytest.raises(Unreadable):
        accept_photo(data)


def test_photo_cut_short_is_refused() -> None:
    """Half a picture is not carried as a whole one."""
    with pytest.raises(Unreadable, match="damaged"):
        accept_photo(picture("PNG", (400, 400))[:200])


def test_file_is_known_by_its_content() -> None:
    """A Word document is one because of what is in it; a plain archive is not."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<w/>")
    assert accept_file(package.getvalue()).media_type.endswith("wordprocessingml.document")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("word/evil.exe", "MZ")
    with pytest.raises(Unreadable):
        accept_file(other.getvalue())
    assert accept_file(b"%PDF-1.7 ...").media_type == "application/pdf"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("..\\secret/../minutes of Tuesday.exe", "minutes of Tuesday.pdf"),
        ("minutes", "minutes.pdf"),
        ("a\u202egpj.exe", "agpj.pdf"),
        ("<b>&\"'.pdf", "b & '.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
        ("Żółta kartka.docx", "Żółta kartka.pdf"),
    ],
)
def test_file_is_called_what_it_is(told: str, kept: str) -> None:
    """A name keeps its letters, loses folders and tricks, and ends as its content is."""
    assert file_name(told, media_type="application/pdf") == kept


def test_old_word_and_encrypted_files_are_refused_by_name() -> None:
    """Whoever hands one in learns what to do."""
    with pytest.raises(Unreadable, match=r"encrypted, or of the old kind of Word"):
        accept_file(b"\xd0\xcf\x11\xe0" + bytes(512))


def test_scan_stays_readable() -> None:
    """A scanned sheet keeps 200 dots an inch, more than a photo needs."""
    made = Image.open(io.BytesIO(accept_file(_sheet()).data))
    assert max(made.size) == 2480


def _sheet() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2400, 3400), "white").save(out, "PNG")
    return out.getvalue()
