/** The provider's phone: one tap for the next step, live, three parts under one bar. */
import { takeAction } from "./acts.js";
import { ask, shown as isShown, part as partOf } from "./ask.js";
import { buzz } from "./buzz.js";
import { tick } from "./clock.js";
import { all, around, given, make, maybe, one } from "./dom.js";
import { Homes } from "./homes.js";
import { daysOff, shutBetween, WeekGrid, written } from "./hours.js";
import { live } from "./live.js";
import { paced } from "./paced.js";
import { clearErrors, say, showProblem } from "./say.js";
import { whereabouts } from "./whereabouts.js";

const SOON_MS = 300;
const AGAIN_MS = 2000;
const NEW = '[data-state="contacted"]';
const words = given("shop-words");
const main = one("#main");
const lists = one("[data-live]", main);
const opening = /** @type {HTMLFormElement} */ (one("#opening"));
const grid = new WeekGrid(one(".week", opening));

const shown = () => {
  const part = location.hash.slice(1);
  return ["past", "shop"].includes(part) ? part : "now";
};
const turn = () => {
  for (const part of all("[data-part], [data-also]", main))
    part.hidden = (part.dataset.part || part.dataset.also) !== shown();
  for (const a of all(".tabbar a")) {
    if (a.getAttribute("href") === `#${shown()}`) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
  if (shown() === "past") showRanking();
  if (shown() === "shop" && !grid.touched) grid.scroll();
};
/** Why one ranks where one does takes a moment, so it is asked for when it is wanted. */
const showRanking = async () => {
  const box = one("[data-ranking]");
  if (box.childNodes.length) return;
  box.textContent = words.ranking;
  try {
    box.innerHTML = await partOf("/shop/ranking");
  } catch (problem) {
    box.replaceChildren();
    isShown(problem);
  }
};
const homes = new Homes(main);

/** @param {string} no */
const cardOf = (no) => maybe(`[data-no="${CSS.escape(no)}"]`, main);

const refresh = async () => {
  const known = new Set(all(NEW, main).map((e) => e.dataset.no));
  const answer = await fetch("/shop/orders", { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) {
    location.reload();
    return;
  }
  lists.innerHTML = await answer.text();
  tick(lists);
  turn();
  homes.show();
  const fresh = all(NEW, main).find((e) => !known.has(e.dataset.no));
  if (!fresh) return;
  buzz([200, 100, 200]);
  fresh.scrollIntoView({ block: "nearest" });
};
main.addEventListener("click", async (e) => {
  const looks = around(e, "[data-look]")?.closest("[data-no]");
  if (looks) {
    await homes.look(/** @type {HTMLElement} */ (looks));
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
  if (card) await homes.look(card);
});

/* --- opening hours: a week to point at, days off, a pause --- */

const OFF = /^(\d{4}) (\w{3}) (\d\d)(?:-(\d{4}) (\w{3}) (\d\d))?(?: (\d\d:\d\d-\d\d:\d\d))? off$/;
/** What is written for days with their year. @type {string[]} */
let dated = JSON.parse(opening.dataset.dated || "[]");

/** @param {string} year @param {string} month @param {string} day */
const dayOf = (year, month, day) => new Date(`${day} ${month} ${year} 00:00 UTC`).toISOString().slice(0, 10);
/** First and last day of a rule, and its hours; null for one that was written elsewhere. @param {string} rule */
const readOff = (rule) => {
  const found = OFF.exec(rule);
  if (!found) return null;
  const [, y, m, d, y2, m2, d2, hours = ""] = found;
  const first = dayOf(y, m, d);
  return { first, last: y2 ? dayOf(y2, m2, d2) : first, hours };
};
/** The time in the district, as 2026-11-30T14:05. @param {number} [later_min] */
const local = (later_min = 0) =>
  new Date(Date.now() + later_min * 60_000)
    .toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" })
    .slice(0, 16)
    .replace(" ", "T");

const showDated = () => {
  const list = one("[data-days-off]", opening);
  const lines = dated.map((rule) => {
    const off = readOff(rule);
    const days = off ? [off.first, off.last].filter((day, at) => !at || day !== off.first).join("–") : rule;
    const out = make("button", { type: "button", className: "btn small", textContent: words.take_out });
    out.addEventListener("click", () => {
      dated = dated.filter((one) => one !== rule);
      showDated();
    });
    const said = off ? `${days} ${off.hours} ${words.off}` : days;
    return make("li", { className: "row" }, make("span", { className: "num", textContent: said }), out);
  });
  for (const line of all("li:not([data-none])", list)) line.remove();
  one("[data-none]", list).hidden = lines.length > 0;
  list.append(...lines);
};

/** Save hours, with what is written for days with their year. @param {string} weekly @param {object} more @param {string} told What is said when it is done. */
const save = async (weekly, more, told) => {
  const today = local().slice(0, 10);
  dated = dated.filter((rule) => (readOff(rule)?.last ?? today) >= today);
  const body = { action: "adjust", hours: [weekly, ...dated].filter(Boolean).join("; "), ...more };
  clearErrors(opening);
  try {
    await ask("POST", `/api/v1/providers/${opening.dataset.provider}/actions`, body, { form: opening });
  } catch (problem) {
    isShown(problem); // at the form already
    return;
  }
  opening.dataset.weekly = weekly;
  say(told, "ok");
  showDated();
  await refresh();
};
opening.addEventListener("submit", (e) => {
  e.preventDefault();
  const weekly = grid.touched ? written(grid.week) : opening.dataset.weekly || "";
  save(weekly, { capacity: Number(new FormData(opening).get("capacity")) }, words.saved);
});
opening.addEventListener("click", (e) => {
  const holiday = around(e, "[data-off-from]");
  const [from, to] = holiday
    ? [holiday.dataset.offFrom || "", holiday.dataset.offTo || ""]
    : ["from", "to"].map((end) => /** @type {HTMLInputElement} */ (one(`#off-${end}`)).value);
  if (!holiday && !around(e, "[data-add-off]")) return;
  clearErrors(opening);
  if (!from || !to || to < from) {
    showProblem({ field: "off", detail: words.choose_days }, opening);
    return;
  }
  dated = [...new Set([...dated, daysOff(from, to)])];
  showDated();
});
main.addEventListener("click", (e) => {
  const pause = around(e, "[data-pause]")?.dataset.pause;
  const today = local().slice(0, 10);
  if (pause) {
    const until = pause === "day" ? "" : local(Number(pause));
    dated = [...dated, ...(until ? shutBetween(local(), until) : [daysOff(today)])];
    save(opening.dataset.weekly || "", {}, until ? `${words.paused} ${until.slice(11)}` : words.closed_today);
  } else if (around(e, "[data-resume]")) {
    dated = dated.filter((rule) => {
      const off = readOff(rule);
      return !off || off.first !== today || off.last !== today;
    });
    save(opening.dataset.weekly || "", {}, words.resumed);
  }
});
showDated();

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
