"""How a social worker fills the Trigger Plan in by hand: what is typed on each of its pages."""

from __future__ import annotations

from datetime import date, timedelta

from formsvc.settings import PROJECT
from tests.journeys.browser.seat import Seat

PHOTO = PROJECT / "form_templates" / "examples" / "photo.jpg"
CONTINUE = "Save and continue"


def begin(seat: Seat, child_id: str) -> str:
    """Start a plan from the child's page; return the record's id."""
    seat.go(f"/children/{child_id}")
    seat.press("Start a Trigger Plan")
    seat.page.wait_for_url("**/records/*")
    return seat.path.removeprefix("/records/").split("/")[0]


def at(seat: Seat, record_id: str, page_id: str) -> None:
    """Open a section of the form."""
    seat.go(f"/records/{record_id}/pages/{page_id}")


def on(seat: Seat, day: date, field_id: str) -> None:
    """Type a date in its three parts."""
    seat.write(field_id, day=str(day.day), month=str(day.month), year=str(day.year))


def purpose(seat: Seat) -> None:
    """Answer why there is a plan."""
    for field_id in ("at_risk", "serious_harm", "too_often"):
        seat.choose(field_id, "yes", part="answer")
    seat.write("at_risk", detail="Twice in October, each time for a whole night.")
    today = date.today()  # noqa: DTZ011  (the day a person reads off the wall)
    on(seat, today - timedelta(days=1), "plan_date")
    on(seat, today + timedelta(days=27), "next_review")
    seat.choose("made_with", "child", part="choices")
    seat.choose("made_with", "carer", part="choices")


def child(seat: Seat, name: str) -> None:
    """Answer who the child is."""
    seat.write("full_name", value=name)
    on(seat, date(2012, 5, 4), "date_of_birth")
    seat.choose("legal_status", "care_order", part="choice")
    seat.write("address", line1="Rowan Bank", line2="14 Ferrier's Walk", town="Marlowthwaite")
    seat.write("home_phone", e164="01632 960520")
    seat.write("lead", name="Theodora Blakiston-Nwosu", role="social worker", phone="07700 900530")


def photo(seat: Seat) -> None:
    """Hand in a photo and say when it was taken."""
    seat.page.locator('[name="photo-upload"]').set_input_files(PHOTO)
    on(seat, date(2026, 9, 3), "photo-taken")


def looks(seat: Seat, *, hair: str = "Brown, to the shoulder") -> None:
    """Describe the child, whose photo is there: a script, or a save, has asked whether it is true."""
    seat.choose("photo_true", "yes", part="answer")
    seat.write("height", value="158 cm")
    seat.write("build", value="Slight")
    seat.write("hair", value=hair)
    seat.choose("eyes", "yes", part="not_known")
    seat.choose("marks", "yes", part="not_known")


def row(seat: Seat, group_id: str, button: str, save: str, **typed: str) -> None:
    """Add a row: press its button, type, save it and be back on the section."""
    seat.press(button, within=seat.question(group_id))
    for name, text in typed.items():
        seat.page.locator(f'[name="{name.replace("__", "-")}"]').fill(text)
    seat.press(save)


def risks(seat: Seat) -> None:
    """Answer what could happen, with one risk as a row."""
    row(seat, "top_risks", "Add risk", "Save this risk", risk="Trains: he runs along the line")
    seat.write("background", value="Came to the home in May from a placement that broke down.")
    seat.write("worker_risk", value="He gets into cars of people he does not know.")
    for field_id in ("risk_from", "notices", "risk_to"):
        seat.choose(field_id, "no", part="answer")


def the_plan(seat: Seat) -> None:
    """Answer what is done when the child is missing, with an action and somebody to ring."""
    row(
        seat,
        "actions",
        "Add action",
        "Save this action",
        what="Ring his phone, then his aunt",
        who="Whoever is on shift",
        when="Within 15 minutes",
    )
    row(
        seat,
        "ring_now",
        "Add contact",
        "Save this contact",
        contact__name="Rowan Bank, the senior on shift",
        contact__phone="01632 960520",
        ring_for="Where he was last seen",
    )
    seat.write("tell_police", value="He answers to his name and is not afraid of dogs.")


def rest(seat: Seat, record_id: str) -> None:
    """Fill in what else must be answered before it can be final."""
    at(seat, record_id, "health")
    seat.choose("medication", "no", part="answer")
    seat.press(CONTINUE)
    at(seat, record_id, "risks")
    risks(seat)
    seat.press(CONTINUE)
    seat.write("triggers", value="Phone calls that were promised and did not come.")
    seat.press(CONTINUE)
    at(seat, record_id, "plan")
    the_plan(seat)
    seat.press(CONTINUE)
    seat.write("when_found", value="Food first, then sleep, then questions.")
    seat.press(CONTINUE)
