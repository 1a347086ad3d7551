/* The clerk's queue: filters at once, walking by keys, a word when something changed meanwhile. */
(() => {
  "use strict";
  const at = document.getElementById("work-words");
  const words = at ? JSON.parse(at.textContent) : {};
  const queue = document.getElementById("queue");
  const filters = document.querySelector("[data-filters]");
  filters?.addEventListener("change", (e) => { if (e.target.tagName === "SELECT") filters.requestSubmit(); });
  jinlin.walk(queue, "a.item");
  const mark = (chosen) => queue?.querySelectorAll("a.item").forEach((a) => (a === chosen ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current")));
  document.addEventListener("htmx:afterRequest", (e) => { if (e.detail.successful && e.detail.elt.matches?.("a.item")) mark(e.detail.elt); });
  let told = false;
  jinlin.live("/api/v1/stream", {
    hello: () => {},
    ticket: () => {
      if (told || document.querySelector("dialog[open]")) return;
      told = true;
      const box = jinlin.say(words.changed || "", "warn");
      box.addEventListener("click", (e) => { if (!e.target.closest(".close")) location.reload(); });
      box.style.cursor = "pointer";
    },
  });
})();
