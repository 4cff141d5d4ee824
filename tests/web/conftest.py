"""A client whose every HTML reply is parsed as a browser would, and found without fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from formsvc.app import create_app
from formsvc.settings import Settings, load
from formsvc.workflow.set_up import set_up
from tests.validators.markup import html_errors


class StrictClient(FlaskClient):
    """A client that refuses a page a browser would have to mend."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        """Ask, and look at what came."""
        response = super().open(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        if response.mimetype == "text/html" and response.status_code < 300:
            assert html_errors(response.get_data()) == ()
        return response


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of an installation that is set up."""
    found = load({"FORMSVC_INSTANCE": str(tmp_path_factory.mktemp("web"))})
    set_up(found)
    return found


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    """Return a client of the application."""
    app = create_app(settings)
    app.test_client_class = StrictClient
    with app.test_client() as made:
        yield made
    app.extensions["formsvc"]["store"].close()
