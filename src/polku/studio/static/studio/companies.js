// Pairs of companies by keys: J and K walk, S and D say, U takes the mark off; all of it goes in with one press.
import { key } from "./studio.js";

const form = document.querySelector("[data-pairs]");
const cards = [...document.querySelectorAll(".pair")];
const chosen = document.querySelector("[data-chosen]");

function here() {
  const held = document.activeElement instanceof Element ? document.activeElement.closest(".pair") : null;
  return held ?? cards.find((card) => card.tabIndex === 0) ?? cards[0];
}
function go(card) {
  if (!card) return;
  for (const one of cards) one.tabIndex = one === card ? 0 : -1;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}
function walk(by) {
  const held = here();
  const inside = document.activeElement instanceof Element && document.activeElement.closest(".pair");
  go(inside ? cards[cards.indexOf(held) + by] ?? held : held);
}
function say(value, on = true) {
  const card = here();
  const choice = card?.querySelector(`input[value="${value}"]`);
  if (!choice) return;
  choice.checked = true;
  count();
  go(on ? cards[cards.indexOf(card) + 1] ?? card : card);
}
function count() {
  if (!chosen) return;
  let said = 0;
  for (const card of cards) {
    const value = card.querySelector("input:checked")?.value ?? "";
    card.dataset.said = value;
    if (value) said += 1;
  }
  chosen.textContent = said ? chosen.dataset.says.replace("{count}", String(said)) : "";
}

key("j", () => walk(1));
key("k", () => walk(-1));
key("s", () => say("same"));
key("d", () => say("different"));
key("u", () => (here()?.querySelector('input[value="undo"]') ? say("undo") : say("", false)));
// A radio has the focus after a press of the mouse: the keys go on from its card.
document.addEventListener("keydown", (event) => {
  const radio = event.target instanceof HTMLInputElement && event.target.type === "radio" && event.target.closest(".pair");
  if (radio && /^[jksdu]$/.test(event.key)) radio.focus();
}, true);
form?.addEventListener("change", count);
form?.addEventListener("submit", (event) => {
  if (cards.some((card) => card.querySelector("input:checked")?.value)) return;
  event.preventDefault();
  go(here());
});
for (const card of cards) card.addEventListener("focusin", () => { for (const one of cards) one.tabIndex = one === card ? 0 : -1; });
count();
