/** The public board: a pick on the map opens the report's progress. */
import { onMap } from "./map.js";

onMap("pick", ({ kind, id }) => {
  if (kind === "ticket") location.assign(`/follow/${encodeURIComponent(id)}`);
});
