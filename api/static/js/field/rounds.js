/** The round of the day in road order: when to be where, one tap to be led there, arrival and skipping by the outbox. */
import { given, make, one } from "../dom.js";
import { say } from "../say.js";
import { day, onDay, refreshDay } from "./day.js";
import * as outbox from "./outbox.js";

const words = given("round-words");
const PLANNED = "planned";
/** @type {Record<string, string>} */
const LAMPS = { arrived: "ok", skipped: "idle" };
/** What was pressed here and is not in the day yet, by round and stop. @type {Map<string, string>} */
const pressed = new Map();

/** @param {string} no @param {any} stop */
const keyOf = (no, stop) => `${no}/${stop.id}`;
/** @param {string} no @param {any} stop */
const stateOf = (no, stop) => (stop.state === PLANNED && pressed.get(keyOf(no, stop))) || stop.state;
/** The time of day in the district, as the server wrote it. @param {string | null} at */
const hour = (at) => (at ? at.slice(11, 16) : "");
/** @param {any} stop */
const titleOf = (stop) => [stop.what_name, stop.name].filter(Boolean).join(" · ");

/** @param {string} no @param {any} stop @param {"arrive" | "skip"} action @param {Record<string, string>} more */
const send = async (no, stop, action, more) => {
  const body = { action, stop: stop.id, ...more };
  const title = `${words[action]} · ${titleOf(stop)}`;
  pressed.set(keyOf(no, stop), action === "arrive" ? "arrived" : "skipped");
  draw();
  await outbox.add({ kind: "round", no, body, title });
  say(navigator.onLine ? words.done : words.kept, "ok");
};

/** @param {string} no @param {any} stop */
const skip = (no, stop) => {
  const reason = window.prompt(words.why)?.trim();
  if (reason) send(no, stop, "skip", { reason });
};

/** @param {string} no @param {any} stop */
const buttons = (no, stop) => {
  const place = `${stop.lat},${stop.lon}`;
  const arrived = () => send(no, stop, "arrive", { at: new Date().toISOString() });
  return make(
    "span",
    { className: "actions" },
    make("a", { className: "btn", href: `geo:${place}?q=${place}` }, words.lead),
    make("button", { className: "btn go", type: "button", onclick: arrived }, words.arrive),
    make("button", { className: "btn plain", type: "button", onclick: () => skip(no, stop) }, words.skip),
  );
};

/** @param {string} no @param {any} stop */
const card = (no, stop) => {
  const state = stateOf(no, stop);
  const open = state === PLANNED;
  const lamp = LAMPS[state] || "info";
  const promised = stop.told_from ? `${words.told} ${hour(stop.told_from)}–${hour(stop.told_until)}` : "";
  const visit = stop.resident && state !== "skipped" ? `#visit=${stop.resident}` : "";
  const ticket = stop.ticket ? `#task=${stop.ticket}` : "";
  return make(
    "li",
    { className: "card task", data: { stop: stop.id } },
    make(
      "span",
      { className: "row" },
      make("b", { className: "num" }, `${stop.turn} · ${hour(stop.begin_at)}`),
      make("span", { className: `lamp ${lamp}` }, words.states[state]),
    ),
    make("b", {}, titleOf(stop)),
    make("span", { className: "muted" }, stop.address || stop.note || stop.cell_name),
    promised ? make("span", { className: "muted small num" }, promised) : null,
    open ? buttons(no, stop) : null,
    visit || ticket ? make("a", { className: "btn", href: visit || ticket }, words.record) : null,
  );
};

const draw = () => {
  const box = one("[data-round-box]");
  const { rounds } = day();
  box.hidden = !rounds.length;
  /** @type {{no: string, stop: any}[]} */
  const stops = rounds.flatMap((/** @type {any} */ round) =>
    round.stops.map((/** @type {any} */ stop) => ({ no: round.no, stop })),
  );
  const open = stops.filter(({ no, stop }) => stateOf(no, stop) === PLANNED).length;
  one("[data-round-title]").textContent = `${words.title} ${stops.length - open}/${stops.length}`;
  const spans = rounds.map((/** @type {any} */ r) =>
    [
      r.leave_at ? `${hour(r.leave_at)}–${hour(r.back_at)}` : "",
      r.pause_at ? `${words.pause} ${hour(r.pause_at)}` : "",
    ]
      .filter(Boolean)
      .join(" · "),
  );
  one("[data-round-span]").textContent = spans.join("；");
  one("[data-round]").replaceChildren(...stops.map(({ no, stop }) => card(no, stop)));
};

onDay(draw);
outbox.onChange((all) => {
  let sent = false;
  for (const draft of all) {
    if (draft.kind !== "round") continue;
    const key = `${draft.no}/${draft.body.stop}`;
    if (draft.state === "refused") pressed.delete(key);
    if (draft.state === "waiting") pressed.set(key, draft.body.action === "arrive" ? "arrived" : "skipped");
    sent ||= draft.state === "sent" && draft.sent_at > Date.now() - 2000;
  }
  if (sent) refreshDay();
  draw();
});
