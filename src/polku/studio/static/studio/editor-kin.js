// What is looked at keeps what belongs to it in sight, the rest steps back: by hovering, and the same by keys.
import { canvas } from "./editor.js";

const PREFIX = "c-";
const REST = 120;
const KINDS = ".step,.role,.touchpoint,.team,.partner,.handoff,.climb,.fall,.callout,[class^=way]:not(.ways),.ways > *";
// The matrix has its column; there, dimming the rest would take the row away that is being read.
const PLAIN = ["matrix"];

export function kinParts() {
  let waiting = null;
  let about = "";

  const kin = () => JSON.parse(canvas().dataset.kin || "{}");
  const nameOf = (group) => group?.id.slice(PREFIX.length) || "";

  // Meetings of the network stand in the order in which the journey comes to them.
  function meetings(all) {
    const order = canvas().dataset.order.split(",").filter((id) => all[id]?.touchpoint);
    return [...new Set(order.map((id) => all[id].touchpoint))];
  }

  function stepsAbout(name, all) {
    const ids = Object.keys(all);
    if (name.startsWith("step-")) return all[name.slice(5)] ? [name.slice(5)] : [];
    if (name.startsWith("role-")) return ids.filter((id) => all[id].roles.includes(name.slice(5)));
    if (name.startsWith("team-")) return ids.filter((id) => all[id].team === name.slice(5));
    if (name.startsWith("partner-")) return ids.filter((id) => all[id].partner === name.slice(8));
    if (name.startsWith("meeting-")) return ids.filter((id) => all[id].touchpoint === meetings(all)[Number(name.slice(8))]);
    return [];
  }

  function litBy(name, all) {
    const steps = stepsAbout(name, all);
    const lit = new Set([name]);
    const met = meetings(all);
    const drawn = canvas().querySelectorAll("svg .touchpoint").length;
    let leaps = false;
    for (const id of steps) {
      const one = all[id];
      lit.add(`step-${id}`);
      for (const role of one.roles) lit.add(`role-${role}`);
      if (one.team) lit.add(`team-${one.team}`);
      if (one.partner) lit.add(`partner-${one.partner}`);
      if (one.touchpoint) lit.add(`meeting-${met.indexOf(one.touchpoint)}`);
      leaps ||= one.leaps;
      if (!name.startsWith("step-")) continue;
      for (const other of [...one.next, ...one.before]) lit.add(`step-${other}`);
    }
    return { steps, lit, leaps, folded: drawn && drawn !== met.length };
  }

  function touches(name, steps) {
    return steps.some((id) => name.endsWith(`-${id}`) || name.startsWith(`way-${id}-`) || name.startsWith(`handoff-${id}`));
  }

  function show(group) {
    const svg = canvas().querySelector(".sheet > svg");
    const name = nameOf(group);
    if (!svg || PLAIN.includes(canvas().dataset.view) || name === about) return;
    const all = kin();
    const { steps, lit, leaps, folded } = litBy(name, all);
    if (!steps.length) return clear();
    about = name;
    for (const one of svg.querySelectorAll(KINDS)) {
      // Words of a way step back with it; what stands among ways without a name, with all that leap.
      const own = nameOf(one).replace(/^words-/, "");
      const way = /^(way|handoff|climb|fall)-/.test(own);
      const stays = lit.has(own) || (way && touches(own, steps)) || (!own && leaps) || (one.matches(".touchpoint") && folded);
      one.classList.toggle("faint", !stays);
    }
  }
  function clear() {
    clearTimeout(waiting);
    if (!about) return;
    about = "";
    for (const one of canvas().querySelectorAll(".faint")) one.classList.remove("faint");
  }

  const groupAt = (target) => (target instanceof Element && canvas().contains(target) ? target.closest(".step,.role,.touchpoint,.team,.partner") : null);

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const group = groupAt(event.target);
    clearTimeout(waiting);
    if (group) waiting = setTimeout(() => show(group), about ? 0 : REST);
    else if (about) waiting = setTimeout(() => (focused() ? show(focused()) : clear()), REST);
  });
  const focused = () => {
    const group = groupAt(document.activeElement);
    return group?.matches(":focus-visible") ? group : null;
  };
  document.addEventListener("focusin", () => {
    clearTimeout(waiting);
    if (focused() && !left) show(focused());
    else if (about) clear();
  });
  // Escape brings all back into sight, until the keys walk on.
  let left = false;
  document.addEventListener("keydown", (event) => {
    left = event.key === "Escape";
    if (left) clear();
  }, true);
  return { clear: () => (about = "") };
}
