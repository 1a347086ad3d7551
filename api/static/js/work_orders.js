/** The party's orders: one press for the next step, whom it is for once accepted, the list anew when something changed. */
import { takeAction } from "./acts.js";
import { part, shown } from "./ask.js";
import { tick } from "./clock.js";
import { around, maybe, one } from "./dom.js";
import { Homes } from "./homes.js";
import { live } from "./live.js";
import { paced } from "./paced.js";
import { say } from "./say.js";
import { whereabouts } from "./whereabouts.js";

const SOON_MS = 300;
const AGAIN_MS = 2000;
const list = one("[data-live]");
const homes = new Homes(list);

const refresh = async () => {
  try {
    list.innerHTML = await part(list.dataset.list || "");
    tick(list);
    homes.show();
  } catch (problem) {
    shown(problem);
  }
};
list.addEventListener("click", async (e) => {
  const card = /** @type {HTMLElement | null | undefined} */ (
    /** @type {HTMLElement} */ (e.target).closest("[data-no]")
  );
  if (!card) return;
  if (around(e, "[data-look]")) {
    await homes.look(card);
    return;
  }
  const button = around(e, "[data-act]");
  if (!button) return;
  const { act = "", label = "", needs = "" } = button.dataset;
  const beside = act === "arrive" ? await whereabouts() : {};
  const spec = {
    kind: "order",
    no: card.dataset.no || "",
    action: act,
    label,
    needs: needs.split(" "),
    beside,
  };
  const done = await takeAction(spec);
  if (!done) return;
  say(label, "ok");
  await refresh();
});
const soon = paced(
  async () => {
    if (!maybe("dialog[open]")) await refresh();
  },
  { soon_ms: SOON_MS, again_ms: AGAIN_MS },
);
live({ order: soon, reload: soon });
