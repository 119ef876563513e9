/* On an attempt's page: the list of questions shows which ones have an answer or a flag; the time that is left is said
   at thresholds only, and submits what is there when it is over.

   Markup     <nav data-numbers> with [data-count] and, for each question, an <a> with [data-state] and [data-flag-of=item];
              links to questions of this page are href="#id of the group"
              <button data-flag=item formaction=…> posts flag=on|off and is told {"flagged": …}
              [data-seconds-left] with [data-left] inside, and [data-time-call] (role=status) */

const numbers = document.querySelector("[data-numbers]");
const links = [...(numbers?.querySelectorAll("a:has([data-state])") ?? [])];
const form = document.querySelector("form[data-autosave]");

function has(group) {
  const controls = [...group.querySelectorAll("input, select")];
  const own = controls.filter((control) => !control.name.includes("."));     // a unit without its number is no answer
  return (own.length ? own : controls).some((control) => (/^(radio|checkbox)$/.test(control.type) ? control.checked : control.value.trim() !== ""));
}

function show() {
  for (const link of links) {
    const group = link.hash && document.getElementById(link.hash.slice(1));
    if (!group) continue;        // a question of another page keeps what the server said of it
    const answered = has(group);
    link.classList.toggle("done", answered);
    link.querySelector("[data-state]").textContent = answered ? ", answered" : ", no answer";
  }
  const done = links.filter((link) => link.classList.contains("done")).length;
  numbers.querySelector("[data-count]").textContent = `${done} of ${links.length} answered`;
}

if (numbers) {
  document.addEventListener("change", show);
  document.addEventListener("input", show);
  show();
}

form?.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-flag]");
  if (!button) return;
  event.preventDefault();
  const flagged = button.getAttribute("aria-pressed") !== "true";
  try {
    const reply = await fetch(button.formAction, {
      method: "POST",
      body: new URLSearchParams({ flag: flagged ? "on" : "off" }),
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      redirect: "manual",
    });
    if (!reply.ok) throw new Error(reply.status);
  } catch {
    form.requestSubmit(button);  // the long way, which also shows what is wrong
    return;
  }
  button.setAttribute("aria-pressed", flagged);
  button.value = flagged ? "off" : "on";
  numbers.querySelector(`[data-flag-of="${button.dataset.flag}"]`).hidden = !flagged;
});

const clock = document.querySelector("[data-seconds-left]");
const CALL_AT_MINUTES = [10, 5, 1];

function minutes(count) {
  return `${count} ${count === 1 ? "minute" : "minutes"} left`;
}

// The server said how much is left, so a wrong clock on this device changes nothing.
function keepTime() {
  const call = document.querySelector("[data-time-call]");
  const end = performance.now() + clock.dataset.secondsLeft * 1000;
  let shown = Infinity;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 60000));
    if (left < shown) {
      if (shown !== Infinity && CALL_AT_MINUTES.includes(left)) call.textContent = minutes(left);
      shown = left;
      clock.querySelector("[data-left]").textContent = minutes(left);
    }
    if (left > 0) return;
    clearInterval(timer);
    call.textContent = "The time is over. Your answers are submitted.";
    form.requestSubmit(form.querySelector('[name="action"][value="submit"]') ?? undefined);
  };
  const timer = setInterval(tick, 1000);
  tick();
}

if (clock && form) keepTime();
