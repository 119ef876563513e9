/* Results while someone types: the server calculates, this puts the answer into the page.

   Markup   <form data-calculator="address of the results"> and [data-results] for what comes back; [data-headline-said]
            is the polite live region that hears the headline alone.
   Without this script the form's own button does the same. */

const PAUSE_MS = 250;
const form = document.querySelector("form[data-calculator]");
const results = document.querySelector("[data-results]");
const said = document.querySelector("[data-headline-said]");

if (form && results) {
  let timer = 0;
  let latest = 0;

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, PAUSE_MS);
  });

  async function update() {
    const number = ++latest;
    const query = new URLSearchParams(new FormData(form)).toString();
    let reply;
    try {
      reply = await fetch(`${form.dataset.calculator}?${query}`, { headers: { Accept: "text/html" } });
    } catch {
      return;   // no connection: the results stay, and the button still works later
    }
    const html = await reply.text();
    if (number !== latest || ![200, 422].includes(reply.status)) return;
    results.innerHTML = html;
    if (reply.ok) {
      said.textContent = results.querySelector("[data-headline]")?.dataset.headline ?? "";
      history.replaceState(null, "", `${location.pathname}?${query}`);
      copyInputs(query);
    }
  }

  // The form that saves carries the inputs as they are now.
  function copyInputs(query) {
    const place = document.querySelector("[data-copied-inputs]");
    if (!place) return;
    for (const old of place.parentElement.querySelectorAll("input[type=hidden]:not([name=csrf_token])")) old.remove();
    for (const [name, value] of new URLSearchParams(query)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      place.append(field);
    }
  }
}
