// Lists and roles: editing in place, choosing without a button, columns moved by hand.
import { tell } from "./studio.js";
import { ordering } from "./library-order.js";

ordering(document);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const form = event.target instanceof Element && event.target.closest(".cell-form");
  form?.querySelector("[data-cancel]")?.click();
});

for (const choice of document.querySelectorAll("[data-go]")) {
  choice.addEventListener("change", () => choice.form.submit());
  choice.form.querySelector("button:not([name])")?.setAttribute("hidden", "");
}

// What was put in place of what had the focus takes it.
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (!(node instanceof Element)) continue;
      const to = node.matches("[autofocus]") ? node : node.querySelector(".cell-form [autofocus]");
      to?.focus();
    }
  }
}).observe(document.getElementById("content"), { childList: true, subtree: true });

const order = document.querySelector("[data-order]");
if (order && window.Sortable) {
  window.Sortable.create(order, {
    draggable: "th[data-role]",
    filter: "button",
    preventOnFilter: false,
    ghostClass: "dragged",
    delay: 250,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    onEnd: async (event) => {
      const moved = event.item.dataset.role;
      // A page shows some of the roles: the place is that of the column it was dropped on.
      const columns = [...order.querySelectorAll("th[data-role]")];
      const places = columns.map((one) => Number(one.dataset.place)).sort((a, b) => a - b);
      const place = places[columns.findIndex((one) => one.dataset.role === moved)];
      const form = event.item.querySelector("form.moves");
      const body = new FormData(form);
      body.set("place", String(place));
      const answer = await fetch(order.dataset.order, { method: "POST", body, keepalive: true });
      if (answer.ok) location.reload();
      else {
        const words = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("h1, .refused");
        tell(words?.textContent ?? String(answer.status));
        setTimeout(() => location.reload(), 2500);
      }
    },
  });
}
