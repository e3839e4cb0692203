// Lines of a visit: Enter walks from field to field and adds a row, a chosen item brings its last price, the sum follows.
const lines = document.querySelector("[data-lines]");

function startLines() {
  const form = lines.closest("form");
  const total = form.querySelector("[name$=TOTAL_FORMS]");
  const most = Number(form.querySelector("[name$=MAX_NUM_FORMS]").value);
  const shape = document.getElementById("line");
  const sum = form.querySelector("[data-sum]");
  const paid = form.querySelector("[name=paid_fen]");
  const discount = form.querySelector("[name=discount_fen]");
  const rows = () => [...lines.querySelectorAll("[data-line]")];
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  let isOurs = paid.value === "";

  function addRow() {
    if (rows().length >= most) return null;
    const markup = document.createElement("template");
    markup.innerHTML = shape.innerHTML.replaceAll("__prefix__", total.value);
    lines.append(markup.content);
    total.value = Number(total.value) + 1;
    const row = rows().at(-1);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: row } }));
    return row;
  }

  function openRow() {
    return rows().find((row) => !field(row, "name").value.trim()) ?? addRow();
  }

  // What is there already is replaced by typing, as when one tabs through.
  function go(input) {
    input.focus();
    input.select();
  }

  const yuan = (input) => Number(input.value.normalize("NFKC").replace(/[¥￥,\s元]/g, ""));

  function add() {
    const inputs = rows().flatMap((row) => [field(row, "labour_fen"), field(row, "material_fen")]).filter((input) => input.value.trim());
    const known = inputs.map(yuan).filter((amount) => amount >= 0);
    const amount = Math.round(known.reduce((a, b) => a + b, 0) * 100) / 100;
    sum.textContent = known.length ? `¥${amount.toLocaleString("en-US")}` : "—";
    // The sum less the discount is offered as what was received, until somebody types another number.
    const left = Math.max(0, Math.round((amount - (yuan(discount) || 0)) * 100) / 100);
    if (isOurs) paid.value = known.length ? String(left) : "";
  }

  function bringPrice(input) {
    const item = [...document.querySelectorAll("#items option")].find((option) => option.value === input.value.trim());
    const row = input.closest("[data-line]");
    if (!item) return;
    for (const part of ["labour", "material"]) {
      const target = field(row, `${part}_fen`);
      if (!target.value && item.dataset[part]) target.value = String(Number(item.dataset[part]) / 100);
    }
  }

  lines.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.nodeName !== "INPUT") return;
    event.preventDefault();
    const row = event.target.closest("[data-line]");
    if (event.target.name.endsWith("-name")) bringPrice(event.target);
    const inputs = [...row.querySelectorAll("input:not([type=hidden])")];
    const next = inputs[inputs.indexOf(event.target) + 1];
    // Enter in an empty row means: that was all.
    if (event.target.name.endsWith("-name") && !event.target.value.trim()) go(paid);
    else go(next ?? field(rows()[rows().indexOf(row) + 1] ?? addRow() ?? row, "name"));
    add();
  });
  lines.addEventListener("input", (event) => { if (event.inputType === "insertReplacementText" || !event.inputType) bringPrice(event.target); add(); });
  paid.addEventListener("input", () => { isOurs = paid.value === ""; });
  discount.addEventListener("input", add);
  const button = form.querySelector("[data-add-line]");
  button.hidden = false;
  button.addEventListener("click", () => { const row = openRow(); if (row) go(field(row, "name")); });
  paid.dataset.key = "c";
  paid.dataset.keyLabel = "到实收金额";
  // Rows whose typing was kept when the page was left stand here again.
  const kept = () => Object.keys(sessionStorage).some((name) => name.includes(`:${location.pathname}:lines-${total.value}-`));
  while (kept() && addRow());
  add();
}
if (lines) startLines();

// A new arrival: a better plate with one press, and what was typed goes along to the known person's form.
document.addEventListener("click", (event) => {
  const put = event.target.closest("[data-put]");
  if (put) {
    const target = document.getElementById(put.dataset.put);
    target.value = put.dataset.value;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.focus();
  }
  const carry = event.target.closest("[data-carry]");
  if (carry) {
    const url = new URL(carry.href);
    for (const pair of carry.dataset.carry.split(" ")) {
      const [id, name] = pair.split(":");
      const value = document.getElementById(id)?.value;
      if (value) url.searchParams.set(name, value);
    }
    carry.href = url;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});
