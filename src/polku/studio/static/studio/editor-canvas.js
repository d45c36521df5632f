// The drawing: which step is marked, how large it is, what can be dragged, and words edited in place.
import { base, canvas, drawer, may, redraw, says, select, send, state, tell } from "./editor.js";
import { feel } from "./editor-feelings.js";

const PREFIX = "c-";
const ZOOMS = [0.5, 0.67, 0.8, 0.9, 1, 1.15, 1.33, 1.6, 2];

export function canvasParts() {
  const svg = () => canvas().querySelector(".sheet > svg");
  const byId = (id) => svg()?.querySelector(`#${CSS.escape(PREFIX + id)}`) || null;
  const stepGroup = (step) => (step ? byId(`step-${step}`) : null);
  const has = (step) => !svg() || Boolean(stepGroup(step)) || !svg().querySelector(".step");
  const idOf = (element, kind) => element?.id.slice(PREFIX.length + kind.length + 1);
  const width = () => Math.round(canvas().clientWidth || 1040);
  const columns = () =>
    [...(svg()?.querySelectorAll(".column") || [])]
      .map((group) => ({ step: idOf(group, "column"), box: group.getBoundingClientRect() }))
      .sort((a, b) => a.box.left - b.box.left);

  function decorate() {
    const drawn = svg();
    if (!drawn) return;
    for (const one of drawn.querySelectorAll(".step,.spine")) one.setAttribute("role", "group");
    for (const one of drawn.querySelectorAll(".add")) one.setAttribute("role", "button");
    scale();
    mark(false);
  }

  function scale() {
    const drawn = svg();
    const sheet = canvas().querySelector(".sheet.drawing");
    if (!drawn || !sheet) return;
    const [wide, high] = [Number(sheet.dataset.width), Number(sheet.dataset.height)];
    // Zoom 0 is the whole drawing at a glance; else words keep the size in which they are read.
    const fit = Math.min(1, (width() - 8) / wide);
    const by = state.zoom || fit;
    drawn.setAttribute("width", String(Math.round(wide * by)));
    drawn.setAttribute("height", String(Math.round(high * by)));
    const said = canvas().querySelector("[data-zoom-now]");
    if (said) said.textContent = `${Math.round(by * 100)} %`;
    handle();
  }

  const now = () => state.zoom || Number(svg()?.getAttribute("width")) / Number(canvas().querySelector(".sheet").dataset.width) || 1;
  function zoom(by) {
    const at = ZOOMS.reduce((best, one, place) => (Math.abs(one - now()) < Math.abs(ZOOMS[best] - now()) ? place : best), 0);
    state.zoom = by === 0 ? (state.zoom ? 0 : 1) : ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, at + by))];
    sessionStorage.setItem("polku-zoom", String(state.zoom));
    scale();
  }

  function mark(focus) {
    const drawn = svg();
    if (!drawn) return;
    for (const one of drawn.querySelectorAll(".selected")) {
      one.classList.remove("selected");
      one.removeAttribute("aria-current");
    }
    byId(`column-${state.step}`)?.classList.add("selected");
    const group = stepGroup(state.step);
    if (!group) {
      handle();
      return;
    }
    group.classList.add("selected");
    group.setAttribute("aria-current", "true");
    for (const one of drawn.querySelectorAll("[tabindex='0']")) one.setAttribute("tabindex", "-1");
    group.setAttribute("tabindex", "0");
    if (focus) group.focus({ preventScroll: true });
    reveal(byId(`column-${state.step}`) || group);
    handle();
  }

  function reveal(element) {
    const [seen, box] = [canvas().getBoundingClientRect(), element.getBoundingClientRect()];
    if (!seen.width) return;
    const gap = 24;
    if (box.left < seen.left + gap) canvas().scrollLeft += box.left - seen.left - gap;
    else if (box.right > seen.right - gap) canvas().scrollLeft += Math.min(box.right - seen.right + gap, box.left - seen.left - gap);
    if (state.view === "matrix") return;
    if (box.top < seen.top + 60) canvas().scrollTop += box.top - seen.top - 60;
    else if (box.bottom > seen.bottom - gap) canvas().scrollTop += box.bottom - seen.bottom + gap;
  }

  // From the chosen card a way can be drawn to another step.
  function handle() {
    canvas().querySelector(".way-from")?.remove();
    const sheet = canvas().querySelector(".sheet.drawing");
    const frame = stepGroup(state.step)?.querySelector(".chosen rect");
    if (!may || !sheet || !frame || state.view !== "matrix" || state.table) return;
    const [around, box] = [sheet.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (!box.width) return;
    const button = document.createElement("button");
    button.className = "way-from";
    button.type = "button";
    button.tabIndex = -1;
    button.title = says("Way");
    button.setAttribute("aria-label", says("Way"));
    button.textContent = "→";
    button.style.left = `${box.right - around.left - 13}px`;
    button.style.top = `${box.top - around.top + box.height / 2 - 12}px`;
    sheet.append(button);
  }

  // Folding: the spine opens its stage; a stage that is folded takes its step out of hand.
  const foldedNow = () => canvas().dataset.folded.split(",").filter(Boolean);
  function unfold(stage) {
    state.folded = foldedNow().filter((one) => one !== stage).join(",");
    redraw();
  }
  function fold(stage) {
    const inside = idsOf(stage);
    const order = canvas().dataset.order.split(",");
    const folded = [...new Set([...foldedNow(), stage])];
    if (inside.includes(state.step)) {
      const last = order.indexOf(inside[inside.length - 1]);
      const open = order.filter((id) => !inside.includes(id) && stepGroup(id));
      const next = open.find((id) => order.indexOf(id) > last) || open[open.length - 1];
      if (!next) return;
      state.folded = folded.join(",");
      state.step = next;
      redraw().then(() => select(next));
      return;
    }
    state.folded = folded.join(",");
    redraw();
  }
  function foldAll(off) {
    state.folded = off ? "" : null;
    redraw();
  }
  const idsOf = (stage) => [...(byId(`stage-${stage}`)?.querySelectorAll(".step") || [])].map((one) => idOf(one, "step"));
  const stageOf = (step) => {
    const group = stepGroup(step)?.closest(".stage");
    return group ? idOf(group, "stage") : "";
  };

  function laneAt(y) {
    for (const lane of svg()?.querySelectorAll(".lane") || []) {
      const box = lane.getBoundingClientRect();
      if (y >= box.top && y < box.bottom) return idOf(lane, "lane");
    }
    return "";
  }

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !canvas().contains(event.target)) return;
    if (moved) {
      moved = false;
      return;
    }
    const spine = event.target.closest(".spine");
    if (spine) return unfold(idOf(spine, "spine"));
    const add = event.target.closest(".add");
    if (add) return document.dispatchEvent(new CustomEvent("polku:add-step", { detail: { stage: idOf(add, "add") } }));
    const step = event.target.closest(".step");
    if (step && linking) return link(idOf(step, "step"));
    if (step) return select(idOf(step, "step"));
    const head = event.target.closest(".stage-head");
    if (head) return document.dispatchEvent(new CustomEvent("polku:about", { detail: `stage-${idOf(head, "head")}` }));
    if (event.target.closest(".way-from")) return beginWay();
    const column = svg() && state.view === "matrix" ? columns().find((one) => event.clientX >= one.box.left && event.clientX < one.box.right && event.clientY >= one.box.top) : null;
    if (column && event.target.closest("svg")) select(column.step);
  });

  // Who comes to a step with the keyboard, or is brought there by a screen reader, has it in hand.
  document.addEventListener("focusin", (event) => {
    const step = event.target instanceof Element && canvas().contains(event.target) ? event.target.closest(".step") : null;
    if (step && !drag && idOf(step, "step") !== state.step && !linking) select(idOf(step, "step"), { focus: false });
  });

  const FIELDS = { thinking: "thinks", touchpoint: "touchpoint", pains: "pains-add", front: "front-add", back: "back-add", wait: "waits", owner: "owner", evidence: "evidence" };
  document.addEventListener("dblclick", (event) => {
    if (!(event.target instanceof Element) || !canvas().contains(event.target) || !may) return;
    const head = event.target.closest(".stage-head");
    if (head) return document.dispatchEvent(new CustomEvent("polku:focus", { detail: `stages-${idOf(head, "head")}-name` }));
    const step = event.target.closest(".step") || (state.step && stepGroup(state.step));
    if (!step || event.target.closest(".feel,.spine,.add")) return;
    const lane = laneAt(event.clientY);
    if (!lane || lane === "action") return inPlace(idOf(step, "step"));
    if (lane === "emotion") return;
    document.dispatchEvent(new CustomEvent("polku:focus", { detail: `steps-${idOf(step, "step")}-${FIELDS[lane] || "does"}` }));
  });

  // Words on the card, changed where they stand.
  function inPlace(step) {
    const group = stepGroup(step);
    const sheet = canvas().querySelector(".sheet.drawing");
    const field = document.getElementById(`f-steps-${step}-does`);
    if (!may || !group || !sheet || !field) return;
    const frame = group.querySelector(".chosen rect");
    const box = frame?.getBoundingClientRect();
    if (!box?.width) {
      field.focus();
      field.select();
      return;
    }
    const around = sheet.getBoundingClientRect();
    const text = document.createElement("textarea");
    text.className = "in-place";
    text.value = field.value;
    text.maxLength = 4000;
    text.setAttribute("aria-label", field.getAttribute("aria-label"));
    const wide = Math.max(box.width, 132);
    Object.assign(text.style, { left: `${box.left - around.left - (wide - box.width) / 2}px`, top: `${box.top - around.top + 26}px`, width: `${wide}px`, height: `${Math.max(box.height - 30, 64)}px` });
    sheet.append(text);
    text.focus();
    text.select();
    let over = false;
    const end = (keep) => {
      if (over) return;
      over = true;
      const words = text.value.trim();
      text.remove();
      stepGroup(step)?.focus({ preventScroll: true });
      if (keep && words !== field.dataset.was) send({ act: "set", path: `steps/${step}/does`, value: words, was: field.dataset.was }, { seen: field.dataset.seen });
    };
    text.addEventListener("blur", () => end(true));
    text.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") end(false);
      else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        end(true);
      }
    });
  }

  // A way to another step: the card's arrow is dragged, or W and the arrows choose.
  let linking = "";
  function beginWay() {
    linking = state.step;
    tell(says("Way"));
    canvas().classList.add("linking");
  }
  function leaveWay() {
    const was = linking;
    linking = "";
    canvas().classList.remove("linking");
    return Boolean(was);
  }
  function link(to) {
    const from = linking;
    leaveWay();
    if (from && to && from !== to) {
      state.step = from;
      send({ act: "add-way", step: from, to }).then(() => mark(true));
    }
  }

  // Dragging: a feeling up and down, a card to another place, the arrow to another card.
  const REST = 350;
  let drag = null;
  let moved = false;
  document.addEventListener("pointerdown", (event) => {
    if (!may || drag || event.button !== 0 || !(event.target instanceof Element) || !canvas().contains(event.target)) return;
    const feel = event.target.closest(".feel");
    if (event.target.closest(".way-from")) drag = { kind: "way", step: state.step };
    else if (feel) drag = { kind: "feel", step: idOf(feel, "feel"), group: feel };
    else if (state.view === "matrix" && event.target.closest(".step") && laneAt(event.clientY) === "action") drag = { kind: "step", step: idOf(event.target.closest(".step"), "step") };
    else return;
    Object.assign(drag, { x: event.clientX, y: event.clientY, on: false, id: event.pointerId });
    if (event.pointerType !== "touch") return;
    document.addEventListener("touchmove", still, { passive: false });
    // A finger that goes on at once scrolls; one that rests on a card takes it up.
    if (drag.kind === "step") {
      drag.rests = true;
      drag.timer = setTimeout(() => {
        if (!drag?.rests) return;
        drag.rests = false;
        drag.on = true;
        navigator.vibrate?.(15);
        beginStep();
        dragStep(event);
      }, REST);
    }
  });
  const still = (event) => {
    if (drag?.on) event.preventDefault();
  };
  function letGo() {
    clearTimeout(drag?.timer);
    document.removeEventListener("touchmove", still);
    drag = null;
    clear();
  }
  document.addEventListener("contextmenu", (event) => {
    if (drag && (drag.on || drag.rests)) event.preventDefault();
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    if (!drag.on && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < (drag.rests ? 10 : 5)) return;
    if (drag.rests) return letGo();
    event.preventDefault();
    if (!drag.on) {
      drag.on = true;
      getSelection()?.removeAllRanges();
      if (drag.kind === "step") beginStep();
      if (drag.kind === "way") beginLine();
    }
    if (drag.kind === "feel") dragFeel(event);
    else if (drag.kind === "step") dragStep(event);
    else dragWay(event);
  });
  document.addEventListener("pointerup", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const done = drag;
    letGo();
    if (!done.on) return;
    moved = true;
    setTimeout(() => (moved = false), 0);
    if (done.kind === "feel") {
      if (done.value !== undefined) feel(done.step, done.value);
      else redraw();
    } else if (done.kind === "step" && done.target) {
      state.step = done.step;
      send({ act: "move-step", step: done.step, ...done.target }).then((ok) => ok && tell(says("Moved", { step: done.words })));
    } else if (done.kind === "way") {
      const under = document.elementFromPoint(event.clientX, event.clientY);
      const step = under?.closest(".step") ? idOf(under.closest(".step"), "step") : columns().find((one) => event.clientX >= one.box.left && event.clientX < one.box.right)?.step;
      if (step && step !== done.step) send({ act: "add-way", step: done.step, to: step });
    }
  });
  document.addEventListener("pointercancel", letGo);

  function clear() {
    for (const one of canvas().querySelectorAll(".ghost,.drop,.way-line")) one.remove();
    for (const one of canvas().querySelectorAll(".dragging")) one.classList.remove("dragging");
  }
  function ghost(words) {
    const box = document.createElement("div");
    box.className = "ghost";
    box.textContent = words;
    canvas().querySelector(".sheet").append(box);
    return box;
  }
  function at(event) {
    const box = canvas().querySelector(".sheet").getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
  function dragFeel(event) {
    const reach = drag.group.querySelector(".reach rect").getBoundingClientRect();
    const value = Math.max(-2, Math.min(2, Math.round(2 - (4 * (event.clientY - reach.top)) / reach.height)));
    drag.value = value;
    drag.box ||= ghost("");
    drag.box.textContent = value > 0 ? `+${value}` : value < 0 ? `\u2212${-value}` : "0";
    const [x] = at(event);
    const around = canvas().querySelector(".sheet").getBoundingClientRect();
    drag.box.style.left = `${x + 18}px`;
    drag.box.style.top = `${reach.top - around.top + ((2 - value) / 4) * reach.height - 16}px`;
  }
  function beginStep() {
    const group = stepGroup(drag.step);
    group.classList.add("dragging");
    drag.words = document.getElementById(`f-steps-${drag.step}-does`)?.value || group.getAttribute("aria-label").split(". ")[1] || drag.step;
    drag.box = ghost(drag.words);
    drag.line = document.createElement("div");
    drag.line.className = "drop";
    canvas().querySelector(".sheet").append(drag.line);
  }
  function dragStep(event) {
    const [x, y] = at(event);
    Object.assign(drag.box.style, { left: `${x + 10}px`, top: `${y + 10}px` });
    const around = canvas().querySelector(".sheet").getBoundingClientRect();
    const spine = document.elementFromPoint(event.clientX, event.clientY)?.closest(".spine");
    const all = columns();
    if (!all.length) return;
    const height = all[0].box.height;
    Object.assign(drag.line.style, { top: `${all[0].box.top - around.top}px`, height: `${height}px` });
    if (spine) {
      const box = spine.getBoundingClientRect();
      drag.target = { stage: idOf(spine, "spine") };
      drag.line.style.left = `${box.left - around.left + box.width / 2}px`;
      return;
    }
    const next = all.find((one) => event.clientX < one.box.left + one.box.width / 2);
    const before = next ? all[all.indexOf(next) - 1] : all[all.length - 1];
    const over = before && next && stageOf(before.step) !== stageOf(next.step) && event.clientX < (before.box.right + next.box.left) / 2;
    if (!next || over) {
      drag.target = { stage: stageOf(before.step) };
      drag.line.style.left = `${before.box.right - around.left}px`;
    } else {
      drag.target = { before: next.step };
      drag.line.style.left = `${next.box.left - around.left - 1}px`;
    }
  }
  function beginLine() {
    const name = "http://www.w3.org/2000/svg";
    drag.line = document.createElementNS(name, "svg");
    drag.line.setAttribute("class", "way-line");
    drag.line.append(document.createElementNS(name, "path"));
    canvas().querySelector(".sheet").append(drag.line);
    const from = stepGroup(drag.step).querySelector(".chosen rect").getBoundingClientRect();
    const around = canvas().querySelector(".sheet").getBoundingClientRect();
    drag.start = [from.right - around.left, from.top - around.top + from.height / 2];
  }
  function dragWay(event) {
    const [x, y] = at(event);
    const [fx, fy] = drag.start;
    drag.line.setAttribute("width", "100%");
    drag.line.setAttribute("height", "100%");
    drag.line.firstChild.setAttribute("d", `M${fx} ${fy}C${fx + 40} ${fy} ${x - 40} ${y} ${x} ${y}`);
  }

  // The width of the window is the drawing's: kept for the next page, and drawn anew when it changes.
  let seen = 0;
  let later = null;
  new ResizeObserver(() => {
    const now = width();
    if (!canvas().clientWidth) return;
    document.cookie = `polku-canvas=${now};path=/;max-age=31536000;samesite=lax`;
    if (!seen) {
      seen = Number(canvas().dataset.for) || now;
    }
    if (Math.abs(now - seen) < 24) return;
    seen = now;
    clearTimeout(later);
    later = setTimeout(() => redraw(), 200);
  }).observe(canvas().parentElement);

  return { decorate, mark, has, width, zoom, stepGroup, stageOf, fold, foldAll, inPlace, beginWay, leaveWay, link, linking: () => linking, unfold, idOf, base };
}
