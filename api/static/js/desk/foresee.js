/** What a new case would become, told before anything is kept: promise, likely doubles, who could come. */
import { ask } from "../ask.js";
import { control, given, make, one, textOf } from "../dom.js";
import { state, words } from "./state.js";

const PAUSE_MS = 300;
const MOST_OFFERS = 4;
/** @type {Record<string, string>} */
const causes = given("desk-causes");

/** What is not spoken is not kept as a caller's word. @param {string} said */
const isSpoken = (said) => /[^\p{ASCII}]/u.test(said);

/** @param {Record<string, string>} text */
const callerOf = (text) =>
  text.phone || text.name || state.another
    ? { caller: { name: text.name, phone: text.phone, address: text.address, another: state.another } }
    : {};

/** Whether the place was told, and is not the registered home. */
const moved = () => {
  const { caller, place } = state;
  return place && (!caller || place.lon !== caller.lon || place.lat !== caller.lat);
};

/** @param {Record<string, string>} text @param {HTMLFormElement} at */
const orderOf = (text, at) => ({
  ...(text.wanted_at ? { wanted_at: `${text.wanted_at}:00+08:00` } : {}),
  ...(text.max_price ? { max_price_fen: Math.round(Number(text.max_price) * 100) } : {}),
  wishes: new FormData(at).getAll("wishes"),
});

/**
 * What a form says, as the server takes it.
 * @param {HTMLFormElement} at
 * @returns {Record<string, any>}
 */
export const bodyOf = (at) => {
  const text = textOf(at);
  const { caller, chosen, place } = state;
  const kind = text.kind || chosen?.wanted || "";
  return {
    ...(kind ? { kind } : {}),
    ...(chosen?.code && chosen.wanted === kind ? { code: chosen.code } : {}),
    ...(isSpoken(text.words) ? { words: text.words } : {}),
    text: text.text,
    address: text.address,
    ...(caller ? { resident: caller.no } : callerOf(text)),
    ...(state.call && !caller ? { call: state.call } : {}),
    ...(moved() ? place : {}),
    ...(kind === "question" ? { answer: text.answer } : {}),
    ...(kind === "report" ? { nature: text.nature } : {}),
    ...(kind === "order" ? orderOf(text, at) : {}),
  };
};

/** @param {string} at */
const time = (at) =>
  make("time", { className: "num", dateTime: at, data: { time: "" } }, at.slice(5, 16).replace("T", " "));

/** @param {any} promise */
const promiseLines = ({ department_name, answer_by, arrive_by, done_by }) =>
  [
    department_name && make("p", {}, `${words.answers_for}${department_name}`),
    answer_by && make("p", {}, words.answer_by, time(answer_by)),
    arrive_by && make("p", {}, words.arrive_by, time(arrive_by)),
    done_by && make("p", {}, words.done_by, time(done_by)),
  ].filter(Boolean);

/** @param {string} no @param {string} told */
const caseLink = (no, told) =>
  make(
    "li",
    { className: "row" },
    make("a", { href: `/desk?no=${no}`, data: { no } }, no),
    make("span", { className: "muted" }, told),
  );

/** @param {any} told */
const doubles = ({ like, orders }) => {
  const rows = [
    ...like.map((/** @type {any} */ c) => caseLink(c.no, `${Math.round(c.distance_m)} m`)),
    ...orders.map((/** @type {any} */ o) => caseLink(o.no, o.state_name)),
  ];
  if (!rows.length) return [];
  return [
    make("p", { className: "lamp warn" }, words.alike),
    make("ul", { className: "plain-list" }, ...rows),
  ];
};

/** @param {any} told */
const offers = ({ kind, offers: could, unmet_cause }) => {
  if (kind !== "order") return [];
  if (unmet_cause)
    return [make("p", { className: "lamp late" }, `${words.nobody}：${causes[unmet_cause] || unmet_cause}`)];
  const rows = could
    .slice(0, MOST_OFFERS)
    .map((/** @type {any} */ o) =>
      make(
        "li",
        { className: "row" },
        make("span", {}, o.name, o.open ? "" : ` · ${words.closed}`),
        make(
          "span",
          { className: "num" },
          `${o.arrive_min} ${words.minute}${o.price_fen ? ` · ¥${(o.price_fen / 100).toFixed(2)}` : ""}`,
        ),
      ),
    );
  return rows.length
    ? [make("b", {}, words.could_come), make("ul", { className: "plain-list" }, ...rows)]
    : [];
};

/** What was understood, for a line under the words. @param {any} told */
const meantOf = ({ kind, code, meanings }) => {
  if (!kind) return "";
  const name =
    code && (meanings.find((/** @type {any} */ m) => m.code === code)?.name || state.chosen?.name || code);
  return name ? `${words[`kind_${kind}`]} · ${name}` : words[`kind_${kind}`];
};

/** @param {HTMLFormElement} at @param {any} told */
const show = (at, told) => {
  at.dataset.kind = told.kind || "";
  one("[data-meant]", at).textContent = meantOf(told);
  const alarm = told.meanings.some((/** @type {any} */ m) => m.alarm && m.code === told.code);
  const parts = [
    ...(alarm ? [make("p", { className: "lamp late" }, words.becomes_alarm)] : []),
    ...doubles(told),
    ...(told.promise ? promiseLines(told.promise) : []),
    ...offers(told),
  ];
  const box = one("[data-foreseen]", at);
  box.replaceChildren(...parts);
  box.hidden = !parts.length;
  if (told.contact && !state.caller) {
    control(at, "name").placeholder = told.contact.name;
    control(at, "phone").placeholder = told.contact.phone;
  }
  control(at, "name").required = told.lacks.includes("name");
};

/** Ask the server what a form would become. @param {HTMLFormElement} at @returns {Promise<any>} Null without an answer. */
export const foresee = async (at) => {
  const told = await ask("POST", "/api/v1/intake/check", bodyOf(at), { quiet: true }).catch(() => null);
  if (told && at.isConnected) show(at, told);
  return told;
};

/** Look ahead whenever something changed; the last change is the one that is shown. @param {HTMLFormElement} at @returns {() => void} */
export const lookAhead = (at) => {
  let [timer, turn] = [0, 0];
  const look = async () => {
    turn += 1;
    const mine = turn;
    const told = await ask("POST", "/api/v1/intake/check", bodyOf(at), { quiet: true }).catch(() => null);
    if (told && mine === turn && at.isConnected) show(at, told);
  };
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(look, PAUSE_MS);
  };
};

/** What words may mean, as the server understands them. @param {string} said @returns {Promise<any[]>} */
export const meaningsOf = async (said) => {
  if (!isSpoken(said)) return [];
  const body = { words: said.slice(0, 60) };
  const told = await ask("POST", "/api/v1/intake/check", body, { quiet: true }).catch(() => null);
  return told?.meanings ?? [];
};
