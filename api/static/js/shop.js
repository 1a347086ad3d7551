/** The provider's phone: one tap for the next step, live, three parts under one bar. */
import { takeAction } from "./acts.js";
import { ask } from "./ask.js";
import { tick } from "./clock.js";
import { all, around, maybe, one } from "./dom.js";
import { live } from "./live.js";
import { say } from "./say.js";

const SOON_MS = 300;
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
  const fresh = all(NEW, main).find((e) => !known.has(e.dataset.no));
  if (!fresh) return;
  navigator.vibrate?.([200, 100, 200]);
  fresh.scrollIntoView({ block: "nearest" });
};
main.addEventListener("click", async (e) => {
  const button = around(e, "[data-act]");
  const no = /** @type {HTMLElement | null | undefined} */ (button?.closest("[data-no]"))?.dataset.no;
  if (!button || !no) return;
  const { act = "", label = "", needs = "" } = button.dataset;
  const done = await takeAction({ kind: "order", no, action: act, label, needs: needs.split(" ") });
  if (!done) return;
  say(`${label}：${done.state_name}`, "ok");
  await refresh();
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
let waiting = 0;
const soon = () => {
  clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    if (!maybe("dialog[open], details[open]")) refresh();
  }, SOON_MS);
};
live({ order: soon, reload: soon });
turn();
