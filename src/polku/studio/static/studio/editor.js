// The editor: one step in hand in all views, a drawer beside it; each edit is saved at once, and only
// the drawing and the drawer are drawn anew. Others may call `refresh()`, or send `polku:changed`.
import { tell, typing } from "./studio.js";
import { canvasParts } from "./editor-canvas.js";
import { feeling, felt, flush } from "./editor-feelings.js";
import { drawerFields } from "./editor-drawer.js";
import { kinParts } from "./editor-kin.js";
import { keysOf } from "./editor-keys.js";

export const root = document.getElementById("editor");
export const may = root.dataset.may === "edit";
export const base = root.dataset.base;
export const says = (name, values = {}) =>
  Object.entries(values).reduce((words, [key, value]) => words.replaceAll(`{${key}}`, value), root.dataset[`says${name}`] || "");
export const canvas = () => document.getElementById("canvas");
export const drawer = () => document.getElementById("drawer");

const asked = new URLSearchParams(location.search);
export const state = {
  view: canvas().dataset.view,
  step: canvas().dataset.step,
  about: asked.get("about") || "",
  roles: asked.get("roles") || "",
  lanes: asked.get("lanes") || "",
  folded: asked.has("folded") ? asked.get("folded") : null,
  overlay: asked.get("overlay") === "1",
  table: asked.get("table") === "1",
  zoom: Number(sessionStorage.getItem("polku-zoom") ?? 1),
  closed: false,
};

export function params() {
  const found = new URLSearchParams({ view: state.view, step: state.step });
  if (state.about) found.set("about", state.about);
  if (state.roles) found.set("roles", state.roles);
  if (state.lanes) found.set("lanes", state.lanes);
  if (state.folded !== null) found.set("folded", state.folded);
  if (state.overlay) found.set("overlay", "1");
  if (state.table) found.set("table", "1");
  return found;
}

// A reload, and a link that is handed on, show the same.
function remember() {
  history.replaceState(null, "", `${base}?${params()}`);
  const present = document.querySelector("[data-present]");
  if (present) present.href = `${base}present/?step=${encodeURIComponent(state.step)}`;
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}")["X-CSRFToken"] || "";
}

function freshKey() {
  return crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

async function part(address, options = {}) {
  const headers = { "HX-Request": "true", ...(options.headers || {}) };
  const answer = await fetch(address, { credentials: "same-origin", ...options, headers });
  if (answer.status === 401) location.reload();
  return answer;
}

// Put parts of an answer in the place of those that are there.
export function put(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const found = fresh.getElementById("canvas");
  if (found) {
    const old = canvas();
    const [left, top, held] = [old.scrollLeft, old.scrollTop, old.contains(document.activeElement)];
    const focus = document.activeElement?.id;
    old.replaceWith(document.adoptNode(found));
    const order = canvas().dataset.order.split(",").filter(Boolean);
    if (state.step && !order.includes(state.step)) {
      // The step is gone: the one that took its place comes into the hand.
      const next = order[Math.min(old.dataset.order.split(",").indexOf(state.step), order.length - 1)] || order[0] || "";
      state.step = "";
      setTimeout(() => (next ? select(next, { focus: held }) : open("journey")), 0);
    }
    canvas().scrollTo(left, top);
    kin.clear();
    parts.decorate();
    const own = focus?.startsWith("c-step-") ? null : document.getElementById(focus);
    if (held) (own || parts.stepGroup(state.step) || canvas().querySelector("svg [tabindex='0']"))?.focus({ preventScroll: true });
  }
  const side = fresh.getElementById("drawer");
  if (side) {
    fields.replace(document.adoptNode(side));
    felt();
  }
  const acts = fresh.getElementById("acts");
  if (acts) {
    const at = document.activeElement?.closest("#acts") && (document.activeElement.hasAttribute("data-redo") ? "[data-redo]" : "[data-undo]");
    document.getElementById("acts").replaceWith(document.adoptNode(acts));
    if (at) document.querySelector(`#acts ${at}`)?.focus();
  }
  root.dataset.seen = canvas().dataset.seen;
}

let drawing = null;
export async function redraw() {
  drawing?.abort();
  drawing = new AbortController();
  remember();
  const query = params();
  query.set("width", String(parts.width()));
  try {
    const answer = await part(`${base}canvas/?${query}`, { signal: drawing.signal });
    if (answer.ok) put(await answer.text());
    else tell(says("Lost"));
  } catch (error) {
    if (error.name !== "AbortError") tell(says("Lost"));
  }
}

let opening = null;
export async function open(about = state.about) {
  opening?.abort();
  opening = new AbortController();
  state.about = about;
  remember();
  const stage = about.startsWith("stage-") ? about.slice(6) : "";
  const where = stage ? `stage/${encodeURIComponent(stage)}/` : about === "journey" || !state.step ? "drawer/" : `drawer/${encodeURIComponent(state.step)}/`;
  try {
    const answer = await part(`${base}${where}`, { signal: opening.signal });
    if (answer.ok) put(await answer.text());
  } catch (error) {
    if (error.name !== "AbortError") tell(says("Lost"));
  }
}

let waiting = null;
export function select(step, { focus = true, about = "" } = {}) {
  if (!step) return;
  const same = drawer().dataset.step === step && drawer().dataset.about === about && !state.closed && step === state.step;
  state.step = step;
  state.about = about;
  state.closed = false;
  fields.show();
  canvas().dataset.step = step;
  remember();
  if (parts.has(step)) parts.mark(focus);
  else redraw().then(() => parts.mark(focus));
  if (same) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => open(about), 40);
}

