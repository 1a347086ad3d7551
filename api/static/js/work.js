/** The clerk's queue: filters at once, walking by keys, a word when something changed meanwhile. */
import { all, given, maybe } from "./dom.js";
import { walk } from "./keys.js";
import { live } from "./live.js";
import { showMap } from "./map.js";
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
/* The map stays when another ticket is chosen; it is told what to show. */
const shows = () => maybe("[data-shows]")?.dataset.shows || "";
let shown = shows();
const follow = () => {
  const frame = /** @type {HTMLIFrameElement | null} */ (maybe("[data-shows] iframe"));
  if (!frame || shows() === shown) return;
  shown = shows();
  showMap(frame, shown);
};
for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, follow);
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
