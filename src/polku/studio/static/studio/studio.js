// What every page does: short words after an act, keys for places, menus that close.
const said = document.getElementById("said");

export function tell(words) {
  if (!said) return;
  const line = document.createElement("p");
  line.textContent = words;
  said.replaceChildren(line);
  setTimeout(() => line.remove(), 6000);
}

export function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

// Single letters are keys only outside of fields, without modifiers, and where the reader left them on.
export function key(letter, act) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== letter || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act(event);
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What is shown only once is copied by a click; where the browser does not let us, it is selected.
for (const button of document.querySelectorAll("[data-copy-shown]")) {
  const field = button.closest("section").querySelector("[data-select]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.dataset.copied = "";
      button.textContent = `✓ ${button.textContent.replace("✓ ", "")}`;
    } catch {
      field.focus();
    }
  });
}

// Within a drawing one stop leads in, and the arrows go from part to part.
document.addEventListener("keydown", (event) => {
  const part = event.target instanceof Element ? event.target.closest("svg [tabindex]") : null;
  if (!part) return;
  const parts = [...part.ownerSVGElement.querySelectorAll("[tabindex]")];
  const at = parts.indexOf(part);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: parts.length - 1 }[event.key];
  if (to === undefined || !parts[to]) return;
  event.preventDefault();
  part.setAttribute("tabindex", "-1");
  parts[to].setAttribute("tabindex", "0");
  parts[to].focus();
});

// Who leaves the page takes nothing back: a save that is under way arrives, though nobody waits for its answer.
// Browsers carry no more than 64 KB so; what is longer is sent as ever.
const CARRIED = 60_000;
document.addEventListener("htmx:before:request", (event) => {
  const request = event.detail?.ctx?.request;
  if (request && request.method !== "GET" && request.body instanceof URLSearchParams && String(request.body).length < CARRIED) request.keepalive = true;
});

// A server's refusal of a part of a page is said, not lost.
document.addEventListener("htmx:response:error", (event) => {
  const text = event.detail?.ctx?.text ?? "";
  const words = new DOMParser().parseFromString(text, "text/html").querySelector(".refused");
  if (words) tell(words.textContent);
});

// A secret that is shown once is selected as soon as it is touched.
document.addEventListener("focusin", (event) => {
  if (event.target instanceof HTMLInputElement && "select" in event.target.dataset) event.target.select();
});
