// Makes completing a form better where scripts run; everything works without them.
// The server is the only judge: which questions are asked comes back with every save.
import { Checkboxes, ErrorSummary, createAll } from "/assets/govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
createAll(Checkboxes);
createAll(ErrorSummary);
for (const group of document.querySelectorAll('[data-module="govuk-radios"]')) openBeside(group);

const form = document.querySelector("form[data-autosave]");
if (form) keepSaving(form);

// GOV.UK's own script marks radios with aria-expanded, which a radio must not have: this one does not.
function openBeside(group) {
  const show = () => {
    for (const radio of group.querySelectorAll("input[data-aria-controls]")) {
      const inside = document.getElementById(radio.dataset.ariaControls);
      inside.classList.toggle("govuk-radios__conditional--hidden", !radio.checked);
    }
  };
  group.addEventListener("change", show);
  show();
}

function keepSaving(form) {
  const said = form.querySelector("[data-saving]");
  const version = form.elements.namedItem("version");
  const wait = { typing: 3000, choosing: 250, again: 8000 };
  let timer = 0;
  let changed = 0;
  let saved = 0;
  let busy = false;
  let leaving = false;

  form.addEventListener("input", () => later(wait.typing));
  form.addEventListener("input", (event) => forgetSource(event.target));
  form.addEventListener("change", (event) => {
    const quick = ["radio", "checkbox", "file", "select-one"].includes(event.target.type);
    later(quick ? wait.choosing : 800);
  });
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
  window.addEventListener("online", () => changed > saved && save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changed > saved) save(true);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && changed > saved) event.preventDefault();
  });

  // The seat asks: the screen locks, or its person leaves. What is not saved yet is sent at once.
  document.addEventListener("formsvc:keep", (event) => {
    if (changed > saved) event.detail.waits.push(save(event.detail.isLast));
    if (event.detail.isLast) leaving = true;
  });
  document.addEventListener("formsvc:open", () => changed > saved && save());

  // Where an answer came from is no longer true of it once it is changed; the tick beside it changes nothing.
  function forgetSource(input) {
    const question = input.closest(".app-question");
    const mark = question && question.querySelector("[data-known]");
    if (!mark || mark.contains(input)) return;
    const words = mark.querySelector("p").id;
    for (const one of question.querySelectorAll(`[aria-describedby~="${words}"]`)) {
      const rest = one.getAttribute("aria-describedby").split(" ").filter((id) => id !== words);
      if (rest.length) one.setAttribute("aria-describedby", rest.join(" "));
      else one.removeAttribute("aria-describedby");
    }
    mark.remove();
  }

  function later(milliseconds) {
    changed += 1;
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  async function save(leavingPage = false) {
    if (leaving || busy) return;
    if (!navigator.onLine) {
      tell("You are offline. What you typed is still on this page: keep it open. It is saved when the connection is back.", true);
      return;
    }
    clearTimeout(timer);
    busy = true;
    const upTo = changed;
    tell("Saving");
    const body = new FormData(form);
    body.set("do", "autosave");
    for (const input of form.querySelectorAll("input[type=file]")) {
      if (!input.files.length || leavingPage === true) body.delete(input.name);
    }
    try {
      const reply = await fetch(form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        keepalive: leavingPage === true,
        redirect: "error",
      });
      await understand(reply, upTo);
    } catch {
      tell("Not saved: the service could not be reached. What you typed is still on this page: keep it open. It is tried again by itself.", true);
      timer = setTimeout(save, wait.again);
    }
    busy = false;
    if (changed > upTo && saved >= upTo) later(wait.typing);
  }

  async function understand(reply, upTo) {
    const isJson = (reply.headers.get("Content-Type") || "").includes("json");
    if (reply.status === 401 || (reply.status === 400 && !isJson)) {
      tell("Not saved: you are signed out. What you typed is still on this page. Choose “Save and continue”: you are asked to sign in, and then it is here again.", true);
      return;
    }
    if (reply.status === 423) {
      document.dispatchEvent(new CustomEvent("formsvc:locked"));
      return;
    }
    if (!isJson || (!reply.ok && reply.status !== 409)) {
      const words = reply.status === 403 || reply.status === 404
        ? "Not saved: you may no longer change this form. Copy what you need from this page, and ask your manager."
        : reply.status === 413
          ? "Not saved: that is more than fits. Choose a smaller file, or shorten the longest answer."
          : "Not saved: something went wrong here. What you typed is still on this page. It is tried again by itself.";
      tell(words, true);
      if (reply.status >= 500) timer = setTimeout(save, wait.again);
      return;
    }
    const told = await reply.json();
    if (told.version !== null) version.value = told.version;
    if (!told.failed) saved = upTo;
    const opened = open(told.asked || {});
    showFiles(told.files || {}, told.failed);
    const named = opened.map((one) => `“${one}”`).join(", ");
    const more = opened.length > 3
      ? `. Your answer opens ${opened.length} questions on this page`
      : opened.length ? `. Your answer asks for more: ${named}` : "";
    tell(`${told.words}${more}`, told.failed);
  }

  function open(asked) {
    const opened = [];
    for (const [id, isAsked] of Object.entries(asked)) {
      const question = document.getElementById(id);
      if (!question || question.hidden === !isAsked) continue;
      question.hidden = !isAsked;
      if (isAsked) opened.push(question.querySelector("legend, label").firstChild.textContent.trim());
    }
    return opened;
  }

  function showFiles(files, failed) {
    for (const [id, file] of Object.entries(files)) {
      const input = document.getElementById(id);
      if (!input || !input.files.length || failed) continue;
      input.value = "";
      const frame = input.closest(".app-photo");
      const added = frame?.querySelector(".app-added");
      if (added) added.textContent = file.words;
      if (!file.is_photo || !frame) continue;
      let picture = frame.querySelector("img");
      if (!picture) {
        picture = document.createElement("img");
        picture.className = "app-photo__picture";
        picture.alt = "The photo you added";
        frame.prepend(picture);
      }
      picture.src = file.url;
    }
  }

  function tell(words, isWrong = false) {
    if (said.textContent !== words) said.textContent = words;
    said.classList.toggle("app-saving__words--wrong", isWrong);
  }
}
