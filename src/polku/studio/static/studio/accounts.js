// The list of accounts: J and K walk its rows, Enter opens, a choice filters at once.
import { key } from "./studio.js";

const rows = [...document.querySelectorAll("tr[data-link]")];
let at = -1;

function go(to) {
  if (!rows.length) return;
  at = Math.max(0, Math.min(rows.length - 1, to));
  for (const row of rows) row.classList.toggle("here", row === rows[at]);
  rows[at].querySelector("a").focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
}
key("j", () => go(at + 1));
key("k", () => go(at - 1));
document.addEventListener("focusin", (event) => {
  const row = event.target instanceof Element ? event.target.closest("tr[data-link]") : null;
  if (!row) return;
  at = rows.indexOf(row);
  for (const other of rows) other.classList.toggle("here", other === row);
});
document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && "submit" in event.target.dataset) {
    for (const field of event.target.form.elements) if (field.name && !field.value) field.disabled = true;
    event.target.form.submit();
  }
});
