/** Calls: who rings stands over the desk until somebody answers, who gave up until somebody called back. */
import { ask, shown } from "../ask.js";
import { make, one } from "../dom.js";
import { paced } from "../paced.js";
import { say } from "../say.js";
import { residentOf } from "./caller.js";
import { newCase } from "./intake.js";
import { beep } from "./sound.js";
import { words } from "./state.js";

const CALLS = "/api/v1/calls";
const QUIET = { quiet: true };
const TONE_HZ = 520;
const RING_EVERY_S = 3;
const AGAIN_MS = 2000;

const bar = one("#calls");
/** @type {any[]} */
let ringing = [];
/** @type {any[]} */
let waiting = [];

/** @param {any} call */
const whoOf = ({ contact, caller, resident }) =>
  contact
    ? `${contact.name} ${caller}${resident ? ` ${resident}` : ""}`
    : caller
      ? `${caller} · ${words.unknown_number}`
      : words.withheld;

/** @param {string} no @param {object} body */
const act = (no, body) => ask("POST", `${CALLS}/${encodeURIComponent(no)}/actions`, body);

/** Open the form with the caller of a call. @param {any} call */
const openFor = async (call) => {
  const resident = call.resident ? await residentOf(call.resident).catch(() => null) : null;
  await newCase({ resident, call: call.no, offered: call.items });
};

/** Answer a call; whoever is second is told who was first. @param {any} call */
const answer = async (call) => {
  try {
    const taken = await act(call.no, { action: "take" });
    say(`${words.on_call} ${whoOf(taken)}`, "ok");
    await openFor(taken);
  } catch (problem) {
    shown(problem);
  }
  refreshCalls();
};

/** Answer the call that has waited longest. */
export const answerFirst = () => {
  if (ringing.length) answer(ringing[ringing.length - 1]);
};

/** @param {any} call */
const ringRow = (call) => {
  const button = make(
    "button",
    { type: "button", className: "btn go" },
    words.answer_call,
    " ",
    make("kbd", {}, "P"),
  );
  button.addEventListener("click", () => answer(call));
  const told = make(
    "span",
    {},
    make("b", {}, whoOf(call)),
    ` ${call.called_name || call.called} `,
    make("span", { className: "num", data: { waits: call.offered_at } }),
  );
  return make(
    "div",
    { className: "row call" },
    told,
    make("span", { className: "muted greeting" }, call.greeting),
    button,
  );
};

/** @param {any} call */
const backRow = (call) => {
  const number = make("button", { type: "button", className: "btn small" }, words.show_number);
  number.addEventListener("click", async () => {
    const body = { reason: words.call_back_why };
    const told = await ask("POST", `${CALLS}/${encodeURIComponent(call.no)}/reveal`, body).catch(() => null);
    if (told) number.replaceWith(make("a", { href: `tel:${told.phone}`, className: "num" }, told.phone));
  });
  const done = make("button", { type: "button", className: "btn small go" }, words.call_back_done);
  done.addEventListener("click", async () => {
    await act(call.no, { action: "called_back" }).catch(shown);
    refreshCalls();
  });
  const form = make("button", { type: "button", className: "btn small" }, words.new_case);
  form.addEventListener("click", () => openFor(call));
  const at = make("span", { className: "muted num" }, call.offered_at.slice(5, 16).replace("T", " "));
  return make(
    "li",
    { className: "row" },
    make("span", {}, whoOf(call), " ", at),
    make("span", { className: "flow" }, call.caller ? number : "", form, done),
  );
};

const tell = () => {
  for (const place of bar.querySelectorAll("[data-waits]")) {
    const since = /** @type {HTMLElement} */ (place).dataset.waits || "";
    const s = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));
    place.textContent = words.waited.replace("{}", String(s));
  }
};

const show = () => {
  const open = bar.querySelector("details")?.open ?? false;
  const backs = make(
    "details",
    { open },
    make("summary", {}, `${words.call_backs} ${waiting.length}`),
    make("ul", { className: "plain-list" }, ...waiting.map(backRow)),
  );
  bar.replaceChildren(...ringing.map(ringRow), ...(waiting.length ? [backs] : []));
  bar.hidden = !ringing.length && !waiting.length;
  tell();
};

const read = async () => {
  const [rings, backs] = await Promise.all([
    ask("GET", `${CALLS}?state=ringing`, undefined, QUIET),
    ask("GET", `${CALLS}?state=call_back`, undefined, QUIET),
  ]);
  const fresh = rings.items.some((/** @type {any} */ c) => !ringing.some(({ no }) => no === c.no));
  [ringing, waiting] = [rings.items, backs.items];
  show();
  if (fresh) beep(TONE_HZ);
};
/** Ask who rings and who waits to be called back. */
export const refreshCalls = paced(read, { again_ms: AGAIN_MS });

let beats = 0;
setInterval(() => {
  beats += 1;
  tell();
  if (ringing.length && beats % RING_EVERY_S === 0) beep(TONE_HZ);
}, 1000);
