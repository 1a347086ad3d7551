/* The provider's phone: one tap for the next step, live, three parts under one bar. */
(() => {
  "use strict";
  const jinlin = window.jinlin, main = document.getElementById("main");
  const shown = () => (["past", "shop"].includes(location.hash.slice(1)) ? location.hash.slice(1) : "now");
  const turn = () => {
    main.querySelectorAll("[data-part]").forEach((part) => { part.hidden = part.dataset.part !== shown(); });
    document.querySelectorAll(".tabbar a").forEach((a) => (a.getAttribute("href") === `#${shown()}` ? a.setAttribute("aria-current", "page") : a.removeAttribute("aria-current")));
  };
  const refresh = async () => {
    const known = new Set([...main.querySelectorAll('[data-state="contacted"]')].map((e) => e.dataset.no));
    const answer = await fetch("/shop/orders", { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) { location.reload(); return; }
    main.innerHTML = await answer.text();
    jinlin.tick(main); turn();
    const fresh = [...main.querySelectorAll('[data-state="contacted"]')].find((e) => !known.has(e.dataset.no));
    if (fresh) { navigator.vibrate?.([200, 100, 200]); fresh.scrollIntoView({ block: "nearest" }); }
  };
  main.addEventListener("click", async (e) => {
    const button = e.target.closest("[data-act]");
    if (!button) return;
    const done = await jinlin.takeAction({
      kind: "order", no: button.closest("[data-no]").dataset.no, action: button.dataset.act, label: button.dataset.label, needs: button.dataset.needs.split(" "),
    });
    if (done) { jinlin.say(`${button.dataset.label}：${done.state_name}`, "ok"); await refresh(); }
  });
  main.addEventListener("submit", async (e) => {
    if (e.target.id !== "opening") return;
    e.preventDefault();
    const given = new FormData(e.target);
    const body = { action: "adjust", hours: given.get("hours"), capacity: Number(given.get("capacity")) };
    try {
      await jinlin.api("POST", `/api/v1/providers/${e.target.dataset.provider}/actions`, body, { form: e.target });
    } catch { return; } // the problem is shown at the form already
    jinlin.say(e.target.querySelector("button").textContent, "ok");
    await refresh();
  });
  main.addEventListener("toggle", (e) => {
    const box = e.target.querySelector?.(".map");
    if (!e.target.open || !e.target.dataset.way || box.firstChild) return;
    const frame = box.appendChild(document.createElement("iframe"));
    frame.src = e.target.dataset.way; frame.title = e.target.textContent.trim(); frame.dataset.jinlinMap = "";
  }, true);
  window.addEventListener("hashchange", turn);
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => { if (!document.querySelector("dialog[open], details[open]")) refresh(); }, 300); };
  jinlin.live("/api/v1/stream", { order: soon, reload: soon });
  turn();
})();
