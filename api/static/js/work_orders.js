/** The party's orders: one press for the next step, whom it is for once accepted, the list anew when something changed. */
import { takeAction } from "./acts.js";
import { ask, part, shown } from "./ask.js";
import { tick } from "./clock.js";
import { around, make, maybe, one } from "./dom.js";
import { live } from "./live.js";
import { paced } from "./paced.js";
import { say } from "./say.js";
import { whereabouts } from "./whereabouts.js";

const SOON_MS = 300;
const AGAIN_MS = 2000;
const list = one("[data-live]");

const refresh = async () => {
  try {
    list.innerHTML = await part(list.dataset.list || "");
    tick(list);
  } catch (problem) {
    shown(problem);
  }
};
/** Show whom an order is for; the look is kept. @param {HTMLElement} card */
const look = async (card) => {
  const box = maybe("[data-home]", card);
  if (!box) return;
  const path = `/api/v1/orders/${encodeURIComponent(card.dataset.no || "")}/reveal`;
  const told = await ask("POST", path, { reason: box.dataset.reason }).catch(() => null); // shown already
  if (!told) return;
  const call = make("a", { className: "num", href: `tel:${told.phone}`, textContent: told.phone });
  box.replaceChildren(
    make("b", { textContent: told.name }),
    call,
    make("span", { textContent: told.address }),
  );
};
list.addEventListener("click", async (e) => {
  const card = /** @type {HTMLElement | null | undefined} */ (
    /** @type {HTMLElement} */ (e.target).closest("[data-no]")
  );
  if (!card) return;
  if (around(e, "[data-look]")) {
    await look(card);
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
