"""The pages that need no sign-in: first page, check a document, failures."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient


def test_first_page_of_an_empty_installation_says_what_to_do(client: FlaskClient) -> None:
    """Nothing is there yet: the page says how to begin."""
    page = client.get("/demo")
    assert page.status_code == 200
    assert "make run" in page.text


def test_every_page_is_protected(client: FlaskClient) -> None:
    """No script of others, no frame, nothing kept in a shared PC's cache."""
    for path in ("/", "/verify", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_page_that_is_not_there_has_words_and_a_way_on(client: FlaskClient) -> None:
    """A wrong address is a page too."""
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "Page not found" in page.text


@pytest.mark.parametrize("path", ("/demo/x", "/demo/../../etc/passwd", "/assets/app/../../pyproject.toml"))
def test_nothing_else_can_be_fetched(client: FlaskClient, path: str) -> None:
    """An id that is none, or a path that climbs, finds nothing."""
    assert client.get(path).status_code == 404


def test_check_without_a_file_asks_for_one(client: FlaskClient) -> None:
    """The error stands in the summary and beside the field."""
    page = client.post("/verify", data={})
    assert page.status_code == 422
    assert page.text.count("Choose the document you want to check") == 2


def test_check_of_rubbish_says_it_could_not_be_read(client: FlaskClient) -> None:
    """Rubbish has a verdict in words."""
    page = client.post("/verify", data={"file": (io.BytesIO(b"rubbish"), "plan.pdf")})
    assert page.status_code == 200
    assert "Do not act on this copy alone" in page.text
    assert "could not be read" in page.text


def test_file_name_is_not_repeated(client: FlaskClient) -> None:
    """What the visitor called the file is told to nobody."""
    page = client.post("/verify", data={"file": (io.BytesIO(b"rubbish"), "<b>Name of a child</b>.pdf")})
    assert "Name of a child" not in page.text


def test_check_of_a_large_file_is_refused(client: FlaskClient) -> None:
    """A file over the limit is refused with its own page."""
    page = client.post(
        "/verify",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(51 * 1024 * 1024)},
    )
    assert page.status_code == 413
    assert "too large" in page.text


def test_style_sheet_is_served(client: FlaskClient) -> None:
    """The page's style is ours and comes from here."""
    sheet = client.get("/assets/app/formsvc.css")
    try:
        assert sheet.status_code == 200
        assert "GDS Transport" not in sheet.text
    finally:
        sheet.close()
