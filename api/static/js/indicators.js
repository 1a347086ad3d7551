/** Indicators: a sieve shows some kinds of rows and hides groups left empty. */
import { all, around, maybe } from "./dom.js";

const sieve = maybe("[data-sieve]");
sieve?.addEventListener("click", (e) => {
  const chosen = around(e, "[data-show]");
  if (!chosen) return;
  for (const b of all("[data-show]", sieve)) b.setAttribute("aria-selected", String(b === chosen));
  const kind = chosen.dataset.show || "all";
  for (const row of all("tr[data-kind]")) {
    row.hidden = kind !== "all" && !(row.dataset.kind || "").split(" ").includes(kind);
  }
  for (const group of all("[data-group]")) group.hidden = !maybe("tr[data-kind]:not([hidden])", group);
});
