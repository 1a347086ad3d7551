/* The public board: the area applies at once, a pick on the map opens the report's progress. */
(() => {
  "use strict";
  document.querySelector("[data-pickers]")?.addEventListener("change", (e) => e.currentTarget.requestSubmit());
  jinlin.onMap("pick", ({ kind, id }) => { if (kind === "ticket") location.assign(`/follow/${encodeURIComponent(id)}`); });
})();
