/** Who calls: recognised by number, or chosen from the register; what was done for them stands beside. */
import { ask } from "../ask.js";
import { control, make, one } from "../dom.js";
import { OPENS, side, state, words } from "./state.js";

const LEAST_DIGITS = 7;
const MOST_HISTORY = 12;
const PAUSE_MS = 250;
const QUIET = { quiet: true };

/** @typedef {{title: string, right?: string, text?: string, no?: string, resident?: any, stranger?: string}} Found */

/** @param {any[]} rows What was done, the latest first. */
const showHistory = (rows) => {
  const box = one("[data-history]", side);
  box.hidden = !rows.length;
  one("[data-history-count]", side).textContent = String(rows.length);
  const lines = rows.slice(0, MOST_HISTORY).map(({ no, what_name, state_name, at }) => {
    const title = `${what_name || words.question} · ${state_name}`;
    const link = OPENS.test(no)
      ? make("a", { href: `/desk?no=${no}`, data: { no } }, title)
      : make("span", {}, title);
    return make(
      "li",
      { className: "row" },
      link,
      make("span", { className: "muted num" }, at.slice(0, 16).replace("T", " ")),
    );
  });
  one("[data-history-list]", side).replaceChildren(...lines);
};

/** Show a resident as who calls, or ask again who does. @param {any} resident */
export const setCaller = (resident) => {
  state.caller = resident;
  one("[data-caller]", side).hidden = !resident;
  one("[data-stranger]", side).hidden = Boolean(resident);
  if (!resident) return;
  one("[data-caller-name]", side).textContent = `${resident.name} ${resident.no}`;
  one("[data-caller-phone]", side).textContent = resident.phone;
  one("[data-caller-address]", side).textContent = resident.address;
  const tags = (resident.tags || []).map((/** @type {string} */ tag) =>
    make("span", { className: "tag", textContent: words[`tag_${tag}`] || tag }),
  );
  one("[data-caller-tags]", side).replaceChildren(...tags);
  const address = `/api/v1/residents/${encodeURIComponent(resident.no)}/timeline`;
  ask("GET", address, undefined, QUIET)
    .then(({ items }) => state.caller?.no === resident.no && showHistory(items))
    .catch(() => showHistory([]));
};

/** Read a resident as the desk needs them, with the place of their home. @param {string} no */
export const residentOf = (no) => ask("GET", `/api/v1/residents/${encodeURIComponent(no)}`, undefined, QUIET);

/**
 * Watch the telephone of a form: one resident of that number is taken at once, of several one is chosen.
 * @param {HTMLFormElement} at
 * @param {(resident: any) => void} take
 * @returns {() => Promise<void>} Looks at once.
 */
export const watchPhone = (at, take) => {
  const phone = control(at, "phone");
  let [timer, turn] = [0, 0];
  /** @param {any} known */
  const show = (known) => {
    const list = one("[data-may-be]", at);
    const people = [
      ...known.residents.map((/** @type {any} */ r) => ({ who: r, told: r.address })),
      ...known.kin.map((/** @type {any} */ k) => ({
        who: k.resident,
        told: `${k.relation.relation_name || k.relation.relation} ${k.relation.name}`,
      })),
    ];
    const rows = people.map(({ who, told }) => {
      const button = make("button", { type: "button", className: "btn small" }, `${who.name} ${who.no}`);
      button.addEventListener("click", async () => take(await residentOf(who.no)));
      return make("li", { className: "row" }, button, make("span", { className: "muted small" }, told));
    });
    list.replaceChildren(...rows);
    list.hidden = !rows.length;
    control(at, "name").placeholder = known.contacts[0]?.name || "";
    showHistory(known.timeline);
  };
  const look = async () => {
    turn += 1;
    const mine = turn;
    const number = phone.value.trim();
    if (number.replace(/\D/g, "").length < LEAST_DIGITS) return;
    const address = `/api/v1/people?phone=${encodeURIComponent(number)}`;
    const known = await ask("GET", address, undefined, QUIET).catch(() => null); // half a number is none yet
    if (mine !== turn || !known || state.caller || !at.isConnected) return;
    show(known);
    const [only, second] = known.residents;
    if (only && !second && !state.another && !control(at, "name").value) take(await residentOf(only.no));
  };
  phone.addEventListener("input", () => {
    state.another = false;
    clearTimeout(timer);
    timer = window.setTimeout(look, PAUSE_MS);
  });
  return look;
};

/** Find who calls, or a case by its number. @param {string} text @returns {Promise<Found[] | null>} */
export const findCaller = async (text) => {
  if (!text) return null;
  if (OPENS.test(text)) return [{ title: text.toUpperCase(), no: text.toUpperCase() }];
  const url = `/api/v1/residents?limit=8&text=${encodeURIComponent(text)}`;
  const found = await ask("GET", url, undefined, QUIET);
  /** @type {Found[]} */
  const rows = found.items.map((/** @type {any} */ r) => ({
    title: `${r.name} ${r.no}`,
    right: r.phone,
    text: `${r.address} · ${words.new_for}`,
    resident: r,
  }));
  const stranger = rows.length ? words.unknown_caller : `${words.no_found}：${words.unknown_caller}`;
  return [...rows, { title: stranger, stranger: text }];
};
