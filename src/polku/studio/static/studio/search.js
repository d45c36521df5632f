// The field of the top bar: Ctrl K opens it, arrows choose, Enter goes there.
const field = document.getElementById("search");
const box = document.getElementById("found-box");
if (field && box) {
  let asked = 0;
  let waiting;
  const options = () => [...box.querySelectorAll("[role=option]")];
  const at = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");
  const show = (open) => {
    box.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) field.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    const all = options();
    if (!all.length) return;
    const one = all[(number + all.length) % all.length];
    for (const other of all) other.removeAttribute("aria-selected");
    one.setAttribute("aria-selected", "true");
    one.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", one.id);
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (!field.value.trim()) return show(false);
    waiting = setTimeout(async () => {
      const mine = ++asked;
      const answer = await fetch(`${field.dataset.address}?q=${encodeURIComponent(field.value)}`, { headers: { "HX-Request": "true" } });
      if (mine !== asked || !answer.ok) return;
      box.innerHTML = await answer.text();
      show(true);
    }, 120);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      // What is still on its way does not open it again.
      clearTimeout(waiting);
      asked += 1;
      show(false);
    }
    if (event.key === "ArrowDown") choose(at() + 1);
    else if (event.key === "ArrowUp") choose(at() < 0 ? -1 : at() - 1);
    else if (event.key === "Enter" && at() >= 0) options()[at()].querySelector("a").click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
  document.addEventListener("click", (event) => {
    if (!field.form.contains(event.target)) show(false);
  });
}
