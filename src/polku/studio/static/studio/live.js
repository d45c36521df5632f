// Changes that others make reach this page: each becomes a DOM event `polku:changed` on the document.
// A root with data-live (address of the stream), data-seen (number of the last change it shows) takes part.
import { tell } from "./studio.js";

const root = document.querySelector("[data-live]");
if (root && "EventSource" in window) {
  const stream = new EventSource(`${root.dataset.live}?since=${root.dataset.seen || ""}`);
  const mine = new Set();
  document.addEventListener("polku:written", (event) => mine.add(event.detail.key));
  stream.addEventListener("change", (event) => {
    const change = JSON.parse(event.data);
    // What the page shows already was its own edit, too: acts of several changes carry one key.
    const own = Boolean((change.key && mine.has(change.key)) || change.number <= Number(root.dataset.seen));
    document.dispatchEvent(new CustomEvent("polku:changed", { detail: { ...change, own } }));
    // Of one's own edits in another window nobody has to be told.
    if (!own && !change.mine && root.dataset.document === change.document && root.dataset.liveSays) {
      tell(root.dataset.liveSays.replace("{who}", change.who || "–"));
    }
  });
  window.addEventListener("pagehide", () => stream.close());
}
