/** The clerk's queue: filters at once, walking by keys, a word when something changed meanwhile. */
import { all, given, maybe } from "./dom.js";
import { walk } from "./keys.js";
import { live } from "./live.js";
import { say } from "./say.js";
import "./ticket.js";

const words = given("work-words");
const queue = maybe("#queue");
const filters = /** @type {HTMLFormElement | null} */ (maybe("[data-filters]"));
filters?.addEventListener("change", (e) => {
  if (e.target instanceof HTMLSelectElement) filters.requestSubmit();
});
walk(queue, "a.item");
document.addEventListener("htmx:afterRequest", (e) => {
  const { successful, elt } = /** @type {CustomEvent} */ (e).detail;
  if (!successful || !elt.matches?.("a.item")) return;
  for (const a of all("a.item", queue)) {
    if (a === elt) a.setAttribute("aria-current", "true");
    else a.removeAttribute("aria-current");
  }
});
let told = false;
live({
  ticket: () => {
    if (told || maybe("dialog[open]")) return;
    told = true;
    const box = say(words.changed || "", "warn");
    box.classList.add("pressed");
    box.addEventListener("click", (e) => {
      if (e.target instanceof Element && !e.target.closest(".close")) location.reload();
    });
  },
});
