"""Photos and files in a form: judged by content, made anew, seen only by who may; other answers stay."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from formsvc.demo import CHILDREN
from formsvc.store import audit
from formsvc.workflow.read_draft import read_draft
from tests.handed_in import plain_pdf
from tests.web.completing import JSON, Page, begun, page, shared, the_plan, the_sink
from tests.web.conftest import Installation, StrictClient

As = Callable[[str], StrictClient]


@pytest.fixture(scope="module")
def demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return the demonstration that this file's tests share."""
    yield from shared(demo_template, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def worker(as_: As) -> StrictClient:
    """Return a client signed in as the social worker."""
    return as_("social_worker")


@pytest.fixture
def plan(demo: Installation) -> str:
    """Return the address of a new plan."""
    return f"/records/{begun(demo, the_plan(demo))}"


@pytest.fixture
def sink(demo: Installation) -> str:
    """Return the address of a new form with every field type."""
    return f"/records/{begun(demo, the_sink())}"


def a_picture(kind: str = "JPEG", *, position: bool = False) -> bytes:
    """Return a small picture, with a position in it where asked."""
    out = io.BytesIO()
    exif = Image.Exif()
    if position:
        exif[0x010F] = "A camera that says where it is"
    Image.new("RGB", (60, 80), "teal").save(out, kind, exif=exif)
    return out.getvalue()


def held(demo: Installation, address: str, page_id: str, field: str) -> dict[str, object]:
    """Return what a form holds of an answer."""
    section = read_draft(demo.store, record_id=address.rpartition("/")[2]).sections[page_id]
    return dict(section.answers.get(field, {}))


@pytest.mark.parametrize("kind", ("JPEG", "PNG", "WEBP"))
def test_photo_is_kept_made_anew_and_shown(
    worker: StrictClient, demo: Installation, plan: str, kind: str
) -> None:
    """Whatever it came as it is a JPEG without what the camera wrote into it."""
    shown = page(worker, f"{plan}/pages/looks").change(build="Slight")
    shown.sent["photo-upload"] = (io.BytesIO(a_picture(kind, position=True)), f"photo.{kind.lower()}")
    assert shown.press().status_code == 303
    kept = held(demo, plan, "looks", "photo")
    again = page(worker, f"{plan}/pages/looks")
    address = f"{plan}/files/{kept['sha256']}"
    assert f'src="{address}"' in again.text
    picture = worker.get(address)
    assert picture.mimetype == "image/jpeg"
    assert picture.headers["Cache-Control"] == "no-store"
    assert b"camera" not in picture.data
    assert again.sent["build"] == "Slight"


def test_file_that_is_no_photo_loses_nothing_else(
    worker: StrictClient, demo: Installation, plan: str
) -> None:
    """The error stands beside the photo and in the summary; the other answers and the photo before stay."""
    shown = page(worker, f"{plan}/pages/looks")
    shown.sent["photo-upload"] = (io.BytesIO(a_picture()), "photo.jpg")
    shown.press()
    before = held(demo, plan, "looks", "photo")
    second = page(worker, f"{plan}/pages/looks").change(build="Slight", photo__alt="A face")
    second.sent["photo-upload"] = (io.BytesIO(b"%PDF-1.7 not a picture"), "photo.jpg")
    reply = second.press()
    assert reply.status_code == 422
    assert 'href="#photo-upload"' in reply.text
    assert reply.text.count("Photo was not added") == 2
    assert held(demo, plan, "looks", "photo")["sha256"] == before["sha256"]
    assert page(worker, f"{plan}/pages/looks").sent["build"] == "Slight"


def test_which_bytes_an_answer_holds_is_never_taken_from_the_page(
    worker: StrictClient, demo: Installation, plan: str
) -> None:
    """A hash that somebody posts names nothing, not even a file of another record."""
    other = held_photo_of_another(worker, demo)
    shown = page(worker, f"{plan}/pages/looks").change(photo__sha256=other, photo__media_type="image/jpeg")
    shown.change(photo__alt="x").press()
    assert "sha256" not in held(demo, plan, "looks", "photo")
    assert worker.get(f"{plan}/files/{other}").status_code == 404


def held_photo_of_another(worker: StrictClient, demo: Installation) -> str:
    """Add a photo to a record of its own and return its hash."""
    address = f"/records/{begun(demo, the_plan(demo), child=2)}"
    shown = page(worker, f"{address}/pages/looks")
    out = io.BytesIO()
    Image.new("RGB", (61, 80), "red").save(out, "JPEG")
    shown.sent["photo-upload"] = (io.BytesIO(out.getvalue()), "photo.jpg")
    shown.press()
    return str(held(demo, address, "looks", "photo")["sha256"])


def test_photo_can_be_removed(worker: StrictClient, demo: Installation, plan: str) -> None:
    """The button takes the photo away and keeps the rest of the page."""
    shown = page(worker, f"{plan}/pages/looks").change(build="Slight")
    shown.sent["photo-upload"] = (io.BytesIO(a_picture()), "photo.jpg")
    shown.press()
    assert page(worker, f"{plan}/pages/looks").press("drop:photo").status_code == 303
    assert "sha256" not in held(demo, plan, "looks", "photo")
    assert page(worker, f"{plan}/pages/looks").sent["build"] == "Slight"


def test_photo_saves_itself_and_the_page_learns_where_it_is(worker: StrictClient, plan: str) -> None:
    """The reply names the picture to be shown; one that is refused is told in words."""
    shown = page(worker, f"{plan}/pages/looks")
    shown.sent["photo-upload"] = (io.BytesIO(a_picture()), "photo.jpg")
    told = shown.press("autosave", headers=JSON).get_json()
    assert told["files"]["photo-upload"]["url"].startswith(f"{plan}/files/")
    bad = page(worker, f"{plan}/pages/looks")
    bad.sent["photo-upload"] = (io.BytesIO(b"nothing"), "photo.jpg")
    told = bad.press("autosave", headers=JSON).get_json()
    assert told["failed"] is True
    assert "Photo was not added" in told["words"]


def test_file_is_downloaded_and_its_name_is_cleaned(
    worker: StrictClient, demo: Installation, sink: str
) -> None:
    """A PDF is kept as it is, under a plain name, and never opened in the page."""
    shown = page(worker, f"{sink}/pages/reaching")
    shown.sent["plan-upload"] = (io.BytesIO(plain_pdf()), "..\\secret/../plan of the house.exe")
    assert shown.press().status_code == 303
    kept = held(demo, sink, "reaching", "plan")
    assert kept["name"] == "plan of the house.pdf"
    reply = worker.get(f"{sink}/files/{kept['sha256']}")
    assert reply.headers["Content-Disposition"].startswith('attachment; filename="')
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.data == plain_pdf()
    with demo.store.read() as tx:
        noted = audit.of_child(tx, CHILDREN[1].id, limit=20)
    assert any(one.act == "file.download" and one.data["sha256"] == kept["sha256"] for one in noted)


@pytest.mark.parametrize("data", (b"<script>alert(1)</script>", b"PK\x03\x04 broken", b"MZ program"))
def test_file_of_another_kind_is_refused(worker: StrictClient, sink: str, data: bytes) -> None:
    """What it holds decides, not what it is called."""
    shown = page(worker, f"{sink}/pages/reaching")
    shown.sent["plan-upload"] = (io.BytesIO(data), "plan.pdf")
    reply = shown.press()
    assert reply.status_code == 422
    assert "was not added" in reply.text


def test_word_file_is_refused_where_only_pdf_and_jpeg_are_taken(worker: StrictClient, sink: str) -> None:
    """The question says what it takes; a PNG becomes a JPEG and passes."""
    shown = page(worker, f"{sink}/pages/reaching")
    shown.sent["plan-upload"] = (io.BytesIO(a_picture("PNG")), "plan.png")
    assert shown.press().status_code == 303


def test_photo_in_a_row_belongs_to_the_row(worker: StrictClient, demo: Installation, sink: str) -> None:
    """A row's photo is kept with its row."""
    row: Page = page(worker, f"{sink}/pages/groups/rows/places/p1").change(street__line1="Under the bridge")
    row.sent["front-upload"] = (io.BytesIO(a_picture()), "front.jpg")
    assert row.press().status_code == 303
    section = read_draft(demo.store, record_id=sink.rpartition("/")[2]).sections["groups"]
    (kept,) = section.answers["places"]
    assert kept["id"] == "p1"
    assert kept["front"]["media_type"] == "image/jpeg"


def test_photo_known_about_the_child_is_carried_into_the_new_form(as_: As, demo: Installation) -> None:
    """It is shown before it is confirmed, and the record carries it afterwards."""
    worker = as_("social_worker")
    plan = f"/records/{begun(demo, the_plan(demo), child=0)}"
    shown = page(worker, f"{plan}/pages/looks")
    draft = read_draft(demo.store, record_id=plan.rpartition("/")[2])
    sha256 = draft.known["photo"].value["sha256"]
    assert worker.get(f"{plan}/files/{sha256}").status_code == 200
    assert sha256 not in draft.files
    assert "This photo is" in shown.text
    assert shown.press().status_code == 303
    assert sha256 in read_draft(demo.store, record_id=plan.rpartition("/")[2]).files


def test_picture_of_a_form_is_refused_to_others(as_: As, demo: Installation, plan: str) -> None:
    """Who may not work on the form gets no file of it."""
    worker = as_("social_worker")
    shown = page(worker, f"{plan}/pages/looks")
    shown.sent["photo-upload"] = (io.BytesIO(a_picture()), "photo.jpg")
    shown.press()
    address = f"{plan}/files/{held(demo, plan, 'looks', 'photo')['sha256']}"
    for role in ("police_coordinator", "residential_manager", "administrator", "reviewing_officer"):
        assert as_(role).get(address).status_code in (403, 404), role
    assert demo.client().get(address).status_code == 302
