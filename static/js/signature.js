// A drawn signature, beside a typed name that is enough: pointer, or arrow keys and the space bar.

const STEP = 4;

function begin(place) {
  const area = place.querySelector("canvas");
  const field = place.querySelector("input[type=hidden]");
  const state = place.querySelector("[data-signature-state]");
  const pen = area.getContext("2d");
  const at = { x: area.width / 4, y: area.height / 2 };
  let down = false;
  let drawn = false;

  pen.lineWidth = 4;
  pen.lineCap = "round";
  pen.lineJoin = "round";

  function say(words) {
    state.textContent = words;
  }

  function keep() {
    field.value = drawn ? area.toDataURL("image/png") : "";
    area.textContent = drawn ? "A signature is drawn" : "Nothing is drawn";
  }

  function lineTo(x, y) {
    pen.beginPath();
    pen.moveTo(at.x, at.y);
    at.x = Math.min(area.width, Math.max(0, x));
    at.y = Math.min(area.height, Math.max(0, y));
    pen.lineTo(at.x, at.y);
    pen.stroke();
    drawn = true;
  }

  function place_of(event) {
    const box = area.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * area.width) / box.width,
      y: ((event.clientY - box.top) * area.height) / box.height,
    };
  }

  area.addEventListener("pointerdown", (event) => {
    down = true;
    area.setPointerCapture(event.pointerId);
    Object.assign(at, place_of(event));
    lineTo(at.x + 0.5, at.y);
    event.preventDefault();
  });
  area.addEventListener("pointermove", (event) => {
    if (down) {
      const to = place_of(event);
      lineTo(to.x, to.y);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    area.addEventListener(end, () => {
      if (down) {
        down = false;
        keep();
        say("A signature is drawn.");
      }
    });
  }

  area.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key];
    if (event.key === " ") {
      down = !down;
      if (down) lineTo(at.x + 0.5, at.y);
      keep();
      say(down ? "The pen is down: the arrow keys draw." : "The pen is up: the arrow keys move it.");
    } else if (move) {
      const x = at.x + move[0] * STEP;
      const y = at.y + move[1] * STEP;
      if (down) {
        lineTo(x, y);
        keep();
      } else {
        at.x = Math.min(area.width, Math.max(0, x));
        at.y = Math.min(area.height, Math.max(0, y));
      }
    } else {
      return;
    }
    event.preventDefault();
  });
  area.addEventListener("blur", () => {
    down = false;
  });

  place.querySelector("[data-signature-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, area.width, area.height);
    down = false;
    drawn = false;
    keep();
    say("The drawing is cleared.");
    area.focus();
  });

  place.hidden = false;
}

document.querySelectorAll("[data-signature]").forEach(begin);
