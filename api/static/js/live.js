/* Live push: one stream a page, reconnecting with growing pauses, its state always visible. */
(() => {
  "use strict";
  const jinlin = (window.jinlin = window.jinlin || {});
  const show = (state) => document.querySelectorAll("[data-jinlin-live]").forEach((e) => {
    e.dataset.state = state; e.textContent = (jinlin.words || {})[`live_${state}`] || state;
  });

  /**
   * Listen to server-sent events.
   * handlers: {eventName: (data, event) => ...}; each event is also fired on document.body as
   * "jinlin:<eventName>" so that hx-trigger="jinlin:ticket from:body" works.  Gives {close}.
   */
  jinlin.live = (url, handlers = {}) => {
    let source = null, pause_ms = 1000, timer = 0, closed = false, last = "";
    const hear = (name) => (e) => {
      last = e.lastEventId || last;
      let data = e.data;
      try { data = JSON.parse(e.data); } catch { /* plain text events stay text */ }
      handlers[name]?.(data, e);
      document.body.dispatchEvent(new CustomEvent(`jinlin:${name}`, { detail: data, bubbles: true }));
    };
    const open = () => {
      clearTimeout(timer);
      const joint = url.includes("?") ? "&" : "?";
      source = new EventSource(last ? `${url}${joint}last_event_id=${encodeURIComponent(last)}` : url);
      source.onopen = () => { pause_ms = 1000; show("open"); };
      source.onerror = () => {
        source.close();
        if (closed) return;
        show(navigator.onLine ? "wait" : "off");
        timer = setTimeout(open, pause_ms * (0.75 + Math.random() / 2));
        pause_ms = Math.min(30000, pause_ms * 2);
      };
      Object.keys(handlers).forEach((name) => source.addEventListener(name, hear(name)));
    };
    const wake = () => { if (!closed && source?.readyState !== EventSource.OPEN) { source?.close(); open(); } };
    window.addEventListener("online", wake);
    window.addEventListener("offline", () => show("off"));
    window.addEventListener("pagehide", () => source?.close());
    show("wait");
    open();
    return { close: () => { closed = true; clearTimeout(timer); source?.close(); show("off"); } };
  };
})();
