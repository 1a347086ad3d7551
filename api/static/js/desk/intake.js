/** The form of a new case: a question, an order or a report; a draft stays until it was sent or dropped. */
import { ask, part, shown } from "../ask.js";
import { all, control, make, maybe, one } from "../dom.js";
import { Draft } from "../drafts.js";
import { listUnder } from "../list.js";
import { clearErrors, say, showProblem } from "../say.js";
import { findCaller, setCaller, watchPhone } from "./caller.js";
import { idle, onPut, open, put } from "./case.js";
import { placeRows, wishRows } from "./finding.js";
import { bodyOf, foresee, lookAhead } from "./foresee.js";
import { here, markOpen, refresh } from "./queue.js";
import { mapShows, markPlace, sayOnMap, showOnMap } from "./stage.js";
import { side, state, words } from "./state.js";

/** @typedef {{resident?: any, stranger?: string, name?: string, call?: string, offered?: string[], draft?: string}} Caller */

const OPEN_FORM = "jinlin-desk-form";
const DRAFTS = "desk-case:";
/** @type {{draft: Draft, changed: () => void} | null} */
let current = null;

/** The form, while it is open. */
export const form = () => /** @type {HTMLFormElement | null} */ (maybe("#new-case", side));

/**
 * Set or take away the place of the new case.
 * @param {import("./state.js").Place | null} place
 * @param {string} text
 */
export const setPlace = (place, text) => {
  state.place = place;
  sayOnMap("");
  const lamp = maybe("[data-place]", side);
  if (lamp) {
    lamp.textContent = text;
    lamp.className = `lamp ${place ? "ok" : "idle"}`;
  }
  const error = maybe('[data-error-for="lon"]', side);
  if (error) error.hidden = true;
  if (place) markPlace(place);
};

/** Somebody said where it is: it goes into the draft. @param {import("./state.js").Place} place */
export const placed = (place) => {
  setPlace(place, words.picked);
  current?.draft.keep();
  current?.changed();
};

/** @param {any} resident */
const takeCaller = (resident) => {
  setCaller(resident);
  if (!state.place) setPlace({ lon: resident.lon, lat: resident.lat }, resident.address);
  current?.draft.keep();
  current?.changed();
};

/** Take it from somebody who is not the one who was found. */
export const forAnother = () => {
  setCaller(null);
  state.another = true;
  setPlace(null, words.pick);
  current?.draft.keep();
  current?.changed();
};

/** Show what belongs to a kind alone. @param {HTMLFormElement} at */
const showKind = (at) => {
  const kind = String(new FormData(at).get("kind") || "");
  for (const box of all("[data-only]", at)) box.hidden = box.dataset.only !== kind;
};

/** Choose a kind. @param {number} n From 1. */
export const chooseKind = (n) => {
  const radio = /** @type {HTMLInputElement | undefined} */ (all('[name="kind"]', form())[n - 1]);
  radio?.click();
};

/** @param {HTMLFormElement} at @param {import("./state.js").Chosen} chosen */
const choose = (at, chosen) => {
  state.chosen = chosen;
  const radio = /** @type {HTMLInputElement} */ (one(`[name="kind"][value="${chosen.wanted}"]`, at));
  radio.checked = true;
  showKind(at);
  one('[data-error-for="code"]', at).hidden = true;
};

/** What is still lacking, in words, at its field. @type {Record<string, string>} */
const LACKING = {
  code: "choose_item",
  lon: "pick",
  name: "lack_name",
  phone: "lack_phone",
  text: "lack_text",
};

/** Say what is lacking. @param {HTMLFormElement} at @param {string[]} lacks @returns {boolean} Whether something is. */
const complainOf = (at, [field]) => {
  if (!field) return false;
  showProblem({ field, detail: words[LACKING[field] || ""] || field }, at);
  if (field === "code") one("#need", at).focus();
  return true;
};

/** @param {HTMLFormElement} at @param {boolean} again Whether the same caller has more to say. */
const send = async (at, again) => {
  clearErrors(at);
  const draft = /** @type {Draft} */ (current?.draft);
  const told = await foresee(at);
  if (told && complainOf(at, told.lacks)) return;
  try {
    const made = await ask("POST", "/api/v1/intake", bodyOf(at), { form: at, press: draft.press });
    draft.drop();
    say(`${words.placed} ${made.no}`, "ok");
    refresh();
    const { caller, call, offered } = state;
    const [stranger, name] = [control(at, "phone").value, control(at, "name").value];
    if (again) await newCase({ resident: caller, stranger, name, call, offered });
    else await open(made.no);
  } catch (problem) {
    draft.failed(problem);
    shown(problem);
  }
};

/** Send the form. @param {boolean} [again] */
export const submit = (again = false) => {
  const button = maybe(again ? '[name="again"]' : "[data-main]", form());
  form()?.requestSubmit(button);
};

/** Take what is typed away; one press brings it back. */
export const drop = () => {
  const draft = current?.draft;
  if (!draft) return;
  const kept = draft.store?.getItem(draft.name) || "";
  const key = draft.name.slice(draft.name.indexOf(DRAFTS) + DRAFTS.length);
  draft.drop();
  idle();
  if (!kept) return;
  const back = make("button", { type: "button", className: "btn small", textContent: words.undo });
  const box = say(`${words.dropped} `);
  back.addEventListener("click", () => {
    draft.store?.setItem(draft.name, kept);
    box.remove();
    newCase({ draft: key });
  });
  one("div", box).append(back);
};

