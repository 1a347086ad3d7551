/* jinlin.outbox: reports written without signal wait here and are sent once.
   Each draft has the key it was born with; a sync cut half way and repeated sends the same keys again. */
(() => {
  "use strict";
  const jinlin = (window.jinlin = window.jinlin || {});
  const KEEP_SENT_MS = 7 * 86400e3;
  const open = () => idb.openDB("jinlin-outbox", 1, {
    upgrade: (db) => { db.createObjectStore("drafts", { keyPath: "key" }).createIndex("created_at", "created_at"); },
  });
  const ready = open();
  const heard = new Set();
  const changed = async () => { const all = await list(); heard.forEach((run) => run(all)); };
  const signedIn = () => document.querySelector('meta[name="account"]')?.content || "";
  const put = async (draft) => { await (await ready).put("drafts", draft); await changed(); return draft; };

  /** All drafts, newest first: {key, state: waiting | sent | refused, why, number, created_at, category, description, photos, ...}. */
  const list = async () => (await (await ready).getAllFromIndex("drafts", "created_at")).reverse();

  /**
   * Keep a report.  draft: {category, lon, lat, accuracy_m, datum, cell, nature, description, photos: [File or Blob]}.
   * Or keep an action on a ticket: {kind: "act", no, action, fields: {reason, note, rating, solved}, photos}.
   * Or a visit: {kind: "visit", no, body}, the body as /api/v1/visits takes it.
   * Gives its key at once; sending starts when there is signal.
   */
  const add = async (draft) => {
    const { photos = [], ...words } = draft;
    const made = {
      ...words, key: jinlin.uuid(), account: signedIn(), state: "waiting", why: "", number: "", tries: 0, next_at: 0, created_at: Date.now(),
      photos: photos.map((file) => ({ file, name: file.name || "photo.jpg", sha256: "" })),
    };
    await put(made);
    sync();
    return made.key;
  };
  const remove = async (key) => { await (await ready).delete("drafts", key); await changed(); };
  const retry = async (key) => {
    const draft = await (await ready).get("drafts", key);
    if (!draft || draft.state === "sent") return;
    await put({ ...draft, state: "waiting", why: "", next_at: 0 });
    await sync();
  };
  const counts = async () => (await list()).reduce((sum, d) => ({ ...sum, [d.state]: sum[d.state] + 1 }), { waiting: 0, sent: 0, refused: 0 });

  /* A page kept from an earlier session holds an old token. */
  const freshToken = async () => {
    const page = new DOMParser().parseFromString(await (await fetch("/field", { cache: "no-store" })).text(), "text/html");
    const token = page.querySelector('meta[name="csrf-token"]')?.content, meta = document.querySelector('meta[name="csrf-token"]');
    if (!token || !meta || token === meta.content) return false;
    meta.content = token;
    return true;
  };
  /* Sent in the name of who wrote it alone: under another's sign-in, or none, it waits (401). */
  const post = async (url, body, key, account) => {
    const send = () => jinlin.api("POST", url, body, { key, account, quiet: true });
    try { return await send(); } catch (problem) {
      if (problem.status !== 403 || !(await freshToken().catch(() => false))) throw problem;
      return send();
    }
  };
  const sendPhotos = async (draft) => {
    for (const [i, photo] of draft.photos.entries()) {
      if (photo.sha256) continue;
      const form = new FormData();
      form.append("file", photo.file, photo.name);
      photo.sha256 = (await post("/api/v1/photos", form, `${draft.key}-photo-${i}`, draft.account)).sha256;
      await put(draft);
    }
  };
  const sendTicket = (draft) => post("/api/v1/tickets", {
    category: draft.category, lon: draft.lon, lat: draft.lat, accuracy_m: draft.accuracy_m, datum: draft.datum, description: draft.description,
    channel: "worker", photos: draft.photos.map((p) => p.sha256), ...(draft.cell ? { cell: draft.cell } : {}), ...(draft.nature ? { nature: draft.nature } : {}),
  }, draft.key, draft.account);
  const sendAct = (draft) => post(`/api/v1/tickets/${encodeURIComponent(draft.no)}/actions`, {
    action: draft.action, ...draft.fields, ...(draft.photos.length ? { evidence: draft.photos.map((p) => p.sha256) } : {}),
  }, draft.key, draft.account);
  const sendVisit = (draft) => post("/api/v1/visits", draft.body, draft.key, draft.account);
  const SEND = { act: sendAct, visit: sendVisit };
  /* What the phone shows of the answer: number, department, time promised and why. */
  const ANSWER = ["no", "ticket", "state_name", "category_name", "department_name", "community_name", "due_at", "why"];
  const answerOf = (ticket) => Object.fromEntries(ANSWER.filter((name) => ticket?.[name] !== undefined).map((name) => [name, ticket[name]]));

  const mayPass = (status) => status === undefined || status === 0 || status === 401 || status === 408 || status === 425 || status === 429 || status >= 500;
  /** Send one draft; gives false when the line is down and the rest should wait. */
  const sendOne = async (draft) => {
    try {
      await sendPhotos(draft);
      const ticket = await (SEND[draft.kind] || sendTicket)(draft);
      await put({ ...draft, state: "sent", why: "", number: ticket?.no || ticket?.number || "", answer: answerOf(ticket), sent_at: Date.now(), photos: draft.photos.map(({ name, sha256 }) => ({ name, sha256 })) });
      return true;
    } catch (problem) {
      const why = [problem.title, problem.detail].filter((t, i, all) => t && all.indexOf(t) === i).join("：") || problem.message;
      if (!mayPass(problem.status)) { await put({ ...draft, state: "refused", why, allowed: [].concat(problem.allowed || []) }); return true; }
      if (problem.status === 401) { await put({ ...draft, why: "", locked: true, next_at: 0 }); return signedIn() !== draft.account; }
      const tries = draft.tries + 1;
      await put({ ...draft, tries, why, next_at: Date.now() + Math.min(600e3, 5e3 * 2 ** tries) });
      return false;
    }
  };
  const sendAll = async () => {
    const drafts = (await list()).reverse();
    for (const old of drafts.filter((d) => d.state === "sent" && d.sent_at < Date.now() - KEEP_SENT_MS)) await remove(old.key);
    for (const draft of drafts.filter((d) => d.state === "waiting" && d.next_at <= Date.now())) if (!(await sendOne(draft))) break;
  };
  let running = null, hurried = false;
  /** Send what waits, one at a time, one tab at a time; a hurried call during a run is followed by another run. */
  const sync = ({ now = false } = {}) => {
    hurried ||= now;
    if (running) return running;
    const start = async () => {
      do {
        const now = hurried;
        hurried = false;
        if (now) for (const d of await list()) if (d.state === "waiting" && d.next_at) await put({ ...d, next_at: 0 });
        if (navigator.onLine) await sendAll();
      } while (hurried);
    };
    running = (navigator.locks ? navigator.locks.request("jinlin-outbox", start) : start()).finally(() => { running = null; });
    return running;
  };
  window.addEventListener("online", () => sync({ now: true }));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
  navigator.serviceWorker?.addEventListener("message", (e) => { if (e.data?.type === "sync") sync({ now: true }); });
  setInterval(sync, 30e3);
  jinlin.outbox = { add, list, remove, retry, sync, counts, onChange: (run) => { heard.add(run); list().then(run); return () => heard.delete(run); } };
  sync({ now: true }); // a page that opens may have just been signed in to
})();
