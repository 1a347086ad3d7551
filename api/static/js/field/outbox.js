/**
 * The outbox: what is written without signal waits here and is sent once.  Each draft has the key it was born with; a sync
 * that is cut half way and repeated sends the same keys again.
 */
import { ask, Problem } from "../ask.js";
import { say } from "../say.js";
import { uuid } from "../uuid.js";
import { mayPass, pauseOf } from "./retry.js";

/**
 * @typedef {object} Draft
 * @property {string} key
 * @property {"waiting" | "sent" | "refused"} state
 * @property {string} [kind] act, visit, round, or a report when left out
 * @property {string} [account] Who wrote it.
 * @property {boolean} [locked] It waits for its writer to sign in.
 * @property {string} why Why it waits or was refused.
 * @property {string} number Of the ticket, once sent.
 * @property {number} tries
 * @property {number} next_at
 * @property {number} created_at
 * @property {number} sent_at
 * @property {{file?: Blob, name: string, sha256: string}[]} photos
 * @property {any} [answer] What the server said.
 * @property {string} [title]
 * @property {string} [description]
 * @property {string} [category]
 * @property {any} [no]
 * @property {any} [body]
 */

const KEEP_SENT_MS = 7 * 86400e3;
const SYNC_EVERY_MS = 30e3;
/** What the phone shows of the answer: number, department, time promised and why. */
const ANSWER = [
  "no",
  "ticket",
  "state_name",
  "category_name",
  "department_name",
  "community_name",
  "due_at",
  "why",
];

const ready = idb.openDB("jinlin-outbox", 1, {
  upgrade: (db) => {
    db.createObjectStore("drafts", { keyPath: "key" }).createIndex("created_at", "created_at");
  },
});
/** @type {Set<(drafts: Draft[]) => void>} */
const heard = new Set();

/** All drafts, newest first. @returns {Promise<Draft[]>} */
export const list = async () => (await (await ready).getAllFromIndex("drafts", "created_at")).reverse();

/** Who is signed in on this page. */
const signedIn = () => document.querySelector('meta[name="account"]')?.getAttribute("content") || "";

const changed = async () => {
  const drafts = await list();
  for (const run of heard) run(drafts);
};
/** @param {Draft} draft */
const put = async (draft) => {
  await (await ready).put("drafts", draft);
  await changed();
};

/** Hear of the drafts now and at every change. @param {(drafts: Draft[]) => void} run */
export const onChange = (run) => {
  heard.add(run);
  list().then(run);
};

/**
 * Keep a report {category, lon, lat, accuracy_m, datum, cell, nature, description, photos}, an action on a ticket
 * {kind: "act", no, action, fields, photos}, a visit {kind: "visit", no, body}, or what was done on a round {kind: "round",
 * no, body}.  Sending starts when there is signal.
 * @param {Record<string, any> & {photos?: (File | Blob)[]}} draft
 * @returns {Promise<string>} Its key, at once.
 */
export const add = async ({ photos = [], ...rest }) => {
  const key = uuid();
  const account = signedIn();
  const files = photos.map((file) => ({
    file,
    name: file instanceof File ? file.name : "photo.jpg",
    sha256: "",
  }));
  const fresh = {
    key,
    state: /** @type {const} */ ("waiting"),
    why: "",
    number: "",
    tries: 0,
    next_at: 0,
    sent_at: 0,
  };
  await put({ ...rest, ...fresh, account, created_at: Date.now(), photos: files });
  sync();
  return key;
};

/** @param {string} key */
export const remove = async (key) => {
  await (await ready).delete("drafts", key);
  await changed();
};

/** Send a refused or waiting draft again. @param {string} key */
export const retry = async (key) => {
  const draft = await (await ready).get("drafts", key);
  if (!draft || draft.state === "sent") return;
  await put({ ...draft, state: "waiting", why: "", next_at: 0 });
  await sync();
};

/** How many drafts are in each state. */
export const counts = async () => {
  const sum = { waiting: 0, sent: 0, refused: 0 };
  for (const { state } of await list()) sum[state] += 1;
  return sum;
};

/* --- sending --- */

/** A page kept from an earlier session holds an old token. @returns {Promise<boolean>} Whether a new one was found. */
const freshToken = async () => {
  const html = await (await fetch("/field", { cache: "no-store" })).text();
  const selector = 'meta[name="csrf-token"]';
  const token = new DOMParser()
    .parseFromString(html, "text/html")
    .querySelector(selector)
    ?.getAttribute("content");
  const meta = document.querySelector(selector);
  if (!token || !meta || token === meta.getAttribute("content")) return false;
  meta.setAttribute("content", token);
  return true;
};

/**
 * Send in the name of who wrote it alone: under another's sign-in, or none, it waits (401).
 * @param {string} url
 * @param {unknown} body
 * @param {{key: string, account?: string}} draft
 * @param {string} [suffix] Of the key.
 */
export const post = async (url, body, { key, account }, suffix = "") => {
  const options = { key: `${key}${suffix}`, account, quiet: true };
  try {
    return await ask("POST", url, body, options);
  } catch (problem) {
    const stale = problem instanceof Problem && problem.status === 403;
    if (!stale || !(await freshToken().catch(() => false))) throw problem;
    return ask("POST", url, body, options);
  }
};

