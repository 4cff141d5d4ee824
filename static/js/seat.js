// Whose seat this is. A PC is shared: what one person had open shows itself to nobody else, not by
// Back, not from the browser's own memory, not in a tab that stayed open; and a page nobody uses covers
// itself. Runs before the page is drawn. The server decides all of this too; without scripts it alone does.
(() => {
  const root = document.documentElement;
  const mine = root.dataset.seat || "";
  const idle = Number(root.dataset.idle || 0) * 1000;
  const warnFor = Math.min(60000, idle / 2);
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("formsvc") : null;
  const say = (kind, more = {}) => channel && channel.postMessage({ kind, seat: mine, ...more });

  // An entry of the history remembers whose it is. Another's leads to the first page instead.
  const before = history.state && history.state.seat;
  if (before && before !== mine) {
    root.hidden = true;
    window.location.replace("/");
    return;
  }
  history.replaceState({ ...history.state, seat: mine }, "");
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      root.hidden = true;
      window.location.reload();
    }
  });

  let last = Date.now();
  let shared = 0;
  let asking = 0;
  let asked = Date.now();
  let warning = null;
  let covered = null;
  let left = false;

  if (channel) channel.addEventListener("message", (event) => hear(event.data));
  say(root.dataset.locked ? "cover" : "here");
  document.addEventListener("formsvc:locked", () => cover(false));
  document.addEventListener("submit", handOver, true);
  if (!idle) return;
  for (const kind of ["keydown", "pointerdown", "wheel", "touchstart", "input"]) {
    document.addEventListener(kind, used, { capture: true, passive: true });
  }
  window.addEventListener("scroll", used, { passive: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, 1000);

  function hear(told) {
    if (told.seat !== mine) {
      if (told.kind === "here" || told.kind === "cover") leave();
    } else if (told.kind === "cover") cover(false);
    else if (told.kind === "used") last = Math.max(last, told.at);
    else if (covered) uncover();
  }

  // ------------------------------------------------------------ in use or not

  function used() {
    if (covered || left) return;
    last = Date.now();
    if (warning) stay();
    if (last - shared > 3000) {
      shared = last;
      say("used", { at: last });
    }
    if (!asking) asking = setTimeout(tellServer, Math.max(1000, asked + 20000 - last));
  }

  function look() {
    if (covered || left) return;
    const wait = last + idle - Date.now();
    if (wait <= 0) cover(true);
    else if (wait <= warnFor && !warning) warn();
    else if (wait > warnFor && warning) stay();
  }

  function warn() {
    warning = document.createElement("div");
    warning.className = "app-soon";
    warning.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.className = "govuk-body";
    const seconds = Math.round(warnFor / 1000);
    words.textContent = `Nobody is using this page. It locks in ${seconds === 60 ? "a minute" : `${seconds} seconds`}.`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.textContent = "Stay signed in";
    button.addEventListener("click", used);
    warning.append(words, button);
    (document.querySelector("main") || document.body).prepend(warning);
  }

  function stay() {
    const held = warning.contains(document.activeElement);
    warning.remove();
    warning = null;
    if (held) document.getElementById("main")?.focus({ preventScroll: true });
  }

  async function tellServer() {
    asking = 0;
    asked = Date.now();
    try {
      const reply = await post("/awake");
      if (reply.status === 423) cover(false);
      else if (reply.status === 410) leave();
      else if (reply.ok && (await reply.json()).who !== mine) leave();
    } catch {
      // No network just now: the next use asks again.
    }
  }

  function post(path, body) {
    const token = (covered ? covered.nodes : document).querySelector("input[name=csrf_token]");
    return fetch(path, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token ? token.value : "" },
      credentials: "same-origin",
    });
  }

  // ------------------------------------------------------------ covered

  // What was on the page is taken out of it whole, and put back as it was.
  async function cover(isFirst) {
    if (covered || left || !idle) return;
    const kept = keep(false);
    const focused = document.activeElement;
    if (warning) stay();
    covered = {
      title: document.title,
      focused,
      at: [window.scrollX, window.scrollY],
      nodes: document.createDocumentFragment(),
    };
    covered.nodes.append(...document.body.childNodes);
    document.title = "Locked";
    put("Locked", "One moment.");
    if (isFirst) say("cover");
    await kept;
    try {
      if (isFirst) await post("/lock");
      await showForm();
    } catch {
      put("Locked", "The service cannot be reached just now. It is tried again by itself.");
      setTimeout(retry, 5000);
    }
  }

  async function retry() {
    if (!covered || left) return;
    try {
      await post("/lock");
      await showForm();
    } catch {
      setTimeout(retry, 5000);
    }
  }

  async function showForm() {
    const reply = await fetch("/", { headers: { Accept: "text/html", "X-Unattended": "1" }, cache: "no-store" });
    if (!covered) return;
    if (reply.status >= 500) throw new Error("not now");
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const form = page.querySelector("[data-lock-form]");
    if (reply.status !== 423 || !form) {
      leave();
      return;
    }
    const main = frame();
    main.append(document.importNode(form, true));
    main.querySelector("[data-unlock]").addEventListener("submit", unlock);
    main.querySelector("[data-lock-heading]").focus();
  }

  async function unlock(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    try {
      const reply = await post("/unlock", new URLSearchParams(new FormData(form)));
      if (reply.ok) {
        uncover();
        say("open");
        return;
      }
      if (reply.status === 410 || reply.status === 400) {
        left = true;
        const here = window.location.pathname + window.location.search;
        window.location.replace(`/sign-in?next=${encodeURIComponent(here)}&whose=${mine}`);
        return;
      }
      refuse("That is not the password, or the account is locked");
    } catch {
      refuse("The service cannot be reached just now: try again");
    }
    button.disabled = false;
    form.querySelector("input[type=password]").value = "";
  }

  function refuse(words) {
    const box = document.querySelector("[data-lock-form]");
    for (const one of box.querySelectorAll("[data-lock-words]")) one.textContent = words;
    for (const one of box.querySelectorAll("[data-lock-error], [data-lock-beside]")) one.hidden = false;
    box.querySelector("[data-lock-group]").classList.add("govuk-form-group--error");
    const input = box.querySelector("input[type=password]");
    input.classList.add("govuk-input--error");
    input.setAttribute("aria-describedby", "unlock-error");
    box.querySelector("[data-lock-error]").focus();
  }

  function uncover() {
    const was = covered;
    covered = null;
    last = Date.now();
    document.body.replaceChildren(was.nodes);
    document.title = was.title;
    window.scrollTo(...was.at);
    if (was.focused && was.focused !== document.body) was.focused.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("formsvc:open"));
  }

  function put(heading, words) {
    const main = frame();
    const title = document.createElement("h1");
    title.className = "govuk-heading-l";
    title.textContent = heading;
    const text = document.createElement("p");
    text.className = "govuk-body";
    text.setAttribute("role", "status");
    text.textContent = words;
    main.append(title, text);
  }

  function frame() {
    const box = document.createElement("div");
    box.className = "govuk-width-container";
    const main = document.createElement("main");
    main.className = "govuk-main-wrapper";
    main.id = "main";
    main.tabIndex = -1;
    box.append(main);
    document.body.replaceChildren(box);
    return main;
  }

  // ------------------------------------------------------------ somebody else

  // Ask the page to save what was typed, and wait for it three seconds at most.
  function keep(isLast) {
    const waits = [];
    document.dispatchEvent(new CustomEvent("formsvc:keep", { detail: { waits, isLast } }));
    return Promise.race([Promise.allSettled(waits), new Promise((done) => setTimeout(done, 3000))]);
  }

  function leave() {
    if (left) return;
    left = true;
    keep(true);
    root.hidden = true;
    document.body.replaceChildren();
    window.location.replace("/");
  }

  function handOver(event) {
    const form = event.target;
    if (!form.matches("form[data-leaves]") || left) return;
    event.preventDefault();
    left = true;
    keep(true).then(() => form.submit());
  }
})();
