/* window.jinlin: talking to the server, showing what it says, keys, times, and the map in its frame. */
(() => {
  "use strict";
  const root = document.documentElement;
  const zone = "Asia/Shanghai";
  const jinlin = (window.jinlin = window.jinlin || {});
  const wordsAt = document.getElementById("jinlin-words");
  jinlin.words = wordsAt ? JSON.parse(wordsAt.textContent) : {};
  const word = (key) => jinlin.words[key] || key;

  /* --- asking the server --- */
  class Problem extends Error {
    constructor(body) { super(body.detail || body.title); this.name = "Problem"; Object.assign(this, body); }
  }
  jinlin.Problem = Problem;

  /** A random UUID, also where crypto.randomUUID is missing (pages served without TLS). */
  jinlin.uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  jinlin.csrf = () => document.querySelector('meta[name="csrf-token"]')?.content || "";

  const problemOf = async (answer) => {
    const fallback = { type: "about:blank", title: word("failed"), status: answer.status, detail: answer.statusText };
    if (!(answer.headers.get("content-type") || "").includes("json")) return new Problem(fallback);
    try { return new Problem({ ...fallback, ...(await answer.json()) }); } catch { return new Problem(fallback); }
  };

  /**
   * Send a request and give the parsed answer; throws Problem.
   * options: key (Idempotency-Key, kept over retries), signal, quiet (do not show the problem), account (who wrote it).
   */
  jinlin.api = async (method, url, body, options = {}) => {
    const headers = { Accept: "application/json" };
    if (!["GET", "HEAD"].includes(method.toUpperCase())) {
      headers["X-CSRF-Token"] = jinlin.csrf();
      headers["Idempotency-Key"] = options.key || jinlin.uuid();
    }
    if (options.account) headers["X-Account"] = options.account;
    const form = body instanceof FormData;
    if (body !== undefined && !form) headers["Content-Type"] = "application/json";
    let answer;
    try {
      answer = await fetch(url, { method, headers, body: form ? body : body === undefined ? undefined : JSON.stringify(body), signal: options.signal, credentials: "same-origin" });
    } catch (cause) {
      if (cause.name === "AbortError") throw cause;
      const away = new Problem({ type: "about:blank", title: word("offline"), status: 0, detail: "" });
      if (!options.quiet) jinlin.showProblem(away);
      throw away;
    }
    if (!answer.ok) {
      const problem = await problemOf(answer);
      if (!options.quiet) jinlin.showProblem(problem, options.form);
      throw problem;
    }
    if (answer.status === 204) return null;
    return (answer.headers.get("content-type") || "").includes("json") ? answer.json() : answer.text();
  };

  /* --- saying something --- */
  /** Show a line at the top right; state ok, warn, late or info.  Gives the element. */
  jinlin.say = (text, state = "info", ways = []) => {
    const box = document.createElement("div");
    box.className = `flash ${state}`;
    if (state === "late") box.setAttribute("role", "alert");
    const inner = document.createElement("div");
    inner.textContent = text;
    if (ways.length) {
      const list = inner.appendChild(document.createElement("ul"));
      ways.forEach((way) => { list.appendChild(document.createElement("li")).textContent = way; });
    }
    const close = document.createElement("button");
    Object.assign(close, { className: "close", type: "button", textContent: "✕" });
    close.dataset.jinlin = "close";
    close.setAttribute("aria-label", word("close"));
    box.append(inner, close);
    document.getElementById("messages")?.append(box);
    if (state === "ok" || state === "info") setTimeout(() => box.remove(), 6000);
    return box;
  };

  /** Show a problem: at its field when the form has it, else as a message with what is allowed. */
  jinlin.showProblem = (problem, form) => {
    const place = problem.field && (form || document).querySelector(`[data-error-for="${CSS.escape(problem.field)}"]`);
    const text = problem.detail && problem.detail !== problem.title ? `${problem.title}：${problem.detail}` : problem.title;
    if (!place) return jinlin.say(text, "late", [].concat(problem.allowed || []));
    place.textContent = problem.detail || problem.title;
    place.hidden = false;
    const input = (form || document).querySelector(`[name="${CSS.escape(problem.field)}"]`);
    input?.setAttribute("aria-invalid", "true");
    input?.focus();
    return place;
  };

  /** Take the error marks off a form. */
  jinlin.clearErrors = (form) => {
    form.querySelectorAll("[data-error-for]").forEach((e) => { e.hidden = true; e.textContent = ""; });
    form.querySelectorAll("[aria-invalid]").forEach((e) => e.removeAttribute("aria-invalid"));
  };

  /* --- times, in the district's zone --- */
  const fmt = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: zone, hour12: false, ...options });
  const clockFmt = fmt({ hour: "2-digit", minute: "2-digit" });
  const dayFmt = fmt({ month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  const dateFmt = fmt({ year: "numeric", month: "2-digit", day: "2-digit" });
  /** "10:24" today, "11-21 10:24" otherwise. */
  jinlin.time = (iso, now = new Date()) => {
    const at = new Date(iso);
    return (dateFmt.format(at) === dateFmt.format(now) ? clockFmt : dayFmt).format(at).replace("/", "-");
  };
  /** Seconds as "1 时 10 分", "4 分 10 秒", "2 天 3 时". */
  jinlin.span = (seconds) => {
    const s = Math.abs(Math.round(seconds)), d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
    const parts = d ? [[d, "day"], [h, "hour"]] : h ? [[h, "hour"], [m, "minute"]] : m ? [[m, "minute"], [s % 60, "second"]] : [[s, "second"]];
    return parts.filter(([n], i) => n || !i).map(([n, unit]) => `${n} ${word(unit)}`).join(" ");
  };
  const lampState = (left_s) => (left_s < 0 ? "late" : left_s < 1800 ? "warn" : "ok");
  /** Refresh every [data-time] and every lamp with [data-due] below a node. */
  jinlin.tick = (node = document, now = new Date()) => {
    node.querySelectorAll("time[data-time]").forEach((e) => { e.textContent = jinlin.time(e.dateTime, now); e.title = new Date(e.dateTime).toLocaleString("zh-CN", { timeZone: zone }); });
    node.querySelectorAll("[data-due]").forEach((e) => {
      const left = (new Date(e.dataset.due) - now) / 1000, state = lampState(left);
      e.textContent = `${word(left < 0 ? "over" : "left")} ${jinlin.span(left)}`;
      e.classList.remove("ok", "warn", "late"); e.classList.add(state);
    });
  };

  /* --- keys --- */
  const bound = new Map();
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  /** Bind a key ("/", "r", "Enter", "ctrl+k") while no field has the focus.  Gives a function that unbinds. */
  jinlin.key = (name, run) => { bound.set(name.toLowerCase(), run); return () => bound.delete(name.toLowerCase()); };
  document.addEventListener("keydown", (e) => {
    if (e.isComposing || e.altKey || e.metaKey) return;
    if (e.key === "Escape" && typing(e.target)) { e.target.blur(); return; }
    const run = bound.get((e.ctrlKey ? "ctrl+" : "") + e.key.toLowerCase());
    if (!run || (typing(e.target) && !e.ctrlKey)) return;
    if (e.key === "Enter" && e.target.closest?.("a, button, summary")) return;
    e.preventDefault(); run(e);
  });
  jinlin.key("/", () => document.querySelector(".search input, input[type=search]")?.focus());
  /** Arrow keys (and j, k) walk over the parts of a list that match a selector. */
  jinlin.walk = (list, selector) => {
    list?.addEventListener("keydown", (e) => {
      const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[e.key];
      if (!step || typing(e.target)) return;
      const all = [...list.querySelectorAll(selector)], at = all.indexOf(e.target.closest(selector));
      all[Math.max(0, Math.min(all.length - 1, at + step))]?.focus(); e.preventDefault();
    });
  };

  /* --- the map in its frame --- */
  /** Send {type: "focus" | "select" | "set-place" | "theme", ...} to a map frame. */
  jinlin.toMap = (frame, message) => (typeof frame === "string" ? document.getElementById(frame) : frame)?.contentWindow?.postMessage(message, location.origin);
  /** Hear "place", "pick", "view" or "ready" from a map frame; run(message, frame). */
  jinlin.onMap = (type, run) => window.addEventListener("message", (e) => {
    if (e.origin !== location.origin || e.data?.type !== type) return;
    run(e.data, [...document.querySelectorAll("iframe[data-jinlin-map]")].find((f) => f.contentWindow === e.source));
  });

  /* --- the shell's own buttons --- */
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode keeps nothing */ } };
  const toggles = {
    theme: () => {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"; keep("jinlin-theme", root.dataset.theme);
      document.querySelectorAll("iframe[data-jinlin-map]").forEach((f) => jinlin.toMap(f, { type: "theme", theme: root.dataset.theme }));
    },
    type: (button) => {
      root.dataset.type = root.dataset.type === "large" ? "normal" : "large"; keep("jinlin-type", root.dataset.type);
      button.setAttribute("aria-pressed", String(root.dataset.type === "large"));
    },
    close: (button) => button.closest(".flash")?.remove(),
    print: () => window.print(),
  };
  document.addEventListener("click", (e) => { const b = e.target.closest("[data-jinlin]"); if (b && toggles[b.dataset.jinlin]) toggles[b.dataset.jinlin](b); });
  document.querySelectorAll('[data-jinlin="type"]').forEach((b) => b.setAttribute("aria-pressed", String(root.dataset.type === "large")));

  /* --- htmx speaks with the same headers and shows the same problems --- */
  document.addEventListener("htmx:configRequest", (e) => {
    if (e.detail.verb === "get") return;
    e.detail.headers["X-CSRF-Token"] = jinlin.csrf();
    e.detail.headers["Idempotency-Key"] = e.detail.headers["Idempotency-Key"] || jinlin.uuid();
  });
  document.addEventListener("htmx:responseError", (e) => {
    let body = { title: word("failed"), status: e.detail.xhr.status };
    try { body = { ...body, ...JSON.parse(e.detail.xhr.responseText) }; } catch { /* an answer without JSON keeps the plain title */ }
    jinlin.showProblem(new Problem(body), e.detail.elt.closest?.("form"));
  });
  document.addEventListener("htmx:sendError", () => jinlin.say(word("offline"), "late"));
  document.addEventListener("htmx:afterSwap", (e) => jinlin.tick(e.target));
  jinlin.tick();
  setInterval(() => jinlin.tick(), 1000);
})();
