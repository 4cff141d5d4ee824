"""Correct and chase: withdraw, who had it, copies handed out, answering for a copy, following to the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.access.table import ROLE_WORDS, Action, audience_for, ever
from formsvc.errors import NotFound, WrongState
from formsvc.store import documents
from formsvc.store.documents import Document
from formsvc.store.handed_out import CHANNELS
from formsvc.store.recalls import COPY, ENDS, Holder
from formsvc.web import said
from formsvc.web.guarding import about_record, actor, needs, person, policy, refuse, store, visitor
from formsvc.web.moments import read_moment, typed_now
from formsvc.workflow.answer_recall import answer_recall, answers_due, called_back
from formsvc.workflow.follow_recall import (
    Following,
    answer_for,
    close_recall,
    follow_recall,
    open_recalls,
    who_had_it,
)
from formsvc.workflow.hand_out import hand_out, handed_out_of, is_possible
from formsvc.workflow.read_record import RecordHistory, RevisionLine, record_history
from formsvc.workflow.recall_copy import had_copy, recall_copy
from formsvc.workflow.withdraw import withdraw as workflow_withdraw

blueprint = Blueprint("recalls", __name__)

Answered = str | Response | tuple[str, int]

WHY: Final[Mapping[str, str]] = {
    "wrong_child": "It is about the wrong child",
    "dangerous": "Something in it is dangerous, for example an address",
    "wrong_person": "The wrong person received it",
    "mistaken": "It was issued by mistake",
    "other": "Another reason",
}
TOLD: Final[Mapping[str, str]] = {
    "wrong_child": "It is about the wrong child. Do not act on it.",
    "dangerous": "Something in it is dangerous, for example an address. Do not act on it.",
    "wrong_person": "It reached somebody it was not meant for.",
    "mistaken": "It was issued by mistake. Do not act on it.",
    "other": "Do not act on it.",
}
"""What a holder is told: why, and nothing about the child."""
ANSWERS: Final[Mapping[str, str]] = {
    "destroyed": "Destroyed: every copy, on paper and in files, is gone",
    "replaced": "Replaced: it is gone, and the newest one is in its place",
    "not_kept": "Not kept: I looked at it and have no copy",
}
ANSWERED: Final[Mapping[str, str]] = {
    "asked": "Asked",
    "destroyed": "Destroyed",
    "replaced": "Replaced",
    "not_kept": "Not kept",
}
HOW: Final[Mapping[str, str]] = {
    "in_person": "In person",
    "post": "By post",
    "secure_mail": "By secure e-mail",
    "mail": "By e-mail",
    "phone": "By telephone",
    "other": "Another way",
}


@blueprint.app_context_processor
def asked() -> dict[str, Any]:
    """Give every page the number of copies that who is signed in has to answer for, and the moment it is."""
    return {"copies_to_answer": _waiting, "now": clock.now}


def _waiting() -> int:
    who = visitor()
    return 0 if who is None else answers_due(store(), user_id=who.user_id)


@blueprint.route("/records/<record_id>/withdraw", methods=["GET", "POST"])
@needs(Action.withdraw)
def withdraw(*, record_id: str) -> Answered:
    """Withdraw what is current, or call an older revision back, with a reason; everybody is asked for it."""
    head, record = about_record(record_id, Action.withdraw)
    history = record_history(store(), record_id=record_id, person=person(), with_signing=False)
    line = _chosen(history)
    if line is None:
        return redirect(url_for("documents.history", record_id=record_id))
    typed, errors = request.form.to_dict(), {}
    if request.method == "POST":
        errors = _wrong(typed, line)
        if not errors:
            try:
                done = workflow_withdraw(
                    store(),
                    actor=actor(),
                    revision_id=line.revision.id,
                    why=typed["why"],
                    reason=typed.get("reason", "").strip()[:2000],
                    within=policy().days_to_answer(record.area_id),
                    seen_as=line.revision.state,
                )
            except WrongState:
                errors["why"] = "Somebody else has just withdrawn it"
            else:
                return redirect(url_for("recalls.follow", record_id=record_id, recall_id=done.recall_id))
    page = render_template(
        "recalls/withdraw.html",
        head=head,
        history=history,
        line=line,
        why=WHY,
        typed=typed,
        errors=errors,
        had=_had(record_id, line.revision.id),
        days=policy().days_to_answer(record.area_id),
        said=said,
    )
    return (page, 422) if errors else page


@blueprint.get("/recalls")
@needs(Action.begin)
def mine() -> str:
    """List the copies one is asked for, and the recalls one follows."""
    who = person()
    return render_template(
        "recalls/mine.html",
        called=called_back(store(), actor=actor(), answered=True),
        recalls=open_recalls(store(), person=who) if ever(who.role, Action.recall) else (),
        **words(),
    )


@blueprint.post("/recalls/<line_id>")
@needs(Action.begin)
def answer(*, line_id: str) -> Answered:
    """Say what became of a copy one took."""
    kind = request.form.get("answer", "")
    if kind not in ENDS:
        page = render_template(
            "recalls/mine.html",
            called=called_back(store(), actor=actor(), answered=True),
            recalls=(),
            errors={f"answer-{line_id}": "Say what became of the copy"},
            wrong=line_id,
            **words(),
        )
        return page, 422
    try:
        answer_recall(store(), actor=actor(), line_id=line_id, kind=kind)
    except WrongState:
        flash("It was answered already, or is closed.")
    else:
        flash("Thank you: your answer is kept.", "success")
    return redirect(url_for("home.home"))


@blueprint.get("/records/<record_id>/who-had-it")
@needs(Action.see_history)
def had(*, record_id: str) -> str:
    """List everybody who took a copy of any revision, or was handed one."""
    head, record = about_record(record_id, Action.see_history)
    return render_template(
        "recalls/who_had_it.html",
        head=head,
        record=record,
        found=who_had_it(store(), record_id=record_id),
        **words(),
    )


@blueprint.route("/records/<record_id>/recall-copy", methods=["GET", "POST"])
@needs(Action.recall)
def one_copy(*, record_id: str) -> Answered:
    """Ask one person for their copy, where the wrong person received it: the form stays as it is."""
    head, record = about_record(record_id, Action.recall)
    named = {"revision_id": "revision", "holder_id": "holder"}
    chosen = {key: request.values.get(name, "")[:32] for key, name in named.items()}
    back = redirect(url_for("recalls.had", record_id=record_id))
    if not all(chosen.values()):
        return back
    days = policy().days_to_answer(record.area_id)
    try:
        found = had_copy(store(), record_id=record_id, **chosen)
        if request.method == "POST":
            made = recall_copy(store(), actor=actor(), record_id=record_id, within=days, **chosen)
            return redirect(url_for("recalls.follow", record_id=record_id, recall_id=made))
    except WrongState:
        flash("They are asked for it already, or the form was withdrawn meanwhile.")
        return back
    return render_template(
        "recalls/one_copy.html", head=head, record=record, found=found, days=days, **words()
    )


@blueprint.get("/records/<record_id>/recalls/<recall_id>")
@needs(Action.recall)
def follow(*, record_id: str, recall_id: str) -> str:
    """Show how asking the copies of a revision back stands."""
    return _follow_page(record_id, recall_id)


@blueprint.route("/records/<record_id>/recalls/<recall_id>/holders/<line_id>", methods=["GET", "POST"])
@needs(Action.recall)
def holder(*, record_id: str, recall_id: str, line_id: str) -> Answered:
    """Give the words to ask one holder with; write down that they were asked, or what they answered."""
    head, _ = about_record(record_id, Action.recall)
    found = follow_recall(store(), record_id=record_id, recall_id=recall_id)
    line = next((one for one in found.holders if one.id == line_id), None)
    if line is None:
        raise NotFound
    typed = request.form.to_dict() or typed_now()
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _wrong_answer(typed)
        at = read_moment(typed)
        if not errors and at is not None:
            try:
                answer_for(
                    store(),
                    actor=actor(),
                    record_id=record_id,
                    recall_id=recall_id,
                    line_id=line_id,
                    kind=typed["answer"],
                    at=at,
                    channel=typed.get("channel") if typed.get("channel") in HOW else None,
                )
            except WrongState:
                flash("It is closed: nothing was changed.")
            else:
                flash("Kept.", "success")
            return redirect(url_for("recalls.follow", record_id=record_id, recall_id=recall_id))
    page = render_template(
        "recalls/holder.html",
        head=head,
        found=found,
        line=line,
        typed=typed,
        errors=errors,
        letter=letter(found, line),
        **words(),
    )
    return (page, 422) if errors else page


@blueprint.post("/records/<record_id>/recalls/<recall_id>/close")
@needs(Action.recall)
def close(*, record_id: str, recall_id: str) -> Answered:
    """Close a recall with answers missing, for a reason."""
    about_record(record_id, Action.recall)
    remark = request.form.get("remark", "").strip()[:2000]
    if not remark:
        errors = {"remark": "Say why it is closed although somebody has not answered"}
        return _follow_page(record_id, recall_id, errors=errors), 422
    try:
        close_recall(store(), actor=actor(), record_id=record_id, recall_id=recall_id, remark=remark)
    except WrongState:
        flash("It is closed already.")
    return redirect(url_for("recalls.follow", record_id=record_id, recall_id=recall_id))


@blueprint.route("/documents/<document_id>/handed-out", methods=["GET", "POST"])
@needs(Action.hand_out)
def handed(*, document_id: str) -> Answered:
    """Say to whom outside a copy was handed; list to whom it was."""
    with store().read() as tx:
        document = documents.get(tx, document_id)
    head, record = about_record(document.record_id, Action.hand_out)
    if audience_for(person().role) not in ("full", document.audience_id):
        refuse(Action.hand_out, why="audience", record_id=record.id, subject_id=document.id)
        raise NotFound
    typed = request.form.to_dict() or typed_now()
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _wrong_recipient(typed, document)
        at = read_moment(typed)
        if not errors and at is not None:
            recipient = {part: typed.get(part, "").strip() for part in ("name", "role", "organisation")}
            hand_out(
                store(),
                actor=actor(),
                document_id=document_id,
                recipient=recipient,
                channel=typed["channel"],
                at=at,
            )
            flash("Kept. If it is ever withdrawn, they are on the list of those to ask.", "success")
            return redirect(url_for("recalls.handed", document_id=document_id))
    page = render_template(
        "recalls/hand_out.html",
        head=head,
        record=record,
        document=document,
        handed=handed_out_of(store(), document=document),
        typed=typed,
        errors=errors,
        channels={code: HOW[code] for code in CHANNELS},
        **words(),
    )
    return (page, 422) if errors else page


def words() -> dict[str, Any]:
    """Return what the templates of recalls say things with."""
    return {
        "why": WHY,
        "told": TOLD,
        "answers": ANSWERS,
        "answered_words": ANSWERED,
        "how": HOW,
        "roles": {role.value: told for role, told in ROLE_WORDS.items()},
        "said": said,
    }


def letter(found: Following, line: Holder) -> dict[str, str]:
    """Return the words that ask a holder outside: nothing in them says whom the document is about."""
    recall = found.recall
    which = f"{recall.reference}, revision {recall.number}"
    body = [
        f"On {said.when(line.had_at)} you were given a copy of the document {which}.",
        TOLD[recall.kind] if recall.scope == COPY else f"It has been withdrawn. {TOLD[recall.kind]}",
        "Please destroy every copy you have, on paper and in files, and those you passed on.",
        f"Then reply with one word, destroyed, replaced or not kept, by {said.when(recall.due_at)}.",
        "Please do not write the name of a child in your reply.",
    ]
    return {"subject": f"Please destroy a document: {which}", "body": "\n\n".join(body)}


def _follow_page(record_id: str, recall_id: str, *, errors: Mapping[str, str] | None = None) -> str:
    head, _ = about_record(record_id, Action.recall)
    return render_template(
        "recalls/follow.html",
        head=head,
        found=follow_recall(store(), record_id=record_id, recall_id=recall_id),
        errors=errors or {},
        **words(),
    )


def _chosen(history: RecordHistory) -> RevisionLine | None:
    """Return the revision that is to be withdrawn: the current one, or an older one by its number."""
    number = request.args.get("revision", "")
    if not number:
        return history.current
    wanted = (one for one in history.lines if str(one.revision.number) == number)
    return next((one for one in wanted if one.revision.state in ("final", "superseded")), None)


def _had(record_id: str, revision_id: str) -> Any:
    found = who_had_it(store(), record_id=record_id)
    return next((one for one in found.revisions if one.revision.id == revision_id), None)


def _wrong(typed: Mapping[str, str], line: RevisionLine) -> dict[str, str]:
    if typed.get("revision") != line.revision.id:
        return {
            "why": "A newer revision was issued while you were reading. Look again before you withdraw it"
        }
    if typed.get("why") not in WHY:
        return {"why": "Say why it is withdrawn"}
    if typed["why"] == "other" and not typed.get("reason", "").strip():
        return {"reason": "Say what the reason is"}
    return {}


def _wrong_answer(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if typed.get("answer") not in ANSWERED:
        errors["answer"] = "Say whether they were asked, or what they answered"
    if typed.get("answer") == "asked" and typed.get("channel") not in HOW:
        errors["channel"] = "Say how they were asked"
    if read_moment(typed) is None:
        errors["at_day"] = "Enter the day and time it happened, not in the future"
    return errors


def _wrong_recipient(typed: Mapping[str, str], document: Document) -> dict[str, str]:
    errors = {}
    if not typed.get("name", "").strip():
        errors["name"] = "Enter the name of the person it was handed to"
    if not typed.get("organisation", "").strip():
        errors["organisation"] = "Enter where they work, or say that they are family"
    if typed.get("channel") not in CHANNELS:
        errors["channel"] = "Say how it was handed over"
    at = read_moment(typed)
    if at is None:
        errors["at_day"] = "Enter the day and time it was handed over, not in the future"
    elif not is_possible(document, at):
        errors["at_day"] = f"It was issued on {said.when(document.issued_at)}: enter a time after that"
    return errors
