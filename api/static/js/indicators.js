/* Indicators: pickers apply at once, a sieve shows some kinds of rows and hides groups left empty. */
(() => {
  "use strict";
  document.querySelector("[data-pickers]")?.addEventListener("change", (e) => e.currentTarget.requestSubmit());
  const sieve = document.querySelector("[data-sieve]");
  sieve?.addEventListener("click", (e) => {
    const chosen = e.target.closest("[data-show]");
    if (!chosen) return;
    sieve.querySelectorAll("[data-show]").forEach((b) => b.setAttribute("aria-selected", String(b === chosen)));
    const kind = chosen.dataset.show;
    document.querySelectorAll("tr[data-kind]").forEach((row) => { row.hidden = kind !== "all" && !row.dataset.kind.split(" ").includes(kind); });
    document.querySelectorAll("[data-group]").forEach((group) => { group.hidden = !group.querySelector("tr[data-kind]:not([hidden])"); });
  });
})();