/** Buttons on the map that lead back to what is not finished. */
export const showDrafts = () => {
  const buttons = Draft.waiting(DRAFTS).map(({ name, told, more }) => {
    const said = Object.fromEntries(told)[/** @type {any} */ ("words")];
    const label = [more?.caller?.name, said].filter(Boolean).join(" ") || words.new_case;
    return make(
      "button",
      { type: "button", className: "btn small", data: { draft: name } },
      `${words.unfinished}：${label}`,
    );
  });
  one("#drafts").replaceChildren(...(form() ? [] : buttons));
};
onPut(() => {
  if (!form()) {
    sessionStorage.removeItem(OPEN_FORM);
    current = null;
  }
  showDrafts();
});

/** @param {HTMLFormElement} at @param {string} key */
const keepDraft = (at, key) => {
  const more = () => ({
    caller: state.caller,
    another: state.another,
    place: state.place,
    chosen: state.chosen,
    call: state.call,
    where: one("[data-place]", at).textContent,
  });
  /** @param {any} kept */
  const refill = (kept) => {
    Object.assign(state, { another: kept.another, chosen: kept.chosen, call: kept.call });
    if (kept.caller) setCaller(kept.caller);
    if (kept.place) setPlace(kept.place, kept.where);
  };
  sessionStorage.setItem(OPEN_FORM, key);
  return new Draft(at, `${DRAFTS}${key}`, { more, refill });
};

/** @param {HTMLFormElement} at @param {() => void} changed */
const watch = (at, changed) => {
  const need = /** @type {HTMLInputElement} */ (one("#need", at));
  need.addEventListener("input", () => {
    state.chosen = null;
  });
  listUnder(
    need,
    one("#need-found", at),
    wishRows,
    ({ title, wanted, code }) => {
      if (!/[^\p{ASCII}]/u.test(need.value)) need.value = title;
      choose(at, { wanted, code, name: title });
      current?.draft.keep();
      changed();
      (wanted === "order" ? one("[data-main]", at) : one('[name="text"]', at)).focus();
    },
    { always: true },
  );
  const address = /** @type {HTMLInputElement} */ (one("#address", at));
  listUnder(address, one("#address-found", at), placeRows, ({ title, lon, lat }) => {
    address.value = title;
    placed({ lon, lat });
  });
  at.addEventListener("change", (e) => {
    const { name, value } = /** @type {HTMLInputElement} */ (e.target);
    if (name !== "kind") return;
    if (state.chosen?.wanted !== value) state.chosen = null;
    showKind(at);
  });
  at.addEventListener("input", () => {
    one("[data-kept]", at).textContent = words.kept;
    changed();
  });
  at.addEventListener("submit", (e) => {
    e.preventDefault();
    send(at, /** @type {HTMLButtonElement | null} */ (e.submitter)?.name === "again");
  });
};

/** Open the form, with what is known of the caller and what was typed before. @param {Caller} [caller] */
export const newCase = async ({
  resident = null,
  stranger = "",
  name = "",
  call = "",
  offered = [],
  draft,
} = {}) => {
  const key = draft ?? (call || resident?.no || "");
  const html = await part("/desk/new");
  Object.assign(state, { no: "", caller: null, another: false, place: null, chosen: null, call, offered });
  markOpen();
  put(html, false);
  history.replaceState(null, "", `/desk${here()}`);
  if (!mapShows("")) showOnMap("", here());
  const at = /** @type {HTMLFormElement} */ (form());
  const changed = lookAhead(at);
  const look = watchPhone(at, takeCaller);
  current = { draft: keepDraft(at, key), changed };
  if (resident && !state.caller && !state.another) {
    setCaller(resident);
    if (!state.place) setPlace({ lon: resident.lon, lat: resident.lat }, resident.address);
  }
  if (!state.place) sayOnMap(words.pick);
  const told = control(at, /^[+＋\d０-９()（） -]+$/.test(stranger) ? "phone" : "name");
  if (stranger && !told.value) told.value = stranger;
  if (name && !control(at, "name").value) control(at, "name").value = name;
  showKind(at);
  watch(at, changed);
  showDrafts();
  changed();
  look();
  (resident || stranger || state.caller ? one("#need", at) : control(at, "phone")).focus();
};

/** The form as it stood when the page was left. */
export const resume = () => {
  const key = sessionStorage.getItem(OPEN_FORM);
  if (key === null || state.no) return false;
  const known = Draft.waiting(DRAFTS).some(({ name }) => name === key);
  if (known) newCase({ draft: key });
  return known;
};

const caller = /** @type {HTMLInputElement} */ (one("#caller"));
listUnder(caller, one("#caller-found"), findCaller, (row) => {
  caller.value = "";
  caller.blur();
  if (row.no) open(row.no);
  else newCase(row);
});
one("#drafts").addEventListener("click", (e) => {
  const { draft } = /** @type {HTMLElement} */ (e.target).dataset;
  if (draft !== undefined) newCase({ draft });
});
showDrafts();

/* A link of a person's page opens the form for them: a number of the register, or a telephone. */
const wanted = new URLSearchParams(location.search).get("for");
if (wanted)
  findCaller(wanted).then((rows) => {
    const row = rows?.[0];
    if (row && rows.length < 3) newCase(row);
  });
