/** The papers that the items need, each once: shown, missing or promised, and which are taken over. */
import { all, make, maybe, one } from "../dom.js";
import { counted, paperOf, state, words } from "./state.js";

const list = one("[data-papers]");
const STATES = ["shown", "missing", "promised"];
/** @type {{code: string, name: string, name_en: string, of: number[]}[]} */
let needed = [];

/**
 * A day or a number of a paper, seen only where it is wanted.
 * @param {import("./state.js").Paper} paper
 * @param {"until" | "due_on" | "pieces"} name
 * @param {string} label
 * @param {() => void} changed
 */
const field = (paper, name, label, changed) => {
  const type = name === "pieces" ? "number" : "date";
  const input = make("input", { type, className: "input", value: String(paper[name]) });
  input.min = type === "date" ? words.today : "1";
  input.setAttribute("aria-label", label);
  input.addEventListener("input", () => {
    if (name === "pieces") paper.pieces = Number(input.value) || 1;
    else paper[name] = input.value;
    changed();
  });
  return make("label", { className: "flow", hidden: true, data: { of: name } }, label, input);
};

/** @param {HTMLElement} made @param {import("./state.js").Paper} paper */
const showFields = (made, paper) => {
  one('[data-of="until"]', made).hidden = paper.state !== "promised";
  for (const name of ["due_on", "pieces"]) one(`[data-of="${name}"]`, made).hidden = !paper.held;
  one("[data-signed]").hidden = !Object.values(state.papers).some(({ held }) => held);
};

/** @param {{code: string, name: string, name_en: string, of: number[]}} needs @param {() => void} changed */
const row = ({ code, name, name_en, of }, changed) => {
  const paper = paperOf(code);
  const shown = words.english ? name_en : name;
  const choices = STATES.map((each) => {
    const input = make("input", { type: "radio", checked: paper.state === each });
    input.setAttribute("data-choice", code);
    input.addEventListener("change", () => {
      paper.state = each;
      const radios = /** @type {HTMLInputElement[]} */ (all('input[type="radio"]', made));
      for (const other of radios) other.checked = other === input;
      showFields(made, paper);
      changed();
    });
    return make("label", { className: "choice" }, input, words[each]);
  });
  const held = make("input", { type: "checkbox", checked: paper.held });
  held.addEventListener("change", () => {
    paper.held = held.checked;
    showFields(made, paper);
    changed();
  });
  const made = make(
    "li",
    { data: { paper: code } },
    make("b", { textContent: shown }),
    make("span", { className: "muted small" }, of.map((i) => counted(words.needed, i + 1)).join("、")),
    ...choices,
    field(paper, "until", words.until, changed),
    make("label", { className: "choice" }, held, words.held),
    field(paper, "pieces", words.pieces, changed),
    field(paper, "due_on", words.back, changed),
  );
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", shown);
  return made;
};

/** Draw the papers, unless they are those that stand there. @param {typeof needed} wanted @param {() => void} changed */
export const drawPapers = (wanted, changed) => {
  const same = JSON.stringify(wanted) === JSON.stringify(needed);
  needed = wanted;
  one("[data-papers-box]").hidden = !needed.length;
  if (same && list.children.length === needed.length) return;
  const rows = needed.map((each) => row(each, changed));
  list.replaceChildren(...rows);
  rows.forEach((made, i) => {
    showFields(made, paperOf(needed[i].code));
  });
};

/** What of the papers is sent. */
export const papersTold = () => ({
  papers: needed.map(({ code }) => {
    const { state: how, until } = paperOf(code);
    return { paper: code, state: how, ...(how === "promised" && until ? { until } : {}) };
  }),
  held: needed
    .filter(({ code }) => paperOf(code).held)
    .map(({ code }) => {
      const { pieces, due_on } = paperOf(code);
      return { paper: code, pieces, due_on, signed: true };
    }),
});

/** Whether a paper is taken over. */
export const isHolding = () => needed.some(({ code }) => paperOf(code).held);

/** Go to the first paper of which it is not told how it stands. @returns {boolean} Whether there is one. */
export const goToUntold = () => {
  const untold = needed.find(({ code }) => !paperOf(code).state);
  if (!untold) return false;
  maybe(`[data-paper="${untold.code}"] input`, list)?.focus();
  return true;
};
