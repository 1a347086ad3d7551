/** The provider's phone: one tap for the next step, live, three parts under one bar. */
import { takeAction } from "./acts.js";
import { ask } from "./ask.js";
import { tick } from "./clock.js";
import { all, around, make, maybe, one } from "./dom.js";
import { live } from "./live.js";
import { paced } from "./paced.js";
import { say } from "./say.js";
import { whereabouts } from "./whereabouts.js";

const SOON_MS = 300;
const AGAIN_MS = 2000;
const NEW = '[data-state="contacted"]';
const main = one("#main");

const shown = () => {
  const part = location.hash.slice(1);
  return ["past", "shop"].includes(part) ? part : "now";
};
const turn = () => {
  for (const part of all("[data-part]", main)) part.hidden = part.dataset.part !== shown();
  for (const a of all(".tabbar a")) {
    if (a.getAttribute("href") === `#${shown()}`) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
};
/** Whom the orders in hand go to, as shown since the page was opened; kept nowhere else. @type {Map<string, any>} */
const homes = new Map();

/** @param {HTMLElement} card */
const showHome = (card) => {
  const told = homes.get(card.dataset.no || "");
  const box = maybe("[data-home]", card);
  if (!told || !box) return;
  const call = make("a", { className: "num", href: `tel:${told.phone}`, textContent: told.phone });
  box.replaceChildren(
    make("b", { textContent: told.name }),
    call,
    make("span", { textContent: told.address }),
  );
};
/** Look at whom an order goes to; the look is kept. @param {HTMLElement} card */
const lookAtHome = async (card) => {
  const box = maybe("[data-home]", card);
  if (!box) return;
  const path = `/api/v1/orders/${encodeURIComponent(card.dataset.no || "")}/reveal`;
  const told = await ask("POST", path, { reason: box.dataset.reason }).catch(() => null); // shown already
  if (!told) return;
  homes.set(card.dataset.no || "", told);
  showHome(card);
};
/** @param {string} no */
const cardOf = (no) => maybe(`[data-no="${CSS.escape(no)}"]`, main);

const refresh = async () => {
  const known = new Set(all(NEW, main).map((e) => e.dataset.no));
  const answer = await fetch("/shop/orders", { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) {
    location.reload();
    return;
  }
  main.innerHTML = await answer.text();
  tick(main);
  turn();
  for (const card of all("[data-no]", main)) showHome(card);
  const fresh = all(NEW, main).find((e) => !known.has(e.dataset.no));
  if (!fresh) return;
  navigator.vibrate?.([200, 100, 200]);
  fresh.scrollIntoView({ block: "nearest" });
};
main.addEventListener("click", async (e) => {
  const looks = around(e, "[data-look]")?.closest("[data-no]");
  if (looks) {
    await lookAtHome(/** @type {HTMLElement} */ (looks));
    return;
  }
  const button = around(e, "[data-act]");
  const no = /** @type {HTMLElement | null | undefined} */ (button?.closest("[data-no]"))?.dataset.no;
  if (!button || !no) return;
  const { act = "", label = "", needs = "" } = button.dataset;
  const beside = act === "arrive" ? await whereabouts() : {};
  const done = await takeAction({ kind: "order", no, action: act, label, needs: needs.split(" "), beside });
  if (!done) return;
  say(`${label}：${done.state_name}`, "ok");
  await refresh();
  const card = act === "accept" ? cardOf(no) : null;
  if (card) await lookAtHome(card);
});
main.addEventListener("submit", async (e) => {
  const form = /** @type {HTMLFormElement} */ (e.target);
  if (form.id !== "opening") return;
  e.preventDefault();
  const fields = new FormData(form);
  const body = { action: "adjust", hours: fields.get("hours"), capacity: Number(fields.get("capacity")) };
  try {
    await ask("POST", `/api/v1/providers/${form.dataset.provider}/actions`, body, { form });
  } catch {
    return; // the problem is shown at the form already
  }
  say(one("button", form).textContent || "", "ok");
  await refresh();
});
/* The way is drawn when somebody asks for it. */
main.addEventListener(
  "toggle",
  (e) => {
    const details = /** @type {HTMLDetailsElement} */ (e.target);
    const box = maybe(".map", details);
    if (!box || !details.open || !details.dataset.way || box.firstChild) return;
    const frame = document.createElement("iframe");
    Object.assign(frame, { src: details.dataset.way, title: (details.textContent || "").trim() });
    frame.dataset.jinlinMap = "";
    box.append(frame);
  },
  true,
);
window.addEventListener("hashchange", turn);
const soon = paced(
  async () => {
    if (!maybe("dialog[open], details[open]")) await refresh();
  },
  { soon_ms: SOON_MS, again_ms: AGAIN_MS },
);
live({ order: soon, reload: soon });
turn();
