// Files dropped or chosen are sent at once, and how much has gone is shown; N goes to the next faulty row.
import { key } from "./studio.js";

for (const form of document.querySelectorAll("[data-drop]")) {
  const input = form.querySelector("input[type=file]");
  const chosen = form.querySelector(".chosen");
  const bar = form.querySelector("progress");

  const send = () => {
    if (!input.files.length) return;
    // A job that ends refreshes the page, and would break the sending off: its list stands still meanwhile.
    const jobs = document.getElementById("jobs");
    jobs?.replaceWith(jobs.cloneNode(true));
    const names = [...input.files].map((file) => file.name).join(", ");
    chosen.textContent = `${chosen.dataset.sending} ${names}`;
    const request = new XMLHttpRequest();
    bar.hidden = false;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) {
        location.assign(request.responseURL);
        return;
      }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      chosen.textContent = (page.querySelector(".refused, h1") ?? page.body).textContent;
      bar.hidden = true;
      input.value = "";
    });
    request.addEventListener("error", () => form.submit());
    request.open("POST", form.action);
    request.send(new FormData(form));
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

key("n", () => document.getElementById("next-fault")?.click());
