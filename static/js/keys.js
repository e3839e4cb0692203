// Keys: whatever carries data-key is pressed (or focused) by it. "?" shows the sheet, ↓ ↑ walk the rows.
const sheet = document.getElementById("keys");
const isField = (element) => element?.matches?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
const isShown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

// With a Chinese input method the key may arrive as 、 or ？; the place on the keyboard still tells which one was meant.
function keyOf(event) {
  if (/^[!-~]$/.test(event.key) || event.key.length > 1) return event.key.toLowerCase();
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return event.code.replace(/^(Key|Digit)/, "").toLowerCase();
}

function rowAt(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(isShown);
  const current = rows.findIndex((row) => row.contains(document.activeElement));
  return rows[Math.min(Math.max(current + step, 0), rows.length - 1)];
}

// A key inside a row belongs to the row one stands on, else to the first; an open dialog hides the page behind it.
function targetOf(key) {
  const open = document.querySelector("dialog[open]");
  const all = [...(open ?? document).querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter((element) => isShown(element) && !element.disabled);
  const row = document.activeElement?.closest("[data-row]");
  return all.find((element) => row?.contains(element)) ?? all.find((element) => !element.closest("[data-row]")) ?? all[0];
}

function press(target) {
  if (isField(target)) { target.focus(); target.select?.(); } else target.click();
}

function showSheet() {
  const list = sheet.querySelector("[data-keys]");
  const lines = new Map([["?", "显示这张表"]]);
  if (document.querySelector("[data-row]")) lines.set("↓ ↑", "下一行，上一行");
  for (const element of document.querySelectorAll("[data-key]")) {
    if (isShown(element)) lines.set(element.dataset.key, element.dataset.keyLabel ?? element.textContent.trim());
  }
  list.replaceChildren(...[...lines].flatMap(([key, label]) => {
    const term = document.createElement("dt");
    const hint = term.appendChild(document.createElement("kbd"));
    hint.textContent = { arrowleft: "←", arrowright: "→" }[key] ?? key[0].toUpperCase() + key.slice(1);
    const meaning = document.createElement("dd");
    meaning.textContent = label;
    return [term, meaning];
  }));
  sheet.showModal();
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open=keys]")) { sheet.close(); showSheet(); }
});

// A long text is sent without leaving the keyboard.
document.addEventListener("keydown", (event) => {
  const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing;
  if (sends && event.target.matches?.("textarea")) event.target.form?.requestSubmit();
});
// Alt with a figure works while one types too: who came with the car is told without leaving the odometer.
function pressWithAlt(event) {
  const target = /^Digit\d$/.test(event.code) && targetOf(`alt+${event.code.at(-1)}`);
  if (!target) return;
  event.preventDefault();
  press(target);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.altKey) { pressWithAlt(event); return; }
  if (isField(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = keyOf(event);
  // Enter and blank already press what one stands on.
  if (/^(enter| )$/.test(key) && event.target.matches("a, button, summary, label, input")) return;
  const step = { j: 1, arrowdown: 1, k: -1, arrowup: -1 }[key];
  const target = targetOf(key);
  if (key === "?" && !sheet.open) showSheet();
  else if (target) press(target);
  else if (step && rowAt(step) && !document.querySelector("dialog[open]")) rowAt(step).focus();
  else return;
  event.preventDefault();
});
