// A file that is dropped or chosen is sent at once; the answer is the next page.
const form = document.querySelector("[data-mirror]");
if (form) {
  const input = form.querySelector("input[type=file]");
  const chosen = form.querySelector(".chosen");
  const send = () => {
    if (!input.files.length) return;
    chosen.textContent = `${chosen.dataset.sending} ${input.files[0].name}`;
    form.submit();
  };
  input.addEventListener("change", send);
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    send();
  });
}
