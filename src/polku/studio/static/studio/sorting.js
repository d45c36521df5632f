// A list put in another order by its grips: mouse, pen and finger alike. Keys do the same elsewhere.
export function sorting(around, { list, member, moved }) {
  let held = null;

  around.addEventListener("pointerdown", (event) => {
    const grip = event.button === 0 && event.target instanceof Element ? event.target.closest("[data-grip]") : null;
    const own = grip?.closest(list);
    const one = grip?.closest(member);
    if (!own || !one) return;
    event.preventDefault();
    const line = document.createElement("div");
    line.className = "sort-line";
    held = { own, one, line, id: event.pointerId, place: 0 };
    // A finger that leaves the grip is still the same finger.
    grip.setPointerCapture?.(event.pointerId);
    one.classList.add("sorted");
    document.body.classList.add("sorting");
  });
  around.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    event.preventDefault();
    const members = [...held.own.querySelectorAll(`:scope > ${member}`)];
    const below = members.findIndex((one) => {
      const box = one.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    const at = members.indexOf(held.one);
    const before = below < 0 ? members.length : below;
    held.place = before > at ? before : before + 1;
    const box = held.own.getBoundingClientRect();
    const edge = before < members.length ? members[before].getBoundingClientRect().top - 4 : members[members.length - 1].getBoundingClientRect().bottom + 2;
    held.line.style.top = `${edge - box.top}px`;
    held.own.append(held.line);
    held.at = at + 1;
  });
  const end = (event) => {
    if (!held || event.pointerId !== held.id) return;
    const done = held;
    held = null;
    done.line.remove();
    done.one.classList.remove("sorted");
    document.body.classList.remove("sorting");
    if (event.type === "pointerup" && done.place && done.place !== done.at) moved(done.one, done.place);
  };
  around.addEventListener("pointerup", end);
  around.addEventListener("pointercancel", end);
}
