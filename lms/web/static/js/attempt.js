/* On an attempt's page: the list of questions shows which ones have an answer.

   Markup     <nav data-numbers> with [data-count] and, for each question, <a href="#id of its group"> with [data-state] */

const numbers = document.querySelector("[data-numbers]");
const links = [...(numbers?.querySelectorAll("a[href^='#']") ?? [])];
const groups = new Map(links.map((link) => [link, document.getElementById(link.hash.slice(1))]));

function show() {
  let answered = 0;
  for (const [link, group] of groups) {
    const has = group?.querySelector(":checked") != null;
    answered += has;
    link.classList.toggle("done", has);
    link.querySelector("[data-state]").textContent = has ? ", answered" : ", no answer";
  }
  numbers.querySelector("[data-count]").textContent = `${answered} of ${links.length} answered`;
}

if (numbers) {
  document.addEventListener("change", show);
  show();
}
