/** The public's order or report: photo and place, sent once, answered with number, times and who is responsible. */
import { ask, shown } from "../ask.js";
import { all, given, make, maybe, one, textOf } from "../dom.js";
import { Draft } from "../drafts.js";
import { putPhotos } from "../photos.js";
import { clearErrors, say, showProblem } from "../say.js";
import { registered, takePlace, watchPlace, where } from "./place.js";

const MOST_PHOTOS = 9;
const MOST_ACCURACY_M = 5000;
const words = given("home-words");
/** @type {Intl.DateTimeFormatOptions} */
const WHEN = {
  timeZone: "Asia/Shanghai",
  month: "numeric",
  day: "numeric",
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
};
/** @type {string[]} */
const photos = [];

/** @param {string | null | undefined} iso */
const at = (iso) => (iso ? new Date(iso).toLocaleString("zh-CN", WHEN) : "");

/** Photos go up as soon as they are chosen. @param {HTMLFormElement} form @param {HTMLInputElement} input */
const sendPhotos = async (form, input) => {
  const files = [...(input.files || [])];
  input.value = "";
  if (photos.length + files.length > MOST_PHOTOS) {
    say(words.photo_over, "warn");
    return;
  }
  for (const file of files) {
    /** @type {string[]} */
    let names = [];
    try {
      names = await putPhotos([file], { form });
    } catch (problem) {
      shown(problem);
    }
    if (!names.length) continue;
    photos.push(...names);
    one("[data-previews]").append(make("img", { alt: file.name, src: URL.createObjectURL(file) }));
  }
};

/**
 * Put the answer in place of the form.
 * @param {string} no
 * @param {[string, string][]} facts
 * @param {string} [key] With which a stranger may follow.
 */
const answerWith = (no, facts, key = "") => {
  const answer = /** @type {DocumentFragment} */ (
    /** @type {HTMLTemplateElement} */ (one("#answer")).content.cloneNode(true)
  );
  one("[data-number]", answer).textContent = no;
  const follow = /** @type {HTMLAnchorElement} */ (one("[data-follow]", answer));
  follow.href = `/follow/${no}${key ? `?key=${encodeURIComponent(key)}` : ""}`;
  for (const [name, value] of facts) {
    if (value) one("[data-facts]", answer).append(make("dt", {}, name), make("dd", {}, value));
  }
  /* The form stays behind the answer, so that its map may finish reading. */
  const main = one("#main");
  for (const part of /** @type {HTMLElement[]} */ ([...main.children])) part.hidden = true;
  main.append(answer);
  window.scrollTo(0, 0);
  one(".answer").focus();
};

/** @param {Record<string, string>} text */
const contact = ({ name, phone, address = "" }) =>
  phone === undefined ? {} : { contact: { name, phone, address } };

/** @param {HTMLFormElement} form @param {Record<string, string>} text */
const orderBody = (form, text) => ({
  item: form.dataset.item,
  channel: "web",
  note: text.note,
  ...contact(text),
  ...where.place,
  ...(text.wanted_at ? { wanted_at: `${text.wanted_at}:00+08:00` } : {}),
  wishes: new FormData(form).getAll("wishes"),
});

/** @param {Record<string, string>} text */
const reportBody = (text) => ({
  category: text.category,
  nature: text.nature,
  description: text.description,
  photos,
  channel: "web",
  accuracy_m: Math.min(MOST_ACCURACY_M, where.accuracy_m),
  ...where.place,
  ...contact(text),
});

/** @param {boolean} report @param {Record<string, string>} text @returns {[string, string] | null} */
const lacks = (report, text) => {
  if (report && !text.category) return ["category", words.choose];
  if (report && !text.nature) return ["nature", words.choose_nature];
  return !where.place && (!registered || registered.hidden) ? ["lon", words.pick] : null;
};

/** @param {any} made @returns {[string, string][]} */
const orderFacts = (made) => [
  [words.ack_by, at(made.ack_due_at)],
  [words.arrive_by, at(made.arrive_due_at)],
  [words.complete_by, at(made.complete_due_at)],
];

/** @param {any} made @returns {[string, string][]} */
const reportFacts = (made) => [
  [words.department, made.department_name],
  [words.why, words.whys[made.why] || made.why],
  [words.promised, `${at(made.promised_at)} ${words.inside}`],
];

/** @param {HTMLFormElement} form */
const start = (form) => {
  const report = form.hasAttribute("data-report");
  watchPlace(form);
  const draft = new Draft(form, report ? "report" : `order ${form.dataset.item}`, {
    more: () => ({ where, photos }),
    refill: (kept) => {
      photos.push(...kept.photos);
      if (kept.where.place) takePlace(kept.where);
    },
  });
  maybe("[data-photos]")?.addEventListener("change", (e) =>
    sendPhotos(form, /** @type {HTMLInputElement} */ (e.target)),
  );
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    clearErrors(form);
    const text = textOf(form);
    const missing = lacks(report, text);
    if (missing) {
      showProblem({ field: missing[0], detail: missing[1] }, form).scrollIntoView({ block: "center" });
      return;
    }
    if (!form.reportValidity()) return;
    const send = /** @type {HTMLButtonElement} */ (one('[type="submit"]', form));
    send.disabled = true;
    send.setAttribute("aria-busy", "true");
    try {
      const url = report ? "/api/v1/tickets" : "/api/v1/orders";
      const made = await ask("POST", url, report ? reportBody(text) : orderBody(form, text), {
        form,
        press: draft.press,
      });
      draft.drop();
      const ends = (text.phone || "").replace(/\D/g, "").slice(-4); // opens an order, as its key opens a report
      answerWith(made.no, report ? reportFacts(made) : orderFacts(made), made.follow_key || ends);
    } catch (problem) {
      shown(problem);
      draft.failed(problem);
      send.disabled = false;
      send.removeAttribute("aria-busy");
    }
  });
};

for (const form of all("[data-order], form[data-report]")) start(/** @type {HTMLFormElement} */ (form));