export function walk(by) {
  const order = canvas().dataset.order.split(",").filter(Boolean);
  const at = order.indexOf(state.step);
  const next = order[at < 0 ? 0 : Math.max(0, Math.min(order.length - 1, at + by))];
  if (next && next !== state.step) select(next);
}

export async function refresh() {
  await redraw();
  if (!state.closed) await open();
}

// Edits go one after another, each with the number of the last change the reader had seen.
let chain = Promise.resolve(true);
const underway = new Set();
export function writing() {
  root.toggleAttribute("data-writing", underway.size > 0 || feeling());
}
export function send(said, { seen = null, from = null } = {}) {
  if (!may) return Promise.resolve(false);
  let answer = null;
  const turn = () => (answer ??= post(said, seen, from));
  underway.add(turn);
  writing();
  chain = chain.then(turn, turn).finally(() => {
    underway.delete(turn);
    writing();
  });
  return chain;
}
// Who leaves the page takes nothing back: what was typed, felt or waits for its turn goes out with them.
window.addEventListener("pagehide", () => {
  flush();
  fields.flush();
  for (const turn of underway) turn();
});

async function post(said, seen, from, key = freshKey()) {
  const body = new URLSearchParams(params());
  body.set("width", String(parts.width()));
  for (const [name, value] of Object.entries(said)) {
    if (Array.isArray(value)) {
      body.set("several", "1");
      for (const one of value) body.append(name, one);
      if (!value.length) body.append(name, "");
    } else body.set(name, value ?? "");
  }
  // An act may be about another step than the one in hand, which is the one that the answer shows.
  body.set("hand", state.step);
  body.set("seen", seen ?? canvas().dataset.seen);
  body.set("key", key);
  document.dispatchEvent(new CustomEvent("polku:written", { detail: { key } }));
  const act = said.act === "undo" || said.act === "redo" ? `${said.act}/` : "edit/";
  for (let tries = 0; ; tries++) {
    try {
      const answer = await part(`${base}${act}`, { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token() } });
      if (answer.headers.get("HX-Redirect")) location.href = answer.headers.get("HX-Redirect");
      const text = await answer.text();
      if (answer.ok) {
        fields.saved(from);
        put(text);
        remember();
        return true;
      }
      if (answer.status === 409 && text.includes('class="conflict"')) return fields.conflict(text, from);
      if (answer.status < 500) return fields.refused(text, from);
    } catch {
      // The same key: sent twice, it is done once.
    }
    if (tries >= 2) {
      tell(says("Lost"));
      fields.refused("", from);
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 700 * (tries + 1)));
  }
}

