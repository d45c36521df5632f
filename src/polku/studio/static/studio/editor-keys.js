// Keys of the editor; single letters only outside of fields, and where the reader left them on.
import { canvas, close, drawer, fields, may, overlay, parts, root, says, select, send, show, state, table, tell, typing, walk } from "./editor.js";
import { nudge } from "./editor-feelings.js";

export function keysOf() {
  const views = () => [...root.querySelectorAll(".views a")].map((one) => one.dataset.view);
  const focusOn = (id) => document.dispatchEvent(new CustomEvent("polku:focus", { detail: id }));
  const letters = () => document.body.dataset.keys !== "off";
  const free = (target) => target === document.body || canvas().contains(target) || target.id === "content" || target.id === "drawer";

  const ofStep = {
    e: () => focusOn(`steps-${state.step}-evidence`),
    m: () => {
      const box = document.getElementById(`f-steps-${state.step}-moment_of_truth`);
      if (box) send({ act: "set", path: `steps/${state.step}/moment_of_truth`, value: box.checked ? "" : "on" }, { seen: box.dataset.seen });
    },
    h: () => focusOn(`steps-${state.step}-receives-from`),
    d: () => send({ act: "copy-step", step: state.step }),
    w: () => parts.beginWay(),
    Delete: () => fields.gone({ act: "remove-step", step: state.step }),
  };
  const always = {
    j: () => walk(-1),
    k: () => walk(1),
    n: () => may && fields.newStep(state.step),
    o: overlay,
    t: table,
    "[": () => parts.fold(parts.stageOf(state.step)),
    "]": () => parts.foldAll(state.folded !== ""),
    "+": () => parts.zoom(1),
    "-": () => parts.zoom(-1),
    f: () => parts.zoom(0),
    "?": () => document.getElementById("keys").showModal(),
  };

  document.addEventListener(
    "keydown",
    (event) => {
      const target = event.target;
      if (document.querySelector("dialog[open]") || target.closest?.(".in-place")) return;
      const ctrl = event.ctrlKey || event.metaKey;
      if (ctrl && event.key.toLowerCase() === "z" && !typing(target) && may) {
        event.preventDefault();
        return void send({ act: event.shiftKey ? "redo" : "undo" });
      }
      if (ctrl || typing(target)) return;
      const act = actOf(event, target);
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
    true,
  );

  function actOf(event, target) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.key === "Escape") {
      if (parts.leaveWay()) return () => tell("");
      return drawer().contains(target) && target !== drawer() ? () => parts.mark(true) : target.closest?.("details") ? null : () => close();
    }
    if (!free(target)) return letters() && !event.altKey && drawer().contains(target) && (key === "j" || key === "k") ? always[key] : null;
    if (event.altKey && (key === "ArrowLeft" || key === "ArrowRight")) {
      return may && state.step ? () => send({ act: "move-step", step: state.step, by: key === "ArrowLeft" ? "-1" : "1" }) : null;
    }
    if (event.altKey) return null;
    const spine = target.closest?.(".spine,.add");
    if (spine && (key === "Enter" || key === " ")) return () => spine.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    if (key === "ArrowLeft" || key === "ArrowRight") return () => walk(key === "ArrowLeft" ? -1 : 1);
    if (key === "Home" || key === "End") {
      const order = canvas().dataset.order.split(",");
      return () => select(key === "Home" ? order[0] : order[order.length - 1]);
    }
    if (key === "ArrowUp" || key === "ArrowDown") return may && state.step && !state.table ? () => nudge(key === "ArrowUp" ? 1 : -1) : null;
    if (key === "Enter" || key === "F2" || (key === " " && target.closest?.(".step"))) {
      if (parts.linking()) return () => parts.link(state.step);
      return state.step && !target.closest?.("button,a,summary") ? () => (may && key !== " " ? parts.inPlace(state.step) : select(state.step)) : null;
    }
    if (key === "Delete") return may && state.step ? ofStep.Delete : null;
    if (!letters()) return null;
    if (/^[0-9]$/.test(key)) {
      const name = views()[(Number(key) + 9) % 10];
      return name ? () => show(name) : null;
    }
    if (may && state.step && ofStep[key]) return ofStep[key];
    return always[key] || null;
  }
  return says;
}
