/** Live push: one stream a page, watched by its heartbeat, reconnecting by itself, its state always visible. */
import { all, given } from "./dom.js";

const words = given("jinlin-words");
const LONGEST_PAUSE_MS = 5000;
const BEAT_S = 1;
const SILENT_MS = 3000; // three beats

/** @typedef {"wait" | "open" | "off"} Line */

/**
 * Say how long to wait before the next attempt.
 * @param {number} failures Attempts that failed in a row, from 1 on.
 * @param {number} chance From 0 to 1, so that many pages do not come back at once.
 * @returns {number} Milliseconds.
 */
export const pauseOf = (failures, chance) =>
  Math.min(LONGEST_PAUSE_MS, 500 * 2 ** (failures - 1)) * (0.75 + chance / 2);

/**
 * Listen to server-sent events.  Each is also fired on document.body as "jinlin:<name>", so that
 * hx-trigger="jinlin:ticket from:body" works.
 * @param {Record<string, (data: any, event: MessageEvent) => void>} handlers By name of the event.
 * @param {{url?: string, beat?: boolean, onLine?: (line: Line) => void}} [options] beat: ask for a heartbeat and
 *   take silence for a lost line; onLine hears every change of the line.
 * @returns {{close: () => void}}
 */
export const live = (handlers, { url = "/api/v1/stream", beat = false, onLine = () => {} } = {}) => {
  /** @type {EventSource | null} */
  let source = null;
  let failures = 0;
  let timer = 0;
  let closed = false;
  let last = "";
  let heard_at = Date.now();
  /** @param {Line} line */
  const show = (line) => {
    for (const e of all("[data-jinlin-live]")) {
      e.dataset.state = line;
      e.textContent = words[`live_${line}`] || line;
    }
    onLine(line);
  };
  /** @param {string} name @returns {(e: MessageEvent) => void} */
  const hear = (name) => (e) => {
    heard_at = Date.now();
    last = e.lastEventId || last;
    let data = e.data;
    try {
      data = JSON.parse(e.data);
    } catch {
      /* plain text stays text */
    }
    handlers[name]?.(data, e);
    document.body.dispatchEvent(new CustomEvent(`jinlin:${name}`, { detail: data, bubbles: true }));
  };
  const lost = () => {
    source?.close();
    if (closed) return;
    show(navigator.onLine ? "wait" : "off");
    failures += 1;
    clearTimeout(timer);
    timer = window.setTimeout(open, pauseOf(failures, Math.random()));
  };
  const open = () => {
    clearTimeout(timer);
    source?.close();
    heard_at = Date.now();
    const query = new URLSearchParams({
      ...(beat ? { beat_s: String(BEAT_S) } : {}),
      ...(last ? { last_event_id: last } : {}),
    });
    source = new EventSource(query.size ? `${url}?${query}` : url);
    source.onopen = () => {
      failures = 0;
      heard_at = Date.now();
      show("open");
    };
    source.onerror = lost;
    for (const name of new Set(["hello", "beat", ...Object.keys(handlers)]))
      source.addEventListener(name, hear(name));
  };
  if (beat) {
    setInterval(() => {
      if (!closed && source?.readyState !== EventSource.CLOSED && Date.now() - heard_at > SILENT_MS) lost();
    }, 500);
  }
  window.addEventListener("online", () => {
    if (!closed && source?.readyState !== EventSource.OPEN) open();
  });
  window.addEventListener("offline", () => lost());
  window.addEventListener("pagehide", () => source?.close());
  show("wait");
  open();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      source?.close();
      show("off");
    },
  };
};