/** Send the photos of a draft; one that is refused as a photo is named and left out, and the draft goes. @param {Draft} draft */
const sendPhotos = async (draft) => {
  for (const [i, photo] of [...draft.photos].entries()) {
    if (photo.sha256 || !photo.file) continue;
    const form = new FormData();
    form.append("file", photo.file, photo.name);
    try {
      photo.sha256 = (await post("/api/v1/photos", form, draft, `-photo-${i}`)).sha256;
    } catch (problem) {
      if (!(problem instanceof Problem) || !problem.reason) throw problem;
      draft.photos = draft.photos.filter((other) => other !== photo);
      say(`${photo.name}：${problem.detail}`, "warn");
    }
    await put(draft);
  }
};

/** @param {any} draft */
const sendTicket = (draft) => {
  const { category, lon, lat, accuracy_m, datum, description, cell, nature } = draft;
  const photos = draft.photos.map((/** @type {{sha256: string}} */ p) => p.sha256);
  const body = { category, lon, lat, accuracy_m, datum, description, channel: "worker", photos };
  return post(
    "/api/v1/tickets",
    { ...body, ...(cell ? { cell } : {}), ...(nature ? { nature } : {}) },
    draft,
  );
};
/** @param {any} draft */
const sendAct = (draft) => {
  const { no, action, fields, photos } = draft;
  const evidence = photos.map((/** @type {{sha256: string}} */ p) => p.sha256);
  const body = { action, ...fields, ...(evidence.length ? { evidence } : {}) };
  return post(`/api/v1/tickets/${encodeURIComponent(no)}/actions`, body, draft);
};
/** @param {Draft} draft */
const sendVisit = (draft) => post("/api/v1/visits", draft.body, draft);
/** @param {Draft} draft */
const sendRound = (draft) =>
  post(`/api/v1/rounds/${encodeURIComponent(draft.no)}/actions`, draft.body, draft);
/** @type {Record<string, (draft: Draft) => Promise<any>>} */
const SEND = { act: sendAct, visit: sendVisit, round: sendRound };

/** @param {any} answer */
const kept = (answer) =>
  Object.fromEntries(
    ANSWER.filter((name) => answer?.[name] !== undefined).map((name) => [name, answer[name]]),
  );

/** @param {any} problem */
const whyOf = ({ title, detail, message }) =>
  [...new Set([title, detail].filter(Boolean))].join("：") || message;

/** Send one draft. @param {Draft} draft @returns {Promise<boolean>} false when the line is down and the rest should wait. */
const sendOne = async (draft) => {
  try {
    await sendPhotos(draft);
    const answer = await (SEND[draft.kind || ""] || sendTicket)(draft);
    const photos = draft.photos.map(({ name, sha256 }) => ({ name, sha256 }));
    const number = answer?.no || answer?.number || "";
    await put({
      ...draft,
      state: "sent",
      why: "",
      number,
      answer: kept(answer),
      sent_at: Date.now(),
      photos,
    });
    return true;
  } catch (problem) {
    const why = whyOf(problem);
    if (!mayPass(problem instanceof Problem ? problem.status : undefined)) {
      await put({ ...draft, state: "refused", why });
      return true;
    }
    if (problem instanceof Problem && problem.status === 401) {
      await put({ ...draft, why: "", locked: true, next_at: 0 });
      return signedIn() !== draft.account;
    }
    const tries = draft.tries + 1;
    await put({ ...draft, tries, why, next_at: Date.now() + pauseOf(tries) });
    return false;
  }
};
const sendAll = async () => {
  const drafts = (await list()).reverse();
  const old = drafts.filter((d) => d.state === "sent" && d.sent_at < Date.now() - KEEP_SENT_MS);
  for (const { key } of old) await remove(key);
  const due = drafts.filter((d) => d.state === "waiting" && d.next_at <= Date.now());
  for (const draft of due) if (!(await sendOne(draft))) break;
};

/** @type {Promise<void> | null} */
let running = null;
let hurried = false;

const hurry = async () => {
  for (const draft of await list()) {
    if (draft.state === "waiting" && draft.next_at) await put({ ...draft, next_at: 0 });
  }
};
const run = async () => {
  do {
    const now = hurried;
    hurried = false;
    if (now) await hurry();
    if (navigator.onLine) await sendAll();
  } while (hurried);
};

/**
 * Send what waits, one at a time, one tab at a time; a hurried call during a run is followed by another run.
 * @param {{now?: boolean}} [options] now: also what would wait longer after a failure.
 */
export const sync = ({ now = false } = {}) => {
  hurried ||= now;
  running ??= Promise.resolve(
    navigator.locks ? navigator.locks.request("jinlin-outbox", run) : run(),
  ).finally(() => {
    running = null;
  });
  return running;
};
window.addEventListener("online", () => sync({ now: true }));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) sync();
});
navigator.serviceWorker?.addEventListener("message", (e) => {
  if (e.data?.type === "sync") sync({ now: true });
});
setInterval(sync, SYNC_EVERY_MS);
sync({ now: true }); // a page that opens may have just been signed in to
