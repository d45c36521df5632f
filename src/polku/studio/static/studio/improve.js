// The board: cards dragged between states and teams, and moved with Alt and the arrows.
import { tell } from "./studio.js";

const board = document.querySelector("[data-board]");

for (const choice of document.querySelectorAll("[data-go]")) {
  choice.addEventListener("change", () => choice.form.submit());
  choice.form.querySelector("button:not([name])")?.setAttribute("hidden", "");
}

// Where there is no room for the drawing, its table stands in its place.
if (matchMedia("(max-width: 759px)").matches) for (const one of document.querySelectorAll("[data-open-narrow]")) one.open = true;

async function move(card, cell) {
  const body = new FormData(card.querySelector("form.moves"));
  body.set("status", cell.dataset.status);
  body.set("team", cell.dataset.team);
  const answer = await fetch(card.dataset.move, { method: "POST", body, keepalive: true, headers: { "X-Moved": "1" } });
  if (answer.ok) {
    location.hash = card.id;
    location.reload();
    return;
  }
  const words = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("h1, .refused");
  tell(words?.textContent ?? String(answer.status));
  setTimeout(() => location.reload(), 3000);
}

if (board) {
  for (const cell of board.querySelectorAll("td")) {
    window.Sortable?.create(cell, {
      group: "board",
      draggable: "article",
      filter: "a, button",
      preventOnFilter: false,
      sort: false,
      // A finger that rests on a card takes it up; one that goes on scrolls.
      delay: 250,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      onAdd: (event) => move(event.item, event.to),
    });
  }
  board.addEventListener("keydown", (event) => {
    const card = event.target instanceof Element && event.target.closest("article");
    if (!card || !event.altKey) return;
    const cell = card.parentElement;
    const row = cell.parentElement;
    const to = {
      ArrowLeft: cell.previousElementSibling,
      ArrowRight: cell.nextElementSibling,
      ArrowUp: row.previousElementSibling?.children[cell.cellIndex],
      ArrowDown: row.nextElementSibling?.children[cell.cellIndex],
    }[event.key];
    if (!to?.dataset.status) return;
    event.preventDefault();
    move(card, to);
  });
  board.dataset.ready = "";
}
if (location.hash.startsWith("#card-")) document.getElementById(location.hash.slice(1))?.querySelector("a")?.focus();
