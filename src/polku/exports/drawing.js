// One tab stop, arrows within: the part in hand is lit, its words stand beneath the drawing.
const drawing = document.querySelector(".drawing svg");
const parts = [...drawing.querySelectorAll("[tabindex]")];
const words = document.getElementById("part");
const how = words.textContent;
const look = part => {
  drawing.classList.toggle("looking", Boolean(part));
  for (const one of parts) one.classList.toggle("looked-at", one === part || Boolean(part && (one.contains(part) || part.contains(one))));
  words.textContent = part ? part.getAttribute("aria-label") : how;
};
const go = place => {
  const part = parts[(place + parts.length) % parts.length];
  for (const one of parts) one.setAttribute("tabindex", one === part ? "0" : "-1");
  part.focus();
  part.scrollIntoView({ block: "nearest", inline: "nearest" });
};
const partOf = target => target.closest ? target.closest("[tabindex]") : null;
drawing.addEventListener("mouseover", event => look(partOf(event.target)));
drawing.addEventListener("mouseleave", () => look(parts.includes(document.activeElement) ? document.activeElement : null));
drawing.addEventListener("focusin", event => look(partOf(event.target)));
drawing.addEventListener("focusout", () => look(null));
drawing.addEventListener("keydown", event => {
  const here = parts.indexOf(partOf(event.target));
  const next = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: parts.length - 1 }[event.key];
  if (event.key === "Escape") event.target.blur();
  if (next === undefined || here < 0) return;
  event.preventDefault();
  go(next);
});
addEventListener("keydown", event => {
  const table = document.getElementById("table");
  if (event.key.toLowerCase() === "t" && table && !event.ctrlKey && !event.metaKey && !event.altKey) table.open = !table.open;
});
