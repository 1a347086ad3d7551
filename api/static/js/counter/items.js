/** The items of a session: what is wanted, with what is promised before anything is kept. */
import { all, make, maybe, one } from "../dom.js";
import { listUnder } from "../list.js";
import { placeRows, wishRows } from "./finding.js";
import { counted, newItem, state, words } from "./state.js";

const list = one("[data-items]");

/** @typedef {import("./state.js").Item} Item */

/** @param {string} id @param {string} word @param {HTMLElement} input */
const labelled = (id, word, input) => {
  const label = make("label", { htmlFor: id, textContent: word });
  return make("div", { className: "field" }, label, input);
};

/**
 * A field that opens a list under it.
 * @param {string} id
 * @param {string} word
 * @param {string} hint
 * @param {string} may
 */
const combo = (id, word, hint, may) => {
  const input = make("input", { id, className: "input", placeholder: hint, autocomplete: "off" });
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", `${id}-found`);
  const found = make("ul", { id: `${id}-found`, className: "found card", hidden: true });
  found.setAttribute("role", "listbox");
  found.setAttribute("aria-label", may);
  const label = make("label", { htmlFor: id, textContent: word });
  return { box: make("div", { className: "field combo" }, label, input, found), input, found };
};

/**
 * A text of an item that goes into the draft as it is typed.
 * @param {Item} item
 * @param {"text" | "answer"} name
 * @param {string} word
 * @param {() => void} changed
 */
const area = (item, name, word, changed) => {
  const id = `${name}-${item.id}`;
  const input = make("textarea", { id, maxLength: 2000, value: item[name] });
  input.addEventListener("input", () => {
    item[name] = input.value;
    changed();
  });
  const box = labelled(id, word, input);
  if (name === "answer") box.dataset.only = "question";
  return box;
};

/** @param {HTMLElement} row @param {Item} item */
const showKind = (row, item) => {
  one("[data-kind]", row).textContent = item.kind ? `${words[item.kind]} ${item.code}` : words.choose;
  for (const box of all("[data-only]", row)) box.hidden = item.kind !== box.dataset.only;
};

/** @param {Item} item @param {() => void} changed */
const row = (item, changed) => {
  const what = combo(`what-${item.id}`, words.what, words.hint, words.may_be);
  const where = combo(`where-${item.id}`, words.where, words.where_hint, words.places);
  const remove = make("button", { type: "button", className: "btn small", textContent: words.remove });
  const title = make("h3", { data: { title: "" } });
  const kind = make("span", { className: "tag", data: { kind: "" } });
  const made = make(
    "li",
    { className: "card pad stack", data: { item: String(item.id) } },
    make("div", { className: "row" }, title, make("span", { className: "flow" }, kind, remove)),
    what.box,
    make("div", { className: "two" }, area(item, "text", words.more, changed), where.box),
    area(item, "answer", words.answer, changed),
    make("div", { className: "flow", data: { promise: "" } }),
    make("span", { className: "error", hidden: true, data: { itemError: "" } }),
  );
  what.input.value = item.words || item.name;
  where.input.value = item.address;
  what.input.addEventListener("input", () => {
    Object.assign(item, { words: what.input.value.trim(), kind: "", code: "", name: "" });
    showKind(made, item);
    changed();
  });
  listUnder(what.input, what.found, wishRows, (chosen) => {
    Object.assign(item, { kind: chosen.kind, code: chosen.code, name: chosen.title });
    if (chosen.kind === "question" && !item.text) {
      item.text = what.input.value.trim();
      /** @type {HTMLTextAreaElement} */ (one(`#text-${item.id}`, made)).value = item.text;
    } else if (!/[^\p{ASCII}]/u.test(what.input.value)) what.input.value = chosen.title;
    item.words = what.input.value.trim();
    showKind(made, item);
    changed();
    one(`#text-${item.id}`, made).focus();
  });
  where.input.addEventListener("input", () => {
    Object.assign(item, { address: where.input.value.trim(), lon: null, lat: null });
    changed();
  });
  listUnder(where.input, where.found, placeRows, ({ title: address, lon, lat }) => {
    where.input.value = address;
    Object.assign(item, { address, lon, lat });
    changed();
  });
  remove.addEventListener("click", () => {
    state.items = state.items.filter((each) => each !== item);
    if (!state.items.length) newItem();
    drawItems(changed);
    changed();
    maybe("input", list)?.focus();
  });
  showKind(made, item);
  return made;
};

/** Draw all items anew. @param {() => void} changed */
export const drawItems = (changed) => {
  list.replaceChildren(...state.items.map((item) => row(item, changed)));
  list.querySelectorAll("[data-title]").forEach((title, i) => {
    title.textContent = counted(words.item, i + 1);
  });
  one("[data-count]").textContent = String(state.items.length);
};

/** @param {string} word @param {string} at */
const until = (word, at) =>
  at
    ? make("span", {}, `${word} `, make("b", { className: "num" }, at.slice(5, 16).replace("T", " ")))
    : null;

/** Tell of an item what would follow. @param {number} position @param {any} told */
export const showPromise = (position, told) => {
  const box = maybe("[data-promise]", list.children[position]);
  if (!box) return;
  const { department_name: answers = "", answer_by, arrive_by, done_by } = told.promise ?? {};
  const alike = told.like.length + told.orders.length;
  const parts = [
    answers && make("span", {}, answers),
    until(words.answer_by, answer_by),
    until(words.arrive_by, arrive_by),
    until(words.done_by, done_by),
    alike ? make("span", { className: "lamp warn", textContent: words.alike }) : null,
  ];
  box.replaceChildren(...parts.flatMap((part) => (part ? [part] : [])));
};

/** Say at an item why it is refused; nothing for none. @param {number} position @param {string} why */
export const showRefusal = (position, why) => {
  const box = maybe("[data-item-error]", list.children[position]);
  if (!box) return;
  box.textContent = why;
  box.hidden = !why;
  if (why) maybe("input", list.children[position])?.focus();
};
