// Lines of a quote: Enter walks from field to field and adds a row, a known job brings its last price, an empty row saves.
const lines = document.querySelector("[data-lines]");

function startLines() {
  const form = lines.closest("form");
  const total = form.querySelector("[name$=TOTAL_FORMS]");
  const most = Number(form.querySelector("[name$=MAX_NUM_FORMS]").value);
  const shape = document.getElementById("line");
  const rows = () => [...lines.querySelectorAll("[data-line]")];
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);

  function addRow() {
    if (rows().length >= most) return null;
    const markup = document.createElement("template");
    markup.innerHTML = shape.innerHTML.replaceAll("__prefix__", total.value);
    lines.append(markup.content);
    total.value = Number(total.value) + 1;
    return rows().at(-1);
  }

  function go(input) {
    input.focus();
    input.select?.();
  }

  // What the shop took for it last time, until somebody types another price.
  function bringPrice(row) {
    const name = field(row, "name").value.trim();
    const job = [...document.querySelectorAll("#jobs option")].find((option) => option.value === name);
    const amount = field(row, "amount_fen");
    const fen = Number(job?.dataset.labour || 0) + Number(job?.dataset.material || 0);
    if (fen && !amount.value) amount.value = String(fen / 100);
  }

  const isAsked = (input, row) => input.type !== "hidden" && (!input.name.endsWith("-watch") || field(row, "advice").value === "b");

  lines.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input, select")) return;
    event.preventDefault();
    const row = event.target.closest("[data-line]");
    if (event.target.name.endsWith("-name")) {
      if (!event.target.value.trim()) { form.requestSubmit(); return; }
      bringPrice(row);
    }
    const inputs = [...row.querySelectorAll("input, select")].filter((input) => isAsked(input, row));
    const next = inputs[inputs.indexOf(event.target) + 1];
    go(next ?? field(rows()[rows().indexOf(row) + 1] ?? addRow() ?? row, "name"));
  });
  lines.addEventListener("change", (event) => { if (event.target.name.endsWith("-name")) bringPrice(event.target.closest("[data-line]")); });
  const button = form.querySelector("[data-add-line]");
  button.hidden = false;
  button.addEventListener("click", () => { const row = rows().find((one) => !field(one, "name").value.trim()) ?? addRow(); if (row) go(field(row, "name")); });
  // A fresh quote begins where one types.
  const first = rows().find((row) => !field(row, "name").value.trim());
  if (first && first === rows()[0]) go(field(first, "name"));
}
if (lines) startLines();

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
