/* The dispatcher's desk: queue, case and map kept together, all of it by keyboard, live, and loud for emergencies. */
(() => {
  "use strict";
  const jinlin = window.jinlin;
  const $ = (selector, node = document) => node.querySelector(selector);
  const word = JSON.parse($("#desk-words").textContent);
  const items = JSON.parse($("#desk-items").textContent);
  const side = $("#case"), queueSide = $("#queue-side"), note = $("#map-note");
  const state = { no: side.dataset.no || "", mapNo: side.dataset.no || "", ready: false, caller: null, place: null, known: null };
  const part = async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (answer.redirected && new URL(answer.url).pathname === "/login") { location.reload(); throw new Error("signed out"); }
    if (!answer.ok) { await jinlin.api("GET", url); }
    return answer.text();
  };
  const article = () => $("[data-case]", side);

  /* --- queue --- */
  const here = () => $("#queue").dataset.here;
  const mark = () => queueSide.querySelectorAll("a.item").forEach((a) => a.setAttribute("aria-current", String(a.dataset.no === state.no)));
  const showQueue = async (query) => {
    const text = await part(`/desk/queue${query}`);
    if (queueSide.contains(document.activeElement) && document.activeElement.matches("input")) return;
    const top = queueSide.scrollTop;
    queueSide.innerHTML = text;
    queueSide.scrollTop = top;
    $("#counters").innerHTML = $("[data-counters]", queueSide).innerHTML;
    jinlin.tick(queueSide); mark(); ring();
  };
  let waiting = 0;
  const refresh = () => { clearTimeout(waiting); waiting = setTimeout(() => showQueue(here()), 250); };

  /* --- ringing --- */
  const sound = { context: null, on: localStorage.getItem("jinlin-mute") !== "1" };
  const showSound = () => {
    const button = $("#sound"), text = $("[data-on]", button);
    button.setAttribute("aria-pressed", String(sound.on));
    text.textContent = !sound.on ? word.sound_off : sound.context?.state === "running" ? word.sound_on : word.sound_wait;
  };
  const wake = () => {
    sound.context = sound.context || new AudioContext();
    sound.context.resume().then(showSound);
  };
  const beep = () => {
    if (!sound.on || sound.context?.state !== "running") return;
    [0, 0.35, 0.7].forEach((after) => {
      const tone = sound.context.createOscillator(), gain = sound.context.createGain(), at = sound.context.currentTime + after;
      tone.frequency.value = 880; gain.gain.setValueAtTime(0.25, at); gain.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
      tone.connect(gain).connect(sound.context.destination); tone.start(at); tone.stop(at + 0.3);
    });
  };
  const callOut = (no, text) => {
    const banner = $("#ring");
    banner.dataset.no = no; $("b", banner).textContent = text; banner.hidden = false;
    beep();
  };
  setInterval(() => { if (!$("#ring").hidden) beep(); }, 12000); // until somebody turns to it
  const ring = () => {
    const alarms = [...queueSide.querySelectorAll(".alarms a.item")], banner = $("#ring");
    const fresh = state.known && alarms.filter((a) => !state.known.has(a.dataset.no));
    state.known = new Set(alarms.map((a) => a.dataset.no));
    if (banner.dataset.no?.startsWith("S") && !alarms.some((a) => a.dataset.no === banner.dataset.no)) banner.hidden = true;
    if (!fresh?.length) return;
    callOut(fresh[0].dataset.no, `${word.alarm}：${$("b", fresh[0]).textContent} · ${fresh[0].lastElementChild.textContent.trim()}`);
  };
  const mute = () => { sound.on = !sound.on; localStorage.setItem("jinlin-mute", sound.on ? "0" : "1"); wake(); showSound(); };
  document.addEventListener("pointerdown", wake, { once: true });
  document.addEventListener("keydown", wake, { once: true });

  /* --- map --- */
  const frame = $("#map");
  const showMap = (no) => {
    state.ready = false; state.mapNo = no; note.hidden = true;
    frame.contentWindow.location.replace(no ? `/desk/map?no=${encodeURIComponent(no)}` : `/desk/map${here()}`);
  };
  const say = (text) => { note.textContent = text; note.hidden = !text; };
  const drawWay = async () => {
    const chosen = $('[role="radio"][aria-checked="true"]', side), provider = chosen?.dataset.provider || article()?.dataset.provider;
    const no = state.no;
    if (!provider || !state.ready || state.mapNo !== no) return;
    jinlin.toMap(frame, { type: "select", kind: "candidate", id: provider });
    try {
      const found = (await jinlin.api("GET", `/api/v1/orders/${no}/route?provider=${provider}`, undefined, { quiet: true })).features[0];
      if (no !== state.no) return;
      const label = `${word.way} ${jinlin.span(found.properties.travel_s)} · ${(found.properties.length_m / 1000).toFixed(1)} km`;
      jinlin.toMap(frame, { type: "route", points: found.geometry.coordinates, label });
      say(label);
    } catch (problem) { say(problem.detail || problem.title || ""); }
  };
  jinlin.onMap("ready", () => {
    state.ready = true;
    if (state.place) jinlin.toMap(frame, { type: "set-place", ...state.place });
    drawWay();
  });
  jinlin.onMap("pick", (m) => {
    if (m.kind === "candidate") choose($(`[data-provider="${CSS.escape(m.id)}"][role="radio"]`, side));
    else if (/^[ST]\d/.test(m.id) && m.id !== state.no) open(m.id);
  });
  jinlin.onMap("place", (m) => {
    if ($("#new-order")) setPlace({ lon: m.lon, lat: m.lat }, word.picked, true);
    else if (article()?.hasAttribute("data-locate")) offerPlace({ lon: m.lon, lat: m.lat });
  });
  /* A click on the map of an order that still seeks offers to correct its place. */
  const offerPlace = (place) => {
    const no = state.no, button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn small go", textContent: word.move_here });
    button.addEventListener("click", async () => {
      await jinlin.act("order", no, "locate", place);
      await again();
    });
    jinlin.toMap(frame, { type: "set-place", ...place });
    note.replaceChildren(button); note.hidden = false;
  };

  /* --- one case --- */
  const show = (text, focus = true) => {
    side.innerHTML = text;
    jinlin.tick(side);
    side.scrollTop = 0;
    if (focus) $('[tabindex="-1"]', side)?.focus({ preventScroll: true });
    showChosen();
  };
  const open = async (no, { map = true, focus = true } = {}) => {
    state.no = no; state.caller = null; state.place = null;
    mark();
    const text = await part(`/desk/case/${encodeURIComponent(no)}`);
    if (state.no !== no) return;
    const before = article()?.dataset.case === no ? $('[role="radio"][aria-checked="true"]', side)?.dataset.provider : "";
    show(text, focus);
    const kept = before && $(`[role="radio"][data-provider="${before}"]`, side);
    if (kept) choose(kept);
    history.replaceState(null, "", `/desk?no=${encodeURIComponent(no)}`);
    if (map && state.mapNo !== no) showMap(no); else if (map) drawWay();
  };
  const idle = async () => { state.no = ""; state.place = null; history.replaceState(null, "", `/desk${here()}`); mark(); show($("#idle").innerHTML, false); showMap(""); };
  const again = async () => { const no = state.no; showQueue(here()); if (no) { state.mapNo = ""; await open(no); } };
  const radios = () => [...side.querySelectorAll('[role="radio"]')];
  const showChosen = () => {
    const chosen = $('[role="radio"][aria-checked="true"]', side), target = $("[data-chosen]", side);
    if (chosen && target) target.textContent = chosen.dataset.name;
  };
  const choose = (button) => {
    if (!button) return;
    radios().forEach((b) => { b.setAttribute("aria-checked", String(b === button)); b.tabIndex = b === button ? 0 : -1; });
    button.scrollIntoView({ block: "nearest" });
    showChosen(); drawWay();
  };
  let sending = false;
  const send = async () => {
    const chosen = $('[role="radio"][aria-checked="true"]', side), at = article();
    if (!chosen || !at || sending) return;
    sending = true;
    try {
      await jinlin.act("order", at.dataset.case, "contact", { provider: Number(chosen.dataset.provider) });
      jinlin.say(`${word.sent} ${chosen.dataset.name}`, "ok");
      await again();
    } catch (problem) { if (!(problem instanceof jinlin.Problem)) throw problem; } finally { sending = false; }
  };
  const act = async (button) => {
    const at = article();
    if (!button || !at) return;
    const names = (at.dataset.cellNames || "").split("|");
    const near = (at.dataset.cells || "").split(" ").filter(Boolean).map((code, i) => [code, names[i]]);
    const done = await jinlin.takeAction({
      kind: at.dataset.kind, no: at.dataset.case, action: button.dataset.act, label: button.dataset.label,
      needs: button.dataset.needs.split(" "), like: (at.dataset.like || "").split(" "), near,
    });
    if (!done) return;
    jinlin.say(`${button.dataset.label}：${done.state_name}`, "ok");
    await again();
  };
  /* An alarm is taken and rung back with one press; whoever is second is told who was first, and sees the case. */
  const answerAlarm = async (no, action, label = "") => {
    try { await jinlin.act("order", no, action); if (label) jinlin.say(`${label} ${no}`, "ok"); } catch (problem) { if (!(problem instanceof jinlin.Problem)) throw problem; }
    if ($("#ring").dataset.no === no) $("#ring").hidden = true;
    showQueue(here());
    await open(no);
  };
  const pressAlarm = (action) => () => {
    const button = $(`[data-alarm="${action}"]`, side) || $(`[data-alarm="${action}"]`, queueSide);
    if (button) answerAlarm(button.dataset.of, action, button.dataset.label);
  };
  /* The nearest worker is asked to look with one press. */
  const visit = async (button) => {
    const at = article();
    button.disabled = true;
    try {
      await jinlin.act("ticket", at.dataset.case, "visit", { worker: button.dataset.worker });
      jinlin.say(`${word.sent} ${button.dataset.name}`, "ok");
      await again();
    } catch (problem) { if (!(problem instanceof jinlin.Problem)) throw problem; } finally { button.disabled = false; }
  };
  const reveal = () => {
    const at = article();
    if (at?.dataset.kind !== "order" || !$('[data-do="reveal"]', side)) return;
    const dialog = document.createElement("dialog");
    dialog.append($("#reveal-form").content.cloneNode(true));
    document.body.append(dialog);
    dialog.addEventListener("close", async () => {
      const reason = $('[name="reason"]', dialog).value.trim(), go = dialog.returnValue === "go";
      dialog.remove();
      if (!go) return;
      const shown = await jinlin.api("POST", `/api/v1/orders/${at.dataset.case}/reveal`, { reason });
      $("[data-person]", at).textContent = shown.name;
      $("[data-phone]", at).textContent = shown.phone;
      $("[data-address]", at).textContent = shown.address;
      $('[data-do="reveal"]', at).remove();
    });
    $("[data-cancel]", dialog).addEventListener("click", () => dialog.close());
    dialog.showModal();
    $('[name="reason"]', dialog).select();
  };

  /* --- lists that open under a field --- */
  const listUnder = (input, list, find, take) => {
    let timer = 0, turn = 0;
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); };
    const options = () => [...list.querySelectorAll('[role="option"]')];
    const point = (option) => {
      options().forEach((o) => o.setAttribute("aria-selected", String(o === option)));
      if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    };
    const fill = (rows) => {
      list.replaceChildren(...rows.map((row, i) => {
        const li = document.createElement("li");
        li.id = `${list.id}-${i}`; li.setAttribute("role", "option"); li.found = row;
        [["b", row.title], ["span", row.right], ["span", row.text]].forEach(([tag, text], n) => {
          const e = li.appendChild(document.createElement(tag)); e.textContent = text || ""; if (n === 2) e.className = "muted";
        });
        return li;
      }));
      list.hidden = false; input.setAttribute("aria-expanded", "true"); point(options()[0]);
    };
    const search = async () => { const mine = ++turn, rows = await find(input.value.trim()); if (mine === turn && document.activeElement === input) { if (rows) fill(rows); else close(); } };
    const pick = (option) => { if (!option) return; close(); take(option.found); };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 120); });
    input.addEventListener("focus", () => { if (input.value || input.id === "need") search(); });
    input.addEventListener("blur", () => setTimeout(close, 150));
    list.addEventListener("mousedown", (e) => { e.preventDefault(); pick(e.target.closest('[role="option"]')); });
    input.addEventListener("keydown", async (e) => {
      const all = options(), at = all.findIndex((o) => o.getAttribute("aria-selected") === "true");
      if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); if (list.hidden) search(); else point(all[Math.max(0, Math.min(all.length - 1, at + (e.key === "ArrowDown" ? 1 : -1)))]); }
      else if (e.key === "Enter" && !e.isComposing) { e.preventDefault(); clearTimeout(timer); await search(); pick(options().find((o) => o.getAttribute("aria-selected") === "true")); }
    });
    return { close };
  };
  const findCaller = async (text) => {
    if (!text) return null;
    if (/^[ST]\d{3,}/i.test(text)) return [{ title: text.toUpperCase(), no: text.toUpperCase() }];
    const found = await jinlin.api("GET", `/api/v1/residents?limit=8&text=${encodeURIComponent(text)}`, undefined, { quiet: true });
    const rows = found.items.map((r) => ({ title: `${r.name} ${r.no}`, right: r.phone, text: `${r.address} · ${word.new_for}`, resident: r }));
    return [...rows, { title: rows.length ? word.unknown_caller : `${word.no_found}：${word.unknown_caller}`, stranger: text }];
  };
  listUnder($("#caller"), $("#caller-found"), findCaller, (row) => {
    $("#caller").value = ""; $("#caller").blur();
    if (row.no) open(row.no); else newOrder(row);
  });

  /* --- a new order --- */
  const setPlace = (place, text, fromMap = false) => {
    state.place = place;
    const lamp = $("[data-place]");
    say("");
    if (lamp) { lamp.textContent = text; lamp.className = `lamp ${place ? "ok" : "idle"}`; }
    const error = $('[data-error-for="lon"]', side);
    if (error) error.hidden = true;
    if (place && !fromMap && state.ready) jinlin.toMap(frame, { type: "set-place", ...place });
    if (place && fromMap) jinlin.toMap(frame, { type: "set-place", ...place });
  };
  const setCaller = (resident) => {
    state.caller = resident;
    $("[data-caller]").hidden = !resident; $("[data-stranger]").hidden = Boolean(resident);
    if (!resident) return;
    $("[data-caller-name]").textContent = `${resident.name} ${resident.no}`;
    $("[data-caller-phone]").textContent = resident.phone;
    $("[data-caller-address]").textContent = resident.address;
  };
  const itemRows = (text) => {
    const t = text.toLowerCase();
    const rank = (i) => (i.code.toLowerCase().endsWith(t) || i.initials.startsWith(t) || i.name.startsWith(text) ? 0 : i.initials.includes(t) || i.name.includes(text) ? 1 : 9);
    return items.map((i) => [rank(i), i]).filter(([n]) => !t || n < 9).sort((a, b) => a[0] - b[0]).slice(0, 12)
      .map(([, i]) => ({ title: i.name, right: i.arrive_min ? `≤ ${i.arrive_min} ${word.minute}` : "", text: `${i.code} · ${i.function}`, item: i }));
  };
  const newOrder = async ({ resident = null, stranger = "" } = {}) => {
    state.no = ""; state.place = null; mark();
    show(await part("/desk/new"), false);
    history.replaceState(null, "", `/desk${here()}`);
    if (state.mapNo) showMap("");
    const form = $("#new-order");
    setCaller(resident);
    if (resident) setPlace({ lon: resident.lon, lat: resident.lat }, resident.address);
    say(resident ? "" : word.pick);
    if (/^[\d-]+$/.test(stranger)) form.elements.phone.value = stranger; else form.elements.name.value = stranger;
    listUnder($("#need"), $("#need-found"), async (text) => itemRows(text), (row) => {
      $("#need").value = row.title; form.elements.namedItem("item").value = row.item.code;
      $('[data-error-for="item"]', form).hidden = true;
      $('[type="submit"]', form).focus();
    });
    $("#need").addEventListener("input", () => { form.elements.namedItem("item").value = ""; });
    form.addEventListener("submit", placeOrder);
    (resident || stranger ? $("#need") : form.elements.phone).focus();
  };
  const placeOrder = async (event) => {
    event.preventDefault();
    const form = event.target, given = Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, v.trim()]));
    jinlin.clearErrors(form);
    const missing = !given.item ? ["item", word.choose_item] : !state.place ? ["lon", word.pick] : null;
    if (missing) { jinlin.showProblem({ field: missing[0], detail: missing[1] }, form); if (missing[0] === "item") $("#need").focus(); return; }
    const body = { item: given.item, channel: "phone", note: given.note };
    const moved = state.caller && (state.place.lon !== state.caller.lon || state.place.lat !== state.caller.lat);
    if (state.caller) body.resident = state.caller.no; else body.contact = { name: given.name, phone: given.phone, address: given.address };
    if (!state.caller || moved) Object.assign(body, { lon: state.place.lon, lat: state.place.lat });
    if (given.wanted_at) body.wanted_at = `${given.wanted_at}:00+08:00`;
    if (given.max_price) body.max_price_fen = Math.round(Number(given.max_price) * 100);
    form.dataset.key = form.dataset.key || jinlin.uuid();
    try {
      const order = await jinlin.api("POST", "/api/v1/orders", body, { form, key: form.dataset.key });
      jinlin.say(`${word.placed} ${order.no}`, "ok");
      showQueue(here());
      await open(order.no);
    } catch (problem) { if (!(problem instanceof jinlin.Problem)) throw problem; form.dataset.key = ""; }
  };

  /* --- clicks --- */
  const doings = { new: () => newOrder(), idle, send, reveal, visit, "no-caller": () => { setCaller(null); setPlace(null, word.pick); } };
  document.addEventListener("click", (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    const target = e.target.closest("[data-alarm], [data-queue], a[data-no], [data-do], [data-act], [role=radio], #help, #sound, #ring button");
    if (!target || target.closest("dialog")) return;
    const d = target.dataset;
    if (target.id === "help") $("#keys").showModal();
    else if (target.id === "sound") mute();
    else if (d.alarm) answerAlarm(d.of, d.alarm, d.label);
    else if (target.closest("#ring")) { const { no } = $("#ring").dataset; $("#ring").hidden = true; if (no.startsWith("S")) answerAlarm(no, "take"); else open(no); }
    else if (d.queue) { e.preventDefault(); showQueue(d.queue).then(() => { if (!state.no && !$("#new-order")) showMap(""); }); }
    else if (d.no) { e.preventDefault(); if ($("#ring").dataset.no === d.no) $("#ring").hidden = true; open(d.no); }
    else if (d.do) doings[d.do](target);
    else if (d.act) act(target);
    else if (target.getAttribute("role") === "radio") choose(target);
  });
  queueSide.addEventListener("submit", (e) => { e.preventDefault(); document.activeElement.blur(); filter(e.target); });
  queueSide.addEventListener("change", (e) => { if (e.target.form) { document.activeElement.blur(); filter(e.target.form); } });
  const filter = (form) => showQueue(`?${new URLSearchParams(new FormData(form))}`).then(() => { if (!state.no) showMap(""); });
  side.addEventListener("keydown", (e) => { if (e.key === "Enter" && e.target.matches('[role="radio"]')) { e.preventDefault(); send(); } });
  side.addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key], all = radios(), at = all.indexOf(e.target);
    if (step && at >= 0) { e.preventDefault(); const next = all[(at + step + all.length) % all.length]; choose(next); next.focus(); }
  });

  /* --- keys --- */
  const walk = (step) => {
    const all = [...queueSide.querySelectorAll("a.item")], at = all.findIndex((a) => a.dataset.no === state.no);
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    if (next) { next.scrollIntoView({ block: "nearest" }); open(next.dataset.no); }
  };
  const free = (run) => (e) => { if (!document.querySelector("dialog[open]")) run(e); };
  const press = (letter) => () => act($(`[data-key="${letter}"]`, side));
  const keys = { n: () => newOrder(), j: () => walk(1), k: () => walk(-1), r: reveal, m: mute, t: pressAlarm("take"), b: pressAlarm("ring_back"), g: () => showMap(""), enter: send, "?": () => $("#keys").showModal(), escape: () => { if ($("#new-order")) idle(); } };
  "adcux".split("").forEach((letter) => { keys[letter] = press(letter.toUpperCase()); });
  [1, 2, 3, 4, 5, 6].forEach((n) => { keys[n] = () => choose(radios()[n - 1]); });
  Object.entries(keys).forEach(([name, run]) => jinlin.key(name, free(run)));

  /* --- live --- */
  const changed = (m) => {
    refresh();
    if (m.kind === "ticket" && m.urgent && m.state === "reported" && m.name === "reported") callOut(m.no, `${word.urgent_ticket} ${m.no}`);
    if (m.no === state.no && !document.querySelector("dialog[open]")) open(m.no, { focus: false, map: false });
  };
  jinlin.live("/api/v1/stream", { hello: refresh, order: changed, ticket: changed, reload: refresh });
  showSound(); ring();
  if (state.no) open(state.no, { map: true });
})();
