"""Every act of the audit as people say it, and of which kind it is. A test holds it against the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from formsvc.access.terms import Action

KINDS: Final[Mapping[str, str]] = {
    "looked": "Looked",
    "changed": "Wrote or changed something",
    "signed": "Signed, approved, sent back",
    "documents": "Issued, took or handed out documents",
    "recalls": "Withdrew, asked copies back, disputes",
    "access": "Emergencies, secrets, what is withheld",
    "keeping": "Closing, keeping, disposal, export",
    "people": "Accounts and roles",
    "sessions": "Signing in and out",
    "service": "The service and the organisation",
}
"""Kind of act -> what a filter calls it."""

ACTS: Final[Mapping[str, tuple[str, str]]] = {
    "access.explain": ("service", "Asked why somebody may or may not do something"),
    "audit.export": ("service", "Exported the audit"),
    "audit.see": ("service", "Looked at the audit"),
    "child.add": ("changed", "Added the child"),
    "child.allocate": ("changed", "Changed the team or the workers of the child"),
    "child.close": ("keeping", "Closed the case"),
    "child.correct": ("changed", "Corrected the child's name or date of birth"),
    "child.dispose": ("keeping", "Disposed of what was held"),
    "child.export": ("keeping", "Asked for everything held on the child"),
    "child.export_fetch": ("keeping", "Took everything held on the child"),
    "child.hold": ("keeping", "Stopped any disposal"),
    "child.lift_hold": ("keeping", "Let disposal go on"),
    "child.move": ("changed", "Changed where the child lives"),
    "child.move_undo": ("changed", "Undid a change of where the child lives"),
    "child.reopen": ("keeping", "Opened the case again"),
    "child.search": ("looked", "Searched for a child"),
    "child.see": ("looked", "Looked at the child's page"),
    "disposal.cancel": ("keeping", "Stopped a disposal"),
    "disposal.confirm": ("keeping", "Confirmed a disposal"),
    "disposal.propose": ("keeping", "Proposed a disposal"),
    "dispute.add": ("recalls", "Noted that an answer is disputed"),
    "dispute.settle": ("recalls", "Answered a dispute"),
    "document.ask": ("documents", "Asked for documents"),
    "document.download": ("documents", "Downloaded a document"),
    "document.hand_out": ("documents", "Noted that a copy was handed to somebody"),
    "document.issue": ("documents", "Issued a document"),
    "document.stamp": ("documents", "Put a time stamp into a document"),
    "document.text": ("documents", "Took a document as text"),
    "documents.visit": ("looked", "Looked at the newest plans"),
    "draft.preview": ("looked", "Looked at a draft as it would be printed"),
    "emergency.end": ("access", "Ended an emergency look"),
    "emergency.open": ("access", "Opened the documents in an emergency"),
    "emergency.review": ("access", "Reviewed an emergency look"),
    "emergency.too_often": ("access", "Tried to open documents in an emergency too often"),
    "fact.confirm": ("changed", "Confirmed answers that were filled in"),
    "fact.release": ("changed", "Released a fact to other readers"),
    "factor.begin": ("people", "Began to set up a second factor"),
    "factor.remove": ("people", "Removed a second factor"),
    "factor.renew": ("people", "Made new recovery codes"),
    "factor.set_up": ("people", "Set up a second factor"),
    "file.attach": ("changed", "Added a file"),
    "file.carry": ("changed", "Brought a file along from before"),
    "invitation.accept": ("people", "Accepted a role elsewhere"),
    "invitation.decline": ("people", "Declined a role elsewhere"),
    "invitation.known": ("people", "Tried to open an account that is there already"),
    "instance.operator": ("people", "Made somebody an operator"),
    "job.retry": ("service", "Started background work again"),
    "on_call.end": ("people", "Ended being on call"),
    "on_call.name": ("people", "Named who is on call"),
    "organisation.begin": ("service", "Added an organisation"),
    "organisation.close_place": ("service", "Closed a team, home or force"),
    "organisation.invite": ("service", "Invited a first administrator again"),
    "organisation.logo": ("service", "Changed the logo"),
    "organisation.place": ("service", "Added a team, home or force"),
    "organisation.rename": ("service", "Renamed the organisation"),
    "organisation.rename_place": ("service", "Renamed a team, home or force"),
    "organisation.second_factor": ("service", "Said who needs a second factor"),
    "password.change": ("people", "Changed their password"),
    "password.choose": ("people", "Chose a password"),
    "person.accept": ("people", "Accepted an invitation"),
    "person.decline": ("people", "An invitation was declined"),
    "person.end_role": ("people", "Ended a role"),
    "person.end_sessions": ("people", "Ended somebody's sign-ins"),
    "person.invite": ("people", "Invited somebody"),
    "person.one_time_code": ("people", "Handed out a one-time code"),
    "person.release": ("people", "Let a locked account in again"),
    "person.remove_factor": ("people", "Removed somebody's second factor"),
    "person.reset": ("people", "Let somebody choose a new password"),
    "person.uninvite": ("people", "Withdrew an invitation"),
    "person.shift": ("people", "Added an agency worker for a shift"),
    "person.shift_end": ("people", "Ended a shift"),
    "recall.answer": ("recalls", "Said what became of a withdrawn copy"),
    "recall.ask": ("recalls", "Asked somebody for a withdrawn copy"),
    "recall.close": ("recalls", "Closed the asking back of copies"),
    "recall.copy": ("recalls", "Asked for one person's copy alone"),
    "recall.see": ("recalls", "Saw that a copy is asked back"),
    "record.see": ("looked", "Looked at a form"),
    "record.keep_close": ("changed", "Closed where the child lives in a form being worked on"),
    "record.start": ("changed", "Began a form"),
    "retention.set": ("keeping", "Changed how long things are kept"),
    "review.no_change": ("signed", "Said that a plan needs no change after the move"),
    "review.wanted": ("signed", "Said what has to change in a plan after the move"),
    "revision.approve_after": ("signed", "Approved what had gone out"),
    "revision.call_back": ("recalls", "Called copies of an older revision back"),
    "revision.finalise": ("signed", "Made a revision final"),
    "revision.freeze": ("signed", "Handed a form in for sign-off"),
    "revision.send_back": ("signed", "Sent a form back"),
    "revision.sign_off": ("signed", "Signed off"),
    "revision.start": ("changed", "Began a new revision"),
    "revision.withdraw": ("recalls", "Withdrew a revision"),
    "seal.new": ("service", "Made a new seal"),
    "secret.add": ("access", "Put a secret into keeping"),
    "secret.destroy": ("access", "Destroyed a secret"),
    "secret.replace": ("access", "Replaced a secret"),
    "secret.reveal": ("access", "Looked at a secret"),
    "section.late": ("changed", "Kept what was typed too late"),
    "section.late_read": ("looked", "Read what was typed too late"),
    "section.save": ("changed", "Saved a section"),
    "session.choose_role": ("sessions", "Chose a role"),
    "session.code": ("sessions", "Gave a one-time code"),
    "session.end": ("sessions", "Ended a sign-in"),
    "session.lock": ("sessions", "Locked the screen"),
    "session.one_time_code": ("sessions", "Signed in with a one-time code"),
    "session.prove": ("sessions", "Gave the password again"),
    "session.sign_in": ("sessions", "Signed in"),
    "session.sign_out": ("sessions", "Signed out"),
    "session.sign_out_elsewhere": ("sessions", "Signed out elsewhere"),
    "session.unlock": ("sessions", "Unlocked the screen"),
    "typed.done": ("changed", "Dealt with what was kept from an ended session"),
    "typed.keep": ("changed", "Kept what was typed when a session ended"),
    "typed.take_over": ("changed", "Took over what somebody had typed"),
    "withholding.add": ("access", "Withheld something from somebody by name"),
    "withholding.end": ("access", "Ended what was withheld"),
    "withholding.end_reader": ("access", "Took back a reader by name"),
    "withholding.name_reader": ("access", "Named a reader"),
}
"""Act -> (kind, what was done)."""

REFUSALS: Final[Mapping[str, str]] = {
    f"access.{one.value}": f"Was refused: {one.value.replace('_', ' ')}" for one in Action
}
"""What was refused, by what was asked for."""


def said(act: str) -> str:
    """Return what was done, as a page says it."""
    return REFUSALS.get(act) or ACTS.get(act, ("", act))[1]


def of_kind(kind: str) -> tuple[str, ...]:
    """Return the acts of a kind."""
    return tuple(act for act, (of, _) in ACTS.items() if of == kind)
