"use strict";
const main = document.querySelector("main");
const cards = [...main.children].map((card, doubt) => ({
  card,
  doubt,
  name: card.querySelector("h2").textContent,
  number: Number(card.dataset.number),
  seconds: Number(card.dataset.seconds),
  kinds: card.dataset.in.split(" "),
}));
const buttons = [...document.querySelectorAll("[data-filter]")];
const name = document.getElementById("name");
const order = document.getElementById("order");
const spell = new Intl.Collator(undefined, { numeric: true });
const orders = {
  doubt: (a, b) => a.doubt - b.doubt,
  sure: (a, b) => b.doubt - a.doubt,
  name: (a, b) => spell.compare(a.name, b.name),
  number: (a, b) => a.number - b.number,
  seconds: (a, b) => b.seconds - a.seconds,
};
let wanted = "all";

function show() {
  const text = name.value.trim().toLowerCase();
  let count = 0;
  for (const { card, kinds, name: own } of cards) {
    card.hidden = !kinds.includes(wanted) || !own.toLowerCase().includes(text);
    count += !card.hidden;
  }
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.filter === wanted));
  document.getElementById("shown").textContent = `${count.toLocaleString("en")} of ${cards.length.toLocaleString("en")} shown`;
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    wanted = button.dataset.filter;
    show();
  });
}
name.addEventListener("input", show);
order.addEventListener("change", () => main.append(...cards.sort(orders[order.value]).map(({ card }) => card)));
document.querySelector(".tools").hidden = false;
show();
