// The plan's calendar: contents moved by weeks, by hand or with the arrows.
import { tell } from "./studio.js";

for (const choice of document.querySelectorAll("[data-go]")) {
  choice.addEventListener("change", () => choice.form.submit());
  choice.form.querySelector("button:not([name])")?.setAttribute("hidden", "");
}

async function shift(bar, by) {
  const body = new FormData(bar.querySelector("form"));
  body.set("by", String(by));
  const answer = await fetch(bar.dataset.shift, { method: "POST", body, keepalive: true, headers: { "X-Moved": "1" } });
  if (answer.ok) {
    location.hash = bar.id;
    location.reload();
    return;
  }
  const words = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("h1, .refused");
  tell(words?.textContent ?? String(answer.status));
  setTimeout(() => location.reload(), 3000);
}

for (const bar of document.querySelectorAll("[data-shift]")) {
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    shift(bar, by);
  });
  bar.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button")) return;
    const week = document.querySelector(".calendar thead th:nth-child(2)").offsetWidth;
    const from = event.clientX;
    const moved = (next) => {
      bar.style.transform = `translateX(${Math.round((next.clientX - from) / week) * week}px)`;
    };
    const done = (last) => {
      document.removeEventListener("pointermove", moved);
      const by = Math.round((last.clientX - from) / week);
      if (by) shift(bar, by);
    };
    const left = () => {
      document.removeEventListener("pointermove", moved);
      document.removeEventListener("pointerup", done);
      bar.style.transform = "";
    };
    document.addEventListener("pointermove", moved);
    document.addEventListener("pointerup", done, { once: true });
    document.addEventListener("pointercancel", left, { once: true });
  });
  bar.addEventListener("dragstart", (event) => event.preventDefault());
}
if (location.hash.startsWith("#content-")) document.getElementById(location.hash.slice(1))?.querySelector("a")?.focus();
