// Explore: a short address, T for the table, and variants that light their way in the graph.
import { key } from "./studio.js";

function show(which) {
  for (const table of document.querySelectorAll(".as-table:not(.only)")) table.classList.toggle("away", which !== "table");
  for (const picture of document.querySelectorAll(".as-picture")) picture.classList.toggle("away", which === "table");
  for (const button of document.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === which));
  }
  const address = new URL(location.href);
  if (which === "table") address.searchParams.set("view", "table");
  else address.searchParams.delete("view");
  history.replaceState(history.state, "", address);
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-show]") : null;
  if (button) show(button.dataset.show);
});
key("t", () => {
  const pressed = document.querySelector('[data-show="table"]');
  if (pressed) show(pressed.getAttribute("aria-pressed") === "true" ? "picture" : "table");
});
// What is left as usual does not stand in the address; days of one's own choose that period.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.id !== "filters") return;
  for (const field of form.elements) {
    if (field.name && !field.value && field.type !== "hidden") field.disabled = true;
  }
  setTimeout(() => {
    for (const field of form.elements) field.disabled = false;
  });
});
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !("own" in field.dataset)) return;
  const period = field.closest(".sheet").querySelector("select");
  if (field.value) period.value = "own";
});

// The first field of an opened chip takes the focus.
document.addEventListener(
  "toggle",
  (event) => {
    if (!(event.target instanceof HTMLDetailsElement) || !event.target.matches(".choose[open]")) return;
    for (const other of document.querySelectorAll(".choose[open]")) {
      if (other !== event.target) other.open = false;
    }
    event.target.querySelector(".sheet :is(select, input:not([type=hidden]), textarea, a)")?.focus();
  },
  true,
);

// A variant lights the stations it meets and the ways between them; the rest steps back.
document.addEventListener("click", (event) => {
  const variant = event.target instanceof Element ? event.target.closest(".variant") : null;
  if (!variant) return;
  const on = variant.getAttribute("aria-pressed") !== "true";
  for (const other of document.querySelectorAll(".variant")) other.setAttribute("aria-pressed", "false");
  variant.setAttribute("aria-pressed", String(on));
  const picture = document.querySelector(".drawing.as-picture");
  if (!picture) return;
  picture.classList.toggle("lit", on);
  const steps = (variant.dataset.steps ?? "").split(" ");
  const lit = new Set(steps.map((step) => `off-${step}`).concat(steps.map((step) => `station-${step}`)));
  for (const way of (variant.dataset.ways ?? "").split(" ")) lit.add(`way-${way.replace(">", "-")}`);
  for (const part of picture.querySelectorAll("g[id]")) {
    const name = part.id.replace(/^picture[a-z]?-/, "");
    if (/^(way|off|station)-/.test(name)) part.classList.toggle("dim", on && !lit.has(name));
  }
});

// A slider is let go: the picture is drawn with as much as it says.
document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && "detail" in event.target.dataset) event.target.form.requestSubmit();
});
document.addEventListener("input", (event) => {
  if (!(event.target instanceof HTMLInputElement) || !("detail" in event.target.dataset)) return;
  event.target.nextElementSibling.textContent = `${event.target.value} / ${event.target.max}`;
});

// A history that is wider than the page begins at its end, which is now; words say where the rest is.
function atNow() {
  for (const box of document.querySelectorAll(".drawing.history")) {
    const wide = box.scrollWidth > box.clientWidth + 1;
    if (wide) box.scrollLeft = box.scrollWidth;
    box.parentElement.querySelector("[data-scrolls]")?.toggleAttribute("hidden", !wide);
  }
}
// Any other picture begins at its beginning; words beneath say that there is more of it.
function goesOn() {
  for (const words of document.querySelectorAll("[data-goes-on]")) {
    const box = words.previousElementSibling;
    words.hidden = box.scrollWidth <= box.clientWidth + 1;
  }
}
function within() {
  atNow();
  goesOn();
}
within();
addEventListener("resize", within);
document.addEventListener("htmx:after:swap", goesOn);
document.addEventListener("htmx:afterSettle", atNow);