export const parts = canvasParts();
const kin = kinParts();
export const fields = drawerFields();

// Buttons and links around drawing and drawer.
root.addEventListener("click", (event) => {
  // Drawing and drawer say of themselves which view and step they are; that is nothing to press.
  const at = (name) => event.target.closest(`[${name}]:not(#canvas,#drawer)`);
  let it;
  if ((it = at("data-view"))) {
    event.preventDefault();
    show(it.dataset.view);
  } else if ((it = at("data-about"))) {
    event.preventDefault();
    state.closed = false;
    fields.show();
    open(it.dataset.about);
  } else if ((it = at("data-role"))) toggleRole(it);
  else if (at("data-overlay")) overlay();
  else if (at("data-table")) table();
  else if ((it = at("data-zoom"))) parts.zoom(Number(it.dataset.zoom));
  else if ((it = at("data-dialog"))) document.getElementById(it.dataset.dialog)?.showModal();
  else if (at("data-shut")) event.target.closest("dialog").close();
  else if ((it = at("data-fold"))) parts.fold(it.dataset.fold);
  else if ((it = at("data-new-step"))) fields.newStep(it.dataset.after, it.dataset.stage);
  else if ((it = at("data-new-stage"))) fields.newStage(it.dataset.after);
  else if ((it = at("data-go-step"))) {
    event.preventDefault();
    if (it.dataset.goStep) select(it.dataset.goStep, { focus: false });
  } else if (at("data-close")) close();
});
document.addEventListener("click", (event) => {
  const it = event.target.closest(".bar [data-dialog], .bar [data-undo], .bar [data-redo]");
  if (!it) return;
  if (it.dataset.dialog) document.getElementById(it.dataset.dialog)?.showModal();
  else send({ act: it.hasAttribute("data-undo") ? "undo" : "redo" });
});
root.addEventListener("input", (event) => {
  if (!event.target.matches("[data-find-role]")) return;
  const words = event.target.value.trim().toLowerCase();
  for (const one of event.target.closest(".sheet").querySelectorAll("[data-role]")) one.hidden = !one.title.toLowerCase().includes(words);
});
root.addEventListener("change", (event) => {
  if (!event.target.matches("[data-lane]")) return;
  const boxes = [...root.querySelectorAll("[data-lane]")];
  const on = boxes.filter((box) => box.checked).map((box) => box.dataset.lane);
  state.lanes = on.length === boxes.length ? "" : on.join(",");
  redraw();
});

export function show(view) {
  state.view = view;
  for (const one of root.querySelectorAll(".views a")) {
    if (one.dataset.view === view) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  }
  redraw();
}

export function overlay() {
  state.overlay = !state.overlay;
  root.querySelector("[data-overlay]").setAttribute("aria-pressed", String(state.overlay));
  redraw();
}

export function table() {
  state.table = !state.table;
  redraw();
}

export function close() {
  if (state.about) return open("");
  state.closed = true;
  fields.show();
}

function toggleRole(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  const chosen = [...root.querySelectorAll("[data-role][aria-pressed=true]")].map((one) => one.dataset.role);
  state.roles = chosen.join(",");
  redraw();
}

// Others edit the same map: what they changed comes in, what is being typed stays.
let coming = null;
document.addEventListener("polku:changed", (event) => {
  const change = event.detail || {};
  if (change.own) return;
  const mine = change.document === root.dataset.document;
  if (!mine && !/^(polku|roles|evidence|partners|improvements)/.test(change.document || "polku")) return;
  clearTimeout(coming);
  coming = setTimeout(() => chain.then(refresh), 120);
});

keysOf();
parts.decorate();
parts.mark(false);
fields.begin();
export { tell, typing };
