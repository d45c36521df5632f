// An activity is dragged onto a touchpoint, or M opens its list of touchpoints; the rule shows while it is dragged over.
import { key, typing } from "./studio.js";

const rule = document.getElementById("rule");
let moving = null;
let shown = "";
let pending = Promise.resolve();

function show(card, touchpoint) {
  const form = card.querySelector("form.put");
  const asked = new URLSearchParams({
    part: "rule",
    source: card.dataset.source,
    activity: card.dataset.activity,
    exact: card.dataset.exact,
    touchpoint,
  });
  if (asked.toString() === shown) return pending;
  shown = asked.toString();
  pending = htmx.ajax("GET", `${form.getAttribute("action")}?${asked}`, { target: "#rule", swap: "innerHTML" });
  return pending;
}

function clear() {
  for (const list of document.querySelectorAll(".put select")) list.value = "";
  rule.replaceChildren();
  shown = "";
}

for (const card of document.querySelectorAll(".activity[draggable]")) {
  card.addEventListener("dragstart", (event) => {
    moving = card;
    card.classList.add("moving");
    event.dataTransfer.effectAllowed = "link";
    event.dataTransfer.setData("text/plain", card.dataset.activity);
  });
  card.querySelector("select").addEventListener("change", async (event) => {
    if (!event.target.value) return clear();
    await show(card, event.target.value);
    rule.scrollIntoView({ block: "nearest" });
  });
  card.addEventListener("dragend", () => {
    card.classList.remove("moving");
    moving = null;
  });
}

// A finger has no dragging of the browser's own: by the grip it moves the card's name over the touchpoints.
for (const grip of document.querySelectorAll(".activity[draggable] .grip")) {
  grip.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    event.preventDefault();
    const card = grip.closest(".activity");
    const ghost = document.createElement("div");
    ghost.className = "ghost";
    ghost.textContent = card.dataset.activity;
    document.body.append(ghost);
    card.classList.add("moving");
    grip.setPointerCapture(event.pointerId);
    let over = null;
    const go = (next) => {
      ghost.style.left = `${next.clientX + 12}px`;
      ghost.style.top = `${next.clientY - 12}px`;
      const point = document.elementFromPoint(next.clientX, next.clientY)?.closest("[data-touchpoint]") ?? null;
      if (point === over) return;
      over?.classList.remove("over");
      over = point;
      if (!point) return;
      point.classList.add("over");
      show(card, point.dataset.touchpoint);
    };
    const end = async (last) => {
      grip.removeEventListener("pointermove", go);
      ghost.remove();
      card.classList.remove("moving");
      over?.classList.remove("over");
      if (last.type !== "pointerup" || !over) return;
      await show(card, over.dataset.touchpoint);
      rule.scrollIntoView({ block: "nearest" });
      rule.querySelector("button.primary")?.focus();
    };
    go(event);
    grip.addEventListener("pointermove", go);
    grip.addEventListener("pointerup", end, { once: true });
    grip.addEventListener("pointercancel", end, { once: true });
  });
}

for (const point of document.querySelectorAll("[data-touchpoint]")) {
  point.addEventListener("dragover", (event) => {
    if (!moving) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "link";
  });
  point.addEventListener("dragenter", () => {
    if (!moving) return;
    point.classList.add("over");
    show(moving, point.dataset.touchpoint);
  });
  point.addEventListener("dragleave", (event) => {
    if (!point.contains(event.relatedTarget)) point.classList.remove("over");
  });
  point.addEventListener("drop", async (event) => {
    if (!moving) return;
    event.preventDefault();
    point.classList.remove("over");
    await show(moving, point.dataset.touchpoint);
    rule.scrollIntoView({ block: "nearest" });
    rule.querySelector("button.primary")?.focus();
  });
}

key("m", () => {
  const card = document.activeElement?.closest?.(".activity") ?? document.querySelector(".activity");
  const list = card?.querySelector("select");
  list?.focus();
  try {
    list?.showPicker();
  } catch {
    // Where a list cannot be opened by a script, the arrows choose in it.
  }
});

// Only this activity: the pattern becomes the activity itself, and is looked at again.
rule?.addEventListener("click", (event) => {
  const only = event.target.closest("[data-exact]");
  if (only) {
    event.preventDefault();
    const field = rule.querySelector("input[name=activity]");
    field.value = only.dataset.exact;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (event.target.closest("[data-cancel]")) {
    event.preventDefault();
    clear();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && rule?.firstElementChild && !typing(event.target)) clear();
});
