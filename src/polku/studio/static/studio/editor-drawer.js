// The drawer: each field is saved by itself when it is left; what is being typed is never lost.
import { sorting } from "./sorting.js";
import { canvas, drawer, may, open, redraw, root, says, select, send, state, tell } from "./editor.js";

export function drawerFields() {
  const work = root.querySelector(".work");

  function show() {
    work.classList.toggle("alone", state.closed);
    drawer().classList.toggle("up", !state.closed && narrow() && begun);
  }
  const narrow = () => matchMedia("(max-width: 759px)").matches;
  let begun = false;

  function begin() {
    grow(drawer());
    begun = true;
    document.addEventListener("input", (event) => event.target.matches?.(".drawer textarea") && size(event.target));
  }
  // Where the browser cannot let a field grow with its words, this does.
  const grows = CSS.supports("field-sizing", "content");
  function size(field) {
    if (grows) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
  function grow(around) {
    if (!grows) for (const field of around.querySelectorAll("textarea")) size(field);
  }

  const typedIn = (field) =>
    field.matches("textarea,input:not([type=checkbox])") && field.id && field.value.trim() !== (field.dataset.was ?? field.defaultValue).trim();
  // What is on its way to the server is typed, and need not be sent again.
  const dirty = (field) => typedIn(field) && field.value.trim() !== field.dataset.sent;

  // A fresh drawer takes the place of the old: focus, scroll, what is open and what is being typed stay.
  function replace(fresh) {
    const old = drawer();
    const same = old.dataset.step === fresh.dataset.step && old.dataset.about === fresh.dataset.about;
    const focus = document.activeElement && old.contains(document.activeElement) ? document.activeElement : null;
    const range = focus && "selectionStart" in focus ? [focus.selectionStart, focus.selectionEnd] : null;
    const held = focus?.id || focus?.closest("[data-key]")?.dataset.key;
    const typed = same ? [...old.querySelectorAll("textarea,input")].filter(typedIn) : [];
    const opened = [...old.querySelectorAll("details[open]")].map(nameOf);
    const top = old.scrollTop;
    for (const kept of same ? old.querySelectorAll("[data-keep],[data-key=comments]") : []) {
      fresh.querySelector(`[data-key="${CSS.escape(kept.dataset.key)}"]`)?.replaceWith(kept);
    }
    replacing = true;
    old.replaceWith(fresh);
    replacing = false;
    for (const one of same ? fresh.querySelectorAll("details") : []) if (opened.includes(nameOf(one))) one.open = true;
    for (const field of typed) {
      const now = document.getElementById(field.id);
      if (!now) continue;
      now.value = field.value;
      // It is still an edit of what was seen then.
      if (field.dataset.seen) now.dataset.seen = field.dataset.seen;
      for (const name of ["was", "sent"]) if (name in field.dataset) now.dataset[name] = field.dataset[name];
      if (field.classList.contains("failed")) now.classList.add("failed");
    }
    if (same) fresh.scrollTop = top;
    if (focus && same) {
      const now = (focus.id && document.getElementById(focus.id)) || fresh.querySelector(`[data-key="${CSS.escape(held || "")}"] :is(textarea,select,input,button,summary)`);
      const pressed = focus.matches(".feels button") ? fresh.querySelector(".feels [aria-pressed=true]") : null;
      (pressed || now)?.focus({ preventScroll: true });
      if (range && now && "setSelectionRange" in now && now.type !== "date") now.setSelectionRange(...range);
    } else if (focus) fresh.focus({ preventScroll: true });
    grow(fresh);
    window.htmx?.process(fresh);
    show();
  }
  function nameOf(details) {
    const row = details.closest("[data-row]")?.dataset.row || "";
    const key = details.dataset.key || details.id || details.closest("[data-key]")?.dataset.key || "";
    return `${row}|${key}|${details.className}|${details.querySelector("summary")?.id || ""}`;
  }

  const seenBy = (element) => element.dataset.seen || element.closest("[data-seen]")?.dataset.seen || canvas().dataset.seen;
  const more = (element) => Object.fromEntries(new URLSearchParams(element.dataset.say || ""));

  document.addEventListener("change", (event) => {
    const it = event.target;
    if (!(it instanceof Element) || !drawer().contains(it) || it.closest("form")) return;
    const many = it.closest("[data-many]");
    if (many) {
      const values = [...many.querySelectorAll("input:checked")].map((box) => box.value);
      send({ act: "set", path: many.dataset.path, value: values, was: many.dataset.was.trim() }, { seen: seenBy(many), from: many });
      return;
    }
    if (it.matches("textarea") || (!it.dataset.path && !it.dataset.act)) return;
    if (it.matches("input:not([type=checkbox],[type=date])")) return;
    save(it);
  });
  // Words are saved when their field is left. (No "change": the field may have come anew while one typed.)
  document.addEventListener("focusout", (event) => {
    const it = event.target;
    if (replacing || !(it instanceof HTMLElement) || !it.isConnected || !drawer().contains(it) || it.closest("form")) return;
    if (it.matches("textarea,input:not([type=checkbox],[type=date])") && it.dataset.path && dirty(it)) save(it);
  });
  let replacing = false;
  function flush() {
    for (const it of drawer().querySelectorAll("textarea,input:not([type=checkbox],[type=date])")) {
      if (it.dataset.path && !it.closest("form") && dirty(it)) save(it);
    }
  }
  function save(it) {
    const act = it.dataset.act || "set";
    const value = it.type === "checkbox" ? (it.checked ? "on" : "") : it.value.trim();
    const said = { act, ...more(it), [it.dataset.name || "value"]: value };
    if (it.dataset.path) said.path = it.dataset.path;
    if (act === "add" && !value) return;
    if (act === "add-way" && !value) return;
    if (act === "set" && it.dataset.was && /\/\d+(\/|$)/.test(it.dataset.path)) said.was = it.dataset.was;
    if (act === "add" || act === "add-way") it.value = "";
    else if (typeof value === "string" && it.type !== "checkbox") it.dataset.sent = value;
    send(said, { seen: seenBy(it), from: it });
  }

  // A member of a list goes to another place: by its grip, or with Alt and the arrows from within it.
  sorting(document, {
    list: ".drawer [data-sort]",
    member: "[data-row]",
    moved: (member, place) => moveTo(member, place),
  });
  const rowOf = (id) => drawer().querySelector(`[data-row="${CSS.escape(id)}"]`);
  // What is being written there is kept first; the hand stays on what it moves, and what was open there stays open.
  function moveTo(member, place) {
    const path = member.dataset.row;
    const list = path.slice(0, path.lastIndexOf("/"));
    const [to, idOf] = [`${list}/${place}`, (row) => `f-${row.replaceAll("/", "-")}-`];
    const held = member.contains(document.activeElement) ? document.activeElement : null;
    const field = held?.id?.startsWith(idOf(path)) ? held.id.slice(idOf(path).length) : "";
    const button = held?.dataset.act === "move" ? [...member.querySelectorAll("[data-act=move]")].indexOf(held) : -1;
    const opened = member.querySelector(":scope > .detail")?.open ?? false;
    const main = member.querySelector("[data-path][data-was]:not(button)");
    held?.blur();
    // Leaving the field may have saved it: what it holds is what stands there once that is through.
    return send({ act: "move", path: main.dataset.path, was: main.value ?? main.dataset.was, place: String(place) }, { seen: seenBy(main), from: member }).then((done) => {
      const now = done && rowOf(to);
      if (!now) return;
      const [there, here] = [now.querySelector(":scope > .detail"), rowOf(path)?.querySelector(":scope > .detail")];
      if (there && here) [there.open, here.open] = [opened, there.open];
      const buttons = [...now.querySelectorAll("[data-act=move]")];
      const target = field ? document.getElementById(idOf(to) + field) : button < 0 ? null : buttons[button].disabled ? buttons[1 - button] : buttons[button];
      target?.focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    const member = event.altKey && /^Arrow(Up|Down)$/.test(event.key) && event.target instanceof Element ? event.target.closest(".drawer [data-sort] > [data-row]") : null;
    if (!member) return;
    event.preventDefault();
    event.stopPropagation();
    const place = Number(member.dataset.row.split("/").pop()) + (event.key === "ArrowUp" ? -1 : 1);
    if (place >= 1 && place <= member.parentElement.querySelectorAll(":scope > [data-row]").length) moveTo(member, place);
  }, true);

  // Enter keeps a line and goes on; Escape gives back what stood there.
  document.addEventListener("keydown", (event) => {
    const it = event.target;
    if (!(it instanceof HTMLElement) || !drawer().contains(it) || it.closest("form")) return;
    if (event.key === "Enter" && !event.shiftKey && it.matches("textarea,input:not([type=checkbox])")) {
      event.preventDefault();
      if (it.matches(".add")) {
        if (it.value.trim()) save(it);
      } else {
        it.blur();
        stepIn();
      }
    } else if (event.key === "Escape" && it.matches("textarea,input,select")) {
      if (it.matches("textarea,input:not([type=checkbox])")) it.value = it.dataset.was ?? it.defaultValue;
      event.stopPropagation();
      it.blur();
      stepIn();
    }
  });

  // After a field the hand is on the step again, so that its keys work.
  const stepIn = () => document.getElementById(`c-step-${state.step}`)?.focus({ preventScroll: true });

  document.addEventListener("click", (event) => {
    const it = event.target instanceof Element ? event.target.closest("button") : null;
    if (!it || !drawer().contains(it)) return;
    if (it.dataset.find) return find(it.dataset.find);
    if (it.dataset.copy) return send({ act: "copy-step", step: it.dataset.copy });
    if (!it.dataset.act) return;
    event.preventDefault();
    const said = { act: it.dataset.act, ...more(it) };
    const member = said.act === "move" ? it.closest("[data-sort] > [data-row]") : null;
    if (member) return moveTo(member, Number(said.place));
    if (it.dataset.path) said.path = it.dataset.path;
    if ("value" in it.dataset) said.value = it.dataset.value;
    if (it.dataset.was) said.was = it.dataset.was;
    if ("goes" in it.dataset) return gone(said, it.dataset.goes);
    send(said, { seen: seenBy(it), from: it });
  });

  // What is deleted leaves the hand: the step before takes its place.
  function gone(said, then) {
    if (then === "journey") state.about = "journey";
    else {
      const order = canvas().dataset.order.split(",");
      const at = order.indexOf(said.step || state.step);
      state.step = order[at + 1] || order[at - 1] || "";
    }
    return send(said);
  }

  function find(path) {
    const [kind, id, field] = path.split("/");
    const names = { evidence: "attach", next: `f-steps-${id}-next` };
    const target = document.getElementById(`f-${path.replaceAll("/", "-")}`) || document.getElementById(`f-${kind}-${id}-${field}`) || document.getElementById(`f-${kind}-${id}-${field}-add`) || document.getElementById(names[field] || "") || document.querySelector(`.drawer [data-key="${CSS.escape(field || "evidence")}"]`);
    focusOn(target);
  }
  function focusOn(target) {
    if (!target) return;
    for (let around = target.closest("details"); around; around = around.parentElement?.closest("details")) around.open = true;
    if (target.matches("details")) target.open = true;
    const field = target.matches("textarea,select,input,summary") ? target : target.querySelector("textarea,select,input,summary");
    (field || target).scrollIntoView({ block: "center" });
    field?.focus();
  }
  document.addEventListener("polku:focus", (event) => {
    const id = event.detail;
    const go = () => focusOn(document.getElementById(`f-${id}`) || (id.endsWith("-evidence") ? document.getElementById("attach") : null));
    if (id.startsWith("stages-")) return open(`stage-${id.slice(7, -5)}`).then(go);
    const step = canvas().dataset.order.split(",").find((one) => id.startsWith(`steps-${one}-`)) || state.step;
    if (drawer().dataset.step !== step) select(step, { focus: false });
    setTimeout(go, drawer().dataset.step === step ? 0 : 260);
  });
  document.addEventListener("polku:about", (event) => {
    state.closed = false;
    open(event.detail);
  });
  document.addEventListener("polku:add-step", (event) => newStep("", event.detail.stage));

  // Small forms: a new step, a new stage, new evidence.
  function newStep(after = "", stage = "") {
    const dialog = document.getElementById("new-step");
    if (!dialog || !may) return;
    const form = dialog.querySelector("form");
    form.reset();
    form.elements.after.value = stage && !after ? "" : after || state.step;
    const at = stage || (document.getElementById(`f-steps-${state.step}-stage`)?.value ?? "");
    if (at && form.elements.stage.querySelector(`option[value="${CSS.escape(at)}"]`)) form.elements.stage.value = at;
    const role = document.getElementById(`f-steps-${state.step}-role`)?.value;
    if (role && form.elements.role.querySelector(`option[value="${CSS.escape(role)}"]`)) form.elements.role.value = role;
    dialog.showModal();
  }
  function newStage(after = "") {
    const dialog = document.getElementById("new-stage");
    if (!dialog || !may) return;
    const form = dialog.querySelector("form");
    form.reset();
    form.elements.after.value = after || "";
    dialog.showModal();
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset?.form) {
      event.preventDefault();
      const said = { act: form.dataset.form, ...more(form), ...Object.fromEntries(new FormData(form)) };
      const dialog = form.closest("dialog");
      dialog?.close();
      if (said.act === "add-step") {
        // A step goes where it was asked for: after the one in hand only within its stage.
        const own = document.getElementById(`f-steps-${said.after}-stage`)?.value;
        if (own !== undefined && own !== said.stage) said.after = "";
        const before = new Set(canvas().dataset.order.split(","));
        send(said).then((ok) => {
          const fresh = ok && canvas().dataset.order.split(",").find((one) => !before.has(one));
          if (fresh) select(fresh);
        });
      } else if (said.act === "add-stage") {
        const before = new Set(canvas().dataset.stages.split(","));
        send(said).then((ok) => {
          const fresh = ok && canvas().dataset.stages.split(",").find((one) => !before.has(one));
          if (fresh) open(`stage-${fresh}`);
        });
      } else send(said, { seen: seenBy(form), from: form });
    } else if (form.matches?.("[data-again]")) {
      event.preventDefault();
      const said = Object.fromEntries(new FormData(form));
      document.getElementById("conflict").close();
      const field = [...drawer().querySelectorAll("[data-path]")].find((one) => one.dataset.path === said.path && one.id);
      if (field && "value" in field) field.dataset.sent = field.value.trim();
      send(said, { seen: said.seen, from: field });
    }
  });
  document.getElementById("conflict").addEventListener("click", (event) => {
    if (!event.target.closest("[data-theirs]")) return;
    document.getElementById("conflict").close();
    refreshAll();
  });
  async function refreshAll() {
    for (const field of drawer().querySelectorAll("textarea,input")) if (dirty(field)) field.value = field.dataset.was;
    await redraw();
    await open();
  }

  function saved(from) {
    if (!from?.classList) return;
    from.classList.remove("failed");
    from.parentElement?.querySelector(":scope > .says-why")?.remove();
    // What was written is now what stands there, so that it does not count as being typed.
    const now = (from.id && document.getElementById(from.id)) || from;
    if ("sent" in from.dataset) {
      now.dataset.was = from.dataset.sent;
      delete now.dataset.sent;
    }
    if (from.matches?.("form")) from.reset();
  }
  function refused(text, from) {
    const words = new DOMParser().parseFromString(text, "text/html").querySelector(".refused")?.textContent;
    if (words) tell(words);
    from = (from?.id && document.getElementById(from.id)) || from;
    if (from?.dataset) delete from.dataset.sent;
    if (!from?.isConnected) return false;
    from.classList.add("failed");
    if (words && from.parentElement && !from.parentElement.querySelector(":scope > .says-why")) {
      const line = document.createElement("p");
      line.className = "says-why";
      line.setAttribute("role", "alert");
      line.textContent = words;
      from.after(line);
    }
    return false;
  }
  function conflict(text, from) {
    const now = (from?.id && document.getElementById(from.id)) || from;
    if (now?.dataset) delete now.dataset.sent;
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector(".conflict");
    const body = document.getElementById("conflict-body");
    body.replaceChildren(document.adoptNode(fresh));
    document.getElementById("conflict").showModal();
    return false;
  }

  return { replace, begin, show, flush, saved, refused, conflict, newStep, newStage, focusOn, gone };
}
