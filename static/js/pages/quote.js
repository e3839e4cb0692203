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

  const jobs = new Map([...document.querySelectorAll("#jobs option")].map((option) => [option.value, option.dataset]));

  // What the shop took for it last time and a reason to start from, until somebody types others.
  function bring(row) {
    const job = jobs.get(field(row, "name").value.trim());
    if (!job) return;
    const amount = field(row, "amount_fen");
    const reason = field(row, "reason");
    if (job.fen && !amount.value) amount.value = String(Number(job.fen) / 100);
    if (["", job.a, job.b, job.c].includes(reason.value)) reason.value = job[field(row, "advice").value];
  }

  const isAsked = (input, row) => input.type !== "hidden" && (!input.name.endsWith("-watch") || field(row, "advice").value === "b");

  lines.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input, select")) return;
    event.preventDefault();
    const row = event.target.closest("[data-line]");
    if (event.target.name.endsWith("-name")) {
      if (!event.target.value.trim()) { form.requestSubmit(); return; }
    }
    if (/-(name|advice)$/.test(event.target.name)) bring(row);
    const inputs = [...row.querySelectorAll("input, select")].filter((input) => isAsked(input, row));
    const next = inputs[inputs.indexOf(event.target) + 1];
    go(next ?? field(rows()[rows().indexOf(row) + 1] ?? addRow() ?? row, "name"));
  });
  lines.addEventListener("change", (event) => { if (/-(name|advice)$/.test(event.target.name)) bring(event.target.closest("[data-line]")); });
  const button = form.querySelector("[data-add-line]");
  button.hidden = false;
  button.addEventListener("click", () => { const row = rows().find((one) => !field(one, "name").value.trim()) ?? addRow(); if (row) go(field(row, "name")); });
  // A fresh quote begins where one types.
  const first = rows().find((row) => !field(row, "name").value.trim());
  if (first && first === rows()[0]) go(field(first, "name"));
}
if (lines) startLines();

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
