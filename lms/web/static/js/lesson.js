/* On lesson pages: marks the heading being read in the contents list, and remembers the place.

   Markup     <details data-toc> with links to headings · <article data-place-url="…" data-place="heading-id">
   Request    POST place=<heading id>&csrf_token=… ; the page carries <meta name="csrf-token">. The reply is not read. */

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

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") tell();
});
