/* On every page: focus the error summary, close the phone menu, send each form once. */

document.documentElement.classList.add("has-scripts");

// After a failed submit the person lands on the summary; its links move focus into the field.
const summary = document.querySelector("[data-error-summary]");
summary?.focus();
summary?.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  const label = control.closest(".field, .choices") ?? control;
  label.scrollIntoView({ block: "start" });
  const focusable = control.matches("input, select, textarea, button") ? control : control.querySelector("input, select, textarea");
  (focusable ?? control).focus({ preventScroll: true });
});

// The phone menu is a plain <details>; Escape, or a press elsewhere, closes it.
const menu = document.querySelector("[data-menu]");
if (menu) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

/* A second press must not send a form twice. The button is marked a moment later, so that its own name and value
   still travel with the form. A form that answers with a download leaves the page standing: free it again. */
const DOWNLOAD_GRACE_MS = 8000;
const sent = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post" || form.hasAttribute("data-many")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  setTimeout(() => mark(form, true));
  setTimeout(() => release(form), DOWNLOAD_GRACE_MS);
});

// Coming back through the history shows the page as it was left: buttons work again.
window.addEventListener("pageshow", () => [...sent].forEach(release));

function release(form) {
  sent.delete(form);
  mark(form, false);
}

function mark(form, busy) {
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

// What scrolls sideways (a chart or a wide table on a phone) can be reached and scrolled with the keyboard.
const scrollers = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const frame of document.querySelectorAll(".table-frame, .chart-drawing")) scrollers.observe(frame);
