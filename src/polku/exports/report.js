// Print, and the theme: follows the machine until somebody chooses.
const root = document.documentElement;
const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
for (const button of document.querySelectorAll("button[data-act]")) {
  const theme = button.dataset.act === "theme";
  if (theme) button.setAttribute("aria-pressed", dark());
  button.addEventListener("click", () => {
    if (!theme) return print();
    root.dataset.theme = dark() ? "light" : "dark";
    button.setAttribute("aria-pressed", dark());
  });
}
// A narrow screen reads the list instead of a picture that would have to be pushed about.
const narrow = matchMedia("(max-width: 760px)");
const listed = () => {
  root.classList.toggle("narrow", narrow.matches);
  if (narrow.matches) document.querySelectorAll("figure details").forEach(part => part.open = true);
};
narrow.addEventListener("change", listed);
// Of a long list a phone shows the beginning, and the rest at a touch.
for (const part of document.querySelectorAll("figure details[data-all]")) {
  if (part.querySelectorAll("tbody tr").length < 7) continue;
  const more = document.createElement("button");
  Object.assign(more, { type: "button", className: "more", textContent: part.dataset.all });
  more.addEventListener("click", () => { part.classList.add("all"); more.remove(); });
  part.append(more);
}
listed();
const contents = document.querySelector("nav details");
if (contents && innerWidth < 900) contents.open = false;
addEventListener("beforeprint", () => document.querySelectorAll("#findings details").forEach(part => part.open = true));
const links = [...document.querySelectorAll("nav a")];
const seen = new IntersectionObserver(entries => {
  for (const entry of entries) if (entry.isIntersecting)
    for (const link of links) link.toggleAttribute("aria-current", link.hash === "#" + entry.target.id);
}, { rootMargin: "-10% 0px -75% 0px" });
document.querySelectorAll("main > section").forEach(section => seen.observe(section));
