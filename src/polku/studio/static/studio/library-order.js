// Lines of a field, and pains, in another order: by their grips, their arrows, or with Alt and the arrows from within.
import { sorting } from "./sorting.js";
import { tell } from "./studio.js";

// The field's form is saved by htmx, one save after another, for each says which state it had seen.
async function saved(form) {
  while (form.isConnected && form.classList.contains("htmx-request")) await new Promise((done) => setTimeout(done, 20));
}

async function save(id, change, focus) {
  const form = document.getElementById(id);
  await saved(form);
  if (!change(form)) return;
  keep(form);
  form.dispatchEvent(new Event("change", { bubbles: true }));
  await saved(form);
  focus?.();
}

// What was written below the lines is a line of its own once it is kept, and its place is free again.
const sent = new Map();
const keyOf = (more) => more.id.replace(/-more$/, "");
const keep = (form) => form.querySelectorAll("[data-lines] [data-more]").forEach((more) => sent.set(keyOf(more), more.value));

function moved(row, place) {
  const form = row.closest("form.field");
  if (!form) {
    // A pain: a form of its own, which brings the page anew.
    const own = row.querySelector("form");
    const to = Object.assign(document.createElement("input"), { type: "hidden", name: "to", value: String(place) });
    own.append(to);
    own.requestSubmit();
    return;
  }
  const at = Number(row.dataset.row);
  save(
    form.id,
    (now) => {
      const lines = [...now.querySelectorAll("[data-row] textarea")];
      if (!lines[at - 1] || !lines[place - 1]) return false;
      const words = lines.map((line) => line.value);
      words.splice(place - 1, 0, ...words.splice(at - 1, 1));
      lines.forEach((line, number) => (line.value = words[number]));
      return true;
    },
    () => document.getElementById(form.id)?.querySelectorAll("[data-row] textarea")[place - 1]?.focus(),
  );
}

// A pain that was written anew is saved when it is left, one after another; one that was emptied brings the page anew.
let keeping = Promise.resolve();
let waiting = 0;

async function keepPain(form) {
  const says = form.elements.says;
  if (says.value === says.defaultValue) return;
  if (!says.value.trim()) return void form.requestSubmit();
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) return tell(page.querySelector(".refused, h1")?.textContent ?? String(answer.status));
  says.defaultValue = says.value;
  if (form.elements.was) form.elements.was.value = says.value;
  const seen = page.querySelector(".pains [name=seen]")?.value;
  for (const field of document.querySelectorAll(".pains [name=seen]")) field.value = seen ?? field.value;
  const done = form.querySelector("[data-saved]");
  done.hidden = false;
  setTimeout(() => (done.hidden = true), 4000);
}

function pains(around) {
  const keep = (form) => {
    waiting += 1;
    keeping = keeping.then(() => keepPain(form)).catch((error) => tell(String(error.message))).finally(() => (waiting -= 1));
  };
  around.addEventListener("change", (event) => {
    if (event.target.matches?.(".pains input[name=says]")) keep(event.target.form);
  });
  around.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches?.(".pains form") || !form.elements.says.value.trim()) return;
    const moves = event.submitter?.name === "to" || Boolean(form.querySelector("input[type=hidden][name=to]"));
    if (!moves) {
      event.preventDefault();
      keep(form);
    } else if (waiting) {
      // What was written goes first: a pain that moves is known by its words.
      event.preventDefault();
      const by = event.submitter;
      keeping.then(() => form.requestSubmit(by?.isConnected ? by : undefined));
    }
  });
}

export function ordering(around) {
  sorting(around, { list: "[data-sort]", member: "[data-row]", moved });
  pains(around);

  around.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-lines] [data-more]")) keep(event.target.form);
  });
  around.addEventListener("htmx:after:swap", () => {
    for (const more of around.querySelectorAll("[data-lines] [data-more]")) {
      if (more.value && more.value === sent.get(keyOf(more))) more.value = "";
      sent.delete(keyOf(more));
    }
  });

  around.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-lines] .order button") : null;
    if (!button) return;
    event.preventDefault();
    moved(button.closest("[data-row]"), Number(button.value.split(" ")[1]));
  });

  around.addEventListener("keydown", (event) => {
    const it = event.target;
    if (!(it instanceof Element)) return;
    const row = it.closest("[data-sort] [data-row]");
    if (row && event.altKey && /^Arrow(Up|Down)$/.test(event.key)) {
      event.preventDefault();
      const place = Number(row.dataset.row) + (event.key === "ArrowUp" ? -1 : 1);
      if (place >= 1 && place <= row.parentElement.querySelectorAll("[data-row]").length) moved(row, place);
    } else if (event.key === "Enter" && !event.shiftKey && it.matches("[data-lines] textarea")) {
      // A line is kept, and the hand goes on to the next one.
      event.preventDefault();
      const [form, all] = [it.closest("form"), [...it.closest("[data-lines]").querySelectorAll("textarea")]];
      const [next, words] = [all.indexOf(it) + (it.value.trim() ? 1 : 0), it.value];
      if (it.value === it.defaultValue) return void (all[next] ?? it).focus();
      if (words) save(form.id, () => true, () => document.getElementById(form.id)?.querySelectorAll("[data-lines] textarea")[next]?.focus());
      else it.blur();
    }
  });

  // The pain that was moved has the hand again.
  if (/^#p\d+$/.test(location.hash)) document.getElementById(location.hash.slice(1))?.focus();
}
