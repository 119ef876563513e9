/* Saves answers and notes as they are given, and keeps them on this device until the server has confirmed them.

   Markup     <form data-autosave="attempt-42"> holds one or more [data-save-url] groups (a choice_group, or a note's
              own form), each with a [data-save-state] (role=status). The page carries <meta name="csrf-token">.
   Request    POST to the group's address with the group's own fields, as a submit would send them, and X-CSRFToken.
   Reply      200 {"state": "saved", "saved_at": …, "csrf": …}           stored
              400 {"error": "csrf", "csrf": token}                       sent once more with the new token
              409 {"title"?, "location"?}                                closed elsewhere: say so with a link, send no more
              other 4xx {"title"?}                                       refused for good: say so, keep what was typed
              anything else (5xx, 429, no connection, signed out)        waiting; sent again with back-off
   Only the latest answer of a group is ever sent; one request at a time, so answers cannot overtake each other. */

const SAYS = {
  saving: "Saving…",
  saved: "Saved",
  waiting: "Waiting for connection — your answer is kept on this device and sent again",
  signedOut: "You are signed out. Your answer is kept on this device; sign in again in another tab and it is sent",
  refused: "Not saved. Reload the page and give this answer again",
  closed: "This was already submitted in another window. Nothing more can be saved here",
};
const TYPING_PAUSE_MS = 900;
const RETRY_MS = [2000, 5000, 15000, 30000, 60000];
const KEPT_DAYS = 14;
const PREFIX = "autosave:";

let csrf = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

for (const form of document.querySelectorAll("form[data-autosave]")) start(form);
forgetOld();

function start(form) {
  const store = PREFIX + form.dataset.autosave;
  const groups = new Map();
  const selfSaving = form.dataset.saveUrl ? [form] : [];
  for (const group of [...selfSaving, ...form.querySelectorAll("[data-save-url]")]) groups.set(group.dataset.saveUrl, group);

  const pending = new Map(Object.entries(read(store).answers ?? {}));   // url -> [[name, value], …]
  let sending = null;
  let failures = 0;
  let closed = false;
  let leaving = false;
  let timer = 0;

  const dirty = new Set();       // typed, but not yet put into the queue
  const unsaved = () => !closed && (pending.size > 0 || dirty.size > 0);

  // What waited on this device from an earlier visit is newer than what the page was served with.
  for (const [url, fields] of pending) {
    if (groups.has(url)) fill(groups.get(url), fields);
    else pending.delete(url);
  }
  if (pending.size) flush();
  else keep();

  form.addEventListener("change", (event) => enqueue(groupOf(event.target), 0));
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) enqueue(groupOf(event.target), TYPING_PAUSE_MS);
  });
  window.addEventListener("online", () => {
    failures = 0;
    flush();
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved() && !leaving) event.preventDefault();
  });
  window.addEventListener("pagehide", keep);
  window.addEventListener("pageshow", () => { leaving = false; });

  // Submitting waits for the last answer. Without a connection the form is not sent into the void.
  form.addEventListener("submit", async (event) => {
    if (!unsaved()) return;
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter;
    for (const url of dirty) take(url);
    failures = 0;
    await flush();
    if (unsaved() || closed) return;
    leaving = true;
    form.requestSubmit(button);
  });

  function groupOf(element) {
    const group = element.closest("[data-save-url]");
    return group && groups.get(group.dataset.saveUrl) === group ? group : null;
  }

  function enqueue(group, pause) {
    if (!group || closed) return;
    const url = group.dataset.saveUrl;
    dirty.add(url);
    say(group, "saving");
    clearTimeout(group.saveTimer);
    group.saveTimer = setTimeout(() => {
      take(url);
      failures = 0;      // the person is here: try at once, and wait short again
      flush();
    }, pause);
  }

  function take(url) {
    dirty.delete(url);
    pending.set(url, fieldsOf(groups.get(url)));
    keep();
  }

  function flush() {
    clearTimeout(timer);
    sending ??= drain().finally(() => { sending = null; });
    return sending;
  }

  async function drain() {
    while (pending.size && !closed) {
      const [url, fields] = pending.entries().next().value;
      const group = groups.get(url);
      say(group, "saving");
      const result = await send(url, fields);
      const isLatest = pending.get(url) === fields;
      if (result.state === "closed") {
        closed = true;
        pending.clear();
        keep();
        for (const other of groups.values()) say(other, "closed", result);
        return;
      }
      if (result.state === "waiting" || result.state === "signedOut") {
        for (const waiting of pending.keys()) say(groups.get(waiting), result.state, result);
        timer = setTimeout(flush, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
        return;
      }
      failures = 0;
      if (!isLatest) continue;      // changed while it travelled: send the newer one
      pending.delete(url);
      keep();
      if (!dirty.has(url)) say(group, result.state, result);
    }
  }

  function keep() {
    const answers = Object.fromEntries(pending);
    for (const url of dirty) answers[url] = fieldsOf(groups.get(url));
    write(store, answers);
  }
}

async function send(url, fields, retried = false) {
  let reply;
  try {
    reply = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { Accept: "application/json", "X-CSRFToken": csrf },
      credentials: "same-origin",
      redirect: "manual",           // a redirect to the sign-in page must not pass for a saved answer
    });
  } catch {
    return { state: "waiting" };
  }
  if (reply.type === "opaqueredirect" || reply.status === 401) return { state: "signedOut" };
  const body = await reply.json().catch(() => ({}));
  if (body.csrf) renew(body.csrf);
  if (reply.ok && body.state === "saved") return { ...body, state: "saved" };
  if (reply.status === 400 && body.error === "csrf" && body.csrf && !retried) return send(url, fields, true);
  if (reply.status === 409) return { ...body, state: "closed" };
  const passing = [408, 425, 429].includes(reply.status) || body.error === "csrf";
  if (reply.status >= 400 && reply.status < 500 && !passing) return { ...body, state: "refused" };
  return { state: "waiting" };
}

// A renewed token also goes into the forms of the page, so that a plain submit still works.
function renew(token) {
  csrf = token;
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token;
}

function controlsOf(group) {
  return [...group.querySelectorAll("input, select, textarea")].filter((control) => control.name && control.name !== "csrf_token");
}

function fieldsOf(group) {
  return controlsOf(group)
    .filter((control) => !/^(radio|checkbox)$/.test(control.type) || control.checked)
    .map((control) => [control.name, control.value]);
}

function fill(group, fields) {
  for (const control of controlsOf(group)) {
    const values = fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (/^(radio|checkbox)$/.test(control.type)) control.checked = values.includes(control.value);
    else if (control.type !== "hidden" && values.length) control.value = values[0];
  }
}

function say(group, state, { title, location: url } = {}) {
  const place = group?.querySelector("[data-save-state]");
  if (!place) return;
  const text = ["closed", "refused"].includes(state) && title ? title : SAYS[state];
  if (place.dataset.state === state && place.firstChild?.textContent === text) return;
  place.dataset.state = state;
  place.textContent = text;
  if (url) {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = "See how it stands";
    place.append(" ", link);
  }
}

// Storage may be switched off or full: then the queue lives in memory only.
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function write(key, answers) {
  try {
    if (Object.keys(answers).length) localStorage.setItem(key, JSON.stringify({ answers, at: Date.now() }));
    else localStorage.removeItem(key);
  } catch { /* see above */ }
}

function forgetOld() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !(read(key).at > Date.now() - KEPT_DAYS * 86400000)) localStorage.removeItem(key);
    }
  } catch { /* see above */ }
}
