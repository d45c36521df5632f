// Feelings of steps, by key and by mouse.
import { drawer, send, state, writing } from "./editor.js";

// They come quickly one after another; the last is the one that is kept. Until the server has
// answered, what is wished stands, also when a drawer drawn before it comes in meanwhile.
let feelings = null;
let wished = null;

export function felt() {
  if (!wished || drawer().dataset.step !== wished.step) return;
  for (const one of drawer().querySelectorAll(".feels button")) one.setAttribute("aria-pressed", String(one.dataset.value === String(wished.value)));
}

export function feel(step, value) {
  if (wished && wished.step !== step) flush();
  wished = { step, value };
  felt();
  clearTimeout(feelings);
  feelings = setTimeout(flush, 140);
  writing();
}

export function flush() {
  if (!feelings) return;
  clearTimeout(feelings);
  feelings = null;
  const wish = wished;
  const seen = drawer().dataset.step === wish.step ? drawer().dataset.seen : null;
  send({ act: "set", path: `steps/${wish.step}/feels`, value: String(wish.value) }, { seen }).then(() => {
    if (wished === wish) wished = null;
  });
}

export function nudge(by) {
  if (drawer().dataset.step !== state.step) return;
  const pressed = drawer().querySelector(".feels [aria-pressed=true]");
  const now = wished?.step === state.step ? wished.value : pressed ? Number(pressed.dataset.value) : null;
  const value = now === null ? 0 : Math.max(-2, Math.min(2, now + by));
  if (value !== now) feel(state.step, value);
}

export const feeling = () => Boolean(feelings);
