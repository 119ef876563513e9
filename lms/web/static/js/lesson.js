/* On lesson pages: marks the heading being read in the contents list, says how many minutes are left, remembers the
   place, and answers knowledge checks where they stand.

   Markup     <details data-toc> with links to headings and [data-minutes="<of the lesson>"]
              <article data-place-url="…" data-place="heading-id"> · <section class="check" id="…"> with its form
   Request    POST place=<heading id>&csrf_token=… ; the page carries <meta name="csrf-token">. The reply is not read.
              A check's form is sent as it is; of the page that comes back, the section with its id is taken. */

const TELL_EVERY_MS = 5000;

const toc = document.querySelector("[data-toc]");
const links = new Map([...(toc?.querySelectorAll('a[href^="#"]') ?? [])].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
const article = document.querySelector("[data-place-url]");
const headings = [...(article ?? document).querySelectorAll("h2[id], h3[id]")].filter((heading) => links.size === 0 || links.has(heading.id));

// A browser that cannot show a closed disclosure at the side gets it opened there.
if (toc && window.matchMedia("(min-width: 60rem)").matches) toc.open = true;
toc?.addEventListener("click", (event) => {
  if (event.target.closest("a") && !window.matchMedia("(min-width: 60rem)").matches) toc.open = false;
});

let here = article?.dataset.place || null;
let told = here;
let lastTold = 0;
let timer = 0;

if (headings.length) {
  // The reading line lies in the upper part of the window: the last heading above it is where one reads.
  const watcher = new IntersectionObserver(update, { rootMargin: "-15% 0px -70% 0px" });
  headings.forEach((heading) => watcher.observe(heading));
  update();
}

function update() {
  const line = window.innerHeight * 0.3;
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < line);
  const current = passed.at(-1)?.id;
  for (const [id, link] of links) {
    if (id === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (!current || current === here) return;
  here = current;
  clearTimeout(timer);
  timer = setTimeout(tell, Math.max(1500, lastTold + TELL_EVERY_MS - Date.now()));
}

// keepalive lets the last place arrive although the page is being left.
function tell() {
  if (!article || !here || here === told) return;
  told = here;
  lastTold = Date.now();
  const body = new URLSearchParams({ place: here, csrf_token: document.querySelector('meta[name="csrf-token"]')?.content ?? "" });
  fetch(article.dataset.placeUrl, { method: "POST", body, keepalive: true, credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => {});
}

/* Minutes left, by how much of the text lies below the reading line; the end of the text is none left. */
const clocks = [...document.querySelectorAll("[data-minutes]")];
let drawing = 0;
if (article && clocks.length) {
  window.addEventListener("scroll", () => { drawing ||= requestAnimationFrame(count); }, { passive: true });
  count();
}

function count() {
  drawing = 0;
  const { top, height } = article.getBoundingClientRect();
  const end = document.getElementById("end")?.getBoundingClientRect().top ?? top + height;
  const read = Math.min(1, Math.max(0, (window.innerHeight * 0.7 - top) / (end - top)));
  for (const clock of clocks) {
    const left = Math.ceil(clock.dataset.minutes * (1 - read));
    const words = read >= 1 ? "Read to the end" : `About ${left} min left`;
    if (clock.textContent !== words) clock.textContent = words;
  }
}

/* A check is answered where it stands: the reading place stays. Anything unexpected falls back to the plain form. */
article?.addEventListener("submit", async (event) => {
  const section = event.target.closest(".check");
  if (!section) return;
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  if (button?.getAttribute("aria-disabled")) return;
  button?.setAttribute("aria-disabled", "true");
  try {
    const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const fresh = document.importNode(page.getElementById(section.id), true);
    section.replaceWith(fresh);
    history.replaceState(null, "", `#${fresh.id}`);
    focusOutcome(fresh);
  } catch {
    form.submit();
  }
});

// After a plain submit, too, the person lands on the explanation.
if (location.hash.startsWith("#check-")) {
  const section = document.getElementById(location.hash.slice(1));
  if (section) focusOutcome(section);
}

function focusOutcome(section) {
  const outcome = section.querySelector("[data-explanation], .field-error + .choice input, .has-error input");
  outcome?.focus({ preventScroll: true });
  if (section.getBoundingClientRect().top < 0) section.scrollIntoView({ block: "start" });
  else outcome?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") tell();
});
