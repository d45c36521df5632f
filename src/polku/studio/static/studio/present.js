// Present: one step fills the screen, the arrows go on.
const slides = [...document.querySelectorAll("[data-slide]")];
const stage = document.getElementById("content");
let at = Math.max(0, slides.findIndex((one) => one.dataset.slide === stage.dataset.step));

function show() {
  slides.forEach((one, place) => (one.hidden = place !== at));
  document.querySelectorAll("[data-dot]").forEach((one, place) => one.classList.toggle("on", place <= at));
  const step = slides[at]?.dataset.slide;
  if (!step) return;
  history.replaceState(null, "", `?step=${encodeURIComponent(step)}`);
  const back = document.querySelector("[data-back]");
  back.href = `${back.href.split("?")[0]}?step=${encodeURIComponent(step)}`;
}
function go(by) {
  at = Math.max(0, Math.min(slides.length - 1, at + by));
  show();
}
document.addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -999, End: 999 }[event.key];
  if (by && !event.target.closest("a,button")) {
    event.preventDefault();
    go(by);
  } else if (event.key.toLowerCase() === "f" && !event.ctrlKey && !event.metaKey) {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  } else if (event.key === "Escape" && !document.fullscreenElement) location.href = document.querySelector("[data-back]").href;
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("a,button")) go(event.clientX < innerWidth / 3 ? -1 : 1);
});
stage.focus();
show();
