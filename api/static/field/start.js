/* The field page's start: the service worker, what to keep for the road, and the lamp and list of the outbox. */
(() => {
  "use strict";
  const jinlin = (window.jinlin = window.jinlin || {});
  const at = document.getElementById("outbox-words");
  const words = at ? JSON.parse(at.textContent) : {};
  const word = (key) => words[key] || key;
  const release = document.documentElement.dataset.release || "0";

  /** Ask the service worker to keep addresses (cells, tasks, base map) for use without signal; gives how many. */
  jinlin.keep = async (addresses) => {
    if (!("serviceWorker" in navigator)) return 0;
    const worker = (await navigator.serviceWorker.ready).active;
    return new Promise((done) => { const line = new MessageChannel(); line.port1.onmessage = (e) => done(e.data); worker.postMessage({ type: "keep", addresses }, [line.port2]); });
  };
  /** Drop everything personal from this phone; call before signing out. */
  jinlin.forget = async () => { (await navigator.serviceWorker?.ready)?.active?.postMessage({ type: "forget" }); };

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(`/field/sw.js?v=${encodeURIComponent(release)}`, { scope: "/field" })
      .catch((cause) => console.warn("field page works online only:", cause.message));
  }
  const lampOf = (all) => {
    const waiting = all.filter((d) => d.state === "waiting").length, refused = all.filter((d) => d.state === "refused").length;
    const line = navigator.onLine ? word("online") : word("offline");
    if (refused) return ["late", `${line} · ${refused} ${word("refused_n")}`];
    if (waiting) return ["warn", `${line} · ${waiting} ${word("waiting_n")}`];
    return [navigator.onLine ? "ok" : "warn", line];
  };
  const row = (draft) => {
    const item = document.createElement("li"), state = { waiting: "warn", sent: "ok", refused: "late" }[draft.state];
    item.className = `card task ${state === "late" ? "late" : ""}`;
    const head = item.appendChild(document.createElement("span")); head.className = "row";
    const lamp = head.appendChild(document.createElement("span")); lamp.className = `lamp ${state}`; lamp.textContent = word(draft.state);
    const when = head.appendChild(document.createElement("span")); when.className = "num muted"; when.textContent = jinlin.time ? jinlin.time(draft.created_at) : "";
    item.appendChild(document.createElement("b")).textContent = draft.title || draft.description || draft.category;
    const note = item.appendChild(document.createElement("span")); note.className = "muted";
    note.textContent = draft.state === "sent" ? draft.number : draft.why || `${draft.photos.length} ${word("photos")}`;
    if (draft.state !== "sent") {
      const ways = item.appendChild(document.createElement("span")); ways.className = "actions";
      [["retry", () => jinlin.outbox.retry(draft.key)], ["remove", () => window.confirm(word("sure")) && jinlin.outbox.remove(draft.key)]].forEach(([key, run]) => {
        const button = ways.appendChild(document.createElement("button")); Object.assign(button, { type: "button", className: "btn", textContent: word(key) }); button.addEventListener("click", run);
      });
    }
    return item;
  };
  const draw = (all) => {
    const [state, text] = lampOf(all);
    document.querySelectorAll("[data-outbox-lamp]").forEach((e) => { e.className = `lamp ${state}`; e.textContent = text; });
    document.querySelectorAll("[data-outbox-sign-in]").forEach((e) => { e.hidden = !all.some((d) => d.state === "waiting" && d.locked); });
    document.querySelectorAll("[data-outbox-list]").forEach((e) => e.replaceChildren(...all.map(row)));
  };
  const redraw = async () => draw(await jinlin.outbox.list());
  jinlin.outbox.onChange(draw);
  window.addEventListener("online", redraw);
  window.addEventListener("offline", redraw);
})();
