/** The counter: several items of one person in one press; what is typed stays until it was sent. */
import { ask, shown } from "../ask.js";
import { all, around, control, given, one } from "../dom.js";
import { Draft } from "../drafts.js";
import { onKey } from "../keys.js";
import { listUnder } from "../list.js";
import { clearErrors, showProblem } from "../say.js";
import { peopleRows } from "./finding.js";
import { drawItems, showPromise, showRefusal } from "./items.js";
import { drawPapers, goToUntold, isHolding, papersTold } from "./papers.js";
import { forget, newItem, state, words } from "./state.js";

const PAUSE_MS = 300;
const COUNTER = "jinlin-counter";
const form = /** @type {HTMLFormElement} */ (one("#session"));
/** @type {Record<string, {lon: number, lat: number}>} */
const points = given("counter-points");
/** @param {string} name */
const value = (name) => control(form, name).value.trim();
let timer = 0;
let turn = 0;

/** @param {import("./state.js").Item} item */
const placeOf = ({ lon, lat }) => {
  if (lon !== null && lat !== null) return { lon, lat };
  if (state.resident) return {};
  const here = points[value("station")];
  return here ? { lon: here.lon, lat: here.lat } : {};
};

/** @param {import("./state.js").Item} item */
const itemBody = (item) => ({
  ...(item.kind ? { kind: item.kind } : {}),
  ...(item.code ? { code: item.code } : {}),
  ...(item.words && item.kind !== "question" ? { words: item.words.slice(0, 60) } : {}),
  text: item.text,
  address: item.address,
  ...(item.kind === "question" ? { answer: item.answer } : {}),
  ...placeOf(item),
});

const whose = () => {
  if (state.resident) return { resident: state.resident.no };
  return value("phone") ? { person: { name: value("name"), phone: value("phone") } } : {};
};

const filled = () => state.items.filter((item) => item.words || item.text);

const look = async () => {
  turn += 1;
  const mine = turn;
  const chosen = state.items.map((item, position) => ({ item, position })).filter(({ item }) => item.kind);
  if (!chosen.length) {
    drawPapers([], changed);
    return;
  }
  const body = { ...whose(), items: chosen.map(({ item }) => itemBody(item)) };
  const told = await ask("POST", "/api/v1/counter/check", body, { quiet: true }).catch(() => null);
  if (!told || mine !== turn) return;
  told.items.forEach((/** @type {any} */ one, /** @type {number} */ i) => {
    showPromise(chosen[i].position, one);
  });
  const papers = told.papers.map((/** @type {any} */ paper) => ({
    ...paper,
    of: paper.of.map((/** @type {number} */ i) => chosen[i].position),
  }));
  drawPapers(papers, changed);
};

/** What follows from what is chosen: who came, what has to be consented to. */
const showWhole = () => {
  const came = value("relation") !== "self";
  one("[data-came]").hidden = !came;
  one("[data-known]").hidden = !state.resident;
  one("[data-stranger]").hidden = Boolean(state.resident);
  if (state.resident) {
    one("[data-known-name]").textContent = state.resident.name;
    one("[data-known-phone]").textContent = state.resident.phone;
    one("[data-known-address]").textContent = state.resident.address;
  }
};

const changed = () => {
  draft.keep();
  clearTimeout(timer);
  timer = window.setTimeout(look, PAUSE_MS);
};

const drawAll = () => {
  if (!state.items.length) newItem();
  drawItems(changed);
  showWhole();
};

const draft = new Draft(form, "counter", {
  more: () => state,
  refill: (kept) => Object.assign(state, kept),
});

const add = () => {
  if (state.items.length >= words.most) return;
  newItem();
  drawItems(changed);
  changed();
  one(`#what-${state.last}`).focus();
};

const cameBody = () =>
  value("relation") === "self"
    ? {}
    : { came: { name: value("came_name"), phone: value("came_phone"), relation: value("relation") } };

const bodyOf = () => ({
  station: value("station"),
  ...whose(),
  ...cameBody(),
  agent: value("agent"),
  consents: all('[name="consents"]:checked', form).map((box) => /** @type {HTMLInputElement} */ (box).value),
  consent_how: /** @type {HTMLInputElement} */ (one('[name="consent_how"]:checked', form)).value,
  items: state.items.map(itemBody),
  ...papersTold(),
});

/** Say what is lacking before anything is sent. @returns {boolean} Whether something is. */
const isLacking = () => {
  const vague = state.items.findIndex((item) => !item.kind);
  if (vague >= 0) {
    showRefusal(vague, words.choose);
    return true;
  }
  if (!state.resident && !(value("name") && value("phone"))) {
    showProblem({ field: "person", detail: words.who }, form);
    control(form, "name").focus();
    return true;
  }
  if (goToUntold()) return true;
  if (isHolding() && !control(form, "signed").checked) {
    showProblem({ field: "due_on", detail: words.sign }, form);
    control(form, "signed").focus();
    return true;
  }
  return false;
};

/** Show a refusal at the item it names, else at its field. @param {any} problem */
const refused = (problem) => {
  const [, position, field = ""] = /^items\.(\d+)(?:\.(.*))?$/.exec(problem.field || "") ?? [];
  if (position === undefined) showProblem(problem, form);
  else showRefusal(Number(position), problem.detail.replace(`items.${position}.${field}`, field || ""));
};

const send = async () => {
  clearErrors(form);
  if (state.items.length > 1) state.items = filled().length ? filled() : state.items;
  drawItems(changed);
  await look();
  if (isLacking()) return;
  const button = /** @type {HTMLButtonElement} */ (one("[data-main]", form));
  button.disabled = true;
  try {
    const options = { form, press: draft.press, quiet: true };
    const made = await ask("POST", "/api/v1/counter/sessions", bodyOf(), options);
    draft.drop();
    localStorage.setItem(COUNTER, value("station"));
    location.assign(`/counter/${made.no}/receipt?key=${encodeURIComponent(made.follow_key)}`);
  } catch (problem) {
    draft.failed(problem);
    refused(problem);
    shown(problem);
  } finally {
    button.disabled = false;
  }
};

const station = control(form, "station");
const used = localStorage.getItem(COUNTER);
if (used && points[used] && !draft.store?.getItem(draft.name)) station.value = used;
const who = /** @type {HTMLInputElement} */ (one("#who"));
listUnder(who, one("#who-found"), peopleRows, (row) => {
  const { no, name, phone, address, lon, lat } = row;
  state.resident = { no, name, phone, address, lon, lat };
  who.value = "";
  showWhole();
  changed();
  one("[data-items] input").focus();
});
form.addEventListener("click", (e) => {
  const button = around(e, "[data-do]");
  if (button?.dataset.do === "add") add();
  if (button?.dataset.do === "forget") {
    state.resident = null;
    showWhole();
    changed();
    who.focus();
  }
});
form.addEventListener("change", () => {
  showWhole();
  changed();
});
form.addEventListener("input", changed);
form.addEventListener("submit", (e) => {
  e.preventDefault();
  send();
});
form.addEventListener("reset", () => {
  forget();
  setTimeout(() => {
    drawAll();
    look();
  });
});
onKey("alt+n", add);
onKey("ctrl+enter", () => form.requestSubmit(one("[data-main]")));
drawAll();
look();
