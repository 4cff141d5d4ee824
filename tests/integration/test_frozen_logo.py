"""A revision freezes the logo that its organisation has when it becomes final, on both databases."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from formsvc.access.views import make_view
from formsvc.records.logos import accept_logo, for_print
from formsvc.store import logos, snapshots
from formsvc.store.logos import Logo
from formsvc.store.session import Store
from tests.integration.scenes import Scene, a_scene


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return people, a child and a form."""
    return a_scene(store)


def keep(scene: Scene, colour: str) -> Logo:
    """Let the organisation have a logo of a colour."""
    out = io.BytesIO()
    Image.new("RGB", (200, 60), colour).save(out, "PNG")
    accepted = accept_logo(out.getvalue())
    kept = Logo(sha256=accepted.sha256, png=accepted.png, width=accepted.width, height=accepted.height)
    with scene.store.write() as tx:
        logos.keep(tx, kept, organisation_id=scene.organisation_id)
    return kept


def a_final(scene: Scene) -> str:
    """Make a record final and return its revision."""
    started = scene.start()
    scene.fill(started.revision_id)
    scene.make_final(started.revision_id)
    return started.revision_id


def controller(scene: Scene, revision_id: str) -> tuple[dict[str, object], dict[str, bytes]]:
    """Return the controller as the view of a revision names it, and the view's files."""
    with scene.store.read() as tx:
        snapshot = snapshots.of_revision(tx, revision_id).snapshot
    view = make_view(
        snapshot, scene.plan, "full", verify_at="https://forms.example.org/verify", demonstration=False
    )
    return dict(view.data["controller"]), dict(view.files)


def test_a_revision_keeps_the_logo_it_was_made_with(scene: Scene) -> None:
    """What was final before a logo stays without; what was final with one keeps it when it goes."""
    before = a_final(scene)
    first = for_print(keep(scene, "teal").png)
    with_first = a_final(scene)
    keep(scene, "crimson")
    with scene.store.write() as tx:
        logos.remove(tx, organisation_id=scene.organisation_id)
    told, files = controller(scene, before)
    assert "logo" not in told
    assert files == {}
    told, files = controller(scene, with_first)
    assert told["logo"] == {
        "sha256": first.sha256,
        "media_type": "image/jpeg",
        "alt": "Logo of Calderholme County Council",
    }
    assert files == {first.sha256: first.jpeg}


def test_a_damaged_logo_holds_no_document_up(scene: Scene) -> None:
    """A kept logo that cannot be drawn is left out, and the record becomes final."""
    with scene.store.write() as tx:
        damaged = Logo(sha256="0" * 64, png=b"damaged", width=48, height=24)
        logos.keep(tx, damaged, organisation_id=scene.organisation_id)
    assert "logo" not in controller(scene, a_final(scene))[0]
