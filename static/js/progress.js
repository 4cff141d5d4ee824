// The progress page looks again by itself, until everything is ready or failed. Without it there is a link.

const FIRST = 1500;
const LONGEST = 15000;

async function again(wait) {
  const here = document.getElementById("progress");
  if (!here || here.dataset.progress !== "working") return;
  await new Promise((done) => setTimeout(done, wait));
  let next = Math.min(wait * 1.3, LONGEST);
  try {
    const reply = await fetch(window.location.href, { headers: { Accept: "text/html", "X-Unattended": "1" }, cache: "no-store" });
    if (reply.redirected || reply.status === 401 || reply.status === 403) {
      window.location.reload();
      return;
    }
    if (reply.ok) {
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      const fresh = page.getElementById("progress");
      if (fresh && fresh.textContent !== here.textContent) {
        const focused = here.contains(document.activeElement);
        here.replaceWith(fresh);
        document.title = page.title;
        next = FIRST;
        if (focused) document.getElementById("main").focus();
      }
    }
  } catch {
    // No network just now: the page stays as it is and looks again later.
  }
  show();
  again(next);
}

function show() {
  const note = document.querySelector("[data-progress-note]");
  if (note) note.hidden = false;
}

show();
again(FIRST);
